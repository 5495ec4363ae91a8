"""What is asked of every page and of each of its charts, beside those of core.story.charts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
from streamlit.testing.v1 import AppTest

from core.inputs.data import bundled
from core.inputs.link import to_query
from core.inputs.scenario import Scenario
from core.model.model import MODEL_VERSION
from core.story.figure import Metric
from core.story.plot import SMALL, Mode, Spec
from tests.support.cases import EXTREMES, PRESETS, SCENARIOS
from tests.support.frozen import BASE
from tests.support.specs import COLOUR, MODES, colours, missing_fields, nodes
from tests.support.visit import Drawn, arriving, headings, run, strip, tables, texts
from tests.support.words import LONGEST_TITLE, NOISE, read, said

Charts = dict[str, tuple[Callable[[Mode], Spec], pd.DataFrame]]
LEAST_FONT = 12
ROW = 30
"""What a row of a chart of rows takes at least, in px: of few rows it is as high as they are."""
COUNTS = {"year", "delay_quarters", "levers"}
"""Columns of whole numbers that are read as they are."""
PLACES = ["label_usd"]
"""Columns that say where a name stands: what has no name has no place."""
QUICK = {name: SCENARIOS[name] for name in ("Company plan, against hold", "Exit custom, against exit", *EXTREMES)}
"""Scenarios that bring out all that a page can be asked to say."""


# --- Pages


def at_page(page: str, wanted: Scenario = BASE) -> AppTest:
    """A page as a visitor finds it who follows a link to it."""
    at = arriving(**to_query(wanted, data_version=bundled().data_version, model_version=MODEL_VERSION))
    at.switch_page(page)
    return run(at)


def go_to(at: AppTest, page: str) -> AppTest:
    at.switch_page(page)
    return run(at)


def widget(at: AppTest, label: str) -> Any:
    """What picks one of several on the page itself."""
    return next(found for found in (*at.main.selectbox, *at.main.button_group) if found.label == label)


def pick(at: AppTest, label: str, option: object) -> AppTest:
    """Pick what is looked at, as a click does."""
    widget(at, label).set_value(option)
    return run(at)


def title(at: AppTest) -> str:
    return read(at.main.title[0].value)


def titles(at: AppTest) -> list[str]:
    """The findings below the first."""
    return [heading for heading, _ in headings(at)]


def captions(at: AppTest) -> list[str]:
    """What shaped each of these findings."""
    return [caption for _, caption in headings(at)]


def figures(at: AppTest) -> list[str]:
    """The values of the strip."""
    return [metric.value for metric in strip(at)]


def table_rows(at: AppTest, first_heading: str) -> list[list[str]]:
    """The cells of the table of words whose first column has this heading, a list a row, without the headings."""
    if (rows := next((rows for rows in tables(at) if rows[0][0] == first_heading), None)) is not None:
        return rows[1:]
    table = next(e.value for e in at.main.markdown if e.value.startswith(f"{first_heading} |"))
    return [[read(cell) for cell in line.split(" | ")] for line in table.split("\n")][2:]


def assert_well_said(at: AppTest, but: Callable[[str], str] = str) -> None:
    """Fail unless the page has one title, and nothing on it or in its strip has a slip of the pen."""
    assert len(at.main.title) == 1
    of_strip = [text for one in strip(at) for text in (one.value, one.change, one.beside)]
    for text in (*texts(at), *of_strip):
        assert not NOISE.search(but(text.replace("[", "").replace("]", ""))), text


def assert_drawn(at: AppTest, drawn: Mapping[str, Drawn], told: Collection[str] = ()) -> None:
    """Fail unless every chart gets what it reads and tells its finding to those who cannot see it: one of the page's
    titles, unless others are `told`.
    """
    findings = told or titles(at)
    for name, chart in drawn.items():
        assert missing_fields(chart.spec, chart.frame) == [], name
        assert not chart.frame.empty, name
        assert not chart.frame.drop(columns=PLACES, errors="ignore").isna().any().any(), name
        assert any(read(chart.alt).startswith(words) for words in findings), name
        assert not NOISE.search(read(chart.alt).replace("[", "").replace("]", "")), chart.alt


def assert_every_preset_draws(at: AppTest) -> None:
    """Fail if a ready-made scenario stops the page, whatever it is compared with."""
    for name in PRESETS:
        next(found for found in at.sidebar.selectbox if found.label == "Start from").set_value(name)
        run(at)
        next(group for group in at.sidebar.button_group if group.label == "Compare with").set_value("exit")
        run(at)


def behind(at: AppTest, names: Iterable[str]) -> dict[str, list[pd.DataFrame]]:
    """The tables that one click shows behind each figure, and which nothing shows before; one is open at a time."""
    assert not at.main.dataframe, "what is folded away is not drawn"
    found = {}
    for name in names:
        at.session_state[f"behind_{name}"] = True
        run(at)
        found[name] = [element.value for element in at.main.dataframe]
        at.session_state[f"behind_{name}"] = False
    run(at)
    assert not at.main.dataframe, "what was folded away is gone"
    return found


# --- Words


def assert_worded(
    titles: Iterable[str],
    captions: Iterable[str],
    strip: Iterable[Metric],
    cells: pd.DataFrame,
    begins: str = r"[A-Z$]",
) -> None:
    """Fail unless titles, captions, figures and a table of words read well, whatever figures went into them."""
    for text in titles:
        assert not NOISE.search(said(text)), text
        assert re.match(begins, text), text
        assert text[-1] != "." and len(text) < LONGEST_TITLE, text
    for text in captions:
        assert not NOISE.search(said(text)), text
        assert text.endswith(".") and ".." not in text, text
    for figure in strip:
        for text in (figure.label, figure.value, figure.change, figure.beside, figure.help):
            assert text and not NOISE.search(said(text)), (figure.label, text)
    for text in cells.to_numpy().ravel():
        assert not NOISE.search(said(text)), text


# --- Charts


def assert_sound(make: Callable[[Mode], Spec], frame: pd.DataFrame) -> None:
    """Fail unless the chart is sound Vega-Lite without data, reads what its frame has, is compiled once, can be
    hovered and read, and differs between light and dark in its colours only, which are those of the mode.
    """
    for mode in MODES:
        spec = make(mode)
        text = json.dumps(spec, allow_nan=False)
        assert json.loads(text) == spec
        _assert_spec_is_sound(text, mode)
        assert missing_fields(spec, frame) == []
        assert make(mode) is spec
        assert spec["height"] >= (min(SMALL, ROW * len(frame)) if _has_rows(spec) else SMALL)
    light, dark = (COLOUR.sub("colour", json.dumps(make(mode))) for mode in MODES)
    assert light == dark
    assert not frame.empty and not frame.drop(columns=PLACES, errors="ignore").isna().any().any()
    assert_figures_are_words(make("light"), frame)
    assert_every_name_has_a_colour(make("light"), frame)


@cache
def _assert_spec_is_sound(text: str, mode: Mode) -> None:
    """Fail unless a specification, which many frames share, is sound by itself."""
    spec = json.loads(text)
    alt.LayerChart.validate({**spec, "data": {"name": "frame"}})
    assert spec["layer"]
    assert not [node for node in nodes(spec) if {"data", "datasets", "url"} & set(node)]
    sizes = [size for node in nodes(spec) for key, size in node.items() if key.endswith("ontSize")]
    assert min(sizes) >= LEAST_FONT
    assert any("tooltip" in layer["encoding"] for layer in spec["layer"])
    assert set(COLOUR.findall(text)) <= set(colours(mode))


def _has_rows(spec: Spec) -> bool:
    return all(layer["encoding"].get("y", {}).get("type") == "nominal" for layer in spec["layer"])


def assert_every_name_has_a_colour(spec: Spec, frame: pd.DataFrame) -> None:
    """Fail unless what is coloured by name has a colour for each name that its frame has, and a key names no other."""
    for node in nodes(spec):
        scale = node.get("scale")
        if node.get("type") == "nominal" and isinstance(scale, Mapping) and isinstance(scale.get("domain"), list):
            if node["field"] in frame:  # the chart names other parts itself
                names, has_key = set(frame[node["field"]].unique()), node.get("legend", {}) is not None
                assert names == set(scale["domain"]) if has_key else names <= set(scale["domain"])
            assert len(scale["range"]) == len(scale["domain"])


def assert_figures_are_words(spec: Spec, frame: pd.DataFrame) -> None:
    """Fail if a tooltip or a label shows a bare number of the frame: quantities are written by core.base.format."""
    for layer in spec["layer"]:
        told = [*layer["encoding"].get("tooltip", []), layer["encoding"].get("text", {})]
        named = {item["field"] for item in told if "field" in item} & set(frame.columns) - COUNTS
        assert not [name for name in named if pd.api.types.is_numeric_dtype(frame[name])]


def assert_can_be_shown(spec_of: Callable[[Mode], Spec], frame: pd.DataFrame) -> None:
    """The chart is sound, has a colour for every name in its frame, and leaves figures to the one formatter."""
    assert_sound(spec_of, frame)
    for node in nodes(spec_of("light")):
        scale = node.get("scale")
        if isinstance(scale, dict) and isinstance(scale.get("domain"), list):
            assert scale["domain"] == list(frame[node["field"]].unique())
            assert len(scale["range"]) == len(scale["domain"])
