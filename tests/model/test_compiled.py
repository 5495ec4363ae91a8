"""The compiled form of the model is the readable one: every course costs the same in every world, to 1e-9."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from core.inputs.data import CUSTOM, Inputs, load
from core.inputs.declaration import BUNDLED
from core.inputs.scenario import Columns, Scenario, columns
from core.model.compiled import choices_of, costs
from core.model.evaluate import by_year, constraints
from core.model.model import Simulation, run, variants
from core.model.world import build
from core.risk.futures import drawn_levers
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.strategies import scenarios, scenarios_of

Array = NDArray[np.generic]

WORLDS = 1024


def same(found: NDArray[np.float64], wanted: NDArray[np.float64]) -> bool:
    """Say whether no figure differs by more than 1e-9 of the largest of its kind."""
    return bool(np.abs(found - wanted).max() <= 1e-9 * np.abs(wanted).max())


def agree(inputs: Inputs, levers: Columns) -> None:
    """All that the compiled form tells of plan, hold and exit in worlds is what the readable one gives."""
    world = build(inputs, levers)
    sim = run(world, variants(world))
    one = build(inputs, {name: column[:1] for name, column in levers.items()})
    found = costs(inputs, levers, choices_of(one, variants(one)), told=3)
    flows, quarters, years = sim.flows, found.quarters.transpose(2, 1, 0), found.years.transpose(2, 1, 0)
    capital = flows.capex_usd.sum(axis=1) - flows.warrant_usd + flows.capex_facility_usd
    assert same(found.cost_usd.T, flows.pv_cost_usd)
    assert same(quarters["cash_usd"], flows.cash_usd)
    assert same(quarters["after_tax_usd"], flows.cash_usd - flows.tax_saving_usd)
    assert same(years["expense_usd"], by_year(flows.expense_usd))
    assert same(years["capital_usd"], by_year(capital))
    assert same(years["warrant_usd"], by_year(flows.warrant_usd))
    assert same(found.residual_usd.T, flows.pv_terminal_usd)
    assert same(quarters["depreciation_chips_usd"], flows.depreciation_chips_usd)
    assert same(quarters["write_off_usd"], flows.write_off_usd)
    work = found.work.transpose(2, 3, 1, 0)  # (quarter, workload, course, world)
    assert same(work["custom_h100e"], sim.fleet.bought_h100e[:, CUSTOM])
    assert same(work["gap_h100e"], sim.fleet.gap_h100e)
    assert np.array_equal(work["lacks_chip"], np.broadcast_to(np.isinf(world.kappa[:, CUSTOM, :, None]), work.shape))
    for course in range(3):
        binding(sim, course, [quarters["power"], quarters["custom_supply"]], found.work["held_back"], found.short)


def binding(sim: Simulation, course: int, of_quarter: list[Array], held_back: Array, short: Array) -> None:
    told = [one[:, course] for one in of_quarter]
    told += [held_back[:, course, :, w].T for w in range(held_back.shape[3])]
    told += [short[:, course, :, k].T for k in range(short.shape[3])]
    for one, wanted in zip(told, constraints(sim, course), strict=True):
        assert np.array_equal(one, wanted.binds), (course, wanted.constraint, wanted.subject)


@examples(40)
@given(scenarios())
def test_any_scenario_costs_the_same_in_its_futures(scenario: Scenario) -> None:
    agree(INPUTS, {name: column[:64] for name, column in drawn_levers(INPUTS, scenario, WORLDS).items()})


@examples(40)
@given(scenarios_of(EXAMPLE))
def test_another_company_s_scenarios_do_too(scenario: Scenario) -> None:
    agree(EXAMPLE, {name: column[:64] for name, column in drawn_levers(EXAMPLE, scenario, WORLDS).items()})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"terminal_basis": "sale", "baseline": "exit"},
        {"custom_supply_limit_mw": 25.0, "horizon_year": 2035},
        {"power_capacity": 0.5, "merchant_delay_quarters": 8},
        {"service_life_custom_years": 3.0, "service_life_merchant_years": 8.0, "book_life_years": 6.0},
        {"custom_premium_max": 0.0, "amd_warrant_usd_bn_per_gw": 16.0},
    ],
    ids=str,
)
def test_what_rarely_binds_does_so_alike(changes: dict[str, float | str]) -> None:
    agree(INPUTS, drawn_levers(INPUTS, INPUTS.scenario(changes), WORLDS))


def test_the_bundled_case_does_too() -> None:
    bundled = load(BUNDLED)
    agree(bundled, drawn_levers(bundled, bundled.base, WORLDS))


def test_capacity_can_be_another_in_each_world() -> None:
    one, three = (build(INPUTS, columns([INPUTS.base] * count)) for count in (1, 3))
    other = replace(three, capacity_mw=three.capacity_mw * [0.5, 1.0, 1.5])
    found = costs(INPUTS, three.levers, choices_of(one, variants(one)), capacity_mw=other.capacity_mw)
    assert same(found.cost_usd.T, run(other, variants(other)).flows.pv_cost_usd)
