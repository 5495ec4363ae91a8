"""What Contracts says: true of the figures, and well said whatever the levers."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given

from core.base.format import GW
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario
from core.story import plot
from core.story.answer import Answer
from core.views.contracts import charts, finding, frames, warrants
from core.views.contracts.figures import FIGURES
from core.views.contracts.view import MEASURES, View
from tests.support.answers import answer, set_to
from tests.support.cases import SCENARIOS
from tests.support.effort import examples
from tests.support.frozen import BASE
from tests.support.pages import assert_can_be_shown, assert_worded
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import said

BN = 1e9
BROADCOM = 2


def assert_reads_well(a: Answer) -> None:
    views = [View(a, measure) for measure in MEASURES]
    assert_worded(
        [finding.headline(views[0]), *(figure.title(views[0]) for figure in FIGURES.values())],
        [figure.caption(view) for figure in FIGURES.values() for view in views],
        finding.metrics(views[0]),
        finding.agreements_words(views[0]),
        begins=r"[A-Z$\d]",
    )


@examples(20)
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    assert_reads_well(answer.__wrapped__(scenario))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_ready_made_scenario_and_every_extreme_reads_well(name: str) -> None:
    assert_reads_well(answer(SCENARIOS[name]))


# --- The head of the page


def test_the_title_says_how_much_is_committed_and_what_a_change_of_mind_costs() -> None:
    view = View(answer())
    assert said(finding.headline(view)) == (
        "$160 B is committed to 2031, 52 % of chip spending in 2027; "
        "exiting MTIA now saves $1.6 B of shortfalls and takes $36 B of value"
    )
    assert view.answer.metric("npv_vs_exit_usd") == pytest.approx(36.469e9, rel=1e-4)
    assert said(finding.courses_title(view)) == (
        "Exiting MTIA now costs $2.7 B in shortfalls, $1.6 B less than this scenario; $2.2 B of it for MTIA"
    )


def test_who_has_stopped_already_is_told_what_going_back_costs() -> None:
    a = answer(BASE.replace(**NO_ADOPTION))
    saved = a.plan.shortfall_usd.sum() - a.hold.shortfall_usd.sum()
    assert saved > BN
    assert f"going back to today's mix saves ${saved / BN:.1f} B of shortfalls and adds $15 B of value" in said(
        finding.headline(View(a))
    )
    assert a.hold.shortfall_usd.sum() == pytest.approx(882e6, rel=1e-3)
    # What the base scenario is worth against exit less what it is worth against today's mix: 36.469 - 21.398.
    assert a.metric("npv_vs_hold_usd") == pytest.approx(-15.071e9, rel=1e-4)


def test_years_that_are_committed_and_in_which_nothing_is_bought_are_named() -> None:
    a = set_to(power_capacity=0.5)
    assert a.plan.capex_usd[:4].sum() == 0.0
    assert finding.committed_title(View(a)) == "No chips are bought in 2027, whatever is committed"
    assert "with no chip spending in 2027" in finding.headline(View(a))


def test_without_a_take_or_pay_share_shortfalls_cost_nothing() -> None:
    assert "costs nothing in shortfalls" in finding.headline(View(set_to(shortfall_penalty=0.0)))


def test_what_is_agreed_beyond_the_horizon_is_said() -> None:
    later = frames.committed_usd(bundled())[2:].sum()
    assert said(finding.beyond(set_to(horizon_year=2028))) == f"${later / BN:.0f} B more falls due later"
    assert finding.beyond(answer()) == ""


# --- Agreements and the warrant


def test_the_words_of_agreements_say_when_each_is_short_and_what_that_costs_on_each_course() -> None:
    a = answer()
    rows = finding.agreements_words(View(a)).map(said).set_index("Agreement")
    amd, broadcom = rows.loc["AMD 6 GW agreement"], rows.loc["Broadcom MTIA first phase, 1 GW"]
    assert (amd["Agreed to 2031"], amd["Short"]) == ("6.0 GW", "1.6 GW in 2027–2031")
    assert broadcom["Short"] == "never"
    # 6.0 agreed, 1.6 short: what is bought after the agreement's end meets nothing
    assert amd["Bought"] == "4.4 GW"
    # stopping: 0.74 GW that are not bought, at $15 B a GW and a take-or-pay share of 20 %
    missing = frames.short(a, a.exit)[:, BROADCOM].sum() / 1000
    assert broadcom["Exit custom"] == f"${missing * 15 * 0.2:.1f} B" == "$2.2 B"


def test_the_agreements_that_fall_short_are_named_with_their_years() -> None:
    title = finding.agreements_title(View(answer()))
    assert title == "AMD 6 GW agreement falls short in 2027–2031; the others are met"


def test_the_title_of_the_warrant_says_when_there_is_none() -> None:
    assert "worth nothing" in warrants.title(View(set_to(amd_warrant_usd_bn_per_gw=0.0)))
    none: dict[str, float] = {f"amd_share_{workload}": 0.0 for workload in bundled().workloads}
    assert warrants.title(View(set_to(**none, ramp_years=0.0))) == "No purchase earns the warrant of AMD"


def test_a_warrant_that_would_exceed_what_lots_cost_is_said_to_end_there_and_only_then() -> None:
    """At $25 B a GW, less than what some of the chips cost a GW and more than others."""
    a = set_to(amd_warrant_usd_bn_per_gw=25.0)
    lost = frames.lost_usd(a, a.plan).sum()
    in_full = 25.0 * frames.warrant_mw(a, a.plan).sum() / 1000 * BN
    assert lost == pytest.approx(in_full - a.plan.warrant_usd.sum()) and lost > BN
    caption = said(warrants.caption(View(a)))
    assert caption.endswith(f"No lot earns more than it costs, which takes ${lost / BN:.1f} B in 2027–2030.")
    assert "earns more than it costs" not in warrants.caption(View(answer()))


# --- What is reported


def test_leases_that_have_not_begun_come_on_top_of_what_is_reported() -> None:
    caption = said(finding.reported_caption(View(answer())))
    assert "Leases that have not begun come on top: $279 B in 2026-Q2." in caption


def test_where_the_data_report_nothing_the_page_says_so(inputs: Inputs) -> None:
    table = inputs.tables["reported_financials"]
    other = table[~table["metric"].isin([frames.REPORTED, frames.REPORTED_LEASES])]
    silent = replace(inputs, tables=MappingProxyType({**inputs.tables, "reported_financials": other}))
    view = View(answer.__wrapped__(BASE, silent))
    assert frames.reported(view).empty
    assert finding.reported_title(view) == "The data hold no commitments that the company reports"
    assert "Leases" not in finding.reported_caption(view)


# --- Charts


@pytest.mark.parametrize("name", [name for name, figure in FIGURES.items() if figure.spec is not None])
def test_a_chart_has_a_colour_for_every_agreement_and_course(name: str) -> None:
    spec, frame, view = FIGURES[name].spec, FIGURES[name].frame, View(answer())
    assert spec is not None and frame is not None
    assert_can_be_shown(lambda mode: spec(mode, view), frame(view))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("which", range(3))
def test_every_agreement_has_its_chart_by_year_and_added_up(which: int, measure: str) -> None:
    panels, view = FIGURES["agreements"].panels, View(answer(), measure)
    assert panels is not None
    one = panels("light", view)[which]
    assert one.label == bundled().contracts.name[which]
    assert one.frame.equals(frames.agreement(view, which))
    assert_can_be_shown(lambda mode: panels(mode, view)[which].spec, one.frame)


def test_an_agreement_wears_the_colour_that_its_supplier_has_on_every_page() -> None:
    palette = charts.PALETTES["light"]
    colours = plot.supplier_colours(palette, 4)
    scale = charts.courses("light", ("a", "b"), 4, (0, 2))["layer"][0]["encoding"]["color"]["scale"]
    assert scale == {"domain": ["a", "b"], "range": [colours[0], colours[2]]}
    assert charts.agreement("light", GW, 4, 2)["layer"][0]["mark"]["color"] == colours[2]
