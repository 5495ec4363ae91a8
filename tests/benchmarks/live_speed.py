"""How often figures are redrawn while a slider is dragged, and how soon, beside the least page that Streamlit repaints.

    python tests/benchmarks/live_speed.py [--pages / /cost] [--seconds 5] [--browser /usr/bin/chromium]

On each page a slider that its charts depend on is dragged to and fro with the first of them in view. Printed: how often
the slider changed and charts were redrawn a second; median and 95th percentile from the change that was asked about
to the chart that shows it, and how much of it the answer took; medians from letting go, of several short drags, to the
last change of the page's body before it stands still for a while (all but the odds of all futures, which begin to be
drawn later, stands), and to the last of all; and how busy the machine was.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.async_api import Locator, Page, async_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402  # the path must come first
from tests.benchmarks.page_speed import EMPTY, serve  # noqa: E402
from tests.support.browser import FLAGS, find_browser  # noqa: E402

PAGES: Final = ("/", "/chips", "/cost", "/contracts", "/power", "/programme", "/data")
FOLDED: Final = {"/chips": ("group_custom_programme", "custom_cost")}
"""Where no chart depends on the first slider: the fold, and the lever in it whose slider is dragged instead."""
STEPS, STEP = 20, 3
"""How often the pointer moves on its way in one direction, and how far each time, in px: by a step of the slider's."""
FRAME_S: Final = 1 / 60
RELEASES: Final = 7
REST_MS: Final = 1500
"""A page is at rest when nothing has changed for this long and no odds are being worked out."""
FOLLOW: Final = """
(slider) => {
  const follow = window.follow = {moved: [], asked: [], answered: [], redrawn: []};
  const note = (times) => { const now = performance.now(); if (!(now - times.at(-1) < 4)) times.push(now); };
  new MutationObserver(() => note(follow.moved)).observe(slider, {attributeFilter: ['value', 'aria-valuetext']});
  const chart = document.querySelector('.figure svg.marks');
  if (!chart) return;
  chart.scrollIntoView({block: 'center'});
  const isOfChart = ({target}) => target.closest?.('svg.marks');
  new MutationObserver((changes) => { if (changes.some(isOfChart)) note(follow.redrawn); })
    .observe(document.body, {subtree: true, childList: true, attributes: true});
  const send = window.fetch;
  window.fetch = async (address, ...others) => {
    if (address !== '/live') return send(address, ...others);
    follow.asked.push(performance.now());
    const answer = await send(address, ...others);
    follow.answered.push(performance.now());
    return answer;
  };
}
"""
LAGS: Final = """
() => {
  const {moved, asked, answered, redrawn} = window.follow;
  return answered.map((at, i) => {
    const shown = redrawn.find((one) => one >= at);
    const before = moved.filter((one) => one <= asked[i] + 1).at(-1);
    return shown === undefined || before === undefined ? null : [shown - before, at - asked[i]];
  }).filter(Boolean);
}
"""
QUIET_MS: Final = 150
"""A page stands when nothing has changed for this long since the server was heard of: the odds of all futures begin to
be drawn later."""
HEAR: Final = """
WebSocket.prototype.addEventListener = function (kind, ...others) {
  const add = EventTarget.prototype.addEventListener;
  if (kind === 'message') add.call(this, kind, () => { window.heard = performance.now(); });
  return add.call(this, kind, ...others);
};
"""
WATCH: Final = f"""
() => {{
  const body = document.querySelector('[data-testid="stMain"]');
  const watch = window.watch = {{}};
  let due = false;
  const look = () => {{
    due = false;
    const now = performance.now();
    if (window.heard > watch.start && (!watch.settled || now - watch.settled < {QUIET_MS})) watch.settled = now;
    watch.last = now;
  }};
  new MutationObserver(() => {{
    if (!due) requestAnimationFrame(look);
    due = true;
  }}).observe(body, {{subtree: true, childList: true, characterData: true, attributes: true}});
}}
"""
LET_GO: Final = "() => Object.assign(window.watch, {start: performance.now(), last: 0, settled: 0})"
AT_REST: Final = f"""
() => window.watch.last > 0 && performance.now() - window.watch.last > {REST_MS}
  && !document.querySelector('[data-testid="stMain"]').textContent.includes('being worked out')
  && [(window.watch.settled || window.watch.last) - window.watch.start, window.watch.last - window.watch.start]
"""


async def slider_on(page: Page, name: str) -> Locator:
    """Return the slider that is dragged on a page, the first one unless no chart depends on it."""
    await page.get_by_role("slider").first.wait_for(timeout=120_000)
    if name not in FOLDED:
        return page.get_by_role("slider").first
    fold, lever = FOLDED[name]
    await page.locator(f".st-key-{fold} summary").click()
    return page.locator(f"[class*=st-key-slider_{lever}_]").get_by_role("slider").first


async def drag(page: Page, slider: Locator, seconds: float, end: int) -> tuple[float, float]:
    """Drag a slider to and fro and let it go; return milliseconds to what stands without odds, and to all.

    A hand doesn't wait for what the page makes of its last move, so neither does the pointer. It lets go `end` steps
    from where it took the slider: where it took it, nothing would have changed.
    """
    await slider.scroll_into_view_if_needed()
    box = await slider.locator("xpath=../..").bounding_box()
    if box is None:
        raise RuntimeError("the page has no slider in view")
    x, y, ends = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, time.monotonic() + seconds
    await page.mouse.move(x, y)
    await page.mouse.down()
    step, moves = 0, []
    while time.monotonic() < ends or step % STEPS == 0:
        step += 1
        moves.append(asyncio.create_task(page.mouse.move(x - STEP * abs(step % (2 * STEPS) - STEPS), y)))
        await asyncio.sleep(FRAME_S)
    moves.append(asyncio.create_task(page.mouse.move(x - STEP * end, y)))
    await asyncio.gather(*moves)
    await page.evaluate(LET_GO)
    await page.mouse.up()
    settled, sure = await (await page.wait_for_function(AT_REST, polling=50, timeout=20_000)).json_value()
    return float(settled), float(sure)


async def measured(page: Page, name: str, seconds: float) -> str:
    """Return what was measured on an open page, in words."""
    slider = await slider_on(page, name)
    if name != EMPTY:
        await page.locator(".figure svg.marks").first.wait_for(timeout=120_000)
        await page.wait_for_timeout(5000)
    await page.evaluate(WATCH)
    await slider.evaluate(FOLLOW)
    await drag(page, slider, seconds, STEPS // 2)
    follow, lags = await page.evaluate("window.follow"), await page.evaluate(LAGS)
    told = f"{len(follow['moved']) / seconds:5.1f} moves"
    if len(lags) > 1:
        lag, answer = ([float(one[part]) for one in lags] for part in (0, 1))
        told += (
            f", {len(follow['redrawn']) / seconds:5.1f} redraws a second, {statistics.median(lag):4.0f} ms median, "
            f"{statistics.quantiles(lag, n=20)[-1]:4.0f} ms 95th percentile (answer {statistics.median(answer):.0f} ms)"
        )
    let_go = [await drag(page, slider, 0.3, (9 + 2 * i) * (1 if i % 2 else -1)) for i in range(RELEASES)]
    settled, sure = (statistics.median(part) for part in zip(*let_go, strict=True))
    return f"{told}, settled {settled:4.0f} ms after release, with odds {sure:5.0f} ms"


async def compare(pages: Sequence[str], seconds: float, browser: str | None) -> None:
    """Measure the least page and then ours, each script in a server of its own, and print what they took."""
    context = multiprocessing.get_context("spawn")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=FLAGS)
        for script in (Path(__file__).with_name("empty_page.py"), app.SCRIPT):
            port: multiprocessing.Queue[int] = context.Queue()
            server = context.Process(target=serve, args=(script, port), daemon=True)
            server.start()
            address = f"http://{app.DEFAULT_HOST}:{port.get()}"
            for name in (EMPTY,) if script != app.SCRIPT else pages:
                page = await chromium.new_page(viewport={"width": 1440, "height": 900})
                await page.add_init_script(HEAR)
                await page.goto(address if name == EMPTY else f"{address}{name}")
                told = await measured(page, name, seconds)
                print(f"{name:12} {told}, load {os.getloadavg()[0]:.1f}", flush=True)
                await page.close()
            server.terminate()
        await chromium.close()


def main() -> None:
    """Measure all pages in turn and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", nargs="+", default=PAGES, help="addresses of the pages (default: all that follow)")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to drag (default: %(default)s)")
    parser.add_argument("--browser", default=None, help="Chromium to drive (default: the one that is installed)")
    options = parser.parse_args()
    asyncio.run(compare(options.pages, options.seconds, options.browser or find_browser()))


if __name__ == "__main__":
    main()
