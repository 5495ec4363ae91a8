"""What a chip costs and what an hour of it costs, levelised: docs/METHOD.md, sections 5, 6 and 8.

Axes, in this order: quarter, chip, world. Nothing here knows what is on offer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.base.finance import capital_recovery_factor
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM, Inputs
from core.inputs.levers import chip_levers
from core.inputs.scenario import Columns
from core.model.units import HOURS_PER_YEAR, KW_PER_MW, KWH_PER_MWH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def available_from(data_quarter: Ints, future: Bools, delay: Floats) -> Ints:
    """Return the quarter from which chips can be had: `max(from + d, min(from, 0))` for future ones; (chip, world).

    data_quarter, future: (chip,); delay: (world,) quarters.
    """
    start = data_quarter[:, None]
    moved = np.maximum(start + delay.astype(np.int64), np.minimum(start, 0))
    return np.where(future[:, None], moved, start)


def chip_cost_usd(inputs: Inputs, levers: Columns, supplier: int, own: Ints, age: Ints) -> Floats:
    """`K = m * (price * (1 - e)**(max(0, age)/4) + system_cost)` of the supplier's chips `own`; (..., chip, world).

    age: (..., chip, world or 1) quarters since the chip became available.
    """
    chips, of_class = inputs.chips, chip_levers(supplier == CUSTOM)
    eroded = np.exp(np.maximum(age, 0) * (np.log1p(-levers[of_class.cost_decline]) / QUARTERS_PER_YEAR))
    return levers[of_class.cost] * (chips.price_usd[own, None] * eroded + chips.system_cost_usd[own, None])


# --- An hour


@dataclass(frozen=True, eq=False)
class KwYear:
    """What a kW of IT load costs a year, USD; each (quarter, world) or (world,)."""

    electricity_usd: Floats
    upkeep_usd: Floats
    building_usd: Floats  # levelised

    @property
    def usd_per_hour(self) -> Floats:
        """What it costs an hour, all three; (quarter, world)."""
        return (self.electricity_usd + self.upkeep_usd + self.building_usd) / HOURS_PER_YEAR


def kw_year(levers: Columns, energy_usd_per_mwh: Floats, facility_usd_per_mw: Floats) -> KwYear:
    """Return what a kW of IT load costs a year; prices: (quarter, world).

    Electricity `PUE * load factor * 8766 * E / 1000`, upkeep as the lever says, building `facility cost * crf`.
    """
    kwh = levers["pue"] * levers["load_factor"] * HOURS_PER_YEAR
    crf = capital_recovery_factor(levers["discount_rate"], levers["facility_life_years"])
    return KwYear(
        electricity_usd=kwh * energy_usd_per_mwh / KWH_PER_MWH,
        upkeep_usd=levers["facility_opex_usd_per_kw_year"],
        building_usd=facility_usd_per_mw / KW_PER_MW * crf,
    )


def purchase_per_hour(levers: Columns, life: Ints) -> Floats:
    """Return what buying a dollar of chip costs an hour, levelised with its spares: `(1 + spares) * crf / 8766`.

    life: (world,) service life in quarters; result: (world,).
    """
    return _purchase_per_year(levers, life) / HOURS_PER_YEAR


def capital_per_hour(levers: Columns, life: Ints) -> Floats:
    """Return what a dollar of chip costs an hour, bought and maintained; life: (world,) quarters; result: (world,)."""
    return (_purchase_per_year(levers, life) + levers["maintenance_rate"]) / HOURS_PER_YEAR


def _purchase_per_year(levers: Columns, life: Ints) -> Floats:
    crf = capital_recovery_factor(levers["discount_rate"], life / QUARTERS_PER_YEAR)
    return (1.0 + levers["spares"]) * crf


def chip_hour_usd(levers: Columns, life: Ints, cost_usd: Floats, kw: Floats, power: Floats) -> Floats:
    """Return what an hour of a chip costs: `K * capital_per_hour + kw * power`, USD.

    life: (world,) service life in quarters; cost_usd: what one chip costs; kw: what it draws; power: USD that a kW
    costs an hour, as `KwYear.usd_per_hour`. All broadcast, the last axis is the world.
    """
    return cost_usd * capital_per_hour(levers, life) + kw * power


@dataclass(frozen=True, eq=False)
class ChipHour:
    """What an hour of a chip costs by part, USD; shapes as of what it is worked out from.

    The parts add up to `chip_hour_usd` but for rounding.
    """

    chip_usd: Floats  # the chip with its share of server, rack, network and spares, levelised
    building_usd: Floats  # levelised
    electricity_usd: Floats
    upkeep_usd: Floats  # maintenance of the chip, and upkeep of the building


def chip_hour_parts(levers: Columns, life: Ints, cost_usd: Floats, kw: Floats, power: KwYear) -> ChipHour:
    """Return the parts of an hour of a chip; arguments as of `chip_hour_usd`.

    Building and electricity are what each adds to an hour's upkeep.
    """
    upkeep = power.upkeep_usd / HOURS_PER_YEAR
    with_building = (power.upkeep_usd + power.building_usd) / HOURS_PER_YEAR
    with_electricity = (power.electricity_usd + power.upkeep_usd) / HOURS_PER_YEAR
    chip = cost_usd * purchase_per_hour(levers, life)
    maintenance = cost_usd * capital_per_hour(levers, life) - chip
    return ChipHour(
        chip_usd=chip,
        building_usd=kw * (with_building - upkeep),
        electricity_usd=kw * (with_electricity - upkeep),
        upkeep_usd=maintenance + kw * upkeep,
    )
