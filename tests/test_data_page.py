"""The Data page as a reader meets it: evidence, tables, published figures and the method, one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import altair as alt
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import evidence, finding, provenance, provenance_charts, worked
from core.data import bundled
from core.evidence import GRADES
from core.method import METHOD_PATH
from core.model import MODEL_VERSION
from core.plot import PALETTES, Mode, Spec
from core.scenario import BASE, Scenario, quarter_index, to_query
from pages.parts.answer import answer
from tests.test_charts import COLOUR, MODES, missing_fields, nodes
from tests.test_explore import EXTREMES, PRESETS, charts_drawn, headings, read, texts
from tests.test_finding import NOISE
from tests.test_shell import move, opened, run

PAGE = "data.py"
SECTIONS = ("Evidence", "Tables", "Calibration", "Method")
CHARTS = {
    "Evidence": {"data_spending", "data_numbers"},
    "Tables": set(),
    "Calibration": {"data_published", "data_capital"},
    "Method": set(),
}


def visit(wanted: Scenario = BASE, section: str = "Evidence") -> AppTest:
    at = opened(**to_query(wanted, data_version=bundled().data_version, model_version=MODEL_VERSION))
    at.switch_page(PAGE)
    run(at)
    return at if section == "Evidence" else pick(at, "What to look at", section)


def pick(at: AppTest, label: str, option: object) -> AppTest:
    widgets = [*at.main.selectbox, *at.main.button_group]
    next(widget for widget in widgets if widget.label == label).set_value(option)
    return run(at)


def shown_rows(at: AppTest) -> pd.DataFrame:
    return at.main.dataframe[0].value


# --- Every scenario and section


@pytest.mark.parametrize(
    ("name", "section"),
    [
        *(("Company plan", section) for section in SECTIONS),
        *((name, "Evidence") for name in ("Exit custom", *EXTREMES)),
        *((f"everything at its {end}", section) for end in ("least", "most") for section in SECTIONS[1:]),
    ],
)
def test_a_section_draws_only_itself_and_no_slip_of_the_pen(name: str, section: str) -> None:
    wanted = {**PRESETS, **EXTREMES}[name]
    at = visit(wanted, section)
    with charts_drawn() as drawn:
        run(at)
    assert read(at.main.title[0].value) == read(provenance.title(answer(wanted)))
    assert len(at.main.title) == 1
    assert set(drawn) == CHARTS[section]
    for chart in drawn.values():
        assert missing_fields(chart.spec, chart.frame) == []
        assert not chart.frame.empty
        assert any(read(chart.alt).startswith(title) for title, _ in headings(at))
    if section != "Method":  # which speaks of NaN and None
        for text in texts(at):
            assert not NOISE.search(text.replace("[", "").replace("]", "").replace("--", "")), text


def test_the_section_stays_while_another_page_is_looked_at_and_a_lever_moves() -> None:
    at = visit(section="Calibration")
    at.switch_page("explore.py")
    run(at)
    at.switch_page(PAGE)
    run(at)
    move(at, "ramp_years", 4.0)
    assert any(title.startswith("On 3 figures") for title, _ in headings(at))


# --- Evidence


def test_evidence_says_which_versions_are_in_use_and_what_changed() -> None:
    at = visit()
    values = [read(metric.value) for metric in at.metric]
    assert f"Model {MODEL_VERSION}" in values
    notes = next(element.value for element in at.main.markdown if "# Releases" in element.value)
    assert f"### Model {MODEL_VERSION}, data {bundled().data_version}" in notes
    assert "What is a guess" in notes


# --- Tables


def test_every_table_can_be_looked_at() -> None:
    at = visit(section="Tables")
    for table in provenance.tables():
        pick(at, "Table", table.name)
        pd.testing.assert_frame_equal(shown_rows(at), provenance.rows(bundled(), table.name), check_dtype=False)
        assert any(table.description in read(caption.value) for caption in at.main.caption)


def test_a_table_is_filtered_by_grade_and_searched() -> None:
    at = pick(visit(section="Tables"), "Grade", "assumption")
    assert set(shown_rows(at)["grade"]) == {"assumption"}
    at.main.text_input[0].set_value("mtia")
    run(at)
    expected = provenance.rows(bundled(), "chip_prices", ["assumption"], "mtia")
    pd.testing.assert_frame_equal(shown_rows(at), expected, check_dtype=False)
    counted = f"{len(expected)} rows of {len(bundled().tables['chip_prices'])} shown"
    assert any(counted in read(caption.value) for caption in at.main.caption)


def test_what_is_searched_for_and_picked_stays() -> None:
    at = pick(visit(section="Tables"), "Table", "opening_fleet")
    at.main.text_input[0].set_value("h100")
    run(at)
    before = shown_rows(at)
    at.switch_page("explore.py")
    run(at)
    at.switch_page(PAGE)
    run(at)
    assert at.main.text_input[0].value == "h100"
    pd.testing.assert_frame_equal(shown_rows(at), before)


@pytest.mark.parametrize(
    "text", ["[x](http://example.invalid/)", "![x](http://example.invalid/x.png)", "$$\\x$$", "<b>"]
)
def test_what_is_not_found_is_said_and_never_shown_as_markup(text: str) -> None:
    at = visit(section="Tables")
    at.main.text_input[0].set_value(text)
    run(at)
    assert not at.main.dataframe
    assert "No row" in at.main.info[0].value
    assert all(text not in element.value for element in (*at.main.markdown, *at.main.caption, *at.main.info))


# --- The method


def test_the_worked_example_has_the_scenario_s_own_numbers() -> None:
    at = move(visit(section="Method"), "ramp_years", 3.0)
    a = answer(BASE.replace(ramp_years=3.0))
    quarter, chip = finding.ramped(a), worked.chips_on_offer(a.sim, 0, finding.ramped(a))[0]
    expected = list(worked.chapters(a.sim, chip, 0, quarter))
    shown = [read(element.value) for element in at.main.markdown if element.value.startswith("### ")]
    assert shown == [read(f"### {heading}") for heading in expected]


def test_quarter_workload_and_chip_are_picked() -> None:
    at = pick(visit(section="Method"), "Quarter", quarter_index("2027-Q1"))
    pick(at, "Workload", bundled().workloads.index("genai_training"))
    pick(at, "Chip", bundled().chips.id.index("gb300"))
    shown = [read(element.value) for element in at.main.markdown]
    assert any(text.startswith("An hour of GB300 NVL72 bought in 2027-Q1 costs $") for text in shown)
    pick(at, "Quarter", quarter_index("2032-Q4"))
    shown = [read(element.value) for element in at.main.markdown]
    assert not any("GB300 NVL72 bought" in text for text in shown), "it is not on offer any more"


def test_the_whole_method_stands_below_and_its_old_address_shows_it_too() -> None:
    text = METHOD_PATH.read_text(encoding="utf-8")
    at = visit(section="Method")
    shown = at.main.markdown[-1].value
    assert shown.count("\n") == text.strip().count("\n")
    assert shown.startswith("## How the model works")
    at.switch_page("method.py")
    run(at)
    assert [element.value for element in at.main.markdown if element.value.startswith("# ")] == [text.strip()]


# --- Charts

ANSWER = answer(BASE)
TABLES = tuple(evidence.TABLES[name] for name in provenance.MODELLED)
SPECS: dict[str, tuple[Callable[[Mode], Spec], pd.DataFrame]] = {
    "numbers": (
        partial(provenance_charts.numbers, tables=TABLES, grades=GRADES),
        provenance.numbers_by_grade(bundled()),
    ),
    "spending": (
        partial(provenance_charts.spending, kinds=provenance.SPENDING_KINDS, grades=GRADES, tall=300),
        provenance.spending_by_grade(ANSWER.sim),
    ),
    "published": (
        partial(provenance_charts.published, names=tuple(provenance.compared(bundled())["label"])),
        provenance.compared(bundled()),
    ),
    "capital": (provenance_charts.capital, provenance.capital_spending(ANSWER)),
}
each_chart = pytest.mark.parametrize("name", SPECS)


def test_every_chart_of_the_page_is_tested_here() -> None:
    made = {name for name, value in vars(provenance_charts).items() if hasattr(value, "cache_info")}
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
