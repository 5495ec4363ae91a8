"""What a lever would have to be for a goal to be met: met when evaluated anew, and by nothing nearer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.base.finance import NEVER
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import by_year, capital_series, capital_spending_usd, evaluate
from core.model.sweep import SWITCHING_PRECISION
from core.risk.futures import DRAWS, odds, sample
from core.risk.goal import GOAL_FUTURES, Aim, Found, Goal, GoalError, seek
from core.risk.run import Cancelled
from tests.support.cases import TODAY
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.strategies import Changes, changes

Floats = NDArray[np.float64]

SHORT = BASE.replace(horizon_year=2028)


def payback_by(quarter: str) -> Goal:
    return Goal.payback(quarter, INPUTS.calendar)


NUMERIC = [lever.id for lever in LEVERS.values() if lever.is_numeric]


def figures(inputs: Inputs, scenario: Scenario, goal: Goal, lever: str, xs: list[float]) -> Floats:
    """What the goal is about, evaluated anew at settings of a lever."""
    moved = [scenario.replace(**{lever: LEVERS[lever].value(x)}) for x in xs]
    result = evaluate(inputs, columns(moved), series=capital_series(inputs))
    if goal.aim is Aim.CAPITAL:
        spent = sum(result.series[name] for name in capital_series(inputs))
        return by_year(np.asarray(spent))[goal.year - inputs.calendar.first_year]
    return result.metrics[{Aim.VALUE: "npv_usd", Aim.POWER: "peak_mw_it", Aim.PAYBACK: "payback"}[goal.aim]]


def met(goal: Goal, figure: Floats) -> NDArray[np.bool_]:
    """Whether figures meet the goal, as a person would say it."""
    if goal.aim is Aim.VALUE:
        return figure >= goal.target
    return figure <= goal.target * (1.0 if goal.aim is Aim.PAYBACK else 1.0 + 1e-9)


def assert_nearest(inputs: Inputs, scenario: Scenario, goal: Goal, found: Found) -> None:
    """Hold what was found against evaluations anew: it meets the goal, and nothing nearer on the grid does."""
    lever, setting = found.lever, scenario.number(found.lever.id)
    own = figures(inputs, scenario, goal, lever.id, [setting])
    count = int(lever.maximum - lever.minimum) + 1 if lever.whole else 65
    grid = np.linspace(lever.minimum, lever.maximum, count)
    if found.setting is None:
        assert not met(goal, figures(inputs, scenario, goal, lever.id, grid.tolist())).any()
        assert not met(goal, own).any()
        reached = figures(inputs, scenario, goal, lever.id, [found.closest_setting])[0]
        assert reached == found.reached or (math.isnan(reached) and math.isnan(found.reached))
        return
    there = figures(inputs, scenario, goal, lever.id, [found.setting])
    assert met(goal, there).all() and there[0] == found.reached
    assert lever.minimum <= found.setting <= lever.maximum
    if met(goal, own).all():
        assert found.setting == setting
        return
    step = 1.0 if lever.whole else SWITCHING_PRECISION * (lever.maximum - lever.minimum)
    a_little_nearer = found.setting + math.copysign(min(step, abs(setting - found.setting)), setting - found.setting)
    nearer = [*grid[abs(grid - setting) < abs(a_little_nearer - setting)].tolist(), a_little_nearer]
    assert not met(goal, figures(inputs, scenario, goal, lever.id, nearer)).any()


CASES: dict[str, tuple[Changes, str, Goal]] = {
    "break even by making more of the chips": ({"custom_cost": 1.4}, "custom_performance", Goal.value()),
    "thirty billion by a lower cost": ({}, "custom_cost", Goal.value(30e9)),
    "break even by waiting for nothing": ({"custom_delay_quarters": 6}, "custom_delay_quarters", Goal.value()),
    "spend less in 2028": ({"horizon_year": 2029}, "merchant_price", Goal.capital_spending(2028, 125e9)),
    "spend less in the first year": ({}, "demand_growth_genai", Goal.capital_spending(2027, 105e9)),
    "stay within 12 GW": ({"horizon_year": 2030}, "demand_growth_genai", Goal.power(12_000.0)),
    "stay within 9 GW by what can be powered": ({"horizon_year": 2030}, "power_capacity", Goal.power(9_000.0)),
    "pay back by the end of 2029": ({"adoption_genai_training": 0.4}, "merchant_price", payback_by("2029-Q4")),
    "pay back by a rate that cannot": ({"custom_performance": 0.6}, "adoption_rr_inference", payback_by("2032-Q4")),
    "far too much": ({"horizon_year": 2029}, "tax_rate", Goal.value(1e12)),
    "a horizon that pays": ({"horizon_year": 2028}, "horizon_year", Goal.value(15e9)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_found_meets_the_goal_and_nothing_nearer_does(inputs: Inputs, name: str) -> None:
    drawn, lever, goal = CASES[name]
    scenario = INPUTS.scenario(drawn)
    assert_nearest(inputs, scenario, goal, seek(inputs, scenario, lever, goal))


@pytest.mark.parametrize(
    ("lever", "drawn", "goal", "about"),
    [
        ("custom_performance", {"custom_cost": 1.4}, Goal.value(), 1.056),
        ("power_capacity", {"horizon_year": 2030}, Goal.power(9_000.0), 0.439),
        ("demand_growth_genai", {}, Goal.capital_spending(2027, 105e9), 0.593),
        ("custom_delay_quarters", {"custom_delay_quarters": 6}, Goal.value(), 4.0),
    ],
)
def test_the_lever_is_moved_as_far_as_it_must(
    inputs: Inputs, lever: str, drawn: Changes, goal: Goal, about: float
) -> None:
    assert seek(inputs, INPUTS.scenario(drawn), lever, goal).setting == pytest.approx(about, abs=5e-4)


def test_the_cases_are_of_both_kinds(inputs: Inputs) -> None:
    found = {name: seek(inputs, INPUTS.scenario(drawn), lever, goal) for name, (drawn, lever, goal) in CASES.items()}
    assert {name for name, one in found.items() if not one.met} == {"far too much", "pay back by a rate that cannot"}
    stayed = {name for name, one in found.items() if one.setting == INPUTS.scenario(CASES[name][0])[one.lever.id]}
    assert not stayed


def goals() -> st.SearchStrategy[Goal]:
    quarter = st.sampled_from([f"{year}-Q{quarter}" for year in (2027, 2028) for quarter in range(1, 5)])
    return st.one_of(
        st.floats(-50e9, 50e9).map(Goal.value),
        st.builds(Goal.capital_spending, st.sampled_from([2027, 2028]), st.floats(1e9, 300e9)),
        st.floats(100.0, 30_000.0).map(Goal.power),
        quarter.map(payback_by),
    )


@examples(12)
@given(changes({"horizon_year": 2028}, without=["horizon_year"]), st.sampled_from(NUMERIC), goals())
def test_any_goal_for_any_lever_anywhere_is_met_by_what_is_found_and_by_nothing_nearer(
    drawn: Changes, lever: str, goal: Goal
) -> None:
    inputs, scenario = bundled(), INPUTS.scenario(drawn)
    assert_nearest(inputs, scenario, goal, seek(inputs, scenario, lever, goal))


# --- What the answer says


def test_a_goal_that_is_met_leaves_the_lever_where_it_is_and_says_where_it_is_lost(inputs: Inputs) -> None:
    found = seek(inputs, BASE, "custom_cost", Goal.value())
    assert found.setting == 1.0 and found.met and found.short_by == 0.0
    assert found.lost_at is not None and found.lost_at > 1.0
    kept, lost = figures(inputs, BASE, found.goal, "custom_cost", [found.lost_at - 2e-6, found.lost_at])
    assert lost < 0.0 <= kept


def test_a_goal_that_cannot_be_lost_says_so(inputs: Inputs) -> None:
    assert seek(inputs, SHORT, "tax_rate", Goal.power(1e6)).lost_at is None
    assert seek(inputs, SHORT, "tax_rate", Goal.value(1e12)).lost_at is None


def test_without_a_setting_it_names_the_one_that_comes_closest(inputs: Inputs) -> None:
    found = seek(inputs, SHORT, "merchant_price", Goal.capital_spending(2028, 1e9))
    assert not found.met and found.closest_setting == LEVERS["merchant_price"].minimum
    spent = figures(inputs, SHORT, found.goal, "merchant_price", np.linspace(0.4, 2.0, 201).tolist())
    assert found.reached == spent.min()
    assert found.short_by == found.reached - found.target > 0.0


def test_a_payback_that_never_comes_is_infinitely_far(inputs: Inputs) -> None:
    hopeless = SHORT.replace(custom_cost=2.5, custom_performance=0.3, custom_premium_max=5.0, baseline="exit")
    found = seek(inputs, hopeless, "tax_rate", payback_by("2028-Q4"))
    assert found.reached == NEVER and found.short_by == math.inf
    assert found.closest_setting == hopeless["tax_rate"]


def test_a_scenario_that_is_its_own_baseline_has_nothing_to_pay_back(inputs: Inputs) -> None:
    today = zip(inputs.workloads, inputs.custom_share_today.tolist(), strict=True)
    held = SHORT.replace(**{f"adoption_{workload}": share for workload, share in today})
    found = seek(inputs, held, "power_price", payback_by("2028-Q4"))
    assert not found.met and math.isnan(found.reached)
    assert seek(inputs, held, "power_price", Goal.value()).met


def test_capital_spending_of_the_first_year_is_that_of_the_headline(inputs: Inputs) -> None:
    headline = float(capital_spending_usd(inputs, evaluate(inputs, columns([SHORT])))[0])
    assert seek(inputs, SHORT, "tax_rate", Goal.capital_spending(2027, headline)).setting == SHORT["tax_rate"]
    tight = seek(inputs, SHORT, "tax_rate", Goal.capital_spending(2027, headline * (1.0 - 1e-6)))
    assert tight.reached == pytest.approx(headline, rel=1e-12) and not tight.met


def test_a_limit_that_the_load_just_reaches_is_kept(inputs: Inputs) -> None:
    """Where power binds the load is what can be powered, but for rounding."""
    scenario = BASE.replace(power_capacity=0.6, horizon_year=2030)
    peak = float(evaluate(inputs, columns([scenario]), series=()).metrics["peak_mw_it"][0])
    for limit in (peak, peak * (1.0 - 1e-12)):
        assert seek(inputs, scenario, "custom_cost", Goal.power(limit)).setting == 1.0


def test_a_horizon_before_the_year_of_a_limit_does_not_meet_it(inputs: Inputs) -> None:
    found = seek(inputs, BASE, "horizon_year", Goal.capital_spending(2032, 1e9))
    assert not found.met and found.closest_setting >= 2032.0


def test_a_near_miss_between_two_points_of_the_grid_is_looked_at_again(inputs: Inputs) -> None:
    """Value is highest where power just does not bind, between two of the 65 points."""
    lever, goal = LEVERS["power_capacity"], Goal.value(22.6e9)
    grid = np.linspace(lever.minimum, lever.maximum, 65)
    assert figures(inputs, BASE, goal, lever.id, grid.tolist()).max() < goal.target
    found = seek(inputs, BASE, lever.id, goal)
    assert found.met and found.reached >= goal.target
    beyond = seek(inputs, BASE, lever.id, Goal.value(23.5e9))
    assert not beyond.met and grid.min() < beyond.closest_setting < 1.0
    assert beyond.reached > figures(inputs, BASE, goal, lever.id, grid.tolist()).max()


# --- Bad input


@pytest.mark.parametrize(
    ("lever", "goal", "words"),
    [
        ("custom_costs", Goal.value(), "'custom_costs': there is no such lever"),
        ("baseline", Goal.value(), "baseline: it is set to one of hold, exit"),
        ("adoption_start", Goal.value(), "adoption_start: it is set to one of 2027-Q1, 2027-Q2, 2027-Q3"),
        ("custom_cost", Goal.value(math.nan), "value: nan is not a figure to reach"),
        ("custom_cost", Goal.value(math.inf), "value: inf is not a figure to reach"),
        ("custom_cost", Goal.value(True), "value: True is not a figure to reach"),
        ("custom_cost", Goal.power(0.0), "power: 0 MW is no limit that could be met; use one above 0"),
        ("custom_cost", Goal.capital_spending(2028, -1e9), "capital: -1e+09 USD is no limit that could be met"),
        ("custom_cost", Goal.capital_spending(2029, 1e9), "year: 2029 is not a year of this scenario; use 2027 to 2"),
        ("custom_cost", Goal.capital_spending(2026, 1e9), "year: 2026 is not a year of this scenario"),
        ("custom_cost", Goal.capital_spending(True, 1e9), "year: True is not a year of this scenario"),
        ("tax_rate", payback_by("2029-Q1"), "payback: 2029-Q1 is not a quarter of this scenario; use 2027-Q1 to 2"),
        ("custom_cost", payback_by("2026-Q4"), "payback: 2026-Q4 is not a quarter of this scenario"),
    ],
)  # fmt: skip
def test_what_cannot_be_sought_is_refused_in_words(inputs: Inputs, lever: str, goal: Goal, words: str) -> None:
    with pytest.raises(GoalError) as caught:
        seek(inputs, SHORT, lever, goal)
    assert len(caught.value.problems) == 1 and caught.value.problems[0].startswith(words)


@pytest.mark.parametrize("quarter", ["2029", "soon", "2029-Q5", "", "2029-Q1 "])
def test_a_payback_quarter_is_written_like_one(quarter: str) -> None:
    with pytest.raises(GoalError, match="is not a quarter; write it like 2027-Q1"):
        payback_by(quarter)


def test_all_that_is_wrong_is_said_at_once(inputs: Inputs) -> None:
    with pytest.raises(GoalError) as caught:
        seek(inputs, SHORT, "nothing", Goal.capital_spending(2035, -5.0))
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["'nothing'", "year", "capital"]


# --- In futures


def in_futures(scenario: Scenario) -> Floats:
    """Value in the first of the futures that are drawn."""
    return sample(bundled(), scenario, DRAWS[0]).value_usd[:GOAL_FUTURES]


@pytest.mark.parametrize(
    ("lever", "goal"),
    [
        ("custom_cost", Goal.expected(20e9)),
        ("custom_cost", Goal.odds(0.75)),
        ("merchant_price", Goal.expected(40e9)),
        ("adoption_genai_inference", Goal.odds(0.66)),
    ],
)
def test_a_goal_in_futures_is_met_in_the_futures_that_are_drawn_on_every_page(lever: str, goal: Goal) -> None:
    found = seek(bundled(), SHORT if "adoption" in lever else BASE, lever, goal)
    assert found.setting is not None
    value = in_futures(found_scenario(found, SHORT if "adoption" in lever else BASE))
    reached = float(value.mean()) if goal.aim is Aim.EXPECTED else odds(value)
    assert found.reached == pytest.approx(reached, rel=1e-9)
    assert reached >= goal.target


def found_scenario(found: Found, scenario: Scenario) -> Scenario:
    assert found.setting is not None
    return scenario.replace(**{found.lever.id: found.lever.value(found.setting)})


def test_a_goal_in_futures_says_how_far_it_is_done_and_gives_up_when_told() -> None:
    told: list[float] = []
    seek(bundled(), SHORT, "custom_delay_quarters", Goal.expected(), progress=told.append)
    assert told and max(told) == 1.0 and min(told) > 0.0
    with pytest.raises(Cancelled):
        seek(bundled(), SHORT, "custom_cost", Goal.expected(), cancelled=lambda: True)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01])
def test_odds_that_are_no_share_of_futures_are_refused(share: float) -> None:
    with pytest.raises(GoalError, match="is no share of futures; use more than 0 and at most 100 %"):
        seek(bundled(), BASE, "custom_cost", Goal.odds(share))


def test_what_makes_no_difference_has_no_odds_to_reach() -> None:
    held = BASE.replace(**TODAY)
    found = seek(bundled(), held, "custom_delay_quarters", Goal.odds(0.5))
    assert not found.met and math.isnan(found.reached)
