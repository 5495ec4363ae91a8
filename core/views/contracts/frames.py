"""What is promised to suppliers: agreements against purchases that count, shortfalls, the warrant, what turning costs.

Frames are tidy and in base units: MW for agreements in GW, USD for the others. Money falls in the years that are
modelled; what is promised beyond them is said in words.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import Unit
from core.inputs.data import AMD, Inputs
from core.model import contracts as model
from core.model.evaluate import by_year
from core.model.model import EXIT, HOLD, Course
from core.model.units import MW_PER_GW, USD_PER_USD_BN
from core.story import frames
from core.story.answer import BASELINE_WORDS, Answer
from core.views.contracts.view import CUMULATIVE, View

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REPORTED: Final = "non_cancelable_commitments"
REPORTED_LEASES: Final = "leases_not_yet_commenced"
"""Metrics of the table reported_financials."""


# --- Agreements


def names(inputs: Inputs) -> tuple[str, ...]:
    """Return what the agreements are called, in the order of the data."""
    return inputs.contracts.name


def suppliers(inputs: Inputs) -> tuple[int, ...]:
    """Return the place of each agreement's supplier, custom chips first."""
    return tuple(map(int, inputs.contracts.supplier))


def unit(inputs: Inputs, agreement: int) -> Unit:
    """Return the unit in which an agreement is kept."""
    return fmt.GW if inputs.contracts.in_gw[agreement] else fmt.USD_BN


def in_base_units(inputs: Inputs) -> Floats:
    """Return what turns an agreement's own unit (GW or USD) into the base unit (MW or USD); (contract,)."""
    return np.where(inputs.contracts.in_gw, MW_PER_GW, 1.0)


def agreed(answer: Answer) -> Floats:
    """Return what is agreed by year, in base units; (year, contract)."""
    amount: Floats = answer.inputs.contracts.amount[:, : len(frames.years(answer))].T
    return amount * in_base_units(answer.inputs)


def counted(answer: Answer, course: Course) -> Floats:
    """Return the purchases that count by year, in base units; (year, contract)."""
    return by_year(course.counted) * in_base_units(answer.inputs)


def short(answer: Answer, course: Course) -> Floats:
    """Return what falls short by year, in base units; (year, contract)."""
    return course.short * in_base_units(answer.inputs)


SHORT_SHARE: Final = 1e-6
"""What falls short by less than this share of an agreement goes unmentioned."""


def is_short(answer: Answer, amount: Floats) -> Bools:
    """Return whether amounts (year, contract) in base units are more than rounding."""
    least: Floats = SHORT_SHARE * agreed(answer).sum(axis=0)
    return np.greater(amount, least)


def committed_usd(inputs: Inputs, years: int | None = None) -> Floats:
    """Return what is agreed by year at the agreements' own prices; (year, contract), of all years if None are given."""
    deals = inputs.contracts
    usd: Floats = (deals.amount * deals.usd_per_gw).T
    return usd[:years]


def due_usd(answer: Answer) -> Floats:
    """Return what is agreed in the years that are modelled, at the agreements' own prices; (year, contract)."""
    return committed_usd(answer.inputs, len(frames.years(answer)))


def shortfall_usd(answer: Answer, course: Course) -> Floats:
    """Return what shortfalls cost by year; (year, contract). Over contracts it is the flow of that name."""
    usd_per_gw = answer.inputs.contracts.usd_per_gw[:, : len(course.short)].T
    return course.short * usd_per_gw * answer.lever("shortfall_penalty")


def exposure_usd(answer: Answer) -> float:
    """Return what shortfalls would cost if nothing at all were bought: the take-or-pay share of all that is agreed."""
    return float(due_usd(answer).sum() * answer.lever("shortfall_penalty"))


def agreement(view: View, which: int) -> pd.DataFrame:
    """One agreement by year: columns year, agreed, counted, baseline, short (all in its base unit), due, is_short.

    `due` is true in years of the agreement, `is_short` where more than rounding falls short. In the cumulative view
    each figure is the sum so far.
    """
    answer = view.answer
    figures = {
        "agreed": agreed(answer),
        "counted": counted(answer, answer.plan),
        "baseline": counted(answer, answer.baseline),
        "short": short(answer, answer.plan),
    }
    if view.measure == CUMULATIVE:
        figures = {name: np.cumsum(amount, axis=0) for name, amount in figures.items()}
    years = frames.year_labels(answer)
    return pd.DataFrame(
        {
            "year": years,
            **{name: amount[:, which] for name, amount in figures.items()},
            "due": answer.inputs.contracts.active[which, : len(years)],
            "is_short": is_short(answer, figures["short"])[:, which],
        }
    )


# --- Committed and free


def chip_spending_usd(course: Course) -> Floats:
    """Return spending on chips by year, before the warrant; (year,)."""
    return by_year(course.capex_usd.sum(axis=1))


def committed(view: View) -> pd.DataFrame:
    """What is agreed by year and agreement beside what is spent on chips.

    Columns: year, agreement, usd, spending_usd, baseline_usd, share_words (committed share of the year's spending).
    """
    answer, usd = view.answer, due_usd(view.answer)
    spending, baseline = (chip_spending_usd(course) for course in answer.variants.values())
    years, shares = frames.year_labels(answer), share_words(usd.sum(axis=1), spending)
    frame = frames.long(
        {"year": years, "agreement": names(answer.inputs)},
        usd=usd,
        spending_usd=np.broadcast_to(spending[:, None], usd.shape),
        baseline_usd=np.broadcast_to(baseline[:, None], usd.shape),
    )
    return frame.assign(share_words=frame["year"].map(dict(zip(years, shares, strict=True))))


def share_words(due_usd: Floats, spent_usd: Floats) -> list[str]:
    """Return in words what share of spending is due, nothing where nothing is; both (year,)."""
    return [_share_words(float(due), float(spent)) for due, spent in zip(due_usd, spent_usd, strict=True)]


def _share_words(due_usd: float, spent_usd: float) -> str:
    if due_usd < MATERIAL_USD:
        return ""
    return fmt.percent(due_usd / spent_usd) if spent_usd >= MATERIAL_USD else "nothing spent"


# --- Changing course


ROOM: Final = 0.2
"""Room for the figure of the longest bar, as a share of it."""


def every_course(answer: Answer) -> dict[str, Course]:
    """Return the courses by what they are called where they are drawn, whatever the baseline."""
    return {
        "This scenario": answer.plan,
        BASELINE_WORDS[HOLD].capitalize(): answer.hold,
        BASELINE_WORDS[EXIT].capitalize(): answer.exit,
    }


def courses(view: View) -> pd.DataFrame:
    """What shortfalls cost in all on each course; columns: course, agreement, usd, total_usd, total_words,
    and edge_usd, up to which figures find room.
    """
    answer, shown = view.answer, every_course(view.answer)
    usd = np.stack([shortfall_usd(answer, course).sum(axis=0) for course in shown.values()])  # (course, contract)
    total = usd.sum(axis=1)
    words = {name: fmt.usd(float(one)) for name, one in zip(shown, total, strict=True)}
    frame = frames.long(
        {"course": tuple(shown), "agreement": names(answer.inputs)},
        usd=usd,
        total_usd=np.broadcast_to(total[:, None], usd.shape),
    )
    return frame.assign(total_words=frame["course"].map(words), edge_usd=(1.0 + ROOM) * float(total.max()))


# --- The warrant


def warrant_mw(answer: Answer, course: Course) -> Floats:
    """Return the MW that earn the warrant by year; (year,)."""
    return by_year(model.warrant_gw(answer.inputs.contracts, course.counted)) * MW_PER_GW


def warrants(view: View) -> pd.DataFrame:
    """The warrant by year; columns: year, usd, baseline_usd, mw (that earn it), so_far_mw, agreed_mw (so far)."""
    answer, deals = view.answer, view.answer.inputs.contracts
    mw = warrant_mw(answer, answer.plan)
    return pd.DataFrame(
        {
            "year": frames.year_labels(answer),
            "usd": by_year(answer.plan.warrant_usd),
            "baseline_usd": by_year(answer.baseline.warrant_usd),
            "mw": mw,
            "so_far_mw": np.cumsum(mw),
            "agreed_mw": np.cumsum(agreed(answer)[:, deals.in_gw & (deals.supplier == AMD)].sum(axis=1)),
        }
    )


# --- What the company reports


def reported(view: View) -> pd.DataFrame:
    """Non-cancelable commitments that the company reports, by quarter; columns: period, usd, here_usd, words.

    `here_usd` is what all agreements of the model come to. Empty if the data hold none.
    """
    inputs = view.answer.inputs
    rows = reported_rows(inputs, REPORTED)
    return pd.DataFrame(
        {
            "period": rows["period"],
            "usd": rows["usd"],
            "here_usd": float(committed_usd(inputs).sum()),
            "words": [fmt.usd(usd, 3) for usd in rows["usd"]],
        }
    )


def reported_rows(inputs: Inputs, metric: str) -> pd.DataFrame:
    """Return what the company reports of a metric by quarter, with `usd`."""
    table = inputs.tables["reported_financials"]
    rows = table[table["metric"] == metric].sort_values("period")
    return rows.assign(usd=rows["value"] * USD_PER_USD_BN).reset_index(drop=True)
