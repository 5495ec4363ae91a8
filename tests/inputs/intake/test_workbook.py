"""Workbooks as programs and people write them: what stands in their parts is seen however it is written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from defusedxml.common import DefusedXmlException
from openpyxl.worksheet.worksheet import Worksheet

from core.inputs.intake import workbook as room
from core.inputs.intake.brought import read
from core.inputs.intake.limits import MOST_CELLS, IntakeError
from tests.support import grids
from tests.support.brought import part, with_cell, with_parts, workbook, worked_out

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["a", "b"], [1, 2], [3, 4]]


def refusal(content: bytes) -> str:
    with pytest.raises(IntakeError) as refused:
        read("book.xlsx", content)
    return str(refused.value)


@pytest.mark.parametrize(
    "written",
    [b"<mergeCell ref='A2:B2'", b'<mergeCell ref = "A2:B2"', b'<mergeCell uid="x>y" ref="A2:B2"',
     b'<mergeCell\n ref="A2:B2"'],
)  # fmt: skip
def test_merged_cells_are_seen_however_they_are_written(written: bytes) -> None:
    content = workbook({"s": ROWS}, lambda sheets: sheets["s"].merge_cells("A2:B2"))
    xml = part(content, SHEET)
    changed = xml.replace(b'<mergeCell ref="A2:B2"', written)
    assert "has merged cells (A2:B2)" in refusal(with_parts(content, {SHEET: changed}))


@pytest.mark.parametrize(
    "written",
    [lambda xml: xml.encode("utf-16"), lambda xml: xml.encode("utf-16-be"),
     lambda xml: b'<?xml version="1.0" encoding="iso-8859-1"?>' + xml.encode("latin-1")],
)  # fmt: skip
def test_parts_in_another_encoding_are_refused_since_nothing_is_seen_in_them(written: Callable[[str], bytes]) -> None:
    content = workbook({"s": [["a"], ["=1"]]})
    said = refusal(with_parts(content, {SHEET: written(part(content, SHEET).decode())}))
    assert f'"{SHEET}" is not written in UTF-8' in said


def test_the_reader_of_the_workbook_takes_no_entities_either() -> None:
    laughs = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    content = workbook({"s": ROWS})
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode() + part(content, SHEET).replace(b"<t>a<", b"<t>&l9;<")
    with pytest.raises(ValueError, match="invalid XML") as refused:
        openpyxl.load_workbook(io.BytesIO(with_parts(content, {SHEET: bomb})), read_only=True)
    assert isinstance(refused.value.__cause__, DefusedXmlException)
    assert "declares XML entities" in refusal(with_parts(content, {SHEET: bomb}))


def test_a_workbook_of_the_strict_form_is_refused_and_not_read_as_empty() -> None:
    content = workbook({"s": ROWS})
    strict = {
        name: part(content, name)
        .replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/main")
        .replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"
        )
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
    }
    assert "is a workbook of the strict form (Strict Open XML)" in refusal(with_parts(content, strict))


def test_macros_of_the_oldest_kind_are_refused() -> None:
    assert "is a macro" in refusal(with_parts(workbook({"s": ROWS}), {"xl/macrosheets/sheet1.xml": b"<x/>"}))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2" t="str"><f>IF(A2="","",A2)</f><v></v></c>', ""),
        ('<c r="B2" t="str"><f>A2</f><v>x</v></c>', "x"),
        ('<c r="B2" t="b"><f>A2</f><v>1</v></c>', "TRUE"),
        ('<c r="B2"><f t="shared" ref="B2:B3" si="0">A2</f><v>7</v></c>', "7"),
        ('<c r="B2" t="inlineStr"><is><t>one_x000D_&#10;two</t></is></c>', "one\r\ntwo"),
    ],
)
def test_a_formula_gives_the_value_that_is_kept_also_an_empty_text(cell: str, text: str) -> None:
    (grid,) = read("book.xlsx", worked_out(with_cell(workbook({"s": ROWS}), cell)))
    assert grid.rows[1] == ("1", text)


def test_formulas_that_no_spreadsheet_has_worked_out_are_refused_though_a_value_stands_there() -> None:
    content = with_cell(workbook({"s": ROWS}), '<c r="B2"><f>A2*2</f><v>0</v></c>')
    assert 'sheet s, cell B2: "0" is a formula that no spreadsheet has worked out' in refusal(content)
    (grid,) = read("book.xlsx", worked_out(content))
    assert grid.rows[1] == ("1", "0")


def test_a_number_beyond_all_numbers_is_refused_by_its_cell() -> None:
    assert 'cell B2: "inf" is neither' in refusal(with_cell(workbook({"s": ROWS}), '<c r="B2"><v>1e999</v></c>'))


def test_empty_rows_to_the_end_of_the_sheet_are_no_rows_and_rows_beyond_it_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = workbook({"s": ROWS})
    for last, row in ((250_000, '<row r="250000"><c r="A250000" s="0"/></row>'), (10**9, '<row r="1000000000"/>')):
        xml = part(content, SHEET).replace(b"</sheetData>", f"{row}</sheetData>".encode())
        if last == 250_000:
            (grid,) = read("book.xlsx", with_parts(content, {SHEET: xml}))
            assert len(grid.rows) == len(ROWS)
        else:
            monkeypatch.setattr(room, "_LAST_ROW", 1000)
            assert "has more than 1,000 rows" in refusal(with_parts(content, {SHEET: xml}))


def test_a_cell_far_out_does_not_make_a_table_of_millions() -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(4, 20_000))
    content = workbook({"s": ROWS})
    xml = part(content, SHEET).replace(b"</sheetData>", f"{cells}</sheetData>".encode())
    wide = with_cell(with_parts(content, {SHEET: xml}), '<c r="B2"><v>1</v></c><c r="GR2"><v>1</v></c>')
    assert f"has more than {MOST_CELLS:,} cells" in refusal(wide)


def test_one_text_in_thousands_of_cells_is_counted_as_often_as_it_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.inputs.intake.limits.MOST_TEXT", 2**20)
    assert "has 1.5 MB of text in its cells; expected at most 1.0 MB" in refusal(workbook({"s": [["x" * 16_384]] * 96}))


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    def hide_row(sheets: dict[str, Worksheet]) -> None:
        sheets["s"].row_dimensions[2].hidden = True

    def hide_column(sheets: dict[str, Worksheet]) -> None:
        sheets["s"].column_dimensions["B"].hidden = True

    for hide in (hide_row, hide_column):
        (grid,) = read("book.xlsx", workbook({"s": ROWS}, hide))
        assert len(grid.rows) == 3
        assert grid.remarks == ("Some of its rows or columns are hidden; they were read as all others.",)


@pytest.mark.parametrize(
    ("formats", "shown", "remark"),
    [
        (['"$"#,##0', "General"], ("1", "3"), "Column A is shown with $, which is not part of the number."),
        (['"$"#,##0', "#,##0 [$€-407]"], ("$ 1", "€ 3"), "Column A is shown with $ and €, which was kept beside"),
        (['"CHF "0', "[$CAD] 0"], ("CHF 1", "CAD 3"), "Column A is shown with CAD and CHF, which was kept beside"),
        (["[$-409]#,##0", "General"], ("1", "3"), None),
        (["0%", "General"], ("1", "3"), "Column A is shown in percent, in 1 of its 2 figures: 35 % there is 0.35."),
    ],
)
def test_a_figure_is_read_with_the_currency_it_is_shown_in(
    formats: list[str], shown: tuple[str, str], remark: str | None
) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        for row, form in enumerate(formats, start=2):
            sheets["s"].cell(row, 1).number_format = form

    (grid,) = read("book.xlsx", workbook({"s": ROWS}, change))
    assert tuple(row[0] for row in grid.rows[1:]) == shown
    told = re.sub("the number ", "", " ".join(grid.remarks))
    assert (remark or "") in told and bool(told) == bool(remark)


def test_prices_shown_in_another_currency_are_never_taken_for_dollars() -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        for row in (2, 3):
            sheets["chips"].cell(row, 2).number_format = "#,##0 [$€-407]"

    (grid,) = read("book.xlsx", workbook({"chips": [["chip_id", "price_usd_base"], ["a", 1200], ["b", 900]]}, change))
    assert "rate:EUR" in [question.key for question in grids.answered(grid, {"rate:EUR": "2"}).questions]
    applied = grids.columns(grids.read(grid, {"rate:EUR": "2"}))
    assert applied["price_usd_base"] == ["2400", "1800"]
