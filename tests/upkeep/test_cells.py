"""What changed between two data sets, cell by cell: all of it and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base import format as fmt
from core.inputs.archive import pack, unpack
from core.inputs.data import Inputs, bundled
from core.upkeep.cells import ALL, CHANGE_COLUMNS, Kind, changes, data_changes
from tests.support.altered import CAPACITY, PRICE, altered
from tests.support.effort import examples
from tests.support.frozen import FROZEN, INPUTS
from tests.support.releases import release


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Data as they were: one chip dearer, another figure for the power of one year."""
    return altered(tmp_path_factory.mktemp("older"), PRICE, CAPACITY)


def listed(old: Inputs, new: Inputs) -> list[tuple[str, ...]]:
    changes = data_changes(old, new)
    assert tuple(changes.columns) == CHANGE_COLUMNS
    return [tuple(row) for row in changes[["table", "row", "column", "before", "after"]].itertuples(index=False)]


def test_equal_data_differ_in_nothing(older: Inputs) -> None:
    assert listed(bundled(), bundled()) == []
    assert listed(older, unpack(pack(older))) == []


def test_every_changed_cell_is_listed_figures_first(older: Inputs) -> None:
    assert listed(older, bundled()) == [
        ("Chip prices", "Vera Rubin NVL72", "price_usd_base", "61,000", "52,000"),
        ("Power capacity", "2031", "mw_it", "23,900", "23,500"),
        ("Power capacity", "2031", "grade", "estimate", "assumption"),
        ("Power capacity", "2031", "source_id", "reuters-iris-2026", "assumption"),
        ("Power capacity", "2031", "note", "seen", "empty"),
    ]


def test_a_changed_figure_comes_with_its_unit_its_change_and_the_evidence_of_the_new_one(older: Inputs) -> None:
    row = data_changes(bundled(), older).iloc[1]
    sources = bundled().tables["sources"].set_index("source_id")["title"]
    assert row["change_share"] == pytest.approx(23900 / 23500 - 1)
    assert (row["unit"], row["grade"], row["source"]) == ("MW of IT load", "estimate", sources["reuters-iris-2026"])


def test_rows_that_came_and_went_are_named_with_their_figures(tmp_path: Path) -> None:
    price = next(line for line in (FROZEN / "power_prices.csv").read_text().splitlines() if line.startswith("la,2023"))
    more = altered(tmp_path, ("power_prices.csv", price, f"{price}\nla,2099,12.5,assumption,assumption"))
    region = dict(bundled().tables["regions"][["region_id", "name"]].itertuples(index=False))["la"]
    title = "Power prices"
    assert listed(bundled(), more) == [(title, f"{region}, 2099", "whole row", fmt.MISSING, "added: usd_per_mwh 12.5")]
    assert listed(more, bundled()) == [(title, f"{region}, 2099", "whole row", "usd_per_mwh 12.5", "removed")]


def test_another_order_of_rows_is_a_change_because_it_breaks_ties(tmp_path: Path) -> None:
    lines = (FROZEN / "suppliers.csv").read_text().splitlines()
    moved = altered(tmp_path, ("suppliers.csv", f"{lines[1]}\n{lines[2]}", f"{lines[2]}\n{lines[1]}"))
    assert moved.data_version != bundled().data_version
    assert listed(bundled(), moved) == [("Suppliers", "all", "order of rows", fmt.MISSING, "changed; it breaks ties")]


def test_a_figure_that_is_only_written_otherwise_is_no_change(tmp_path: Path) -> None:
    same = altered(tmp_path, ("power_capacity.csv", "\n2031,23500,", "\n2031,23500.0,"))
    assert same.data_version != bundled().data_version
    assert listed(bundled(), same) == []


@examples(20)
@given(st.data())
def test_whatever_figures_change_the_list_holds_those_and_no_others(data: st.DataObject) -> None:
    changed = {name: frame.copy() for name, frame in bundled().tables.items()}
    wanted = {}
    names = {"chip_prices": "Chip prices", "power_prices": "Power prices", "opening_fleet": "Opening fleet"}
    for name in data.draw(st.sets(st.sampled_from(list(names)))):
        frame = changed[name]
        column = data.draw(st.sampled_from([c for c in frame.columns if frame[c].dtype == np.float64]))
        row = data.draw(st.sampled_from(list(frame.index[frame[column] > 0.0])))
        factor = data.draw(st.one_of(st.floats(0.5, 0.99), st.floats(1.01, 2.0)))
        frame.loc[row, column] *= factor
        wanted[(names[name], column)] = pytest.approx(factor - 1.0, rel=1e-9)
    changes = data_changes(bundled(), replace(bundled(), tables=changed))
    assert (
        dict(zip(zip(changes["table"], changes["column"], strict=True), changes["change_share"], strict=True)) == wanted
    )
    assert len(changes) == len(wanted)


def test_a_changed_row_is_named_as_a_pattern_names_it(older: Inputs) -> None:
    found = {(one.table, one.row, one.column) for one in changes(INPUTS, older) if one.kind is Kind.FIGURE}
    assert found == {("chip_prices", "vr200", "price_usd_base"), ("power_capacity", "2031", "mw_it")}
    moved = release({("chip_throughput", "gb300", "rr_inference"): {"h100e_base": 1.01}})
    assert {one.row for one in changes(INPUTS, moved)} == {"gb300/rr_inference"}


def test_what_the_data_say_of_their_changes_is_no_change() -> None:
    told = release({}, [("Prices", "chip_prices", "*", "*")])
    assert told.data_version != INPUTS.data_version
    assert changes(INPUTS, told) == ()


def test_columns_that_came_and_went_stand_once_for_all_rows() -> None:
    without = release({}, without={"workloads": "custom_share_plan"})
    [came], [went] = changes(without, INPUTS)[:1], changes(INPUTS, without)
    assert (came.kind, came.key, came.row, came.column) == (Kind.ADDED, None, ALL, "custom_share_plan")
    assert (went.kind, went.key, went.row, went.column) == (Kind.REMOVED, None, ALL, "custom_share_plan")
    assert data_changes(INPUTS, without)[["row", "column", "after"]].to_numpy().tolist() == [
        ["all", "custom_share_plan", "removed"]
    ]
