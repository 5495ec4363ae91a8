"""What one lever would have to be for a goal to be met: value, its mean, its odds, capital spending, power, payback.

Formulas: docs/METHOD.md, "Answers drawn from value".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR, Calendar
from core.inputs.data import Inputs
from core.inputs.lever import Lever, RefusedError, shown
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import by_year, capital_series, evaluate
from core.model.fleet import ROUNDING
from core.model.sweep import SWITCHING_PRECISION, narrowed, setting_points
from core.risk.futures import DRAWS, drawn_levers, odds
from core.risk.run import Cancel, Progress, stop_if

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

GOAL_FUTURES: Final = 256
"""So many futures stand for all where an expected value or odds are sought: the first of those that are drawn."""
NEAR_MISS_POINTS: Final = 31
"""Points between the neighbours of the setting that comes closest, at which a goal that none meets is looked for."""


class GoalError(RefusedError):
    """A goal that cannot be sought."""


class Aim(StrEnum):
    """What a goal is about."""

    VALUE = "value"
    EXPECTED = "expected"
    ODDS = "odds"
    CAPITAL = "capital"
    POWER = "power"
    PAYBACK = "payback"


@dataclass(frozen=True)
class Goal:
    """A figure to be reached: made by `value`, `expected`, `odds`, `capital_spending`, `power` or `payback`."""

    aim: Aim
    target: float  # USD, USD, share of futures, USD, MW or a quarter index
    year: int = 0  # of capital spending; other goals have none

    @classmethod
    def value(cls, usd: float = 0.0) -> Goal:
        """Value after tax, against the baseline that the scenario chose, of at least `usd`."""
        return cls(Aim.VALUE, usd)

    @classmethod
    def expected(cls, usd: float = 0.0) -> Goal:
        """Value as in `value`, but its mean over GOAL_FUTURES futures."""
        return cls(Aim.EXPECTED, usd)

    @classmethod
    def odds(cls, share: float) -> Goal:
        """A share of GOAL_FUTURES futures in which the scenario pays, see core.risk.futures.odds, of at least `share`.

        A scenario that makes no difference in any future has no odds, hence does not meet it.
        """
        return cls(Aim.ODDS, share)

    @property
    def needs_futures(self) -> bool:
        """Whether futures must be drawn for each setting that is looked at, which takes a second or two."""
        return self.aim in (Aim.EXPECTED, Aim.ODDS)

    @classmethod
    def capital_spending(cls, year: int, usd: float) -> Goal:
        """Spending on chips and data centres in a year of at most `usd`, before tax and before warrants."""
        return cls(Aim.CAPITAL, usd, year)

    @classmethod
    def power(cls, mw: float) -> Goal:
        """IT load of all accelerators that work of at most `mw` in every quarter."""
        return cls(Aim.POWER, mw)

    @classmethod
    def payback(cls, quarter: str, calendar: Calendar) -> Goal:
        """Payback in `quarter`, a label, or before; a scenario that needs none is paid back from the outset.

        Raises GoalError if `quarter` is not written like that.
        """
        try:
            return cls(Aim.PAYBACK, float(calendar.index(quarter)))
        except (ValueError, TypeError):
            raise GoalError(
                [f"payback: {shown(quarter)} is not a quarter; write it like {calendar.label(0)}"]
            ) from None

    def problems(self, scenario: Scenario, calendar: Calendar) -> list[str]:
        """Say in words what keeps this goal from being sought in `scenario`."""
        horizon = int(scenario.number("horizon_year"))
        found = []
        first = calendar.first_year
        years = range(first, horizon + 1)
        if self.aim is Aim.CAPITAL and not (isinstance(self.year, int) and self.year in years):
            found.append(
                f"year: {shown(self.year)} is not a year of this scenario; use {first} to {horizon}, its horizon"
            )
        if isinstance(self.target, bool) or not isinstance(self.target, int | float) or not math.isfinite(self.target):
            return [*found, f"{self.aim}: {shown(self.target)} is not a figure to reach; use a finite number"]
        if self.aim in (Aim.CAPITAL, Aim.POWER) and self.target <= 0.0:
            unit = "USD" if self.aim is Aim.CAPITAL else "MW"
            found.append(f"{self.aim}: {self.target:g} {unit} is no limit that could be met; use one above 0")
        if self.aim is Aim.ODDS and not 0.0 < self.target <= 1.0:
            found.append(f"odds: {100.0 * self.target:g} % is no share of futures; use more than 0 and at most 100 %")
        if self.aim is Aim.PAYBACK and self.target not in range(len(years) * QUARTERS_PER_YEAR):
            found.append(
                f"payback: {calendar.label(int(self.target))} is not a quarter of this scenario; use "
                f"{calendar.label(0)} to {horizon}-Q{QUARTERS_PER_YEAR}, its horizon"
            )
        return found

    def margin(self, figure: Floats) -> Floats:
        """Return by how much figures are on the right side of the target; where it is at least 0 the goal is met.

        What is spent or drawn may exceed its limit by rounding.
        """
        with np.errstate(invalid="ignore"):
            match self.aim:
                case Aim.VALUE | Aim.EXPECTED | Aim.ODDS:
                    margin = figure - self.target
                case Aim.PAYBACK:
                    margin = self.target - figure
                case Aim.CAPITAL | Aim.POWER:
                    margin = self.target * (1.0 + ROUNDING) - figure
        return np.where(np.isnan(margin), -np.inf, margin)


@dataclass(frozen=True)
class Found:
    """The setting of a lever that meets a goal, or the one that comes closest.

    `reached` is the goal's figure at `closest_setting`, which is `setting` if there is one: USD, a share, MW or a
    quarter, where infinity stands for never, minus infinity for at once and NaN for no difference.
    """

    lever: Lever
    goal: Goal
    setting: float | None
    reached: float
    closest_setting: float
    lost_at: float | None  # if the scenario's own setting meets the goal: the nearest that does not

    @property
    def met(self) -> bool:
        """Whether a setting meets the goal."""
        return self.setting is not None

    @property
    def target(self) -> float:
        """What was to be reached."""
        return self.goal.target

    @property
    def short_by(self) -> float:
        """How far the closest setting stays from the target, in the figure's unit; 0 if the goal is met."""
        return 0.0 if self.met else abs(self.target - self.reached)


def seek(
    inputs: Inputs,
    scenario: Scenario,
    lever_id: str,
    goal: Goal,
    *,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> Found:
    """Return the setting of a lever, nearest to the scenario's own, at which `goal` is met.

    The lever is looked at at its setting and at 65 even points over its bounds (whole levers: every whole number). The
    edge of the nearest that meet the goal is closed in on to 1e-6 of the range, on the side that meets it. If no point
    does, more points are looked at around the one that comes closest. Where futures are drawn (`needs_futures`),
    `progress` is told the share done and Cancelled is raised soon after `cancelled` says so.

    Raises GoalError if there is no such lever, it is set in words, or the goal makes no sense in this scenario.
    """
    lever = scenario.levers.get(lever_id)
    problems = goal.problems(scenario, inputs.calendar)
    if lever is None:
        problems.insert(0, f"{shown(lever_id)}: there is no such lever")
    elif not lever.is_numeric:
        numeric = "use one that is a number"
        problems.insert(0, f"{lever_id}: it is set to one of {', '.join(lever.options[:3])} …; {numeric}")
    if problems or lever is None:
        raise GoalError(problems)
    return _Search(inputs, scenario, lever, goal, progress, cancelled).found()


@dataclass(frozen=True)
class _Search:
    inputs: Inputs
    scenario: Scenario
    lever: Lever
    goal: Goal
    progress: Progress | None
    cancelled: Cancel | None

    def figure(self, x: Floats) -> Floats:
        """Return what the goal is about at settings x of the lever; (point,)."""
        if self.goal.needs_futures:
            return np.array([self.in_futures(float(one), (i + 1) / x.size) for i, one in enumerate(x)])
        batch = {name: np.repeat(column, x.size) for name, column in columns([self.scenario]).items()}
        batch[self.lever.id] = x
        aim, capital = self.goal.aim, capital_series(self.inputs)
        result = evaluate(self.inputs, batch, series=capital if aim is Aim.CAPITAL else ())
        if aim is not Aim.CAPITAL:
            return result.metrics[_METRICS[aim]]
        spending = by_year(np.sum([result.series[name] for name in capital], axis=0))  # (year, point)
        year = self.goal.year - self.inputs.calendar.first_year
        # A horizon before the year says nothing of it.
        return spending[year] if year < len(spending) else np.full(x.size, np.nan)

    def in_futures(self, x: float, done: float) -> float:
        """Return expected value or odds at one setting; `done`: the share of the settings that is then looked at."""
        stop_if(self.cancelled)
        drawn = drawn_levers(self.inputs, self.scenario.replace(**{self.lever.id: self.lever.value(x)}), DRAWS[0])
        batch = {name: column[:GOAL_FUTURES] for name, column in drawn.items()}
        value = evaluate(self.inputs, batch, series=()).metrics["npv_usd"]
        if self.progress is not None:
            self.progress(done)
        return float(value.mean()) if self.goal.aim is Aim.EXPECTED else odds(value)

    def margin(self, x: Floats) -> Floats:
        return self.goal.margin(self.figure(x))

    def found(self) -> Found:
        setting = self.scenario.number(self.lever.id)
        x = setting_points(self.lever, setting)
        margin = self.margin(x)
        if not (margin >= 0.0).any() and not self.lever.whole:
            best = _closest(x, margin, setting)
            more = np.linspace(x[max(best - 1, 0)], x[min(best + 1, x.size - 1)], NEAR_MISS_POINTS)
            x, first = np.unique(np.concatenate([x, more]), return_index=True)
            margin = np.concatenate([margin, self.margin(more)])[first]
        own, edge = margin[np.searchsorted(x, setting)] >= 0.0, self.nearest_change(x, margin, setting)
        met = setting if own else edge
        closest = float(x[_closest(x, margin, setting)]) if met is None else met
        reached = float(self.figure(np.array([closest]))[0])
        return Found(self.lever, self.goal, met, reached, closest, lost_at=edge if own else None)

    def nearest_change(self, x: Floats, margin: Floats, setting: float) -> float | None:
        """Return the setting nearest to the scenario's that meets the goal if that does not, or fails it if that meets.

        x: (point,) in order, the scenario's setting among them; margin: (point,) there. Closed in on between points.
        """
        own = int(np.searchsorted(x, setting))
        other = np.flatnonzero((margin >= 0.0) != (margin[own] >= 0.0))
        beyond = np.concatenate([other[other < own][-1:], other[other > own][:1]])
        if beyond.size == 0:
            return None
        near = beyond + np.where(beyond < own, 1, -1)
        span = np.inf if self.lever.whole else self.lever.maximum - self.lever.minimum
        edges, _ = narrowed(
            lambda _, points: self.margin(points),
            (x[near], margin[near]),
            (x[beyond], margin[beyond]),
            width=np.full(beyond.size, SWITCHING_PRECISION * span),
        )
        return float(edges[np.argmin(np.abs(edges - setting))])


_METRICS: Final = {Aim.VALUE: "npv_usd", Aim.POWER: "peak_mw_it", Aim.PAYBACK: "payback"}


def _closest(x: Floats, margin: Floats, setting: float) -> int:
    """Return the point with the greatest margin; of equals the nearest to the setting."""
    best = np.flatnonzero(margin == margin.max())
    return int(best[np.argmin(np.abs(x[best] - setting))])
