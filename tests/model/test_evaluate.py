"""Headline figures of a batch: what is kept, what it is called, and what is said to bind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import core.model.evaluate
from core.inputs.data import Inputs
from core.inputs.lever import Value
from core.inputs.scenario import columns
from core.model.evaluate import METRICS, Result, constraints, evaluate, series_of, summarise
from core.model.model import EXIT, HOLD, PLAN, Simulation, simulate
from core.model.report import accretive_word, payback_word, report
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.strategies import NO_ADOPTION, drawn_changes


def play(inputs: Inputs, **levers: Value) -> Simulation:
    return simulate(inputs, columns([INPUTS.scenario(levers)]))


def result_of(inputs: Inputs, **levers: Value) -> Result:
    return evaluate(inputs, columns([INPUTS.scenario(levers)]))


# --- Batches


def test_the_order_of_a_batch_is_kept_whatever_the_horizons_and_lives(inputs: Inputs) -> None:
    members = [INPUTS.scenario(drawn_changes(seed)) for seed in range(24)]
    batch, backwards = evaluate(inputs, columns(members)), evaluate(inputs, columns(members[::-1]))
    for name in METRICS:
        assert batch.metrics[name] == pytest.approx(backwards.metrics[name][::-1], rel=1e-9, abs=1.0, nan_ok=True), name


def test_the_size_of_a_chunk_changes_no_figure(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    levers = columns([INPUTS.scenario({**drawn_changes(seed), "horizon_year": 2030}) for seed in range(11)])
    whole = evaluate(inputs, levers)
    monkeypatch.setattr(core.model.evaluate, "CHUNK", 3)
    pieces = evaluate(inputs, levers)
    for name in METRICS:
        assert pieces.metrics[name] == pytest.approx(whole.metrics[name], rel=1e-9, abs=1.0, nan_ok=True), name
    for name in series_of(inputs):
        assert pieces.series[name] == pytest.approx(whole.series[name], rel=1e-9, abs=1.0), name


def test_only_the_series_that_are_asked_for_are_kept(inputs: Inputs) -> None:
    assert list(evaluate(inputs, columns([BASE]), series=("mwh",)).series) == ["mwh"]


def test_results_cannot_be_written_to(inputs: Inputs) -> None:
    result = result_of(inputs)
    with pytest.raises(ValueError, match="read-only"):
        result.metrics["npv_usd"][0] = 0.0
    with pytest.raises(TypeError):
        result.metrics["npv_usd"] = np.zeros(1)  # type: ignore[index]


def test_a_batch_that_cannot_be_evaluated_is_refused_in_words(inputs: Inputs) -> None:
    levers = columns([BASE])
    with pytest.raises(ValueError, match=r"levers missing: pue, tax_rate.*unknown series: profit"):
        evaluate(inputs, {k: v for k, v in levers.items() if k not in ("pue", "tax_rate")}, series=("profit",))
    with pytest.raises(ValueError, match="no scenario"):
        evaluate(inputs, {name: column[:0] for name, column in levers.items()})


# --- Figures


def test_the_effect_on_earnings_is_the_expense_saving_after_tax_a_share(inputs: Inputs) -> None:
    result = result_of(inputs)
    saved = result.series["baseline_expense_usd"][:, 0] - result.series["expense_usd"][:, 0]
    a_year = saved.reshape(-1, 4).sum(axis=1)
    assert result.expense_saving_usd[:, 0] == pytest.approx(a_year, rel=1e-12)
    assert result.eps_effect_usd[:, 0] == pytest.approx(a_year * (1 - 0.145) / 2.59e9, rel=1e-12)


def test_value_per_programme_dollar_counts_the_programme_after_tax(inputs: Inputs) -> None:
    sim = play(inputs)
    extra = sim.flows.programme_usd[:, PLAN, 0] - sim.flows.programme_usd[:, EXIT, 0]
    p = (1 - 0.21) * sum(usd * 1.09 ** (-(t + 0.5) / 4) for t, usd in enumerate(extra))
    npv = sim.flows.pv_cost_usd[EXIT, 0] - sim.flows.pv_cost_usd[PLAN, 0]
    assert summarise(sim).metrics["npv_per_programme_usd"][0] == pytest.approx((npv + p) / p, rel=1e-12)


def test_without_a_programme_there_is_no_value_per_programme_dollar(inputs: Inputs) -> None:
    assert np.isnan(result_of(inputs, **NO_ADOPTION).metrics["npv_per_programme_usd"]).all()


def test_peak_power_is_the_plans_highest_quarter(inputs: Inputs) -> None:
    result = result_of(inputs)
    assert result.metrics["peak_mw_it"][0] == result.series["mw_it"][:, 0].max()


def test_quarterly_figures_of_the_baseline_are_those_of_the_baseline_chosen(inputs: Inputs) -> None:
    for name, course in (("hold", HOLD), ("exit", EXIT)):
        sim = play(inputs, baseline=name)
        for figure in ("cash_usd", "expense_usd", "tax_saving_usd"):
            assert (summarise(sim).series[f"baseline_{figure}"] == getattr(sim.flows, figure)[:, course]).all()


def test_dates_are_told_in_labels_and_words(inputs: Inputs) -> None:
    told = report(inputs, BASE)["metrics"]
    assert (told["payback"], told["first_accretive_year"]) == ("2027-Q2", 2028)
    lasting = evaluate(
        inputs,
        columns([BASE, INPUTS.scenario({"custom_cost": 2.5}), INPUTS.scenario({**NO_ADOPTION, "baseline": "exit"})]),
    )
    assert [payback_word(lasting, inputs.calendar, i) for i in range(3)] == ["2027-Q2", "never", "no difference"]
    assert [accretive_word(lasting, i) for i in range(3)] == [2028, "never", "no difference"]


def test_a_report_names_every_lever_metric_and_quarter_and_can_be_written_as_json(inputs: Inputs) -> None:
    told = report(inputs, INPUTS.scenario({"horizon_year": 2028}))
    assert list(told) == ["levers", "model_version", "data_version", "metrics", "quarters"]
    assert list(told["levers"]) == [lever.id for lever in LEVERS.values()]
    assert set(told["metrics"]) == {*METRICS, "crossover", "contribution", "constraints"}
    assert [quarter["quarter"] for quarter in told["quarters"]] == [
        f"{y}-Q{q}" for y in (2027, 2028) for q in (1, 2, 3, 4)
    ]
    assert all({*quarter} == {"quarter", *series_of(inputs)} for quarter in told["quarters"])
    assert told["data_version"] == inputs.data_version


# --- What binds


def bind(inputs: Inputs, **levers: Value) -> dict[tuple[str, str | None], tuple[str, int]]:
    entries = report(inputs, INPUTS.scenario(levers))["metrics"]["constraints"]
    return {(e["constraint"], e["subject"]): (e["first"], e["periods"]) for e in entries}


AMPLE: dict[str, Value] = {
    "power_capacity": 3.0, "custom_supply_limit_mw": 3000.0, "custom_premium_max": 5.0, "demand_growth_genai": 0.5,
    "horizon_year": 2028,
}  # fmt: skip


def test_with_ample_power_supply_and_patience_only_contracts_bind(inputs: Inputs) -> None:
    assert {constraint for constraint, _ in bind(inputs, **AMPLE)} <= {"contract"}


def test_power_binds_when_purchases_are_scaled_down(inputs: Inputs) -> None:
    first, quarters = bind(inputs, **{**AMPLE, "power_capacity": 0.5})[("power", None)]
    assert (first, quarters) == ("2027-Q1", 8)


def test_custom_supply_binds_when_wants_draw_more_than_the_limit(inputs: Inputs) -> None:
    assert ("custom_supply", None) in bind(
        inputs, **{**AMPLE, "custom_supply_limit_mw": 25.0, "adoption_genai_inference": 1.0}
    )


def test_the_right_to_stop_names_the_workload_it_holds_back(inputs: Inputs) -> None:
    levers = {**AMPLE, "custom_premium_max": 0.0, "adoption_genai_training": 1.0, "ramp_years": 0.0}
    assert bind(inputs, **levers)[("right_to_stop", "genai_training")] == ("2027-Q1", 8)


def test_a_contract_binds_in_the_last_quarter_of_each_year_it_falls_short(inputs: Inputs) -> None:
    no_amd: dict[str, Value] = {f"amd_share_{workload}": 0.0 for workload in inputs.workloads}
    levers = {**AMPLE, **no_amd, "ramp_years": 0.0, "horizon_year": 2032}
    assert bind(inputs, **levers)[("contract", "amd_6gw")] == ("2027-Q4", 5)  # the contract ends with 2031


def test_a_sliver_that_is_only_rounding_does_not_bind(inputs: Inputs) -> None:
    sim = play(inputs, horizon_year=2028)
    sliver = np.full_like(sim.fleet.held_back_h100e, 1e-10) * sim.world.required_h100e[:, :, None]
    held = constraints(replace(sim, fleet=replace(sim.fleet, held_back_h100e=sliver)))
    assert not any(one.binds.any() for one in held if one.constraint == "right_to_stop")
