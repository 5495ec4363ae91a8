"""A figure as people write it: with a sign for the currency or a percent, thousands apart, comma or point.

`1.234` is one and a bit or more than a thousand, and nothing in it says which. So a figure is taken apart first
(`written`), then read by a decimal sign (`plain`) that the figures of its column have in common (`decimals`). A text
that is no figure is None: nothing is ever read in part. One that stands alone is read by its bounds (`entered`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

DECIMALS: Final = (".", ",")
PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""A figure as a data set has it."""
LONGEST: Final = 60
"""Characters beyond which nothing is taken for a figure."""
DIGITS: Final = 15
"""Digits that a figure keeps when it is multiplied, as many as a spreadsheet has."""

_MARK: Final = r"(?:[^\d.,+\-−()\[\]{}\"'’]|(?<=[A-Za-z])\.)*?"
_FIGURE: Final = re.compile(
    rf"(?P<open>\()?(?P<early>[+\-−]?)(?P<before>{_MARK})(?P<late>[+\-−]?)"
    r"(?P<digits>[.,]?\d(?:[\d.,'’\u0020\u00a0\u2009\u202f]*\d)?[.,]?)(?P<exponent>[eE][+-]?\d{1,3})?"
    rf"(?P<after>{_MARK})(?P<close>\))?",
    re.ASCII,
)
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:(?P<apart>[^\d])\d{3})(?:(?P=apart)\d{3})*", re.ASCII)
_APART: Final = {".": ",'’\u0020\u00a0\u2009\u202f", ",": ".'’\u0020\u00a0\u2009\u202f"}
"""By decimal sign, what may stand between thousands."""


@dataclass(frozen=True)
class Written:
    """A figure taken apart: its sign, digits as they stand, exponent, and what stands around them (`$`, `%`, `kW`)."""

    negative: bool
    digits: str
    exponent: str
    mark: str


def written(text: str) -> Written | None:
    """Return a figure taken apart, None if the text is none. In brackets, as accounts have it, it is negative."""
    text = text.strip()
    if len(text) > LONGEST or not (match := _FIGURE.fullmatch(text)):
        return None
    signs = [sign for sign in (match["early"], match["late"]) if sign]
    if len(signs) > 1 or bool(match["open"]) != bool(match["close"]) or (match["open"] and signs):
        return None
    mark = " ".join(part for part in (match["before"].strip(), match["after"].strip()) if part)
    negative = bool(match["open"]) or signs in (["-"], ["−"])
    return Written(negative, match["digits"], match["exponent"] or "", mark)


def plain(figure: Written, decimal: str) -> str | None:
    """Return a figure as a data set has it, read by a decimal sign; None if it cannot be meant so."""
    whole, sign, rest = figure.digits.partition(decimal)
    if rest and not rest.isdigit():
        return None
    if whole and not whole.isdigit():
        grouped = _GROUPED.fullmatch(whole)
        if not grouped or grouped["apart"] not in _APART[decimal]:
            return None
        whole = "".join(one for one in whole if one.isdigit())
    return f"{'-' if figure.negative else ''}{whole or '0'}{f'.{rest}' if sign and rest else ''}{figure.exponent}"


def decimals(texts: Iterable[str]) -> tuple[frozenset[str], bool]:
    """Return the decimal signs by which every figure can be read, and whether it matters which is taken.

    What cannot be read by either, or is no figure, has no say. No sign at all: the figures contradict each other.
    """
    found = [one for text in texts if (one := written(text))]
    read = [by for one in found if any(by := tuple(plain(one, decimal) for decimal in DECIMALS))]
    possible = frozenset(decimal for i, decimal in enumerate(DECIMALS) if all(by[i] is not None for by in read))
    matters = any(point is None or comma is None or Decimal(point) != Decimal(comma) for point, comma in read)
    return possible, matters


class NumberError(ValueError):
    """What somebody typed is not one number within its bounds; the message quotes it and says what would do."""


def entered(text: str, low: float, high: float, marks: Collection[str] = (), unit: str = "") -> Decimal:
    """Return the number that somebody typed, from `low` to `high`; one of `marks`, such as `%`, may stand beside it.

    Comma and point may both be meant as the decimal sign. Where `1.234` could be either, the reading within the bounds
    is taken; where both are, none is: a number is refused and never guessed. Raises NumberError.
    """
    figure = written(text)
    if figure is None or figure.mark not in ("", *marks):
        raise NumberError(f"“{_quoted(text)}” is not a number; write it as 7.5 or 7,5")
    read = {Decimal(one) for sign in DECIMALS if (one := plain(figure, sign)) is not None}
    if not read:
        raise NumberError(f"“{_quoted(text)}” is not one number; write it as 1234.5 or 1.234,5")
    within = [one for one in read if low <= one <= high]
    if len(within) == 1:
        return within[0]
    less, more = min(read), max(read)
    if within:
        raise NumberError(f"“{_quoted(text)}” can be {less:f} or {more:,f}; write {less:f}0 or {more:f}")
    told = f"“{_quoted(text)}”" if len(read) > 1 else f"{float(more):,.15g}"
    raise NumberError(f"{told} is out of bounds; use {_bounds(low, high)}{unit}")


def _quoted(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _bounds(low: float, high: float) -> str:
    if math.isinf(high):
        return f"{low:,.15g} or more" if math.isfinite(low) else "any number"
    return f"{low:,.15g} to {high:,.15g}"


def times(figure: str, factor: Decimal) -> str:
    """Return a plain figure multiplied, exact to as many digits as a spreadsheet has; as it stands if times one."""
    if factor == 1:
        return figure
    return shown(Decimal(figure) * factor)


def shown(value: Decimal) -> str:
    """Return a number in plain digits, rounded to DIGITS significant ones."""
    if not value:
        return "0"
    rounded = value.quantize(Decimal(1).scaleb(value.adjusted() - DIGITS + 1)) if value.is_finite() else value
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_FIXED: Final = re.compile(r"0\.(0{1,15})")


def as_shown(value: float, number_format: str) -> str:
    """Return a figure of a workbook as text: with the decimals that its cell shows, where they are all of it.

    A template keeps the digits of a data set in this way: 1.30 is a number and stays 1.30.
    """
    fixed = _FIXED.fullmatch(number_format)
    if fixed and float(text := f"{value:.{len(fixed[1])}f}") == value:
        return text
    if isinstance(value, int) or (value.is_integer() and abs(value) < 2**53):
        return str(int(value))
    return format(Decimal(repr(value)), "f")
