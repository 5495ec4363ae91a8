"""What to do under doubt: what each choice of adoption costs above the best one, world by world.

A *choice* is a set of adoption rates, a *world* a setting of a few beliefs; all other levers stay as the scenario has
them. Formulas: docs/METHOD.md, "Answers drawn from value".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base.format import counted
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.inputs.lever import Lever, Value
from core.inputs.lever_table import adoption as adoption_of
from core.inputs.lever_table import demand_growth
from core.inputs.levers import Levers
from core.inputs.scenario import Scenario, columns
from core.model.model import EXIT, variants
from core.model.world import build
from core.risk.worth import choices_of_mix, courses_of

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


def _doubt(levers: Levers, id: str, name: str, lever_ids: tuple[str, ...], names: tuple[str, ...]) -> Doubt:
    """Return a doubt over levers that move together: three names for their low, base and high, two for low and high.

    A base that is left out gives its weight to low and high in the parts that keep the mean.
    """
    points = {lever_id: _percentiles(levers[lever_id]) for lever_id in lever_ids}
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
                {lever_id: levers[lever_id].value(points[lever_id][LEVELS.index(level)]) for lever_id in points},
            )
            for state, level, weight in zip(names, kept, weights, strict=True)
        ),
    )


def _percentiles(lever: Lever) -> tuple[float, float, float]:
    """Return low, base and high of a belief."""
    low, high = lever.percentiles
    return low, lever.number(lever.base), high


def doubts(levers: Levers, families: Iterable[str]) -> tuple[Doubt, ...]:
    """Return what the worlds differ in, at the low, base and high of the levers; the delay at its low and high.

    families: those whose demand grows.
    """
    growth = tuple(demand_growth(family) for family in families)
    late = levers["custom_delay_quarters"].percentiles
    on_time, delayed = (delay_words(int(quarters)) for quarters in late)
    return (
        _doubt(levers, "demand", "Demand", growth, ("low demand", "", "high demand")),
        _doubt(levers, "price", "Price of bought chips", ("merchant_price",), ("cheap chips", "", "dear chips")),
        _doubt(levers, "delay", "Delay of custom chips", ("custom_delay_quarters",), (on_time, delayed)),
        _doubt(
            levers, "performance", "Performance of coming bought chips", ("merchant_performance",),
            ("slow chips", "", "fast chips"),
        ),
    )  # fmt: skip


def delay_words(quarters: int) -> str:
    """Return how late something is: `on time`, `a year late`, `3 quarters late`."""
    if quarters == 0:
        return "on time"
    if quarters % QUARTERS_PER_YEAR:
        return f"{counted(quarters, 'quarter')} late"
    years = quarters // QUARTERS_PER_YEAR
    return "a year late" if years == 1 else f"{years} years late"


@dataclass(frozen=True)
class World:
    """One state of every doubt."""

    states: tuple[State, ...]

    @property
    def label(self) -> str:
        """What makes it differ from the base: `low demand, cheap chips, on time`."""
        return ", ".join(state.name for state in self.states if state.name)

    @property
    def weight(self) -> float:
        """Its part of the expected regret; doubts count as independent, and the worlds' weights add up to 1."""
        return float(np.prod([state.weight for state in self.states]))

    @property
    def levers(self) -> dict[str, Value]:
        """Its setting of the levers that worlds differ in."""
        return {lever_id: value for state in self.states for lever_id, value in state.levers.items()}


def worlds_of(doubts: Iterable[Doubt]) -> tuple[World, ...]:
    """Return every mixture of the doubts' states."""
    return tuple(World(states) for states in product(*(doubt.states for doubt in doubts)))


THIS: Final = "This scenario"
"""What the scenario's own adoption is called among the choices; it comes first."""


@dataclass(frozen=True, eq=False)
class Regret:
    """What each choice costs in each world, and how much above the best choice there.

    Cost is the present value of cost after tax; the baseline of the scenario plays no part in it.
    """

    choices: tuple[str, ...]  # THIS, then the presets
    adoption: Floats  # (choice, workload)
    doubts: tuple[Doubt, ...]
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

        Columns: choice, world, a column a doubt by its id (one of LEVELS), weight, cost_usd,
        regret_usd, is_best (no choice costs less there).
        """
        choices, worlds = self.cost_usd.shape
        regret = self.regret_usd.ravel()
        states = {
            doubt.id: np.tile([world.states[i].level for world in self.worlds], choices)
            for i, doubt in enumerate(self.doubts)
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
    A ready-made choice of no custom chips at all is the exit that scenarios are measured against, which begins in the
    first quarter; the others begin when the scenario does.
    """
    # Here and not above: the compiler takes a while to load, which no start of the program should wait for.
    from core.model.compiled import choices_of, costs, joined

    rows = choices(inputs, scenario)
    doubted = doubts(scenario.levers, inputs.family_names)
    worlds = worlds_of(doubted)
    adoption = np.array([list(rates.values()) for rates in rows.values()], dtype=np.float64)
    adoption.setflags(write=False)
    chosen = columns([scenario.replace(**rates) for rates in rows.values()])
    base = columns([scenario])
    here = build(inputs, base)
    asked = choices_of(here, courses_of(here, {name: chosen[name] for name in choices_of_mix(inputs)}))
    levers = {name: np.repeat(column, len(worlds)) for name, column in base.items()}
    for name in worlds[0].levers:
        levers[name] = np.array([scenario.levers[name].number(world.levers[name]) for world in worlds])
    # (choice, world), last the exit, which begins in the first quarter
    cost = costs(inputs, levers, joined(asked, choices_of(here, variants(here, EXIT)))).cost_usd.T
    exits = [name != THIS and not rates.any() for name, rates in zip(rows, adoption, strict=True)]
    return Regret(tuple(rows), adoption, doubted, worlds, np.where(np.array(exits)[:, None], cost[-1], cost[:-1]))


def choices(inputs: Inputs, scenario: Scenario) -> dict[str, dict[str, Value]]:
    """Return the adoption rates by lever of each choice: the scenario's own, then the presets that set nothing else."""
    levers = [adoption_of(workload) for workload in inputs.workloads]
    ready = {
        f"{name} (ready-made)" if name == THIS else name: preset
        for name, preset in inputs.presets.items()
        if set(preset.changes) <= set(levers)
    }
    return {name: {lever: one[lever] for lever in levers} for name, one in {THIS: scenario, **ready}.items()}
