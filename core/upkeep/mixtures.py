"""Data sets between two others: of some groups of changes as the new one has them, of the rest as the old one has.

There are two to the power of the groups, and a mixture is worked out for many scenarios. So mixtures of a pair of data
sets are made once and kept, and what they have in common is worked out once (core.upkeep.filled). Cells are not checked
one by one, for they are those of sound data sets; constraints of the database and rules across rows and tables are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Final

import duckdb

from core.base.lazy import cached_property
from core.base.quarters import Calendar
from core.inputs.before import calendar_of, merchants_but_lead
from core.inputs.checks import check_rules
from core.inputs.data import Inputs, mixed
from core.inputs.database import connect
from core.inputs.declaration import Resource
from core.inputs.earlier import is_completed
from core.inputs.problem import DataError
from core.inputs.scenario import Scenario, columns
from core.inputs.sheet import Cells, Sheet
from core.model.evaluate import summarise
from core.model.model import simulate
from core.upkeep.cells import Change, tables_of
from core.upkeep.filled import Filled
from core.upkeep.groups import EVERYTHING_ELSE, Grouped, grouped
from core.upkeep.sheets import Bit, Mixed

MOST_GROUPS: Final = 8
"""Groups that are told apart, everything else among them: each doubles the work."""
KEPT: Final = 4
"""Pairs of data sets whose mixtures are kept."""
SOURCES: Final = "sources"
"""The table that all others refer to: a mixture has the publications of both data sets."""
UNREAD: Final = ("calibration_targets", "reported_financials", "presets")
"""Tables from which the model reads nothing; a mixture does without them."""
WORDS: Final = ("note", "grade", "source_id")
"""Columns that say of a row how well it is known."""


class MixtureError(ValueError):
    """A mixture that cannot be worked out; the message says of which groups it is, and what is wrong."""


def values_usd(inputs: Inputs, scenarios: Sequence[Scenario]) -> list[float]:
    """Return the value of scenarios with one horizon, after tax, each against its own baseline."""
    return [float(usd) for usd in summarise(simulate(inputs, columns(scenarios))).metrics["npv_usd"]]


def value_usd(inputs: Inputs, scenario: Scenario) -> float:
    """Return the value of a scenario, after tax, against its own baseline."""
    return values_usd(inputs, [scenario])[0]


def base_value_usd(inputs: Inputs) -> float:
    """Return the value of a data set's base scenario."""
    return value_usd(inputs, inputs.base)


def can_be_mixed(old: Inputs, new: Inputs) -> bool:
    """True if the rows of two data sets can be put together: version 1 of the product left much of its sets in code."""
    return not (is_completed(old.cells) or is_completed(new.cells))


@lru_cache(maxsize=KEPT)
def mixtures(old: Inputs, new: Inputs) -> Mixtures:
    """Return the mixtures of two data sets, of at most MOST_GROUPS groups, made once as they are asked for.

    Of more groups, those that move the value of the base scenario least by themselves become part of everything else.
    Data sets that cannot be mixed have one group, everything that differs. Raises MixtureError if a mixture that this
    takes is refused.
    """
    told = grouped(old, new)
    if not can_be_mixed(old, new):
        return Mixtures(told, [EVERYTHING_ELSE] * len(told.of))
    every = Mixtures(told, told.of)
    if len(every.groups) <= MOST_GROUPS:
        return every
    start = base_value_usd(old)
    alone = {
        name: abs(base_value_usd(every.of(1 << bit)) - start)
        for bit, name in enumerate(every.groups)
        if name != EVERYTHING_ELSE
    }
    named = sorted(alone, key=lambda name: -alone[name])[: MOST_GROUPS - 1]
    return Mixtures(told, tuple(one if one in named else EVERYTHING_ELSE for one in told.of))


class Mixtures:
    """The data sets between two others."""

    def __init__(self, told: Grouped, of: Sequence[str]) -> None:
        """Prepare the mixtures of a pair of data sets; of: the group of each of its changes."""
        self.old, self.new, self.told, self.group_of = told.old, told.new, told, tuple(of)
        speaking = {group for change, group in zip(told.changes, of, strict=True) if _is_read(change)}
        order = dict.fromkeys((*told.groups, EVERYTHING_ELSE))
        self.groups = tuple(name for name in order if name in speaking)
        """Groups that change something that the model reads, by bit."""
        self.silent = tuple(name for name in order if name in of and name not in speaking)
        """Groups that change nothing of the kind."""
        self._made: dict[int, Inputs] = {0: told.old, self.all: told.new}
        self._lock = Lock()

    @property
    def all(self) -> int:
        """The mask of all groups."""
        return (1 << len(self.groups)) - 1

    def of(self, mask: int) -> Inputs:
        """Return the data set with the groups of `mask` as in the new one; raises MixtureError if it is refused."""
        with self._lock:
            if mask not in self._made:
                self._made[mask] = self.made(mask)
            return self._made[mask]

    def in_good_order(self, masks: Sequence[int]) -> list[int]:
        """Return masks in an order in which few tables change from one to the next."""
        return sorted(masks, key=lambda mask: [mask & touched for touched in self._touched.values()])

    def made(self, mask: int) -> Inputs:
        """Return a mixture made anew, one of an end too."""
        sheets = {name: self._sheet(name, mask) for name in self._tables}
        others = merchants_but_lead(sheets["suppliers"], sheets["workloads"])
        calendar, problems = calendar_of(sheets["company_facts"])
        try:
            if calendar is None:
                raise DataError(problems)
            filled = self._filled(calendar, others)
            filled.turn_to(mask)
            if problems := check_rules(filled, set(self._tables)):
                raise DataError(problems)
            return mixed(filled, calendar, others, self._cells(sheets))
        except (DataError, duckdb.Error) as error:
            raise MixtureError(self._refused(mask, error)) from error

    def _refused(self, mask: int, error: Exception) -> str:
        names = [f"“{name}”" for bit, name in enumerate(self.groups) if mask >> bit & 1]
        kept = [f"“{name}”" for bit, name in enumerate(self.groups) if not mask >> bit & 1]
        return (
            f"the data with {', '.join(names) or 'no group'} as in {self.new.data_version} and "
            f"{', '.join(kept) or 'no group'} as in {self.old.data_version} do not hold: {error}; "
            "what must change together belongs into one group of the table changes"
        )

    # --- Tables

    @cached_property
    def _tables(self) -> dict[str, Mixed]:
        bits: dict[str, Bit] = {name: bit for bit, name in enumerate(self.groups)}
        changes = [(change, bits.get(group)) for change, group in zip(self.told.changes, self.group_of, strict=True)]
        tables = [one for one in tables_of(self.old, self.new) if one["name"] not in UNREAD]
        return {
            table["name"]: Mixed.of(table, self.old, self.new, [one for one in changes if _is_in(one[0], table)])
            for table in tables
        }

    @cached_property
    def _touched(self) -> dict[str, int]:
        """The groups that change what rows there are, or what stands in them, by table."""
        found: dict[str, int] = {}
        moving: dict[str, int] = {}
        for name, table in self._tables.items():  # those referred to come first
            parents = [moving[parent] for _, parent in (*table.references, *table.lists)]
            moving[name] = _join([table.moving, *parents])
            found[name] = _join([table.touched, *parents])
        return found

    def version(self, table: str, mask: int) -> int:
        """Return what of a mask a table depends on."""
        return mask & self._touched.get(table, 0)

    def _sheet(self, name: str, mask: int) -> Sheet:
        known = self._sheets.setdefault(name, {})
        version = self.version(name, mask)
        if version not in known:
            known[version] = self._tables[name].sheet(mask, lambda table, key: key in self._keys(table, mask))
        return known[version]

    @cached_property
    def _sheets(self) -> dict[str, dict[int, Sheet]]:
        return {}

    def _keys(self, table: str, mask: int) -> set[str]:
        """Return the keys of the rows of a table whose key is one column."""
        sheet = self._sheet(table, mask)
        [column] = self._tables[table].resource["schema"]["primaryKey"]
        place = sheet.columns.index(column)
        return {row[place] for row in sheet.rows}

    def _cells(self, sheets: Mapping[str, Sheet]) -> dict[str, Cells]:
        return {sheet.name: (sheet.columns, *sheet.rows) for sheet in sheets.values() if sheet.rows}

    # --- Databases

    def _filled(self, calendar: Calendar, others: tuple[str, ...]) -> Filled:
        """Return the database of the mixtures that have one calendar and the same merchants."""
        key = (calendar, others)
        if key not in self._databases:
            references = {
                name: [key["reference"]["resource"] for key in table.resource["schema"].get("foreignKeys", [])]
                for name, table in self._tables.items()
            }
            self._databases[key] = Filled(connect(calendar, others), references, UNREAD, self._sheet)
        return self._databases[key]

    @cached_property
    def _databases(self) -> dict[tuple[Calendar, tuple[str, ...]], Filled]:
        return {}


def _is_read(change: Change) -> bool:
    """True if the model may read what differs."""
    return change.table not in (SOURCES, *UNREAD) and change.column not in WORDS


def _is_in(change: Change, table: Resource) -> bool:
    return bool(change.table == table["name"] != SOURCES)


def _join(masks: Sequence[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
