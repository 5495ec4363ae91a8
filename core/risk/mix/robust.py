"""The mix that is regretted least in the worst of the worlds in which regret is counted, and the best in the plan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.risk.mix.archive import BROAD, Archive, states
from core.risk.mix.search import BROKEN_USD, ascend, evolve

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POOL = 200
"""Mixes, the best and some by chance, whose regret is counted before the search for a better one."""


def robust(archive: Archive, seed: int) -> int:
    """Return the mix with the smallest largest regret: cost above the cheapest mix tried in the same world."""
    bank, problem = states(archive.problem), archive.problem
    value = np.empty((0, bank.size))
    place: dict[int, int] = {}

    def values(numbers: Ints) -> Floats:
        nonlocal value
        new = np.array([n for n in dict.fromkeys(numbers.tolist()) if n not in place], dtype=np.int64)
        if new.size:
            place.update({int(n): len(place) + i for i, n in enumerate(new)})
            found = bank.value_usd(problem.table(archive.steps[new]), archive.cancelled)
            value = np.concatenate([value, found])
        return value[[place[int(n)] for n in numbers]]

    def score(numbers: Ints) -> Floats:
        excess = archive.excess(numbers)
        kept = numbers[excess == 0.0]
        worst = np.full(numbers.size, -np.inf)
        if kept.size:
            own = values(kept)
            worst[excess == 0.0] = -(value.max(axis=0) - own).max(axis=1)
        return worst

    known = archive.known(BROAD)
    known = known[archive.excess(known) == 0.0]
    if not known.size:
        known = np.flatnonzero(archive.excess(archive.every) == 0.0)
    else:
        order = known[np.argsort(-archive.worth_usd[BROAD, known].sum(axis=1), kind="stable")]
        chance = np.random.default_rng(seed).permutation(known)
        known = np.unique(np.concatenate([order[: POOL // 2], chance[: POOL // 2]]))
    values(known)
    best = int(known[np.argmax(score(known))])
    ascend(archive, best, score)
    tried = np.array(list(place), dtype=np.int64)
    return int(tried[np.argmax(score(tried))])


def plan_best(archive: Archive, seed: int) -> int:
    """Return the mix of the highest plan value."""

    def score(numbers: Ints) -> Floats:
        excess = archive.excess(numbers)
        return np.where(excess > 0.0, -BROKEN_USD * (1.0 + excess), archive.plan_usd[numbers])

    best = np.argsort(-score(archive.every), kind="stable")[:24]
    evolve(archive, (seed, 200), best, score)
    return ascend(archive, int(np.argmax(score(archive.every))), score)
