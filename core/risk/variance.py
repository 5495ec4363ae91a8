"""What part of the variance of a function each of its dimensions has: Sobol indices.

The estimators are those of A. Saltelli and others, "Variance based sensitivity analysis of model output", Computer
Physics Communications 181 (2010), which scipy's `sobol_indices` has too. Formulas: docs/METHOD.md, "Answers drawn from
value".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.risk.run import Cancel, Progress, RiskError, stop_if
from core.risk.sequence import Place, uniform_points

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
"""Of independent dimensions, each uniform from 0 to 1: (point, dimension) -> (point,)."""

POINTS: Final = tuple(2**k for k in range(7, 13))
"""How many points a variance is split at: a Sobol sequence is even only at powers of two."""
USUAL_POINTS: Final = 512
BLOCK: Final = 2048
"""Evaluations between two looks at whether the caller still waits: about a tenth of a second."""


@dataclass(frozen=True, eq=False)
class Shares:
    """What part of a variance each dimension has: alone (`first`), and with all its interactions (`total`).

    The errors are standard errors as if the points had been drawn by chance; a Sobol sequence does better.
    """

    first: Floats  # (dimension,)
    total: Floats
    first_error: Floats
    total_error: Floats


def shares_of_variance(
    function: Function,
    dimensions: Sequence[Place],
    points: int = USUAL_POINTS,
    *,
    together: int | None = None,
    least_spread: float = 0.0,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> Shares:
    """Return the Sobol indices of a function, at `points * (dimensions + 2)` evaluations.

    `first = V(E(y | x_i)) / V(y)`, `total = 1 - V(E(y | all but x_i)) / V(y)`. dimensions: where the
    points of each come from. together: how many dimensions the common sequence has (see core.risk.sequence); as many
    as are named if None. Where the standard deviation of y is not above `least_spread`, all shares are 0.

    Raises RiskError if `points` is not one of POINTS, Cancelled if `cancelled()` says so between two blocks.
    """
    if isinstance(points, bool) or points not in POINTS:
        counts = f"{', '.join(map(str, POINTS[:-1]))} or {POINTS[-1]}"
        raise RiskError([f"points: {points!r} is not a count of points; use a power of two, {counts}"])
    design = _Design.of(dimensions, points, _common(dimensions) if together is None else together)
    outputs = design.outputs(_in_blocks(function, points * (len(dimensions) + 2), progress, cancelled))
    if outputs.variance <= least_spread**2:
        return Shares(*np.zeros((4, len(dimensions))))
    (first, first_error), (total, total_error) = outputs.share(outputs.alone), outputs.share(outputs.with_interactions)
    return Shares(first, total, first_error, total_error)


def _common(dimensions: Sequence[Place]) -> int:
    return max((one for one in dimensions if isinstance(one, int)), default=0) + 1


def _in_blocks(function: Function, whole: int, progress: Progress | None, cancelled: Cancel | None) -> Function:
    """Return `function` worked out a block at a time; `whole`: how many points it will be asked for in all."""
    done = 0

    def worked_out(x: Floats) -> Floats:
        nonlocal done
        y = np.empty(len(x))
        for begin in range(0, len(x), BLOCK):
            stop_if(cancelled)
            block = x[begin : begin + BLOCK]
            y[begin : begin + BLOCK] = function(block)
            done += len(block)
            if progress is not None:
                progress(done / whole)
        return y

    return worked_out


@dataclass(frozen=True, eq=False)
class _Design:
    """Where a function is looked at: at two independent sets of points, and between them."""

    a: Floats  # (point, dimension)
    b: Floats

    @classmethod
    def of(cls, dimensions: Sequence[Place], points: int, together: int) -> _Design:
        """Return the design that takes two places of the random points for each of the function's dimensions.

        Those of the common sequence are all of `a` before all of `b`, as scipy has them.
        """
        for_b = [together + d if isinstance(d, int) else f"{d}, again" for d in dimensions]
        both = uniform_points(points, [*dimensions, *for_b], together=2 * together, bits=64)
        return cls(both[:, : len(dimensions)], both[:, len(dimensions) :])

    @property
    def mixed(self) -> Floats:
        """Each point of `a` with one dimension after the other taken from `b`; (point * dimension, dimension)."""
        points, dimensions = self.a.shape
        mixed = np.repeat(self.a[:, None], dimensions, axis=1)
        each = np.arange(dimensions)
        mixed[:, each, each] = self.b
        return mixed.reshape(points * dimensions, dimensions)

    def outputs(self, function: Function) -> _Outputs:
        """Return what the function gives at all points, less the mean over both sets."""
        a, b, mixed = function(self.a), function(self.b), function(self.mixed).reshape(self.a.shape)
        mean = np.mean([a, b])
        return _Outputs(a - mean, b - mean, mixed - mean)


@dataclass(frozen=True, eq=False)
class _Outputs:
    """The function at the points of a design; its mean is 0."""

    a: Floats  # (point,)
    b: Floats  # (point,)
    mixed: Floats  # (point, dimension)

    @property
    def square(self) -> Floats:
        """What the variance is the mean of; (point,)."""
        square: Floats = (self.a**2 + self.b**2) / 2.0
        return square

    @property
    def variance(self) -> float:
        return float(self.square.mean())

    @property
    def alone(self) -> Floats:
        """What the variance that a dimension has by itself is the mean of; (point, dimension)."""
        alone: Floats = self.b[:, None] * (self.mixed - self.a[:, None])
        return alone

    @property
    def with_interactions(self) -> Floats:
        """What the variance that a dimension has with all others is the mean of; (point, dimension)."""
        with_interactions: Floats = (self.a[:, None] - self.mixed) ** 2 / 2.0
        return with_interactions

    def share(self, part: Floats) -> tuple[Floats, Floats]:
        """Return the mean of a part (point, dimension) over the variance, and its error; (dimension,) each.

        The error is that of a ratio of two means over the same points.
        """
        points, variance = len(part), self.variance
        share: Floats = part.mean(axis=0) / variance
        error: Floats = (part.T - share[:, None] * self.square).std(axis=1) / (math.sqrt(points) * variance)
        return share, error
