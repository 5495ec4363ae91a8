"""How often figures are redrawn while a slider is dragged, and how soon, beside the least page that Streamlit repaints.

    python tests/benchmarks/live_speed.py [--pages / /cost] [--seconds 5] [--browser /usr/bin/chromium]

On each page the first slider is dragged to and fro with its first chart in view. Printed: redraws a second, median and
95th percentile from the slider's change to the chart's, median from letting go to the last change of the page's body
before it is quiet, and how busy the machine was.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402  # the path must come first
from tests.benchmarks.page_speed import EMPTY, SETTLED, WATCH, serve  # noqa: E402
from tests.support.browser import FLAGS, find_browser  # noqa: E402

PAGES: Final = ("/", "/chips", "/cost", "/contracts", "/power", "/programme", "/data")
STEPS, STEP = 20, 3
"""How often the pointer moves on its way in one direction, and how far each time, in px: by a step of the slider's."""
FRAME_MS: Final = 16
FOLLOW: Final = """
() => {
  const chart = document.querySelector('.figure svg.marks');
  chart.scrollIntoView({block: 'center'});
  const times = window.follow = {moved: [], redrawn: []};
  const slider = document.querySelector('input[type=range]');
  new MutationObserver(() => times.moved.push(performance.now())).observe(slider, {attributeFilter: ['value']});
  new MutationObserver(() => times.redrawn.push(performance.now()))
    .observe(chart, {subtree: true, childList: true, attributes: true});
}
"""
LAGS: Final = """
() => {
  const {moved, redrawn} = window.follow;
  return redrawn.map((at) => at - Math.max(...moved.filter((one) => one < at - 1)));
}
"""


def drag(page: Page, seconds: float) -> None:
    """Drag the first slider to and fro, and let it go."""
    box = page.get_by_role("slider").first.locator("xpath=../..").bounding_box()
    if box is None:
        raise RuntimeError("the page has no slider in view")
    x, y, ends = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, time.monotonic() + seconds
    page.mouse.move(x, y)
    page.mouse.down()
    step = 0
    while time.monotonic() < ends:
        step += 1
        page.mouse.move(x - STEP * abs(step % (2 * STEPS) - STEPS), y)
        page.wait_for_timeout(FRAME_MS)
    page.evaluate("window.watch = {start: performance.now(), last: 0}")
    page.mouse.up()


def main() -> None:
    """Measure all pages in turn and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", nargs="+", default=PAGES, help="addresses of the pages (default: all that follow)")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to drag (default: %(default)s)")
    parser.add_argument("--browser", default=None, help="Chromium to drive (default: the one that is installed)")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=options.browser or find_browser(), args=FLAGS)
        for script in (Path(__file__).with_name("empty_page.py"), app.SCRIPT):
            port: multiprocessing.Queue[int] = context.Queue()
            server = context.Process(target=serve, args=(script, port), daemon=True)
            server.start()
            address = f"http://{app.DEFAULT_HOST}:{port.get()}"
            for name in (EMPTY,) if script != app.SCRIPT else options.pages:
                page = chromium.new_page(viewport={"width": 1440, "height": 900})
                page.goto(address if name == EMPTY else f"{address}{name}")
                page.get_by_role("slider").first.wait_for(timeout=120_000)
                if name != EMPTY:
                    page.locator(".figure svg.marks").first.wait_for(timeout=120_000)
                    page.wait_for_timeout(5000)
                    page.evaluate(FOLLOW)
                page.evaluate(WATCH)
                drag(page, options.seconds)
                settled = float(page.wait_for_function(SETTLED, polling=25, timeout=120_000).json_value())
                lags = [] if name == EMPTY else [float(lag) for lag in page.evaluate(LAGS)]
                followed = ""
                if len(lags) > 1:
                    middle, tail = statistics.median(lags), statistics.quantiles(lags, n=20)[-1]
                    rate = len(lags) / options.seconds
                    followed = f"{rate:5.1f} redraws a second, {middle:4.0f} ms median, {tail:4.0f} ms 95th percentile,"
                print(f"{name:12} {followed} settled {settled:4.0f} ms after release, load {os.getloadavg()[0]:.1f}")
                page.close()
            server.terminate()
        chromium.close()


if __name__ == "__main__":
    main()
