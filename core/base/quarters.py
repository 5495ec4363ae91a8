"""The calendar of the model: quarters by their index and by their label."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

QUARTERS_PER_YEAR: Final = 4
MODELLED_YEARS: Final = 9
"""How many years can be modelled at the most: data reach that far."""
_QUARTER: Final = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)


@dataclass(frozen=True)
class Calendar:
    """Which quarter is which: index 0 is the first quarter of `first_year`, earlier ones are negative."""

    first_year: int

    @property
    def fleet_year(self) -> int:
        """The year at whose end the opening fleet stands; prices of power and buildings are those of that year."""
        return self.first_year - 1

    @property
    def last_year(self) -> int:
        """The last year that can be modelled."""
        return self.first_year + MODELLED_YEARS - 1

    def index(self, label: str) -> int:
        """Return the quarter index of `label`; raises ValueError if it is not of the form `YYYY-Qn`."""
        match = _QUARTER.fullmatch(label)
        if match is None:
            raise ValueError(f"{label!r} is not a quarter; write it like {self.label(0)}")
        return (int(match[1]) - self.first_year) * QUARTERS_PER_YEAR + int(match[2]) - 1

    def label(self, index: int) -> str:
        """Return the label of quarter `index`, such as that of the first: `first_year`, then `-Q1`."""
        return f"{self.year(index)}-Q{index % QUARTERS_PER_YEAR + 1}"

    def year(self, index: int) -> int:
        """Return the calendar year of quarter `index`."""
        return self.first_year + index // QUARTERS_PER_YEAR

    def time_years(self, index: float) -> float:
        """Return where quarter `index` begins on an axis of years: a second quarter at a quarter past."""
        return self.first_year + index / QUARTERS_PER_YEAR

    def quarters_to(self, year: int) -> int:
        """Return how many quarters there are from index 0 to the end of `year`."""
        return QUARTERS_PER_YEAR * (year - self.first_year + 1)
