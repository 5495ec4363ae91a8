"""What stands beside a scenario changes no figure of its report, to the last bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.model.report import report, reports
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.strategies import scenarios, scenarios_of

SOME = 6


def agree(inputs: Inputs, some: list[Scenario]) -> None:
    assert reports(inputs, some) == [report(inputs, one) for one in some]


@examples(10)
@given(st.lists(scenarios(), min_size=SOME, max_size=SOME))
def test_a_scenario_comes_to_the_same_whatever_stands_beside_it(some: list[Scenario]) -> None:
    agree(INPUTS, some)
    agree(INPUTS, [one.replace(horizon_year=2030) for one in some])


@examples(10)
@given(st.lists(scenarios_of(EXAMPLE), min_size=SOME, max_size=SOME))
def test_another_company_s_scenario_does_too(some: list[Scenario]) -> None:
    agree(EXAMPLE, some)
