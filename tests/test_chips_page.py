"""The Chips page as a reader meets it: which chip for which workload, and what was looked at stays."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import finding, frames, roadmap
from core.data import bundled
from core.scenario import BASE, Scenario, quarter_index, quarter_label
from pages.parts.answer import answer
from tests.test_charts import missing_fields
from tests.test_explore import EXTREMES, PRESETS, SCENARIOS, charts_drawn, headings, read, texts, visit
from tests.test_finding import NOISE
from tests.test_shell import move, run

PAGE = "chips.py"
CHARTS = ("chip_costs", "work_costs", "roadmap")
FOLDS = (*CHARTS, "ties", "specification")
QUARTER, WORKLOAD = "Chips on offer in", "Over time, for"
QUICK = ("Company plan, against hold", "Exit custom, against exit", "Power is short, against hold", *EXTREMES)


def chips(wanted: Scenario = BASE) -> AppTest:
    at = visit(wanted)
    at.switch_page(PAGE)
    return run(at)


def session_list(at: AppTest) -> Any:
    return next(widget for widget in at.sidebar.selectbox if widget.label == "Start from")


def title(at: AppTest) -> str:
    return read(at.main.title[0].value)


def list_of(at: AppTest, label: str) -> Any:
    return next(widget for widget in at.main.selectbox if widget.label == label)


def pick(at: AppTest, label: str, option: str) -> AppTest:
    next(widget for widget in at.main.selectbox if widget.label == label).set_value(option)
    return run(at)


@pytest.mark.parametrize("name", QUICK)
def test_the_page_shows_its_finding_and_no_slip_of_the_pen(name: str) -> None:
    a = answer(SCENARIOS[name])
    at = visit(SCENARIOS[name])
    at.switch_page(PAGE)
    with charts_drawn() as drawn:
        run(at)
    assert len(at.main.title) == 1
    assert title(at) == read(roadmap.title(a, finding.ramped(a)))
    for text in texts(at):
        assert not NOISE.search(text.replace("[", "").replace("]", "")), text
    assert set(drawn) == set(CHARTS)
    found = [heading for heading, _ in headings(at)]
    for chart in drawn.values():
        assert missing_fields(chart.spec, chart.frame) == []
        assert not chart.frame.empty and not chart.frame.isna().any().any()
        assert any(read(chart.alt).startswith(heading) for heading in found)
        assert not NOISE.search(read(chart.alt).replace("[", "").replace("]", ""))


def test_every_ready_made_scenario_and_baseline_draws() -> None:
    at = chips()
    for name in PRESETS:
        session_list(at).set_value(name)
        run(at)
        next(group for group in at.sidebar.button_group if group.label == "Compare with").set_value("exit")
        run(at)


def test_at_first_the_page_shows_the_quarter_in_which_adoption_is_at_its_full_rate() -> None:
    at = chips()
    assert list_of(at, QUARTER).value == quarter_label(finding.ramped(answer(BASE))) == "2029-Q1"
    assert list_of(at, WORKLOAD).value == "genai_inference"


def test_another_quarter_changes_title_matrix_and_ties_and_another_workload_the_rest() -> None:
    at = chips()
    with charts_drawn() as before:
        run(at)
    with charts_drawn() as quarter:
        pick(at, QUARTER, "2027-Q1")
    assert title(at).startswith("In 2027-Q1 MTIA is the cheapest chip in ranking inference and ranking training and ")
    assert "MTIA 2i (200) cannot run ranking training" in " ".join(texts(at))
    assert not quarter["chip_costs"].frame.equals(before["chip_costs"].frame)
    assert quarter["work_costs"].frame.equals(before["work_costs"].frame)
    with charts_drawn() as workload:
        pick(at, WORKLOAD, "genai_training")
    assert workload["chip_costs"].frame.equals(quarter["chip_costs"].frame)
    assert not workload["work_costs"].frame.equals(quarter["work_costs"].frame)
    assert "In generative training MTIA is never cheaper than buying" in " ".join(texts(at))


def test_what_was_looked_at_is_there_when_the_visitor_comes_back() -> None:
    at = pick(pick(chips(), QUARTER, "2031-Q2"), WORKLOAD, "rr_training")
    at.switch_page("explore.py")
    run(at)
    move(at, "adoption_genai_training", 0.4)
    at.switch_page(PAGE)
    run(at)
    assert (list_of(at, QUARTER).value, list_of(at, WORKLOAD).value) == ("2031-Q2", "rr_training")
    assert title(at).startswith("In 2031-Q2 ")


def test_a_nearer_horizon_shows_a_quarter_within_it_and_a_farther_one_the_quarter_picked() -> None:
    at = pick(chips(), QUARTER, "2032-Q4")
    move(at, "horizon_year", 2028)
    assert title(at).startswith("In 2028-Q4 ")
    move(at, "horizon_year", 2032)
    assert title(at).startswith("In 2032-Q4 ")


def test_a_slower_custom_chip_is_seen_at_once() -> None:
    at = chips(BASE.replace(custom_performance=0.5))
    assert title(at).startswith("In 2029-Q1 MTIA is dearer than buying in every workload; it would tie in ")


def test_the_table_of_ties_says_what_must_be_true() -> None:
    at = chips()
    table = next(element.value for element in at.main.markdown if element.value.startswith("Workload |"))
    rows = [[read(cell) for cell in line.split(" | ")] for line in table.split("\n")][2:]
    assert [row[0] for row in rows] == list(frames.workload_labels(bundled()))
    assert rows[3][1:] == [
        "MTIA successor (2028), $0.464",
        "Rubin Ultra class (2028), $0.279",
        "1.66 times",
        "47 %",
        "never",
    ]
    assert re.search(r"MI500 class \(2028\), \$0\.\d{3}", rows[0][2]), "AMD is among what can be bought"


@pytest.mark.parametrize("name", FOLDS)
def test_one_click_shows_the_figures_and_what_they_rest_on(name: str) -> None:
    at = chips()
    assert not at.main.dataframe
    at.session_state[f"behind_{name}"] = True
    run(at)
    table, inputs, beliefs = (element.value for element in at.main.dataframe)
    assert len(table) and len(inputs) and len(beliefs)
    if name == "specification":
        assert len(table) == len(bundled().chips.id)
    if name == "chip_costs":
        assert len(table) == len(roadmap.matrix(answer(BASE).sim, quarter_index("2029-Q1"))) / len(roadmap.PARTS)
