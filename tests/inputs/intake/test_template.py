"""The workbook to fill in: what it says, and that what it holds comes back as it was."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.inputs.data import Inputs, read
from core.inputs.declaration import resources
from core.inputs.intake.assemble import Assembled, assemble, strict
from core.inputs.intake.proposal import propose
from core.inputs.intake.template import workbook
from tests.support.datasets import files, idle_merchant, reordered, split_workload, tables_of, without_contracts
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS
from tests.support.grids import of_workbook

BOOK = workbook(INPUTS)


def back(content: bytes) -> Inputs:
    found = strict(of_workbook(content))
    assert found.problems == ()
    return read(found.files)


@pytest.mark.parametrize("inputs", [INPUTS, EXAMPLE], ids=["frozen", "example"])
def test_a_workbook_read_back_is_the_same_data_version(inputs: Inputs) -> None:
    assert back(workbook(inputs)).data_version == inputs.data_version


def test_a_data_set_made_of_another_one_comes_back_too() -> None:
    tables = tables_of(FROZEN)
    for altered in (
        idle_merchant(tables, "idle"),
        reordered(tables, 3),
        split_workload(tables, "genai_inference", "twin"),
        without_contracts(tables, "amd"),
    ):
        inputs = read(files(altered.tables))
        assert back(workbook(inputs)).data_version == inputs.data_version


NOTES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]) | st.sampled_from("\n\t"), max_size=60).filter(
    lambda text: "x005F_" not in text
)
FIGURES = st.one_of(
    st.decimals(0, 10**6, places=3).map(str),
    st.integers(0, 10**12).map(str),
    st.floats(0, 1e9, allow_subnormal=False).map(repr),
    st.sampled_from(
        [
            "1e6",
            "1.50",
            "007",
            "+5",
            ".5",
            "5.",
            "0.10",
            "1E-3",
            "6600000000.0",
            "123456789012345678",
            "3.1434895039493245",
        ]
    ),
)


@examples(25)
@given(
    NOTES,
    st.sampled_from(
        ["", "=1+1", "+5", "-", "@x", "'x", "#N/A", "TRUE", "2019-07-29", "0.50", "_x0041_", "_x005F_x0041_"]
    ),
    FIGURES,
)
def test_any_text_and_any_figure_comes_back_as_it_stood(note: str, odd: str, figure: str) -> None:
    header = ("chip_id", "price_usd_low", "note")
    book = workbook(_OfCells({"chip_prices.csv": (header, ("a", figure, note), ("b", "1", odd))}))
    (grid,) = [one for one in of_workbook(book) if one.name == "chip_prices"]
    assert grid.rows[1:] == (("a", figure, note), ("b", "1", odd))


class _OfCells:
    def __init__(self, cells: dict[str, tuple[tuple[str, ...], ...]]) -> None:
        self.cells = cells
        self.suppliers = ("custom", "lead")


def test_no_cell_is_a_formula_and_the_sheets_are_the_tables_in_their_order() -> None:
    book = load_workbook(io.BytesIO(BOOK))
    assert book.sheetnames == ["Read me", *(resource["name"] for resource in resources())]
    assert all(cell.data_type != "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def test_every_header_has_a_comment_with_its_unit_and_is_frozen() -> None:
    book = load_workbook(io.BytesIO(BOOK))
    for resource in resources(INPUTS.suppliers[2:]):
        sheet = book[resource["name"]]
        units = {field["name"]: field.get("unit") for field in resource["schema"]["fields"]}
        assert sheet.freeze_panes is not None
        for cell in sheet[1]:
            assert cell.comment is not None
            assert units[cell.value] is None or f"Unit: {units[cell.value]}" in cell.comment.text


def test_words_and_ids_have_lists_of_choices() -> None:
    sheet = load_workbook(io.BytesIO(BOOK))["chip_prices"]
    formulas = {str(one.sqref).split("2:")[0]: one.formula1 for one in sheet.data_validations.dataValidation}
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    assert formulas[letters["chip_id"]].startswith("'chips'!$A$2:$A$")
    assert "assumption" in formulas[letters["grade"]]


def test_the_read_me_lists_every_column_that_there_may_be() -> None:
    sheet = load_workbook(io.BytesIO(BOOK))["Read me"]
    listed = {(row[0].value, row[1].value) for row in sheet.iter_rows()}
    assert {
        (resource["name"], field["name"])
        for resource in resources(INPUTS.suppliers[2:])
        for field in resource["schema"]["fields"]
    } <= listed


def test_an_empty_workbook_holds_headers_alone_and_brings_nothing() -> None:
    grids = of_workbook(workbook(None))
    assert all(len(grid.rows) == 1 for grid in grids if grid.name != "Read me")
    proposals = [propose(grid, resources(), {"empty": "as before"}) for grid in grids]
    found: Assembled = assemble([(one.grid, one.reading) for one in proposals], INPUTS)
    assert (found.problems, dict(found.cells)) == ((), dict(INPUTS.cells))
