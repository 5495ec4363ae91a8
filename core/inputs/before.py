"""What must be known of a data set before its tables can be made: who its merchants are, and its calendar."""

from __future__ import annotations

import re
from typing import Final

from core.base.quarters import Calendar
from core.inputs.problem import Problem
from core.inputs.sheet import Sheet

FLEET_YEAR: Final = "fleet_year"
_WORD: Final = re.compile(r"(?!custom$)[a-z][a-z0-9_]{0,39}", re.ASCII)
"""What a merchant may be called."""
_SHARE: Final = re.compile(r"(.+)_share_(today|plan)")
_YEAR: Final = re.compile(r"20\d\d(\.0*)?", re.ASCII)


def merchants_but_lead(suppliers: Sheet, workloads: Sheet) -> tuple[str, ...]:
    """Return the ids of all merchants but the first, as far as the sheets tell; what is wrong with them is told later.

    Where the suppliers cannot be read, they are those who have a share of the workloads: else every share would be one
    more thing wrong.
    """
    if not {"supplier_id", "class"} <= set(suppliers.columns) or not suppliers.rows:
        named = [match[1] for name in workloads.columns if (match := _SHARE.fullmatch(name))]
        return tuple(dict.fromkeys(one for one in named if _WORD.fullmatch(one)))
    places = [suppliers.columns.index(name) for name in ("supplier_id", "class")]
    rows = [tuple(row[place] for place in places) for row in suppliers.rows]
    merchants = [one for one, role in rows if role == "merchant" and _WORD.fullmatch(one)]
    return tuple(dict.fromkeys(merchants))[1:]


def calendar_of(facts: Sheet) -> tuple[Calendar | None, list[Problem]]:
    """Return the calendar that the fact `fleet_year` gives: the model begins with the year after it.

    None with what is wrong if there is no such fact, or it is no year.
    """
    if not {"fact_id", "value"} <= set(facts.columns):
        return None, []
    place, column = facts.columns.index("fact_id"), facts.columns.index("value")
    for line, row in zip(facts.lines, facts.rows, strict=True):
        if row[place] == FLEET_YEAR:
            if _YEAR.fullmatch(row[column]):
                return Calendar(int(float(row[column])) + 1), []
            wrong, expected = "is not a year of this century", "the year at whose end the opening fleet stands"
            return None, [Problem(facts.name, line, "value", row[column], wrong, expected)]
    expected = "a row with the year at whose end the opening fleet stands"
    return None, [Problem(facts.name, None, "fact_id", FLEET_YEAR, "has no row", expected)]
