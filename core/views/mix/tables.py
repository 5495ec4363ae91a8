"""The tables behind the figures of the Best mix page, in the reader's units."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.data import Inputs
from core.risk.mix.archive import BAD_TENTH, EXPECTED
from core.risk.mix.problem import Problem
from core.risk.mix.solve import SoFar
from core.story.settings import in_words
from core.views.mix import finding, frames
from core.views.mix.view import View

BN: Final = fmt.USD_BN.scale
MOST_COMMITMENTS: Final = 10
"""Commitments that are read on the page; all stand in the table behind it."""
MOST_SIGNPOSTS: Final = 6
KINDS: Final = {"frontier": "on the frontier", "marked": "best by another measure", "held": "held against it"}


def frontier(view: View) -> pd.DataFrame:
    """Return all mixes and courses with what they are worth."""
    rows = frames.frontier(view)
    return pd.DataFrame(
        {
            "Mix": rows["name"],
            "Kind": rows["kind"].map(KINDS),
            "Expected, $ B": rows["expected_usd"] / BN,
            "Bad tenth, $ B": rows["bad_tenth_usd"] / BN,
            "Pays in": rows["odds"],
            "Sets": rows["shares"],
        }
    )


def so_far(problem: Problem, found: SoFar) -> pd.DataFrame:
    """Return the frontier as far as a search has found it, from the best expected value on."""
    return pd.DataFrame(
        {
            "The best mixes so far": [fmt.sentence(finding.mix_words(problem.inputs, one)) for one in found.levers],
            "Expected": [fmt.usd(float(one), signed=True) for one in found.worth_usd[:, EXPECTED]],
            "Bad tenth": [fmt.usd(float(one), signed=True) for one in found.worth_usd[:, BAD_TENTH]],
        }
    )


def settings(view: View) -> pd.DataFrame:
    """Return what the mix sets beside the reader's own and today's."""
    rows = frames.settings(view)
    return pd.DataFrame(
        {"Choice": rows["choice"], "This mix": rows["mix"], "Yours": rows["own"], "Today": rows["today"]}
    )


def capital(view: View) -> pd.DataFrame:
    """Return capital spending by year: by supplier and in all, the reader's own, and the futures' range."""
    parts = frames.capital(view)
    wide = parts[parts["variant"] == "mix"].pivot(index="year", columns="kind", values="usd") / BN
    total = frames.capital_total(view)
    ordered = wide[list(dict.fromkeys(parts["kind"]))]
    ordered.columns = pd.Index([f"{name}, $ B" for name in ordered.columns])
    ordered = ordered.reset_index(names="Year")
    return ordered.assign(
        **{
            "All, $ B": total["mix_usd"] / BN,
            "Yours, $ B": total["own_usd"] / BN,
            "One future in ten below, $ B": total["low_usd"] / BN,
            "One in ten above, $ B": total["high_usd"] / BN,
        }
    )


def agreements(view: View) -> pd.DataFrame:
    """Return every agreement with whether the mix and the reader's own meet it."""
    rows = frames.agreements(view)
    return pd.DataFrame(
        {"Agreement": rows["name"], "This mix": rows["mix_usd"].map(_met), "Yours": rows["own_usd"].map(_met)}
    )


def _met(short_usd: float) -> str:
    return "met" if short_usd < MATERIAL_USD else f"{fmt.usd(short_usd)} short"


def limits(view: View) -> pd.DataFrame:
    """Return every limit, what it bounds, how often futures break it, and its price where it binds."""
    rows, asked = frames.limits(view).to_dict("records"), view.problem.limits
    prices = {one.limit.name: finding.price_words(one, view.inputs) for one in view.found.binding}
    return pd.DataFrame(
        [
            {
                "Limit": fmt.sentence(finding.limit_words(limit, view.inputs)),
                "This mix": finding.figure_words(limit, row["mix"]),
                "Yours": finding.figure_words(limit, row["own"]),
                "Broken in": f"{fmt.chance(row['breaks'])} of futures",
                "Price at the best mix": prices.get(limit.name, "does not bind"),
            }
            for limit, row in zip(asked, rows, strict=True)
        ],
        columns=["Limit", "This mix", "Yours", "Broken in", "Price at the best mix"],
    )


def decisions(view: View) -> pd.DataFrame:
    """Return what to do with each free choice."""
    rows = frames.decisions(view).to_dict("records")
    words = [finding.decided(view, row) for row in rows]
    return pd.DataFrame(
        {
            "Choice": [row["choice"] for row in rows],
            "Now": [verdict for verdict, _ in words],
            "The best mixes set": [said for _, said in words],
        }
    )


def commitments(view: View) -> pd.DataFrame:
    """Return what is bought first when, and by when it must be committed."""
    rows, calendar = frames.commitments(view), view.answer.calendar

    def label(quarter: int) -> str:
        return "never" if quarter < 0 else calendar.label(quarter)

    due = [int(first) - view.lead_quarters for first in rows["first"]]
    return pd.DataFrame(
        {
            "Chip": rows["chip"],
            "From": rows["supplier"],
            "For": [_works(view.inputs, works) for works in rows["workloads"]],
            "First bought": [label(int(one)) for one in rows["first"]],
            "Commit by": [calendar.label(one) if one >= 0 else f"now (due {calendar.label(one)})" for one in due],
            "Yours first buys": [label(int(one)) for one in rows["own_first"]],
        }
    )


def first_commitments(view: View) -> pd.DataFrame:
    """Return those of `commitments` that come first."""
    return commitments(view).head(MOST_COMMITMENTS)


def signposts(view: View) -> pd.DataFrame:
    """Return where beliefs would have to lie for another course to be best, the likeliest first."""
    known = view.inputs.levers
    return pd.DataFrame(
        [
            {
                "Belief": known[one.lever].label,
                "Yours": in_words(known[one.lever], known[one.lever].value(one.setting)),
                "Another is best at": finding.turn_words(known[one.lever], one),
                "Then best": one.course,
                "Lies there or beyond": f"in {fmt.chance(one.beyond_share)} of futures",
            }
            for one in view.signposts or ()
        ],
        columns=["Belief", "Yours", "Another is best at", "Then best", "Lies there or beyond"],
    )


def first_signposts(view: View) -> pd.DataFrame:
    """Return those of `signposts` that are likeliest."""
    return signposts(view).head(MOST_SIGNPOSTS)


def _works(inputs: Inputs, works: tuple[str, ...]) -> str:
    return fmt.listed_or_counted([fmt.in_sentence(one) for one in works], len(inputs.workloads), "workload")
