"""How old a figure is: what follows from the day on which its source came out."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Final

LAST_MONTH: Final = 12


def latest_day(published_on: str) -> date:
    """Return the latest day that a date of publication can be: itself, or the last of its month or year."""
    year, month, day = [*map(int, published_on.split("-")), 0, 0][:3]
    month = month or LAST_MONTH
    return date(year, month, day or calendar.monthrange(year, month)[1])
