"""Megawatts, energy, carbon and places: when power binds, what capacity would have to be, what a megawatt is worth.

Frames in base units (MW, MWh, USD, tonnes, H100e) with one observation a row, and what they say in sentences.
`plan` is the scenario, `baseline` what it is compared with. What is asked for several times is kept: leave it as it
is. Formulas: docs/METHOD.md, "Power, energy and shortage".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.format import Unit
from core.inputs.data import AMD, CUSTOM, NVIDIA, Inputs
from core.inputs.scenario import FIRST_YEAR, QUARTERS_PER_YEAR, quarter_label
from core.model.courses import Courses, custom_share
from core.model.evaluate import MATERIAL_USD, by_year, constraints
from core.model.fleet import ROUNDING
from core.model.model import PLAN, Simulation, run, variants
from core.model.units import KG_PER_TONNE
from core.model.world import DATA_YEAR, build
from core.story import frames
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import power_title, relative, signed_power
from core.story.labels import supplier_labels

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PROBE_MW: Final = 10.0
"""The change of capacity, in every quarter, from which the value of a megawatt is worked out."""
FURTHEST_MW: Final = 3000.0
STEP_MW: Final = 250.0
"""How far, and in what steps, capacity is moved to see how the value of a megawatt falls."""
A_GIGAWATT_MW: Final = 1000.0
NO_LIMIT_MW: Final = 1e9
LEAST_CHANGE: Final = 1e-4
"""A smaller share of a figure is no change worth a word."""
TWH: Final = Unit(1e6, "", f"{fmt.NBSP}TWh")
CO2_MT: Final = Unit(1e6, "", f"{fmt.NBSP}Mt")
USD_M_PER_MW: Final = Unit(1e6, "$", f"{fmt.NBSP}M")


# --- What capacity would have to be, and what it is worth


@dataclass(frozen=True, eq=False)
class Capacity:
    """What capacity does in one scenario; axes: quarter, course (PLAN, HOLD, EXIT), step."""

    needed_mw: Floats  # (quarter, course) the least that binds nowhere
    more_usd: Floats  # (course,) what a megawatt more in every quarter saves, after tax
    less_usd: Floats  # (course,) what a megawatt less costs
    step_mw: Floats  # (step,) capacity against the scenario's, middle of each step
    step_usd: Floats  # (step, course) what a megawatt more saves there


@lru_cache(maxsize=16)
def capacity(answer: Answer) -> Capacity:
    """Return what capacity does in the one scenario of `sim`: it is run again with more and with less of it.

    Value of a megawatt: `(pv_cost(capacity) - pv_cost(capacity + d)) / d`, pv_cost the present value of all cost
    after tax, `d` PROBE_MW in every quarter. It holds what the megawatt brings with it: chips, buildings and energy
    for the work that would be rented without it.
    """
    world = answer.sim.world
    least = float(world.capacity_mw.min())
    steps = np.arange(-FURTHEST_MW, FURTHEST_MW + STEP_MW, STEP_MW)
    steps = steps[steps >= -least]
    less = min(PROBE_MW, least)
    change = np.concatenate([[0.0, PROBE_MW, -less], steps])
    limits = np.concatenate(
        [np.maximum(world.capacity_mw + change, 0.0), np.full_like(world.capacity_mw, NO_LIMIT_MW)], axis=1
    )
    levers = {name: np.repeat(column, limits.shape[1]) for name, column in world.levers.items()}
    many = replace(build(world.inputs, levers), capacity_mw=limits)
    courses = variants(many)
    probed = run(many, courses)
    cost = probed.flows.pv_cost_usd.T  # (case, course)
    stepped = cost[3:-1]
    return Capacity(
        needed_mw=_needed_mw(probed, courses)[:, :, -1],
        more_usd=(cost[0] - cost[1]) / PROBE_MW,
        less_usd=(cost[2] - cost[0]) / less if less else np.zeros_like(cost[0]),
        step_mw=(steps[1:] + steps[:-1]) / 2.0,
        step_usd=-np.diff(stepped, axis=0) / STEP_MW,
    )


def _needed_mw(sim: Simulation, courses: Courses) -> Floats:
    """Return the least capacity with which power binds nowhere; (quarter, course, world), all without a limit.

    That is the IT load, and what the quarter's purchases would draw more if custom supply were unlimited: power is
    shared out before it is known how much of the custom chips that are wanted can be had.
    """
    world, fleet = sim.world, sim.fleet
    mw, amd = world.mw_per_h100e, world.amd_share
    bought_mw = mw[:, NVIDIA] + amd * (mw[:, AMD] - mw[:, NVIDIA])  # (quarter, workload, world)
    wanted = custom_share(world, courses) * fleet.gap_h100e - fleet.held_back_h100e
    missing = np.maximum(wanted - fleet.bought_h100e[:, CUSTOM], 0.0)
    more = (missing * (mw[:, CUSTOM] - bought_mw)[:, :, None]).sum(axis=1)
    needed: Floats = (fleet.mw_it + np.maximum(more, 0.0)) * (1.0 + ROUNDING)
    return needed


def load(answer: Answer) -> pd.DataFrame:
    """IT load by variant, quarter and supplier beside what can be powered and what it would take to bind nowhere.

    Columns: those of story.frames.power, then needed_mw (of the variant), until_years, binds (the plan's power in
    the quarter), ever_binds.
    """
    frame, needed, shown = frames.power(answer), capacity(answer).needed_mw, answer.courses
    suppliers = len(supplier_labels(answer.sim.world.inputs))
    frame["needed_mw"] = np.concatenate([np.repeat(needed[:, course], suppliers) for course in shown.values()])
    frame["until_years"] = frame["time_years"] + 1 / QUARTERS_PER_YEAR
    frame["binds"] = np.tile(np.repeat(binds(answer), suppliers), len(shown))
    return frame.assign(ever_binds=bool(frame["binds"].any()))


def binds(answer: Answer, course: int = PLAN) -> Bools:
    """Return in which quarters power binds on a course; (quarter,)."""
    return next(item for item in constraints(answer.sim, course) if item.constraint == "power").binds[:, 0]


def short_mw(answer: Answer, course: int = PLAN) -> Floats:
    """Return how much more capacity a quarter would need for power to bind in none; (quarter,).

    It can be above 0 in a quarter in which power does not bind: had it never bound, more of the chips of earlier years
    would stand, which draw more.
    """
    missing: Floats = np.maximum(capacity(answer).needed_mw[:, course] - answer.sim.world.capacity_mw[:, 0], 0.0)
    return missing


def load_table(answer: Answer) -> pd.DataFrame:
    """`load` as it is read: a row a quarter, GW."""
    frame, unit = load(answer), fmt.GW.name
    plan = frame[frame["variant"] == "plan"]
    whole = plan.drop_duplicates("quarter").reset_index(drop=True)
    table = pd.DataFrame({"Quarter": whole["quarter"]})
    for supplier in supplier_labels(answer.sim.world.inputs):
        mw = plan.loc[plan["supplier"] == supplier, "mw"].to_numpy()
        table[f"{supplier} ({unit})"] = mw / fmt.GW.scale
    baseline = frame[frame["variant"] == "baseline"].groupby("quarter", sort=False)["mw"].sum().to_numpy()
    table[f"Baseline ({unit})"] = baseline / fmt.GW.scale
    table[f"Capacity ({unit})"] = whole["capacity_mw"] / fmt.GW.scale
    table[f"Capacity that binds nowhere ({unit})"] = whole["needed_mw"] / fmt.GW.scale
    table["Power binds"] = np.where(whole["binds"], "yes", "")
    return table


def needs(answer: Answer) -> pd.DataFrame:
    """What capacity would have to be by year, and what is left undone with what there is.

    Columns: year, capacity_mw (at the year's end), needed_mw (its highest quarter), short_mw (its worst quarter),
    unserved_share (of the work required), shortage_usd (what renting it costs), baseline_needed_mw.
    """
    world, shown, found = answer.sim.world, answer.courses, capacity(answer)

    def highest(quarterly: Floats) -> Floats:
        most: Floats = quarterly.reshape(-1, QUARTERS_PER_YEAR).max(axis=1)
        return most

    unserved = by_year(answer.sim.flows.unserved_h100e[:, :, PLAN, 0].sum(axis=1))
    required = by_year(world.required_h100e[..., 0].sum(axis=1))
    return pd.DataFrame(
        {
            "year": FIRST_YEAR + np.arange(required.size),
            "capacity_mw": world.capacity_mw[QUARTERS_PER_YEAR - 1 :: QUARTERS_PER_YEAR, 0],
            "needed_mw": highest(found.needed_mw[:, PLAN]),
            "short_mw": highest(short_mw(answer)),
            "unserved_share": np.divide(unserved, required, out=np.zeros_like(unserved), where=required > 0.0),
            "shortage_usd": by_year(answer.sim.flows.shortage_usd[:, PLAN, 0]),
            "baseline_needed_mw": highest(found.needed_mw[:, shown["baseline"]]),
        }
    )


def needs_words(answer: Answer) -> pd.DataFrame:
    """`needs` in words, a row a year."""
    return pd.DataFrame(
        [
            {
                "Year": str(row["year"]),
                "Capacity at its end": fmt.power(row["capacity_mw"]),
                "Needed to bind nowhere": fmt.power(row["needed_mw"]),
                "Short at worst": fmt.power(row["short_mw"]) if row["short_mw"] > 0.0 else fmt.MISSING,
                "Work left undone": fmt.percent(row["unserved_share"]) if row["unserved_share"] > 0.0 else fmt.MISSING,
                "Renting it costs": fmt.usd(row["shortage_usd"]) if row["shortage_usd"] > 0.0 else fmt.MISSING,
                f"Needed, {answer.baseline_words}": fmt.power(row["baseline_needed_mw"]),
            }
            for row in needs(answer).to_dict("records")
        ]
    )


def needs_table(answer: Answer) -> pd.DataFrame:
    """`needs` as figures, a row a year."""
    frame, gw, usd_bn = needs(answer), fmt.GW, fmt.USD_BN
    return pd.DataFrame(
        {
            "Year": frame["year"],
            f"Capacity at the year's end ({gw.name})": frame["capacity_mw"] / gw.scale,
            f"Needed to bind nowhere ({gw.name})": frame["needed_mw"] / gw.scale,
            f"Short at worst ({gw.name})": frame["short_mw"] / gw.scale,
            f"Work left undone ({fmt.PERCENT.name})": frame["unserved_share"] / fmt.PERCENT.scale,
            f"Renting it costs ({usd_bn.name})": frame["shortage_usd"] / usd_bn.scale,
            f"Needed, baseline ({gw.name})": frame["baseline_needed_mw"] / gw.scale,
        }
    )


def worth(answer: Answer) -> pd.DataFrame:
    """What a megawatt more is worth by how much capacity there is; columns: variant, more_mw, usd_per_mw, here.

    `here` marks the step just above the scenario's own capacity.
    """
    found, shown = capacity(answer), answer.courses
    here = int(np.searchsorted(found.step_mw, 0.0))
    parts = [
        pd.DataFrame(
            {
                "variant": variant,
                "more_mw": found.step_mw,
                "usd_per_mw": found.step_usd[:, course],
                "here": (np.arange(found.step_mw.size) == here) & (course == PLAN) & (variant == "plan"),
            }
        )
        for variant, course in shown.items()
    ]
    return pd.concat(parts, ignore_index=True)


def worth_table(answer: Answer) -> pd.DataFrame:
    """`worth` as it is read: a row a step of capacity, $ M a MW."""
    found, shown = capacity(answer), answer.courses
    unit = f"{USD_M_PER_MW.name} a MW"
    return pd.DataFrame(
        {
            f"Capacity against this scenario ({fmt.GW.name})": found.step_mw / fmt.GW.scale,
            f"This scenario ({unit})": found.step_usd[:, PLAN] / USD_M_PER_MW.scale,
            f"Baseline ({unit})": found.step_usd[:, shown["baseline"]] / USD_M_PER_MW.scale,
        }
    )


# --- Energy, carbon and places


@lru_cache(maxsize=16)
def regions(answer: Answer) -> pd.DataFrame:
    """Energy, its cost and carbon by year and place, split by each place's share of the fleet.

    `usd_per_mwh` is the place's price of the data's year, moved as the mean is: the places' costs add up to the
    model's. Columns: year, region, fleet_share, usd_per_mwh, kg_co2_per_mwh, mwh, usd, co2_t, baseline_mwh,
    baseline_usd, baseline_co2_t.
    """
    world, inputs = answer.sim.world, answer.sim.world.inputs
    places = inputs.tables["regions"]
    share, kg = places["fleet_share"].to_numpy(), places["kg_co2_per_mwh"].to_numpy()
    price_now = _price_of_data_year(inputs)
    move = world.energy_usd_per_mwh[::QUARTERS_PER_YEAR, 0] / inputs.power_usd_per_mwh  # (year,)
    usd_per_mwh = move[:, None] * price_now  # (year, place)
    years = np.arange(move.size)
    columns: dict[str, NDArray[np.generic]] = {
        "year": np.repeat(FIRST_YEAR + years, share.size),
        "region": np.tile(places["name"].to_numpy(), years.size),
        "fleet_share": np.tile(share, years.size),
        "usd_per_mwh": usd_per_mwh.ravel(),
        "kg_co2_per_mwh": np.tile(kg, years.size),
    }
    for variant, course in answer.courses.items():
        mwh = by_year(answer.sim.flows.mwh[:, course, 0])[:, None] * share
        before = "" if variant == "plan" else "baseline_"
        columns[f"{before}mwh"] = mwh.ravel()
        columns[f"{before}usd"] = (mwh * usd_per_mwh).ravel()
        columns[f"{before}co2_t"] = (mwh * kg / KG_PER_TONNE).ravel()
    return pd.DataFrame(columns)


@lru_cache(maxsize=4)
def _price_of_data_year(inputs: Inputs) -> Floats:
    """Return what a MWh cost in each place in the data's year, in the order of the places; USD."""
    prices = inputs.tables["power_prices"]
    known = prices[prices["year"] == DATA_YEAR].set_index("region_id")["usd_per_mwh"]
    found: Floats = known.loc[list(inputs.tables["regions"]["region_id"])].to_numpy(dtype=np.float64)
    return found


@lru_cache(maxsize=32)
def ladder(answer: Answer, year: int, by: str) -> pd.DataFrame:
    """`regions` of a year as a ladder: the highest `by` (usd_per_mwh or kg_co2_per_mwh) on top, each as thick as its
    share of the fleet.

    Adds columns from_share, to_share, middle_share and mean (of `by`, weighted by share).
    """
    frame = regions(answer)
    frame = frame[frame["year"] == year].sort_values(by, ascending=False, kind="stable").reset_index(drop=True)
    until = frame["fleet_share"].cumsum()
    return frame.assign(
        from_share=until - frame["fleet_share"],
        to_share=until,
        middle_share=until - frame["fleet_share"] / 2.0,
        mean=float((frame[by] * frame["fleet_share"]).sum()),
    )


def regions_table(answer: Answer) -> pd.DataFrame:
    """`regions` as it is read: a row a year and place."""
    frame = regions(answer)
    return pd.DataFrame(
        {
            "Year": frame["year"],
            "Place": frame["region"],
            f"Share of the fleet ({fmt.PERCENT.name})": frame["fleet_share"] / fmt.PERCENT.scale,
            "Price ($ a MWh)": frame["usd_per_mwh"],
            "Carbon (kg CO2 a MWh)": frame["kg_co2_per_mwh"],
            f"Energy ({TWH.name})": frame["mwh"] / TWH.scale,
            f"Cost ({fmt.USD_M.name})": frame["usd"] / fmt.USD_M.scale,
            f"Carbon ({CO2_MT.name} CO2)": frame["co2_t"] / CO2_MT.scale,
            f"Baseline: cost ({fmt.USD_M.name})": frame["baseline_usd"] / fmt.USD_M.scale,
            f"Baseline: carbon ({CO2_MT.name} CO2)": frame["baseline_co2_t"] / CO2_MT.scale,
        }
    )


FLEET: Final = "Whole fleet"
BASELINE: Final = "Whole fleet, baseline"


@lru_cache(maxsize=16)
def work_per_megawatt(answer: Answer) -> pd.DataFrame:
    """Work that a megawatt of IT load does, of the standing fleet; columns: quarter, time_years, line, h100e_per_mw.

    A line is a supplier, FLEET or BASELINE. A supplier has no rows where none of its chips work.
    """
    suppliers, shown = supplier_labels(answer.sim.world.inputs), answer.courses
    power = frames.power(answer)["mw"].to_numpy().reshape(len(shown), answer.sim.world.quarters, len(suppliers))
    work = {
        variant: frames.installed_by_supplier(answer, course).sum(axis=2) for variant, course in answer.variants.items()
    }
    lines = {name: (work["plan"][:, s], power[0, :, s]) for s, name in enumerate(suppliers)}
    lines[FLEET] = (work["plan"].sum(axis=1), power[0].sum(axis=1))
    lines[BASELINE] = (work["baseline"].sum(axis=1), power[1].sum(axis=1))
    least = ROUNDING * power[0].sum(axis=1)
    time_years = FIRST_YEAR + np.arange(answer.sim.world.quarters) / QUARTERS_PER_YEAR
    parts = []
    for name, (h100e, mw) in lines.items():
        works = mw > least
        parts.append(
            pd.DataFrame(
                {
                    "quarter": np.array(frames.quarters(answer))[works],
                    "time_years": time_years[works],
                    "line": name,
                    "h100e_per_mw": h100e[works] / mw[works],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def work_lines(inputs: Inputs) -> tuple[str, ...]:
    """Return the lines of `work_per_megawatt` in the order of its key."""
    return (*supplier_labels(inputs), FLEET, BASELINE)


def work_per_megawatt_table(answer: Answer) -> pd.DataFrame:
    """`work_per_megawatt` as it is read: a row a quarter, H100e a MW."""
    frame = work_per_megawatt(answer)
    table = pd.DataFrame({"Quarter": frames.quarters(answer)})
    for name in work_lines(answer.sim.world.inputs):
        own = frame[frame["line"] == name].set_index("quarter")["h100e_per_mw"]
        table[f"{name} (H100e a MW)"] = table["Quarter"].map(own)
    return table


# --- What it says


def title(answer: Answer) -> str:
    """Return the page's title: when power first binds, what would free it, and what a megawatt is worth."""
    value = _worth_words(float(capacity(answer).more_usd[PLAN]))
    worst, left = _tightest(answer, PLAN)
    if not binds(answer).any():
        return (
            f"Power does not bind by {answer.last_year}: {fmt.power(left)} are left at the tightest, in "
            f"{quarter_label(worst)}; a megawatt more {value}"
        )
    return (
        f"Power first binds in {_first_bound(answer, PLAN)}; it would take {fmt.power(-left)} more, in "
        f"{quarter_label(worst)}, to bind nowhere, and a megawatt more {value}"
    )


def _tightest(answer: Answer, course: int) -> tuple[int, float]:
    """Return the quarter in which capacity is tightest, and the MW that are left in it; below 0, that are missing.

    Tightest is the quarter that misses most MW or, if none misses any, the one with the smallest share left.
    """
    limit, missing = answer.sim.world.capacity_mw[:, 0], short_mw(answer, course)
    left = limit - capacity(answer).needed_mw[:, course]
    quarter = int(missing.argmax()) if missing.any() else int((left / limit).argmin())
    return quarter, float(left[quarter])


def _worth_words(usd: float, would: bool = False) -> str:
    """Say what a megawatt is worth: `is worth $14 M after tax`, `would cost $1 M after tax`, `is worth nothing`."""
    verb = ("would be worth", "would cost") if would else ("is worth", "costs")
    if abs(usd) < MATERIAL_USD:
        return f"{verb[0]} nothing"
    return f"{verb[usd < 0.0]} {fmt.usd(abs(usd))} after tax"


def strip(answer: Answer) -> list[Metric]:
    """Return the page's headline figures."""
    answer, base = answer, answer.baseline_course
    return [_first_binding(answer), _margin(answer), _value(answer), _undone(answer), _electricity(answer, base)]


def _first_bound(answer: Answer, course: int) -> str:
    when = binds(answer, course)
    return quarter_label(int(when.argmax())) if when.any() else "never"


def _first_binding(answer: Answer) -> Metric:
    when, first = binds(answer), _first_bound(answer, PLAN)
    return Metric(
        "Power first binds",
        first.capitalize() if first == "never" else first,
        f"in {when.sum()} of {fmt.counted(when.size, 'quarter')}" if when.any() else "in no quarter",
        f"{answer.baseline_words}: {_first_bound(answer, answer.baseline_course)}",
        not when.any(),
        "First quarter in which less can be bought than the work needs, or run than is installed, for want of power.",
    )


def _margin(answer: Answer) -> Metric:
    (worst, left), (_, other) = _tightest(answer, PLAN), _tightest(answer, answer.baseline_course)
    share = abs(left) / float(answer.sim.world.capacity_mw[worst, 0])
    return Metric(
        "Capacity short at worst" if left < 0.0 else "Capacity left at least",
        fmt.power(abs(left)),
        f"{fmt.percent(share)} of it, in {quarter_label(worst)}",
        f"{answer.baseline_words}: {fmt.power(abs(other))} {'short' if other < 0.0 else 'left'}",
        left >= 0.0,
        "What capacity would have to be so that power binds in no quarter, against what there is in that quarter.",
    )


def _value(answer: Answer) -> Metric:
    found = capacity(answer)
    more, less, other = (
        float(v) for v in (found.more_usd[PLAN], found.less_usd[PLAN], found.more_usd[answer.baseline_course])
    )
    return Metric(
        "Value of a megawatt",
        fmt.usd(more, signed=more < 0.0),
        f"one less {'costs' if less >= 0.0 else 'saves'} {fmt.usd(abs(less))}",
        f"{answer.baseline_words}: {fmt.usd(other)}",
        None,
        f"Fall of the present value of all cost, after tax, with {PROBE_MW:g} MW more in every quarter, a megawatt. "
        "The chips, building and electricity that the megawatt brings with it are taken off.",
    )


def _undone(answer: Answer) -> Metric:
    frame = needs(answer)
    worst = frame.iloc[int(frame["unserved_share"].argmax())]
    cost = float(frame["shortage_usd"].sum())
    undone = float(worst["unserved_share"])
    other = float(answer.sim.flows.shortage_usd[:, answer.baseline_course, 0].sum())
    return Metric(
        "Work left undone",
        fmt.percent(undone) if undone > 0.0 else "Nothing",
        f"in {int(worst['year'])}; renting costs {fmt.usd(cost)} in all" if undone > 0.0 else "nothing is rented",
        f"{answer.baseline_words}: {fmt.usd(other)} rented" if other > 0.0 else f"{answer.baseline_words}: nothing",
        undone == 0.0,
        "Share of a year's work, in H100 equivalents, that the powered fleet cannot do, in the worst year; it is "
        "rented at the price that a lever sets.",
    )


def _electricity(answer: Answer, base: int) -> Metric:
    last = by_year(answer.sim.flows.energy_usd[..., 0])[-1]
    change = float(last[PLAN] - last[base])
    same = abs(change) < MATERIAL_USD
    share = f", {relative(change, float(last[base]))}" if last[base] > 0.0 else ""
    return Metric(
        f"Electricity {answer.last_year}",
        fmt.usd(float(last[PLAN]), 3),
        "no change" if same else f"{fmt.usd(change, signed=True)}{share}",
        f"against {answer.baseline_words}",
        None if same else change < 0.0,
        "What electricity costs in the last year that is modelled, at the places' mean price.",
    )


def load_title(answer: Answer) -> str:
    """Return the finding of the load chart: when power binds, and the peak against the baseline's."""
    mw = answer.sim.fleet.mw_it[..., 0].max(axis=0)
    change = signed_power(float(mw[PLAN] - mw[answer.baseline_course]))
    rest = "as in the baseline" if change == "no change" else f"{change} against the baseline"
    return f"{power_title(answer)}; load peaks at {fmt.power(float(mw[PLAN]))}, {rest}"


def needs_title(answer: Answer) -> str:
    """Return the finding of the table by year: what capacity would have to be, and whether work is left undone."""
    worst, left = _tightest(answer, PLAN)
    if left >= 0.0:
        share = fmt.percent(left / float(answer.sim.world.capacity_mw[worst, 0]))
        return f"Capacity is enough in every year; {share} of it is left at the tightest, in {quarter_label(worst)}"
    need = fmt.power(float(capacity(answer).needed_mw[worst, PLAN]))
    years = int((needs(answer)["unserved_share"] > 0.0).sum())
    undone = f"work is left undone in {fmt.counted(years, 'year')}" if years else "no work is left undone"
    limit = fmt.power(float(answer.sim.world.capacity_mw[worst, 0]))
    return f"To bind nowhere, capacity would have to be {need} in {quarter_label(worst)}, not {limit}; {undone}"


def worth_title(answer: Answer) -> str:
    """Return the finding of the chart of values: what a megawatt is worth here and with a gigawatt less."""
    found = capacity(answer)
    now = f"A megawatt more {_worth_words(float(found.more_usd[PLAN]))}"
    if found.step_mw[0] > -A_GIGAWATT_MW:
        return now
    then = float(np.interp(-A_GIGAWATT_MW, found.step_mw, found.step_usd[:, PLAN]))
    return f"{now}; with 1 GW less it {_worth_words(then, would=True)}"


def load_caption(answer: Answer) -> str:
    """Return what the load chart shows."""
    text = f"IT load of all accelerators that work. Dashed: what can be powered; line: {answer.baseline_words}."
    if not binds(answer).any():
        return text
    return f"{text} Shaded: power binds; dotted: what it would have taken to bind in no quarter."


def worth_caption(answer: Answer) -> str:
    """Return how the value of a megawatt is worked out."""
    text = (
        "Fall of the present value of all cost, after tax, a megawatt that is there in every quarter; the chips, "
        "building and energy that come with it are taken off. The model is run again at each capacity. Line: "
        f"{answer.baseline_words}."
    )
    if (capacity(answer).step_usd[:, PLAN] > -MATERIAL_USD).all():
        return text
    return f"{text} Below zero, a megawatt costs more than it saves."


def energy_title(answer: Answer, year: int) -> str:
    """Return the finding of the chart of prices: what electricity costs in a year and which place pays most."""
    frame = ladder(answer, year, "usd_per_mwh")
    top, bottom = frame.iloc[0], frame.iloc[-1]
    low, high = (fmt.USD.words(float(place["usd_per_mwh"])) for place in (bottom, top))
    cost = fmt.usd(float(frame["usd"].sum()))
    return f"Electricity costs {cost} in {year}: {low} a MWh in {bottom['region']}, {high} in {top['region']}"


def carbon_title(answer: Answer, year: int) -> str:
    """Return the finding of the chart of carbon: what a year's energy emits, and where most of it arises."""
    frame = ladder(answer, year, "kg_co2_per_mwh")
    whole, other = float(frame["co2_t"].sum()), float(frame["baseline_co2_t"].sum())
    if not frame["co2_t"].any():
        return f"No carbon in {year}: nothing is powered"
    most = frame.iloc[int(frame["co2_t"].argmax())]
    share = fmt.percent(float(most["co2_t"]) / whole)
    against = _against(CO2_MT.words(whole - other, signed=True), whole - other, other)
    return f"{CO2_MT.words(whole)} of CO2 in {year}, {against}; {share} of it in {most['region']}"


def _against(words: str, change: float, whole: float) -> str:
    """Say a change against the baseline, or that there is none but rounding."""
    return "as in the baseline" if abs(change) <= LEAST_CHANGE * abs(whole) else f"{words} against the baseline"


def work_title(answer: Answer) -> str:
    """Return the finding of the chart of work: what a megawatt does in the last quarter, against the first."""
    frame = work_per_megawatt(answer)
    own = frame[frame["line"] == FLEET]["h100e_per_mw"].to_numpy()
    baseline = frame[frame["line"] == BASELINE]["h100e_per_mw"].to_numpy()
    change = float(own[-1] - baseline[-1])
    against = _against(relative(change, float(baseline[-1])), change, float(baseline[-1]))
    more = fmt.times(float(own[-1] / own[0]))
    return (
        f"At the end of {answer.last_year} a megawatt does {more} the work that it did in {quarter_label(0)}, {against}"
    )


def energy_caption(answer: Answer, year: int) -> str:
    """Return what the chart of prices shows, with the mean that the model pays and the baseline's cost."""
    frame = ladder(answer, year, "usd_per_mwh")
    return (
        "Each place is as thick as its share of the fleet: its area is its cost. The mean is "
        f"{fmt.USD.words(float(frame['mean'].iloc[0]), 3)} a MWh. {_capital(answer.baseline_words)}: "
        f"{fmt.usd(float(frame['baseline_usd'].sum()))}."
    )


def carbon_caption(answer: Answer, year: int) -> str:
    """Return what the chart of carbon shows, with the mean."""
    mean = float(ladder(answer, year, "kg_co2_per_mwh")["mean"].iloc[0])
    return (
        f"What each place's grid emits, as thick as its share of the fleet: its area is its carbon. The mean is "
        f"{mean:,.0f} kg a MWh. Contracts for clean power are not counted."
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
