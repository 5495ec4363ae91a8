"""What share of new work custom chips are asked to do in the last year, and what share they get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM
from core.model.courses import custom_share
from core.model.fleet import ROUNDING
from core.model.model import PLAN, Simulation
from core.story.answer import Answer

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Delivery:
    """Shares of the work that is newly bought in the last year, in H100 equivalents, over all workloads."""

    asked_share: float
    delivered_share: float
    why: tuple[str, ...]
    """What kept the rest away: `supply`, `cost`."""
    is_rationed: bool
    """Custom supply is short, so that what one workload gets another lacks."""


def delivered(sim: Simulation) -> tuple[Floats, Floats]:
    """Return asked and delivered custom work over what is newly bought in the last year; (course, world) each.

    `asked = sum(share * gap) / sum(gap)` and `delivered = sum(custom) / sum(gap)`, over the quarters of the last year
    and all workloads. Both are 0 where nothing is bought.
    """
    last = slice(-QUARTERS_PER_YEAR, None)
    gap = sim.fleet.gap_h100e[last]
    asked = (custom_share(sim.world, sim.courses)[last] * gap).sum(axis=(0, 1))
    custom = sim.fleet.bought_h100e[last, CUSTOM].sum(axis=(0, 1))
    whole = gap.sum(axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple(np.where(whole > 0.0, part / whole, 0.0) for part in (asked, custom))  # type: ignore[return-value]


def delivery(answer: Answer) -> Delivery:
    """Return what of the custom work that the scenario asks for comes in the last year, and why the rest does not."""
    asked, comes = (float(share[PLAN, 0]) for share in delivered(answer.sim))
    last = slice(-QUARTERS_PER_YEAR, None)
    rationed = bool(answer.plan.rationed[last].any())
    wanted = np.maximum(answer.world.required_h100e[last], 1.0)
    held = bool((answer.plan.held_back_h100e[last] > ROUNDING * wanted).any())
    why = tuple(word for word, is_so in (("supply", rationed), ("cost", held)) if is_so) or ("supply",)
    return Delivery(asked, comes, why, rationed)
