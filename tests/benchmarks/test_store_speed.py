"""How long the store takes, on a file and on a server; reported, never asserted.

Run `pytest tests/benchmarks/test_store_speed.py`. Budgets: a save acknowledged 100 ms, of which the model takes some;
a page of a library of 10,000 scenarios 1 s, of which the browser takes most. Both databases write to the disk before
they answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from core.inputs.archive import pack
from core.inputs.data import bundled
from core.model.report import report
from core.store import database as db
from core.store.backup import backup, restore
from core.store.records import Search, Snapshot
from core.store.store import Store
from tests.support.frozen import BASE
from tests.support.postgres import server
from tests.support.stores import KINDS, fill, fresh_address, key, snapshot

MANY = 10_000


@dataclass(frozen=True)
class Shelf:
    """A store of 10,000 scenarios, each with a real report."""

    store: Store

    @property
    def megabytes(self) -> int:
        path = Path(self.store.engine.url.database or "")
        return round(path.stat().st_size / 1e6) if path.is_file() else 0


@pytest.fixture(scope="module")
def real_report() -> dict[str, Any]:
    return report(bundled(), BASE)


@pytest.fixture(scope="module")
def real(real_report: dict[str, Any]) -> Snapshot:
    """What a save of the base scenario sends."""
    small = snapshot()
    return Snapshot(real_report, small.summary, small.sparkline, pack)


@pytest.fixture(scope="module", params=KINDS)
def shelf(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, real_report: dict[str, Any]
) -> Iterator[Shelf]:
    if request.param == "postgresql":
        server().execute("ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()")
    store = Store.open(fresh_address(request.param, tmp_path_factory.mktemp("shelf")))
    fill(store, MANY, real_report)
    if request.param == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")  # as the server does of itself after a minute
    yield Shelf(store)
    store.close()


def test_save_a_new_scenario(benchmark: BenchmarkFixture, shelf: Shelf, real: Snapshot) -> None:
    benchmark.extra_info["budget_ms"] = 100
    save = lambda: shelf.store.save_new("Ann", "Plan A", real, request_key=key(), tags=["board"])  # noqa: E731
    assert benchmark.pedantic(save, rounds=100, warmup_rounds=5).latest.number == 1


def test_save_again(benchmark: BenchmarkFixture, shelf: Shelf, real: Snapshot) -> None:
    benchmark.extra_info["budget_ms"] = 100
    entry = shelf.store.save_new("Ann", "Plan A", real, request_key=key())
    numbers = itertools.count(1)
    save = lambda: shelf.store.save("Ann", entry.id, real, on_top_of=next(numbers), request_key=key())  # noqa: E731
    assert benchmark.pedantic(save, rounds=100, warmup_rounds=5).latest.number == 106


def test_keep_a_draft(benchmark: BenchmarkFixture, shelf: Shelf, real_report: dict[str, Any]) -> None:
    benchmark.pedantic(lambda: shelf.store.keep_draft("key", "", real_report["levers"]), rounds=100, warmup_rounds=5)


def test_follow_a_link_and_read_its_report(benchmark: BenchmarkFixture, shelf: Shelf) -> None:
    token = shelf.store.link("Ann", "s7")

    def open_link() -> dict[str, Any]:
        revision = shelf.store.follow(token)
        assert revision is not None
        return shelf.store.report(revision.scenario_id, revision.number)

    assert benchmark.pedantic(open_link, rounds=100, warmup_rounds=5)["quarters"]


SEARCHES = {
    "newest first": Search(),
    "last page": Search(page=MANY // 20 - 1),
    "by name": Search(sort="name", descending=False),
    "by value": Search(sort="value_usd"),
    "words": Search("größe 999"),
    "words that are nowhere": Search("no such scenario"),
    "tag and owner": Search(tag="board", owner="Ann", sort="capex_first_year_usd"),
    "trash": Search(in_trash=True),
}


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
def test_a_page_of_the_library_of_ten_thousand(benchmark: BenchmarkFixture, shelf: Shelf, search: Search) -> None:
    benchmark.extra_info["budget_ms"] = 1000
    page = benchmark.pedantic(lambda: shelf.store.library(search), rounds=20, warmup_rounds=2)
    assert (page.total == 0) == (search.in_trash or "no such" in search.text)


def test_filters_of_the_library_of_ten_thousand(benchmark: BenchmarkFixture, shelf: Shelf) -> None:
    tags, owners = benchmark.pedantic(
        lambda: (shelf.store.used_tags(), shelf.store.owners()), rounds=20, warmup_rounds=2
    )
    assert len(tags) == len(owners) == 4


def test_open_a_store_of_ten_thousand(benchmark: BenchmarkFixture, shelf: Shelf) -> None:
    """With the check at the start, which reads the whole file."""
    benchmark.extra_info["megabytes"] = shelf.megabytes
    store = benchmark.pedantic(lambda: Store.open(shelf.store.engine.url), rounds=3)
    assert store.scenario("s7").id == "s7"


def test_back_up_and_restore_ten_thousand(benchmark: BenchmarkFixture, shelf: Shelf, tmp_path: Path) -> None:
    counts = benchmark.pedantic(lambda: backup(shelf.store.engine, tmp_path / "b.db"), rounds=1)
    assert counts >= MANY
    if shelf.store.engine.dialect.name == "sqlite":
        other = db.open_engine(fresh_address("sqlite", tmp_path))
        assert restore(other, tmp_path / "b.db", None) == counts
        other.dispose()
