"""The cost model: what a course of adoption does to fleet, power, cash, expense, tax and value.

`simulate` runs a batch of scenarios with one horizon in full; `evaluate` runs any batch and keeps the figures of
the machine interface. A *course* is one path of adoption in a world: a scenario has three, PLAN, HOLD and EXIT.

The way from levers to value, a room each, in the order of docs/METHOD.md: world (with offers, from chip_hour),
courses, fleet (with opening), programme, contracts, money. Axes, in this order: quarter, supplier, contract,
workload, course, world.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar

import numpy as np

from core.inputs.data import Inputs
from core.inputs.scenario import Columns
from core.model.courses import Courses, custom_share, hold_adoption, plan_adoption, plan_start
from core.model.fleet import Fleet, build_fleet
from core.model.money import Capital, Flows, cash_and_expense, present_value, residual_value
from core.model.world import World, build

MODEL_VERSION: Final = "2"
"""Changes when the same scenario on the same data gives other figures."""

PLAN: Final = 0
HOLD: Final = 1
EXIT: Final = 2
"""Position of the variants on the course axis: the scenario, today's mix held, no custom chips from the outset."""


@dataclass(frozen=True, eq=False)
class Course(Fleet, Flows):
    """What one course of one scenario does: all of Fleet and Flows, without the axes of course and world."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """A batch of scenarios in full: the worlds they live in and what each course of each does."""

    world: World
    courses: Courses
    fleet: Fleet
    flows: Flows


def simulate(inputs: Inputs, levers: Columns) -> Simulation:
    """Run PLAN, HOLD and EXIT of each scenario in `levers`, (world,) arrays with one horizon."""
    world = build(inputs, levers)
    return run(world, variants(world))


def course_alone(sim: Simulation, course: int) -> Course:
    """Return what `course` does in a batch of one scenario."""
    parts = (sim.fleet, sim.flows)
    return Course(**{part.name: getattr(whole, part.name)[..., course, 0] for whole in parts for part in fields(whole)})


def one_of(sim: Simulation, place: int) -> Simulation:
    """Return one scenario of a batch as a batch of its own."""
    own = slice(place, place + 1)
    world = replace(_cut(sim.world, own), levers={name: column[own] for name, column in sim.world.levers.items()})
    return Simulation(world, _cut(sim.courses, own), _cut(sim.fleet, own), _cut(sim.flows, own))


Part = TypeVar("Part", World, Courses, Fleet, Flows)


def _cut(part: Part, own: slice) -> Part:
    """Return a part of a simulation with some of its worlds."""
    whole: dict[str, Any] = {one.name: getattr(part, one.name) for one in fields(part)}
    cut: dict[str, Any] = {name: value[..., own] for name, value in whole.items() if isinstance(value, np.ndarray)}
    return replace(part, **cut)


def run(world: World, courses: Courses) -> Simulation:
    """Run `courses` in `world`."""
    share = custom_share(world, courses)
    fleet = build_fleet(world, share, courses.buying)
    return Simulation(world, courses, fleet, cash_and_expense(world, courses, share, fleet))


def on_basis(sim: Simulation, basis: float) -> Simulation:
    """Return a batch with the residual value of chips on another basis, as the lever `terminal_basis` counts it.

    What is bought, paid and charged is the same; only the present values are others.
    """
    flows, world = sim.flows, sim.world
    levers = {**world.levers, "terminal_basis": np.full_like(world.levers["terminal_basis"], basis)}
    other = replace(world, levers=levers)
    residual = residual_value(other, sim.fleet, Capital(flows.capex_usd, flows.capex_facility_usd))
    value = present_value(other, flows.cash_usd, flows.tax_saving_usd, residual)
    return replace(
        sim,
        world=other,
        flows=replace(
            flows,
            pv_terminal_usd=value.terminal_usd,
            pv_cost_usd=value.cost_usd,
            pv_cost_pretax_usd=value.cost_pretax_usd,
        ),
    )


def variants(world: World, *kept: int) -> Courses:
    """Return the three courses of a scenario: PLAN, HOLD (today's shares) and EXIT (none, down from the outset).

    kept: those of them to return, in this order; none for all.
    """
    plan, start = plan_adoption(world), plan_start(world)
    none = np.zeros_like(plan)
    every = Courses(np.stack([plan, hold_adoption(world), none], axis=1), np.stack([start, start, none], axis=1))
    return Courses(every.adoption[:, kept], every.start[:, kept]) if kept else every


def baseline_course(world: World) -> int:
    """Return the course, HOLD or EXIT, that all scenarios of a batch with one baseline are compared with."""
    return HOLD if world.levers["baseline"][0] == 0.0 else EXIT
