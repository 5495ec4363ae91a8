"""How value answers to one lever at a time: adoption sweeps, crossover, contribution and switching values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.data import Inputs
from core.evaluate import evaluate
from core.finance import AT_ONCE, NEVER, NO_DIFFERENCE
from core.model import PLAN, Courses, Simulation, plan_adoption, run
from core.scenario import LEVERS, Lever, Scenario, columns

Floats = NDArray[np.float64]

GRID: Final = np.linspace(0.0, 1.0, 101)
"""Adoption rates of a sweep: 0, 0.01 .. 1."""
TOLERANCE: Final = 1e-9
"""Values below this share of the cost's present value are rounding."""
SWITCHING_POINTS: Final = 65
SWITCHING_PRECISION: Final = 1e-6
"""How close a switching value is found, as a share of the lever's range."""


@dataclass(frozen=True, eq=False)
class AdoptionSweep:
    """Value of each workload's adoption rate, the other workloads left as they are."""

    value_usd: Floats  # (workload, grid) npv(a) - npv(0) on GRID
    value_now_usd: Floats  # (workload,) npv - npv(0) at the scenario's own rate
    contribution_usd: Floats  # (workload,) npv less npv with the workload at today's share
    crossover: Floats  # (workload,) an adoption rate, or AT_ONCE, NEVER or NO_DIFFERENCE


def sweep_adoption(sim: Simulation) -> AdoptionSweep:
    """Sweep the adoption of every workload of the one scenario in `sim`, in its own world.

    Raises ValueError if `sim` holds more than one scenario.
    """
    world = sim.world
    plan = plan_adoption(world)  # (workload, 1)
    workloads, scenarios = plan.shape
    if scenarios != 1:
        raise ValueError(f"a sweep takes one scenario, not {scenarios}; simulate them one by one")
    points = np.concatenate([np.tile(GRID, (workloads, 1)), world.inputs.custom_share_today[:, None]], axis=1)
    each = points.shape[1]
    adoption = np.repeat(plan, workloads * each, axis=1)
    for_workload = np.repeat(np.arange(workloads), each)
    adoption[for_workload, np.arange(workloads * each)] = points.ravel()
    start = np.broadcast_to(world.levers["adoption_start"], (workloads * each, 1))
    cost = run(world, Courses(adoption[:, :, None], start)).flows.pv_cost_usd.reshape(workloads, each)
    plan_cost = sim.flows.pv_cost_usd[PLAN, 0]
    value = cost[:, :1] - cost[:, :-1]
    return AdoptionSweep(
        value_usd=value,
        value_now_usd=cost[:, 0] - plan_cost,
        contribution_usd=cost[:, -1] - plan_cost,
        crossover=crossover(value, TOLERANCE * abs(plan_cost)),
    )


def crossover(value_usd: Floats, tolerance_usd: float) -> Floats:
    """Return the lowest adoption rate above 0 from which value stays at or above 0 up to 1; (workload,).

    value_usd: (workload, grid) on GRID, linear between its points; values within the tolerance count as 0.
    AT_ONCE if it never falls below 0, NEVER if it ends below, NO_DIFFERENCE if it never leaves the tolerance.
    """
    value = np.where(np.abs(value_usd) <= tolerance_usd, 0.0, value_usd)
    negative = value < 0.0
    last = GRID.size - 1 - np.argmax(negative[:, ::-1], axis=1)  # the last point below zero
    rows, after = np.arange(len(value)), np.minimum(last + 1, GRID.size - 1)
    below, above = value[rows, last], value[rows, after]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = GRID[last] + (GRID[after] - GRID[last]) * below / (below - above)
    found = np.where(negative[:, -1], NEVER, np.where(negative.any(axis=1), crossing, AT_ONCE))
    return np.where((value == 0.0).all(axis=1), NO_DIFFERENCE, found)


def switching_values(
    inputs: Inputs, scenario: Scenario, levers: Iterable[Lever] | None = None
) -> dict[str, float | None]:
    """Return, for each numeric lever, the value nearest to its setting at which the sign of npv changes.

    npv is taken on 65 even points over the lever's bounds (whole levers: every whole number) and at the
    setting; zero counts as positive. The change is found by bisection to 1e-6 of the range; for a whole
    lever it is the first value beyond it. None where the sign never changes.
    """
    chosen = [lever for lever in (LEVERS if levers is None else levers) if lever.is_numeric]
    points = [_points(lever, scenario.number(lever.id)) for lever in chosen]
    signs = _positive(inputs, scenario, [(lever, x) for lever, xs in zip(chosen, points, strict=True) for x in xs])
    brackets: list[tuple[int, float, float]] = []  # lever, the end nearer to the setting, the end beyond
    place = 0
    for i, (lever, xs) in enumerate(zip(chosen, points, strict=True)):
        sign, setting = signs[place : place + xs.size], scenario.number(lever.id)
        place += xs.size
        for j in np.flatnonzero(sign[1:] != sign[:-1]):
            near, beyond = (xs[j], xs[j + 1]) if xs[j] >= setting else (xs[j + 1], xs[j])
            brackets.append((i, float(near), float(beyond)))
    brackets = _nearest_each_side(chosen, scenario, brackets)
    found = _bisect(inputs, scenario, chosen, brackets)
    out: dict[str, float | None] = {lever.id: None for lever in chosen}
    for (i, _, _), value in zip(brackets, found, strict=True):
        lever, setting = chosen[i], scenario.number(chosen[i].id)
        best = out[lever.id]
        if best is None or abs(value - setting) < abs(best - setting):
            out[lever.id] = value
    return out


def _points(lever: Lever, setting: float) -> Floats:
    if lever.whole:
        return np.arange(lever.minimum, lever.maximum + 1.0)
    return np.union1d(np.linspace(lever.minimum, lever.maximum, SWITCHING_POINTS), [setting])


def _nearest_each_side(
    levers: list[Lever], scenario: Scenario, brackets: list[tuple[int, float, float]]
) -> list[tuple[int, float, float]]:
    """Keep, for each lever, the nearest bracket below its setting and the nearest above."""
    nearest: dict[tuple[int, bool], tuple[int, float, float]] = {}
    for bracket in sorted(brackets, key=lambda b: abs(b[1] - scenario.number(levers[b[0]].id))):
        i, near, beyond = bracket
        nearest.setdefault((i, beyond > near), bracket)
    return list(nearest.values())


def _bisect(
    inputs: Inputs, scenario: Scenario, levers: list[Lever], brackets: list[tuple[int, float, float]]
) -> list[float]:
    """Halve every bracket at once until it is narrow enough; a whole lever's ends are neighbours already."""
    near = np.array([b[1] for b in brackets])
    beyond = np.array([b[2] for b in brackets])
    width = np.array([0.0 if levers[b[0]].whole else levers[b[0]].maximum - levers[b[0]].minimum for b in brackets])
    real = width > 0.0
    if not brackets:
        return []
    sign_near = _positive(inputs, scenario, [(levers[b[0]], x) for b, x in zip(brackets, near, strict=True)])
    while (open_ := real & (np.abs(beyond - near) > SWITCHING_PRECISION * width)).any():
        middle = np.where(open_, (near + beyond) / 2.0, near)
        sign = _positive(inputs, scenario, [(levers[b[0]], x) for b, x in zip(brackets, middle, strict=True)])
        near = np.where(open_ & (sign == sign_near), middle, near)
        beyond = np.where(open_ & (sign != sign_near), middle, beyond)
    return [float(x) for x in beyond]


def _positive(inputs: Inputs, scenario: Scenario, settings: list[tuple[Lever, float]]) -> NDArray[np.bool_]:
    """Return whether npv is at least 0 for each setting of one lever, the others as in `scenario`."""
    base = columns([scenario])
    batch = {name: np.repeat(column, len(settings)) for name, column in base.items()}
    for place, (lever, value) in enumerate(settings):
        batch[lever.id][place] = value
    return evaluate(inputs, batch, series=()).metrics["npv_usd"] >= 0.0
