"""Tidy tables of one scenario, in base units (USD, MW, H100e, shares): what charts, tables and exports share.

Every function takes the answer to one scenario and returns a pandas frame with one observation a row, or the array
behind it. `variant` is `plan` (the scenario) or `baseline` (what it is compared with).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import in_service
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.model.courses import custom_share
from core.model.evaluate import by_year
from core.model.model import Course
from core.model.offers import NO_CHIP
from core.model.opening import opening_h100e, opening_mw
from core.model.programme import programme_by_item
from core.model.report import payback_word
from core.story.answer import Answer
from core.story.labels import supplier_labels

Floats = NDArray[np.float64]

RUNNING_COSTS: Final = (
    "energy_usd",
    "facility_opex_usd",
    "maintenance_usd",
    "programme_usd",
    "shortfall_usd",
    "shortage_usd",
)
CHARGES: Final = ("depreciation_chips_usd", "depreciation_facility_usd", "write_off_usd")


# --- What every frame is made of


def kept(make: Callable[[Answer], pd.DataFrame]) -> Callable[[Answer], pd.DataFrame]:
    """Work a frame out once an answer; whoever asks gets one of his own, which he may write in."""
    once = lru_cache(maxsize=16)(make)

    @wraps(make)
    def own(answer: Answer) -> pd.DataFrame:
        return once(answer).copy(deep=False)  # pandas copies a column when it is written in

    return own


def quarters(answer: Answer) -> list[str]:
    """Return the labels of the quarters that are modelled."""
    return [answer.calendar.label(t) for t in range(answer.world.quarters)]


def times(answer: Answer) -> Floats:
    """Return where each quarter begins on an axis of years: a second quarter at a quarter past."""
    return answer.calendar.first_year + np.arange(answer.world.quarters) / QUARTERS_PER_YEAR


def years(answer: Answer) -> list[int]:
    """Return the calendar years that are modelled."""
    return [*range(answer.calendar.first_year, answer.last_year + 1)]


def year_labels(answer: Answer) -> list[str]:
    """Return the years that are modelled, as they are read."""
    return [str(year) for year in years(answer)]


def long(index: Mapping[str, Sequence[object]], **values: NDArray[Any]) -> pd.DataFrame:
    """Return `values` by column name, each with one axis an entry of `index`, as a frame with a row an element."""
    # All columns at once: to put one more into a frame takes as long as to make it.
    rows = _rows(tuple((column, tuple(labels)) for column, labels in index.items()))
    return pd.DataFrame({**rows, **{name: array.ravel() for name, array in values.items()}})


def widened(frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """Return a frame with more columns, or with others in place of its own, all at once as in `long`."""
    return pd.DataFrame({**{name: frame[name].array for name in frame.columns}, **columns}, index=frame.index)


@lru_cache(maxsize=64)
def _rows(index: tuple[tuple[str, tuple[object, ...]], ...]) -> Mapping[str, Any]:
    """Return the label columns of a long frame: building them costs ten times what filling in the figures does."""
    names, labels = zip(*index, strict=True)
    frame = pd.MultiIndex.from_product(labels, names=names).to_frame(index=False)
    return {name: frame[name].array for name in names}


# --- Money


def _spending(course: Course) -> Floats:
    """Cash of a course by kind, as in `spending`; (quarter, kind)."""
    chips = course.capex_usd - course.warrant_by_supplier_usd
    return np.column_stack([chips, course.capex_facility_usd, course.opex_usd])


def spending_by_quarter(answer: Answer) -> Floats:
    """Cash by variant (plan, baseline), quarter and kind, as in `spending`; (variant, quarter, kind)."""
    return np.stack([_spending(course) for course in answer.variants.values()])


def spending_usd(answer: Answer) -> Floats:
    """Cash by variant (plan, baseline), year and kind, as in `spending`; (variant, year, kind)."""
    return np.stack([by_year(_spending(course)) for course in answer.variants.values()])


@kept
def spending(answer: Answer) -> pd.DataFrame:
    """Cash by year and kind: chips by supplier (less the warrant they earn), facilities, running cost.

    Columns: variant, year, kind, usd. The kinds of a variant and year add up to its cash.
    """
    index = {"variant": tuple(answer.variants), "year": years(answer), "kind": spending_kinds(answer.inputs)}
    return long(index, usd=spending_usd(answer))


def spending_kinds(inputs: Inputs) -> tuple[str, ...]:
    """Return the kinds of spending in the order in which they are stacked."""
    return (*supplier_labels(inputs), "Facilities", "Running cost")


@kept
def savings(answer: Answer) -> pd.DataFrame:
    """Cumulative discounted after-tax savings against the baseline.

    Columns: quarter, time_years, usd, payback (true in the payback quarter). The residual value at the horizon is not
    in it; value (NPV) is the last figure plus that difference.
    """
    plan, baseline = answer.plan, answer.baseline
    saved = (baseline.cash_usd - baseline.tax_saving_usd) - (plan.cash_usd - plan.tax_saving_usd)
    table = pd.DataFrame(
        {"quarter": quarters(answer), "time_years": times(answer), "usd": np.cumsum(answer.world.discount * saved)}
    )
    return table.assign(payback=table["quarter"] == payback_word(answer.result, answer.calendar))


def capital_usd(course: Course) -> Floats:
    """Capital spending of a course by year, chips and facilities before warrants; (year,)."""
    return by_year(course.capex_usd.sum(axis=1) + course.capex_facility_usd)


def chip_spending_usd(answer: Answer, course: Course) -> Floats:
    """Capital spending of a course by year and chip generation; (year, chip)."""
    world = answer.world
    usd = course.bought_h100e * world.usd_per_h100e * (1.0 + world.levers["spares"])
    bought = world.chip != NO_CHIP
    year = np.broadcast_to(np.arange(world.quarters)[:, None, None] // QUARTERS_PER_YEAR, usd.shape)
    total = np.zeros((world.quarters // QUARTERS_PER_YEAR, len(answer.inputs.chips.id)))
    np.add.at(total, (year[bought], world.chip[bought]), usd[bought])
    return total


def items_usd(answer: Answer, course: int) -> Floats:
    """Return what each item of the programme spends in a course (PLAN, HOLD or EXIT); (quarter, item)."""
    world, courses = answer.sim.world, answer.sim.courses
    return programme_by_item(world, courses, custom_share(world, courses))[:, :, course, 0]


# --- Power and work


LEAST_NAMED_SHARE: Final = 0.06
"""A band of less than this share of the whole gets no name."""
LONGEST_NAME: Final = 18
"""Letters of a name beside a band."""
NAME_ROOM: Final = 16 / 216
"""Height of a name beside a band, as a share of the height of a small chart."""


@kept
def power(answer: Answer) -> pd.DataFrame:
    """IT load by supplier and quarter, and what can be powered.

    Columns: variant, quarter, supplier, mw, capacity_mw, time_years, and those of `places_of_names`.
    """
    labels, variants = supplier_labels(answer.inputs), answer.variants
    index = {"variant": tuple(variants), "quarter": quarters(answer), "supplier": labels}
    mw = np.stack([_power_by_supplier(answer, course) for course in variants.values()])
    capacity_mw = answer.world.capacity_mw
    of_quarter = {"capacity_mw": capacity_mw, "time_years": times(answer)}
    return long(
        index,
        mw=mw,
        **{name: np.broadcast_to(one[:, None], mw.shape) for name, one in of_quarter.items()},
        **places_of_names(labels, mw, float(capacity_mw[-1])),
    )


def _power_by_supplier(answer: Answer, course: Course) -> Floats:
    """IT load of the working fleet; (quarter, supplier)."""
    mw = (course.bought_h100e * answer.world.mw_per_h100e).sum(axis=2)  # (quarter, supplier) bought in the quarter
    return opening_mw(answer.sim.world)[..., 0] + _in_service(answer, mw)


def _in_service(answer: Answer, bought: Floats) -> Floats:
    """Return what of `bought` (quarter, supplier, ...) works, by quarter."""
    life, suppliers = answer.sim.world.life, range(bought.shape[1])
    return np.stack([in_service(bought[:, s, ..., None], life(s))[..., 0] for s in suppliers], axis=1)


def places_of_names(suppliers: Sequence[str], mw: Floats, capacity_mw: float) -> dict[str, NDArray[Any]]:
    """Return where names stand beside the last quarter's stack of IT load, mw: (variant, quarter, supplier).

    A supplier's name stands in the middle of its band, but not on the name below it; bands too thin get none. Columns:
    name (of the supplier, as it stands there), name_mw, is_named and limit_name_mw, the place of the name of the last
    quarter's capacity; of the shape of mw.
    """
    last = mw[:, -1]  # (variant, supplier) from the bottom up
    whole = last.sum(axis=1, keepdims=True)
    room = NAME_ROOM * np.maximum(whole, capacity_mw)
    named = last > LEAST_NAMED_SHARE * whole
    line = np.cumsum(named, axis=1) * room  # what the names up to here take
    middle = np.cumsum(last, axis=1) - last / 2.0
    highest = np.maximum.accumulate(np.where(named, middle - line, -np.inf), axis=1)
    place = np.where(named, highest + line, middle)
    top = np.where(named, place, -np.inf).max(axis=1, keepdims=True)
    of_variant = {
        "name": np.array([fmt.shortened(name, LONGEST_NAME) for name in suppliers], dtype=object),
        "name_mw": place[:, None],
        "is_named": named[:, None],
        "limit_name_mw": np.maximum(capacity_mw, top + room)[:, None],
    }
    return {name: np.broadcast_to(column, mw.shape) for name, column in of_variant.items()}


def installed_by_supplier(answer: Answer, course: Course) -> Floats:
    """Work of the standing fleet, H100e; (quarter, supplier, workload)."""
    return opening_h100e(answer.sim.world)[..., 0] + _in_service(answer, course.bought_h100e)


# --- Names at the ends of lines


LABEL_GAP: Final = 0.075
"""Least distance between the names of two lines, as a share of the chart's height."""


def apart(values: Floats, gap: float, ends: tuple[float, float] = (-np.inf, np.inf)) -> Floats:
    """Return `values` moved as little as need be so that neighbours are at least `gap` apart, in the same order.

    They stay between `ends`, those of the chart; where there is no room for that, they stand evenly over it.
    """
    low, high = ends
    order = np.argsort(values, kind="stable")
    gap = min(gap, (high - low) / max(values.size - 1, 1))
    steps = gap * np.arange(values.size)
    # Less its steps, a sequence that is far enough apart never falls; the mean of the tightest rise and fall fits it.
    rest = values[order] - steps
    fitted = (np.maximum.accumulate(rest) + np.minimum.accumulate(rest[::-1])[::-1]) / 2.0
    out = np.empty_like(values)
    out[order] = np.clip(fitted, low, max(low, high - steps[-1])) + steps
    return out
