"""The calendar of the model: quarters by their index and by their label."""

from __future__ import annotations

import re
from typing import Final

FIRST_YEAR: Final = 2027
"""Calendar year of quarter index 0 (2027-Q1)."""
QUARTERS_PER_YEAR: Final = 4
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)


def quarter_index(label: str) -> int:
    """Return the quarter index of `label`: 0 is 2027-Q1, earlier quarters are negative.

    Raises ValueError if the label is not of the form `2027-Q1`.
    """
    match = _QUARTER.fullmatch(label)
    if match is None:
        raise ValueError(f"{label!r} is not a quarter; write it like 2027-Q1")
    return (int(match[1]) - FIRST_YEAR) * QUARTERS_PER_YEAR + int(match[2]) - 1


def quarter_label(index: int) -> str:
    """Return the label of quarter `index`: `quarter_label(5) == "2028-Q2"`."""
    return f"{FIRST_YEAR + index // QUARTERS_PER_YEAR}-Q{index % QUARTERS_PER_YEAR + 1}"
