"""Files as people bring them, made for a test: archives and workbooks, sound ones and those that are meant to break."""

from __future__ import annotations

import io
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
