"""What changed in the data between two data sets, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from core.base import format as fmt
from core.inputs.data import Inputs
from core.inputs.declaration import resources

CHANGE_COLUMNS: Final = ("table", "row", "column", "before", "after", "change_share", "unit", "grade", "source")
_FIGURE, _ADDED, _REMOVED, _TEXT, _ORDER = range(5)  # in this order they are listed


def data_changes(old: Inputs, new: Inputs) -> pd.DataFrame:
    """Return every input that differs between two data sets; columns: CHANGE_COLUMNS.

    A row is a cell, or a whole row that was added or removed. Figures come first, then rows, then words, each in the
    order of the declaration and of the files. `change_share` is after / before - 1, missing for what is no figure;
    grade and source are those of the new row.
    """
    found: list[tuple[int, dict[str, object]]] = []
    titles = dict(zip(new.tables["sources"]["source_id"], new.tables["sources"]["title"], strict=True))
    others = tuple(dict.fromkeys((*old.suppliers[2:], *new.suppliers[2:])))
    for resource in resources(others):
        was, now = (_rows(resource, inputs) for inputs in (old, new))
        columns = [list(inputs.tables[resource["name"]].columns) for inputs in (old, new)]
        if was and now:
            found += _columns(resource, *columns)
        label = _row_labels(resource, new, old)
        units = {field["name"]: field.get("unit") for field in resource["schema"]["fields"]}
        for key, row in now.items():
            rest = {
                "table": resource["title"],
                "row": label(key, row),
                "grade": row.get("grade"),
                "source": titles.get(row.get("source_id")),
            }
            if key not in was:
                entry = {"column": "whole row", "before": fmt.MISSING, "after": f"added: {_figures(resource, row)}"}
                found.append((_ADDED, {**rest, **entry}))
                continue
            for column, value in row.items():
                if column in was[key] and value != was[key][column]:
                    found.append(_cell(column, was[key][column], value, {**rest, "unit": units[column]}))
        for key, row in was.items():
            if key not in now:
                entry = {"column": "whole row", "before": _figures(resource, row), "after": "removed"}
                found.append((_REMOVED, {"table": resource["title"], "row": label(key, row), **entry}))
        if [key for key in was if key in now] != [key for key in now if key in was]:
            entry = {"column": "order of rows", "before": fmt.MISSING, "after": "changed; it breaks ties"}
            found.append((_ORDER, {"table": resource["title"], "row": "all", **entry}))
    found.sort(key=lambda entry: entry[0])
    frame = pd.DataFrame([entry for _, entry in found], columns=pd.Index(CHANGE_COLUMNS))
    return frame.astype({"change_share": float})


def _rows(resource: Mapping[str, Any], inputs: Inputs) -> dict[tuple[object, ...], dict[str, Any]]:
    """Return the rows of a table by their keys, missing cells as None."""
    rows = inputs.tables[resource["name"]].to_dict("records")
    clean = [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in rows]
    return {tuple(row[name] for name in resource["schema"]["primaryKey"]): row for row in clean}


def _columns(
    resource: Mapping[str, Any], was: Collection[str], now: Collection[str]
) -> list[tuple[int, dict[str, object]]]:
    """Return the columns that came and went, for all rows of a table at once."""
    rest = {"table": resource["title"], "row": "all"}
    came = [
        (_ADDED, {**rest, "column": name, "before": fmt.MISSING, "after": "column added"})
        for name in now
        if name not in was
    ]
    went = [
        (_REMOVED, {**rest, "column": name, "before": "column", "after": "removed"}) for name in was if name not in now
    ]
    return [*came, *went]


def _cell(column: str, before: object, after: object, rest: dict[str, object]) -> tuple[int, dict[str, object]]:
    figures = [value for value in (before, after) if isinstance(value, int | float)]
    share = None
    if len(figures) == 2 and figures[0]:
        share = figures[1] / figures[0] - 1.0
    entry = {"column": column, "before": _exactly(before), "after": _exactly(after), "change_share": share}
    return (_FIGURE if figures else _TEXT, {**rest, **entry})


def _exactly(value: object) -> str:
    """Return a cell as text without losing a digit."""
    if value is None:
        return "empty"
    if not isinstance(value, float):
        return str(value)
    number = Decimal(repr(value))
    if number == number.to_integral_value() and abs(number) < 10**15:
        return f"{int(number):,}"
    return f"{number:,}"


def _figures(resource: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return the figures of a whole row, or its words if it has none."""
    fields = [field for field in resource["schema"]["fields"] if field["name"] not in resource["schema"]["primaryKey"]]
    figures = [field["name"] for field in fields if field["type"] == "number" and row.get(field["name"]) is not None]
    if figures:
        return ", ".join(f"{name} {_exactly(row[name])}" for name in figures)
    return ", ".join(str(row[field["name"]]) for field in fields[:2] if row.get(field["name"]) is not None)


def _row_labels(
    resource: Mapping[str, Any], new: Inputs, old: Inputs
) -> Callable[[tuple[object, ...], Mapping[str, Any]], str]:
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

    def label(key: tuple[object, ...], row: Mapping[str, Any]) -> str:
        words = [
            names.get(column, {}).get(value, value) for column, value in zip(schema["primaryKey"], key, strict=True)
        ]
        return ", ".join(str(word) for word in ([row["name"], *words[1:]] if named else words))

    return label
