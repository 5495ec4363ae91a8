"""The Cost page as a reader meets it: cash beside expense, and what is picked stays picked."""

from __future__ import annotations

from functools import partial

import pytest

from core.story import finding
from core.views.cost import lives, money
from core.views.cost.figures import PAGE
from core.views.cost.money import CASH, EXPENSE, RUNNING_COST, Side
from core.views.cost.view import CUMULATIVE, CUSTOM_ONLY, DIFFERENCE, QUARTERS, View
from pages.parts.kept.answer import answer
from tests.support.frozen import BASE
from tests.support.pages import at_page, captions, go_to, pick, table_rows, title, titles
from tests.support.visit import charts_drawn, lines, move, scenario, strip, tables
from tests.support.words import read

cost = partial(at_page, "cost.py")


def test_every_figure_of_the_page_is_drawn_and_the_words_of_lives_stand_once_beside_their_chart() -> None:
    with charts_drawn() as drawn:
        at = cost()
    assert set(drawn) == set(PAGE.figures)
    words = lives.words(View(answer(BASE)))
    assert table_rows(at, "Life") == [[read(cell) for cell in row] for row in words.to_numpy().tolist()]
    assert sum(rows[0][0] == "Life" for rows in tables(at)) == 1


def test_the_subtitle_and_the_evidence_line_stand_as_on_every_page() -> None:
    under = lines(cost().main)
    assert under[0].startswith("Meta · Company plan · against today's mix held")
    assert read(finding.evidence_line(answer(BASE))) in under


@pytest.mark.parametrize("side", [CASH, EXPENSE, RUNNING_COST], ids=lambda side: side.name)
def test_quarters_and_cumulative_figures_are_one_click_away_in_all_three_charts(side: Side) -> None:
    with charts_drawn() as drawn:
        at = cost()
        assert drawn[side.name].frame["period"].nunique() == 6
        pick(at, "By", QUARTERS)
        pick(at, "Show", CUMULATIVE)
    frame = drawn[side.name].frame
    assert frame.equals(money.frame(View(answer(BASE), QUARTERS, CUMULATIVE), side))
    assert frame["period"].nunique() == 24


def test_the_difference_is_told_by_the_caption_and_has_no_outline() -> None:
    with charts_drawn() as drawn:
        at = cost()
        amounts = len(drawn["expense"].spec["layer"])
        pick(at, "Show", DIFFERENCE)
    assert any("This scenario less today's mix held" in caption for caption in captions(at))
    assert len(drawn["expense"].spec["layer"]) == amounts  # dots instead of the outline
    assert "dot_usd" in drawn["expense"].frame


def test_another_life_changes_the_strip_the_title_and_the_chart() -> None:
    with charts_drawn() as drawn:
        at = cost()
        pick(at, "Years", 3)
        pick(at, "Life of", CUSTOM_ONLY)
    view = View(answer(BASE), scope=CUSTOM_ONLY, life=3)
    assert strip(at)[4].label == f"Written off if chips last 3, not {BASE['service_life_custom_years']} years"
    assert read(lives.title(view)) in titles(at)
    assert drawn["lives"].frame.equals(lives.frame(view))


def test_what_is_picked_stays_when_a_lever_moves_and_when_the_visitor_comes_back() -> None:
    at = pick(cost(), "By", QUARTERS)
    move(at, "adoption_genai_training", 0.4)
    go_to(at, "explore.py")
    with charts_drawn() as drawn:
        go_to(at, "cost.py")
    assert scenario(at) == BASE.replace(adoption_genai_training=0.4)
    assert drawn["cash"].frame["period"].nunique() == 24
    assert title(at) == read(PAGE.head.title(View(answer(scenario(at)))))
