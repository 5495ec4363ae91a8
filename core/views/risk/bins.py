"""The bins that a distribution of value is drawn in."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base import format as fmt
from core.risk.futures import quantiles

Floats = NDArray[np.float64]

BINS: Final = 44
"""About how many bins the middle of a distribution is cut into."""
TAIL: Final = 0.005
"""What lies beyond this share at each end is gathered in the outermost bin."""


def edges(values: Floats) -> Floats:
    """Return the edges (edge,) of bins of one round width that hold all but the tails of `values`; zero is an edge."""
    low, high = (float(edge) for edge in quantiles(values.ravel(), (TAIL, 1.0 - TAIL)))
    low, high = min(low, 0.0), max(high, 0.0)
    rough = max(high - low, 1.0) / BINS
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= rough * (1.0 - 1e-9))
    first, last = math.floor(low / width), max(math.ceil(high / width), math.floor(low / width) + 1)
    return np.asarray(width * np.arange(min(first, -1), max(last, 1) + 1), dtype=np.float64)


def shares_in(values: Floats, within: Floats) -> Floats:
    """Return the share of `values` (draw,) in each bin (bin,) `within` its edges; tails fall into the outermost."""
    inside = np.clip(values, within[0], within[-1])
    # A bin holds its lower edge: what costs nothing more lies on the side of zero where nothing is lost.
    place = np.clip(np.searchsorted(within, inside, side="right") - 1, 0, within.size - 2)
    return np.asarray(np.bincount(place, minlength=within.size - 1) / values.size)


def in_words_of(within: Floats) -> list[str]:
    """Return each bin in words, the outermost as all that lies beyond."""

    def usd(value: float) -> str:
        return fmt.usd(value, 3, signed=True)

    middle = [f"{usd(low)} to {usd(high)}" for low, high in pairwise(within[1:-1])]
    return [f"below {usd(within[1])}", *middle, f"above {usd(within[-2])}"]
