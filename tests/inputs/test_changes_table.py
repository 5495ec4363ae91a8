"""The table of what changed since the release before: a file that may be left out, and what may stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.inputs.data import load
from tests.support.frozen import INPUTS
from tests.support.spoilt import messages, write_rows

COLUMNS = ("change_id", "group", "table", "row", "column", "source_id", "note")
SOUND = ("successors", "Price of successors", "chip_prices", "*_20*/x", "price_usd_*", "assumption", "as told")


def change(folder: Path, **cells: str) -> None:
    row = {**dict(zip(COLUMNS, SOUND, strict=True)), **cells}
    write_rows(folder, "changes.csv", [row], COLUMNS)


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"change_id": ""}, "change_id"),
        ({"change_id": "Successors"}, "change_id"),
        ({"group": ""}, "group"),
        ({"group": "<b>"}, "group"),
        ({"group": "x" * 61}, "group"),
        ({"table": "chip prices"}, "table"),
        ({"row": ""}, "row"),
        ({"column": "=A1"}, "column"),
        ({"source_id": "nobody"}, "source_id"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_place(folder: Path, cells: dict[str, str], place: str) -> None:
    change(folder, **cells)
    [message] = messages(folder)
    assert message.startswith(f"changes.csv line 2, {place}: ")


def test_two_rows_of_one_name_are_refused(folder: Path) -> None:
    write_rows(folder, "changes.csv", [dict(zip(COLUMNS, SOUND, strict=True))] * 2, COLUMNS)
    [message] = messages(folder)
    assert message.startswith("changes.csv line 3, change_id: ")


def test_it_may_be_left_out_or_be_empty_and_the_version_stays(folder: Path) -> None:
    assert load(folder).data_version == INPUTS.data_version
    assert load(folder).tables["changes"].empty
    write_rows(folder, "changes.csv", [], COLUMNS)
    assert load(folder).data_version == INPUTS.data_version


def test_it_is_read_as_it_stands_and_is_part_of_the_data(folder: Path) -> None:
    change(folder, source_id="")
    inputs = load(folder)
    [row] = inputs.tables["changes"].astype(object).where(lambda cells: cells.notna(), None).to_dict("records")
    assert tuple(row[name] or "" for name in COLUMNS) == (*SOUND[:5], "", SOUND[6])
    assert inputs.data_version != INPUTS.data_version
