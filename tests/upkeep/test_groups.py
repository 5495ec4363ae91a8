"""Which group a change belongs to: the first pattern's that matches it, and that of the row that it refers to."""

from __future__ import annotations

import pytest

from core.inputs.data import read
from core.upkeep.cells import changes
from core.upkeep.groups import EVERYTHING_ELSE, Grouped, grouped
from tests.support.datasets import files, idle_merchant, in_later_years, tables_of, without_merchant, without_workload
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS
from tests.support.releases import Pattern, frozen_tables, release

CHEAPER = {
    ("chip_prices", "gb300"): {"price_usd_base": 0.9},
    ("chip_prices", "vr200"): {"price_usd_base": 0.9},
    ("chip_throughput", "vr200", "rr_inference"): {"h100e_base": 0.95},
}


def by_group(told: Grouped) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for change, group in zip(told.changes, told.of, strict=True):
        found.setdefault(group, set()).add((change.table, change.row))
    return found


def test_equal_data_have_no_groups() -> None:
    told = grouped(INPUTS, INPUTS)
    assert (told.changes, told.groups, told.unused) == ((), (), ())


def test_without_patterns_a_group_is_a_table() -> None:
    told = grouped(INPUTS, release(CHEAPER))
    assert by_group(told) == {
        "Chip prices": {("chip_prices", "vr200"), ("chip_prices", "gb300")},
        "Chip throughput": {("chip_throughput", "vr200/rr_inference")},
    }
    assert told.groups == ("Chip prices", "Chip throughput"), "in the order of the declaration"


def test_patterns_that_both_data_have_tell_of_a_change_before_them() -> None:
    before = release({}, [("Prices", "chip_prices", "*", "*")])
    after = release(CHEAPER, [("Prices", "chip_prices", "*", "*")])
    assert grouped(before, after).groups == ("Chip prices", "Chip throughput")


def test_data_of_two_companies_or_of_other_years_differ_as_a_whole() -> None:
    assert grouped(INPUTS, EXAMPLE).groups == (EVERYTHING_ELSE,)
    later = read(files(in_later_years(tables_of(FROZEN), 2).tables))
    assert grouped(INPUTS, later).groups == (EVERYTHING_ELSE,)


def test_patterns_that_match_nothing_are_told() -> None:
    patterns: list[Pattern] = [
        ("Rent", "chip_prices", "nobody*", "*"),
        ("Power", "power_capacity", "2031", "*"),
        ("Prices", "chip_prices", "*", "price_*"),
        ("Prices", "chip_prices", "vr200", "*"),
    ]
    told = grouped(INPUTS, release(CHEAPER, patterns))
    assert [one.change_id for one in told.unused] == ["c0", "c1", "c3"]
    assert told.groups == ("Prices", EVERYTHING_ELSE)


def test_the_first_pattern_in_file_order_wins() -> None:
    patterns: list[Pattern] = [("Prices", "chip_prices", "*", "*"), ("Next chip", "chip_*", "vr200*", "*")]
    assert by_group(grouped(INPUTS, release(CHEAPER, patterns))) == {
        "Prices": {("chip_prices", "vr200"), ("chip_prices", "gb300")},
        "Next chip": {("chip_throughput", "vr200/rr_inference")},
    }
    patterns = [("Next chip", "chip_prices", "vr*", "*"), ("Prices", "chip_prices", "*", "*")]
    assert by_group(grouped(INPUTS, release(CHEAPER, patterns))) == {
        "Next chip": {("chip_prices", "vr200")},
        "Prices": {("chip_prices", "gb300")},
        EVERYTHING_ELSE: {("chip_throughput", "vr200/rr_inference")},
    }


def test_a_row_of_several_keys_is_matched_by_their_values_joined() -> None:
    patterns: list[Pattern] = [("Ranking", "chip_throughput", "vr*/rr_inference", "h100e_*")]
    assert by_group(grouped(INPUTS, release(CHEAPER, patterns)))["Ranking"] == {
        ("chip_throughput", "vr200/rr_inference")
    }


def test_the_patterns_of_the_newer_data_count_whichever_way_and_those_of_the_older_where_it_has_none() -> None:
    newer = release(CHEAPER, [("Prices", "chip_prices", "*", "*")])
    assert grouped(INPUTS, newer).groups == grouped(newer, INPUTS).groups == ("Prices", EVERYTHING_ELSE)


# --- What must come together


def test_what_came_with_a_supplier_is_in_its_group() -> None:
    tables = idle_merchant(frozen_tables(), "another").tables
    tables["levers"] = [
        *tables["levers"],
        {**tables["levers"][0], "lever_id": "another_share_rr_training", "base": "0.1", "low": "", "high": ""},
    ]
    patterns: list[Pattern] = [
        ("One more supplier", "suppliers", "another", "*"),
        ("Prices", "chip_prices", "*", "*"),
        ("Levers", "levers", "*", "*"),
    ]
    told = grouped(INPUTS, release(CHEAPER, patterns, tables))
    found = by_group(told)
    came = {change.table for change, group in zip(told.changes, told.of, strict=True) if group == "One more supplier"}
    assert came == {"suppliers", "chips", "chip_prices", "chip_throughput", "workloads", "levers"}
    assert found["Prices"] == {("chip_prices", "gb300"), ("chip_prices", "vr200")}
    assert "Levers" not in found


@pytest.mark.parametrize("way", ["went", "came"])
def test_what_goes_with_a_workload_is_in_its_group(way: str) -> None:
    tables = without_workload(frozen_tables(), "genai_training").tables
    patterns: list[Pattern] = [("Training", "workloads", "genai_training", "*"), ("Items", "programme", "*", "*")]
    less = release({}, patterns, tables)
    told = grouped(INPUTS, less) if way == "went" else grouped(less, INPUTS)
    tables_changed = {table for rows in by_group(told).values() for table, _ in rows}
    assert {"programme", "levers", "chip_throughput", "workload_demand", "opening_fleet"} <= tables_changed
    unread = {"presets", "calibration_targets", "lever_correlations"}
    assert {table for table, _ in by_group(told).get(EVERYTHING_ELSE, set())} <= unread
    items = by_group(told).get("Items", set())
    assert all("genai_training" not in str(change.before) + str(change.after)
               for change in told.changes if (change.table, change.row) in items)  # fmt: skip


def test_what_goes_with_a_supplier_is_in_its_group() -> None:
    tables = without_merchant(frozen_tables(), "amd").tables
    told = grouped(INPUTS, release({}, [("One less", "suppliers", "amd", "*")], tables))
    left = {table for table, _ in by_group(told).get(EVERYTHING_ELSE, set())}
    assert left <= {"presets", "calibration_targets", "lever_correlations"}
    assert {change.column for change in changes(INPUTS, told.new) if change.key is None} == {
        "amd_share_today", "amd_share_plan",
    }  # fmt: skip


def test_what_referred_to_a_row_that_went_changes_with_it() -> None:
    tables = frozen_tables()
    item = str(next(row for row in tables["programme"] if row["chip_id"] == "mtia_500")["item_id"])
    for name in ("chips", "chip_prices", "chip_throughput"):
        like = [row for row in tables[name] if row["chip_id"] == "mtia_500"]
        tables[name] = [*tables[name], *({**row, "chip_id": "another"} for row in like)]
    tables["chips"] = [{**row, "name": "Another"} if row["chip_id"] == "another" else row for row in tables["chips"]]
    patterns: list[Pattern] = [("Chip", "chips", "another", "*"), ("Items", "programme", "*", "*")]
    more = release({("programme", item): {"chip_id": "another", "usd_total": 1.1}}, patterns, tables)
    for told in (grouped(INPUTS, more), grouped(more, INPUTS)):
        groups = {(change.table, change.column): group for change, group in zip(told.changes, told.of, strict=True)}
        assert groups[("programme", "chip_id")] == groups[("chip_throughput", None)] == "Chip"
        assert groups[("programme", "usd_total")] == "Items"
