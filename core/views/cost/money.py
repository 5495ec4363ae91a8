"""Cash, expense and running cost: their kinds by period, beside the baseline's or against them.

A period is a year or a quarter, by its label. Frames are tidy and in base units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.data import Inputs
from core.model.evaluate import by_year
from core.story import frames
from core.story.answer import Answer
from core.story.finding import more_or_less
from core.story.labels import less_warrants
from core.story.tables import VARIANTS
from core.views.cost.view import AMOUNTS, CUMULATIVE, DIFFERENCE, YEARS, View

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Side:
    """One way of counting money."""

    name: str  # of its figure
    words: str  # in its finding
    what: str  # it is, as its caption begins
    series: Mapping[str, str]  # of a course, in the order in which they are stacked, and what each is called


RUNNING_LABELS: Final[Mapping[str, str]] = {
    "programme_usd": "Programme",
    "energy_usd": "Energy",
    "maintenance_usd": "Chip upkeep",
    "facility_opex_usd": "Facility upkeep",
    "shortfall_usd": "Contract shortfalls",
    "shortage_usd": "Rented work",
}
"""What each running cost of core.story.frames.RUNNING_COSTS is called."""
CHARGE_LABELS: Final[Mapping[str, str]] = {
    "depreciation_chips_usd": "Chip depreciation",
    "depreciation_facility_usd": "Facility depreciation",
    "write_off_usd": "Write-offs",
    "opex_usd": "Running cost",
}
CASH: Final = Side("cash", "cash", "What is paid, before tax.", {})
"""By the kinds of core.story.frames.spending, which depend on the suppliers of the data."""
EXPENSE: Final = Side(
    "expense",
    "expense",
    "What earnings bear, before tax; chips are charged over their book life.",
    CHARGE_LABELS,
)
RUNNING_COST: Final = Side("running_cost", "running cost", "Paid and expensed at once.", RUNNING_LABELS)


# --- Amounts


def kinds(inputs: Inputs, side: Side) -> tuple[str, ...]:
    """Return the kinds of a side in the order in which they are stacked."""
    return frames.spending_kinds(inputs) if side is CASH else tuple(side.series.values())


def by_quarter(answer: Answer, side: Side) -> Floats:
    """Return the amounts of a side; (variant, quarter, kind)."""
    if side is CASH:
        return frames.spending_by_quarter(answer)
    return np.stack(
        [np.stack([getattr(course, name) for name in side.series], axis=-1) for course in answer.variants.values()]
    )


@dataclass(frozen=True, eq=False)
class Seen:
    """Amounts of a side as a reader looks at them."""

    plan_usd: Floats  # (period, kind)
    baseline_usd: Floats  # (period, kind)
    bars_usd: Floats  # (period, kind) what is stacked: the scenario's, or what it has more than the baseline
    dots_usd: Floats | None  # (period,) the total that a dot marks
    outline_usd: Floats  # (period,) the total that is drawn around the bars, nothing if there is none

    @property
    def reach_usd(self) -> tuple[float, float]:
        """The lowest and highest point of all that is drawn."""
        ends = [np.minimum(self.bars_usd, 0.0).sum(axis=-1), np.maximum(self.bars_usd, 0.0).sum(axis=-1)]
        dots = [] if self.dots_usd is None else [self.dots_usd]
        points = np.concatenate([*ends, self.outline_usd, *dots, [0.0]])
        return float(points.min()), float(points.max())


def seen(view: View, side: Side) -> Seen:
    """Return the amounts of a side as `view` has them."""
    plan, baseline = (_so_far(_by_period(usd, view.grain), view.measure) for usd in by_quarter(view.answer, side))
    if view.measure == DIFFERENCE:
        more = plan - baseline
        return Seen(plan, baseline, bars_usd=more, dots_usd=more.sum(axis=-1), outline_usd=np.zeros(1))
    dots = _so_far(_by_period(_after_tax(view.answer), view.grain), view.measure) if side is CASH else None
    return Seen(plan, baseline, bars_usd=plan, dots_usd=dots, outline_usd=baseline.sum(axis=-1))


def _after_tax(answer: Answer) -> Floats:
    """What is left of the scenario's cash after tax; (quarter,)."""
    return answer.plan.cash_usd - answer.plan.tax_saving_usd


def _by_period(flow: Floats, grain: str) -> Floats:
    """A flow (quarter, ...) by period; (period, ...)."""
    return by_year(flow) if grain == YEARS else flow


def _so_far(flow: Floats, measure: str) -> Floats:
    """A flow (period, ...), added up from the start if it is looked at so."""
    return np.cumsum(flow, axis=0) if measure == CUMULATIVE else flow


def _periods(view: View) -> list[str]:
    return frames.year_labels(view.answer) if view.grain == YEARS else frames.quarters(view.answer)


# --- Frame and table


def frame(view: View, side: Side) -> pd.DataFrame:
    """Amounts of a side by period and kind, with the baseline's; one row a period and kind.

    Columns: period, kind, usd (as the view has it), plan_usd, baseline_usd, low_usd and high_usd (the ends of the
    axis, alike for cash and expense), and dot_usd where a dot is drawn.
    """
    own = seen(view, side)
    on_one_axis = (own,) if side is RUNNING_COST else (seen(view, CASH), seen(view, EXPENSE))
    low, high = zip(*(one.reach_usd for one in on_one_axis), strict=True)
    columns = {
        "usd": own.bars_usd,
        "plan_usd": own.plan_usd,
        "baseline_usd": own.baseline_usd,
        "low_usd": np.full_like(own.bars_usd, min(low)),
        "high_usd": np.full_like(own.bars_usd, max(high)),
    }
    if own.dots_usd is not None:
        columns["dot_usd"] = np.broadcast_to(own.dots_usd[:, None], own.bars_usd.shape)
    return frames.long({"period": _periods(view), "kind": kinds(view.answer.inputs, side)}, **columns)


def table(view: View, side: Side) -> pd.DataFrame:
    """Return what stands behind a chart of a side: this scenario, its baseline and the difference, $ B.

    Cash has what tax it saves and what is left after tax.
    """
    answer, unit = view.answer, fmt.USD_BN
    usd = np.stack([_by_period(one, view.grain) for one in by_quarter(answer, side)])  # (variant, period, kind)
    total = usd.sum(axis=-1)
    columns = {kind: usd[..., i] for i, kind in enumerate(kinds(answer.inputs, side))} | {"All": total}
    if side is CASH:
        saved = np.stack([_by_period(course.tax_saving_usd, view.grain) for course in answer.variants.values()])
        columns |= {"Tax saved": saved, "After tax": total - saved}
    figures = {
        f"{head} ({unit.name})": np.stack([*values, values[0] - values[1]])
        for head, values in ((head, values / unit.scale) for head, values in columns.items())
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (total[0] - total[1]) / np.abs(total[1]) / fmt.PERCENT.scale
    missing = np.full_like(total, np.nan)
    figures["All, difference (%)"] = np.concatenate([missing, [np.where(total[1] != 0.0, share, np.nan)]])
    return frames.long(
        {"Variant": (*VARIANTS.values(), "difference"), view.grain.removesuffix("s"): _periods(view)}, **figures
    )


# --- Sentences


def title(view: View, side: Side) -> str:
    """Return the finding of a side: the total, and how it compares."""
    answer, usd = view.answer, by_quarter(view.answer, side)
    totals = usd.sum(axis=(1, 2))
    ahead = float(by_quarter(answer, CASH)[0].sum() - totals[0]) if side is EXPENSE else 0.0
    total = fmt.usd(float(totals[0]), 3, beside=[ahead])
    told = f"{total} of {side.words} by {answer.last_year}, {_compared(answer, totals, ahead)}"
    if abs(ahead) >= MATERIAL_USD:
        gap = fmt.usd(abs(ahead), 3, beside=totals[:1])
        return f"{told}; cash out {'exceeds' if ahead > 0 else 'stays below'} expense by {gap}"
    if side is RUNNING_COST and totals[0] >= MATERIAL_USD:
        by_kind = usd[0].sum(axis=0)
        top = int(by_kind.argmax())
        share = fmt.percent(float(by_kind[top] / totals[0]))
        kind = kinds(answer.inputs, side)[top].lower()
        return f"{told}; {kind} {'are' if kind.endswith('s') else 'is'} {share} of it"
    return told


def _compared(answer: Answer, totals: Floats, ahead: float) -> str:
    """How the total of the scenario compares with the baseline's; totals: (variant,), ahead: what else is told, USD."""
    more = float(totals[0] - totals[1])
    if abs(more) < MATERIAL_USD:
        return f"as with {answer.baseline_words}"
    how = more_or_less(more, float(totals[1]), [ahead])
    return f"{how} {'as' if how.endswith('much') else 'than'} with {answer.baseline_words}"


def caption(view: View, side: Side) -> str:
    """Return what shaped the chart of a side, and what its marks stand for."""
    baseline = view.answer.baseline_words
    what = f"{side.what}{less_warrants(view.answer.inputs)}" if side is CASH else side.what
    if view.measure == DIFFERENCE:
        return f"{what} This scenario less {baseline}; dots: all kinds together."
    marks = f"{'Dots: after tax; outline' if side is CASH else 'Outline'}: {baseline}."
    return " ".join([what, *(["Added up from the start."] if view.measure == CUMULATIVE else []), marks])


def axis_title(view: View) -> str:
    """Return what the axis measures."""
    if view.measure == AMOUNTS:
        return "$ B a year" if view.grain == YEARS else "$ B a quarter"
    return "$ B, cumulative" if view.measure == CUMULATIVE else "$ B against the baseline"


def dots_words(view: View, side: Side) -> str:
    """Return what dots say, nothing if there are none."""
    if view.measure == DIFFERENCE:
        return "All, difference"
    return "After tax" if side is CASH else ""
