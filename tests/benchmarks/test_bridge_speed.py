"""How long a bridge takes; reported, never asserted.

Run `pytest tests/benchmarks/test_bridge_speed.py`. Budgets: over 12 levers, which are split in one go, 1 s; over
every lever, which are split by group, 1.5 s.
"""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.views.compare.bridge import bridge
from tests.support.cases import other_end
from tests.support.frozen import BASE, INPUTS, LEVERS

ROUNDS = 5


@pytest.fixture(scope="module")
def data() -> Inputs:
    inputs = bundled()
    evaluate(inputs, columns([BASE]))  # what is tabulated once a process is not what is measured
    return inputs


def differing(count: int, longest: bool) -> Scenario:
    """The base with `count` levers moved as far as they go, the last ones first; they include the horizon or not."""
    chosen = [lever for lever in reversed(LEVERS.values()) if lever.id != "horizon_year"][: count - longest]
    return INPUTS.scenario(
        {lever.id: other_end(lever) for lever in chosen} | ({"horizon_year": 2035} if longest else {})
    )


@pytest.mark.parametrize("longest", [False, True], ids=["one horizon", "two horizons"])
def test_a_bridge_over_twelve_levers(benchmark: BenchmarkFixture, data: Inputs, longest: bool) -> None:
    benchmark.extra_info["budget_ms"] = 1000
    after = differing(12, longest)
    built = benchmark.pedantic(lambda: bridge(data, BASE, after), rounds=ROUNDS, warmup_rounds=1)
    assert len(built.levers) == 12


def test_a_bridge_over_every_lever(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 1500
    after = differing(len(LEVERS), longest=True)
    built = benchmark.pedantic(lambda: bridge(data, BASE, after), rounds=ROUNDS, warmup_rounds=1)
    assert len(built.levers) == len(LEVERS)


def test_a_bridge_over_one_lever(benchmark: BenchmarkFixture, data: Inputs) -> None:
    after = differing(1, longest=False)
    built = benchmark(lambda: bridge(data, BASE, after))
    assert len(built.levers) == 1
