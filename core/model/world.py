"""What the world offers: demand, chips on offer, their cost of work, power and prices, quarter by quarter.

A *world* is one setting of every lever but the adoption rates. Nothing here depends on how much custom silicon
is adopted, so the variants of a scenario and every point of an adoption sweep share one world.

Axes, in this order: quarter, supplier, chip or contract, workload, world. Formulas: docs/METHOD.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import capital_recovery_factor, discount_factor, round_half_up
from core.inputs.data import AMD, CUSTOM, NVIDIA, Inputs
from core.inputs.scenario import FIRST_YEAR, LEVER, QUARTERS_PER_YEAR, Columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOURS_PER_YEAR: Final = 8766.0
HOURS_PER_QUARTER: Final = HOURS_PER_YEAR / QUARTERS_PER_YEAR
DATA_YEAR: Final = FIRST_YEAR - 1
"""The year of the power prices, building prices and opening fleet."""
REPORTED_BOOK_LIFE_QUARTERS: Final = 22
"""Book life of servers in the company's accounts since January 2025, 5.5 years (source: meta-10k-2025)."""
KW_PER_MW: Final = 1000.0
KWH_PER_MWH: Final = 1000.0
SUPPLIERS: Final = (CUSTOM, NVIDIA, AMD)
FAMILY_GROWTH: Final = {"ranking": "demand_growth_ranking", "genai": "demand_growth_genai"}
NO_CHIP: Final = 255


@dataclass(frozen=True, eq=False)
class World:
    """A batch of worlds with one horizon; see the module's docstring for the axes."""

    inputs: Inputs
    levers: Columns  # (world,) each
    quarters: int  # T
    required_h100e: Floats  # (quarter, workload, world)
    chip: NDArray[np.uint8]  # (quarter, supplier, workload, world) index of the chip offered, or NO_CHIP
    kappa: Floats  # (quarter, supplier, workload, world) USD per H100e-hour; inf without an offer
    usd_per_h100e: Floats  # (quarter, supplier, workload, world) chip and system share; 0 without an offer
    mw_per_h100e: Floats  # (quarter, supplier, workload, world) IT load; 0 without an offer
    bought_kappa: Floats  # (quarter, workload, world) the lowest of the merchants' kappa
    amd_share: Floats  # (quarter, workload, world) of what is bought, after offers
    energy_usd_per_mwh: Floats  # (quarter, world)
    facility_usd_per_mw: Floats  # (quarter, world)
    capacity_mw: Floats  # (quarter, world)
    life_custom: Ints  # (world,) service life in quarters
    life_merchant: Ints  # (world,)
    life_book: Ints  # (world,)
    life_facility: Ints  # (world,)
    discount: Floats  # (quarter, world) to mid-quarter
    discount_end: Floats  # (world,) to the end of the horizon

    @property
    def lives(self) -> tuple[Ints, Ints, Ints]:
        """Service life by supplier, each (world,), in quarters."""
        return self.life_custom, self.life_merchant, self.life_merchant


def alone(world: World) -> World:
    """Return the one world of a batch of one, its arrays without their last axis; levers are numbers."""
    whole: dict[str, Any] = {part.name: getattr(world, part.name) for part in fields(world)}
    cut = {name: value[..., 0] for name, value in whole.items() if isinstance(value, np.ndarray)}
    levers = {name: column[0] for name, column in world.levers.items()}
    return World(**{**whole, **cut, "levers": levers})


def years_since_data(quarters: int) -> Ints:
    """Return whole calendar years since the data's year, by quarter (quarter, 1)."""
    return (np.arange(quarters) // QUARTERS_PER_YEAR + FIRST_YEAR - DATA_YEAR)[:, None]


def build(inputs: Inputs, levers: Columns) -> World:
    """Return the worlds that `levers` describe; all must have the same horizon."""
    quarters = QUARTERS_PER_YEAR * (int(levers["horizon_year"][0]) - FIRST_YEAR + 1)
    life_custom = round_half_up(QUARTERS_PER_YEAR * levers["service_life_custom_years"])
    life_merchant = round_half_up(QUARTERS_PER_YEAR * levers["service_life_merchant_years"])
    energy = _energy_usd_per_mwh(inputs, levers, quarters)
    facility = _facility_usd_per_mw(levers, quarters)
    power_usd = power_usd_per_kw_hour(levers, energy, facility)
    offers = [
        _offer(inputs, levers, supplier, quarters, life, power_usd)
        for supplier, life in zip(SUPPLIERS, (life_custom, life_merchant, life_merchant), strict=True)
    ]
    chip, kappa, usd, mw = (np.stack(part, axis=1) for part in zip(*offers, strict=True))
    return World(
        inputs=inputs,
        levers=levers,
        quarters=quarters,
        required_h100e=_required_h100e(inputs, levers, quarters),
        chip=chip,
        kappa=kappa,
        usd_per_h100e=usd,
        mw_per_h100e=mw,
        bought_kappa=np.minimum(kappa[:, NVIDIA], kappa[:, AMD]),
        amd_share=_amd_share(inputs, levers, chip),
        energy_usd_per_mwh=energy,
        facility_usd_per_mw=facility,
        capacity_mw=inputs.capacity_mw[:quarters, None] * levers["power_capacity"],
        life_custom=life_custom,
        life_merchant=life_merchant,
        life_book=round_half_up(QUARTERS_PER_YEAR * levers["book_life_years"]),
        life_facility=round_half_up(QUARTERS_PER_YEAR * levers["facility_life_years"]),
        discount=discount_factor(levers["discount_rate"], np.arange(0.5, quarters)[:, None]),
        discount_end=discount_factor(levers["discount_rate"], float(quarters)),
    )


def _required_h100e(inputs: Inputs, levers: Columns, quarters: int) -> Floats:
    """`required = D0 * (base / D0)**k * (1 + headroom)`, k the family's growth lever; (quarter, workload, world)."""
    growth = np.stack([levers[FAMILY_GROWTH[family]] for family in inputs.families])  # (workload, world)
    log_path = np.log(inputs.demand_h100e[:quarters] / inputs.demand_2026_h100e)
    demand = inputs.demand_2026_h100e[:, None] * np.exp(log_path[:, :, None] * growth)
    return demand * (1.0 + levers["headroom"])


def _energy_usd_per_mwh(inputs: Inputs, levers: Columns, quarters: int) -> Floats:
    """`E = weighted price of 2026 * power_price * (1 + power_escalation)**(year - 2026)`; (quarter, world)."""
    growth = np.log1p(levers["power_escalation"])
    return inputs.power_usd_per_mwh * levers["power_price"] * np.exp(growth * years_since_data(quarters))


def _facility_usd_per_mw(levers: Columns, quarters: int) -> Floats:
    """`facility_kw = facility_usd_per_kw * (1 + construction_inflation)**(year - 2026)`, a MW; (quarter, world)."""
    growth = np.log1p(levers["construction_inflation"])
    return levers["facility_usd_per_kw"] * KW_PER_MW * np.exp(growth * years_since_data(quarters))


def power_usd_per_kw_hour(levers: Columns, energy_usd_per_mwh: Floats, facility_usd_per_mw: Floats) -> Floats:
    """Return what a kW of IT load costs an hour: electricity, upkeep and the levelised building; (quarter, world)."""
    kwh_a_year = levers["pue"] * levers["load_factor"] * HOURS_PER_YEAR
    building = facility_usd_per_mw / KW_PER_MW
    crf = capital_recovery_factor(levers["discount_rate"], levers["facility_life_years"])
    a_year = kwh_a_year * energy_usd_per_mwh / KWH_PER_MWH + levers["facility_opex_usd_per_kw_year"] + building * crf
    return a_year / HOURS_PER_YEAR


def capital_usd_per_usd_hour(levers: Columns, life: Ints) -> Floats:
    """Return what a dollar of chip costs an hour: levelised with its spares, and upkeep; (world,)."""
    crf = capital_recovery_factor(levers["discount_rate"], life / QUARTERS_PER_YEAR)
    return ((1.0 + levers["spares"]) * crf + levers["maintenance_rate"]) / HOURS_PER_YEAR


def available_from(data_quarter: Ints, future: Bools, delay: Floats) -> Ints:
    """Return the quarter from which chips can be had: `max(from + d, min(from, 0))` for future ones; (chip, world)."""
    start = data_quarter[:, None]
    moved = np.maximum(start + delay.astype(np.int64), np.minimum(start, 0))
    return np.where(future[:, None], moved, start)


def chip_hour_usd(levers: Columns, life: Ints, cost_usd: Floats, kw: Floats, power_usd_per_kw_hour: Floats) -> Floats:
    """Return the levelised cost of a chip-hour: capital and upkeep of its cost, power and building of its kW.

    life: (world,) service life in quarters; the others broadcast, the last axis is the world.
    """
    return cost_usd * capital_usd_per_usd_hour(levers, life) + kw * power_usd_per_kw_hour


_LEVERS_BY_CLASS: Final = {
    True: ("custom_cost", "custom_cost_decline", "custom_performance", "custom_delay_quarters"),
    False: ("merchant_price", "merchant_price_erosion", "merchant_performance", "merchant_delay_quarters"),
}


def chip_cost_usd(inputs: Inputs, levers: Columns, supplier: int, own: Ints, age: Ints) -> Floats:
    """`K = m * (price * (1 - e)**(max(0, age)/4) + system_cost)` of the supplier's chips `own`; (..., chip, world).

    age: (..., chip, world or 1) quarters since the chip became available.
    """
    chips = inputs.chips
    multiple, decline, _, _ = (levers[name] for name in _LEVERS_BY_CLASS[supplier == CUSTOM])
    eroded = np.exp(np.maximum(age, 0) * (np.log1p(-decline) / QUARTERS_PER_YEAR))
    return multiple * (chips.price_usd[own, None] * eroded + chips.system_cost_usd[own, None])


def _offer(
    inputs: Inputs, levers: Columns, supplier: int, quarters: int, life: Ints, power_usd: Floats
) -> tuple[NDArray[np.uint8], Floats, Floats, Floats]:
    """Return a supplier's best offer: chip, kappa, USD and MW per H100e, each (quarter, workload, world).

    `kappa = (capital * K + kw * power) / theta`; the lowest wins, the first in file order among equals.
    """
    chips = inputs.chips
    _, _, performance, delay = (levers[name] for name in _LEVERS_BY_CLASS[supplier == CUSTOM])
    own = np.flatnonzero((chips.supplier == supplier) & (chips.last_order >= 0))
    available = available_from(chips.available[own], chips.future[own], delay)
    on_sale = available.min(axis=1) < quarters
    own, available = own[on_sale], available[on_sale]

    t = np.arange(quarters)[:, None, None]
    unit_usd = chip_cost_usd(inputs, levers, supplier, own, t - available)
    chip_hour = chip_hour_usd(levers, life, unit_usd, chips.kw[own, None], power_usd[:, None, :])
    chip_hour[(t < available) | (t > chips.last_order[own, None])] = np.inf
    chip_hour /= np.where(chips.future[own, None], performance, 1.0)

    with np.errstate(divide="ignore"):
        per_h100e = 1.0 / chips.h100e[own]  # (chip, workload); inf where the chip cannot run the workload
    kappa = chip_hour[:, :, None, :] * per_h100e[:, :, None]
    best = kappa.min(axis=1, initial=np.inf)
    order = np.arange(own.size, dtype=np.uint8)[:, None, None]
    first = np.where(kappa == best[:, None], order, np.uint8(NO_CHIP)).min(axis=1, initial=NO_CHIP)
    offered = np.isfinite(best)

    winner = np.where(offered, first, 0).astype(np.intp)
    known = np.append(own, 0)  # a place to point at when the supplier has no chip at all
    index = known[winner]
    workload = np.arange(len(inputs.workloads))[:, None]
    theta = chips.h100e[index, workload] * np.where(chips.future[index], performance, 1.0)
    theta[~offered] = np.inf
    paid = np.take_along_axis(unit_usd, winner.reshape(quarters, -1, winner.shape[-1]), axis=1) if own.size else 0.0
    chip = np.where(offered, index, NO_CHIP).astype(np.uint8)
    return chip, best, paid / theta, chips.kw[index] / KW_PER_MW / theta


def ramp(start: Floats, ramp_years: Floats, quarters: int) -> Floats:
    """Return how far shares have moved: `3x**2 - 2x**3`, `x = (t - t0 + 1)/(4*ramp_years + 1)` clipped to 0..1.

    start: (..., world) quarter index; ramp_years: (world,); result: (quarter, ..., world).
    """
    t = np.arange(quarters).reshape(-1, *(1,) * start.ndim)
    x = np.clip((t - start + 1.0) / (QUARTERS_PER_YEAR * ramp_years + 1.0), 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def _amd_share(inputs: Inputs, levers: Columns, chip: NDArray[np.uint8]) -> Floats:
    """AMD's share of what is bought: today's, moving to the lever's; all or none where only one has an offer."""
    today = inputs.amd_share_today[:, None]
    goal = np.stack([levers[f"amd_share_{workload}"] for workload in inputs.workloads])
    moved = ramp(levers["adoption_start"], levers["ramp_years"], chip.shape[0])[:, None, :]
    share = today + (goal - today) * moved
    share = np.where(chip[:, NVIDIA] == NO_CHIP, 1.0, share)
    return np.where(chip[:, AMD] == NO_CHIP, 0.0, share)


@dataclass(frozen=True, eq=False)
class OpeningTables:
    """What is left of the opening fleet, tabulated by service life (rows `life - SHORTEST_LIFE`) and quarter.

    Lives are whole quarters within the levers' bounds, so every case is worked out once a process.
    """

    h100e: Floats  # (life, quarter, supplier, workload)
    mw: Floats  # (life, quarter, supplier)
    cost_usd: Floats  # (life, quarter, supplier) chips * unit cost of lots that work
    unused_usd: Floats  # (life, horizon, supplier) cost of lots that work in horizon - 1, by unused service life
    depreciation_usd: Floats  # (service life, book life, quarter, supplier)
    write_off_usd: Floats  # (service life, book life, quarter, supplier)


_LIFE_LEVERS: Final = ("service_life_custom_years", "service_life_merchant_years", "book_life_years")
SHORTEST_LIFE: Final = min(int(LEVER[name].minimum * QUARTERS_PER_YEAR) for name in _LIFE_LEVERS)
_LONGEST_LIFE: Final = max(int(LEVER[name].maximum * QUARTERS_PER_YEAR) for name in _LIFE_LEVERS)


@lru_cache(maxsize=8)
def opening_tables(inputs: Inputs) -> OpeningTables:
    """Tabulate the opening fleet; its lots work until `max(v + Ls, 0)`.

    A lot of age a has book value `cost * max(0, 1 - a/22)` at t = 0, then straight line over
    `max(1, Lb - a)` quarters; what is left when it stops is written off in that quarter.
    """
    fleet, chips = inputs.opening, inputs.chips
    t = np.arange(inputs.capacity_mw.size + 1)[:, None]
    life = np.arange(SHORTEST_LIFE, _LONGEST_LIFE + 1)[:, None]
    of_supplier = np.eye(len(SUPPLIERS))[chips.supplier[fleet.chip]]  # (lot, supplier)
    of_workload = np.eye(len(inputs.workloads))[fleet.workload]  # (lot, workload)
    place = of_supplier[:, :, None] * of_workload[:, None, :]
    cost = fleet.chips * fleet.unit_cost_usd

    stop = np.maximum(fleet.vintage + life, 0)  # (life, lot): the first quarter in which it no longer works
    works = t < stop[:, None]  # (life, quarter, lot)
    works_at_the_end = t <= stop[:, None]  # in the quarter before the horizon t
    unused = np.maximum(0.0, 1.0 - (t - fleet.vintage) / life[:, None])

    age = -fleet.vintage
    book = cost * np.maximum(0.0, 1.0 - age / REPORTED_BOOK_LIFE_QUARTERS)
    spread = np.maximum(1, life - age)  # (book life, lot)
    service = stop[:, None]  # (service life, 1, lot): quarters that it still works
    charged = np.minimum(np.minimum(t + 1, service[:, :, None]), spread[:, None]) / spread[:, None]
    left = book * (1.0 - np.minimum(service, spread) / spread)  # (service life, book life, lot)
    stops_now = t == stop[:, None]  # (service life, quarter, lot)
    work = fleet.chips * chips.h100e[fleet.chip, fleet.workload]
    return OpeningTables(
        h100e=np.einsum("ytl,lsw->ytsw", works * work, place),
        mw=(works * (fleet.chips * chips.kw[fleet.chip] / KW_PER_MW)) @ of_supplier,
        cost_usd=(works * cost) @ of_supplier,
        unused_usd=(unused * works_at_the_end * cost) @ of_supplier,
        depreciation_usd=(book * np.diff(charged, axis=2, prepend=0.0)) @ of_supplier,
        write_off_usd=(left[:, :, None] * stops_now[:, None]) @ of_supplier,
    )
