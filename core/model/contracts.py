"""What is promised to suppliers, what falls short of it, and the warrant: docs/METHOD.md, section 15.

Axes, in this order: quarter or year, contract, workload, course, world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import running
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import AMD, Contracts
from core.model.fleet import Fleet, over_workloads
from core.model.units import MW_PER_GW, USD_PER_USD_BN
from core.model.world import World

Floats = NDArray[np.float64]

WARRANT_CAP_GW: Final = 6.0
"""AMD's warrant vests over the agreement's 6 GW (source: amd-meta-8k-2026)."""
YEAR_END: Final = slice(QUARTERS_PER_YEAR - 1, None, QUARTERS_PER_YEAR)
"""The last quarter of every year."""


@dataclass(frozen=True, eq=False)
class Kept:
    """How far contracts are kept."""

    counted: Floats  # (quarter, contract, course, world) purchases that count, GW or USD
    short: Floats  # (year, contract, course, world) what falls short, GW or USD
    shortfall_usd: Floats  # (quarter, course, world) what that costs


def contracts(world: World, fleet: Fleet, capex_usd: Floats) -> Kept:
    """Return how far contracts are kept; capex_usd: (quarter, supplier, course, world).

    Cost: `penalty * short * usd_per_gw` of all contracts, in the year's last quarter.
    """
    deals = world.inputs.contracts
    counted = counted_purchases(world, fleet, capex_usd)
    short = shortfall(deals, counted)
    usd_per_gw = deals.usd_per_gw[:, : len(short)].T[:, :, None, None]  # (year, contract, 1, 1)
    cost: Floats = np.zeros((world.quarters, *short.shape[2:]))
    cost[YEAR_END] = (short * usd_per_gw).sum(axis=1) * world.levers["shortfall_penalty"]
    return Kept(counted, short, cost)


def counted_purchases(world: World, fleet: Fleet, capex_usd: Floats) -> Floats:
    """Return what counts towards each contract: GW of the chips that count, spares included, or the supplier's USD.

    (quarter, contract, course, world).
    """
    deals = world.inputs.contracts
    counts = np.column_stack([deals.counts, np.zeros(len(deals.id), dtype=np.bool_)])  # the last column is NO_CHIP's
    counted_chip = counts[np.arange(len(deals.id))[:, None, None], world.chip[:, deals.supplier]]
    gw_per_h100e = world.mw_per_h100e[:, deals.supplier] / MW_PER_GW * (1.0 + world.levers["spares"]) * counted_chip
    gw = over_workloads(fleet.bought_h100e[:, deals.supplier], gw_per_h100e)
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


def warrant_gw(deals: Contracts, counted: Floats) -> Floats:
    """Return the GW of AMD that earn its warrant, up to 6 in all; (quarter, course, world).

    counted: (quarter, contract, course, world).
    """
    amd_gw = counted[:, deals.in_gw & (deals.supplier == AMD)].sum(axis=1)
    earned: Floats = np.minimum(running(amd_gw), WARRANT_CAP_GW)
    return np.diff(earned, axis=0, prepend=0.0)


def warrant_usd(world: World, counted: Floats) -> Floats:
    """Return the AMD warrant earned: `usd_bn_per_gw * 1e9` a GW that earns it; (quarter, course, world)."""
    gw = warrant_gw(world.inputs.contracts, counted)
    return gw * world.levers["amd_warrant_usd_bn_per_gw"] * USD_PER_USD_BN
