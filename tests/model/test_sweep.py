"""How value answers to one lever: crossover on known curves, sweeps against plain evaluation, switching values."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from core.base.finance import AT_ONCE, NEVER
from core.inputs.data import Inputs, bundled
from core.inputs.lever import Lever, Value
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.model.model import EXIT, PLAN, simulate
from core.model.sweep import GRID, SWITCHING_PRECISION, AdoptionSweep, contributions, crossover, sweep_adoption, turns
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.strategies import Changes, changes

Floats = NDArray[np.float64]


def sweep(inputs: Inputs, scenario: Scenario) -> AdoptionSweep:
    return sweep_adoption(simulate(inputs, columns([scenario])))


def cost(inputs: Inputs, scenario: Scenario) -> float:
    return abs(float(simulate(inputs, columns([scenario])).flows.pv_cost_usd[PLAN, 0]))


def npv(inputs: Inputs, scenario: Scenario) -> float:
    return float(evaluate(inputs, columns([scenario]), series=()).metrics["npv_usd"][0])


# --- Crossover


def crossing(curve: Floats, tolerance: float = 0.0) -> float:
    return float(crossover(curve[None, :], tolerance)[0])


def test_the_grid_runs_from_none_to_all_in_steps_of_a_hundredth() -> None:
    assert GRID.tolist() == pytest.approx([i / 100 for i in range(101)], abs=1e-15)


def test_a_curve_that_rises_through_zero_crosses_there() -> None:
    assert crossing(GRID * (GRID - 0.405)) == pytest.approx(0.405, abs=1e-4)


def test_between_two_points_the_curve_is_a_straight_line() -> None:
    curve = np.where(GRID < 0.995, -3.0, 1.0)
    curve[0] = 0.0
    assert crossing(curve) == pytest.approx(0.99 + 0.01 * 3 / 4, rel=1e-12)


def test_only_the_last_crossing_counts() -> None:
    curve = np.sin(GRID * 5 * np.pi)  # above, below, above, below, above: last rises through zero at 0.8
    curve[-1] = 0.0
    assert crossing(curve, 1e-12) == pytest.approx(0.8, abs=1e-9)


def test_touching_zero_from_above_is_not_a_crossing() -> None:
    assert crossing((GRID - 0.5) ** 2 * GRID) == AT_ONCE


@pytest.mark.parametrize(("slope", "word"), [(1.0, AT_ONCE), (-1.0, NEVER)])
def test_a_curve_on_one_side_has_a_word(slope: float, word: float) -> None:
    assert crossing(slope * GRID) == word


def test_what_stays_within_the_tolerance_is_no_difference() -> None:
    assert np.isnan(crossing(1e-10 * np.sin(40 * GRID), 1e-9))
    assert crossing(np.where(GRID > 0.5, -1e-10, GRID), 1e-9) == AT_ONCE


def test_a_value_that_ends_below_zero_never_crosses_even_if_it_was_above() -> None:
    assert crossing(GRID * (0.5 - GRID)) == NEVER


# --- Sweeps


@examples(8)
@given(changes({"horizon_year": 2028}))
def test_each_point_of_a_sweep_is_the_scenario_evaluated_with_that_adoption(drawn: Changes) -> None:
    inputs, scenario = bundled(), INPUTS.scenario(drawn)
    swept = sweep(inputs, scenario)
    size = cost(inputs, scenario)
    for w, workload in enumerate(inputs.workloads):
        none = npv(inputs, scenario.replace(**{adoption(workload): 0.0}))
        for point in (1, 37, 100):
            here = npv(inputs, scenario.replace(**{adoption(workload): float(GRID[point])}))
            assert abs(swept.value_usd[w, point] - (here - none)) <= 1e-12 * size
        assert abs(swept.value_now_usd[w] - (npv(inputs, scenario) - none)) <= 1e-12 * size


def test_a_workload_that_no_custom_chip_can_have_makes_no_difference(inputs: Inputs) -> None:
    """With the right to stop at nothing and custom silicon at its dearest, adoption is only a wish."""
    dear: dict[str, Value] = {
        "custom_premium_max": 0.0, "custom_cost": 2.5, "custom_performance": 0.3, "merchant_price": 0.4,
        "horizon_year": 2028, "adoption_rr_inference": 0.5, "adoption_genai_training": 0.0,
    }  # fmt: skip
    scenario = BASE.replace(**dear)
    swept = sweep(inputs, scenario)
    # The team is paid for as long as any share is above zero, which ranking inference sees to;
    # the port of generative training is paid for as soon as its adoption is.
    assert np.isnan(swept.crossover[2]) or swept.crossover[2] == NEVER
    assert swept.crossover[3] == NEVER
    assert (np.diff(swept.value_usd[3, 1:]) == 0.0).all()


def test_a_sweep_takes_one_scenario(inputs: Inputs) -> None:
    two = simulate(inputs, columns([BASE, BASE]))
    with pytest.raises(ValueError, match="one scenario, not 2"):
        sweep_adoption(two)
    with pytest.raises(ValueError, match="one scenario, not 2"):
        contributions(two, EXIT)


# --- Switching values

SHORT = BASE.replace(horizon_year=2028, ramp_years=0.0)


def switching_values(
    inputs: Inputs, scenario: Scenario, levers: Iterable[Lever] | None = None
) -> dict[str, float | None]:
    """The setting of each lever at which the sign of value changes; None where it never does."""
    found = turns(inputs, scenario, levers)
    return {name: None if turn is None else turn.at for name, turn in found.items()}


@pytest.mark.parametrize(
    "lever", ["adoption_genai_inference", "custom_cost", "merchant_price", "custom_premium_max", "tax_rate"]
)
def test_the_sign_of_value_changes_at_a_switching_value_and_nowhere_nearer(inputs: Inputs, lever: str) -> None:
    found = switching_values(inputs, SHORT, [LEVERS[lever]])[lever]
    setting, bounds = float(SHORT[lever]), LEVERS[lever]
    grid = np.linspace(bounds.minimum, bounds.maximum, 65)
    pays_now = npv(inputs, SHORT) >= 0.0
    nearer = grid if found is None else grid[abs(grid - setting) < abs(found - setting)]
    assert all((npv(inputs, SHORT.replace(**{lever: float(x)})) >= 0.0) == pays_now for x in nearer)
    if found is not None:
        inside = found + np.sign(setting - found) * SWITCHING_PRECISION * (bounds.maximum - bounds.minimum)
        assert (npv(inputs, SHORT.replace(**{lever: found})) >= 0.0) != pays_now
        assert (npv(inputs, SHORT.replace(**{lever: float(inside)})) >= 0.0) == pays_now


@pytest.mark.parametrize(
    "lever", ["custom_delay_quarters", "merchant_delay_quarters", "horizon_year", "start_lag_rr_training"]
)
@pytest.mark.parametrize("custom_cost", [1.0, 1.6])
def test_a_whole_lever_switches_at_the_first_whole_number_beyond(
    inputs: Inputs, lever: str, custom_cost: float
) -> None:
    scenario, bounds = SHORT.replace(custom_cost=custom_cost), LEVERS[lever]
    whole = range(int(bounds.minimum), int(bounds.maximum) + 1)
    pays = {x: npv(inputs, scenario.replace(**{lever: x})) >= 0.0 for x in whole}
    changed = [x for x in whole if pays[x] != pays[int(scenario[lever])]]
    found = switching_values(inputs, scenario, [bounds])[lever]
    nearest = min((abs(x - int(scenario[lever])) for x in changed), default=None)
    assert (found is None) == (nearest is None)
    if found is not None:
        assert found in changed and abs(found - int(scenario[lever])) == nearest


def test_where_the_sign_never_changes_there_is_no_switching_value(inputs: Inputs) -> None:
    assert switching_values(inputs, BASE, [LEVERS["tax_rate"]]) == {"tax_rate": None}


def test_the_setting_itself_counts_as_a_point(inputs: Inputs) -> None:
    """Today's mix is worth nothing against itself, which counts as positive; a hair less ranking loses."""
    today: dict[str, Value] = {
        f"adoption_{workload}": float(share)
        for workload, share in zip(inputs.workloads, inputs.custom_share_today, strict=True)
    }
    lever = LEVERS["adoption_rr_inference"]
    found = switching_values(inputs, SHORT.replace(**today), [lever])[lever.id]
    assert found is not None
    assert 0.4 - SWITCHING_PRECISION <= found < 0.4


def test_every_numeric_lever_has_an_answer_and_no_other(inputs: Inputs) -> None:
    found = switching_values(inputs, BASE.replace(horizon_year=2028))
    assert list(found) == [lever.id for lever in LEVERS.values() if not lever.options]
    for name, value in found.items():
        if value is not None:
            assert LEVERS[name].minimum <= value <= LEVERS[name].maximum
