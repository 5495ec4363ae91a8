"""What the Cost page says, at its head and of whatever is picked."""

from __future__ import annotations

import pytest
from hypothesis import given

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.story.answer import Answer
from core.views.cost import bridge, earnings, finding, lives, money, work_cost
from core.views.cost.figures import FIGURES
from core.views.cost.money import CASH, EXPENSE, RUNNING_COST
from core.views.cost.view import GRAINS, LIVES, MEASURES, SCOPES, View
from core.views.explore.finding import metrics as explored
from tests.support.answers import answer
from tests.support.cases import SCENARIOS, TODAY
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.pages import assert_can_be_shown, assert_worded
from tests.support.strategies import scenarios
from tests.support.words import said

SIDES = (CASH, EXPENSE, RUNNING_COST)


def assert_reads_well(a: Answer) -> None:
    """Fail if anything that can be picked makes the page say something odd."""
    view = View(a)
    measured = [(View(a, measure=measure), side) for measure in MEASURES for side in SIDES]
    aged = [View(a, scope=scope, life=life) for scope in SCOPES for life in LIVES]
    assert_worded(
        [
            finding.headline(view),
            earnings.title(view),
            work_cost.title(view),
            bridge.title(view),
            *(money.title(view, side) for side in SIDES),
            *map(lives.title, aged),
        ],
        [
            earnings.caption(view),
            work_cost.caption(view),
            bridge.caption(view),
            *(money.caption(seen, side) for seen, side in measured),
            *map(lives.caption, aged),
            finding.note(view),
        ],
        finding.metrics(view),
        lives.words(view),
    )


@examples(20)
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    assert_reads_well(answer.__wrapped__(scenario))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_ready_made_scenario_and_every_extreme_reads_well(name: str) -> None:
    assert_reads_well(answer(SCENARIOS[name]))


def test_the_title_answers_what_it_does_to_capital_spending_and_when_it_is_accretive() -> None:
    assert said(finding.headline(View(answer()))) == (
        "Against today's mix held, capital spending is $2.9 B lower in 2027 and $6.4 B lower in 2028; "
        "accretive from 2028, +$2.07 a share in 2032"
    )
    never = said(finding.headline(View(answer(INPUTS.scenario({"custom_delay_quarters": 5})))))
    assert "not accretive by 2032, −$0.21 a share" in never
    assert "nothing differs by 2032" in finding.headline(View(answer(INPUTS.scenario(TODAY))))


def test_the_capital_spending_of_the_first_year_is_the_headline_figure_of_the_explore_page() -> None:
    ours = finding.metrics(View(answer(BASE)))
    theirs = {figure.label: figure for figure in explored(answer(BASE))}
    assert (ours[0].value, ours[0].change) == (theirs[ours[0].label].value, theirs[ours[0].label].change)
    assert ours[3] == theirs["First accretive year"]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("name", FIGURES)
def test_a_chart_has_a_colour_for_every_name_however_it_is_looked_at(name: str, grain: str, measure: str) -> None:
    figure, view = FIGURES[name], View(answer(), grain, measure)
    spec, frame = figure.spec, figure.frame
    assert spec is not None and frame is not None
    assert_can_be_shown(lambda mode: spec(mode, view), frame(view))


def test_kinds_of_cash_are_named_after_the_suppliers_of_the_data() -> None:
    assert money.kinds(bundled(), CASH)[: len(bundled().supplier_names)] == ("MTIA", "NVIDIA", "AMD")
