"""The random points that beliefs are drawn from, in which each belief keeps its own whatever others there are.

Beliefs that every data set has take a dimension each of scrambled Sobol points. Those that follow from a data set are
drawn by their id: evenly stratified points in an order of their own. So a figure that does not depend on a lever stays
the same to the last bit when that lever is added or left out. Formulas: docs/METHOD.md, "Sampling and presets".
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.inputs.lever import Lever

Floats = NDArray[np.float64]
Place = int | str
"""Where the points of a belief come from: its dimension of the common sequence, or its id."""

SEED: Final = 20260304
"""Of the points, always: the same scenario on the same data has the same futures."""
TOGETHER: Final = 36
"""How many dimensions the common sequence has.

scipy draws what it scrambles with for all dimensions in one go, so that a sequence of one dimension more is another one
throughout. Their number never changes; a belief that comes new in the code is drawn by its id, or takes a dimension
that no belief has.
"""


def places(beliefs: Sequence[Lever]) -> list[Place]:
    """Return where the points of each belief come from; raises ValueError if one is a choice, or two share a place."""
    found: list[Place] = [one.id if one.dimension is None else one.dimension for one in beliefs]
    if any(one.low is None for one in beliefs) or len(set(found)) != len(found):
        raise ValueError("each belief needs points of its own")
    return found


def uniform_points(points: int, places: Sequence[Place], *, together: int = TOGETHER, bits: int = 30) -> Floats:
    """Return points (point, place), each uniform from 0 to 1.

    Of one place they are the same whichever others are asked for. points: a power of two. together: as TOGETHER.
    bits: of the precision of the common sequence. Raises ValueError if a dimension is not below `together`.
    """
    common = _scrambled(points, together, bits)
    found = np.empty((points, len(places)))
    for i, place in enumerate(places):
        if isinstance(place, int) and not 0 <= place < together:
            raise ValueError(f"dimension {place} is not below {together}")
        found[:, i] = common[:, place] if isinstance(place, int) else stratified(points, place)
    return found


def stratified(points: int, name: str) -> Floats:
    """Return one point in each of `points` equal parts of 0 to 1, in an order that `name` alone decides; (point,).

    Unlike a further dimension of a Sobol sequence this depends on nothing but the name, and costs the same for all.
    """
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16])
    rng = np.random.default_rng((SEED, seed, points))
    return (rng.permutation(points) + rng.random(points)) / points


def _scrambled(points: int, dimensions: int, bits: int) -> Floats:
    # Here and not above: it takes half a second, which no start of the program should wait for.
    from scipy.stats import qmc

    sobol: Any = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(SEED), bits=bits)
    found: Floats = sobol.random_base2(points.bit_length() - 1)
    return found
