"""Whether the custom programme is worth its money: against exit, by volume, by delay, and with the right to stop.

Every function takes the answer to one scenario. Value is against exit, that is against stopping today: what is spent
before 2027 is sunk and in neither course. Formulas: docs/METHOD.md, "The custom programme" and "Value".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import in_service
from core.inputs.data import CUSTOM
from core.inputs.levers import NO_STOP
from core.inputs.scenario import FIRST_YEAR, QUARTERS_PER_YEAR, quarter_label
from core.model.courses import Courses, custom_share, plan_adoption
from core.model.evaluate import MATERIAL_USD, by_year, summarise
from core.model.model import EXIT, HOLD, PLAN, Simulation, run
from core.model.model import simulate as simulate_batch
from core.model.opening import opening_h100e
from core.model.units import HOURS_PER_QUARTER, KW_PER_MW
from core.story import frames
from core.story.answer import Answer
from core.story.labels import workload_labels

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

KINDS: Final = {"team": "Teams", "nre": "Design and tape-out", "enablement": "Moving workloads over"}
"""What each kind of item is called, in the order in which they are stacked."""
VARIANTS: Final = {"plan": PLAN, "exit": EXIT}


# --- What it costs


def spending(answer: Answer) -> pd.DataFrame:
    """Programme spending by year and item, of the scenario and of exit; columns: variant, year, item, kind, usd."""
    items = answer.sim.world.inputs.programme
    usd = by_year(frames.items_usd(answer)[:, :, list(VARIANTS.values())]).transpose(2, 0, 1)  # (variant, year, item)
    variants, years, count = usd.shape
    return pd.DataFrame(
        {
            "variant": np.repeat(list(VARIANTS), years * count),
            "year": np.tile(np.repeat(np.arange(FIRST_YEAR, FIRST_YEAR + years), count), variants),
            "item": np.tile(np.array(items.name), variants * years),
            "kind": np.tile(np.array([KINDS[kind] for kind in items.kind]), variants * years),
            "usd": usd.ravel(),
        }
    )


def custom_chips(sim: Simulation) -> Floats:
    """Return how many custom chips are bought, spares included; (quarter, course, world)."""
    world = sim.world
    kw_of_offer = np.append(world.inputs.chips.kw, 1.0)[world.chip[:, CUSTOM]]  # the last: NO_CHIP, never bought
    per_h100e = world.mw_per_h100e[:, CUSTOM] * KW_PER_MW / kw_of_offer * (1.0 + world.levers["spares"])
    chips: Floats = np.einsum("twcg,twg->tcg", sim.fleet.bought_h100e[:, CUSTOM], per_h100e)
    return chips


def custom_work(sim: Simulation) -> Floats:
    """Return the work that custom chips in service can do, H100e; (quarter, course, world)."""
    bought = sim.fleet.bought_h100e[:, CUSTOM].sum(axis=1)
    opening: Floats = opening_h100e(sim.world)[:, CUSTOM].sum(axis=1)
    return opening[:, None] + in_service(bought, sim.world.life_custom)


@dataclass(frozen=True)
class FixedCost:
    """What the programme costs over the horizon beside what it is spread over."""

    usd: float  # spent from 2027 to the horizon, undiscounted
    exit_usd: float  # the same if the programme is wound up
    chips: float  # custom chips bought, spares included
    exit_chips: float
    h100e_hours: float  # custom work in service
    capex_usd: float  # paid for the custom chips themselves

    @property
    def usd_per_chip(self) -> float:
        """Fixed cost of a custom chip; NaN if not one is bought."""
        return self.usd / self.chips if self.chips >= 1.0 else np.nan

    @property
    def usd_per_h100e_hour(self) -> float:
        """Fixed cost of an hour of custom work of one H100 equivalent; NaN if there is none."""
        return self.usd / self.h100e_hours if self.h100e_hours >= 1.0 else np.nan


def fixed_cost(answer: Answer) -> FixedCost:
    """Return the programme's fixed cost over the horizon and what it is spread over."""
    sim = answer.sim
    spent, chips = sim.flows.programme_usd[..., 0].sum(axis=0), custom_chips(sim)[..., 0].sum(axis=0)
    return FixedCost(
        usd=float(spent[PLAN]),
        exit_usd=float(spent[EXIT]),
        chips=float(chips[PLAN]),
        exit_chips=float(chips[EXIT]),
        h100e_hours=float(custom_work(sim)[:, PLAN, 0].sum() * HOURS_PER_QUARTER),
        capex_usd=float(sim.flows.capex_usd[:, CUSTOM, PLAN, 0].sum()),
    )


def fixed_cost_by_year(answer: Answer) -> pd.DataFrame:
    """Programme spending of a year over what is bought and works in it, of the scenario and of exit.

    Columns: variant, year, usd, chips, h100e (custom work in service, average), usd_per_chip (NaN in a year that buys
    none), usd_per_h100e_hour (NaN in a year without custom work).
    """
    sim, courses = answer.sim, list(VARIANTS.values())
    usd, chips, work = (
        by_year(flow[:, courses, 0]).T.ravel()  # variant by variant
        for flow in (sim.flows.programme_usd, custom_chips(sim), custom_work(sim))
    )
    years = np.arange(FIRST_YEAR, answer.last_year + 1)
    return pd.DataFrame(
        {
            "variant": np.repeat(list(VARIANTS), years.size),
            "year": np.tile(years, len(VARIANTS)),
            "usd": usd,
            "chips": chips,
            "h100e": work / QUARTERS_PER_YEAR,
            "usd_per_chip": np.where(chips >= 1.0, usd / np.maximum(chips, 1.0), np.nan),
            "usd_per_h100e_hour": np.where(work >= 1.0, usd / (np.maximum(work, 1.0) * HOURS_PER_QUARTER), np.nan),
        }
    )


# --- How much it must deliver


VOLUME_POINTS: Final = 21
LEAST_ADOPTION: Final = 0.005
"""Adoption rates that all lie below it are no plan that could be multiplied."""
LEAST_VOLUME: Final = 1e-3
"""The smallest volume that is looked at, as a share of the largest; at none at all the programme itself ends."""
REFINED_POINTS: Final = 33


@dataclass(frozen=True, eq=False)
class Volume:
    """Value against exit along a path on which all adoption rates keep their proportions.

    `factor` multiplies the adoption of the scenario, or today's shares if it has next to none (`of_plan` is False).
    """

    factor: Floats  # (point,) from nearly none to where the first workload is all custom
    value_usd: Floats  # (point,) against exit
    chips: Floats  # (point,) custom chips bought over the horizon
    h100e: Floats  # (point,) custom work in service, average over the horizon
    of_plan: bool
    break_even: float  # the factor nearest to the scenario's own at which value changes sign; NaN if none does
    pays_above: bool  # value is positive above the break-even, or without one everywhere
    here: int  # the point that is the scenario itself; -1 if it lies on no point

    def at_break_even(self, figure: Floats) -> float:
        """Return `figure` (point,) at the break-even, linear between points."""
        return float(np.interp(self.break_even, self.factor, figure))


def volume(answer: Answer) -> Volume:
    """Return how value against exit answers to the volume of custom work, and where it turns.

    The adoption of all workloads is multiplied by one factor, in the scenario's own world. The sign change next to the
    scenario is looked at again in finer steps; inside the last one value is taken as a straight line.
    """
    world = answer.sim.world
    path, of_plan = plan_adoption(world)[:, 0], True
    if path.max() < LEAST_ADOPTION:
        path, of_plan = world.inputs.custom_share_today, False
    most = 1.0 / float(path.max()) if path.any() else 1.0
    own = 1.0 if of_plan else 0.0
    factor = np.linspace(0.0, most, VOLUME_POINTS)
    factor[0] = LEAST_VOLUME * most
    if of_plan:
        factor = np.union1d(factor, [1.0])
    batch = _along(answer, path, factor)
    value = _value_against_exit(answer, batch)
    bracket = _nearest_change(factor, value, own)
    break_even, pays_above = np.nan, bool(value[np.argmin(np.abs(factor - own))] >= 0.0)
    if bracket is not None:
        inner = np.linspace(factor[bracket], factor[bracket + 1], REFINED_POINTS)
        values = _value_against_exit(answer, _along(answer, path, inner))
        place = int(np.argmax(np.diff(values >= 0.0)))
        low, high = values[place], values[place + 1]
        # Where an item of the programme begins or ends value jumps; the step is narrow enough to name its place.
        break_even = float(inner[place] + (inner[1] - inner[0]) * low / (low - high))
        pays_above = bool(high >= 0.0)
    here = int(np.searchsorted(factor, own)) if of_plan else -1
    return Volume(
        factor=factor,
        value_usd=value,
        chips=custom_chips(batch)[..., 0].sum(axis=0),
        h100e=custom_work(batch)[..., 0].mean(axis=0),
        of_plan=of_plan,
        break_even=break_even,
        pays_above=pays_above,
        here=here,
    )


def _along(answer: Answer, path: Floats, factor: Floats) -> Simulation:
    """Run the scenario's world with the adoption rates `path` (workload,) times each factor, a course each."""
    adoption = np.minimum(path[:, None] * factor, 1.0)[:, :, None]
    start = np.broadcast_to(answer.sim.world.levers["adoption_start"], (factor.size, 1))
    return run(answer.sim.world, Courses(adoption, start))


def _value_against_exit(answer: Answer, sim: Simulation) -> Floats:
    value: Floats = answer.sim.flows.pv_cost_usd[EXIT, 0] - sim.flows.pv_cost_usd[:, 0]
    return value


def _nearest_change(factor: Floats, value: Floats, own: float) -> int | None:
    """Return the step (from point i to i + 1) nearest to `own` over which value changes its sign."""
    steps = np.flatnonzero(np.diff(value >= 0.0))
    if steps.size == 0:
        return None
    away = np.maximum(0.0, np.maximum(factor[steps] - own, own - factor[steps + 1]))
    return int(steps[np.argmin(away)])


NEAR: Final = 0.08
"""Two marks that lie nearer than this share of the chart in both directions have one name."""


def volume_curve(answer: Answer, found: Volume) -> pd.DataFrame:
    """Value against exit by volume, for the chart; columns: factor, usd, chips, h100e, mark, name, is_right,
    is_above.

    `mark` is `here` for the scenario, `break-even` for where value turns, `hold` for the value of today's mix held,
    at both ends of the line, and empty for the line itself. `name` is what stands beside a mark: on its left
    if the mark `is_right`, in the right part of the chart, and above it or not, so that it stays clear of the line.
    """
    hold = float((answer.sim.flows.pv_cost_usd[EXIT] - answer.sim.flows.pv_cost_usd[HOLD])[0])
    points = np.stack([found.factor, found.value_usd, found.chips, found.h100e], axis=1)  # (point, column)
    ends = points[[0, -1]]
    ends[:, 1] = hold
    parts, marks, names = [points, ends], [""] * len(points) + ["hold"] * 2, [""] * (len(points) + 2)
    if found.here >= 0:
        parts.append(points[[found.here]])
        marks.append("here")
        names.append("this scenario")
    if np.isfinite(found.break_even):
        at = np.array([found.break_even, 0.0, found.at_break_even(found.chips), found.at_break_even(found.h100e)])
        spans = np.ptp(points[:, :2], axis=0)
        is_near = found.here >= 0 and bool((np.abs(points[found.here, :2] - at[:2]) < NEAR * spans).all())
        parts.append(at[None])
        marks.append("break-even")
        names.append("" if is_near else "break-even")
        if is_near:
            names[-2] = "this scenario, near break-even"
    frame = pd.DataFrame(np.concatenate(parts), columns=["factor", "usd", "chips", "h100e"])
    is_right = frame["factor"] > 0.6 * found.factor[-1]
    slope = np.interp(frame["factor"], found.factor, np.gradient(found.value_usd, found.factor))
    return frame.assign(mark=marks, name=names, is_right=is_right, is_above=is_right == (slope >= 0.0))


# --- What a delay or a slow chip costs, and what is done about it


@dataclass(frozen=True)
class Setback:
    """What goes wrong with the custom chips to come: later by some quarters, slower by some share."""

    name: str
    delay_quarters: int
    performance: float


AS_SET: Final = Setback("As set", 0, 1.0)
SETBACKS: Final = (
    AS_SET,
    Setback("A year late", QUARTERS_PER_YEAR, 1.0),
    Setback(f"15{fmt.NBSP}% slow", 0, 0.85),
    Setback("Late and slow", QUARTERS_PER_YEAR, 0.85),
)
LONGEST_DELAY: Final = 8
OUTCOMES: Final = ("Bought", "Held back, too dear", "No chip on offer", "Beyond the supply limit")
"""What becomes of the custom work that the adoption rates ask for."""

_Case = tuple[int, float, float]  # delay in quarters, performance, premium


@dataclass(frozen=True, eq=False)
class Setbacks:
    """The scenario with its coming custom chips late or slow, each under two rules for stopping.

    A rule is the premium over the best bought chip above which custom chips are not bought: `premium` is the
    scenario's own (or none to speak of, if the scenario stops at once), 0 stops as soon as custom chips are dearer.
    """

    sim: Simulation
    value_usd: Floats  # (world,) against exit
    place: dict[_Case, int]
    delay_quarters: int  # as set
    performance: float
    premium: float

    @property
    def delays(self) -> tuple[int, ...]:
        """The delays that are looked at, in quarters."""
        return _delays(self.delay_quarters)

    def at(self, setback: Setback, premium: float) -> int:
        """Return where a setback under a rule stands on the world axis."""
        case = (self.delay_quarters + setback.delay_quarters, self.performance * setback.performance, premium)
        return self.place[case]

    def value(self, setback: Setback, premium: float) -> float:
        """Return value against exit with a setback under a rule."""
        return float(self.value_usd[self.at(setback, premium)])

    def cost(self, setback: Setback, premium: float) -> float:
        """Return what a setback costs under a rule: value as set, under the same rule, less value with it."""
        return self.value(AS_SET, premium) - self.value(setback, premium)

    def option(self, setback: Setback) -> float:
        """Return what it is worth to stop as soon as custom chips are dearer, with a setback."""
        return self.value(setback, 0.0) - self.value(setback, self.premium)

    @cached_property
    def by_delay(self) -> Floats:
        """Value against exit by delay and rule (own premium, none); (delay, rule)."""
        rules = (self.premium, 0.0)
        places = [[self.place[d, self.performance, rule] for rule in rules] for d in self.delays]
        value: Floats = self.value_usd[np.array(places)]
        return value


def _delays(own: int) -> tuple[int, ...]:
    return tuple(sorted({*range(LONGEST_DELAY + 1), own}))


def setbacks(answer: Answer) -> Setbacks:
    """Return what the scenario is worth with delays and setbacks, under its own rule for stopping and at no premium."""
    levers = answer.sim.world.levers
    delay, performance = int(levers["custom_delay_quarters"][0]), float(levers["custom_performance"][0])
    premium = float(levers["custom_premium_max"][0]) or NO_STOP
    cases: dict[_Case, int] = {}
    for rule in (premium, 0.0):
        for d in _delays(delay):
            cases.setdefault((d, performance, rule), len(cases))
        for one in SETBACKS:
            cases.setdefault((delay + one.delay_quarters, performance * one.performance, rule), len(cases))
    batch = {name: np.repeat(column, len(cases)) for name, column in levers.items()}
    delays, performances, premiums = (np.array(part, dtype=np.float64) for part in zip(*cases, strict=True))
    batch |= {
        "custom_delay_quarters": delays,
        "custom_performance": performances,
        "custom_premium_max": premiums,
    }
    sim = simulate_batch(answer.sim.world.inputs, batch)
    value = summarise(sim, series=()).metrics["npv_vs_exit_usd"]
    return Setbacks(sim, value, cases, delay, performance, premium)


def rules(found: Setbacks) -> dict[str, float]:
    """Return both rules for stopping by what they are called, the scenario's own first."""
    return {"Buying on": found.premium, "Stopping when dearer": 0.0}


def delay_curve(found: Setbacks) -> pd.DataFrame:
    """Value against exit by delay under both rules, for the chart.

    Columns: delay_quarters, rule (`own`, `stop`), usd, own_usd, stop_usd, option_usd, here, label_usd (where the name
    of a line stands). Empty if neither delay nor rule makes a difference.
    """
    delays = np.array(found.delays)
    own, stop = found.by_delay.T
    ends = frames.apart(np.array([own[-1], stop[-1]]), frames.LABEL_GAP * float(np.ptp(found.by_delay)))
    frame = pd.DataFrame(
        {
            "delay_quarters": np.tile(delays, 2),
            "rule": np.repeat(["own", "stop"], delays.size),
            "usd": np.concatenate([own, stop]),
            "own_usd": np.tile(own, 2),
            "stop_usd": np.tile(stop, 2),
            "option_usd": np.tile(stop - own, 2),
            "here": np.tile(delays == found.delay_quarters, 2),
            "label_usd": np.repeat(ends, delays.size),
        }
    )
    return frame if np.ptp(found.by_delay) >= MATERIAL_USD else frame.iloc[:0]


def outcomes_h100e(found: Setbacks, setback: Setback, premium: float) -> Floats:
    """Return what becomes of the custom work that the adoption rates ask for; (quarter, workload, outcome) as OUTCOMES.

    Asked for: `share * gap`, after what power allows. The outcomes add up to it.
    """
    sim, place = found.sim, found.at(setback, premium)
    asked = (custom_share(sim.world, sim.courses)[:, :, PLAN] * sim.fleet.gap_h100e[:, :, PLAN])[..., place]
    bought = sim.fleet.bought_h100e[:, CUSTOM, :, PLAN, place]
    stopped = sim.fleet.held_back_h100e[:, :, PLAN, place] > 0.0
    missing = np.isinf(sim.world.kappa[:, CUSTOM, :, place])
    held_back, no_chip = np.where(stopped & ~missing, asked, 0.0), np.where(stopped & missing, asked, 0.0)
    beyond = np.maximum(asked - bought - held_back - no_chip, 0.0)
    return np.stack([bought, held_back, no_chip, beyond], axis=-1)


def outcomes(found: Setbacks, setback: Setback, premium: float) -> pd.DataFrame:
    """What becomes of the custom work asked for, by quarter, beside what is bought as set; empty if none is asked for.

    Columns: quarter, outcome, h100e, as_set_h100e.
    """
    asked = outcomes_h100e(found, setback, premium).sum(axis=1)  # (quarter, outcome)
    as_set = outcomes_h100e(found, AS_SET, premium).sum(axis=1)[:, 0]
    labels, count = [quarter_label(t) for t in range(found.sim.world.quarters)], len(OUTCOMES)
    frame = pd.DataFrame(
        {
            "quarter": np.repeat(labels, count),
            "outcome": np.tile(np.array(OUTCOMES), len(labels)),
            "h100e": asked.ravel(),
            "as_set_h100e": np.repeat(as_set, count),
        }
    )
    return frame if asked.any() or as_set.any() else frame.iloc[:0]


# --- What each workload brings


def worth(answer: Answer) -> pd.DataFrame:
    """Value of each workload's custom chips against none, the others as they are; columns: workload, usd."""
    return pd.DataFrame({"workload": workload_labels(answer.sim.world.inputs), "usd": answer.sweep.value_now_usd})


# --- All of it


@dataclass(frozen=True, eq=False)
class Study:
    """All that the Programme page says of one scenario."""

    answer: Answer
    fixed: FixedCost
    volume: Volume
    setbacks: Setbacks
    spending: pd.DataFrame
    by_year: pd.DataFrame


def against_exit(answer: Answer) -> Answer:
    """Return the answer with exit as the baseline that it names and shows; no figure against exit depends on it."""
    return replace(answer, scenario=answer.scenario.replace(baseline="exit"))


def study(answer: Answer) -> Study:
    """Return what the programme of one scenario costs and brings, against exit whatever its baseline."""
    answer = against_exit(answer)
    return Study(
        answer, fixed_cost(answer), volume(answer), setbacks(answer), spending(answer), fixed_cost_by_year(answer)
    )
