"""Settings and distances of levers in words, rounded as a sentence bears."""

from __future__ import annotations

import math

from core.base import format as fmt
from core.inputs.lever import Lever, Value


def near(lever: Lever, value: float) -> Value:
    """Return a setting to a tenth of the lever's step or so, for words."""
    decimals = max(0, 1 - math.floor(math.log10(lever.step)))
    return lever.value(round(value, 0 if lever.whole else decimals))


def distance_words(lever: Lever, distance: float) -> str:
    """Return a distance in a lever's own unit, signed: `+0.14`, `−9.7 points`, `+2 quarters`."""
    sign = fmt.MINUS if distance < 0 else "+"
    size = abs(distance)
    if lever.is_share:
        return fmt.POINTS.words(distance, 2, signed=True)
    if lever.whole:
        unit = lever.unit.split(" ")[0].removesuffix("s")
        return f"{sign}{fmt.counted(round(size), unit)}"
    rounded = round(size, max(0, 1 - math.floor(math.log10(lever.step))))
    unit = (
        "" if lever.unit.startswith("x ") or lever.unit == "ratio" else f" {lever.unit.split(',')[0].split(' of ')[0]}"
    )
    return f"{sign}{rounded:,g}{unit}"


def ordinal(share: float) -> str:
    """Return a share of the futures as a percentile: `67th`; beyond the first and last, that it is."""
    percent = round(100.0 * share)
    if percent < 1:
        return "below the 1st"
    if percent > 99:
        return "above the 99th"
    last = percent % 10
    suffix = "th" if percent // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
    return f"{percent}{suffix}"
