"""The table of what is known to be missing: a file that may be left out, and what may stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.inputs.archive import pack, unpack
from core.inputs.data import load
from core.model.report import report
from tests.support.frozen import INPUTS
from tests.support.spoilt import messages, write_rows

SOUND = {
    "missing_id": "tranches",
    "subject": "Tranches of the contract",
    "why_it_matters": "They decide what a gigawatt earns.",
    "looked_where": "Filings",
    "expected": "",
    "table": "commitments",
    "note": "",
}


def put(folder: Path, *rows: dict[str, str]) -> None:
    write_rows(folder, "missing.csv", [SOUND | row for row in rows], [*SOUND])


@pytest.mark.parametrize(
    ("cells", "place", "wrong"),
    [
        ({"missing_id": ""}, "missing_id", "the cell is empty"),
        ({"missing_id": "Tranches"}, "missing_id", "is not of the right form"),
        ({"subject": ""}, "subject", "the cell is empty"),
        ({"subject": "=1+1"}, "subject", "begins like a formula"),
        ({"subject": "x" * 121}, "subject", "has 121 characters"),
        ({"why_it_matters": ""}, "why_it_matters", "the cell is empty"),
        ({"looked_where": ""}, "looked_where", "the cell is empty"),
        ({"looked_where": "Two\nlines"}, "looked_where", "has a character that cannot be seen"),
        ({"table": "Chip prices"}, "table", "is not of the right form"),
        ({"table": "chip_price"}, "table", "is no table; expected a table such as calibration_targets, by its name"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_place(
    folder: Path, cells: dict[str, str], place: str, wrong: str
) -> None:
    put(folder, cells)
    [message] = messages(folder)
    assert message.startswith(f"missing.csv line 2, {place}: ")
    assert wrong in message


def test_two_rows_of_one_name_are_refused(folder: Path) -> None:
    put(folder, {}, {})
    [message] = messages(folder)
    assert message.startswith("missing.csv line 3, missing_id: ")


def test_it_may_be_left_out_or_be_empty_and_the_version_stays(folder: Path) -> None:
    assert load(folder).tables["missing"].empty
    put(folder)
    assert load(folder).data_version == INPUTS.data_version


@pytest.mark.parametrize("table", ["", "commitments", "missing", "sources"])
def test_it_is_part_of_the_data_and_of_an_archive_and_moves_no_figure(folder: Path, table: str) -> None:
    put(folder, {"table": table})
    inputs = load(folder)
    assert inputs.data_version != INPUTS.data_version
    assert unpack(pack(inputs), inputs.data_version).tables["missing"]["subject"].tolist() == [SOUND["subject"]]
    assert report(inputs, inputs.base)["metrics"] == report(INPUTS, INPUTS.base)["metrics"]
