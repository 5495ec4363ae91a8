"""Which group each change of the data belongs to: by the patterns of the table `changes`, and by what rows refer to.

Data that tell nothing of what changed since those before, as those that people bring, are grouped by table, if both are
of one company and of the same years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from core.inputs.case import Case
from core.inputs.data import Inputs
from core.inputs.declaration import Resource, column_names, resources
from core.inputs.lever_table import adoption, bought_share, demand_growth, start_lag, trend, warrant
from core.upkeep.cells import ALL, ITSELF, Change, Kind, changes, tables_of

EVERYTHING_ELSE: Final = "Everything else"
"""The group of what no pattern matches."""
LISTS: Final[Mapping[tuple[str, str], str]] = {("programme", "gate_workloads"): "workloads"}
"""Columns that list keys of another table."""
BETWEEN: Final = ";"
"""What stands between the keys that such a column lists."""


@dataclass(frozen=True)
class Pattern:
    """A row of the table `changes`: cells that changed, and the group that they belong to."""

    change_id: str
    group: str
    table: str
    row: str
    column: str
    source_id: str | None

    def matches(self, change: Change) -> bool:
        """True if a change is one of these. A whole row matches where all columns do, a whole column where all rows."""
        return (
            fnmatchcase(change.table, self.table)
            and fnmatchcase(change.row, self.row)
            and fnmatchcase(change.column or ALL, self.column)
        )


@dataclass(frozen=True, eq=False)
class Grouped:
    """All that differs between two data sets, and the group that each change belongs to."""

    old: Inputs
    new: Inputs
    changes: tuple[Change, ...]
    of: tuple[str, ...]  # (change,) the group
    sources: tuple[str | None, ...]  # (change,) the publication that its pattern names
    unused: tuple[Pattern, ...]  # patterns that no change is the first to match

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have changes: in the order of the patterns or else of the tables, everything else last."""
        told = [one.group for one in patterns(self.old, self.new)]
        order = [*(told or (table["title"] for table in tables_of(self.old, self.new))), EVERYTHING_ELSE]
        known = [name for name in dict.fromkeys(order) if name != EVERYTHING_ELSE]
        return tuple(name for name in (*known, EVERYTHING_ELSE) if name in self.of)


def patterns(old: Inputs, new: Inputs) -> tuple[Pattern, ...]:
    """Return the patterns of the newer of two data sets, those of the older where it has none.

    None if both have the same: those tell of a change before them both.
    """
    files = [inputs.cells.get(f"{ITSELF}.csv", ()) for inputs in (new, old)]
    if files[0] == files[1]:
        return ()
    for inputs in (new, old):
        rows = inputs.tables[ITSELF].to_dict("records")
        if rows:
            return tuple(_pattern(row) for row in rows)
    return ()


def _pattern(row: Mapping[Any, Any]) -> Pattern:
    def text(name: str) -> str:
        return "" if pd.isna(row[name]) else str(row[name])

    source_id = text("source_id") or None
    return Pattern(text("change_id"), text("group"), text("table"), text("row"), text("column"), source_id)


@lru_cache(maxsize=8)
def grouped(old: Inputs, new: Inputs) -> Grouped:
    """Return all that differs between two data sets, each change in the group of the first pattern that matches it.

    Without patterns a group is a table, and every change is in that of its own; data of two companies or of other years
    differ as a whole.

    What must come together stands together: a row that refers to a row that came is in that row's group, and so is a
    cell that now refers to it; likewise what refers to a row that went. So are the columns and levers of a merchant, a
    workload or a family that came or went with such a row.
    """
    found, known = changes(old, new), patterns(old, new)
    leaders = _Leaders(found, old, new)
    if not known and _are_of_one_case(old, new):
        titles = {table["name"]: table["title"] for table in tables_of(old, new)}
        by_table = tuple(titles[leaders.of(change).table] for change in found)
        return Grouped(old, new, found, by_table, (None,) * len(found), ())
    first: list[Pattern | None] = []
    used: set[str] = set()
    for change in found:
        own = next((one for one in known if one.matches(change)), None)
        used |= {own.change_id} if own is not None else set()
        lead = leaders.of(change)
        first.append(own if lead is change else next((one for one in known if one.matches(lead)), None))
    return Grouped(
        old,
        new,
        found,
        tuple(EVERYTHING_ELSE if one is None else one.group for one in first),
        tuple(None if one is None else one.source_id for one in first),
        tuple(one for one in known if one.change_id not in used),
    )


def _are_of_one_case(old: Inputs, new: Inputs) -> bool:
    """True if tables of both can stand side by side: they are of one company, and their years are the same."""
    return Case.of(old).is_that_of(Case.of(new)) and old.calendar == new.calendar


class _Leaders:
    """What changes follow: the row that came or went which they refer to."""

    def __init__(self, found: Sequence[Change], old: Inputs, new: Inputs) -> None:
        self._resources = {resource["name"]: resource for resource in tables_of(old, new)}
        whole = [change for change in found if change.key is not None and change.column is None]
        self._whole = {
            (change.kind, change.table, change.key[0]): change
            for change in whole
            if change.key is not None and len(change.key) == 1
        }
        self._by_column = dict(self._of_merchants())
        self._by_lever = dict(self._of_levers(old, new))

    def of(self, change: Change) -> Change:
        """Return the change that leads to a change in the end; itself, if it follows none."""
        lead = next(self._followed(change), None)
        return change if lead is None else self.of(lead)

    def _followed(self, change: Change) -> Iterator[Change]:
        """Yield the rows that came or went which a change refers to itself."""
        if change.key is None:
            if change.table == "workloads" and (lead := self._by_column.get(change.column)) is not None:
                yield lead
            return
        if change.table == "levers" and (lead := self._by_lever.get(change.key[0])) is not None:
            yield lead
        for column, table in _references(self._resources[change.table]):
            for kind, value in _referred(change, column):
                for one in str(value).split(BETWEEN) if (change.table, column) in LISTS else [value]:
                    if (lead := self._whole.get((kind, table, one))) is not None and lead is not change:
                        yield lead

    def _of_merchants(self) -> Iterator[tuple[str | None, Change]]:
        """Yield the columns of workloads that come and go with a merchant."""
        always = {column for resource in resources() for column in column_names(resource)}
        for (_, table, merchant), change in self._whole.items():
            if table == "suppliers":
                its = {column for resource in resources([str(merchant)]) for column in column_names(resource)}
                yield from ((column, change) for column in its - always)

    def _of_levers(self, old: Inputs, new: Inputs) -> Iterator[tuple[object, Change]]:
        """Yield the levers that come and go with a supplier, a workload or a family."""
        suppliers = dict.fromkeys((*old.suppliers, *new.suppliers))
        workloads = dict.fromkeys((*old.workloads, *new.workloads))
        for (kind, table, key), change in self._whole.items():
            one = str(key)
            names: list[str] = []
            if table == "suppliers":
                names = [warrant(one), *(bought_share(one, workload) for workload in workloads)]
            elif table == "workloads":
                names = [adoption(one), start_lag(one), *(bought_share(supplier, one) for supplier in suppliers)]
                row = change.after if kind is Kind.ADDED else change.before
                if row["family"] not in (old if kind is Kind.ADDED else new).families:
                    names += [demand_growth(row["family"]), trend(row["family"])]
            yield from ((name, change) for name in names)


def _references(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the columns of a table that refer to another, and which; sources are never missing."""
    yield from references(resource)
    yield from lists(resource)


def references(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the columns that refer to a row of another table, each with that table; sources are always there."""
    for key in resource["schema"].get("foreignKeys", []):
        if key["reference"]["resource"] != "sources":
            yield key["fields"][0], key["reference"]["resource"]


def lists(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the columns that list rows of another table, each with that table."""
    yield from ((column, table) for (name, column), table in LISTS.items() if name == resource["name"])


def _referred(change: Change, column: str) -> Iterator[tuple[Kind, object]]:
    """Yield what a change refers to in a column: keys of rows that may have come, then of those that may have gone."""
    if change.column is None:
        row = change.after if change.kind is Kind.ADDED else change.before
        yield change.kind, row.get(column)
    elif change.column == column:
        yield Kind.ADDED, change.after
        yield Kind.REMOVED, change.before
