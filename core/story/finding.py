"""What the figures say, in sentences: titles, headline figures, evidence line and what binds.

Every sentence is computed from a simulation of one scenario; the pages only print them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import QUARTERS_PER_YEAR, Calendar
from core.base.shapley import Split, in_steps
from core.inputs.data import CUSTOM
from core.model.chip_hour import available_from
from core.model.model import EXIT, HOLD, PLAN, Course
from core.model.report import accretive_word, payback_word
from core.story import frames
from core.story.answer import Answer
from core.story.delivery import delivery
from core.story.figure import Metric
from core.story.labels import workload_labels
from core.story.settings import in_words

Bools = NDArray[np.bool_]

MOST_DIGITS: Final = 3
"""Significant digits of the largest figure in a title; those beside it are rounded to its step, so that all add up."""
LONGEST_NAME: Final = 30
"""Letters of a workload's name in a title that names several."""
BASES: Final = {
    "use": ("by the work that chips still do", "by the work that they still do"),
    "sale": ("as chips sold at a share of unused cost", "if sold at a share of unused cost"),
}
"""How the residual value of chips is counted on each basis: in full, and beside the other."""
ROADMAP_QUARTERS: Final = 4
"""A horizon that lies further than this beyond the last bought chip prices work by chips that nobody will buy."""


def lead(answer: Answer, expected_usd: float | None = None, probability: float = math.nan) -> str:
    """Return the title of the first page: the expected value and the odds, or the plan case until they are known.

    It is short, for it stands on a phone in three lines; what makes the value stands below it, in `plan_case`.
    """
    what = what_changes(answer)
    if what is None or (payback_word(answer.result, answer.calendar) == "no difference" and expected_usd is None):
        return headline(answer)
    if expected_usd is None:
        npv = answer.metric("npv_usd")
        verb = "is worth" if npv >= 0 else "costs"
        return f"{what} {verb} {fmt.usd(abs(npv), MOST_DIGITS)} after tax by {answer.last_year} in the plan case"
    if math.isnan(probability):
        return f"{what} makes no difference in any future"
    usd = fmt.usd(expected_usd, signed=True)
    return f"{what}: {usd} expected after tax by {answer.last_year}, pays in {fmt.chance(probability)} of futures"


def plan_case(answer: Answer) -> str:
    """Return what stands below the title: the plan case with what makes it, and what of it cannot be delivered."""
    parts = _parts(answer) if what_changes(answer) is not None else []
    said = [f"Plan case {_whole(answer, signed=True)}: {parts[0]}. {cash_and_residual(answer)}"] if parts else []
    return " ".join([*said, *undelivered(answer)])


def cash_and_residual(answer: Answer) -> str:
    """Say what of the value is cash to the horizon and what is residual value at it; both add up to the value."""
    steps, step = rounded(np.array([answer.metric("npv_usd") - residual_usd(answer), residual_usd(answer)]))
    cash, residual = (fmt.usd_in_steps(float(part * step), step, signed=True) for part in steps)
    return f"Of it {cash} is cash to {answer.last_year}, {residual} what chips and buildings are still worth then."


def residual_usd(answer: Answer) -> float:
    """Return what of the value is residual value at the horizon, discounted and after tax."""
    return float(answer.plan.pv_terminal_usd - answer.baseline.pv_terminal_usd)


def undelivered(answer: Answer) -> list[str]:
    """Say what of the asked custom share does not come in the last year and why, in a sentence or none."""
    found = delivery(answer)
    if not found.falls_short:
        return []
    asked, comes = (fmt.percent(share) for share in (found.asked_share, found.delivered_share))
    why = [
        *(["supply is short, so workloads compete for it"] if found.is_rationed else []),
        *(["some would cost too much"] if found.is_dear else []),
        *(["for some there is no chip"] if found.lacks_chip else []),
    ]
    return [f"Of new work, {asked} is asked to be custom in {answer.last_year}, {comes} comes: {fmt.listed(why)}."]


def headline(answer: Answer) -> str:
    """Return what the plan case says: what the scenario is worth, and which workloads make or lose it."""
    what, npv = what_changes(answer), answer.metric("npv_usd")
    if what is None:
        return f"This scenario is its own baseline, {answer.baseline_words}: nothing is gained or lost"
    if payback_word(answer.result, answer.calendar) == "no difference":
        return f"{what} makes no difference by {answer.last_year}"
    verb = "is worth" if npv >= 0 else "costs"
    return "; ".join([f"{what} {verb} {_whole(answer)} after tax by {answer.last_year}", *_parts(answer)])


def _whole(answer: Answer, signed: bool = False) -> str:
    """Return the value in the scale of its parts, which stand beside it."""
    npv = answer.metric("npv_usd")
    return fmt.usd(npv if signed else abs(npv), MOST_DIGITS, signed, beside=answer.sweep.contribution_usd)


def rounded_parts(answer: Answer) -> tuple[NDArray[np.int64], float]:
    """Return each workload's part of value in whole steps that add up to the value, (workload,), and the step in USD.

    Wherever parts are said they are said so: a part rounded by itself would be another figure, and would not add up.
    """
    return rounded(answer.sweep.contribution_usd)


def rounded(usd: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
    """Return amounts, (part,), in whole steps of the largest that add up to their rounded sum, and the step in USD."""
    step = fmt.step_of([*usd, usd.sum()], MOST_DIGITS)
    exact = Split(np.zeros(1), np.array([usd.sum() / step]), usd[:, None] / step)
    return in_steps(exact, np.ones(1, dtype=np.int64))[1][:, 0], step


def part_words(answer: Answer) -> tuple[str, ...]:
    """Return each workload's part of value as it is read, with its sign; (workload,)."""
    steps, step = rounded_parts(answer)
    return tuple(fmt.usd_in_steps(float(part * step), step, signed=True) for part in steps)


def _parts(answer: Answer) -> list[str]:
    """Say which workloads make or lose the value: all there is to say, or nothing.

    The largest earner and the largest loser by name, or the two largest if all earn or all lose, and the rest together.
    """
    steps, step = rounded_parts(answer)
    order = [int(w) for w in np.argsort(-np.abs(steps), kind="stable") if steps[w]]
    if not order:
        return []
    first = next((w for w in order if steps[w] > 0), order[0])
    second = next((w for w in order if w != first and steps[w] < 0), next((w for w in order if w != first), first))
    rest = [w for w in order if w not in (first, second)]
    named = [first, *([second] if second != first else []), *(rest if len(rest) == 1 else [])]
    moves = [(_move(answer, w), float(steps[w] * step), True) for w in named]
    if len(rest) > 1 and steps[rest].sum():
        moves.append((f"the other {fmt.number_word(len(rest))}", float(steps[rest].sum() * step), False))
    told, before = [], ""
    for who, amount, is_one in moves:
        verb = "earn" if amount > 0 else "lose"
        does = "" if verb == before else f" {verb}{'s' if is_one else ''}"
        told.append(f"{who}{does} {fmt.usd_in_steps(abs(amount), step)}")
        before = verb
    return [", ".join(told)]


def what_changes(answer: Answer) -> str | None:
    """Return the subject of the title, or None if the scenario is its baseline."""
    plan, today = answer.adoption, answer.inputs.custom_share_today
    if answer.baseline_course == EXIT:
        if not plan.any():
            return _exits_later(answer)
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


def _exits_later(answer: Answer) -> str | None:
    """Return that the scenario exits later than its baseline does, None if it does not."""
    used = answer.inputs.custom_share_today > 0.0
    if exits_at_once(answer):
        return None
    first, last = (int(pick(answer.sim.courses.start[used, PLAN])) for pick in (np.min, np.max))
    if first == last:
        return f"Exiting {answer.custom} only from {answer.calendar.label(first)}"
    return f"Exiting {answer.custom} workload by workload, the last from {answer.calendar.label(last)}"


def _move(answer: Answer, workload: int) -> str:
    """Return what the scenario does in a workload: its name, or that custom chips do less there than they do today."""
    inputs = answer.inputs
    name = fmt.in_sentence(fmt.shortened(workload_labels(inputs)[workload], LONGEST_NAME))
    less = answer.baseline_course == HOLD and answer.adoption[workload] < inputs.custom_share_today[workload]
    return f"less in {name}" if less else name


def subtitle(answer: Answer, scenario_name: str, data_date: str) -> str:
    """Return what the title rests on: company, scenario, baseline, horizon, rates, basis, data date, plan case."""
    return " · ".join(
        [
            *([answer.inputs.company] if answer.inputs.company else []),
            scenario_name,
            f"against {answer.baseline_words}",
            f"{answer.calendar.first_year}–{answer.last_year}",
            f"nominal US dollars, discounted at {fmt.setting(answer.lever('discount_rate'))}",
            f"tax {fmt.setting(answer.lever('tax_rate'))}",
            f"residual value {basis_words(answer)}",
            f"data of {data_date}",
            "plan case: one setting of every assumption",
        ]
    )


# --- Residual value


def basis_words(answer: Answer) -> str:
    """Return how the residual value of chips is counted: `by the work that chips still do`."""
    return BASES[str(answer.scenario["terminal_basis"])][0]


def on_other_basis_usd(answer: Answer, metric: str = "npv_usd") -> float:
    """Return a metric in USD with the residual value counted on the basis that the scenario did not choose."""
    return answer.on_other_basis.metric(metric)


def on_other_basis_words(
    answer: Answer, metric: str = "npv_usd", signed: bool = True, beside: Iterable[float] = ()
) -> str:
    """Say what a metric is on the other basis: `+$8.3 B if sold at a share of unused cost`; see `format.usd`."""
    usd = fmt.usd(on_other_basis_usd(answer, metric), MOST_DIGITS, signed, beside)
    return f"{usd} {BASES[str(answer.on_other_basis.scenario['terminal_basis'])][1]}"


def residual_note(answer: Answer) -> str:
    """Say on which basis value stands, what it is on the other one, and what to mind of either."""
    lever = answer.scenario.levers["terminal_basis"]
    setting = fmt.in_sentence(in_words(lever, answer.scenario["terminal_basis"]))
    npv, told = answer.metric("npv_usd"), f"Residual value is counted {basis_words(answer)} ({setting})"
    if max(abs(npv), abs(other := on_other_basis_usd(answer))) >= MATERIAL_USD:
        own = fmt.usd(npv, MOST_DIGITS, signed=True, beside=[other])
        told += f": value is {own}, {on_other_basis_words(answer, beside=[npv])}"
    return " ".join([f"{told}.", *residual_warnings(answer)])


def residual_warnings(answer: Answer) -> list[str]:
    """Return what makes the work that chips still do at the horizon a doubtful measure, a sentence each.

    Scarcity is taken to end at the horizon, so work that is unserved in the last quarter counts for no more than
    other work; and what bought work costs stands still once the last chip of the road map is out.
    """
    calendar, world = answer.calendar, answer.world
    found = []
    if answer.plan.unserved_h100e[-1].any():
        share = fmt.percent(float(answer.plan.unserved_h100e[-1].sum() / world.required_h100e[-1].sum()))
        found.append(
            f"In {calendar.label(world.quarters - 1)}, {share} of work is unserved: residual value by work takes that "
            "scarcity to end at the horizon."
        )
    last = last_chip(answer)
    if world.quarters - last > ROADMAP_QUARTERS:
        found.append(
            f"The last chip of the road map comes in {calendar.label(last)}, more than a year before the horizon: "
            "from then on the price of work falls only as chips get cheaper, so residual value by work is uncertain."
        )
    return found


def last_chip(answer: Answer) -> int:
    """Return the quarter index in which the last chip of the road map can be had, delays included."""
    chips = answer.inputs.chips
    return max(
        int(available_from(chips.available[own], chips.future[own], np.array([answer.lever(delay)])).max())
        for own, delay in (
            (chips.supplier == CUSTOM, "custom_delay_quarters"),
            (chips.supplier != CUSTOM, "merchant_delay_quarters"),
        )
        if own.any()
    )


# --- What else titles and headline figures say


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


MANIFOLD: Final = 1.995
"""From this share on, what is added to a figure is told by how many times as large it is then."""


def relative(change: float, whole: float) -> str:
    """Return a change as a share of the size of what it changes: `−1.9 %`; what becomes manifold so: `10 times`."""
    if change >= MANIFOLD * whole > 0.0:
        return f"{fmt.times((whole + change) / whole)} as much"
    return fmt.percent(change / abs(whole), signed=True)


def more_or_less(change: float, whole: float, beside: Iterable[float] = ()) -> str:
    """Return a change as a sentence has it: `$26 B or 2.7 % more`, only `2.7 % more` if dollars had another scale.

    change, whole: USD, what it is of; beside: USD, what else the sentence names.
    """
    more, others = "more" if change > 0 else "less", (whole, whole + change, *beside)
    alike = fmt.usd_unit(change) is fmt.usd_unit(max(map(abs, others)))
    if abs(whole) < MATERIAL_USD:
        return f"{fmt.usd(abs(change), beside=others)} {more}"
    if change >= MANIFOLD * whole > 0.0:
        return relative(change, whole)
    share = fmt.percent(abs(change / whole))
    return f"{fmt.usd(abs(change))} or {share} {more}" if alike else f"{share} {more}"


LEAST_TOLD_USD: Final = 0.5e6
"""A smaller change of a large figure is about nothing: the model does not know it to the dollar."""


def change_words(change: float, whole: float) -> str:
    """Return a change in dollars and as a share of what it changes; less than a dollar is none."""
    if abs(change) < MATERIAL_USD:
        return "no change"
    share = f", {relative(change, whole)}" if abs(whole) >= MATERIAL_USD else ""
    beside = [whole] if abs(change) < LEAST_TOLD_USD else []
    return f"{fmt.usd(change, signed=True, beside=beside)}{share}"


def is_good(change: float, tolerance: float = MATERIAL_USD) -> bool | None:
    """Return whether a change is good news; None if it is too small to be news."""
    return None if abs(change) < tolerance else change > 0


def signed_power(mw: float) -> str:
    """Return a change of power in words; less than a megawatt is none."""
    return ("+" if mw >= 1 else "") + fmt.power(mw, 2) if abs(mw) >= 1 else "no change"


def custom_share_of_work(answer: Answer, course: Course, quarter: int = -1) -> float:
    """Return the custom share of all installed work in a quarter, the last unless another is asked for."""
    work = frames.installed_by_supplier(answer, course)[quarter].sum(axis=1)
    return float(work[CUSTOM] / work.sum())


def guesswork(answer: Answer) -> str:
    """Say how much of the answer is guesswork: the share of chip spending at prices that we assumed, in dollars.

    It is the one such share. What is a share of something else, as of all spending, of numbers or of uncertainty, says
    of what.
    """
    chips, spending = answer.inputs.chips, frames.chip_spending_usd(answer, answer.plan)  # (year, chip)
    if not spending.any():
        return "No chips are bought"
    share = fmt.percent(spending[:, chips.assumed_price].sum() / spending.sum())
    own = spending[:, chips.own_price].sum() / spending.sum()
    at_own = f" and {fmt.percent(own)} at the company's own" if own > 0.0 else ""
    return f"{share} of chip spending is at prices we assumed{at_own}"


def evidence_line(answer: Answer) -> str:
    """Return how much of the answer is guesswork, and that it rests on public sources only where it does."""
    told = f"{guesswork(answer)}."
    return f"{told} The case uses public sources only." if answer.inputs.public else told


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
    """Return the quarter index in which the last workload reaches its rate, or the last that is modelled."""
    return min(_full_rate(answer), answer.world.quarters - 1)


def ramped_words(answer: Answer) -> str:
    """Say what `ramped` is: when the full rate is reached, or the last quarter that is modelled."""
    starts = answer.sim.courses.start[_moves(answer), PLAN]
    one_by_one = starts.size > 1 and bool((starts != starts[0]).any())
    reached = "the last workload reaches its rate" if one_by_one else "adoption reaches its full rate"
    if _full_rate(answer) < answer.world.quarters:
        return f"when {reached}"
    return f"the last quarter that is modelled, before {reached}"


def _full_rate(answer: Answer) -> int:
    """Return the quarter from which all workloads are at their rate: the start of the last that moves, and its ramp."""
    starts = answer.sim.courses.start[_moves(answer), PLAN]
    start = float(starts.max()) if starts.size else answer.lever("adoption_start")
    return int(np.ceil(start + QUARTERS_PER_YEAR * answer.lever("ramp_years")))


def _moves(answer: Answer) -> Bools:
    """Return whether a workload's share leaves today's; (workload,)."""
    moves: Bools = answer.adoption != answer.inputs.custom_share_today
    return moves


def chip_words(name: str | None, usd_per_hour: float) -> str:
    """Return a chip and its cost of work, to the digits that the ratio beside it takes."""
    return fmt.MISSING if pd.isna(name) else f"{name}, {fmt.USD.words(usd_per_hour, 3)}"
