"""What an hour of work costs, by quarter, the scenario's beside the baseline's."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.model.units import HOURS_PER_QUARTER
from core.story import frames
from core.views.cost.view import View

NAMES_APART: Final = 0.11
"""Least distance between the names of two lines, as a share of the highest point of an axis from zero."""
VARIANTS: Final = (("plan", "This scenario"), ("baseline", "Baseline"))
"""What each variant is called where its line ends."""
SAME_COST: Final = 1e-9
"""Costs of work that differ by less than this share are the same."""


def frame(view: View) -> pd.DataFrame:
    """Expense of an hour of H100-equivalent work that is done; columns: variant, quarter, time_years, usd, label_usd.

    `usd = expense / (demand * hours of a quarter)`, demand being what is required less headroom: all of it is done,
    on the fleet or rented. `label_usd` is where the name of a line stands at its end.
    """
    answer = view.answer
    demand = answer.world.required_h100e.sum(axis=1) / (1.0 + answer.world.levers["headroom"])
    expense = np.stack([course.expense_usd for course in answer.variants.values()])  # (variant, quarter)
    usd = expense / (demand * HOURS_PER_QUARTER)
    ends = frames.apart(usd[:, -1], NAMES_APART * float(usd.max()))
    return frames.long(
        {"variant": tuple(answer.variants), "quarter": frames.quarters(answer)},
        time_years=np.broadcast_to(frames.times(answer), usd.shape),
        usd=usd,
        label_usd=np.broadcast_to(ends[:, None], usd.shape),
    )


def table(view: View) -> pd.DataFrame:
    """Return the cost of an hour of work by quarter, this scenario's and the baseline's."""
    by_quarter = frame(view).pivot(index="quarter", columns="variant", values="usd")
    heads = {variant: f"{name} ($ an H100e-hour)" for variant, name in VARIANTS}
    by_quarter = by_quarter[list(heads)].rename(columns=heads).rename_axis(columns=None)
    return by_quarter.rename_axis("Quarter").reset_index()


def title(view: View) -> str:
    """Return the finding: where the cost of an hour of work goes, and how it compares."""
    answer, usd = view.answer, frame(view).set_index("variant")["usd"]
    (first, last), baseline = usd["plan"].iloc[[0, -1]], float(usd["baseline"].iloc[-1])
    told = f"An hour of work costs {fmt.USD.words(last, 3)} at the end of {answer.last_year}"
    more = last / baseline - 1.0
    way = f"as with {answer.baseline_words}"
    if abs(more) > SAME_COST:
        way = f"{fmt.percent(abs(more))} {'more' if more > 0 else 'less'} than with {answer.baseline_words}"
    return f"{told}, {way}; {fmt.USD.words(first, 3)} at first"


def caption(view: View) -> str:
    """Return what shaped the cost of an hour of work."""
    return (
        "Expense of a quarter over the hours of units of work that are needed in it, headroom left out. Thin: "
        f"{view.answer.baseline_words}."
    )
