"""Scenarios drawn over either data set and played, as the properties of the model look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Final

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.inputs.data import Inputs
from core.inputs.lever_table import adoption, start_lag
from core.inputs.scenario import Scenario, columns
from core.model.model import Simulation, simulate
from core.model.money import Flows
from core.model.world import World
from tests.support.strategies import SETS, Changes, changes_of, settings_of

Floats = NDArray[np.float64]
Fixed = Callable[[Inputs], Changes]
"""Levers that are set, by the data set."""

SAME: Final = 1e-12
ROUNDING: Final = 1e-9
MONEY: Final = [field.name for field in fields(Flows) if field.name.endswith("_usd")]
VALUE: Final = ["pv_terminal_usd", "pv_cost_usd", "pv_cost_pretax_usd"]
PHYSICAL: Final = ["powered_mw", "mwh", "co2_t", "unserved_h100e", "counted", "short"]


def nothing(_: Inputs) -> Changes:
    return {}


def all_set_to(**settings: float | str) -> Fixed:
    """The same settings whatever the data set."""
    return lambda _: dict(settings)


def as_today(inputs: Inputs) -> Changes:
    """Every workload's adoption is today's share."""
    return {adoption(w): float(x) for w, x in zip(inputs.workloads, inputs.custom_share_today, strict=True)}


def none_from_the_outset(inputs: Inputs) -> Changes:
    """No adoption, and no workload waits with it."""
    found: Changes = {"adoption_start": inputs.calendar.label(0)}
    for workload in inputs.workloads:
        found |= {adoption(workload): 0.0, start_lag(workload): 0}
    return found


def inputs_of(scenario: Scenario) -> Inputs:
    """The data set of which the scenario sets the levers."""
    return next(inputs for inputs in SETS.values() if inputs.levers is scenario.levers)


def some_set() -> st.SearchStrategy[str]:
    """The name of one of SETS."""
    return st.sampled_from(list(SETS))


def any_changes(fixed: Fixed = nothing, without: tuple[str, ...] = ()) -> st.SearchStrategy[tuple[str, Changes]]:
    """The name of one of SETS, and any subset of its levers at any setting but those in `fixed` and `without`."""
    return some_set().flatmap(
        lambda name: st.tuples(st.just(name), changes_of(SETS[name].levers, fixed(SETS[name]), without))
    )


def any_scenario(fixed: Fixed = nothing) -> st.SearchStrategy[Scenario]:
    """Any scenario of either data set."""
    return any_changes(fixed).map(lambda drawn: SETS[drawn[0]].scenario(drawn[1]))


@st.composite
def batches(draw: st.DrawFn, fixed: Fixed = nothing) -> list[Scenario]:
    """One to six scenarios of one data set with one horizon."""
    inputs = SETS[draw(some_set())]
    horizon: Changes = {"horizon_year": draw(settings_of(inputs.levers["horizon_year"]))}
    one = changes_of(inputs.levers, {**fixed(inputs), **horizon}).map(inputs.scenario)
    return draw(st.lists(one, min_size=1, max_size=6))


def play(*members: Scenario, inputs: Inputs | None = None) -> Simulation:
    return simulate(inputs or inputs_of(members[0]), columns(members))


def lives(world: World) -> list[int]:
    """How long the chips of each supplier work in a batch of one, quarters."""
    return [int(world.life(supplier)[0]) for supplier in range(len(world.inputs.suppliers))]


def same(a: Floats | float, b: Floats | float, of: float | Floats = 1.0) -> bool:
    """Whether two arrays are equal but for rounding; `of` is the size of what they are differences of."""
    return bool((np.abs(a - b) <= SAME * np.maximum(np.maximum(np.abs(a), np.abs(b)), of)).all())


def still_standing(bought: Floats, life: int) -> Floats:
    """Add up what was bought in the last `life` quarters, lot by lot; bought: (quarter, ...)."""
    return np.stack([bought[max(0, t - life + 1) : t + 1].sum(axis=0) for t in range(len(bought))])


def physical(sim: Simulation) -> dict[str, Floats]:
    """Everything that is counted in chips' work, power or tonnes."""
    fleet = {name: getattr(sim.fleet, name) for name in ("bought_h100e", "installed_h100e", "mw_it", "gap_h100e")}
    return fleet | {name: getattr(sim.flows, name) for name in PHYSICAL}


def assert_same_work(a: Simulation, b: Simulation) -> None:
    theirs = physical(b)
    for name, mine in physical(a).items():
        size = 1e-6 * float(np.abs(mine).max(initial=0.0))
        assert same(mine, theirs[name], of=size), name


def assert_same_money(a: Simulation, b: Simulation, but: set[str]) -> None:
    for name in MONEY:
        if name not in but:
            mine, theirs = getattr(a.flows, name), getattr(b.flows, name)
            assert same(mine, theirs, of=1e-3 * float(np.abs(mine).max(initial=1.0))), name
