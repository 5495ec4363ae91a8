"""A data set in one file, for the command line and the server: a workbook or a zip, without anybody to ask."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.inputs.archive import pack
from core.inputs.data import load
from core.inputs.intake.template import workbook
from core.inputs.problem import DataError
from core.inputs.sheet import as_csv
from tests.support.frozen import INPUTS


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "ours.xlsx"
    path.write_bytes(workbook(INPUTS))
    return path


def test_a_workbook_a_zip_and_an_archive_are_loaded_as_a_folder_is(book: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, cells in INPUTS.cells.items():
            archive.writestr(f"ours/{name}", as_csv(cells))
    (tmp_path / "archive.zip").write_bytes(pack(INPUTS))
    for path in (book, packed, tmp_path / "archive.zip"):
        assert load(path).data_version == INPUTS.data_version


def test_what_is_wrong_is_told_by_sheet_and_row(book: Path, tmp_path: Path) -> None:
    changed = load_workbook(book)
    sheet = changed["power_capacity"]
    letters = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, letters["mw_it"]).value = "lots"
    sheet.cell(4, letters["mw_it"]).value = "1,234"
    changed["chips"].cell(1, 2).value = "Who makes it"
    path = tmp_path / "changed.xlsx"
    changed.save(path)
    with pytest.raises(DataError) as refused:
        load(path)
    told = str(refused.value)
    assert 'power_capacity line 1: "mw_it" is not certain: Which sign stands before decimals?' in told
    assert 'chips line 1: "Who makes it" is not certain: Which column is “Who makes it”?' in told


def test_a_file_that_is_neither_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ours.docx"
    path.write_bytes(b"words")
    for wrong in (path, tmp_path / "nothing.xlsx"):
        with pytest.raises(DataError, match="there is no such folder or file"):
            load(wrong)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "core", "data", *arguments], capture_output=True, text=True, check=False
    )


def test_the_command_writes_a_new_workbook_and_never_over_another_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.xlsx"
    done = run("template", str(path), "--empty")
    assert (done.returncode, done.stdout) == (0, f"Written: {path}\n")
    before = path.read_bytes()
    assert "Read me" in load_workbook(io.BytesIO(before)).sheetnames
    again = run("template", str(path))
    assert (again.returncode, again.stdout) == (2, "")
    assert "File exists" in again.stderr and path.read_bytes() == before
    assert "ends in .xlsx" in run("template", str(tmp_path / "ours.csv")).stderr
