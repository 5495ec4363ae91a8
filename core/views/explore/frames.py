"""Tidy tables that only Explore draws: value by adoption, chips against chips, work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.inputs.data import BOUGHT, CUSTOM, LEAD
from core.model.offers import NO_CHIP
from core.model.sweep import GRID
from core.model.units import KW_PER_MW
from core.story import frames
from core.story.answer import Answer
from core.story.labels import beside, supplier_labels, workload_labels
from core.story.rivals import rivals

TWO_LINES: Final = 1.6
"""Room between names of two lines, as a multiple of what names of one line need."""


def work(answer: Answer) -> pd.DataFrame:
    """Work by quarter and workload: required, installed, by supplier, bought, held back, unserved, in H100e.

    Columns: variant, quarter, workload, supplier (a supplier, or `all`), measure, h100e.
    """
    inputs = answer.inputs
    index = {"quarter": frames.quarters(answer), "workload": workload_labels(inputs)}
    parts = []
    for variant, course in answer.variants.items():
        whole = {
            "required": answer.world.required_h100e,
            "installed": course.installed_h100e,
            "held back": course.held_back_h100e,
            "unserved": course.unserved_h100e,
        }
        by_supplier = {"installed": frames.installed_by_supplier(answer, course), "bought": course.bought_h100e}
        parts += [
            frames.long(index, h100e=h100e).assign(variant=variant, supplier="all", measure=measure)
            for measure, h100e in whole.items()
        ]
        parts += [
            frames.long(index, h100e=h100e[:, s]).assign(variant=variant, supplier=label, measure=measure)
            for measure, h100e in by_supplier.items()
            for s, label in enumerate(supplier_labels(inputs))
        ]
    columns = ["variant", "quarter", "workload", "supplier", "measure", "h100e"]
    return pd.concat(parts, ignore_index=True)[columns]


def offers(answer: Answer) -> pd.DataFrame:
    """What each supplier offers for each workload; one row an offer.

    Columns: quarter, workload, supplier, chip_id, chip, usd_per_h100e_hour, kw_per_h100e, unit_usd_per_h100e.
    """
    world, inputs = answer.world, answer.inputs
    t, s, w = np.nonzero(world.chip != NO_CHIP)
    chip = world.chip[t, s, w]
    return pd.DataFrame(
        {
            "quarter": np.array(frames.quarters(answer))[t],
            "workload": np.array(workload_labels(inputs))[w],
            "supplier": np.array(supplier_labels(inputs))[s],
            "chip_id": np.array(inputs.chips.id)[chip],
            "chip": np.array(inputs.chips.name)[chip],
            "usd_per_h100e_hour": world.kappa[t, s, w],
            "kw_per_h100e": world.mw_per_h100e[t, s, w] * KW_PER_MW,
            "unit_usd_per_h100e": world.usd_per_h100e[t, s, w],
        }
    )


@dataclass(frozen=True)
class Contest:
    """A workload's custom chip on offer in a quarter against the cheapest bought one.

    Cost is USD an hour of H100e work; missing where there is no offer.
    """

    workload: str
    adoption_share: float
    custom_chip: str | None
    custom_usd: float
    bought_chip: str | None
    bought_usd: float
    is_bought: bool
    """Its supplier has a share of what is bought."""
    ratio: float
    """Custom over bought."""
    mix_ratio: float
    """Custom over what is bought at the shares of the scenario, which is what value compares with."""
    allowed_ratio: float
    held_back_quarters: int
    """In which custom chips that were asked for are not bought: they cost more than is allowed, or there is none."""
    lacks_chip: bool
    """There is none in some of them."""
    contribution_usd: float


def contest(answer: Answer, quarter: int) -> pd.DataFrame:
    """Return the workloads' contests in a quarter; columns as in `Contest`."""
    return pd.DataFrame(list(contests(answer, quarter)))


@lru_cache(maxsize=16)
def contests(answer: Answer, quarter: int) -> tuple[Contest, ...]:
    """Return what `Contest` is of each workload."""
    world, both = answer.world, rivals(answer, quarter)
    place, shares = np.arange(len(answer.inputs.workloads)), world.bought_share[quarter]  # (merchant, workload)
    mix = np.where(shares > 0.0, shares * np.where(shares > 0.0, world.kappa[quarter, BOUGHT], 0.0), 0.0).sum(axis=0)
    held_back = _held_back(answer)
    columns: tuple[Sequence[Any], ...] = (
        workload_labels(answer.inputs),
        answer.adoption.tolist(),
        both.custom_chip,
        both.custom_usd.tolist(),
        both.bought_chip,
        both.bought_usd.tolist(),
        (shares[both.supplier - LEAD, place] > 0.0).tolist(),
        both.ratio.tolist(),
        (both.custom_usd / mix).tolist(),
        [float(1.0 + world.levers["custom_premium_max"])] * place.size,
        held_back.sum(axis=0).tolist(),
        [bool(one.any()) for one in (held_back & np.isinf(world.kappa[:, CUSTOM])).T],
        answer.sweep.contribution_usd.tolist(),
    )
    return tuple(Contest(*row) for row in zip(*columns, strict=True))


def _held_back(answer: Answer) -> NDArray[np.bool_]:
    """Whether the right to stop held purchases of the plan back; (quarter, workload)."""
    stops = [item for item in answer.result.constraints if item.constraint == "right_to_stop"]
    return np.stack([item.binds[:, 0] for item in stops], axis=1)


def adoption_value(answer: Answer, every: int = 5) -> pd.DataFrame:
    """Value of each workload's adoption against none; columns: workload, name, adoption_share, usd, here, label_usd.

    `here` marks the scenario's own rate; of the rest, each `every`-th point of the sweep is kept. `name` is what stands
    at the end of a line, `label_usd` where: moved so that no two names overprint and none leaves the chart.
    """
    sweep, labels, grid = answer.sweep, workload_labels(answer.inputs), GRID[::every]
    low, high = float(sweep.value_usd.min()), float(sweep.value_usd.max())
    names = [beside(label) for label in labels]
    gap = frames.LABEL_GAP * (TWO_LINES if any("\n" in name for name in names) else 1.0)
    ends = frames.apart(sweep.value_usd[:, -1], gap * (high - low), (low, high))
    return pd.DataFrame(
        {
            "workload": np.concatenate([np.repeat(labels, grid.size), labels]),
            "name": np.concatenate([np.repeat(names, grid.size), names]),
            "adoption_share": np.concatenate([np.tile(grid, len(labels)), answer.adoption]),
            "usd": np.concatenate([sweep.value_usd[:, ::every].ravel(), sweep.value_now_usd]),
            "label_usd": np.concatenate([np.repeat(ends, grid.size), np.full(len(labels), np.nan)]),
            "here": np.repeat([False, True], [grid.size * len(labels), len(labels)]),
        }
    )
