"""What the answer hangs on: each belief at its ends, its share of the variance of value, and where value turns.

Frames with a row a lever, in base units. Formulas: docs/METHOD.md, "Answers drawn from value".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.inputs.data import Inputs
from core.inputs.evidence import GRADES, TABLES
from core.inputs.lever import Kind
from core.inputs.levers import LEVERS
from core.inputs.scenario import Scenario
from core.model.evaluate import MATERIAL_USD, evaluate
from core.model.sweep import moved, turns
from core.risk.futures import BELIEFS, SEED, Cancelled, RiskError, percentile
from core.risk.futures import settings as drawn_settings

Floats = NDArray[np.float64]

POINTS: Final = tuple(2**k for k in range(7, 13))
"""How many points a variance is split at: a Sobol sequence is even only at powers of two."""
USUAL_POINTS: Final = 512
BLOCK: Final = 2048
"""Evaluations between two looks at whether the caller still waits: about a tenth of a second."""


# --- Each belief at its ends


def tornado(inputs: Inputs, scenario: Scenario) -> pd.DataFrame:
    """Return value with each belief at its 10th and at its 90th percentile, all other levers as they are set.

    Columns: lever, label, group, unit, grade (of the range's source), setting, low, high, npv_low_usd, npv_high_usd,
    swing_usd, crosses. `swing_usd` is how far value moves over low, setting and high; the widest comes first.
    `crosses` says whether value is at least 0 at one of the three and below 0 at another. Low and high are those that
    the lever declares, wherever the scenario has set it.
    """
    low, high = (np.array([lever.percentiles[side] for lever in BELIEFS]) for side in (0, 1))
    count = len(BELIEFS)
    # One point more: the scenario itself, for which the last lever is moved to where it is.
    x = np.concatenate([low, high, [scenario.number(BELIEFS[-1].id)]])
    npv = moved(inputs, scenario, BELIEFS, np.append(np.tile(np.arange(count), 2), count - 1), x)["npv_usd"]
    ends = np.stack([npv[:count], np.full(count, npv[-1]), npv[count:-1]])  # (low, setting, high; lever)
    frame = pd.DataFrame(
        {
            "lever": [lever.id for lever in BELIEFS],
            "label": [lever.label for lever in BELIEFS],
            "group": [str(lever.group) for lever in BELIEFS],
            "unit": [lever.unit for lever in BELIEFS],
            "grade": [grades(inputs)[lever.id] for lever in BELIEFS],
            "setting": [scenario.number(lever.id) for lever in BELIEFS],
            "low": low,
            "high": high,
            "npv_low_usd": ends[0],
            "npv_high_usd": ends[2],
            "swing_usd": np.ptp(ends, axis=0),
            "crosses": (ends >= 0.0).any(axis=0) & (ends < 0.0).any(axis=0),
        }
    )
    return frame.sort_values("swing_usd", ascending=False, kind="stable", ignore_index=True)


# --- What the variance of value comes from


@dataclass(frozen=True, eq=False)
class Shares:
    """What part of a variance each dimension has: alone (`first`), and with all its interactions (`total`).

    The errors are standard errors as if the points had been drawn by chance; a Sobol sequence does better.
    """

    first: Floats  # (dimension,)
    total: Floats
    first_error: Floats
    total_error: Floats


def shares_of_variance(
    function: Callable[[Floats], Floats],
    dimensions: int,
    points: int = USUAL_POINTS,
    *,
    least_spread: float = 0.0,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Shares:
    """Return the Sobol indices of a function of independent dimensions, each uniform from 0 to 1.

    `first = V(E(y | x_i)) / V(y)`, `total = 1 - V(E(y | all but x_i)) / V(y)`, estimated by scipy's `sobol_indices`
    (Saltelli and others, 2010) at `points * (dimensions + 2)` points. function: (point, dimension) -> (point,). Where
    the standard deviation of y is not above `least_spread`, all shares are 0.

    Raises RiskError if `points` is not one of POINTS, Cancelled if `cancelled()` says so between two blocks.
    """
    if isinstance(points, bool) or points not in POINTS:
        counts = f"{', '.join(map(str, POINTS[:-1]))} or {POINTS[-1]}"
        raise RiskError([f"points: {points!r} is not a count of points; use a power of two, {counts}"])
    # Half a second that no start of the server should wait for.
    from scipy.stats import sobol_indices, uniform

    errors: list[Floats] = []
    done = 0

    def in_blocks(x: Floats) -> Floats:
        """Work out x (dimension, point) a block at a time."""
        nonlocal done
        y = np.empty(x.shape[1])
        for begin in range(0, y.size, BLOCK):
            if cancelled is not None and cancelled():
                raise Cancelled
            y[begin : begin + BLOCK] = function(x[:, begin : begin + BLOCK].T)
            done += y[begin : begin + BLOCK].size
            if progress is not None:
                progress(done / (points * (dimensions + 2)))
        return y

    def saltelli(f_A: Floats, f_B: Floats, f_AB: Floats) -> tuple[Floats, Floats]:  # noqa: N803  # scipy's names
        """Return both indices, and keep their errors: each is a ratio of two means over the points."""
        square = (f_A**2 + f_B**2) / 2.0  # (1, point); scipy has taken the mean off
        variance = square.mean()
        indices = []
        for part in (f_B * (f_AB - f_A), (f_A - f_AB) ** 2 / 2.0):  # (dimension, 1, point)
            index = np.zeros(dimensions)
            error = np.zeros(dimensions)
            if variance > least_spread**2:
                index = part[:, 0].mean(axis=-1) / variance
                error = (part[:, 0] - index[:, None] * square).std(axis=-1) / (math.sqrt(points) * variance)
            indices.append(index)
            errors.append(error)
        return indices[0], indices[1]

    found = sobol_indices(
        func=in_blocks,
        n=points,
        dists=[uniform()] * dimensions,
        method=saltelli,
        rng=np.random.default_rng(SEED),
    )
    return Shares(found.first_order, found.total_order, *errors)


def variance_shares(
    inputs: Inputs,
    scenario: Scenario,
    points: int = USUAL_POINTS,
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> pd.DataFrame:
    """Return what part of the variance of value each belief has, the largest first.

    Beliefs are drawn as futures are, but independently of each other: with correlations a variance has no parts that
    add up. Columns: lever, label, group, grade, first, first_error, total, total_error; `first` may fall below 0 by
    about its error. All are 0 where value does not vary. Raises as `shares_of_variance` does.
    """
    from scipy.special import ndtri

    def value(x: Floats) -> Floats:
        return evaluate(inputs, drawn_settings(scenario, ndtri(x)), series=()).metrics["npv_usd"]

    found = shares_of_variance(
        value, len(BELIEFS), points, least_spread=MATERIAL_USD, progress=progress, cancelled=cancelled
    )
    frame = pd.DataFrame(
        {
            "lever": [lever.id for lever in BELIEFS],
            "label": [lever.label for lever in BELIEFS],
            "group": [str(lever.group) for lever in BELIEFS],
            "grade": [grades(inputs)[lever.id] for lever in BELIEFS],
            "first": found.first,
            "first_error": found.first_error,
            "total": found.total,
            "total_error": found.total_error,
        }
    )
    return frame.sort_values("total", ascending=False, kind="stable", ignore_index=True)


# --- What that rests on


GRADED: Final = tuple(name for name in TABLES if name != "lever_correlations")
"""Tables of figures; how beliefs move together says nothing of how far one may lie from its base."""


@lru_cache(maxsize=8)
def grades(inputs: Inputs) -> Mapping[str, str]:
    """Return how certain the source of each lever's range is, one of GRADES by lever id.

    That of the most certain row that the data have from the source. A publication from which they have none counts as
    an estimate, our own reasoning as an assumption.
    """
    rows = pd.concat([inputs.tables[name][["source_id", "grade"]] for name in GRADED])
    of_source = {
        source: next(one for one in GRADES if one in set(own)) for source, own in rows.groupby("source_id")["grade"]
    }
    read_as = inputs.tables["sources"].set_index("source_id")["read_as"]
    return MappingProxyType(
        {
            lever.id: "assumption"
            if read_as[lever.source_id] == "derivation"
            else of_source.get(lever.source_id, "estimate")
            for lever in LEVERS
        }
    )


def evidence_mix(inputs: Inputs, shares: pd.DataFrame) -> pd.DataFrame:
    """Return what share of the variance of value rests on beliefs of each grade; columns: grade, share, levers.

    `share = sum of total over the grade's levers / sum of total over all`: what several levers do together counts for
    each of them. Shares add up to 1; without any variance all are 0. shares: as `variance_shares` returns them.
    """
    own = shares["lever"].map(grades(inputs))
    by_grade = shares["total"].groupby(own).agg(["sum", "count"]).reindex(list(GRADES), fill_value=0)
    whole = float(by_grade["sum"].sum())
    return pd.DataFrame(
        {
            "grade": GRADES,
            "share": by_grade["sum"].to_numpy() / whole if whole > 0.0 else np.zeros(len(GRADES)),
            "levers": by_grade["count"].to_numpy(),
        }
    )


# --- Where value turns


def switching(inputs: Inputs, scenario: Scenario) -> pd.DataFrame:
    """Return where value turns as each numeric lever is moved, the nearest first.

    Columns: lever, label, group, kind, unit, setting, turns_at (NaN: never), distance (`turns_at - setting`),
    setting_percentile, turns_percentile, jumps. Percentiles are those of the range that a belief's lever declares,
    around its base, wherever the scenario has set it; choices have none. `jumps` says that value does not pass through
    zero there. First come beliefs by their distance in percentiles, then choices by theirs as a share of their bounds,
    then what never turns.
    """
    levers = [lever for lever in LEVERS if lever.is_numeric]
    found = turns(inputs, scenario, levers)
    rows = []
    for lever in levers:
        turn, setting, base = found[lever.id], scenario.number(lever.id), lever.number(lever.base)
        turns_at = math.nan if turn is None else turn.at
        rows.append(
            {
                "lever": lever.id,
                "label": lever.label,
                "group": str(lever.group),
                "kind": str(lever.kind),
                "unit": lever.unit,
                "setting": setting,
                "turns_at": turns_at,
                "distance": turns_at - setting,
                "setting_percentile": percentile(lever, base, setting),
                "turns_percentile": percentile(lever, base, turns_at),
                "jumps": turn is not None and turn.jumps,
                "is_choice": lever.kind is Kind.CHOICE,
                "in_percentiles": abs(percentile(lever, base, turns_at) - percentile(lever, base, setting)),
                "in_bounds": abs(turns_at - setting) / (lever.maximum - lever.minimum),
            }
        )
    frame = pd.DataFrame(rows)
    frame = frame.assign(never=frame["turns_at"].isna())
    order = ["never", "is_choice", "in_percentiles", "in_bounds"]
    frame = frame.sort_values(order, kind="stable", ignore_index=True)
    return frame.drop(columns=order)
