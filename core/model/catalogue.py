"""Every chip of a supplier in a batch of worlds, on offer or not, and what an hour of it costs.

Axes, in this order: quarter, chip, workload, world. Formulas: docs/METHOD.md, sections 5 to 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.chip_hour import ChipHour, capital_per_hour, chip_hour_parts, chip_hour_usd, kw_year
from core.model.offers import quotes
from core.model.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A supplier's chips, as of a purchase in each quarter; money is USD for an hour of a chip."""

    chip: Ints  # (chip,) index of each on the data's chip axis
    available: Ints  # (chip, world) quarter index from which it can be had, delays included
    on_offer: Bools  # (quarter, chip, world)
    h100e: Floats  # (chip, workload, world) with the performance levers; 0 where the chip cannot run the workload
    hour_usd: Floats  # (quarter, chip, world) all in
    capital_usd: Floats  # (quarter, chip, world) what of it goes with the chip's price: levelised, and maintenance
    parts: ChipHour  # (quarter, chip, world) each; they add up to the hour but for rounding


def catalogue(world: World, supplier: int) -> Catalogue:
    """Return every chip that the data have of `supplier`."""
    inputs, levers, life = world.inputs, world.levers, world.life(supplier)
    own = np.flatnonzero(inputs.chips.supplier == supplier)
    quoted, kw = quotes(inputs, levers, supplier, own, world.quarters), inputs.chips.kw[own, None]
    a_year = kw_year(levers, world.energy_usd_per_mwh[:, None], world.facility_usd_per_mw[:, None])
    return Catalogue(
        chip=own,
        available=quoted.available,
        on_offer=quoted.on_offer,
        h100e=quoted.h100e,
        hour_usd=chip_hour_usd(levers, life, quoted.cost_usd, kw, a_year.usd_per_hour),
        capital_usd=quoted.cost_usd * capital_per_hour(levers, life),
        parts=chip_hour_parts(levers, life, quoted.cost_usd, kw, a_year),
    )
