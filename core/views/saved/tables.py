"""The tables of a saved revision, as they are read."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.format import Unit
from core.story.labels import workload_labels
from core.story.settings import in_words
from core.story.tables import pivot
from core.views.saved.difference import Reopening, less
from core.views.saved.finding import signed_words
from core.views.saved.reading import contributions, figure_words, headline

SOLD: Final = "Today, chips sold"
"""Heading of the figures of today's model with the residual value of a model that had all chips sold at the horizon."""


def against_today(reopening: Reopening) -> pd.DataFrame:
    """Saved against today in words, a row a headline figure; dates go from what they were to what they are.

    Where the saved model had all chips sold at the horizon, a column says what that gives today.
    """
    sold = {figure.name: figure.words for figure in headline(reopening.sold)} if reopening.sold is not None else {}
    return pd.DataFrame(
        [
            {
                "Figure": move.label,
                "Saved": figure_words(move.unit, move.saved),
                "Today": figure_words(move.unit, move.today),
                **({SOLD: sold[move.name]} if sold else {}),
                "Difference": _between(move.unit, move.saved, move.today, relative=True),
                "Of it data": _between(move.unit, move.archived, move.today),
                "Of it model": _between(move.unit, move.saved, move.archived),
            }
            for move in reopening.moves
        ]
    )


def contributions_of(reopening: Reopening) -> pd.DataFrame:
    """What each workload contributes, as saved and today, where the two are measured otherwise."""
    then, now = contributions(reopening.saved), contributions(reopening.today)
    labels = dict(zip(reopening.inputs.workloads, workload_labels(reopening.inputs), strict=True))
    return pd.DataFrame(
        [
            {
                "Workload": labels.get(workload, workload),
                "Saved: lost without it": figure_words(fmt.USD_BN, then.get(workload)),
                "Today: its part of value": figure_words(fmt.USD_BN, now.get(workload)),
            }
            for workload in dict.fromkeys((*then, *now))
        ]
    )


def added_levers(reopening: Reopening) -> pd.DataFrame:
    """Levers that the saved report did not have, with the base at which they stand."""
    return pd.DataFrame(
        [{"Lever": lever.label, "At base": in_words(lever, lever.base)} for lever in reopening.added_levers]
    )


def _between(unit: Unit | None, before: float | str | None, after: float | str | None, relative: bool = False) -> str:
    """Return the way from one figure to another; `relative` says it in per cent too."""
    if before is None or after is None:
        return fmt.MISSING
    if before == after:
        return "no change"
    change = less(after, before)
    if change is None:
        return f"{figure_words(unit, before)} → {figure_words(unit, after)}"
    share = f", {fmt.percent(change / abs(float(before)), signed=True)}" if relative and before else ""
    return f"{signed_words(unit, change)}{share}"


def changed_inputs(changes: pd.DataFrame) -> pd.DataFrame:
    """Return what changed in the data as it is read."""
    words = dict.fromkeys(("unit", "grade", "source"), "")
    shown = changes.astype(dict.fromkeys(words, object)).fillna(words)
    change = ["" if pd.isna(share) else fmt.percent(share, signed=True) for share in changes["change_share"]]
    shown = shown.assign(change_share=change).rename(columns={"change_share": "change"})
    return shown.rename(columns=str.capitalize)


# --- Behind the charts of what was saved


def spending(frame: pd.DataFrame) -> pd.DataFrame:
    """Cash by year and kind with the baseline's total, $ B; `frame` is that of core.views.saved.frames.spending."""
    plan, baseline = (frame[frame["variant"] == variant] for variant in ("plan", "baseline"))
    table = pivot(plan, "year", "kind", "usd", fmt.USD_BN)
    table[f"Baseline ({fmt.USD_BN.name})"] = baseline["usd"].to_numpy() / fmt.USD_BN.scale
    return table


def power(frame: pd.DataFrame) -> pd.DataFrame:
    """IT load and what can be powered by quarter, GW; `frame` is that of core.views.saved.frames.power."""
    return pd.DataFrame(
        {
            "Quarter": frame["quarter"],
            f"IT load ({fmt.GW.name})": frame["mw"] / fmt.GW.scale,
            f"Capacity ({fmt.GW.name})": frame["capacity_mw"] / fmt.GW.scale,
        }
    )
