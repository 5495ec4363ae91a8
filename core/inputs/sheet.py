"""A CSV file as text: what stands in it, line by line, and what keeps it from being read."""

from __future__ import annotations

import csv
import functools
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.inputs.declaration import Resource, column_names, needed_columns
from core.inputs.problem import Problem

Cells = tuple[tuple[str, ...], ...]
"""The rows of a file as text, its header first."""


def as_csv(cells: Cells) -> bytes:
    """Return cells as the content of a CSV file, as it is read here."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(cells)
    return text.getvalue().encode()


@dataclass(frozen=True)
class Sheet:
    """A file as it was read: its `rows` of text under `columns`, the `lines` they begin in, what was wrong."""

    name: str
    columns: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return the rows as text, None where a cell is empty, each with its line."""
        cells = [(line, *(text or None for text in row)) for line, row in zip(self.lines, self.rows, strict=True)]
        return pd.DataFrame(cells, columns=pd.Index(["line", *self.columns]), dtype=object)


def read_sheet(folder: Path, resource: Resource) -> Sheet:
    """Return the resource's file as text, as far as it can be read."""
    path = folder / resource["path"]
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return missing(resource)
    except OSError as error:
        return _unreadable(path.name, f"the file cannot be read ({error.strerror})", "a file that can be read")
    return parsed(resource, content)


def missing(resource: Resource) -> Sheet:
    """Return a sheet without rows if the file may be left out, as data sets from before there was one do."""
    name, declared = resource["path"], column_names(resource)
    if resource.get("optional"):
        return Sheet(name, declared)
    return _unreadable(name, "the file is missing", _header(declared))


def _header(declared: tuple[str, ...]) -> str:
    return f"a header with the columns {', '.join(declared)}"


def _unreadable(name: str, wrong: str, expected: str, line: int | None = None) -> Sheet:
    return Sheet(name, problems=(Problem(name, line, None, None, wrong, expected),))


def parsed(resource: Resource, content: bytes) -> Sheet:
    """Return the content of the resource's file as text; line endings of any kind and one byte order mark are fine."""
    name, declared = resource["path"], column_names(resource)
    unreadable = functools.partial(_unreadable, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{content[error.start]:02x} is not UTF-8"
        return unreadable(byte, "text saved as UTF-8 (in a spreadsheet: CSV UTF-8)", line)
    first_line, *_ = text.splitlines() or [""]
    for separator, words in ((";", "semicolons"), ("\t", "tabs")):
        if separator in first_line and "," not in first_line:
            return unreadable(f"the columns are separated by {words}", "commas between columns", 1)
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), strict=True)
    records: list[tuple[int, tuple[str, ...]]] = []
    begins = 1
    try:
        for row in reader:
            if row:
                records.append((begins, tuple(row)))
            begins = reader.line_num + 1
    except csv.Error as error:
        return unreadable(f"the quotes do not match ({error})", "text with commas in double quotes", begins)
    if not records:
        return unreadable("the file is empty", _header(declared))
    return _sheet(resource, records)


def _sheet(resource: Resource, records: Sequence[tuple[int, tuple[str, ...]]]) -> Sheet:
    """Return the records under their header, leaving out rows that do not fit it."""
    name, declared = resource["path"], column_names(resource)
    (line, header), *body = records
    columns = f"the columns {', '.join(declared)}"
    flaw = functools.partial(Problem, name)
    problems = [
        flaw(line, column, None, "the column is missing", columns)
        for column in needed_columns(resource)
        if column not in header
    ]
    problems += [
        flaw(line, None, column, "is not a known column", columns)
        for column in dict.fromkeys(header)
        if column not in declared
    ]
    problems += [
        flaw(line, column, None, "the column is there twice", columns)
        for column, times in Counter(header).items()
        if times > 1 and column in declared
    ]
    problems += [
        flaw(begins, None, None, f"the row has {len(row)} cells", f"{len(header)}, as in the header")
        for begins, row in body
        if len(row) != len(header)
    ]
    problems += _count_problems(name, len(body), resource.get("minRows", 1), resource.get("maxRows"))
    fitting = [(begins, row) for begins, row in body if len(row) == len(header)]
    return Sheet(
        name, header, tuple(begins for begins, _ in fitting), tuple(row for _, row in fitting), tuple(problems)
    )


def _count_problems(name: str, rows: int, least: int, most: int | None) -> list[Problem]:
    """Return what is wrong with the number of rows under the header."""
    if rows == 0 and least:
        return [Problem(name, None, None, None, "there are no rows under the header", "at least one row")]
    if most is not None and rows > most:
        return [Problem(name, None, None, None, f"there are {rows:,} rows under the header", f"at most {most:,}")]
    return []
