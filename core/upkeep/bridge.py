"""What a change of the data does to the answer: each group of changes by itself, as its part, and together, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base import shapley
from core.inputs.data import Inputs
from core.inputs.lever import Value
from core.inputs.scenario import Scenario
from core.upkeep.mixtures import mixtures

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Worth = Callable[[Inputs], float]
"""What a data set is worth, USD."""

Pulse = Callable[[float], None]
"""What is told the share of long work that is done; what it raises ends the work."""

PER_USD: Final = 100
"""Parts add up in cents."""


@dataclass(frozen=True, eq=False)
class Bridge:
    """The way from what one data set is worth to what another is, group by group, in whole cents.

    `start + parts.sum() == end`, exactly. Groups that change nothing that the model reads have the part 0.
    """

    groups: tuple[str, ...]
    start: int
    parts: Ints  # (group,) Shapley values: they do not depend on the order in which groups are taken
    end: int
    alone_usd: Floats  # (group,) what the old data set is worth with this group, less what it is without
    taken_back_usd: Floats  # (group,) what the new data set is worth without this group, less what it is with it

    @property
    def start_usd(self) -> float:
        """What the old data set is worth."""
        return self.start / PER_USD

    @property
    def end_usd(self) -> float:
        """What the new data set is worth."""
        return self.end / PER_USD

    @property
    def parts_usd(self) -> Floats:
        """The part of each group; (group,)."""
        return self.parts / PER_USD

    @property
    def order(self) -> list[int]:
        """The groups by place, the one with the largest part first."""
        return [int(place) for place in np.argsort(-np.abs(self.parts), kind="stable")]


def bridge(old: Inputs, new: Inputs, worth: Worth, pulse: Pulse | None = None) -> Bridge:
    """Return what each group of changes from `old` to `new` does to what they are worth.

    `part[i] = sum over S of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S))`, v(S) what a data set is worth that has the
    changes of the groups in S and is as `old` elsewhere. Raises MixtureError if a mixture is refused.
    """
    [found] = bridges(old, new, lambda inputs: (worth(inputs),), pulse)
    return found


def bridges(
    old: Inputs, new: Inputs, worths: Callable[[Inputs], Sequence[float]], pulse: Pulse | None = None
) -> tuple[Bridge, ...]:
    """Return a bridge for each of several figures that data sets are worth, as `bridge` does for one."""
    made = mixtures(old, new)
    found: dict[int, Floats] = {}

    def value(coalitions: shapley.Masks) -> Floats:
        for mask in made.in_good_order([int(one) for one in coalitions]):
            found[mask] = np.array(worths(made.of(mask)), dtype=np.float64)
            if pulse is not None:
                pulse(len(found) / len(coalitions))
        return np.stack([found[int(one)] for one in coalitions])

    split = shapley.split(tuple(range(len(made.groups))), value)
    start, parts, end = shapley.in_steps(split, np.full(split.nobody.size, PER_USD))
    members, shape = range(len(made.groups)), (len(made.groups), split.nobody.size)
    alone = np.array([found[1 << one] - found[0] for one in members]).reshape(shape)
    back = np.array([found[made.all & ~(1 << one)] - found[made.all] for one in members]).reshape(shape)
    silent = np.zeros((len(made.silent), split.nobody.size), dtype=np.int64)
    parts, alone, back = (np.concatenate([one, silent]) for one in (parts, alone, back))
    return tuple(
        Bridge((*made.groups, *made.silent), int(start[i]), parts[:, i], int(end[i]), alone[:, i], back[:, i])
        for i in range(split.nobody.size)
    )


def setting(inputs: Inputs, changes: Mapping[str, Value]) -> Scenario:
    """Return a scenario of `inputs` with those of the changes to its base that its levers can take."""
    levers = inputs.levers
    return inputs.scenario(
        {name: value for name, value in changes.items() if name in levers and not levers[name].problem(value)}
    )
