"""What must be known of a data set before its tables can be made: who its merchants are, and its calendar."""

from __future__ import annotations

import re
from typing import Final

from core.base.quarters import Calendar
from core.inputs.problem import Problem
from core.inputs.sheet import Sheet

FLEET_YEAR: Final = "fleet_year"
_WORD: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_YEAR: Final = re.compile(r"[1-9]\d{3}(\.0*)?", re.ASCII)


def merchants_but_lead(suppliers: Sheet) -> tuple[str, ...]:
    """Return the ids of all merchants but the first, as far as the sheet tells; what is wrong with it is told later."""
    if not {"supplier_id", "class"} <= set(suppliers.columns):
        return ()
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
            wrong, expected = "is not a year", "the year at whose end the opening fleet stands, in four digits"
            return None, [Problem(facts.name, line, "value", row[column], wrong, expected)]
    expected = "a row with the year at whose end the opening fleet stands"
    return None, [Problem(facts.name, None, "fact_id", FLEET_YEAR, "has no row", expected)]
