"""The random sequence that beliefs are drawn from: scrambled Sobol points, in which each belief keeps its dimension.

What is drawn of a belief depends on its dimension alone. So a figure that does not depend on a lever stays the same to
the last bit when that lever is added or left out. Formulas: docs/METHOD.md, "Sampling and presets".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.inputs.lever import Lever

Floats = NDArray[np.float64]

SEED: Final = 20260304
"""Of the points, always: the same scenario on the same data has the same futures."""
TOGETHER: Final = 36
"""How many dimensions are scrambled together, from 0 on; each further one is scrambled by itself.

scipy draws what it scrambles with for all dimensions in one go, so that a sequence of one dimension more is another one
throughout. These are the beliefs that were there before a dimension was fixed; their points never change.
"""


def dimensions(beliefs: Sequence[Lever]) -> list[int]:
    """Return the dimension of each belief; raises ValueError if one is a choice, or two have the same."""
    found = [lever.dimension for lever in beliefs if lever.dimension is not None]
    if len(found) != len(beliefs) or len(set(found)) != len(found):
        raise ValueError("each belief needs a dimension of its own of the random sequence")
    return found


def uniform_points(points: int, dimensions: Sequence[int], *, together: int = TOGETHER, bits: int = 30) -> Floats:
    """Return the first points (point, dimension) of the sequence in `dimensions`, each uniform from 0 to 1.

    Of one dimension they are the same whichever others are asked for. points: a power of two. together: as TOGETHER.
    bits: of the points' precision.
    """
    common = _scrambled(points, together, np.random.default_rng(SEED), bits)
    found = np.empty((points, len(dimensions)))
    for i, dimension in enumerate(dimensions):
        if dimension < together:
            found[:, i] = common[:, dimension]
        else:
            own = np.random.default_rng((SEED, dimension))
            found[:, i] = _scrambled(points, dimension + 1, own, bits)[:, dimension]
    return found


def _scrambled(points: int, dimensions: int, rng: np.random.Generator, bits: int) -> Floats:
    # Here and not above: it takes half a second, which no start of the program should wait for.
    from scipy.stats import qmc

    sobol: Any = qmc.Sobol(dimensions, scramble=True, rng=rng, bits=bits)
    found: Floats = sobol.random_base2(points.bit_length() - 1)
    return found
