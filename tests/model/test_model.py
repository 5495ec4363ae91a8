"""The model gives the figures that two independent implementations give: stored check values, and the oracle."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from core.base.finance import AT_ONCE, NEVER
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import columns
from core.model.evaluate import METRICS, series_of
from core.model.model import simulate
from core.model.report import report
from core.model.sweep import sweep_adoption, turns
from tests.support import reference
from tests.support.agreement import ONE_USD, RELATIVE, close, differences, disagreements
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER, INPUTS, LEVERS
from tests.support.largest import at_bounds, at_the_bounds
from tests.support.strategies import (
    ALTERATIONS,
    SETS,
    Changes,
    calm,
    changes,
    changes_of,
    drawn_changes,
    frozen_oracle,
)

TESTS = Path(__file__).parents[1]
STORED = {"frozen": TESTS / "checks.json", "example": TESTS / "example" / "checks.json"}
CHECKS = {name: json.loads(file.read_text(encoding="utf-8")) for name, file in STORED.items()}
STORED_QUARTERS = {"frozen": 48, "example": 12}


@cache
def example_oracle() -> reference.Data:
    return reference.load(EXAMPLE_FOLDER)


# --- Stored check values


@pytest.mark.parametrize(
    ("name", "check"),
    [pytest.param(name, check, id=f"{name}: {check['name']}") for name in CHECKS for check in CHECKS[name]],
)
def test_every_stored_figure_is_met(name: str, check: dict[str, Any]) -> None:
    inputs = SETS[name]
    got = report(inputs, inputs.scenario(check["levers"]))
    by_label = {quarter["quarter"]: quarter for quarter in got["quarters"]}
    quarters = [by_label[quarter["quarter"]] for quarter in check["quarters"]]
    assert list(differences(got["metrics"], check["metrics"])) == []
    assert list(differences(quarters, check["quarters"])) == []


@pytest.mark.parametrize("name", CHECKS)
def test_stored_figures_cover_every_metric_and_every_quarterly_figure(name: str) -> None:
    assert sum(len(check["quarters"]) for check in CHECKS[name]) == STORED_QUARTERS[name]
    for check in CHECKS[name]:
        assert set(check["metrics"]) == {*METRICS, "contribution"}
        assert set(check["metrics"]["contribution"]) == set(SETS[name].workloads)
        for quarter in check["quarters"]:
            assert {"quarter", *series_of(SETS[name])} == set(quarter)


# --- The oracle


@pytest.mark.parametrize("seed", range(40))
def test_drawn_scenarios_agree_with_the_oracle(inputs: Inputs, oracle: reference.Data, seed: int) -> None:
    levers = calm(drawn_changes(seed))
    assert disagreements(inputs, oracle, levers, parts=seed % 4 == 0, by_workload=True) == []


@examples(60)
@given(changes().map(calm))
def test_any_scenario_agrees_with_the_oracle(levers: Changes) -> None:
    assert disagreements(bundled(), frozen_oracle(), levers) == []


@examples(25)
@given(changes({"horizon_year": 2029}).map(calm))
def test_any_scenario_agrees_with_the_oracle_workload_by_workload(levers: Changes) -> None:
    assert disagreements(bundled(), frozen_oracle(), levers, by_workload=True) == []


@examples(40)
@given(changes_of(EXAMPLE.levers).map(calm))
def test_any_scenario_of_the_example_agrees_with_the_oracle(levers: Changes) -> None:
    assert disagreements(EXAMPLE, example_oracle(), levers) == []


@examples(20)
@given(changes_of(EXAMPLE.levers, {"horizon_year": 2029}).map(calm))
def test_any_scenario_of_the_example_agrees_workload_by_workload_and_part_by_part(levers: Changes) -> None:
    assert disagreements(EXAMPLE, example_oracle(), levers, parts=True, by_workload=True) == []


@cache
def largest_oracle() -> reference.Data:
    return reference.from_tables(at_the_bounds())


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_scenarios_at_the_bounds_agree_with_the_oracle(seed: int | None) -> None:
    """Six merchants, eight workloads, 120 chips, 2,000 lots, 20 contracts."""
    inputs, oracle = at_bounds(), largest_oracle()
    levers = {} if seed is None else calm(drawn_changes(seed, inputs.levers))
    assert disagreements(inputs, oracle, levers, by_workload=True) == []


@pytest.mark.parametrize("horizon", [2028, 2029, 2030, 2031])
def test_a_gpu_that_comes_early_is_on_offer_though_its_own_date_is_past_the_horizon(
    inputs: Inputs, oracle: reference.Data, horizon: int
) -> None:
    levers: Changes = {"merchant_delay_quarters": -4, "horizon_year": horizon}
    assert disagreements(inputs, oracle, levers) == []


@pytest.mark.parametrize("name", ALTERATIONS)
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_altered_data_agree_with_the_oracle(inputs: Inputs, name: str, seed: int | None) -> None:
    altered, oracle = ALTERATIONS[name].inputs(inputs), ALTERATIONS[name].oracle()
    drawn = {} if seed is None else drawn_changes(1000 + seed)
    # A delay of bought GPUs could leave a quarter without any, which data must not.
    levers = calm({**drawn, "merchant_delay_quarters": 0})
    assert disagreements(altered, oracle, levers, parts=seed == 1, by_workload=True) == []


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


@pytest.mark.parametrize(
    "lever",
    ["adoption_genai_training", "custom_cost", "merchant_price", "custom_delay_quarters", "start_lag_rr_training"],
)
def test_switching_values_agree_with_the_oracle(inputs: Inputs, oracle: reference.Data, lever: str) -> None:
    levers: Changes = {"horizon_year": 2028, "adoption_start": "2027-Q1", "ramp_years": 0.0}
    got = turns(inputs, INPUTS.scenario(levers), [LEVERS[lever]])[lever]
    want = reference.switching_value(oracle, dict(levers), lever)
    assert (got is None) == (want is None)
    if got is not None and want is not None:
        assert abs(got.at - want) <= 2e-6 * (LEVERS[lever].maximum - LEVERS[lever].minimum)
