"""Paths of adoption: what share of new capacity custom chips are to have (docs/METHOD.md, section 10).

Axes, in this order: quarter, workload, course, world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.world import World, ramp

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Courses:
    """Paths of adoption, several to a world."""

    adoption: Floats  # (workload, course, world)
    start: Floats  # (course, world) quarter index from which shares move


def plan_adoption(world: World) -> Floats:
    """Return the scenario's own adoption rates; (workload, world)."""
    return np.stack([world.levers[f"adoption_{workload}"] for workload in world.inputs.workloads])


def custom_share(world: World, courses: Courses) -> Floats:
    """`share = today + (adoption - today) * R`: what custom chips want of new capacity, before offers and stops.

    (quarter, workload, course, world).
    """
    today = world.inputs.custom_share_today[:, None, None]
    moved = ramp(courses.start, world.levers["ramp_years"], world.quarters)[:, None]
    return today + (courses.adoption - today) * moved
