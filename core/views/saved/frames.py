"""Tidy frames of a saved report, in base units and in the form of those of core.story.frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from core.base.format import sentence
from core.model.evaluate import capex_name
from core.story.frames import long, places_of_names
from core.views.saved.reading import FACILITY, Report, chips_of, needed, quarterly, time_years, warranted, yearly

ALL_CHIPS: Final = "All chips"
FACILITIES: Final = "Facilities"
RUNNING: Final = "Running cost"
LESS_WARRANTS: Final = "Running, net"
"""Running cost less what all warrants earn together."""


def kinds(saved: Report, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the kinds of spending of a report in the order in which they are stacked, as core.story.frames has them.

    names: what suppliers are called, by id; one that is not there goes by its id.
    """
    chips = (names.get(supplier, sentence(supplier)) for supplier in chips_of(saved))
    return (*chips, FACILITIES, LESS_WARRANTS if _is_shared_out(saved) else RUNNING)


def spending(saved: Report, names: Mapping[str, str]) -> pd.DataFrame:
    """Return cash by year and kind as core.story.frames.spending does; names: as of `kinds`.

    A report holds what all warrants earn together: where one supplier alone has one, its chips are less that. Of the
    baseline it holds the total alone, as kind `All`. Running cost is what of cash is none of the others, so that the
    kinds of a year add up to its cash. Raises UnreadableError if a series is missing.
    """
    quarters, suppliers, labels = quarterly(saved), chips_of(saved), kinds(saved, names)
    cash = dict(yearly(quarters, "cash_usd"))
    warrant = dict(yearly(quarters, "warrant_usd"))
    bought = [dict(yearly(quarters, capex_name(supplier))) for supplier in (*suppliers, FACILITY)]
    [earner] = warranted(saved) if len(warranted(saved)) == 1 else [None]
    parts: list[tuple[str, int, str, float]] = []
    for year, total in cash.items():
        of_year = [one[year] for one in bought]
        if earner in suppliers:
            of_year[suppliers.index(earner)] -= warrant[year]
        parts += _row("plan", year, labels, [*of_year, total - sum(of_year)])
    for year, total in yearly(quarters, "baseline_cash_usd"):
        parts += _row("baseline", year, ["All"], [total])
    return pd.DataFrame(parts, columns=pd.Index(["variant", "year", "kind", "usd"]))


def _row(variant: str, year: int, labels: Sequence[str], usd: Sequence[float]) -> list[tuple[str, int, str, float]]:
    return [(variant, year, label, one) for label, one in zip(labels, usd, strict=True)]


def _is_shared_out(saved: Report) -> bool:
    """True if several suppliers have a warrant, so that nobody can tell whose earned what."""
    return len(warranted(saved)) > 1


def power(saved: Report) -> pd.DataFrame:
    """Return IT load and capacity by quarter in the form of core.story.frames.power; a report knows no suppliers here.

    Raises UnreadableError if a series is missing.
    """
    rows = quarterly(saved)
    mw, capacity_mw = (
        np.array([needed(row, name) for row in rows])[None, :, None] for name in ("mw_it", "capacity_mw")
    )
    return long(
        {"variant": ("plan",), "quarter": [row["quarter"] for row in rows], "supplier": (ALL_CHIPS,)},
        mw=mw,
        capacity_mw=capacity_mw,
        time_years=np.array([time_years(row) for row in rows]),
        **places_of_names((ALL_CHIPS,), mw, float(capacity_mw[0, -1, 0])),
    )
