"""The custom programme: what it costs, what it must deliver, what delay costs, and what the right to stop is worth."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.base.format import MINUS, NBSP, USD_BN, USD_M, percent
from core.base.format import usd as money
from core.inputs.data import CUSTOM, Inputs, bundled
from core.inputs.lever import Value
from core.inputs.levers import NO_STOP
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.model.model import EXIT, HOLD, PLAN, Simulation, simulate
from core.model.offers import NO_CHIP
from core.story import frames
from core.story.answer import Answer
from core.views.programme import finding as said
from core.views.programme import frames as programme
from core.views.programme import tables
from core.views.programme.figures import View
from core.views.programme.fixed_cost import custom_work
from core.views.programme.setbacks import AS_SET, OUTCOMES, SETBACKS, Setback, Setbacks, outcomes_h100e
from core.views.programme.study import Study
from core.views.programme.study import study as study_of
from tests.support.cases import PRESETS, TODAY
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.strategies import ALTERATIONS, NO_ADOPTION, scenarios
from tests.support.words import LONGEST_TITLE, NOISE

LATE, SLOW, BOTH = SETBACKS[1:]
EVERY_LEVER = examples(20)
ROUNDING = 1e-9
PAYS_BELOW: dict[str, Value] = {"horizon_year": 2028, "terminal_basis": "sale"}
"""Chips are resold when most of them are new: the programme then pays only up to just below its planned volume."""
THIN = 1e-6
"""A step of the volume that is too small to tell on which side of a jump it lies."""


@cache
def study(scenario: Scenario = BASE, inputs: Inputs | None = None) -> Study:
    return study_of(Answer.of(inputs or bundled(), scenario))


def set_to(**changes: Value) -> Study:
    return study(INPUTS.scenario(changes))


def value_against_exit(scenario: Scenario) -> float:
    return float(evaluate(bundled(), columns([scenario]), series=()).metrics["npv_vs_exit_usd"][0])


# --- What it costs


@EVERY_LEVER
@given(scenarios())
def test_the_items_add_up_to_what_the_programme_spends_in_every_course(scenario: Scenario) -> None:
    a = study(scenario).answer
    for place, course in ((PLAN, a.plan), (HOLD, a.hold), (EXIT, a.exit)):
        items = frames.items_usd(a, place)
        assert items.sum(axis=1) == pytest.approx(course.programme_usd, rel=1e-12, abs=1e-3)


def test_spending_by_year_is_that_of_the_file_while_everything_is_open() -> None:
    """Teams: 6 and 3 billion over 40 quarters, so 225 million a quarter and 900 million a year."""
    frame = study().spending
    teams = frame[(frame["kind"] == "Teams") & (frame["variant"] == "plan")].groupby("year")["usd"].sum()
    assert list(teams) == pytest.approx([900e6] * 6)
    nre_450 = frame[frame["item"].str.startswith("MTIA 450") & (frame["variant"] == "plan")]
    # 590 million over seven quarters to 2027-Q1; a quarter's delay makes it two in 2027.
    assert nre_450.groupby("year")["usd"].sum().to_dict()[2027] == pytest.approx(2 * 590e6 / 7)


def test_exit_goes_on_paying_while_it_winds_up_and_then_nothing() -> None:
    frame = study().spending
    by_year = frame[frame["variant"] == "exit"].groupby("year")["usd"].sum()
    assert (by_year.loc[:2028] > 0).all()
    assert (by_year.loc[2029:] == 0).all()


def test_porting_is_paid_only_where_adoption_grows() -> None:
    def ports(found: Study) -> set[str]:
        frame = found.spending
        return set(frame[(frame["kind"] == "Moving workloads over") & (frame["usd"] > 0)]["item"])

    assert ports(study()) == {"Port ranking and recommendation training", "Port generative inference serving"}
    assert ports(study(PRESETS["Today's mix held"])) == set()


def test_custom_chips_are_counted_from_their_work_and_throughput() -> None:
    a = study().answer
    chips, world = bundled().chips, a.world
    expected = 0.0
    for t, w in np.ndindex(world.quarters, len(bundled().workloads)):
        chip = int(world.chip[t, CUSTOM, w])
        if chip != NO_CHIP:
            expected += a.plan.bought_h100e[t, CUSTOM, w] / chips.h100e[chip, w] * 1.03
    assert study().fixed.chips == pytest.approx(expected, rel=1e-12)


def test_custom_work_in_service_is_what_the_frame_of_installed_work_says() -> None:
    a = study().answer
    for course in (a.plan, a.hold, a.exit):
        expected = frames.installed_by_supplier(a, course)[:, CUSTOM].sum(axis=1)
        assert custom_work(a, course.bought_h100e[:, CUSTOM]) == pytest.approx(expected, rel=1e-12)


def test_fixed_cost_is_spread_over_chips_and_hours() -> None:
    fixed = study().fixed
    assert fixed.usd == pytest.approx(study().answer.plan.programme_usd.sum())
    assert fixed.usd_per_chip * fixed.chips == pytest.approx(fixed.usd)
    assert fixed.usd_per_h100e_hour * fixed.h100e_hours == pytest.approx(fixed.usd)


@EVERY_LEVER
@given(scenarios())
def test_the_years_add_up_to_the_whole(scenario: Scenario) -> None:
    found = study(scenario)
    for variant, usd, chips in (
        ("plan", found.fixed.usd, found.fixed.chips),
        ("exit", found.fixed.exit_usd, found.fixed.exit_chips),
    ):
        years = found.by_year[found.by_year["variant"] == variant]
        assert years["usd"].sum() == pytest.approx(usd, rel=1e-9)
        assert years["chips"].sum() == pytest.approx(chips, rel=1e-9, abs=1e-6)
        known = years.dropna(subset=["usd_per_chip"])
        assert list(known["usd_per_chip"] * known["chips"]) == pytest.approx(list(known["usd"]))


def test_twice_the_programme_cost_is_twice_the_fixed_cost_and_moves_no_chip() -> None:
    once, twice = study().fixed, set_to(programme_cost=2.0).fixed
    assert twice.usd == pytest.approx(2 * once.usd)
    assert (twice.chips, twice.h100e_hours) == (once.chips, once.h100e_hours)


# --- Value per programme dollar


@pytest.mark.parametrize("name", ["Company plan", "Ranking only", "Extends to training"])
def test_fixed_cost_grown_by_the_value_per_programme_dollar_leaves_no_value(name: str) -> None:
    """Value is a straight line in fixed cost: (value + P) / P is the multiple at which it is gone."""
    scenario = PRESETS[name]
    per = study(scenario).answer.metric("npv_per_programme_usd")
    assert 0.25 <= per * scenario.number("programme_cost") <= 4.0 or per > 4.0
    levers = dict(columns([scenario])) | {"programme_cost": np.array([per])}
    left = float(evaluate(bundled(), levers, series=()).metrics["npv_vs_exit_usd"][0])
    assert left == pytest.approx(0.0, abs=1e-6 * study(scenario).answer.metric("pv_cost_usd"))


# --- How much it must deliver


@pytest.mark.parametrize("name", ["Company plan", "Today's mix held", "Ranking only", "Into generative inference"])
def test_the_break_even_put_back_leaves_no_value(name: str) -> None:
    scenario = PRESETS[name]
    factor = study(scenario).volume.break_even
    shrunk = scenario.replace(**{lever: scenario.number(lever) * factor for lever in NO_ADOPTION})
    assert 0 < factor < 1
    fixed = study(scenario).fixed.usd
    assert value_against_exit(shrunk) == pytest.approx(0.0, abs=2e-3 * fixed)
    assert value_against_exit(scenario) > 0


@EVERY_LEVER
@given(scenarios(without=["programme_cost"]))
def test_value_changes_its_sign_at_the_break_even_and_not_between_there_and_the_scenario(scenario: Scenario) -> None:
    found = study(scenario)
    at = found.volume
    if np.isnan(at.break_even):
        return
    positive = at.value_usd >= 0
    below, above = at.factor < at.break_even - THIN, at.factor > at.break_even + THIN
    assert positive[above][0] == at.pays_above
    assert positive[below][-1] != at.pays_above
    if at.of_plan:
        side = above & (at.factor <= 1.0) if at.break_even < 1.0 else below & (at.factor >= 1.0)
        assert (positive[side] == positive[at.here]).all()


@EVERY_LEVER
@given(scenarios())
def test_the_scenario_lies_on_its_own_curve(scenario: Scenario) -> None:
    found = study(scenario)
    if not found.volume.of_plan:
        return
    cost = found.answer.metric("pv_cost_usd")
    here = found.volume.value_usd[found.volume.here]
    assert here == pytest.approx(found.answer.metric("npv_vs_exit_usd"), abs=1e-9 * abs(cost) + 1.0)
    assert found.volume.factor[found.volume.here] == 1.0
    assert found.volume.chips[found.volume.here] == pytest.approx(found.fixed.chips, rel=1e-9)


def test_volume_ends_where_the_first_workload_is_all_custom() -> None:
    assert study().volume.factor[-1] == pytest.approx(1 / 0.7)


def test_dearer_fixed_cost_needs_more_volume() -> None:
    found = [set_to(programme_cost=cost).volume.break_even for cost in (0.5, 1.0, 2.0)]
    assert found == sorted(found)
    assert len(set(found)) == 3


def test_without_adoption_the_volume_is_that_of_today_s_mix() -> None:
    none, held = study(BASE.replace(**NO_ADOPTION)).volume, study(BASE.replace(**TODAY)).volume
    assert not none.of_plan
    assert none.break_even == pytest.approx(held.break_even, rel=1e-3)


def test_the_curve_marks_scenario_break_even_and_today_s_mix() -> None:
    found = study()
    curve = programme.volume_curve(found.answer, found.volume)
    marks = curve.set_index("mark")
    assert marks.loc["here", "usd"] == pytest.approx(found.answer.metric("npv_vs_exit_usd"))
    assert marks.loc["break-even", "usd"] == 0.0
    held = found.answer.metric("npv_vs_exit_usd") - found.answer.metric("npv_vs_hold_usd")
    assert list(marks.loc["hold", "usd"]) == pytest.approx([held, held])


# --- What each workload brings


@EVERY_LEVER
@given(scenarios())
def test_the_parts_of_workloads_add_up_to_the_value_against_exit_whatever_the_baseline(scenario: Scenario) -> None:
    found = study(scenario)
    value, cost = found.answer.metric("npv_vs_exit_usd"), abs(found.answer.metric("pv_cost_usd"))
    assert abs(found.by_workload_usd.sum() - value) <= 1e-9 * cost
    against_exit = Answer.of(bundled(), scenario.replace(baseline="exit"))
    assert list(found.by_workload_usd) == list(against_exit.sweep.contribution_usd)
    assert list(programme.worth(found.answer, found.by_workload_usd)["usd"]) == list(found.by_workload_usd)


# --- Delay, slowness and the right to stop


@pytest.mark.parametrize("premium", [1.0, 0.0])
@pytest.mark.parametrize("delay", [0, 1, 5, 8])
def test_value_by_delay_is_what_the_levers_would_show(delay: int, premium: float) -> None:
    found = study().setbacks
    value = found.by_delay[found.delays.index(delay), [1.0, 0.0].index(premium)]
    moved = BASE.replace(custom_delay_quarters=delay, custom_premium_max=premium)
    assert value == pytest.approx(value_against_exit(moved), rel=1e-12)


def test_setbacks_come_on_top_of_what_the_levers_set() -> None:
    scenario = INPUTS.scenario({"custom_delay_quarters": 2, "custom_performance": 0.9})
    found = study(scenario).setbacks
    moved = scenario.replace(custom_delay_quarters=6, custom_performance=0.9 * 0.85)
    assert found.value(BOTH, 1.0) == pytest.approx(value_against_exit(moved), rel=1e-12)
    assert found.value(AS_SET, 1.0) == pytest.approx(value_against_exit(scenario), rel=1e-12)


@EVERY_LEVER
@given(scenarios())
def test_cost_and_option_are_differences_of_the_same_four_values(scenario: Scenario) -> None:
    found = study(scenario).setbacks
    own, stop = found.premium, 0.0
    for setback in SETBACKS:
        both_ways = found.cost(setback, own) - found.cost(setback, stop)
        assert both_ways == pytest.approx(
            found.option(setback) - found.option(AS_SET), abs=1e-6 * np.abs(found.value_usd).max() + 1e-3
        )


def test_the_right_to_stop_is_worth_more_the_later_the_chips() -> None:
    found = study().setbacks
    assert found.option(AS_SET) < found.option(LATE)
    assert 0 < found.cost(LATE, 0.0) < found.cost(LATE, found.premium)


def test_a_scenario_that_stops_at_once_is_held_against_one_that_does_not() -> None:
    found = set_to(custom_premium_max=0.0).setbacks
    assert found.premium == NO_STOP
    assert found.option(LATE) > 0


def plain(scenario: Scenario, found: Setbacks, setback: Setback, premium: float) -> Simulation:
    """The scenario with a setback under a rule, by itself."""
    levers = columns([scenario])
    late, slow = found.delay_quarters + setback.delay_quarters, found.performance * setback.performance
    moved = {"custom_delay_quarters": late, "custom_performance": slow, "custom_premium_max": premium}
    return simulate(bundled(), {**levers, **{name: np.array([float(value)]) for name, value in moved.items()}})


@pytest.mark.parametrize("setback", SETBACKS, ids=lambda one: one.name)
def test_nothing_but_delay_performance_and_premium_differs_with_a_setback(setback: Setback) -> None:
    found = study().setbacks
    for premium in found.rules.values():
        cost = plain(BASE, found, setback, premium).flows.pv_cost_usd[:, 0]
        assert found.value(setback, premium) == pytest.approx(cost[EXIT] - cost[PLAN], rel=1e-9, abs=1e-9 * cost[PLAN])


@EVERY_LEVER
@given(scenarios(), some.sampled_from(SETBACKS))
def test_what_becomes_of_custom_work_adds_up_to_what_is_asked_for(scenario: Scenario, setback: Setback) -> None:
    found = study(scenario).setbacks
    for premium in (found.premium, 0.0):
        parts = outcomes_h100e(found, setback, premium)
        assert (parts >= 0).all()
        sim = plain(scenario, found, setback, premium)
        gap = sim.fleet.gap_h100e[:, :, PLAN, 0]
        assert (parts.sum(axis=2) <= gap * (1 + ROUNDING)).all()
        bought = sim.fleet.bought_h100e[:, CUSTOM, :, PLAN, 0]
        assert parts[..., 0] == pytest.approx(bought, rel=1e-12)
        held_back = sim.fleet.held_back_h100e[:, :, PLAN, 0]
        lost = parts[..., 1] + parts[..., 2]
        assert (lost <= held_back * (1 + ROUNDING)).all(), "power can only make less of it"


def test_stopping_buys_no_custom_chip_that_is_dearer() -> None:
    found = study().setbacks
    world = plain(BASE, found, LATE, 0.0).world
    dearer = world.kappa[:, CUSTOM, :, 0] > world.bought_kappa[..., 0]
    bought = outcomes_h100e(found, LATE, 0.0)[..., 0]
    assert dearer.any()
    assert (bought[dearer] == 0).all()


def test_a_supply_limit_is_told_apart_from_being_held_back() -> None:
    found = set_to(custom_supply_limit_mw=25.0).setbacks
    shares = outcomes_h100e(found, AS_SET, found.premium).sum(axis=(0, 1))
    assert shares[OUTCOMES.index("Beyond the supply limit")] > shares[OUTCOMES.index("Bought")] > 0


def test_the_frame_of_outcomes_holds_what_the_sums_say() -> None:
    found = study().setbacks
    frame = programme.outcomes(found, LATE, 0.0)
    whole = outcomes_h100e(found, LATE, 0.0).sum()
    assert frame["h100e"].sum() == pytest.approx(whole)
    as_set = outcomes_h100e(found, AS_SET, 0.0)[..., 0].sum()
    assert frame.drop_duplicates("quarter")["as_set_h100e"].sum() == pytest.approx(as_set)


# --- In words


SCENARIOS = {
    **PRESETS,
    "no ramp, no adoption": BASE.replace(**NO_ADOPTION, ramp_years=0.0),
    "exit later": BASE.replace(**NO_ADOPTION, adoption_start="2029-Q1"),
    "to 2028": INPUTS.scenario({"horizon_year": 2028}),
    "to 2035": INPUTS.scenario({"horizon_year": 2035}),
    "three years late": INPUTS.scenario({"custom_delay_quarters": 12, "custom_premium_max": 0.0}),
}


def sentences(found: Study) -> list[str]:
    strip = said.metrics(found)
    cells = said.setback_words(found).astype(str).to_numpy().ravel()
    return [
        said.title(found),
        said.spending_title(found),
        said.years_title(found),
        said.volume_title(found),
        said.delay_title(found),
        said.setbacks_title(found),
        said.rules_words(found),
        said.worth_title(found),
        *(said.outcomes_title(found, one, rule) for one in SETBACKS for rule in (found.setbacks.premium, 0.0)),
        *(part for figure in strip for part in (figure.label, figure.value, figure.change, figure.beside, figure.help)),
        *cells,
    ]


@EVERY_LEVER
@given(scenarios())
def test_whatever_the_levers_every_sentence_reads_well(scenario: Scenario) -> None:
    for text in sentences(study(scenario)):
        assert not NOISE.search(text), text
    assert len(said.title(study(scenario))) <= LONGEST_TITLE


@pytest.mark.parametrize("name", ["custom has no chip", "AMD has no chip", "no opening fleet", "flat demand"])
def test_whatever_the_data_every_sentence_reads_well(name: str) -> None:
    for text in sentences(study(BASE, ALTERATIONS[name].inputs(bundled()))):
        assert not NOISE.search(text), text


def test_the_title_says_what_the_programme_is_worth_and_what_a_dollar_brings_back() -> None:
    """36.469 B against exit; fixed cost beyond exit's is 4.889 B after tax and discounted: 1 + 36.469 / 4.889."""
    assert said.title(study()) == (
        f"The MTIA programme is worth $36{NBSP}B after tax by 2032 against exit custom; each dollar of fixed cost "
        "brings back $8.46"
    )
    cheap = said.title(set_to(merchant_price=0.6))
    assert cheap.startswith(f"The MTIA programme is not worth its money: exit custom would save $16{NBSP}B")
    assert cheap.endswith("its chips lose money even before fixed cost")
    assert said.title(set_to(custom_cost=1.4)).endswith("; each dollar of fixed cost brings back $0.71")
    assert said.title(study(PRESETS["Exit custom"])).startswith("This scenario exits custom chips")


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_title_has_the_sign_of_the_value(name: str) -> None:
    found = study(SCENARIOS[name])
    value, text = found.answer.metric("npv_vs_exit_usd"), said.title(found)
    assert ("is worth" in text) == (value >= 1.0)
    assert ("not worth" in text) == (value <= -1.0)


def test_the_page_is_against_exit_whatever_the_baseline() -> None:
    for baseline in ("hold", "exit"):
        found = study(BASE.replace(baseline=baseline))
        assert found.answer.baseline_course == EXIT
        assert said.title(found) == said.title(study())


def test_the_volume_title_says_on_which_side_it_pays() -> None:
    at = study().volume
    share = at.at_break_even(at.chips) / at.chips[at.here]
    chips = said.chips_words(at.at_break_even(at.chips))
    title = f"The programme pays from {chips} custom chips on, {percent(share)} of those planned"
    assert said.volume_title(study()) == title
    assert "only up to" in said.volume_title(set_to(**PAYS_BELOW))
    assert "at no volume" in said.volume_title(set_to(merchant_price=0.6))
    assert "planned" not in said.volume_title(study(PRESETS["Exit custom"]))


@pytest.mark.parametrize("changes", [{}, dict.fromkeys(NO_ADOPTION, 1.0), {"horizon_year": 2035}])
def test_the_break_even_is_one_figure_in_chips_wherever_it_stands(changes: dict[str, Value]) -> None:
    """Where supply binds chips grow less than the adoption rates: the share of chips is not that of the rates."""
    found = set_to(**changes)
    at, figure = found.volume, said.metrics(found)[-1]
    chips, share = at.at_break_even(at.chips), at.at_break_even(at.chips) / found.fixed.chips
    for text in (said.volume_title(found), f"{figure.value} {figure.change}"):
        assert f"{said.chips_words(chips)} custom chips" in text
        assert f"{percent(share)} of those planned" in text
        assert percent(at.break_even) not in text or percent(at.break_even) == percent(share)
    assert figure.label == "Break-even volume"


def test_a_volume_beyond_which_the_programme_loses_money_is_called_a_ceiling() -> None:
    figure = said.metrics(set_to(**PAYS_BELOW))[-1]
    assert (figure.label, figure.beside) == ("Volume ceiling", "beyond it the programme loses money")


def test_where_the_rule_to_stop_costs_value_it_misjudges_and_the_right_is_worth_nothing_less() -> None:
    """What chips are worth at the horizon is what the rule does not look at."""
    found = set_to(horizon_year=2035)
    cases, cells = found.setbacks, said.setback_words(found)["Right to stop"]
    for setback, cell in zip(SETBACKS, cells, strict=True):
        usd = cases.option(setback)
        words = f"misjudges, costs {money(-usd)}" if usd < 0 else f"is worth {money(usd)}"
        assert cell == words
    assert min(map(cases.option, SETBACKS)) < 0
    for text in sentences(found):
        assert f"worth {MINUS}" not in text and f"and {MINUS}" not in text, text


@EVERY_LEVER
@given(scenarios())
def test_no_sentence_says_that_a_right_is_worth_less_than_nothing(scenario: Scenario) -> None:
    found = study(scenario)
    for text in (said.delay_title(found), said.setbacks_title(found), *said.setback_words(found)["Right to stop"]):
        assert f"worth {MINUS}" not in text and f"and {MINUS}" not in text, text


def test_a_setback_is_looked_at_under_the_scenario_s_own_rule() -> None:
    stops = set_to(custom_premium_max=0.0)
    assert (study().own_premium, stops.own_premium) == (1.0, 0.0)
    assert View.opened(stops.answer).premium == 0.0
    cost = stops.setbacks.cost(LATE, 0.0)
    assert money(cost) in said.setbacks_title(stops) and money(cost) in said.outcomes_title(stops, LATE, 0.0)


def test_who_exits_has_no_custom_chips_to_delay() -> None:
    assert said.outcomes_title(study(PRESETS["Exit custom"]), LATE, 1.0) == "No custom chips to delay"


def test_value_is_said_per_additional_custom_chip() -> None:
    found = study()
    more = found.fixed.chips - found.fixed.exit_chips
    each = money(found.answer.metric("npv_vs_exit_usd") / more)
    assert said.metrics(found)[0].help.endswith(f"It is {each} of value per additional custom chip.")


def test_the_table_of_setbacks_says_what_is_done_and_what_it_costs() -> None:
    table = said.setback_words(study()).set_index("Coming custom chips")
    assert list(table.index) == [one.name for one in SETBACKS]
    assert table.loc["As set", "Not bought, buying on"] == "nothing"
    assert table.loc["A year late", "Not bought, stopping"] == f"78{NBSP}%, from 2027-Q1"
    # 36.469 - 36.257 = 0.213; with the right to stop 0.213 + 10.943.
    assert table.loc["A year late", "Value, buying on"] == f"+$0.2{NBSP}B ($36{NBSP}B less)"
    assert table.loc["A year late", "Right to stop"] == f"is worth $11{NBSP}B"


def test_break_even_is_good_news_only_if_the_plan_lies_on_its_paying_side() -> None:
    assert said.metrics(study())[-1].good is True
    assert said.metrics(set_to(**PAYS_BELOW))[-1].good is False


@pytest.mark.parametrize(
    ("chips", "words"), [(12.4, "12"), (650_432, "650,000"), (994_999, "990,000"), (2.04e6, "2.0")]
)
def test_chips_are_counted_to_two_digits(chips: float, words: str) -> None:
    assert said.chips_words(chips).removesuffix(f"{NBSP}million") == words


# --- Tables


def test_tables_hold_the_figures_of_the_charts() -> None:
    found = study()
    spending = tables.spending(found)
    plan = spending[spending["Variant"] == "this scenario"]
    assert plan.filter(like=f"({USD_M.name})").to_numpy().sum() * 1e6 == pytest.approx(found.fixed.usd)
    assert len(spending) == 2 * len(bundled().programme.id)
    delay = tables.delay(found)
    assert list(delay["Delay (quarters)"]) == list(range(9))
    steps = delay.filter(like="Less than the row above").to_numpy()[1:] * 1e9
    assert steps == pytest.approx(-np.diff(found.setbacks.by_delay, axis=0))
    volume = tables.volume(found)
    assert list(volume[f"Value against exit custom ({USD_BN.name})"] * 1e9) == pytest.approx(
        list(found.volume.value_usd)
    )
    worth = tables.worth(found)
    assert list(worth[f"Part of value against exit custom ({USD_BN.name})"] * 1e9) == pytest.approx(
        list(found.by_workload_usd)
    )
    outcomes = tables.outcomes(found, LATE, 0.0)
    whole = outcomes_h100e(found.setbacks, LATE, 0.0).sum()
    assert outcomes.drop(columns=["Quarter", "Workload"]).to_numpy().sum() * 1e3 == pytest.approx(whole)
    by_year = tables.years(found)
    assert isinstance(by_year, pd.DataFrame)
    assert by_year.loc[by_year["Variant"] == "this scenario", f"Programme ({USD_M.name})"].sum() * 1e6 == pytest.approx(
        found.fixed.usd
    )


# --- Names on the charts


def test_marks_that_lie_together_have_one_name() -> None:
    near = set_to(**PAYS_BELOW)
    names = set(programme.volume_curve(near.answer, near.volume)["name"])
    assert names == {"", "this scenario, near break-even"}
    far = programme.volume_curve(study().answer, study().volume)
    assert set(far["name"]) == {"", "this scenario", "break-even"}


@EVERY_LEVER
@given(scenarios())
def test_the_names_of_both_rules_never_overprint(scenario: Scenario) -> None:
    curve = programme.delay_curve(study(scenario).setbacks)
    if curve.empty:
        return
    own, stop = curve.groupby("rule", sort=False)["label_usd"].first()
    height = np.ptp(curve["usd"])
    assert abs(own - stop) >= 0.99 * frames.LABEL_GAP * height


def test_delay_is_not_drawn_where_it_makes_no_difference() -> None:
    assert programme.delay_curve(study(PRESETS["Exit custom"]).setbacks).empty
