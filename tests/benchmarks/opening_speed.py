"""How long a link takes to painted charts in a browser that has nothing of ours, and how long from page to page.

    python tests/benchmarks/opening_speed.py [--times 5] [--browser /usr/bin/chromium]

A link is opened again and again, each time with an empty cache and another scenario, in turn with the least page that
Streamlit can draw. Then one visitor goes through all pages, and through them again. A page is painted once its title
stands and each of its charts, in view or not, is drawn. Printed: medians, longest times, and ratios to the least page.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402  # the path must come first
from tests.benchmarks.page_speed import serve  # noqa: E402
from tests.support.browser import FLAGS, find_browser  # noqa: E402

WINDOW: Final = {"width": 1440, "height": 900}
PAGES: Final = ("Chips", "Cost", "Contracts", "Power", "Programme", "Explore")
"""As the navigation calls them; on other pages charts wait for odds."""
REST_MS: Final = 3000
WATCH: Final = """
window.painted = {at: 0, from: 0, title: null};
const look = () => {
  const title = document.querySelector('[data-testid="stMain"] h1')?.textContent ?? null;
  const plots = [...document.querySelectorAll('.figure .plot')];
  const isDone = title !== null && title !== window.painted.title
    && (window.isLeast || plots.length > 0 && plots.every((plot) => plot.querySelector('svg.marks path')));
  if (isDone && !window.painted.at) window.painted.at = performance.now();
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
addEventListener('click', () => {
  const title = document.querySelector('[data-testid="stMain"] h1')?.textContent ?? null;
  window.painted = {at: 0, from: performance.now(), title};
}, true);
"""
PAINTED: Final = "() => window.painted.at && window.painted.at - window.painted.from"


def opened(chromium: Browser, address: str, *, is_least: bool = False) -> tuple[Page, float]:
    """Open an address in a browser that has nothing of ours; return the page, and milliseconds until it is painted."""
    page = chromium.new_context(viewport=WINDOW).new_page()
    page.add_init_script(f"window.isLeast = {str(is_least).lower()};{WATCH}")
    page.goto(address, wait_until="commit")
    return page, painted(page)


def painted(page: Page) -> float:
    """Return milliseconds from the start, or from the last click, until a page is painted."""
    return float(page.wait_for_function(PAINTED, polling=20, timeout=120_000).json_value())


def told(times: list[float], least: list[float] | None = None) -> str:
    """Return what several times were, in words."""
    middle = statistics.median(times)
    ratio = "" if least is None else f", {middle / statistics.median(least):.2f} times the least page"
    return f"{middle:5.0f} ms median, {max(times):5.0f} ms longest of {len(times)}{ratio}"


def main() -> None:
    """Measure both and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--browser", default=None, help="Chromium to drive (default: the one that is installed)")
    options = parser.parse_args()
    context, servers, addresses = multiprocessing.get_context("spawn"), [], []
    for script in (Path(__file__).with_name("empty_page.py"), app.SCRIPT):
        port: multiprocessing.Queue[int] = context.Queue()
        servers.append(context.Process(target=serve, args=(script, port), daemon=True))
        servers[-1].start()
        addresses.append(f"http://{app.DEFAULT_HOST}:{port.get()}")
    least, cold = list[float](), list[float]()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=options.browser or find_browser(), args=FLAGS)
        for i in range(options.times + 1):
            page, empty = opened(chromium, addresses[0], is_least=True)
            page.context.close()
            page, ours = opened(chromium, f"{addresses[1]}/?spares={(i + 1) / 1000}")
            page.wait_for_timeout(REST_MS)
            if i:  # the first finds a server that has just begun
                least.append(empty)
                cold.append(ours)
            if i < options.times:
                page.context.close()
        print(f"least page, cold  {told(least)}")
        print(f"a link, cold      {told(cold, least)}", flush=True)
        for way in ("first visit", "again"):
            times = list[float]()
            for name in PAGES:
                page.get_by_test_id("stTopNavLink").filter(has_text=name).click()
                times.append(painted(page))
                page.wait_for_timeout(REST_MS)
            each = ", ".join(f"{name} {one:.0f}" for name, one in zip(PAGES, times, strict=True))
            print(f"page to page, {way:11} {told(times)}: {each}", flush=True)
        chromium.close()
    for server in servers:
        server.terminate()


if __name__ == "__main__":
    main()
