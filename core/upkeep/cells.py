"""What changed in the data between two data sets, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final

import pandas as pd

from core.base import format as fmt
from core.inputs.data import LEAD, Inputs
from core.inputs.declaration import Resource, resources

CHANGE_COLUMNS: Final = ("table", "row", "column", "before", "after", "change_share", "unit", "grade", "source")
ITSELF: Final = "changes"
"""The table that tells what changed, which is no change itself."""
Key = tuple[object, ...]
"""What stands in the columns of a row's key."""
Row = Mapping[str, Any]


class Kind(IntEnum):
    """What kind of change it is, in the order in which they are listed."""

    FIGURE = 0
    ADDED = 1
    REMOVED = 2
    WORD = 3
    ORDER = 4


@dataclass(frozen=True, eq=False)
class Change:
    """One thing that differs: a cell; without a column a whole row, without a key a whole column, or the order of rows.

    `before` and `after` are what stands in the cell, or the row that went or came.
    """

    kind: Kind
    table: str  # name of the resource
    key: Key | None
    column: str | None
    before: Any = None
    after: Any = None

    @property
    def row(self) -> str:
        """The row as a pattern names it: the values of its key, joined; all rows of a column that came or went."""
        return ALL if self.key is None else JOIN.join(map(_plainly, self.key))


ALL: Final = "*"
JOIN: Final = "/"


def changes(old: Inputs, new: Inputs) -> tuple[Change, ...]:
    """Return all that differs between two data sets, by kind, then in the order of the declaration and of the files."""
    found = [change for resource in tables_of(old, new) for change in _of_table(resource, old, new)]
    return tuple(sorted(found, key=lambda change: change.kind))


def tables_of(old: Inputs, new: Inputs) -> Sequence[Resource]:
    """Return the tables of two data sets with the columns of the merchants of both, referred ones first."""
    others = tuple(dict.fromkeys((*old.suppliers[LEAD + 1 :], *new.suppliers[LEAD + 1 :])))
    return [resource for resource in resources(others) if resource["name"] != ITSELF]


def rows_of(resource: Resource, inputs: Inputs) -> dict[Key, dict[str, Any]]:
    """Return the rows of a table by their keys, in file order, missing cells as None."""
    rows = inputs.tables[resource["name"]].to_dict("records")
    clean = [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in rows]
    return {tuple(row[name] for name in resource["schema"]["primaryKey"]): row for row in clean}


def _of_table(resource: Resource, old: Inputs, new: Inputs) -> list[Change]:
    name = resource["name"]
    was, now = (rows_of(resource, inputs) for inputs in (old, new))
    found = []
    if was and now:
        columns = [list(inputs.tables[name].columns) for inputs in (old, new)]
        came = [column for column in columns[1] if column not in columns[0]]
        went = [column for column in columns[0] if column not in columns[1]]
        found += [Change(Kind.ADDED, name, None, column) for column in came]
        found += [Change(Kind.REMOVED, name, None, column) for column in went]
    for key, row in now.items():
        if key not in was:
            found.append(Change(Kind.ADDED, name, key, None, after=row))
            continue
        both = [(column, was[key][column], value) for column, value in row.items() if column in was[key]]
        found += [_cell(name, key, *three) for three in both if three[1] != three[2]]
    found += [Change(Kind.REMOVED, name, key, None, before=row) for key, row in was.items() if key not in now]
    if [key for key in was if key in now] != [key for key in now if key in was]:
        found.append(Change(Kind.ORDER, name, None, None))
    return found


def _cell(table: str, key: Key, column: str, before: Any, after: Any) -> Change:
    has_figure = any(isinstance(value, int | float) for value in (before, after))
    return Change(Kind.FIGURE if has_figure else Kind.WORD, table, key, column, before, after)


# --- As a table


def data_changes(old: Inputs, new: Inputs) -> pd.DataFrame:
    """Return every input that differs between two data sets; columns: CHANGE_COLUMNS.

    A row is a cell, or a whole row or column that was added or removed. `change_share` is after / before - 1, missing
    for what is no figure; grade and source are those of the new row.
    """
    return as_frame(changes(old, new), old, new)


def as_frame(found: Sequence[Change], old: Inputs, new: Inputs) -> pd.DataFrame:
    """Return changes as `data_changes` does, in their order."""
    titles = dict(zip(new.tables["sources"]["source_id"], new.tables["sources"]["title"], strict=True))
    of_table = {resource["name"]: _Told(resource, old, new) for resource in tables_of(old, new)}
    entries = []
    for change in found:
        told = of_table[change.table]
        row = told.now.get(change.key, {}) if change.key is not None else {}
        rest = {"grade": row.get("grade"), "source": titles.get(row.get("source_id"))}
        entries.append({"table": told.resource["title"], **told.entry(change), **rest})
    frame = pd.DataFrame(entries, columns=pd.Index(CHANGE_COLUMNS))
    return frame.astype({"change_share": float})


class _Told:
    """How changes of one table are told."""

    def __init__(self, resource: Resource, old: Inputs, new: Inputs) -> None:
        self.resource = resource
        self.now = rows_of(resource, new)
        self.was = rows_of(resource, old)
        self.label = _row_labels(resource, new, old)
        self.units = {field["name"]: field.get("unit") for field in resource["schema"]["fields"]}

    def entry(self, change: Change) -> dict[str, object]:
        """Return what is said of a change, but for its table and source."""
        if change.key is None:
            return {"row": "all", **_ALL_ROWS[change.kind], **({"column": change.column} if change.column else {})}
        row = change.key, self.now.get(change.key) or self.was[change.key]
        if change.column is None:
            came = change.kind is Kind.ADDED
            before = fmt.MISSING if came else _figures(self.resource, change.before)
            after = f"added: {_figures(self.resource, change.after)}" if came else "removed"
            return {"row": self.label(*row), "column": "whole row", "before": before, "after": after}
        return {
            "row": self.label(*row),
            "column": change.column,
            "before": exactly(change.before),
            "after": exactly(change.after),
            "change_share": _share(change),
            "unit": self.units[change.column],
        }


_ALL_ROWS: Final = {
    Kind.ADDED: {"before": fmt.MISSING, "after": "column added"},
    Kind.REMOVED: {"before": "column", "after": "removed"},
    Kind.ORDER: {"column": "order of rows", "before": fmt.MISSING, "after": "changed; it breaks ties"},
}


def _share(change: Change) -> float | None:
    figures = [value for value in (change.before, change.after) if isinstance(value, int | float)]
    return figures[1] / figures[0] - 1.0 if len(figures) == 2 and figures[0] else None


def exactly(value: object) -> str:
    """Return a cell as text without losing a digit."""
    if value is None:
        return "empty"
    if not isinstance(value, float):
        return str(value)
    number = Decimal(repr(value))
    if number == number.to_integral_value() and abs(number) < 10**15:
        return f"{int(number):,}"
    return f"{number:,}"


def _plainly(value: object) -> str:
    """Return a value of a key as it is typed: a year has no comma; an empty cell is nothing."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _figures(resource: Resource, row: Row) -> str:
    """Return the figures of a whole row, or its words if it has none."""
    fields = [field for field in resource["schema"]["fields"] if field["name"] not in resource["schema"]["primaryKey"]]
    figures = [field["name"] for field in fields if field["type"] == "number" and row.get(field["name"]) is not None]
    if figures:
        return ", ".join(f"{name} {exactly(row[name])}" for name in figures)
    return ", ".join(str(row[field["name"]]) for field in fields[:2] if row.get(field["name"]) is not None)


def _row_labels(resource: Resource, new: Inputs, old: Inputs) -> Callable[[Key, Row], str]:
    """Return what names a row of a table: the names that its keys stand for, where there are any."""
    schema = resource["schema"]
    named = any(field["name"] == "name" for field in schema["fields"])
    names: dict[str, dict[object, object]] = {}
    for key in schema.get("foreignKeys", []):
        (column,), (key_column,) = key["fields"], key["reference"]["fields"]
        tables = [inputs.tables[key["reference"]["resource"]] for inputs in (old, new)]
        if "name" in tables[0]:
            names[column] = {
                id: name for table in tables for id, name in zip(table[key_column], table["name"], strict=True)
            }

    def label(key: Key, row: Row) -> str:
        words = [
            names.get(column, {}).get(value, value) for column, value in zip(schema["primaryKey"], key, strict=True)
        ]
        return ", ".join(str(word) for word in ([row["name"], *words[1:]] if named else words))

    return label
