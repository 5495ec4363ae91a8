"""How long the Library page takes with 10,000 saved scenarios; reported, never asserted.

Run `pytest tests/benchmarks/test_library_speed.py`. Budget: 1 s in the browser, from the click to the painted table; it
ends at the first frame in which the title counts all scenarios and the table's canvas stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_benchmark.fixture import BenchmarkFixture
from streamlit.testing.v1 import AppTest

from core.inputs.data import bundled
from core.model.report import report
from core.store import database as db
from core.store.database import FOLDER_VARIABLE
from core.store.store import Store, shared_store
from tests.support.browser import Server, Visit, chromium, visit
from tests.support.frozen import BASE
from tests.support.stores import fill
from tests.support.visit import opened, run
from tests.support.words import read

__all__ = ["chromium", "visit"]  # fixtures

MANY = 10_000
ROUNDS = 10
PAINTED = """
() => {
  const table = document.querySelector('[class*="st-key-library_rows"] canvas');
  const title = document.querySelector('h1');
  return table !== null && table.height > 0 && title !== null && /scenarios (saved|match)/.test(title.innerText);
}
"""
HEADING = "words => document.querySelector('h1')?.innerText.includes(words)"
SHOWN = "words => document.querySelector('[data-testid=\"stMain\"]').innerText.includes(words)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a server finds a store of many scenarios."""
    folder = tmp_path_factory.mktemp("library")
    store = Store.open(db.file_address(folder / "var" / db.FILE_NAME))
    fill(store, MANY, report(bundled(), BASE))
    store.close()
    return folder


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[str]:
    with Server(folder) as server:
        yield server.host


@pytest.fixture
def page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page as the server runs it, without a browser."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "var"))
    at = opened()
    at.switch_page("library.py")
    yield run(at)
    shared_store().close()


def library(visitor: Visit) -> Page:
    visitor.page.get_by_role("link", name="Library").click()
    visitor.page.wait_for_function(PAINTED, polling="raf")
    return visitor.page


def test_a_run_of_the_script(benchmark: BenchmarkFixture, page: AppTest) -> None:
    benchmark.pedantic(lambda: run(page), rounds=ROUNDS, warmup_rounds=1)
    assert read(page.main.title[0].value).startswith(f"{MANY:,} scenarios saved")


def test_from_another_page_in_the_browser(benchmark: BenchmarkFixture, visit: Callable[..., Visit]) -> None:
    benchmark.extra_info["budget_ms"] = 1000
    visitor = visit().open("/library")

    def away() -> None:
        visitor.page.get_by_role("link", name="Explore").click()
        visitor.page.wait_for_function("() => document.querySelector('canvas') === null")
        visitor.settle()

    benchmark.pedantic(lambda: library(visitor), setup=away, rounds=ROUNDS, warmup_rounds=1)
    assert visitor.title().startswith(f"{MANY:,} scenarios saved")


def test_the_next_page_in_the_browser(benchmark: BenchmarkFixture, visit: Callable[..., Visit]) -> None:
    benchmark.extra_info["budget_ms"] = 1000
    visitor = visit().open("/library")
    turned = iter(range(1, MANY))

    def turn() -> None:
        visitor.page.get_by_role("button", name="Next page").click()
        visitor.page.wait_for_function(SHOWN, arg=f"{20 * next(turned) + 1:,} to", polling="raf")

    benchmark.pedantic(turn, setup=visitor.settle, rounds=ROUNDS, warmup_rounds=1)


def test_a_search_in_the_browser(benchmark: BenchmarkFixture, visit: Callable[..., Visit]) -> None:
    benchmark.extra_info["budget_ms"] = 1000
    visitor = visit().open("/library")
    field = visitor.page.get_by_placeholder("Search names, descriptions, owners and tags")
    count = iter(range(100))

    def search() -> None:
        field.press("Enter")
        visitor.page.wait_for_function(HEADING, arg="match", polling="raf")

    def type_words() -> None:
        if "match" in visitor.title():
            field.fill("")
            field.press("Enter")
            visitor.page.wait_for_function(HEADING, arg="saved", polling="raf")
        visitor.settle()
        field.fill(f"ranking {next(count)}")

    benchmark.pedantic(search, setup=type_words, rounds=ROUNDS, warmup_rounds=1)


def test_an_address_opened_cold(benchmark: BenchmarkFixture, visit: Callable[..., Visit], host: str) -> None:
    def cold() -> None:
        visitor = visit()
        visitor.page.goto(f"http://{host}/library", wait_until="commit")
        visitor.page.wait_for_function(PAINTED, polling="raf")

    benchmark.pedantic(cold, rounds=5, warmup_rounds=1)
