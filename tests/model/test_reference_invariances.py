"""What must change nothing changes nothing in the oracle: so the specification means what it says there.

The same sentences are asked of the model elsewhere; here they are asked of loops that know no batch and no axis.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import datasets, reference
from tests.support.datasets import Altered, Changes, Tables
from tests.support.frozen import FROZEN

EXAMPLE = Path(__file__).parents[1] / "example/data"
SETS = pytest.mark.parametrize("folder", [FROZEN, EXAMPLE], ids=["frozen", "example"])
SEEDS = pytest.mark.parametrize("seed", [None, *range(2)])
RELATIVE = 1e-9


@cache
def tables_of(folder: Path) -> Tables:
    return datasets.tables_of(folder)


def drawn(tables: Tables, seed: int | None, **fixed: float | str) -> Changes:
    """Base levers, or about half of them anywhere in their bounds; merchants' shares add up to 1 at most."""
    dice, data = random.Random(seed), reference.from_tables(tables)
    found: Changes = {}
    for name, lever in data.levers.items() if seed is not None else ():
        if dice.random() < 0.5:
            found[name] = _throw(dice, data, name, lever)
    return found | fixed


def _throw(dice: random.Random, data: reference.Data, name: str, lever: reference.Lever) -> float | str:
    low, high = lever.minimum, lever.maximum
    if isinstance(low, str) or isinstance(high, str):
        if name == "adoption_start":
            return data.calendar.label(dice.randint(0, data.calendar.index(str(high))))
        return dice.choice([low, high])
    if lever.whole:
        return dice.randint(int(low), int(high))
    a_merchants_share = any(name == f"{m}_share_{row.workload_id}" for m in data.merchants for row in data.workloads)
    return dice.uniform(low, high) / (len(data.merchants) - 1 if a_merchants_share else 1)


def totals(tables: Tables, levers: Changes) -> dict[str, Any]:
    """All figures of a scenario by where they stand, spending on chips as one."""
    data = reference.from_tables(tables)
    result = reference.evaluate(data, levers)
    found = {name: value for name, value in result["metrics"].items() if name != "constraints"}
    for row in result["constraints"]:
        if row["constraint"] in ("power", "custom_supply"):
            found |= {f"{row['constraint']}/first": row["first"], f"{row['constraint']}/periods": row["periods"]}
    suppliers = [f"capex_{row.supplier_id}_usd" for row in data.suppliers]
    for quarter in result["quarters"]:
        merged = {name: value for name, value in quarter.items() if name not in suppliers}
        merged["capex_chips_usd"] = sum(quarter[name] for name in suppliers)
        found |= {f"{quarter['quarter']}/{name}": value for name, value in merged.items()}
    return found


def differences(got: Mapping[str, Any], want: Mapping[str, Any], rate: float = 1.0) -> list[str]:
    """Where figures are not the same, or not so at a rate if they are money; next to nothing of all cost is nothing."""
    nothing = 1e-12 * abs(want["pv_cost_usd"]) * rate
    found = [f"{name}: only in one" for name in set(got) ^ set(want)]
    for name in set(got) & set(want):
        mine, theirs = got[name], want[name]
        if isinstance(mine, float) and isinstance(theirs, float):
            in_usd = name.endswith("_usd") and not name.endswith("npv_per_programme_usd")
            theirs *= rate if in_usd else 1.0
            if abs(mine - theirs) > RELATIVE * abs(theirs) + (nothing if in_usd else RELATIVE):
                found.append(f"{name}: {mine!r}, not {theirs!r}")
        elif mine != theirs:
            found.append(f"{name}: {mine!r}, not {theirs!r}")
    return found


def changes_nothing(tables: Tables, altered: Altered, levers: Changes) -> list[str]:
    return differences(totals(altered.tables, altered.levers(levers)), totals(tables, levers))


@SETS
@SEEDS
@pytest.mark.parametrize("place", [0, -1], ids=["the lead", "the last"])
def test_a_merchant_split_in_two_changes_no_total(folder: Path, seed: int | None, place: int) -> None:
    merchant = reference.from_tables(tables_of(folder)).merchants[place]
    free = datasets.without_contracts(tables_of(folder), merchant).tables
    altered = datasets.split_merchant(free, merchant, "twin", 0.3)
    assert changes_nothing(free, altered, drawn(free, seed)) == []


@SETS
@SEEDS
def test_a_merchant_that_sells_nothing_changes_nothing(folder: Path, seed: int | None) -> None:
    tables = tables_of(folder)
    assert changes_nothing(tables, datasets.idle_merchant(tables, "idle"), drawn(tables, seed)) == []


@SETS
@SEEDS
def test_the_order_of_rows_changes_nothing(folder: Path, seed: int | None) -> None:
    tables = tables_of(folder)
    assert changes_nothing(tables, datasets.reordered(tables, seed or 0), drawn(tables, seed)) == []


@SETS
@SEEDS
def test_later_years_change_no_figure(folder: Path, seed: int | None) -> None:
    tables, levers = tables_of(folder), drawn(tables_of(folder), seed)
    altered = datasets.in_later_years(tables, 3)
    now = reference.evaluate(reference.from_tables(tables), levers)
    then = reference.evaluate(reference.from_tables(altered.tables), altered.levers(levers))
    dates = ("payback", "first_accretive_year", "constraints")
    assert [row | {"quarter": ""} for row in then["quarters"]] == [row | {"quarter": ""} for row in now["quarters"]]
    for name, value in now["metrics"].items():
        assert name in dates or then["metrics"][name] == value
    assert then["quarters"][0]["quarter"] == datasets.later(now["quarters"][0]["quarter"], 3)


@SETS
@SEEDS
@pytest.mark.parametrize("place", [0, -1], ids=["the first", "the last"])
def test_a_workload_split_in_two_changes_no_total(folder: Path, seed: int | None, place: int) -> None:
    tables = tables_of(folder)
    workload = str(tables["workloads"][place]["workload_id"])
    altered = datasets.split_workload(tables, workload, "twin")
    levers = drawn(tables, seed, custom_supply_limit_mw=1e9)  # beyond its bounds: it never binds
    assert changes_nothing(tables, altered, levers) == []


@SETS
@SEEDS
@pytest.mark.parametrize("rate", [0.6, 1.6])
def test_another_currency_scales_all_money_and_nothing_else(folder: Path, seed: int | None, rate: float) -> None:
    tables, altered = tables_of(folder), datasets.other_currency(tables_of(folder), rate)
    levers = drawn(tables, seed)
    assert differences(totals(altered.tables, altered.levers(levers)), totals(tables, levers), rate) == []


@SETS
@SEEDS
@pytest.mark.parametrize("adoption", [0.4, 1.0])
def test_custom_chips_like_the_leads_are_worth_nothing(folder: Path, seed: int | None, adoption: float) -> None:
    tables, altered = tables_of(folder), datasets.custom_like_the_lead(tables_of(folder))
    levers = altered.levers(drawn(tables, seed))
    levers |= {f"adoption_{row['workload_id']}": adoption for row in tables["workloads"]}
    data = reference.from_tables(altered.tables)
    result = reference.evaluate(data, levers)
    metrics, bought = result["metrics"], sum(row[f"capex_{data.custom}_usd"] for row in result["quarters"])
    assert (bought > 0) == (adoption > 0 or any(float(str(row["custom_share_today"])) for row in tables["workloads"]))
    for name in ("npv_usd", "npv_vs_hold_usd", "npv_vs_exit_usd", "npv_pretax_usd"):
        assert abs(metrics[name]) < RELATIVE * abs(metrics["pv_cost_usd"]), name


@SETS
def test_contributions_add_up_to_the_value(folder: Path) -> None:
    data = reference.load(folder)
    for baseline in ("hold", "exit"):
        parts = reference.contributions(data, {"baseline": baseline})
        assert sum(parts.values()) == pytest.approx(reference.npv(data, {"baseline": baseline}), abs=1.0)


@SETS
def test_altered_sets_are_read_again_from_their_files(folder: Path, tmp_path: Path) -> None:
    altered = datasets.custom_like_the_lead(tables_of(folder))
    again = datasets.tables_of(datasets.write(altered.tables, tmp_path / "set"))
    assert totals(again, altered.levers({})) == totals(altered.tables, altered.levers({}))
    assert set(again) == set(altered.tables)
