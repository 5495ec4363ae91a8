"""What a grid seems to be, as a reading, and all that is not certain about it, as questions.

`propose` goes from the whole to the cells: which table, which row is the header, which column each header means, which
rows count, which words stand for nothing, and then each column by the evidence of its cells. Answers change what comes
after them, so a proposal is made anew with all answers each time; questions that no longer arise are gone. A grid in
the template's own form (a table's name, its columns' names, plain figures) asks nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.inputs.declaration import Resource, column_names
from core.inputs.intake.by_row import with_row_units
from core.inputs.intake.columns import Field, fit, kind, likeness, matches, score, with_shares
from core.inputs.intake.grid import Grid
from core.inputs.intake.numbers import decimals
from core.inputs.intake.question import LEAVE, NONE, YES, Answers, Asked, Question
from core.inputs.intake.reading import ColumnReading, Reading
from core.inputs.intake.rows import HEADER_WITHIN, header_row, rows_that_do_not_count, unit_row
from core.inputs.intake.values import Around, is_missing_word, read_column

READ_ME: Final = "Read me"
"""The sheet of a template that explains it, which is left out."""
ROW_SURE: Final = 0.7
BEFORE: Final = "as before"
EMPTY: Final = "leave empty"
ENCODING: Final = "encoding"
SEPARATOR: Final = "separator"
_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
EMPTY_TABLE: Final = "empty"
NO_ROWS: Final = "no rows"
OWN: Final = "own"
"""Grade, and source, of what a company vouches for itself."""
SAYS_OF_THE_ROW: Final = ("grade", "source_id")
"""What rows say of their own figures: new figures are not known as well as the old, nor from where they came."""
KEEP_WORD: Final = "keep"
NO_TABLE: Final = 0.2
"""Likeness below which no table is offered."""


@dataclass(frozen=True)
class Proposal:
    """A reading of a grid, what people should be asked about it, and what was certain and yet not as it stood."""

    grid: Grid
    reading: Reading
    questions: tuple[Question, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Question, ...]:
        """Return the questions that nobody has answered."""
        return tuple(question for question in self.questions if question.is_open)

    @property
    def text_read_as(self) -> tuple[str, str] | None:
        """Return the encoding and separator that were asked for where the grid was read in others, else None.

        The file is then to be read again (`text.reread`), and what it seems to be is proposed anew.
        """
        said = self.answers
        asked = said.get(ENCODING, self.grid.encoding), said.get(SEPARATOR, self.grid.separator)
        if None in asked or asked == (self.grid.encoding, self.grid.separator):
            return None
        return str(asked[0]), str(asked[1])

    @property
    def answers(self) -> dict[str, str]:
        """Return what was answered, by the questions' keys."""
        return {question.key: question.answer for question in self.questions if question.answer is not None}


def propose(grid: Grid, resources: Sequence[Resource], answers: Answers = NONE, remembered: Answers = NONE) -> Proposal:
    """Return how a grid seems to be meant.

    resources: the tables that there are; answers: what people have said; remembered: what they said of a grid of this
    shape before (`shape`), which is offered first and never taken.
    """
    if grid.name == READ_ME or not grid.rows:
        return Proposal(grid, Reading(None))
    asked = Asked(answers, remembered)
    _as_text(asked, grid, any(_is_exact(resource, grid.rows[0]) for resource in resources))
    resource = _table(asked, grid, resources)
    if resource is None:
        return _made(grid, asked, Reading(None))
    header = _header(asked, resource, grid)
    headers = list(grid.rows[header])
    resource = with_shares(resource, headers)
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    columns = _columns(asked, resource, headers)
    units = unit_row(grid.rows, header) if headers != list(column_names(resource)) else None
    named = {i: column.column for i, column in enumerate(columns) if column.column}
    skipped = rows_that_do_not_count(asked, resource, named, grid.rows, header, units)
    body = [row for i, row in enumerate(grid.rows) if i > header and i not in skipped]
    if not body and resource.get("minRows", 1) == 0 and not _has_no_rows(asked, grid):
        return _made(grid, asked, Reading(None))
    missing = _missing(asked, fields, named, body)
    read = _values(asked, fields, columns, body, missing, grid.rows[units] if units is not None else (), grid)
    fill, before = _filled(asked, resource, [column.column for column in read])
    return _made(grid, asked, Reading(resource["name"], header, read, missing, skipped, fill, before))


def _made(grid: Grid, asked: Asked, reading: Reading) -> Proposal:
    questions = tuple(asked.questions.values())
    still = tuple(question.key for question in questions if question.is_open)
    made = Proposal(grid, replace(reading, open=still), questions, tuple(asked.remarks))
    if made.text_read_as is None:
        return made
    return replace(made, reading=replace(reading, open=(*still, ENCODING)))  # its cells are not those that were meant


def shape(grid: Grid) -> str:
    """Return a short name for the shape of a grid: equal for files with the same header, whatever their rows hold."""
    wide = max(grid.rows[:HEADER_WITHIN], key=lambda row: sum(bool(cell.strip()) for cell in row), default=())
    return hashlib.sha256(json.dumps([grid.separator, *wide]).encode()).hexdigest()[:16]


# --- Text, table and header


def _as_text(asked: Asked, grid: Grid, is_exact: bool) -> None:
    """Ask in which encoding a file is written and what stands between its cells, where it can be read in several.

    is_exact: its first row has the names of a table's columns, so that what stands between them is not in doubt.
    """
    for kind_of, ask, ways in (
        (ENCODING, "In which encoding is the file written? Letters with accents tell.", grid.encodings),
        (SEPARATOR, "What stands between the cells?", grid.separators),
    ):
        if len(ways) > 1 and not (is_exact and kind_of == SEPARATOR):
            choices = [(way, _SEPARATORS.get(way, way)) for way in ways]
            asked.choice(kind_of, kind_of, grid.name, ask, choices, ways[0], 0.7)


def stem(name: str) -> str:
    """Return the name of a file or sheet without folders and ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    front, dot, end = last.rpartition(".")
    return front if dot and end.casefold() in ("csv", "tsv", "tab", "txt") else last


def _table(asked: Asked, grid: Grid, resources: Sequence[Resource]) -> Resource | None:
    name = stem(grid.name)
    by_name = {resource["name"]: resource for resource in resources}
    if name in by_name and _is_exact(by_name[name], grid.rows[0]):
        return by_name[name]
    sure = {}
    for one, resource in by_name.items():
        alike = max((likeness(resource, row) for row in grid.rows[:HEADER_WITHIN]), default=0.0)
        sure[one] = 0.75 * alike + 0.25 * max(score(name, one), score(name, resource["title"]))
    best = sorted(sure, key=lambda one: -sure[one])
    offered = best[0] if best and sure[best[0]] >= NO_TABLE else LEAVE
    choices = [(one, f"{by_name[one]['title']} ({one})") for one in best]
    ask = f"Which table is “{grid.name}”?"
    answer = asked.choice(
        "table", "table", grid.name, ask, [*choices, (LEAVE, "none: leave it out")], offered, sure.get(offered, 0.0)
    )
    return by_name.get(answer or "")


def _is_exact(resource: Resource, headers: Sequence[str]) -> bool:
    declared = column_names(with_shares(resource, headers))
    return len(set(headers)) == len(headers) and set(headers) <= set(declared)


def _header(asked: Asked, resource: Resource, grid: Grid) -> int:
    if _is_exact(resource, grid.rows[0]):
        return 0
    best = header_row(resource, grid.rows)
    near = range(min(len(grid.rows), HEADER_WITHIN))
    most, *others = sorted((likeness(resource, grid.rows[i]) for i in near), reverse=True)
    if best == 0 and (most >= ROW_SURE or not any(other > most / 2 for other in others)):
        return 0
    choices = [(str(i), f"row {i + 1}: {_shown(grid.rows[i])}") for i in near if any(grid.rows[i])]
    answer = asked.choice("header", "header", grid.name, "Which row names the columns?", choices, str(best), 0.8)
    return int(answer) if answer is not None else best


def _has_no_rows(asked: Asked, grid: Grid) -> bool:
    """Ask what a header without rows means, in a table that may have none."""
    choices = [(BEFORE, "the table stays as it is now"), (NO_ROWS, "the table has no rows")]
    ask = f"“{grid.name}” has no rows under its header."
    return asked.choice(EMPTY_TABLE, "rows", grid.name, ask, choices, BEFORE) == NO_ROWS


def _shown(row: Sequence[str]) -> str:
    said = ", ".join(cell for cell in row if cell.strip())
    return said if len(said) <= 80 else f"{said[:79]}…"


# --- Columns


def _columns(asked: Asked, resource: Resource, headers: Sequence[str]) -> list[ColumnReading]:
    names = column_names(resource)
    times = Counter(headers)
    exact = {header for header in headers if header in names and times[header] == 1}
    left = [name for name in names if name not in exact]
    loose = [header for header in headers if header.strip() and header not in exact and times[header] == 1]
    offered = matches([one for one in resource["schema"]["fields"] if one["name"] in left], loose)
    found = []
    for i, header in enumerate(headers):
        if header in exact:
            found.append(ColumnReading(header, header))
        elif not header.strip():
            found.append(ColumnReading(header))
        else:
            label = header if times[header] == 1 else f"{header} ({i + 1})"
            found.append(ColumnReading(label, _column(asked, resource, label, left, offered.get(header))))
    return _each_once(found)


def _column(
    asked: Asked, resource: Resource, header: str, left: Sequence[str], offered: tuple[str, float] | None
) -> str | None:
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    ordered = sorted(left, key=lambda name: -fit(header, fields[name]))
    choices = [(name, _in_words(fields[name])) for name in ordered]
    default, sure = offered or (LEAVE, 0.3)
    ask = f"Which column is “{header}”?"
    choices.append((LEAVE, "none: leave it out"))
    answer = asked.choice(f"column:{header}", "column", header, ask, choices, default, sure)
    return None if answer in (None, LEAVE) else answer


def _in_words(field: Field) -> str:
    unit = f" ({field['unit']})" if "unit" in field else ""
    return f"{field['name']}{unit}: {field['description']}"


def _each_once(columns: Sequence[ColumnReading]) -> list[ColumnReading]:
    """Keep the first of two headers that people gave the same column; the second is read twice nowhere."""
    seen: set[str] = set()
    found = []
    for column in columns:
        twice = column.column in seen
        seen |= {column.column} if column.column else set()
        found.append(replace(column, column=None) if twice else column)
    return found


# --- Cells


def _missing(
    asked: Asked, fields: Mapping[str, Field], named: Mapping[int, str], body: Sequence[Sequence[str]]
) -> tuple[str, ...]:
    found: Counter[str] = Counter()
    for row in body:
        found.update(row[i] for i, name in named.items() if i < len(row) and is_missing_word(fields[name], row[i]))
    taken = []
    for word, times in found.items():
        choices = [(YES, "nothing: an empty cell"), (KEEP_WORD, "leave it, which the check will refuse")]
        ask = f"What does “{word}” stand for in {times:,} {'cell' if times == 1 else 'cells'}?"
        if asked.choice(f"missing:{word}", "missing", word, ask, choices, YES, 0.9) == YES:
            taken.append(word)
    return tuple(taken)


def _values(
    asked: Asked,
    fields: Mapping[str, Field],
    columns: Sequence[ColumnReading],
    body: Sequence[Sequence[str]],
    missing: Sequence[str],
    units: Sequence[str],
    grid: Grid,
) -> tuple[ColumnReading, ...]:
    texts = [
        [row[i] for row in body if i < len(row) and row[i].strip() and row[i] not in missing]
        for i in range(len(columns))
    ]
    numbers = [i for i, one in enumerate(columns) if one.column and kind(fields[one.column]) == "number"]
    found = list(columns)
    for i, column in enumerate(columns):
        if column.column is not None:
            others = [text for j in numbers if j != i for text in texts[j]]
            unit = units[i].strip("()[] ") if i < len(units) else ""
            around = Around(_decimal_of(others), grid.separator)
            found[i] = read_column(asked, fields[column.column], column, texts[i], unit, around)
    return tuple(with_row_units(asked, fields, found, body))


def _decimal_of(texts: Sequence[str]) -> str | None:
    possible, matters = decimals(texts)
    return next(iter(possible)) if len(possible) == 1 and matters else None


# --- Columns that are not there


def _filled(
    asked: Asked, resource: Resource, here: Sequence[str | None]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Ask what stands in the needed columns that the grid does not have: one word in all rows, or what stood before."""
    fill, before = [], []
    for field in resource["schema"]["fields"]:
        rule, name = field.get("constraints", {}), field["name"]
        if name in here or not rule.get("required") or name in resource["schema"]["primaryKey"]:
            continue
        words = [*rule.get("enum", ()), *([OWN] if name == "source_id" and _has_own(resource) else [])]
        choices = [(word, f"{word} in every row") for word in words]
        choices += [(BEFORE, "what stands there now, in the row with the same key"), (EMPTY, "nothing")]
        default = None if name in SAYS_OF_THE_ROW else BEFORE
        ask = f"No column says {name}: {field['description']}"
        answer = asked.choice(f"fill:{name}", "fill", name, ask, choices, OWN if OWN in words else default, 0.4)
        if answer == BEFORE:
            before.append(name)
        elif answer not in (None, EMPTY):
            fill.append((name, str(answer)))
    return tuple(fill), tuple(before)


def _has_own(resource: Resource) -> bool:
    """Tell whether rows of a table may be the company's own."""
    fields = resource["schema"]["fields"]
    return any(OWN in field.get("constraints", {}).get("enum", ()) for field in fields if field["name"] == "grade")
