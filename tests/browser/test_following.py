"""What follows a lever while it is moved, in a real Chromium: however it is moved, and whatever comes between."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import DESKTOP, PHONE, Server, Visit, chromium, host, server, visit

__all__ = ["chromium", "host", "server", "visit"]  # fixtures

pytestmark = pytest.mark.browser

LONG = 20_000
PAGE = "/power"
"""A page whose figures all follow."""
ZOOMED = {"width": 720, "height": 450}
"""What 1440 x 900 px are at 200 %."""


def track(page: Page) -> tuple[float, float, float]:
    """Where the first slider's track is: its left end, its width, its height on the page."""
    slider = page.get_by_role("slider").first
    slider.scroll_into_view_if_needed()
    rail = page.get_by_test_id("stSlider").first.locator("[role=group] > [data-rac]").first
    rail.hover(trial=True)  # once it stands still
    box = rail.bounding_box()
    assert box is not None
    return box["x"], box["width"], box["y"] + box["height"] / 2


def drag(page: Page, *to: float) -> None:
    """Take the first slider where it is in the middle and drag it to each of these parts of its track; hold it."""
    left, width, y = track(page)
    page.mouse.move(left + width / 2, y)
    page.mouse.down()
    for part in to:
        page.mouse.move(left + part * width, y, steps=5)


def rests(page: Page) -> Locator:
    """The page's figures when nothing of them is of before a move."""
    return page.locator(
        ".figure[aria-busy], .strip[aria-busy], .line[aria-busy], [data-testid=stElementContainer][aria-busy]"
    )


def shown(page: Page) -> Locator:
    return page.locator(".strip .value")


def assert_follows(visitor: Visit, *to: float) -> None:
    """Fail unless the page follows a drag, and stands with what was seen on the way once the slider is let go."""
    page, before = visitor.page, visitor.figures()
    drag(page, *to)
    expect(shown(page)).not_to_have_text(before, timeout=LONG)
    page.wait_for_timeout(1500)  # the last of the answers is drawn
    on_the_way, title = visitor.figures(), page.locator("h1").first.inner_text()
    page.mouse.up()
    visitor.settle()
    expect(rests(page)).to_have_count(0)
    assert visitor.figures() == on_the_way != before
    assert page.locator("h1").first.inner_text() == title


def assert_stands_alone(visitor: Visit, other: Visit) -> None:
    """Fail unless the page shows what its address shows to somebody else."""
    visitor.settle()
    expect(rests(visitor.page)).to_have_count(0, timeout=LONG)
    other.open("/" + visitor.page.url.split("/", 3)[3])
    assert visitor.figures() == other.figures()
    assert visitor.page.locator("h1").first.inner_text() == other.page.locator("h1").first.inner_text()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (ZOOMED, "light")])
def test_a_page_follows_in_the_dark_and_at_twice_the_size(
    visit: Callable[..., Visit], size: dict[str, int], scheme: str
) -> None:
    visitor = visit(size, scheme).open(PAGE)
    if (levers := visitor.page.get_by_test_id("stExpandSidebarButton")).is_visible():
        levers.click()
        visitor.settle()
    assert_follows(visitor, 0.2)
    assert visitor.complaints == []


def test_on_risk_the_plan_case_follows_and_what_takes_long_is_seen_to_be_of_before(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/risk")
    page, title = visitor.page, visitor.page.locator("h1").first
    of_futures, strip = title.inner_text(), page.locator(".strip")
    page.locator("[data-figure=risk_tornado] .finding").scroll_into_view_if_needed()
    bar = page.locator("[data-figure=risk_tornado] .mark-rect path").first
    bars = bar.get_attribute("d")
    drag(page, 0.15)
    expect(title).not_to_have_text(of_futures, timeout=LONG)
    expect(bar).not_to_have_attribute("d", bars or "", timeout=LONG)
    strip.scroll_into_view_if_needed()
    expect(strip).to_have_attribute("aria-busy", "true", timeout=LONG)
    page.mouse.up()
    expect(title).to_have_text(re.compile("futures"), timeout=LONG)
    visitor.settle()
    expect(rests(page)).to_have_count(0)
    assert visitor.complaints == []


def test_a_finding_is_heard_once_when_the_slider_is_let_go(visit: Callable[..., Visit]) -> None:
    visitor = visit().open(PAGE)
    page = visitor.page
    said, before = page.locator(".said"), visitor.figures()
    drag(page, 0.1)
    expect(shown(page)).not_to_have_text(before)
    page.wait_for_timeout(800)
    assert said.all_inner_texts() in ([], [""]), "nothing is said on the way"
    page.mouse.up()
    expect(said).to_have_text(page.locator("h1").first.inner_text(), timeout=LONG)


def test_keys_that_are_held_a_number_and_undo_go_the_same_way(visit: Callable[..., Visit]) -> None:
    visitor = visit().open(PAGE)
    page, before = visitor.page, visitor.figures()
    page.get_by_role("slider").first.focus()
    for _ in range(12):
        page.keyboard.down("ArrowLeft")  # again and again without a key that goes up, as a browser says it is held
    expect(shown(page)).not_to_have_text(before)
    page.keyboard.up("ArrowLeft")
    visitor.settle()
    by_keys = visitor.figures()
    assert by_keys != before
    field = page.get_by_test_id("stSidebar").get_by_role("textbox").first
    field.fill("12")
    with page.expect_response("**/live") as entered:
        field.press("Enter")
    visitor.settle()
    assert [one["value"] for one in entered.value.json()["figures"]["strip"]["metrics"]] == visitor.figures() != by_keys
    with page.expect_response("**/live") as undone:
        page.locator(".st-key-undo button:visible").click()
    visitor.settle()
    assert [one["value"] for one in undone.value.json()["figures"]["strip"]["metrics"]] == visitor.figures() == by_keys
    assert visitor.complaints == []


def test_two_tabs_follow_each_its_own_scenario(chromium: Browser, host: str) -> None:
    with chromium.new_context(viewport=DESKTOP) as context:
        first, second = Visit(context.new_page(), host).open(PAGE), Visit(context.new_page(), host)
        second.open(f"{PAGE}?horizon_year=2030")
        of_first, of_second = first.figures(), second.figures()
        drag(first.page, 0.1)
        expect(shown(first.page)).not_to_have_text(of_first)
        assert second.figures() == of_second
        assert_follows(second, 0.9)
        first.page.mouse.up()
        first.settle()
        assert first.figures() != second.figures()


def test_a_slow_network_shows_the_last_move_and_no_earlier_one(visit: Callable[..., Visit]) -> None:
    visitor = visit().open(PAGE)
    page, before = visitor.page, visitor.figures()
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    drag(page, 0.2, 0.8, 0.1)
    expect(shown(page)).not_to_have_text(before)
    page.mouse.up()
    expect(page).to_have_url(re.compile("adoption_"), timeout=LONG)
    assert_stands_alone(visitor, visit())
    assert visitor.figures() != before


def test_back_forward_paper_and_a_page_left_in_mid_drag_leave_nothing_behind(visit: Callable[..., Visit]) -> None:
    visitor = visit().open(PAGE)
    page, cost, load = (
        visitor.page,
        visitor.page.locator("[data-figure=cash]"),
        visitor.page.locator("[data-figure=load]"),
    )
    to_cost = page.get_by_role("link", name="Cost", exact=True)
    to_cost.click()
    expect(cost).to_be_visible(timeout=LONG)
    page.go_back()
    expect(load).to_be_visible(timeout=LONG)
    page.go_forward()
    expect(cost).to_be_visible(timeout=LONG)
    page.go_back()
    expect(load).to_be_visible(timeout=LONG)
    visitor.settle()
    before = visitor.figures()
    drag(page, 0.2)
    expect(shown(page)).not_to_have_text(before)
    assert page.pdf()
    to_cost.evaluate("link => link.click()")
    expect(cost).to_be_visible(timeout=LONG)
    page.mouse.up()
    visitor.settle()
    expect(rests(page)).to_have_count(0)
    assert_follows(visitor, 0.8)


def test_a_finger_drags_on_a_phone(chromium: Browser, host: str) -> None:
    with chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        visitor = Visit(context.new_page(), host).open(PAGE)
        page, before = visitor.page, visitor.figures()
        page.get_by_test_id("stExpandSidebarButton").tap()
        left, width, y = track(page)
        touch = context.new_cdp_session(page)
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": left + width * 0.7, "y": y}]}
        )
        for step in range(12):
            at = {"x": left + width * (0.7 - 0.04 * step), "y": y}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        expect(shown(page)).not_to_have_text(before)
        expect(page.get_by_role("slider").nth(1)).not_to_be_visible()  # levers lie over the page: but one give way
        expect(page.get_by_role("slider").first).to_be_visible()
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(page.get_by_role("slider").nth(1)).to_be_visible()
        visitor.settle()
        assert "adoption" in page.url


def test_a_lost_connection_and_a_server_that_starts_again_in_mid_drag(
    visit: Callable[..., Visit], server: Server
) -> None:
    visitor = visit().open(PAGE)
    page, before = visitor.page, visitor.figures()
    drag(page, 0.2)
    expect(shown(page)).not_to_have_text(before)
    page.context.set_offline(True)
    page.mouse.move(*_at(page, 0.4), steps=3)
    expect(shown(page)).to_have_text(before, timeout=LONG), "what the script said last stands again"
    page.context.set_offline(False)
    page.mouse.move(*_at(page, 0.3), steps=3)
    expect(shown(page)).not_to_have_text(before)
    page.mouse.up()
    assert_stands_alone(visitor, visit())
    drag(page, 0.8)
    server.kill()
    page.mouse.move(*_at(page, 0.9), steps=3)
    server.start()
    page.mouse.up()
    expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0, timeout=LONG)
    assert_stands_alone(visitor, visit())


def _at(page: Page, part: float) -> tuple[float, float]:
    left, width, y = track(page)
    return left + part * width, y
