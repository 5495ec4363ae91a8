"""The tables of a data set as they are edited: every cell as it is written, and choices that hold what stands there."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from core.inputs.data import Inputs
from core.inputs.declaration import Resource
from core.inputs.sheet import Cells
from core.upkeep.draft import Draft
from core.upkeep.own import Edits, edited
from core.views.data import editing
from tests.support.frozen import EXAMPLE, INPUTS

SETS = pytest.mark.parametrize("inputs", [INPUTS, EXAMPLE], ids=["frozen", "example"])


def table(draft: Draft, name: str) -> Resource:
    return next(one for one in editing.tables(draft) if one["name"] == name)


def with_file(name: str, *rows: tuple[str, ...]) -> Draft:
    draft = Draft.of(INPUTS)
    return draft.with_cells({**draft.cells, name: rows})


# --- Tables that are not sound


def test_a_table_that_has_no_file_has_its_columns_and_no_rows() -> None:
    draft = Draft("", MappingProxyType({}))
    for resource in editing.tables(draft):
        shown = editing.frame(draft, resource)
        assert shown.empty
        assert list(shown.columns) == [field["name"] for field in resource["schema"]["fields"]]
        assert [one.name for one in editing.columns(draft, resource)] == list(shown.columns)


def test_a_column_that_is_not_declared_is_shown_so_that_it_can_be_mended() -> None:
    draft = with_file("power_capacity.csv", ("year", "capacity"), ("2027", "1.5"))
    shown = editing.frame(draft, table(draft, "power_capacity"))
    assert list(shown.columns)[-1] == "capacity"
    assert shown.iloc[0].to_dict() == {**dict.fromkeys(shown.columns, ""), "year": "2027", "capacity": "1.5"}


def test_a_row_that_is_too_short_or_too_long_is_shown_as_far_as_it_goes() -> None:
    draft = with_file("power_capacity.csv", ("year", "mw_it"), ("2027",), ("2028", "2", "3"))
    shown = editing.frame(draft, table(draft, "power_capacity"))
    assert shown[["year", "mw_it"]].to_numpy().tolist() == [["2027", ""], ["2028", "2"]]


def test_cells_are_texts_as_they_are_written_and_no_figure_is_made_of_them() -> None:
    draft = with_file("power_capacity.csv", ("year", "mw_it", "note"), ("02027", "1.50", "NaN"), ("", "1e3", "None"))
    shown = editing.frame(draft, table(draft, "power_capacity"))
    assert shown[["year", "mw_it", "note"]].to_numpy().tolist() == [["02027", "1.50", "NaN"], ["", "1e3", "None"]]


# --- Sound ones


@SETS
def test_a_table_shows_every_row_and_cell_of_its_file(inputs: Inputs) -> None:
    draft = Draft.of(inputs)
    for resource in editing.tables(draft):
        header, *rows = inputs.cells.get(resource["path"], ((),))
        shown = editing.frame(draft, resource)
        assert shown[list(header)].to_numpy().tolist() == [list(row) for row in rows]


@SETS
def test_what_stands_in_a_cell_is_always_among_its_choices(inputs: Inputs) -> None:
    draft = Draft.of(inputs)
    for resource in editing.tables(draft):
        shown = editing.frame(draft, resource)
        for column in editing.columns(draft, resource):
            if column.choices is not None:
                assert set(shown[column.name]) <= {"", *column.choices}, (resource["name"], column.name)
                assert len(column.choices) == len(set(column.choices)) > 0


def test_choices_are_the_declared_words_or_the_ids_that_the_draft_has_now() -> None:
    draft = with_file("chips.csv", ("chip_id",), ("new",), ("",), ("new",), ("other",))
    prices = {one.name: one for one in editing.columns(draft, table(draft, "chip_prices"))}
    assert prices["chip_id"].choices == ("new", "other")
    assert prices["grade"].choices is not None and "own" in prices["grade"].choices
    assert prices["price_usd_base"].choices is None
    assert prices["price_usd_base"].is_needed and not prices["note"].is_needed
    assert "Unit: " in prices["price_usd_base"].help and "Expected: a number" in prices["price_usd_base"].help


def test_a_supplier_more_gives_the_columns_of_its_shares() -> None:
    header, *rows = INPUTS.cells["suppliers.csv"]
    new = tuple({"supplier_id": "newcomer", "name": "New", "class": "merchant"}.get(one, "") for one in header)
    draft = with_file("suppliers.csv", header, *rows, new)
    assert "newcomer_share_today" in editing.frame(draft, table(draft, "workloads"))


@SETS
def test_rows_are_edited_by_the_place_at_which_they_are_shown(inputs: Inputs) -> None:
    draft = Draft.of(inputs)
    shown = editing.frame(draft, table(draft, "chip_prices"))
    last = len(shown) - 1
    cells: Cells = edited(draft, {"chip_prices": Edits({last: {"note": "seen"}}, deleted=(0,))})["chip_prices.csv"]
    after = editing.frame(draft.with_cells({**draft.cells, "chip_prices.csv": cells}), table(draft, "chip_prices"))
    expected = shown.drop(index=0).reset_index(drop=True)
    expected.loc[last - 1, "note"] = "seen"
    assert after.to_dict("records") == expected.to_dict("records")
