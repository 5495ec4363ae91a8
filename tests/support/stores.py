"""Stores for tests: fresh ones on either database, what is saved in them, and thousands of scenarios at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.store import database as db
from core.store import tables
from core.store.records import Snapshot
from core.store.store import Store

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
BEGINNING = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DATASET = b"PK\x03\x04 what an archive holds \x00\xff"

_keys = itertools.count()


@dataclass
class Clock:
    """A clock that goes on only when it is told to."""

    at: datetime = BEGINNING

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Statements:
    """What an engine was asked, in order, without what the transactions around it take."""

    asked: list[str] = field(default_factory=list)


def fresh_address(kind: str, folder: Path) -> sa.URL:
    """The address of a database that nobody has used yet."""
    if kind == "sqlite":
        return db.file_address(folder / "store" / db.FILE_NAME)
    from tests.support.postgres import server

    return server().schema()


def key() -> str:
    """A request key that was not used before."""
    return f"request {next(_keys)}"


def snapshot(value_usd: float | None = 8.27e9, data_version: str = "data-1", **more: Any) -> Snapshot:
    """A scenario as it is saved, as small as can be; `more` goes into its report."""
    summary: dict[str, float | str | None] = {
        "value_usd": value_usd,
        "value_vs_exit_usd": 1.5e9,
        "capex_first_year_usd": 7.25e10,
        "peak_mw_it": 6543.21,
        "payback": "2028-Q3",
        "first_accretive_year": "2027",
    }
    report = {"levers": {"pue": 1.1}, "model_version": "model-1", "data_version": data_version, **more}
    return Snapshot(report, summary, (1.0, 2.5, -3.0), lambda: DATASET)


@contextmanager
def statements(engine: sa.Engine) -> Iterator[Statements]:
    """Write down what is asked of `engine` meanwhile."""
    seen = Statements()

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def contents(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables.METADATA.sorted_tables
        }


def fill(store: Store, count: int, report: dict[str, Any] | None = None, revisions: int = 1) -> None:
    """Save `count` scenarios in one go, past all the care that the store takes with each."""
    report = report or dict(snapshot().report)
    owners, tags = ("Ann", "Bob", "Chloé", "dave"), ("board", "downside", "review", "upside")
    summary = dict(snapshot().summary)
    at = BEGINNING
    scenarios, saved, tagged, logged = [], [], [], []
    for i in range(count):
        name, owner = f"Plan {i:05d} {('Ranking', 'Generative', 'Größe', 'Exit')[i % 4]}", owners[i % 4]
        moment = at + timedelta(minutes=i)
        scenarios.append(
            {"id": f"s{i}", "name": name, "description": f"What if {i}", "owner": owner, "created_at": moment,
             "updated_at": moment, "latest": revisions, "search": f"{name}\nWhat if {i}\n{owner}".casefold()}
        )  # fmt: skip
        tagged.append({"scenario_id": f"s{i}", "tag": tags[i % 4]})
        for number in range(1, revisions + 1):
            saved.append(
                {"scenario_id": f"s{i}", "number": number, "request_key": f"fill {i} {number}", "author": owner,
                 "note": "", "saved_at": moment, "model_version": report["model_version"],
                 "data_version": report["data_version"], "sparkline": [float(i), 1.0, 2.0], "report": report,
                 **summary, "value_usd": None if i % 50 == 0 else 1e6 * ((i * 7919) % count)}
            )  # fmt: skip
            logged.append(
                {"at": moment, "who": owner, "action": "saved", "scenario_id": f"s{i}", "detail": {"version": number}}
            )
    with db.writing(store.engine) as connection:
        connection.execute(
            sa.insert(tables.datasets).values(
                data_version=report["data_version"], content=DATASET, archived_at=at, is_open=True
            )
        )
        for table, rows in (
            (tables.scenarios, scenarios),
            (tables.tags, tagged),
            (tables.revisions, saved),
            (tables.audit, logged),
        ):
            connection.execute(sa.insert(table), rows)
