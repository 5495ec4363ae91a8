"""Oddities of sound data: few and true in data that are meant, and each slip found where it is and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from core.inputs.data import LEAD, Inputs, read
from core.inputs.scenario import columns
from core.model.model import simulate
from core.model.opening import opening_mw
from core.upkeep.odd import Oddity, oddities
from core.upkeep.own import Edits, with_edits
from tests.support.datasets import Row, Tables, files, idle_merchant, tables_of
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS
from tests.support.largest import at_bounds

DAY = date(2031, 5, 17)
SLIP = 1000.0


def edited(table: str, is_meant: Callable[[dict[str, str]], bool], **cells: Callable[[float], object]) -> Inputs:
    """The frozen data with figures worked over in the rows of a table that are meant."""
    header, *rows = INPUTS.cells[f"{table}.csv"]
    named = [dict(zip(header, row, strict=True)) for row in rows]
    changed = {
        place: {column: work(float(row[column])) for column, work in cells.items()}
        for place, row in enumerate(named)
        if is_meant(row)
    }
    assert changed
    return with_edits(INPUTS, {table: Edits(changed)}, DAY)


def new(inputs: Inputs, beside: Inputs | None = None) -> list[Oddity]:
    """What is odd in data and not in the frozen ones."""
    return [one for one in oddities(inputs, beside) if one not in as_it_is()]


@cache
def as_it_is() -> tuple[Oddity, ...]:
    return tuple(oddities(INPUTS))


def placed(found: list[Oddity]) -> set[tuple[str, str, str]]:
    return {(one.table, one.row, one.column) for one in found}


# --- Data that are meant


def test_nothing_is_odd_in_the_frozen_data_and_little_and_true_in_the_example() -> None:
    assert oddities(INPUTS) == () == oddities(INPUTS, EXAMPLE)
    found = list(oddities(EXAMPLE, INPUTS))
    assert placed(found) == {
        *(("chips", chip, "last_order") for chip in ("tpu_a100", "tpu_h100", "tpu_gb200")),
        ("commitments", "tpu_200mw", "amount"),
    }
    sold = {chip: place for place, chip in enumerate(EXAMPLE.chips.id)}
    for one in found[:3]:
        assert EXAMPLE.chips.last_order[sold[one.row]] < 0 and sold[one.row] not in EXAMPLE.opening.chip


def test_data_at_the_bounds_are_told_too() -> None:
    found = oddities(at_bounds(), INPUTS)
    tables = list(dict.fromkeys(one.table for one in found))
    assert tables == [name for name in INPUTS.tables if name in tables], "in the order of the declaration"


def test_an_oddity_is_told_in_one_line_with_its_place_and_what_would_do() -> None:
    [found] = new(edited("power_capacity", lambda row: row["year"] == "2026", mw_it=lambda mw: mw / SLIP))
    load = float(opening_mw(simulate(INPUTS, columns([INPUTS.base])).world)[0].sum())
    assert str(found) == (
        f"power_capacity, 2026, mw_it: 5 is less than the {load:,.0f} MW that the opening fleet draws; "
        "MW of IT load, not GW, or fewer chips in the fleet: till then nothing can be bought"
    )


# --- Chips


@pytest.mark.parametrize("times", [10.0, 0.1, 2.6])
def test_a_price_far_off_those_of_the_generations_beside_it_is_odd(times: float) -> None:
    price = dict.fromkeys(("price_usd_low", "price_usd_base", "price_usd_high"), lambda usd: usd * times)
    found = new(edited("chip_prices", lambda row: row["chip_id"] == "gb300", **price))
    assert ("chip_prices", "gb300", "price_usd_base") in placed(found)
    assert {one.row for one in found if one.table == "chip_prices"} == {"gb300"}, "and not the generations beside it"


def test_progress_from_one_generation_to_the_next_is_not_odd() -> None:
    price = dict.fromkeys(("price_usd_low", "price_usd_base", "price_usd_high"), lambda usd: usd * 1.3)
    assert new(edited("chip_prices", lambda row: row["chip_id"] == "gb300", **price)) == []


def test_a_chip_that_can_run_nothing_is_odd() -> None:
    rows = INPUTS.cells["chip_throughput.csv"][1:]
    gone = Edits(deleted=[place for place, row in enumerate(rows) if row[0] == "amd_2031"])
    found = new(with_edits(INPUTS, {"chip_throughput": gone}, DAY))
    assert placed(found) == {("chips", "amd_2031", "chip_id")}
    assert "can run nothing" in found[0].why


def test_a_chip_that_comes_after_all_that_can_be_modelled_is_odd() -> None:
    place = [row[0] for row in INPUTS.cells["chips.csv"][1:]].index("amd_2031")
    late = f"{INPUTS.calendar.last_year + 1}-Q1"
    found = new(with_edits(INPUTS, {"chips": Edits({place: {"available_from": late}})}, DAY))
    assert [(one.row, one.value) for one in found] == [("amd_2031", late)]


# --- Suppliers


def test_a_merchant_that_is_never_the_cheapest_is_odd() -> None:
    dear = idle_merchant(tables_of(FROZEN), "trader", dearer=3.0)
    found = [one for one in oddities(read(files(dear.tables))) if one.table == "suppliers"]
    assert [one.row for one in found] == ["trader"]
    assert "in no quarter and for no workload" in found[0].why and "% dearer" in found[0].why


def test_shares_that_leave_the_first_merchant_nothing_are_odd() -> None:
    other = INPUTS.suppliers[LEAD + 1]
    found = new(edited("workloads", lambda row: row["workload_id"] == "rr_training", **{
        f"{other}_share_today": lambda _: 1.0, f"{other}_share_plan": lambda _: 1.0,
    }))  # fmt: skip
    assert placed(found) == {("workloads", "rr_training", f"{other}_share_today")}


# --- Work and fleet


@pytest.mark.parametrize(("times", "odd"), [(0.2, True), (0.6, False), (5.0, True), (1.2, False)])
def test_demand_that_halves_or_trebles_is_odd(times: float, odd: bool) -> None:
    work = dict.fromkeys(("h100e_low", "h100e_base", "h100e_high"), lambda h100e: h100e * times)
    last = str(INPUTS.calendar.last_year)
    found = new(
        edited("workload_demand", lambda row: row["year"] == last and row["workload_id"] == "rr_inference", **work)
    )
    assert placed(found) == ({("workload_demand", f"rr_inference/{last}", "h100e_base")} if odd else set())


def test_work_that_nobody_demands_is_odd() -> None:
    work = dict.fromkeys(("h100e_low", "h100e_base", "h100e_high"), lambda h100e: h100e / 1e6)
    found = new(edited("workload_demand", lambda row: row["workload_id"] == "rr_training", **work))
    assert ("workload_demand", "rr_training", "h100e_base") in placed(found)


def test_a_fleet_older_than_its_life_is_odd_once_a_chip() -> None:
    tables: Tables = tables_of(FROZEN)
    fleet: list[Row] = [
        row | {"vintage": "2019-Q1"} if row["chip_id"] == "a100" else row for row in tables["opening_fleet"]
    ]
    once = {(row["workload_id"], row["vintage"]): row for row in fleet if row["chip_id"] == "a100"}
    rest = [row for row in fleet if row["chip_id"] != "a100"]
    found = oddities(read(files({**tables, "opening_fleet": [*once.values(), *rest]})))
    [one] = [one for one in found if one.table == "opening_fleet"]
    assert (one.row, one.column, one.value) == ("a100", "vintage", "2019-Q1")
    assert one.why == "is 32 quarters old when the model begins, and chips serve 22"


def test_a_lot_that_cost_far_from_the_price_of_its_chip_is_odd() -> None:
    found = new(edited("opening_fleet", lambda row: row["chip_id"] == "a100", unit_cost_usd=lambda usd: usd * SLIP))
    assert placed(found) == {("opening_fleet", "a100", "unit_cost_usd")}


# --- Power, contracts and units


@pytest.mark.parametrize("times", [10.0, 0.1, 0.01, 0.001])
def test_a_power_price_in_another_unit_is_odd(times: float) -> None:
    year = str(INPUTS.calendar.fleet_year)
    found = new(edited(
        "power_prices", lambda row: (row["region_id"], row["year"]) == ("oh", year), usd_per_mwh=lambda usd: usd * times
    ))  # fmt: skip
    assert placed(found) == {("power_prices", f"oh/{year}", "usd_per_mwh")}


def test_a_contract_of_far_more_than_is_bought_is_odd() -> None:
    found = new(edited("commitments", lambda row: row["contract_id"] == "amd_6gw", amount=lambda gw: gw * 4.0))
    assert placed(found) == {("commitments", "amd_6gw", "amount")}
    assert found[0].value == "24 GW"


@pytest.mark.parametrize(("table", "columns_of"), [
    ("power_prices", ("usd_per_mwh",)), ("regions", ("kg_co2_per_mwh",)), ("chips", ("system_power_w",)),
    ("chip_prices", ("price_usd_low", "price_usd_base", "price_usd_high")),
])  # fmt: skip
def test_a_column_in_another_unit_is_odd_beside_other_data(table: str, columns_of: tuple[str, ...]) -> None:
    slipped = edited(table, lambda _: True, **dict.fromkeys(columns_of, lambda figure: max(figure / SLIP, 1.0)))
    whole = {(one.table, one.column) for one in new(slipped, INPUTS) if not one.row}
    assert whole == {(table, column) for column in columns_of if not column.endswith(("_low", "_high"))}
    assert not [one for one in new(slipped) if not one.row], "nothing to hold them against"
