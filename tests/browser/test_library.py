"""The library in a real Chromium: text that would like to be markup, headings, ticks, and the way to other pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from core.store import database as db
from core.store.store import Store
from pages.parts.work import saved
from tests.support.browser import DESKTOP, PHONE, Server, Visit, chromium, visit
from tests.support.frozen import BASE
from tests.support.hostile import HOSTILE_NAMES
from tests.support.stores import key

__all__ = ["chromium", "visit"]  # fixtures

pytestmark = pytest.mark.browser

NAME = 1
BOX, ROW, HEADER = 15, 33, 16
"""Pixels: the middle of the boxes, the height of a row and the middle of the headings."""
PLANS = {"Low": 1.5, "High": 1.05, "Middle": 1.2}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    store = Store.open(db.file_address(folder / "var" / db.FILE_NAME))
    for text in HOSTILE_NAMES:
        store.save_new(
            text, text, saved.snapshot(BASE), request_key=key(), description=text, tags=[text[:40]], note=text
        )
    for name, pue in PLANS.items():
        store.save_new("Ann", f"Plan {name}", saved.snapshot(BASE.replace(pue=pue)), request_key=key())
    store.close()
    with Server(folder) as server:
        yield server.host


def click(visitor: Visit, across: float, down: float) -> None:
    """Click into the table, so many pixels from its upper left corner."""
    table = visitor.page.locator('[class*="st-key-library_rows"] [data-testid="stDataFrame"]')
    table.hover(position={"x": across + 60, "y": down})  # waits until it stands and is in view
    box = table.bounding_box()
    assert box is not None
    for nearer in (40, 20, 0):  # a hand arrives before it clicks; the table takes no other for one
        visitor.page.mouse.move(box["x"] + across + nearer, box["y"] + down)
        visitor.page.wait_for_timeout(60)
    visitor.page.mouse.down()
    visitor.page.wait_for_timeout(40)
    visitor.page.mouse.up()
    visitor.page.mouse.move(0, 0)
    visitor.settle()


def tick(visitor: Visit, row: int) -> None:
    click(visitor, BOX, HEADER + ROW * row)


def search(visitor: Visit, words: str) -> None:
    field = visitor.page.get_by_placeholder("Search names, descriptions, owners and tags")
    field.fill(words)
    field.press("Enter")
    visitor.settle()


def cells(visitor: Visit, column: int) -> list[str]:
    """A column of the table as it is read aloud."""
    found = visitor.page.locator(f'[class*="st-key-library_rows"] td[aria-colindex="{column}"]')
    return found.all_inner_texts()


def press(visitor: Visit, button: str) -> None:
    visitor.page.locator(".st-key-library_actions").get_by_role("button", name=button).last.click()
    visitor.settle()


def test_what_people_write_calls_nowhere_and_runs_nothing(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/library")
    for row in range(len(PLANS) + 1, len(PLANS) + len(HOSTILE_NAMES) + 1):
        tick(visitor, row)
        expect(visitor.page.get_by_text("1 picked")).to_be_visible()
        tick(visitor, row)
    search(visitor, "evil.test")
    assert set(cells(visitor, NAME)) <= set(HOSTILE_NAMES)
    assert visitor.page.locator("img[src*='evil'], a[href*='evil']").count() == 0
    assert visitor.foreign == []
    assert visitor.complaints == []


def test_a_heading_sorts_the_list_and_a_search_outlasts_a_visit_elsewhere(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/library")
    search(visitor, "plan")
    assert cells(visitor, NAME) == ["Plan Middle", "Plan High", "Plan Low"]
    click(visitor, BOX + 30, HEADER)
    assert cells(visitor, NAME) == ["Plan High", "Plan Low", "Plan Middle"]
    tick(visitor, 2)
    visitor.page.get_by_role("link", name="Explore").click()
    visitor.settle()
    visitor.page.get_by_role("link", name="Library").click()
    visitor.settle()
    assert cells(visitor, NAME) == ["Plan High", "Plan Low", "Plan Middle"]
    expect(visitor.page.get_by_text("1 picked: Plan Low")).to_be_visible()
    press(visitor, "Open")
    assert visitor.page.get_by_text("Plan Low", exact=True).first.is_visible()
    assert set(visitor.query()) == {"scenario", "version"}


def test_two_ticked_scenarios_are_compared(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/library")
    search(visitor, "plan")
    tick(visitor, 1)
    tick(visitor, 3)
    press(visitor, "Compare")
    assert "Plan Middle" in visitor.title() and "Plan Low" in visitor.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    visit: Callable[..., Visit], size: dict[str, int], scheme: str
) -> None:
    visitor = visit(size, scheme).open("/library")
    tick(visitor, 1)
    assert visitor.violations() == []
    assert visitor.fits()
