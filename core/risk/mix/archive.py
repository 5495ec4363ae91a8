"""All mixes that were tried, each worked out once: in the plan case, and the good ones in more and more futures.

Axes: mix, then limit, objective or world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.inputs.scenario import columns
from core.model.model import run
from core.model.world import World, build
from core.risk.futures import DRAWS, drawn_levers
from core.risk.mix.bank import Bank
from core.risk.mix.limits import Limit, figures
from core.risk.mix.problem import Problem
from core.risk.regret import doubts, worlds_of
from core.risk.run import Cancel, stop_if
from core.risk.worth import bad_tenth, courses_of, reference_cost_usd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BROAD, FINE = 0, 1
EXPECTED, BAD_TENTH = 0, 1
PLAN_AT_ONCE = 256


class Archive:
    """What is known of each mix that was tried; mixes are told by their number, in the order of being tried."""

    def __init__(self, problem: Problem, cancelled: Cancel | None = None, like: Archive | None = None) -> None:
        """Build the worlds in which mixes are tried, or take those of another archive of the same problem.

        What the other has worked out is not worked out again, but is not known here before it is asked for: what a
        search finds does not hang on what another has found.
        """
        inputs, scenario = problem.inputs, problem.scenario
        self.problem, self.cancelled, self._like = problem, cancelled, like
        self.steps = np.empty((0, len(problem.free)), dtype=np.int64)
        self.plan_usd = np.empty(0)
        self.held = np.empty((0, len(problem.limits)))  # the figure that each limit bounds
        self.worth_usd = np.empty((2, 0, 2))  # (BROAD or FINE, mix, objective); NaN where not worked out
        self._place: dict[bytes, int] = {}
        self._banks: tuple[Bank, Bank]
        self._plan: World
        self._plan_reference: Floats
        if like is not None:
            self._plan, self._plan_reference, self._banks = like._plan, like._plan_reference, like._banks
            return
        self._plan = build(inputs, columns([scenario]))
        self._plan_reference = reference_cost_usd(self._plan)
        drawn = drawn_levers(inputs, scenario, max(DRAWS[0], problem.effort.fine))
        broad, fine = ({name: x[:n] for name, x in drawn.items()} for n in (problem.effort.broad, problem.effort.fine))
        self._banks = Bank(inputs, scenario, broad), Bank(inputs, scenario, fine)

    def __len__(self) -> int:
        return len(self.steps)

    def look(self, steps: Ints) -> Ints:
        """Return the numbers of mixes, (mix, free) steps, after working new ones out in the plan case."""
        steps = np.ascontiguousarray(steps, dtype=np.int64)
        keys = [row.tobytes() for row in steps]
        first = {key: i for i, key in reversed(list(enumerate(keys))) if key not in self._place}
        if first:
            new = steps[sorted(first.values())]
            for row in new:
                self._place[row.tobytes()] = len(self._place)
            parts = [self._in_plan(part) for part in np.array_split(new, -(-len(new) // PLAN_AT_ONCE))]
            self.steps = np.concatenate([self.steps, new])
            self.plan_usd = np.concatenate([self.plan_usd, *(value for value, _ in parts)])
            self.held = np.concatenate([self.held, *(held for _, held in parts)])
            self.worth_usd = np.concatenate([self.worth_usd, np.full((2, len(new), 2), np.nan)], axis=1)
        return np.array([self._place[key] for key in keys], dtype=np.int64)

    def _in_plan(self, steps: Ints) -> tuple[Floats, Floats]:
        """Return value (mix,) and the figures that limits bound (mix, limit) in the plan case."""
        stop_if(self.cancelled)
        table = self.problem.table(steps)
        sim = run(self._plan, courses_of(self._plan, table))
        held = figures(self.problem.limits, sim, self.problem.changes(table))[:, :, 0].T
        return self._plan_reference[0] - sim.flows.pv_cost_usd[:, 0], held

    def within(self, limits: Sequence[Limit]) -> Archive:
        """Return an archive of what is known here, for the same limits in the same order with other bounds."""
        other = Archive(replace(self.problem, limits=tuple(limits)), self.cancelled, like=self)
        other.steps, other.plan_usd, other.held = self.steps, self.plan_usd, self.held
        other.worth_usd, other._place = self.worth_usd.copy(), dict(self._place)
        return other

    @property
    def every(self) -> Ints:
        """The numbers of all mixes that were tried."""
        return np.arange(len(self), dtype=np.int64)

    def excess(self, numbers: Ints) -> Floats:
        """Return by how much mixes break the limits in all, 0 where all are kept; (mix,)."""
        total = np.zeros(len(numbers))
        for i, limit in enumerate(self.problem.limits):
            total += limit.excess(self.held[numbers, i])
        return total

    def work_out(self, numbers: Ints, level: int) -> Floats:
        """Return expected value and bad tenth of mixes, (mix, objective), in the futures of a level."""
        own = np.unique(numbers)
        new = own[np.isnan(self.worth_usd[level, own, EXPECTED])]
        if self._like is not None:
            pairs = [(n, there) for n in new if (there := self._like._place.get(self.steps[n].tobytes())) is not None]
            for n, there in pairs:
                self.worth_usd[level, n] = self._like.worth_usd[level, there]
            new = own[np.isnan(self.worth_usd[level, own, EXPECTED])]
        if new.size:
            value = self._banks[level].value_usd(self.problem.table(self.steps[new]), self.cancelled)
            self.worth_usd[level, new] = np.column_stack([value.mean(axis=1), bad_tenth(value)])
        worth: Floats = self.worth_usd[level, numbers]
        return worth

    def take(self, other: Archive) -> None:
        """Take in what another archive of the same problem has tried."""
        mine = self.look(other.steps)
        better = ~np.isnan(other.worth_usd)
        self.worth_usd[:, mine] = np.where(better, other.worth_usd, self.worth_usd[:, mine])

    def known(self, level: int) -> Ints:
        """Return the mixes that are worked out in the futures of a level."""
        return np.flatnonzero(~np.isnan(self.worth_usd[level, :, EXPECTED]))


def states(problem: Problem) -> Bank:
    """Return the worlds in which regret is counted."""
    scenario = problem.scenario
    worlds = worlds_of(doubts(scenario.levers, problem.inputs.family_names))
    batch = {name: np.repeat(column, len(worlds)) for name, column in columns([scenario]).items()}
    for name in worlds[0].levers:
        lever = scenario.levers[name]
        batch[name] = np.array([lever.number(world.levers[name]) for world in worlds])
    return Bank(problem.inputs, scenario, batch)


def undominated(worth_usd: Floats) -> Bools:
    """Return which of (mix, 2) no other beats: at least as good in both and better in one. Equals all stay."""
    order = np.lexsort((-worth_usd[:, 1], -worth_usd[:, 0]))  # best expected first, of equals the best bad tenth
    kept, best, last = np.zeros(len(worth_usd), dtype=np.bool_), -np.inf, None
    for i in order:
        expected, bad = worth_usd[i]
        if bad > best or (last is not None and (expected, bad) == last):
            kept[i] = True
            best, last = max(best, bad), (expected, bad)
    return kept
