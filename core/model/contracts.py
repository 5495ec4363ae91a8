"""What is promised to suppliers, what falls short of it, and the warrants: docs/METHOD.md, section 15.

Axes, in this order: quarter or year, contract, workload, course, world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import running
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Contracts
from core.inputs.lever_table import warrant
from core.model.fleet import Fleet, over_workloads
from core.model.units import MW_PER_GW, USD_PER_USD_BN
from core.model.world import World

Floats = NDArray[np.float64]

YEAR_END: Final = slice(QUARTERS_PER_YEAR - 1, None, QUARTERS_PER_YEAR)
"""The last quarter of every year."""


@dataclass(frozen=True, eq=False)
class Kept:
    """How far contracts are kept."""

    counted: Floats  # (quarter, contract, course, world) purchases that count, GW or USD
    short: Floats  # (year, contract, course, world) what falls short, GW or USD
    shortfall_usd: Floats  # (quarter, course, world) what that costs
    gw_per_h100e: Floats  # (quarter, contract, workload, world) as `gw_per_h100e`


def contracts(world: World, fleet: Fleet, capex_usd: Floats) -> Kept:
    """Return how far contracts are kept; capex_usd: (quarter, supplier, course, world).

    Cost: `penalty * short * usd_per_gw` of all contracts, in the year's last quarter.
    """
    deals = world.inputs.contracts
    per_h100e = gw_per_h100e(world)
    counted = counted_purchases(world, fleet, capex_usd, per_h100e)
    short = shortfall(deals, counted)
    usd_per_gw = deals.usd_per_gw[:, : len(short)].T[:, :, None, None]  # (year, contract, 1, 1)
    cost: Floats = np.zeros((world.quarters, *short.shape[2:]))
    cost[YEAR_END] = (short * usd_per_gw).sum(axis=1) * world.levers["shortfall_penalty"]
    return Kept(counted, short, cost, per_h100e)


def counted_purchases(world: World, fleet: Fleet, capex_usd: Floats, per_h100e: Floats) -> Floats:
    """Return what counts towards each contract: GW of the chips that count, spares included, or the supplier's USD.

    (quarter, contract, course, world). per_h100e: as `gw_per_h100e`.
    """
    deals = world.inputs.contracts
    gw = over_workloads(fleet.bought_h100e[:, deals.supplier], per_h100e)
    return np.where(deals.in_gw[:, None, None], gw, capex_usd[:, deals.supplier])


def shortfall(deals: Contracts, counted: Floats) -> Floats:
    """Return what falls short by year, GW or USD; (year, contract, course, world).

    `max(0, cumulative amount - cumulative purchases - already charged)`, which is the rise of the highest cumulative
    lag so far, in years of the contract. counted: (quarter, contract, course, world).
    """
    bought = running(counted)[YEAR_END]  # (year, contract, course, world)
    years = len(bought)
    due = np.cumsum(deals.amount[:, :years], axis=1).T[:, :, None, None]
    active = deals.active[:, :years].T[:, :, None, None]
    charged = running(np.where(active, np.maximum(due - bought, 0.0), 0.0), np.maximum)
    return np.diff(charged, axis=0, prepend=0.0)


def gw_per_h100e(world: World) -> Floats:
    """GW that a unit of work counts for a contract, spares included; 0 for chips that do not count.

    (quarter, contract, workload, world).
    """
    deals = world.inputs.contracts
    counts = np.column_stack([deals.counts, np.zeros(len(deals.id), dtype=np.bool_)])  # the last column is NO_CHIP's
    counted_chip = counts[np.arange(len(deals.id))[:, None, None], world.chip[:, deals.supplier]]
    return world.mw_per_h100e[:, deals.supplier] / MW_PER_GW * (1.0 + world.levers["spares"]) * counted_chip


def warrant_gw(deals: Contracts, counted: Floats) -> Floats:
    """Return the GW that earn a warrant, up to each agreement's total; (quarter, contract, course, world).

    counted: (quarter, contract, course, world); contracts without a warrant have 0.
    """
    most = (deals.warrant * deals.amount.sum(axis=1))[:, None, None]
    return np.diff(np.minimum(running(counted), most), axis=0, prepend=0.0)


def warrant_usd(world: World, fleet: Fleet, kept: Kept) -> Floats:
    """Return the warrants earned, by the supplier whose chips earn them; (quarter, supplier, course, world).

    `usd_bn_per_gw * 1e9` a GW that earns it, a lot at most what it stands for in the books; the quarter in which an
    agreement's total is reached counts in proportion over its lots.
    """
    inputs = world.inputs
    deals, counted = inputs.contracts, kept.counted
    found = np.zeros((len(counted), len(inputs.suppliers), *counted.shape[2:]))
    earning = np.flatnonzero(deals.warrant)
    if not earning.size:
        return found
    earned = warrant_gw(deals, counted)
    for contract in earning:
        supplier = int(deals.supplier[contract])
        usd_per_gw = world.levers[warrant(inputs.suppliers[supplier])] * USD_PER_USD_BN
        earns = usd_per_gw * kept.gw_per_h100e[:, contract]  # (quarter, workload, world) USD per H100e
        book = world.usd_per_h100e[:, supplier] * (1.0 + world.levers["spares"])
        in_full, is_below = earned[:, contract] * usd_per_gw, (earns <= book).all(axis=(0, 1))
        if is_below.all():
            found[:, supplier] = in_full
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.nan_to_num(earned[:, contract] / counted[:, contract])  # (quarter, course, world)
        each = np.minimum(part[:, None] * earns[:, :, None], book[:, :, None])  # (quarter, workload, course, world)
        # Of each world by itself: what it comes to does not hang on which others are in the batch, to the last bit.
        found[:, supplier] = np.where(is_below, in_full, (each * fleet.bought_h100e[:, supplier]).sum(axis=1))
    return found
