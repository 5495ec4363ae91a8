"""What chips are still worth when the horizon ends, by the work that they do or by what they cost: docs/METHOD.md, 17.

Axes, in this order: quarter or lot, supplier, workload, course, world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import BOUGHT, CUSTOM
from core.model.chip_hour import kw_year
from core.model.fleet import Fleet, by_class, lit
from core.model.opening import LONGEST_LIFE, opening_unused_usd
from core.model.units import HOURS_PER_QUARTER, HOURS_PER_YEAR, KW_PER_MW
from core.model.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK: Final = 8
"""Lots worked out at a time: few enough to stay in cache. Sums go by runs that no batch moves, so that a figure of a
scenario is the same to the last bit whatever other scenarios are worked out with it."""


@dataclass(frozen=True, eq=False)
class Residual:
    """What is left at the horizon's end, discounted; (course, world) each."""

    after_tax_usd: Floats
    pretax_usd: Floats


# --- By what it cost


def chips_on_sale_usd(world: World, chips_usd: Floats) -> Floats:
    """Return what chips fetch: cost of the lots that still work, by the unused share of their life, times the recovery.

    chips_usd: (quarter, supplier, course, world); result: (course, world), at the horizon's end.
    """
    levers = world.levers
    custom_usd, bought_usd = by_class(chips_usd)
    opening_custom, opening_bought = opening_unused_usd(world)
    custom = unused(custom_usd, world.life_custom) + opening_custom
    bought = unused(bought_usd, world.life_merchant) + opening_bought
    return levers["terminal_recovery_custom"] * custom + levers["terminal_recovery_merchant"] * bought


def unused(cost_usd: Floats, life: Ints | int) -> Floats:
    """Return cost of lots by the share of life left at the horizon's end: `sum of cost * max(0, 1 - age / life)`.

    cost_usd: (quarter, course, world); life: (world,) or one for all, quarters; result: (course, world).
    """
    horizon = len(cost_usd)
    age = (horizon - np.arange(horizon))[:, None]  # (quarter, 1) quarters from purchase to the horizon
    share = np.broadcast_to(np.maximum(0.0, 1.0 - age / life), cost_usd[:, 0].shape)
    left: Floats = np.einsum("tcg,tg->cg", cost_usd, share)
    return left


# --- By the work that is done


def chips_in_use_usd(world: World, fleet: Fleet) -> Floats:
    """Return what the work is worth that chips still do after the horizon; (course, world), at its end.

    A unit of work is worth what bought work costs then, less what it costs to run the chip; of the work that could be
    done, only what is powered and needed counts: `lit * used`.
    """
    horizon, last = world.quarters, fleet.installed_h100e[-1]
    powered = lit(world, fleet, slice(-1, None))[0]  # (course, world)
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.minimum(1.0, world.required_h100e[-1][:, None] / (last * powered))  # (workload, course, world)
    used = np.where(last * powered > 0.0, used, 0.0)
    prices = _Prices.of(world)
    work = _opening_in_use_usd(world, prices)[:, None] + np.zeros(used.shape)
    for suppliers, life in ((slice(CUSTOM, CUSTOM + 1), world.life_custom), (BOUGHT, world.life_merchant)):
        first = max(0, horizon - int(life.max()) + 1)  # older lots no longer work
        for lots in _blocks(first, horizon):
            left = (np.arange(lots.start, lots.stop)[:, None] + life - horizon)[:, None, None]  # (lot, 1, 1, world)
            running = prices.running_usd(world.usd_per_h100e[lots, suppliers], world.mw_per_h100e[lots, suppliers])
            unit = prices.worth_usd(left, world.work_price_usd[-1], running)  # (lot, supplier, workload, world)
            work += np.einsum("vswcg,vswg->wcg", fleet.bought_h100e[lots, suppliers], unit)
    total: Floats = powered * (used * work).sum(axis=0)
    return total


def _blocks(first: int, end: int) -> Iterator[slice]:
    """Cut the lots that hold `first` to before `end` into runs of BLOCK, the same runs wherever they begin."""
    for begin in range(first - first % BLOCK, end, BLOCK):
        yield slice(begin, min(begin + BLOCK, end))


def _opening_in_use_usd(world: World, prices: _Prices) -> Floats:
    """Return the same for the opening fleet, before what is powered and needed; (workload, world)."""
    inputs, fleet = world.inputs, world.inputs.opening
    found = np.zeros((len(inputs.workloads), world.life_custom.size))
    longest = max(int(world.life_custom.max()), int(world.life_merchant.max()))
    own = np.flatnonzero(fleet.vintage + longest > world.quarters)
    if not own.size:
        return found
    supplier = inputs.chips.supplier[fleet.chip[own]]
    life = np.where((supplier == CUSTOM)[:, None], world.life_custom, world.life_merchant)  # (lot, world)
    left = fleet.vintage[own, None] + life - world.quarters
    still = (left > 0).any(axis=1)
    if not still.any():
        return found
    own, left = own[still], left[still]
    chip, workload = fleet.chip[own], fleet.workload[own]
    h100e = inputs.chips.h100e[chip, workload]
    running = prices.running_usd(
        (fleet.unit_cost_usd[own] / h100e)[:, None], (inputs.chips.kw[chip] / KW_PER_MW / h100e)[:, None]
    )
    unit = prices.worth_usd(left, world.work_price_usd[-1][workload], running)  # (lot, world)
    np.add.at(found, workload, unit * (fleet.chips[own] * h100e)[:, None])
    return found


@dataclass(frozen=True, eq=False)
class _Prices:
    """What work is worth and costs after the horizon; tables (quarters of life left, world)."""

    work: Floats  # hours times the sum of `(1 - decline)**(j/4) * (1 + r)**(-(j + 0.5)/4)` over the first quarters
    money: Floats  # hours times the sum of `(1 + r)**(-(j + 0.5)/4)`
    per_log_decline: Floats  # (world,) quarters in which the price of work falls to 1/e, below zero
    upkeep_share: Floats  # (world,) of what a chip cost, an hour
    usd_per_kw_hour: Floats  # (world,) power, upkeep and building

    @classmethod
    def of(cls, world: World) -> _Prices:
        levers = world.levers
        j = np.arange(LONGEST_LIFE)[:, None]
        log_decline = np.log1p(-levers["work_price_decline"]) / QUARTERS_PER_YEAR
        discount = np.exp(-np.log1p(levers["discount_rate"]) * (j + 0.5) / QUARTERS_PER_YEAR)
        with np.errstate(divide="ignore", over="ignore"):
            per_log_decline = np.where(log_decline < 0.0, 1.0 / log_decline, -np.inf)
        a_kw = kw_year(levers, world.energy_usd_per_mwh[-1], world.facility_usd_per_mw[-1])
        return cls(
            work=_summed(HOURS_PER_QUARTER * np.exp(log_decline * j) * discount),
            money=_summed(HOURS_PER_QUARTER * discount),
            per_log_decline=per_log_decline,
            upkeep_share=levers["maintenance_rate"] / HOURS_PER_YEAR,
            usd_per_kw_hour=a_kw.usd_per_hour,
        )

    def running_usd(self, usd_per_h100e: Floats, mw_per_h100e: Floats) -> Floats:
        """What it costs to run a chip for an hour of work of one H100e: upkeep of what was paid, and power."""
        return self.upkeep_share * usd_per_h100e + self.usd_per_kw_hour * (mw_per_h100e * KW_PER_MW)

    def worth_usd(self, left: Ints, price: Floats, running: Floats) -> Floats:
        """Return what a unit of work a chip does is worth over the quarters that it still works, USD.

        `hours * sum over j of max(0, price * (1 - decline)**(j/4) - running) * (1 + r)**(-(j + 0.5)/4)`, j up to the
        quarters `left`. The price falls and running cost does not, so all that is positive comes first.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # a hair-thin decline takes for ever
            until = np.log(running / price)
            until *= self.per_log_decline
        np.ceil(until, out=until)
        # Without price and running cost, or where both are one for ever, nothing is earned: that is nan here.
        np.fmin(until, left, out=until)
        np.maximum(until, 0.0, out=until)
        place = until.astype(np.intp)
        place *= self.work.shape[1]
        place += np.arange(self.work.shape[1])
        earned: Floats = price * np.take(self.work, place)
        earned -= running * np.take(self.money, place)
        return earned


def _summed(table: Floats) -> Floats:
    """Return the sums of the first 0, 1, 2 .. rows of a table; (row + 1, world)."""
    return np.concatenate([np.zeros((1, table.shape[1])), np.cumsum(table, axis=0)])
