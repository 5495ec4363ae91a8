"""Tidy frames of the custom programme, in base units: what it costs by year, and value by volume, delay and workload.

Value is against exit, that is against stopping today: what is spent before the first quarter is sunk, in neither
course.
Formulas: docs/METHOD.md, "The custom programme" and "Value". `variant` is `plan` (the scenario) or `exit`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM
from core.model.evaluate import by_year
from core.model.model import EXIT, PLAN, Course
from core.model.units import HOURS_PER_QUARTER
from core.story import frames
from core.story.answer import Answer
from core.story.labels import workload_labels
from core.views.programme.fixed_cost import custom_chips, custom_work
from core.views.programme.setbacks import AS_SET, OUTCOMES, Setback, Setbacks, outcomes_h100e
from core.views.programme.volume import Volume

Floats = NDArray[np.float64]

KINDS: Final = {"team": "Teams", "nre": "Design and tape-out", "enablement": "Moving workloads over"}
"""What each kind of item is called, in the order in which they are stacked."""


# --- What it costs


def _variants(answer: Answer) -> dict[str, Course]:
    """Return the two courses that are shown, by name."""
    return {"plan": answer.plan, "exit": answer.exit}


def spending(answer: Answer) -> pd.DataFrame:
    """Programme spending by year and item, of the scenario and of exit; columns: variant, year, item, kind, usd."""
    items = answer.inputs.programme
    usd = np.stack([by_year(frames.items_usd(answer, course)) for course in (PLAN, EXIT)])  # (variant, year, item)
    index = {"variant": tuple(_variants(answer)), "year": frames.years(answer), "item": items.name}
    kinds = np.array([KINDS[kind] for kind in items.kind], dtype=object)
    return frames.long(index, kind=np.broadcast_to(kinds, usd.shape), usd=usd)


def drawn_spending(spent: pd.DataFrame) -> pd.DataFrame:
    """Return `spending` without what is nothing."""
    some: pd.DataFrame = spent[spent["usd"] > 0.0]
    return some


def fixed_cost_by_year(answer: Answer) -> pd.DataFrame:
    """Programme spending of a year over what is bought and works in it, of the scenario and of exit.

    Columns: variant, year, usd, chips, h100e (custom work in service, average), usd_per_chip (NaN in a year that buys
    none), usd_per_h100e_hour (NaN in a year without custom work).
    """
    courses = _variants(answer).values()
    bought = [course.bought_h100e[:, CUSTOM] for course in courses]
    usd = np.stack([by_year(course.programme_usd) for course in courses])  # (variant, year)
    chips = np.stack([by_year(custom_chips(answer, one)) for one in bought])
    work = np.stack([by_year(custom_work(answer, one)) for one in bought])  # H100e-quarters
    return frames.long(
        {"variant": tuple(_variants(answer)), "year": frames.years(answer)},
        usd=usd,
        chips=chips,
        h100e=work / QUARTERS_PER_YEAR,
        usd_per_chip=np.where(chips >= 1.0, usd / np.maximum(chips, 1.0), np.nan),
        usd_per_h100e_hour=np.where(work >= 1.0, usd / (np.maximum(work, 1.0) * HOURS_PER_QUARTER), np.nan),
    )


def drawn_years(years: pd.DataFrame) -> pd.DataFrame:
    """Return the years of `fixed_cost_by_year` in which the scenario buys custom chips that carry the fixed cost.

    None if there is no fixed cost in any year.
    """
    plan = years[years["variant"] == "plan"]
    is_known = np.isfinite(plan["usd_per_chip"]) & (plan["usd"].sum() >= MATERIAL_USD)
    known: pd.DataFrame = plan[is_known]
    return known


# --- How much it must deliver


NEAR: Final = 0.08
"""Two marks that lie nearer than this share of the chart in both directions have one name."""


def volume_curve(answer: Answer, found: Volume) -> pd.DataFrame:
    """Value against exit by volume, for the chart; columns: factor, usd, chips, h100e, mark, name, is_right,
    is_above.

    `mark` is `here` for the scenario, `break-even` for where value turns, `hold` for the value of today's mix held,
    at both ends of the line, and empty for the line itself. `name` is what stands beside a mark: on its left
    if the mark `is_right`, in the right part of the chart, and above it or not, so that it stays clear of the line.
    """
    points = np.stack([found.factor, found.value_usd, found.chips, found.h100e], axis=1)  # (point, column)
    ends = points[[0, -1]]
    ends[:, 1] = float(answer.exit.pv_cost_usd - answer.hold.pv_cost_usd)
    parts, marks, names = [points, ends], [""] * len(points) + ["hold"] * 2, [""] * (len(points) + 2)
    if found.here >= 0:
        parts.append(points[[found.here]])
        marks.append("here")
        names.append("this scenario")
    if np.isfinite(found.break_even):
        at = np.array([found.break_even, 0.0, found.at_break_even(found.chips), found.at_break_even(found.h100e)])
        spans = np.ptp(points[:, :2], axis=0)
        is_near = found.here >= 0 and bool((np.abs(points[found.here, :2] - at[:2]) < NEAR * spans).all())
        parts.append(at[None])
        marks.append("break-even")
        names.append("" if is_near else "break-even")
        if is_near:
            names[-2] = "this scenario, near break-even"
    drawn = np.concatenate(parts)
    factor = drawn[:, 0]
    is_right = factor > 0.6 * found.factor[-1]
    slope = np.interp(factor, found.factor, np.gradient(found.value_usd, found.factor))
    columns = dict(zip(("factor", "usd", "chips", "h100e"), drawn.T, strict=True))
    beside = {"mark": marks, "name": names, "is_right": is_right, "is_above": is_right == (slope >= 0.0)}
    return pd.DataFrame({**columns, **beside})


# --- What a delay or a slow chip costs, and what is done about it


def delay_curve(found: Setbacks) -> pd.DataFrame:
    """Value against exit by delay under both rules, for the chart.

    Columns: delay_quarters, rule (`own`, `stop`), usd, own_usd, stop_usd, option_usd, here, label_usd (where the name
    of a line stands). Empty if neither delay nor rule makes a difference.
    """
    usd = found.by_delay.T  # (rule, delay)
    own, stop = usd
    ends = frames.apart(usd[:, -1], frames.LABEL_GAP * float(np.ptp(usd)))
    frame = frames.long(
        {"rule": ("own", "stop"), "delay_quarters": found.delays},
        usd=usd,
        own_usd=np.broadcast_to(own, usd.shape),
        stop_usd=np.broadcast_to(stop, usd.shape),
        option_usd=np.broadcast_to(stop - own, usd.shape),
    )
    frame.insert(1, "rule", frame.pop("rule"))
    is_here = frame["delay_quarters"] == found.delay_quarters
    frame = frame.assign(here=is_here, label_usd=np.repeat(ends, len(found.delays)))
    return frame if np.ptp(usd) >= MATERIAL_USD else frame.iloc[:0]


def outcomes(found: Setbacks, setback: Setback, premium: float) -> pd.DataFrame:
    """What becomes of the custom work asked for, by quarter, beside what is bought as set; empty if none is asked for.

    Columns: quarter, outcome, h100e, as_set_h100e.
    """
    asked = outcomes_h100e(found, setback, premium).sum(axis=1)  # (quarter, outcome)
    as_set = outcomes_h100e(found, AS_SET, premium).sum(axis=1)[:, :1]  # (quarter, 1) bought
    index = {"quarter": found.quarters, "outcome": OUTCOMES}
    frame = frames.long(index, h100e=asked, as_set_h100e=np.broadcast_to(as_set, asked.shape))
    return frame if asked.any() or as_set.any() else frame.iloc[:0]


# --- What each workload brings


def worth(answer: Answer, by_workload_usd: Floats) -> pd.DataFrame:
    """Each workload's part of value against exit; columns: workload, usd, words. by_workload_usd: (workload,)."""
    words = [fmt.usd(float(usd), signed=True) for usd in by_workload_usd]
    return pd.DataFrame({"workload": workload_labels(answer.inputs), "usd": by_workload_usd, "words": words})
