"""The database in memory that data are checked and shaped in: its tables, and rows by the names of their columns.

It is closed to the outside from its first moment and thrown away in the end: no connection is kept, so none can be
shared between threads. All SQL stands in sql/, a statement or query a file.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray

from core.base.quarters import Calendar

Database = duckdb.DuckDBPyConnection
_SQL: Final = Path(__file__).resolve().parent / "sql"


class Reads(Protocol):
    """What answers the queries of sql/: a database with filled tables, or what keeps such answers."""

    def execute(self, query: str, parameters: Any = None) -> Any:
        """Ask a query; the rows are fetched from what it returns."""


def connect(calendar: Calendar, others: Sequence[str]) -> Database:
    """Return a new database in memory that has the tables, all empty, and cannot reach any file or host.

    others: ids of the merchants but the lead, each of which has its columns of shares; lower-case words.
    Not to be shared between threads: a thread takes a cursor of its own.
    """
    config: dict[str, Any] = {"enable_external_access": False, "lock_configuration": True, "threads": 1}
    database = duckdb.connect(":memory:", config=config)
    database.execute(f"CREATE MACRO first_year() AS {calendar.first_year}")
    database.execute(f"CREATE MACRO last_year() AS {calendar.last_year}")
    database.execute(sql("schema"))
    _add_merchants(database, others)
    database.execute(sql("staging"))
    return database


def _add_merchants(database: Database, others: Sequence[str]) -> None:
    """Give workloads a column for each share of each merchant, and a view that lists them.

    One row of `bought_share` is a workload and a merchant: its place among the others, and its share of what is bought
    today and as planned, which is today's where no plan is given.
    """
    listed = ["SELECT 0 AS place, 0 AS line, '' AS merchant, 0.0 AS today, 0.0 AS plan WHERE false"]
    for place, merchant in enumerate(others):
        today, plan = f"{merchant}_share_today", f"{merchant}_share_plan"
        for share in (today, plan):
            database.execute(f"ALTER TABLE workloads ADD COLUMN {share} DOUBLE")
        listed.append(f"SELECT {place}, line, '{merchant}', {today}, coalesce({plan}, {today}) FROM workloads")
    database.execute(f"CREATE VIEW bought_share AS {' UNION ALL '.join(listed)}")


@functools.cache
def sql(name: str) -> str:
    """Return the SQL of the file `name` in sql/."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


@functools.cache
def rules() -> Mapping[str, frozenset[str]]:
    """Return the queries that judge tables with each other, sql/rule_*.sql, each with the tables that it reads.

    These are the same in every database, and asking one for them takes as long as the query itself.
    """
    queries = [path.read_text(encoding="utf-8") for path in sorted(_SQL.glob("rule_*.sql"))]
    with connect(Calendar(1), ()) as database:
        return MappingProxyType({query: frozenset(database.get_table_names(query)) for query in queries})


@dataclass(frozen=True, eq=False)
class Rows:
    """What a query returned, by column. Arrays are read-only.

    width: rows that make up one row of a table (row, column), for a query that returns a row a cell; without it an
    array is (row,).
    """

    columns: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, database: Reads, query: str, **values: object) -> Rows:
        """Return the rows of the query in sql/, its parameters by name."""
        columns: Any = database.execute(sql(query), values or None).fetchnumpy()
        return cls(columns)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a column of text."""
        return tuple(self.columns[name])

    def wholes(self, name: str) -> NDArray[np.int64]:
        """Return a column of whole numbers."""
        return _frozen(self.columns[name], np.int64)

    def numbers(self, name: str, width: int | None = None) -> NDArray[np.float64]:
        """Return a column of numbers."""
        return _frozen(self.columns[name], np.float64, width)

    def truths(self, name: str, width: int | None = None) -> NDArray[np.bool_]:
        """Return a column of truths."""
        return _frozen(self.columns[name], np.bool_, width)

    def number(self, name: str) -> float:
        """Return the one number that the column holds."""
        return float(self.columns[name].item())


_Scalar = TypeVar("_Scalar", bound=np.generic)


def _frozen(column: NDArray[Any], kind: type[_Scalar], width: int | None = None) -> NDArray[_Scalar]:
    if isinstance(column, np.ma.MaskedArray):  # NULLs, under which any number may stand
        column = column.filled(np.nan)
    array = np.array(column, dtype=kind)
    if width is not None:
        array = array.reshape(-1, width)
    array.setflags(write=False)
    return array
