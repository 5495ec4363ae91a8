"""What a visitor sees and does, in a real Chromium against the real server."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from core.data import bundled
from core.model import MODEL_VERSION
from tests.browser import FLAGS, find_browser

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[1]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
EMPTY_DATA_WARNING = "WARN Infinite extent"  # Vega on a chart that has no data yet, in the first moment
QUIET = """
() => new Promise((resolve, reject) => {
  const app = document.querySelector('[data-testid="stApp"]');
  let last = performance.now();
  new MutationObserver(() => { last = performance.now(); })
    .observe(app, {subtree: true, childList: true, characterData: true, attributes: true});
  const started = last;
  const check = setInterval(() => {
    const now = performance.now();
    if (app.dataset.testScriptState === 'notRunning' && now - last > 600) { clearInterval(check); resolve(); }
    if (now - started > 20000) { clearInterval(check); reject(new Error('the page never came to rest')); }
  }, 50);
})
"""
PROBE = "Failed to load resource: the server responded with a status of 404"
"""Streamlit asks twice below a page's own address before it finds the server's."""
TRAINING = "Generative training"


class Visit:
    """A page, with what its browser complained about and where it called."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self._host = host
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def open(self, path: str = "/") -> Visit:
        self.page.goto(f"http://{self._host}{path}")
        expect(self.page.locator("h1").first).to_be_visible(timeout=20_000)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the last run is over and nothing on the page has changed for a while."""
        self.page.evaluate(QUIET)

    def title(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def figures(self) -> list[str]:
        return self.page.get_by_test_id("stMetricValue").all_inner_texts()

    def type_share(self, workload: str, percent: str) -> None:
        field = self.page.get_by_role("spinbutton", name=re.compile(f"^{workload}"))
        field.fill(percent)
        field.press("Enter")
        self.page.wait_for_url(re.compile(rf"={float(percent) / 100:g}\b"))
        self.settle()

    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EMPTY_DATA_WARNING):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._host:
            self.foreign.append(request.url)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the server as `make run` does; return its host and port."""
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("w") as stderr:
        server = subprocess.Popen([sys.executable, "app.py", "--port", "0"], cwd=ROOT, stderr=stderr)
    try:
        yield said_address(server, log)
    finally:
        server.terminate()
        server.wait(timeout=10)


def said_address(server: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server says where it listens."""
    for _ in range(300):
        if found := re.search(r"http://(\S+)", log.read_text()):
            return found[1]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    return pytest.fail(f"the server did not say where it listens: {log.read_text()}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, host: str) -> Iterator[Callable[..., Visit]]:
    """Return a function that makes a visitor with a browser of their own."""
    contexts = []

    def make(size: dict[str, int] = DESKTOP, scheme: str = "light") -> Visit:
        context = chromium.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        return Visit(context.new_page(), host)

    yield make
    for context in contexts:
        context.close()


def test_extending_to_training_turns_value_negative_and_the_link_shows_another_browser_the_same(
    visit: Callable[..., Visit],
) -> None:
    first = visit().open()
    assert "is worth" in first.title()
    first.type_share(TRAINING, "40")
    assert " costs $" in first.title()
    assert "generative training loses" in first.title()

    row = first.page.get_by_role("row", name=re.compile(f"^{TRAINING}")).inner_text()
    assert "40" in row
    assert len(re.findall(r"\$\d\.\d\d", row)) == 2, "the cost of work on the custom chip and on the best bought one"
    assert "times" in row
    assert "held back" in row

    second = visit().open("/" + first.page.url.split("/", 3)[3])
    assert second.title() == first.title()
    assert second.figures() == first.figures()
    assert not first.complaints + second.complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/method"])
def test_nothing_is_asked_of_another_host_and_nothing_is_complained_of(
    visit: Callable[..., Visit], path: str, scheme: str
) -> None:
    visitor = visit(scheme=scheme).open(path)
    assert visitor.foreign == []
    assert [text for text in visitor.complaints if path == "/" or not text.startswith(PROBE)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation_at_levels_a_and_aa(
    visit: Callable[..., Visit], size: dict[str, int], scheme: str
) -> None:
    visitor = visit(size, scheme).open("/?adoption_genai_training=0.4&pue=9")
    visitor.page.get_by_text("Table and evidence").first.click()
    visitor.settle()
    found = Axe().run(visitor.page, options=WCAG).response["violations"]
    assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found] == []


def test_axe_finds_no_violation_with_a_group_of_assumptions_open(visit: Callable[..., Visit]) -> None:
    visitor = visit().open()
    visitor.page.get_by_text("Custom programme", exact=True).click()
    visitor.settle()
    expect(visitor.page.get_by_role("slider", name="Programme cost")).to_be_visible()
    found = Axe().run(visitor.page, options=WCAG).response["violations"]
    assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("path", ["/", "/method"])
def test_a_phone_needs_no_sideways_scroll(visit: Callable[..., Visit], path: str) -> None:
    visitor = visit(PHONE).open(path)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert visitor.page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth + 1")


def test_a_slider_moves_by_key_and_its_number_and_the_address_follow(visit: Callable[..., Visit]) -> None:
    visitor = visit().open()
    slider = visitor.page.get_by_role("slider", name="Ranking inference")
    slider.focus()
    slider.press("ArrowRight")
    visitor.settle()
    expect(visitor.page.get_by_role("spinbutton", name=re.compile("^Ranking inference"))).to_have_value("71")
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
    visitor.page.get_by_role("link", name="Method").click()
    expect(visitor.page.get_by_role("heading", level=1).first).not_to_have_text(changed)
    visitor.settle()
    assert visitor.query()["adoption_genai_training"] == ["0.4"]
    visitor.page.go_back()
    visitor.settle()
    assert visitor.title() == changed
    visitor.page.reload()
    visitor.settle()
    assert visitor.title() == changed


def test_a_link_that_cannot_be_taken_whole_says_what_was_left_out(visit: Callable[..., Visit]) -> None:
    visitor = visit().open("/?adoption_genai_training=0.4&pue=99&nonsense=1&data=000000000000")
    notice = visitor.page.get_by_role("alert").inner_text()
    assert "data version 000000000000" in notice
    assert "pue: 99 is out of bounds" in notice
    assert "nonsense: there is no such lever" in notice
    assert " costs $" in visitor.title()


HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    "![x](http://example.invalid/x.png)",
    "[x](javascript:window.hit=1)",
    "$$\\href{javascript:window.hit=1}{x}$$",
    "http://example.invalid/",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_link_is_shown_as_text(visit: Callable[..., Visit], text: str) -> None:
    visitor = visit()
    visitor.page.goto("about:blank")
    visitor.open(f"/?pue={quote(text)}&{quote(text)}=1")
    notice = visitor.page.get_by_role("alert")
    expect(notice).to_contain_text("is not a number")
    assert notice.locator("img, a, script").count() == 0
    assert visitor.page.evaluate("window.hit") is None
    assert visitor.foreign == []


def test_every_chart_says_its_finding_to_those_who_cannot_see_it(visit: Callable[..., Visit]) -> None:
    visitor = visit().open()
    charts = visitor.page.get_by_test_id("stVegaLiteChart")
    assert charts.count() == 5
    for chart in charts.all():
        name = chart.evaluate(
            "e => (e.closest('[aria-label]') || e.querySelector('[aria-label]'))?.getAttribute('aria-label')"
        )
        assert name
        assert len(name) > 40


def test_print_shows_the_page_without_its_controls(visit: Callable[..., Visit]) -> None:
    visitor = visit().open()
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(visitor.page.locator("h1").first).to_be_visible()
