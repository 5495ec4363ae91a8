"""Nothing loads silently wrong: what people bring and the model would not read as they mean it is refused in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.inputs.data import read
from core.inputs.problem import DataError
from tests.support.datasets import Row, Tables, files, tables_of
from tests.support.frozen import EXAMPLE_FOLDER, FROZEN

NEW: Row = {"supplier_id": "trader", "name": "Trader", "class": "merchant", "note": ""}


def _work_in(table: str, column: str = "workload_id") -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[table][0] |= {column: "unheard_of"}

    return change


def _contract_without_chips(tables: Tables) -> None:
    tables["suppliers"].append(NEW)
    for row in tables["workloads"]:
        row["trader_share_today"] = "0"
    tables["commitments"].append(tables["commitments"][0] | {"contract_id": "t", "name": "T", "supplier_id": "trader"})
    tables["commitments"][-1] |= {"warrant": ""}


def _more(table: str, key: str, count: int) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[table] += [tables[table][0] | {key: f"more_{n}", "name": f"More {n}"} for n in range(count)]

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_work_in("workload_demand"), 'workload_demand.csv line 2, workload_id: "unheard_of" is not known'),
        (_work_in("chip_throughput"), 'chip_throughput.csv line 2, workload_id: "unheard_of" is not known'),
        (_work_in("opening_fleet"), 'opening_fleet.csv line 2, workload_id: "unheard_of" is not known'),
        (_work_in("programme", "gate_workloads"), 'programme.csv line 2, gate_workloads: "unheard_of" is not known'),
        (_work_in("levers", "source_id"), 'levers.csv line 2, source_id: "unheard_of" is not known'),
        (_work_in("chips", "grade"), "expected own, reported, estimate or assumption"),
        (lambda tables: tables["suppliers"].append(NEW), "line 1, trader_share_today: the column is missing"),
        (_contract_without_chips, "leaves no chip of trader that counts and can be bought when the model runs"),
        (_more("workloads", "workload_id", 9), "rows under the header; expected at most 8"),
        (_more("chips", "chip_id", 120), "rows under the header; expected at most 120"),
        (_work_in("chip_prices", "price_usd_base"), 'price_usd_base: "unheard_of" is not a number'),
    ],
)  # fmt: skip
def test_it_is_refused_and_the_place_is_named(change: Callable[[Tables], None], expected: str) -> None:
    tables = tables_of(FROZEN)
    change(tables)
    with pytest.raises(DataError) as caught:
        read(files(tables))
    assert expected in str(caught.value)


def test_a_source_that_only_levers_name_must_be_there() -> None:
    """Without a table of levers the model's own beliefs cite our own reasoning; no row of any table needs to."""
    tables = tables_of(EXAMPLE_FOLDER)
    kept = next(row["source_id"] for row in tables["sources"] if row["source_id"] != "assumption")
    tables["sources"] = [row for row in tables["sources"] if row["source_id"] != "assumption"]
    for rows in tables.values():
        for row in rows:
            if row.get("source_id") == "assumption":
                row["source_id"] = kept
    with pytest.raises(DataError) as caught:
        read(files(tables))
    assert str(caught.value).startswith(
        'sources.csv, source_id: "assumption" has no row; expected a row for it, or rows'
    )
