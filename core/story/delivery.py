"""What share of new work custom chips are asked to do, and what share they get: docs/METHOD.md, "Asked and delivered".

One definition for all workloads together and for each, for the last year and for every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM
from core.model.courses import custom_share
from core.model.evaluate import by_year
from core.model.fleet import ROUNDING
from core.model.model import PLAN, Simulation
from core.story.answer import Answer
from core.story.labels import workload_labels

Floats = NDArray[np.float64]

LEAD_QUARTERS: Final = 4
"""From the commitment to a purchase to its delivery: an assumption, for no source says it."""
LEAST_UNDELIVERED: Final = 0.01
"""A smaller share of work that is asked for and does not come is not spoken of."""


@dataclass(frozen=True)
class Delivery:
    """Shares of the work that is newly bought in the last year, in H100 equivalents, over all workloads."""

    asked_share: float
    delivered_share: float
    is_rationed: bool
    """Custom supply is short, so that what one workload gets another lacks."""
    is_dear: bool
    """Some of it costs more than is allowed above the best bought chip."""
    lacks_chip: bool
    """For some of it there is no custom chip."""

    @property
    def falls_short(self) -> bool:
        """Whether so much of what is asked does not come that it is spoken of."""
        return self.asked_share - self.delivered_share >= LEAST_UNDELIVERED


def work_by_year(sim: Simulation) -> tuple[Floats, Floats, Floats]:
    """Return custom work that is asked for, custom work that comes, and all that is newly bought, in H100e.

    (year, workload, course, world) each. Asked is the custom share of what is bought, as far as there is power for it.
    """
    gap = sim.fleet.gap_h100e
    asked = custom_share(sim.world, sim.courses) * gap
    return by_year(asked), by_year(sim.fleet.bought_h100e[:, CUSTOM]), by_year(gap)


def first_apart(sim: Simulation, bought_h100e: Floats) -> NDArray[np.int64]:
    """Return the first quarter in which courses buy other chips than another course; −1 if none; (course,).

    bought_h100e: (quarter, supplier, workload) of the other, in the world of one that all are in.
    """
    bought = sim.fleet.bought_h100e[..., 0]  # (quarter, supplier, workload, course)
    scale = bought.sum(axis=(1, 2))
    apart = np.abs(bought - bought_h100e[..., None]).sum(axis=(1, 2)) > ROUNDING * scale
    return np.where(apart.any(axis=0), apart.argmax(axis=0), -1)


def delivered(sim: Simulation) -> tuple[Floats, Floats]:
    """Return asked and delivered custom work over what is newly bought in the last year; (course, world) each.

    `asked = sum(share * gap) / sum(gap)` and `delivered = sum(custom) / sum(gap)`, over the quarters of the last year
    and all workloads. Both are 0 where nothing is bought.
    """
    asked, custom, whole = (work[-1].sum(axis=0) for work in work_by_year(sim))
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple(np.where(whole > 0.0, part / whole, 0.0) for part in (asked, custom))  # type: ignore[return-value]


def delivery(answer: Answer) -> Delivery:
    """Return what of the custom work that the scenario asks for comes in the last year, and why the rest does not."""
    asked, comes = (float(share[PLAN, 0]) for share in delivered(answer.sim))
    last = slice(-QUARTERS_PER_YEAR, None)
    wanted = np.maximum(answer.world.required_h100e[last], 1.0)
    held = answer.plan.held_back_h100e[last] > ROUNDING * wanted
    without = np.isinf(answer.world.kappa[last, CUSTOM])
    rationed = bool(answer.plan.rationed[last].any())
    return Delivery(asked, comes, rationed, bool((held & ~without).any()), bool((held & without).any()))


def path(answer: Answer) -> pd.DataFrame:
    """Return the custom share of new work that is asked for and that comes, year by year and workload by workload.

    Columns: year, workload, asked_share, delivered_share; NaN where nothing is bought.
    """
    shares = _shares(answer)
    years = range(answer.calendar.first_year, answer.last_year + 1)
    index = pd.MultiIndex.from_product([years, workload_labels(answer.inputs)], names=["year", "workload"])
    frame = index.to_frame(index=False)
    return frame.assign(asked_share=shares[0].ravel(), delivered_share=shares[1].ravel())


def _shares(answer: Answer) -> tuple[Floats, Floats]:
    """Return the custom share of new work that is asked for and that comes, (year, workload); NaN without any."""
    asked, custom, whole = (work[..., PLAN, 0] for work in work_by_year(answer.sim))
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple(np.where(whole > 0.0, part / whole, np.nan) for part in (asked, custom))  # type: ignore[return-value]


@lru_cache(maxsize=16)
def short_words(answer: Answer) -> tuple[str, ...]:
    """Say of each workload what of its custom share does not come in the last year, nothing where all does."""
    asked, comes = (share[-1] for share in _shares(answer))
    return tuple(
        f"{fmt.percent(one)} asked, {fmt.percent(got)} comes in {answer.last_year}"
        if one - got >= LEAST_UNDELIVERED
        else ""
        for one, got in zip(asked, comes, strict=True)
    )


def path_words(answer: Answer, workload: int) -> pd.DataFrame:
    """Return the path of one workload, by its place, in words: a row a year with what is asked and what comes."""
    own = path(answer)
    own = own[own["workload"] == workload_labels(answer.inputs)[workload]]
    shares = {"Asked": own["asked_share"], "Comes": own["delivered_share"]}
    return pd.DataFrame({"Year": own["year"].map(str), **{name: one.map(fmt.percent) for name, one in shares.items()}})
