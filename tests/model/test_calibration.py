"""The model against published figures, at base levers: within the bands that its method promises."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from core.inputs.data import Inputs
from core.model.calibration import calibration, chip_hour_usd, work_hour_usd
from tests.support import reference
from tests.support.bands import BANDS, assert_in_band
from tests.support.frozen import EXAMPLE, INPUTS


@pytest.fixture(scope="module")
def table(inputs: Inputs) -> pd.DataFrame:
    return calibration(inputs).set_index("target_id")


def figure(table: pd.DataFrame, target: str, column: str) -> float:
    return float(table[column].to_dict()[target])


def model(table: pd.DataFrame, target: str) -> float:
    return figure(table, target, "model")


def test_every_target_of_the_data_is_shown_in_its_order_with_how_it_was_used(
    inputs: Inputs, table: pd.DataFrame
) -> None:
    targets = inputs.tables["calibration_targets"]
    assert list(table.index) == list(targets["target_id"])
    assert list(table["used_for"]) == list(targets["used_for"])
    assert list(table["source_id"]) == list(targets["source_id"])


def test_only_context_has_no_figure_of_the_model_beside_it(table: pd.DataFrame) -> None:
    assert (table["model"].isna() == (table["used_for"] == "context")).all()


def test_the_difference_is_the_models_figure_over_the_published_one(table: pd.DataFrame) -> None:
    known = table.dropna(subset=["model"])
    assert list(known["difference_share"]) == pytest.approx(list(known["model"] / known["base"] - 1.0), rel=1e-12)
    assert math.isnan(figure(table, "capex_2025", "difference_share"))


@pytest.mark.parametrize("target", BANDS)
def test_a_figure_of_the_model_lies_in_the_band_that_the_method_promises(table: pd.DataFrame, target: str) -> None:
    assert_in_band(table, target)


def test_each_published_chip_hour_is_tested(table: pd.DataFrame) -> None:
    hours = set(table.index[table["metric"] == "usd_per_chip_hour"])
    assert hours == {target for target in BANDS if target.endswith("_hour")}


@pytest.mark.parametrize(
    ("target", "chip", "quarter"),
    [
        ("h100_hour", "h100", "2026-Q3"),
        ("gb300_hour", "gb300", "2026-Q3"),
        ("mi355x_hour", "mi355x", "2026-Q3"),
        ("vr200_hour", "vr200", "2027-Q1"),
    ],
)
def test_chip_hours_are_those_of_the_oracle(
    table: pd.DataFrame, oracle: reference.Data, target: str, chip: str, quarter: str
) -> None:
    assert model(table, target) == pytest.approx(
        reference.chip_hour(oracle, {}, chip, quarter, INPUTS.calendar.fleet_year), rel=1e-12
    )


def test_ratios_of_custom_chips_are_those_of_the_oracle(table: pd.DataFrame, oracle: reference.Data) -> None:
    def work_hour(chip: str, workload: str, quarter: str) -> float:
        return reference.chip_hour(oracle, {}, chip, quarter, INPUTS.calendar.fleet_year) / oracle.h100e[chip, workload]

    saving = 1.0 - work_hour("mtia_2i", "rr_inference", "2024-Q2") / work_hour("h100", "rr_inference", "2024-Q2")
    ratio = work_hour("h100", "rr_training", "2026-Q1") / work_hour("mtia_300", "rr_training", "2026-Q1")
    assert model(table, "mtia2i_tco") == pytest.approx(saving, rel=1e-12)
    assert model(table, "mtia300_perf_tco") == pytest.approx(ratio, rel=1e-12)


def test_spending_of_2026_is_the_fleet_files_rows_of_that_year_and_their_buildings(
    inputs: Inputs, table: pd.DataFrame
) -> None:
    fleet, watts = inputs.tables["opening_fleet"], inputs.tables["chips"].set_index("chip_id")["system_power_w"]
    of_2026 = fleet[fleet["vintage"].str.startswith("2026")]
    chips = (of_2026["chips"] * of_2026["unit_cost_usd"]).sum()
    kw = (of_2026["chips"] * watts.loc[of_2026["chip_id"]].to_numpy()).sum() / 1000
    assert model(table, "capex_2026") == pytest.approx((chips + kw * 13_000) / 1e9, rel=1e-12)


def test_spending_of_2027_is_the_oracles(table: pd.DataFrame, oracle: reference.Data) -> None:
    quarters = reference.evaluate(oracle, {})["quarters"][:4]
    parts = ("capex_custom_usd", "capex_nvidia_usd", "capex_amd_usd", "capex_facility_usd")
    spent = sum(quarter[part] for quarter in quarters for part in parts)
    assert model(table, "capex_2027") == pytest.approx(spent / 1e9, rel=1e-9)


def test_a_chips_price_falls_with_its_age_and_its_hour_with_it(inputs: Inputs) -> None:
    first, later = chip_hour_usd(inputs, "h100", "2022-Q4"), chip_hour_usd(inputs, "h100", "2026-Q3")
    assert chip_hour_usd(inputs, "h100", "2020-Q1") == first  # no price rises before it is available
    assert later < first
    assert work_hour_usd(inputs, "h100", "genai_training", "2026-Q3") == later  # H100 is the unit of work
    with pytest.raises(ValueError, match="'no_such_chip' is not in the data; use one of a100, h100"):
        chip_hour_usd(inputs, "no_such_chip", "2026-Q3")
    with pytest.raises(ValueError, match="is not a quarter"):
        chip_hour_usd(inputs, "h100", "2026")


def with_targets(inputs: Inputs, column: str, cells: Any) -> pd.DataFrame:
    """The calibration if a column of the targets held other cells."""
    targets = inputs.tables["calibration_targets"].copy()
    targets[column] = cells
    return calibration(replace(inputs, tables={**inputs.tables, "calibration_targets": targets}))


def test_what_a_target_is_called_does_not_matter(inputs: Inputs, table: pd.DataFrame) -> None:
    renamed = with_targets(inputs, "target_id", inputs.tables["calibration_targets"]["target_id"] + "_elsewhere")
    assert renamed["model"].tolist() == pytest.approx(table["model"].tolist(), rel=1e-15, nan_ok=True)
    assert renamed["covers"].tolist() == table["covers"].tolist()


@pytest.mark.parametrize("blank", ["chip_id", "quarter"])
def test_a_target_that_does_not_say_what_it_is_of_is_shown_without_a_figure(inputs: Inputs, blank: str) -> None:
    without = with_targets(inputs, blank, None)
    of_a_company = without["metric"] == "company_capex"
    assert without["model"][~of_a_company].isna().all()
    assert (without["covers"][~of_a_company] == "not modelled").all()
    assert without["model"][of_a_company].notna().sum() == 2  # the fleet year and the first year


def test_a_metric_that_the_model_has_no_figure_for_is_shown_without_one(inputs: Inputs) -> None:
    other = with_targets(inputs, "metric", "seats_in_the_canteen")
    assert other["model"].isna().all() and (other["covers"] == "not modelled").all()


def test_data_without_targets_have_an_empty_table() -> None:
    assert len(EXAMPLE.tables["calibration_targets"]) == len(calibration(EXAMPLE)) == 0
    assert list(calibration(EXAMPLE)) == list(calibration(INPUTS))
