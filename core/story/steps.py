"""The bars of a bridge: the steps that lead from one total to another, which add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from core.base.format import Unit

MOST_BARS: Final = 7
EDGE_SHARE: Final = 0.3
"""Room for the figure of the rightmost bar, as a share of the width of all bars."""


def step_bars(
    ends: tuple[tuple[str, float], tuple[str, float]],
    steps: Sequence[tuple[str, float, str]],
    unit: Unit,
    more_is_good: bool,
) -> pd.DataFrame:
    """Return the bars that lead from one end to another, both included; a row a bar. `steps`: label, amount, detail.

    Columns: label and next_label (of the bar that follows), kind (`total` or `step`), low and high in USD or MW, at
    (where the bar leads), good (whether it is good news), words, detail, and edge, beyond which figures find room.
    """
    (first, start), (last, end) = ends
    labels = [first, *(label for label, _, _ in steps), last]
    amounts = np.array([0.0, *(amount for _, amount, _ in steps), 0.0])
    after = start + np.cumsum(amounts)
    after[-1] = end
    before = after - amounts
    reach = float(np.ptp(np.concatenate([before, after]))) or abs(start)
    return pd.DataFrame(
        {
            "label": labels,
            "next_label": [*labels[1:], labels[-1]],
            "kind": ["total", *["step"] * len(steps), "total"],
            "low": np.minimum(before, after),
            "high": np.maximum(before, after),
            "at": after,
            "good": (amounts > 0) == more_is_good,
            "words": [
                unit.words(start, 3),
                *(unit.words(amount, 2, signed=True) for _, amount, _ in steps),
                unit.words(end, 3),
            ],
            "detail": ["start", *(detail for _, _, detail in steps), "end"],
            "edge": np.maximum(before, after).max() + EDGE_SHARE * reach,
        }
    )
