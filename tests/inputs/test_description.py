"""A sound data set is told in a few words, with what of it may not have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.inputs.data import load
from core.inputs.description import description, remarks
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.largest import at_bounds
from tests.support.spoilt import add, header, keep, messages, put, rows_of, write_rows


def test_a_data_set_says_who_there_is_and_how_much_it_holds() -> None:
    assert description(EXAMPLE) == (
        f"Data of a company that they do not name, version {EXAMPLE.data_version}, from 2027-Q1 to 2035-Q4. "
        "4 suppliers: Kestrel, custom; AMD, merchant and lead; NVIDIA, merchant; TPU, merchant. "
        "3 workloads: Search inference; Assistant inference; Assistant training. "
        "34 chips, 61 lots of the opening fleet, 2 contracts, 12 items of the custom programme, 57 levers and 7 "
        "ready-made scenarios. Of the tables that may be left out or empty, programme and commitments are there; "
        "calibration_targets, reported_financials, lever_correlations, levers, presets, changes and missing are left "
        "out or empty."
    )


def test_one_that_has_every_table_says_so() -> None:
    assert description(INPUTS).startswith(f"Data of Meta, version {INPUTS.data_version}, ")
    assert description(INPUTS).endswith(
        "Of the tables that may be left out or empty, programme, commitments, calibration_targets, "
        "reported_financials, lever_correlations, levers and presets are there; changes and missing are left out "
        "or empty."
    )


def test_one_at_the_bounds_is_told_too() -> None:
    said = description(at_bounds())
    assert "7 suppliers: Hearth (made in house), custom; Volta Nord, merchant and lead; Q, merchant" in said
    assert "120 chips, 2000 lots of the opening fleet, 20 contracts" in said


def test_nothing_is_remarked_of_a_data_set_that_says_all() -> None:
    assert remarks(INPUTS) == []


def test_beliefs_that_are_not_the_company_s_own_are_remarked() -> None:
    assert remarks(EXAMPLE) == ["Without levers.csv every belief is the model's own, and its source is `assumption`."]


def test_suppliers_without_chips_are_remarked(example: Path) -> None:
    for n in (1, 2):
        add(example, "suppliers.csv", 3, supplier_id=f"trader_{n}", name=f"Trader {n}")
    columns = [*header(example, "workloads.csv"), "trader_1_share_today", "trader_2_share_today"]
    rows = [
        row | {"trader_1_share_today": "0", "trader_2_share_today": "0"} for row in rows_of(example, "workloads.csv")
    ]
    write_rows(example, "workloads.csv", rows, columns)
    assert remarks(load(example))[1:] == ["No chip is supplied by Trader 1 and Trader 2."]


@pytest.mark.parametrize(("last_order", "delay"), [("2028-Q3", 8), ("2027-Q2", 3), ("2026-Q4", 1)])
def test_a_delay_that_leaves_work_without_a_price_is_remarked(example: Path, last_order: str, delay: int) -> None:
    """Only GB300 bridges the time to VR200, announced for 2027-Q1: so many quarters late it leaves one without."""
    others = ("mi", "amd", "tpu", "nvidia")
    for file in ("opening_fleet.csv", "chip_throughput.csv"):
        keep(
            example, file, lambda row: row["workload_id"] != "search_inference" or not row["chip_id"].startswith(others)
        )
    put(example, "chips.csv", 5, last_order=last_order)
    late = f"{delay} quarters" if delay > 1 else "1 quarter"
    assert remarks(load(example))[1:] == [
        f"If coming bought chips are {late} late, no merchant sells what search_inference needs in some quarters: "
        "that work is rented."
    ]


def test_a_file_that_is_no_table_is_refused_for_its_name_may_be_misspelt(example: Path) -> None:
    (example / "lever.csv").write_text("lever_id\n", encoding="utf-8")
    (example / "Presets.CSV").write_text("preset_id\n", encoding="utf-8")
    (example / "notes.txt").write_text("anything", encoding="utf-8")
    (example / ".chips.csv").write_text("left by a program", encoding="utf-8")
    assert [message.split("; ")[0] for message in messages(example)] == [
        'the folder: "Presets.CSV" is no table',
        'the folder: "lever.csv" is no table',
    ]
    assert messages(example)[0].endswith("expected none but " + ", ".join(
        f"{name}.csv" for name in (
            "sources", "suppliers", "workloads", "chips", "chip_prices", "chip_throughput", "workload_demand",
            "opening_fleet", "regions", "power_prices", "power_capacity", "programme", "commitments",
            "calibration_targets", "reported_financials", "company_facts", "lever_correlations", "levers", "presets",
            "changes",
        )
    ) + " and missing.csv")  # fmt: skip
