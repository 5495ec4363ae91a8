"""The model gives the figures that two independent implementations give: stored check values, and the oracle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from core.base.finance import AT_ONCE, NEVER
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import columns
from core.model.evaluate import METRICS, SERIES, evaluate
from core.model.model import PLAN, Simulation, simulate
from core.model.offers import NO_CHIP
from core.model.report import report
from core.model.sweep import sweep_adoption, turns
from tests.support import reference
from tests.support.effort import examples
from tests.support.frozen import INPUTS, LEVERS
from tests.support.strategies import ALTERATIONS, Changes, calm, changes, drawn_changes, frozen_oracle

CHECKS = json.loads((Path(__file__).parents[1] / "checks.json").read_text(encoding="utf-8"))
CHECKED_QUARTERS = sum(len(check["quarters"]) for check in CHECKS)
RELATIVE = 1e-9
ONE_USD = 1.0
A_SPECK_H100E = 1e-3  # of a million and more
WORDS = ("payback", "first_accretive_year")


def close(got: float, want: float, absolute: float = 0.0) -> bool:
    return abs(got - want) <= max(RELATIVE * abs(want), absolute)


def differences(got: Any, want: Any, place: str = "") -> Iterator[str]:
    """Say where `got` differs from `want`, which may name less; a figure's name tells how close it must be."""
    if isinstance(want, dict):
        for name, value in want.items():
            yield from differences(got[name], value, f"{place}/{name}") if name in got else [f"{place}/{name}: missing"]
    elif isinstance(want, list):
        if len(got) != len(want):
            yield f"{place}: {len(got)} entries, not {len(want)}"
        for i, (mine, theirs) in enumerate(zip(got, want, strict=False)):
            yield from differences(mine, theirs, f"{place}/{i}")
    elif isinstance(want, float) and isinstance(got, float):
        if not close(got, want, rounding(place)):
            yield f"{place}: {got!r}, not {want!r}"
    elif got != want:
        yield f"{place}: {got!r}, not {want!r}"


def rounding(place: str) -> float:
    """What the figure at `place` may differ by whatever its size."""
    if place.endswith("npv_per_programme_usd"):
        return RELATIVE  # a ratio of sums that may cancel, so small only by chance
    if place.endswith("_usd"):
        return ONE_USD
    return A_SPECK_H100E if place.endswith("_h100e") else 0.0


def report_differences(inputs: Inputs, oracle: reference.Data, levers: Changes) -> list[str]:
    got, want = report(inputs, INPUTS.scenario(levers)), reference.evaluate(oracle, dict(levers))
    found = list(differences(got["metrics"], want["metrics"])) + list(differences(got["quarters"], want["quarters"]))
    return [
        line
        for line in found
        if not (line.startswith(tuple(f"/{word}:" for word in WORDS)) and by_a_hair(inputs, levers))
    ]


def by_a_hair(inputs: Inputs, levers: Changes) -> bool:
    """Whether some total that decides a date is zero but for rounding: there, two right sums may differ in sign."""
    sim = simulate(inputs, columns([INPUTS.scenario(levers)]))
    result = evaluate(inputs, columns([INPUTS.scenario(levers)]))
    after_tax = sim.flows.cash_usd - sim.flows.tax_saving_usd
    baseline = 1 + int(sim.world.levers["baseline"][0])
    running = np.cumsum(sim.world.discount * (after_tax[:, baseline] - after_tax[:, PLAN]), axis=0)
    totals = np.concatenate([running.ravel(), result.expense_saving_usd.ravel()])
    return bool(((totals != 0.0) & (np.abs(totals) < ONE_USD)).any())


def workload_differences(inputs: Inputs, oracle: reference.Data, levers: Changes) -> Iterator[str]:
    """Compare what the report leaves out: work by workload, chips and costs on offer, the effect on earnings."""
    scenario = INPUTS.scenario(levers)
    sim, want = simulate(inputs, columns([scenario])), reference.evaluate(oracle, dict(levers))
    for t, (rows, offers) in enumerate(zip(want["by_workload"], want["offers"], strict=True)):
        for w, workload in enumerate(inputs.workloads):
            yield from _work_differences(sim, t, w, rows[workload], f"{t}/{workload}")
            for s, supplier in enumerate(inputs.suppliers):
                yield from _offer_differences(sim, t, w, s, offers[workload][supplier], f"{t}/{workload}/{supplier}")
    effect = evaluate(inputs, columns([scenario]), series=()).eps_effect_usd[:, 0]
    for i, (year, usd) in enumerate(want["eps_effect"].items()):
        if year != INPUTS.calendar.first_year + i or not close(effect[i], usd, ONE_USD / inputs.diluted_shares):
            yield f"EPS effect of {year}: {effect[i]!r}, not {usd!r}"


def _work_differences(sim: Simulation, t: int, w: int, row: dict[str, Any], place: str) -> Iterator[str]:
    fleet, at = sim.fleet, (t, w, PLAN, 0)
    rounding = RELATIVE * row["required"]
    got = {
        "required": sim.world.required_h100e[t, w, 0],
        "installed": fleet.installed_h100e[at],
        "unserved": sim.flows.unserved_h100e[at],
        "gap": fleet.gap_h100e[at],
        "held_back": fleet.held_back_h100e[at],
    }
    got |= {f"bought from {s}": fleet.bought_h100e[t, i, w, PLAN, 0] for i, s in enumerate(sim.world.inputs.suppliers)}
    expected = row | {f"bought from {supplier}": h100e for supplier, h100e in row["purchases"].items()}
    for name, value in got.items():
        if not close(value, expected[name], rounding):
            yield f"{place}/{name}: {value!r}, not {expected[name]!r}"


def _offer_differences(sim: Simulation, t: int, w: int, s: int, offer: dict[str, Any], place: str) -> Iterator[str]:
    world = sim.world
    index = int(world.chip[t, s, w, 0])
    chip = None if index == NO_CHIP else world.inputs.chips.id[index]
    if chip != offer["chip_id"]:
        yield f"{place}: offers {chip}, not {offer['chip_id']}"
    elif chip is not None and not close(world.kappa[t, s, w, 0], offer["kappa"]):
        yield f"{place}: kappa {world.kappa[t, s, w, 0]!r}, not {offer['kappa']!r}"


# --- Stored check values


@pytest.mark.parametrize("check", CHECKS, ids=[check["name"] for check in CHECKS])
def test_every_stored_figure_is_met(inputs: Inputs, check: dict[str, Any]) -> None:
    got = report(inputs, INPUTS.scenario(check["levers"]))
    by_label = {quarter["quarter"]: quarter for quarter in got["quarters"]}
    quarters = [by_label[quarter["quarter"]] for quarter in check["quarters"]]
    assert list(differences(got["metrics"], check["metrics"])) == []
    assert list(differences(quarters, check["quarters"])) == []


def test_stored_figures_cover_every_metric_and_every_quarterly_figure(inputs: Inputs) -> None:
    assert CHECKED_QUARTERS == 40
    for check in CHECKS:
        assert set(check["metrics"]) == set(METRICS)
        for quarter in check["quarters"]:
            assert {"quarter", *SERIES} == set(quarter)


# --- The oracle


@pytest.mark.parametrize("seed", range(40))
def test_drawn_scenarios_agree_with_the_oracle(inputs: Inputs, oracle: reference.Data, seed: int) -> None:
    levers = calm(drawn_changes(seed))
    assert report_differences(inputs, oracle, levers) == []
    assert list(workload_differences(inputs, oracle, levers)) == []


@examples(60)
@given(changes().map(calm))
def test_any_scenario_agrees_with_the_oracle(levers: Changes) -> None:
    assert report_differences(bundled(), frozen_oracle(), levers) == []


@examples(25)
@given(changes({"horizon_year": 2029}).map(calm))
def test_any_scenario_agrees_with_the_oracle_workload_by_workload(levers: Changes) -> None:
    assert list(workload_differences(bundled(), frozen_oracle(), levers)) == []


@pytest.mark.parametrize("horizon", [2028, 2029, 2030, 2031])
def test_a_gpu_that_comes_early_is_on_offer_though_its_own_date_is_past_the_horizon(
    inputs: Inputs, oracle: reference.Data, horizon: int
) -> None:
    levers: Changes = {"merchant_delay_quarters": -4, "horizon_year": horizon}
    assert report_differences(inputs, oracle, levers) == []


@pytest.mark.parametrize("name", ALTERATIONS)
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_altered_data_agree_with_the_oracle(inputs: Inputs, name: str, seed: int | None) -> None:
    altered, oracle = ALTERATIONS[name].inputs(inputs), ALTERATIONS[name].oracle()
    drawn = {} if seed is None else drawn_changes(1000 + seed)
    # A delay of bought GPUs could leave a quarter without any, which data must not.
    levers = calm({**drawn, "merchant_delay_quarters": 0})
    assert report_differences(altered, oracle, levers) == []
    assert list(workload_differences(altered, oracle, levers)) == []


# --- Answers about one lever


SWEPT: dict[str, Changes] = {
    "base": {"horizon_year": 2029},
    "right to stop": {"horizon_year": 2028, "custom_premium_max": 0.2, "ramp_years": 0.0},
    "supply is short": {"horizon_year": 2028, "custom_supply_limit_mw": 100.0, "custom_performance": 1.5},
}


@pytest.mark.parametrize("name", SWEPT)
def test_crossover_and_contribution_agree_with_the_oracle(inputs: Inputs, oracle: reference.Data, name: str) -> None:
    levers = SWEPT[name]
    sweep = sweep_adoption(simulate(inputs, columns([INPUTS.scenario(levers)])))
    parts = reference.contributions(oracle, dict(levers))
    for w, workload in enumerate(inputs.workloads):
        rate = float(sweep.crossover[w])
        word = "no difference" if np.isnan(rate) else {NEVER: "never", AT_ONCE: "always"}.get(rate)
        want = reference.crossover(oracle, dict(levers), workload)
        assert word == want if isinstance(want, str) else close(rate, want, RELATIVE), workload
        assert close(sweep.contribution_usd[w], parts[workload], ONE_USD), workload


@pytest.mark.parametrize("lever", ["adoption_genai_training", "custom_cost", "merchant_price", "custom_delay_quarters"])
def test_switching_values_agree_with_the_oracle(inputs: Inputs, oracle: reference.Data, lever: str) -> None:
    levers: Changes = {"horizon_year": 2028, "adoption_start": "2027-Q1", "ramp_years": 0.0}
    got = turns(inputs, INPUTS.scenario(levers), [LEVERS[lever]])[lever]
    want = reference.switching_value(oracle, dict(levers), lever)
    assert (got is None) == (want is None)
    if got is not None and want is not None:
        assert abs(got.at - want) <= 2e-6 * (LEVERS[lever].maximum - LEVERS[lever].minimum)
