"""The unit of a column, and of figures that have one beside them: what turns them into the declared one.

A header, a row of units, a sign or word beside the figure may each say it. What the header says holds for the column; a
figure's own sign is read against it, so that nothing is multiplied twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from core.base.format import listed
from core.inputs.intake.columns import Field
from core.inputs.intake.numbers import plain, shown, written
from core.inputs.intake.question import AS_IS, LEAVE, NO, Asked, examples
from core.inputs.intake.reading import ColumnReading
from core.inputs.intake.units import BASE_CURRENCY, Unit, factor, unit_in, unit_of

UNKNOWN: Final = ""
"""The factor of a column whose rate nobody has said yet."""


def with_unit(asked: Asked, field: Field, reading: ColumnReading, texts: Sequence[str], unit_row: str) -> ColumnReading:
    """Return a column with the unit that its header, or a row of units, says; without its column if it is left out."""
    declared = unit_of(field.get("unit", ""))
    header = reading.header
    said = unit_row if unit_of(unit_row) else ""
    given = unit_of(said)
    if given is None and header != field["name"] and (found := unit_in(header)):
        said, given = found
    if re.search(r"\b(tax|vat|mwst|gst|ust)\b", header, re.IGNORECASE):
        choices = [(AS_IS, "take the figures as they stand"), (LEAVE, "leave the column out")]
        if (
            asked.choice(f"tax:{header}", "unit", header, "The figures seem to have tax in them.", choices, None)
            == LEAVE
        ):
            return replace(reading, column=None)
    if given is None or declared is None:
        return _as_share(asked, field, reading, texts)
    size, is_so = _size(asked, header, said, given, declared, field["unit"])
    return replace(reading, column=None) if size is None else replace(reading, factor=size, unit=said if is_so else "")


def _size(asked: Asked, header: str, said: str, given: Unit, declared: Unit, unit: str) -> tuple[str | None, bool]:
    """Return the factor from a given unit to the declared one, None if the column is to be left out; and whether the
    figures are in the given unit.
    """
    times = factor(given, declared)
    key = f"unit:{header}:{said}"
    if times is None:
        ask = f"{said} is another kind of unit than {unit}, and no factor leads from one to the other."
        choices = [(LEAVE, "leave the column out"), (AS_IS, f"the figures are {unit} all the same")]
        return ("1" if asked.choice(key, "unit", header, ask, choices, LEAVE) == AS_IS else None), False
    if given.group and ("chip", Decimal(1)) in declared.per:
        ask = f"How many chips are in one {given.group}?"
        count = asked.number(f"chips:{header}:{given.group}", "unit", header, ask)
        if count is None:
            return UNKNOWN, True
        times /= count
    elif times != 1:
        ask = f"The figures are in {said}; the column is in {unit}."
        choices = [("factor", f"multiply each figure by {shown(times)}"), (AS_IS, f"they are {unit} already")]
        if asked.choice(key, "unit", header, ask, choices, "factor", 0.8) == AS_IS:
            return "1", False
    return rated(asked, times, given.currency, declared), True


def _as_share(asked: Asked, field: Field, reading: ColumnReading, texts: Sequence[str]) -> ColumnReading:
    """Ask whether figures above 1 in a column of shares are percent."""
    unit = unit_of(field.get("unit", ""))
    if unit is None or unit.kind != "share":
        return reading
    bare = [one for text in texts if (one := written(text)) and not one.mark]
    above = [value for one in bare if (value := plain(one, reading.decimal)) and Decimal(value) > 1]
    if not above:
        return reading
    ask = f"The column has shares from 0 to 1; there are {examples(above)}."
    choices = [("percent", "they are percent: divide each figure by 100"), (AS_IS, "take them as they stand")]
    answer = asked.choice(f"share:{reading.header}", "unit", reading.header, ask, choices, "percent", 0.7)
    return replace(reading, factor="0.01") if answer == "percent" else reading


def with_marks(asked: Asked, field: Field, reading: ColumnReading, texts: Sequence[str]) -> ColumnReading:
    """Read what stands around the figures themselves: currency, percent, unit."""
    marks = dict.fromkeys(one.mark for text in texts if (one := written(text)))
    if not any(marks):
        return reading
    header = unit_of(reading.unit)
    asks = header or unit_of(field.get("unit", ""))
    found = {mark: _mark(asked, field, reading.header, mark, asks) for mark in marks if mark}
    if "" in marks:
        found[""] = _bare(asked, reading.header, {mark: size for mark, size in found.items() if size is not None})
    return replace(reading, marks=tuple(found.items()))


def scale(given: Unit, asks: Unit) -> Decimal | None:
    """Return how many of a column's unit one of the given is, but for its rate; None if it is no such unit.

    A currency alone says nothing of the scale. Two different currencies, one of the header and one of the figure, are
    never reconciled.
    """
    if given.currency and asks.currency not in (None, given.currency, BASE_CURRENCY):
        return None
    if given.kind == "money" and given.size == 1 and not given.per:
        return Decimal(1) if asks.kind == "money" else None
    return factor(given, asks)


def rated(asked: Asked, times: Decimal, currency: str | None, asks: Unit) -> str:
    """Return a factor in US dollars, where the column's own is not in that currency already; UNKNOWN without a rate."""
    if currency in (None, BASE_CURRENCY, asks.currency):
        return shown(times)
    rate = asked.number(f"rate:{currency}", "rate", str(currency), f"How many {BASE_CURRENCY} is one {currency}?")
    return UNKNOWN if rate is None else shown(times * rate)


def _mark(asked: Asked, field: Field, header: str, mark: str, asks: Unit | None) -> str | None:
    """Return the factor of figures with a mark, None if they are not to be taken."""
    given = unit_of(mark)
    times = None if given is None or asks is None else scale(given, asks)
    if given is not None and asks is not None and times is not None and given.group is None:
        if times == 1 or given.kind == "share":
            return rated(asked, times, given.currency, asks)
        ask = f"Some figures are in {mark}; the column is in {field['unit']}."
        choices = [("factor", f"multiply them by {shown(times)}"), (NO, "refuse them")]
        answer = asked.choice(f"mark:{header}:{mark}", "unit", header, ask, choices, "factor", 0.8)
        return rated(asked, times, given.currency, asks) if answer == "factor" else None
    ask = f"“{mark}” stands beside figures of {field.get('unit', 'no unit')}."
    choices = [(NO, "refuse these figures"), (AS_IS, "take them as if it were not there")]
    return "1" if asked.choice(f"mark:{header}:{mark}", "unit", header, ask, choices, NO, 0.2) == AS_IS else None


def _bare(asked: Asked, header: str, others: dict[str, str]) -> str | None:
    """Return the factor of figures without a mark in a column where others have one."""
    different = [(mark, size) for mark, size in others.items() if size != "1"]
    if not different:
        return "1"
    choices = [(NO, "refuse those without"), (AS_IS, "those without are in the column's own unit")]
    choices += [(mark, f"they are meant in {mark} too") for mark, _ in different]
    ask = f"Some figures have {listed(list(others))} beside them, others have nothing."
    answer = asked.choice(f"bare:{header}", "unit", header, ask, choices, None)
    return "1" if answer == AS_IS else others.get(answer or "")
