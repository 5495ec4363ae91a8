"""A grid read: its cells as the table has them, each with the row that it came from, and what could not be read.

A cell that no reading turns into the declared form stays as it stood: the checks of the data set refuse it in their own
words. What the checks could not tell from a right value, or could only refuse without saying why, is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.inputs.declaration import Resource, expected_in_words
from core.inputs.intake.columns import Field, kind, with_shares
from core.inputs.intake.dates import ALONE, PART_OF_YEAR, periods, time_of_day
from core.inputs.intake.grid import Grid
from core.inputs.intake.measures import UNKNOWN
from core.inputs.intake.numbers import plain, times, written
from core.inputs.intake.reading import ColumnReading, Reading
from core.inputs.intake.values import is_declared, is_missing_word
from core.inputs.problem import Problem
from core.inputs.sheet import Cells

PREVIEWED: Final = 5
"""Rows that a preview shows."""


@dataclass(frozen=True)
class Applied:
    """The cells of a table, header first; the row of the grid, from 1, that each row below it came from; problems."""

    cells: Cells
    lines: tuple[int, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Preview:
    """A few rows as they stand in the grid, and as they would be read; what is refused says why in its place."""

    lines: tuple[int, ...]
    headers: tuple[str, ...]
    before: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    after: tuple[tuple[str, ...], ...]
    refused: tuple[tuple[bool, ...], ...]


def apply(grid: Grid, reading: Reading, resource: Resource) -> Applied:
    """Return the table that a grid holds by a reading; resource: the table's declaration.

    Nothing is applied that is not in the reading; whether all of it is agreed to, `Reading.is_confirmed` says.
    """
    return _applied(grid, reading, resource, _body(grid, reading))


def preview(grid: Grid, reading: Reading, resource: Resource, rows: int = PREVIEWED) -> Preview:
    """Return the first rows before and after, those first in which something changes or is refused."""
    body = _body(grid, reading)
    whole = _applied(grid, reading, resource, body)
    places = [i for i, column in enumerate(reading.columns) if column.column]
    wrong = {(problem.line, problem.column) for problem in whole.problems}
    header = whole.cells[0]

    def plain_row(n: int) -> bool:
        before = [_cell(grid.rows[body[n]], i) for i in places]
        return before == list(whole.cells[n + 1][: len(places)]) and not any(line == body[n] + 1 for line, _ in wrong)

    chosen = sorted(sorted(range(len(body)), key=lambda n: (plain_row(n), n))[:rows])
    lines = tuple(body[n] + 1 for n in chosen)
    after = tuple(whole.cells[n + 1] for n in chosen)
    by_place = {(problem.line, problem.column): problem.wrong for problem in whole.problems}
    return Preview(
        lines,
        tuple(column.header for column in reading.columns),
        tuple(tuple(_cell(grid.rows[body[n]], i) for i in range(len(reading.columns))) for n in chosen),
        header,
        tuple(
            tuple(by_place.get((line, name), cell) for name, cell in zip(header, row, strict=True))
            for line, row in zip(lines, after, strict=True)
        ),
        tuple(tuple((line, name) in by_place for name in header) for line in lines),
    )


def _body(grid: Grid, reading: Reading) -> list[int]:
    skipped = set(reading.skipped)
    return [i for i in range(reading.header_row + 1, len(grid.rows)) if i not in skipped]


def _applied(grid: Grid, reading: Reading, resource: Resource, body: Sequence[int]) -> Applied:
    resource = with_shares(resource, [column.column or "" for column in reading.columns])
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    places = [(i, column, fields[column.column]) for i, column in enumerate(reading.columns) if column.column]
    problems: list[Problem] = []
    rows = []
    for i in body:
        row = grid.rows[i]
        cells = []
        for place, column, field in places:
            text, wrong = _read(field, column, reading.missing, _cell(row, place), row)
            if wrong:
                expected = expected_in_words(field, field.get("constraints", {}))
                problems.append(Problem(grid.name, i + 1, field["name"], _cell(row, place), wrong, expected))
            cells.append(text)
        problems += _beyond(grid.name, i + 1, row, len(reading.columns))
        rows.append((*cells, *(value for _, value in reading.fill)))
    header = (*(field["name"] for _, _, field in places), *(name for name, _ in reading.fill))
    return Applied((header, *rows), tuple(i + 1 for i in body), tuple(problems))


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _beyond(name: str, line: int, row: Sequence[str], columns: int) -> list[Problem]:
    """Refuse cells that lie beyond the header, but for empty ones, which trailing commas make."""
    more = [cell for cell in row[columns:] if cell.strip()]
    if not more:
        return []
    return [Problem(name, line, None, more[0], "stands beyond the last column that has a name", "a header above it")]


def _read(
    field: Field, column: ColumnReading, missing: Sequence[str], text: str, row: Sequence[str]
) -> tuple[str, str | None]:
    """Return a cell as the table has it, and what is wrong with it if it cannot be told from a right value."""
    what = kind(field)
    if not text.strip() or (text in missing and is_missing_word(field, text)):
        return "", None
    if what == "text":
        return text, None
    words: Mapping[str, str] = dict(column.words)
    if what in ("word", "id"):
        return words.get(text, text.strip()), None
    if _is_json(text):
        return text, "is JSON, which may hold several values"
    return _number(column, text, row) if what == "number" else _date(what, field, column, text)


def _is_json(text: str) -> bool:
    if text.strip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _number(column: ColumnReading, text: str, row: Sequence[str]) -> tuple[str, str | None]:
    figure = written(text)
    if figure is None:
        return text, None
    by_row = _by_row(column, row)
    if isinstance(by_row, str):
        return text, by_row
    value = plain(figure, column.decimal)
    if value is None:
        return text, f"is no number with a decimal {'point' if column.decimal == '.' else 'comma'}"
    marks = dict(column.marks)
    factor = marks.get(figure.mark) if column.marks else ("1" if not figure.mark else None)
    if factor == UNKNOWN or column.factor == UNKNOWN:
        return text, "is in another currency or unit, and nobody has said at what rate"
    if factor is None:
        return text, f"has “{figure.mark}” beside it" if figure.mark else "has no unit beside it, as others have"
    whole = Decimal(factor) * Decimal(column.factor) * by_row
    stands = text.strip() if not figure.mark and is_plain(text, value) else value
    return times(stands, whole), None


def _by_row(column: ColumnReading, row: Sequence[str]) -> Decimal | str:
    """Return the factor that other cells of the row say, or in words why there is none."""
    whole = Decimal(1)
    for place, factors in column.by_row:
        said = _cell(row, place).strip()
        factor = dict(factors).get(said)
        if factor == UNKNOWN:
            return f"is in {said}, and nobody has said at what rate"
        if factor is None:
            return f"is in “{said}”, which leads to no unit of the table" if said else "has no unit in its row"
        whole *= Decimal(factor)
    return whole


def is_plain(text: str, value: str) -> bool:
    """Tell whether a figure stands as a data set has it already, so that it keeps its digits as they are."""
    return is_declared({"type": "number"}, text.strip()) and Decimal(text.strip()) == Decimal(value)


def _date(what: str, field: Field, column: ColumnReading, text: str) -> tuple[str, str | None]:
    stripped = text.strip()
    if is_declared(field, stripped):
        return stripped, None
    if time_of_day(stripped):
        return (
            text,
            f"has a time of day, and the table has one row a {what}; days of local time may have 23 or 25 hours",
        )
    if ALONE.fullmatch(stripped):
        return text, "is a part of a year without the year"
    by = periods(stripped)
    if not by:
        return text, None
    period = by.get("") or by.get(column.order or "")
    if period is None:
        told = {one.told(what, column.part) for one in by.values()} if column.order is None else set()
        if len(told) != 1 or None in told:
            return text, "does not say which is its day and which its month"
        return str(told.pop()), None
    if what == "year" and period.is_part and PART_OF_YEAR not in column.trusts:
        return text, "is a part of a year"
    if set(period.asks) - set(column.trusts):
        return text, "does not say which year is meant"
    found = period.told(what, column.part)
    return (text, f"is not one {what}") if found is None else (found, None)
