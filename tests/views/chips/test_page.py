"""The Chips page as a reader meets it: which chip for which workload, and what was looked at stays."""

from __future__ import annotations

import re
from functools import partial

from core.inputs.data import bundled
from core.story import finding
from core.story.labels import workload_labels
from core.views.chips import frames
from pages.parts.kept.answer import answer
from tests.support.frozen import BASE, INPUTS
from tests.support.pages import at_page, behind, go_to, pick, table_rows, title, widget
from tests.support.visit import charts_drawn, move, texts

PAGE = "chips.py"
QUARTER, WORKLOAD = "Chips on offer in", "Over time, for"
chips = partial(at_page, PAGE)


def test_at_first_the_page_shows_the_quarter_in_which_adoption_is_at_its_full_rate() -> None:
    at = chips()
    assert widget(at, QUARTER).value == INPUTS.calendar.label(finding.ramped(answer(BASE))) == "2029-Q1"
    assert widget(at, WORKLOAD).value == "genai_inference"


def test_another_quarter_changes_title_matrix_and_ties_and_another_workload_the_rest() -> None:
    with charts_drawn() as before:
        at = chips()
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
    assert "In generative training MTIA is never cheaper than the best bought chip" in " ".join(texts(at))


def test_what_was_looked_at_is_there_when_the_visitor_comes_back() -> None:
    at = pick(pick(chips(), QUARTER, "2031-Q2"), WORKLOAD, "rr_training")
    move(go_to(at, "explore.py"), "adoption_genai_training", 0.4)
    go_to(at, PAGE)
    assert (widget(at, QUARTER).value, widget(at, WORKLOAD).value) == ("2031-Q2", "rr_training")
    assert title(at).startswith("In 2031-Q2 ")


def test_a_nearer_horizon_shows_a_quarter_within_it_and_a_farther_one_the_quarter_picked() -> None:
    at = pick(chips(), QUARTER, "2032-Q4")
    move(at, "horizon_year", 2028)
    assert title(at).startswith("In 2028-Q4 ")
    move(at, "horizon_year", 2032)
    assert title(at).startswith("In 2032-Q4 ")


def test_a_slower_custom_chip_is_seen_at_once() -> None:
    at = chips(BASE.replace(custom_performance=0.5))
    assert title(at).startswith(
        "In 2029-Q1 MTIA is dearer than the best bought chip in every workload; it would tie in "
    )


def test_the_table_of_ties_says_what_must_be_true() -> None:
    rows = table_rows(chips(), "Workload")
    assert [row[0] for row in rows] == list(workload_labels(bundled()))
    assert rows[3][1:] == [
        "MTIA successor (2028), $0.464",
        "Rubin Ultra class (2028), $0.279",
        "1.66 times",
        "47 %",
        "never",
    ]
    assert re.search(r"MI500 class \(2028\), \$0\.\d{3}", rows[0][2]), "AMD is among what can be bought"


def test_behind_the_figures_stands_every_chip() -> None:
    shown = behind(chips(), ("chip_costs", "specification"))
    assert len(shown["specification"][0]) == len(bundled().chips.id)
    matrix = frames.matrix(answer(BASE), INPUTS.calendar.index("2029-Q1"))
    assert len(shown["chip_costs"][0]) == len(matrix) / len(frames.PARTS)
