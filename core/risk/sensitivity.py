"""What the answer hangs on: each belief at its ends, its share of the variance of value, and where value turns.

Frames with a row a lever, in base units. Formulas: docs/METHOD.md, "Answers drawn from value".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base.finance import MATERIAL_USD
from core.inputs.data import Inputs
from core.inputs.evidence import GRADES, TABLES, grades_in
from core.inputs.lever import Kind
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.model.model import PLAN, simulate
from core.model.sweep import believed, turns
from core.risk.futures import percentile
from core.risk.futures import settings as drawn_settings
from core.risk.run import Cancel, Progress
from core.risk.sequence import TOGETHER, places
from core.risk.variance import USUAL_POINTS, shares_of_variance

Floats = NDArray[np.float64]


# --- Each belief at its ends


def tornado(inputs: Inputs, scenario: Scenario) -> pd.DataFrame:
    """Return value with each belief at its 10th and at its 90th percentile, all other levers as they are set.

    Columns: lever, label, group, unit, grade (of the range's source), setting, low, high, npv_low_usd, npv_high_usd,
    swing_usd, crosses. `swing_usd` is how far value moves over low, setting and high; the widest comes first.
    `crosses` says whether value is at least 0 at one of the three and below 0 at another. Low and high are those that
    the lever declares, wherever the scenario has set it.
    """
    beliefs = scenario.levers.beliefs
    low, high = (np.array([lever.percentiles[side] for lever in beliefs]) for side in (0, 1))
    count = len(beliefs)
    # One point more: the scenario itself, for which the last lever is moved to where it is.
    x = np.concatenate([low, high, [scenario.number(beliefs[-1].id)]])
    npv = believed(inputs, scenario, beliefs, np.append(np.tile(np.arange(count), 2), count - 1), x)
    ends = np.stack([npv[:count], np.full(count, npv[-1]), npv[count:-1]])  # (low, setting, high; lever)
    frame = pd.DataFrame(
        {
            "lever": [lever.id for lever in beliefs],
            "label": [lever.label for lever in beliefs],
            "group": [str(lever.group) for lever in beliefs],
            "unit": [lever.unit for lever in beliefs],
            "grade": [grades(inputs)[lever.id] for lever in beliefs],
            "setting": [scenario.number(lever.id) for lever in beliefs],
            "low": low,
            "high": high,
            "npv_low_usd": ends[0],
            "npv_high_usd": ends[2],
            "swing_usd": np.ptp(ends, axis=0),
            "crosses": (ends >= 0.0).any(axis=0) & (ends < 0.0).any(axis=0),
        }
    )
    return frame.sort_values("swing_usd", ascending=False, kind="stable", ignore_index=True)


# --- What works against its direction


GRAIN_POINTS: Final = 9
"""Points over the range of a belief at which it is looked for where value moves against its direction."""


@dataclass(frozen=True)
class AgainstGrain:
    """A belief that works against its direction: what is bad for custom chips raises their value somewhere, or so."""

    lever: str
    start: float
    end: float  # beyond `start` on the way that is bad for custom chips
    gain_usd: float  # by how much value rises on it
    buys_less: bool  # more of what is asked costs too much there to be bought
    rationed_more: bool  # custom supply binds in more quarters there


@lru_cache(maxsize=16)
def against_grain(inputs: Inputs, scenario: Scenario) -> AgainstGrain | None:
    """Return the belief that moves value most against its direction within its range; None if none does.

    Value is taken at even points over the range, all else as set. Only a scenario that asks for no less custom work
    than its baseline anywhere is looked at: in others each belief has either direction.
    """
    asked = np.array([scenario.number(adoption(one)) for one in inputs.workloads])
    levers = [lever for lever in scenario.levers.beliefs if lever.helps_custom]
    if scenario["baseline"] == "hold" and (asked < inputs.custom_share_today).any():
        return None
    each = [
        np.linspace(*lever.percentiles, GRAIN_POINTS)[:: -lever.helps_custom] for lever in levers
    ]  # worse and worse
    x = np.stack([np.round(points) if lever.whole else points for lever, points in zip(levers, each, strict=True)])
    npv = believed(inputs, scenario, levers, np.repeat(np.arange(len(levers)), GRAIN_POINTS), x.ravel())
    rises = np.diff(npv.reshape(x.shape), axis=1)
    lever, step = np.unravel_index(int(np.argmax(rises)), rises.shape)
    if rises[lever, step] < MATERIAL_GRAIN * np.abs(npv).max():
        return None
    ends = [
        simulate(inputs, columns([scenario.replace(**{levers[lever].id: levers[lever].value(float(at))})]))
        for at in x[lever, step : step + 2]
    ]
    held = [float(one.fleet.held_back_h100e[:, :, PLAN].sum()) for one in ends]
    rationed = [int(one.fleet.rationed[:, PLAN].sum()) for one in ends]
    return AgainstGrain(
        levers[lever].id,
        float(x[lever, step]),
        float(x[lever, step + 1]),
        float(rises[lever, step]),
        held[1] > held[0],
        rationed[1] > rationed[0],
    )


MATERIAL_GRAIN: Final = 0.005
"""A rise of value against the direction of a belief that is a smaller share of value than this is not spoken of."""


# --- What the variance of value comes from


def variance_shares(
    inputs: Inputs,
    scenario: Scenario,
    points: int = USUAL_POINTS,
    *,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> pd.DataFrame:
    """Return what part of the variance of value each belief has, the largest first.

    Beliefs are drawn as futures are, but independently of each other: with correlations a variance has no parts that
    add up. Columns: lever, label, group, grade, first, first_error, total, total_error; `first` may fall below 0 by
    about its error. All are 0 where value does not vary. Raises as `shares_of_variance` does.
    """
    from scipy.special import ndtri

    beliefs = scenario.levers.beliefs

    def value(x: Floats) -> Floats:
        return evaluate(inputs, drawn_settings(scenario, ndtri(x)), series=()).metrics["npv_usd"]

    found = shares_of_variance(
        value,
        places(beliefs),
        points,
        together=TOGETHER,
        least_spread=MATERIAL_USD,
        progress=progress,
        cancelled=cancelled,
    )
    frame = pd.DataFrame(
        {
            "lever": [lever.id for lever in beliefs],
            "label": [lever.label for lever in beliefs],
            "group": [str(lever.group) for lever in beliefs],
            "grade": [grades(inputs)[lever.id] for lever in beliefs],
            "first": found.first,
            "first_error": found.first_error,
            "total": found.total,
            "total_error": found.total_error,
        }
    )
    return frame.sort_values("total", ascending=False, kind="stable", ignore_index=True)


# --- What that rests on


GRADED: Final = tuple(name for name in TABLES if name not in ("lever_correlations", "levers"))
"""Tables of figures; how beliefs move together says nothing of how far one may lie from its base."""


@lru_cache(maxsize=8)
def grades(inputs: Inputs) -> Mapping[str, str]:
    """Return how certain the source of each lever's range is, one of GRADES by lever id.

    That of the lever's own row, if it claims to be more than an assumption; else that of the most certain row of
    figures that the data have from the source. A publication from which they have none counts as an estimate, our own
    reasoning as an assumption.
    """
    own_rows = inputs.tables["levers"]
    claimed = {str(row["lever_id"]): str(row["grade"]) for _, row in own_rows.iterrows() if row["grade"] != GRADES[-1]}
    rows = pd.concat([inputs.tables[name][["source_id", "grade"]] for name in GRADED])
    of_source = {
        source: next(one for one in GRADES if one in set(own)) for source, own in rows.groupby("source_id")["grade"]
    }
    read_as = inputs.tables["sources"].set_index("source_id")["read_as"]
    return MappingProxyType(
        {
            lever.id: claimed.get(lever.id)
            or (
                "assumption" if read_as[lever.source_id] == "derivation" else of_source.get(lever.source_id, "estimate")
            )
            for lever in inputs.levers.values()
        }
    )


def evidence_mix(inputs: Inputs, shares: pd.DataFrame) -> pd.DataFrame:
    """Return what share of the variance of value rests on beliefs of each grade; columns: grade, share, levers.

    `share = sum of total over the grade's levers / sum of total over all`: what several levers do together counts for
    each of them. Shares add up to 1; without any variance all are 0. shares: as `variance_shares` returns them.
    """
    known, own = grades_in(inputs), shares["lever"].map(grades(inputs))
    by_grade = shares["total"].groupby(own).agg(["sum", "count"]).reindex(list(known), fill_value=0)
    whole = float(by_grade["sum"].sum())
    return pd.DataFrame(
        {
            "grade": known,
            "share": by_grade["sum"].to_numpy() / whole if whole > 0.0 else np.zeros(len(known)),
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
    levers = [lever for lever in scenario.levers.values() if lever.is_numeric]
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
