"""How old figures are, and which are due to be looked up again.

A figure is as old as the day on which its source came out, or the last that it can have come out on. How long a figure
of its kind stands is declared (`review_months`); from that many months on it is due. A row about a year or quarter that
is over, of whose kind there is a later one, is history: it is never due.
"""

from __future__ import annotations

import calendar
from datetime import date
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from core.base.format import counted
from core.inputs.data import LEAD, Inputs
from core.inputs.declaration import Resource, resources

LAST_MONTH: Final = 12
MONTHS_AS_SUCH: Final = 24
"""An age of this many months or more is told in years."""
LAST_MONTH_OF_QUARTER: Final = {"Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}


def latest_day(published_on: str) -> date:
    """Return the latest day that a date of publication can be: itself, or the last of its month or year."""
    year, month, day = [*map(int, published_on.split("-")), 0, 0][:3]
    month = month or LAST_MONTH
    return date(year, month, day or calendar.monthrange(year, month)[1])


def last_day_of(period: str) -> date:
    """Return the last day of a year or quarter: of `2019-Q1`, the last of March."""
    year, _, quarter = period.partition("-")
    return latest_day(f"{year}-{LAST_MONTH_OF_QUARTER[quarter]:02}" if quarter else year)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it has no such day."""
    later = day.year * LAST_MONTH + day.month - 1 + months
    year, month = later // LAST_MONTH, later % LAST_MONTH + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def months_old(published_on: str, day: date) -> int:
    """Return how many whole months before `day` something came out; 0 if it may still come out."""
    came_out = latest_day(published_on)
    months = (day.year - came_out.year) * LAST_MONTH + day.month - came_out.month
    return max(0, months - (months_later(came_out, months) > day))


def dated(day: str) -> str:
    """Return a day, month or year as it is read: `29 Jul 2019`, `Jul 2019`, `2019`."""
    year, *parts = (int(part) for part in day.split("-"))
    if not parts:
        return str(year)
    month = calendar.month_abbr[parts[0]]
    return f"{parts[1]} {month} {year}" if len(parts) > 1 else f"{month} {year}"


def age_in_words(months: int) -> str:
    """Return an age as it is read: `under a month`, `7 months`, from two years on `2 years`."""
    if months == 0:
        return "under a month"
    return counted(months, "month") if months < MONTHS_AS_SUCH else counted(months // LAST_MONTH, "year")


@lru_cache(maxsize=8)
def ages(inputs: Inputs, day: date) -> pd.DataFrame:
    """Return every figure that is to be looked up from time to time, as it stands on `day`, a row each in file order.

    Columns: table, row (its place in the table), source_id, published_on, months (whole, since then), due_on (the first
    day on which it is due), is_due. History is left out.
    """
    published = inputs.tables["sources"].set_index("source_id")["published_on"]
    rows = []
    for resource in resources(inputs.suppliers[LEAD + 1 :]):
        if "review_months" not in resource:
            continue
        table = inputs.tables[resource["name"]]
        stands = _stands(resource, table, day)
        for row, source_id in enumerate(table["source_id"]):
            if stands[row]:
                out = str(published[source_id])
                due_on = months_later(latest_day(out), resource["review_months"])
                rows.append((resource["name"], row, source_id, out, months_old(out, day), due_on, due_on <= day))
    columns = ("table", "row", "source_id", "published_on", "months", "due_on", "is_due")
    return pd.DataFrame(rows, columns=pd.Index(columns))


def _stands(resource: Resource, table: pd.DataFrame, day: date) -> list[bool]:
    """Tell of each row whether it is no history: not over on `day`, or the last of its kind."""
    series = resource.get("series")
    if series is None:
        return [True] * len(table)
    periods = [str(period) for period in table[series["period"]]]
    named = table.reindex(columns=series["of"]).astype("string").fillna("")
    kinds = [tuple(named.iloc[row]) for row in range(len(named))]
    last: dict[Any, str] = {}
    for kind, period in zip(kinds, periods, strict=True):
        last[kind] = max(last.get(kind, period), period)
    return [last_day_of(period) >= day or period == last[kind] for kind, period in zip(kinds, periods, strict=True)]
