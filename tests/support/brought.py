"""Files as people bring them, made for a test: archives and workbooks, sound ones and those that are meant to break."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


def archive(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of files by their path."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as packed:
        for path, file in files.items():
            packed.writestr(path, file)
    return content.getvalue()


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Any]]], change: Callable[[dict[str, Worksheet]], None] | None = None
) -> bytes:
    """A workbook of sheets by name, changed by `change` before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    made = {}
    for name, rows in sheets.items():
        made[name] = book.create_sheet(name)
        for row in rows:
            made[name].append(list(row))
    if change is not None:
        change(made)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """An archive with some of its files replaced, or more of them."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    return archive({**files, **parts})


def part(content: bytes, path: str) -> bytes:
    """One file of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(path)


def worked_out(content: bytes) -> bytes:
    """A workbook as a spreadsheet leaves it that has opened it, with no mark that formulas are to be worked out."""
    path = "xl/workbook.xml"
    return with_parts(content, {path: part(content, path).replace(b' fullCalcOnLoad="1"', b"")})


def with_cell(content: bytes, cell: str, sheet: int = 1) -> bytes:
    """A workbook in which the cell of that place is written as given, `<c r="B2">…</c>`."""
    place = re.search(r'r="([A-Z]+[0-9]+)"', cell)
    assert place
    path = f"xl/worksheets/sheet{sheet}.xml"
    xml, count = re.subn(rf'<c r="{place[1]}".*?</c>', lambda _: cell, part(content, path).decode())
    assert count == 1, "the cell is not there to be written anew"
    return with_parts(content, {path: xml.encode()})
