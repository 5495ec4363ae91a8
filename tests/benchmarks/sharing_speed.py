"""How long it takes to open a saved link cold and to have a save acknowledged, beside the least page of Streamlit.

    python tests/benchmarks/sharing_speed.py [--rounds 8] [--browser /usr/bin/chromium]

All is served by app.py's own server and measured in turn in one run. A cold opening begins with a new browser that has
nothing cached, and ends at the first frame in which all charts stand; the empty page's ends with its heading. A save
begins with the click and ends when the bar says that it is saved: the transaction is then on the disk.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402  # the path must come first
from core.inputs.data import bundled  # noqa: E402
from core.inputs.scenario import BASE  # noqa: E402
from core.model.report import report  # noqa: E402
from core.store.database import FOLDER_VARIABLE  # noqa: E402
from core.store.records import Snapshot  # noqa: E402
from core.store.store import shared_store  # noqa: E402
from core.views.saved.reading import sparkline, summary  # noqa: E402
from tests.benchmarks.page_speed import PAGES, serve  # noqa: E402
from tests.support.browser import FLAGS, find_browser  # noqa: E402

CHARTS: Final = 5
ALL_CHARTS: Final = f"""
() => document.querySelectorAll('.figure .plot svg .mark-group').length >= {CHARTS}
  && document.querySelectorAll('.figure .plot svg').length >= {CHARTS}
"""
HEADING: Final = "() => document.querySelector('h1') !== null"
CLICK_SAVE: Final = """
version => new Promise(resolve => {
  const bar = document.querySelector('.st-key-scenario_bar'), start = performance.now();
  const look = () => {
    if (bar.innerText.includes(`saved, v${version}`)) {
      watch.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - start));
    }
  };
  const watch = new MutationObserver(look);
  watch.observe(bar, {subtree: true, childList: true, characterData: true});
  document.querySelector('.st-key-version_submit button').click();
})
"""


def saved_link() -> tuple[str, str]:
    """Save a scenario and return its id and the token of a link to it."""
    figures = report(bundled(), BASE.replace(adoption_genai_training=0.4))
    snapshot = Snapshot(figures, summary(figures), sparkline(figures), lambda: b"")
    entry = shared_store().save_new("Ann", "Board plan", snapshot, request_key="benchmark")
    return entry.id, shared_store().link("Ann", entry.id)


def opened_cold(browser: Browser, url: str, painted: str) -> float:
    """Open `url` in a browser that has nothing cached; return milliseconds until it is painted."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(painted, polling="raf")
    took = (time.perf_counter() - start) * 1e3
    context.close()
    return took


def saves(page: Page, url: str, rounds: int) -> list[float]:
    """Edit and save a scenario again and again; return milliseconds from each click in the dialog to what it says."""
    page.goto(url)
    page.wait_for_function(ALL_CHARTS)
    took = []
    for number in range(2, rounds + 2):
        field = page.get_by_role("textbox", name="Generative training").first
        field.fill(str(number))
        field.press("Enter")
        page.locator(".st-key-scenario_bar").get_by_text(f"edited since v{number - 1}").wait_for()
        page.wait_for_timeout(800)
        page.locator(".st-key-bar_save button:visible").click()
        if number == 2:  # who saves for the first time is asked for a name, which is not what is measured
            page.get_by_role("textbox", name="Your name").fill("Ann")
            page.get_by_role("dialog").get_by_role("button", name="Go on", exact=True).click()
        page.locator(".st-key-version_submit button").wait_for()
        took.append(float(page.evaluate(CLICK_SAVE, number)))
        page.wait_for_timeout(400)
    return took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=8, help="of each (default: %(default)s)")
    parser.add_argument("--browser", default=None, help="Chromium to drive (default: the one that is installed)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[FOLDER_VARIABLE] = folder
        scenario_id, token = saved_link()
        context, servers, hosts = multiprocessing.get_context("spawn"), [], {}
        for name, script in PAGES.items():
            port: multiprocessing.Queue[int] = context.Queue()
            servers.append(context.Process(target=serve, args=(script, port), daemon=True))
            servers[-1].start()
            hosts[name] = f"http://{app.DEFAULT_HOST}:{port.get()}"
        times: dict[str, list[float]] = {"empty page, cold": [], "saved link, cold": []}
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=options.browser or find_browser(), args=FLAGS)
            for _ in range(options.rounds):
                times["empty page, cold"].append(opened_cold(chromium, f"{hosts['empty page']}/", HEADING))
                times["saved link, cold"].append(opened_cold(chromium, f"{hosts['Explore']}/s/{token}", ALL_CHARTS))
            page = chromium.new_page(viewport={"width": 1440, "height": 900})
            times["save, in the browser"] = saves(page, f"{hosts['Explore']}/?scenario={scenario_id}", options.rounds)
            chromium.close()
        for server in servers:
            server.terminate()
    for name, values in times.items():
        print(
            f"{name:22} {values[0]:6.0f} ms first, {min(values):6.0f} ms least, {statistics.median(values):6.0f} ms "
            f"median, {max(values):6.0f} ms most"
        )
    ratio = statistics.median(times["saved link, cold"]) / statistics.median(times["empty page, cold"])
    print(f"{'ratio of the openings':22} {ratio:6.2f}")


if __name__ == "__main__":
    main()
