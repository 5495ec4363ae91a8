"""Demand with which the model meets published capital spending and power: `python -m core calibrate`.

Two factors, the same for all workloads, in this order. Nothing is chosen by hand; targets that are held out have no
part, and what was installed before the fleet year is known and stays.

*Level* f: work from the fleet year on is multiplied by f; the purchases of the fleet year follow from it
(core.upkeep.purchases). f is where the sum of `ln(model / (covered_share * published)) ** 2` over the fitted targets of
capital spending and of IT load is least; covered_share is the part of the published figure that the model covers.

*Growth* g: work after the first modelled year grows as `(path[y] / path[first]) ** g`. g is the largest factor up to 1
with which all work of the base case and of its two baselines can be powered to the horizon: nobody plans for years to
rent what there is no power for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from core.inputs.data import Inputs
from core.inputs.scenario import columns
from core.model.calibration import calibration
from core.model.model import simulate
from core.upkeep.pace import RuleError
from core.upkeep.rewrite import Tables, rows_of, with_tables
from core.upkeep.rules import derived

DEMAND_METRICS: Final = ("company_capex", "it_load")
"""What the level of demand is fitted to."""
LEVELS: Final = (0.2, 5.0)
GROWTHS: Final = (0.2, 1.0)
EXACT: Final = 1e-3
"""How far a factor may be from the one that fits."""
_H100E: Final = ("h100e_low", "h100e_base", "h100e_high")
Progress = Callable[[str, int, float], None]
"""Told of each factor that is tried: which of the two, how many before it, its value."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The factors that fit, and the targets with the data as they are and with the factors."""

    level: float
    growth: float
    now: pd.DataFrame  # core.model.calibration.calibration of the data as they are
    fitted: pd.DataFrame  # the same with the factors
    inputs: Inputs  # the data with the factors and the purchases that follow from them

    @property
    def tables(self) -> Tables:
        """The tables that the factors change."""
        rows = rows_of(self.inputs)
        return {name: rows[name] for name in ("workload_demand", "opening_fleet")}


def fit(inputs: Inputs, progress: Progress = lambda _what, _tried, _factor: None) -> Fit:
    """Return the factors that fit; raises RuleError if no target of capital spending or IT load is fitted."""
    now = calibration(inputs)
    if not _fitted(now).any():
        what = f"calibration_targets.csv: no target with metric {' or '.join(DEMAND_METRICS)} is used_for fitted"
        raise RuleError(f"{what} and has a figure of the model beside it; mark one")
    tried: dict[float, Inputs] = {}

    def miss(log_level: float) -> float:
        level = float(np.exp(log_level))
        progress("level", len(tried), level)
        tried[level] = at_level(inputs, level)
        return miss_of(calibration(tried[level]))

    least = minimize_scalar(miss, bounds=tuple(np.log(LEVELS)), method="bounded", options={"xatol": EXACT / 2})
    level = float(np.exp(least.x))
    if abs(least.x) < EXACT:  # calibrated data stay as they are, to the last digit
        level, tried[1.0] = 1.0, inputs
    growth, fitted = _powered(tried[level], progress)
    return Fit(level, growth, now, calibration(fitted), fitted)


def miss_of(targets: pd.DataFrame) -> float:
    """Return what is least where the level fits: the sum of squared log ratios of the fitted targets.

    A model that spends nothing misses by as much as one that spends a millionth of what is published.
    """
    rows = targets[_fitted(targets)]
    ratio = (rows["model"] / (rows["covered_share"] * rows["base"])).clip(lower=1e-6)
    return float((np.log(ratio) ** 2).sum())


def _fitted(targets: pd.DataFrame) -> pd.Series[bool]:
    return targets["metric"].isin(DEMAND_METRICS) & (targets["used_for"] == "fitted") & targets["model"].notna()


def at_level(inputs: Inputs, level: float) -> Inputs:
    """Return the data with work from the fleet year on times `level`, and the rows that follow from it."""
    demand = rows_of(inputs)["workload_demand"]
    for row in demand:
        if row["year"] >= inputs.calendar.fleet_year:
            row |= {column: float(round(row[column] * level)) for column in _H100E}
    with_demand = with_tables(inputs, {"workload_demand": demand})
    return with_tables(with_demand, derived(with_demand))


def at_growth(inputs: Inputs, growth: float) -> Inputs:
    """Return the data with work growing as `path ** growth` after the first modelled year."""
    demand = rows_of(inputs)["workload_demand"]
    first = {row["workload_id"]: row for row in demand if row["year"] == inputs.calendar.first_year}
    for row in demand:
        if row["year"] > inputs.calendar.first_year:
            start = first[row["workload_id"]]
            row |= {one: float(round(start[one] * (row[one] / start[one]) ** growth)) for one in _H100E}
    return with_tables(inputs, {"workload_demand": demand})


def _powered(inputs: Inputs, progress: Progress) -> tuple[float, Inputs]:
    """Return the largest growth with which all work can be powered, by halving, and the data with it.

    Where the data as they are can be powered they stay; where not even the least growth can, that is taken.
    """
    least, most = GROWTHS
    if can_be_powered(inputs):
        return most, inputs
    best, tried = at_growth(inputs, least), 0
    while most - least > EXACT:
        middle = (least + most) / 2.0
        progress("growth", tried, middle)
        tried += 1
        data = at_growth(inputs, middle)
        if can_be_powered(data):
            least, best = middle, data
        else:
            most = middle
    return least, best


def can_be_powered(inputs: Inputs) -> bool:
    """Tell whether the base case and its two baselines rent nothing to the horizon for want of power."""
    return not simulate(inputs, columns([inputs.base])).flows.shortage_usd.any()
