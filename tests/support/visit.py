"""A visitor of the product without a browser: follows links, moves levers, reads what stands on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pandas as pd
from streamlit.testing.v1 import AppTest

from core.inputs.checked import CHECK_KEY, COUNT_KEY, with_check
from core.inputs.data import bundled
from core.inputs.link import to_query
from core.inputs.scenario import Scenario
from core.model.model import MODEL_VERSION
from core.story import plot
from core.story.plot import SAID, Spec
from pages.parts.widgets.levers import TIMING
from pages.parts.work.steps import History
from pages.parts.work.text import plain
from tests.support.frozen import LEVERS
from tests.support.words import read

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"
VERSIONS = {"data": bundled().data_version, "model": MODEL_VERSION}
LABEL = {lever.id: plain(lever.label) for lever in LEVERS.values()}
"""What stands above the widget of a lever, as Markdown."""


def opened(**query: Any) -> AppTest:
    """The product as a visitor finds it who follows a link with `query`."""
    return run(arriving(**query))


def arriving(**query: Any) -> AppTest:
    """A visitor who follows a link with `query`, before anything is drawn."""
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    for name, value in query.items():
        at.query_params[name] = value
    unfold(at, TIMING)
    return at


def unfold(at: AppTest, group: str) -> None:
    """Open a folded group of levers, as a click does; the next run draws it."""
    at.session_state[f"group_{group.lower().replace(' ', '_')}"] = True


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def scenario(at: AppTest) -> Scenario:
    history: History = at.session_state["history"]
    return history.now.scenario


def slider(at: AppTest, lever: str) -> Any:
    return next(widget for widget in at.slider if widget.label == LABEL[lever])


def field(at: AppTest, lever: str) -> Any:
    return next(widget for widget in at.text_input if widget.label.startswith(plain(f"{LEVERS[lever].label} (")))


def preset(at: AppTest) -> Any:
    return next(widget for widget in at.selectbox if widget.label == "Start from")


def press(at: AppTest, button: str) -> AppTest:
    at.button(key=button).click()
    return run(at)


def move(at: AppTest, lever: str, value: float) -> AppTest:
    slider(at, lever).set_value(value)
    return run(at)


def address(at: AppTest) -> dict[str, Any]:
    """The address without the check that it ends with, which must be right."""
    return settings(dict(at.query_params))


def settings(query: Mapping[str, Any]) -> dict[str, Any]:
    """What an address of the product sets: all but its check, which must be right."""
    said = {name: "".join(value) for name, value in query.items() if name not in (COUNT_KEY, CHECK_KEY)}
    assert {name: "".join(value) for name, value in query.items()} == with_check(said)
    return said


def visit(wanted: Scenario) -> AppTest:
    return opened(**to_query(wanted, data_version=bundled().data_version, model_version=MODEL_VERSION))


def texts(at: AppTest) -> list[str]:
    return [
        read(line)
        for element in (*at.main.title, *at.main.caption, *at.main.markdown)
        for line in element.value.split("\n")
        if line and not line.startswith("---")
    ]


def headings(at: AppTest) -> list[tuple[str, str]]:
    """Every finding on the page with what shaped it."""
    parts = [read(element.value).split("\n\n") for element in at.main.markdown if element.value.startswith("### ")]
    return [(title, caption) for title, caption in parts]


class Drawn(NamedTuple):
    """A chart as the page handed it over; `alt` is what it says to those who cannot see it, wherever that stands."""

    frame: pd.DataFrame
    spec: Spec
    key: str
    alt: str
    name: str


@contextmanager
def charts_drawn() -> Iterator[dict[str, Drawn]]:
    drawn: dict[str, Drawn] = {}

    def draw(frame: pd.DataFrame, spec: Spec, **settings: Any) -> None:
        key, name = settings["key"], settings["alt"]
        if SAID in frame:
            silent = {**spec, "layer": spec["layer"][:-1]}
            assert plot.speaking(silent) == spec
            one = Drawn(frame.drop(columns=SAID), silent, key, "".join(frame[SAID]), name)
        else:
            one = Drawn(frame, spec, key, name, name)
        drawn[key.removeprefix("chart_")] = one

    with patch("streamlit.vega_lite_chart", draw):
        yield drawn
