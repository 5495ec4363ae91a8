"""All that the Programme page says of one scenario, worked out once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.inputs.levers import AT_ONCE_PREMIUM
from core.model.model import EXIT
from core.model.sweep import contributions
from core.story.answer import Answer
from core.views.programme.fixed_cost import FixedCost, fixed_cost
from core.views.programme.frames import fixed_cost_by_year, spending
from core.views.programme.setbacks import Setbacks, setbacks
from core.views.programme.volume import Volume, volume

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Study:
    """All that the Programme page says of one scenario."""

    answer: Answer
    fixed: FixedCost
    volume: Volume
    setbacks: Setbacks
    spending: pd.DataFrame
    by_year: pd.DataFrame
    by_workload_usd: Floats  # (workload,) each one's Shapley part of value against exit; they add up to it

    @property
    def own_premium(self) -> float:
        """The premium of that of the two rules for stopping which is the scenario's own."""
        stops = self.answer.lever("custom_premium_max") == AT_ONCE_PREMIUM
        return AT_ONCE_PREMIUM if stops else self.setbacks.premium


def against_exit(answer: Answer) -> Answer:
    """Return the answer with exit as the baseline that it names and shows; no figure against exit depends on it."""
    return replace(answer, scenario=answer.scenario.replace(baseline="exit"))


def study(answer: Answer) -> Study:
    """Return what the programme of one scenario costs and brings, against exit whatever its baseline."""
    answer = against_exit(answer)
    return Study(
        answer=answer,
        fixed=fixed_cost(answer),
        volume=volume(answer),
        setbacks=setbacks(answer),
        spending=spending(answer),
        by_year=fixed_cost_by_year(answer),
        by_workload_usd=contributions(answer.sim, EXIT),
    )
