"""What the data do not say: figures that could not be found, and rows that are not borne out by what they cite."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base import format as fmt
from core.inputs.borne_out import findings
from core.inputs.data import Inputs
from core.inputs.declaration import resources

MISSING: Final = "missing"


_HEADINGS: Final = {
    "subject": "What is not known",
    "why_it_matters": "Why it matters",
    "looked_where": "Looked for in",
    "expected": "May be found",
    "table": "Table that it would go to",
    "note": "Note",
}
SHOWN: Final = 2
"""Columns that are read on the page; the others stand behind it."""


def missing_title(inputs: Inputs) -> str:
    """Return how many figures are known to be missing."""
    count = len(inputs.tables[MISSING])
    if not count:
        return "The data set lists no figure that is missing"
    matter = "matters" if count == 1 else "matter"
    return f"What is not known: {fmt.counted(count, 'figure')} that {matter} to the answer could not be found"


def missing(inputs: Inputs) -> pd.DataFrame:
    """Return what is not known, why each matters, where it was looked for and may be found."""
    titles = {one["name"]: one["title"] for one in resources()}
    table = inputs.tables[MISSING].reindex(columns=list(_HEADINGS)).astype(object)
    table["table"] = table["table"].map(titles)
    return table.where(table.notna(), "").rename(columns=_HEADINGS)


def why_missing_matters(inputs: Inputs) -> pd.DataFrame:
    """Return what is not known and why each matters."""
    return missing(inputs).iloc[:, :SHOWN]


def not_borne_out(inputs: Inputs) -> pd.DataFrame:
    """Return every row that is not borne out: where it is, why, and what was expected."""
    rows = [
        {"File": one.file, "Row": one.row, "What is wrong": one.wrong, "Expected": one.expected}
        for one in findings(inputs)
    ]
    return pd.DataFrame(rows, columns=pd.Index(["File", "Row", "What is wrong", "Expected"]))
