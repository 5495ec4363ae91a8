"""A server and a Chromium for the tests: how they are started, and what a visitor sees and does there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from core.inputs.checked import CHECK_KEY, COUNT_KEY
from core.store.database import FOLDER_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
DESKTOP: Final = {"width": 1440, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
WCAG: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # what is well need not be listed, which takes as long as looking
}
PROBE = "Failed to load resource: the server responded with a status of 404"
"""Streamlit asks twice below a page's own address before it finds the server's."""
EMPTY_DATA_WARNING = "WARN Infinite extent"  # Vega on a chart that has no data yet, in the first moment
QUIET = """
() => new Promise((resolve, reject) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const text = () => app.querySelector('[data-testid="stMain"]').textContent;
  let last = performance.now();
  new MutationObserver(() => { last = performance.now(); })
    .observe(app, {subtree: true, childList: true, characterData: true, attributes: true});
  const started = last;
  const check = setInterval(() => {
    const now = performance.now();
    const done = app.dataset.testScriptState === 'notRunning' && !text().includes('being worked out');
    if (done && now - last > 600) { clearInterval(check); resolve(); }
    if (now - started > 90000) { clearInterval(check); reject(new Error('the page never came to rest')); }
  }, 50);
})
"""
expect.set_options(timeout=20_000)  # a busy machine takes longer than the usual five seconds
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """Return the Chromium to drive: $CHROMIUM, or one on the path; None means the one Playwright brought along."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


class Server:
    """The product, started as `make run` does, with a store of its own; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)

    def start(self) -> None:
        """Start it, the second time where it was before, and wait until it says where it listens."""
        log = self._folder / "log"
        environment = {**os.environ, FOLDER_VARIABLE: str(self._folder / "var")}
        command = [sys.executable, "app.py", "--port", str(self._port)]
        with log.open("w") as stderr:
            self._process = subprocess.Popen(command, cwd=ROOT, stderr=stderr, env=environment)
        for _ in range(900):
            if found := re.search(r"http://\S+:(\d+)", log.read_text()):
                self._port = int(found[1])
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        pytest.fail(f"the server did not say where it listens: {log.read_text()}")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)


class Visit:
    """A page, with what its browser complained about and where it called."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self._host = host
        self._below = False
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def open(self, path: str = "/") -> Visit:
        self._below = urlsplit(path).path != "/"
        self.page.goto(f"http://{self._host}{path}")
        expect(self.page.locator("h1").first).to_be_visible(timeout=20_000)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the last run is over, odds and all, and nothing on the page has changed for a while."""
        self.page.evaluate(QUIET)

    def title(self) -> str:
        """The title once the odds are in it: until then the first page says the plan case."""
        title = self.page.locator("h1").first
        expect(title).not_to_have_text(re.compile("in the plan case"), timeout=60_000)
        return title.inner_text()

    def figures(self) -> list[str]:
        shown = self.page.locator(".strip .value")
        expect(shown.first).to_be_visible(timeout=20_000)  # a busy machine paints them after the title
        return shown.all_inner_texts()

    def type_share(self, workload: str, percent: str) -> None:
        field = self.page.get_by_role("textbox", name=re.compile(f"^{workload}"))
        field.fill(percent)
        field.press("Enter")
        self.page.wait_for_url(re.compile(rf"={float(percent) / 100:g}\b"))
        self.settle()

    def violations(self) -> list[tuple[str, list[str]]]:
        """What axe finds against WCAG, by its rules and the elements that break them."""
        found = Axe().run(self.page, options=WCAG).response["violations"]
        return [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found]

    def fits(self) -> bool:
        """Whether nothing scrolls sideways, neither the window nor the page in it."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        size = self.page.viewport_size
        main = self.page.get_by_test_id("stMain")
        return size is not None and wide <= size["width"] and main.evaluate("e => e.scrollWidth <= e.clientWidth + 1")

    def query(self) -> dict[str, list[str]]:
        """The parameters of the address, but for the check that it begins and ends with."""
        query = parse_qs(urlsplit(self.page.url).query)
        return {name: given for name, given in query.items() if name not in (COUNT_KEY, CHECK_KEY)}

    def _heard(self, message: ConsoleMessage) -> None:
        meant = message.text.startswith(EMPTY_DATA_WARNING) or (self._below and message.text.startswith(PROBE))
        if message.type in ("error", "warning") and not meant:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._host:
            self.foreign.append(request.url)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the tests of a module."""
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def host(server: Server) -> str:
    return server.host


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
