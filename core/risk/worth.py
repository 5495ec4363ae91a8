"""What many mixes are worth in the same futures: docs/METHOD.md, "The best mix".

A *mix* is a scenario that differs from another in its choices alone: shares, starts, ramp and the right to stop. No
offer hangs on them, so each future's world is built once for all mixes, which are courses in it. Value is against the
baseline of the scenario as read, worked out once a future: the mix of the highest value is the cheapest.

Axes, in this order: mix, year, draw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import MATERIAL_USD
from core.base.lazy import cached_property
from core.inputs.data import BOUGHT, LEAD, Inputs
from core.inputs.lever_table import adoption, bought_share, start_lag
from core.inputs.scenario import Columns, Scenario, columns
from core.model.courses import Buying, Courses
from core.model.evaluate import by_year
from core.model.model import Simulation, baseline_course, run, variants
from core.model.offers import NO_CHIP
from core.model.world import World, build, ramp, shares_of_bought
from core.risk.futures import USUAL_DRAWS, Figures, drawn_levers, gather, odds
from core.risk.run import Cancel, Progress, RiskError

if TYPE_CHECKING:
    from core.model.compiled import Choices

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

COLUMNS: Final = 2048
"""Mixes times futures worked out at a time: more do not fit into cache, with fewer the steps between them cost more."""
TAIL: Final = 10
"""The bad tenth: one future in so many."""


def choices_of_mix(inputs: Inputs) -> tuple[str, ...]:
    """Return the levers, by id, in which mixes may differ."""
    others = inputs.suppliers[LEAD + 1 :]
    return (
        *(adoption(one) for one in inputs.workloads),
        "adoption_start",
        "ramp_years",
        *(start_lag(one) for one in inputs.workloads),
        "custom_premium_max",
        *(bought_share(other, one) for other in others for one in inputs.workloads),
    )


@dataclass(frozen=True, eq=False)
class Worth:
    """What mixes come to in each future, against the same baseline in the same future. Arrays are read-only."""

    value_usd: Floats  # (mix, draw) after tax
    capex_usd: Floats  # (mix, year, draw) chips less warrants, and facilities
    first_year: int  # the first that is modelled

    @cached_property
    def expected_usd(self) -> Floats:
        """The mean of value over the futures; (mix,)."""
        mean: Floats = self.value_usd.mean(axis=1)
        return mean

    @cached_property
    def bad_tenth_usd(self) -> Floats:
        """The mean of value over the worst tenth of the futures, at least one; (mix,)."""
        return bad_tenth(self.value_usd)

    @cached_property
    def pays_share(self) -> Floats:
        """Share of futures in which a mix costs no more than the baseline, NaN where it never differs; (mix,)."""
        return np.array([odds(value) for value in self.value_usd])

    @cached_property
    def same_share(self) -> Floats:
        """Share of futures in which a mix and the baseline come to the same; (mix,)."""
        same: Floats = (np.abs(self.value_usd) < MATERIAL_USD).mean(axis=1)
        return same


def bad_tenth(value_usd: Floats) -> Floats:
    """Return the mean of the lowest `ceil(n / 10)` values (CVaR); value_usd: (..., draw)."""
    worst = math.ceil(value_usd.shape[-1] / TAIL)
    mean: Floats = np.partition(value_usd, worst - 1, axis=-1)[..., :worst].mean(axis=-1)
    return mean


def worth(
    inputs: Inputs,
    scenario: Scenario,
    mixes: Sequence[Scenario],
    draws: int = USUAL_DRAWS,
    *,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> Worth:
    """Return what `mixes` are worth in the futures of `scenario`, against its baseline; `progress` as in `sample`.

    The futures are those of `core.risk.futures.sample`, in its order, so the scenario itself as a mix has its value.
    Raises RiskError if draws or correlations cannot be used, or a mix differs from the scenario in more than choices.
    """
    choices = beside_baseline(inputs, scenario, mix_table(inputs, scenario, mixes))
    levers = drawn_levers(inputs, scenario, draws)
    found = gather(levers, lambda chunk: worth_in(inputs, chunk, choices), progress, cancelled)
    return Worth(found["value_usd"], found["capex_usd"], inputs.calendar.first_year)


def mix_table(inputs: Inputs, scenario: Scenario, mixes: Sequence[Scenario]) -> dict[str, Floats]:
    """Return the choices of mixes, (mix,) by lever id; raises RiskError if a mix differs in anything else."""
    chosen = choices_of_mix(inputs)
    problems = [
        f"mix {i}: {name} is {mix[name]} and not {scenario[name]}; a mix may differ in choices alone"
        for i, mix in enumerate(mixes, start=1)
        for name in scenario
        if name not in chosen and name != "baseline" and mix[name] != scenario[name]
    ]
    if problems or not mixes:
        raise RiskError(problems or ["mixes: there is none; give at least one"])
    table = columns(list(mixes))
    return {name: table[name] for name in chosen}


def worth_in(inputs: Inputs, levers: Columns, choices: Choices) -> Figures:
    """Return what mixes are worth in some worlds, (world,) by lever id, and spend; choices: of `beside_baseline`.

    value_usd (mix, world) and capex_usd (mix, year, world) as in `Worth`.
    """
    # Here and not above: the compiler takes a while to load, which no start of the program should wait for.
    from core.model.compiled import costs

    found = costs(inputs, levers, choices)
    cost, capital = found.cost_usd.T, found.years["capital_usd"][:, 1:]
    return {"value_usd": cost[0] - cost[1:], "capex_usd": capital.transpose(1, 2, 0)}


def in_parts(table: Columns, worlds: int) -> list[dict[str, Floats]]:
    """Cut mixes into parts that fit into cache with so many worlds."""
    mixes = next(iter(table.values())).size
    parts = -(-mixes * worlds // COLUMNS)
    places = np.array_split(np.arange(mixes), min(parts, mixes))
    return [{name: column[own] for name, column in table.items()} for own in places]


def beside_baseline(inputs: Inputs, scenario: Scenario, table: Columns) -> Choices:
    """Return what the baseline of a scenario chooses and, after it, what mixes do, (mix,) by lever id."""
    from core.model.compiled import choices_of, joined

    world = build(inputs, columns([scenario]))
    baseline = choices_of(world, variants(world, baseline_course(world)))
    own = _bought_shares(world, table, np.ones_like(world.bought_share, dtype=np.bool_))
    shares = None if own is None else np.moveaxis(own[..., 0], -1, 0)
    return joined(baseline, choices_of(world, courses_of(world, table), shares))


def capital_by_year(sim: Simulation) -> Floats:
    """Capital spending of a year: chips less warrants, and facilities; (year, course, world)."""
    flows = sim.flows
    return by_year(flows.capex_usd.sum(axis=1) - flows.warrant_usd + flows.capex_facility_usd)


def reference_cost_usd(world: World) -> Floats:
    """Return what the baseline that all of a world's levers name costs; (world,)."""
    cost: Floats = run(world, variants(world, baseline_course(world))).flows.pv_cost_usd[0]
    return cost


def courses_of(world: World, table: Columns) -> Courses:
    """Return mixes, (mix,) by lever id, as courses of every world; what all leave to the world is the world's own."""
    inputs, size = world.inputs, world.discount_end.size

    def spread(rows: Sequence[Floats]) -> Floats:
        """(row, mix) as (row, mix, world)."""
        return np.repeat(np.stack(rows)[:, :, None], size, axis=2)

    starts = [table["adoption_start"] + table[start_lag(one)] for one in inputs.workloads]
    ramp_years = np.repeat(table["ramp_years"][:, None], size, axis=1) if _differ(world, table, "ramp_years") else None
    merchants = _bought_shares(world, table, world.chip[:, BOUGHT] != NO_CHIP)
    premium = table["custom_premium_max"] if _differ(world, table, "custom_premium_max") else None
    return Courses(
        spread([table[adoption(one)] for one in inputs.workloads]),
        spread(starts),
        Buying(merchants, None if premium is None else np.repeat(premium[:, None], size, axis=1), ramp_years),
    )


def _differ(world: World, table: Columns, *names: str) -> bool:
    """Say whether a mix chooses anything else than its world's levers."""
    return any((table[name][:, None] != world.levers[name]).any() for name in names)


def _bought_shares(world: World, table: Columns, there: Bools) -> Floats | None:
    """Return each merchant's share of what mixes buy, among those that are `there`; None if all buy as the world does.

    there: (quarter, merchant, workload, world); result: (quarter, merchant, workload, mix, world).
    """
    inputs = world.inputs
    others = inputs.suppliers[LEAD + 1 :]
    shares = [bought_share(other, one) for other in others for one in inputs.workloads]
    if not others or not _differ(world, table, *shares, "adoption_start", "ramp_years"):
        return None
    goal = np.stack([table[name] for name in shares]).reshape(len(others), len(inputs.workloads), -1, 1)
    moved = ramp(table["adoption_start"], table["ramp_years"], world.quarters)[:, :, None]
    found = shares_of_bought(inputs, goal, moved, there[:, :, :, None])
    return np.broadcast_to(found, (*found.shape[:-1], there.shape[-1]))
