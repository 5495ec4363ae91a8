"""A workbook to fill in: a sheet a table, with what each column means, and the figures of a data set or none.

The headers are the columns' names and nothing else, so that a workbook that is filled in asks no question when it is
read. What a column means, its unit and what may stand in it are a comment on its header and a line of the first sheet,
which is left out on reading. Read back as it is, a workbook holds the same data version: figures are numbers, and show
as many decimals as the data set has; text is never a formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.inputs.declaration import Resource, column_names, expected_in_words, resources
from core.inputs.intake.assemble import Filled
from core.inputs.intake.columns import Field, kind
from core.inputs.intake.numbers import PLAIN, as_shown
from core.inputs.intake.proposal import READ_ME
from core.inputs.sheet import Cells

TEXT_FORMAT: Final = "@"
THOUSANDS: Final = "#,##0"
LONGEST_LIST: Final = 255
"""Characters of a list of choices that a cell can have."""
MOST_DECIMALS: Final = 15
_WIDTHS: Final = {"number": 16, "year": 9, "quarter": 12, "day": 13, "word": 14, "id": 24, "text": 32}
_NOTE_WIDTH: Final = 60
_HEAD = Font(bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor="1F3A5F")
_KEY_FILL = PatternFill("solid", fgColor="0F2440")
_TITLE = Font(bold=True, size=16)
_SECTION = Font(bold=True, size=12)
_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

FIRST_STEPS: Final = (
    ("What this is", ""),
    ("", "All figures that Crossover works on, a sheet a table. Change what is yours and bring the workbook back."),
    ("Where your figures go first", ""),
    ("1", "chip_prices: what you pay for a chip, with a low and a high, and its share of server, rack and network."),
    ("2", "workload_demand: how much work there is at the end of each year, in chips of the reference kind."),
    ("3", "opening_fleet: the chips that you have, by the quarter in which they were installed."),
    ("4", "commitments: what you have agreed to buy, a row a contract and year. No contracts: no rows."),
    ("5", "suppliers, workloads and chips: who makes what, and for which work; a new name comes here first."),
    ("How things are written", ""),
    ("Money", "In US dollars, whole ones: 12500, not 12.5k. A sheet whose column is in other units says so."),
    ("Shares", "From 0 to 1: 0.35 is 35 percent. A cell that Excel shows in percent is fine."),
    ("Quarters", "As 2019-Q1. Years as 2019, days as 2019-07-29."),
    ("Nothing known", "Leave the cell empty. Dark headers are the key of a row; each key stands once."),
    ("How well known", "Each row has a grade and a source, which is a row of the sheet sources."),
    ("Columns", "Keep the headers as they are. Columns that are not needed may go; rows may stand in any order."),
    ("Then", ""),
    ("", "Bring the workbook on the Data page: it says what is wrong, by sheet and row, before anything is kept."),
)
"""The first sheet: what stands left and right."""


def workbook(inputs: Filled | None) -> bytes:
    """Return the workbook, filled with a data set; None: headers alone, for an example left behind would be a figure.

    What an example looks like, the comments on the headers say.
    """
    others = () if inputs is None else inputs.suppliers[2:]
    tables = resources(others)
    cells = {} if inputs is None else inputs.cells
    book = Workbook()
    book.remove(book.worksheets[0])
    front: Worksheet = book.create_sheet(READ_ME)
    headers = {one["name"]: cells[one["path"]][0] if one["path"] in cells else column_names(one) for one in tables}
    _explain(front, tables, headers)
    for resource in tables:
        sheet = book.create_sheet(resource["name"])
        _fill(sheet, resource, headers, cells.get(resource["path"], ())[1:])
    book.properties.creator = "Crossover"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


# --- The first sheet


def _explain(sheet: Worksheet, tables: Sequence[Resource], headers: Mapping[str, Sequence[str]]) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.append(["Crossover: your data"])
    sheet["A1"].font = _TITLE
    for left, right in FIRST_STEPS:
        sheet.append([left, right])
        if not right:
            sheet.cell(sheet.max_row, 1).font = _SECTION
    sheet.append([])
    sheet.append(["Sheet", "Column", "Needed", "Unit", "What may stand there", "What it means"])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = _HEAD, _FILL
    for resource in tables:
        for field in resource["schema"]["fields"]:
            here = field["name"] in headers[resource["name"]]
            needed = "yes" if _is_needed(field) else "no" if here else "no; may be added"
            expected = expected_in_words(field, field.get("constraints", {}))
            row = [resource["name"], field["name"], needed, field.get("unit", ""), expected, field["description"]]
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s"
    for letter, width in zip("ABCDEF", (28, 30, 12, 24, 44, 90), strict=True):
        sheet.column_dimensions[letter].width = width


def _is_needed(field: Field) -> bool:
    return bool(field.get("constraints", {}).get("required")) and not field.get("optional")


# --- A sheet a table


def _fill(sheet: Worksheet, resource: Resource, headers: Mapping[str, Sequence[str]], rows: Cells) -> None:
    header = headers[resource["name"]]
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    key = resource["schema"]["primaryKey"]
    for place, name in enumerate(header, 1):
        field = fields[name]
        cell = sheet.cell(1, place, name)
        cell.font, cell.fill = _HEAD, _KEY_FILL if name in key else _FILL
        cell.comment = _comment(field)
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = max(_NOTE_WIDTH if name == "note" else _WIDTHS[kind(field)], len(name) + 3)
        if kind(field) not in ("number", "year"):
            column.number_format = TEXT_FORMAT
        for n, row in enumerate(rows, 2):
            _put(sheet.cell(n, place), kind(field), row[place - 1])
        _choices(sheet, resource, headers, field, get_column_letter(place))
    keys = sum(name in key for name in header[: len(key)])
    sheet.freeze_panes = f"{get_column_letter(1 + keys)}2"


def _comment(field: Field) -> Comment:
    """Return what a header's comment says: the meaning, the unit, what may stand there."""
    rule = field.get("constraints", {})
    lines = [field["description"]]
    if "unit" in field:
        lines.append(f"Unit: {field['unit']}")
    lines.append(f"{'Needed' if _is_needed(field) else 'May be empty'}: {expected_in_words(field, rule)}")
    if "example" in field and field["example"] not in lines[-1]:
        lines.append(f"Example: {field['example']}")
    comment = Comment("\n".join(lines), "Crossover")
    comment.width, comment.height = 340, 40 + 18 * sum(1 + len(line) // 48 for line in lines)
    return comment


def _put(cell: Cell | MergedCell, what: str, text: str) -> None:
    """Write a cell: a figure as a number if a number can say it with all its digits, anything else as text."""
    if not text or isinstance(cell, MergedCell):
        return
    if what in ("number", "year") and PLAIN.fullmatch(text):
        value = float(text)
        value = float(f"{value:.16g}")  # what openpyxl keeps of it
        number = int(value) if value.is_integer() and abs(value) < 10**15 else value
        decimals = len(text.partition(".")[2])
        fixed = f"0.{'0' * decimals}" if 0 < decimals <= MOST_DECIMALS else "General"
        grouped = THOUSANDS if what == "number" and isinstance(number, int) and abs(number) >= 10_000 else "General"
        for number_format in (grouped, fixed):
            if as_shown(number, number_format) == text:
                cell.value, cell.number_format = number, number_format
                return
    cell.value = _ESCAPED.sub("_x005F_", text)
    cell.data_type = "s"  # never a formula, an error or a date, whatever it begins with
    cell.number_format = "General" if what in ("number", "year") else TEXT_FORMAT
    if text[0] in "=+-@'":
        cell.quotePrefix = True
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=False, vertical="top")


def _choices(
    sheet: Worksheet, resource: Resource, headers: Mapping[str, Sequence[str]], field: Field, letter: str
) -> None:
    """Give a column the choices that it has: words of a list, ids of another sheet, bounds of a figure."""
    rule = field.get("constraints", {})
    last = resource.get("maxRows", 2000) + 1
    validation = _of_words(rule) or _of_ids(resource, headers, field) or _of_figures(field, rule)
    if validation is None:
        return
    validation.error = f"Expected {expected_in_words(field, rule)}."[:LONGEST_LIST]
    validation.errorTitle = field["name"][:32]
    validation.showErrorMessage = True
    sheet.add_data_validation(validation)
    validation.add(f"{letter}2:{letter}{last}")


def _of_words(rule: Mapping[str, Any]) -> DataValidation | None:
    words = ",".join(rule.get("enum", ()))
    if not words or len(words) > LONGEST_LIST - 2:
        return None
    return DataValidation(type="list", formula1=f'"{words}"', allow_blank=not rule.get("required"))


def _of_ids(resource: Resource, headers: Mapping[str, Sequence[str]], field: Field) -> DataValidation | None:
    for reference in resource["schema"].get("foreignKeys", ()):
        if reference["fields"] != [field["name"]]:
            continue
        to, column = reference["reference"]["resource"], reference["reference"]["fields"][0]
        if column in headers.get(to, ()):
            letter = get_column_letter(headers[to].index(column) + 1)
            most = next(one for one in resources() if one["name"] == to).get("maxRows", 2000) + 1
            ids = f"'{to}'!${letter}$2:${letter}${most}"
            return DataValidation(type="list", formula1=ids, allow_blank=True, errorStyle="warning")
    return None


def _of_figures(field: Field, rule: Mapping[str, Any]) -> DataValidation | None:
    least = rule.get("minimum", rule.get("exclusiveMinimum"))
    if kind(field) != "number" or least is None or "maximum" not in rule:
        return None
    return DataValidation(
        type="decimal", operator="between", formula1=str(least), formula2=str(rule["maximum"]), errorStyle="warning"
    )
