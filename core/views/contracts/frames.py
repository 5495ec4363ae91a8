"""What is promised to suppliers: agreements against purchases that count, shortfalls, warrants, what turning costs.

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
from core.inputs.data import Inputs
from core.inputs.lever_table import warrant
from core.model import contracts as model
from core.model.evaluate import by_year
from core.model.model import EXIT, HOLD, Course
from core.model.units import MW_PER_GW, USD_PER_USD_BN
from core.story import frames
from core.story.answer import BASELINE_WORDS, Answer
from core.story.labels import supplier_labels
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


MOST_DRAWN: Final = 6
"""How many agreements have a chart of their own, which is as many as are taken in at a glance."""


def drawn(inputs: Inputs) -> tuple[int, ...]:
    """Return the places of the agreements that have a chart of their own: the largest, in the order of the data."""
    largest = np.argsort(-committed_usd(inputs).sum(axis=0), kind="stable")[:MOST_DRAWN]
    return tuple(map(int, np.sort(largest)))


def suppliers(inputs: Inputs) -> tuple[int, ...]:
    """Return the places of the suppliers with whom something is agreed, custom chips first."""
    return tuple(sorted(set(map(int, inputs.contracts.supplier))))


def supplier_names(inputs: Inputs) -> tuple[str, ...]:
    """Return what the suppliers are called with whom something is agreed."""
    return tuple(supplier_labels(inputs)[supplier] for supplier in suppliers(inputs))


def by_supplier(inputs: Inputs, figure: Floats) -> Floats:
    """Add up a figure over the agreements of each supplier; (..., contract) becomes (..., supplier)."""
    own = np.equal.outer(inputs.contracts.supplier, suppliers(inputs))
    added: Floats = figure @ own.astype(np.float64)
    return added


def unit(inputs: Inputs, agreement: int) -> Unit:
    """Return the unit in which an agreement is kept: large, or small if all of it is less than one of the large."""
    units = (fmt.GW, fmt.MW) if inputs.contracts.in_gw[agreement] else (fmt.USD_BN, fmt.USD_M)
    total = inputs.contracts.amount[agreement].sum() * in_base_units(inputs)[agreement]
    return fmt.one_unit(units, [float(total)])


def in_base_units(inputs: Inputs) -> Floats:
    """Return what turns an agreement's own unit (GW or USD) into the base unit (MW or USD); (contract,)."""
    return np.where(inputs.contracts.in_gw, MW_PER_GW, 1.0)


def agreed(answer: Answer) -> Floats:
    """Return what is agreed by year, in base units; (year, contract)."""
    amount: Floats = answer.inputs.contracts.amount[:, : len(frames.years(answer))].T
    return amount * in_base_units(answer.inputs)


def counted(answer: Answer, course: Course) -> Floats:
    """Return the purchases that count by year, in base units, to the agreement's end; (year, contract).

    What is bought later meets no agreement, so that what is agreed, counted and short add up.
    """
    inputs = answer.inputs
    counted_by_year = by_year(course.counted) * in_base_units(inputs)
    ended: Bools = ~np.logical_or.accumulate(inputs.contracts.active[:, ::-1], axis=1)[:, ::-1]
    counted_by_year[ended[:, : len(counted_by_year)].T] = 0.0
    return counted_by_year


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
    return missing_usd(answer, course) * answer.lever("shortfall_penalty")


def missing_usd(answer: Answer, course: Course) -> Floats:
    """Return what falls short by year, at the agreements' own prices; (year, contract)."""
    usd: Floats = course.short * answer.inputs.contracts.usd_per_gw[:, : len(course.short)].T
    return usd


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
    """What is agreed by year and supplier beside what is spent on chips.

    Columns: year, supplier, usd, spending_usd, baseline_usd, share_words (committed share of the year's spending).
    """
    answer, inputs = view.answer, view.answer.inputs
    usd = by_supplier(inputs, due_usd(answer))  # (year, supplier)
    spending, baseline = (chip_spending_usd(course) for course in answer.variants.values())
    years, shares = frames.year_labels(answer), share_words(usd.sum(axis=1), spending)
    frame = frames.long(
        {"year": years, "supplier": supplier_names(inputs)},
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
    return fmt.share_of(due_usd / spent_usd).removesuffix(" of") if spent_usd >= MATERIAL_USD else "nothing spent"


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
    """What shortfalls cost in all on each course; columns: course, supplier, usd, total_usd, total_words,
    and edge_usd, up to which figures find room.
    """
    answer, inputs, shown = view.answer, view.answer.inputs, every_course(view.answer)
    by_agreement = np.stack([shortfall_usd(answer, course).sum(axis=0) for course in shown.values()])
    usd = by_supplier(inputs, by_agreement)  # (course, supplier)
    total = usd.sum(axis=1)
    words = {name: fmt.usd(float(one)) for name, one in zip(shown, total, strict=True)}
    frame = frames.long(
        {"course": tuple(shown), "supplier": supplier_names(inputs)},
        usd=usd,
        total_usd=np.broadcast_to(total[:, None], usd.shape),
    )
    return frame.assign(total_words=frame["course"].map(words), edge_usd=(1.0 + ROOM) * float(total.max()))


# --- Warrants: at most one agreement of a supplier earns one


def earning(inputs: Inputs) -> tuple[int, ...]:
    """Return the places of the agreements that earn a warrant."""
    return tuple(map(int, np.flatnonzero(inputs.contracts.warrant)))


def earning_suppliers(inputs: Inputs) -> tuple[int, ...]:
    """Return the place of the supplier of each agreement that earns a warrant, in the same order."""
    return tuple(int(inputs.contracts.supplier[which]) for which in earning(inputs))


def earning_names(inputs: Inputs) -> tuple[str, ...]:
    """Return what the suppliers that grant a warrant are called, in the same order."""
    return tuple(supplier_labels(inputs)[supplier] for supplier in earning_suppliers(inputs))


def usd_per_gw(answer: Answer) -> Floats:
    """Return what each warrant is worth a GW that earns it; (warrant,)."""
    suppliers = [answer.inputs.suppliers[supplier] for supplier in earning_suppliers(answer.inputs)]
    return np.array([answer.lever(warrant(supplier)) for supplier in suppliers]) * USD_PER_USD_BN


def most_mw(inputs: Inputs) -> Floats:
    """Return what can earn each warrant, which is all that its agreement asks for; (warrant,)."""
    total: Floats = inputs.contracts.amount[list(earning(inputs))].sum(axis=1) * MW_PER_GW
    return total


def power_unit(inputs: Inputs) -> Unit:
    """Return the unit in which to write what earns warrants."""
    return fmt.one_unit((fmt.GW, fmt.MW), [float(most_mw(inputs).sum())])


def warrant_mw(answer: Answer, course: Course) -> Floats:
    """Return the MW that earn each warrant by year; (year, warrant)."""
    inputs = answer.inputs
    gw = model.warrant_gw(inputs.contracts, course.counted[..., None, None])[..., 0, 0]  # (quarter, contract)
    return by_year(gw[:, list(earning(inputs))]) * MW_PER_GW


def warrant_usd(answer: Answer, course: Course) -> Floats:
    """Return what is earned of each warrant by year; (year, warrant)."""
    return by_year(course.warrant_by_supplier_usd[:, list(earning_suppliers(answer.inputs))])


def lost_usd(answer: Answer, course: Course) -> Floats:
    """Return what goes unearned by year because no lot earns more than it costs; (year, warrant)."""
    in_full = warrant_mw(answer, course) / MW_PER_GW * usd_per_gw(answer)
    return np.maximum(in_full - warrant_usd(answer, course), 0.0)


def warrants(view: View) -> pd.DataFrame:
    """Warrants by year and supplier; empty if no agreement earns one.

    Columns: year, supplier, usd, baseline_usd, mw (that earn it), so_far_mw, agreed_mw (so far).
    """
    answer, inputs = view.answer, view.answer.inputs
    mw = warrant_mw(answer, answer.plan)
    return frames.long(
        {"year": frames.year_labels(answer), "supplier": earning_names(inputs)},
        usd=warrant_usd(answer, answer.plan),
        baseline_usd=warrant_usd(answer, answer.baseline),
        mw=mw,
        so_far_mw=np.cumsum(mw, axis=0),
        agreed_mw=np.cumsum(agreed(answer)[:, list(earning(inputs))], axis=0),
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
