"""The Programme page as a reader meets it: findings, charts, setbacks, and what stays when they come back."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from core.inputs.data import bundled
from core.inputs.scenario import BASE
from core.story.labels import workload_labels
from core.views.programme import charts as programme_charts
from core.views.programme import finding as said
from core.views.programme import frames as programme
from core.views.programme.frames import OUTCOMES, SETBACKS
from pages.parts.kept import programmes
from tests.support.cases import EXTREMES, PRESETS
from tests.support.pages import (
    Charts,
    assert_drawn,
    assert_sound,
    assert_well_said,
    at_page,
    behind,
    go_to,
    pick,
    title,
    titles,
)
from tests.support.visit import charts_drawn, move
from tests.support.words import read

PAGE = "programme.py"
CHARTS = {
    "programme_spending", "programme_volume", "programme_outcomes", "programme_delay", "programme_worth",
    "programme_years",
}  # fmt: skip
LATE = SETBACKS[1]
at_programme = partial(at_page, PAGE)


# --- Every scenario


@pytest.mark.parametrize("name", [*PRESETS, *EXTREMES])
def test_the_page_shows_its_finding_and_no_slip_of_the_pen(name: str) -> None:
    wanted = {**PRESETS, **EXTREMES}[name]
    with charts_drawn() as drawn:
        at = at_programme(wanted)
    found = programmes.study(wanted)
    assert title(at) == read(said.title(found))
    assert [metric.label for metric in at.metric] == [figure.label for figure in said.headline_figures(found)]
    assert_well_said(at)
    assert len(titles(at)) == len(CHARTS) + 1
    if name == "Company plan":
        assert set(drawn) == CHARTS
    elif name == "everything at its least":
        assert {"programme_spending", "programme_years", "programme_outcomes"}.isdisjoint(drawn), "an empty chart"
        assert "Nothing is spent on the custom programme" in titles(at)
    else:
        assert set(drawn) <= CHARTS
    assert_drawn(at, drawn)


@pytest.mark.parametrize("baseline", ["hold", "exit"])
def test_the_reader_is_told_that_the_page_is_against_exit(baseline: str) -> None:
    at = at_programme(BASE.replace(baseline=baseline))
    assert "against exit custom" in read(at.main.caption[0].value)
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


def test_one_click_shows_the_table_behind_a_chart() -> None:
    found = programmes.study(BASE)
    tables = {
        "programme_spending": said.spending_table(found),
        "programme_volume": said.volume_table(found),
        "programme_delay": said.delay_table(found),
        "programme_outcomes": said.outcomes_table(found, LATE, 1.0),
        "programme_worth": said.worth_table(found),
    }
    for name, shown in behind(at_programme(), tables).items():
        pd.testing.assert_frame_equal(shown[0], tables[name], check_dtype=False)
        assert len(shown) == 3, name


# --- Charts

FOUND = programmes.study(BASE)
SPECS: Charts = {
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


def test_every_chart_of_the_page_is_tested_here() -> None:
    made = {name for name, value in vars(programme_charts).items() if hasattr(value, "cache_info")}
    assert made == set(SPECS)


@pytest.mark.parametrize("name", SPECS)
def test_every_chart_of_the_page_is_sound(name: str) -> None:
    assert_sound(*SPECS[name])


def test_every_kind_and_outcome_has_a_look_of_its_own() -> None:
    assert len(programme_charts.SHADES) == len(programme.KINDS) == len(set(programme_charts.SHADES))
    assert set(FOUND.spending["kind"]) <= set(programme.KINDS.values())
    assert set(workload_labels(bundled())) == set(programme.worth(FOUND.answer)["workload"])
