"""What the world offers: demand, chips on offer, their cost of work, power and prices, quarter by quarter.

A *world* is one setting of every lever but the adoption rates and their starts. Nothing here depends on how much
custom silicon is adopted, so the variants of a scenario and every point of an adoption sweep share one world.

Axes, in this order: quarter, supplier, chip or contract, workload, world. Formulas: docs/METHOD.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.finance import discount_factor, round_half_up
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import BOUGHT, CUSTOM, LEAD, Inputs
from core.inputs.lever_table import bought_share, demand_growth
from core.inputs.levers import BOUGHT_CHIPS, CUSTOM_CHIPS
from core.inputs.scenario import Columns
from core.model.chip_hour import kw_year
from core.model.offers import NO_CHIP, Places, offer
from core.model.units import KW_PER_MW

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class World:
    """A batch of worlds with one horizon; see the module's docstring for the axes."""

    inputs: Inputs
    levers: Columns  # (world,) each
    quarters: int  # T
    required_h100e: Floats  # (quarter, workload, world)
    chip: Places  # (quarter, supplier, workload, world) index of the chip offered, or NO_CHIP
    kappa: Floats  # (quarter, supplier, workload, world) USD per H100e-hour; inf without an offer
    usd_per_h100e: Floats  # (quarter, supplier, workload, world) chip and system share; 0 without an offer
    mw_per_h100e: Floats  # (quarter, supplier, workload, world) IT load; 0 without an offer
    bought_kappa: Floats  # (quarter, workload, world) the lowest of the merchants' kappa; inf where none has an offer
    work_price_usd: Floats  # (quarter, workload, world) the same, the nearest before where none has an offer
    bought_share: Floats  # (quarter, merchant, workload, world) of what is bought, after offers; adds up to 1
    energy_usd_per_mwh: Floats  # (quarter, world)
    facility_usd_per_mw: Floats  # (quarter, world)
    capacity_mw: Floats  # (quarter, world)
    life_custom: Ints  # (world,) service life in quarters
    life_merchant: Ints  # (world,)
    life_book: Ints  # (world,)
    life_facility: Ints  # (world,)
    discount: Floats  # (quarter, world) to mid-quarter
    discount_end: Floats  # (world,) to the end of the horizon

    def life(self, supplier: int) -> Ints:
        """Return the service life of a supplier's chips; (world,) quarters."""
        return self.life_custom if supplier == CUSTOM else self.life_merchant


def alone(world: World) -> World:
    """Return the one world of a batch of one, its arrays without their last axis; levers are numbers."""
    whole: dict[str, Any] = {part.name: getattr(world, part.name) for part in fields(world)}
    cut = {name: value[..., 0] for name, value in whole.items() if isinstance(value, np.ndarray)}
    levers = {name: column[0] for name, column in world.levers.items()}
    return World(**{**whole, **cut, "levers": levers})


def years_since_data(quarters: int) -> Ints:
    """Return whole calendar years since the fleet year, by quarter (quarter, 1)."""
    return (np.arange(quarters) // QUARTERS_PER_YEAR + 1)[:, None]


def build(inputs: Inputs, levers: Columns) -> World:
    """Return the worlds that `levers`, (world,) each, describe; all must have the same horizon."""
    quarters = inputs.calendar.quarters_to(int(levers["horizon_year"][0]))
    life_custom = round_half_up(QUARTERS_PER_YEAR * levers[CUSTOM_CHIPS.service_life])
    life_merchant = round_half_up(QUARTERS_PER_YEAR * levers[BOUGHT_CHIPS.service_life])
    energy = _energy_usd_per_mwh(inputs, levers, quarters)
    facility = _facility_usd_per_mw(levers, quarters)
    power = kw_year(levers, energy, facility).usd_per_hour
    offers = [
        offer(inputs, levers, supplier, quarters, life_custom if supplier == CUSTOM else life_merchant, power)
        for supplier in range(len(inputs.suppliers))
    ]
    chip = np.stack([one.chip for one in offers], axis=1)
    kappa = np.stack([one.kappa for one in offers], axis=1)
    bought_kappa = kappa[:, BOUGHT].min(axis=1)
    return World(
        inputs=inputs,
        levers=levers,
        quarters=quarters,
        required_h100e=_required_h100e(inputs, levers, quarters),
        chip=chip,
        kappa=kappa,
        usd_per_h100e=np.stack([one.usd_per_h100e for one in offers], axis=1),
        mw_per_h100e=np.stack([one.mw_per_h100e for one in offers], axis=1),
        bought_kappa=bought_kappa,
        work_price_usd=_work_price_usd(bought_kappa),
        bought_share=bought_shares(inputs, levers, chip[:, BOUGHT] != NO_CHIP),
        energy_usd_per_mwh=energy,
        facility_usd_per_mw=facility,
        capacity_mw=_capacity_mw(inputs, levers, quarters),
        life_custom=life_custom,
        life_merchant=life_merchant,
        life_book=round_half_up(QUARTERS_PER_YEAR * levers["book_life_years"]),
        life_facility=round_half_up(QUARTERS_PER_YEAR * levers["facility_life_years"]),
        discount=discount_factor(levers["discount_rate"], np.arange(0.5, quarters)[:, None]),
        discount_end=discount_factor(levers["discount_rate"], float(quarters)),
    )


def _required_h100e(inputs: Inputs, levers: Columns, quarters: int) -> Floats:
    """`required = D0 * (base / D0)**k * (1 + headroom)`, k the family's growth lever; (quarter, workload, world)."""
    growth = np.stack([levers[demand_growth(family)] for family in inputs.families])  # (workload, world)
    log_path = np.log(inputs.demand_h100e[:quarters] / inputs.demand_today_h100e)
    demand = inputs.demand_today_h100e[:, None] * np.exp(log_path[:, :, None] * growth)
    return demand * (1.0 + levers["headroom"])


def _energy_usd_per_mwh(inputs: Inputs, levers: Columns, quarters: int) -> Floats:
    """`E = weighted price of the fleet year * power_price * (1 + power_escalation)**years since`; (quarter, world)."""
    growth = np.log1p(levers["power_escalation"])
    return inputs.power_usd_per_mwh * levers["power_price"] * np.exp(growth * years_since_data(quarters))


def _facility_usd_per_mw(levers: Columns, quarters: int) -> Floats:
    """`facility_kw = facility_usd_per_kw * (1 + construction_inflation)**years`, a MW; (quarter, world)."""
    growth = np.log1p(levers["construction_inflation"])
    return levers["facility_usd_per_kw"] * KW_PER_MW * np.exp(growth * years_since_data(quarters))


def _capacity_mw(inputs: Inputs, levers: Columns, quarters: int) -> Floats:
    """`capacity = the data's * power_capacity`, IT load that can be powered; (quarter, world)."""
    return inputs.capacity_mw[:quarters, None] * levers["power_capacity"]


def ramp(start: Floats, ramp_years: Floats, quarters: int) -> Floats:
    """Return how far shares have moved: `3x**2 - 2x**3`, `x = (t - t0 + 1)/(4*ramp_years + 1)` clipped to 0..1.

    start: (..., world) quarter index; ramp_years: (world,) or (course, world); result: (quarter, ..., world).
    """
    t = np.arange(quarters).reshape(-1, *(1,) * start.ndim)
    x = np.clip((t - start + 1.0) / (QUARTERS_PER_YEAR * ramp_years + 1.0), 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def _work_price_usd(bought_kappa: Floats) -> Floats:
    """Return what an hour of bought work costs; where delays leave no merchant an offer, what it cost last.

    Before the first offer it is what the first one costs, and 0 if there never is one; (quarter, workload, world).
    """
    known = np.isfinite(bought_kappa)
    if known.all():
        return bought_kappa
    quarter = np.arange(len(known)).reshape(-1, *(1,) * (known.ndim - 1))
    last = np.maximum.accumulate(np.where(known, quarter, -1), axis=0)
    place = np.where(last < 0, known.argmax(axis=0), last)
    price = np.take_along_axis(bought_kappa, place, axis=0)
    return np.where(np.isfinite(price), price, 0.0)


def bought_shares(inputs: Inputs, levers: Columns, there: Bools) -> Floats:
    """Return each merchant's share of what is bought; (quarter, merchant, workload, world), as `there`."""
    others = inputs.suppliers[LEAD + 1 :]
    goal = np.array([[levers[bought_share(one, workload)] for workload in inputs.workloads] for one in others])
    return shares_of_bought(inputs, goal, ramp(levers["adoption_start"], levers["ramp_years"], len(there)), there)


def shares_of_bought(inputs: Inputs, goal: Floats, moved: Floats, there: Bools) -> Floats:
    """Return each merchant's share of what is bought; (quarter, merchant, workload, ..., world).

    The shares of all but the lead move from today's to `goal` (merchant but the lead, workload, ..., world) as
    `moved` (quarter, ..., world) says; where they add up to more than 1 each is divided by their sum, and the lead has
    what is left. Merchants without an offer, not `there` (quarter, merchant, workload, ..., world), have none, and the
    others divide it in proportion; the first of them has all if their shares add up to 0.
    """
    share = np.empty(np.broadcast_shapes(there.shape, (*there.shape[:3], *moved.shape[1:])))
    if there.shape[1] > 1:
        today = inputs.bought_share_today.reshape(*inputs.bought_share_today.shape, *(1,) * (moved.ndim - 1))
        share[:, 1:] = today + (goal - today) * moved[:, None, None]
        total = share[:, 1:].sum(axis=1, keepdims=True)
        if (total > 1.0).any():
            share[:, 1:] /= np.maximum(total, 1.0)
            total = np.minimum(total, 1.0)
        share[:, :1] = 1.0 - total
    else:
        share[:] = 1.0
    if there.all():
        return share
    share *= there
    left = share.sum(axis=1, keepdims=True)
    nothing = left <= 0.0
    # Where all are there nothing is divided, so that no share hangs on which other worlds are in the batch.
    share /= np.where(nothing | there.all(axis=1, keepdims=True), 1.0, left)
    if nothing.any():
        share += nothing & there & (np.cumsum(there, axis=1) == 1)
    return share
