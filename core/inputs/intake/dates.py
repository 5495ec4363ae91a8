"""Years, quarters and days as people write them: `Q1 2019`, `1976 January`, `2019-S2`, `31/03/2019`, `Mar-19`.

Nothing is guessed: where a form leaves open which quarter is meant, `period` says what would have to be known, and the
answer comes with the next call. Which of day and month stands first is open where both could; a half-year or a year
alone has a first and a last quarter; `FY19` is a company's own year; two digits of a year leave its century open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.base.quarters import QUARTERS_PER_YEAR

DAY_FIRST: Final = "day first"
MONTH_FIRST: Final = "month first"
FIRST: Final = "first"
LAST: Final = "last"
OWN_YEAR: Final = "own year"
CENTURY: Final = "century"
PART_OF_YEAR: Final = "part of year"
"""What is not said of a year; a reading says which of it is trusted."""

_NAMES: Final = (
    ("jan", "january", "januar", "janvier", "enero"), ("feb", "february", "februar", "fevrier", "febrero"),
    ("mar", "march", "marz", "maerz", "mrz", "mars", "marzo"), ("apr", "april", "avril", "abril"),
    ("may", "mai", "mayo"), ("jun", "june", "juni", "juin", "junio"), ("jul", "july", "juli", "juillet", "julio"),
    ("aug", "august", "aout", "agosto"), ("sep", "sept", "september", "septembre", "septiembre"),
    ("oct", "october", "okt", "oktober", "octobre", "octubre"), ("nov", "november", "novembre", "noviembre"),
    ("dec", "december", "dez", "dezember", "decembre", "diciembre"),
)  # fmt: skip
_MONTHS: Final = {name: month for month, names in enumerate(_NAMES, 1) for name in names}
_YEAR: Final = r"(?P<year>(?:19|20)\d\d|'?\d\d)"
_LONG_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_SEP: Final = r"[\s\-/._,]*"
_FORMS: Final = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"{_LONG_YEAR}{_SEP}Q(?P<quarter>[1-4])",
        rf"Q(?P<quarter>[1-4]){_SEP}{_YEAR}",
        rf"(?P<quarter>[1-4])Q{_SEP}{_YEAR}",
        rf"(?P<quarter>[1-4])\.?\s*(?:Quartal|quarter){_SEP}{_YEAR}",
        rf"(?P<own>FY){_SEP}{_YEAR}(?:{_SEP}Q(?P<quarter>[1-4]))?",
        rf"Q(?P<quarter>[1-4]){_SEP}(?P<own>FY){_SEP}{_YEAR}",
        rf"{_LONG_YEAR}{_SEP}[SH](?P<half>[12])",
        rf"[SH](?P<half>[12]){_SEP}{_YEAR}",
        rf"{_LONG_YEAR}{_SEP}M(?P<month>0[1-9]|1[0-2])",
        rf"{_LONG_YEAR}[-/.](?P<month>0?[1-9]|1[0-2])",
        rf"(?P<month>0?[1-9]|1[0-2])[-/.]{_LONG_YEAR}",
        rf"{_LONG_YEAR}[-/.](?P<month>0?[1-9]|1[0-2])[-/.](?P<day>\d\d?)",
        rf"(?P<one>\d\d?)(?P<sep>[-/.])(?P<two>\d\d?)(?P=sep){_YEAR}",
        rf"{_LONG_YEAR}{_SEP}(?P<name>[a-z]{{3,}})\.?",
        rf"(?P<name>[a-z]{{3,}})\.?{_SEP}{_YEAR}",
        rf"(?P<day>\d\d?)\.?{_SEP}(?P<name>[a-z]{{3,}})\.?{_SEP}{_YEAR}",
        rf"(?P<name>[a-z]{{3,}})\.?\s*(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{_LONG_YEAR}",
        _LONG_YEAR,
    )
)
_TIME: Final = re.compile(
    r"(?P<day>.*\d)[T\s]+(?P<time>\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(?:Z|[+-]\d\d:?\d\d|[ap]m)?", re.IGNORECASE
)
_MIDNIGHT: Final = re.compile(r"0?0:00(:00([.,]0+)?)?")
ALONE: Final = re.compile(r"M(0[1-9]|1[0-3])|Q[1-4]|[SH][12]|[a-z]{3,9}", re.ASCII | re.IGNORECASE)
"""A part of a year without the year, as statistics offices have it in a column beside it."""


@dataclass(frozen=True)
class Period:
    """What a text says of a time: its year, as far as it goes its month and day, or its quarter or half-year."""

    year: int
    quarter: int | None = None
    half: int | None = None
    month: int | None = None
    day: int | None = None
    asks: tuple[str, ...] = ()  # what must be known to be sure of it: OWN_YEAR, CENTURY

    @property
    def is_part(self) -> bool:
        """Tell a part of a year: a quarter, half-year, month or day."""
        return (self.quarter, self.half, self.month) != (None, None, None)

    def told(self, what: str, part: str | None) -> str | None:
        """Return the `year`, `quarter` or `day`, None if it cannot be told; part: as of `as_quarter`."""
        if what == "year":
            return str(self.year)
        return self.as_day() if what == "day" else self.as_quarter(part)

    def as_quarter(self, part: str | None) -> str | None:
        """Return the quarter; part: FIRST or LAST, of a half-year or year; None if that must be known and is not."""
        quarter = self.quarter
        if quarter is None and self.month is not None:
            quarter = (self.month - 1) * QUARTERS_PER_YEAR // 12 + 1
        if quarter is None and part is not None:
            first, last = (1, 4) if self.half is None else (2 * self.half - 1, 2 * self.half)
            quarter = first if part == FIRST else last
        return None if quarter is None else f"{self.year}-Q{quarter}"

    def as_day(self) -> str | None:
        """Return the day, month or year; None of a quarter or half-year, which is none of them."""
        if self.quarter is not None or self.half is not None:
            return None
        parts = [f"{self.year:04}", *(f"{one:02}" for one in (self.month, self.day) if one is not None)]
        return "-".join(parts)


def time_of_day(text: str) -> bool:
    """Tell whether a text says an hour of a day, other than the midnight that a spreadsheet puts after every day."""
    match = _TIME.fullmatch(text.strip())
    return bool(match) and not (match and _MIDNIGHT.fullmatch(match["time"]))


def periods(text: str) -> dict[str, Period]:
    """Return what a text may mean, by the order of day and month, or by "" if it has none; nothing if it is no time."""
    text = text.strip()
    match = _TIME.fullmatch(text)
    if match and _MIDNIGHT.fullmatch(match["time"]):
        text = match["day"]
    found = next((one for form in _FORMS if (one := form.fullmatch(_folded(text)))), None)
    if not found:
        return {}
    parts = found.groupdict()
    year, asks = _year(parts["year"])
    if parts.get("own"):
        asks = (*asks, OWN_YEAR)
    if parts.get("one"):
        return _by_order(year, int(parts["one"]), int(parts["two"]), asks)
    month = _MONTHS.get(parts["name"].casefold()) if parts.get("name") else _int(parts.get("month"))
    if parts.get("name") and month is None:
        return {}
    day = _int(parts.get("day"))
    if day is not None and not _is_day(year, month, day):
        return {}
    return {"": Period(year, _int(parts.get("quarter")), _int(parts.get("half")), month, day, asks)}


def _by_order(year: int, one: int, two: int, asks: tuple[str, ...]) -> dict[str, Period]:
    by_order = {
        order: Period(year, month=month, day=day, asks=asks)
        for order, day, month in ((DAY_FIRST, one, two), (MONTH_FIRST, two, one))
        if _is_day(year, month, day)
    }
    return {"": by_order[DAY_FIRST]} if one == two and by_order else by_order


def _folded(text: str) -> str:
    return text.casefold().replace("ä", "a").replace("é", "e").replace("û", "u")


def _year(text: str) -> tuple[int, tuple[str, ...]]:
    digits = text.removeprefix("'")
    return (int(digits), ()) if len(digits) == 4 else (2000 + int(digits), (CENTURY,))


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)


def _is_day(year: int, month: int | None, day: int) -> bool:
    try:
        date(year, month or 1, day)
    except ValueError:
        return False
    return True
