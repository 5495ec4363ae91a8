"""Tidy tables of scenarios side by side and of the bridge between two, in base units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.story import frames as story
from core.story.settings import in_words
from core.story.steps import MOST_BARS, step_bars
from core.views.compare.names import lever_name
from core.views.compare.view import View


def plan_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the scenario itself."""
    return frame[frame["variant"] == "plan"]


def spending(view: View) -> list[pd.DataFrame]:
    """Return cash by year and kind, a frame a scenario, as core.story.frames.spending.

    Variant `baseline` is the first scenario, in the others' frames; `scale` spans all frames' years and heights.
    """
    plans = [plan_of(story.spending(one.answer)) for one in view.compared]
    every = pd.concat(plans, keys=range(len(plans)), names=["scenario"])
    heights = [every["usd"].clip(lower=0.0), every["usd"].clip(upper=0.0)]
    up, down = (height.groupby([every.index.get_level_values("scenario"), every["year"]]).sum() for height in heights)
    ends = np.array([up.max(), down.min()])
    years = sorted(every["year"].unique())
    index = {"variant": ("scale",), "year": years, "kind": (every["kind"].iloc[0],), "end": ("top", "bottom")}
    scale = story.long(index, usd=np.broadcast_to(ends, (len(years), ends.size))).drop(columns="end")
    return _with_reference(plans, scale)


def power(view: View) -> list[pd.DataFrame]:
    """Return IT load by quarter and supplier, a frame a scenario, as story.frames.power; variants as in `spending`."""
    plans = [plan_of(story.power(one.answer)) for one in view.compared]
    tops = [max(plan.groupby("quarter")["mw"].sum().max(), plan["capacity_mw"].max()) for plan in plans]
    longest = max(plans, key=len).drop_duplicates("quarter")
    scale = longest.assign(variant="scale", mw=max(tops), capacity_mw=max(tops))
    return _with_reference(plans, scale)


def _with_reference(plans: list[pd.DataFrame], scale: pd.DataFrame) -> list[pd.DataFrame]:
    reference = plans[0].assign(variant="baseline")
    return [pd.concat([plan, *([reference] if i else []), scale], ignore_index=True) for i, plan in enumerate(plans)]


def bridge(view: View) -> pd.DataFrame:
    """Return the bars of the bridge, the largest first and what is left in one; see `step_bars`.

    Empty if no lever differs.
    """
    between, measure = view.bridge, view.measure
    start, parts, end = between.of(measure)
    order = [int(i) for i in np.argsort(-np.abs(parts), kind="stable") if parts[i]]
    most = len(order) if len(order) == MOST_BARS + 1 else MOST_BARS  # one alone is told by its name
    shown, rest = order[:most], order[most:]
    steps = [
        (
            lever_name(between.inputs, lever := between.levers[i]),
            float(parts[i]),
            f"{in_words(lever, between.before[lever.id])} → {in_words(lever, between.after[lever.id])}",
        )
        for i in shown
    ]
    if rest:
        steps.append((fmt.counted(len(rest), "other lever"), float(parts[rest].sum()), "in the table below"))
    ends = ((f"From: {view.names[0]}", start), (f"To: {view.names[1]}", end))
    bars = step_bars(ends, steps, between.unit(measure), measure.more_is_good)
    return bars if between.levers else bars.iloc[:0]
