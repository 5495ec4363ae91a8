"""The Programme page as a reader meets it: findings, charts, setbacks, and what stays when they come back."""

from __future__ import annotations

from functools import partial

import pytest

from core.inputs.data import bundled
from core.story.labels import workload_labels
from core.views.programme import charts as programme_charts
from core.views.programme import finding as said
from core.views.programme import frames as programme
from core.views.programme.setbacks import SETBACKS
from pages.parts.kept import programmes
from tests.support.cases import EXTREMES, PRESETS
from tests.support.frozen import BASE
from tests.support.pages import at_page, go_to, pick, title, titles
from tests.support.visit import charts_drawn, lines, move
from tests.support.words import read

PAGE = "programme.py"
CHARTS = {
    "programme_spending", "programme_volume", "programme_outcomes", "programme_delay", "programme_worth",
    "programme_years",
}  # fmt: skip
at_programme = partial(at_page, PAGE)


# --- Every scenario


@pytest.mark.parametrize("name", ["Company plan", "Exit custom", "everything at its least"])
def test_of_a_chart_that_has_nothing_to_draw_the_finding_stands_alone(name: str) -> None:
    with charts_drawn() as drawn:
        at = at_programme({**PRESETS, **EXTREMES}[name])
    assert len(titles(at)) == len(CHARTS) + 1
    if name == "Company plan":
        assert set(drawn) == CHARTS
    elif name == "everything at its least":
        assert {"programme_spending", "programme_years", "programme_outcomes"}.isdisjoint(drawn), "an empty chart"
        assert "Nothing is spent on the custom programme" in titles(at)
    else:
        assert set(drawn) <= CHARTS


@pytest.mark.parametrize("baseline", ["hold", "exit"])
def test_the_reader_is_told_that_the_page_is_against_exit(baseline: str) -> None:
    at = at_programme(BASE.replace(baseline=baseline))
    assert "against exit custom" in lines(at.main)[0]
    assert title(at) == read(said.title(programmes.study(BASE)))


# --- What is looked at


def test_a_setback_and_a_rule_are_looked_at_and_stay_looked_at() -> None:
    at = pick(pick(at_programme(), "Coming custom chips", SETBACKS[2].name), "Rule", "Stopping when dearer")
    wanted = read(said.outcomes_title(programmes.study(BASE), SETBACKS[2], 0.0))
    assert wanted in titles(at)
    go_to(go_to(at, "explore.py"), PAGE)
    assert wanted in titles(at)


def test_what_is_looked_at_is_no_lever() -> None:
    at = pick(at_programme(), "Coming custom chips", "As set")
    assert at.session_state["history"].now.scenario == BASE


def test_a_moved_lever_moves_the_finding() -> None:
    at = at_programme()
    before = title(at)
    move(at, "adoption_genai_training", 0.4)
    assert title(at) != before


def test_every_kind_has_a_look_of_its_own() -> None:
    found = programmes.study(BASE)
    assert len(programme_charts.SHADES) == len(programme.KINDS) == len(set(programme_charts.SHADES))
    assert set(found.spending["kind"]) <= set(programme.KINDS.values())
    assert set(workload_labels(bundled())) == set(programme.worth(found.answer, found.by_workload_usd)["workload"])
