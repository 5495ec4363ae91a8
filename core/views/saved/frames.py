"""Tidy frames of a saved report, in base units and in the form of those of core.story.frames."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base.quarters import QUARTERS_PER_YEAR
from core.story.frames import with_places_of_names
from core.views.saved.reading import CAPITAL, Report, needed, quarterly, yearly

ALL_CHIPS: Final = "All chips"


def spending(saved: Report, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return cash by year and kind as core.story.frames.spending does; `kinds` are core.story.frames.spending_kinds.

    Of the baseline a report holds the total alone, as kind `All`. Running cost is what of cash is none of the others,
    so that the kinds of a year add up to its cash. Raises UnreadableError if a series is missing.
    """
    quarters = quarterly(saved)
    names = (*CAPITAL, "warrant_usd", "cash_usd")
    years = [year for year, _ in yearly(quarters, "cash_usd")]
    by_name = {name: [usd for _, usd in yearly(quarters, name)] for name in names}
    parts = []
    for year, custom, nvidia, amd, facility, warrant, cash in zip(years, *by_name.values(), strict=True):
        bought = (custom, nvidia, amd - warrant, facility)
        parts += [("plan", year, kind, usd) for kind, usd in zip(kinds, (*bought, cash - sum(bought)), strict=True)]
    parts += [("baseline", year, "All", usd) for year, usd in yearly(quarters, "baseline_cash_usd")]
    return pd.DataFrame(parts, columns=pd.Index(["variant", "year", "kind", "usd"]))


def power(saved: Report) -> pd.DataFrame:
    """Return IT load and capacity by quarter in the form of core.story.frames.power; a report knows no suppliers here.

    Raises UnreadableError if a series is missing.
    """
    quarters = quarterly(saved)
    load = pd.DataFrame(
        {
            "variant": "plan",
            "quarter": [row["quarter"] for row in quarters],
            "supplier": ALL_CHIPS,
            "mw": [needed(row, "mw_it") for row in quarters],
            "capacity_mw": [needed(row, "capacity_mw") for row in quarters],
            "time_years": [
                answer.calendar.first_year + quarter_index(row["quarter"]) / QUARTERS_PER_YEAR for row in quarters
            ],
        }
    )
    return with_places_of_names(load)
