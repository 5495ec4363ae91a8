"""How much people may bring, and the error that says why something they brought cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.inputs.intake.grid import Grid
from core.inputs.problem import DataError, Problem

LARGEST_UPLOAD: Final = 25 * 2**20
"""Bytes of a file as it is brought."""
LARGEST_UNPACKED: Final = 100 * 2**20
"""Bytes of all that is in an archive or a workbook."""
MOST_FILES: Final = 100
"""Files of an archive or a folder, and sheets of a workbook."""
MOST_PARTS: Final = 1_000
"""Parts of a workbook, of which a sheet with comments has four and more."""
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 200_000
LONGEST_CELL: Final = 32_767
"""Rows, columns and cells of one file or sheet, and characters of one cell: the last is what a spreadsheet can hold.

No table takes a third of these rows; each cell is looked at on the server, where others want their turn.
"""
MOST_CELLS_IN_ALL: Final = 400_000
MOST_TEXT: Final = 2 * LARGEST_UNPACKED
"""Cells of all tables that are brought at once, and their characters: a text may be kept once and stand in many."""
MOST_TOLD: Final = 50
"""Cells of one sheet of which the problems are told one by one."""


class IntakeError(DataError):
    """Files that cannot be read; `problems` has all that is wrong with them."""


def refused(name: str, wrong: str, expected: str, *, line: int | None = None, value: str | None = None) -> IntakeError:
    """Return the error for one problem with the file or sheet `name`."""
    return IntakeError([Problem(name, line, None, value, wrong, expected)])


def in_megabytes(size: int) -> str:
    """Return a number of bytes in words."""
    return f"{size / 2**20:,.1f} MB"


def checked_size(name: str, rows: int, columns: int, cells: int) -> None:
    """Raise IntakeError if a file or sheet has more rows, columns or cells than one may."""
    for count, most, what in (
        (rows, MOST_ROWS, "rows"),
        (columns, MOST_COLUMNS, "columns"),
        (cells, MOST_CELLS, "cells"),
    ):
        if count > most:
            raise refused(name, f"has more than {most:,} {what}", f"a table of at most {most:,} {what}")


def checked_total(name: str, grids: Iterable[Grid]) -> None:
    """Raise IntakeError if the tables of what was brought have more cells or characters than all together may."""
    cells, text = 0, 0
    for grid in grids:
        for row in grid.rows:
            cells += len(row)
            text += sum(map(len, row))
    if cells > MOST_CELLS_IN_ALL:
        wrong = f"has {cells:,} cells in all its tables"
        raise refused(name, wrong, f"at most {MOST_CELLS_IN_ALL:,} at once")
    if text > MOST_TEXT:
        raise refused(name, f"has {in_megabytes(text)} of text in its cells", f"at most {in_megabytes(MOST_TEXT)}")
