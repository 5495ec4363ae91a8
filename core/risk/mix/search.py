"""The search: broad by differential evolution, then by steps of the levers in more futures; all share one archive.

Mixes are compared by `weight * expected + (1 - weight) * bad tenth`, for a few weights, which finds the frontier from
end to end. One that breaks a limit in the plan case is worse than any that keeps all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.risk.mix.archive import BROAD, FINE, Archive, undominated

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEIGHTS: Final = (1.0, 0.0, 0.5, 0.75, 0.25)
BROAD_WEIGHTS: Final = (1.0, 0.0)
"""Weights along which is looked broadly; what lies between is found from what was tried for them."""
POPULATION: Final = 48
GENERATIONS: Final = 24
STEPS: Final = (0.08, 0.04, 0.02, 0.01)
"""How far a choice is moved, as a share of its bounds, once no wider step helps."""
TRIED_FINE: Final = 6
"""Neighbours, the best by the few futures, that are worked out in the many."""
TAKEN_ON: Final = 12
"""Mixes, the best for each weight by the few futures, that are worked out in the many."""
BROKEN_USD: Final = 1e18
"""What a mix that breaks a limit is charged beyond all money."""
ALL_TRIED: Final = 2
"""Free choices up to which a whole grid is tried."""
GRID: Final = 0.05

Told = Callable[[float], None]
Score = Callable[[Ints], Floats]
"""What mixes, by their numbers, are compared by: the more the better."""


@dataclass(frozen=True)
class Search:
    """One run of the search over an archive."""

    archive: Archive
    seed: int

    def run(self, seeds: Ints, told: Told, weights: Sequence[float] = WEIGHTS) -> None:
        """Fill the archive; `seeds` (mix, free) are tried first; `told` hears the share done."""
        archive = self.archive
        first = archive.look(seeds)
        kept = first[archive.excess(first) == 0.0]
        archive.work_out(kept, FINE)
        if not archive.problem.free:
            return
        if len(archive.problem.free) <= ALL_TRIED:
            self.try_all()
        stages = len(BROAD_WEIGHTS) + len(weights)
        told(0.0)
        for i, weight in enumerate(BROAD_WEIGHTS):
            self.look_about(weight)
            self.take_on()
            told((i + 1) / stages)
        for i, weight in enumerate(weights):
            self.climb(weight)
            told((len(BROAD_WEIGHTS) + i + 1) / stages)

    def try_all(self) -> None:
        """Try every point of a grid of 0.05 over what is free."""
        low, high = self.archive.problem.bounds
        each = [
            np.unique(np.round(np.arange(a, b + 0.5, max(1.0, GRID * m))).astype(np.int64).clip(a, b))
            for a, b, m in zip(low, high, self.archive.problem.most, strict=True)
        ]
        numbers = self.archive.look(np.array(list(product(*each)), dtype=np.int64))
        self.archive.work_out(numbers[self.archive.excess(numbers) == 0.0], BROAD)

    def look_about(self, weight: float) -> None:
        """Evolve a population for one weight in few futures."""
        best = self.best(weight, BROAD, POPULATION // 4)
        evolve(self.archive, (self.seed, int(weight * 100)), best, lambda numbers: self.score(numbers, weight, BROAD))

    def score(self, numbers: Ints, weight: float, level: int) -> Floats:
        """Return what mixes are compared by, the more the better; (mix,). What breaks a limit is not worked out."""
        excess = self.archive.excess(numbers)
        score, keeps = -BROKEN_USD * (1.0 + excess), excess == 0.0
        if keeps.any():
            score[keeps] = self.archive.work_out(numbers[keeps], level) @ np.array([weight, 1.0 - weight])
        return score

    def best(self, weight: float, level: int, count: int) -> Ints:
        """Return the best mixes of a weight that are worked out at a level and keep the limits; at most `count`."""
        known = self.archive.known(level)
        known = known[self.archive.excess(known) == 0.0]
        best: Ints = known[np.argsort(-self.score(known, weight, level), kind="stable")[:count]]
        return best

    def take_on(self) -> None:
        """Work the good ones out in many futures: the best for each weight, and those that none of the others beats."""
        known = self.archive.known(BROAD)
        known = known[self.archive.excess(known) == 0.0]
        if not known.size:
            return
        front = known[undominated(self.archive.worth_usd[BROAD, known])]
        spread = front[np.linspace(0, front.size - 1, min(front.size, TAKEN_ON)).astype(np.intp)]
        best = [self.best(weight, BROAD, TAKEN_ON // 4) for weight in WEIGHTS]
        self.archive.work_out(np.concatenate([spread, *best]), FINE)

    def climb(self, weight: float) -> int | None:
        """Go from the best mix of a weight, step by step, to where no neighbour is better; None if no mix is known."""
        start = self.best(weight, FINE, 1)
        if not start.size:
            return None
        return ascend(
            self.archive,
            int(start[0]),
            lambda numbers: self.score(numbers, weight, FINE),
            lambda numbers: self.score(numbers, weight, BROAD),
        )


def evolve(archive: Archive, seed: Sequence[int], first: Ints, score: Score) -> None:
    """Try what differential evolution makes of a population that begins with the mixes `first`, by `score`."""
    # Here and not above: it takes a while, which no start of the program should wait for.
    from scipy.optimize import differential_evolution

    low, high = archive.problem.bounds
    moving = high > low
    if not moving.any():
        return
    rng = np.random.default_rng(tuple(seed))
    population = rng.integers(low, high + 1, (POPULATION, low.size)).astype(np.float64)
    population[: first.size] = archive.steps[first].clip(low, high)

    def cost(x: Floats) -> Floats:
        return -score(archive.look(np.round(x.T).astype(np.int64).clip(low, high)))

    room = 0.49 * ~moving  # what cannot move has a range all the same, in which there is one whole number
    differential_evolution(
        cost, list(zip(low - room, high + room, strict=True)), init=population, rng=rng,
        maxiter=GENERATIONS, tol=0.0, mutation=(0.4, 0.9), recombination=0.9, polish=False, vectorized=True,
        updating="deferred", integrality=np.ones(low.size, dtype=np.bool_),
    )  # fmt: skip


def ascend(archive: Archive, place: int, score: Score, by_few: Score | None = None) -> int:
    """Go from a mix, step by step, to where no neighbour has a better score, and return that.

    by_few: what the neighbours are sifted by before the best of them are scored; all are if it is None.
    """
    reached = float(score(np.array([place]))[0])
    for share in STEPS:
        while True:
            near = archive.look(neighbours(archive, archive.steps[place], share))
            if by_few is not None:
                near = near[np.argsort(-by_few(near), kind="stable")[:TRIED_FINE]]
            found = score(near)
            if not near.size or found.max() <= reached:
                break
            place, reached = int(near[np.argmax(found)]), float(found.max())
    return place


def neighbours(archive: Archive, steps: Ints, share: float) -> Ints:
    """Return the mixes in which one choice is moved by a step, or two are at once; (mix, free)."""
    low, high = archive.problem.bounds
    size = np.maximum(1, np.round(share * archive.problem.most)).astype(np.int64)
    free = np.flatnonzero(high > low)
    one = [sign * size * (np.arange(low.size) == i) for i in free for sign in (1, -1)]
    two = [a + b for a, b in combinations(one, 2) if (a + b).any()]
    if not one:
        return np.empty((0, low.size), dtype=np.int64)
    found: Ints = np.unique((steps + np.array([*one, *two], dtype=np.int64)).clip(low, high), axis=0)
    others: Ints = found[(found != steps).any(axis=1)]
    return others
