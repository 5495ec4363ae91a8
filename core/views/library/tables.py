"""The lists of the library: saved scenarios as a list shows them, the trash, and ready-made scenarios.

Only what a list reads of a scenario is used, never its report. So a scenario that this version can neither read nor
work out again is listed like any other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import pandas as pd

from core.base.format import GW, MISSING, USD_BN, sentence
from core.store.records import Entry, Search
from core.store.store import TRASH_DAYS
from core.story.odds import KeptOdds
from core.views.library.finding import ago

NAME: Final = "Name"
VALUE: Final = f"Value, {USD_BN.name}"
ODDS: Final = "Pays in futures"
CAPEX: Final = f"Capital, first year, {USD_BN.name}"
PEAK: Final = f"Peak, {GW.name}"
PAYBACK: Final = "Payback / accretive"
CASH: Final = "Cash by year"
OWNER: Final = "Owner"
SAVED: Final = "Saved"
VERSION: Final = "Version"
FIGURES: Final = "Figures"
TAGS: Final = "Tags"
WHAT: Final = "What it is"
TRASHED: Final = "In the trash"
LEFT: Final = "Days left"

HELP: Final[Mapping[str, str]] = {
    VALUE: "After tax, against the scenario's own baseline",
    ODDS: "Share of futures in which it is worth its while, and how many were drawn, as worked out when it was saved",
    CAPEX: "Chips and data centres bought in the first year that is modelled, before warrants",
    PEAK: "The highest IT load of all accelerators",
    PAYBACK: "Quarter from which on what was laid out is back / first year from which on expense is lower",
    CASH: "Cash spent in each year before tax; all rows on one scale",
    SAVED: "When the latest version was saved",
    FIGURES: "Whether they are of the model and data in use now; if not, the scenario once opened says what changed; "
    "one of another company is shown as it was saved",
    LEFT: "Days until it is removed for good",
}
"""What headings mean."""

SORT_OF: Final[Mapping[str, str]] = {
    SAVED: "updated",
    NAME: "name",
    VALUE: "value_usd",
    CAPEX: "capex_first_year_usd",
    PEAK: "peak_mw_it",
    OWNER: "owner",
}
"""The columns that a list can be sorted by, with what core.store.store.SORTS calls them."""

SORTS: Final[Mapping[str, tuple[str, bool]]] = {
    "Saved, newest first": ("updated", True),
    "Saved, oldest first": ("updated", False),
    "Name, A to Z": ("name", False),
    "Name, Z to A": ("name", True),
    "Value, highest first": ("value_usd", True),
    "Value, lowest first": ("value_usd", False),
    "Capital, first year, highest first": ("capex_first_year_usd", True),
    "Capital, first year, lowest first": ("capex_first_year_usd", False),
    "Peak power, highest first": ("peak_mw_it", True),
    "Peak power, lowest first": ("peak_mw_it", False),
    "Owner, A to Z": ("owner", False),
    "Owner, Z to A": ("owner", True),
}
"""The orders of a list in words, each with its column in core.store.store.SORTS and whether it descends."""


def unfiltered(search: Search) -> bool:
    """True if `search` leaves nothing out."""
    return not search.text.strip() and search.owner is None and search.tag is None


def saved_table(
    entries: Sequence[Entry], marks: Sequence[str], sure: Sequence[KeptOdds | None], now: datetime
) -> pd.DataFrame:
    """Return saved scenarios as they are listed, a row each; `marks` are those of `mark`, `sure` the odds as saved."""
    rows = [
        {
            **_figures(entry.name, entry.latest.summary, entry.latest.sparkline, one),
            FIGURES: said,
            TAGS: list(entry.tags),
            OWNER: entry.owner,
            SAVED: ago(entry.updated_at, now),
            VERSION: f"v{entry.latest.number}",
        }
        for entry, said, one in zip(entries, marks, sure, strict=True)
    ]
    return pd.DataFrame(rows)


def trash_table(entries: Sequence[Entry], now: datetime) -> pd.DataFrame:
    """Return scenarios in the trash as they are listed, a row each."""
    rows = [
        {
            NAME: entry.name,
            VALUE: _in(USD_BN.scale, entry.latest.summary.get("value_usd")),
            LEFT: days_left(entry.deleted_at or now, now),
            TRASHED: ago(entry.deleted_at or now, now),
            OWNER: entry.owner,
            VERSION: f"v{entry.latest.number}",
            TAGS: list(entry.tags),
        }
        for entry in entries
    ]
    return pd.DataFrame(rows)


def ready_made_table(
    summaries: Mapping[str, Mapping[str, Any]],
    sparklines: Mapping[str, Sequence[float]],
    what: Mapping[str, str],
    sure: Mapping[str, KeptOdds | None],
) -> pd.DataFrame:
    """Return the ready-made scenarios, a row each.

    Of each there is by name its summary, its sparkline, `what_it_is` and its odds as far as they are known.
    """
    rows = [
        {**_figures(name, summary, sparklines[name], sure[name]), WHAT: what[name]}
        for name, summary in summaries.items()
    ]
    return pd.DataFrame(rows)


def _figures(
    name: str, summary: Mapping[str, Any], sparkline: Sequence[float], sure: KeptOdds | None
) -> dict[str, object]:
    return {
        NAME: name,
        VALUE: _in(USD_BN.scale, summary.get("value_usd")),
        ODDS: MISSING if sure is None else sure.pays,
        CAPEX: _in(USD_BN.scale, summary.get("capex_first_year_usd")),
        PEAK: _in(GW.scale, summary.get("peak_mw_it")),
        PAYBACK: _dates(summary.get("payback"), summary.get("first_accretive_year")),
        CASH: [usd / USD_BN.scale for usd in sparkline],
    }


def _in(scale: float, value: object) -> float:
    return value / scale if isinstance(value, int | float) else math.nan


def _dates(*values: object) -> str:
    words = [MISSING if value is None else sentence(str(value)) for value in values]
    return " / ".join(dict.fromkeys(words))  # what is never paid back is never accretive either: said once


def mark(
    entry: Entry, model_version: str, data_version: str, readable: bool = True, of_other_data: bool = False
) -> str:
    """Return whether a scenario's figures are of the model and data in use, in words.

    of_other_data: they are of another case, whatever its versions.
    """
    if of_other_data:
        return "other company"
    if not readable:
        return "unreadable"
    other_model = entry.latest.model_version != model_version
    other_data = entry.latest.data_version != data_version
    if other_model and other_data:
        return "other versions"
    return "other model" if other_model else "other data" if other_data else "current"


def days_left(deleted_at: datetime, now: datetime) -> int:
    """Return the days until a scenario in the trash is removed for good, one begun counted whole; 0 if it is due."""
    left = deleted_at + timedelta(days=TRASH_DAYS) - now
    return max(0, math.ceil(left / timedelta(days=1)))
