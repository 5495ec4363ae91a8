"""Releases of data that follow the frozen ones: some figures are others, and a table says which belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.inputs.data import Inputs, read
from core.inputs.declaration import resources
from tests.support.datasets import Tables, files, tables_of
from tests.support.frozen import FROZEN

PATTERN = ("group", "table", "row", "column")
Pattern = tuple[str, str, str, str]
Edits = Mapping[tuple[str, ...], Mapping[str, float | str]]
"""By table and key of a row: its cells, by column: what a figure is multiplied by, or a text in its place."""

NEXT_EDITS: Edits = {
    ("chip_prices", "vr200"): {"price_usd_base": 1.1},
    ("chip_throughput", "mtia_450", "rr_inference"): {"h100e_base": 0.85},
    ("levers", "amd_warrant_usd_bn_per_gw"): {"base": "4"},
    ("levers", "custom_cost"): {"base": "1.1"},
}
"""A release in which two figures and two beliefs are others."""

KEYS = {resource["name"]: resource["schema"]["primaryKey"] for resource in resources()}


def frozen_tables() -> Tables:
    return tables_of(FROZEN)


def release(
    edits: Edits,
    patterns: Sequence[Pattern] = (),
    tables: Tables | None = None,
    without: Mapping[str, str] | None = None,
) -> Inputs:
    """The frozen data, or `tables`, after edits, with the table of changes; `without` names a column of a table."""
    return read(files(edited(frozen_tables() if tables is None else tables, edits, patterns, without or {})))


def edited(tables: Tables, edits: Edits, patterns: Sequence[Pattern], without: Mapping[str, str]) -> Tables:
    found = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for (table, *key), cells in edits.items():
        [row] = [row for row in found[table] if [row[column] for column in KEYS[table]] == key]
        for column, change in cells.items():
            row[column] = change if isinstance(change, str) else repr(float(str(row[column])) * change)
    for table, column in without.items():
        found[table] = [{name: cell for name, cell in row.items() if name != column} for row in found[table]]
    if patterns:
        found["changes"] = [
            {"change_id": f"c{number}", **dict(zip(PATTERN, pattern, strict=True)), "source_id": "", "note": ""}
            for number, pattern in enumerate(patterns)
        ]
    return found
