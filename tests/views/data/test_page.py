"""The Data page as a reader meets it: evidence, tables, published figures and the method, one at a time."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.data import bundled
from core.inputs.data import read as read_data
from core.inputs.method import METHOD_PATH, with_lever_table
from core.inputs.scenario import Scenario
from core.model.model import MODEL_VERSION
from core.story import finding
from core.views.data import rows as browsed
from core.views.data.figures import EXAMPLES, View
from core.views.data.figures import PAGE as DECLARED
from pages.parts.kept.answer import answer
from tests.support.cases import EXTREMES, PRESETS
from tests.support.datasets import files
from tests.support.frozen import BASE, EXAMPLE, INPUTS, LEVERS
from tests.support.largest import at_the_bounds
from tests.support.other_data import product_on
from tests.support.pages import assert_drawn, assert_well_said, at_page, go_to, pick, title, titles
from tests.support.visit import arriving, charts_drawn, move, run, strip, texts
from tests.support.words import read

PAGE = "data.py"
SECTIONS = ("Evidence", "Tables", "Calibration", "Method")
CHARTS = {
    "Evidence": {"data_spending", "data_numbers"},
    "Tables": set(),
    "Calibration": {"data_published", "data_capital"},
    "Method": set(),
}


def visit(wanted: Scenario = BASE, section: str = "Evidence") -> AppTest:
    at = at_page(PAGE, wanted)
    return at if section == "Evidence" else pick(at, "What to look at", section)


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
    with charts_drawn() as drawn:
        at = at_page(PAGE, wanted)
        if section != "Evidence":
            drawn.clear()
            pick(at, "What to look at", section)
    assert title(at) == read(DECLARED.head.title(View.opened(answer(wanted))))
    assert set(drawn) == CHARTS[section]
    if section == "Method":  # which speaks of NaN and None
        assert len(at.main.title) == 1
    else:
        assert_drawn(at, drawn)
        assert_well_said(at, but=lambda text: text.replace("--", ""))


def test_the_section_stays_while_another_page_is_looked_at_and_a_lever_moves() -> None:
    at = visit(section="Calibration")
    go_to(go_to(at, "explore.py"), PAGE)
    move(at, "ramp_years", 4.0)
    assert any(heading.startswith("On 3 figures") for heading in titles(at))


# --- Evidence


def test_evidence_says_which_versions_are_in_use_and_what_changed() -> None:
    at = visit()
    values = [metric.value for metric in strip(at)]
    assert f"Model {MODEL_VERSION}" in values
    notes = next(element.value for element in at.main.markdown if "# Releases" in element.value)
    assert f"### Model {MODEL_VERSION}, data {bundled().data_version}" in notes
    assert "What is a guess" in notes


# --- Tables


def test_every_table_can_be_looked_at() -> None:
    at = visit(section="Tables")
    for table in browsed.tables(INPUTS):
        pick(at, "Table", table.name)
        pd.testing.assert_frame_equal(shown_rows(at), browsed.rows(bundled(), table.name), check_dtype=False)
        assert any(table.description in read(caption.value) for caption in at.main.caption)


def test_a_table_is_filtered_by_grade_and_searched() -> None:
    at = pick(visit(section="Tables"), "Grade", "assumption")
    assert set(shown_rows(at)["grade"]) == {"assumption"}
    at.main.text_input[0].set_value("mtia")
    run(at)
    expected = browsed.rows(bundled(), "chip_prices", ["assumption"], "mtia")
    pd.testing.assert_frame_equal(shown_rows(at), expected, check_dtype=False)
    counted = f"{len(expected)} rows of {len(bundled().tables['chip_prices'])} shown"
    assert any(counted in read(caption.value) for caption in at.main.caption)


def test_what_is_searched_for_and_picked_stays() -> None:
    at = pick(visit(section="Tables"), "Table", "opening_fleet")
    at.main.text_input[0].set_value("h100")
    run(at)
    before = shown_rows(at)
    go_to(go_to(at, "explore.py"), PAGE)
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
    view = View.opened(answer(BASE.replace(ramp_years=3.0)))
    assert view.quarter == finding.ramped(view.answer)
    expected = [figure.title(view) for figure in EXAMPLES.values()]
    shown = [read(element.value) for element in at.main.markdown if element.value.startswith("### ")]
    assert shown == [read(f"### {heading}") for heading in expected]


def test_quarter_workload_and_chip_are_picked() -> None:
    at = pick(visit(section="Method"), "Quarter", INPUTS.calendar.index("2027-Q1"))
    pick(at, "Workload", bundled().workloads.index("genai_training"))
    pick(at, "Chip", bundled().chips.id.index("gb300"))
    shown = [read(element.value) for element in at.main.markdown]
    assert any(text.startswith("An hour of GB300 NVL72 bought in 2027-Q1 costs $") for text in shown)
    pick(at, "Quarter", INPUTS.calendar.index("2032-Q4"))
    shown = [read(element.value) for element in at.main.markdown]
    assert not any("GB300 NVL72 bought" in text for text in shown), "it is not on offer any more"


def test_the_whole_method_stands_below_and_its_old_address_shows_it_too() -> None:
    text = with_lever_table(METHOD_PATH.read_text(encoding="utf-8"), LEVERS)
    at = visit(section="Method")
    shown = at.main.markdown[-1].value
    assert shown.count("\n") == text.strip().count("\n")
    assert shown.startswith("## How the model works")
    go_to(at, "method.py")
    assert [element.value for element in at.main.markdown if element.value.startswith("# ")] == [text.strip()]


# --- Any data set

OTHER_DATA = {"example": lambda: EXAMPLE, "bounds": lambda: read_data(files(at_the_bounds()))}


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("data", OTHER_DATA)
def test_every_section_is_of_whatever_data_set_there_is(data: str, section: str) -> None:
    inputs = OTHER_DATA[data]()
    with product_on(inputs), charts_drawn() as drawn:
        at = arriving()
        at.switch_page(PAGE)
        run(at)
        if section != "Evidence":
            drawn.clear()
            pick(at, "What to look at", section)
        if section == "Evidence":
            assert any("release notes tell of the data set that comes with" in read(one.value) for one in at.caption)
        else:
            assert set(drawn) <= CHARTS[section]
        if section != "Method":  # which speaks of NaN and None
            assert_drawn(at, drawn)
            assert_well_said(at)
        for text in texts(at):
            assert not re.search(r"(?i)\b(mtia|ranking|generative|gpus?)\b", text), text
        if section == "Tables":
            names = [table.name for table in browsed.tables(inputs)]
            assert at.main.selectbox[0].options == [table.title for table in browsed.tables(inputs)]
            pick(at, "Table", names[-1])
            pd.testing.assert_frame_equal(shown_rows(at), browsed.rows(inputs, names[-1]), check_dtype=False)


def test_release_notes_stand_only_under_the_data_that_they_tell_of() -> None:
    assert any("# Releases" in element.value for element in visit().main.markdown)
    with product_on(EXAMPLE):
        at = arriving()
        at.switch_page(PAGE)
        assert not any("# Releases" in element.value for element in run(at).main.markdown)
