"""A data set of version 1 opens in later versions, completed with the plans and beliefs that version 1 had in code."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from core.inputs.archive import unpack
from core.inputs.data import Inputs, load
from core.inputs.lever import Kind
from core.model.calibration import calibration
from tests.support.frozen import BASE, INPUTS
from tests.support.spoilt import add, change, header, messages, put, rows_of, write_rows

STORE = Path(__file__).resolve().parents[1] / "saved" / "1.0.0" / "crossover.db"

# --- What version 1 had in code: each lever with its base and, for a belief, its percentiles and source

LEVERS_OF_THE_FIRST = """
adoption_rr_inference 0.70
adoption_rr_training 0.50
adoption_genai_inference 0.30
adoption_genai_training 0.00
adoption_start 2027-Q1
ramp_years 2
custom_premium_max 1.0
amd_share_rr_inference 0.35
amd_share_rr_training 0.35
amd_share_genai_inference 0.35
amd_share_genai_training 0.25
baseline hold
horizon_year 2032
custom_delay_quarters 1 0 4 assumption
custom_performance 1.0 0.75 1.20 toms-mtia-2026
custom_cost 1.0 0.80 1.40 assumption
custom_cost_decline 0.10 0.05 0.15 assumption
custom_supply_limit_mw 500 250 1000 nomura-mtia-2025
programme_cost 1.0 0.70 1.80 nre-3nm-note
merchant_price 1.0 0.85 1.15 epoch-chip-counts
merchant_price_erosion 0.14 0.08 0.20 epoch-chip-counts
merchant_performance 1.0 0.85 1.25 mlperf-inference-61
merchant_delay_quarters 0 -1 2 assumption
shortfall_penalty 0.20 0 0.50 assumption
amd_warrant_usd_bn_per_gw 2.5 0 5.5 amd-meta-8k-2026
demand_growth_ranking 1.0 0.75 1.20 epoch-ml-hardware
demand_growth_genai 1.0 0.65 1.20 epoch-ml-hardware
headroom 0.10 0.05 0.20 assumption
spares 0.03 0.02 0.06 meta-llama3-isca25
power_price 1.0 0.90 1.35 eia-epm-2026
power_escalation 0.03 0.015 0.05 assumption
pue 1.10 1.08 1.20 meta-sustainability-2024
load_factor 0.75 0.60 0.85 assumption
power_capacity 1.0 0.80 1.15 reuters-iris-2026
rent_premium 1.1 0.7 1.4 semianalysis-hw-2026
facility_usd_per_kw 13000 10000 16000 jll-2026
construction_inflation 0.05 0.03 0.07 jll-2026
facility_opex_usd_per_kw_year 180 100 300 assumption
discount_rate 0.09 0.08 0.10 damodaran-2026
book_life_years 5.5 4 6 meta-10k-2025
service_life_custom_years 5.5 4 6.5 assumption
service_life_merchant_years 5.5 4 6.5 assumption
facility_life_years 25 20 30 assumption
maintenance_rate 0.02 0.01 0.04 assumption
terminal_recovery_custom 0.35 0.10 0.80 assumption
terminal_recovery_merchant 0.60 0.35 0.90 assumption
terminal_recovery_facility 0.90 0.70 1.00 assumption
tax_rate 0.21 0.15 0.25 assumption
bonus_share_facility 0.5 0.3 0.7 assumption
"""
FIRST = [line.split() for line in LEVERS_OF_THE_FIRST.strip().splitlines()]


def archived() -> tuple[str, bytes]:
    """The data set that version 1 archived with what was saved, and its version."""
    with closing(sqlite3.connect(STORE)) as store:
        [(version, block)] = store.execute("SELECT data_version, content FROM datasets").fetchall()
    return version, block


@pytest.fixture(scope="module")
def first() -> Inputs:
    version, block = archived()
    return unpack(block, version)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The files of version 1 in a folder, to be spoilt."""
    with zipfile.ZipFile(io.BytesIO(archived()[1])) as files:
        files.extractall(tmp_path)
    return tmp_path


def test_its_version_stays_as_it_was(first: Inputs, old: Path) -> None:
    assert first.data_version == load(old).data_version == "3bf349813a69"
    assert set(first.cells) == {path.name for path in old.glob("*.csv")}
    assert "custom_share_plan" not in first.cells["workloads.csv"][0]


@pytest.mark.parametrize("row", FIRST, ids=[row[0] for row in FIRST])
def test_its_plans_and_beliefs_are_those_that_version_1_had_in_code(first: Inputs, row: list[str]) -> None:
    name, base, *belief = row
    lever = first.levers[name]
    assert str(lever.base) == base if lever.options else lever.base == float(base)
    assert (lever.kind is Kind.ASSUMPTION) == bool(belief)
    if belief:
        assert (lever.percentiles, lever.source_id) == ((float(belief[0]), float(belief[1])), belief[2])


def test_levers_that_came_later_are_the_model_s_own(first: Inputs) -> None:
    later = [name for name in first.levers if name not in [row[0] for row in FIRST]]
    assert later == [
        *(f"start_lag_{workload}" for workload in first.workloads),
        "trend_ranking",
        "trend_genai",
        "terminal_basis",
        "work_price_decline",
    ]
    assert [first.base[name] for name in later] == [0, 0, 0, 0, 0.0, 0.0, "use", 0.2]
    assert set(first.levers) == set(INPUTS.levers)


def test_its_ready_made_scenarios_are_there(first: Inputs) -> None:
    assert {name: one.changes for name, one in first.presets.items()} == {
        name: one.changes for name, one in INPUTS.presets.items()
    }


def test_its_facts_names_and_contracts_are_those_of_version_1(first: Inputs) -> None:
    assert (first.calendar.first_year, first.policy_life_quarters) == (2027, 22)
    assert first.workload_labels == INPUTS.workload_labels
    assert dict(first.family_names) == {"ranking": "ranking", "genai": "generative"}
    assert dict(zip(first.contracts.id, first.contracts.warrant.tolist(), strict=True)) == {
        "amd_6gw": True,
        "nvidia_multiyear": False,
        "broadcom_1gw": False,
    }


def test_its_published_figures_are_held_against_the_chips_that_version_1_knew(first: Inputs) -> None:
    held = calibration(first).set_index("target_id")["model"]
    again = calibration(INPUTS).set_index("target_id")["model"]
    assert held.notna().sum() == 8
    assert held.to_dict() == pytest.approx(again.to_dict(), nan_ok=True)


def test_a_folder_of_changed_figures_is_completed_as_well(old: Path) -> None:
    change(old, "chip_prices.csv", "vr200,45000,52000,", "vr200,45000,52001,")
    inputs = load(old)
    assert inputs.data_version != "3bf349813a69"
    assert dict(inputs.base) == dict(BASE)


# --- What is no data set of version 1


def test_one_that_says_anything_that_came_later_must_say_all_of_it(old: Path) -> None:
    """A fleet year of its own makes it a data set of today, which says its plans itself."""
    add(old, "company_facts.csv", 2, fact_id="fleet_year", value="2026", unit="year")
    assert messages(old)[-1] == (
        'company_facts.csv, fact_id: "policy_life_quarters" has no row; '
        "expected a row for each of book_tax_rate, diluted_shares, fleet_year and policy_life_quarters"
    )
    add(old, "company_facts.csv", 2, fact_id="policy_life_quarters", value="22", unit="quarters")
    write_rows(old, "calibration_targets.csv", [])
    assert load(old).base["adoption_rr_inference"] == 0.4, "without a plan, today's share"


def test_one_of_other_work_is_refused_in_words(old: Path) -> None:
    for path in old.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("genai_training", "video_training"), encoding="utf-8")
    assert messages(old) == [
        'company_facts.csv, fact_id: "fleet_year" has no row; '
        "expected a row with the year at whose end the opening fleet stands"
    ]


def test_one_whose_files_lack_columns_is_refused_by_their_names(old: Path) -> None:
    columns = [column for column in header(old, "workloads.csv") if column != "workload_id"]
    write_rows(old, "workloads.csv", rows_of(old, "workloads.csv"), columns)
    assert any(
        message.startswith("workloads.csv line 1, workload_id: the column is missing") for message in messages(old)
    )


def test_one_with_a_wrong_cell_is_refused_with_its_line(old: Path) -> None:
    put(old, "workloads.csv", 3, custom_share_today="lots")
    assert messages(old) == [
        'workloads.csv line 3, custom_share_today: "lots" is not a number; expected a number from 0 to 1'
    ]
