"""The cost model: what a course of adoption does to fleet, power, cash, expense, tax and value.

`simulate` runs a batch of scenarios with one horizon in full; `evaluate` runs any batch and keeps the figures of
the machine interface. A *course* is one path of adoption in a world: a scenario has three, PLAN, HOLD and EXIT.

Axes, in this order: quarter, supplier, contract, workload, course, world. The functions stand in the order of
docs/METHOD.md, which gives each formula and its reason. The one recursion is over time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import in_service, running, straight_line
from core.inputs.data import AMD, CUSTOM, NVIDIA, Inputs
from core.inputs.scenario import QUARTERS_PER_YEAR, Columns
from core.model.world import HOURS_PER_QUARTER, KW_PER_MW, SHORTEST_LIFE, World, build, opening_tables, ramp

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MODEL_VERSION: Final = "1"
"""Changes when the same scenario on the same data gives other figures."""

PLAN: Final = 0
HOLD: Final = 1
EXIT: Final = 2
"""Position of the variants on the course axis: the scenario, today's mix held, no custom chips from 2027-Q1."""

MW_PER_GW: Final = 1000.0
KG_PER_TONNE: Final = 1000.0
USD_PER_USD_BN: Final = 1e9
WARRANT_CAP_GW: Final = 6.0
"""AMD's warrant vests over the agreement's 6 GW (source: amd-meta-8k-2026)."""
TAX_LIFE_FACILITY_QUARTERS: Final = 156
"""US tax law deducts buildings that get no bonus over 39 years."""
ROUNDING: Final = 1e-9
"""A shortage, a held purchase or a shortfall below this share of the whole is rounding."""


@dataclass(frozen=True, eq=False)
class Courses:
    """Paths of adoption, several to a world."""

    adoption: Floats  # (workload, course, world)
    start: Floats  # (course, world) quarter index from which shares move


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


@dataclass(frozen=True, eq=False)
class Flows:
    """Money, energy and carbon by quarter; (quarter, course, world) unless said otherwise."""

    capex_usd: Floats  # (quarter, supplier, course, world)
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


@dataclass(frozen=True, eq=False)
class Course(Fleet, Flows):
    """What one course of one scenario does: all of Fleet and Flows, without the axes of course and world."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """A batch of scenarios in full: the worlds they live in and what each course of each does."""

    world: World
    courses: Courses
    fleet: Fleet
    flows: Flows


def simulate(inputs: Inputs, levers: Columns) -> Simulation:
    """Run PLAN, HOLD and EXIT of each scenario in `levers`, (world,) arrays with one horizon."""
    world = build(inputs, levers)
    return run(world, variants(world))


def course_alone(sim: Simulation, course: int) -> Course:
    """Return what `course` does in a batch of one scenario."""
    parts = (sim.fleet, sim.flows)
    return Course(**{part.name: getattr(whole, part.name)[..., course, 0] for whole in parts for part in fields(whole)})


def run(world: World, courses: Courses) -> Simulation:
    """Run `courses` in `world`."""
    share = custom_share(world, courses)
    fleet = build_fleet(world, share)
    return Simulation(world, courses, fleet, cash_and_expense(world, courses, share, fleet))


def plan_adoption(world: World) -> Floats:
    """Return the scenario's own adoption rates; (workload, world)."""
    return np.stack([world.levers[f"adoption_{workload}"] for workload in world.inputs.workloads])


def variants(world: World) -> Courses:
    """Return the three courses of a scenario: PLAN, HOLD (today's shares) and EXIT (none, from 2027-Q1)."""
    plan = plan_adoption(world)
    hold = np.broadcast_to(world.inputs.custom_share_today[:, None], plan.shape)
    start = world.levers["adoption_start"]
    return Courses(np.stack([plan, hold, np.zeros_like(plan)], axis=1), np.stack([start, start, np.zeros_like(start)]))


def custom_share(world: World, courses: Courses) -> Floats:
    """`share = today + (adoption - today) * R`: what custom chips want of new capacity, before offers and stops."""
    today = world.inputs.custom_share_today[:, None, None]
    moved = ramp(courses.start, world.levers["ramp_years"], world.quarters)[:, None]
    return today + (courses.adoption - today) * moved


def build_fleet(world: World, share: Floats) -> Fleet:
    """Buy quarter by quarter what the surviving fleet leaves open; share: (quarter, workload, course, world).

    Right to stop, power and custom supply are applied in this order, as docs/METHOD.md describes.
    """
    levers = world.levers
    custom_kappa, bought_kappa = world.kappa[:, CUSTOM], world.bought_kappa
    with np.errstate(invalid="ignore"):
        wanted = np.isfinite(custom_kappa) & (custom_kappa <= (1.0 + levers["custom_premium_max"]) * bought_kappa)
        rank = custom_kappa / bought_kappa
    want = share * wanted[:, :, None]
    mw_custom = world.mw_per_h100e[:, CUSTOM, :, None]
    mw_bought = _mw_per_bought_h100e(world)[:, :, None]
    mw_of_gap = mw_bought + want * (mw_custom - mw_bought)  # MW that a unit of gap draws if supply is unlimited

    opening = opening_h100e(world).sum(axis=1)[:, :, None]  # (quarter, workload, 1, world)
    opening_mw_it = opening_mw(world).sum(axis=1)[:, None]
    required, capacity = world.required_h100e[:, :, None], world.capacity_mw[:, None]
    limit = levers["custom_supply_limit_mw"]

    workloads, courses, worlds = share.shape[1:]
    lots = np.zeros((world.quarters, 2, workloads + 1, courses, worlds))  # custom and bought; the last row is MW
    standing = np.zeros((workloads + 1, courses, worlds))
    open_gap = np.empty_like(share)
    installed = np.empty_like(share)
    mw_it = np.empty((world.quarters, courses, worlds))
    scale = np.ones((world.quarters, courses, worlds))
    rationed = np.zeros((world.quarters, courses, worlds), dtype=np.bool_)
    for t in range(world.quarters):
        retire(standing, lots[:, 0], world.life_custom, t)
        retire(standing, lots[:, 1], world.life_merchant, t)
        surviving = opening[t] + standing[:-1]
        gap = np.maximum(required[t] - surviving, 0.0, out=open_gap[t])
        mw_before = opening_mw_it[t] + standing[-1]
        mw_wanted = (gap * mw_of_gap[t]).sum(axis=0)
        room = np.maximum(capacity[t] - mw_before, 0.0)
        if (mw_wanted > room).any():
            np.divide(room, mw_wanted, out=scale[t], where=mw_wanted > room)
            gap = gap * scale[t]
        custom = gap * want[t]
        custom_mw = custom * mw_custom[t]
        total_mw = custom_mw.sum(axis=0)
        over = total_mw > limit
        if over.any():
            rationed[t] = over
            course, place = np.nonzero(over)
            served = serve_in_order(custom_mw[:, course, place], rank[t][:, place], limit[place])
            custom[:, course, place] *= served
            custom_mw[:, course, place] *= served
            total_mw = custom_mw.sum(axis=0)
        bought = gap - custom
        lots[t, 0, :-1], lots[t, 0, -1] = custom, total_mw
        lots[t, 1, :-1], lots[t, 1, -1] = bought, (bought * mw_bought[t]).sum(axis=0)
        standing += lots[t, 0]
        standing += lots[t, 1]
        np.add(surviving, gap, out=installed[t])
        np.add(opening_mw_it[t], standing[-1], out=mw_it[t])

    to_amd = lots[:, 1, :-1] * world.amd_share[:, :, None]
    return Fleet(
        bought_h100e=np.stack([lots[:, 0, :-1], lots[:, 1, :-1] - to_amd, to_amd], axis=1),
        installed_h100e=installed,
        held_back_h100e=np.where(wanted[:, :, None], 0.0, share) * open_gap,
        gap_h100e=open_gap * scale[:, None],
        mw_it=mw_it,
        scaled=scale < 1.0,
        rationed=rationed,
    )


def retire(standing: Floats, lots: Floats, life: Ints, t: int) -> None:
    """Take from `standing` the lots of quarter `t - life`, which stop working in t; changes `standing`.

    standing: (row, course, world); lots: (quarter, row, course, world); life: (world,).
    """
    oldest, newest = int(life.min()), int(life.max())
    if oldest > t:
        return
    if oldest == newest:
        standing -= lots[t - oldest]
        return
    place = np.flatnonzero(life <= t)
    gone = lots[t - life[place], :, :, place]  # NumPy puts the indexed axes first: (place, row, course)
    standing[:, :, place] -= gone.transpose(1, 2, 0)


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


def _mw_per_bought_h100e(world: World) -> Floats:
    """MW that a unit of bought work draws, over both merchants; (quarter, workload, world)."""
    nvidia, amd = world.mw_per_h100e[:, NVIDIA], world.mw_per_h100e[:, AMD]
    return nvidia + world.amd_share * (amd - nvidia)


def _opening(world: World, table: Floats) -> Floats:
    """Pick each world's rows of an opening table (life, quarter, supplier, ...); (quarter, supplier, ..., world)."""
    rows = table[:, : world.quarters]
    custom = rows[world.life_custom - SHORTEST_LIFE, :, CUSTOM:NVIDIA]
    bought = rows[world.life_merchant - SHORTEST_LIFE, :, NVIDIA:]
    return np.moveaxis(np.concatenate([custom, bought], axis=2), 0, -1)


def opening_h100e(world: World) -> Floats:
    """Work that the opening fleet still does; (quarter, supplier, workload, world)."""
    return _opening(world, opening_tables(world.inputs).h100e)


def opening_mw(world: World) -> Floats:
    """Power that the opening fleet still draws; (quarter, supplier, world)."""
    return _opening(world, opening_tables(world.inputs).mw)


def _opening_charges(world: World, table: Floats) -> Floats:
    """Pick a charge (service life, book life, quarter, supplier) of the opening fleet; (quarter, world)."""
    book = world.life_book - SHORTEST_LIFE
    custom = table[world.life_custom - SHORTEST_LIFE, book, : world.quarters, CUSTOM]
    bought = table[world.life_merchant - SHORTEST_LIFE, book, : world.quarters, NVIDIA:]
    charge: Floats = custom + bought.sum(axis=-1)
    return charge.T


def _by_class(supplier_flow: Floats) -> tuple[Floats, Floats]:
    """Split a flow (quarter, supplier, course, world) into custom and bought."""
    return supplier_flow[:, CUSTOM], supplier_flow[:, NVIDIA] + supplier_flow[:, AMD]


def still_working(world: World, supplier_flow: Floats) -> Floats:
    """Return what of a flow (quarter, supplier, course, world) is still in service, all suppliers together."""
    custom, bought = _by_class(supplier_flow)
    return in_service(custom, world.life_custom) + in_service(bought, world.life_merchant)


def programme(world: World, courses: Courses, share: Floats) -> Floats:
    """Fixed cost of the custom programme; (quarter, course, world).

    An item spends `usd_total * programme_cost / (quarters first..last)` a quarter while it runs and its gate is open.
    """
    items, levers = world.inputs.programme, world.levers
    t = np.arange(world.quarters)[:, None, None]
    shift = items.expansion[:, None] * levers["adoption_start"]
    last = items.last[:, None] + items.future_chip[:, None] * levers["custom_delay_quarters"] + shift
    runs = (t >= items.first[:, None] + shift) & (t <= last)  # (quarter, item, world)
    rate = items.usd_total / (items.last - items.first + 1)

    gates, gate_of_item = np.unique(np.column_stack([items.expansion, items.gates]), axis=0, return_inverse=True)
    items_of_gate = np.equal.outer(np.arange(len(gates)), gate_of_item.ravel())  # (gate, item)
    spent = (items_of_gate * rate) @ runs  # (quarter, gate, world)
    any_share = (share > 0.0).swapaxes(0, 1)  # (workload, quarter, course, world)
    grows = (courses.adoption > world.inputs.custom_share_today[:, None, None])[:, None]
    is_open = np.stack([_gate_is_open(gate, any_share, grows) for gate in gates], axis=1)
    cost: Floats = levers["programme_cost"] * (spent[:, :, None] * is_open).sum(axis=1)
    return cost


def _gate_is_open(gate: NDArray[np.bool_], any_share: Bools, grows: Bools) -> Bools:
    """Return when a gate (expansion, then its workloads) is open; broadcasts to (quarter, course, world)."""
    return np.broadcast_to((grows if gate[0] else any_share)[gate[1:]].any(axis=0), any_share.shape[1:])


def contracts(world: World, fleet: Fleet, capex_usd: Floats) -> tuple[Floats, Floats, Floats]:
    """Return counted purchases, what falls short a year, and what it costs a quarter.

    Counted: GW of the chips that count, or the supplier's USD; (quarter, contract, course, world).
    Short: `max(0, cumulative amount - cumulative purchases - already charged)`, which is the rise of the highest
    cumulative lag so far; (year, contract, course, world). Cost: `penalty * short * usd_per_gw`, in the year's
    last quarter; (quarter, course, world).
    """
    deals, levers = world.inputs.contracts, world.levers
    years = world.quarters // QUARTERS_PER_YEAR
    counts = np.column_stack([deals.counts, np.zeros(len(deals.id), dtype=np.bool_)])  # the last column: no chip
    chip = np.minimum(world.chip[:, deals.supplier], counts.shape[1] - 1)  # (quarter, contract, workload, world)
    counted_chip = counts[np.arange(len(deals.id))[:, None, None], chip]
    gw_per_h100e = world.mw_per_h100e[:, deals.supplier] / MW_PER_GW * (1.0 + levers["spares"]) * counted_chip
    gw = _over_workloads(fleet.bought_h100e[:, deals.supplier], gw_per_h100e)
    counted = np.where(deals.in_gw[:, None, None], gw, capex_usd[:, deals.supplier])

    bought = running(counted)[QUARTERS_PER_YEAR - 1 :: QUARTERS_PER_YEAR]  # (year, contract, course, world)
    due = np.cumsum(deals.amount[:, :years], axis=1).T[:, :, None, None]
    active = deals.active[:, :years].T[:, :, None, None]
    charged = running(np.where(active, np.maximum(due - bought, 0.0), 0.0), np.maximum)
    short = np.diff(charged, axis=0, prepend=0.0)
    cost_a_year = (short * deals.usd_per_gw[:, :years].T[:, :, None, None]).sum(axis=1) * levers["shortfall_penalty"]
    cost: Floats = np.zeros((world.quarters, *cost_a_year.shape[1:]))
    cost[QUARTERS_PER_YEAR - 1 :: QUARTERS_PER_YEAR] = cost_a_year
    return counted, short, cost


def warrant(world: World, counted: Floats) -> Floats:
    """Return the AMD warrant earned: `usd_bn_per_gw * 1e9` a counted GW, up to 6 GW; (quarter, course, world)."""
    deals = world.inputs.contracts
    amd_gw = counted[:, deals.in_gw & (deals.supplier == AMD)].sum(axis=1)
    earned: Floats = np.minimum(running(amd_gw), WARRANT_CAP_GW)
    return np.diff(earned, axis=0, prepend=0.0) * world.levers["amd_warrant_usd_bn_per_gw"] * USD_PER_USD_BN


def _over_workloads(h100e: Floats, per_h100e: Floats) -> Floats:
    """Sum over workloads of work times a rate: (t, s, workload, course, world) x (t, s, workload, world)."""
    total: Floats = np.einsum("tswcg,tswg->tscg", h100e, per_h100e)
    return total


def unserved(world: World, fleet: Fleet) -> Floats:
    """`max(0, required - installed * min(1, capacity/mw_it))`; (quarter, workload, course, world)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        powered = np.where(fleet.mw_it > 0.0, np.minimum(1.0, world.capacity_mw[:, None] / fleet.mw_it), 1.0)
    open_work = world.required_h100e[:, :, None] - fleet.installed_h100e * powered[:, None]
    return np.where(open_work > ROUNDING * fleet.installed_h100e, open_work, 0.0)


def cash_and_expense(world: World, courses: Courses, share: Floats, fleet: Fleet) -> Flows:
    """Return all money flows and the present value of each course."""
    levers, tables = world.levers, opening_tables(world.inputs)
    spares = 1.0 + levers["spares"]

    powered = np.minimum(fleet.mw_it, world.capacity_mw[:, None])
    mwh = powered * (levers["pue"] * levers["load_factor"] * HOURS_PER_QUARTER)
    energy = mwh * world.energy_usd_per_mwh[:, None]
    facility_opex = powered * (KW_PER_MW * levers["facility_opex_usd_per_kw_year"] / QUARTERS_PER_YEAR)
    open_work = unserved(world, fleet)
    rent = (HOURS_PER_QUARTER * (1.0 + levers["rent_premium"])) * world.bought_kappa
    shortage = (open_work * rent[:, :, None]).sum(axis=1)

    capex = _over_workloads(fleet.bought_h100e, world.usd_per_h100e * spares)
    start_mw = np.maximum(world.inputs.capacity_2026_mw, opening_mw(world)[0].sum(axis=0))
    peak = np.maximum(running(powered, np.maximum), start_mw)
    first = np.broadcast_to(start_mw, powered.shape[1:])[None]
    capex_facility = np.diff(peak, axis=0, prepend=first) * world.facility_usd_per_mw[:, None]
    opening_cost = _opening(world, tables.cost_usd).sum(axis=1)[:, None]
    maintenance = (still_working(world, capex) / spares + opening_cost) * (
        levers["maintenance_rate"] / QUARTERS_PER_YEAR
    )

    programme_usd = programme(world, courses, share)
    counted, short, shortfall = contracts(world, fleet, capex)
    warrant_usd = warrant(world, counted)

    opex = energy + maintenance + facility_opex + programme_usd + shortfall + shortage
    chips_paid = capex.sum(axis=1) - warrant_usd
    cash = chips_paid + capex_facility + opex

    custom_cost, bought_cost = _by_class(capex)
    custom = straight_line(custom_cost, world.life_book, world.life_custom)
    bought = straight_line(bought_cost - warrant_usd, world.life_book, world.life_merchant)
    depreciation = custom[0] + bought[0] + _opening_charges(world, tables.depreciation_usd)[:, None]
    write_off = custom[1] + bought[1] + _opening_charges(world, tables.write_off_usd)[:, None]
    depreciation_facility = in_service(capex_facility / world.life_facility, world.life_facility)

    at_once = levers["bonus_share_facility"] * capex_facility
    spread = in_service((capex_facility - at_once) / TAX_LIFE_FACILITY_QUARTERS, np.array([TAX_LIFE_FACILITY_QUARTERS]))
    tax_saving = levers["tax_rate"] * (opex + chips_paid + at_once + spread)

    terminal, terminal_pretax = terminal_value(world, capex, capex_facility)
    pretax = (world.discount[:, None] * cash).sum(axis=0)
    relief = (world.discount[:, None] * tax_saving).sum(axis=0)
    return Flows(
        capex_usd=capex,
        warrant_usd=warrant_usd,
        capex_facility_usd=capex_facility,
        maintenance_usd=maintenance,
        programme_usd=programme_usd,
        energy_usd=energy,
        facility_opex_usd=facility_opex,
        shortfall_usd=shortfall,
        shortage_usd=shortage,
        depreciation_chips_usd=depreciation,
        depreciation_facility_usd=depreciation_facility,
        write_off_usd=write_off,
        opex_usd=opex,
        cash_usd=cash,
        expense_usd=opex + depreciation + depreciation_facility + write_off,
        tax_saving_usd=tax_saving,
        powered_mw=powered,
        mwh=mwh,
        co2_t=mwh * (world.inputs.kg_co2_per_mwh / KG_PER_TONNE),
        unserved_h100e=open_work,
        counted=counted,
        short=short,
        pv_terminal_usd=terminal,
        pv_cost_usd=pretax - relief - terminal,
        pv_cost_pretax_usd=pretax - terminal_pretax,
    )


def terminal_value(world: World, capex_usd: Floats, capex_facility_usd: Floats) -> tuple[Floats, Floats]:
    """Return the residual value at the horizon, discounted, after tax and before; (course, world).

    Chips: cost of the lots that still work times the unused share of their service life, times what can be
    recovered; facilities the same way. Tax is due on what exceeds the facility cost not yet deducted.
    """
    levers, horizon = world.levers, world.quarters
    age = (horizon - np.arange(horizon))[:, None]  # (quarter, 1) quarters from purchase to the horizon
    custom, bought = _by_class(capex_usd)
    opening = opening_tables(world.inputs).unused_usd[:, horizon]  # (life, supplier)

    def unused(flow: Floats, life: Ints | int) -> Floats:
        share = np.broadcast_to(np.maximum(0.0, 1.0 - age / life), flow[:, 0].shape)
        left: Floats = np.einsum("tcg,tg->cg", flow, share)
        return left

    custom_left = unused(custom, world.life_custom) + opening[world.life_custom - SHORTEST_LIFE, CUSTOM]
    opening_bought = opening[world.life_merchant - SHORTEST_LIFE, NVIDIA:].sum(axis=-1)
    bought_left = unused(bought, world.life_merchant) + opening_bought
    value = (
        levers["terminal_recovery_custom"] * custom_left
        + levers["terminal_recovery_merchant"] * bought_left
        + levers["terminal_recovery_facility"] * unused(capex_facility_usd, world.life_facility)
    )
    undeducted = (1.0 - levers["bonus_share_facility"]) * unused(capex_facility_usd, TAX_LIFE_FACILITY_QUARTERS)
    after_tax = value - levers["tax_rate"] * (value - undeducted)
    return after_tax * world.discount_end, value * world.discount_end
