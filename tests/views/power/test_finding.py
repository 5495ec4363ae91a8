"""What the Power page says, of whatever year."""

from __future__ import annotations

import pytest
from hypothesis import given

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.story.answer import Answer
from core.views.power import finding, frames
from core.views.power.figures import PAGE, View
from tests.support.answers import answer
from tests.support.cases import PRESETS, SCENARIOS
from tests.support.effort import examples
from tests.support.frozen import INPUTS
from tests.support.strategies import scenarios
from tests.support.words import LONGEST_TITLE, NOISE, said

SHORT = PRESETS["Power is short"]


# --- Whatever is looked at


@pytest.mark.parametrize("name", SCENARIOS)
def test_sentences_read_well_in_every_case(name: str) -> None:
    assert_well_said(View(answer(SCENARIOS[name]), 2028))


@examples(20)
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    assert_well_said(View(Answer.of(bundled(), scenario), 2028))


def assert_well_said(view: View) -> None:
    titles, texts = [PAGE.head.title(view)], []
    for figure in PAGE.figures.values():
        titles.append(figure.title(view))
        texts.append(figure.caption(view))
        if figure.words is not None:
            texts += list(map(str, figure.words(view).to_numpy().ravel()))
    for metric in finding.metrics(view.answer):
        texts += [metric.label, metric.value, metric.change, metric.beside]
    for text in (*titles, *texts):
        assert text and not NOISE.search(said(text)), text
    assert max(map(len, titles)) <= LONGEST_TITLE


# --- What is said


def test_the_title_says_what_is_left_where_power_does_not_bind() -> None:
    text = said(finding.title(answer()))
    left = answer().world.capacity_mw[7] - answer().plan.mw_it[7]
    assert text == (
        f"Power does not bind by 2032: {left:.0f} MW are left at the tightest, in 2028-Q4; a megawatt more is worth "
        "nothing"
    )


def test_the_title_says_what_would_free_the_scenario_and_what_a_megawatt_is_worth() -> None:
    a = answer(SHORT)
    short = frames.capacity(a).short_mw
    text = said(finding.title(a))
    assert f"it would take {short.max() / 1e3:.2f} GW more, in {INPUTS.calendar.label(int(short.argmax()))}," in text
    assert text.endswith(f"is worth ${frames.capacity(a).more_usd / 1e6:.0f} M after tax")
