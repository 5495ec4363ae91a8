"""`python -m core risk`: the futures of a scenario as plain JSON, and a complete refusal of what cannot be used."""

from __future__ import annotations

import io
import json
import math
import sys
from typing import Any

import numpy as np
import pytest

from core.__main__ import main
from core.inputs.data import Inputs
from core.inputs.scenario import Scenario, to_json
from core.model.report import report
from core.risk import report as module
from core.risk.futures import BANDS, Futures, right_to_stop, sample
from core.risk.report import QUANTILES, risk_report
from tests.support.frozen import BASE, INPUTS

SHORT = INPUTS.scenario({"horizon_year": 2028, "custom_premium_max": 0.3})
FEW = 1024


@pytest.fixture(scope="module")
def told(inputs: Inputs) -> dict[str, Any]:
    return risk_report(inputs, SHORT, FEW)


@pytest.fixture(scope="module")
def drawn(inputs: Inputs) -> Futures:
    return sample(inputs, SHORT, FEW)


def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, *options: str
) -> tuple[int, str, list[str]]:
    """Run the command line; return its status, its answer and what it refused."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status = main(["risk", *options])
    captured = capsys.readouterr()
    return status, captured.out, captured.err.splitlines()


# --- What is told


def test_a_report_says_what_was_drawn_and_how(told: dict[str, Any], inputs: Inputs) -> None:
    assert told["levers"] == to_json(SHORT)
    assert (told["seed"], told["draws"]) == (20260304, FEW)
    plain = report(inputs, SHORT)
    assert {name: told[name] for name in ("model_version", "data_version")} == {
        name: plain[name] for name in ("model_version", "data_version")
    }
    assert [tuple(pair.values()) for pair in told["correlations"]] == [
        (pair.lever_id, pair.other_lever_id, pair.rank_correlation) for pair in inputs.correlations
    ]


def test_value_is_told_with_its_plan_case_mean_odds_and_quantiles(
    told: dict[str, Any], drawn: Futures, inputs: Inputs
) -> None:
    value = told["value"]
    assert value["plan_case_usd"] == pytest.approx(report(inputs, SHORT)["metrics"]["npv_usd"], rel=1e-9)
    assert value["expected_usd"] == drawn.expected_usd
    assert value["standard_error_usd"] == drawn.standard_error_usd
    assert value["probability"] == drawn.probability
    assert (value["no_difference_share"], value["verdict"]) == (drawn.same_share, drawn.verdict)
    assert [entry["share"] for entry in value["quantiles"]] == [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
    assert [entry["usd"] for entry in value["quantiles"]] == pytest.approx(np.quantile(drawn.value_usd, QUANTILES))


def test_bands_are_told_year_by_year_and_quarter_by_quarter(told: dict[str, Any], drawn: Futures) -> None:
    assert told["bands"] == [0.1, 0.25, 0.5, 0.75, 0.9]
    assert [entry["year"] for entry in told["years"]] == [2027, 2028]
    assert [entry["quarter"] for entry in told["quarters"]][::7] == ["2027-Q1", "2028-Q4"]
    for name, figure in (("cash_usd", drawn.spending_usd), ("baseline_cash_usd", drawn.baseline_spending_usd)):
        assert np.array([entry[name] for entry in told["years"]]) == pytest.approx(np.quantile(figure, BANDS, axis=1).T)
    saving = np.array([entry["saving_usd"] for entry in told["quarters"]])
    assert saving == pytest.approx(np.quantile(drawn.saving_usd, BANDS, axis=1).T)
    assert [entry["payback_share"] for entry in told["quarters"]] == drawn.payback_share.tolist()
    assert [entry["accretive_share"] for entry in told["years"]] == drawn.accretive_share.tolist()


def test_what_binds_is_told_with_its_odds_over_all_and_period_by_period(told: dict[str, Any], drawn: Futures) -> None:
    assert len(told["constraints"]) == len(drawn.binds)
    for entry, one in zip(told["constraints"], drawn.binds, strict=True):
        assert (entry["constraint"], entry["subject"]) == (one.constraint, one.subject or None)
        assert entry["share"] == one.binds.any(axis=0).mean()
        labels = ["2027", "2028"] if one.constraint == "contract" else ["2027-Q1", "2028-Q4"]
        assert [*entry["periods"]][:: 1 if one.constraint == "contract" else 7] == labels
        assert list(entry["periods"].values()) == one.binds.mean(axis=1).tolist()
        assert entry["share"] >= max(entry["periods"].values())


def test_the_right_to_stop_is_told_under_both_rules(told: dict[str, Any], drawn: Futures, inputs: Inputs) -> None:
    stop, entry = right_to_stop(inputs, drawn), told["right_to_stop"]
    assert entry["worth_usd"] == stop.worth_usd
    assert entry["worth_usd"] == pytest.approx(entry["with"]["expected_usd"] - entry["without"]["expected_usd"])
    assert entry["as_set"]["expected_usd"] == told["value"]["expected_usd"]
    assert entry["with"]["probability"] >= entry["without"]["probability"]


@pytest.mark.parametrize("part", ["tornado", "variance_shares", "evidence_mix", "switching"])
def test_what_moves_the_answer_is_told_row_by_row(part: str, told: dict[str, Any]) -> None:
    rows = told[part]
    assert rows and all(row.keys() == rows[0].keys() for row in rows)


def test_regret_is_told_for_each_choice_in_each_world(told: dict[str, Any]) -> None:
    choices, worlds = told["regret"]["choices"], told["regret"]["worlds"]
    regret = np.array([choice["regret_usd"] for choice in choices])
    assert regret.shape == (len(choices), len(worlds))
    assert (regret.min(axis=0) == 0.0).all(), "in each world some choice is the best"
    assert [choice["worst_usd"] for choice in choices] == regret.max(axis=1).tolist()
    assert sum(world["weight"] for world in worlds) == pytest.approx(1.0)


def test_a_report_is_json_without_anything_that_is_not(told: dict[str, Any]) -> None:
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_what_has_no_odds_has_none(inputs: Inputs) -> None:
    held = {f"adoption_{w}": float(s) for w, s in zip(inputs.workloads, inputs.custom_share_today, strict=True)}
    told = risk_report(inputs, SHORT.replace(**held), FEW)
    value = told["value"]
    assert (value["probability"], value["verdict"], value["no_difference_share"]) == (None, "no difference", 1.0)
    assert json.dumps(told, allow_nan=False)


def test_missing_figures_become_none() -> None:
    assert [module._plain(value) for value in (math.nan, np.float64(math.inf), np.bool_(True), np.int64(3), "a")] == [
        None, None, True, 3, "a",
    ]  # fmt: skip


# --- The command line


def test_one_scenario_gives_one_result_and_a_list_a_list(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    levers = {"horizon_year": 2028, "custom_premium_max": 0.3}
    status, out, refused = command(monkeypatch, capsys, json.dumps(levers), "--draws", str(FEW))
    assert (status, refused) == (0, [])
    assert json.loads(out) == told
    status, out, refused = command(monkeypatch, capsys, json.dumps([levers]), f"--draws={FEW}")
    assert (status, refused) == (0, [])
    assert json.loads(out) == [told]


def test_without_a_count_it_draws_as_many_as_the_pages_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[Scenario, int]] = []
    monkeypatch.setattr("core.__main__.risk_report", lambda _, scenario, draws: asked.append((scenario, draws)) or {})
    assert command(monkeypatch, capsys, "{}")[0] == 0
    assert asked == [(BASE, 8192)]


@pytest.mark.parametrize("draws", ["0", "-1024", "1000", "131072", "1e4", "1024.0", "many", "", "9" * 5000])
def test_a_count_that_is_none_is_refused_with_those_that_are(
    draws: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, refused = command(monkeypatch, capsys, "{}", f"--draws={draws}")
    assert (status, out, len(refused)) == (2, "", 1)
    assert refused[0].startswith("draws: ")
    assert refused[0].endswith("use a power of two, 1024, 2048, 4096, 8192, 16384, 32768 or 65536")
    assert len(refused[0]) < 160


def test_every_problem_with_draws_and_scenarios_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, refused = command(monkeypatch, capsys, '[{"pue": 9}, {"pu": 1}]', "--draws", "7")
    assert (status, out) == (2, "")
    assert [line.partition(";")[0] for line in refused] == [
        "draws: 7 is not a count of draws",
        "scenario 1: pue: 9 is out of bounds",
        "scenario 2: pu: there is no such lever",
    ]
