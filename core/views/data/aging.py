"""How old the figures of the data are, and which are due to be looked up again: by kind, and row by row."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

import pandas as pd

from core.base import format as fmt
from core.inputs.age import age_in_words, ages, dated, latest_day
from core.inputs.data import LEAD, Inputs
from core.inputs.declaration import resources
from core.inputs.evidence import TABLES, rows_of
from core.story.figure import Metric
from core.views.data import named_rows

AGED: Final = tuple(name for name in TABLES if name != "lever_correlations")
"""The tables whose figures are looked up again from time to time."""


def title(inputs: Inputs, day: date) -> str:
    """Return how many rows of figures are due on `day`, and from when the oldest is."""
    frame = ages(inputs, day)
    due, whole = int(frame["is_due"].sum()), len(frame)
    oldest = f"the oldest is from {_oldest(frame)}"
    if not due:
        return f"No row of figures is due for a look before {_on(min(frame['due_on']))}; {oldest}"
    are = "is" if due == 1 else "are"
    return f"{due} of {fmt.counted(whole, 'row')} of figures {are} due for a look; {oldest}"


def metric(inputs: Inputs, day: date) -> Metric:
    """Return the headline figure of age: how many rows of figures are due."""
    frame = ages(inputs, day)
    due = int(frame["is_due"].sum())
    months = [int(one["review_months"]) for one in resources() if "review_months" in one]
    return Metric(
        "Due for a look",
        f"{due:,}",
        f"of {fmt.counted(len(frame), 'row')} of figures",
        f"the oldest is from {_oldest(frame)}",
        None,
        f"Rows whose source is older than such figures usually stand, {min(months)} to {max(months)} months.",
    )


def caption(day: date) -> str:
    """Return what age and due mean."""
    return (
        f"As of {_on(day)}. A figure is as old as its source; it is due when it is older than a figure of its kind "
        "usually stands, which does not make it wrong. Of past quarters and years only the last one counts. Behind it: "
        "every row with its source, those due longest first."
    )


def _on(day: date) -> str:
    return dated(day.isoformat())


@lru_cache(maxsize=8)
def by_kind(inputs: Inputs, day: date) -> pd.DataFrame:
    """Return the kinds of figure in words, those with most due first."""
    frame = ages(inputs, day)
    rows = []
    for table in sorted(dict.fromkeys(frame["table"]), key=lambda name: -int(_of(frame, name)["is_due"].sum())):
        of = _of(frame, table)
        to_come = [due for due, is_due in zip(of["due_on"], of["is_due"], strict=True) if not is_due]
        rows.append(
            {
                "Kind of figure": TABLES[table],
                "Rows": f"{len(of):,}",
                "Median age": age_in_words(int(of["months"].median())),
                "Oldest": _oldest(of),
                "Due": str(int(of["is_due"].sum())),
                "Next due": _on(min(to_come)) if to_come else "all are",
            }
        )
    return pd.DataFrame(rows)


def _oldest(frame: pd.DataFrame) -> str:
    """Return when the oldest source came out: a mere year counts by its last day, so after any month of it."""
    return dated(min(map(str, frame["published_on"]), key=latest_day))


def _of(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    return frame[frame["table"] == table]


@lru_cache(maxsize=8)
def row_by_row(inputs: Inputs, day: date) -> pd.DataFrame:
    """Return every row of figures with its source and age, those that have been due longest first."""
    declared = {one["name"]: one for one in resources(inputs.suppliers[LEAD + 1 :])}
    cells = {name: rows_of(inputs, declared[name]) for name in AGED}
    publications = inputs.tables["sources"].set_index("source_id").to_dict("index")
    rows = []
    for one in ages(inputs, day).sort_values("due_on", kind="stable").to_dict("records"):
        row, publication = cells[one["table"]][one["row"]], publications[one["source_id"]]
        rows.append(
            {
                "Due": f"{'since' if one['is_due'] else 'from'} {one['due_on'].isoformat()}",
                "Kind of figure": TABLES[one["table"]],
                "What": named_rows.subject(inputs, declared[one["table"]], row),
                "Figure": named_rows.figures(inputs, declared[one["table"]], row),
                "Age (months)": one["months"],
                "Stands for (months)": declared[one["table"]]["review_months"],
                "Grade": row["grade"],
                "Source": publication["title"],
                "Publisher": publication["publisher"],
                "Published": one["published_on"],
                "Address": publication["url"],
            }
        )
    return pd.DataFrame(rows)
