"""The best mixes of a problem: found in two runs with seeds of their own, then worked out in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.inputs.lever import Value
from core.inputs.lever_table import adoption
from core.inputs.scenario import Columns, Scenario, columns
from core.model.evaluate import evaluate
from core.model.model import MODEL_VERSION, run
from core.model.world import build
from core.risk.futures import Figures, drawn_levers, gather
from core.risk.mix.archive import EXPECTED, FINE, Archive, undominated
from core.risk.mix.conflict import raise_if_impossible
from core.risk.mix.limits import figures
from core.risk.mix.price import Binding, prices
from core.risk.mix.problem import Problem
from core.risk.mix.robust import plan_best, robust
from core.risk.mix.search import Search
from core.risk.run import Cancel, Progress
from core.risk.worth import Worth, beside_baseline, courses_of, in_parts, worth_in

ENDS: Final = (1.0, 0.0)
"""Weights of the second run, which looks how far the ends of the frontier hang on the seed."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHOWN: Final = 9
"""Points of the frontier that are worked out in full, from the best expected to the best bad tenth."""


@dataclass(frozen=True, eq=False)
class Mix:
    """One mix and what it comes to."""

    levers: Mapping[str, Value]  # the free ones
    expected_usd: float
    bad_tenth_usd: float
    plan_usd: float
    pays_share: float  # NaN where it never differs from the baseline
    breaks: Mapping[str, float]  # share of futures, by the name of a limit
    capex_usd: Floats  # (year, draw)

    def taken(self, scenario: Scenario) -> Scenario:
        """Return a scenario with the choices of the mix in place of its own."""
        return scenario.replace(**self.levers)


@dataclass(frozen=True, eq=False)
class BestMix:
    """The answer: the frontier and the mixes that are best by another measure, or that it is held against."""

    problem: Problem
    frontier: tuple[Mix, ...]  # from the best expected value to the best bad tenth
    plan_best: Mix
    robust: Mix
    reference: Mix  # of the levers as read
    binding: tuple[Binding, ...]
    tried: int
    seed_spread_usd: float  # by how much the best expected values of two runs differ, or the best bad tenths if more
    first_year: int
    data_version: str
    model_version: str = MODEL_VERSION

    @property
    def best(self) -> Mix:
        """The mix of the best expected value."""
        return self.frontier[0]


@dataclass(frozen=True)
class SoFar:
    """What a search has found so far."""

    levers: tuple[Mapping[str, Value], ...]  # of the frontier, from the best expected value on
    worth_usd: Floats  # (mix, 2) expected value and bad tenth
    tried: int


def solve(
    problem: Problem,
    *,
    progress: Progress | None = None,
    improved: Callable[[SoFar], None] | None = None,
    cancelled: Cancel | None = None,
) -> BestMix:
    """Return the best mixes; `progress` is told the share done, `improved` the frontier as it grows.

    When `cancelled` says so, Cancelled is raised soon. Raises ImpossibleError if no mix keeps the limits, RiskError if
    draws or correlations cannot be used.
    """
    say = progress or (lambda _: None)
    say(0.0)
    archive = Archive(problem, cancelled)
    seeds = _seeds(problem)
    archive.look(seeds)
    raise_if_impossible(archive)
    other = Archive(problem, cancelled, like=archive)
    kept = archive.steps[archive.excess(archive.every) == 0.0]

    def told(run: int) -> Callable[[float], None]:
        def tell(share: float) -> None:
            say(0.4 * (run + share))
            if improved is not None:
                improved(_so_far(archive))

        return tell

    Search(archive, problem.seed).run(np.concatenate([seeds, kept]), told(0))
    Search(other, problem.seed + 1).run(np.concatenate([seeds, kept]), told(1), ENDS)
    spread = max(abs(_best(archive, i) - _best(other, i)) for i in (0, 1))
    archive.take(other)
    binding = prices(archive, problem.seed)
    say(0.85)
    least_regret, plan = robust(archive, problem.seed), plan_best(archive, problem.seed)
    say(0.9)
    own = archive.look(seeds)
    rivals = own[archive.excess(own) == 0.0]
    numbers = np.concatenate([_spread(archive, SHOWN), [plan, least_regret], rivals])
    mixes, worth = _in_full(archive, numbers, lambda share: say(0.9 + 0.1 * share), cancelled)
    return BestMix(
        problem=problem,
        frontier=_frontier(mixes[: len(mixes) - 1]),
        plan_best=mixes[len(numbers) - len(rivals) - 2],
        robust=mixes[len(numbers) - len(rivals) - 1],
        reference=mixes[-1],
        binding=binding,
        tried=len(archive),
        seed_spread_usd=spread,
        first_year=worth.first_year,
        data_version=problem.inputs.data_version,
    )


def _seeds(problem: Problem) -> Ints:
    """Return the mixes tried first: the scenario, what each ready-made one sets of what is free, today's and none."""
    inputs, scenario = problem.inputs, problem.scenario
    ready = [scenario, *inputs.presets.values()]
    shares = [name for name in map(adoption, inputs.workloads) if name in problem.free]
    today = inputs.adoption_today
    held = [scenario.replace(**dict.fromkeys(shares, 0.0)), scenario.replace(**{name: today[name] for name in shares})]
    return np.unique(np.stack([problem.steps_of(one) for one in [*ready, *held]]), axis=0)


def _known(archive: Archive) -> Ints:
    """Return the mixes that keep the limits and are worked out in the many futures."""
    known = archive.known(FINE)
    kept: Ints = known[archive.excess(known) == 0.0]
    return kept


def _best(archive: Archive, objective: int) -> float:
    return float(archive.worth_usd[FINE, _known(archive), objective].max())


def _front(archive: Archive) -> Ints:
    """Return the frontier by the many futures, from the best expected value on; of equal mixes the first."""
    known = _known(archive)
    worth = archive.worth_usd[FINE, known]
    front = known[undominated(worth)]
    _, first = np.unique(archive.worth_usd[FINE, front], axis=0, return_index=True)
    front = front[np.sort(first)]
    ordered: Ints = front[np.argsort(-archive.worth_usd[FINE, front, EXPECTED], kind="stable")]
    return ordered


def _spread(archive: Archive, count: int) -> Ints:
    """Return some of the frontier, both ends among them, about evenly spaced by worth."""
    front = _front(archive)
    if front.size <= count:
        return front
    worth = archive.worth_usd[FINE, front]
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(worth, axis=0)).sum(axis=1))])
    wanted = np.linspace(0.0, way[-1], count)
    spread: Ints = front[np.unique(np.abs(way[:, None] - wanted).argmin(axis=0))]
    return spread


def _so_far(archive: Archive) -> SoFar:
    front = _spread(archive, SHOWN)
    levers = tuple(archive.problem.levers_of(archive.steps[n]) for n in front)
    return SoFar(levers, archive.worth_usd[FINE, front], len(archive))


def _frontier(mixes: Sequence[Mix]) -> tuple[Mix, ...]:
    """Return those that no other beats, from the best expected value on; of equal ones the first."""
    worth = np.array([[one.expected_usd, one.bad_tenth_usd] for one in mixes])
    _, first = np.unique(worth, axis=0, return_index=True)
    kept = [int(i) for i in np.flatnonzero(undominated(worth)) if i in first]
    return tuple(mixes[i] for i in sorted(kept, key=lambda i: -worth[i, EXPECTED]))


def _in_full(archive: Archive, numbers: Ints, progress: Progress, cancelled: Cancel | None) -> tuple[list[Mix], Worth]:
    """Work mixes out in the full number of futures; after them comes that of the levers as read."""
    problem = archive.problem
    table = problem.table(archive.steps[numbers])
    table = {name: np.append(column, problem.scenario.number(name)) for name, column in table.items()}

    choices = beside_baseline(problem.inputs, problem.scenario, table)

    def work(chunk: Columns) -> Figures:
        return {**worth_in(problem.inputs, chunk, choices), "held": _held(problem, chunk, table)}

    found = gather(drawn_levers(problem.inputs, problem.scenario, problem.effort.shown), work, progress, cancelled)
    worth = Worth(found["value_usd"], found["capex_usd"], problem.inputs.calendar.first_year)
    breaks = np.array(
        [[(one.excess(h[i]) > 0.0).mean() for i, one in enumerate(problem.limits)] for h in found["held"]]
    )
    plan = [*archive.plan_usd[numbers], _plan_usd(problem)]
    free = [
        *(problem.levers_of(row) for row in archive.steps[numbers]),
        {name: problem.scenario[name] for name in problem.free},
    ]
    mixes = [
        Mix(
            levers=free[i],
            expected_usd=float(worth.expected_usd[i]),
            bad_tenth_usd=float(worth.bad_tenth_usd[i]),
            plan_usd=float(plan[i]),
            pays_share=float(worth.pays_share[i]),
            breaks={one.name: float(breaks[i, j]) for j, one in enumerate(problem.limits)},
            capex_usd=worth.capex_usd[i],
        )
        for i in range(len(free))
    ]  # fmt: skip
    return mixes, worth


def _held(problem: Problem, levers: Columns, table: Columns) -> Floats:
    """Return the figures that limits bound, of mixes in some worlds; (mix, limit, world)."""
    size = levers["horizon_year"].size
    if not problem.limits:
        return np.empty((next(iter(table.values())).size, 0, size))
    world = build(problem.inputs, levers)
    held = [
        figures(problem.limits, run(world, courses_of(world, part)), problem.changes(part)).swapaxes(0, 1)
        for part in in_parts(table, size)
    ]
    return np.concatenate(held)


def _plan_usd(problem: Problem) -> float:
    return float(evaluate(problem.inputs, columns([problem.scenario]), series=()).metrics["npv_usd"][0])
