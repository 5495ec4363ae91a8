"""What a figure rests on: the inputs behind it, how certain each is, and who published it when."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from core.inputs.data import LEAD, Inputs
from core.inputs.declaration import Resource, column_names, resources
from core.inputs.lever import Kind
from core.inputs.scenario import Scenario

OWN: Final = "own"
"""The grade of a row that the company vouches for itself, such as what it pays."""
GRADES: Final = (OWN, "reported", "estimate", "assumption")
"""From the most certain to the least: by the company itself, which is as good as what follows; by the maker or in a
filing; by a named analyst or press; ours."""

TABLES: Final[Mapping[str, str]] = {
    "chips": "Chips: availability and power",
    "chip_prices": "Chip prices",
    "chip_throughput": "Throughput of a chip on a workload",
    "workload_demand": "Work to be done",
    "workloads": "Shares of work today and planned",
    "opening_fleet": "Fleet when the model begins",
    "regions": "Places: share of the fleet, carbon",
    "power_prices": "Power prices",
    "power_capacity": "Power capacity",
    "programme": "Fixed cost of the custom programme",
    "commitments": "Purchase contracts",
    "company_facts": "Shares and tax of the company",
    "levers": "Plans and beliefs",
    "lever_correlations": "How beliefs move together",
    "reported_financials": "Reported by the company",
    "calibration_targets": "Published figures to compare with",
}
FLEET: Final = (
    "chips",
    "chip_prices",
    "chip_throughput",
    "power_prices",
    "regions",
    "workload_demand",
    "workloads",
    "opening_fleet",
    "power_capacity",
)
"""What is bought depends on prices too: they decide which chip is offered, and where the right to stop bites.

Plans and beliefs (`levers`) move every figure; they stand one by one behind each, with their sources: `beliefs`."""
MONEY: Final = (*FLEET, "programme", "commitments")
CHIPS: Final = ("chips", "chip_prices", "chip_throughput")
COST_OF_WORK: Final = (*CHIPS, "power_prices", "regions")


def graded(inputs: Inputs) -> list[Resource]:
    """Return the tables of a data set whose rows say how certain they are and what they rest on."""
    return [one for one in resources(inputs.suppliers[LEAD + 1 :]) if {"grade", "source_id"} <= set(column_names(one))]


@lru_cache(maxsize=8)
def grades_in(inputs: Inputs) -> tuple[str, ...]:
    """Return the grades that are told apart in a data set: all, `own` only where a row has it."""
    has_own = any((inputs.tables[one["name"]]["grade"] == OWN).any() for one in graded(inputs))
    return GRADES if has_own else tuple(grade for grade in GRADES if grade != OWN)


def rows_of(inputs: Inputs, resource: Resource) -> list[dict[str, Any]]:
    """Return the rows of a table in file order, with None in every cell that is empty or not there."""
    table = inputs.tables[resource["name"]].reindex(columns=list(column_names(resource))).astype(object)
    return [
        {str(name): cell for name, cell in row.items()} for row in table.where(table.notna(), None).to_dict("records")
    ]


def key_of(resource: Resource, row: Mapping[str, Any]) -> str:
    """Return what a row is found by: its key, of several columns joined by /."""
    return "/".join(str(row[name]) for name in resource["schema"]["primaryKey"])


def sources(inputs: Inputs, names: tuple[str, ...]) -> pd.DataFrame:
    """Return the sources behind a figure that is computed from the tables `names`, a row an input, grade and source.

    Columns: input, grade, rows, source, publisher, published_on, read_as, url. Most certain first in each input.
    """
    publications = inputs.tables["sources"].set_index("source_id")
    parts = []
    for table in names:
        counts = inputs.tables[table].groupby(["grade", "source_id"]).size().rename("rows").reset_index()
        counts["order"] = counts["grade"].map({grade: i for i, grade in enumerate(GRADES)})
        parts.append(counts.sort_values(["order", "rows"], ascending=[True, False]).assign(input=TABLES[table]))
    rows = pd.concat(parts, ignore_index=True).join(publications, on="source_id")
    rows = rows.rename(columns={"title": "source"})
    return rows[["input", "grade", "rows", "source", "publisher", "published_on", "read_as", "url"]]


def data_date(inputs: Inputs) -> str:
    """Return the date of the latest source, as exact as it gives it: the day, the month or the year."""
    latest = max(inputs.tables["sources"]["published_on"])
    date = pd.Timestamp(latest)
    words = (str(date.year), date.month_name(), str(date.day))
    return " ".join(reversed(words[: latest.count("-") + 1]))


def beliefs(inputs: Inputs, scenario: Scenario) -> pd.DataFrame:
    """Return every assumption lever with its setting, base, range and source.

    Columns: lever, group, setting, base, low, high, unit, source, published_on, url.
    """
    publications = inputs.tables["sources"].set_index("source_id")
    rows = [
        {
            "lever": lever.label,
            "group": str(lever.group),
            "setting": scenario.number(lever.id),
            "base": lever.number(lever.base),
            "low": lever.low,
            "high": lever.high,
            "unit": lever.unit,
            "source_id": lever.source_id,
        }
        for lever in scenario.levers.values()
        if lever.kind is Kind.ASSUMPTION
    ]
    frame = pd.DataFrame(rows).join(publications[["title", "published_on", "url"]], on="source_id")
    return frame.rename(columns={"title": "source"}).drop(columns="source_id")
