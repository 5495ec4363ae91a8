"""How long a slider move takes in the browser on each page, beside the least page that Streamlit can repaint.

    python tests/benchmarks/page_speed.py [--moves 24] [--pages / /cost] [--browser /usr/bin/chromium]

All pages are served by app.py's own server and measured in turn in one run, so that what else the machine does falls
on each. A move is a key press on the first slider. Two times are taken of it: to the last change of the page's body
before it is quiet (every figure and chart is repainted), and to the odds beside the title, which are worked out after
that. Printed: median and 90th percentile of the first, its ratio to the empty page's, and the median of the second.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402  # the path must come first
from core.serve.hosts import Hosts  # noqa: E402
from tests.support.browser import FLAGS, find_browser  # noqa: E402

EMPTY: Final = "empty page"
PAGES: Final = ("/", "/risk", "/chips", "/cost", "/contracts", "/power", "/programme", "/data")
ROUNDS: Final = 4
QUIET_MS: Final = 200
"""A repaint is over when nothing has changed for this long; no work on odds is begun, let alone done, before."""
REST_MS: Final = 1500
"""After the odds of a page are there, for what a page works out after them."""

WATCH: Final = """
() => {
  window.watch = {start: 0, last: 0};
  const body = document.querySelector('[data-testid="stMain"]');
  new MutationObserver(() => { requestAnimationFrame(() => { window.watch.last = performance.now(); }); })
    .observe(body, {subtree: true, childList: true, characterData: true, attributes: true});
  document.addEventListener('keydown', () => { window.watch = {start: performance.now(), last: 0}; }, true);
}
"""
SETTLED: Final = f"""
() => window.watch.last > 0 && performance.now() - window.watch.last > {QUIET_MS}
  && window.watch.last - window.watch.start
"""
SURE: Final = """
() => !document.querySelector('[data-testid="stMain"]').textContent.includes('being worked out')
  && window.watch.last - window.watch.start
"""


def serve(script: Path, port: multiprocessing.Queue[int]) -> None:
    """Serve `script` as app.py serves the product, on a free port that is put into `port`."""
    os.chdir(ROOT)
    with app.listening_socket(app.DEFAULT_HOST, 0) as listener:
        listens_at = listener.getsockname()[1]
        port.put(listens_at)
        app.serve(app.application(script, Hosts.of(listens_at)), listener)


def move(page: Page) -> tuple[float, float]:
    """Move the slider that has the focus by a step; return milliseconds to the repaint and to the odds."""
    page.keyboard.press("ArrowRight")
    repainted = float(page.wait_for_function(SETTLED, polling=25).json_value())
    sure = float(page.wait_for_function(SURE, polling=50).json_value())
    return repainted, sure


def main() -> None:
    """Measure all pages in turn and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--moves",
        type=int,
        default=24,
        choices=range(ROUNDS, 29),
        metavar="4..28",
        help="moves on each page (default: %(default)s)",
    )
    parser.add_argument("--pages", nargs="+", default=PAGES, help="addresses of the pages (default: all)")
    parser.add_argument("--browser", default=None, help="Chromium to drive (default: the one that is installed)")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    servers, addresses = [], {}
    for script in (Path(__file__).with_name("empty_page.py"), app.SCRIPT):
        port: multiprocessing.Queue[int] = context.Queue()
        server = context.Process(target=serve, args=(script, port), daemon=True)
        server.start()
        servers.append(server)
        addresses[script] = f"http://{app.DEFAULT_HOST}:{port.get()}"
    empty, product = addresses.values()
    # No page meets a setting that another has been at, so that the odds are worked out in every move.
    wanted = {EMPTY: empty} | {name: f"{product}{name}?spares={(i + 1) / 1000}" for i, name in enumerate(options.pages)}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in wanted}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=options.browser or find_browser(), args=FLAGS)
        pages = {}
        for name, address in wanted.items():
            page = chromium.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            page.wait_for_selector("h1")
            page.wait_for_timeout(3000)
            page.evaluate(WATCH)
            page.get_by_role("slider").first.focus()
            pages[name] = page
        for _ in range(ROUNDS):
            for name, page in pages.items():
                page.bring_to_front()
                for _ in range(options.moves // ROUNDS):
                    times[name].append(move(page))
                    page.wait_for_timeout(0 if name == EMPTY else REST_MS)
        chromium.close()
    for server in servers:
        server.terminate()
    least = statistics.median(repaint for repaint, _ in times[EMPTY])
    for name, taken in times.items():
        repaint, odds = zip(*taken, strict=True)
        middle, tail = statistics.median(repaint), statistics.quantiles(repaint, n=10)[-1]
        told = "" if name == EMPTY else f", ratio {middle / least:4.1f}, odds after {statistics.median(odds):.0f} ms"
        print(f"{name:12} {middle:4.0f} ms median, {tail:4.0f} ms 90th percentile, {len(taken)} moves{told}")


if __name__ == "__main__":
    main()
