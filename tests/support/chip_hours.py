"""What an hour of each chip costs, put together from the world's own pieces: a check on what the pages show."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.inputs.data import CUSTOM
from core.model.chip_hour import available_from, chip_cost_usd, chip_hour_usd, kw_year
from core.story import frames
from core.story.answer import Answer
from core.story.labels import supplier_labels


def chip_hours(answer: Answer) -> pd.DataFrame:
    """What an hour of each chip on offer costs, all in, if it is bought in a quarter; one row a chip and quarter.

    Columns: quarter, chip_id, chip, supplier, usd_per_chip_hour. Divided by a chip's work it is its cost of work.
    """
    world, levers, chips = answer.sim.world, answer.sim.world.levers, answer.inputs.chips
    power_usd = kw_year(levers, world.energy_usd_per_mwh, world.facility_usd_per_mw).usd_per_hour  # (quarter, 1)
    t = np.arange(world.quarters)[:, None]
    usd = np.full((world.quarters, len(chips.id)), np.nan)
    for supplier in range(len(world.inputs.suppliers)):
        life = world.life(supplier)
        delay = levers["custom_delay_quarters" if supplier == CUSTOM else "merchant_delay_quarters"]
        own = np.flatnonzero(chips.supplier == supplier)
        available = available_from(chips.available[own], chips.future[own], delay)  # (chip, 1)
        cost_usd = chip_cost_usd(world.inputs, levers, supplier, own, t[:, :, None] - available)[..., 0]
        hour = chip_hour_usd(levers, life, cost_usd, chips.kw[own], power_usd)
        on_offer = (t >= available[:, 0]) & (t <= chips.last_order[own])
        usd[:, own] = np.where(on_offer, hour, np.nan)
    quarter, chip = np.nonzero(np.isfinite(usd))
    return pd.DataFrame(
        {
            "quarter": np.array(frames.quarters(answer))[quarter],
            "chip_id": np.array(chips.id)[chip],
            "chip": np.array(chips.name)[chip],
            "supplier": np.array(supplier_labels(world.inputs))[chips.supplier[chip]],
            "usd_per_chip_hour": usd[quarter, chip],
        }
    )
