"""Small pure functions of finance: arrays in, arrays out, no knowledge of chips.

The first axis of a flow is time in quarters; the last is the batch of scenarios.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALLEST_RATE: Final = float(np.finfo(np.float64).tiny)
"""Below it a rate has too few digits left to divide by; it counts as zero."""


MATERIAL_USD: Final = 1.0
"""Two amounts that differ by less than this do not differ to a reader."""


def round_half_up(x: Floats) -> Ints:
    """Return the nearest whole number, halves upwards: `floor(x + 1/2)`."""
    return np.floor(x + 0.5).astype(np.int64)


def capital_recovery_factor(rate: Floats, years: Floats) -> Floats:
    """Return the level yearly payment that repays 1 over `years` at `rate` a year.

    `crf = r / (1 - (1 + r)**-n)`, and `1/n` at r = 0. Written with expm1 and log1p, because
    numpy-financial's `pmt` divides by zero at rates below about 1e-16.
    """
    zero = rate < SMALLEST_RATE
    r = np.where(zero, 1.0, rate)
    return np.where(zero, 1.0 / years, r / -np.expm1(-years * np.log1p(r)))


def discount_factor(rate: Floats, quarters: Floats | float) -> Floats:
    """Return the value today of 1 paid after `quarters`: `(1 + r)**(-quarters/4)`."""
    return np.exp(-np.log1p(rate) * quarters / QUARTERS_PER_YEAR)


_WIDE: Final = 64
"""Figures a quarter from which adding quarter by quarter is faster than NumPy's own running sum, ten times at best."""


def running(flow: Floats, join: np.ufunc = np.add) -> Floats:
    """Return the running sum of `flow` (quarter, ...), or with `join` np.maximum the highest so far.

    To the last bit what `join.accumulate(flow, axis=0)` returns, which takes one figure after the other.
    """
    if flow.size < _WIDE * len(flow):
        return np.asarray(join.accumulate(flow, axis=0), dtype=np.float64)
    out = np.empty(flow.shape)
    out[0] = flow[0]
    for t in range(1, len(flow)):
        join(out[t - 1], flow[t], out=out[t])
    return out


def lagged(series: Floats, lag: Ints) -> Floats:
    """Return `series` moved later by `lag` quarters, zero before it begins.

    series: (quarter, ..., batch); lag: (batch,), at least 1. `out[t, ..., b] = series[t - lag[b], ..., b]`.
    """
    out = np.zeros_like(series)
    shortest, longest = int(lag.min()), int(lag.max())
    horizon = series.shape[0]
    if shortest >= horizon:
        return out
    if shortest == longest:
        out[shortest:] = series[:-shortest]
        return out
    source = np.arange(shortest, horizon)[:, None] - lag  # (later quarters, batch)
    middle = (1,) * (series.ndim - 2)
    known = np.take_along_axis(series, np.maximum(source, 0).reshape(-1, *middle, lag.size), axis=0)
    out[shortest:] = np.where((source >= 0).reshape(-1, *middle, lag.size), known, 0.0)
    return out


def in_service(flow: Floats, life: Ints) -> Floats:
    """Return the sum of what was added in the last `life` quarters, this one included.

    flow: (quarter, ..., batch); life: (batch,). `out[t] = sum of flow[v] over t - life < v <= t`.
    """
    total = running(flow)
    return total - lagged(total, life)


def straight_line(cost: Floats, book_life: Ints, service_life: Ints) -> tuple[Floats, Floats]:
    """Return depreciation and write-offs of lots bought for `cost`, in the same unit.

    Each lot loses `cost / book_life` a quarter from its own on while it works; what is left when it stops
    working is written off in that quarter. cost: (quarter, ..., batch); lives in quarters: (batch,).
    """
    depreciation = in_service(cost / book_life, np.minimum(book_life, service_life))
    left = np.maximum(0.0, 1.0 - service_life / book_life)
    return depreciation, lagged(cost * left, service_life)


NEVER: Final = np.inf
AT_ONCE: Final = -np.inf
NO_DIFFERENCE: Final = np.nan
"""What stands for a date or a rate that does not exist: never reached, reached from the outset, or nothing to reach."""


def payback(saving_usd: Floats, discounted_usd: Floats, threshold_usd: Floats | float) -> Floats:
    """Return the quarter index (batch,) in which cumulative discounted savings turn positive for good.

    On S, the running sum of `discounted_usd` (quarter, batch): the first quarter after the last negative S.
    AT_ONCE if S is never negative, NEVER if it ends negative, NO_DIFFERENCE if no quarter's `saving_usd`
    reaches `threshold_usd` in size.
    """
    negative = running(discounted_usd) < 0
    after_last = negative.shape[0] - np.argmax(negative[::-1], axis=0).astype(np.float64)
    quarter = np.where(negative[-1], NEVER, np.where(negative.any(axis=0), after_last, AT_ONCE))
    return np.where((np.abs(saving_usd) >= threshold_usd).any(axis=0), quarter, NO_DIFFERENCE)


def lasting_from(saving_usd: Floats, threshold_usd: Floats | float) -> Floats:
    """Return the first period (batch,) from which every period's saving is positive; saving_usd: (period, batch).

    NEVER if the last one is not, NO_DIFFERENCE if none reaches `threshold_usd` in size.
    """
    positive = saving_usd > 0
    periods = positive.shape[0]
    first = periods - np.argmin(positive[::-1], axis=0).astype(np.float64)
    first = np.where(positive.all(axis=0), 0.0, np.where(positive[-1], first, NEVER))
    return np.where((np.abs(saving_usd) >= threshold_usd).any(axis=0), first, NO_DIFFERENCE)
