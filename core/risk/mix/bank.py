"""Worlds in which mix after mix is worked out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.base.cores import on_all_cores
from core.inputs.data import Inputs
from core.inputs.scenario import Columns, Scenario
from core.risk.run import Cancel, stop_if
from core.risk.worth import beside_baseline, worth_in

if TYPE_CHECKING:
    from core.model.compiled import Choices

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

WORLDS_AT_ONCE: Final = 64
"""Few enough for all cores to be busy, many enough for what is done once a task not to count."""


@dataclass(frozen=True, eq=False)
class Bank:
    """A set of worlds that differ in beliefs alone, all of one horizon."""

    inputs: Inputs
    scenario: Scenario  # whose choices hold where a mix makes none, and whose baseline is that of all mixes
    levers: Columns  # (world,) by id

    @property
    def size(self) -> int:
        """The number of worlds."""
        return int(self.levers["horizon_year"].size)

    def value_usd(self, table: Columns, cancelled: Cancel | None = None) -> Floats:
        """Return what mixes, (mix,) by lever id, are worth in each world; (mix, world), on all cores."""
        choices = beside_baseline(self.inputs, self.scenario, table)
        parts = np.array_split(np.arange(self.size), -(-self.size // WORLDS_AT_ONCE))

        stop_if(cancelled)
        value = np.empty((next(iter(table.values())).size, self.size))
        for own, found in on_all_cores([partial(self._in, own, choices) for own in parts], lambda: stop_if(cancelled)):
            value[:, own] = found
        return value

    def _in(self, own: Ints, choices: Choices) -> tuple[Ints, Floats]:
        levers = {name: column[own] for name, column in self.levers.items()}
        return own, worth_in(self.inputs, levers, choices)["value_usd"]
