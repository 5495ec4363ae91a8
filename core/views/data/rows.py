"""The tables of the data as they are browsed: what each holds, and its rows by grade and by a word in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from core.inputs.data import LEAD, Inputs
from core.inputs.declaration import resources
from core.inputs.evidence import GRADES


@dataclass(frozen=True)
class Table:
    """A table of the data as it is declared."""

    name: str
    title: str
    description: str
    columns: dict[str, str]  # what each column holds, by its name
    is_graded: bool


def tables(inputs: Inputs) -> tuple[Table, ...]:
    """Return every table of the data that has rows, with the columns that it has, in the order of declaration."""
    return tuple(
        Table(
            resource["name"],
            resource["title"],
            resource["description"],
            {
                field["name"]: field["description"]
                for field in resource["schema"]["fields"]
                if field["name"] in inputs.tables[resource["name"]]
            },
            "grade" in inputs.tables[resource["name"]],
        )
        for resource in resources(inputs.suppliers[LEAD + 1 :])
        if not inputs.tables[resource["name"]].empty
    )


def rows(inputs: Inputs, table: str, grades: Collection[str] = GRADES, search: str = "") -> pd.DataFrame:
    """Return the rows of a table that have one of `grades` and hold `search` in any cell or in their source.

    A row's source stands in it by title, publisher, date and address in place of its id. Case does not count.
    """
    frame = inputs.tables[table]
    if "grade" in frame:
        frame = frame[frame["grade"].isin(list(grades))]
    if "source_id" in frame and table != "sources":
        publications = inputs.tables["sources"].set_index("source_id")[["title", "publisher", "published_on", "url"]]
        names = {"title": "source", "published_on": "published"}
        frame = frame.join(publications.rename(columns=names), on="source_id").drop(columns="source_id")
    wanted = search.strip().lower()
    if wanted:
        text = frame.astype("string").fillna("").apply(lambda column: column.str.lower())
        holds = np.logical_or.reduce([text[name].str.contains(wanted, regex=False) for name in text])
        frame = frame[np.asarray(holds, dtype=bool)]
    first = [name for name in ("grade",) if name in frame]
    return frame[[name for name in frame if name not in first and name not in _LAST] + first + [
        name for name in _LAST if name in frame
    ]].reset_index(drop=True)  # fmt: skip


_LAST: Final = ("source", "publisher", "published", "note", "url")
