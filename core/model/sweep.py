"""How value answers to one lever at a time: adoption sweeps, crossover, contribution and switching values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import AT_ONCE, NEVER, NO_DIFFERENCE
from core.base.shapley import split
from core.inputs.data import Inputs
from core.inputs.lever import Lever
from core.inputs.scenario import Columns, Scenario, columns
from core.model.courses import Courses, custom_share
from core.model.evaluate import evaluate
from core.model.model import PLAN, Simulation, baseline_course, variants
from core.model.world import World, build

if TYPE_CHECKING:
    from core.model.compiled import Choices, Costs

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

GRID: Final = np.linspace(0.0, 1.0, 101)
"""Adoption rates of a sweep: 0, 0.01 .. 1."""
TOLERANCE: Final = 1e-9
"""Values below this share of the cost's present value are rounding."""
SWITCHING_POINTS: Final = 65
SWITCHING_PRECISION: Final = 1e-6
"""How close a switching value is found, as a share of the lever's range."""
TURN_SHARE: Final = 1e-6
"""Value within this share of the scenario's cost is zero where it turns; more than that is a jump."""
JUMP_WIDTH: Final = 1e-9
"""Value that changes its sign within this share of a lever's range without coming near zero jumps."""


@dataclass(frozen=True, eq=False)
class AdoptionSweep:
    """What each workload's adoption does for value."""

    value_usd: Floats  # (workload, grid) npv(a) - npv(0) on GRID, the others as they are
    value_now_usd: Floats  # (workload,) npv - npv(0) at the scenario's own rate
    contribution_usd: Floats  # (workload,) its Shapley part of npv against the chosen baseline; they add up to it
    residual_usd: Floats  # (workload,) what of that part is residual value at the horizon
    crossover: Floats  # (workload,) an adoption rate, or AT_ONCE, NEVER or NO_DIFFERENCE


def sweep_adoption(sim: Simulation) -> AdoptionSweep:
    """Sweep the adoption of every workload of the one scenario in `sim`, in its own world.

    Raises ValueError if `sim` holds more than one scenario.
    """
    workloads = _workloads_of_one(sim)
    along, baseline = _along(sim), baseline_course(sim.world)
    differing = _differing(sim, baseline)
    found = _costs(sim.world, _joined(along, _mixtures(sim, baseline, differing)))
    cost, mixed = found.cost_usd[0], slice(workloads * GRID.size, None)
    swept = cost[: mixed.start].reshape(workloads, -1)
    plan_cost = float(sim.flows.pv_cost_usd[PLAN, 0])
    value = swept[:, :1] - swept
    return AdoptionSweep(
        value_usd=value,
        value_now_usd=swept[:, 0] - plan_cost,
        contribution_usd=_parts(-cost[mixed], differing, workloads),
        residual_usd=_parts(found.residual_usd[0, mixed], differing, workloads),
        crossover=crossover(value, TOLERANCE * abs(plan_cost)),
    )


def contributions(sim: Simulation, baseline: int) -> Floats:
    """Return each workload's Shapley part of value against a baseline, HOLD or EXIT, of one scenario; (workload,).

    They add up to that value. Raises ValueError if `sim` holds more than one scenario.
    """
    workloads, differing = _workloads_of_one(sim), _differing(sim, baseline)
    return _parts(-_costs(sim.world, _mixtures(sim, baseline, differing)).cost_usd[0], differing, workloads)


def _workloads_of_one(sim: Simulation) -> int:
    """Return how many workloads the one scenario has; raises ValueError if there is more than one scenario."""
    workloads, scenarios = sim.courses.adoption[:, PLAN].shape
    if scenarios != 1:
        raise ValueError(f"a sweep takes one scenario, not {scenarios}; simulate them one by one")
    return int(workloads)


def _along(sim: Simulation) -> Courses:
    """Return the courses on which one workload's adoption goes along GRID, one workload after the other."""
    adoption, start = sim.courses.adoption[:, PLAN], sim.courses.start[:, PLAN]  # (workload, 1)
    workloads = len(adoption)
    moved = np.repeat(adoption, workloads * GRID.size, axis=1)
    moved[np.repeat(np.arange(workloads), GRID.size), np.arange(moved.shape[1])] = np.tile(GRID, workloads)
    return Courses(moved[:, :, None], np.broadcast_to(start[:, :, None], (*moved.shape, 1)))


def _differing(sim: Simulation, baseline: int) -> Ints:
    """Return the places of the workloads in which the scenario does other than the baseline."""
    share = custom_share(sim.world, sim.courses)[..., 0]  # (quarter, workload, course)
    differs = (share[..., PLAN] != share[..., baseline]).any(axis=0)
    # What an expansion costs may fall before its share moves.
    plan, other = (sim.courses.adoption[:, course, 0] for course in (PLAN, baseline))
    return np.flatnonzero(differs | (plan != other))


def _mixtures(sim: Simulation, baseline: int, differing: Ints) -> Courses:
    """Return every mixture of the scenario and a baseline over the workloads `differing`, by its mask of bits.

    Bit i is set where workload `differing[i]` follows the scenario; all else is as in the baseline.
    """
    follows = np.zeros((len(sim.courses.adoption), 2**differing.size), dtype=np.bool_)
    follows[differing] = (np.arange(2**differing.size) >> np.arange(differing.size)[:, None]) & 1
    adoption, start = (
        np.where(follows, part[:, PLAN], part[:, baseline])[:, :, None]
        for part in (sim.courses.adoption, sim.courses.start)
    )
    return Courses(adoption, start)


def _parts(mixed_usd: Floats, differing: Ints, workloads: int) -> Floats:
    """Return the Shapley part of each workload, by what every mixture over those that differ is worth; (workload,)."""
    parts = np.zeros(workloads)
    if differing.size:
        of_all = tuple(range(differing.size))
        parts[differing] = split(of_all, lambda masks: mixed_usd[masks.astype(np.intp), None]).parts[:, 0]
    return parts


def _joined(one: Courses, other: Courses) -> Courses:
    return Courses(
        np.concatenate([one.adoption, other.adoption], axis=1), np.concatenate([one.start, other.start], axis=1)
    )


def _costs(world: World, courses: Courses) -> Costs:
    """Return what courses of the one world come to."""
    # Here and not above: to import it takes a while, which nobody should wait for who sweeps nothing.
    from core.model.compiled import choices_of, costs

    return costs(world.inputs, world.levers, choices_of(world, courses))


def crossover(value_usd: Floats, tolerance_usd: float) -> Floats:
    """Return the lowest adoption rate above 0 from which value stays at or above 0 up to 1; (workload,).

    value_usd: (workload, grid) on GRID, linear between its points; values within the tolerance count as 0.
    AT_ONCE if it never falls below 0, NEVER if it ends below, NO_DIFFERENCE if it never leaves the tolerance.
    """
    value = np.where(np.abs(value_usd) <= tolerance_usd, 0.0, value_usd)
    negative = value < 0.0
    last = GRID.size - 1 - np.argmax(negative[:, ::-1], axis=1)  # the last point below zero
    rows, after = np.arange(len(value)), np.minimum(last + 1, GRID.size - 1)
    below, above = value[rows, last], value[rows, after]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = GRID[last] + (GRID[after] - GRID[last]) * below / (below - above)
    found = np.where(negative[:, -1], NEVER, np.where(negative.any(axis=1), crossing, AT_ONCE))
    return np.where((value == 0.0).all(axis=1), NO_DIFFERENCE, found)


@dataclass(frozen=True)
class Turn:
    """Where value changes its sign as one lever is moved away from its setting."""

    at: float  # the first setting that is known to have the other sign
    npv_usd: float  # value there
    jumps: bool  # value does not pass through zero, but jumps over it


def turns(inputs: Inputs, scenario: Scenario, levers: Iterable[Lever] | None = None) -> dict[str, Turn | None]:
    """Return, for each numeric lever, where nearest to its setting the sign of npv changes; None if it never does.

    npv is taken on 65 even points over the lever's bounds (whole levers: every whole number) and at the setting; zero
    counts as positive. The change is closed in on to 1e-6 of the range, and on until npv there is within TURN_SHARE of
    the scenario's cost or it is plain that it jumps; for a whole lever it is the first value beyond the change.
    """
    chosen = [lever for lever in (inputs.levers.values() if levers is None else levers) if lever.is_numeric]
    found: dict[str, Turn | None] = {lever.id: None for lever in chosen}
    if not chosen:
        return found
    points = _looked_at(inputs, scenario, chosen)
    near, beyond = points.changes()
    of_bracket, x, npv = points.lever[near], points.x, points.npv_usd
    span = np.array([np.inf if lever.whole else lever.maximum - lever.minimum for lever in chosen])[of_bracket]

    def value_at(bracket: Ints, at: Floats) -> Floats:
        return moved(inputs, scenario, chosen, of_bracket[bracket], at)["npv_usd"]

    ends = narrowed(
        value_at,
        (x[near], npv[near]),
        (x[beyond], npv[beyond]),
        width=SWITCHING_PRECISION * span,
        tolerance=0.1 * TURN_SHARE * points.cost_usd,
        least=JUMP_WIDTH * span,
    )
    for i, at, usd in zip(of_bracket, *ends, strict=True):
        best, setting = found[chosen[i].id], points.setting[i]
        if best is None or abs(at - setting) < abs(best.at - setting):
            found[chosen[i].id] = Turn(float(at), float(usd), bool(abs(usd) > TURN_SHARE * points.cost_usd))
    return found


@dataclass(frozen=True, eq=False)
class _Points:
    """Where levers are looked at, one lever after the other, and what the scenario comes to there."""

    setting: Floats  # (lever,) the scenario's own
    lever: Ints  # (point,) which lever is moved
    x: Floats  # (point,) where to, rising for each lever
    npv_usd: Floats  # (point,)
    cost_usd: float  # present value of the scenario's cost, in size

    def changes(self) -> tuple[Ints, Ints]:
        """Return the points between which npv changes its sign nearest to each setting, below it and above.

        The nearer point of each change and the one beyond; (bracket,) each, up to two a lever.
        """
        positive = self.npv_usd >= 0.0
        steps = np.flatnonzero((positive[1:] != positive[:-1]) & (self.lever[1:] == self.lever[:-1]))  # to the next
        near, beyond = [], []
        for i, setting in enumerate(self.setting):
            own = steps[self.lever[steps] == i]
            below, above = own[self.x[own] < setting][-1:], own[self.x[own] >= setting][:1]
            near += [below + 1, above]
            beyond += [below, above + 1]
        return np.concatenate(near), np.concatenate(beyond)


def _looked_at(inputs: Inputs, scenario: Scenario, levers: Sequence[Lever]) -> _Points:
    """Return `scenario` with each of `levers`, at least one, at all its points."""
    settings = np.array([scenario.number(lever.id) for lever in levers])
    each = [setting_points(lever, setting) for lever, setting in zip(levers, settings, strict=True)]
    of_point, x = np.repeat(np.arange(len(levers)), [points.size for points in each]), np.concatenate(each)
    metrics = moved(inputs, scenario, levers, of_point, x)
    own = int(np.argmax(x == settings[of_point]))  # a point at which nothing is moved
    return _Points(settings, of_point, x, metrics["npv_usd"], abs(float(metrics["pv_cost_usd"][own])))


def setting_points(lever: Lever, setting: float) -> Floats:
    """Return where a lever is looked at over its bounds: 65 even points and its setting, or every whole number."""
    if lever.whole:
        return np.arange(lever.minimum, lever.maximum + 1.0)
    return np.union1d(np.linspace(lever.minimum, lever.maximum, SWITCHING_POINTS), [setting])


def moved(
    inputs: Inputs, scenario: Scenario, levers: Sequence[Lever], of_point: Ints, x: Floats
) -> Mapping[str, Floats]:
    """Return the metrics (point,) of `scenario` with one lever moved at each point: `levers[of_point]`, to `x`."""
    return evaluate(inputs, _batch(scenario, levers, of_point, x), series=()).metrics


def believed(inputs: Inputs, scenario: Scenario, beliefs: Sequence[Lever], of_point: Ints, x: Floats) -> Floats:
    """Return npv as `moved` has it, (point,) in USD, with one belief moved at each point.

    What is chosen is the same at all points, so the compiled model works them out like futures.
    """
    from core.model.compiled import costs

    cost = costs(inputs, _batch(scenario, beliefs, of_point, x), own_and_baseline(inputs, scenario)).cost_usd
    npv: Floats = cost[:, 1] - cost[:, 0]
    return npv


def own_and_baseline(inputs: Inputs, scenario: Scenario) -> Choices:
    """Return what a scenario chooses and, after it, what the baseline does that it is held against."""
    from core.model.compiled import choices_of

    world = build(inputs, columns([scenario]))
    return choices_of(world, variants(world, PLAN, baseline_course(world)))


def _batch(scenario: Scenario, levers: Sequence[Lever], of_point: Ints, x: Floats) -> Columns:
    batch = {name: np.repeat(column, x.size) for name, column in columns([scenario]).items()}
    for i in np.unique(of_point):
        here = of_point == i
        batch[levers[i].id][here] = x[here]
    return batch


def narrowed(
    margin: Callable[[Ints, Floats], Floats],
    near: tuple[Floats, Floats],
    beyond: tuple[Floats, Floats],
    *,
    width: Floats,
    tolerance: float = np.inf,
    least: Floats | float = 0.0,
) -> tuple[Floats, Floats]:
    """Close in on the first change of sign of a margin in many brackets at once; return the ends beyond it.

    `margin(bracket, x)` is worked out at points x (point,) of the brackets; zero counts as positive. `near` and
    `beyond` are the ends of each bracket with the margin there, (bracket,) each, of different sign. A bracket is
    narrow enough at `width`, if the margin beyond is then within `tolerance` or the bracket no wider than `least`.
    """
    (near_x, near_margin), (beyond_x, beyond_margin) = ((x.copy(), m.copy()) for x, m in (near, beyond))
    while True:
        gap = np.abs(beyond_x - near_x)
        open_ = np.flatnonzero((gap > width) | ((np.abs(beyond_margin) > tolerance) & (gap > least)))
        if open_.size == 0:
            return beyond_x, beyond_margin
        way = _ways(near_margin[open_], beyond_margin[open_], width[open_] / gap[open_])  # (open bracket, point)
        x = near_x[open_, None] + way * (beyond_x - near_x)[open_, None]
        found = margin(np.repeat(open_, x.shape[1]), x.ravel()).reshape(x.shape)
        x = np.column_stack([near_x[open_], x, beyond_x[open_]])
        found = np.column_stack([near_margin[open_], found, beyond_margin[open_]])
        rows, first = np.arange(open_.size), np.argmax((found >= 0.0) != (found[:, :1] >= 0.0), axis=1)
        near_x[open_], near_margin[open_] = x[rows, first - 1], found[rows, first - 1]
        beyond_x[open_], beyond_margin[open_] = x[rows, first], found[rows, first]


def _ways(near_margin: Floats, beyond_margin: Floats, width: Floats) -> Floats:
    """Return where to look inside brackets, as shares of the way from the near end; (bracket, point), rising.

    Margins at the ends and `width`, how wide is narrow enough as a share of the bracket: (bracket,) each.
    """
    # Even steps close in on a jump; a pair about where a straight line would cross closes in on all else at once.
    with np.errstate(invalid="ignore"):
        crossing = near_margin / (near_margin - beyond_margin)
    crossing = np.where(np.isfinite(crossing), crossing, 0.5)
    beside = 0.4 * np.minimum(width, 1.0)
    steps = int(np.clip(_POINTS_A_ROUND // width.size, *_EVEN_STEPS))
    even = np.broadcast_to(np.arange(1, steps + 1) / (steps + 1), (width.size, steps))
    return np.sort(np.clip(np.column_stack([even, crossing - beside, crossing + beside]), 0.0, 1.0), axis=1)


_POINTS_A_ROUND: Final = 32
_EVEN_STEPS: Final = (3, 15)
"""Fewest and most points inside a bracket: a batch of a few scenarios takes as long as one of thirty."""
