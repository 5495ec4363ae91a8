"""The signposts: where one belief would have to lie for another course to be best.

Formulas: docs/METHOD.md, "The best mix".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.cores import on_all_cores
from core.base.finance import MATERIAL_USD
from core.inputs.lever import Lever
from core.inputs.scenario import Scenario, columns
from core.model.model import run
from core.model.world import build
from core.risk.futures import DRAWS, drawn_levers, percentile
from core.risk.mix.bank import Bank
from core.risk.mix.limits import figures
from core.risk.mix.problem import PLACES, Problem
from core.risk.run import Cancel, Progress, stop_if
from core.risk.worth import courses_of, mix_table

Floats = NDArray[np.float64]

ENDS_SHARE: Final = 0.6
"""What looking at the bounds of all beliefs takes of the whole, about."""


@dataclass(frozen=True)
class Offered:
    """A course that can be taken, and what it is worth with all beliefs as they are set."""

    name: str
    scenario: Scenario
    expected_usd: float


@dataclass(frozen=True)
class Signpost:
    """A belief at whose setting `at` another course is best, moved alone away from where it is set."""

    lever: str
    setting: float
    at: float
    course: str
    beyond_share: float  # of the futures in which the belief lies there or beyond


@dataclass(frozen=True)
class _Way:
    """From a belief's setting to one of its bounds, in steps of its lever."""

    lever: Lever
    setting: float
    sign: int
    steps: int

    def at(self, step: int) -> float:
        return round(self.setting + self.sign * step * self.lever.step, PLACES)


def signposts(
    problem: Problem,
    best: Offered,
    others: Sequence[Offered],
    *,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> tuple[Signpost, ...]:
    """Return for each belief the settings from which one of `others` is worth more than `best`, the likeliest first.

    A belief is moved alone, by steps of its lever towards both its bounds; where another course is best at a bound, the
    way there is halved until one step is left. A course is worth what it is worth as offered, plus what the move
    changes in the few futures of a broad search. Of `others` only those count that keep the limits. `progress` is told
    the share done; Cancelled is raised soon after `cancelled` says so.
    """
    rivals = [one for one in others if one.scenario != best.scenario]
    rivals = [one for one, kept in zip(rivals, _keep(problem, rivals), strict=True) if kept]
    say = progress or (lambda _: None)
    if not rivals:
        return ()
    race = _Race(problem, [best, *rivals], cancelled)
    ways = _ways(problem.scenario)
    ahead = race.ahead([(way, way.steps) for way in ways], lambda share: say(ENDS_SHARE * share))
    won = [i for i, usd in enumerate(ahead) if usd.max() > MATERIAL_USD]
    low, high = dict.fromkeys(won, 0), {i: ways[i].steps for i in won}
    winner = {i: int(ahead[i].argmax()) for i in won}
    rounds = max((math.ceil(math.log2(ways[i].steps)) for i in won), default=0)
    for done in range(rounds):
        open_ = [i for i in won if high[i] - low[i] > 1]
        middle = {i: (low[i] + high[i]) // 2 for i in open_}
        usd = race.ahead([(ways[i], middle[i]) for i in open_])
        for i, one in zip(open_, usd, strict=True):
            if one.max() > MATERIAL_USD:
                high[i], winner[i] = middle[i], int(one.argmax())
            else:
                low[i] = middle[i]
        say(ENDS_SHARE + (1.0 - ENDS_SHARE) * (done + 1) / rounds)
    say(1.0)
    found = [_signpost(ways[i], high[i], rivals[winner[i]].name) for i in won]
    return tuple(sorted(found, key=lambda one: -one.beyond_share))


def _signpost(way: _Way, step: int, course: str) -> Signpost:
    below = percentile(way.lever, way.setting, way.at(step))
    return Signpost(way.lever.id, way.setting, way.at(step), course, below if way.sign < 0 else 1.0 - below)


def _ways(scenario: Scenario) -> list[_Way]:
    """Return the ways from each belief's setting to its bounds that hold a step at least."""
    found = []
    for lever in scenario.levers.beliefs:
        setting = scenario.number(lever.id)
        for sign, room in ((-1, setting - lever.minimum), (1, lever.maximum - setting)):
            steps = int(room / lever.step + 10.0**-PLACES)
            found += [_Way(lever, setting, sign, steps)] if steps else []
    return found


def _keep(problem: Problem, rivals: Sequence[Offered]) -> list[bool]:
    """Return which courses keep the limits in the plan case."""
    if not problem.limits or not rivals:
        return [True] * len(rivals)
    table = mix_table(problem.inputs, problem.scenario, [one.scenario for one in rivals])
    world = build(problem.inputs, columns([problem.scenario]))
    held = figures(problem.limits, run(world, courses_of(world, table)), problem.changes(table))[:, :, 0]
    excess = sum(limit.excess(of_all) for limit, of_all in zip(problem.limits, held, strict=True))
    return [bool(one == 0.0) for one in np.asarray(excess)]


class _Race:
    """Courses, the best first, and by how much the others are ahead of it where a belief lies elsewhere."""

    def __init__(self, problem: Problem, courses: Sequence[Offered], cancelled: Cancel | None) -> None:
        self._problem, self._cancelled = problem, cancelled
        self._table = mix_table(problem.inputs, problem.scenario, [one.scenario for one in courses])
        worth = np.array([one.expected_usd for one in courses])
        self._set_usd = worth[1:] - worth[0]
        self._drawn_usd = self._gap_usd(problem.scenario)

    def ahead(self, points: Sequence[tuple[_Way, int]], progress: Progress = lambda _: None) -> list[Floats]:
        """Return what the others are worth more than the best at points, so many steps on a way; (other,) each."""
        found: dict[int, Floats] = {}
        tasks = [partial(self._at, i, *point) for i, point in enumerate(points)]
        for i, gap_usd in on_all_cores(tasks, lambda: stop_if(self._cancelled)):
            found[i] = gap_usd - self._drawn_usd + self._set_usd
            progress(len(found) / len(points))
        return [found[i] for i in range(len(points))]

    def _at(self, i: int, way: _Way, step: int) -> tuple[int, Floats]:
        lever = way.lever
        return i, self._gap_usd(self._problem.scenario.replace(**{lever.id: lever.value(way.at(step))}))

    def _gap_usd(self, scenario: Scenario) -> Floats:
        """Return what the others cost less than the best, the mean of the few futures of a scenario; (other,)."""
        inputs, few = self._problem.inputs, self._problem.effort.broad
        drawn = {name: x[:few] for name, x in drawn_levers(inputs, scenario, DRAWS[0]).items()}
        value = Bank(inputs, scenario, drawn).value_usd(self._table).mean(axis=1)
        gap: Floats = value[1:] - value[0]
        return gap
