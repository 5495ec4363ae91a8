"""A table that is taken away: what its file says of itself, and that a spreadsheet finds no formula in it."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest

from core.exports import csv
from core.exports.csv import Origin
from core.views.data.figures import EXAMPLES
from tests.support.figures import FIGURES, each_figure, view_of

BOARD = Origin("Board case, v3", "5", "3bf349813a69")
IN_WORDS = {*EXAMPLES, "data_set", "data_age", "risk_goal"}
"""Figures whose cells have each a quantity of its own kind: the steps of a formula, the rows of the data."""
QUANTITY = re.compile(r"^[+−-]?\$?[\d,.]+\s?(%|[TBM]|GW|MW|points)?$")
BLANKS = re.compile(r"[^\S ]")


def read(title: str, table: pd.DataFrame, origin: Origin = BOARD) -> tuple[str, pd.DataFrame]:
    """The first line of a file, and what pandas reads of the others."""
    file = csv.content(title, table, origin)
    first = pd.read_csv(io.BytesIO(file), header=None, nrows=1).iloc[0, 0]
    rows = pd.read_csv(io.BytesIO(file), skiprows=1, keep_default_na=False, na_values=[""])
    return first, rows


@each_figure
def test_the_file_of_a_figure_leads_back_to_its_figures_to_the_last_digit(name: str) -> None:
    table = FIGURES[name][1].table(view_of(name))
    first, back = read("A finding", table)
    assert first == "Crossover: A finding; scenario Board case, v3; model 5; data 3bf349813a69"
    assert back.shape == table.shape
    for heading, found in zip(table.columns, back.columns, strict=True):
        assert found == " ".join(str(heading).split()) and not BLANKS.search(found)
        if pd.api.types.is_numeric_dtype(table[heading]):
            np.testing.assert_array_equal(back[found].to_numpy(np.float64), table[heading].to_numpy(np.float64))


@each_figure
def test_shares_and_money_are_figures_with_their_unit_in_the_heading(name: str) -> None:
    if name in IN_WORDS:
        return
    table = FIGURES[name][1].table(view_of(name))
    for heading in table.columns:
        cells = [cell for cell in table[heading] if isinstance(cell, str) and re.search(r"[$%]|[TBMGW]W?$", cell)]
        quantities = [cell for cell in cells if QUANTITY.match(cell) and heading not in ("Unit", "From", "To")]
        assert not quantities, (heading, quantities)


HOSTILE = ('=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "a;=1", 'quo"te', "−5 %")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_a_file_is_text_whatever_it_begins_with(name: str) -> None:
    table = pd.DataFrame({f"{name} ($ B)": [-1.5, 2.0], "Name": [name, "plain"]})
    file = csv.content(f"{name} is best", table, Origin(name, "5", "3bf349813a69")).decode("utf-8-sig")
    cells = [cell.strip('"') for line in file.splitlines() for cell in re.findall(r'"(?:[^"]|"")*"', line)]
    assert cells and not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]
    lines = file.split("\r\n")
    assert re.sub(r'"(?:[^"]|"")*"', "", file).strip("\r\n, ") == "-1.5,\r\n2.0", "all text is in quotes, no figure is"
    assert len(lines[0]) > 0
    _, back = read("t", table)
    assert back.iloc[:, 0].tolist() == [-1.5, 2.0], "a loss is a figure, not text"


def test_a_file_is_called_by_its_figure_its_scenario_and_its_versions() -> None:
    assert csv.file_name("spending", BOARD) == "spending_Board-case-v3_model-5_data-3bf349813a69.csv"
    odd = csv.file_name("spending", Origin("../..\\=a:b*?“Größe”/con\u202e" + "x" * 200, "5", "d"))
    assert re.fullmatch(r"spending_a-b-Größe-con-x{34}_model-5_data-d\.csv", odd), odd


def test_work_that_is_nowhere_saved_says_how_it_is_set() -> None:
    first, _ = read("t", pd.DataFrame({"a": [1.0]}), Origin("Your own settings", "5", "d", "start_quarter = 2028-Q1"))
    assert first == "Crossover: t; scenario Your own settings; model 5; data d; set: start_quarter = 2028-Q1"
