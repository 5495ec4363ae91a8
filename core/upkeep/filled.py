"""A database that is filled with one mixture after the other, as far as it is asked, and keeps what it answered.

Mixtures have most of their rows in common. What a query of core/inputs/sql/ returns is kept by what stands in the
columns that it names, of the tables that it reads; only for other rows is the database filled and asked. So its
constraints are tried where they can matter: a cell that no query reads, such as the low end of a price, is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from core.inputs.database import Database
from core.inputs.problem import DataError, Problem
from core.inputs.sheet import Sheet

_NO_NAME: Final = re.compile(r"--.*|'(?:[^']|'')*'|count\(\*\)")
"""What of a query names no table and no column: comments, texts, and the count of rows."""
_ALL_COLUMNS: Final = re.compile(r"(?:SELECT|DISTINCT|[.,])\s*\*", re.IGNORECASE)


@dataclass(frozen=True)
class _Reading:
    """What a query reads: at least that, for names are looked for."""

    tables: frozenset[str]
    names: frozenset[str] | None  # among which are those of all columns; None: every column of its tables


class Filled:
    """A database that answers for one mixture after the other."""

    def __init__(
        self,
        database: Database,
        references: Mapping[str, Sequence[str]],
        unfilled: Sequence[str],
        sheet: Callable[[str, int], Sheet],
    ) -> None:
        """Take an empty database.

        references: to which tables each refers; unfilled: those that stay empty; sheet: a table of a mixture.
        """
        self._database, self._references, self._unfilled, self._sheet = database, references, unfilled, sheet
        self._mask = 0
        self._inside: dict[str, Sheet] = {}
        self._answers: dict[tuple[object, ...], Any] = {}
        self._contents: dict[tuple[object, ...], int] = {}
        views = database.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal").fetchall()
        self._views: dict[str, str] = dict(views)
        self._readings: dict[str, _Reading] = {}

    def turn_to(self, mask: int) -> None:
        """Answer for another mixture from now on."""
        self._mask = mask

    def execute(self, query: str, parameters: Any = None) -> Answer:
        """Ask a query of sql/."""
        reading = self._reading(query)
        filled = sorted(reading.tables - set(self._unfilled))
        key = (query, str(parameters), *(self._content(table, reading.names) for table in filled))

        def ask(how: str) -> Any:
            if (*key, how) not in self._answers:
                for table in filled:
                    self._bring(table)
                self._answers[*key, how] = getattr(self._database.execute(query, parameters), how)()
            return self._answers[*key, how]

        return Answer(ask)

    def _reading(self, query: str) -> _Reading:
        if query not in self._readings:
            text = _NO_NAME.sub("", query)
            names = set(re.findall(r"[a-z_0-9]+", text))
            through = [self._reading(sql) for name, sql in self._views.items() if name in names and sql != query]
            tables = names & {*self._references, *self._unfilled}
            every = _ALL_COLUMNS.search(text) is not None or any(one.names is None for one in through)
            self._readings[query] = _Reading(
                frozenset(tables.union(*(one.tables for one in through))),
                None if every else frozenset(names.union(*(one.names or () for one in through))),
            )
        return self._readings[query]

    def _content(self, table: str, names: frozenset[str] | None) -> int:
        """Return a number that stands for what is in columns of a table of the mixture, the order of rows included."""
        sheet = self._sheet(table, self._mask)
        known = (id(sheet), names)  # a sheet is made once and kept
        if known not in self._contents:
            places = [place for place, column in enumerate(sheet.columns) if names is None or column in names]
            columns = tuple(sheet.columns[place] for place in places)
            rows = tuple(tuple(row[place] for place in places) for row in sheet.rows)
            self._contents[known] = self._contents.setdefault((table, columns, rows), len(self._contents))
        return self._contents[known]

    def _bring(self, table: str) -> None:
        """Fill a table with the rows of the mixture, and first those that it refers to."""
        for other in self._references[table]:
            self._bring(other)
        sheet = self._sheet(table, self._mask)
        if self._inside.get(table) is sheet:
            return
        self._empty(table)
        try:
            self._database.append(table, sheet.frame(), by_name=True)
        except duckdb.Error as error:
            refused = f"the database refuses it ({error})"
            raise DataError([Problem(f"{table}.csv", None, None, None, refused, "sound rows")]) from None
        self._inside[table] = sheet

    def _empty(self, table: str) -> None:
        """Empty a table, and first those that refer to it."""
        if table in self._inside:
            for other, references in self._references.items():
                if table in references:
                    self._empty(other)
            self._database.execute(f"DELETE FROM {table}")
            del self._inside[table]


class Answer:
    """What a query returned, as often as it is fetched."""

    def __init__(self, ask: Callable[[str], Any]) -> None:
        """Take what asks the database, or what was asked before; it is told how the rows are fetched."""
        self.fetchnumpy: Callable[[], Any] = lambda: ask("fetchnumpy")
        self.fetchall: Callable[[], Any] = lambda: ask("fetchall")
