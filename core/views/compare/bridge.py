"""The bridge from one scenario to another: what each lever adds to the difference.

A bridge is exact. Every mixture of the two scenarios' settings that it needs is evaluated, and each lever's part is
its Shapley value, which does not depend on the order in which levers are moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base import format as fmt
from core.base import shapley
from core.base.finance import MATERIAL_USD
from core.base.format import Unit
from core.base.quarters import Calendar
from core.inputs.data import Inputs
from core.inputs.lever import Group, Kind, Lever
from core.inputs.scenario import Columns, Scenario
from core.model.evaluate import capital_series, capital_spending_usd, evaluate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_FLAT: Final = 12
"""As many levers as are split in one go; of more, groups are split first, for each lever doubles the work."""


@dataclass(frozen=True)
class Measure:
    """A figure that a bridge explains."""

    id: str
    called: str  # a template, for what depends on the calendar of the data
    caption: str
    per_unit: int  # the steps in which its parts add up
    step_name: str
    exact_unit: str
    units: tuple[Unit, Unit]  # the reader's, large and small
    words: Callable[..., str]  # of a figure, to so many digits, `beside` others of its sentence
    material: float
    more_is_good: bool

    def label(self, calendar: Calendar) -> str:
        """Return what it is called: `Value`, `Capital spending <first year>`."""
        return self.called.format(first_year=calendar.first_year)

    def unit(self, figures: Floats) -> Unit:
        """Return the one unit in which to write all of `figures`."""
        return fmt.one_unit(self.units, figures)


VALUE: Final = Measure(
    "value",
    "Value",
    "After tax; each mixture of the two scenarios is measured against its own baseline.",
    100,
    "cent",
    "$",
    (fmt.USD_BN, fmt.USD_M),
    fmt.usd,
    MATERIAL_USD,
    True,
)

CAPITAL: Final = Measure(
    "capital",
    "Capital spending {first_year}",
    "Chips and data centres, before tax and before warrants, as in the headline figure.",
    100,
    "cent",
    "$",
    (fmt.USD_BN, fmt.USD_M),
    fmt.usd,
    MATERIAL_USD,
    False,
)

POWER: Final = Measure(
    "power",
    "Peak AI power",
    "Highest IT load of all accelerators that work.",
    1_000_000,
    "watt",
    "MW",
    (fmt.GW, fmt.MW),
    fmt.power,
    1.0,
    False,
)

MEASURES: Final = (VALUE, CAPITAL, POWER)
"""In the order of the last axis of a bridge."""


@dataclass(frozen=True, eq=False)
class Bridge:
    """The way from one scenario's figures to another's, lever by lever, in whole cents and watts.

    `start + parts.sum(axis=0) == end`, exactly.
    """

    inputs: Inputs
    before: Scenario
    after: Scenario
    levers: tuple[Lever, ...]  # those that differ
    start: Ints  # (measure,)
    parts: Ints  # (lever, measure)
    end: Ints  # (measure,)

    def of(self, measure: Measure) -> tuple[float, Floats, float]:
        """Return start, parts (lever,) and end of one measure, in USD or MW."""
        m = MEASURES.index(measure)
        scale = float(measure.per_unit)
        return float(self.start[m] / scale), self.parts[:, m] / scale, float(self.end[m] / scale)

    def unit(self, measure: Measure) -> Unit:
        """Return the one unit in which to draw a measure."""
        start, parts, end = self.of(measure)
        return measure.unit(np.array([start, *parts, end]))


def bridge(inputs: Inputs, before: Scenario, after: Scenario) -> Bridge:
    """Return what each lever adds on the way from `before` to `after`, in each of MEASURES.

    `part[i] = sum over S of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S))`, S the levers set as in `after`, the others
    as in `before`. Value is each mixture's own, against the baseline it chose itself. Above MOST_FLAT levers: first
    over what is ours to decide and what we believe, then over halves of their groups and inside groups (Owen's value).
    """
    levers = tuple(lever for lever in before.levers.values() if before[lever.id] != after[lever.id])

    def value(mixtures: shapley.Masks) -> Floats:
        return _measured(inputs, _mixed(before, after, levers, mixtures))

    split = shapley.split(_tree(levers), value)
    start, parts, end = shapley.in_steps(split, np.array([measure.per_unit for measure in MEASURES]))
    return Bridge(inputs, before, after, levers, start, parts, end)


def _measured(inputs: Inputs, levers: Columns) -> Floats:
    """Return MEASURES of each scenario; (scenario, measure)."""
    result = evaluate(inputs, levers, series=capital_series(inputs))
    return np.stack(
        [result.metrics["npv_usd"], capital_spending_usd(inputs, result), result.metrics["peak_mw_it"]], axis=1
    )


def _mixed(before: Scenario, after: Scenario, levers: Sequence[Lever], mixtures: shapley.Masks) -> Columns:
    """Return mixtures of two scenarios: lever i is as in `after` where bit i is set; (mixture,) by lever id."""
    columns = {lever.id: np.full(mixtures.size, before.number(lever.id)) for lever in before.levers.values()}
    for bit, lever in enumerate(levers):
        columns[lever.id][shapley.has(mixtures, bit)] = after.number(lever.id)
    return columns


def _tree(levers: Sequence[Lever]) -> shapley.Tree:
    """Return how levers are split: all at once if they are few, else by kind, group, and halves of both."""
    if len(levers) <= MOST_FLAT:
        return tuple(range(len(levers)))
    kinds: dict[Kind, dict[Group, list[int]]] = {}
    for i, lever in enumerate(levers):
        kinds.setdefault(lever.kind, {}).setdefault(lever.group, []).append(i)
    return tuple(_halves([_halves(group) for group in groups.values()]) for groups in kinds.values())


def _halves(trees: Sequence[shapley.Tree]) -> shapley.Tree:
    """Return neighbours joined in twos, again and again: a level of many would double the work with each."""
    if len(trees) <= 2:
        return tuple(trees)
    middle = (len(trees) + 1) // 2
    return _halves(trees[:middle]), _halves(trees[middle:])
