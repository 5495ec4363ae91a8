"""Cash, expense, tax and value of a course: docs/METHOD.md, sections 12, 13, 16 and 17.

Each kind of money is a record of its own, made by one function from what it depends on; `cash_and_expense` puts them
together. Axes, in this order: quarter, supplier, contract, workload, course, world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import in_service, running, straight_line
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.levers import USE
from core.model.contracts import Kept, contracts, warrant_usd
from core.model.courses import Courses
from core.model.fleet import Fleet, by_class, over_workloads, still_working, unserved
from core.model.opening import opening_cost_usd, opening_depreciation_usd, opening_mw, opening_write_off_usd
from core.model.programme import programme
from core.model.residual import Residual, chips_in_use_usd, chips_on_sale_usd, unused
from core.model.units import HOURS_PER_QUARTER, KG_PER_TONNE, KW_PER_MW
from core.model.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TAX_LIFE_FACILITY_QUARTERS: Final = 156
"""US tax law deducts buildings that get no bonus over 39 years."""


@dataclass(frozen=True, eq=False)
class Flows:
    """Money, energy and carbon by quarter; (quarter, course, world) unless said otherwise."""

    capex_usd: Floats  # (quarter, supplier, course, world)
    warrant_by_supplier_usd: Floats  # (quarter, supplier, course, world)
    warrant_usd: Floats
    capex_facility_usd: Floats
    maintenance_usd: Floats
    programme_usd: Floats
    energy_usd: Floats
    facility_opex_usd: Floats
    shortfall_usd: Floats
    shortage_usd: Floats
    depreciation_chips_usd: Floats
    depreciation_facility_usd: Floats
    write_off_usd: Floats
    opex_usd: Floats
    cash_usd: Floats
    expense_usd: Floats
    tax_saving_usd: Floats
    powered_mw: Floats
    mwh: Floats
    co2_t: Floats
    unserved_h100e: Floats  # (quarter, workload, course, world)
    counted: Floats  # (quarter, contract, course, world) purchases that count, GW or USD
    short: Floats  # (year, contract, course, world) what falls short, GW or USD
    pv_terminal_usd: Floats  # (course, world) discounted, after tax
    pv_cost_usd: Floats  # (course, world) after tax
    pv_cost_pretax_usd: Floats  # (course, world)


def cash_and_expense(world: World, courses: Courses, share: Floats, fleet: Fleet) -> Flows:
    """Return all money flows and the present value of each course; share: (quarter, workload, course, world)."""
    power = power_used(world, fleet)
    capital = capital_spending(world, fleet, power)
    kept = contracts(world, fleet, capital.chips_usd)
    by_supplier_usd = warrant_usd(world, fleet, kept)
    warrant = by_supplier_usd.sum(axis=1)
    cost = running_cost(world, fleet, power, capital, kept, programme(world, courses, share))
    opex = cost.opex_usd
    chips_paid = capital.chips_usd.sum(axis=1) - warrant
    cash = chips_paid + capital.facility_usd + opex
    charged = charges(world, capital, by_supplier_usd)
    tax_saving = tax_saving_usd(world, opex, chips_paid, capital.facility_usd)
    value = present_value(world, cash, tax_saving, residual_value(world, fleet, capital))
    return Flows(
        capex_usd=capital.chips_usd,
        warrant_by_supplier_usd=by_supplier_usd,
        warrant_usd=warrant,
        capex_facility_usd=capital.facility_usd,
        maintenance_usd=cost.maintenance_usd,
        programme_usd=cost.programme_usd,
        energy_usd=cost.energy_usd,
        facility_opex_usd=cost.facility_opex_usd,
        shortfall_usd=cost.shortfall_usd,
        shortage_usd=cost.shortage_usd,
        depreciation_chips_usd=charged.depreciation_chips_usd,
        depreciation_facility_usd=charged.depreciation_facility_usd,
        write_off_usd=charged.write_off_usd,
        opex_usd=opex,
        cash_usd=cash,
        expense_usd=opex + charged.depreciation_chips_usd + charged.depreciation_facility_usd + charged.write_off_usd,
        tax_saving_usd=tax_saving,
        powered_mw=power.powered_mw,
        mwh=power.mwh,
        co2_t=power.mwh * (world.inputs.kg_co2_per_mwh / KG_PER_TONNE),
        unserved_h100e=cost.unserved_h100e,
        counted=kept.counted,
        short=kept.short,
        pv_terminal_usd=value.terminal_usd,
        pv_cost_usd=value.cost_usd,
        pv_cost_pretax_usd=value.cost_pretax_usd,
    )


# --- Power


@dataclass(frozen=True, eq=False)
class Power:
    """What the fleet draws; (quarter, course, world) each."""

    powered_mw: Floats  # IT load that capacity can feed
    mwh: Floats  # electricity of it, cooling and losses included


def power_used(world: World, fleet: Fleet) -> Power:
    """`powered = min(mw_it, capacity)`, `mwh = powered * PUE * load factor * hours`."""
    powered = np.minimum(fleet.mw_it, world.capacity_mw[:, None])
    levers = world.levers
    return Power(powered, powered * (levers["pue"] * levers["load_factor"] * HOURS_PER_QUARTER))


# --- Capital


@dataclass(frozen=True, eq=False)
class Capital:
    """Capital spending, before the warrant."""

    chips_usd: Floats  # (quarter, supplier, course, world) with spares and system share
    facility_usd: Floats  # (quarter, course, world)


def capital_spending(world: World, fleet: Fleet, power: Power) -> Capital:
    """Return what chips and facilities cost.

    Chips `bought * usd_per_h100e * (1 + spares)`; facilities `rise of the highest load so far * facility_usd_per_mw`,
    the first from what stands at the start.
    """
    chips = over_workloads(fleet.bought_h100e, world.usd_per_h100e * (1.0 + world.levers["spares"]))
    start_mw = np.maximum(world.inputs.capacity_today_mw, opening_mw(world)[0].sum(axis=0))  # (world,)
    peak_mw = np.maximum(running(power.powered_mw, np.maximum), start_mw)
    before = np.broadcast_to(start_mw, peak_mw.shape[1:])[None]
    return Capital(chips, np.diff(peak_mw, axis=0, prepend=before) * world.facility_usd_per_mw[:, None])


# --- Running cost


@dataclass(frozen=True, eq=False)
class RunningCost:
    """What is spent and not capitalised; (quarter, course, world) unless said otherwise."""

    energy_usd: Floats
    maintenance_usd: Floats
    facility_opex_usd: Floats
    programme_usd: Floats
    shortfall_usd: Floats
    shortage_usd: Floats
    unserved_h100e: Floats  # (quarter, workload, course, world) work that is rented for shortage_usd

    @property
    def opex_usd(self) -> Floats:
        """All of it."""
        of_fleet = self.energy_usd + self.maintenance_usd + self.facility_opex_usd
        return of_fleet + self.programme_usd + self.shortfall_usd + self.shortage_usd


def running_cost(
    world: World, fleet: Fleet, power: Power, capital: Capital, kept: Kept, programme_usd: Floats
) -> RunningCost:
    """Return running cost by kind; programme_usd: (quarter, course, world).

    Energy `mwh * E`; maintenance `rate / 4 * cost of what works, spares apart`; upkeep `powered kW * rate / 4`;
    shortage `unserved * hours * (1 + rent premium) * kappa_bought`.
    """
    levers = world.levers
    open_work = unserved(world, fleet)
    rent = (HOURS_PER_QUARTER * (1.0 + levers["rent_premium"])) * world.work_price_usd  # (quarter, workload, world)
    working = still_working(world, capital.chips_usd) / (1.0 + levers["spares"])
    opening = opening_cost_usd(world).sum(axis=1)[:, None]  # (quarter, 1, world)
    upkeep_per_mw = KW_PER_MW * levers["facility_opex_usd_per_kw_year"] / QUARTERS_PER_YEAR
    return RunningCost(
        energy_usd=power.mwh * world.energy_usd_per_mwh[:, None],
        maintenance_usd=(working + opening) * (levers["maintenance_rate"] / QUARTERS_PER_YEAR),
        facility_opex_usd=power.powered_mw * upkeep_per_mw,
        programme_usd=programme_usd,
        shortfall_usd=kept.shortfall_usd,
        shortage_usd=(open_work * rent[:, :, None]).sum(axis=1),
        unserved_h100e=open_work,
    )


# --- Charges


@dataclass(frozen=True, eq=False)
class Charges:
    """What the accounts charge for capital, which is no cash; (quarter, course, world) each."""

    depreciation_chips_usd: Floats
    depreciation_facility_usd: Floats
    write_off_usd: Floats


def charges(world: World, capital: Capital, warrant_by_supplier_usd: Floats) -> Charges:
    """Return depreciation in a straight line over book life, and what is written off when chips stop before its end.

    Chips stand in the books at their cost less the warrant that they earn, (quarter, supplier, course, world).
    """
    custom_cost, bought_cost = by_class(capital.chips_usd)
    if world.inputs.contracts.warrant.any():
        custom_warrant, bought_warrant = by_class(warrant_by_supplier_usd)
        custom_cost, bought_cost = custom_cost - custom_warrant, bought_cost - bought_warrant
    custom, custom_left = straight_line(custom_cost, world.life_book, world.life_custom)
    bought, bought_left = straight_line(bought_cost, world.life_book, world.life_merchant)
    return Charges(
        depreciation_chips_usd=custom + bought + opening_depreciation_usd(world)[:, None],
        depreciation_facility_usd=in_service(capital.facility_usd / world.life_facility, world.life_facility),
        write_off_usd=custom_left + bought_left + opening_write_off_usd(world)[:, None],
    )


# --- Tax


def tax_saving_usd(world: World, opex_usd: Floats, chips_paid_usd: Floats, facility_usd: Floats) -> Floats:
    """Return what tax falls by: `rate * (opex + chips + facilities as they are deducted)`.

    Chips less warrant are deducted at once, facilities in part; the rest of them in a straight line over 39 years.
    All are (quarter, course, world).
    """
    at_once = world.levers["bonus_share_facility"] * facility_usd
    tax_life = np.array([TAX_LIFE_FACILITY_QUARTERS])
    spread = in_service((facility_usd - at_once) / TAX_LIFE_FACILITY_QUARTERS, tax_life)
    return world.levers["tax_rate"] * (opex_usd + chips_paid_usd + at_once + spread)


# --- Value


@dataclass(frozen=True, eq=False)
class Value:
    """What a course costs in all, discounted; (course, world) each."""

    terminal_usd: Floats  # residual value after tax
    cost_usd: Floats  # after tax
    cost_pretax_usd: Floats


def present_value(world: World, cash: Floats, tax_saving: Floats, residual: Residual) -> Value:
    """`cost = sum of discount * (cash - tax saving) - residual`; cash, tax_saving: (quarter, course, world) USD."""
    pretax = (world.discount[:, None] * cash).sum(axis=0)
    relief = (world.discount[:, None] * tax_saving).sum(axis=0)
    return Value(residual.after_tax_usd, pretax - relief - residual.after_tax_usd, pretax - residual.pretax_usd)


def residual_value(world: World, fleet: Fleet, capital: Capital) -> Residual:
    """Return the residual value at the horizon's end, of chips on the basis that the world asks for.

    Facilities: what was spent times the unused share of their life, times what can be recovered. Tax is due on what
    exceeds the facility cost not yet deducted.
    """
    levers = world.levers
    value = levers["terminal_recovery_facility"] * unused(capital.facility_usd, world.life_facility)
    on_use = levers["terminal_basis"] == USE
    if on_use.all():
        value += chips_in_use_usd(world, fleet)
    elif on_use.any():
        value += np.where(on_use, chips_in_use_usd(world, fleet), chips_on_sale_usd(world, capital.chips_usd))
    else:
        value += chips_on_sale_usd(world, capital.chips_usd)
    undeducted = (1.0 - levers["bonus_share_facility"]) * unused(capital.facility_usd, TAX_LIFE_FACILITY_QUARTERS)
    after_tax = value - levers["tax_rate"] * (value - undeducted)
    return Residual(after_tax * world.discount_end, value * world.discount_end)
