"""How much custom work must be delivered for the programme to pay: value against exit by volume."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.model.courses import Courses
from core.model.model import PLAN
from core.story.answer import Answer
from core.views.programme.fixed_cost import custom_chips, custom_work

if TYPE_CHECKING:
    from core.model.compiled import Costs

Floats = NDArray[np.float64]

VOLUME_POINTS: Final = 21
LEAST_ADOPTION: Final = 0.005
"""Adoption rates that all lie below it are no plan that could be multiplied."""
LEAST_VOLUME: Final = 1e-3
"""The smallest volume that is looked at, as a share of the largest; at none at all the programme itself ends."""
REFINED_POINTS: Final = 33


@dataclass(frozen=True, eq=False)
class Volume:
    """Value against exit along a path on which all adoption rates keep their proportions.

    `factor` multiplies the adoption of the scenario, or today's shares if it has next to none (`of_plan` is False).
    """

    factor: Floats  # (point,) from nearly none to where the first workload is all custom
    value_usd: Floats  # (point,) against exit
    chips: Floats  # (point,) custom chips bought over the horizon
    h100e: Floats  # (point,) custom work in service, average over the horizon
    of_plan: bool
    break_even: float  # the factor nearest to the scenario's own at which value changes sign; NaN if none does
    pays_above: bool  # value is positive above the break-even, or without one everywhere
    here: int  # the point that is the scenario itself; -1 if it lies on no point

    def at_break_even(self, figure: Floats) -> float:
        """Return `figure` (point,) at the break-even, linear between points."""
        return float(np.interp(self.break_even, self.factor, figure))


def volume(answer: Answer) -> Volume:
    """Return how value against exit answers to the volume of custom work, and where it turns.

    The adoption of all workloads is multiplied by one factor, in the scenario's own world. The sign change next to the
    scenario is looked at again in finer steps; inside the last one value is taken as a straight line.
    """
    path, of_plan = answer.adoption, True
    if path.max() < LEAST_ADOPTION:
        path, of_plan = answer.inputs.custom_share_today, False
    most = 1.0 / float(path.max()) if path.any() else 1.0
    own = 1.0 if of_plan else 0.0
    factor = np.linspace(0.0, most, VOLUME_POINTS)
    factor[0] = LEAST_VOLUME * most
    if of_plan:  # a point that rounding alone parts from the scenario is the scenario
        factor = np.union1d(np.where(np.isclose(factor, 1.0), 1.0, factor), [1.0])
    batch = _along(answer, path, factor, told=factor.size)
    value = _value_against_exit(answer, batch)
    bracket = _nearest_change(factor, value, own)
    break_even, pays_above = np.nan, bool(value[np.argmin(np.abs(factor - own))] >= 0.0)
    if bracket is not None:
        inner = np.linspace(factor[bracket], factor[bracket + 1], REFINED_POINTS)
        values = _value_against_exit(answer, _along(answer, path, inner))
        place = int(np.argmax(np.diff(values >= 0.0)))
        low, high = values[place], values[place + 1]
        # Where an item of the programme begins or ends value jumps; the step is narrow enough to name its place.
        break_even = float(inner[place] + (inner[1] - inner[0]) * low / (low - high))
        pays_above = bool(high >= 0.0)
    bought = batch.work["custom_h100e"][0].transpose(1, 2, 0)  # (quarter, workload, point)
    here = int(np.searchsorted(factor, own)) if of_plan else -1
    return Volume(
        factor=factor,
        value_usd=value,
        chips=custom_chips(answer, bought).sum(axis=0),
        h100e=custom_work(answer, bought).mean(axis=0),
        of_plan=of_plan,
        break_even=break_even,
        pays_above=pays_above,
        here=here,
    )


def _along(answer: Answer, path: Floats, factor: Floats, told: int = 0) -> Costs:
    """Work the scenario's world out with the adoption rates `path` (workload,) times each factor, a course each.

    Shares begin to move when they do in the scenario. Of the first `told` courses all is told.
    """
    # Here and not above: the compiler takes a while to load, which no start of the program should wait for.
    from core.model.compiled import choices_of, costs

    world = answer.sim.world
    adoption = np.minimum(path[:, None] * factor, 1.0)[:, :, None]
    start = np.repeat(answer.sim.courses.start[:, PLAN, :, None], factor.size, axis=1)  # (workload, course, world)
    return costs(world.inputs, world.levers, choices_of(world, Courses(adoption, start)), told)


def _value_against_exit(answer: Answer, found: Costs) -> Floats:
    value: Floats = answer.exit.pv_cost_usd - found.cost_usd[0]
    return value


def _nearest_change(factor: Floats, value: Floats, own: float) -> int | None:
    """Return the step (from point i to i + 1) nearest to `own` over which value changes its sign."""
    steps = np.flatnonzero(np.diff(value >= 0.0))
    if steps.size == 0:
        return None
    away = np.maximum(0.0, np.maximum(factor[steps] - own, own - factor[steps + 1]))
    return int(steps[np.argmin(away)])
