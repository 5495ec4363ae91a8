"""Data sets of earlier versions: what stood in code then, put beside their rows.

Version 1 knew the plans, beliefs and ready-made scenarios of one company and kept them in code. A data set that it
could read is told by the headers of its files, and is completed by the tables of data/earlier/1, which hold what the
code had. The files themselves, and so the data version, stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from core.inputs.declaration import BUNDLED, Resource
from core.inputs.sheet import Cells, Sheet, parsed

_FIRST: Final = BUNDLED / "earlier" / "1"
_KEYS: Final = {
    "workloads.csv": ("workload_id",),
    "commitments.csv": ("supplier_id", "unit"),
    "calibration_targets.csv": ("target_id",),
}
"""By which columns the rows of a file find what is put beside them."""


def completed(resources: Sequence[Resource], sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheets, one a resource; those of a data set of version 1 with what its code had."""
    by_name = {sheet.name: sheet for sheet in sheets}
    if not _is_first_version(by_name):
        return list(sheets)
    return [_with(resource, sheet) for resource, sheet in zip(resources, sheets, strict=True)]


def first_workloads() -> frozenset[str]:
    """Return the ids of the workloads that version 1 knew, which were those of every data set that it could read."""
    return frozenset(row[0] for row in _read("workloads.csv")[1:])


def is_completed(cells: Mapping[str, Cells]) -> bool:
    """Tell from the files of a sound data set, by name, that it was completed."""
    header, *rows = cells["company_facts.csv"]
    return "fleet_year" not in [row[header.index("fact_id")] for row in rows]


def _is_first_version(sheets: dict[str, Sheet]) -> bool:
    """Tell a data set that version 1 could read: it has none of the columns, files and facts that came later."""
    facts, workloads = sheets["company_facts.csv"], sheets["workloads.csv"]
    if any(sheets[name].rows for name in ("levers.csv", "presets.csv")):
        return False
    if "fact_id" not in facts.columns or "workload_id" not in workloads.columns:
        return False
    known = {row[facts.columns.index("fact_id")] for row in facts.rows}
    added = set(_read("workloads.csv")[0]) - {"workload_id"}
    later = added & set(workloads.columns) or "warrant" in sheets["commitments.csv"].columns
    here = {row[workloads.columns.index("workload_id")] for row in workloads.rows}
    return not later and not known & {row[0] for row in _read("company_facts.csv")[1:]} and here == first_workloads()


def _read(name: str) -> list[tuple[str, ...]]:
    text = (_FIRST / name).read_text(encoding="utf-8")
    return [tuple(line.split(",")) for line in text.splitlines()]


def _with(resource: Resource, sheet: Sheet) -> Sheet:
    """Return a sheet with the rows or columns that data/earlier/1 has for it."""
    path = _FIRST / sheet.name
    if not path.exists() or sheet.problems:
        return sheet
    if sheet.name in _KEYS:
        return _beside(sheet, _KEYS[sheet.name])
    more = parsed(resource, path.read_bytes())
    if not sheet.columns or not sheet.rows:
        return more
    rows = [
        tuple(dict(zip(more.columns, row, strict=True)).get(name, "") for name in sheet.columns) for row in more.rows
    ]
    return replace(sheet, lines=(*sheet.lines, *(0 for _ in rows)), rows=(*sheet.rows, *rows))


def _beside(sheet: Sheet, keys: tuple[str, ...]) -> Sheet:
    header, *rows = _read(sheet.name)
    places = [header.index(key) for key in keys]
    added = [i for i, name in enumerate(header) if name not in (*keys, *sheet.columns)]
    by_key = {tuple(row[i] for i in places): tuple(row[i] for i in added) for row in rows}
    nothing = ("",) * len(added)
    here = [sheet.columns.index(key) for key in keys]
    found = [by_key.get(tuple(row[i] for i in here), nothing) for row in sheet.rows]
    return replace(
        sheet,
        columns=(*sheet.columns, *(header[i] for i in added)),
        rows=tuple((*row, *more) for row, more in zip(sheet.rows, found, strict=True)),
    )
