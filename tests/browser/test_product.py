"""What a visitor sees and does, in a real Chromium against the real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from core.inputs.data import bundled
from core.model.model import MODEL_VERSION
from tests.support.browser import DESKTOP, PHONE, Server, Visit, chromium, visit
from tests.support.frozen import LEVERS

__all__ = ["chromium", "visit"]  # fixtures

pytestmark = pytest.mark.browser

TRAINING = "Generative training"
REASONS = ("/risk", "/chips", "/cost", "/contracts", "/power", "/programme", "/data")
"""The pages behind the headline."""

ONE_BY_ONE = """
  const Native = WebSocket;
  let last = Promise.resolve();
  window.WebSocket = class extends Native {
    constructor(address, protocols) { super(address.replace("?together", ""), protocols); }
    addEventListener(kind, hear, ...others) {
      const pause = () => new Promise((go) => setTimeout(go, 20));
      const late = (event) => { last = last.then(pause).then(() => hear(event)); };
      super.addEventListener(kind, kind === "message" ? late : hear, ...others);
    }
  };
"""
"""Each message comes by itself, with a pause before it: as from a server that packs none and has much to do."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the server as `make run` does; return its host and port."""
    with Server(tmp_path_factory.mktemp("server")) as server:
        yield server.host


@pytest.fixture(scope="module")
def plan(chromium: Browser, host: str) -> Iterator[Visit]:
    """The answer page as it is first seen, for tests that leave it as they found it."""
    with chromium.new_context(viewport=DESKTOP) as context:
        yield Visit(context.new_page(), host).open()


def test_extending_to_training_turns_value_negative_and_the_link_shows_another_browser_the_same(
    visit: Callable[..., Visit],
) -> None:
    first = visit().open()
    assert "pays in " in first.title()
    expect(first.page.get_by_text(re.compile(r"^Plan case \+\$"))).to_be_visible()
    first.type_share(TRAINING, "40")
    assert "pays in " in first.title()
    expect(first.page.get_by_text(re.compile(r"^Plan case −\W?\$.*generative training loses"))).to_be_visible()

    row = first.page.get_by_role("row", name=re.compile(f"^{TRAINING}")).inner_text()
    assert "40" in row
    assert len(re.findall(r"\$\d\.\d\d", row)) == 2, "the cost of work on the custom chip and on the best bought one"
    assert "times" in row
    assert "cost too much" in row

    second = visit().open("/" + first.page.url.split("/", 3)[3])
    assert second.title() == first.title()
    assert second.figures() == first.figures()
    assert not first.complaints + second.complaints
    assert not first.foreign + second.foreign, "nothing is asked of another host"


@pytest.mark.parametrize("path", REASONS)
def test_the_pages_behind_the_headline_are_clean_and_fit_a_phone_in_the_dark(
    visit: Callable[..., Visit], path: str
) -> None:
    visitor = visit(PHONE, "dark").open(f"{path}?adoption_genai_training=0.4&power_capacity=0.7")
    assert_clean(visitor)


def assert_clean(visitor: Visit) -> None:
    """Everybody can use it, it fits, nothing broke, and nothing was asked of another host."""
    assert visitor.violations() == []
    assert visitor.fits()
    assert visitor.page.get_by_test_id("stException").count() == 0
    assert visitor.foreign == []
    assert visitor.complaints == []


def test_a_changed_scenario_goes_along_over_all_pages_and_back(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/?power_capacity=0.7")
    visitor.type_share(TRAINING, "40")
    explore = visitor.title()
    titles = []
    for name in ("Risk", "Chips", "Cost", "Contracts", "Power", "Programme", "Data", "Library", "Compare"):
        visitor.page.get_by_role("link", name=name, exact=True).click()
        expect(visitor.page).to_have_url(re.compile(f"/{name.lower()}[?]"))
        visitor.settle()
        assert visitor.query()["adoption_genai_training"] == ["0.4"], name
        assert_clean(visitor)
        titles.append(visitor.title())
    assert len(set(titles)) == len(titles)
    visitor.page.go_back()
    expect(visitor.page.locator("h1").first).to_have_text(titles[-2], timeout=60_000)
    visitor.page.get_by_role("link", name="Cost", exact=True).click()
    visitor.settle()
    visitor.page.locator(".st-key-undo button:visible").click()
    visitor.settle()
    assert visitor.title() != titles[2], "undo acts on every page"
    visitor.page.locator(".st-key-redo button:visible").click()
    visitor.settle()
    assert visitor.title() == titles[2]
    other = visit().open("/" + visitor.page.url.split("/", 3)[3])
    assert other.title() == titles[2], "a link to a page brings the scenario along"
    other.page.get_by_role("link", name="Explore", exact=True).click()
    expect(other.page.locator("h1").first).to_have_text(re.compile("after tax by"))
    other.settle()
    assert other.title() == explore


def test_back_leads_to_the_page_before_however_slowly_a_page_comes(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.page.add_init_script(ONE_BY_ONE)
    visitor.open("/library?power_capacity=0.7")
    library, entries = visitor.title(), visitor.page.evaluate("history.length")
    visitor.page.get_by_role("link", name="Compare", exact=True).click()
    expect(visitor.page).to_have_url(re.compile("/compare[?].*power_capacity=0.7"), timeout=60_000)
    visitor.settle()
    assert visitor.page.evaluate("history.length") == entries + 1, "a change of page is one step"
    visitor.page.go_back()
    expect(visitor.page.locator("h1").first).to_have_text(library, timeout=60_000)
    assert visitor.query()["power_capacity"] == ["0.7"]


def test_a_click_on_a_bar_of_the_tornado_sets_that_assumption_once_and_undo_takes_it_back(
    visit: Callable[..., Visit],
) -> None:
    visitor = visit().open("/risk")
    before = visitor.title()
    bar = visitor.page.locator("[data-figure=risk_tornado] .mark-rect path").first
    bar.scroll_into_view_if_needed()
    bar.click()
    visitor.settle()
    (moved,) = set(visitor.query()) - {"data", "model"}
    assert moved.startswith(("custom_", "merchant_"))
    assert visitor.title() != before
    visitor.page.locator(".st-key-undo button:visible").click()
    visitor.settle()
    assert visitor.title() == before
    assert set(visitor.query()) <= {"data", "model"}, "the click is not taken again"


def test_a_click_on_the_name_of_a_course_takes_it_and_undo_gives_the_former_one_back(
    visit: Callable[..., Visit],
) -> None:
    visitor = visit().open()
    visitor.type_share(TRAINING, "40")
    own = visitor.query()
    courses = visitor.page.locator("[data-figure=courses]")
    expect(courses.get_by_role("button", name="Your settings")).to_have_count(0)
    courses.get_by_role("button", name="Ranking only").click()
    expect(courses.locator("tr", has_text="(yours)")).to_contain_text("Ranking only")
    expect(courses.get_by_role("button", name="Ranking only")).to_have_count(0)
    visitor.settle()
    assert visitor.query() != own
    visitor.page.locator(".st-key-undo button:visible").click()
    expect(courses.get_by_role("button", name="Ranking only")).to_be_visible()
    visitor.settle()
    assert visitor.query() == own
    assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_answer_is_clean_and_fits_the_screen_with_a_notice_above_and_evidence_open(
    visit: Callable[..., Visit], size: dict[str, int], scheme: str
) -> None:
    visitor = visit(size, scheme).open("/?adoption_genai_training=0.4&pue=9")
    visitor.page.get_by_text("Table and evidence").first.click()
    visitor.settle()
    assert_clean(visitor)


def test_axe_finds_no_violation_with_a_group_of_assumptions_open(plan: Visit) -> None:
    plan.page.get_by_text("Custom programme", exact=True).click()
    plan.settle()
    expect(plan.page.get_by_role("slider", name="Programme cost")).to_be_visible()
    assert plan.violations() == []
    plan.page.get_by_text("Custom programme", exact=True).click()
    plan.settle()


def test_the_method_needs_no_sideways_scroll_on_a_phone(visit: Callable[..., Visit]) -> None:
    assert visit(PHONE).open("/method").fits()


def test_a_slider_moves_by_key_and_its_number_and_the_address_follow(visit: Callable[..., Visit]) -> None:
    visitor = visit().open()
    slider = visitor.page.get_by_role("slider", name="Ranking inference")
    slider.focus()
    slider.press("ArrowRight")
    visitor.settle()
    expect(visitor.page.get_by_role("textbox", name=re.compile("^Ranking inference"))).to_have_value("71")
    assert visitor.query() == {
        "adoption_rr_inference": ["0.71"],
        "data": [bundled().data_version],
        "model": [MODEL_VERSION],
    }


def test_undo_redo_reset_and_the_browsers_back_keep_the_scenario_whole(visit: Callable[..., Visit]) -> None:
    visitor = visit().open()
    base = visitor.title()
    visitor.type_share(TRAINING, "40")
    changed = visitor.title()
    visitor.page.locator(".st-key-undo button:visible").click()
    visitor.settle()
    assert visitor.title() == base
    visitor.page.locator(".st-key-redo button:visible").click()
    visitor.settle()
    assert visitor.title() == changed
    visitor.page.get_by_role("link", name="Data", exact=True).click()
    expect(visitor.page.get_by_role("heading", level=1).first).not_to_have_text(changed)
    visitor.settle()
    assert visitor.query()["adoption_genai_training"] == ["0.4"]
    visitor.page.go_back()
    expect(visitor.page.locator("h1").first).to_have_text(changed, timeout=60_000)
    assert visitor.query()["adoption_genai_training"] == ["0.4"]
    visitor.page.reload()
    visitor.settle()
    assert visitor.title() == changed


def test_a_link_that_cannot_be_taken_whole_says_what_was_left_out(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/?adoption_genai_training=0.4&pue=99&nonsense=1&data=000000000000")
    notice = visitor.page.get_by_role("alert").inner_text()
    assert "data version 000000000000" in notice
    assert "PUE: 99 is out of bounds" in notice
    assert "nonsense: there is no such lever" in notice
    expect(visitor.page.get_by_text(re.compile(r"^Plan case −\W?\$"))).to_be_visible()


HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    "![x](http://example.invalid/x.png)",
    "[x](javascript:window.hit=1)",
    "$$\\href{javascript:window.hit=1}{x}$$",
    "http://example.invalid/",
]


def test_text_from_a_link_is_shown_as_text(visit: Callable[..., Visit]) -> None:
    levers = [lever.id for lever in LEVERS.values() if not lever.options][: len(HOSTILE)]
    visitor = visit()
    visitor.page.goto("about:blank")
    asked = [f"{lever}={quote(text)}&{quote(text)}=1" for lever, text in zip(levers, HOSTILE, strict=True)]
    visitor.open(f"/?{'&'.join(asked)}")
    notice = visitor.page.get_by_role("alert")
    for lever in levers:
        expect(notice).to_contain_text(re.compile(rf"{re.escape(LEVERS[lever].label)}: .* is not a number"))
    assert notice.locator("img, a, script").count() == 0
    assert visitor.page.evaluate("window.hit") is None
    assert visitor.foreign == []


def test_every_chart_says_its_finding_to_those_who_cannot_see_it(plan: Visit) -> None:
    charts = plan.page.get_by_role("figure")
    assert charts.count() == 2
    findings = plan.page.get_by_test_id("stMain").locator("h3").all_inner_texts()
    for chart in charts.all():
        said = chart.get_attribute("aria-label")
        assert any((said or "").startswith(finding) for finding in findings), said


def test_a_move_repaints_charts_and_builds_none_anew(visit: Callable[..., Visit]) -> None:
    visitor = visit().open()
    title, drawn = visitor.title(), visitor.page.locator("svg.marks")
    expect(drawn).to_have_count(2)
    drawn.evaluate_all("charts => charts.forEach(chart => { chart.dataset.seen = 'yes' })")
    visitor.type_share(TRAINING, "40")
    assert visitor.title() != title
    assert drawn.evaluate_all("charts => charts.map(chart => chart.dataset.seen)") == ["yes"] * 2


def test_print_shows_the_page_without_its_controls(plan: Visit) -> None:
    plan.page.emulate_media(media="print")
    expect(plan.page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(plan.page.locator("h1").first).to_be_visible()
    for controls in plan.page.get_by_test_id("stMain").locator("button:not(.take), summary, input").all():
        expect(controls).to_be_hidden()
    inks = plan.page.locator(".take").first.evaluate(
        "(name) => [name, name.parentElement].map((one) => getComputedStyle(one).color)"
    )
    assert inks[0] == inks[1], "the name of a course that can be taken is printed like all others"
    plan.page.emulate_media(media="screen")


def test_paper_is_white_whatever_the_screen(visit: Callable[..., Visit]) -> None:
    page = visit(scheme="dark").open().page
    app, title = page.get_by_test_id("stApp"), page.locator("h1").first
    label = page.locator("svg.marks text").first
    dark = label.evaluate("e => getComputedStyle(e).fill")
    expect(app).to_have_css("background-color", "rgb(22, 24, 23)")
    page.emulate_media(media="print")
    expect(app).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(title).to_have_css("color", "rgb(20, 24, 26)")
    expect(label).not_to_have_css("fill", dark)


def test_figures_follow_a_slider_while_it_is_dragged_and_stand_when_it_is_let_go(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/power")
    page, before = visitor.page, visitor.figures()
    drawn = page.locator("svg.marks")
    drawn.evaluate_all("charts => charts.forEach(chart => { chart.dataset.seen = 'yes' })")
    box = page.get_by_role("slider").first.locator("xpath=../..").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + box["height"] / 2, steps=6)
    shown = page.locator(".strip .value")
    expect(shown).not_to_have_text(before)
    page.wait_for_timeout(2500)  # the last of the answers is drawn
    on_the_way, title = visitor.figures(), page.locator("h1").first.inner_text()
    page.mouse.up()
    visitor.settle()
    assert visitor.figures() == on_the_way != before
    assert page.locator("h1").first.inner_text() == title
    assert "adoption" in page.url
    assert drawn.evaluate_all("charts => charts.map(chart => chart.dataset.seen)") == ["yes"] * drawn.count()
    assert visitor.complaints == [] and visitor.foreign == []


def test_where_the_live_answer_fails_the_page_goes_on_by_its_script(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/power")
    page, before = visitor.page, visitor.figures()
    page.route("**/live", lambda route: route.abort())
    box = page.get_by_role("slider").first.locator("xpath=../..").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + box["height"] / 2, steps=6)
    assert visitor.figures() == before
    page.mouse.up()
    expect(page.locator(".strip .value")).not_to_have_text(before)
