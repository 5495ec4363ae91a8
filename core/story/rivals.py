"""The custom chip on offer for each workload against the cheapest bought one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.inputs.data import BOUGHT, CUSTOM, LEAD
from core.model.offers import NO_CHIP
from core.story.answer import Answer

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rivals:
    """Both by workload; cost is USD an hour of H100e work, and missing where there is no custom chip."""

    custom_chip: list[str | None]
    custom_usd: Floats
    bought_chip: list[str | None]
    bought_usd: Floats
    supplier: NDArray[np.intp]
    """Who offers the cheapest bought one."""

    @property
    def ratio(self) -> Floats:
        """Custom over bought."""
        ratio: Floats = self.custom_usd / self.bought_usd
        return ratio


def rivals(answer: Answer, quarter: int) -> Rivals:
    """Return who stands against whom in a quarter."""
    names, chip = (*answer.inputs.chips.name, None), answer.world.chip[quarter]  # the last name: NO_CHIP's
    kappa, place = answer.world.kappa[quarter], np.arange(len(answer.inputs.workloads))
    best = np.argmin(kappa[BOUGHT], axis=0) + LEAD
    return Rivals(
        custom_chip=[names[one] for one in chip[CUSTOM]],
        custom_usd=np.where(chip[CUSTOM] != NO_CHIP, kappa[CUSTOM], np.nan),
        bought_chip=[names[one] for one in chip[best, place]],
        bought_usd=kappa[best, place],
        supplier=best,
    )
