"""Demand that fits published spending and power: found, not chosen."""

from __future__ import annotations

import numpy as np
import pytest

from core.inputs.data import Inputs
from core.model.calibration import calibration
from core.upkeep.calibrate import EXACT, at_growth, at_level, can_be_powered, fit, miss_of
from core.upkeep.pace import RuleError
from core.upkeep.rewrite import rows_of, with_tables
from core.upkeep.words import of_fit
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.ruled import follow, loaded, tables


def fitted_to(usd_bn: float, mw: float) -> Inputs:
    """The frozen data, held against capital spending of the first year and what can be powered in later years."""
    found = tables()
    follow([row for row in found["opening_fleet"] if str(row["vintage"]) >= "2026"], "purchases", note="by the rule")
    for row in found["calibration_targets"]:
        if row["metric"] == "company_capex":
            row["used_for"] = "context"
        row["covered_share"] = ""
        if row["target_id"] == "capex_2027":
            row |= {"used_for": "fitted", "base": usd_bn, "low": "", "high": "", "covered_share": 0.5}
    for row in found["power_capacity"]:
        if int(str(row["year"])) > 2028:
            row["mw_it"] = mw
    return loaded(found)


def test_without_a_fitted_target_of_spending_or_load_there_is_nothing_to_fit() -> None:
    with pytest.raises(RuleError, match=r"no target with metric company_capex or it_load is used_for fitted"):
        fit(EXAMPLE)


def test_the_level_meets_its_target_and_the_growth_what_can_be_powered() -> None:
    """One target only, so it is met: half of USD 320 billion is covered. Later halls hold 15.5 GW."""
    told: list[tuple[str, int]] = []
    data = fitted_to(320.0, 15_500.0)
    found = fit(data, lambda what, tried, _factor: told.append((what, tried)))
    target = found.fitted.set_index("target_id").loc["capex_2027"]
    assert target["model"] == pytest.approx(160.0, rel=2 * EXACT)
    assert target["difference_share"] == pytest.approx(0.0, abs=2 * EXACT)
    assert 1.0 < found.level < 1.1
    assert 0.2 < found.growth < 1.0
    assert can_be_powered(found.inputs)
    assert not can_be_powered(at_growth(at_level(data, found.level), found.growth + 2 * EXACT))
    assert {what for what, _ in told} == {"level", "growth"}
    assert [tried for what, tried in told if what == "growth"] == list(range(10))
    held_out = found.now["used_for"] == "held_out"
    assert np.array_equal(found.now.loc[held_out, "model"], found.fitted.loc[held_out, "model"])
    words = of_fit(found)
    assert f"times {found.level:.4f} fits best" in words
    assert f"to the power {found.growth:.4f} is the most that can be powered" in words
    again = fit(found.inputs)
    assert (again.level, again.growth) == (1.0, 1.0)
    assert again.inputs is found.inputs, "calibrated data stay as they are"


def test_the_level_scales_all_work_alike_and_keeps_what_was_installed() -> None:
    before, after = (rows_of(data)["workload_demand"] for data in (INPUTS, at_level(INPUTS, 1.25)))
    for was, now in zip(before, after, strict=True):
        times = 1.0 if was["year"] == 2025 else 1.25
        assert now["h100e_base"] == pytest.approx(was["h100e_base"] * times, abs=0.5)


def test_growth_leaves_the_first_year_and_slows_the_years_after_it() -> None:
    before, after = (rows_of(data)["workload_demand"] for data in (INPUTS, at_growth(INPUTS, 0.5)))
    at_first = {row["workload_id"]: row["h100e_base"] for row in before if row["year"] == 2027}
    for was, now in zip(before, after, strict=True):
        first = at_first[was["workload_id"]]
        wanted = was["h100e_base"] if was["year"] <= 2027 else (first * was["h100e_base"]) ** 0.5
        assert now["h100e_base"] == pytest.approx(wanted, abs=0.5)


def test_what_is_least_is_the_sum_of_squared_log_ratios() -> None:
    table = calibration(INPUTS)
    rows = table[(table["metric"] == "company_capex") & (table["used_for"] == "fitted")]
    assert miss_of(table) == pytest.approx(float((np.log(rows["model"] / rows["base"]) ** 2).sum()), rel=1e-12)


def test_it_load_is_the_fleet_s_and_that_of_the_first_year_s_end() -> None:
    targets = rows_of(INPUTS)["calibration_targets"]
    spare = {**targets[0], "metric": "it_load", "unit": "mw", "base": 5_000.0}
    rows = [*targets, *({**spare, "target_id": f"load_{year}", "year": year} for year in (2026, 2027, 2030))]
    table = calibration(with_tables(INPUTS, {"calibration_targets": rows})).set_index("target_id")
    fleet = INPUTS.opening
    assert table.loc["load_2026", "model"] == pytest.approx((fleet.chips * INPUTS.chips.kw[fleet.chip]).sum() / 1000)
    assert table.loc["load_2026", "model"] < table.loc["load_2027", "model"] < 9_800
    assert np.isnan(table.loc["load_2030", "model"])
