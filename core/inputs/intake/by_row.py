"""Units and currencies that a column beside the figures says row by row: `EUR`, `USD million`, `kWh`.

Each word of such a column gives a factor for the figures of its row, which people agree to; a word that leads to no
factor leaves its rows refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from core.inputs.intake.columns import Field, kind
from core.inputs.intake.measures import rated, scale
from core.inputs.intake.numbers import shown
from core.inputs.intake.question import NO, YES, Asked
from core.inputs.intake.reading import ColumnReading
from core.inputs.intake.units import BASE_CURRENCY, Unit, factor, unit_of

MOST_WORDS: Final = 20
"""Different words beyond which a column does not say units."""
_BY_COLUMN: Final = "as column unit says"
Words = Mapping[str, Unit | None]


def with_row_units(
    asked: Asked, fields: Mapping[str, Field], columns: Sequence[ColumnReading], body: Sequence[Sequence[str]]
) -> list[ColumnReading]:
    """Return the columns with what others say of their unit, row by row."""
    found = list(columns)
    for j, column in enumerate(columns):
        said = dict.fromkeys(row[j].strip() for row in body if j < len(row) and row[j].strip())
        words = {word: unit_of(word) for word in said}
        if not 0 < len(words) <= MOST_WORDS or not any(words.values()):
            continue
        if column.column is None and all(words.values()):
            found = _beside(asked, fields, found, j, words)
        elif column.column is not None and kind(fields[column.column]) == "word":
            found = _declared_beside(asked, fields, found, j, words)
    return found


def _beside(
    asked: Asked, fields: Mapping[str, Field], columns: list[ColumnReading], j: int, words: Words
) -> list[ColumnReading]:
    """Read a column that the table does not have."""
    header = columns[j].header
    found = list(columns)
    for i, column in enumerate(columns):
        declared = unit_of(column.unit or fields[column.column].get("unit", "")) if column.column else None
        if declared is None or kind(fields[str(column.column)]) != "number":
            continue
        by_word = {word: scale(unit, declared) if unit else None for word, unit in words.items()}
        foreign = {unit.currency for unit in words.values() if unit} - {None, BASE_CURRENCY, declared.currency}
        if not any(by_word.values()) or (set(by_word.values()) == {Decimal(1)} and not foreign):
            continue
        if _agreed(asked, header, column.header, by_word, words):
            marks = tuple((mark, None if mark and foreign else size) for mark, size in column.marks)
            by_row = (*column.by_row, (j, _factors(asked, words, by_word, declared)))
            found[i] = replace(column, by_row=by_row, marks=marks)
    return found


def _declared_beside(
    asked: Asked, fields: Mapping[str, Field], columns: list[ColumnReading], j: int, words: Words
) -> list[ColumnReading]:
    """Read the table's own column of units, in which others than the declared stand."""
    known = fields[str(columns[j].column)]["constraints"]["enum"]
    others: dict[str, tuple[str, Decimal]] = {}
    for word, unit in words.items():
        if word not in known and unit is not None and unit.currency in (None, BASE_CURRENCY):
            near = {one: times for one in known if (asks := unit_of(one)) and (times := factor(unit, asks))}
            if near:
                best = min(near, key=lambda one: abs(near[one].adjusted()))
                others[word] = best, near[best]
    if not others:
        return columns
    by_word: dict[str, Decimal | None] = {word: others[word][1] if word in others else Decimal(1) for word in words}
    found = list(columns)
    if not _agreed(asked, columns[j].header, ", ".join(one for one, _ in others.values()), by_word, words):
        return columns
    found[j] = replace(columns[j], words=tuple((word, one) for word, (one, _) in others.items()))
    factors = tuple((word, None if times is None else shown(times)) for word, times in by_word.items())
    for i, column in enumerate(columns):
        if column.column and str(fields[column.column].get("unit", "")).endswith(_BY_COLUMN):
            found[i] = replace(column, by_row=(*column.by_row, (j, factors)))
    return found


def _agreed(asked: Asked, header: str, about: str, by_word: Mapping[str, Decimal | None], words: Words) -> bool:
    said = "; ".join(f"{word}: {_told(times, words[word])}" for word, times in by_word.items())
    choices = [(YES, said), (NO, f"{header} has nothing to do with them")]
    ask = f"Does {header} say row by row in what unit the figures are?"
    return asked.choice(f"by row:{header}:{about}", "unit", about, ask, choices, YES, 0.7) == YES


def _told(times: Decimal | None, unit: Unit | None) -> str:
    if times is None:
        return "refused"
    at_rate = " at its rate" if unit and unit.currency not in (None, BASE_CURRENCY) else ""
    return f"times {shown(times)}{at_rate}"


def _factors(
    asked: Asked, words: Words, by_word: Mapping[str, Decimal | None], asks: Unit
) -> tuple[tuple[str, str | None], ...]:
    """Return the factor of each word, in US dollars where it is money; "" while nobody has said the rate."""
    found: list[tuple[str, str | None]] = []
    for word, times in by_word.items():
        unit = words[word]
        known = times is not None and unit is not None
        found.append((word, rated(asked, times, unit.currency, asks) if known else None))  # type: ignore[union-attr, arg-type]
    return tuple(found)
