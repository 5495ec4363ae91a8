"""The Cost page as a reader meets it: findings in every case, cash beside expense, and what is picked stays picked."""

from __future__ import annotations

from functools import partial

import pytest

from core.inputs.scenario import BASE
from core.story import finding
from core.views.cost import frames as outlay
from pages.parts.kept.answer import answer
from pages.parts.kept.lives import lives
from tests.support.pages import (
    QUICK,
    assert_drawn,
    assert_well_said,
    at_page,
    behind,
    captions,
    figures,
    go_to,
    pick,
    title,
    titles,
)
from tests.support.visit import charts_drawn, move, scenario
from tests.support.words import read

PAGE = "cost.py"
CHARTS = ("cash", "expense", "running_cost", "earnings", "work_cost", "cost_bridge", "lives")
cost = partial(at_page, PAGE)


# --- Every scenario


@pytest.mark.parametrize("name", QUICK)
def test_the_page_says_its_finding_and_every_chart_gets_what_it_reads(name: str) -> None:
    wanted = QUICK[name]
    with charts_drawn() as drawn:
        at = cost(wanted)
    a, swept = answer(wanted), lives(wanted)
    assert scenario(at) == wanted
    assert title(at) == read(outlay.headline(a))
    assert figures(at) == [read(figure.value) for figure in outlay.strip(a, swept, outlay.SHORTER_YEARS)]
    assert_well_said(at)
    assert set(drawn) == set(CHARTS)
    assert_drawn(at, drawn)


def test_the_subtitle_and_the_evidence_line_stand_as_on_every_page() -> None:
    under = [read(caption.value) for caption in cost().main.caption]
    assert under[0].startswith("Company plan · against today's mix held")
    assert read(finding.evidence_line(answer(BASE))) in under


# --- What the visitor looks at


def test_quarters_and_cumulative_figures_are_one_click_away_in_all_three_charts() -> None:
    with charts_drawn() as drawn:
        at = cost()
        assert drawn["cash"].frame["period"].nunique() == 6
        pick(at, "By", outlay.QUARTERS)
        pick(at, "Show", outlay.CUMULATIVE)
    a = answer(BASE)
    for name, side in (("cash", outlay.CASH), ("expense", outlay.EXPENSE), ("running_cost", outlay.RUNNING)):
        frame = drawn[name].frame
        assert frame.equals(outlay.money(a, side, outlay.QUARTERS, outlay.CUMULATIVE))
        assert frame["period"].nunique() == 24


def test_the_difference_is_told_by_the_caption_and_has_no_outline() -> None:
    with charts_drawn() as drawn:
        at = cost()
        amounts = len(drawn["expense"].spec["layer"])
        pick(at, "Show", outlay.VARIANCE)
    assert any("This scenario less today's mix held" in caption for caption in captions(at))
    assert len(drawn["expense"].spec["layer"]) == amounts  # dots instead of the outline
    assert "dot_usd" in drawn["expense"].frame


def test_another_life_changes_the_strip_the_title_and_the_chart() -> None:
    with charts_drawn() as drawn:
        at = cost()
        pick(at, "Years", 3)
        pick(at, "Life of", outlay.CUSTOM_ONLY)
    a, swept = answer(BASE), lives(BASE)
    assert at.metric[4].label == "Written off, 3-year life"
    assert read(outlay.lives_title(a, swept, outlay.CUSTOM_ONLY, 3)) in titles(at)
    assert drawn["lives"].frame.equals(outlay.charges(a, swept, outlay.CUSTOM_ONLY, 3))


def test_what_is_picked_stays_when_a_lever_moves_and_when_the_visitor_comes_back() -> None:
    at = pick(cost(), "By", outlay.QUARTERS)
    move(at, "adoption_genai_training", 0.4)
    go_to(at, "explore.py")
    with charts_drawn() as drawn:
        go_to(at, PAGE)
    assert scenario(at) == BASE.replace(adoption_genai_training=0.4)
    assert drawn["cash"].frame["period"].nunique() == 24
    assert title(at) == read(outlay.headline(answer(scenario(at))))


# --- Behind each figure


def test_one_click_shows_the_figures_and_what_they_rest_on() -> None:
    for name, tables in behind(cost(), CHARTS).items():
        assert len(tables) == 3, name
        assert all(len(table) for table in tables), name
