"""Tidy tables that only Power draws: when power binds, what capacity would have to be, energy, carbon and places.

Frames in base units (MW, MWh, USD, tonnes, H100e) with one observation a row. `plan` is the scenario, `baseline` what
it is compared with. What is asked for several times is kept: leave it as it is. Formulas: docs/METHOD.md, "Power,
energy and shortage".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM, Inputs
from core.model.courses import custom_share
from core.model.evaluate import by_year, constraints
from core.model.fleet import ROUNDING, mw_per_bought_h100e
from core.model.model import PLAN, Simulation, run
from core.model.units import KG_PER_TONNE
from core.story import frames
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STEPS: Final = 12
STEP_SHARE: Final = 0.05
ROUND: Final = (5.0, 2.5, 1.5, 1.0)
"""Capacity is moved so many steps up and down to see how the value of a megawatt falls. A step is a round figure, one
of ROUND times a power of ten, of at most this share of what the data can power in the first quarter."""
PROBE_SHARE: Final = 0.04
"""The share of a step by which capacity is changed, in every quarter, to work out the value of a megawatt."""
NO_LIMIT_MW: Final = 1e9
FLEET: Final = "Whole fleet"
BASELINE: Final = "Baseline fleet"
WHOLE: Final = (FLEET, BASELINE)


# --- What capacity would have to be, and what it is worth


def step_mw(inputs: Inputs) -> float:
    """Return by how much capacity is moved at a time, MW; it follows from the data alone."""
    most = STEP_SHARE * float(inputs.capacity_mw[0])
    power = 10.0 ** np.floor(np.log10(most))
    return float(next(one for one in ROUND if one * power <= most) * power)


def probe_mw(inputs: Inputs) -> float:
    """Return the change of capacity from which the value of a megawatt is worked out, MW."""
    return PROBE_SHARE * step_mw(inputs)


@dataclass(frozen=True, eq=False)
class Capacity:
    """What capacity does on one course of a scenario."""

    needed_mw: Floats  # (quarter,) the least that binds nowhere
    short_mw: Floats  # (quarter,) how much more that is than there is, at least 0
    more_usd: float  # what a megawatt more in every quarter saves, after tax
    less_usd: float  # what a megawatt less costs
    step_mw: Floats  # (step,) capacity against the scenario's, middle of each step
    step_usd: Floats  # (step,) what a megawatt more saves there


def capacity(answer: Answer, course: int = PLAN) -> Capacity:
    """Return what capacity does on a course (PLAN, HOLD, EXIT) of the scenario.

    It can be short in a quarter in which power does not bind: had it never bound, more of the chips of earlier years
    would stand, which draw more.
    """
    return _capacities(answer)[course]


@lru_cache(maxsize=16)
def _capacities(answer: Answer) -> tuple[Capacity, ...]:
    """Return what capacity does on each course: the scenario is worked out again with more and with less of it.

    Value of a megawatt: `(pv_cost(capacity) - pv_cost(capacity + d)) / d`, pv_cost the present value of all cost
    after tax, `d` probe_mw in every quarter. It holds what the megawatt brings with it: chips, buildings and energy
    for the work that would be rented without it.
    """
    # Here and not above: the compiler takes a while to load, which no start of the program should wait for.
    from core.model.compiled import choices_of, costs

    world, limit_mw = answer.sim.world, answer.sim.world.capacity_mw
    least, step, probe = float(limit_mw.min()), step_mw(answer.inputs), probe_mw(answer.inputs)
    steps = step * np.arange(-STEPS, STEPS + 1)
    steps = steps[steps >= -least]
    less = min(probe, least)
    change = np.concatenate([[0.0, probe, -less], steps])
    levers = {name: np.repeat(column, change.size) for name, column in world.levers.items()}
    choices = choices_of(world, answer.sim.courses)
    probed = costs(answer.inputs, levers, choices, capacity_mw=np.maximum(limit_mw + change, 0.0))
    free = replace(world, capacity_mw=np.full_like(limit_mw, NO_LIMIT_MW))
    needed_mw = _needed_mw(run(free, answer.sim.courses))[:, :, 0]  # (quarter, course)
    return tuple(
        Capacity(
            needed_mw=needed,
            short_mw=np.maximum(needed - answer.world.capacity_mw, 0.0),
            more_usd=float((cost[0] - cost[1]) / probe),
            less_usd=float((cost[2] - cost[0]) / less) if less else 0.0,
            step_mw=(steps[1:] + steps[:-1]) / 2.0,
            step_usd=-np.diff(cost[3:]) / step,
        )
        for needed, cost in zip(needed_mw.T, probed.cost_usd.T, strict=True)  # cost: (case,)
    )


def _needed_mw(sim: Simulation) -> Floats:
    """Return the least capacity with which power binds nowhere; (quarter, course, world), all without a limit.

    That is the IT load, and what the quarter's purchases would draw more if custom supply were unlimited: power is
    shared out before it is known how much of the custom chips that are wanted can be had.
    """
    world, fleet = sim.world, sim.fleet
    more_mw = world.mw_per_h100e[:, CUSTOM, :, None] - mw_per_bought_h100e(world)  # (quarter, workload, 1, world)
    wanted = custom_share(world, sim.courses) * fleet.gap_h100e - fleet.held_back_h100e
    missing = np.maximum(wanted - fleet.bought_h100e[:, CUSTOM], 0.0)
    more = (missing * more_mw).sum(axis=1)
    needed: Floats = (fleet.mw_it + np.maximum(more, 0.0)) * (1.0 + ROUNDING)
    return needed


@lru_cache(maxsize=32)
def binds(answer: Answer, course: int = PLAN) -> Bools:
    """Return in which quarters power binds on a course; (quarter,)."""
    return next(item for item in constraints(answer.sim, course) if item.constraint == "power").binds[:, 0]


def load(answer: Answer) -> pd.DataFrame:
    """IT load by variant, quarter and supplier beside what can be powered and what it would take to bind nowhere.

    Columns: those of story.frames.power, then needed_mw (of the variant), until_years, binds (the plan's power in
    the quarter), ever_binds.
    """
    needed_mw = np.stack([capacity(answer, course).needed_mw for course in answer.courses.values()])
    shape = (*needed_mw.shape, len(supplier_labels(answer.inputs)))  # (variant, quarter, supplier), as the frame's rows
    bound = binds(answer)
    frame = frames.power(answer)
    return frames.widened(
        frame,
        needed_mw=np.broadcast_to(needed_mw[:, :, None], shape).ravel(),
        until_years=frame["time_years"].to_numpy() + 1 / QUARTERS_PER_YEAR,
        binds=np.broadcast_to(bound[:, None], shape).ravel(),
        ever_binds=bool(bound.any()),
    )


@frames.kept
def needs(answer: Answer) -> pd.DataFrame:
    """What capacity would have to be by year, and what is left undone with what there is.

    Columns: year, capacity_mw (at the year's end), needed_mw (its highest quarter), short_mw (its worst quarter),
    unserved_share (of the work required), shortage_usd (what renting it costs), baseline_needed_mw.
    """
    plan, baseline = capacity(answer), capacity(answer, answer.baseline_course)
    unserved = by_year(answer.plan.unserved_h100e.sum(axis=1))
    required = by_year(answer.world.required_h100e.sum(axis=1))
    return pd.DataFrame(
        {
            "year": frames.years(answer),
            "capacity_mw": answer.world.capacity_mw[QUARTERS_PER_YEAR - 1 :: QUARTERS_PER_YEAR],
            "needed_mw": _highest(plan.needed_mw),
            "short_mw": _highest(plan.short_mw),
            "unserved_share": np.divide(unserved, required, out=np.zeros_like(unserved), where=required > 0.0),
            "shortage_usd": by_year(answer.plan.shortage_usd),
            "baseline_needed_mw": _highest(baseline.needed_mw),
        }
    )


def undone(answer: Answer) -> pd.DataFrame:
    """What share of each workload's work is left undone; columns: year, workload, share (of its work required)."""
    labels = workload_labels(answer.inputs)
    missing, required = (by_year(flow) for flow in (answer.plan.unserved_h100e, answer.world.required_h100e))
    share = np.divide(missing, required, out=np.zeros_like(missing), where=required > 0.0)  # (year, workload)
    return frames.long({"year": frames.years(answer), "workload": labels}, share=share)


def _highest(quarterly: Floats) -> Floats:
    """Return the highest quarter of each year; (year,)."""
    most: Floats = quarterly.reshape(-1, QUARTERS_PER_YEAR).max(axis=1)
    return most


def worth(answer: Answer) -> pd.DataFrame:
    """What a megawatt more is worth by how much capacity there is; columns: variant, more_mw, usd_per_mw, here.

    `here` marks the step just above the scenario's own capacity.
    """
    found = {variant: capacity(answer, course) for variant, course in answer.courses.items()}
    steps = found["plan"].step_mw
    index = {"variant": tuple(found), "more_mw": steps.tolist()}
    usd = np.stack([one.step_usd for one in found.values()])
    here = np.zeros(usd.shape, dtype=np.bool_)
    here[list(found).index("plan"), np.searchsorted(steps, 0.0)] = True
    return frames.long(index, usd_per_mw=usd, here=here)


# --- Energy, carbon and places


@lru_cache(maxsize=16)
def regions(answer: Answer) -> pd.DataFrame:
    """Energy, its cost and carbon by year and place, split by each place's share of the fleet.

    `usd_per_mwh` is the place's price of the data's year, moved as the mean is: the places' costs add up to the
    model's. Columns: year, region, fleet_share, usd_per_mwh, kg_co2_per_mwh, mwh, usd, co2_t, baseline_mwh,
    baseline_usd, baseline_co2_t.
    """
    places = answer.inputs.tables["regions"]
    share, kg = places["fleet_share"].to_numpy(), places["kg_co2_per_mwh"].to_numpy()
    move = answer.world.energy_usd_per_mwh[::QUARTERS_PER_YEAR] / answer.inputs.power_usd_per_mwh  # (year,)
    usd_per_mwh = move[:, None] * _price_of_data_year(answer.inputs)  # (year, place)
    columns = {
        "fleet_share": np.broadcast_to(share, usd_per_mwh.shape),
        "usd_per_mwh": usd_per_mwh,
        "kg_co2_per_mwh": np.broadcast_to(kg, usd_per_mwh.shape),
    }
    for before, course in (("", answer.plan), ("baseline_", answer.baseline)):
        mwh = by_year(course.mwh)[:, None] * share
        columns[f"{before}mwh"] = mwh
        columns[f"{before}usd"] = mwh * usd_per_mwh
        columns[f"{before}co2_t"] = mwh * kg / KG_PER_TONNE
    return frames.long({"year": frames.years(answer), "region": places["name"].tolist()}, **columns)


@lru_cache(maxsize=4)
def _price_of_data_year(inputs: Inputs) -> Floats:
    """Return what a MWh cost in each place in the data's year, in the order of the places; USD."""
    prices = inputs.tables["power_prices"]
    known = prices[prices["year"] == inputs.calendar.fleet_year].set_index("region_id")["usd_per_mwh"]
    found: Floats = known.loc[list(inputs.tables["regions"]["region_id"])].to_numpy(dtype=np.float64)
    return found


NAME_LETTERS: Final = 20
"""Letters of a place's name in a chart."""
LEAST_NAMED_SHARE: Final = 0.045
"""A place with a smaller share of the fleet is too thin for words."""


@lru_cache(maxsize=32)
def ladder(answer: Answer, year: int, by: str) -> pd.DataFrame:
    """`regions` of a year as a ladder: the highest `by` (usd_per_mwh or kg_co2_per_mwh) on top, each as thick as its
    share of the fleet.

    Adds columns from_share, to_share, middle_share, mean (of `by`, weighted by share), name (shortened) and is_named:
    where a place is too thin its bar has no words.
    """
    frame = regions(answer)
    frame = frame[frame["year"] == year].sort_values(by, ascending=False, kind="stable").reset_index(drop=True)
    until = frame["fleet_share"].cumsum()
    return frame.assign(
        from_share=until - frame["fleet_share"],
        to_share=until,
        middle_share=until - frame["fleet_share"] / 2.0,
        mean=float((frame[by] * frame["fleet_share"]).sum()),
        name=[fmt.shortened(place, NAME_LETTERS) for place in frame["region"]],
        is_named=frame["fleet_share"] >= LEAST_NAMED_SHARE,
    )


# --- Work of a megawatt


@lru_cache(maxsize=16)
def work_per_megawatt(answer: Answer) -> pd.DataFrame:
    """Work that a megawatt of IT load does, of the standing fleet; columns: quarter, time_years, line, h100e_per_mw.

    A line is a supplier, FLEET or BASELINE. A supplier has no rows where none of its chips work.
    """
    load_mw = frames.power(answer)["mw"].to_numpy()
    plan_mw, baseline_mw = load_mw.reshape(len(answer.variants), answer.world.quarters, -1)  # (quarter, supplier) each
    plan, baseline = (frames.installed_by_supplier(answer, course).sum(axis=2) for course in answer.variants.values())
    h100e = np.stack([*plan.T, plan.sum(axis=1), baseline.sum(axis=1)])  # (line, quarter)
    mw = np.stack([*plan_mw.T, plan_mw.sum(axis=1), baseline_mw.sum(axis=1)])
    works = mw > ROUNDING * plan_mw.sum(axis=1)
    frame = frames.long(
        {"line": work_lines(answer.inputs), "quarter": frames.quarters(answer)},
        time_years=np.broadcast_to(frames.times(answer), mw.shape),
        h100e_per_mw=np.divide(h100e, mw, out=np.zeros_like(mw), where=works),
    )
    drawn: pd.DataFrame = frame[["quarter", "time_years", "line", "h100e_per_mw"]][works.ravel()]
    return drawn.reset_index(drop=True)


def work_lines(inputs: Inputs) -> tuple[str, ...]:
    """Return the lines of `work_per_megawatt` in the order of its key."""
    return (*supplier_labels(inputs), *WHOLE)


def lines_there(answer: Answer) -> tuple[int, ...]:
    """Return which of `work_lines` are drawn: a supplier of whom no chip works at any time has none."""
    drawn = set(work_per_megawatt(answer)["line"])
    return tuple(place for place, line in enumerate(work_lines(answer.inputs)) if line in drawn)
