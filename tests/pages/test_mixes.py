"""The best mix that was found is kept for all who ask the same, wherever their free shares stand."""

from __future__ import annotations

import pytest

from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario
from core.risk.mix.conflict import ImpossibleError
from core.risk.mix.problem import BEST_MIX, Effort, Problem, usual
from core.risk.mix.solve import solve
from core.story.courses import BEST, Course, offered
from pages.parts.kept import courses, mixes, shelf
from pages.parts.kept import odds as work
from tests.support.frozen import BASE, INPUTS

FIRST = adoption(INPUTS.workloads[0])


def asked_quickly(**more: object) -> Problem:
    question = usual(INPUTS, BASE, **more)
    return Problem(INPUTS, BASE, question.free, question.limits, Effort(broad=16, fine=64, shown=1024))


def best_mix(scenario: Scenario) -> Course | None:
    return next((one for one in offered(INPUTS, scenario, work.known) if one.name == BEST), None)


def test_nothing_is_offered_before_it_is_searched_for() -> None:
    shelf.clear()
    assert best_mix(BASE) is None


def test_the_best_mix_is_offered_wherever_the_shares_stand_and_can_be_taken(long_work: None) -> None:
    shelf.clear()
    answer = solve(asked_quickly())
    shelf.put((BEST_MIX, usual(INPUTS, BASE).key), answer)
    moved = BASE.replace(**{FIRST: 0.11})
    mix = best_mix(moved)
    assert mix is not None
    assert mix.scenario == BASE.replace(**answer.best.levers)
    assert best_mix(BASE.replace(pue=1.3)) is None, "other beliefs have another best mix"


def test_the_best_mix_is_worth_in_the_table_of_courses_what_the_search_says(long_work: None) -> None:
    shelf.clear()
    answer = solve(asked_quickly())
    shelf.put((BEST_MIX, usual(INPUTS, BASE).key), answer)
    offer = offered(INPUTS, BASE, work.known)
    (place,) = [i for i, one in enumerate(offer) if one.name == BEST]
    sure = courses.found(INPUTS, BASE, offer, answer.problem.effort.shown)
    assert sure.expected_usd[place] == pytest.approx(answer.best.expected_usd)
    assert sure.bad_tenth_usd[place] == pytest.approx(answer.best.bad_tenth_usd)
    assert sure.probability[place] == answer.best.pays_share


def test_what_was_asked_before_is_found_at_once_and_what_is_impossible_is_not_kept(long_work: None) -> None:
    shelf.clear()
    problem = asked_quickly()
    assert mixes.found(problem) is mixes.found(problem) is mixes.known(problem)
    impossible = asked_quickly(limits={"peak_mw_it_max": 1.0})
    with pytest.raises(ImpossibleError):
        mixes.found(impossible)
    assert mixes.known(impossible) is None
