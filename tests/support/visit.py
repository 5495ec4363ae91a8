"""A visitor of the product without a browser: follows links, moves levers, reads what stands on the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pandas as pd
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from core.inputs.checked import CHECK_KEY, COUNT_KEY, with_check
from core.inputs.data import bundled
from core.inputs.link import to_query
from core.inputs.scenario import Scenario
from core.model.model import MODEL_VERSION
from core.story.figure import Metric
from core.story.plot import Spec
from pages.parts.live import component
from pages.parts.widgets.levers import TIMING
from pages.parts.work.steps import History
from pages.parts.work.text import plain
from tests.support.frozen import LEVERS
from tests.support.words import read, said

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"
VERSIONS = {"data": bundled().data_version, "model": MODEL_VERSION}
LABEL = {lever.id: plain(lever.label) for lever in LEVERS.values()}
"""What stands above the widget of a lever, as Markdown."""


def opened(**query: Any) -> AppTest:
    """The product as a visitor finds it who follows a link with `query`."""
    return run(arriving(**query))


def arriving(**query: Any) -> AppTest:
    """A visitor who follows a link with `query`, before anything is drawn."""
    at = AppTest.from_file(str(MAIN), default_timeout=120)  # seconds: a busy machine takes long
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


def pick_mark(at: AppTest, figure: str, mark: Mapping[str, str], hear: Callable[[], None]) -> AppTest:
    """Click on a mark of a figure, as the browser says it: the state of the component, then what the page does with it.

    AppTest has no hand for that.
    """
    state: dict[str, Any] = {"history": at.session_state["history"]}
    state[f"{figure}__events"] = [{"event": "picked", "value": dict(mark)}]
    with patch("streamlit.session_state", state):
        hear()
    at.session_state["history"] = state["history"]
    return run(at)


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


def handed(at: AppTest) -> list[dict[str, Any]]:
    """What the page handed to the component that draws figures, in the order of the page."""
    return [json.loads(element.proto.bytes) for element in at.main if element.type == "bidi_component"]


def lines(block: Block) -> list[str]:
    """The sentences that stand by themselves in the main part or in the sidebar, such as what a title rests on."""
    shown = [json.loads(element.proto.bytes) for element in block if element.type == "bidi_component"]
    return [said(one["text"]) for one in shown if one["kind"] == "line" and one["text"]]


def texts(at: AppTest) -> list[str]:
    marked = [
        read(line)
        for element in (*at.main.title, *at.main.caption, *at.main.markdown)
        for line in element.value.split("\n")
        if line and not line.startswith("---")
    ]
    return [*marked, *(said(text) for one in handed(at) for text in _texts_in(one) if text)]


def _texts_in(one: Mapping[str, Any]) -> Iterator[str]:
    if one["kind"] == "figure":
        yield from (
            f"{one.get('begins', '')} {one['title']}".strip(),
            one["caption"],
            *(" | ".join(row) for row in one["words"]),
        )
        yield from (chart[part] for chart in one["charts"] for part in ("label", "note") if part in chart)
    elif one["kind"] == "strip":
        yield one["note"]
    elif one["kind"] == "line":
        yield one["text"]


def headings(at: AppTest) -> list[tuple[str, str]]:
    """Every finding on the page with what shaped it."""
    found: list[tuple[str, str]] = []
    for element in at.main:
        if element.type == "markdown" and element.value.startswith("### "):
            title, caption = read(element.value).split("\n\n")
            found.append((title, caption))
        elif element.type == "bidi_component":
            one = json.loads(element.proto.bytes)
            if one.get("title") and "begins" not in one:
                found.append((said(one["title"]), said(one["caption"])))
    return found


def tables(at: AppTest) -> list[list[list[str]]]:
    """The cells of the tables of words that stand with figures, a list a row, the headings first."""
    shown = [one["words"] for one in handed(at) if one["kind"] == "figure"]
    return [[[said(cell) for cell in row] for row in rows] for rows in shown if rows]


def strip(at: AppTest) -> list[Metric]:
    """The headline figures of the page, as they are read."""
    return [
        Metric(**{name: said(value) if isinstance(value, str) else value for name, value in one.items()})
        for shown in handed(at)
        if shown["kind"] == "strip"
        for one in shown["metrics"]
    ]


class Drawn(NamedTuple):
    """A chart as the page handed it over; `alt` is what it says to those who cannot see it, wherever that stands."""

    frame: pd.DataFrame
    spec: Spec
    key: str
    alt: str
    name: str


@contextmanager
def charts_drawn() -> Iterator[dict[str, Drawn]]:
    """The charts that pages draw meanwhile, by what they are called."""
    drawn: dict[str, Drawn] = {}

    def draw(frame: pd.DataFrame, spec: Spec, **settings: Any) -> None:
        key, name = settings["key"], settings["alt"]
        drawn[key.removeprefix("chart_")] = Drawn(frame, spec, key, name, name)

    show = component.show

    def hand(key: str, kind: str, data: dict[str, Any], *more: Any, **where: Any) -> Any:
        for one in data.get("charts", ()):
            frame = pd.DataFrame(one["columns"])
            drawn[one["name"]] = Drawn(frame, one["spec"], one["name"], one["says"], one["name"])
        return show(key, kind, data, *more, **where)

    with patch("streamlit.vega_lite_chart", draw), patch("pages.parts.live.component.show", hand):
        yield drawn
