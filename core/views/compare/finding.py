"""What a comparison says, in sentences; the page only prints them.

Sentences take scenarios' names as they are; the first scenario is the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.lever import Kind
from core.model.evaluate import by_year
from core.story.finding import basis_words, more_or_less
from core.story.labels import less_warrants
from core.views.compare.bridge import MEASURES, MOST_FLAT, POWER, VALUE, Bridge, Measure
from core.views.compare.names import in_a_sentence, quoted
from core.views.compare.view import Compared, View, differing, last_year, peak_mw

NEGLIGIBLE: Final = 0.05
"""What goes against a difference goes unmentioned below this share of it."""
MOST_OF_IT: Final = 0.5

LONGEST_LEVER: Final = 40
"""Letters of a lever's name in a title that names two."""


def title(view: View) -> str:
    """Return the finding of a comparison; the bridge joins the scenarios if they are two."""
    compared, between = view.compared, view.bridge
    if not differing(compared):
        names = fmt.listed([quoted(one.name) for one in compared])
        return f"{names} are the same: every lever is set alike"
    if views := _views(compared):
        told = _worth_each(compared) if len(compared) == 2 else f"{len(compared)} scenarios"
        return f"{told}: {views} differ, so not like for like"
    if beliefs_differ(compared):
        return _by_cost(compared)
    year = compared[0].answer.last_year
    if len(compared) > 2:
        ranked = sorted(compared, key=lambda one: one.answer.metric("npv_usd"))
        least, most = ranked[0], ranked[-1]
        low, high = (one.answer.metric("npv_usd") for one in (least, most))
        if high - low < VALUE.material:
            return f"All {fmt.number_word(len(compared))} scenarios are worth the same after tax by {year}"
        return (
            f"{quoted(most.name)} is best at {fmt.usd(high, beside=[low])} after tax by {year}; "
            f"{quoted(least.name)} is worst at {fmt.usd(low, beside=[high])}"
        )
    first, second = compared
    start, _, end = between.of(VALUE)
    more = end - start
    names = f"than {quoted(first.name)} after tax by {year}"
    if abs(more) < VALUE.material:
        differ = fmt.counted(len(between.levers), "lever")
        return f"{quoted(second.name)} is worth no more and no less {names}, with {differ} set differently"
    worth = f"{fmt.usd(abs(more))} {'more' if more > 0 else 'less'}"
    return f"{quoted(second.name)} is worth {worth} {names}; {_explained(between, VALUE)}"


def beliefs_differ(compared: Sequence[Compared]) -> bool:
    """Return whether scenarios differ in what is believed, and not only in what is chosen.

    Value sets a scenario against its own baseline under its own beliefs, so it compares choices under the same ones
    alone: who believes that power is short may gain as much over a baseline that is short as well.
    """
    return any(lever.kind is Kind.ASSUMPTION for lever in differing(compared))


def _by_cost(compared: Sequence[Compared]) -> str:
    """Return the finding of scenarios under different beliefs: what each costs, least to most."""
    ranked = sorted(compared, key=lambda one: one.answer.metric("pv_cost_usd"))
    low, high = (one.answer.metric("pv_cost_usd") for one in (ranked[0], ranked[-1]))
    until = f"after tax by {compared[0].answer.last_year}"
    why = "beliefs differ, and value compares choices under the same beliefs only"
    if high - low < VALUE.material:
        return f"{_every(len(compared))} cost the same {until}; {why}"
    if len(compared) == 2:
        first, second = compared
        more = "more" if second is ranked[1] else "less"
        costs = f"{quoted(second.name)} costs {fmt.usd(high - low)} {more} than {quoted(first.name)} {until}"
    else:
        costs = (
            f"{quoted(ranked[0].name)} costs least, {fmt.usd(low, 3, beside=[high])} {until}, "
            f"{quoted(ranked[-1].name)} most, "
            f"{fmt.usd(high, 3)}"
        )
    return f"{costs}; {why}"


def _every(count: int) -> str:
    return "Both" if count == 2 else "All"


def _views(compared: Sequence[Compared]) -> str:
    """Return in words what of the ways to measure differs; nothing if values are like for like."""
    ways: dict[str, set[int | str]] = {
        "baselines": {one.answer.baseline_words for one in compared},
        "horizons": {one.answer.last_year for one in compared},
        "residual bases": {str(one.scenario["terminal_basis"]) for one in compared},
    }
    return fmt.listed([name for name, settings in ways.items() if len(settings) > 1])


def _worth_each(compared: Sequence[Compared]) -> str:
    told, all_usd = [], [one.answer.metric("npv_usd") for one in compared]
    for one, npv in zip(compared, all_usd, strict=True):
        verdict = f"{'is worth' if npv >= 0 else 'costs'} {fmt.usd(abs(npv), beside=all_usd)}"
        told.append(f"{quoted(one.name)} {verdict} against {one.answer.baseline_words} by {one.answer.last_year}")
    return fmt.listed(told)


def subtitle(view: View, data_date: str) -> str:
    """Return what a comparison rests on."""
    return " · ".join(
        [
            "Each scenario against its own baseline, under its own assumptions",
            f"{quoted(view.compared[0].name)} is the reference",
            *_basis(view.compared),
            "nominal US dollars",
            f"data of {data_date}",
            "plan case: one setting of every assumption; odds stand in the table",
        ]
    )


def _basis(compared: Sequence[Compared]) -> list[str]:
    """Return how the residual value of chips is counted, if it is in all scenarios alike; the table says it of each."""
    words = {basis_words(one.answer) for one in compared}
    return [f"residual value {word}" for word in words] if len(words) == 1 else []


def headline_caption(view: View) -> str:
    """Return what the headline figures are; the same for all scenarios."""
    return (
        "Value is the present value, after tax, of what a scenario saves against its own baseline under its own "
        "assumptions: it can be higher because the baseline costs more. Where beliefs differ, compare cost. In "
        "brackets: difference from the reference."
    )


def spending_caption(view: View) -> str:
    """Return what the bars are: cash, on one scale, and what of it warrants have been taken from."""
    outline = f"outline: {view.compared[0].name}"
    return f"Cash before tax, one scale; {outline}.{less_warrants(view.bridge.inputs)}"


def levers_title(view: View) -> str:
    """Return how many levers are not set alike."""
    return f"{fmt.counted(len(differing(view.compared)), 'lever')} set differently"


def spending_title(view: View) -> str:
    """Return the finding of the spending charts: who spends least and most, over the years that all have."""
    compared, last = view.compared, last_year(view.compared)
    totals = []
    for one in compared:
        cash = by_year(one.answer.plan.cash_usd)
        totals.append(float(cash[: last - one.answer.calendar.first_year + 1].sum()))
    least, most = int(np.argmin(totals)), int(np.argmax(totals))
    if totals[most] - totals[least] < MATERIAL_USD:
        return f"{_every(len(compared))} spend {fmt.usd(totals[0], 3)} to {last}"
    gap = totals[most] - totals[least]
    how = more_or_less(gap, totals[least])
    return (
        f"To {last}, {quoted(compared[most].name)} spends {fmt.usd(totals[most], 3)}, "
        f"{how} {'as' if how.endswith('much') else 'than'} {quoted(compared[least].name)}"
    )


def power_title(view: View) -> str:
    """Return the finding of the power charts: the lowest peak and the highest, over the years that all have."""
    compared, peaks = view.compared, peak_mw(view.compared)
    until = f"To {last_year(compared)}, " if len({one.answer.last_year for one in compared}) > 1 else ""
    low, high = int(np.argmin(peaks)), int(np.argmax(peaks))
    if peaks[high] - peaks[low] < POWER.material:
        return fmt.sentence(f"{until}{_every(len(compared)).lower()} peak at {fmt.power(peaks[0])}")
    return (
        f"{until}{quoted(compared[high].name)} peaks at {fmt.power(peaks[high])}, "
        f"{fmt.power(peaks[high] - peaks[low], 2, beside=peaks)} above {quoted(compared[low].name)}"
    )


def bridge_title(view: View) -> str:
    """Return the finding of a bridge: where it starts and ends, and which levers lead there."""
    between, measure = view.bridge, view.measure
    label = measure.label(between.inputs.calendar)
    start, parts, end = between.of(measure)
    if abs(end - start) >= measure.material:
        way, ends = (
            "rises" if end > start else "falls",
            [measure.words(one, 3, beside=(start, end, *parts)) for one in (start, end)],
        )
        told = f"from {ends[0]} to {ends[1]}"
        if ends[0] == ends[1]:
            told = f"by {measure.words(abs(end - start), 2, beside=parts)}"
        return f"{label} {way} {told}; {_explained(between, measure)}"
    stays = f"{label} stays at {measure.words(start, 3)}"
    if not np.abs(parts).max(initial=0.0) >= measure.material:
        return f"{stays}; no lever moves it"
    return (
        f"{stays}; {_moves(between, measure, int(np.argmax(parts)))}, {_moves(between, measure, int(np.argmin(parts)))}"
    )


def _explained(between: Bridge, measure: Measure) -> str:
    """Return which levers lead to a difference: the largest part of it, and what goes against it."""
    start, parts, end = between.of(measure)
    names = [in_a_sentence(between.inputs, lever) for lever in between.levers]
    if len(names) == 1:
        return f"only {names[0]} differs"
    toward = parts if end > start else -parts
    top, against = int(np.argmax(toward)), int(np.argmin(toward))
    gap = abs(end - start)
    if -toward[against] > NEGLIGIBLE * gap:
        return f"{_moves(between, measure, top)}, {_moves(between, measure, against)}"
    if np.abs(parts).sum() - abs(parts[top]) < measure.material:
        return f"{names[top]} explains all of it"
    if toward[top] > MOST_OF_IT * gap:
        return f"{names[top]} explains most of it"
    return f"{names[top]} explains the largest part, {measure.words(toward[top], 2, beside=(start, end))}"


def _moves(between: Bridge, measure: Measure, lever: int) -> str:
    start, parts, end = between.of(measure)
    part = float(parts[lever])
    beside = parts if measure.words(start, 3) == measure.words(end, 3) else (start, end, *parts)
    name = fmt.shortened(in_a_sentence(between.inputs, between.levers[lever]), LONGEST_LEVER)
    return f"{name} {'adds' if part > 0 else 'takes away'} {measure.words(abs(part), 2, beside=beside)}"


def bridge_caption(view: View) -> str:
    """Return what shaped a bridge, and how many levers that differ change nothing in it."""
    between, measure, names = view.bridge, view.measure, view.names
    if not between.levers:
        return f"{quoted(names[0])} and {quoted(names[1])} are the same: there is nothing to explain."
    way = f"From {quoted(names[0])} to {quoted(names[1])}"
    how = "what a lever adds, on average over all orders in which levers can be moved"
    if len(between.levers) > MOST_FLAT:
        how = "what a lever adds, split first over groups of levers and then inside groups"
    sentences = [f"{way}: {how}. Parts add up to the {measure.step_name}."]
    if idle := int(np.count_nonzero(between.parts[:, MEASURES.index(measure)] == 0)):
        sentences.append(
            f"{fmt.counted(idle, 'lever')} that {'differs' if idle == 1 else 'differ'} moved nothing here."
        )
    return " ".join([*sentences, measure.caption])
