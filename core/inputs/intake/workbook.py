"""A workbook as it was brought: a sheet a table, as the spreadsheet last worked it out.

Nothing in it is worked out here: of a formula the value counts that is kept with it. Cells are named as people see
them, `B7`.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML

from core.base.format import listed
from core.inputs.intake.grid import Grid
from core.inputs.intake.limits import (
    LONGEST_CELL,
    MOST_FILES,
    MOST_TOLD,
    IntakeError,
    checked_size,
    checked_total,
    refused,
)
from core.inputs.intake.numbers import as_shown
from core.inputs.intake.workbook_parts import SheetPart, check_parts, is_to_be_worked_out
from core.inputs.problem import Problem

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

_CURRENCY: Final = re.compile(r"\[\$([^\]-]{1,4})[^\]]*\]|\"\s*([A-Z]{3})\s*\"|([$€£¥])")
_NO_CURRENCY: Final = re.compile(r"\[\$-[^\]]*\]")
_LITERAL: Final = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
"""How a workbook writes a `_` that would else begin a character's number. openpyxl undoes it only in shared texts."""
"""A currency in the format of a cell, and a bare locale, which looks like one."""
_DOLLAR: Final = "$"
_LAST_ROW: Final = 2**20
"""Rows that a spreadsheet has."""
_NEVER_WORKED_OUT: Final = "is a formula that no spreadsheet has worked out"
_SAVED: Final = "the workbook opened and saved by a spreadsheet, so that values are kept"

if not DEFUSEDXML:  # the workbook's XML would be read by a reader that expands what it is told to
    raise ImportError("openpyxl does not use defusedxml; install it and leave OPENPYXL_DEFUSEDXML alone")


def read_workbook(name: str, content: bytes, parts: Mapping[str, bytes]) -> tuple[Grid, ...]:
    """Return the sheets of a workbook in its order; raises IntakeError that lists all that cannot be read.

    parts: the files in it, unpacked within the limits. A sheet that is hidden or empty is a grid without rows that
    says why.
    """
    check_parts(name, parts)
    try:
        with warnings.catch_warnings():  # of parts that do not matter here, such as extensions of a later spreadsheet
            warnings.simplefilter("ignore", UserWarning)
            grids = _read(name, content, parts)
    except IntakeError:
        raise
    except DefusedXmlException:
        raise refused(name, "has XML that declares entities", "a workbook as a spreadsheet saves it") from None
    except DAMAGED as error:
        raise refused(name, f"is damaged or no workbook ({_short(error)})", "the whole workbook, saved anew") from None
    checked_total(name, grids)
    return grids


def _read(name: str, content: bytes, parts: Mapping[str, bytes]) -> tuple[Grid, ...]:
    sheets = _sheets(content, data_only=True)
    if not sheets:
        raise refused(name, "has no sheets with cells", "a sheet a table")
    if len(sheets) > MOST_FILES:
        raise refused(name, f"has {len(sheets)} sheets", f"at most {MOST_FILES}")
    # The reader keeps the path of each sheet's part; the order of parts in the archive says nothing.
    told = [SheetPart.of(parts.get(sheet._worksheet_path.lstrip("/"), b"")) for sheet in sheets]
    has_formulas = any(one.has_formulas for one in told)
    formulas = _sheets(content, data_only=False) if has_formulas else [None] * len(sheets)
    grids: list[Grid] = []
    problems: list[Problem] = []
    for sheet, part, other in zip(sheets, told, formulas, strict=True):
        read = _Sheet(f"{name}, sheet {sheet.title}", are_worked_out=not is_to_be_worked_out(parts))
        try:
            grids.append(read.grid(sheet, other if part.has_formulas else None, part))
        except IntakeError as error:
            problems += error.problems
    if problems:
        raise IntakeError(problems)
    return tuple(grids)


def _sheets(content: bytes, *, data_only: bool) -> list[Any]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    return list(book.worksheets)


class _Sheet:
    """The reading of one sheet: its problems, and how its figures are shown, column by column."""

    def __init__(self, place: str, *, are_worked_out: bool) -> None:
        self._place = place
        self._are_worked_out = are_worked_out
        self._problems: list[Problem] = []
        self._shown: dict[int, Counter[str]] = defaultdict(Counter)  # figures by column, by what stands beside them
        self._dollars: list[tuple[int, int]] = []

    def grid(self, sheet: Any, formulas: Any | None, part: SheetPart) -> Grid:
        """Return the sheet as text; raises IntakeError that lists the cells that cannot be read."""
        if sheet.sheet_state != "visible":
            return Grid(sheet.title, (), ("It is hidden and was left out; unhide it in the spreadsheet to bring it.",))
        if part.merged:
            merged = [*part.merged] if len(part.merged) <= 5 else [*part.merged[:4], f"{len(part.merged) - 4} more"]
            wrong = f"has merged cells ({listed(merged)})"
            raise refused(self._place, wrong, "one value a cell: unmerge them and fill each")
        sheet.reset_dimensions()  # what a workbook says of its size may be false
        rows = self._rows(sheet, formulas)
        if self._problems:
            raise IntakeError(self._problems)
        if not rows:
            return Grid(sheet.title, (), ("It has no cells.",))
        hidden = ("Some of its rows or columns are hidden; they were read as all others.",) if part.hides else ()
        return Grid(sheet.title, rows, (*hidden, *self._remarks()))

    def _rows(self, sheet: Any, formulas: Any | None) -> tuple[tuple[str, ...], ...]:
        """Return the cells as text, empty rows at the end left out."""
        rows: list[list[str]] = []
        cells, widest, used = 0, 0, 0
        for line, (row, kept) in enumerate(self._pairs(sheet, formulas), start=1):
            if line > _LAST_ROW:
                raise refused(self._place, f"has more than {_LAST_ROW:,} rows", "a sheet as a spreadsheet has it")
            texts = [self._text(line, column, cell, kept) for column, cell in enumerate(row, start=1)]
            while texts and not texts[-1]:
                texts.pop()
            rows.append(texts)
            if texts:  # rows may be coloured to the last one that a spreadsheet has
                used, cells, widest = line, cells + len(texts), max(widest, len(texts))
                checked_size(self._place, used, widest, cells)
        del rows[used:]
        checked_size(self._place, used, widest, used * widest)
        self._mark_dollars(rows)
        return tuple((*row, *[""] * (widest - len(row))) for row in rows)

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
            # A formula may come to an empty text, of which nothing is kept but that it is one.
            if column in formulas and (cell.data_type != "str" or not self._are_worked_out):
                self._problem(line, column, None, "is a formula without a value kept", _SAVED)
            return ""
        if column in formulas and not self._are_worked_out:
            self._problem(line, column, str(value), _NEVER_WORKED_OUT, _SAVED)
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
            return self._figure(line, column, value, cell.number_format or "")
        return text

    def _figure(self, line: int, column: int, value: float, form: str) -> str:
        """Return a figure with the currency that it is shown in, but for dollars, of which the data are.

        Left out, an amount in another currency would be taken for one in dollars.
        """
        figure = as_shown(value, form)
        form = _NO_CURRENCY.sub("", form.split(";")[0])
        found = None if "%" in form else _CURRENCY.search(form)
        sign = "%" if "%" in form else "" if found is None else next(filter(None, found.groups()))
        self._shown[column][sign] += 1
        if sign == _DOLLAR:
            self._dollars.append((line, column))
        return figure if sign in ("", "%", _DOLLAR) else f"{sign} {figure}"

    def _mark_dollars(self, rows: list[list[str]]) -> None:
        """Write the dollar, too, in columns that are shown in several currencies."""
        for line, column in self._dollars:
            if set(self._shown[column]) - {"", "%", _DOLLAR}:
                rows[line - 1][column - 1] = f"{_DOLLAR} {rows[line - 1][column - 1]}"

    def _problem(self, line: int, column: int, value: str | None, wrong: str, expected: str) -> None:
        if len(self._problems) < MOST_TOLD:
            cell = f"cell {get_column_letter(column)}{line}"
            self._problems.append(Problem(self._place, None, cell, value, wrong, expected))

    def _remarks(self) -> tuple[str, ...]:
        """Return what numbers look like in the spreadsheet that is not part of them, or has become so."""
        said = []
        for column, shown in sorted(self._shown.items()):
            named, figures = f"Column {get_column_letter(column)}", shown.total()
            if count := shown["%"]:
                part = "" if count == figures else f", in {count:,} of its {figures:,} figures"
                said.append(f"{named} is shown in percent{part}: 35 % there is the number 0.35.")
            signs = sorted(set(shown) - {"", "%"})
            if signs == [_DOLLAR]:
                said.append(f"{named} is shown with {_DOLLAR}, which is not part of the number.")
            elif signs:
                said.append(f"{named} is shown with {listed(signs)}, which was kept beside the figures.")
        return tuple(said)


def plain_text(value: object) -> str | None:
    """Return a cell's value as text: a number in its shortest plain form, a date as ISO has it, else None."""
    if isinstance(value, str):
        return _LITERAL.sub("_", value.replace("_x000D_", "\r"))  # some systems end their lines so
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
