"""Worlds that are built once, in which mix after mix is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.cores import on_all_cores
from core.inputs.data import Inputs
from core.inputs.scenario import Columns
from core.model.model import run
from core.model.world import World, build
from core.risk.run import Cancel, Cancelled
from core.risk.worth import courses_of, in_parts, reference_cost_usd

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

WORLDS_AT_ONCE: Final = 256


@dataclass(frozen=True, eq=False)
class Bank:
    """A set of worlds, cut into chunks of like lives, with what the baseline costs in each."""

    worlds: tuple[World, ...]
    places: tuple[Ints, ...]  # of each chunk's worlds in the set
    reference_usd: Floats  # (world,)

    @classmethod
    def of(cls, inputs: Inputs, levers: Columns) -> Bank:
        """Build the worlds of `levers`, (world,) each, all of one horizon."""
        order = np.lexsort((levers["service_life_custom_years"], levers["service_life_merchant_years"]))
        places = tuple(np.array_split(order, -(-order.size // WORLDS_AT_ONCE)))
        worlds = tuple(build(inputs, {name: column[own] for name, column in levers.items()}) for own in places)
        reference = np.empty(order.size)
        for world, own in zip(worlds, places, strict=True):
            reference[own] = reference_cost_usd(world)
        return cls(worlds, places, reference)

    def value_usd(self, table: Columns, cancelled: Cancel | None = None) -> Floats:
        """Return what mixes, (mix,) by lever id, are worth in each world; (mix, world), on all cores."""
        mixes = next(iter(table.values())).size
        value = np.empty((mixes, self.reference_usd.size))
        tasks: list[Callable[[], None]] = []
        for world, own in zip(self.worlds, self.places, strict=True):
            first = 0
            for part in in_parts(table, own.size):
                rows = slice(first, first := first + next(iter(part.values())).size)
                tasks.append(_task(value, world, own, rows, part))

        def pulse() -> None:
            if cancelled is not None and cancelled():
                raise Cancelled

        pulse()
        for _ in on_all_cores(tasks, pulse):
            pass
        value *= -1.0
        value += self.reference_usd
        return value


def _task(cost: Floats, world: World, own: Ints, rows: slice, part: Columns) -> Callable[[], None]:
    def work() -> None:
        cost[rows, own] = run(world, courses_of(world, part)).flows.pv_cost_usd

    return work
