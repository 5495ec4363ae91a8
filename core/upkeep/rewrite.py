"""Tables as rows that can be changed, and written back as the files that they came from.

A cell that does not change stays as it was written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.inputs import evidence
from core.inputs.data import LEAD, Inputs, read
from core.inputs.declaration import resources
from core.inputs.sheet import Cells, as_csv

Row = dict[str, Any]
Tables = dict[str, list[Row]]
"""The rows of tables by name, each by its columns; None where a cell is empty."""


def rows_of(inputs: Inputs) -> Tables:
    """Return the rows of all tables, free to be changed."""
    return {one["name"]: evidence.rows_of(inputs, one) for one in resources(inputs.suppliers[LEAD + 1 :])}


def keys_of(inputs: Inputs) -> dict[str, tuple[str, ...]]:
    """Return the columns that tell the rows of each table apart."""
    return {one["name"]: tuple(one["schema"]["primaryKey"]) for one in resources(inputs.suppliers[LEAD + 1 :])}


def with_tables(inputs: Inputs, tables: Tables) -> Inputs:
    """Return the data with some tables in place of its own, checked as all data are; raises DataError as `read`."""
    return read({name: as_csv(cells) for name, cells in {**inputs.cells, **_changed(inputs, tables)}.items()})


class NotWrittenError(ValueError):
    """Files that cannot be written; the message says which and why, and what became of the others."""


def write(inputs: Inputs, tables: Tables, folder: Path) -> list[Path]:
    """Write tables that differ from those of the data over the files of `folder`; return which were written.

    The data are checked with them first. All files are written beside the old ones before the first takes its place, so
    that none is ever half written and none is changed where one of them cannot be. Raises NotWrittenError, DataError.
    """
    with_tables(inputs, tables)
    changed = {name: cells for name, cells in _changed(inputs, tables).items() if cells != inputs.cells.get(name)}
    beside: dict[Path, Path] = {}
    try:
        for name, cells in changed.items():
            path = (folder / name).resolve()  # a link stays one, its file is written
            beside[path] = path.with_name(f".{name}.{os.getpid()}.new")
            beside[path].write_bytes(as_csv(cells))
            if path.exists():
                shutil.copymode(path, beside[path])
    except OSError as error:
        for made in beside.values():
            made.unlink(missing_ok=True)
        raise NotWrittenError(f"{folder / name} cannot be written ({error.strerror}); nothing was changed") from error
    for path, made in beside.items():
        made.replace(path)
    return [folder / name for name in changed]


def _changed(inputs: Inputs, tables: Tables) -> dict[str, Cells]:
    """Return tables as the cells of their files, in the columns that the files have.

    A table that the data have no file of has one as soon as it has rows, with all columns of its rows.
    """
    keys, found = keys_of(inputs), {}
    for name, rows in tables.items():
        before = inputs.cells.get(f"{name}.csv", (tuple(rows[0]),) if rows else None)
        if before is not None:
            found[f"{name}.csv"] = _cells(before, keys[name], rows)
    return found


def _cells(before: Cells, keys: tuple[str, ...], rows: list[Row]) -> Cells:
    columns, *old_rows = before
    places = [columns.index(key) for key in keys]
    old = {tuple(row[place] for place in places): row for row in old_rows}
    found = [columns]
    for row in rows:
        texts = tuple(text_of(row.get(column)) for column in columns)
        known = old.get(tuple(texts[place] for place in places), ("",) * len(columns))
        found.append(tuple(_kept(was, now) for was, now in zip(known, texts, strict=True)))
    return tuple(found)


def text_of(value: object) -> str:
    """Return a figure or word as a cell has it: whole numbers without a point, nothing for what is missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(float(value))
    return str(value)


def _kept(was: str, now: str) -> str:
    """Return the text that was, where both write the same number."""
    try:
        return was if float(was) == float(now) else now
    except ValueError:
        return now


def named(rows: list[Row], column: str) -> Mapping[str, Row]:
    """Return rows by what tells them apart."""
    return {row[column]: row for row in rows}
