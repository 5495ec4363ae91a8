"""What browsers, and people at them, do with a page: translate it, swipe, type and tap at once, change the theme."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.support.browser import PHONE, Server, Visit, chromium, visit

__all__ = ["chromium", "visit"]  # fixtures

pytestmark = pytest.mark.browser

INFERENCE = re.compile("^Ranking inference")
TRANSLATED = """
(how) => {
  const texts = document.createTreeWalker(document.querySelector("[data-testid=stMain]"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) found.push(texts.currentNode);
  for (const text of found.filter((one) => one.data.trim() && !one.parentElement.closest("svg, style"))) {
    const font = document.createElement("font");
    if (how === "around") { text.replaceWith(font); font.append(text); }
    else { font.textContent = `«${text.data}»`; text.replaceWith(font); }
  }
}
"""
"""What a browser's translator does to the text of a page: its own element around each, or in place of it."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Server(tmp_path_factory.mktemp("server")) as server:
        yield server.host


def ready(visitor: Visit) -> Visit:
    """The page once its levers and charts are there, which the browser loads one by one."""
    expect(visitor.page.get_by_role("slider").first).to_be_attached(timeout=30_000)
    expect(visitor.page.locator("svg.marks").first).to_be_attached(timeout=30_000)
    return visitor


@pytest.mark.parametrize("how", ["around", "instead"])
def test_no_old_text_is_left_where_a_translator_has_been(visit: Callable[..., Visit], how: str) -> None:
    visitor = ready(visit().open())
    page = visitor.page
    assert page.evaluate("document.documentElement.translate") is False
    page.evaluate(TRANSLATED, how)
    visitor.type_share("Generative training", "40")
    after = {line.strip("«»") for line in said(page)}
    visitor.open("/" + page.url.split("/", 3)[3])
    ready(visitor)
    assert set(said(page)) <= after
    assert visitor.complaints == []


def said(page: Page) -> list[str]:
    """Title, odds, what binds and the headline figures."""
    boxes = page.get_by_test_id("stMain").locator("h1, h3, [data-testid=stMetricValue]")
    return [text for text in boxes.all_inner_texts() if text.strip()]


def test_a_swipe_up_on_a_slider_scrolls_and_one_along_it_moves_the_lever(chromium: Browser, host: str) -> None:
    with chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        visitor = Visit(context.new_page(), host).open()
        page = visitor.page
        page.get_by_test_id("stExpandSidebarButton").click()
        tracks = page.locator("[data-testid=stSidebar] [data-testid=stSlider] [role=group] > [data-rac]")
        expect(tracks.nth(1)).to_be_visible(timeout=30_000)
        visitor.settle()
        finger = context.new_cdp_session(page)
        before = visitor.query()
        scrolled = "document.querySelector('[data-testid=stSidebarContent]').scrollTop"
        for spot in (tracks.nth(1), tracks.nth(1).locator("> [data-rac]")):
            was = page.evaluate(scrolled)
            box = spot.bounding_box()
            assert box is not None
            swipe(finger, page, box["x"] + box["width"] / 3, box["y"] + box["height"] / 2, 8, -200)
            assert page.evaluate(scrolled) > was + 50
            assert visitor.query() == before
        box = tracks.nth(1).bounding_box()
        assert box is not None
        swipe(finger, page, box["x"] + box["width"] / 3, box["y"] + box["height"] / 2, 90, 4)
        visitor.settle()
        assert set(visitor.query()) - set(before) == {"adoption_rr_training"}


def swipe(finger: CDPSession, page: Page, x: float, y: float, right: float, down: float, steps: int = 12) -> None:
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for i in range(1, steps + 1):
        at = {"x": x + right * i / steps, "y": y + down * i / steps}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        page.wait_for_timeout(16)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(600)


def test_a_page_link_that_is_tapped_right_after_typing_is_followed_and_what_was_typed_counts(
    visit: Callable[..., Visit],
) -> None:
    visitor = ready(visit().open())
    page = visitor.page
    page.get_by_role("textbox", name=INFERENCE).fill("7,5")
    page.get_by_role("link", name="Cost", exact=True).click()
    expect(page).to_have_url(re.compile("/cost[?]"))
    visitor.settle()
    assert visitor.query()["adoption_rr_inference"] == ["0.075"]
    assert page.title().startswith("Cost · Your own settings, not saved · ")
    expect(page.locator(".said")).to_have_text(page.locator("h1").first.inner_text())


def test_what_is_no_number_is_refused_aloud_and_stays_where_it_was_typed(visit: Callable[..., Visit]) -> None:
    visitor = ready(visit().open())
    field = visitor.page.get_by_role("textbox", name=INFERENCE)
    field.fill("1.234,5")
    field.press("Enter")
    refused = visitor.page.get_by_test_id("stSidebar").get_by_role("alert")
    expect(refused).to_have_text("Ranking inference: 1,234.5 is out of bounds; use 0 to 100 %")
    expect(field).to_have_value("1.234,5")
    expect(field).to_be_focused()


def test_charts_take_the_colours_of_a_theme_that_the_system_changes_and_the_keyboard_stops_at_them(
    visit: Callable[..., Visit],
) -> None:
    visitor = ready(visit().open())
    page = visitor.page
    label = page.locator("svg.marks text:not([aria-label])").first
    light = label.evaluate("e => getComputedStyle(e).fill")
    page.emulate_media(color_scheme="dark")
    expect(label).not_to_have_css("fill", light, timeout=30_000)
    chart = page.get_by_test_id("stMain").get_by_role("figure").first
    expect(chart).to_have_attribute("tabindex", "0")
    expect(chart).to_have_attribute("aria-label", re.compile("[a-z]{4}"))


CUT = """
charts => charts.filter(chart => [...chart.querySelectorAll(".role-legend")].some(
  key => key.getBoundingClientRect().top < chart.getBoundingClientRect().top - 1)).length
"""


def test_keys_of_charts_are_whole_at_every_width(visit: Callable[..., Visit]) -> None:
    visitor = ready(visit().open("/cost"))
    for width in (330, 460, 540, 700, 960, 1440):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.wait_for_timeout(500)
        assert visitor.page.locator("svg.marks").evaluate_all(CUT) == 0, width


def test_in_forced_colours_the_chosen_segment_and_the_sliders_are_told_from_their_ground(
    chromium: Browser, host: str
) -> None:
    with chromium.new_context(forced_colors="active") as context:
        page = ready(Visit(context.new_page(), host).open()).page
        ground = "e => getComputedStyle(e).backgroundColor"
        chosen, other = (page.get_by_role("radio", checked=is_it).first for is_it in (True, False))
        assert chosen.evaluate(ground) != other.evaluate(ground)
        track = page.locator("[data-testid=stSlider] [role=group] > [data-rac]").first
        line, thumb = track.locator("> div").first, track.locator("> [data-rac]")
        page_ground = page.get_by_test_id("stSidebar").evaluate(ground)
        assert page_ground not in (line.evaluate(ground), thumb.evaluate(ground))
