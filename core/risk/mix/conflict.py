"""Whether any mix keeps the limits, and which of them exclude each other if none does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.format import listed
from core.risk.mix.archive import Archive
from core.risk.mix.limits import Limit
from core.risk.mix.search import ascend, evolve
from core.risk.run import RiskError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CONFLICT_SEED: Final = 77


class ImpossibleError(RiskError):
    """Limits that no mix keeps; `limits` are those that exclude each other: without any one of them some mix does."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        self.limits = tuple(limits)
        told = [f"{one.name} ({'at most' if one.is_most else 'at least'} {one.told})" for one in limits]
        if len(told) == 1:
            super().__init__([f"limits: no mix of what is free keeps {told[0]}; ease it, or set more choices free"])
        else:
            super().__init__([f"limits: {listed(told)} exclude each other; ease one of them, or set more choices free"])


def some_that_keep(archive: Archive) -> Ints:
    """Return the mixes known that keep the limits, after looking for one if there is none; none if none is found."""

    def score(numbers: Ints) -> Floats:
        return -archive.excess(numbers)

    def keep() -> Ints:
        return np.flatnonzero(archive.excess(archive.every) == 0.0)

    if keep().size or not archive.problem.free:
        return keep()
    evolve(archive, (CONFLICT_SEED,), np.argsort(archive.excess(archive.every), kind="stable")[:12], score)
    ascend(archive, int(np.argmin(archive.excess(archive.every))), score)
    return keep()


def raise_if_impossible(archive: Archive) -> None:
    """Raise ImpossibleError if no mix keeps the limits, with those that exclude each other."""
    limits = archive.problem.limits
    if some_that_keep(archive).size:
        return
    needed = list(range(len(limits)))
    for i in range(len(limits)):  # if it is impossible without it too, it is not needed for that
        rest = [j for j in needed if j != i]
        if rest and not some_that_keep(archive.within(_only(limits, rest))).size:
            needed = rest
    raise ImpossibleError([limits[i] for i in needed])


def _only(limits: Sequence[Limit], kept: Sequence[int]) -> list[Limit]:
    """Return the limits with those that are not kept so wide that they never bind."""
    return [limits[i] if i in kept else limits[i].gone for i in range(len(limits))]
