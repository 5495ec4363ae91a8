"""Whether redraws and changes of page leave anything behind, in the browser's heap and in the server's memory.

    python tests/benchmarks/live_leaks.py [--redraws 2000] [--pages 100] [--browser /usr/bin/chromium]

After a tenth of it has warmed up both, the rest must leave them where they were, within a tenth. Printed: both before
and after, after a garbage collection in the browser.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402  # the path must come first
from tests.benchmarks.live_speed import FRAME_S, STEP, STEPS  # noqa: E402
from tests.benchmarks.page_speed import serve  # noqa: E402
from tests.support.browser import FLAGS, find_browser  # noqa: E402

AROUND: Final = ("Cost", "Power")
WARM_SHARE: Final = 0.1
COUNT: Final = """
() => {
  window.redraws = 0;
  const ask = window.fetch;
  window.fetch = (...all) => ask(...all).finally(() => { window.redraws += 1; });
}
"""


def redraw(page: Page, count: int) -> None:
    """Drag the first slider to and fro until the page was redrawn so often."""
    box = page.get_by_role("slider").first.locator("xpath=../..").bounding_box()
    if box is None:
        raise RuntimeError("the page has no slider in view")
    x, y, ends = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, page.evaluate("window.redraws") + count
    page.mouse.move(x, y)
    page.mouse.down()
    step = 0
    while page.evaluate("window.redraws") < ends:
        step += 1
        page.mouse.move(x - STEP * abs(step % (2 * STEPS) - STEPS), y)
        page.wait_for_timeout(FRAME_S * 1000)
    page.mouse.up()
    page.wait_for_timeout(3000)


def change(page: Page, count: int) -> None:
    """Go from page to page so often."""
    for at in range(count):
        page.get_by_role("link", name=AROUND[at % len(AROUND)], exact=True).click()
        page.locator(f"[data-figure={('cash', 'load')[at % len(AROUND)]}] svg.marks").first.wait_for(timeout=60_000)


def heap_mb(tools: CDPSession) -> float:
    """Return what the browser's heap holds after a garbage collection."""
    tools.send("HeapProfiler.collectGarbage")
    return float(tools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def resident_mb(pid: int) -> float:
    """Return what the server holds in memory."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return float(fields["VmRSS"].split()[0]) / 1e3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--redraws", type=int, default=2000, help="how often to redraw (default: %(default)s)")
    parser.add_argument("--pages", type=int, default=100, help="how often to change the page (default: %(default)s)")
    parser.add_argument("--browser", default=None, help="Chromium to drive (default: the one that is installed)")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    port: multiprocessing.Queue[int] = context.Queue()
    server = context.Process(target=serve, args=(app.SCRIPT, port), daemon=True)
    server.start()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=options.browser or find_browser(), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://{app.DEFAULT_HOST}:{port.get()}/power")
        page.locator("[data-figure=load] svg.marks").first.wait_for(timeout=120_000)
        page.wait_for_timeout(5000)
        page.evaluate(COUNT)
        tools = page.context.new_cdp_session(page)
        for name, act, count in (("redraws", redraw, options.redraws), ("changes of page", change, options.pages)):
            act(page, round(count * WARM_SHARE))
            before = heap_mb(tools), resident_mb(server.pid or 0)
            act(page, count)
            after = heap_mb(tools), resident_mb(server.pid or 0)
            told = [f"{a:.1f} -> {b:.1f} MB ({b / a - 1:+.0%})" for a, b in zip(before, after, strict=True)]
            print(f"{count} {name}: heap {told[0]}, server {told[1]}", flush=True)
        chromium.close()
    server.terminate()


if __name__ == "__main__":
    main()
