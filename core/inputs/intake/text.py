"""A CSV file as it was brought: in which encoding it is written and what stands between its cells.

Nothing is guessed in silence. What can be read in one way only is read so; of what can be read in several the ways
stand in the grid, so that who brought it can say which one is meant.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from core.inputs.intake.grid import Grid
from core.inputs.intake.limits import LONGEST_CELL, IntakeError, checked_size, refused

SEPARATORS: Final = (",", ";", "\t")
OTHER_SEPARATORS: Final = ("|",)
"""What some programs write between cells and is not read here, so that a file of it is refused and not misread."""
OTHER_ENCODINGS: Final = ("cp1252", "latin-1", "cp1250", "mac_roman")
"""What files that are not Unicode are written in, the likeliest first."""
ROWS_LOOKED_AT: Final = 200
"""Rows by which it is told what separates the cells."""
FITS: Final = 0.8
"""The share of rows that must have the same number of cells for a separator to fit."""

_MARKS: Final = (
    ("utf-8-sig", b"\xef\xbb\xbf"),
    ("utf-32", b"\xff\xfe\0\0"),  # before UTF-16, whose mark it begins with
    ("utf-32", b"\0\0\xfe\xff"),
    ("utf-16", b"\xff\xfe"),
    ("utf-16", b"\xfe\xff"),
)
"""Byte order marks, by which a file says what it is written in."""
_TEXT: Final = "a CSV file, saved as UTF-8"
_WHITE: Final = "\t\n\v\f\r"
_REPLACED: Final = "\ufffd"
"""What stands for bytes that are no letter."""
_SAYS_SEPARATOR: Final = re.compile(r'"?sep=(.)"?[\r\n]')
"""A first line by which a spreadsheet is told what stands between the cells."""

csv.field_size_limit(4 * LONGEST_CELL)  # longer cells are refused in words below, and much longer ones by csv


def read_text(name: str, content: bytes) -> Grid:
    """Return the cells of a CSV file; raises IntakeError if it holds none or is broken."""
    encodings = _encodings(name, content)
    return _read(name, content, encodings, None)


def reread(name: str, content: bytes, encoding: str, separator: str) -> Grid:
    """Return the cells of a CSV file read in one way, which then stands first among those in which it can be read.

    Raises IntakeError if it cannot be read so.
    """
    known = _encodings(name, content)
    if encoding not in known:
        raise refused(name, f"cannot be read as {encoding}", f"one of {', '.join(known)}")
    if separator not in SEPARATORS:
        raise refused(name, "cannot be cut at that", "comma, semicolon or tab", value=separator)
    grid = _read(name, content, (encoding, *(one for one in known if one != encoding)), separator)
    fitting = _separators(name, content.decode(encoding).lstrip("\ufeff"))
    return replace(grid, separators=(separator, *(one for one in fitting if one != separator)))


def _encodings(name: str, content: bytes) -> tuple[str, ...]:
    """Return the encodings in which the content is text, the likeliest first."""
    for encoding, mark in _MARKS:
        if content.startswith(mark):
            return (_checked(name, content, encoding),)
    if (wide := _without_mark(content)) is not None:
        return (_checked(name, content, wide),)
    if b"\0" in content:
        raise refused(name, "is no text: it has bytes of zero", _TEXT)
    if _decodes(content, "utf-8"):
        return ("utf-8",)
    _not_nearly_utf8(name, content)
    found = tuple(one for one in OTHER_ENCODINGS if _decodes(content, one))
    if not found:
        raise refused(name, "is no text in any encoding that is known here", _TEXT)
    return found


def _without_mark(content: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is: one of which nearly every other byte is zero."""
    beginning = content[:2000]
    if len(beginning) < 4:
        return None
    even, odd = (beginning[start::2].count(0) / len(beginning[start::2]) for start in (0, 1))
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None


def _checked(name: str, content: bytes, encoding: str) -> str:
    if not _decodes(content, encoding):
        wrong = f"begins as {encoding.removesuffix('-sig').upper()} and goes on otherwise, as if it were broken off"
        raise refused(name, wrong, "the whole file")
    return encoding


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    used = set(text)
    if encoding.startswith("utf"):
        return "\0" not in used
    # Latin-1 takes any byte; control characters are none that people write.
    return not any("\x7f" <= one <= "\x9f" or (one < " " and one not in _WHITE) for one in used)


def _not_nearly_utf8(name: str, content: bytes) -> None:
    """Raise IntakeError if more of a text is UTF-8 than is not: then no other encoding is right, and none is offered.

    A file that two programs wrote into is so, and one that was broken off within a letter.
    """
    text = content.decode("utf-8", "replace")
    wrong = text.count(_REPLACED)
    right = sum(one > "\x7f" for one in text) - wrong
    line = text.count("\n", 0, text.index(_REPLACED)) + 1
    if right and wrong == 1 and text.endswith(_REPLACED):
        raise refused(name, "ends in the middle of a letter, as if it were broken off", "the whole file", line=line)
    if right > wrong:
        raise refused(name, "has a letter that is not UTF-8, as most of it is", _TEXT, line=line)


def _read(name: str, content: bytes, encodings: tuple[str, ...], separator: str | None) -> Grid:
    text = content.decode(encodings[0]).lstrip("\ufeff")
    if not text.strip():
        raise refused(name, "is empty", "a header and rows")
    separators = (separator,) if separator is not None else _separators(name, text)
    rows = _parsed(name, text, separators[0])
    _not_broken_off(name, text, rows)
    rows, remarks = _without_empty_columns(rows)
    if len(encodings) > 1:
        remarks.append(f"It is not written in Unicode; it was read as {encodings[0]}.")
    return Grid(name, rows, tuple(remarks), encodings, separators)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    # Strict: a quotation mark that is never closed would swallow the rest of the file.
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _separators(name: str, text: str) -> tuple[str, ...]:
    """Return what can stand between the cells, the likeliest first.

    One fits if it gives nearly all rows the same number of cells, and more than one. What does not cut the first row
    so is out of the question where another gives every row the same number: decimal commas are no separators because
    all figures have one. A file of one column has none; it is read as if commas stood there.
    """
    if (said := _SAYS_SEPARATOR.match(text)) is not None:
        if said[1] not in SEPARATORS:
            raise refused(name, f"says that {said[1]} stands between its cells", "comma, semicolon or tab", line=1)
        return (said[1],)
    cuts = {one: cut for one in (*SEPARATORS, *OTHER_SEPARATORS) if (cut := _cut(text, one)) is not None}
    even = [one for one, (share, _, _) in cuts.items() if share == 1]
    if even and not set(even) & set(SEPARATORS):
        raise refused(name, f"has {even[0]} between its cells", "comma, semicolon or tab")
    able = {
        one: (share, length)
        for one, (share, length, cuts_first) in cuts.items()
        if one in SEPARATORS and (cuts_first or not even)
    }
    fitting = [one for one, (share, _) in able.items() if share >= FITS] or able
    return tuple(sorted(fitting, key=lambda one: able[one], reverse=True)) or (SEPARATORS[0],)


def _cut(text: str, separator: str) -> tuple[float, int, bool] | None:
    """Return what a separator makes of the first rows of a text; None if it stands in none or quotes do not fit it.

    That is the share of rows that have the usual number of cells, that number, and whether the first row has it.
    """
    try:
        lengths = [len(row) for row, _ in zip(_rows(text, separator), range(ROWS_LOOKED_AT), strict=False) if row]
    except csv.Error:
        return None
    wide = Counter(length for length in lengths if length > 1)
    if not wide:
        return None
    length, count = wide.most_common(1)[0]
    return count / len(lengths), length, lengths[0] == length


def _parsed(name: str, text: str, separator: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a text; raises IntakeError if they cannot be told or are too many."""
    rows: list[tuple[str, ...]] = []
    cells, widest = 0, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(tuple(row))
            cells += len(row)
            widest = max(widest, len(row))
            checked_size(name, len(rows), widest, cells)
            if any(len(cell) > LONGEST_CELL for cell in row):
                wrong = f"has a cell of more than {LONGEST_CELL:,} characters"
                raise refused(name, wrong, "cells as a spreadsheet can hold", line=reader.line_num)
    except csv.Error as error:
        wrong = f"cannot be cut into cells ({error})"
        raise refused(
            name, wrong, "quotation marks that are closed, two for one within", line=reader.line_num
        ) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise refused(name, "is empty", "a header and rows")
    return tuple(rows)


def _not_broken_off(name: str, text: str, rows: tuple[tuple[str, ...], ...]) -> None:
    """Raise IntakeError if the last row ends in mid-row and without an end of line, as an upload broken off does."""
    if len(rows) < 3 or text[-1] in "\r\n":
        return
    usual, count = Counter(len(row) for row in rows[:-1]).most_common(1)[0]
    last = rows[-1]
    if len(last) < usual and count >= FITS * (len(rows) - 1):
        wrong = f"ends in the middle of a row: {len(last)} of {usual} cells"
        raise refused(name, wrong, "the whole file", line=len(rows), value=last[-1])


def _without_empty_columns(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Return the rows without empty columns at their ends, and what is to be said of that."""
    widest = max(map(len, rows))
    used = max((i + 1 for row in rows for i, cell in enumerate(row) if cell.strip()), default=widest)
    if used == widest:
        return rows, []
    left_out = widest - used
    said = "Its last column is" if left_out == 1 else f"Its last {left_out} columns are"
    return tuple(row[:used] for row in rows), [f"{said} empty in every row and left out."]


__all__ = ["IntakeError", "read_text", "reread"]
