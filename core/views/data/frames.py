"""Tidy frames of what the figures rest on: numbers and spending by grade, and published figures beside the model's.

Formulas: docs/METHOD.md, "Data and grades" and "Calibration".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.inputs.data import LEAD, Inputs
from core.inputs.declaration import resources
from core.inputs.evidence import GRADES, TABLES, grades_in
from core.story import frames
from core.story.answer import Answer

Floats = NDArray[np.float64]


# --- What the figures rest on

_NOT_MODELLED: Final = ("calibration_targets", "reported_financials", "lever_correlations")
MODELLED: Final = tuple(name for name in TABLES if name not in _NOT_MODELLED)
"""The graded tables that the model reads; the others are held against it, or say how its beliefs are drawn."""
_ALSO_NUMBERS: Final = {"levers": ("base",)}
"""Columns that may hold a word, by table, and hold numbers nearly everywhere."""


@lru_cache(maxsize=8)
def numbers_by_grade(inputs: Inputs) -> pd.DataFrame:
    """Count the numbers in every table that the model reads, by the grade of their row; columns: table, grade, numbers.

    Keys, such as the year of a row, are not counted. Tables without a number are left out.
    """
    declared = {resource["name"]: resource["schema"] for resource in resources(inputs.suppliers[LEAD + 1 :])}
    counts = []
    for name in MODELLED:
        keys, table = declared[name]["primaryKey"], inputs.tables[name]
        figures = [
            field["name"]
            for field in declared[name]["fields"]
            if field["type"] in ("number", "integer") or field["name"] in _ALSO_NUMBERS.get(name, ())
        ]
        figures = [column for column in figures if column in table and column not in keys]
        by_grade = table[figures].notna().sum(axis=1).groupby(table["grade"]).sum()
        if by_grade.sum() > 0:
            counts += [(TABLES[name], grade, int(by_grade.get(grade, 0))) for grade in grades_in(inputs)]
    return pd.DataFrame(counts, columns=["table", "grade", "numbers"])


LEVERED: Final = {
    "Facilities": ("capex_facility_usd",),
    "Upkeep and maintenance": ("facility_opex_usd", "maintenance_usd"),
    "Penalties and rented work": ("shortfall_usd", "shortage_usd"),
}
"""Spending at rates that levers set: beliefs of ours, whatever source they lean on."""
SPENDING_KINDS: Final = ("Chips", *list(LEVERED)[:1], "Electricity", "Custom programme", *list(LEVERED)[1:])


def spending_by_chip_usd(answer: Answer) -> NDArray[np.float64]:
    """Return what the scenario spends on each chip generation up to the horizon; (chip,)."""
    total: NDArray[np.float64] = frames.chip_spending_usd(answer, answer.variants["plan"]).sum(axis=0)
    return total


@frames.kept
def spending_by_grade(answer: Answer) -> pd.DataFrame:
    """Spending over the horizon by kind and by the grade of the price at which it is paid.

    Columns: variant (plan, baseline), kind, grade, usd. Before tax and before warrants: the parts of a variant
    add up to cash plus warrant. Chips have the grade of their price row, electricity that of each region's price, the
    programme that of each item; what a lever sets is assumed.
    """
    inputs, shown = answer.inputs, answer.variants
    known, assumed = grades_in(inputs), GRADES.index("assumption")
    usd = np.zeros((len(shown), len(SPENDING_KINDS), len(GRADES)))
    place = {kind: i for i, kind in enumerate(SPENDING_KINDS)}
    prices = inputs.tables["chip_prices"].set_index("chip_id")["grade"].loc[list(inputs.chips.id)]
    regions = _price_by_region(inputs)
    items = [frames.items_usd(answer, course).sum(axis=0) for course in answer.courses.values()]
    for v, course in enumerate(shown.values()):
        _add(usd[v, place["Chips"]], frames.chip_spending_usd(answer, course).sum(axis=0), prices)
        _add(usd[v, place["Custom programme"]], items[v], inputs.tables["programme"]["grade"])
        energy = float(course.energy_usd.sum())
        _add(usd[v, place["Electricity"]], energy * regions["share"].to_numpy(), regions["grade"])
        for kind, names in LEVERED.items():
            usd[v, place[kind], assumed] = sum(getattr(course, name).sum() for name in names)
    axes = {"variant": tuple(shown), "kind": SPENDING_KINDS, "grade": known}
    return frames.long(axes, usd=usd[..., [GRADES.index(grade) for grade in known]])


def of_plan(answer: Answer) -> pd.DataFrame:
    """Return `spending_by_grade` of the scenario alone; columns: kind, grade, usd."""
    frame = spending_by_grade(answer)
    return frame.loc[frame["variant"] == "plan", ["kind", "grade", "usd"]]


def _add(row: Floats, usd: Floats, grades: pd.Series) -> None:
    """Add amounts to `row` (grade,), each under its grade; changes `row`."""
    np.add.at(row, [GRADES.index(grade) for grade in grades], usd)


@lru_cache(maxsize=8)
def _price_by_region(inputs: Inputs) -> pd.DataFrame:
    """Each region's part of what a MWh costs, with the grade of its price; columns: share, grade."""
    prices = inputs.tables["power_prices"]
    prices = prices[prices["year"] == inputs.calendar.fleet_year].set_index("region_id")
    regions = inputs.tables["regions"].set_index("region_id")["fleet_share"]
    part = regions * prices["usd_per_mwh"].loc[regions.index]
    return pd.DataFrame({"share": part / part.sum(), "grade": prices["grade"].loc[regions.index]})


def shares(frame: pd.DataFrame, values: str) -> dict[str, float]:
    """Return what share of `values` has each grade; all 0 if there is nothing."""
    whole = float(frame[values].sum())
    by_grade = frame.groupby("grade")[values].sum()
    return {grade: float(by_grade.get(grade, 0.0)) / whole if whole else 0.0 for grade in GRADES}
