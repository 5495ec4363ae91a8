"""The rows of one table of two data sets, put together: of some groups of changes the new ones, of the others the old.

A mixture is a bit mask over groups: bit i is set if group i stands as in the new data set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.inputs.data import Inputs
from core.inputs.declaration import Resource, column_names, resources
from core.inputs.sheet import Sheet
from core.upkeep.cells import Change, Key, Kind, rows_of
from core.upkeep.groups import BETWEEN, LISTS, lists, references

Bit = int | None
"""Which group something belongs to; None if it changes no figure, and then it always stands as in the new data set."""
Texts = Mapping[str, str]
"""A row as it is written, by column."""
NO_SHARE: Final = "0"
"""What a merchant that came or went has of work that was not there with it."""


def is_new(bit: Bit, mask: int) -> bool:
    """True if what belongs to a group stands as in the new data set."""
    return bit is None or bool(mask >> bit & 1)


@dataclass(frozen=True, eq=False)
class Mixed:
    """A table of two data sets with all that differs in it."""

    resource: Resource
    old: Mapping[Key, Texts]
    new: Mapping[Key, Texts]
    old_order: tuple[Key, ...]  # all rows, as the old data set has them in order
    new_order: tuple[Key, ...]
    columns: Mapping[
        str, tuple[bool, Bit]
    ]  # by name: came (True) or went, and with which group; others are always there
    rows: Mapping[Key, Bit]  # rows that came or went
    cells: Mapping[tuple[Key, str], Bit]  # cells that differ
    order: Bit  # with which group the order of rows changes
    shares: frozenset[str]  # columns of merchants
    touched: int = field(default=0)  # groups that change something in it

    @classmethod
    def of(cls, resource: Resource, old: Inputs, new: Inputs, changes: Sequence[tuple[Change, Bit]]) -> Mixed:
        """Return a table; changes: those in it, each with its group."""
        was, now = (_texts(resource, inputs) for inputs in (old, new))
        whole = [(change, bit) for change, bit in changes if change.key is not None and change.column is None]
        columns = {
            str(change.column): (change.kind is Kind.ADDED, bit)
            for change, bit in changes
            if change.key is None and change.column is not None
        }
        mask = 0
        for _, bit in changes:
            mask |= 0 if bit is None else 1 << bit
        return cls(
            resource=resource,
            old=was,
            new=now,
            old_order=merged(tuple(was), tuple(now)),
            new_order=merged(tuple(now), tuple(was)),
            columns=columns,
            rows={change.key: bit for change, bit in whole if change.key is not None},
            cells={
                (change.key, change.column): bit
                for change, bit in changes
                if change.key is not None and change.column is not None
            },
            order=next((bit for change, bit in changes if change.kind is Kind.ORDER), None),
            shares=frozenset(_shares(resource)),
            touched=mask,
        )

    @property
    def name(self) -> str:
        """The name of the table."""
        return str(self.resource["name"])

    @property
    def moving(self) -> int:
        """The groups with which rows come or go."""
        mask = 0
        for bit in self.rows.values():
            mask |= 0 if bit is None else 1 << bit
        return mask

    def sheet(self, mask: int, there: Callable[[str, str], bool]) -> Sheet:
        """Return the rows of a mixture. there: tells whether it has a row, by table and key.

        A row that came or went is only there with what it refers to.
        """
        declared = column_names(self.resource)
        written = {column for rows in (self.old, self.new) for row in rows.values() for column in row}
        columns = tuple(column for column in declared if column in written and self._has_column(column, mask))
        order = self.new_order if is_new(self.order, mask) else self.old_order
        found = [self._row(key, columns, mask) for key in order if self._has_row(key, mask, there)]
        rows = tuple(tuple(self._listed(row, column, there) for column in columns) for row in found)
        return Sheet(str(self.resource["path"]), columns or declared, tuple(range(2, len(rows) + 2)), rows)

    def _has_column(self, column: str, mask: int) -> bool:
        if column not in self.columns:
            return True
        came, bit = self.columns[column]
        return came is is_new(bit, mask)

    def _has_row(self, key: Key, mask: int, there: Callable[[str, str], bool]) -> bool:
        if key not in self.rows:
            return True
        row = self.new.get(key) or self.old[key]
        if (key in self.new) is not is_new(self.rows[key], mask):
            return False
        return all(there(table, row[column]) for column, table in self.references if row.get(column))

    @property
    def references(self) -> Iterator[tuple[str, str]]:
        """The columns that refer to rows of another table, each with that table; sources are always there."""
        yield from references(self.resource)

    @property
    def lists(self) -> Iterator[tuple[str, str]]:
        """The columns that list rows of another table, each with that table."""
        yield from lists(self.resource)

    def _row(self, key: Key, columns: Sequence[str], mask: int) -> Texts:
        was, now = self.old.get(key), self.new.get(key)
        if was is None or now is None:
            only = now if was is None else was
            return {column: (only or {}).get(column, self._unsaid(column)) for column in columns}
        return {column: self._cell(key, column, was, now, mask) for column in columns}

    def _cell(self, key: Key, column: str, was: Texts, now: Texts, mask: int) -> str:
        if column not in was:
            return now[column]
        if column not in now:
            return was[column]
        return now[column] if is_new(self.cells.get((key, column)), mask) else was[column]

    def _unsaid(self, column: str) -> str:
        return NO_SHARE if column in self.shares else ""

    def _listed(self, row: Texts, column: str, there: Callable[[str, str], bool]) -> str:
        """Return a cell; of one that lists rows of another table, those that are there."""
        table = LISTS.get((self.name, column))
        if table is None:
            return row[column]
        return BETWEEN.join(one for one in row[column].split(BETWEEN) if there(table, one))


def merged(first: Sequence[Key], second: Sequence[Key]) -> tuple[Key, ...]:
    """Return all keys of two orders in that of `first`; each other one stands behind what it follows in `second`."""
    order, before = list(first), None
    known = set(first)
    for key in second:
        if key not in known:
            order.insert(0 if before is None else order.index(before) + 1, key)
            known.add(key)
        before = key
    return tuple(order)


def _texts(resource: Resource, inputs: Inputs) -> dict[Key, Texts]:
    """Return the rows of a file as they are written, by key, in file order."""
    header, *rows = inputs.cells.get(resource["path"], ((),))
    return {key: dict(zip(header, row, strict=True)) for key, row in zip(rows_of(resource, inputs), rows, strict=True)}


def _shares(resource: Resource) -> Iterator[str]:
    """Yield the columns that stand there once for each merchant."""
    plain = next(one for one in resources() if one["name"] == resource["name"])
    yield from set(column_names(resource)) - set(column_names(plain))
