"""Paths of adoption: what share of new capacity custom chips are to have (docs/METHOD.md, section 10).

Axes, in this order: quarter, workload, course, world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.inputs.lever_table import adoption, start_lag
from core.model.world import World, ramp

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Buying:
    """How courses buy that differ in more than adoption; what one leaves to its world is None."""

    bought_share: Floats | None = None  # (quarter, merchant, workload, course, world) as World.bought_share
    premium_max: Floats | None = None  # (course, world) as the lever custom_premium_max
    ramp_years: Floats | None = None  # (course, world) as the lever ramp_years


@dataclass(frozen=True, eq=False)
class Courses:
    """Paths of adoption, several to a world; most buy as their world says."""

    adoption: Floats  # (workload, course, world)
    start: Floats  # (workload, course, world) quarter index from which a workload's share moves
    buying: Buying = Buying()


def plan_adoption(world: World) -> Floats:
    """Return the scenario's own adoption rates; (workload, world)."""
    return np.stack([world.levers[adoption(workload)] for workload in world.inputs.workloads])


def plan_start(world: World) -> Floats:
    """Return the quarters from which the scenario's shares move: the common start and each lag; (workload, world)."""
    lags = np.stack([world.levers[start_lag(workload)] for workload in world.inputs.workloads])
    return world.levers["adoption_start"] + lags


def hold_adoption(world: World) -> Floats:
    """Return today's mix held; (workload, world)."""
    shares = world.inputs.custom_share_today[:, None]
    return np.broadcast_to(shares, (len(shares), world.levers["adoption_start"].size))


def custom_share(world: World, courses: Courses) -> Floats:
    """`share = today + (adoption - today) * R`: what custom chips want of new capacity, before offers and stops.

    (quarter, workload, course, world).
    """
    today = world.inputs.custom_share_today[:, None, None]
    start = courses.start
    if (start == start[:1]).all():  # most often: then one ramp does for all workloads
        start = start[:1]
    own = courses.buying.ramp_years
    moved = ramp(start, world.levers["ramp_years"] if own is None else own, world.quarters)
    return today + (courses.adoption - today) * moved
