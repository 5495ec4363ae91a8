"""How long what is asked of the answer takes; reported, never asserted.

Run `pytest tests/benchmarks/test_sensitivity_speed.py`. Budgets on two cores: tornado 15 ms, switching values of every
lever 200 ms, regret 40 ms, a goal 30 ms, variance shares at 512 points 800 ms.
"""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from core.inputs.data import Inputs, bundled
from core.risk.goal import Goal, seek
from core.risk.regret import regret
from core.risk.sensitivity import switching, tornado, variance_shares
from tests.support.frozen import BASE, INPUTS, LEVERS

ROUNDS = 5


@pytest.fixture(scope="module")
def data() -> Inputs:
    inputs = bundled()
    tornado(inputs, BASE)  # what is tabulated once a process is not what is measured
    return inputs


def test_tornado(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 15
    assert len(benchmark(lambda: tornado(data, BASE))) == len(LEVERS.beliefs)


def test_switching_values_of_every_lever(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 200
    found = benchmark.pedantic(lambda: switching(data, BASE), rounds=ROUNDS, warmup_rounds=1)
    assert found["turns_at"].notna().any()


def test_regret_of_seven_choices_in_all_worlds(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 40
    assert benchmark(lambda: regret(data, BASE)).cost_usd.shape == (7, 54)


@pytest.mark.parametrize(
    ("lever", "goal", "is_met"),
    [
        ("custom_cost", Goal.value(10e9), True),
        ("demand_growth_genai", Goal.power(12_000.0), True),
        ("demand_growth_genai", Goal.capital_spending(2028, 110e9), True),
        ("custom_supply_limit_mw", Goal.payback("2027-Q1", INPUTS.calendar), False),
    ],
    ids=["value", "power", "capital spending", "payback, which none meets"],
)
def test_a_goal(benchmark: BenchmarkFixture, data: Inputs, lever: str, goal: Goal, is_met: bool) -> None:
    benchmark.extra_info["budget_ms"] = 30
    assert benchmark(lambda: seek(data, BASE, lever, goal)).met is is_met


def test_variance_shares_at_the_usual_points(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 800
    shares = benchmark.pedantic(lambda: variance_shares(data, BASE), rounds=3, warmup_rounds=1)
    assert shares["total"].sum() > 1.0
