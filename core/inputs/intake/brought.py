"""What people bring, told by what is in it: a CSV file, a workbook, an archive of either, or a folder of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from core.inputs.intake.grid import Grid
from core.inputs.intake.limits import (
    LARGEST_UNPACKED,
    LARGEST_UPLOAD,
    MOST_FILES,
    IntakeError,
    checked_total,
    in_megabytes,
    refused,
)
from core.inputs.intake.text import read_text, reread
from core.inputs.intake.workbook import read_workbook
from core.inputs.intake.zipped import is_of_a_system, unpacked
from core.inputs.problem import Problem

TEXTS: Final = (".csv", ".tsv", ".tab", ".txt")
WORKBOOK: Final = ".xlsx"
ARCHIVE: Final = ".zip"
ENDINGS: Final = (*TEXTS, WORKBOOK, ARCHIVE)
"""What may be brought, by the end of its name."""

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a document",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
"""How files begin that hold no table as it is read here."""
_WOULD_DO: Final = "a CSV file, a workbook (.xlsx) or a zip of CSV files"
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<table")
_JSON: Final = (b"[{", b"[[", b'{"')
_MARK: Final = b"\xef\xbb\xbf"
_WORDS: Final = (".json", ".md", ".pdf", ".docx")
_WORDS_BY_NAME: Final = ("README", "LICENSE", "LICENCE")
"""Files beside tables that declare them or say something about them."""


Ways = Mapping[str, tuple[str, str]]
"""In which encoding and with which separator a text is read, by its name, where people said so."""
AS_IT_SEEMS: Final[Ways] = MappingProxyType({})


def read(name: str, content: bytes, ways: Ways = AS_IT_SEEMS) -> tuple[Grid, ...]:
    """Return the tables in a file that was brought, as text; raises IntakeError that says all that is wrong with it."""
    shown = _shown(name)
    if len(content) > LARGEST_UPLOAD:
        wrong = f"has {in_megabytes(len(content))}"
        raise refused(shown, wrong, f"at most {in_megabytes(LARGEST_UPLOAD)}")
    if not content:
        raise refused(shown, "is empty", _WOULD_DO)
    ending = PurePosixPath(name.lower()).suffix
    if content.startswith((_ZIP, _EMPTY_ZIP)):
        return _packed(shown, content, ending, ways)
    if ending in (WORKBOOK, ARCHIVE, ".xlsm"):
        raise _not_what_it_says(shown, content, ending)
    return (_text(shown, content, ending, ways),)


def read_folder(folder: Path) -> tuple[Grid, ...]:
    """Return the tables in the files of a folder, in the order of their names; raises IntakeError as `read` does."""
    if not folder.is_dir():
        raise refused(str(folder), "is no folder", "a folder of CSV files")
    paths = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and not path.name.startswith(".")
        and not is_of_a_system(path.name)
        and not _is_words(path.name)
    ]
    if not paths:
        raise refused(str(folder), "has no files that can be read", _WOULD_DO)
    if len(paths) > MOST_FILES:
        raise refused(str(folder), f"has {len(paths)} files", f"at most {MOST_FILES}")
    if (size := sum(path.stat().st_size for path in paths)) > LARGEST_UNPACKED:
        raise refused(str(folder), f"has {in_megabytes(size)}", f"at most {in_megabytes(LARGEST_UNPACKED)}")
    if strange := [path.name for path in paths if path.suffix.lower() not in ENDINGS]:
        raise IntakeError(Problem(one, None, None, None, "is no table that can be read", _WOULD_DO) for one in strange)
    return _all({path.name: _content(path) for path in paths})


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refused(path.name, f"cannot be read ({error.strerror})", "a file that can be read") from None


def _packed(name: str, content: bytes, ending: str, ways: Ways) -> tuple[Grid, ...]:
    """Return the tables of a workbook or an archive."""
    parts = unpacked(name, content)
    if any(path.lower() == "[content_types].xml" for path in parts):
        if not any(path.lower() == "xl/workbook.xml" for path in parts):
            kind = "a binary workbook (.xlsb)" if "xl/workbook.bin" in parts else "an office file of another kind"
            raise refused(name, f"is {kind}", "a workbook saved as .xlsx, or CSV files")
        if ending not in (WORKBOOK, ".xlsm", ""):
            raise refused(name, "is a workbook although its name says otherwise", "the ending .xlsx")
        return read_workbook(name, content, parts)
    if "mimetype" in parts and b"opendocument" in parts["mimetype"]:
        raise refused(name, "is an OpenDocument file", "a workbook saved as .xlsx, or CSV files")
    if ending not in (ARCHIVE, ""):
        raise refused(name, "is a zip archive although its name says otherwise", "the ending .zip")
    return _of_archive(name, parts, ways)


def _of_archive(name: str, parts: dict[str, bytes], ways: Ways) -> tuple[Grid, ...]:
    tables: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path, content in parts.items():
        file = PurePosixPath(path.replace("\\", "/")).name
        ending = PurePosixPath(file.lower()).suffix
        if _is_words(file):
            continue
        if content.startswith(_ZIP) and ending == ARCHIVE:
            problems.append(Problem(name, None, None, path, "is an archive in an archive", "files without another zip"))
        elif ending not in (*TEXTS, WORKBOOK):
            problems.append(Problem(name, None, None, path, "is no table", "CSV files or one workbook (.xlsx)"))
        elif file.lower() in {known.lower() for known in tables}:
            problems.append(Problem(name, None, None, path, "has the name of another file in it", "each table once"))
        else:
            tables[file] = content
    if problems:
        raise IntakeError(problems)
    if not tables:
        raise refused(name, "has no tables", "CSV files or one workbook (.xlsx)")
    return _all(tables, ways)


def _all(files: dict[str, bytes], ways: Ways = AS_IT_SEEMS) -> tuple[Grid, ...]:
    """Return the tables of all files; raises IntakeError with the problems of all at once."""
    grids: list[Grid] = []
    problems: list[Problem] = []
    for name, content in files.items():
        if is_of_a_system(name):
            continue
        try:
            grids += read(name, content, ways)
        except IntakeError as error:
            problems += error.problems
    problems += _of_one_table(grids)
    if problems:
        raise IntakeError(problems)
    checked_total("All files together" if len(files) > 1 else next(iter(files)), grids)
    return tuple(grids)


def _text(name: str, content: bytes, ending: str, ways: Ways) -> Grid:
    if content.startswith(_OLE):
        raise _of_old_office(name, content)
    for magic, kind in _OTHERS.items():
        if content.startswith(magic):
            raise refused(name, f"is {kind}", _WOULD_DO)
    beginning = content[:1000].removeprefix(_MARK).lstrip().lower()
    if beginning.startswith(_MARKUP):
        raise refused(name, "is a web page or XML", _WOULD_DO)
    if b"".join(beginning.split()).startswith(_JSON):
        raise refused(name, "is JSON", _WOULD_DO)
    if ending not in (*TEXTS, ""):
        raise refused(name, f"ends in {ending[:12]}", _WOULD_DO)
    return reread(name, content, *ways[name]) if name in ways else read_text(name, content)


def _of_old_office(name: str, content: bytes) -> IntakeError:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return refused(name, "is locked with a password", "the workbook saved without one")
    return refused(name, "is a workbook of an old form (.xls)", "the workbook saved as .xlsx")


def _not_what_it_says(name: str, content: bytes, ending: str) -> IntakeError:
    if content.startswith(_OLE):
        return _of_old_office(name, content)
    kind = next((kind for beginning, kind in _OTHERS.items() if content.startswith(beginning)), None)
    wrong = f"is {kind} although its name ends in {ending}" if kind else f"is not what its name says ({ending})"
    return refused(name, wrong, f"the file itself, or {_WOULD_DO}")


def _shown(name: str) -> str:
    """Return the name of a file without folders, and no longer than can be read."""
    file = os.path.basename(name.replace("\\", "/")) or "the file"
    file = "".join(one if one.isprintable() else "\ufffd" for one in file)
    return file if len(file) <= 80 else f"{file[:77]}..."


def _of_one_table(grids: list[Grid]) -> list[Problem]:
    """Return a problem for each grid that has the name of another, but for its ending and how it is written."""
    first: dict[str, str] = {}
    problems = []
    for grid in grids:
        table = _table(grid.name)
        if grid.rows and table in first:
            wrong = f"is of one table with {first[table]}"
            problems.append(Problem(grid.name, None, None, None, wrong, "each table once"))
        elif grid.rows:
            first[table] = grid.name
    return problems


def _table(name: str) -> str:
    path = PurePosixPath(name.casefold())
    return path.stem if path.suffix in ENDINGS else path.name


def _is_words(file: str) -> bool:
    return file.lower().endswith(_WORDS) or file.upper() in _WORDS_BY_NAME
