"""What is promised to suppliers: agreements, shortfalls, the warrant, what changing course costs, what is reported."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given

from core.inputs.data import AMD, Inputs, bundled
from core.inputs.scenario import BASE, Scenario, columns
from core.model.model import EXIT, HOLD, PLAN, simulate
from core.story import frames
from core.story.answer import Answer
from core.views.contracts import charts as commitments_charts
from core.views.contracts import frames as commitments
from core.views.contracts.frames import COURSES, CUMULATIVE, VIEWS, YEARLY
from tests.support.answers import answer, set_to
from tests.support.cases import SCENARIOS
from tests.support.effort import examples
from tests.support.pages import assert_can_be_shown, assert_worded
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import said

FEW = examples(15)
BN = 1e9
AMD_6GW, NVIDIA_DEAL, BROADCOM = range(3)
SUPPLIERS = tuple(map(int, bundled().contracts.supplier))
NAMES = commitments.names(bundled())


# --- Agreements


def test_amounts_are_those_of_the_data_in_base_units() -> None:
    a = answer()
    assert list(commitments.agreed(a.sim)[:, AMD_6GW]) == pytest.approx([1000, 1200, 1200, 1300, 1300, 0])
    assert list(commitments.agreed(a.sim)[:2, NVIDIA_DEAL]) == pytest.approx([35 * BN, 30 * BN])
    assert [commitments.unit(bundled(), k).name for k in range(3)] == ["GW", "$\N{NO-BREAK SPACE}B", "GW"]


def test_what_is_committed_stands_at_the_agreements_own_prices() -> None:
    usd = commitments.committed_usd(bundled())
    assert usd[0].sum() == pytest.approx((1.0 * 13.3 + 35 + 0.25 * 15) * BN)
    assert usd.sum() == pytest.approx((6.0 * 13.3 + 65 + 1.0 * 15) * BN)
    assert commitments.committed_usd(bundled(), 2).shape[0] == 2


@FEW
@given(scenarios())
def test_shortfalls_of_all_agreements_are_the_shortfalls_that_are_paid(scenario: Scenario) -> None:
    sim = simulate(bundled(), columns([scenario]))
    by_agreement = commitments.shortfall_usd(sim).sum(axis=1)
    paid = sim.flows.shortfall_usd[..., 0].reshape(-1, 4, 3).sum(axis=1)
    assert by_agreement == pytest.approx(paid, rel=1e-9, abs=1.0)


@FEW
@given(scenarios())
def test_what_is_charged_so_far_is_the_largest_lag_so_far(scenario: Scenario) -> None:
    sim = simulate(bundled(), columns([scenario]))
    active = bundled().contracts.active
    for course in COURSES:
        agreed = commitments.agreed(sim)
        bought, short = commitments.counted(sim, course), commitments.short(sim, course)
        for k in range(3):
            worst = due = had = 0.0
            for y in range(len(agreed)):
                due, had = due + agreed[y, k], had + bought[y, k]
                if active[k, y]:
                    worst = max(worst, due - had)
                assert short[: y + 1, k].sum() == pytest.approx(worst, rel=1e-9, abs=1e-6 * max(1.0, due))


@FEW
@given(scenarios())
def test_no_course_can_lose_more_than_the_take_or_pay_share_of_all_that_is_agreed(scenario: Scenario) -> None:
    sim = simulate(bundled(), columns([scenario]))
    most = commitments.exposure_usd(sim)
    assert (commitments.shortfall_usd(sim).sum(axis=(0, 1)) <= most + 1.0).all()


def test_buying_nothing_would_cost_a_fifth_of_all_that_is_agreed() -> None:
    assert commitments.exposure_usd(answer().sim) == pytest.approx(0.2 * 159.8 * BN)
    assert commitments.exposure_usd(set_to(shortfall_penalty=0.5).sim) == pytest.approx(0.5 * 159.8 * BN)


@pytest.mark.parametrize("which", range(3))
def test_the_cumulative_view_adds_up_what_the_yearly_one_shows(which: int) -> None:
    a = answer()
    yearly, total = (commitments.agreement(a, which, view) for view in VIEWS)
    for column in ("agreed", "counted", "baseline", "short"):
        assert list(total[column]) == pytest.approx(list(np.cumsum(yearly[column])))
    assert list(yearly["due"]) == list(bundled().contracts.active[which, :6])


def test_an_agreement_shows_the_baseline_s_purchases_beside_the_scenario_s() -> None:
    held, exit_ = (commitments.agreement(answer(BASE.replace(baseline=b)), BROADCOM, YEARLY) for b in ("hold", "exit"))
    assert held["baseline"].sum() > 0.0
    assert held["counted"].sum() > held["baseline"].sum() > exit_["baseline"].sum()


def test_the_words_of_agreements_say_when_each_is_short_and_what_that_costs_on_each_course() -> None:
    rows = commitments.agreements_words(answer()).map(said).set_index("Agreement")
    amd, broadcom = rows.loc["AMD 6 GW agreement"], rows.loc["Broadcom MTIA first phase, 1 GW"]
    assert (amd["Agreed to 2031"], amd["Short"]) == ("6.0 GW", "1.6 GW in 2027–2031")
    assert broadcom["Short"] == "never"
    # stopping: 0.74 GW that are not bought, at $15 B a GW and a take-or-pay share of 20 %
    missing = commitments.short(answer().sim, EXIT)[:, BROADCOM].sum() / 1000
    assert broadcom["Exit custom"] == f"${missing * 15 * 0.2:.1f} B" == "$2.2 B"


# --- Committed and free


def test_the_committed_share_is_what_is_agreed_over_what_is_spent_on_chips() -> None:
    a = answer()
    frame = commitments.committed(a)
    spent = a.sim.flows.capex_usd[:4, :, PLAN, 0].sum()
    first = frame[frame["year"] == "2027"]
    assert first["usd"].sum() == pytest.approx(52.05 * BN)
    assert list(first["spending_usd"].unique()) == pytest.approx([spent])
    assert set(first["share_words"].map(said)) == {f"{52.05 * BN / spent:.0%}".replace("%", " %")} == {"52 %"}
    assert set(frame[frame["year"] == "2032"]["share_words"]) == {""}
    table = commitments.committed_table(a)
    assert table["Committed share (%)"].iloc[0] == pytest.approx(100 * 52.05 * BN / spent)


def test_years_that_are_committed_and_in_which_nothing_is_bought_are_named() -> None:
    a = set_to(power_capacity=0.5)
    assert a.sim.flows.capex_usd[:4, :, PLAN].sum() == 0.0
    assert commitments.committed_title(a) == "No chips are bought in 2027, whatever is committed"
    assert "with no chip spending in 2027" in commitments.headline(a)


# --- Changing course


def test_the_courses_are_the_scenario_today_s_mix_and_the_exit_whatever_the_baseline() -> None:
    for baseline in ("hold", "exit"):
        frame = commitments.courses(answer(BASE.replace(baseline=baseline)))
        totals = answer().sim.flows.shortfall_usd[:, list(COURSES), 0].sum(axis=0)
        assert list(frame.groupby("course", sort=False)["usd"].sum()) == pytest.approx(list(totals))
        assert list(frame["total_usd"].unique()) == pytest.approx(list(totals))
        assert list(frame["course"].unique()) == ["This scenario", "Today's mix held", "Exit custom"]


def test_who_has_stopped_already_is_told_what_going_back_costs() -> None:
    a = answer(BASE.replace(**NO_ADOPTION))
    assert "going back to today's mix costs $882 M in shortfalls and adds $8.0 B of value" in said(
        commitments.headline(a)
    )
    held = a.sim.flows.shortfall_usd[:, HOLD, 0].sum()
    assert held == pytest.approx(882e6, rel=1e-3)


def test_the_title_says_how_much_is_committed_and_what_a_change_of_mind_costs() -> None:
    assert said(commitments.headline(answer())) == (
        "$160 B is committed to 2031, 52 % of chip spending in 2027; "
        "exiting MTIA now costs $2.7 B in shortfalls and takes $16 B of value"
    )
    assert said(commitments.courses_title(answer())) == (
        "Exiting MTIA now costs $2.7 B in shortfalls, $1.6 B less than this scenario; $2.2 B of it to Broadcom"
    )


def test_without_a_take_or_pay_share_nothing_is_lost_in_shortfalls() -> None:
    a = set_to(shortfall_penalty=0.0)
    assert "costs nothing in shortfalls" in commitments.headline(a)
    assert commitments.shortfall_usd(a.sim).sum() == 0.0


def test_what_is_agreed_beyond_the_horizon_is_said() -> None:
    later = commitments.committed_usd(bundled())[2:].sum()
    assert said(commitments.beyond(set_to(horizon_year=2028))) == f"${later / BN:.0f} B more falls due later"
    assert commitments.beyond(answer()) == ""


# --- The warrant


@FEW
@given(scenarios())
def test_the_gw_that_earn_the_warrant_never_exceed_six_and_are_worth_what_is_granted(scenario: Scenario) -> None:
    sim = simulate(bundled(), columns([scenario]))
    gw = commitments.warrant_gw(sim)
    assert gw.min() >= 0.0
    assert (gw.sum(axis=0) <= 6.0 + 1e-9).all()
    each = scenario.number("amd_warrant_usd_bn_per_gw") * BN
    assert gw * each == pytest.approx(sim.flows.warrant_usd[..., 0], rel=1e-9, abs=1.0)


def test_the_warrant_counts_what_counts_under_amd_s_agreement() -> None:
    a = answer()
    frame = commitments.warrants(a)
    counted = commitments.counted(a.sim, PLAN)[:, SUPPLIERS.index(AMD)]
    assert list(frame["mw"]) == pytest.approx(list(counted))
    assert frame["so_far_mw"].iloc[-1] == pytest.approx(counted.sum())
    assert list(frame["usd"]) == pytest.approx(list(counted / 1000 * 2.5 * BN))
    assert list(frame["agreed_mw"]) == pytest.approx([1000, 2200, 3400, 4700, 6000, 6000])


def test_the_table_of_courses_says_what_each_changes_of_the_value() -> None:
    a = answer()
    table = commitments.courses_table(a).groupby("Course", sort=False).first()
    value = table[next(column for column in table.columns if column.startswith("Value"))] * BN
    assert list(value) == pytest.approx([0.0, -a.metric("npv_vs_hold_usd"), -a.metric("npv_vs_exit_usd")])


def test_the_title_of_the_warrant_says_when_there_is_none() -> None:
    assert "worth nothing" in commitments.warrants_title(set_to(amd_warrant_usd_bn_per_gw=0.0))
    none: dict[str, float] = {f"amd_share_{workload}": 0.0 for workload in bundled().workloads}
    a = set_to(**none, ramp_years=0.0)
    assert commitments.warrants_title(a) == "No purchase earns AMD's warrant"


# --- What is reported


def test_reported_commitments_are_those_of_the_data_with_their_sources() -> None:
    frame = commitments.reported(answer())
    assert list(frame["period"]) == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert frame["usd"].iloc[-1] == pytest.approx(349.31 * BN)
    assert list(frame["here_usd"].unique()) == pytest.approx([159.8 * BN])
    table = commitments.reported_table(answer())
    assert set(table["Grade"]) == {"reported"}
    assert table["Source"].notna().all()
    assert "Leases that have not begun come on top: $279 B in 2026-Q2." in said(commitments.reported_caption(answer()))


def test_where_the_data_report_nothing_the_page_says_so(inputs: Inputs) -> None:
    table = inputs.tables["reported_financials"]
    other = table[~table["metric"].isin([commitments.REPORTED, commitments.REPORTED_LEASES])]
    silent = replace(inputs, tables=MappingProxyType({**inputs.tables, "reported_financials": other}))
    a = answer.__wrapped__(BASE, silent)
    assert commitments.reported(a).empty
    assert commitments.reported_title(a) == "The data hold no commitments that the company reports"
    assert "Leases" not in commitments.reported_caption(a)


# --- Sentences


def assert_reads_well(scenario: Scenario) -> None:
    a: Answer = answer.__wrapped__(scenario)
    titles = [
        commitments.headline(a),
        commitments.agreements_title(a),
        commitments.courses_title(a),
        commitments.committed_title(a),
        commitments.warrants_title(a),
        commitments.reported_title(a),
    ]
    captions = [
        *(commitments.agreements_caption(a, view) for view in VIEWS),
        commitments.courses_caption(a),
        commitments.committed_caption(a),
        commitments.warrants_caption(a),
        commitments.reported_caption(a),
    ]
    assert_worded(titles, captions, commitments.strip(a), commitments.agreements_words(a), begins=r"[A-Z$\d]")


@examples(20)
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    assert_reads_well(scenario)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_ready_made_scenario_and_every_extreme_reads_well(name: str) -> None:
    assert_reads_well(SCENARIOS[name])


def test_the_agreements_that_fall_short_are_those_that_bind() -> None:
    assert commitments.agreements_title(answer()) == "AMD 6 GW agreement falls short in 2027–2031; the others are met"
    binds = {c.subject: c.binds for c in answer().result.constraints if c.constraint == "contract"}
    for k, name in enumerate(bundled().contracts.id):
        assert list(commitments.agreement(answer(), k, YEARLY)["is_short"]) == list(binds[name][:, 0])


# --- Tables and charts


def test_the_table_of_agreements_holds_both_variants_and_adds_up() -> None:
    a = answer()
    table = commitments.agreements_table(a)
    assert len(table) == 3 * 2 * 6
    costs = table.groupby("Variant")[next(c for c in table.columns if c.startswith("Shortfall cost"))].sum()
    shown = frames.courses_shown(a.sim)
    paid = {v: a.sim.flows.shortfall_usd[:, course, 0].sum() / BN for v, course in shown.items()}
    assert costs["this scenario"] == pytest.approx(paid["plan"])
    assert costs["baseline"] == pytest.approx(paid["baseline"])


def test_charts_can_be_shown() -> None:
    a = answer()
    for k, view in ((AMD_6GW, YEARLY), (NVIDIA_DEAL, CUMULATIVE)):
        unit = commitments.unit(bundled(), k)
        assert_can_be_shown(
            lambda mode, k=k, unit=unit: commitments_charts.agreement(mode, unit, SUPPLIERS[k]),
            commitments.agreement(a, k, view),
        )
    assert_can_be_shown(lambda mode: commitments_charts.committed(mode, NAMES, SUPPLIERS), commitments.committed(a))
    assert_can_be_shown(lambda mode: commitments_charts.courses(mode, NAMES, SUPPLIERS), commitments.courses(a))
    assert_can_be_shown(commitments_charts.warrants, commitments.warrants(a))
    assert_can_be_shown(commitments_charts.reported, commitments.reported(a))


def test_an_agreement_wears_its_supplier_s_colour_and_a_second_one_another_grey() -> None:
    spec = commitments_charts.courses("light", ("a", "b", "c", "d"), (2, 1, 0, 1))
    colours = spec["layer"][0]["encoding"]["color"]["scale"]["range"]
    palette = commitments_charts.PALETTES["light"]
    assert colours[:3] == [palette.greys[1], palette.greys[0], palette.custom]
    assert colours[3] not in colours[:3]
