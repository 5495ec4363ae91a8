"""What of a sound data set is odd: figures that may have been meant, and are more often a slip of the unit or the row.

None of it is refused. Every oddity says what stands there, why it is odd and what would do, so that who brought the
data can tell at once. What `core.inputs.description.remarks` and `core.inputs.borne_out` tell is not told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import BOUGHT, CUSTOM, LEAD, Inputs
from core.inputs.declaration import resources
from core.inputs.scenario import columns
from core.model.contracts import contracts
from core.model.model import PLAN, Simulation, simulate
from core.model.opening import opening_mw

TWICE: Final = 2.0
"""A price for work this many times that of both generations beside it, or of one in as many, is odd."""
ALONE: Final = 4.0
"""The same of a generation that has another on one side only: there, progress by itself makes twice."""
SLIP: Final = 5.0
"""Figures of one kind this many times apart are likely of two units."""
TREBLE: Final = 3.0
HALF: Final = 0.5
LITTLE: Final = 1e-3
"""Share of all work below which nobody does a workload."""
OVER: Final = 1.05
"""What draws this many times what can be powered is more than rounding."""
COMPARABLE: Final = (
    ("chips", "system_power_w"),
    ("chip_prices", "price_usd_base"),
    ("chip_prices", "system_cost_usd"),
    ("chip_throughput", "h100e_base"),
    ("opening_fleet", "unit_cost_usd"),
    ("regions", "kg_co2_per_mwh"),
    ("power_prices", "usd_per_mwh"),
    ("commitments", "usd_per_gw"),
)
"""Figures that are much the same for every company, whatever its size."""


@dataclass(frozen=True)
class Oddity:
    """One thing that may not have been meant: where it is, what stands there, why it is odd and what would do."""

    table: str  # name of the resource
    row: str  # what names the row, by its key; empty if all rows of the column are meant
    column: str
    value: str
    why: str
    would_do: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.table, self.row, self.column) if part)
        return f"{place}: {self.value} {self.why}; {self.would_do}"


@lru_cache(maxsize=16)
def oddities(inputs: Inputs, beside: Inputs | None = None) -> tuple[Oddity, ...]:
    """Return what is odd in a data set, by table as they are declared, then by row.

    beside: data, of whatever company, against whose figures the units are held.
    """
    sim = simulate(inputs, columns([inputs.base]))
    found = [
        *_shares(inputs),
        *_idle(inputs),
        *_never_sold(inputs),
        *_prices(inputs),
        *_never_cheapest(inputs, sim),
        *_demand(inputs),
        *_fleet(inputs, sim),
        *_power_prices(inputs),
        *_capacity(inputs, sim),
        *_promised(inputs, sim),
        *(() if beside is None or beside is inputs else _units(inputs, beside)),
    ]
    order = {resource["name"]: place for place, resource in enumerate(resources())}
    return tuple(sorted(found, key=lambda one: order[one.table]))


# --- Suppliers and chips


def _shares(inputs: Inputs) -> Iterator[Oddity]:
    """Yield the workloads of which the other merchants' shares leave the lead nothing, though it has chips in use."""
    if not (inputs.chips.supplier[inputs.opening.chip] == LEAD).any():
        return
    for w in np.flatnonzero(inputs.bought_share_today.sum(axis=0) > 1.0 - LITTLE):
        column = ", ".join(f"{merchant}_share_today" for merchant in inputs.suppliers[LEAD + 1 :])
        why = f"leaves nothing of what is bought to {inputs.supplier_names[LEAD]}, the first merchant, which has fleet"
        yield Oddity("workloads", inputs.workloads[w], column, "a sum of 1", why, "lower shares, if that is not meant")


def _idle(inputs: Inputs) -> Iterator[Oddity]:
    for chip in np.flatnonzero(~inputs.chips.h100e.any(axis=1)):
        why = "can run nothing, for no row of chip_throughput is about it: nobody buys it"
        yield Oddity("chips", inputs.chips.id[chip], "chip_id", inputs.chips.name[chip], why, "a row for each workload")


def _never_sold(inputs: Inputs) -> Iterator[Oddity]:
    """Yield the chips that come after all that can be modelled, or are sold no more and stand nowhere."""
    chips, last = inputs.chips, inputs.capacity_mw.size - 1
    held = np.isin(np.arange(len(chips.id)), inputs.opening.chip)
    for chip in np.flatnonzero((chips.available > last) | ((chips.last_order < 0) & ~held)):
        late = chips.available[chip] > last
        column, which = ("available_from", chips.available) if late else ("last_order", chips.last_order)
        why = f"is after {inputs.calendar.label(last)}, the last quarter that can be modelled" if late else (
            f"is before {inputs.calendar.label(0)}, and no lot of the opening fleet has it"
        )  # fmt: skip
        value = inputs.calendar.label(int(which[chip]))
        yield Oddity("chips", chips.id[chip], column, value, why, "another quarter, or no such chip: nothing reads it")


def _prices(inputs: Inputs) -> Iterator[Oddity]:
    """Yield the chips whose price for work is far off those of the generations beside them, of the same supplier.

    Where two in a row are, one makes the other look so: the one that is further off is told.
    """
    chips = inputs.chips
    for supplier in range(len(inputs.suppliers)):
        own = np.flatnonzero((chips.supplier == supplier) & chips.h100e.any(axis=1))
        own = own[np.argsort(chips.available[own], kind="stable")]
        steps = [_dearer(inputs, int(one), int(other)) for one, other in pairwise(own)]
        found: dict[int, list[float]] = {}
        for place in range(len(own)):
            beside = [*(-one for one in steps[place : place + 1]), *steps[max(place - 1, 0) : place]]
            ratios = [one for one in beside if np.isfinite(one)]
            least = np.log(TWICE if len(ratios) > 1 else ALONE)
            if ratios and (min(ratios) >= least or max(ratios) <= -least):
                found[place] = ratios
        off = {place: abs(float(np.mean(ratios))) for place, ratios in found.items()}
        for place, ratios in found.items():
            if off[place] >= max(off.get(place - 1, 0.0), off.get(place + 1, 0.0)):
                yield _price(inputs, int(own[place]), float(np.exp(min(ratios, key=abs))))


def _dearer(inputs: Inputs, chip: int, later: int) -> float:
    """Return by how much a unit of work is dearer on a later chip, as a logarithm; NaN if no work is common."""
    price, h100e = inputs.chips.price_usd, inputs.chips.h100e
    both = (h100e[chip] > 0.0) & (h100e[later] > 0.0)
    if not both.any():
        return float("nan")
    work = np.mean(np.log(h100e[later, both] / h100e[chip, both]))
    return float(np.log(price[later] / price[chip]) - work)


def _price(inputs: Inputs, chip: int, ratio: float) -> Oddity:
    supplier = inputs.supplier_names[inputs.chips.supplier[chip]]
    why = f"is {ratio:.2g} times what the nearest generation of {supplier} costs for the same work"
    would_do = "a look at its price and at its rows of chip_throughput"
    value = fmt.USD.words(float(inputs.chips.price_usd[chip]), 3)
    return Oddity("chip_prices", inputs.chips.id[chip], "price_usd_base", value, why, would_do)


def _never_cheapest(inputs: Inputs, sim: Simulation) -> Iterator[Oddity]:
    """Yield the merchants whose work is in no quarter and for no workload as cheap as the cheapest."""
    kappa = sim.world.kappa[:, BOUGHT, :, 0]  # (quarter, merchant, workload)
    lowest = kappa.min(axis=1, keepdims=True)
    leads = (np.isfinite(kappa) & (kappa <= lowest)).any(axis=(0, 2))
    for merchant in np.flatnonzero(~leads) + LEAD:
        if not (inputs.chips.supplier == merchant).any():
            continue  # a remark says so
        own, there = kappa[:, merchant - LEAD], np.isfinite(kappa[:, merchant - LEAD])
        best = f", at best {float((own[there] / lowest[:, 0][there]).min()) - 1.0:.0%} dearer" if there.any() else ""
        why = f"is in no quarter and for no workload the cheapest merchant{best}"
        would_do = "a look at prices and throughput of its chips: it is bought by its share all the same"
        name = inputs.supplier_names[merchant]
        yield Oddity("suppliers", inputs.suppliers[merchant], "supplier_id", name, why, would_do)


# --- Work and fleet


def _demand(inputs: Inputs) -> Iterator[Oddity]:
    """Yield what falls by half or, in years to come, trebles in a year, and workloads that nobody demands."""
    table = inputs.tables["workload_demand"].pivot(index="year", columns="workload_id", values="h100e_base")
    of_all = table.sum() / table.sum().sum()
    for workload in inputs.workloads:
        path = {int(year): float(work) for year, work in zip(table.index, table[workload], strict=True)}
        if of_all[workload] < LITTLE:
            why = "is next to nothing in every year beside the other workloads"
            most, would_do = f"{max(path.values()):,.6g} at most", "H100 equivalents, not thousands or millions of them"
            yield Oddity("workload_demand", workload, "h100e_base", most, why, would_do)
        for (_, before), (year, now) in pairwise(path.items()):
            if now <= HALF * before or (now >= TREBLE * before and year > inputs.calendar.fleet_year):
                key, why = f"{workload}/{year}", f"is {now / before:.2g} times the {before:,.6g} of the year before"
                would_do = "one unit in all years, unless the work does so"
                yield Oddity("workload_demand", key, "h100e_base", f"{now:,.6g}", why, would_do)


def _fleet(inputs: Inputs, sim: Simulation) -> Iterator[Oddity]:
    """Yield the chips of the fleet that are older than they serve, and those that cost far from their price."""
    fleet, chips = inputs.opening, inputs.chips
    life = np.where(chips.supplier[fleet.chip] == CUSTOM, sim.world.life_custom[0], sim.world.life_merchant[0])
    price = chips.price_usd[fleet.chip] + chips.system_cost_usd[fleet.chip]
    rate = fleet.unit_cost_usd / price
    for chip in np.unique(fleet.chip):
        lots = fleet.chip == chip
        name = chips.id[chip]
        if (old := lots & (fleet.vintage + life <= 0)).any():
            first = inputs.calendar.label(int(fleet.vintage[old].min()))
            age = fmt.counted(int(-fleet.vintage[old].min()), "quarter")
            why = f"is {age} old when the model begins, and chips serve {int(life[old][0])}"
            would_do = "a later vintage, a longer service life, or no such lot: it does no work"
            yield Oddity("opening_fleet", name, "vintage", first, why, would_do)
        far = lots & (fleet.unit_cost_usd > 0.0) & ((rate > SLIP) | (rate < 1.0 / SLIP))
        if far.any():
            value = fmt.USD.words(float(fleet.unit_cost_usd[far][0]), 3)
            why = f"is {rate[far][0]:.2g} times price and system cost of the chip"
            yield Oddity("opening_fleet", name, "unit_cost_usd", value, why, "US dollars a chip, system share included")


# --- Power and contracts


def _power_prices(inputs: Inputs) -> Iterator[Oddity]:
    table = inputs.tables["power_prices"]
    for year, rows in table.groupby("year"):
        middle = float(rows["usd_per_mwh"].median())
        for row in rows.to_dict("records"):
            times = row["usd_per_mwh"] / middle
            if times >= SLIP or times <= 1.0 / SLIP:
                why = f"is {times:.2g} times the middle of all places in {year}"
                key, value = f"{row['region_id']}/{year}", f"{row['usd_per_mwh']:,.6g}"
                yield Oddity("power_prices", key, "usd_per_mwh", value, why, "US dollars a MWh, not cents a kWh")


def _capacity(inputs: Inputs, sim: Simulation) -> Iterator[Oddity]:
    """Yield the first year in which less can be powered than the opening fleet draws."""
    load = float(opening_mw(sim.world)[0].sum())
    for row in inputs.tables["power_capacity"].sort_values("year").to_dict("records"):
        if row["mw_it"] * OVER < load:
            why = f"is less than the {load:,.0f} MW that the opening fleet draws"
            would_do = "MW of IT load, not GW, or fewer chips in the fleet: till then nothing can be bought"
            yield Oddity("power_capacity", str(row["year"]), "mw_it", f"{row['mw_it']:,.6g}", why, would_do)
            return


def _promised(inputs: Inputs, sim: Simulation) -> Iterator[Oddity]:
    """Yield the contracts of which the base scenario buys less than half by their end."""
    deals = inputs.contracts
    counted = contracts(sim.world, sim.fleet, sim.flows.capex_usd).counted[:, :, PLAN, 0]
    years = counted.shape[0] // QUARTERS_PER_YEAR
    bought = counted.reshape(years, QUARTERS_PER_YEAR, -1).sum(axis=1)  # (year, contract)
    for c, contract in enumerate(deals.id):
        active = deals.active[c, :years]
        due, got = float(deals.amount[c, :years][active].sum()), float(bought[: _end(active), c].sum())
        if due > 0.0 and got < HALF * due:
            unit = "GW" if deals.in_gw[c] else "USD"
            last = inputs.calendar.first_year + _end(active) - 1
            why = f"are agreed until {last}, of which the base scenario buys {got / due:.0%}"
            would_do = "a look at unit and amounts: what falls short is charged"
            yield Oddity("commitments", contract, "amount", f"{due:,.4g} {unit}", why, would_do)


def _end(active: NDArray[np.bool_]) -> int:
    """Return how many years there are until the last in which a contract has an amount; 0 if it has none."""
    return int(np.flatnonzero(active).max(initial=-1)) + 1


# --- Units


def _units(inputs: Inputs, beside: Inputs) -> Iterator[Oddity]:
    """Yield the columns of which the middle figure lies far outside all figures of the data beside."""
    for table, column in COMPARABLE:
        ours, theirs = (_figures(one, table, column) for one in (inputs, beside))
        if ours.empty or theirs.empty:
            continue
        middle, least, most = float(ours.median()), float(theirs.min()), float(theirs.max())
        if middle > SLIP * most or middle * SLIP < least:
            value = f"a middle figure of {middle:,.4g}"
            why = f"lies far outside {least:,.4g} to {most:,.4g}, which the data in use have"
            yield Oddity(table, "", column, value, why, f"{_unit(table, column)}, in all rows")


def _figures(inputs: Inputs, table: str, column: str) -> pd.Series:
    frame = inputs.tables[table]
    found = frame[column] if column in frame else pd.Series(dtype=float)
    return pd.Series(found[found > 0.0])


def _unit(table: str, column: str) -> str:
    [fields] = [one["schema"]["fields"] for one in resources() if one["name"] == table]
    return next(str(field["unit"]) for field in fields if field["name"] == column)
