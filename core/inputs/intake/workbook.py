"""A workbook as it was brought: a sheet a table, as the spreadsheet last worked it out.

Nothing in it is worked out here: of a formula the value counts that is kept with it. Cells are named as people see
them, `B7`.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML

from core.base.format import listed
from core.inputs.intake.grid import Grid
from core.inputs.intake.limits import LONGEST_CELL, MOST_FILES, MOST_TOLD, IntakeError, checked_size, refused
from core.inputs.intake.numbers import as_shown
from core.inputs.problem import Problem

MACROS: Final = ("vbaproject.bin", "vbadata.xml")
OUTSIDE: Final = ("xl/externallinks/", "xl/connections", "xl/querytables/", "xl/embeddings/")
"""Parts that fetch from elsewhere or bring something along that is no table."""
DAMAGED: Final = (
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    EOFError,
    OSError,
)
"""What openpyxl and the reader of XML (whose ParseError is a SyntaxError) raise on a broken workbook."""

_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:]{1,40})\"")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_DECLARES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"[$€£¥]|\[\$([^\]-]{1,4})")
_SAVED: Final = "the workbook opened and saved by a spreadsheet, so that values are kept"

if not DEFUSEDXML:  # the workbook's XML would be read by a reader that expands what it is told to
    raise ImportError("openpyxl does not use defusedxml; install it and leave OPENPYXL_DEFUSEDXML alone")


def read_workbook(name: str, content: bytes, parts: Mapping[str, bytes]) -> tuple[Grid, ...]:
    """Return the sheets of a workbook in its order; raises IntakeError that lists all that cannot be read.

    parts: the files in it, unpacked within the limits. A sheet that is hidden or empty is a grid without rows that
    says why.
    """
    _check_parts(name, parts)
    try:
        sheets = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        formulas = None
        if any(_FORMULA.search(part) for path, part in parts.items() if path.lower().startswith("xl/worksheets/")):
            formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        if len(sheets.worksheets) > MOST_FILES:
            raise refused(name, f"has {len(sheets.worksheets)} sheets", f"at most {MOST_FILES}")
        merged = _merged(sheets, parts)
        grids: list[Grid] = []
        problems: list[Problem] = []
        for i, sheet in enumerate(sheets.worksheets):
            try:
                grid = _sheet(name, sheet, None if formulas is None else formulas.worksheets[i], merged[i])
                grids.append(grid)
            except IntakeError as error:
                problems += error.problems
    except IntakeError:
        raise
    except DefusedXmlException:
        raise refused(name, "has XML that declares entities", "a workbook as a spreadsheet saves it") from None
    except DAMAGED as error:
        raise refused(name, f"is damaged or no workbook ({_short(error)})", "the whole workbook, saved anew") from None
    if problems:
        raise IntakeError(problems)
    return tuple(grids)


def _check_parts(name: str, parts: Mapping[str, bytes]) -> None:
    """Raise IntakeError if there is anything in a workbook but tables."""
    problems: list[Problem] = []
    for path, part in parts.items():
        low = path.lower()
        if low.endswith(MACROS) or (low == "[content_types].xml" and b"macroenabled" in part.lower()):
            problems.append(Problem(name, None, None, path, "is a macro", "a workbook without macros (.xlsx)"))
        elif low.startswith(OUTSIDE):
            wrong = "links to something outside of the workbook, or brings it along"
            problems.append(Problem(name, None, None, path, wrong, "a workbook with its values pasted in"))
        elif low.endswith((".xml", ".rels")) and _DECLARES.search(part):
            problems.append(Problem(name, None, None, path, "declares XML entities", "a workbook without them"))
    if problems:
        raise IntakeError(problems)


def _merged(book: Any, parts: Mapping[str, bytes]) -> list[list[str]]:
    """Return the ranges of merged cells of each sheet: openpyxl does not tell them of a workbook that it only reads."""
    # The reader keeps the path of each sheet's part; the order of parts in the archive says nothing.
    return [
        [ref.decode("ascii") for ref in _MERGED.findall(parts.get(sheet._worksheet_path.lstrip("/"), b""))]
        for sheet in book.worksheets
    ]


def _sheet(book: str, sheet: Any, formulas: Any | None, merged: list[str]) -> Grid:
    if sheet.sheet_state != "visible":
        return Grid(sheet.title, (), ("It is hidden and was left out; unhide it in the spreadsheet to bring it.",))
    place = f"{book}, sheet {sheet.title}"
    if merged:
        shown = listed(merged[:4] if len(merged) <= 5 else [*merged[:4], f"{len(merged) - 4} more"])
        raise refused(place, f"has merged cells ({shown})", "one value a cell: unmerge them and fill each")
    sheet.reset_dimensions()  # what a workbook says of its size may be false
    read = _Read(place)
    rows = read.rows(sheet, formulas)
    if read.problems:
        raise IntakeError(read.problems)
    if not rows:
        return Grid(sheet.title, (), ("It has no cells.",))
    return Grid(sheet.title, rows, read.remarks(rows))


class _Read:
    """The reading of one sheet: its problems, and which columns are shown in percent or with a currency."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.problems: list[Problem] = []
        self._formats: dict[int, set[str]] = {}

    def rows(self, sheet: Any, formulas: Any | None) -> tuple[tuple[str, ...], ...]:
        """Return the cells as text, empty rows at the end left out."""
        rows: list[tuple[str, ...]] = []
        cells, widest = 0, 0
        for line, (row, kept) in enumerate(self._pairs(sheet, formulas), start=1):
            texts = [self._text(line, column, cell, kept) for column, cell in enumerate(row, start=1)]
            while texts and not texts[-1]:
                texts.pop()
            rows.append(tuple(texts))
            cells += len(texts)
            widest = max(widest, len(texts))
            checked_size(self._place, len(rows), widest, cells)
        while rows and not any(rows[-1]):
            rows.pop()
        width = max(map(len, rows), default=0)
        return tuple((*row, *[""] * (width - len(row))) for row in rows)

    @staticmethod
    def _pairs(sheet: Any, formulas: Any | None) -> Iterator[tuple[Any, dict[int, bool]]]:
        """Yield each row with the columns in which a formula stands."""
        if formulas is None:
            for row in sheet.iter_rows():
                yield row, {}
            return
        formulas.reset_dimensions()
        for row, other in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
            yield row, {column: True for column, cell in enumerate(other, start=1) if cell.data_type == "f"}

    def _text(self, line: int, column: int, cell: Any, formulas: Mapping[int, bool]) -> str:
        value = cell.value
        if value is None:
            if column in formulas:
                self._problem(line, column, None, "is a formula without a value kept", _SAVED)
            return ""
        if cell.data_type == "e":
            self._problem(line, column, str(value), "is an error of the spreadsheet", "a value")
            return ""
        text = plain_text(value)
        if text is None:
            self._problem(line, column, str(value), "is neither a number, a date nor a text", "one of these")
            return ""
        if len(text) > LONGEST_CELL:
            self._problem(line, column, text, f"has more than {LONGEST_CELL:,} characters", "a shorter text")
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._note_format(column, cell.number_format or "")
            return as_shown(value, cell.number_format or "")
        return text

    def _note_format(self, column: int, form: str) -> None:
        if "%" in form:
            self._formats.setdefault(column, set()).add("%")
        elif (found := _CURRENCY.search(form)) is not None:
            self._formats.setdefault(column, set()).add(found[1] or found[0])

    def _problem(self, line: int, column: int, value: str | None, wrong: str, expected: str) -> None:
        if len(self.problems) < MOST_TOLD:
            cell = f"cell {get_column_letter(column)}{line}"
            self.problems.append(Problem(self._place, None, cell, value, wrong, expected))

    def remarks(self, rows: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        """Return what numbers look like in the spreadsheet that is not part of them."""
        said = []
        for column, forms in sorted(self._formats.items()):
            named = f"Column {get_column_letter(column)}"
            if "%" in forms:
                said.append(f"{named} is shown in percent: 35 % there is the number 0.35.")
            if signs := sorted(forms - {"%"}):
                said.append(f"{named} is shown with {listed(signs)}, which is not part of the number.")
        return tuple(said)


def plain_text(value: object) -> str | None:
    """Return a cell's value as text: a number in its shortest plain form, a date as ISO has it, else None."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return as_shown(value, "") if math.isfinite(value) else None
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else None


def _short(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text if len(text) <= 80 else f"{text[:77]}..."
