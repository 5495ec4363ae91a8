"""What the custom programme costs whatever its volume, beside what it is spread over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.base.finance import in_service
from core.inputs.data import CUSTOM
from core.model.opening import opening_h100e
from core.model.units import HOURS_PER_QUARTER, KW_PER_MW
from core.story.answer import Answer

Floats = NDArray[np.float64]


def custom_chips(answer: Answer, custom_h100e: Floats) -> Floats:
    """Return how many custom chips are bought, spares included; (quarter, ...).

    custom_h100e: (quarter, workload, ...) what is bought of them, in the world of the answer.
    """
    world = answer.world
    kw_of_offer = np.append(answer.inputs.chips.kw, 1.0)[world.chip[:, CUSTOM]]  # the last: NO_CHIP, never bought
    per_h100e = world.mw_per_h100e[:, CUSTOM] * KW_PER_MW / kw_of_offer * (1.0 + world.levers["spares"])
    chips: Floats = np.einsum("tw...,tw->t...", custom_h100e, per_h100e)
    return chips


def custom_work(answer: Answer, custom_h100e: Floats) -> Floats:
    """Return the work that custom chips in service can do, H100e; (quarter, ...); custom_h100e as in `custom_chips`."""
    bought = custom_h100e.sum(axis=1)
    opening = opening_h100e(answer.sim.world)[:, CUSTOM, :, 0].sum(axis=1)  # (quarter,)
    working = in_service(bought[..., None], answer.sim.world.life(CUSTOM))[..., 0]
    work: Floats = opening.reshape(-1, *(1,) * (working.ndim - 1)) + working
    return work


@dataclass(frozen=True)
class FixedCost:
    """What the programme costs over the horizon beside what it is spread over."""

    usd: float  # spent from the first quarter to the horizon, undiscounted
    exit_usd: float  # the same if the programme is wound up
    chips: float  # custom chips bought, spares included
    exit_chips: float
    h100e_hours: float  # custom work in service
    capex_usd: float  # paid for the custom chips themselves

    @property
    def usd_per_chip(self) -> float:
        """Fixed cost of a custom chip; NaN if not one is bought."""
        return self.usd / self.chips if self.chips >= 1.0 else np.nan

    @property
    def usd_per_h100e_hour(self) -> float:
        """Fixed cost of an hour of custom work of one H100 equivalent; NaN if there is none."""
        return self.usd / self.h100e_hours if self.h100e_hours >= 1.0 else np.nan


def fixed_cost(answer: Answer) -> FixedCost:
    """Return the programme's fixed cost over the horizon and what it is spread over."""
    plan, exits = answer.plan, answer.exit
    bought, bought_by_exit = (course.bought_h100e[:, CUSTOM] for course in (plan, exits))
    return FixedCost(
        usd=float(plan.programme_usd.sum()),
        exit_usd=float(exits.programme_usd.sum()),
        chips=float(custom_chips(answer, bought).sum()),
        exit_chips=float(custom_chips(answer, bought_by_exit).sum()),
        h100e_hours=float(custom_work(answer, bought).sum() * HOURS_PER_QUARTER),
        capex_usd=float(plan.capex_usd[:, CUSTOM].sum()),
    )
