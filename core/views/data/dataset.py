"""What the data set is: whose case, which suppliers and workloads, which years, and how public and how old it is."""

from __future__ import annotations

import pandas as pd

from core.base import format as fmt
from core.inputs.data import BOUGHT, LEAD, Inputs
from core.inputs.declaration import resources
from core.inputs.evidence import data_date
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels

MOST_NAMED = 8
"""Of more than this only the number is told."""


def title(answer: Answer) -> str:
    """Return what the data describe, in one sentence."""
    inputs = answer.inputs
    whose = inputs.company or "a company without a name"
    return (
        f"The data describe {whose}: {fmt.counted(len(inputs.workloads), 'workload')} on "
        f"{fmt.counted(len(inputs.chips.id), 'chip')} of {fmt.counted(len(inputs.suppliers), 'supplier')}, from "
        f"{inputs.calendar.first_year} on"
    )


def words(answer: Answer) -> pd.DataFrame:
    """Return what the data set is, point by point."""
    inputs, bought = answer.inputs, supplier_labels(answer.inputs)[BOUGHT]
    lead = f"{bought[0]}, which has what the others leave" if len(bought) > 1 else bought[0]
    calendar = inputs.calendar
    rows = {
        "Company": inputs.company or "not named",
        "Its own chips": answer.custom,
        "Bought chips": "; ".join([lead, *bought[LEAD:]]),
        "Workloads": _named(workload_labels(inputs), "workload"),
        "Contracts": _named(inputs.contracts.name, "contract") if inputs.contracts.id else "none",
        "Years": f"fleet at the end of {calendar.fleet_year}, modelled from {calendar.first_year} to "
        f"{calendar.last_year} at most",
        "Sources": f"{fmt.counted(len(inputs.tables['sources']), 'publication')}, up to {data_date(inputs)}; "
        + ("public sources only" if inputs.public else "not said to be public sources only"),
        "Data version": inputs.data_version + (_COMPLETED if is_completed(inputs) else ""),
    }
    return pd.DataFrame({"What": list(rows), "In this data set": list(rows.values())})


_COMPLETED = ", made for an earlier version of the product, which kept plans, ranges and ready-made scenarios itself"


def _named(names: tuple[str, ...], what: str) -> str:
    return "; ".join(names) if len(names) <= MOST_NAMED else fmt.counted(len(names), what)


def is_completed(inputs: Inputs) -> bool:
    """Return whether the data set was made for an earlier version: tables hold what no file of it has."""
    read = {resource["path"]: inputs.tables[resource["name"]] for resource in resources(inputs.suppliers[LEAD + 1 :])}
    return any(
        len(table) > len(inputs.cells.get(path, ((),))) - 1
        or (path in inputs.cells and not set(table.columns) <= set(inputs.cells[path][0]))
        for path, table in read.items()
    )
