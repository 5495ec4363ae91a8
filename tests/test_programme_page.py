"""The Programme page as a reader meets it: findings, charts, setbacks, and what stays when they come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import altair as alt
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import frames, programme, programme_charts
from core import programme_finding as said
from core.data import bundled
from core.model import MODEL_VERSION
from core.plot import PALETTES, Mode, Spec
from core.programme import OUTCOMES, SETBACKS
from core.scenario import BASE, Scenario, to_query
from pages.parts import programmes
from tests.test_charts import COLOUR, MODES, missing_fields, nodes
from tests.test_explore import EXTREMES, PRESETS, charts_drawn, headings, read, texts
from tests.test_finding import NOISE
from tests.test_shell import move, opened, run

PAGE = "programme.py"
CHARTS = {
    "programme_spending", "programme_volume", "programme_outcomes", "programme_delay", "programme_worth",
    "programme_years",
}  # fmt: skip
LATE = SETBACKS[1]


def visit(wanted: Scenario = BASE) -> AppTest:
    at = opened(**to_query(wanted, data_version=bundled().data_version, model_version=MODEL_VERSION))
    at.switch_page(PAGE)
    return run(at)


def pick(at: AppTest, label: str, option: str) -> AppTest:
    widgets = [*at.main.selectbox, *at.main.button_group]
    next(widget for widget in widgets if widget.label == label).set_value(option)
    return run(at)


# --- Every scenario


@pytest.mark.parametrize("name", [*PRESETS, *EXTREMES])
def test_the_page_shows_its_finding_and_no_slip_of_the_pen(name: str) -> None:
    wanted = {**PRESETS, **EXTREMES}[name]
    at = visit(wanted)
    with charts_drawn() as drawn:
        run(at)
    found = programmes.study(wanted)
    assert read(at.main.title[0].value) == read(said.title(found))
    assert [metric.label for metric in at.metric] == [figure.label for figure in said.headline_figures(found)]
    for text in (*texts(at), *(read(m.value) for m in at.metric), *(read(m.delta) for m in at.metric)):
        assert not NOISE.search(text.replace("[", "").replace("]", "")), text
    titles = [title for title, _ in headings(at)]
    assert len(titles) == len(CHARTS) + 1
    assert set(drawn) <= CHARTS
    for chart in drawn.values():
        assert missing_fields(chart.spec, chart.frame) == []
        assert not chart.frame.empty
        assert any(read(chart.alt).startswith(title) for title in titles)


def test_the_company_plan_shows_all_six_charts() -> None:
    at = visit()
    with charts_drawn() as drawn:
        run(at)
    assert set(drawn) == CHARTS


def test_where_nothing_is_spent_or_bought_no_empty_chart_is_drawn() -> None:
    at = visit(EXTREMES["everything at its least"])
    with charts_drawn() as drawn:
        run(at)
    assert {"programme_spending", "programme_years", "programme_outcomes"}.isdisjoint(drawn)
    assert "Nothing is spent on the custom programme" in [title for title, _ in headings(at)]


@pytest.mark.parametrize("baseline", ["hold", "exit"])
def test_the_reader_is_told_that_the_page_is_against_exit(baseline: str) -> None:
    at = visit(BASE.replace(baseline=baseline))
    assert "against exit custom" in read(at.main.caption[0].value)
    assert read(at.main.title[0].value) == read(said.title(programmes.study(BASE)))


# --- What is looked at


def test_a_setback_and_a_rule_are_looked_at_and_stay_looked_at() -> None:
    at = pick(pick(visit(), "Coming custom chips", SETBACKS[2].name), "Rule", "Stopping when dearer")
    wanted = read(said.outcomes_title(programmes.study(BASE), SETBACKS[2], 0.0))
    assert wanted in [title for title, _ in headings(at)]
    at.switch_page("explore.py")
    run(at)
    at.switch_page(PAGE)
    run(at)
    assert wanted in [title for title, _ in headings(at)]


def test_what_is_looked_at_is_no_lever() -> None:
    at = pick(visit(), "Coming custom chips", "As set")
    assert at.session_state["history"].now.scenario == BASE


def test_a_moved_lever_moves_the_finding() -> None:
    at = visit()
    before = read(at.main.title[0].value)
    move(at, "adoption_genai_training", 0.4)
    assert read(at.main.title[0].value) != before


@pytest.mark.parametrize(
    "name", ["programme_spending", "programme_volume", "programme_delay", "programme_outcomes", "programme_worth"]
)
def test_one_click_shows_the_table_behind_a_chart(name: str) -> None:
    at = visit()
    at.session_state[f"behind_{name}"] = True
    run(at)
    found = programmes.study(BASE)
    tables = {
        "programme_spending": said.spending_table(found),
        "programme_volume": said.volume_table(found),
        "programme_delay": said.delay_table(found),
        "programme_outcomes": said.outcomes_table(found, LATE, 1.0),
        "programme_worth": said.worth_table(found),
    }
    pd.testing.assert_frame_equal(at.main.dataframe[0].value, tables[name], check_dtype=False)
    assert len(at.main.dataframe) == 3


# --- Charts

FOUND = programmes.study(BASE)
SPECS: dict[str, tuple[Callable[[Mode], Spec], pd.DataFrame]] = {
    "spending": (
        partial(programme_charts.spending, kinds=tuple(programme.KINDS.values())),
        said.drawn_spending(FOUND),
    ),
    "volume": (
        partial(programme_charts.volume, whole="the planned volume"),
        programme.volume_curve(FOUND.answer, FOUND.volume),
    ),
    "delay": (programme_charts.delay, programme.delay_curve(FOUND.setbacks)),
    "outcomes": (partial(programme_charts.outcomes, names=OUTCOMES), programme.outcomes(FOUND.setbacks, LATE, 0.0)),
    "by_year": (programme_charts.by_year, said.drawn_years(FOUND)),
}
each_chart = pytest.mark.parametrize("name", SPECS)


def test_every_chart_of_the_page_is_tested_here() -> None:
    made = {name for name, value in vars(programme_charts).items() if hasattr(value, "cache_info")}
    assert made == set(SPECS)


@each_chart
@pytest.mark.parametrize("mode", MODES)
def test_a_chart_is_sound_holds_no_data_and_wears_the_colours_of_its_mode(name: str, mode: Mode) -> None:
    make, frame = SPECS[name]
    spec = make(mode)
    assert make(mode) is spec
    assert alt.LayerChart.from_dict({**spec, "data": {"name": "frame"}}, validate=True).to_dict()["layer"]
    assert not [node for node in nodes(spec) if {"data", "datasets", "url"} & set(node)]
    assert missing_fields(spec, frame) == []
    palette = PALETTES[mode]
    own = {colour for value in vars(palette).values() for colour in (value if isinstance(value, tuple) else (value,))}
    assert set(COLOUR.findall(json.dumps(spec))) <= own
    sizes = [size for node in nodes(spec) for key, size in node.items() if key.endswith("ontSize")]
    assert min(sizes) >= 12
    assert spec["height"] >= 216


@each_chart
def test_light_and_dark_differ_in_nothing_but_their_colours(name: str) -> None:
    light, dark = (COLOUR.sub("colour", json.dumps(SPECS[name][0](mode))) for mode in MODES)
    assert light == dark


def test_every_kind_and_outcome_has_a_look_of_its_own() -> None:
    assert len(programme_charts.SHADES) == len(programme.KINDS) == len(set(programme_charts.SHADES))
    assert set(FOUND.spending["kind"]) <= set(programme.KINDS.values())
    assert set(frames.workload_labels(bundled())) == set(programme.worth(FOUND.answer)["workload"])
