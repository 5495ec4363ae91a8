"""How long the model takes; reported, never asserted.

Run `pytest tests/benchmarks/test_model_speed.py`. Budgets on one core of a small machine: a scenario with its
variants 2 ms; crossover and contribution of every workload 10 ms; 10,000 drawn scenarios 0.5 s in less than
1 GiB; cost a scenario flat from 1,000 to 100,000. A scenario of a company at the bounds 15 ms; time and memory grow no
faster than suppliers times workloads. CROSSOVER_BEFORE=FOLDER, the tree of an earlier version, sets it beside this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from core.inputs.data import DATA_VARIABLE, Inputs, bundled, load, read
from core.inputs.scenario import Columns, columns
from core.model.evaluate import evaluate, summarise
from core.model.model import simulate
from core.model.opening import opening_tables
from core.model.report import report
from core.model.sweep import sweep_adoption
from tests.support import datasets
from tests.support.frozen import BASE, FROZEN
from tests.support.largest import at_bounds, at_the_bounds
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


def test_loading_the_data(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info["budget_ms"] = 500
    assert benchmark(lambda: load(FROZEN)).workloads


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


# --- A company at the bounds: six merchants, eight workloads, 120 chips, 2,000 lots, 20 contracts


@pytest.fixture(scope="module")
def largest() -> Inputs:
    inputs = at_bounds()
    opening_tables(inputs)
    return inputs


@pytest.mark.benchmark(timer=process_time)
def test_one_scenario_at_the_bounds(benchmark: BenchmarkFixture, largest: Inputs) -> None:
    benchmark.extra_info["budget_ms"] = 15
    levers = columns([largest.base])
    assert benchmark(lambda: summarise(simulate(largest, levers))).metrics["npv_usd"].shape == (1,)


@pytest.mark.benchmark(timer=process_time)
def test_a_whole_report_at_the_bounds(benchmark: BenchmarkFixture, largest: Inputs) -> None:
    """With crossover and contribution of every workload: 808 courses and 256."""
    told = benchmark(lambda: report(largest, largest.base))
    assert len(told["metrics"]["contribution"]) == 8


# --- Growth

SIZES = ((1, 1), (2, 3), (4, 5), (6, 8))
"""Merchants and workloads."""
TOGETHER = 64
"""Scenarios at once, so that what a batch costs whatever its size is no matter."""


def of_size(merchants: int, workloads: int) -> Inputs:
    """The company at the bounds with the first of its merchants and workloads only."""
    tables = at_the_bounds()
    suppliers = [str(row["supplier_id"]) for row in tables["suppliers"]]
    for merchant in suppliers[1 + merchants :]:
        tables = datasets.without_merchant(tables, merchant).tables
    for workload in [str(row["workload_id"]) for row in tables["workloads"]][workloads:]:
        tables = datasets.without_workload(tables, workload).tables
    return read(datasets.files(tables))


def test_time_and_memory_by_suppliers_and_workloads(benchmark: BenchmarkFixture) -> None:
    """What a supplier and workload costs in the largest company, over what it costs in each smaller one."""

    def costs() -> dict[tuple[int, int], tuple[float, float]]:
        found = {}
        for merchants, workloads in SIZES:
            inputs = of_size(merchants, workloads)
            levers = {name: np.repeat(column, TOGETHER) for name, column in columns([inputs.base]).items()}
            share = (1 + merchants) * workloads
            found[merchants, workloads] = _cpu_ms(inputs, levers) / share, _peak_mib(inputs, levers) / share
        return found

    found = benchmark.pedantic(costs, rounds=1)
    ms, mib = found[SIZES[-1]]
    for (merchants, workloads), (less_ms, less_mib) in found.items():
        ratios = f"time {ms / less_ms:.2f}, memory {mib / less_mib:.2f}"
        benchmark.extra_info[f"largest over {merchants} x {workloads}"] = ratios
        print(f"\n{merchants} merchants, {workloads} workloads: {less_ms:.3f} ms and {less_mib:.3f} MiB each; {ratios}")


def _cpu_ms(inputs: Inputs, levers: Columns) -> float:
    simulate(inputs, levers)
    return 1e3 * min(_timed(lambda: simulate(inputs, levers)) for _ in range(7))


def _timed(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def _peak_mib(inputs: Inputs, levers: Columns) -> float:
    tracemalloc.start()
    simulate(inputs, levers)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


# --- Beside the version before

BEFORE = "CROSSOVER_BEFORE"
_BESIDE = """
import json
from time import process_time

import numpy as np

from core.inputs import scenario
from core.inputs.data import bundled
from core.model.evaluate import summarise
from core.model.model import simulate
from core.model.sweep import sweep_adoption

inputs = bundled()
one = scenario.columns([inputs.base if hasattr(inputs, "base") else scenario.BASE])
many = {name: np.repeat(column, 512) for name, column in one.items()}
sim = simulate(inputs, one)

def ms(work, rounds):
    taken = []
    for _ in range(rounds):
        began = process_time()
        work()
        taken.append(process_time() - began)
    return 1e3 * min(taken)

print(json.dumps({
    "one scenario": ms(lambda: summarise(simulate(inputs, one)), 100),
    "sweep": ms(lambda: sweep_adoption(sim), 40),
    "512 at once": ms(lambda: simulate(inputs, many), 10),
}))
"""
"""What a version's bundled case takes, CPU milliseconds, whichever version it is."""


@pytest.mark.skipif(BEFORE not in os.environ, reason=f"{BEFORE} names no tree of an earlier version")
def test_the_bundled_case_beside_the_version_before(benchmark: BenchmarkFixture) -> None:
    """CPU time of this version over that of the one before, each at its best of five processes in turn."""

    def taken(root: Path) -> dict[str, float]:
        alone = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(root)}
        kept = {name: value for name, value in os.environ.items() if name != DATA_VARIABLE}
        done = subprocess.run(
            [sys.executable, "-c", _BESIDE], cwd=root, env={**kept, **alone}, capture_output=True, text=True, check=True
        )
        figures: dict[str, float] = json.loads(done.stdout)
        return figures

    roots = Path(os.environ[BEFORE]), ROOT
    turns = benchmark.pedantic(lambda: [tuple(map(taken, roots)) for _ in range(5)], rounds=1)
    for name in turns[0][0]:
        before, now = (min(turn[version][name] for turn in turns) for version in (0, 1))
        benchmark.extra_info[name] = f"{before:.2f} ms, {now:.2f} ms: {now / before:.2f}"
        print(f"\n{name}: {benchmark.extra_info[name]}")
