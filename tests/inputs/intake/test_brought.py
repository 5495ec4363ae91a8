"""Archives, workbooks, folders and what is none of these: told by content, bounded, refused in words."""

from __future__ import annotations

import datetime as dt
import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from core.inputs.intake import zipped
from core.inputs.intake.brought import read, read_folder
from core.inputs.intake.limits import LARGEST_UPLOAD, IntakeError
from tests.support.brought import archive, part, with_parts, workbook, worked_out

CSV = b"chip_id,price\na,1\n"
SHEET: dict[str, list[list[Any]]] = {"prices": [["chip_id", "price"], ["a", 1]]}


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(IntakeError) as refused:
        read(name, content)
    return str(refused.value)


# --- Archives


def test_an_archive_gives_the_tables_in_it_whatever_folder_they_lie_in() -> None:
    content = archive({"data/a.csv": CSV, "b.CSV": CSV, "__MACOSX/._a.csv": b"\0", ".DS_Store": b"\0", "README": b"x"})
    assert [grid.name for grid in read("set.zip", content)] == ["a.csv", "b.CSV"]


def test_an_archive_may_hold_a_workbook() -> None:
    assert [grid.name for grid in read("set.zip", archive({"book.xlsx": workbook(SHEET)}))] == ["prices"]


def test_two_gigabytes_in_two_megabytes_are_refused_by_what_the_archive_says() -> None:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("a.csv", "w", force_zip64=True) as a,
    ):
        for _ in range(2048):
            a.write(bytes(2**20))
    assert len(content.getvalue()) < 3 * 2**20
    assert refusal("set.zip", content.getvalue()) == (
        "set.zip: unpacks to 2,048.0 MB; expected at most 100.0 MB unpacked"
    )


def test_an_archive_that_understates_its_size_is_refused_while_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "LARGEST_UNPACKED", 1000)
    content = bytearray(archive({"a.csv": b"x" * 5000}))
    place = content.rindex(b"PK\x01\x02") + 24  # the directory's word for the size unpacked
    content[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(IntakeError, match=r"unpacks to more than it says|damaged"):
        read("set.zip", bytes(content))


@pytest.mark.parametrize("path", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "..\\a.csv", "C:\\a.csv"])
def test_a_path_that_leads_out_of_the_archive_is_refused(path: str) -> None:
    assert "leads out of the archive" in refusal("set.zip", archive({path: CSV}))


def test_a_link_in_an_archive_is_refused() -> None:
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr(entry, "/etc/passwd")
    assert "is a link to another file" in refusal("set.zip", content.getvalue())


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(archive({"a.csv": CSV}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in refusal("set.zip", bytes(content))


def test_all_that_is_wrong_with_an_archive_is_told_at_once() -> None:
    said = refusal("set.zip", archive({"../a.csv": CSV, "/b.csv": CSV}))
    assert said.count("leads out of the archive") == 2


def test_two_files_of_one_name_are_refused() -> None:
    assert "has the name of another file in it" in refusal("set.zip", archive({"x/a.csv": CSV, "y/A.csv": CSV}))


@pytest.mark.parametrize("other", [{"x/A.TSV": b"a\tb\n1\t2\n"}, {"book.xlsx": workbook({"a": [["x", "y"], [1, 2]]})}])
def test_two_files_or_sheets_of_one_table_are_refused_whatever_their_ending(other: dict[str, bytes]) -> None:
    said = refusal("set.zip", archive({"a.csv": CSV, **other}))
    assert "is of one table with a.csv; expected each table once" in said


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_cannot_be_counted_while_it_is_unpacked_is_refused(packing: int) -> None:
    said = refusal("set.zip", archive({"a.csv": CSV * 100}, packing))
    assert (
        said == 'set.zip: "a.csv" is packed in a way that is not read here; expected an ordinary zip archive (Deflate)'
    )


def test_names_that_are_not_unicode_are_read_or_refused_in_words() -> None:
    content = archive({"é.csv": CSV})  # UTF-8, and the archive says so
    assert "is damaged" in refusal("set.zip", content.replace("é".encode(), b"\xe9\xff"))
    entry = zipfile.ZipInfo("é.csv")
    old = io.BytesIO()
    with zipfile.ZipFile(old, "w") as packed:
        packed.writestr(entry, CSV)
    unmarked = bytearray(old.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = unmarked.index(mark) + flags
        unmarked[place : place + 2] = bytes(2)
    (grid,) = read("set.zip", bytes(unmarked))
    assert grid.name.endswith(".csv") and grid.rows[1] == ("a", "1")


def test_what_systems_and_open_workbooks_leave_beside_files_is_nobodys_table() -> None:
    content = archive({"a.csv": CSV, "._a.csv": b"\0\5\x16\7", "~$book.xlsx": b"me", "Thumbs.db": b"\0"})
    assert [grid.name for grid in read("set.zip", content)] == ["a.csv"]


def test_all_tables_together_have_no_more_cells_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.inputs.intake.limits.MOST_CELLS_IN_ALL", 7)
    assert "All files together: has 8 cells in all its tables" in refusal(
        "x.zip", archive({"a.csv": CSV, "b.csv": CSV})
    )


def test_an_archive_in_an_archive_is_refused() -> None:
    assert "archive in an archive" in refusal("set.zip", archive({"inner.zip": archive({"a.csv": CSV})}))


def test_more_than_a_hundred_files_are_refused() -> None:
    assert "has 101 files; expected at most 100" in refusal("set.zip", archive({f"{i}.csv": CSV for i in range(101)}))


def test_an_archive_broken_off_anywhere_is_refused() -> None:
    content = archive({"a.csv": CSV, "b.csv": CSV * 50})
    for end in range(4, len(content) - 1, 7):
        assert "set.zip: " in refusal("set.zip", content[:end])


# --- Workbooks


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"), (0.35, "0.35"), (1e-7, "0.0000001"), (1.5e300, "15" + "0" * 299), (12_000_000.0, "12000000"),
        (7, "7"), (True, "TRUE"), (" x ", " x "), (dt.date(2026, 11, 28), "2026-11-28"),
        (dt.datetime(2026, 1, 2, 3, 4), "2026-01-02 03:04:00"), (dt.time(3, 4), "03:04:00"), ("1.234,5", "1.234,5"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_text_with_numbers_in_plain_form_and_dates_as_iso(value: object, text: str) -> None:
    (grid,) = read("book.xlsx", workbook({"s": [["x", "y"], ["first", value], ["", "last"]]}))
    assert grid.rows == (("x", "y"), ("first", text), ("", "last"))


def test_percent_of_a_column_is_told_and_no_part_of_the_number_and_a_currency_but_for_dollars_is_kept() -> None:
    def formats(sheets: dict[str, Worksheet]) -> None:
        sheets["s"]["A2"].number_format = "0.0%"
        sheets["s"]["B2"].number_format = "#,##0 [$€-407]"

    (grid,) = read("book.xlsx", workbook({"s": [["share", "price"], [0.35, 1200]]}, formats))
    assert grid.rows[1] == ("0.35", "€ 1200")
    assert grid.remarks == (
        "Column A is shown in percent: 35 % there is the number 0.35.",
        "Column B is shown with €, which was kept beside the figures.",
    )


def test_hidden_and_empty_sheets_are_left_out_and_say_so() -> None:
    def hide(sheets: dict[str, Worksheet]) -> None:
        sheets["secret"].sheet_state = "hidden"

    grids = read("book.xlsx", workbook({**SHEET, "secret": [["x"]], "empty": []}, hide))
    assert [(grid.name, bool(grid.rows)) for grid in grids] == [("prices", True), ("secret", False), ("empty", False)]
    assert "hidden" in grids[1].remarks[0] and "no cells" in grids[2].remarks[0]


def test_merged_cells_are_refused_by_their_range() -> None:
    content = workbook({"s": [["a", "b"], [1, 2]]}, lambda sheets: sheets["s"].merge_cells("A2:B2"))
    assert "sheet s: has merged cells (A2:B2); expected one value a cell" in refusal("book.xlsx", content)


def test_a_formula_without_a_value_kept_is_refused_by_its_cell_and_one_with_a_value_is_read() -> None:
    content = workbook({"s": [["a", "b"], [1, "=A2*2"]]})
    assert "sheet s, cell B2: is a formula without a value kept" in refusal("book.xlsx", content)
    path = "xl/worksheets/sheet1.xml"
    valued = part(content, path).replace(b"<f>A2*2</f><v></v>", b"<f>A2*2</f><v>2</v>")
    valued = valued.replace(b"<f>A2*2</f><v />", b"<f>A2*2</f><v>2</v>").replace(b"<v/>", b"<v>2</v>")
    (grid,) = read("book.xlsx", worked_out(with_parts(content, {path: valued})))
    assert grid.rows[1] == ("1", "2")


def test_an_error_of_the_spreadsheet_is_refused_by_its_cell() -> None:
    def error(sheets: dict[str, Worksheet]) -> None:
        sheets["s"]["B2"].value = "#DIV/0!"
        sheets["s"]["B2"].data_type = "e"

    said = refusal("book.xlsx", workbook({"s": [["a", "b"], [1, 2]]}, error))
    assert said == 'book.xlsx, sheet s, cell B2: "#DIV/0!" is an error of the spreadsheet; expected a value'


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("xl/vbaProject.bin", "is a macro; expected a workbook without macros"),
        ("xl/externalLinks/externalLink1.xml", "links to something outside"),
        ("xl/connections.xml", "links to something outside"),
    ],
)
def test_macros_and_links_to_elsewhere_are_refused(path: str, said: str) -> None:
    assert said in refusal("book.xlsx", with_parts(workbook(SHEET), {path: b"<x/>"}))


def test_xml_that_declares_entities_is_refused_before_it_is_read() -> None:
    path = "xl/worksheets/sheet1.xml"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + part(workbook(SHEET), path)
    assert "declares XML entities" in refusal("book.xlsx", with_parts(workbook(SHEET), {path: bomb}))


def test_a_sheet_with_too_many_cells_is_refused_whatever_size_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.inputs.intake.limits.MOST_ROWS", 3)
    assert "has more than 3 rows" in refusal("book.xlsx", workbook({"s": [["a"]] * 5}))


def test_the_problems_of_all_sheets_are_told_at_once() -> None:
    said = refusal("book.xlsx", workbook({"s": [["=1"]], "t": [["=1"]]}))
    assert "sheet s, cell A1" in said and "sheet t, cell A1" in said


# --- Not what they say


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", workbook(SHEET), "is a workbook although its name says otherwise; expected the ending .xlsx"),
        ("a.csv", archive({"a.csv": CSV}), "is a zip archive although its name says otherwise"),
        ("a.zip", workbook(SHEET), "is a workbook although its name says otherwise"),
        ("a.xlsx", archive({"a.csv": CSV}), "is a zip archive although"),
        ("a.xlsx", CSV, "is not what its name says (.xlsx)"),
        ("a.zip", CSV, "is not what its name says (.zip)"),
        ("a.xlsx", b"%PDF-1.7 ...", "is a PDF although its name ends in .xlsx"),
        ("a.csv", b"%PDF-1.7 ...", "is a PDF; expected a CSV file"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("a.csv", b"  <!DOCTYPE html><html>", "is a web page or XML"),
        ("a.csv", b"\xef\xbb\xbf<table><tr>", "is a web page or XML"),
        ("a.csv", b' [{"chip_id": "a", "price": 1}]', "is JSON"),
        ("a\n\x1b[31m.csv", b"", "a\ufffd\ufffd[31m.csv: is empty"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(100), "an old form (.xls); expected the workbook saved as .xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is locked with a password"),
        ("a.xlsb", archive({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}), "a binary workbook (.xlsb)"),
        ("a.docx", archive({"[Content_Types].xml": b"<x/>"}), "an office file of another kind"),
        ("a.ods", archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "an OpenDocument file"),
        ("a.json", b"[]", "ends in .json; expected a CSV file"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"x" * (LARGEST_UPLOAD + 1), "has 25.0 MB; expected at most 25.0 MB"),
        ("x/../../secret.csv", b"", "secret.csv: is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_what_is_in_it(name: str, content: bytes, said: str) -> None:
    assert said in refusal(name, content)


def test_a_workbook_broken_off_anywhere_is_refused() -> None:
    content = workbook(SHEET)
    for end in range(4, len(content) - 1, 211):
        assert "book.xlsx: " in refusal("book.xlsx", content[:end])


@pytest.mark.parametrize(
    "path", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_a_workbook_with_a_broken_part_is_refused_in_words(path: str) -> None:
    said = refusal("book.xlsx", with_parts(workbook(SHEET), {path: b"<worksheet><sheetData><row"}))
    assert said.startswith("book.xlsx: ")


# --- Folders


def test_a_folder_gives_the_tables_of_its_files_by_name(tmp_path: Path) -> None:
    files: dict[str, Any] = {"b.csv": CSV, "a.csv": CSV, "c.xlsx": workbook(SHEET), ".hidden.csv": CSV, "x.json": b"{}"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert [grid.name for grid in read_folder(tmp_path)] == ["a.csv", "b.csv", "prices"]


def test_a_folder_that_is_none_or_has_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="has no files that can be read"):
        read_folder(tmp_path)
    with pytest.raises(IntakeError, match="is no folder"):
        read_folder(tmp_path / "nowhere")


def test_a_table_of_another_kind_in_a_folder_is_refused_and_never_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    (tmp_path / "b.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "c.ods").write_bytes(b"PK")
    with pytest.raises(IntakeError) as refused:
        read_folder(tmp_path)
    assert [problem.file for problem in refused.value.problems] == ["b.xls", "c.ods"]


def test_two_files_of_one_table_in_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    (tmp_path / "a.txt").write_bytes(CSV)
    with pytest.raises(IntakeError, match=r"a\.txt: is of one table with a\.csv"):
        read_folder(tmp_path)
