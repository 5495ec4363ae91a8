"""A signpost stands where another course begins to be best, and nowhere else."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from core.base.finance import MATERIAL_USD
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.risk.futures import DRAWS, drawn_levers
from core.risk.mix.problem import Effort, Problem, asked
from core.risk.mix.signposts import Offered, Signpost, signposts
from core.risk.run import Cancelled
from core.risk.worth import worth
from tests.support.frozen import BASE, INPUTS, LEVERS

FEW = 16
"""Futures in which beliefs are moved: what is asked here does not hang on their number."""
EXIT = BASE.replace(**dict.fromkeys(map(adoption, INPUTS.workloads), 0.0))
ALL = BASE.replace(**dict.fromkeys(map(adoption, INPUTS.workloads), 1.0))


def problem(**limits: object) -> Problem:
    return asked(INPUTS, {"limits": limits}, Effort(broad=FEW))


@cache
def offered() -> tuple[Offered, ...]:
    """The plan, all custom and the exit, the best first."""
    named = {"plan": BASE, "all": ALL, "exit": EXIT}
    sure = worth(INPUTS, BASE, list(named.values()), DRAWS[0])
    of = [Offered(name, one, float(usd)) for (name, one), usd in zip(named.items(), sure.expected_usd, strict=True)]
    return tuple(sorted(of, key=lambda one: -one.expected_usd))


@cache
def found() -> tuple[Signpost, ...]:
    best, *others = offered()
    return signposts(problem(), best, others)


def expected_cost_usd(course: Scenario, **belief: float) -> float:
    """What a course costs in the few futures, worked out as any scenario is."""
    drawn = drawn_levers(INPUTS, BASE.replace(**belief), DRAWS[0])
    batch: dict[str, NDArray[np.float64]] = {name: x[:FEW] for name, x in drawn.items()}
    chosen = {name: np.repeat(x, FEW) for name, x in columns([course]).items() if name.startswith("adoption_")}
    return float(evaluate(INPUTS, batch | chosen, series=()).metrics["pv_cost_usd"].mean())


def ahead_usd(other: Offered, **belief: float) -> float:
    best = offered()[0]
    gap = expected_cost_usd(best.scenario, **belief) - expected_cost_usd(other.scenario, **belief)
    drawn = expected_cost_usd(best.scenario) - expected_cost_usd(other.scenario)
    return other.expected_usd - best.expected_usd + gap - drawn


def test_another_course_is_best_from_the_signpost_on_and_not_a_step_before() -> None:
    assert found(), "no belief makes another course best"
    for one in found()[:3]:
        lever = LEVERS[one.lever]
        back = lever.step if one.at < one.setting else -lever.step
        other = next(course for course in offered() if course.name == one.course)
        assert ahead_usd(other, **{one.lever: lever.value(one.at)}) > MATERIAL_USD
        before = {one.lever: lever.value(round(one.at + back, 12))}
        assert all(ahead_usd(course, **before) <= MATERIAL_USD for course in offered()[1:])


def test_the_likeliest_comes_first_and_each_can_be_set_with_its_slider() -> None:
    shares = [one.beyond_share for one in found()]
    assert shares == sorted(shares, reverse=True)
    assert all(0.0 <= share < 0.5 for share in shares)
    for one in found():
        assert BASE.replace(**{one.lever: LEVERS[one.lever].value(one.at)}) != BASE


def test_a_course_beyond_the_limits_is_no_signpost() -> None:
    best, *others = offered()
    held = signposts(problem(adoption_change_max=0.0), best, others)
    assert not {"plan", "all"} & {one.course for one in held}


def test_nothing_is_looked_for_without_another_course_and_who_no_longer_waits_ends_it() -> None:
    best, *others = offered()
    assert signposts(problem(), best, [best]) == ()
    with pytest.raises(Cancelled):
        signposts(problem(), best, others, cancelled=lambda: True)


def test_progress_only_rises_up_to_all() -> None:
    best, *others = offered()
    told: list[float] = []
    signposts(problem(), best, others[:1], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
