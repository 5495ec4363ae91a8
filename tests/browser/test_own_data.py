"""A new user in a real Chromium brings his own data: template, one price, a scenario, a link, and a newer version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from pages.parts.dataset.section import BRING, EDIT, SETS
from tests.support.browser import DESKTOP, PHONE, Server, Visit, chromium, visit
from tests.support.frozen import INPUTS

__all__ = ["chromium", "visit"]  # fixtures

pytestmark = pytest.mark.browser

PRICE = INPUTS.cells["chip_prices.csv"][0].index("price_usd_base") + 1
LONG = 40_000


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Server(tmp_path_factory.mktemp("server")) as server:
        yield server.host


def at_your_data(visitor: Visit, path: str = "/") -> Visit:
    """Come to the section as everybody does, by the menu in the bar."""
    visitor.open(path)
    visitor.page.locator(".st-key-bar_data button:visible").first.click()
    visitor.page.get_by_role("button", name="Bring or edit data").click()
    expect(visitor.page.get_by_text("What to do", exact=True)).to_be_visible(timeout=LONG)
    visitor.settle()
    return visitor


def go(visitor: Visit, way: str) -> None:
    visitor.page.get_by_role("radio", name=way).or_(
        visitor.page.get_by_role("button", name=way, exact=True)
    ).first.click()
    visitor.settle()


def press(visitor: Visit, button: str) -> None:
    visitor.page.get_by_role("button", name=button).last.click()


def template(visitor: Visit, folder: Path) -> Path:
    with visitor.page.expect_download() as downloaded:
        press(visitor, "Download the template")
    path = folder / downloaded.value.suggested_filename
    downloaded.value.save_as(path)
    return path


def bring(visitor: Visit, path: Path) -> None:
    visitor.page.locator('input[type="file"]').set_input_files(path)
    expect(visitor.page.get_by_role("button", name=re.compile(r"^Put \d+ tables"))).to_be_enabled(timeout=LONG)
    visitor.settle()


def test_from_the_template_to_a_link_that_says_what_a_newer_version_moved(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    owner = at_your_data(visit())
    go(owner, BRING)
    path = template(owner, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["chip_prices"]
    sheet.cell(2, PRICE).value = round(float(sheet.cell(2, PRICE).value) * 0.99)
    book.save(path)
    bring(owner, path)
    press(owner, "Put")
    expect(owner.page.get_by_text("These data can be used")).to_be_visible(timeout=LONG)
    press(owner, "Save")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Your name").fill("Ann")
    dialog.get_by_label("Name", exact=True).fill("Our quotes")
    dialog.get_by_role("button", name="Save and work on it").click()
    bar = owner.page.locator(".st-key-bar_data button:visible").first
    expect(bar).to_contain_text("Our quotes v1", timeout=LONG)
    owner.settle()
    saved = owner.query()

    owner.page.get_by_role("link", name="Explore").click()
    owner.settle()
    owner.page.locator(".st-key-bar_save button:visible").first.click()
    dialog.get_by_label("Name of the scenario").fill("Plan on our quotes")
    dialog.get_by_role("button", name="Save").last.click()
    owner.page.wait_for_url(re.compile("scenario="))
    owner.settle()
    owner.page.locator(".st-key-bar_link button:visible").first.click()
    owner.page.get_by_role("button", name="Make the link").click()
    link = owner.page.get_by_text(re.compile(r"/s/[\w-]{8}")).first
    expect(link).to_be_visible(timeout=LONG)
    found = re.search(r"/s/[\w-]+", link.inner_text())
    assert found is not None
    guest = visit().open(found[0])
    expect(guest.page.locator(".st-key-bar_data button:visible").first).to_contain_text("Our quotes v1")
    assert guest.page.locator(".st-key-reopened").count() == 0

    at_your_data(owner, f"/?set={saved['set'][0]}&data={saved['data'][0]}")
    owner.page.get_by_role("textbox", name=re.compile("^Your price")).fill("1000")
    press(owner, "Use this price")
    expect(bar).to_contain_text("v2", timeout=LONG)
    expect(owner.page.get_by_text("What that does to the answer")).to_be_visible(timeout=LONG)
    assert owner.query()["set"] == saved["set"] and owner.query()["data"] != saved["data"]
    guest.open(found[0])
    expect(guest.page.locator(".st-key-bar_data button:visible").first).to_contain_text("Our quotes v2")
    expect(guest.page.locator(".st-key-reopened").get_by_text("from new data").first).to_be_visible(timeout=LONG)
    for visitor in (owner, guest):
        assert visitor.complaints == [] and visitor.foreign == []


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_the_section_can_be_used_by_everybody_and_fits(
    visit: Callable[..., Visit], tmp_path: Path, size: dict[str, int], scheme: str
) -> None:
    visitor = at_your_data(visit(size, scheme))
    prices = tmp_path / "Our prices.csv"
    prices.write_text("chip;price\nA100;12.500,50\nTotal;12.500,50\n", encoding="utf-8")
    for way in (SETS, EDIT, BRING):
        go(visitor, way)
        if way == BRING:
            visitor.page.locator('input[type="file"]').set_input_files(prices)
            expect(visitor.page.get_by_text("open", exact=False).first).to_be_visible(timeout=LONG)
            visitor.settle()
        assert visitor.violations() == [], way
        assert visitor.fits(), way
    assert visitor.complaints == []
