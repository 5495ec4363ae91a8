"""A table as a file that a spreadsheet opens: its first line says what it is of, then come headings, then figures.

Figures stay figures with all their digits, in the unit that their heading names. Text is in quotes, so that a comma or
semicolon in it parts no cells, and never stands there as a formula: names are what anyone chooses. Read it by
`pandas.read_csv(file, skiprows=1)`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

_ENCODING: Final = "utf-8-sig"
"""Spreadsheets take a file for another encoding that does not begin with its mark."""
_BEGINS_A_FORMULA: Final = tuple(
    "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_HARMLESS: Final = "'"
"""Begins what a spreadsheet shall take for text."""
_WIDE_BLANKS: Final = re.compile(r"[^\S\t\r\n]")
_NOT_IN_A_NAME: Final = re.compile(r"[^\w.]+")
LONGEST_NAME: Final = 48
"""Characters of a scenario's name within that of a file."""


@dataclass(frozen=True)
class Origin:
    """Where a table comes from: of which scenario it is, in words, and which model and data worked it out.

    `settings` are levers, by name and value, of work that is nowhere saved: its name alone leads to nothing.
    """

    scenario: str
    model_version: str
    data_version: str
    settings: str = ""

    @property
    def line(self) -> str:
        """The line of it that a file begins with."""
        set_to = f"; set: {self.settings}" if self.settings else ""
        return f"scenario {self.scenario}; model {self.model_version}; data {self.data_version}{set_to}"


def file_name(what: str, origin: Origin) -> str:
    """Return what the file of a figure is called: `spending_Board-case-v3_model-5_data-3bf349813a69.csv`."""
    scenario = _within_a_name(origin.scenario)[:LONGEST_NAME].rstrip("-.")
    versions = f"model-{_within_a_name(origin.model_version)}_data-{_within_a_name(origin.data_version)}"
    return "_".join(part for part in (_within_a_name(what), scenario, versions) if part) + ".csv"


def content(title: str, table: pd.DataFrame, origin: Origin) -> bytes:
    """Return the file of a table: `title`, what it says, and `origin` in the first line, the table in the others."""
    plain = table.rename(columns=lambda heading: safe(str(heading))).map(_cell)
    first = f'"{safe(f"Crossover: {title}; {origin.line}").replace(chr(34), chr(34) * 2)}"'
    rows = plain.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    return f"{first}\r\n{rows}".encode(_ENCODING)


def safe(text: str) -> str:
    """Return text as a cell bears it: with plain blanks, in one line, and never a formula."""
    shown = _WIDE_BLANKS.sub(" ", text)
    return f"{_HARMLESS}{shown}" if shown.lstrip(" ").startswith(_BEGINS_A_FORMULA) else shown


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        return safe(", ".join(map(str, value)))
    return safe(value) if isinstance(value, str) else value


def _within_a_name(text: str) -> str:
    """Return what of a text a file's name bears on any machine: letters and digits of any script."""
    return _NOT_IN_A_NAME.sub("-", text).strip("-.")
