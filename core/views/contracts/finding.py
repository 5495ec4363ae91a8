"""What Contracts says: how much is promised, what falls short, what changing course costs, and what is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.model.model import EXIT, HOLD, Course
from core.story import frames as story
from core.story.answer import BASELINE_WORDS, Answer
from core.story.figure import Metric
from core.story.finding import change_words, exits_at_once, is_good, on_other_basis_usd, period_words
from core.story.labels import supplier_labels
from core.story.tables import in_words
from core.views.contracts import frames
from core.views.contracts.view import CUMULATIVE, View

# --- A change of mind


@dataclass(frozen=True, eq=False)
class Turn:
    """What a change of mind leads to: the exit, or today's mix if the scenario is the exit."""

    course: Course
    name: str
    words: str  # as within a sentence
    value_lost_usd: float


def turn(answer: Answer) -> Turn:
    """Return what changing course now leads to."""
    if exits_at_once(answer):
        lost = answer.metric("npv_vs_hold_usd")
        return Turn(answer.hold, BASELINE_WORDS[HOLD], "going back to today's mix", lost)
    return Turn(answer.exit, BASELINE_WORDS[EXIT], f"exiting {answer.custom} now", answer.metric("npv_vs_exit_usd"))


def _shortfalls_usd(answer: Answer, course: Course) -> float:
    """What shortfalls cost in all."""
    return float(frames.shortfall_usd(answer, course).sum())


def _costs(usd: float, beside: list[float]) -> str:
    return f"costs {fmt.usd(usd, beside=beside)}" if usd >= MATERIAL_USD else "costs nothing"


# --- The head of the page


def headline(view: View) -> str:
    """Return the page's title: how much is committed, and what changing course now costs in shortfalls and value."""
    answer = view.answer
    to = turn(answer)
    lost, agreed = to.value_lost_usd, float(frames.due_usd(answer).sum())
    value = f"{'takes' if lost > 0 else 'adds'} {fmt.usd(abs(lost), beside=[agreed])} of value"
    if abs(lost) < MATERIAL_USD:
        value = "does not change value"
    return f"{_promised(answer)}; {to.words} {_shortfalls_change(answer, to, [agreed, lost])} and {value}"


def _shortfalls_change(answer: Answer, to: Turn, beside: list[float]) -> str:
    """Say what a change of course does to shortfalls: `saves $1.6 B of shortfalls`; against going on, not nothing."""
    there, here = (_shortfalls_usd(answer, course) for course in (to.course, answer.plan))
    if max(there, here) < MATERIAL_USD:
        return "costs nothing in shortfalls"
    more = there - here
    if abs(more) < MATERIAL_USD:
        return "leaves shortfalls as they are"
    return f"{'adds' if more > 0 else 'saves'} {fmt.usd(abs(more), beside=beside)} of shortfalls"


NOTHING_AGREED: Final = "No purchase is agreed with any supplier"


def _promised(answer: Answer) -> str:
    """Say how much is committed, and what share of the first year's spending on chips."""
    usd = frames.due_usd(answer)
    if not frames.names(answer.inputs):
        return NOTHING_AGREED
    if usd.sum() < MATERIAL_USD:
        return f"Nothing is committed to {until(answer)}"
    told = f"{fmt.usd(float(usd.sum()), 3)} is committed to {until(answer)}"
    first, spent = float(usd[0].sum()), float(frames.chip_spending_usd(answer.plan)[0])
    if first < MATERIAL_USD:
        return told
    share = fmt.share_of(first / spent) if spent >= MATERIAL_USD else "with no"
    return f"{told}, {share} chip spending in {answer.calendar.first_year}"


def until(answer: Answer) -> int:
    """Return the last year that is modelled in which something is agreed, or the last of all."""
    due = frames.due_usd(answer).sum(axis=1) >= MATERIAL_USD
    return answer.calendar.first_year + int(np.flatnonzero(due)[-1]) if due.any() else answer.last_year


def metrics(view: View) -> list[Metric]:
    """Return the headline figures: committed, its share, shortfalls here, shortfalls if course is changed, warrants."""
    answer = view.answer
    return [
        _committed(answer),
        _committed_share(answer),
        _shortfalls(answer),
        _shortfalls_after(answer, turn(answer)),
        _warrant(answer),
    ]


def _committed(answer: Answer) -> Metric:
    usd = frames.due_usd(answer).sum(axis=1)
    return Metric(
        f"Committed to {until(answer)}",
        fmt.usd(float(usd.sum()), 3),
        f"{fmt.usd(float(usd[0]), 3)} in {answer.calendar.first_year}",
        beyond(answer) or ("all that is agreed" if frames.names(answer.inputs) else "no agreement"),
        None,
        "What all agreements ask to be bought in the years that are modelled, at their own prices.",
    )


def _committed_share(answer: Answer) -> Metric:
    usd, spent = frames.due_usd(answer).sum(axis=1), frames.chip_spending_usd(answer.plan)
    this, following = (words or "nothing" for words in frames.share_words(usd[:2], spent[:2]))
    return Metric(
        f"Committed share {answer.calendar.first_year}",
        fmt.sentence(this),
        f"{following} in {answer.calendar.first_year + 1}",
        "of what is spent on chips",
        None,
        "What all agreements ask for in the year over what this scenario spends on chips, before warrants.",
    )


def _shortfalls(answer: Answer) -> Metric:
    here, baseline = (_shortfalls_usd(answer, course) for course in answer.variants.values())
    return Metric(
        "Shortfalls",
        fmt.usd(here, 3),
        change_words(here - baseline, baseline),
        f"against {answer.baseline_words}",
        is_good(baseline - here),
        "Take-or-pay share of what is bought too late or not at all, added up over the years that are modelled.",
    )


def _shortfalls_after(answer: Answer, to: Turn) -> Metric:
    here, there = _shortfalls_usd(answer, answer.plan), _shortfalls_usd(answer, to.course)
    return Metric(
        f"Shortfalls, {to.name}",
        fmt.usd(there, 3),
        change_words(there - here, here),
        f"against this scenario; value {fmt.usd(-to.value_lost_usd, signed=True)}",
        is_good(here - there),
        "What shortfalls come to if course is changed now, and what the change does to value, after tax and with "
        "shortfalls in it.",
    )


def _warrant(answer: Answer) -> Metric:
    inputs = answer.inputs
    about = "Value of the shares that purchases earn, after the odds of vesting; it lowers what the chips cost."
    label = "Warrants earned" if len(frames.earning(inputs)) > 1 else "Warrant earned"
    if not frames.earning(inputs):
        return Metric(label, fmt.MISSING, "no agreement earns one", f"as with {answer.baseline_words}", None, about)
    here, baseline = (float(frames.warrant_usd(answer, course).sum()) for course in answer.variants.values())
    mw = float(frames.warrant_mw(answer, answer.plan).sum())
    of_all = f"{fmt.power(mw, 2)} of {fmt.power(float(frames.most_mw(inputs).sum()), 2)}"
    return Metric(
        label,
        fmt.usd(here, 3),
        change_words(here - baseline, baseline),
        f"against {answer.baseline_words}; {of_all}",
        is_good(here - baseline),
        about,
    )


def beyond(answer: Answer) -> str:
    """Say what is agreed for years beyond the horizon, nothing if nothing is."""
    later = float(frames.committed_usd(answer.inputs)[len(story.years(answer)) :].sum())
    return f"{fmt.usd(later)} more falls due later" if later >= MATERIAL_USD else ""


# --- Agreements


MOST_NAMED: Final = 2
"""As many agreements that fall short find room in a title."""


def agreements_title(view: View) -> str:
    """Return the finding of the agreements: which fall short and when; of many, how many and which most."""
    answer, deals = view.answer, view.answer.inputs.contracts
    if not deals.id:
        return NOTHING_AGREED
    binds = {c.subject: c.binds[:, 0] for c in answer.result.constraints if c.constraint == "contract"}
    late = [which for which, place in enumerate(deals.id) if binds[place].any()]
    if not late:
        return "Purchases meet every agreement in every year"
    if len(late) > MOST_NAMED:
        missing = frames.missing_usd(answer, answer.plan).sum(axis=0)
        worst = int(missing.argmax())
        gap = f"{fmt.usd(float(missing[worst]), beside=[missing.sum()])} under {deals.name[worst]}"
        which = f"All {len(late)}" if len(late) == len(deals.id) else f"{len(late)} of {len(deals.id)}"
        return f"{which} agreements fall short, by {fmt.usd(float(missing.sum()))} in all; {gap}"
    told = [
        f"{deals.name[which]} falls short {period_words(binds[deals.id[which]], answer.calendar, QUARTERS_PER_YEAR)}"
        for which in late
    ]
    met = {0: "", 1: "; the other is met"}.get(len(deals.id) - len(late), "; the others are met")
    return "; ".join(told) + met


def agreements_caption(view: View) -> str:
    """Return what shaped the agreements' charts, and what their marks stand for."""
    inputs = view.answer.inputs
    if not frames.names(inputs):
        return "An agreement asks for purchases of a supplier's chips by year; the data set holds no such row."
    summed = "Added up from the start. " if view.measure == CUMULATIVE else ""
    count = len(frames.names(inputs))
    some = f" Drawn are the {frames.MOST_DRAWN} largest of {count}; the table has them all."
    return (
        f"{summed}Bars: purchases that count; lines across: what is agreed; outline: {view.answer.baseline_words}. "
        f"Buying ahead is remembered; what falls short, in red, is charged once. {_assumed(inputs)}"
        f"{some if count > frames.MOST_DRAWN else ''}"
    )


def _assumed(inputs: Inputs) -> str:
    """Say how much of what is agreed is assumed."""
    is_assumed = inputs.tables["commitments"]["grade"] == "assumption"
    amounts = "Amounts" if is_assumed.all() else "Some amounts" if is_assumed.any() else ""
    if not amounts:
        return "The take-or-pay share is an assumption."
    return f"{amounts} by year and the take-or-pay share are assumptions."


def agreement_note(inputs: Inputs, which: int) -> str:
    """Return what an agreement asks for: how much, until when, and of which supplier."""
    deals, of = inputs.contracts, frames.unit(inputs, which)
    years = np.flatnonzero(deals.active[which])
    ends = [str(inputs.calendar.first_year + int(year)) for year in (years[0], years[-1])]
    span = fmt.span(ends[: min(2, years.size)])
    total = of.words(float(deals.amount[which].sum() * frames.in_base_units(inputs)[which]), 3)
    return f"{total} from {supplier_labels(inputs)[deals.supplier[which]]} in {span}"


def agreements_words(view: View) -> pd.DataFrame:
    """Return each agreement in words: agreed, counted, when it is short, and what that costs on each course."""
    answer, inputs, plan = view.answer, view.answer.inputs, view.answer.plan
    promised, bought = frames.agreed(answer).sum(axis=0), frames.counted(answer, plan).sum(axis=0)
    missing = frames.short(answer, plan)
    late = frames.is_short(answer, missing)
    costs = {
        "Costs here" if course is plan else name: frames.shortfall_usd(answer, course).sum(axis=0)
        for name, course in frames.every_course(answer).items()
    }

    def row(which: int, name: str) -> dict[str, str]:
        unit, when = frames.unit(inputs, which), late[:, which]

        def told(amount: float) -> str:
            return unit.words(amount, 2 if abs(amount) >= unit.scale else 1)

        short = (
            f"{told(missing[:, which].sum())} {period_words(when, answer.calendar, QUARTERS_PER_YEAR)}"
            if when.any()
            else "never"
        )
        return {
            "Agreement": name,
            f"Agreed to {until(answer)}": told(promised[which]),
            "Bought": told(bought[which]),
            "Short": short,
            **{head: fmt.usd(float(usd[which])) for head, usd in costs.items()},
        }

    return in_words(row(which, name) for which, name in enumerate(frames.names(inputs)))


# --- Committed and free


def committed_title(view: View) -> str:
    """Return the finding of committed and free: the share of the year in which it is highest, and when it ends."""
    usd, spent = frames.due_usd(view.answer).sum(axis=1), frames.chip_spending_usd(view.answer.plan)
    known = (spent >= MATERIAL_USD) & (usd >= MATERIAL_USD)
    if usd.sum() < MATERIAL_USD:
        return "Nothing is committed"
    if (idle := (usd >= MATERIAL_USD) & ~known).any():
        return (
            f"No chips are bought {period_words(idle, view.answer.calendar, QUARTERS_PER_YEAR)}, whatever is committed"
        )
    share = np.where(known, usd / np.where(known, spent, 1.0), -1.0)
    top, last = int(share.argmax()), int(np.flatnonzero(usd >= MATERIAL_USD)[-1])
    first_year = view.answer.calendar.first_year
    told = f"At most {fmt.share_of(float(share[top]))} a year's chip spending is committed, in {first_year + top}"
    return told if last == usd.size - 1 else f"{told}; from {first_year + last + 1} all is free"


def committed_caption(view: View) -> str:
    """Return what shaped committed and free, and what its marks stand for."""
    if not frames.names(view.answer.inputs):
        return "Without agreements all spending on chips is free."
    return (
        "Bars: what is agreed, at the agreements' own prices; figures: its share of chip spending. Outline: what this "
        f"scenario spends on chips, before warrants; line across: {view.answer.baseline_words}. Between bar and "
        "outline all is free."
    )


# --- Changing course


def courses_title(view: View) -> str:
    """Return the finding of changing course: what shortfalls come to, against the scenario's, and for whom most."""
    answer, to = view.answer, turn(view.answer)
    cost = frames.by_supplier(answer.inputs, frames.shortfall_usd(answer, to.course).sum(axis=0))  # (supplier,)
    more = float(cost.sum()) - _shortfalls_usd(answer, answer.plan)
    in_all = [float(cost.sum()), more]
    way = f"{fmt.usd(abs(more), beside=in_all)} {'more' if more > 0 else 'less'} than this scenario"
    if abs(more) < MATERIAL_USD:
        way = "as does this scenario"
    told = f"{fmt.sentence(to.words)} {_costs(float(cost.sum()), in_all)} in shortfalls, {way}"
    if cost.size < 2 or cost.sum() < MATERIAL_USD:
        return told
    top = int(cost.argmax())
    part = "all" if cost.sum() - cost[top] < MATERIAL_USD else fmt.usd(float(cost[top]), beside=in_all)
    return f"{told}; {part} of it for {frames.supplier_names(answer.inputs)[top]}"


def courses_caption(view: View) -> str:
    """Return what shaped the chart of courses, what changing does to value, and the most that could be lost."""
    answer = view.answer
    hold, exit_ = answer.metric("npv_vs_hold_usd"), answer.metric("npv_vs_exit_usd")
    other_hold, other_exit = (on_other_basis_usd(answer, f"npv_vs_{course}_usd") for course in ("hold", "exit"))
    to_exit, to_hold, exit_then, hold_then = (
        fmt.usd(-usd, signed=True, beside=[exit_, hold, other_exit, other_hold])
        for usd in (exit_, hold, other_exit, other_hold)
    )
    most = f" Buying nothing at all would cost {fmt.usd(frames.exposure_usd(answer))} in shortfalls."
    return (
        f"Shortfalls to {answer.last_year} at a take-or-pay share of {fmt.setting(answer.lever('shortfall_penalty'))}. "
        f"After tax, shortfalls included, value changes by {to_exit} with {BASELINE_WORDS[EXIT]} and by {to_hold} with "
        f"{BASELINE_WORDS[HOLD]}, on the other basis of residual value by {exit_then} and {hold_then}."
        f"{most if frames.names(answer.inputs) else ''}"
    )


# --- What the company reports


def reported_title(view: View) -> str:
    """Return the finding of what is reported: how it grew, and how the agreements of the model compare."""
    frame = frames.reported(view)
    here = float(frames.committed_usd(view.answer.inputs).sum())
    if frame.empty:
        return "The data hold no commitments that the company reports"
    first, last = frame.iloc[0], frame.iloc[-1]
    of_then, of_now, ours = (
        fmt.usd(float(usd), 3, beside=[here, first["usd"], last["usd"]]) for usd in (first["usd"], last["usd"], here)
    )
    grew = f"{of_now} of non-cancelable commitments are reported for {last['period']}"
    if len(frame) > 1:
        grew += f", after {of_then} in {first['period']}"
    return f"{grew}; {f'the agreements here come to {ours}' if here >= MATERIAL_USD else 'nothing is agreed here'}"


def reported_caption(view: View) -> str:
    """Return what the reported figures cover, and whether they can be held against the model's."""
    inputs = view.answer.inputs
    leases = frames.reported_rows(inputs, frames.REPORTED_LEASES)
    if frames.reported(view).empty:
        told = "What the company reports for all its business would stand here beside the agreements of the model."
    else:
        told = (
            "Reported by the company for all its business; it says nothing of one supplier. "
            "Line: all agreements of the model, to their end."
        )
    if leases.empty:
        return told
    last = leases.iloc[-1]
    return f"{told} Leases that have not begun come on top: {fmt.usd(last['usd'], 3)} in {last['period']}."
