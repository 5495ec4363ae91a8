"""What a company may do without: tables without rows, and files that may be left out, load and can be worked out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.inputs.data import Inputs, load
from core.model.calibration import calibration
from core.model.report import report
from tests.support.finite import assert_finite
from tests.support.frozen import EXAMPLE_FOLDER
from tests.support.spoilt import header, keep, rows_of, write_rows

EMPTY = ("commitments.csv", "calibration_targets.csv", "programme.csv", "reported_financials.csv")
LEFT_OUT = ("lever_correlations.csv", "levers.csv", "presets.csv")


def emptied(folder: Path, *files: str) -> None:
    for file in files:
        write_rows(folder, file, [])


def assert_worked_out(inputs: Inputs) -> dict[str, Any]:
    told = report(inputs, inputs.base)
    assert_finite(told)
    assert_finite(report(inputs, inputs.scenario({"baseline": "exit", "terminal_basis": "sale"})))
    return told


@pytest.mark.parametrize("file", EMPTY)
def test_a_table_without_rows_is_taken_and_worked_out(example: Path, file: str) -> None:
    emptied(example, file)
    inputs = load(example)
    assert inputs.tables[file.removesuffix(".csv")].empty
    assert_worked_out(inputs)


def test_a_company_without_contracts_programme_and_published_figures_is_worked_out(example: Path) -> None:
    emptied(example, *EMPTY)
    inputs = load(example)
    told = assert_worked_out(inputs)
    assert (inputs.contracts.id, inputs.programme.id) == ((), ())
    assert [name for name in inputs.levers if "warrant" in name] == []
    for name in ("shortfall_usd", "programme_usd", "warrant_usd"):
        assert {row[name] for row in told["quarters"]} == {0.0}
    assert told["metrics"]["npv_per_programme_usd"] is None
    assert calibration(inputs).empty


def test_the_frozen_data_do_without_them_too(folder: Path) -> None:
    emptied(folder, *EMPTY)
    keep(folder, "levers.csv", lambda row: "warrant" not in row["lever_id"])
    assert_worked_out(load(folder))


@pytest.mark.parametrize("file", LEFT_OUT)
def test_a_file_that_may_be_left_out_may_be_there_without_rows(folder: Path, file: str) -> None:
    columns = header(folder, file)
    emptied(folder, file)
    with_header = load(folder)
    (folder / file).unlink()
    without = load(folder)
    assert without.data_version == with_header.data_version
    assert (without.levers, dict(without.presets), without.correlations) == (
        with_header.levers, dict(with_header.presets), with_header.correlations,
    )  # fmt: skip
    assert list(with_header.tables[file.removesuffix(".csv")]) == columns


def test_figures_without_rows_of_levers_and_presets_are_those_of_the_model(folder: Path) -> None:
    for file in LEFT_OUT:
        (folder / file).unlink()
    inputs = load(folder)
    assert inputs.levers["merchant_price"].source_id == "assumption"
    assert next(iter(inputs.presets)) == "Company plan"
    assert_worked_out(inputs)


def test_columns_that_may_be_left_out_may_be_there_without_cells(example: Path) -> None:
    columns = ["short_name", "family_name"]
    rows = rows_of(example, "workloads.csv")
    write_rows(example, "workloads.csv", rows, [*header(example, "workloads.csv"), *columns])
    assert load(example).workload_labels == load(EXAMPLE_FOLDER).workload_labels


def test_a_company_of_one_merchant_and_one_workload_is_worked_out(example: Path) -> None:
    work, seller = "search_inference", "amd"
    keep(example, "suppliers.csv", lambda row: row["supplier_id"] in ("kestrel", seller))
    keep(example, "chips.csv", lambda row: row["supplier_id"] in ("kestrel", seller))
    keep(example, "commitments.csv", lambda row: row["supplier_id"] == seller)
    kept = {row["chip_id"] for row in rows_of(example, "chips.csv")}
    for file in ("chip_prices.csv", "chip_throughput.csv", "opening_fleet.csv"):
        keep(example, file, lambda row: row["chip_id"] in kept)
    for file in ("chip_throughput.csv", "opening_fleet.csv", "workload_demand.csv", "workloads.csv"):
        keep(example, file, lambda row: row["workload_id"] == work)
    write_rows(example, "programme.csv", [row | {"gate_workloads": work} for row in rows_of(example, "programme.csv")])
    columns = [column for column in header(example, "workloads.csv") if not column.startswith(("nvidia", "tpu"))]
    write_rows(example, "workloads.csv", rows_of(example, "workloads.csv"), columns)
    inputs = load(example)
    assert inputs.bought_share_today.shape == (0, 1)
    assert [name for name in inputs.levers if "_share_" in name] == ["bonus_share_facility"]
    assert_worked_out(inputs)


def test_a_company_that_makes_no_chips_of_its_own_is_worked_out(example: Path) -> None:
    """Nothing can be bought from its own programme, so whatever it wants of it, merchants sell."""
    made = {row["chip_id"] for row in rows_of(example, "chips.csv") if row["supplier_id"] == "kestrel"}
    emptied(example, "programme.csv")
    for file in ("chips.csv", "chip_prices.csv", "chip_throughput.csv", "opening_fleet.csv"):
        keep(example, file, lambda row: row["chip_id"] not in made)
    inputs = load(example)
    told = assert_worked_out(inputs)
    assert {row["capex_kestrel_usd"] for row in told["quarters"]} == {0.0}
