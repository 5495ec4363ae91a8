"""Levers of a workload that belong together: when its own share begins to move, and how what is bought is divided.

What is set here is set as a reader means it: the merchants' shares of a workload never add up to more than 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Final

from core.inputs.data import LEAD, Inputs
from core.inputs.lever import Value
from core.inputs.lever_table import bought_share, start_lag
from core.inputs.scenario import Scenario

_STEP: Final = Decimal("0.0001")
"""Shares that give way to another are kept to a hundredth of a percent."""


def starts(inputs: Inputs, scenario: Scenario, workload: str) -> Mapping[int, str]:
    """Return the quarters in which the workload's own share may begin to move, by how much later than the others."""
    lever = inputs.levers[start_lag(workload)]
    common = int(scenario.number("adoption_start"))
    lags = range(int(lever.minimum), int(lever.maximum) + 1)
    return {lag: inputs.calendar.label(common + lag) for lag in lags}


def splits(inputs: Inputs) -> Mapping[str, tuple[str, ...]]:
    """Return, by workload, the levers that divide what is bought for it, one for each merchant but the lead."""
    others = inputs.suppliers[LEAD + 1 :]
    return {workload: tuple(bought_share(one, workload) for one in others) for workload in inputs.workloads}


def lead_share(scenario: Scenario, split: tuple[str, ...]) -> float:
    """Return what a split, the levers of one workload, leaves to the lead: nothing if they add up to 1 or more."""
    return float(max(Decimal(0), 1 - _sum(scenario, split)))


def is_over(scenario: Scenario, split: tuple[str, ...]) -> bool:
    """Return whether the merchants of a split ask for more than there is; the model then divides each by their sum."""
    return _sum(scenario, split) > 1


def with_setting(inputs: Inputs, scenario: Scenario, name: str, value: Value) -> Scenario:
    """Return `scenario` with lever `name` at `value`.

    Where that is a merchant's share of a workload and leaves less than the others ask for, they give way in
    proportion: `other * (1 - value) / sum of others`. Raises ScenarioError if the lever may not take `value`.
    """
    moved = scenario.replace(**{name: value})
    split = next((levers for levers in splits(inputs).values() if name in levers), ())
    if len(split) < 2 or not is_over(moved, split):
        return moved
    others = {one: Decimal(str(scenario[one])) for one in split if one != name}
    room, asked = 1 - Decimal(str(value)), sum(others.values())
    parts = {one: (share * room / asked).quantize(_STEP, ROUND_DOWN) for one, share in others.items()}
    largest = max(parts, key=lambda one: parts[one])
    parts[largest] = room - sum(parts[one] for one in parts if one != largest)
    return moved.replace(**{one: float(share) for one, share in parts.items()})


def _sum(scenario: Scenario, split: tuple[str, ...]) -> Decimal:
    return sum((Decimal(str(scenario[one])) for one in split), Decimal(0))
