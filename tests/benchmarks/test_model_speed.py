"""How long the model takes; reported, never asserted.

Run `pytest tests/benchmarks/test_model_speed.py`. Budgets on one core of a small machine: a scenario with its
variants 2 ms; crossover and contribution of every workload 10 ms; 10,000 drawn scenarios 0.5 s in less than
1 GiB; cost a scenario flat from 1,000 to 100,000.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from core.inputs.data import Inputs, bundled
from core.inputs.scenario import columns
from core.model.evaluate import evaluate
from core.model.model import simulate
from core.model.sweep import sweep_adoption
from tests.support.frozen import BASE
from tests.support.measuring import drawn

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def data() -> Inputs:
    inputs = bundled()
    evaluate(inputs, columns([BASE]))  # what is tabulated once a process is not what is measured
    return inputs


def test_one_scenario_with_its_variants(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 2
    levers = columns([BASE])
    assert benchmark(lambda: simulate(data, levers)).flows.pv_cost_usd.shape == (3, 1)


def test_one_scenario_with_all_figures_of_the_machine_interface_but_sweeps(
    benchmark: BenchmarkFixture, data: Inputs
) -> None:
    levers = columns([BASE])
    result = benchmark(lambda: evaluate(data, levers))
    assert result.metrics["npv_usd"].shape == (1,)


def test_crossover_and_contribution_of_every_workload(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 10
    levers = columns([BASE])
    sweep = benchmark(lambda: sweep_adoption(simulate(data, levers)))
    assert sweep.value_usd.shape == (4, 101)


def test_ten_thousand_drawn_scenarios_with_their_variants(benchmark: BenchmarkFixture, data: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 500
    levers = drawn(10_000)
    result = benchmark.pedantic(lambda: evaluate(data, levers, series=()), rounds=5, warmup_rounds=1)
    assert np.isfinite(result.metrics["npv_usd"]).all()


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
def test_cost_of_a_scenario_in_a_batch(benchmark: BenchmarkFixture, data: Inputs, count: int) -> None:
    levers = drawn(count)
    benchmark.pedantic(lambda: evaluate(data, levers, series=()), rounds=1 if count > 10_000 else 3, warmup_rounds=1)
    benchmark.extra_info["us_per_scenario"] = round(1e6 * benchmark.stats.stats.min / count, 2)
    print(f"\n{count} scenarios: {benchmark.extra_info['us_per_scenario']} us each")


def test_cost_of_a_scenario_is_flat(benchmark: BenchmarkFixture, data: Inputs) -> None:
    """The ratio of the dearest to the cheapest scenario over three sizes of batch, measured in one go."""

    def cost(count: int) -> float:
        levers, seconds = drawn(count), []
        for _ in range(2 if count > 10_000 else 5):
            started = perf_counter()
            evaluate(data, levers, series=())
            seconds.append(perf_counter() - started)
        return min(seconds) / count

    costs = benchmark.pedantic(lambda: [cost(count) for count in (1_000, 10_000, 100_000)], rounds=1)
    ratio = max(costs) / min(costs)
    benchmark.extra_info["dearest_over_cheapest"] = round(ratio, 3)
    print(f"\n1,000 / 10,000 / 100,000: {', '.join(f'{1e6 * c:.1f} us' for c in costs)}; ratio {ratio:.2f}")


_PEAK = """
from core.inputs.data import bundled
from core.model.evaluate import evaluate
from tests.support.measuring import drawn, peak_mib

inputs, levers = bundled(), drawn({count})
before = peak_mib()
evaluate(inputs, levers, series=())
print(before, peak_mib())
"""


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_peak_memory_of_a_batch(benchmark: BenchmarkFixture, count: int) -> None:
    """Peak resident memory of a process of its own, which has loaded the data and drawn the batch."""

    def peak() -> tuple[int, int]:
        code = _PEAK.format(count=count)
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        before, after = (int(figure) for figure in done.stdout.split())
        return before, after

    before, after = benchmark.pedantic(peak, rounds=1)
    benchmark.extra_info["peak_mib"] = after
    print(f"\n{count} scenarios: {after} MiB at the peak, {before} MiB before")
