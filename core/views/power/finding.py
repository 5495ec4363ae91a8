"""What the figures of Power say, in sentences, and its headline figures."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import Unit, in_sentence
from core.model.evaluate import by_year
from core.model.model import PLAN
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import change_words, power_title, relative, signed_power
from core.story.tables import in_words
from core.views.power import frames

STEPS_LESS: Final = 4
"""What a megawatt would be worth is said of capacity that is so many steps less."""
LETTERS: Final = 32
"""Letters that the name of a place takes at most within a sentence."""
CO2_KT: Final = Unit(1e3, "", f"{fmt.NBSP}kt")
LEAST_CHANGE: Final = 1e-4
"""A smaller share of a figure is no change worth a word."""


def title(answer: Answer) -> str:
    """Return the page's title: when power first binds, what would free it, and what a megawatt is worth."""
    value = _worth_words(frames.capacity(answer).more_usd)
    worst, left = _tightest(answer)
    if not frames.binds(answer).any():
        return (
            f"Power does not bind by {answer.last_year}: {fmt.power(left)} are left at the tightest, in "
            f"{answer.calendar.label(worst)}; a megawatt more {value}"
        )
    return (
        f"Power first binds in {_first_bound(answer)}; it would take {fmt.power(-left)} more, in "
        f"{answer.calendar.label(worst)}, to bind nowhere, and a megawatt more {value}"
    )


def _tightest(answer: Answer, course: int = PLAN) -> tuple[int, float]:
    """Return the quarter in which capacity is tightest, and the MW that are left in it; below 0, that are missing.

    Tightest is the quarter that misses most MW or, if none misses any, the one with the smallest share left.
    """
    limit, found = answer.world.capacity_mw, frames.capacity(answer, course)
    left = limit - found.needed_mw
    quarter = int(found.short_mw.argmax()) if found.short_mw.any() else int((left / limit).argmin())
    return quarter, float(left[quarter])


def _worth_words(usd: float, would: bool = False) -> str:
    """Say what a megawatt is worth: `is worth $14 M after tax`, `would cost $1 M after tax`, `is worth nothing`."""
    verb = ("would be worth", "would cost") if would else ("is worth", "costs")
    if abs(usd) < MATERIAL_USD:
        return f"{verb[0]} nothing"
    return f"{verb[usd < 0.0]} {fmt.usd(abs(usd))} after tax"


def metrics(answer: Answer) -> list[Metric]:
    """Return the page's headline figures."""
    return [_first_binding(answer), _margin(answer), _value(answer), _undone(answer), _electricity(answer)]


def _first_bound(answer: Answer, course: int = PLAN) -> str:
    when = frames.binds(answer, course)
    return answer.calendar.label(int(when.argmax())) if when.any() else "never"


def _first_binding(answer: Answer) -> Metric:
    when, first = frames.binds(answer), _first_bound(answer)
    return Metric(
        "Power first binds",
        first.capitalize() if first == "never" else first,
        f"in {when.sum()} of {fmt.counted(when.size, 'quarter')}" if when.any() else "in no quarter",
        f"{answer.baseline_words}: {_first_bound(answer, answer.baseline_course)}",
        not when.any(),
        "First quarter in which less can be bought than the work needs, or run than is installed, for want of power.",
    )


def _margin(answer: Answer) -> Metric:
    (worst, left), (_, other) = _tightest(answer), _tightest(answer, answer.baseline_course)
    share = abs(left) / float(answer.world.capacity_mw[worst])
    return Metric(
        "Capacity short at worst" if left < 0.0 else "Capacity left at least",
        fmt.power(abs(left)),
        f"{fmt.share_of(share)} it, in {answer.calendar.label(worst)}",
        f"{answer.baseline_words}: {fmt.power(abs(other))} {'short' if other < 0.0 else 'left'}",
        left >= 0.0,
        "What capacity would have to be so that power binds in no quarter, against what there is in that quarter.",
    )


def _value(answer: Answer) -> Metric:
    plan, baseline = frames.capacity(answer), frames.capacity(answer, answer.baseline_course)
    more, less, probe = plan.more_usd, plan.less_usd, fmt.power(frames.probe_mw(answer.inputs), 1)
    return Metric(
        "Value of a megawatt",
        fmt.usd(more, signed=more < 0.0),
        f"one less {'costs' if less >= 0.0 else 'saves'} {fmt.usd(abs(less))}",
        f"{answer.baseline_words}: {fmt.usd(baseline.more_usd)}",
        None,
        f"Fall of the present value of all cost, after tax, with {probe} more in every quarter, a megawatt. "
        "The chips, building and electricity that the megawatt brings with it are taken off.",
    )


def _undone(answer: Answer) -> Metric:
    frame = frames.needs(answer)
    worst = frame.iloc[int(frame["unserved_share"].argmax())]
    cost = float(frame["shortage_usd"].sum())
    undone = float(worst["unserved_share"])
    other = float(answer.baseline.shortage_usd.sum())
    return Metric(
        "Work left undone",
        fmt.percent(undone) if undone > 0.0 else "Nothing",
        f"in {int(worst['year'])}; renting costs {fmt.usd(cost)} in all" if undone > 0.0 else "nothing is rented",
        f"{answer.baseline_words}: {fmt.usd(other)} rented" if other > 0.0 else f"{answer.baseline_words}: nothing",
        undone == 0.0,
        "Share of a year's work, in H100 equivalents, that the powered fleet cannot do, in the worst year; it is "
        "rented at the price that a lever sets.",
    )


def _electricity(answer: Answer) -> Metric:
    cost, other = (float(by_year(course.energy_usd)[-1]) for course in answer.variants.values())
    change = cost - other
    same = abs(change) < MATERIAL_USD
    return Metric(
        f"Electricity {answer.last_year}",
        fmt.usd(cost, 3),
        change_words(change, other),
        f"against {answer.baseline_words}",
        None if same else change < 0.0,
        "What electricity costs in the last year that is modelled, at the places' mean price.",
    )


def load_title(answer: Answer) -> str:
    """Return the finding of the load chart: when power binds, and the peak against the baseline's."""
    peak, other = (float(course.mw_it.max()) for course in answer.variants.values())
    change = signed_power(peak - other)
    rest = "as in the baseline" if change == "no change" else f"{change} against the baseline"
    return f"{power_title(answer)}; load peaks at {fmt.power(peak)}, {rest}"


def load_caption(answer: Answer) -> str:
    """Return what the load chart shows."""
    text = f"IT load of all accelerators that work. Dashed: what can be powered; line: {answer.baseline_words}."
    if not frames.binds(answer).any():
        return text
    return f"{text} Shaded: power binds; dotted: what it would have taken to bind in no quarter."


def worth_title(answer: Answer) -> str:
    """Return the finding of the chart of values: what a megawatt is worth here and with a gigawatt less."""
    found = frames.capacity(answer)
    now = f"A megawatt more {_worth_words(found.more_usd)}"
    less = STEPS_LESS * frames.step_mw(answer.inputs)
    if found.step_mw[0] > -less:
        return now
    then = float(np.interp(-less, found.step_mw, found.step_usd))
    if max(abs(found.more_usd), abs(then)) < MATERIAL_USD:
        return f"{now}, even with {fmt.power(less, 1)} less"
    return f"{now}; with {fmt.power(less, 1)} less it {_worth_words(then, would=True)}"


def unit_of_steps(answer: Answer) -> Unit:
    """Return the unit of power in which capacity is moved: GW where there are a few of them."""
    furthest = frames.STEPS * frames.step_mw(answer.inputs)
    return fmt.GW if furthest >= 2.0 * fmt.GW.scale else fmt.MW


def worth_caption(answer: Answer) -> str:
    """Return how the value of a megawatt is worked out."""
    text = (
        "Fall of the present value of all cost, after tax, a megawatt that is there in every quarter; the chips, "
        "building and energy that come with it are taken off. The model is run again at each capacity. Line: "
        f"{answer.baseline_words}."
    )
    if (frames.capacity(answer).step_usd > -MATERIAL_USD).all():
        return text
    return f"{text} Below zero, a megawatt costs more than it saves."


def needs_title(answer: Answer) -> str:
    """Return the finding of the table by year: what capacity would have to be, and whether work is left undone."""
    worst, left = _tightest(answer)
    if left >= 0.0:
        share, when = fmt.percent(left / float(answer.world.capacity_mw[worst])), answer.calendar.label(worst)
        return f"Capacity is enough in every year; {share} of it is left at the tightest, in {when}"
    need = fmt.power(float(frames.capacity(answer).needed_mw[worst]))
    years = int((frames.needs(answer)["unserved_share"] > 0.0).sum())
    undone = f"work is left undone in {fmt.counted(years, 'year')}" if years else "no work is left undone"
    limit = fmt.power(float(answer.world.capacity_mw[worst]))
    return f"To bind nowhere, capacity would have to be {need} in {answer.calendar.label(worst)}, not {limit}; {undone}"


def undone_most(answer: Answer) -> str:
    """Say which work is left undone most, and when, after a blank; no words if there is none or only one workload."""
    frame = frames.undone(answer)
    worst = frame.iloc[int(frame["share"].argmax())]
    if worst["share"] == 0.0 or len(answer.inputs.workloads) == 1:
        return ""
    name, share = in_sentence(str(worst["workload"])), fmt.percent(float(worst["share"]))
    return f" Most is left undone of {name}: {share} in {worst['year']}."


def needs_words(answer: Answer) -> pd.DataFrame:
    """frames.needs in words, a row a year."""
    return in_words(
        {
            "Year": str(row["year"]),
            "Capacity at its end": fmt.power(row["capacity_mw"]),
            "Needed to bind nowhere": fmt.power(row["needed_mw"]),
            "Short at worst": fmt.power(row["short_mw"]) if row["short_mw"] > 0.0 else fmt.MISSING,
            "Work left undone": fmt.percent(row["unserved_share"]) if row["unserved_share"] > 0.0 else fmt.MISSING,
            "Renting it costs": fmt.usd(row["shortage_usd"]) if row["shortage_usd"] > 0.0 else fmt.MISSING,
            f"Needed, {answer.baseline_words}": fmt.power(row["baseline_needed_mw"]),
        }
        for row in frames.needs(answer).to_dict("records")
    )


def energy_title(answer: Answer, year: int) -> str:
    """Return the finding of the chart of prices: what electricity costs in a year and which place pays most."""
    frame = frames.ladder(answer, year, "usd_per_mwh")
    top, bottom = frame.iloc[0], frame.iloc[-1]
    low, high = (fmt.USD.words(float(place["usd_per_mwh"])) for place in (bottom, top))
    cost = f"Electricity costs {fmt.usd(float(frame['usd'].sum()))} in {year}"
    if low == high:
        return f"{cost}, {low} a MWh"
    return f"{cost}: {low} a MWh in {_place(bottom)}, {high} in {_place(top)}"


def _place(row: pd.Series) -> str:
    return fmt.shortened(str(row["region"]), LETTERS)


def energy_caption(answer: Answer, year: int) -> str:
    """Return what the chart of prices shows, with the mean that the model pays and the baseline's cost."""
    frame = frames.ladder(answer, year, "usd_per_mwh")
    return (
        "Each place is as thick as its share of the fleet: its area is its cost. The mean is "
        f"{fmt.USD.words(float(frame['mean'].iloc[0]), 3)} a MWh. {fmt.sentence(answer.baseline_words)}: "
        f"{fmt.usd(float(frame['baseline_usd'].sum()))}."
    )


def carbon_title(answer: Answer, year: int) -> str:
    """Return the finding of the chart of carbon: what a year's energy emits, and where most of it arises."""
    frame = frames.ladder(answer, year, "kg_co2_per_mwh")
    whole, other = float(frame["co2_t"].sum()), float(frame["baseline_co2_t"].sum())
    if not frame["co2_t"].any():
        return f"No carbon in {year}: nothing is powered"
    most = frame.iloc[int(frame["co2_t"].argmax())]
    against = _against(_carbon(whole - other, signed=True), whole - other, other)
    text = f"{_carbon(whole)} of CO2 in {year}, {against}"
    share = fmt.percent(float(most["co2_t"]) / whole)
    return text if len(frame) == 1 else f"{text}; {share} of it in {_place(most)}"


def _carbon(tonnes: float, signed: bool = False) -> str:
    """Return carbon in Mt, below a tenth of one in kt."""
    return (fmt.CO2_MT if abs(tonnes) >= 0.1 * fmt.CO2_MT.scale else CO2_KT).words(tonnes, signed=signed)


def carbon_caption(answer: Answer, year: int) -> str:
    """Return what the chart of carbon shows, with the mean."""
    mean = float(frames.ladder(answer, year, "kg_co2_per_mwh")["mean"].iloc[0])
    return (
        f"What each place's grid emits, as thick as its share of the fleet: its area is its carbon. The mean is "
        f"{mean:,.0f} kg a MWh. Contracts for clean power are not counted."
    )


def _against(words: str, change: float, whole: float) -> str:
    """Say a change against the baseline, or that there is none but rounding."""
    return "as in the baseline" if abs(change) <= LEAST_CHANGE * abs(whole) else f"{words} against the baseline"


def work_title(answer: Answer) -> str:
    """Return the finding of the chart of work: what a megawatt does in the last quarter, against the first."""
    frame = frames.work_per_megawatt(answer)
    own = frame[frame["line"] == frames.FLEET]["h100e_per_mw"].to_numpy()
    baseline = frame[frame["line"] == frames.BASELINE]["h100e_per_mw"].to_numpy()
    change = float(own[-1] - baseline[-1])
    against = _against(relative(change, float(baseline[-1])), change, float(baseline[-1]))
    more = fmt.times(float(own[-1] / own[0]))
    return (
        f"At the end of {answer.last_year} a megawatt does {more} the work that it did in {answer.calendar.label(0)}, "
        f"{against}"
    )
