"""Scenarios worked out once for all tests of a process."""

from __future__ import annotations

from functools import cache

from core.inputs.data import Inputs, bundled
from core.inputs.lever import Value
from core.inputs.scenario import Scenario
from core.risk.futures import DRAWS, Futures, RightToStop, right_to_stop, sample
from core.story.answer import Answer
from tests.support.frozen import BASE, INPUTS


@cache
def answer(scenario: Scenario = BASE, inputs: Inputs | None = None) -> Answer:
    return Answer.of(inputs or bundled(), scenario)


def set_to(**changes: Value) -> Answer:
    return answer(INPUTS.scenario(changes))


@cache
def futures_of(scenario: Scenario = BASE) -> Futures:
    return sample(bundled(), scenario, DRAWS[0])


@cache
def stop_of(scenario: Scenario = BASE) -> RightToStop:
    return right_to_stop(bundled(), futures_of(scenario))
