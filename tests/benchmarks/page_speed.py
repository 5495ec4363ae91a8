"""How long a slider move takes in the browser, beside the least page that Streamlit can repaint.

    python tests/benchmarks/page_speed.py [--moves 40] [--browser /usr/bin/chromium]

Both pages are served by app.py's own server and measured in turn in one run, so that what else the machine does
falls on both. A move is a key press on a slider; it ends at the first frame after the last change to the page's body.
Printed: median and 90th percentile of each, and the ratio of the medians.
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
from tests.browser import FLAGS, find_browser  # noqa: E402

PAGES: Final = {"empty page": Path(__file__).with_name("empty_page.py"), "Explore": app.SCRIPT}
ROUNDS: Final = 4
QUIET_MS: Final = 400
"""A repaint is over when nothing has changed for this long."""

WATCH: Final = """
() => {
  window.watch = {start: 0, last: 0};
  const body = document.querySelector('[data-testid="stMain"]');
  new MutationObserver(() => { requestAnimationFrame(() => { window.watch.last = performance.now(); }); })
    .observe(body, {subtree: true, childList: true, characterData: true, attributes: true});
  document.addEventListener('keydown', () => { window.watch.start = performance.now(); window.watch.last = 0; }, true);
}
"""
SETTLED: Final = f"""
() => window.watch.last > 0 && performance.now() - window.watch.last > {QUIET_MS}
  && window.watch.last - window.watch.start
"""


def serve(script: Path, port: multiprocessing.Queue[int]) -> None:
    """Serve `script` as app.py serves the product, on a free port that is put into `port`."""
    os.chdir(ROOT)
    with app.listening_socket(app.DEFAULT_HOST, 0) as listener:
        port.put(listener.getsockname()[1])
        app.serve(app.application(script), listener)


def move(page: Page, key: str) -> float:
    """Press `key` on the slider that has the focus; return milliseconds to the last repaint."""
    page.keyboard.press(key)
    return float(page.wait_for_function(SETTLED, polling=50).json_value())


def main() -> None:
    """Measure both pages in turn and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=40, help="moves on each page (default: %(default)s)")
    parser.add_argument("--browser", default=None, help="Chromium to drive (default: the one that is installed)")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    servers, times = [], {name: list[float]() for name in PAGES}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=options.browser or find_browser(), args=FLAGS)
        pages = {}
        for name, script in PAGES.items():
            port: multiprocessing.Queue[int] = context.Queue()
            server = context.Process(target=serve, args=(script, port), daemon=True)
            server.start()
            servers.append(server)
            page = chromium.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://{app.DEFAULT_HOST}:{port.get()}/")
            page.wait_for_selector("h1")
            page.wait_for_timeout(3000)
            page.evaluate(WATCH)
            page.get_by_role("slider").first.focus()
            pages[name] = page
        for turn in range(ROUNDS):
            for name, page in pages.items():
                page.bring_to_front()
                key = "ArrowLeft" if turn % 2 else "ArrowRight"
                times[name] += [move(page, key) for _ in range(options.moves // ROUNDS)]
        chromium.close()
    for server in servers:
        server.terminate()
    for name, values in times.items():
        tail = statistics.quantiles(values, n=10)[-1]
        print(
            f"{name:12} {statistics.median(values):6.0f} ms median, {tail:6.0f} ms 90th percentile, {len(values)} moves"
        )
    ratio = statistics.median(times["Explore"]) / statistics.median(times["empty page"])
    print(f"{'ratio':12} {ratio:6.2f}")


if __name__ == "__main__":
    main()
