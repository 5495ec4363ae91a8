"""What is promised to suppliers: agreements, shortfalls, the warrant, what changing course costs, what is reported."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.model import contracts as model
from core.model.evaluate import by_year
from core.views.contracts import frames, tables
from core.views.contracts.view import CUMULATIVE, View
from tests.support.answers import answer, set_to
from tests.support.effort import examples
from tests.support.frozen import BASE
from tests.support.strategies import scenarios
from tests.support.words import said

FEW = examples(15)
BN = 1e9
AMD_6GW, NVIDIA_DEAL, BROADCOM = range(3)
each_agreement = pytest.mark.parametrize("which", range(3))


# --- Agreements


def test_amounts_are_those_of_the_data_in_base_units() -> None:
    agreed = frames.agreed(answer())
    assert list(agreed[:, AMD_6GW]) == pytest.approx([1000, 1200, 1200, 1300, 1300, 0])
    assert list(agreed[:2, NVIDIA_DEAL]) == pytest.approx([35 * BN, 30 * BN])
    assert [frames.unit(bundled(), k).name for k in range(3)] == ["GW", "$\N{NO-BREAK SPACE}B", "GW"]


def test_what_is_committed_stands_at_the_agreements_own_prices() -> None:
    usd = frames.committed_usd(bundled())
    assert usd[0].sum() == pytest.approx((1.0 * 13.3 + 35 + 0.25 * 15) * BN)
    assert usd.sum() == pytest.approx((6.0 * 13.3 + 65 + 1.0 * 15) * BN)
    assert frames.committed_usd(bundled(), 2).shape[0] == 2


@FEW
@given(scenarios())
def test_shortfalls_of_all_agreements_are_the_shortfalls_that_are_paid(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    for course in frames.every_course(a).values():
        by_agreement = frames.shortfall_usd(a, course).sum(axis=1)
        assert by_agreement == pytest.approx(by_year(course.shortfall_usd), rel=1e-9, abs=1.0)


@FEW
@given(scenarios())
def test_what_is_charged_so_far_is_the_largest_lag_so_far(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    active, agreed = bundled().contracts.active, frames.agreed(a)
    for course in frames.every_course(a).values():
        bought, short = frames.counted(a, course), frames.short(a, course)
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
    a = answer.__wrapped__(scenario)
    for course in frames.every_course(a).values():
        assert frames.shortfall_usd(a, course).sum() <= frames.exposure_usd(a) + 1.0


def test_buying_nothing_would_cost_a_fifth_of_all_that_is_agreed() -> None:
    assert frames.exposure_usd(answer()) == pytest.approx(0.2 * 159.8 * BN)
    assert frames.exposure_usd(set_to(shortfall_penalty=0.5)) == pytest.approx(0.5 * 159.8 * BN)


@each_agreement
def test_the_cumulative_view_adds_up_what_the_yearly_one_shows(which: int) -> None:
    yearly, total = (frames.agreement(view, which) for view in (View(answer()), View(answer(), CUMULATIVE)))
    for column in ("agreed", "counted", "baseline", "short"):
        assert list(total[column]) == pytest.approx(list(np.cumsum(yearly[column])))
    assert list(yearly["due"]) == list(bundled().contracts.active[which, :6])


def test_an_agreement_shows_the_baseline_s_purchases_beside_the_scenario_s() -> None:
    views = [View(answer(BASE.replace(baseline=baseline))) for baseline in ("hold", "exit")]
    held, exit_ = (frames.agreement(view, BROADCOM) for view in views)
    assert held["baseline"].sum() > 0.0
    assert held["counted"].sum() > held["baseline"].sum() > exit_["baseline"].sum()


@each_agreement
def test_the_agreements_that_fall_short_are_those_that_bind(which: int) -> None:
    binds = {c.subject: c.binds for c in answer().result.constraints if c.constraint == "contract"}
    short = frames.agreement(View(answer()), which)["is_short"]
    assert list(short) == list(binds[bundled().contracts.id[which]][:, 0])


def test_the_table_of_agreements_holds_both_variants_and_adds_up() -> None:
    a = answer()
    table = tables.agreements(View(a))
    assert len(table) == 3 * 2 * 6
    costs = table.groupby("Variant")[next(c for c in table.columns if c.startswith("Shortfall cost"))].sum()
    assert costs["this scenario"] == pytest.approx(a.plan.shortfall_usd.sum() / BN)
    assert costs["baseline"] == pytest.approx(a.baseline.shortfall_usd.sum() / BN)


@each_agreement
def test_the_table_of_agreements_holds_what_each_chart_draws_in_the_unit_that_it_names(which: int) -> None:
    inputs, whole = bundled(), tables.agreements(View(answer()))
    unit, name = frames.unit(inputs, which), frames.names(inputs)[which]
    rows = whole[(whole["Agreement"] == name) & (whole["Variant"] == "this scenario")]
    assert set(rows["Unit"]) == {unit.name}
    for view, columns in (
        (View(answer()), {"agreed": "Agreed", "counted": "Bought", "short": "Short"}),
        (View(answer(), CUMULATIVE), {"agreed": "Agreed so far", "counted": "Bought so far"}),
    ):
        frame = frames.agreement(view, which)
        for drawn, read in columns.items():
            assert list(frame[drawn] / unit.scale) == pytest.approx(list(rows[read]))


# --- Committed and free


def test_the_committed_share_is_what_is_agreed_over_what_is_spent_on_chips() -> None:
    a = answer()
    frame = frames.committed(View(a))
    spent = a.plan.capex_usd[:QUARTERS_PER_YEAR].sum()
    first = frame[frame["year"] == "2027"]
    assert first["usd"].sum() == pytest.approx(52.05 * BN)
    assert list(first["spending_usd"].unique()) == pytest.approx([spent])
    assert set(first["share_words"].map(said)) == {f"{52.05 * BN / spent:.0%}".replace("%", " %")} == {"52 %"}
    assert set(frame[frame["year"] == "2032"]["share_words"]) == {""}
    assert tables.committed(View(a))["Committed share (%)"].iloc[0] == pytest.approx(100 * 52.05 * BN / spent)


# --- Changing course


@pytest.mark.parametrize("baseline", ["hold", "exit"])
def test_the_courses_are_the_scenario_today_s_mix_and_the_exit_whatever_the_baseline(baseline: str) -> None:
    frame, a = frames.courses(View(answer(BASE.replace(baseline=baseline)))), answer()
    totals = [course.shortfall_usd.sum() for course in (a.plan, a.hold, a.exit)]
    assert list(frame.groupby("course", sort=False)["usd"].sum()) == pytest.approx(totals)
    assert list(frame["total_usd"].unique()) == pytest.approx(totals)
    assert list(frame["course"].unique()) == ["This scenario", "Today's mix held", "Exit custom"]


def test_without_a_take_or_pay_share_nothing_is_lost_in_shortfalls() -> None:
    a = set_to(shortfall_penalty=0.0)
    assert all(frames.shortfall_usd(a, course).sum() == 0.0 for course in frames.every_course(a).values())


def test_the_table_of_courses_says_what_each_changes_of_the_value() -> None:
    a = answer()
    table = tables.courses(View(a)).groupby("Course", sort=False).first()
    value = table[next(column for column in table.columns if column.startswith("Value"))] * BN
    assert list(value) == pytest.approx([0.0, -a.metric("npv_vs_hold_usd"), -a.metric("npv_vs_exit_usd")])


# --- The warrant


@FEW
@given(scenarios())
def test_the_power_that_earns_the_warrant_never_exceeds_six_gw_and_is_worth_what_is_granted(
    scenario: Scenario,
) -> None:
    a = answer.__wrapped__(scenario)
    each = scenario.number("amd_warrant_usd_bn_per_gw") * BN
    for course in frames.every_course(a).values():
        gw = model.warrant_gw(bundled().contracts, course.counted[..., None, None])[..., 0, 0].sum(axis=1)
        assert gw.min() >= 0.0
        assert gw.sum() <= 6.0 + 1e-9
        assert frames.warrant_mw(a, course).sum(axis=1) == pytest.approx(1000 * by_year(gw))
        lost = frames.lost_usd(a, course).sum(axis=1)
        assert by_year(gw) * each - lost == pytest.approx(by_year(course.warrant_usd), rel=1e-9, abs=1.0)


def test_the_warrant_counts_what_counts_under_its_agreement() -> None:
    a = answer()
    frame = frames.warrants(View(a))
    assert set(frame["supplier"]) == {"AMD"}
    counted = frames.counted(a, a.plan)[:, AMD_6GW]
    in_time = a.inputs.contracts.active[AMD_6GW, : len(counted)]
    assert list(frame["mw"][in_time]) == pytest.approx(list(counted[in_time]))
    # what is bought after the agreement's end earns the warrant and meets no agreement
    assert not in_time.all() and not counted[~in_time].any() and (frame["mw"][~in_time] > 0.0).all()
    assert frame["so_far_mw"].iloc[-1] == pytest.approx(frame["mw"].sum())
    assert list(frame["usd"]) == pytest.approx(list(frame["mw"] / 1000 * 2.5 * BN))
    assert list(frame["agreed_mw"]) == pytest.approx([1000, 2200, 3400, 4700, 6000, 6000])


# --- What is reported


def test_reported_commitments_are_those_of_the_data_with_their_sources() -> None:
    frame = frames.reported(View(answer()))
    assert list(frame["period"]) == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert frame["usd"].iloc[-1] == pytest.approx(349.31 * BN)
    assert list(frame["here_usd"].unique()) == pytest.approx([159.8 * BN])
    table = tables.reported(View(answer()))
    assert set(table["Grade"]) == {"reported"}
    assert table["Source"].notna().all()
