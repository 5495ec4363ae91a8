"""What the figures say, in sentences: titles, headline figures, evidence line and what binds.

Every sentence is computed from a simulation of one scenario; the pages only print them.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import QUARTERS_PER_YEAR, Calendar
from core.inputs.data import CUSTOM
from core.model.model import EXIT, HOLD, PLAN, Course
from core.model.report import accretive_word, payback_word
from core.story import frames
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.labels import workload_labels

Bools = NDArray[np.bool_]

MATERIAL_SHARE: Final = 1e-4
"""A workload that moves value by less than this share of the cost goes unmentioned in the title."""


def headline(answer: Answer) -> str:
    """Return the page's title: what the scenario is worth, and which workloads make or lose it."""
    what, npv = what_changes(answer), answer.metric("npv_usd")
    if what is None:
        return f"This scenario is its own baseline, {answer.baseline_words}: nothing is gained or lost"
    if payback_word(answer.result, answer.calendar) == "no difference":
        return f"{what} makes no difference by {answer.last_year}"
    verdict = f"{'is worth' if npv >= 0 else 'costs'} {fmt.usd(abs(npv))} after tax by {answer.last_year}"
    by_workload = answer.sweep.contribution_usd if answer.baseline_course == HOLD else answer.sweep.value_now_usd
    material = MATERIAL_SHARE * abs(answer.metric("pv_cost_usd"))
    earns, loses = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    parts = []
    if by_workload[earns] > material:
        parts.append(f"{_move(answer, earns)} earns {fmt.usd(by_workload[earns])}")
    if by_workload[loses] < -material:
        lost = fmt.usd(-by_workload[loses])
        # Only what was earned can be given back.
        parts.append(f"{_move(answer, loses)} {f'gives {lost} back' if parts and npv >= 0 else f'loses {lost}'}")
    return f"{what} {verdict}{'; ' if parts else ''}{', '.join(parts)}"


def what_changes(answer: Answer) -> str | None:
    """Return the subject of the title, or None if the scenario is its baseline."""
    plan, today = answer.adoption, answer.inputs.custom_share_today
    if answer.baseline_course == EXIT:
        start = int(answer.lever("adoption_start"))
        if not plan.any():
            return f"Exiting {answer.custom} only from {answer.calendar.label(start)}" if start else None
        return f"Using {answer.custom} rather than exiting"
    if (plan == today).all():
        return None
    if not plan.any():
        return f"Exiting {answer.custom}"
    if (plan >= today).all():
        return f"Extending {answer.custom} beyond today's mix"
    if (plan <= today).all():
        return f"Pulling {answer.custom} back from today's mix"
    return f"Shifting {answer.custom} away from today's mix"


def exits_at_once(answer: Answer) -> bool:
    """Return whether the scenario itself is the exit: no custom chips from the first quarter on, but for the ramp."""
    used_today = answer.inputs.custom_share_today > 0.0
    return not answer.adoption.any() and not answer.sim.courses.start[used_today, PLAN].any()


def _move(answer: Answer, workload: int) -> str:
    """Return what the scenario does in a workload: its name, or that custom chips do less there than they do today."""
    inputs = answer.inputs
    name = workload_labels(inputs)[workload].lower()
    less = answer.baseline_course == HOLD and answer.adoption[workload] < inputs.custom_share_today[workload]
    return f"less in {name}" if less else name


def subtitle(answer: Answer, scenario_name: str, data_date: str) -> str:
    """Return what the title rests on: scenario, baseline, horizon, discount rate, tax, data date, plan case."""
    return " · ".join(
        [
            scenario_name,
            f"against {answer.baseline_words}",
            f"{answer.calendar.first_year}–{answer.last_year}",
            f"nominal US dollars, discounted at {fmt.setting(answer.lever('discount_rate'))}",
            f"tax {fmt.setting(answer.lever('tax_rate'))}",
            f"data of {data_date}",
            "plan case: one setting of every assumption",
        ]
    )


def accretion(answer: Answer) -> Metric:
    """Return the first accretive year as a headline figure, with what it does to earnings per share."""
    year = accretive_word(answer.result)
    eps = answer.result.eps_effect_usd[:, 0]
    last = f"{fmt.usd_each(eps[-1], signed=True)} a share in {answer.last_year}"
    good: bool | None
    if isinstance(year, int):
        when, good = str(year), True
        change = f"{fmt.usd_each(eps[year - answer.calendar.first_year], signed=True)} a share"
        beside = f"against {answer.baseline_words}" if year == answer.last_year else last
    else:
        when, good = year.capitalize(), None if year == "no difference" else False
        change, beside = last, f"against {answer.baseline_words}"
    return Metric(
        "First accretive year",
        when,
        change,
        beside,
        good,
        f"First year from which every year's expense is below that of {answer.baseline_words}, and what that does to "
        "earnings per share after book tax.",
    )


def relative(change: float, whole: float) -> str:
    """Return a change as a share of the size of what it changes."""
    return fmt.percent(change / abs(whole), signed=True)


def change_words(change: float, whole: float) -> str:
    """Return a change in dollars and as a share of what it changes; less than a dollar is none."""
    if abs(change) < MATERIAL_USD:
        return "no change"
    share = f", {relative(change, whole)}" if abs(whole) >= MATERIAL_USD else ""
    return f"{fmt.usd(change, signed=True)}{share}"


def is_good(change: float, tolerance: float = MATERIAL_USD) -> bool | None:
    """Return whether a change is good news; None if it is too small to be news."""
    return None if abs(change) < tolerance else change > 0


def signed_power(mw: float) -> str:
    """Return a change of power in words; less than a megawatt is none."""
    return ("+" if mw >= 1 else "") + fmt.power(mw, 2) if abs(mw) >= 1 else "no change"


def custom_share_of_work(answer: Answer, course: Course) -> float:
    """Return the custom share of all installed work in the last quarter."""
    work = frames.installed_by_supplier(answer, course)[-1].sum(axis=1)
    return float(work[CUSTOM] / work.sum())


def evidence_line(answer: Answer) -> str:
    """Return how much of the answer rests on chips not announced and on prices we assumed, in dollars."""
    chips, spending = answer.inputs.chips, frames.chip_spending_usd(answer, answer.plan)  # (year, chip)
    later = spending[1:]
    parts = []
    if later.any():
        share = fmt.percent(later[:, chips.extrapolated].sum() / later.sum())
        parts.append(
            f"{share} of chip spending from {answer.calendar.first_year + 1} is on chips not yet announced in full"
        )
    if spending.any():
        share = fmt.percent(spending[:, chips.assumed_price].sum() / spending.sum())
        parts.append(f"{share} of all chip spending is at prices we assumed")
    return f"{'; '.join(parts) or 'No chips are bought'}. The case uses public sources only."


def period_words(binds: Bools, calendar: Calendar, quarters_per_period: int = 1) -> str:
    """Return when something binds: in some years, from a quarter on, `in every quarter`; binds: (period,)."""
    when = np.flatnonzero(binds)
    if quarters_per_period > 1:
        runs = [
            [calendar.first_year + int(i) for _, i in run] for _, run in groupby(enumerate(when), lambda p: p[1] - p[0])
        ]
        return "in " + fmt.listed([fmt.span([str(year) for year in run]) for run in runs])
    if when.size == binds.size:
        return "in every quarter"
    first, last = calendar.label(int(when[0])), calendar.label(int(when[-1]))
    if when.size == 1:
        return f"in {first}"
    if when.size == when[-1] - when[0] + 1:
        return f"from {first} on" if when[-1] == binds.size - 1 else f"from {first} to {last}"
    return f"in {when.size} quarters between {first} and {last}"


def power_title(answer: Answer) -> str:
    """Return the finding of the power chart: when power binds, or how close it comes."""
    power = next(item for item in answer.result.constraints if item.constraint == "power").binds[:, 0]
    if power.any():
        return f"Power binds {period_words(power, answer.calendar)}"
    used = (answer.plan.mw_it / answer.world.capacity_mw).max()
    return f"Power stays inside capacity; at its tightest {fmt.percent(float(used), 3)} is used"


def ramped(answer: Answer) -> int:
    """Return the quarter index in which adoption first reaches its full rate, or the last that is modelled."""
    return min(_full_rate(answer), answer.world.quarters - 1)


def ramped_words(answer: Answer) -> str:
    """Say what `ramped` is: when the full rate is reached, or the last quarter that is modelled."""
    if _full_rate(answer) < answer.world.quarters:
        return "when adoption reaches its full rate"
    return "the last quarter that is modelled, before adoption reaches its full rate"


def _full_rate(answer: Answer) -> int:
    return int(np.ceil(answer.lever("adoption_start") + QUARTERS_PER_YEAR * answer.lever("ramp_years")))


def chip_words(name: str | None, usd_per_hour: float) -> str:
    """Return a chip and its cost of work, to the digits that the ratio beside it takes."""
    return fmt.MISSING if pd.isna(name) else f"{name}, {fmt.USD.words(usd_per_hour, 3)}"
