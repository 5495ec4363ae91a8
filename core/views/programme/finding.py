"""What is to be said of the custom programme: titles and headline figures of the Programme page.

Every sentence is computed from a study of one scenario; the page only prints them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import Calendar
from core.inputs.levers import AT_ONCE_PREMIUM
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import basis_words, exits_at_once, is_good, on_other_basis_usd, on_other_basis_words, relative
from core.story.labels import workload_labels
from core.story.tables import in_words
from core.views.programme.fixed_cost import FixedCost
from core.views.programme.frames import drawn_years
from core.views.programme.setbacks import AS_SET, LATE, SETBACKS, SLOW, Setback, outcomes_h100e
from core.views.programme.study import Study
from core.views.programme.volume import Volume

Floats = NDArray[np.float64]


def title(found: Study) -> str:
    """Return the page's title: whether the programme is worth its money, and from what volume on."""
    answer, value = found.answer, found.answer.metric("npv_vs_exit_usd")
    year = answer.last_year
    who = f"The {answer.custom} programme" if answer.inputs.programme.id else answer.custom
    if exits_at_once(answer):
        left = f"winding {answer.custom} up still takes {fmt.usd(found.fixed.usd)}"
        return f"This scenario exits custom chips: {left if found.fixed.usd >= MATERIAL_USD else 'nothing is spent'}"
    if abs(value) < MATERIAL_USD:
        return f"{who} makes no difference against exit custom by {year}"
    more = _other_sign(answer, value) or _per_programme_dollar(answer)
    usd = fmt.usd(abs(value), beside=[on_other_basis_usd(answer, "npv_vs_exit_usd")])
    if value < 0:
        return f"{who} is not worth its money: exit custom would save {usd} after tax by {year}{more}"
    return f"{who} is worth {usd} after tax by {year} against exit custom{more}"


_OTHER_BASIS: Final = {"use": "by the work that its chips still do then,", "sale": "if its chips are sold then,"}


def _other_sign(answer: Answer, value: float) -> str:
    """Say what the programme is worth on the other basis of residual value if that turns the finding, else nothing."""
    other = on_other_basis_usd(answer, "npv_vs_exit_usd")
    if abs(other) < MATERIAL_USD or (other > 0) == (value > 0):
        return ""
    basis = _OTHER_BASIS[str(answer.on_other_basis.scenario["terminal_basis"])]
    return f"; {basis} it {'is worth' if other > 0 else 'loses'} {fmt.usd(abs(other), beside=[value])}"


def _per_programme_dollar(answer: Answer) -> str:
    per = answer.metric("npv_per_programme_usd")
    if np.isnan(per):
        return ""
    if per <= 0.0:
        return "; its chips lose money even before fixed cost"
    return f"; each dollar of fixed cost brings back {fmt.usd_each(per)}"


def metrics(found: Study) -> list[Metric]:
    """Return the five figures of the strip."""
    answer, fixed, years = found.answer, found.fixed, f"{found.answer.calendar.first_year}–{found.answer.last_year}"
    per, more = answer.metric("npv_per_programme_usd"), fixed.usd - fixed.exit_usd
    return [
        _value_figure(found),
        Metric(
            "Value per programme dollar",
            fmt.MISSING if np.isnan(per) else fmt.usd_each(per),
            "no fixed cost to weigh" if np.isnan(per) else _room(per),
            "both after tax, discounted",
            None if np.isnan(per) else per > 1.0,
            "What each dollar of fixed cost beyond that of exit custom brings back before that dollar is subtracted: "
            "value against exit custom plus fixed cost, over fixed cost. At 1 the programme earns its fixed cost and "
            "nothing more; value is a straight line in fixed cost, so it is also by how much fixed cost could grow.",
        ),
        Metric(
            f"Programme {years}",
            fmt.usd(fixed.usd, 3),
            f"{fmt.usd(more, signed=True)} against exit custom",
            "before tax; sunk cost left out",
            is_good(-more),
            "Design and tape-out, teams and moving workloads over. What falls before "
            f"{answer.calendar.first_year} is spent in either case.",
        ),
        Metric(
            "Fixed cost per custom chip",
            fmt.MISSING if np.isnan(fixed.usd_per_chip) else fmt.usd(fixed.usd_per_chip, 3),
            _of_chip_cost(fixed),
            _an_hour(fixed),
            None,
            f"Programme spending of {years} over the custom chips bought, {chips_words(fixed.chips)} with spares, and "
            "over the hours of work that custom chips in service can do, in H100 equivalents.",
        ),
        _break_even_figure(found),
    ]


def _value_figure(found: Study) -> Metric:
    answer, value = found.answer, found.answer.metric("npv_vs_exit_usd")
    return Metric(
        "Value against exit custom",
        fmt.usd(value, 3, signed=True),
        f"{relative(value, float(answer.exit.pv_cost_usd))} of cost",
        on_other_basis_words(answer, "npv_vs_exit_usd"),
        is_good(value),
        "Present value after tax of what the scenario saves against exit custom, which winds custom chips up from "
        f"{answer.calendar.label(0)} on, residual value at the end of {answer.last_year} included, "
        f"{basis_words(answer)}.{_a_chip(found, value)}",
    )


def _a_chip(found: Study, value: float) -> str:
    """Say what value comes to for each custom chip more than exit buys, nothing if there are none."""
    more = found.fixed.chips - found.fixed.exit_chips
    if more < 1.0 or abs(value) < MATERIAL_USD:
        return ""
    return f" It {'is' if value > 0 else 'loses'} {fmt.usd(abs(value) / more)} of value per additional custom chip."


def _room(per: float) -> str:
    if per > 1.0:
        return f"fixed cost could grow to {fmt.times(per)}"
    return "fixed cost is not earned" if per > 0.0 else "chips lose before fixed cost"


def _of_chip_cost(fixed: FixedCost) -> str:
    if fixed.capex_usd < MATERIAL_USD:
        return "no custom chips bought"
    return f"{fmt.share_of(fixed.usd / fixed.capex_usd)} what they cost"


def _an_hour(fixed: FixedCost) -> str:
    hour = fixed.usd_per_h100e_hour
    return "no custom work" if np.isnan(hour) else f"{fmt.USD.words(hour)} an H100e-hour"


def chips_words(chips: float) -> str:
    """Return a number of chips: `2.0 million`, `370,000`, `12`."""
    if chips >= 0.995e6:
        return f"{fmt.significant(chips / 1e6, 2)}{fmt.NBSP}million"
    step = 10.0 ** max(0.0, np.floor(np.log10(max(chips, 1.0))) - 1.0)
    return f"{round(chips / step) * step:,.0f}"


def whole_words(found: Volume) -> str:
    """Return what the adoption rates are a share of."""
    return "those planned" if found.of_plan else "today's"


def _of_planned(found: Volume) -> str:
    """Return the chips at break-even as a share or multiple of those planned, nothing if none are."""
    planned = float(found.chips[found.here]) if found.here >= 0 else 0.0
    if planned < 1.0:
        return ""
    share = found.at_break_even(found.chips) / planned
    if share >= 1.995:
        return f"{fmt.times(share)} those planned"
    return f"{fmt.percent(share, 3 if 0.9 <= share < 1.1 else 2)} of those planned"


def _break_even_figure(found: Study) -> Metric:
    at = found.volume
    label = "Break-even volume" if np.isnan(at.break_even) or at.pays_above else "Volume ceiling"
    about = (
        "How many custom chips, spares included, must be bought over the years for the programme to pay, or at which "
        "number it stops paying: all adoption rates are multiplied by one factor until value against exit custom is "
        "nothing, and the chips bought then are counted."
    )
    if np.isnan(at.break_even):
        return Metric(
            label, fmt.MISSING, "pays at any volume" if at.pays_above else "pays at no volume", "", None, about
        )
    share = _of_planned(at)
    change = f"custom chips{f', {share}' if share else ''}"
    side = "pays from there on" if at.pays_above else "beyond it the programme loses money"
    good = at.pays_above == (at.break_even <= 1.0) if at.of_plan else None
    return Metric(label, chips_words(at.at_break_even(at.chips)), change, side, good, about)


def spending_title(found: Study) -> str:
    """Return the finding of the spending chart: what the programme takes and how much of it exit would save."""
    fixed, answer = found.fixed, found.answer
    if not answer.inputs.programme.id:
        return "The data hold no programme: custom chips carry no fixed cost"
    if fixed.usd < MATERIAL_USD and fixed.exit_usd < MATERIAL_USD:
        return "Nothing is spent on the custom programme"
    takes = f"The programme takes {fmt.usd(fixed.usd)} by {answer.last_year}"
    more = fixed.usd - fixed.exit_usd
    if abs(more) < MATERIAL_USD:
        return f"{takes}, as much as winding it up"
    change = fmt.usd(abs(more), beside=[fixed.usd])
    return f"{takes}, {change} {'more' if more > 0 else 'less'} than winding it up"


def spending_caption(found: Study) -> str:
    """Return what shaped the spending chart, and what its marks stand for."""
    if not found.answer.inputs.programme.id:
        return "A programme is what custom chips cost whatever their volume; the data set holds no such item."
    return (
        "Before tax, a part an item; outline: exit custom, which winds the programme up over the ramp. What falls "
        f"before {found.answer.calendar.first_year} is sunk and in neither."
    )


def years_title(found: Study) -> str:
    """Return the finding of the chart of fixed cost: per chip and per hour of work, first year against last."""
    known = drawn_years(found.by_year)
    if found.fixed.usd < MATERIAL_USD:
        return "Custom chips carry no fixed cost"
    if known.empty:
        return "No custom chip is bought that could carry the fixed cost"
    first, last = known.iloc[0], known.iloc[-1]
    if len(known) == 1:
        return f"A custom chip carries {fmt.usd(first['usd_per_chip'])} of fixed cost in {first['year']:.0f}"
    chip = [fmt.usd(row["usd_per_chip"]) for row in (first, last)]
    hour = [fmt.USD.words(row["usd_per_h100e_hour"]) for row in (first, last)]
    return (
        f"A custom chip carries {chip[0]} of fixed cost in {first['year']:.0f} and {chip[1]} in {last['year']:.0f}, "
        f"an hour of its work {hour[0]} and {hour[1]}"
    )


def volume_title(found: Study) -> str:
    """Return the finding of the volume chart: where the programme begins to pay, or custom chips if there is none."""
    at = found.volume
    who, pays = "The programme", "pays"
    if not found.answer.inputs.programme.id:
        who, pays = "Custom chips", "pay"
    if np.isnan(at.break_even):
        return f"{who} {pays} {'at any volume' if at.pays_above else 'at no volume'} of this mix of workloads"
    chips, share = f"{chips_words(at.at_break_even(at.chips))} custom chips", _of_planned(at)
    side = "from" if at.pays_above else "only up to"
    does = pays if at.of_plan and at.pays_above == (at.break_even <= 1.0) else "would pay"
    return f"{who} {does} {side} {chips}{' on' if at.pays_above else ''}{f', {share}' if share else ''}"


def delay_title(found: Study) -> str:
    """Return the finding of the delay chart: what a further quarter costs under both rules, and the right's worth."""
    cases = found.setbacks
    on, stop = (cases.cost(LATE, rule) / LATE.delay_quarters for rule in cases.rules.values())
    now, then = cases.option(AS_SET), cases.option(LATE)
    beside = [on, stop, now, then]
    if max(map(abs, beside)) < MATERIAL_USD:
        return "Delay makes no difference"
    if max(abs(now), abs(then)) < MATERIAL_USD:
        return f"Each further quarter of delay {_costs(on)}; the right to stop makes no difference"
    same = _figure(stop, on, beside) == fmt.usd(abs(on), beside=beside)
    with_right = "and as much" if same else _figure(stop, on, beside)
    return (
        f"Each further quarter of delay {_costs(on, beside)} if buying goes on, {with_right} with the right to stop, "
        f"which {_now_and_late(now, then, beside)}"
    )


def _now_and_late(now: float, then: float, beside: list[float]) -> str:
    """Say what the right to stop is worth now and a year late; where the rule costs value it misjudges."""
    at_once, late = ("nothing" if abs(usd) < MATERIAL_USD else fmt.usd(abs(usd), beside=beside) for usd in (now, then))
    if now >= -MATERIAL_USD and then >= -MATERIAL_USD:
        return f"is worth {at_once} now and {late} a year late"
    if now < -MATERIAL_USD and then < -MATERIAL_USD:
        return f"misjudges: it costs {at_once} now and {late} a year late"
    if now < -MATERIAL_USD:
        return f"misjudges now, at a cost of {at_once}, and is worth {late} a year late"
    return f"is worth {at_once} now and misjudges a year late, at a cost of {late}"


def _costs(usd: float, beside: Iterable[float] = ()) -> str:
    if abs(usd) < MATERIAL_USD:
        return "costs nothing"
    return f"{'costs' if usd > 0 else 'gains'} {fmt.usd(abs(usd), beside=beside)}"


def _figure(usd: float, before: float, beside: list[float]) -> str:
    """Return the second of two costs: the verb only if it is another."""
    if abs(usd) >= MATERIAL_USD and abs(before) >= MATERIAL_USD and (usd > 0) == (before > 0):
        return fmt.usd(abs(usd), beside=beside)
    return "nothing" if abs(usd) < MATERIAL_USD and abs(before) >= MATERIAL_USD else _costs(usd, beside)


def rule_words(premium: float) -> str:
    """Return a rule for stopping: `stopping when dearer`, `buying on up to 100 % dearer`."""
    return f"buying on up to {fmt.setting(premium)} dearer" if premium > 0.0 else "stopping when dearer"


RIGHT: Final = (
    "The right to stop is worth value when stopping less value when buying on, here in the plan case, on the Risk page "
    "on average over all futures; where that is below nothing the rule misjudges, for the cost of work that it looks "
    "at leaves out what chips are worth at the horizon."
)


def rules_words(found: Study) -> str:
    """Say what the two rules are, and which is the scenario's own."""
    cases = found.setbacks
    own = found.answer.lever("custom_premium_max")
    buying_on = f"Buying on is up to {fmt.setting(cases.premium)} dearer than the best bought chip"
    if own > 0.0:
        return f"{buying_on}, as set; stopping when dearer is the right to stop at 0 %."
    return f"{buying_on}; the scenario stops when custom chips are dearer."


def outcomes_title(found: Study, setback: Setback, premium: float) -> str:
    """Return the finding of the setback chart: what becomes of the custom work asked for, and what it costs."""
    cases = found.setbacks
    asked = outcomes_h100e(cases, setback, premium).sum(axis=(0, 1))
    if asked.sum() <= 0.0 or (exits_at_once(found.answer) and setback is not AS_SET):
        return "No custom chips to delay" if setback.delay_quarters else "No custom chips to come"
    shares = asked / asked.sum()
    (share, what), *rest = [
        (fmt.percent(share), words) for share, words in zip(shares, _BECOMES, strict=True) if share >= LEAST_SAID
    ]
    share = share if rest else "all"
    others = f", {fmt.listed([f'{part} {words}' for part, words in rest])}" if rest else ""
    money = "" if setback is AS_SET else f"; it {_costs(cases.cost(setback, premium))}"
    return f"{setback.name}, {share} of the custom work asked for is {what}{others}{money}"


_BECOMES: Final = ("bought", "held back as too dear", "without a chip", "beyond supply")
LEAST_SAID: Final = 0.005
"""An outcome of less than this share of the work asked for goes unsaid."""


def setback_words(found: Study) -> pd.DataFrame:
    """Return what is done and what it costs with each setback under both rules, in words."""
    cases, rows = found.setbacks, []
    for setback in SETBACKS:
        row = {"Coming custom chips": setback.name}
        for rule in cases.rules.values():
            asked = outcomes_h100e(cases, setback, rule)
            words = "buying on" if rule > 0.0 else "stopping"
            row[f"Not bought, {words}"] = _not_bought(asked, found.answer.calendar)
            cost, value = cases.cost(setback, rule), cases.value(setback, rule)
            row[f"Value, {words}"] = f"{fmt.usd(value, signed=True, beside=[cost])}{_taken(cost, value)}"
        row["Right to stop"] = _option_words(cases.option(setback))
        rows.append(row)
    return in_words(rows)


def _option_words(usd: float) -> str:
    """Return what the right to stop is worth, or that the rule misjudges and what that costs."""
    if abs(usd) < MATERIAL_USD:
        return "no difference"
    return f"is worth {fmt.usd(usd)}" if usd > 0 else f"misjudges, costs {fmt.usd(-usd)}"


def _taken(cost: float, value: float) -> str:
    if abs(cost) < MATERIAL_USD:
        return ""
    return f" ({fmt.usd(abs(cost), beside=[value])} {'less' if cost > 0 else 'more'})"


def _not_bought(asked: Floats, calendar: Calendar) -> str:
    """Return the share of the custom work asked for that is not bought, and from when."""
    by_quarter = asked.sum(axis=1)  # (quarter, outcome)
    whole, missing = by_quarter.sum(), by_quarter[:, 1:].sum(axis=1)
    if whole <= 0.0:
        return "nothing asked for"
    if missing.sum() < LEAST_SAID * whole:
        return "nothing"
    first = int(np.argmax(missing > LEAST_SAID * by_quarter.sum(axis=1)))
    return f"{fmt.percent(missing.sum() / whole)}, from {calendar.label(first)}"


def setbacks_title(found: Study) -> str:
    """Return the finding of the setback table: what a year late and 15 % slow cost under the scenario's own rule.

    Beside it what the right to stop is worth then, if the scenario has it not and it is worth anything.
    """
    cases, parts = found.setbacks, []
    stops = found.own_premium == AT_ONCE_PREMIUM
    costs = [cases.cost(setback, found.own_premium) for setback in (LATE, SLOW)]
    options = [0.0 if stops else cases.option(setback) for setback in (LATE, SLOW)]
    beside = [*costs, *(option for option in options if option >= MATERIAL_USD)]
    for setback, cost, option in zip((LATE, SLOW), costs, options, strict=True):
        worth = fmt.usd(option, beside=beside)
        then = f" (the right to stop is then worth {worth})" if option >= MATERIAL_USD else ""
        if abs(cost) >= MATERIAL_USD or then:
            parts.append(f"{setback.name.lower()} {_costs(cost, beside)}{then}")
    text = "; ".join(parts) or "neither a year's delay nor a slow chip makes a difference"
    return fmt.sentence(text)


def worth_title(found: Study) -> str:
    """Return the finding of the workload chart: in which workload custom chips bring most, and in which they lose."""
    by_workload = found.by_workload_usd
    if np.abs(by_workload).max() < MATERIAL_USD:
        return "Custom chips make no difference in any workload"
    labels = [fmt.in_sentence(one) for one in workload_labels(found.answer.inputs)]
    best, worst = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    ends = [float(by_workload[best]), float(by_workload[worst])]
    if ends[0] < MATERIAL_USD:
        return f"Custom chips pay in no workload; in {labels[worst]} they lose {fmt.usd(-ends[1])}"
    loses = f"in {labels[worst]} they lose {fmt.usd(-ends[1], beside=ends)}"
    earns = f"Custom chips bring {fmt.usd(ends[0], beside=ends)} in {labels[best]}"
    return f"{earns}{f'; {loses}' if by_workload[worst] <= -MATERIAL_USD else ''}"
