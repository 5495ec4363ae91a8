"""Saving, sharing and comparing in real browsers, with a server that is killed in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser import DESKTOP, PHONE, Server, Visit, chromium, host, server, visit

__all__ = ["chromium", "host", "server", "visit"]  # fixtures
pytestmark = pytest.mark.browser

TRAINING = "Generative training"
INFERENCE = "Ranking inference"


def press(visitor: Visit, button: str) -> None:
    visitor.page.get_by_role("button", name=button, exact=True).first.click()
    visitor.settle()


def dialog(visitor: Visit) -> Locator:
    return visitor.page.get_by_role("dialog")


def save_as(visitor: Visit, name: str, who: str | None = None, button: str = "Save", **texts: str) -> None:
    """Save through the dialog, as a visitor who types."""
    press(visitor, button)
    if who is not None:
        dialog(visitor).get_by_role("textbox", name="Your name").fill(who)
    dialog(visitor).get_by_role("textbox", name="Name of the scenario").fill(name)
    for label, text in texts.items():
        dialog(visitor).get_by_role("textbox", name=label).fill(text)
    dialog(visitor).get_by_role("button", name="Save", exact=True).click()
    expect(dialog(visitor)).to_have_count(0)
    visitor.settle()


def save_again(visitor: Visit, note: str = "") -> None:
    """Save on top of one's own: a click in the bar, a note, and a click in the dialog."""
    press(visitor, "Save")
    dialog(visitor).get_by_role("textbox", name="What changed, and why?").fill(note)
    dialog(visitor).get_by_role("button", name="Save", exact=True).click()
    expect(dialog(visitor)).to_have_count(0)
    visitor.settle()


def make_link(visitor: Visit) -> str:
    """Make the link that one click makes."""
    press(visitor, "Copy link")
    link = dialog(visitor).get_by_test_id("stCode")
    expect(link).to_contain_text("/s/")
    address = link.inner_text().strip()
    visitor.page.keyboard.press("Escape")
    expect(dialog(visitor)).to_have_count(0)
    return address


def bar(visitor: Visit) -> str:
    return visitor.page.locator(".st-key-scenario_bar").get_by_test_id("stMarkdownContainer").first.inner_text()


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_two_people_save_share_compare_and_revoke_while_the_server_is_killed(
    visit: Callable[..., Visit], server: Server
) -> None:
    ann = visit().open()
    ann.type_share(TRAINING, "20")
    save_as(ann, "Board plan", who="Ann")
    assert bar(ann).split() == ["Board", "plan", "saved,", "v1"]
    title, figures = ann.title(), ann.figures()
    link = make_link(ann)
    with urlopen(HttpRequest(link)) as answer:
        preview = answer.read().decode()
    assert '<meta property="og:title" content="Board plan · Crossover">' in preview
    assert "$" not in preview, "no figure"
    assert "20" not in re.sub(r"\?link=[\w.-]+", "", preview.replace(link.rsplit("/", 1)[1], "")), "no share either"

    server.kill()
    server.start()

    ben = visit().open(path_of(link))
    token = link.rsplit("/", 1)[1]
    assert ben.query().keys() == {"link"} and token not in ben.page.url, "a clean address, without the secret"
    assert (ben.title(), ben.figures()) == (title, figures)
    assert "view only" in bar(ben)
    ben.page.reload()
    ben.settle()
    assert (ben.title(), ben.figures()) == (title, figures), "a reload shows it again"
    second_tab = Visit(ben.page.context.new_page(), server.host).open(path_of(ben.page.url))
    assert "view only" in bar(second_tab)
    elsewhere = visit().open(path_of(ben.page.url))
    expect(elsewhere.page.get_by_role("alert").first).to_contain_text("only in the browser in which the link")
    saved_of_old = visit().open(f"/?s={token}")
    assert saved_of_old.title() == title
    assert saved_of_old.query().keys() == {"link"}, "the address of an earlier version, rewritten"
    for other in (second_tab, elsewhere, saved_of_old):
        other.page.close()
    ben.type_share(INFERENCE, "90")
    assert "edited since v1" in bar(ben)
    save_as(ben, "Ben's variant", who="Ben")
    assert bar(ben).startswith("Ben's variant")

    server.kill()
    server.start()

    ben.open("/compare")
    picker = ben.page.get_by_role("combobox", name=re.compile("^Scenarios to compare"))
    ben.page.get_by_role("button", name="Clear all").click()
    ben.settle()
    for name in ("Board plan", "Ben's variant"):
        picker.click()
        picker.fill(name)
        ben.page.get_by_role("option", name=name, exact=True).click()
        ben.settle()
    assert "Board plan" in ben.title()
    assert "Ben's variant" in ben.title()
    bars = ben.page.get_by_test_id("stVegaLiteChart").last
    expect(bars).to_contain_text("Board plan")
    shared = visit().open(path_of(ben.page.url))
    assert shared.title() == ben.title(), "the address carries what is compared"

    press(ann.open(path_of(ann.page.url)), "Copy link")
    given_out = dialog(ann).get_by_test_id("stHorizontalBlock")
    ours = given_out.filter(has_text="opened 4 times,")
    ours.get_by_role("button", name="Revoke").click()
    expect(ours).to_contain_text("revoked on")
    expect(given_out.get_by_role("button", name="Revoke"), "the link just made is good still").to_have_count(1)
    late = visit()
    late.page.goto(link)
    expect(late.page.locator("body")).to_contain_text("leads nowhere, or no longer")
    assert [*ann.foreign, *ben.foreign, *shared.foreign] == []


def test_unsaved_work_and_its_steps_survive_a_reload_and_a_killed_server(
    visit: Callable[..., Visit], server: Server
) -> None:
    visitor = visit().open()
    base = visitor.title()
    visitor.type_share(TRAINING, "40")
    changed = visitor.title()
    visitor.page.reload()
    visitor.settle()
    assert visitor.title() == changed
    app, state = visitor.page.get_by_test_id("stApp"), "data-test-connection-state"
    server.kill()
    expect(app).not_to_have_attribute(state, "CONNECTED", timeout=30_000)
    server.start()
    expect(app).to_have_attribute(state, "CONNECTED", timeout=60_000)
    visitor.settle()
    visitor.type_share(INFERENCE, "90")
    assert visitor.query()["adoption_genai_training"] == ["0.4"]
    for _ in range(2):
        visitor.page.locator(".st-key-undo button:visible").click()
        visitor.settle()
    assert visitor.title() == base
    visitor.page.locator(".st-key-redo button:visible").click()
    visitor.settle()
    assert visitor.title() == changed

    visitor.open("/")
    press(visitor, "Go on with it")
    assert visitor.title() == changed


def test_saving_again_asks_for_a_note_and_the_history_tells_it_and_brings_the_old_version_back(
    visit: Callable[..., Visit],
) -> None:
    visitor = visit().open()
    visitor.type_share(TRAINING, "20")
    save_as(visitor, "Plan", who="Ann")
    first = visitor.title()
    visitor.type_share(TRAINING, "40")
    save_again(visitor, "more of our own")
    assert bar(visitor).split() == ["Plan", "saved,", "v2"]
    press(visitor, "History")
    expect(dialog(visitor)).to_contain_text("more of our own")
    dialog(visitor).get_by_role("button", name="Restore").click()
    expect(dialog(visitor)).to_have_count(0)
    visitor.settle()
    assert bar(visitor).split() == ["Plan", "saved,", "v3"]
    assert visitor.title() == first


def test_the_second_of_two_who_save_on_the_same_version_is_told_and_loses_nothing(
    visit: Callable[..., Visit],
) -> None:
    ann = visit().open()
    ann.type_share(TRAINING, "20")
    save_as(ann, "Plan", who="Ann")
    ben = visit().open(path_of(ann.page.url))
    ben.type_share(INFERENCE, "90")
    mine = ben.title()
    ann.type_share(TRAINING, "40")
    save_again(ann)
    press(ben, "Save")
    dialog(ben).get_by_role("textbox", name="Your name").fill("Ben")
    dialog(ben).get_by_role("button", name="Go on").click()
    dialog(ben).get_by_text("Version 2 of it", exact=False).click()
    dialog(ben).get_by_role("button", name="Save", exact=True).click()
    alert = ben.page.get_by_role("alert").filter(has_text="Ann has saved version 2")
    expect(alert).to_be_visible()
    assert ben.title() == mine
    press(ben, "Save as a copy")
    dialog(ben).get_by_role("button", name="Save", exact=True).click()
    expect(dialog(ben)).to_have_count(0)
    ben.settle()
    assert bar(ben).split() == ["Copy", "of", "Plan", "saved,", "v1"]
    assert ben.title() == mine


HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    "![x](http://example.invalid/x.png)",
    "[x](javascript:window.hit=1)",
    "$$\\href{javascript:window.hit=1}{x}$$",
    "http://example.invalid/",
    ":material/home: :red[x] `x` **x**",
    '=HYPERLINK("http://example.invalid")',
    "{{7*7}} ${7*7} </title><script>window.hit=1</script>",
    "עברית.exe",
]


@pytest.mark.parametrize("texts", [HOSTILE[:5], HOSTILE[5:]], ids=["markup", "other"])
def test_names_descriptions_tags_and_notes_are_shown_as_text_wherever_they_stand(
    visit: Callable[..., Visit], texts: list[str]
) -> None:
    who, name, description, note, tag = texts
    visitor = visit().open()
    visitor.type_share(TRAINING, "20")
    press(visitor, "Save")
    for label, text in zip(("Your name", "Name of the", "Description", "Note"), texts, strict=False):
        dialog(visitor).get_by_role("textbox", name=re.compile(f"^{label}")).fill(text)
    tags = dialog(visitor).get_by_role("combobox", name="Tags")
    tags.fill(tag[:40])
    tags.press("Enter")
    tags.press("Tab")  # leaves the list of tags, which lies over the dialog
    dialog(visitor).get_by_role("button", name="Save", exact=True).click()
    expect(dialog(visitor)).to_have_count(0)
    visitor.settle()
    assert plainly(bar(visitor)).startswith(plainly(name))
    press(visitor, "History")
    shown = plainly(dialog(visitor).inner_text())
    assert all(plainly(text) in shown for text in (who, name, description, note))
    assert dialog(visitor).locator("img, a, script").count() == 0
    visitor.page.keyboard.press("Escape")
    link = make_link(visitor)
    with urlopen(HttpRequest(link)) as answer:
        assert "<script" not in answer.read().decode()
    for path in ("/library", "/compare", path_of(link)):
        visitor.open(path)
        main = visitor.page.get_by_test_id("stMain")
        assert main.locator("a[href*='example.invalid'], img[src*='invalid']").count() == 0
    assert visitor.page.evaluate("window.hit") is None
    assert visitor.foreign == []


def plainly(text: str) -> str:
    """Text as it is read: without the characters that take addresses apart and with single blanks."""
    return " ".join(text.replace("\N{WORD JOINER}", "").split())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation_in_dialogs_and_comparison(
    visit: Callable[..., Visit], size: dict[str, int], scheme: str
) -> None:
    visitor = visit(size, scheme).open("/?adoption_genai_training=0.4")
    press(visitor, "Save")
    assert visitor.violations() == []
    visitor.page.keyboard.press("Escape")
    save_as(visitor, "Plan", who="Ann")
    for button in ("Copy link", "History"):
        press(visitor, button)
        assert visitor.violations() == [], button
        visitor.page.keyboard.press("Escape")
        visitor.settle()
    visitor.open("/compare")
    assert visitor.violations() == []
    assert visitor.fits()
