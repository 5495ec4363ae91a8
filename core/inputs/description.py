"""A sound data set in words: what it holds, and what of it a keeper of data may not have meant."""

from __future__ import annotations

from typing import Final

import numpy as np

from core.base.format import counted, listed
from core.inputs.data import CUSTOM, Inputs
from core.inputs.declaration import resources
from core.inputs.earlier import is_completed
from core.inputs.levers import BOUGHT_CHIPS

_ROLES: Final = ("custom", "merchant and lead", "merchant")  # by place on the supplier axis, the last for all others


def description(inputs: Inputs) -> str:
    """Return what a data set holds, in one paragraph."""
    calendar = inputs.calendar
    whose = inputs.company or "a company that they do not name"
    suppliers = [f"{name}, {_ROLES[min(s, len(_ROLES) - 1)]}" for s, name in enumerate(inputs.supplier_names)]
    counts = (
        counted(len(inputs.chips.id), "chip"),
        f"{counted(inputs.opening.chip.size, 'lot')} of the opening fleet",
        counted(len(inputs.contracts.id), "contract"),
        f"{counted(len(inputs.programme.id), 'item')} of the custom programme",
        counted(len(inputs.levers), "lever"),
        counted(len(inputs.presets), "ready-made scenario"),
    )
    return (
        f"Data of {whose}, version {inputs.data_version}, from {calendar.label(0)} to {calendar.last_year}-Q4. "
        f"{counted(len(suppliers), 'supplier')}: {'; '.join(suppliers)}. "
        f"{counted(len(inputs.workloads), 'workload')}: {'; '.join(inputs.workload_names)}. "
        f"{listed(list(counts))}. {_optional(inputs)}"
    )


def _optional(inputs: Inputs) -> str:
    """Say which of the tables that may be left out, or have no rows, have any."""
    names = [one["name"] for one in resources() if one.get("optional") or one.get("minRows") == 0]
    filled = [name for name in names if len(inputs.cells.get(f"{name}.csv", ())) > 1]
    empty = [name for name in names if name not in filled]
    said = [f"{listed(some)} {'is' if len(some) == 1 else 'are'} {how}"
            for some, how in ((filled, "there"), (empty, "left out or empty")) if some]  # fmt: skip
    return f"Of the tables that may be left out or empty, {'; '.join(said)}."


def remarks(inputs: Inputs) -> list[str]:
    """Return what may not have been meant, a sentence each; none of it keeps the data from being used."""
    found = []
    if is_completed(inputs.cells):
        found.append("Made by version 1: plans, beliefs and ready-made scenarios are those of that version.")
    elif "levers.csv" not in inputs.cells:
        found.append("Without levers.csv every belief is the model's own, and its source is `assumption`.")
    chips = inputs.chips
    without = [name for s, name in enumerate(inputs.supplier_names) if not (chips.supplier == s).any()]
    if without:
        found.append(f"No chip is supplied by {listed(without)}.")
    return [*found, *_unsold(inputs)]


def _unsold(inputs: Inputs) -> list[str]:
    """Say from which delay of coming bought chips on nobody sells what some work needs."""
    chips, lever = inputs.chips, inputs.levers[BOUGHT_CHIPS.delay]
    quarter = np.arange(len(inputs.demand_h100e))[:, None]
    bought = chips.supplier != CUSTOM
    for delay in range(max(0, int(lever.number(lever.base))), int(lever.maximum) + 1):
        moved = np.maximum(chips.available + delay, np.minimum(chips.available, 0))
        available = np.where(chips.future, moved, chips.available)
        on_offer = bought & (available <= quarter) & (quarter <= chips.last_order)  # (quarter, chip)
        sold = (on_offer.astype(int) @ (chips.h100e > 0.0).astype(int) > 0).all(axis=0)  # (workload,)
        if not sold.all():
            names = [one for one, ever in zip(inputs.workloads, sold, strict=True) if not ever]
            return [
                f"If coming bought chips are {counted(delay, 'quarter')} late, no merchant sells what {listed(names)} "
                f"{'needs' if len(names) == 1 else 'need'} in some quarters: that work is rented."
            ]
    return []
