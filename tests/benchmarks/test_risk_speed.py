"""How long futures take, end to end; reported, never asserted.

Run `pytest tests/benchmarks/test_risk_speed.py` with nothing else running. Budget on two cores of a small machine:
10,000 futures drawn, worked out and summed up in 0.5 s; a run that is told to stop has stopped within 30 ms.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from core.inputs.data import Inputs, bundled
from core.model.evaluate import in_chunks, summarise
from core.model.model import simulate
from core.risk import futures as risk
from core.risk.futures import Futures, quantiles, right_to_stop, sample
from core.risk.run import Cancelled
from tests.support.frozen import BASE

ROOT = Path(__file__).resolve().parent.parent.parent
COUNT = 10_000
"""What the budget is for; no count of draws by itself, so it is the first so many points of the next."""


@pytest.fixture(scope="module")
def data() -> Inputs:
    inputs = bundled()
    sample(inputs, BASE, 1024)  # what is tabulated or imported once a process is not what is measured
    return inputs


def summed_up(futures: Futures) -> float:
    """Work out all that the Risk page shows of the futures."""
    bands = [quantiles(figure) for figure in (futures.spending_usd, futures.baseline_spending_usd, futures.saving_usd)]
    futures.quantile((0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99))
    shares = [one.binds.any(axis=0).mean() for one in futures.binds]
    told = (futures.expected_usd, futures.probability, futures.payback_share, futures.accretive_share, bands, shares)
    return float(told[0])


@pytest.mark.parametrize("draws", [1024, 8192, 65_536])
def test_futures_end_to_end(benchmark: BenchmarkFixture, data: Inputs, draws: int) -> None:
    def run() -> float:
        risk.normal_points.cache_clear()
        return summed_up(sample(data, BASE, draws))

    assert np.isfinite(benchmark.pedantic(run, rounds=3 if draws > 10_000 else 7, warmup_rounds=1))


def test_futures_beside_the_readable_form(benchmark: BenchmarkFixture, data: Inputs) -> None:
    """CPU time of 8,192 futures, compiled and by arrays as any scenario is worked out, in turn; the best of five."""
    benchmark.extra_info["budget_ms"] = 100
    levers = risk.drawn_levers(data, BASE, 8192)

    def by_arrays() -> None:
        for _ in in_chunks(levers, lambda chunk: summarise(simulate(data, chunk), series=())):
            pass

    def cpu_ms(work: Callable[[], object]) -> float:
        began = process_time()
        work()
        return 1e3 * (process_time() - began)

    turns = benchmark.pedantic(lambda: [(cpu_ms(by_arrays), cpu_ms(lambda: sample(data, BASE))) for _ in range(5)])
    arrays, compiled = (min(turn[way] for turn in turns) for way in (0, 1))
    benchmark.extra_info["arrays, compiled"] = f"{arrays:.0f} ms, {compiled:.0f} ms: {compiled / arrays:.2f}"
    print(f"\n{benchmark.extra_info['arrays, compiled']}")


def test_odds_of_twenty_moves_a_second(benchmark: BenchmarkFixture, data: Inputs) -> None:
    """Twenty moves, of adoption and of a belief in turn: CPU time of their first odds, and then of all, one by one."""
    benchmark.extra_info["budget_ms"] = (1000, 2000)
    share = next(iter(data.levers))
    moves = [BASE.replace(**{share: i / 100} if i % 2 else {"pue": 1.1 + i / 100}) for i in range(20)]

    def cpu_ms(draws: int) -> float:
        began = process_time()
        for one in moves:
            sample(data, one, draws)
        return 1e3 * (process_time() - began)

    first, every = benchmark.pedantic(lambda: (cpu_ms(1024), cpu_ms(8192)), rounds=1)
    benchmark.extra_info["first, all"] = f"{first:.0f} ms, {every:.0f} ms"
    print(f"\n{benchmark.extra_info['first, all']}")


def test_ten_thousand_futures_end_to_end(
    benchmark: BenchmarkFixture, data: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    benchmark.extra_info["budget_ms"] = 500
    points = risk.normal_points
    monkeypatch.setattr(risk, "checked_draws", lambda draws: draws)

    def run() -> float:
        points.cache_clear()
        monkeypatch.setattr(risk, "normal_points", lambda draws, beliefs: points(16_384, beliefs)[:draws])
        return summed_up(sample(data, BASE, COUNT))

    assert np.isfinite(benchmark.pedantic(run, rounds=7, warmup_rounds=1))


def test_the_right_to_stop_of_8192_futures(benchmark: BenchmarkFixture, data: Inputs) -> None:
    futures = sample(data, BASE)
    stop = benchmark.pedantic(lambda: right_to_stop(data, futures), rounds=7, warmup_rounds=1)
    assert stop.with_usd.shape == (8192,)


def test_a_run_stops_when_it_is_told_to(benchmark: BenchmarkFixture, data: Inputs) -> None:
    """From the word to the end of the run, which is told a tenth of a second after it began."""
    benchmark.extra_info["budget_ms"] = 30
    risk.drawn_levers(data, BASE, 65_536)  # 0.1 s once a process, which nothing interrupts

    def stop() -> float:
        told = threading.Event()
        word: list[float] = []
        timer = threading.Timer(0.1, lambda: (word.append(perf_counter()), told.set()))
        timer.start()
        with pytest.raises(Cancelled):
            sample(data, BASE, 65_536, cancelled=told.is_set)
        return perf_counter() - word[0]

    seconds = benchmark.pedantic(lambda: [stop() for _ in range(10)], rounds=1)
    benchmark.extra_info["median_ms"] = round(1e3 * float(np.median(seconds)), 1)
    benchmark.extra_info["longest_ms"] = round(1e3 * max(seconds), 1)
    print(f"\nmedian {benchmark.extra_info['median_ms']} ms, longest {benchmark.extra_info['longest_ms']} ms")


_PEAK = """
from core.inputs.data import bundled
from core.risk.futures import sample
from tests.support.measuring import peak_mib
inputs = bundled()
sample(inputs, inputs.base, 1024)
before = peak_mib()
kept = sample(inputs, inputs.base, {draws})
print(before, peak_mib())
"""


@pytest.mark.parametrize("draws", [8192, 65_536])
def test_peak_memory_of_futures(benchmark: BenchmarkFixture, draws: int) -> None:
    """Peak resident memory of a process of its own, which has drawn 1,024 futures before."""

    def peak() -> tuple[int, int]:
        code = _PEAK.format(draws=draws)
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        before, after = done.stdout.split()
        return int(before), int(after)

    before, after = benchmark.pedantic(peak, rounds=1)
    benchmark.extra_info["mib_before_and_after"] = (before, after)
    print(f"\n{draws} futures: {before} MiB before, {after} MiB at most")
