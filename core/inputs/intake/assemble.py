"""Tables that people brought, put together to a data set: with those of the data before that they did not bring.

A table that is brought takes the place of the one before, all rows of it. `assemble` leaves the checks of the data set
to those who read it, and tells what they find by the rows of the files that people know (`Assembled.told`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from core.base.format import counted, listed
from core.inputs.declaration import Resource, resources
from core.inputs.intake.applied import Applied, apply
from core.inputs.intake.grid import Grid
from core.inputs.intake.proposal import EMPTY_TABLE, NO_ROWS, Proposal, propose
from core.inputs.intake.question import Question
from core.inputs.intake.reading import Reading
from core.inputs.problem import Problem
from core.inputs.sheet import Cells, as_csv

QUESTIONS_TOLD: Final = 40
"""Open questions that are told of one file without a browser to answer them."""


class Filled(Protocol):
    """A data set, as far as it is needed here."""

    @property
    def cells(self) -> Mapping[str, Cells]:
        """The text of every file, by name, header first."""

    @property
    def suppliers(self) -> tuple[str, ...]:
        """The ids of the suppliers: the custom one, the lead, the others."""


@dataclass(frozen=True)
class Place:
    """Where the rows of a table came from: the file or sheet, and by line of the table the row there, from 1."""

    name: str
    rows: Mapping[int, int]


@dataclass(frozen=True)
class Assembled:
    """The cells of all tables by file name, where those that were brought came from, and what could not be read."""

    cells: Mapping[str, Cells]
    places: Mapping[str, Place]
    problems: tuple[Problem, ...]
    unread: frozenset[str] = frozenset()  # files of tables that are there and about which something is still open

    @property
    def files(self) -> dict[str, bytes]:
        """Return the tables as CSV files by name."""
        return {name: as_csv(cells) for name, cells in self.cells.items()}

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return all that is wrong, by the rows of what was brought.

        problems: what the checks of the data set found in `files`. Of a cell that could not be read they say no more.
        """
        known = {(one.file, one.line, one.column) for one in self.problems}
        found = list(self.problems)
        for problem in problems:
            if problem.file in self.unread:
                continue
            place = self.places.get(problem.file)
            row = None if place is None or problem.line is None else place.rows.get(problem.line)
            if place is None or (row is None and problem.line is not None):
                moved = problem  # of a table, or a row, that was there before
            else:
                moved = replace(problem, file=place.name, line=row)
            if (moved.file, moved.line, moved.column) not in known or moved.line is None:
                found.append(moved)
        return found


def assemble(brought: Sequence[tuple[Grid, Reading]], base: Filled | None, *, keeps_rows: bool = False) -> Assembled:
    """Return the data set of the grids that were brought, each by its reading, beside the tables of `base`.

    A table that was brought takes the place of the one before; with `keeps_rows` only its rows take the place of those
    with the same key, and all others stay. A reading without a table leaves its grid out. Readings with open questions
    and two grids of one table are refused.
    """
    others = () if base is None else base.suppliers[2:]
    declared = {resource["name"]: resource for resource in resources(others)}
    cells = {} if base is None else dict(base.cells)
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for grid, reading in brought:
        if not reading.is_confirmed:
            problems.append(_unconfirmed(grid, reading))
        if reading.table is None:
            continue
        resource = declared[reading.table]
        path = resource["path"]
        if path in places:
            wrong, expected = f"is the table {reading.table}, and so is {places[path].name}", "each table once"
            problems.append(Problem(grid.name, None, None, None, wrong, expected))
            continue
        applied = apply(grid, reading, resource)
        if not applied.lines and base is not None and resource.get("minRows", 1) and path in cells:
            continue  # a sheet of the template that was left empty
        filled, more = _with_before(grid, reading, resource, applied, base)
        problems += [*applied.problems, *more]
        lines: Sequence[int | None] = applied.lines
        if keeps_rows and path in cells:
            filled, lines = _among(cells[path], filled, resource["schema"]["primaryKey"], applied.lines)
        cells[path] = filled
        places[path] = Place(grid.name, _rows(filled, reading.header_row, lines))
    return Assembled(cells, places, tuple(problems))


def strict(grids: Sequence[Grid]) -> Assembled:
    """Return the data set of some grids, where nobody can be asked: whatever is not certain is refused, in words."""
    proposals = [propose(grid, resources(), {EMPTY_TABLE: NO_ROWS}) for grid in grids]
    problems = [problem for proposal in proposals for problem in _as_problems(proposal)]
    sure = [(proposal.grid, proposal.reading) for proposal in proposals if not proposal.open]
    found = assemble(sure, None)
    paths = {resource["name"]: resource["path"] for resource in resources()}
    unread = frozenset(paths[one.reading.table] for one in proposals if one.open and one.reading.table is not None)
    return replace(found, problems=(*problems, *found.problems), unread=unread)


def _unconfirmed(grid: Grid, reading: Reading) -> Problem:
    wrong = f"is not read yet: {counted(len(reading.open), 'question')} not answered"
    return Problem(grid.name, None, None, None, wrong, "an answer to each")


def _as_problems(proposal: Proposal) -> list[Problem]:
    line = proposal.reading.header_row + 1
    asked = [question for question in proposal.open if question.kind != "fill"]
    found = [
        Problem(proposal.grid.name, line, None, question.about, f"is not certain: {question.ask}", _would_do(question))
        for question in asked[:QUESTIONS_TOLD]
    ]
    if len(asked) > QUESTIONS_TOLD:
        wrong = f"and {counted(len(asked) - QUESTIONS_TOLD, 'question')} more"
        found.append(Problem(proposal.grid.name, None, None, None, wrong, "the form of the template"))
    columns = [question.about for question in proposal.open if question.kind == "fill"]
    if columns:
        wrong = f"has no {'column' if len(columns) == 1 else 'columns'} {listed(columns)}"
        found.append(
            Problem(proposal.grid.name, line, None, None, wrong, "all needed columns, as the template has them")
        )
    return found


_WOULD_DO: Final = {
    "encoding": "a file saved as UTF-8",
    "separator": "commas between cells",
    "table": "the name of a table",
    "header": "the names of the columns in the first row",
    "column": "the name of a column as declared",
    "decimal": "figures with a decimal point and nothing between thousands",
    "missing": "an empty cell",
    "unit": "figures in the column's own unit, without a sign",
    "rate": "figures in US dollars",
    "rows": "rows of the table alone",
    "date": "quarters as 2019-Q1, days as 2019-07-29, years as 2019",
    "words": "words as declared",
}


def _would_do(question: Question) -> str:
    return f"{_WOULD_DO[question.kind]}, as the template has it (or an answer in the browser)"


def _rows(cells: Cells, header_row: int, lines: Sequence[int | None]) -> dict[int, int]:
    """Return by line of a table's CSV file the row that it came from; a cell of several lines takes as many."""
    found: dict[int, int] = {}
    line = 1
    for row, came_from in zip(cells, (header_row + 1, *lines), strict=True):
        if came_from is not None:
            found[line] = came_from
        line += 1 + sum(cell.count("\n") for cell in row)
    return found


def _with_before(
    grid: Grid, reading: Reading, resource: Resource, applied: Applied, base: Filled | None
) -> tuple[Cells, list[Problem]]:
    """Return the cells with the columns that stay as they were, from the row before with the same key."""
    if not reading.before:
        return applied.cells, []
    key = resource["schema"]["primaryKey"]
    header, *rows = applied.cells
    before = _by_key(() if base is None else base.cells.get(resource["path"], ()), key, reading.before)
    if not set(key) <= set(header):
        return applied.cells, []  # that a column of the key is missing is told by the checks
    places = [header.index(name) for name in key]
    found, problems = [], []
    for row, line in zip(rows, applied.lines, strict=True):
        said = tuple(row[place] for place in places)
        stood = before.get(said)
        if stood is None:
            wrong = f"has no row in the data before, from which {listed(list(reading.before))} would come"
            expected = "a row that was there, or these columns in the file"
            problems.append(Problem(grid.name, line, key[0], "/".join(said), wrong, expected))
        found.append((*row, *(stood or ("",) * len(reading.before))))
    return ((*header, *reading.before), *found), problems


def rows_left(brought: Sequence[tuple[Grid, Reading]], base: Filled) -> int:
    """Return how many rows of `base` the tables that were brought do not have: what `keeps_rows` would keep."""
    found = assemble(brought, base)
    declared = {resource["path"]: resource["schema"]["primaryKey"] for resource in resources(base.suppliers[2:])}
    left = 0
    for path in found.places:
        before, after = (_by_key(cells.get(path, ()), declared[path], ()) for cells in (base.cells, found.cells))
        left += len(before.keys() - after.keys())
    return left


def _among(before: Cells, brought: Cells, key: Sequence[str], lines: Sequence[int]) -> tuple[Cells, list[int | None]]:
    """Return the rows before with those that were brought in the place of those with their key, new ones at the end.

    With each row the one of the file that it came from, None if it stayed. A cell that the file has no column for
    stays too.
    """
    columns = tuple(dict.fromkeys((*before[0], *brought[0])))
    if not {*key} <= {*before[0]} & {*brought[0]}:
        return brought, list(lines)  # that a column of the key is missing is told by the checks
    was = [dict(zip(before[0], row, strict=True)) for row in before[1:]]
    came: dict[tuple[str, ...], list[tuple[dict[str, str], int]]] = {}
    for row, line in zip(brought[1:], lines, strict=True):
        now = dict(zip(brought[0], row, strict=True))
        came.setdefault(tuple(now[name] for name in key), []).append((now, line))
    rows: list[tuple[dict[str, str], int | None]] = []
    placed: set[tuple[str, ...]] = set()
    for old in was:
        said = tuple(old[name] for name in key)
        if said not in came:
            rows.append((old, None))
        elif said not in placed:
            rows += [({**old, **now}, line) for now, line in came[said]]
            placed.add(said)
    rows += [one for said, new in came.items() if said not in placed for one in new]
    return (columns, *(tuple(row.get(name, "") for name in columns) for row, _ in rows)), [line for _, line in rows]


def _by_key(cells: Cells, key: Sequence[str], columns: Sequence[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    if not cells or not {*key, *columns} <= set(cells[0]):
        return {}
    header, *rows = cells
    keys, wanted = ([header.index(name) for name in names] for names in (key, columns))
    return {tuple(row[i] for i in keys): tuple(row[i] for i in wanted) for row in rows}
