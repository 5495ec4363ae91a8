"""What is bought, quarter by quarter, and what then stands: docs/METHOD.md, section 11.

Axes, in this order: quarter, supplier, workload, course, world. The one recursion is over quarters: what is bought
depends on what still works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import in_service
from core.inputs.data import BOUGHT, CUSTOM
from core.model.courses import Buying
from core.model.opening import opening_h100e, opening_mw
from core.model.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ALIKE: Final = Buying()
"""All courses buy as their world says."""
ROUNDING: Final = 1e-9
"""A shortage, a held purchase or a shortfall below this share of the whole is rounding."""


@dataclass(frozen=True, eq=False)
class Fleet:
    """What is bought and what then stands, by course."""

    bought_h100e: Floats  # (quarter, supplier, workload, course, world)
    installed_h100e: Floats  # (quarter, workload, course, world)
    held_back_h100e: Floats  # (quarter, workload, course, world) of the quarter's want, before scaling
    gap_h100e: Floats  # (quarter, workload, course, world) what is bought in all, after scaling
    mw_it: Floats  # (quarter, course, world)
    scaled: Bools  # (quarter, course, world) power held purchases down
    rationed: Bools  # (quarter, course, world) the custom supply limit did


# --- What is wanted


@dataclass(frozen=True, eq=False)
class Wants:
    """How a gap is to be filled, whatever its size: known for all quarters before the first purchase."""

    allowed: Bools  # (quarter, workload, 1 or course, world) custom chips may be bought: no right to stop bites
    share: Floats  # (quarter, workload, course, world) of the gap that custom chips are to fill
    rank: Floats  # (quarter, workload, world) the lower, the sooner served when custom supply is short
    mw_custom: Floats  # (quarter, workload, 1, world) MW that a unit of custom work draws
    mw_bought: Floats  # (quarter, workload, 1 or course, world) MW a unit of bought work draws, over all merchants
    mw_of_gap: Floats  # (quarter, workload, course, world) MW that a unit of gap draws if supply is unlimited
    custom_limit_mw: Floats  # (world,) what custom supply can deliver in a quarter
    sold: Bools | None  # (quarter, workload, 1, world) a merchant has an offer; None if one has throughout


def wants(world: World, share: Floats, buying: Buying) -> Wants:
    """Return what is wanted; share: (quarter, workload, course, world) as `custom_share`.

    Right to stop: custom chips are wanted where `kappa_custom <= (1 + premium) * kappa_bought`.
    """
    custom_kappa, bought_kappa = world.kappa[:, CUSTOM], world.bought_kappa
    premium = world.levers["custom_premium_max"] if buying.premium_max is None else buying.premium_max
    with np.errstate(invalid="ignore"):
        dear = custom_kappa[:, :, None] > (1.0 + premium) * bought_kappa[:, :, None]
        allowed = np.isfinite(custom_kappa)[:, :, None] & ~dear
        rank = custom_kappa / bought_kappa
    wanted = share * allowed
    mw_custom = world.mw_per_h100e[:, CUSTOM, :, None]
    mw_bought = mw_per_bought_h100e(world, buying)
    return Wants(
        allowed=allowed,
        share=wanted,
        rank=rank,
        mw_custom=mw_custom,
        mw_bought=mw_bought,
        mw_of_gap=mw_bought + wanted * (mw_custom - mw_bought),
        custom_limit_mw=world.levers["custom_supply_limit_mw"],
        sold=None if np.isfinite(bought_kappa).all() else np.isfinite(bought_kappa)[:, :, None],
    )


def mw_per_bought_h100e(world: World, buying: Buying = ALIKE) -> Floats:
    """MW that a unit of bought work draws over all merchants; (quarter, workload, 1 or course, world)."""
    mean: Floats = (share_of_bought(world, buying) * world.mw_per_h100e[:, BOUGHT, :, None]).sum(axis=1)
    return mean


def share_of_bought(world: World, buying: Buying) -> Floats:
    """Return each merchant's share of what is bought; (quarter, merchant, workload, 1 or course, world)."""
    return world.bought_share[:, :, :, None] if buying.bought_share is None else buying.bought_share


# --- Buying


@dataclass(frozen=True, eq=False)
class Purchase:
    """What is bought in one quarter."""

    gap_h100e: Floats  # (workload, course, world) all of it: what was open, as far as there is power and an offer
    custom_h100e: Floats  # (workload, course, world)
    bought_h100e: Floats  # (workload, course, world) from all merchants
    custom_mw: Floats  # (course, world)
    bought_mw: Floats  # (course, world)
    scale: Floats  # (course, world) share of what was open that there is power for
    rationed: Bools  # (course, world) custom supply is short


def purchase(gap: Floats, room_mw: Floats, want: Wants, t: int) -> Purchase:
    """Buy for the `gap` (workload, course, world), H100e, of quarter t within `room_mw` (course, world).

    Power first: all is scaled by `min(1, room / MW wanted)`. Then custom supply: what is wanted is served in order of
    rank up to the limit, and the merchants fill what is left.
    """
    mw_wanted = (gap * want.mw_of_gap[t]).sum(axis=0)
    scale, tight = np.ones_like(mw_wanted), mw_wanted > room_mw
    if tight.any():
        np.divide(room_mw, mw_wanted, out=scale, where=tight)
        gap = gap * scale
    custom = gap * want.share[t]
    custom_mw = custom * want.mw_custom[t]  # (workload, course, world)
    total_mw = custom_mw.sum(axis=0)
    rationed = total_mw > want.custom_limit_mw
    if rationed.any():
        course, place = np.nonzero(rationed)
        wanted_mw = custom_mw[:, course, place]  # (workload, case)
        served = serve_in_order(wanted_mw, want.rank[t][:, place], want.custom_limit_mw[place])
        custom[:, course, place] *= served
        custom_mw[:, course, place] = wanted_mw * served
        total_mw = custom_mw.sum(axis=0)
    bought = gap - custom
    if want.sold is not None:
        bought *= want.sold[t]
        gap = custom + bought
    return Purchase(gap, custom, bought, total_mw, (bought * want.mw_bought[t]).sum(axis=0), scale, rationed)


def serve_in_order(custom_mw: Floats, rank: Floats, limit: Floats) -> Floats:
    """Return the served share of each want when custom supply is short; all (workload, case), limit: (case,).

    Wants are served from the lowest `rank` up, ties in file order, until `limit` MW are used.
    """
    position = np.arange(rank.shape[0])
    earlier = (position[None, :] < position[:, None])[:, :, None]
    ahead = (rank[None] < rank[:, None]) | ((rank[None] == rank[:, None]) & earlier)  # (workload, ahead of it, case)
    left = limit - np.where(ahead, custom_mw[None], 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(custom_mw > 0.0, np.clip(left / custom_mw, 0.0, 1.0), 0.0)


class Lots:
    """What is bought of one class of chips, a lot a quarter; each works for the class's life and then goes."""

    def __init__(self, life: Ints, shape: tuple[int, ...]) -> None:
        """Make room for lots of `life` (world,) quarters; shape: quarter, workload, course, world."""
        self.h100e = np.zeros(shape)  # (quarter, workload, course, world)
        self.mw = np.zeros((shape[0], *shape[2:]))  # (quarter, course, world)
        self._life = life
        self._shortest, self._longest = int(life.min()), int(life.max())

    def retire(self, standing_h100e: Floats, standing_mw: Floats, t: int) -> None:
        """Take from what stands, (workload, course, world) and (course, world), the lots that stop working in t."""
        if self._shortest > t:
            return
        if self._shortest == self._longest:
            standing_h100e -= self.h100e[t - self._shortest]
            standing_mw -= self.mw[t - self._shortest]
            return
        place = np.flatnonzero(self._life <= t)
        lot = t - self._life[place]
        # NumPy puts the indexed axes, quarter and world, first.
        standing_h100e[:, :, place] -= self.h100e[lot, :, :, place].transpose(1, 2, 0)
        standing_mw[:, place] -= self.mw[lot, :, place].T

    def add(self, standing_h100e: Floats, standing_mw: Floats, t: int, h100e: Floats, mw: Floats) -> None:
        """Put the lot of quarter t to work."""
        self.h100e[t], self.mw[t] = h100e, mw
        standing_h100e += h100e
        standing_mw += mw


def build_fleet(world: World, share: Floats, buying: Buying = ALIKE) -> Fleet:
    """Buy quarter by quarter what the surviving fleet leaves open; share: (quarter, workload, course, world).

    `gap = max(0, required - surviving)`; right to stop, power and custom supply are applied in this order.
    """
    want = wants(world, share, buying)
    opening = opening_h100e(world).sum(axis=1)[:, :, None]  # (quarter, workload, 1, world)
    opening_mw_it = opening_mw(world).sum(axis=1)[:, None]  # (quarter, 1, world)
    required, capacity = world.required_h100e[:, :, None], world.capacity_mw[:, None]

    custom, bought = Lots(world.life_custom, share.shape), Lots(world.life_merchant, share.shape)
    standing, standing_mw = np.zeros(share.shape[1:]), np.zeros(share.shape[2:])  # of the lots, opening fleet apart
    open_gap, installed = np.empty_like(share), np.empty_like(share)
    mw_it, scale = np.empty_like(custom.mw), np.empty_like(custom.mw)
    rationed = np.empty(custom.mw.shape, dtype=np.bool_)
    for t in range(world.quarters):
        custom.retire(standing, standing_mw, t)
        bought.retire(standing, standing_mw, t)
        surviving = opening[t] + standing
        gap = np.maximum(required[t] - surviving, 0.0, out=open_gap[t])
        room = np.maximum(capacity[t] - (opening_mw_it[t] + standing_mw), 0.0)
        buys = purchase(gap, room, want, t)
        custom.add(standing, standing_mw, t, buys.custom_h100e, buys.custom_mw)
        bought.add(standing, standing_mw, t, buys.bought_h100e, buys.bought_mw)
        np.add(surviving, buys.gap_h100e, out=installed[t])
        np.add(opening_mw_it[t], standing_mw, out=mw_it[t])
        scale[t], rationed[t] = buys.scale, buys.rationed

    return Fleet(
        bought_h100e=by_supplier(custom.h100e, bought.h100e, share_of_bought(world, buying)),
        installed_h100e=installed,
        held_back_h100e=np.where(want.allowed, 0.0, share) * open_gap,
        gap_h100e=custom.h100e + bought.h100e,
        mw_it=mw_it,
        scaled=scale < 1.0,
        rationed=rationed,
    )


def by_supplier(custom: Floats, bought: Floats, merchant_share: Floats) -> Floats:
    """Put custom and bought work together, the latter by the merchants' shares, as `share_of_bought`.

    custom, bought: (quarter, workload, course, world); result: (quarter, supplier, workload, course, world).
    """
    found = np.empty((custom.shape[0], merchant_share.shape[1] + 1, *custom.shape[1:]))
    found[:, CUSTOM] = custom
    np.multiply(bought[:, None], merchant_share, out=found[:, BOUGHT])
    return found


# --- What flows of a fleet have in common


def by_class(supplier_flow: Floats) -> tuple[Floats, Floats]:
    """Split a flow (quarter, supplier, course, world) into custom and bought."""
    return supplier_flow[:, CUSTOM], supplier_flow[:, BOUGHT].sum(axis=1)


def still_working(world: World, supplier_flow: Floats) -> Floats:
    """Return what of a flow (quarter, supplier, course, world) is still in service, all suppliers together.

    (quarter, course, world).
    """
    custom, bought = by_class(supplier_flow)
    return in_service(custom, world.life_custom) + in_service(bought, world.life_merchant)


def over_workloads(h100e: Floats, per_h100e: Floats) -> Floats:
    """Sum over workloads of work times a rate: (t, s, workload, course, world) x (t, s, workload, world)."""
    total: Floats = np.einsum("tswcg,tswg->tscg", h100e, per_h100e)
    return total


def lit(world: World, fleet: Fleet, quarters: slice = slice(None)) -> Floats:
    """`min(1, capacity / mw_it)`: the share of the fleet that can be powered; (quarter, course, world)."""
    mw_it, capacity = fleet.mw_it[quarters], world.capacity_mw[quarters, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mw_it > 0.0, np.minimum(1.0, capacity / mw_it), 1.0)


def unserved(world: World, fleet: Fleet) -> Floats:
    """`max(0, required - installed * min(1, capacity/mw_it))`, H100e; (quarter, workload, course, world)."""
    open_work = world.required_h100e[:, :, None] - fleet.installed_h100e * lit(world, fleet)[:, None]
    return np.where(open_work > ROUNDING * fleet.installed_h100e, open_work, 0.0)
