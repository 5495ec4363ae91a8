"""Which chip a supplier offers for a workload, and what its work costs: docs/METHOD.md, sections 5 to 9.

Axes, in this order: quarter, chip, workload, world. The offers do not depend on how much is adopted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM, Inputs
from core.inputs.lever_table import trend
from core.inputs.levers import chip_levers
from core.inputs.scenario import Columns
from core.model.chip_hour import available_from, chip_cost_usd, chip_hour_usd
from core.model.units import KW_PER_MW

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Places = NDArray[np.int16]
"""Indices on the chip axis."""

NO_CHIP: Final = -1
"""The index where there is no offer. In a list of one more than there are chips it is the last place."""


@dataclass(frozen=True, eq=False)
class Quotes:
    """What some chips of one supplier are quoted at, on offer or not."""

    chip: Ints  # (chip,) index of each
    available: Ints  # (chip, world) quarter from which it can be had
    on_offer: Bools  # (quarter, chip, world)
    h100e: Floats  # (chip, workload, world) throughput of one; 0 where it cannot run the workload
    cost_usd: Floats  # (quarter, chip, world) of one, with its share of the system


def quotes(inputs: Inputs, levers: Columns, supplier: int, own: Ints, quarters: int) -> Quotes:
    """Return what the supplier's chips `own` (chip,) are quoted at; on offer from available to last order, both in."""
    chips, of_class = inputs.chips, chip_levers(supplier == CUSTOM)
    available = available_from(chips.available[own], chips.future[own], levers[of_class.delay])
    t = np.arange(quarters)[:, None, None]
    return Quotes(
        chip=own,
        available=available,
        on_offer=(t >= available) & (t <= chips.last_order[own, None]),
        h100e=throughput(inputs, levers, own, levers[of_class.performance]),
        cost_usd=chip_cost_usd(inputs, levers, supplier, own, t - available),
    )


def throughput(inputs: Inputs, levers: Columns, own: Ints, performance: Floats) -> Floats:
    """`theta = h100e * performance of coming chips * (1 + trend)**(max(0, q)/4)`, the last for extrapolated chips.

    own: (chip,); performance: (world,); q is the quarter from which the data have the chip; (chip, workload, world).
    """
    chips = inputs.chips
    coming = np.where(chips.future[own, None], performance, 1.0)  # (chip, world)
    theta = chips.h100e[own][:, :, None] * coming[:, None]
    years = np.where(chips.extrapolated[own], np.maximum(chips.available[own], 0), 0) / QUARTERS_PER_YEAR
    trends = np.stack([levers[trend(family)] for family in inputs.families])  # (workload, world)
    if years.any() and trends.any():
        theta *= np.exp(years[:, None, None] * np.log1p(trends))
    return theta


def ever_on_offer(inputs: Inputs, levers: Columns, supplier: int, quarters: int) -> Ints:
    """Return the supplier's chips that some world has on offer in some quarter; (chip,)."""
    chips = inputs.chips
    own = np.flatnonzero((chips.supplier == supplier) & (chips.last_order >= 0))
    delay = levers[chip_levers(supplier == CUSTOM).delay]
    available = available_from(chips.available[own], chips.future[own], delay)
    found: Ints = own[available.min(axis=1) < quarters]
    return found


@dataclass(frozen=True, eq=False)
class Offer:
    """The best that one supplier brings for each workload; (quarter, workload, world) each."""

    chip: Places  # index on the chip axis, or NO_CHIP
    kappa: Floats  # USD per H100e-hour; inf without an offer
    usd_per_h100e: Floats  # chip and system share; 0 without an offer
    mw_per_h100e: Floats  # IT load; 0 without an offer


def offer(inputs: Inputs, levers: Columns, supplier: int, quarters: int, life: Ints, power: Floats) -> Offer:
    """Return a supplier's best offer.

    life: (world,) service life in quarters; power: (quarter, world) USD that a kW costs an hour.
    """
    own = ever_on_offer(inputs, levers, supplier, quarters)
    if not own.size:
        return _no_offer(quarters, len(inputs.workloads), life.size)
    quoted = quotes(inputs, levers, supplier, own, quarters)
    chip_hour = chip_hour_usd(levers, life, quoted.cost_usd, inputs.chips.kw[own, None], power[:, None, :])
    chip_hour[~quoted.on_offer] = np.inf
    return cheapest(inputs, quoted, chip_hour)


def cheapest(inputs: Inputs, quoted: Quotes, chip_hour_usd: Floats) -> Offer:
    """Return the offer of the lowest `kappa = chip_hour / theta`, the first in file order among equals.

    chip_hour_usd: (quarter, chip, world), inf where a chip is not on offer. Chip by chip, for all at once would be an
    array of every chip on every workload.
    """
    chips, own = inputs.chips, quoted.chip
    with np.errstate(divide="ignore"):
        per_h100e = 1.0 / quoted.h100e  # (chip, workload, world); inf where the chip cannot run the workload
    best = chip_hour_usd[:, 0, None] * per_h100e[0]  # (quarter, workload, world)
    place = np.zeros(best.shape, dtype=np.intp)  # in `own`
    for i in range(1, own.size):
        kappa = chip_hour_usd[:, i, None] * per_h100e[i]
        better = kappa < best
        np.copyto(best, kappa, where=better)
        np.copyto(place, i, where=better)
    offered = np.isfinite(best)
    chip = own[place]
    workload, world = np.arange(best.shape[1])[:, None], np.arange(best.shape[2])
    theta = quoted.h100e[place, workload, world]
    theta[~offered] = np.inf
    cost = np.take_along_axis(quoted.cost_usd, place, axis=1)
    return Offer(
        chip=np.where(offered, chip, NO_CHIP).astype(np.int16),
        kappa=best,
        usd_per_h100e=cost / theta,
        mw_per_h100e=chips.kw[chip] / KW_PER_MW / theta,
    )


def _no_offer(quarters: int, workloads: int, worlds: int) -> Offer:
    shape = (quarters, workloads, worlds)
    nothing = np.zeros(shape)
    return Offer(np.full(shape, NO_CHIP, dtype=np.int16), np.full(shape, np.inf), nothing, nothing)
