"""What to do under doubt: what each choice of adoption costs above the best one, world by world.

A *choice* is a set of adoption rates, a *world* a setting of a few beliefs; all other levers stay as the scenario has
them. Formulas: docs/METHOD.md, "Answers drawn from value".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.inputs.data import Inputs
from core.inputs.lever import Lever, Value
from core.inputs.levers import LEVER
from core.inputs.presets import presets
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate

Floats = NDArray[np.float64]

LOW_BASE_HIGH: Final = np.array([0.3, 0.4, 0.3])
"""Weights of a belief's 10th percentile, base and 90th, which keep the mean of most lopsided beliefs: Swanson's rule
(A. Hurst, G. Brown and R. Swanson, "Swanson's 30-40-30 rule", AAPG Bulletin 84, 2000)."""
LEVELS: Final = ("low", "base", "high")


@dataclass(frozen=True)
class State:
    """One setting of a doubt in a world."""

    name: str  # in the label of a world; empty at base
    level: str  # one of LEVELS
    weight: float
    levers: Mapping[str, Value]


@dataclass(frozen=True)
class Doubt:
    """A thing that we cannot know when we choose, in the states that the worlds are made of."""

    id: str
    name: str
    states: tuple[State, ...]


def _doubt(id: str, name: str, lever_ids: tuple[str, ...], names: tuple[str, ...]) -> Doubt:
    """Return a doubt over levers that move together: three names for their low, base and high, two for low and high.

    A base that is left out gives its weight to low and high in the parts that keep the mean.
    """
    points = {lever_id: _percentiles(LEVER[lever_id]) for lever_id in lever_ids}
    low, _, high = first = points[lever_ids[0]]
    to_high = (float(LOW_BASE_HIGH @ first) - low) / (high - low)
    kept: tuple[str, ...] = LEVELS
    weights: tuple[float, ...] = tuple(LOW_BASE_HIGH.tolist())
    if len(names) < len(LEVELS):
        kept, weights = ("low", "high"), (1.0 - to_high, to_high)
    return Doubt(
        id,
        name,
        tuple(
            State(
                state,
                level,
                weight,
                {lever_id: LEVER[lever_id].value(points[lever_id][LEVELS.index(level)]) for lever_id in points},
            )
            for state, level, weight in zip(names, kept, weights, strict=True)
        ),
    )


def _percentiles(lever: Lever) -> tuple[float, float, float]:
    """Return low, base and high of a belief."""
    low, high = lever.percentiles
    return low, lever.number(lever.base), high


DOUBTS: Final = (
    _doubt("demand", "Demand", ("demand_growth_ranking", "demand_growth_genai"), ("low demand", "", "high demand")),
    _doubt("price", "Price of bought GPUs", ("merchant_price",), ("cheap GPUs", "", "dear GPUs")),
    _doubt("delay", "Delay of custom chips", ("custom_delay_quarters",), ("on time", "a year late")),
    _doubt("performance", "Performance of coming GPUs", ("merchant_performance",), ("slow GPUs", "", "fast GPUs")),
)
"""What the worlds differ in, at the low, base and high that the levers declare; the delay at its low and high."""


@dataclass(frozen=True)
class World:
    """One state of every doubt."""

    states: tuple[State, ...]

    @property
    def label(self) -> str:
        """What makes it differ from the base: `low demand, cheap GPUs, on time`."""
        return ", ".join(state.name for state in self.states if state.name)

    @property
    def weight(self) -> float:
        """Its part of the expected regret; doubts count as independent, and the worlds' weights add up to 1."""
        return float(np.prod([state.weight for state in self.states]))

    @property
    def levers(self) -> dict[str, Value]:
        """Its setting of the levers that worlds differ in."""
        return {lever_id: value for state in self.states for lever_id, value in state.levers.items()}


WORLDS: Final = tuple(World(states) for states in product(*(doubt.states for doubt in DOUBTS)))
"""Every mixture of the doubts' states."""
THIS: Final = "This scenario"
"""What the scenario's own adoption is called among the choices; it comes first."""


@dataclass(frozen=True, eq=False)
class Regret:
    """What each choice costs in each world, and how much above the best choice there.

    Cost is the present value of cost after tax; the baseline of the scenario plays no part in it.
    """

    choices: tuple[str, ...]  # THIS, then the presets
    adoption: Floats  # (choice, workload)
    worlds: tuple[World, ...]
    cost_usd: Floats  # (choice, world)

    @property
    def regret_usd(self) -> Floats:
        """Cost above the best choice in the same world; (choice, world)."""
        regret: Floats = self.cost_usd - self.cost_usd.min(axis=0)
        return regret

    @property
    def weights(self) -> Floats:
        """The worlds' weights; (world,)."""
        return np.array([world.weight for world in self.worlds])

    @property
    def worst_usd(self) -> Floats:
        """The most that each choice may be regretted; (choice,)."""
        worst: Floats = self.regret_usd.max(axis=1)
        return worst

    @property
    def expected_usd(self) -> Floats:
        """The weighted mean of each choice's regret; (choice,). Expected costs differ by as much."""
        expected: Floats = self.regret_usd @ self.weights
        return expected

    @property
    def minimax(self) -> int:
        """The choice whose worst regret is least; the first of equals."""
        return int(np.argmin(self.worst_usd))

    @property
    def best_expected(self) -> int:
        """The choice whose expected regret, hence expected cost, is least; the first of equals."""
        return int(np.argmin(self.expected_usd))

    def frame(self) -> pd.DataFrame:
        """Return a row a choice and world.

        Columns: choice, world, a column a doubt of DOUBTS by its id (one of LEVELS), weight, cost_usd,
        regret_usd, is_best (no choice costs less there).
        """
        choices, worlds = self.cost_usd.shape
        regret = self.regret_usd.ravel()
        states = {
            doubt.id: np.tile([world.states[i].level for world in self.worlds], choices)
            for i, doubt in enumerate(DOUBTS)
        }
        return pd.DataFrame(
            {
                "choice": np.repeat(self.choices, worlds),
                "world": np.tile([world.label for world in self.worlds], choices),
                **states,
                "weight": np.tile(self.weights, choices),
                "cost_usd": self.cost_usd.ravel(),
                "regret_usd": regret,
                "is_best": regret == 0.0,
            }
        )

    def by_choice(self) -> pd.DataFrame:
        """Return a row a choice; columns: choice, worst_usd, worst_world, expected_usd, is_minimax, is_best_expected.

        A choice that is equal to a marked one is marked too.
        """
        worst, expected = self.worst_usd, self.expected_usd
        return pd.DataFrame(
            {
                "choice": self.choices,
                "worst_usd": worst,
                "worst_world": [self.worlds[i].label for i in self.regret_usd.argmax(axis=1)],
                "expected_usd": expected,
                "is_minimax": worst == worst.min(),
                "is_best_expected": expected == expected.min(),
            }
        )


def regret(inputs: Inputs, scenario: Scenario) -> Regret:
    """Return what the scenario's adoption and that of each preset cost in every world.

    `regret[choice, world] = cost[choice, world] - min over choices of cost[choice, world]`, cost being `pv_cost_usd`.
    """
    rows = choices(inputs, scenario)
    adoption = np.array([list(rates.values()) for rates in rows.values()], dtype=np.float64)
    adoption.setflags(write=False)
    batch = {name: np.repeat(column, len(rows) * len(WORLDS)) for name, column in columns([scenario]).items()}
    for workload, rates in zip(inputs.workloads, adoption.T, strict=True):
        batch[f"adoption_{workload}"] = np.repeat(rates, len(WORLDS))
    for lever in WORLDS[0].levers:
        batch[lever] = np.tile([LEVER[lever].number(world.levers[lever]) for world in WORLDS], len(rows))
    cost = evaluate(inputs, batch, series=()).metrics["pv_cost_usd"]
    return Regret(tuple(rows), adoption, WORLDS, cost.reshape(len(rows), len(WORLDS)))


def choices(inputs: Inputs, scenario: Scenario) -> dict[str, dict[str, Value]]:
    """Return the adoption rates by lever of each choice: the scenario's own, then the presets that set nothing else."""
    levers = [f"adoption_{workload}" for workload in inputs.workloads]
    today = dict(zip(inputs.workloads, inputs.custom_share_today.tolist(), strict=True))
    ready = {name: preset for name, preset in presets(today).items() if set(preset.changes) <= set(levers)}
    return {name: {lever: one[lever] for lever in levers} for name, one in {THIS: scenario, **ready}.items()}
