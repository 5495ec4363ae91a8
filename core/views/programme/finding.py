"""What is to be said of the custom programme: titles and headline figures of the Programme page.

Every sentence is computed from a study of one scenario; the page only prints them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import Calendar
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import basis_words, exits_at_once, is_good, on_other_basis_usd, on_other_basis_words, relative
from core.story.labels import workload_labels
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
    if value < 0:
        return f"{who} is not worth its money: exit custom would save {fmt.usd(-value)} after tax by {year}{more}"
    return f"{who} is worth {fmt.usd(value)} after tax by {year} against exit custom{more}"


_OTHER_BASIS: Final = {"use": "by the work that its chips still do then,", "sale": "if its chips are sold then,"}


def _other_sign(answer: Answer, value: float) -> str:
    """Say what the programme is worth on the other basis of residual value if that turns the finding, else nothing."""
    other = on_other_basis_usd(answer, "npv_vs_exit_usd")
    if abs(other) < MATERIAL_USD or (other > 0) == (value > 0):
        return ""
    basis = _OTHER_BASIS[str(answer.on_other_basis.scenario["terminal_basis"])]
    return f"; {basis} it {'is worth' if other > 0 else 'loses'} {fmt.usd(abs(other))}"


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
    return f" It is {fmt.usd(value / more, signed=True)} for each custom chip more." if more >= 1.0 else ""


def _room(per: float) -> str:
    if per > 1.0:
        return f"fixed cost could grow to {fmt.times(per)}"
    return "fixed cost is not earned" if per > 0.0 else "chips lose before fixed cost"


def _of_chip_cost(fixed: FixedCost) -> str:
    if fixed.capex_usd < MATERIAL_USD:
        return "no custom chips bought"
    return f"{fmt.percent(fixed.usd / fixed.capex_usd)} of what they cost"


def _an_hour(fixed: FixedCost) -> str:
    hour = fixed.usd_per_h100e_hour
    return "no custom work" if np.isnan(hour) else f"{fmt.USD.words(hour)} an H100e-hour"


def chips_words(chips: float) -> str:
    """Return a number of chips: `2.0 million`, `370,000`, `12`."""
    if chips >= 0.995e6:
        return f"{fmt.significant(chips / 1e6, 2)}{fmt.NBSP}million"
    step = 10.0 ** max(0.0, np.floor(np.log10(max(chips, 1.0))) - 1.0)
    return f"{round(chips / step) * step:,.0f}"


_PLANNED: Final = "the planned volume"
_TODAY: Final = "today's mix"


def _volume_words(factor: float, whole: str) -> str:
    """Return a volume as a share or multiple of the scenario's, or of today's mix: `17 % of the planned volume`."""
    return f"{fmt.times(factor)} {whole}" if factor >= 1.995 else f"{_share_of_volume(factor)} of {whole}"


def whole_words(found: Volume) -> str:
    """Return what the volume is a share of."""
    return _PLANNED if found.of_plan else _TODAY


def _share_of_volume(factor: float) -> str:
    return fmt.percent(factor, 3 if 0.9 <= factor < 1.1 else 2)


def _break_even_figure(found: Study) -> Metric:
    at, label = found.volume, "Break-even volume"
    about = (
        "How much custom work must be delivered for the programme to pay: all adoption rates are multiplied by one "
        "factor until value against exit custom is nothing. Custom work is that of all custom chips in service."
    )
    if np.isnan(at.break_even):
        return Metric(
            label, fmt.MISSING, "pays at any volume" if at.pays_above else "pays at no volume", "", None, about
        )
    chips = f"{chips_words(at.at_break_even(at.chips))} custom chips"
    if at.here >= 0:
        chips += f", {chips_words(float(at.chips[at.here]))} planned"
    many = at.break_even >= 1.995
    value = f"{fmt.significant(at.break_even, 2)}{fmt.NBSP}×" if many else _share_of_volume(at.break_even)
    whole = f"{'' if many else 'of '}{whole_words(at)}"
    work = f"{fmt.H100E_M.words(at.at_break_even(at.h100e))} in service"
    good = at.pays_above == (at.break_even <= 1.0) if at.of_plan else None
    return Metric(label, value, f"{whole}; {work}", chips, good, about)


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
    return f"{takes}, {fmt.usd(abs(more))} {'more' if more > 0 else 'less'} than winding it up"


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
    share = _volume_words(at.break_even, whole_words(at))
    side = "from" if at.pays_above else "only up to"
    does = pays if at.of_plan and at.pays_above == (at.break_even <= 1.0) else "would pay"
    return f"{who} {does} {side} {share}{' on' if at.pays_above else ''}"


def delay_title(found: Study) -> str:
    """Return the finding of the delay chart: what a further quarter costs under both rules, and the right's worth."""
    cases = found.setbacks
    on, stop = (cases.cost(LATE, rule) / LATE.delay_quarters for rule in cases.rules.values())
    now, then = cases.option(AS_SET), cases.option(LATE)
    if max(abs(on), abs(stop), abs(now), abs(then)) < MATERIAL_USD:
        return "Delay makes no difference"
    same = _figure(stop, on) == fmt.usd(abs(on))
    with_right = "and as much" if same else _figure(stop, on)
    return (
        f"Each further quarter of delay {_costs(on)} if buying goes on, {with_right} with the right to stop, "
        f"which is worth {fmt.usd(now)} now and {fmt.usd(then)} a year late"
    )


def _costs(usd: float) -> str:
    if abs(usd) < MATERIAL_USD:
        return "costs nothing"
    return f"{'costs' if usd > 0 else 'gains'} {fmt.usd(abs(usd))}"


def _figure(usd: float, before: float) -> str:
    """Return the second of two costs: the verb only if it is another."""
    if abs(usd) >= MATERIAL_USD and abs(before) >= MATERIAL_USD and (usd > 0) == (before > 0):
        return fmt.usd(abs(usd))
    return "nothing" if abs(usd) < MATERIAL_USD and abs(before) >= MATERIAL_USD else _costs(usd)


def rule_words(premium: float) -> str:
    """Return a rule for stopping: `stopping when dearer`, `buying on up to 100 % dearer`."""
    return f"buying on up to {fmt.setting(premium)} dearer" if premium > 0.0 else "stopping when dearer"


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
    if asked.sum() <= 0.0:
        return f"{setback.name}, no custom work is asked for"
    shares = asked / asked.sum()
    (share, what), *rest = [
        (fmt.percent(share), words) for share, words in zip(shares, _BECOMES, strict=True) if share >= LEAST_SAID
    ]
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
            cost = cases.cost(setback, rule)
            row[f"Value, {words}"] = f"{fmt.usd(cases.value(setback, rule), signed=True)}{_taken(cost)}"
        row["Stopping is worth"] = fmt.usd(cases.option(setback), signed=True)
        rows.append(row)
    return pd.DataFrame(rows)


def _taken(cost: float) -> str:
    return "" if abs(cost) < MATERIAL_USD else f" ({fmt.usd(abs(cost))} {'less' if cost > 0 else 'more'})"


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
    """Return the finding of the setback table: what a year late and 15 % slow cost, buying on and stopping."""
    cases = found.setbacks
    parts = []
    for setback in (LATE, SLOW):
        on, stop = (cases.cost(setback, rule) for rule in cases.rules.values())
        if max(abs(on), abs(stop)) >= MATERIAL_USD:
            same = _figure(stop, on) == fmt.usd(abs(on))
            with_right = " with or without" if same else f", or {_figure(stop, on)} with"
            parts.append(f"{setback.name.lower()} {_costs(on)}{with_right} the right to stop")
    text = "; ".join(parts) or "neither a year's delay nor a slow chip makes a difference"
    return fmt.sentence(text)


def worth_title(found: Study) -> str:
    """Return the finding of the workload chart: in which workload custom chips bring most, and in which they lose."""
    by_workload = found.by_workload_usd
    if np.abs(by_workload).max() < MATERIAL_USD:
        return "Custom chips make no difference in any workload"
    labels = [fmt.in_sentence(one) for one in workload_labels(found.answer.inputs)]
    best, worst = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    loses = f"in {labels[worst]} they lose {fmt.usd(-by_workload[worst])}"
    if by_workload[best] < MATERIAL_USD:
        return f"Custom chips pay in no workload; {loses}"
    earns = f"Custom chips bring {fmt.usd(by_workload[best])} in {labels[best]}"
    return f"{earns}{f'; {loses}' if by_workload[worst] <= -MATERIAL_USD else ''}"
