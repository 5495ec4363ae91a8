"""Two people in two browsers on two data sets of one server: each sees his own and nothing of the other's."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.inputs.archive import pack
from core.inputs.data import Inputs
from core.serve import cookies
from core.store.database import FOLDER_VARIABLE
from core.store.records import DataSet
from core.store.rights import VISITOR_COOKIE, Person
from core.store.store import shared_store
from pages.parts.work import dataset, saved
from tests.support.altered import PRICE, altered
from tests.support.browser import DESKTOP, PHONE, Server, Visit, chromium, visit
from tests.support.frozen import EXAMPLE
from tests.support.stores import key

__all__ = ["chromium", "visit"]  # fixtures

pytestmark = pytest.mark.browser

ANNS, BOBS, LIBRARY = "Quotes of July", "Kestrel's own figures", "Ann's secret plan"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server, with its store open in the test, too."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "var"))
    with Server(tmp_path) as server:
        yield server
    shared_store().close()


@pytest.fixture
def host(server: Server) -> str:
    return server.host


def person(name: str) -> Person:
    """Somebody whom the server knows."""
    own = cookies.new_key()
    shared_store().name_visitor(own, name)
    return Person(own, name)


def brought(who: Person, name: str, inputs: Inputs) -> DataSet:
    sets = shared_store().data_sets
    return sets.save_new(who, name, inputs.data_version, partial(pack, inputs), request_key=key())


def known(visitor: Visit, who: Person) -> Visit:
    """The visitor's browser as it comes back, with the cookie that the server gave it."""
    assert who.key is not None
    visitor.page.context.add_cookies(
        [{"name": VISITOR_COOKIE, "value": cookies.signed(who.key), "domain": "127.0.0.1", "path": "/"}]
    )
    return visitor


def choose(visitor: Visit, name: str) -> None:
    """Choose a data set in the bar's menu."""
    visitor.page.locator(".st-key-bar_data button:visible").first.click()
    visitor.page.get_by_role("button", name=re.compile(re.escape(name))).last.click()
    expect(visitor.page.locator(".st-key-bar_data button:visible").first).to_contain_text(name[:12], timeout=20_000)
    visitor.settle()


def test_two_people_at_once_see_their_own_data_and_nothing_of_the_others(
    visit: Callable[..., Visit], server: Server, tmp_path: Path
) -> None:
    (tmp_path / "dearer").mkdir()
    ann, bob = person("Ann"), person("Bob")
    one, other = brought(ann, ANNS, altered(tmp_path / "dearer", PRICE)), brought(bob, BOBS, EXAMPLE)
    origin = saved.save_new(ann, LIBRARY, dataset.inputs_of(one.latest.data_version).base.replace(pue=1.2), key(), "",
                            (), "", dataset.shown(one))  # fmt: skip
    anns, bobs = known(visit(), ann).open(), known(visit(PHONE, "dark"), bob).open()
    choose(anns, ANNS)
    choose(bobs, BOBS)
    assert anns.figures() != bobs.figures()
    assert (anns.query()["set"], bobs.query()["set"]) == ([one.id], [other.id])
    for visitor, own, others in ((anns, ANNS, BOBS), (bobs, BOBS, ANNS)):
        before = visitor.figures()
        visitor.page.reload()
        visitor.settle()
        assert visitor.figures() == before
        visitor.page.locator(".st-key-bar_data button:visible").first.click()
        expect(visitor.page.get_by_text(own[:12]).last).to_be_visible()
        assert others[:12] not in visitor.page.locator("body").inner_text()
        assert visitor.fits()
        assert visitor.complaints == [] and visitor.foreign == []
    bobs.open("/library")
    assert LIBRARY not in bobs.page.locator("body").inner_text()
    bobs.open(f"/?set={one.id}&data={one.latest.data_version}&pue=1.3")
    expect(bobs.page.get_by_text("not to be seen by you").first).to_be_visible()
    assert ANNS not in bobs.page.locator("body").inner_text()
    bobs.open(f"/?scenario={origin.scenario_id}&version=1")
    assert LIBRARY not in bobs.page.locator("body").inner_text()
    with urllib.request.urlopen(f"http://{server.host}/healthz") as answer:
        assert one.latest.data_version not in answer.read().decode()
    log = (tmp_path / "log").read_text()
    assert not [word for word in (ANNS, BOBS, LIBRARY, one.id, other.id, one.latest.data_version) if word in log]


def test_a_link_preview_says_nothing_of_the_data(visit: Callable[..., Visit], server: Server) -> None:
    ann = person("Ann")
    one = brought(ann, ANNS, EXAMPLE)
    origin = saved.save_new(ann, "Plan", EXAMPLE.base, key(), "", (), "", dataset.shown(one))
    token = shared_store().link(ann, origin.scenario_id)
    with urllib.request.urlopen(f"http://{server.host}/s/{token}") as answer:
        preview = answer.read().decode()
    assert "Plan" in preview
    assert not [word for word in (ANNS, one.id, EXAMPLE.data_version, "$") if word in preview]
    theirs = visit().open(f"/s/{token}")
    expect(theirs.page.locator(".st-key-bar_data button:visible").first).to_contain_text(ANNS)
    assert theirs.violations() == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_menu_can_be_used_by_everybody(visit: Callable[..., Visit], server: Server, size: dict[str, int]) -> None:
    ann = person("Ann")
    brought(ann, ANNS, EXAMPLE)
    visitor = known(visit(size), ann).open()
    visitor.page.locator(".st-key-bar_data button:visible").first.click()
    expect(visitor.page.get_by_text(ANNS).first).to_be_visible()
    visitor.settle()
    assert visitor.violations() == []
    assert visitor.fits()
