"""Two to four scenarios side by side, and the bridge from one to another: what each lever adds to the difference.

A bridge is exact. Every mixture of the two scenarios' settings that it needs is evaluated, and each lever's part is
its Shapley value, which does not depend on the order in which levers are moved. Sentences take scenarios' names as
they are; the first scenario is the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base import shapley
from core.base.format import Unit
from core.inputs.data import CUSTOM, Inputs
from core.inputs.scenario import FIRST_YEAR, LEVERS, Columns, Lever, Scenario, Value
from core.model.evaluate import CAPITAL_SERIES, MATERIAL_USD, capital_spending_usd, evaluate
from core.model.report import accretive_word
from core.story import finding, frames
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels
from core.story.steps import MOST_BARS, step_bars

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
InWords = Callable[[Lever, Value], str]
"""How a lever's setting is told: `70 % of new capacity`."""

MOST_SCENARIOS: Final = 4
MOST_FLAT: Final = 12
"""As many levers as are split in one go; of more, groups are split first, for each lever doubles the work."""
RUN: Final = 4
"""Levers of a group that are split together, when there are more than MOST_FLAT in all."""
NEGLIGIBLE: Final = 0.05
"""What goes against a difference goes unmentioned below this share of it."""
MOST_OF_IT: Final = 0.5


@dataclass(frozen=True)
class Measure:
    """A figure that a bridge explains."""

    label: str
    caption: str
    per_unit: int  # the steps in which its parts add up
    step_name: str
    exact_unit: str
    units: tuple[Unit, Unit]  # the reader's, large and small
    words: Callable[[float, int], str]
    material: float
    more_is_good: bool

    def unit(self, figures: Floats) -> Unit:
        """Return the one unit in which to write all of `figures`."""
        return fmt.one_unit(self.units, figures)


VALUE: Final = Measure(
    "Value",
    "After tax; each mixture of the two scenarios is measured against its own baseline.",
    100,
    "cent",
    "$",
    (fmt.USD_BN, fmt.USD_M),
    fmt.usd,
    MATERIAL_USD,
    True,
)
CAPITAL: Final = Measure(
    f"Capital spending {FIRST_YEAR}",
    "Chips and data centres, before tax and before AMD's warrant, as in the headline figure.",
    100,
    "cent",
    "$",
    (fmt.USD_BN, fmt.USD_M),
    fmt.usd,
    MATERIAL_USD,
    False,
)
POWER: Final = Measure(
    "Peak AI power",
    "Highest IT load of all accelerators that work.",
    1_000_000,
    "watt",
    "MW",
    (fmt.GW, fmt.MW),
    fmt.power,
    1.0,
    False,
)
MEASURES: Final = (VALUE, CAPITAL, POWER)
"""In the order of the last axis of a bridge."""


@dataclass(frozen=True, eq=False)
class Bridge:
    """The way from one scenario's figures to another's, lever by lever, in whole cents and watts.

    `start + parts.sum(axis=0) == end`, exactly.
    """

    inputs: Inputs
    before: Scenario
    after: Scenario
    levers: tuple[Lever, ...]  # those that differ
    start: Ints  # (measure,)
    parts: Ints  # (lever, measure)
    end: Ints  # (measure,)

    def of(self, measure: Measure) -> tuple[float, Floats, float]:
        """Return start, parts (lever,) and end of one measure, in USD or MW."""
        m = MEASURES.index(measure)
        scale = float(measure.per_unit)
        return float(self.start[m] / scale), self.parts[:, m] / scale, float(self.end[m] / scale)


def bridge(inputs: Inputs, before: Scenario, after: Scenario) -> Bridge:
    """Return what each lever adds on the way from `before` to `after`, in each of MEASURES.

    `part[i] = sum over S of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S))`, S the levers set as in `after`, the others
    as in `before`. Value is each mixture's own, against the baseline it chose itself. Above MOST_FLAT levers: first
    over what is ours to decide and what we believe, then over groups in them, then inside groups (Owen's value).
    """
    levers = tuple(lever for lever in LEVERS if before[lever.id] != after[lever.id])

    def value(mixtures: shapley.Masks) -> Floats:
        return _measured(inputs, _mixed(before, after, levers, mixtures))

    split = shapley.split(_tree(levers), value)
    start, parts, end = shapley.in_steps(split, np.array([measure.per_unit for measure in MEASURES]))
    return Bridge(inputs, before, after, levers, start, parts, end)


def _measured(inputs: Inputs, levers: Columns) -> Floats:
    """Return MEASURES of each scenario; (scenario, measure)."""
    result = evaluate(inputs, levers, series=CAPITAL_SERIES)
    return np.stack([result.metrics["npv_usd"], capital_spending_usd(result), result.metrics["peak_mw_it"]], axis=1)


def _mixed(before: Scenario, after: Scenario, levers: Sequence[Lever], mixtures: shapley.Masks) -> Columns:
    """Return mixtures of two scenarios: lever i is as in `after` where bit i is set; (mixture,) by lever id."""
    columns = {lever.id: np.full(mixtures.size, before.number(lever.id)) for lever in LEVERS}
    for bit, lever in enumerate(levers):
        moved = (mixtures >> np.uint64(bit)) & np.uint64(1)
        columns[lever.id][moved == 1] = after.number(lever.id)
    return columns


def _tree(levers: Sequence[Lever]) -> shapley.Tree:
    """Return how levers are split: all at once if they are few, else by kind, group and runs of neighbours."""
    places = range(len(levers))
    if len(levers) <= MOST_FLAT:
        return tuple(places)

    def runs(group: list[int]) -> shapley.Tree:
        pieces = np.array_split(group, -(-len(group) // RUN))
        return tuple(tuple(piece.tolist()) for piece in pieces)

    kinds = [list(kind) for _, kind in groupby(places, lambda i: levers[i].kind)]
    return tuple(tuple(runs(list(group)) for _, group in groupby(kind, lambda i: levers[i].group)) for kind in kinds)


# --- Names


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return `names` so that no two are alike: the second `Plan` is `Plan (2)`."""
    out: list[str] = []
    for name in names:
        other, count = name, 1
        while other in out:
            count += 1
            other = f"{name} ({count})"
        out.append(other)
    return tuple(out)


def lever_name(inputs: Inputs, lever: Lever) -> str:
    """Return what a lever is called outside the sidebar, where no heading says whose share it is."""
    if lever.id in {f"adoption_{workload}" for workload in inputs.workloads}:
        return f"{supplier_labels(inputs)[CUSTOM]}, {lever.label.lower()}"
    return lever.label


_IN_A_SENTENCE: Final = {
    "adoption_start": "start of the change",
    "custom_premium_max": "right to stop",
    "baseline": "baseline",
}


def _in_a_sentence(inputs: Inputs, lever: Lever) -> str:
    """Return a lever's name as it stands within a sentence: `MTIA in generative training`, `tax rate`."""
    name = lever_name(inputs, lever)
    what, comma, where = name.partition(", ")
    if comma:
        name = f"{what} in {where}" if where.capitalize() in workload_labels(inputs) else f"{what} ({where})"
    name = _IN_A_SENTENCE.get(lever.id, name)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _quoted(name: str) -> str:
    return f"“{name}”"


# --- Scenarios side by side


@dataclass(frozen=True, eq=False)
class Compared:
    """A scenario in a comparison; names are told apart before."""

    name: str
    scenario: Scenario
    answer: Answer


def differing(compared: Sequence[Compared]) -> list[Lever]:
    """Return the levers that are not set alike in all scenarios."""
    return [lever for lever in LEVERS if len({one.scenario[lever.id] for one in compared}) > 1]


def levers_table(inputs: Inputs, compared: Sequence[Compared], in_words: InWords) -> pd.DataFrame:
    """Return each lever that differs with every scenario's setting in words."""
    rows = [
        (lever_name(inputs, lever), str(lever.group), *(in_words(lever, one.scenario[lever.id]) for one in compared))
        for lever in differing(compared)
    ]
    return pd.DataFrame(rows, columns=list(told_apart(("Lever", "Group", *(one.name for one in compared)))))


def headline_table(compared: Sequence[Compared]) -> pd.DataFrame:
    """Return the headline figures in words, a column a scenario, each with its difference from the first."""
    answers = [one.answer for one in compared]
    custom = answers[0].custom

    def money(figures: list[float]) -> list[str]:
        return _cells(figures, lambda usd: fmt.usd(usd, 3), lambda usd: fmt.usd(usd, signed=True), MATERIAL_USD)

    capital = [float(capital_spending_usd(answer.result)[0]) for answer in answers]
    power = [answer.metric("peak_mw_it") for answer in answers]
    share = [finding.custom_share_of_work(answer, answer.plan) for answer in answers]
    rows = [
        ["Measured", *(f"against {answer.baseline_words}, to {answer.last_year}" for answer in answers)],
        ["Value against today's mix held", *money([answer.metric("npv_vs_hold_usd") for answer in answers])],
        ["Value against exit custom", *money([answer.metric("npv_vs_exit_usd") for answer in answers])],
        ["First accretive year", *_year_cells([accretive_word(answer.result) for answer in answers])],
        [CAPITAL.label, *money(capital)],
        [POWER.label, *_cells(power, fmt.power, finding.signed_power, POWER.material)],
        [f"{custom} share of work in the last year", *_cells(share, fmt.percent, _points, relative=False)],
    ]
    return pd.DataFrame(rows, columns=list(told_apart(("Figure", *(one.name for one in compared)))))


def _cells(
    figures: list[float],
    words: Callable[[float], str],
    change: Callable[[float], str],
    material: float = 0.0,
    relative: bool = True,
) -> list[str]:
    """Return figures in words, each but the first with its difference from the first, absolute and as a share."""
    first, cells = figures[0], [words(figures[0])]
    for figure in figures[1:]:
        more = figure - first
        if abs(more) <= material or change(more) == change(0.0):
            cells.append(f"{words(figure)} (no difference)")
            continue
        share = f", {finding.relative(more, first)}" if relative and abs(first) > material else ""
        cells.append(f"{words(figure)} ({change(more)}{share})")
    return cells


def _points(share: float) -> str:
    return fmt.POINTS.words(share, signed=True)


def _year_cells(years: list[int | str]) -> list[str]:
    first, cells = years[0], [str(years[0]).capitalize()]
    for year in years[1:]:
        later = year - first if isinstance(year, int) and isinstance(first, int) else 0
        gap = f" ({fmt.counted(abs(later), 'year')} {'later' if later > 0 else 'earlier'})" if later else ""
        cells.append(f"{str(year).capitalize()}{gap}")
    return cells


def _plan(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["variant"] == "plan"]


def spending(compared: Sequence[Compared]) -> list[pd.DataFrame]:
    """Return cash by year and kind, a frame a scenario, as core.story.frames.spending.

    Variant `baseline` is the first scenario, in the others' frames; `scale` spans all frames' years and heights.
    """
    plans = [_plan(frames.spending(one.answer)) for one in compared]
    every = pd.concat(plans, keys=range(len(plans)), names=["scenario"])
    heights = [every["usd"].clip(lower=0.0), every["usd"].clip(upper=0.0)]
    ends = [height.groupby([every.index.get_level_values("scenario"), every["year"]]).sum() for height in heights]
    years = sorted(every["year"].unique())
    scale = pd.DataFrame(
        {
            "variant": "scale",
            "year": np.repeat(years, 2),
            "kind": every["kind"].iloc[0],
            "usd": np.tile([ends[0].max(), ends[1].min()], len(years)),
        }
    )
    return _with_reference(plans, scale)


def power(compared: Sequence[Compared]) -> list[pd.DataFrame]:
    """Return IT load by quarter and supplier, a frame a scenario, as story.frames.power; variants as in `spending`."""
    plans = [_plan(frames.power(one.answer)) for one in compared]
    tops = [max(plan.groupby("quarter")["mw"].sum().max(), plan["capacity_mw"].max()) for plan in plans]
    longest = max(plans, key=len).drop_duplicates("quarter")
    scale = longest.assign(variant="scale", mw=max(tops), capacity_mw=max(tops))
    return _with_reference(plans, scale)


def _with_reference(plans: list[pd.DataFrame], scale: pd.DataFrame) -> list[pd.DataFrame]:
    reference = plans[0].assign(variant="baseline")
    return [pd.concat([plan, *([reference] if i else []), scale], ignore_index=True) for i, plan in enumerate(plans)]


def spending_table(compared: Sequence[Compared]) -> pd.DataFrame:
    """Return cash by year and kind, a column a scenario, $ B."""
    return _beside(
        compared, [_plan(frames.spending(one.answer)) for one in compared], ["year", "kind"], "usd", fmt.USD_BN
    )


def power_table(compared: Sequence[Compared]) -> pd.DataFrame:
    """Return IT load by quarter and supplier, a column a scenario, GW."""
    plans = [_plan(frames.power(one.answer)) for one in compared]
    return _beside(compared, plans, ["quarter", "supplier"], "mw", fmt.GW)


def _beside(
    compared: Sequence[Compared], plans: list[pd.DataFrame], rows: list[str], values: str, unit: Unit
) -> pd.DataFrame:
    longest = max(plans, key=len)
    table = longest[rows].reset_index(drop=True)
    for one, plan in zip(compared, plans, strict=True):
        figures = (plan.set_index(rows)[values] / unit.scale).rename(f"{one.name} ({unit.name})")
        table = table.join(figures, on=rows)
    return table.rename(columns={name: name.capitalize() for name in rows})


# --- Sentences


def title(compared: Sequence[Compared], between: Bridge) -> str:
    """Return the finding of a comparison; `between` joins the scenarios if they are two."""
    if not differing(compared):
        names = fmt.listed([_quoted(one.name) for one in compared])
        return f"{names} are the same: every lever is set alike"
    if views := _views(compared):
        told = _worth_each(compared) if len(compared) == 2 else f"{len(compared)} scenarios"
        return f"{told}: {views} differ, so the values are not like for like"
    year = compared[0].answer.last_year
    if len(compared) > 2:
        ranked = sorted(compared, key=lambda one: one.answer.metric("npv_usd"))
        least, most = ranked[0], ranked[-1]
        gap = most.answer.metric("npv_usd") - least.answer.metric("npv_usd")
        count = f"Of {len(compared)} scenarios"
        if gap < VALUE.material:
            return f"{count}, each is worth the same after tax by {year}"
        return (
            f"{count}, {_quoted(most.name)} is worth {fmt.usd(gap)} more than {_quoted(least.name)} after tax by {year}"
        )
    first, second = compared
    start, _, end = between.of(VALUE)
    more = end - start
    names = f"than {_quoted(first.name)} after tax by {year}"
    if abs(more) < VALUE.material:
        differ = fmt.counted(len(between.levers), "lever")
        return f"{_quoted(second.name)} is worth no more and no less {names}, with {differ} set differently"
    worth = f"{fmt.usd(abs(more))} {'more' if more > 0 else 'less'}"
    return f"{_quoted(second.name)} is worth {worth} {names}; {_explained(between, VALUE)}"


def _views(compared: Sequence[Compared]) -> str:
    """Return in words what of baseline and horizon differs; nothing if values are like for like."""
    ways = {
        "baselines": {one.answer.baseline_course for one in compared},
        "horizons": {one.answer.last_year for one in compared},
    }
    return fmt.listed([name for name, settings in ways.items() if len(settings) > 1])


def _worth_each(compared: Sequence[Compared]) -> str:
    told = []
    for one in compared:
        npv = one.answer.metric("npv_usd")
        verdict = f"{'is worth' if npv >= 0 else 'costs'} {fmt.usd(abs(npv))}"
        told.append(f"{_quoted(one.name)} {verdict} against {one.answer.baseline_words} by {one.answer.last_year}")
    return fmt.listed(told)


def subtitle(compared: Sequence[Compared], data_date: str) -> str:
    """Return what a comparison rests on."""
    return " · ".join(
        [
            "Each scenario against its own baseline, under its own assumptions",
            f"{_quoted(compared[0].name)} is the reference",
            "nominal US dollars",
            f"data of {data_date}",
            "plan case: one setting of every assumption, no odds",
        ]
    )


def spending_title(compared: Sequence[Compared]) -> str:
    """Return the finding of the spending charts: who spends least and most, over the years that all have."""
    last = min(one.answer.last_year for one in compared)
    totals = []
    for one in compared:
        plan = _plan(frames.spending(one.answer))
        totals.append(float(plan.loc[plan["year"] <= last, "usd"].sum()))
    least, most = int(np.argmin(totals)), int(np.argmax(totals))
    if totals[most] - totals[least] < MATERIAL_USD:
        return f"Each spends {fmt.usd(totals[0], 3)} to {last}"
    gap = fmt.usd(totals[most] - totals[least])
    return (
        f"To {last}, {_quoted(compared[most].name)} spends {fmt.usd(totals[most], 3)}, "
        f"{gap} more than {_quoted(compared[least].name)}"
    )


def power_title(compared: Sequence[Compared]) -> str:
    """Return the finding of the power charts: the lowest peak and the highest."""
    peaks = [one.answer.metric("peak_mw_it") for one in compared]
    low, high = int(np.argmin(peaks)), int(np.argmax(peaks))
    if peaks[high] - peaks[low] < POWER.material:
        return f"Each peaks at {fmt.power(peaks[0])}"
    return (
        f"{_quoted(compared[high].name)} peaks at {fmt.power(peaks[high])}, "
        f"{fmt.power(peaks[high] - peaks[low], 2)} above {_quoted(compared[low].name)}"
    )


def bridge_title(between: Bridge, measure: Measure) -> str:
    """Return the finding of a bridge: where it starts and ends, and which levers lead there."""
    start, parts, end = between.of(measure)
    if abs(end - start) >= measure.material:
        way = f"{'rises' if end > start else 'falls'} by {measure.words(abs(end - start), 2)}"
        return f"{measure.label} {way} to {measure.words(end, 3)}; {_explained(between, measure)}"
    stays = f"{measure.label} stays at {measure.words(start, 3)}"
    if not np.abs(parts).max(initial=0.0) >= measure.material:
        return f"{stays}; no lever moves it"
    return (
        f"{stays}; {_moves(between, measure, int(np.argmax(parts)))}, {_moves(between, measure, int(np.argmin(parts)))}"
    )


def _explained(between: Bridge, measure: Measure) -> str:
    """Return which levers lead to a difference: the largest part of it, and what goes against it."""
    start, parts, end = between.of(measure)
    names = [_in_a_sentence(between.inputs, lever) for lever in between.levers]
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
    return f"{names[top]} explains the largest part, {measure.words(toward[top], 2)}"


def _moves(between: Bridge, measure: Measure, lever: int) -> str:
    part = float(between.of(measure)[1][lever])
    name = _in_a_sentence(between.inputs, between.levers[lever])
    return f"{name} {'adds' if part > 0 else 'takes away'} {measure.words(abs(part), 2)}"


# --- The bridge as it is drawn and read


def bridge_bars(between: Bridge, measure: Measure, names: tuple[str, str], in_words: InWords) -> pd.DataFrame:
    """Return the bars of a bridge, the largest first and what is left in one; see `step_bars`."""
    start, parts, end = between.of(measure)
    order = [int(i) for i in np.argsort(-np.abs(parts), kind="stable") if parts[i]]
    shown, rest = order[:MOST_BARS], order[MOST_BARS:]
    steps = [
        (
            lever_name(between.inputs, lever := between.levers[i]),
            float(parts[i]),
            f"{in_words(lever, between.before[lever.id])} → {in_words(lever, between.after[lever.id])}",
        )
        for i in shown
    ]
    if rest:
        steps.append((fmt.counted(len(rest), "other lever"), float(parts[rest].sum()), "in the table below"))
    ends = ((f"From: {names[0]}", start), (f"To: {names[1]}", end))
    return step_bars(ends, steps, bridge_unit(between, measure), measure.more_is_good)


def bridge_unit(between: Bridge, measure: Measure) -> Unit:
    """Return the unit in which a bridge is drawn."""
    start, parts, end = between.of(measure)
    return measure.unit(np.array([start, *parts, end]))


def bridge_caption(between: Bridge, measure: Measure, names: tuple[str, str]) -> str:
    """Return what shaped a bridge, and how many levers that differ change nothing in it."""
    if not between.levers:
        return f"{_quoted(names[0])} and {_quoted(names[1])} are the same: there is nothing to explain."
    way = f"From {_quoted(names[0])} to {_quoted(names[1])}"
    how = "exact Shapley values, the average over all orders in which levers can be moved"
    if len(between.levers) > MOST_FLAT:
        how = "exact Owen values, split first over groups of levers and then inside groups"
    sentences = [f"{way}: {how}. Parts add up to the {measure.step_name}."]
    if idle := int(np.count_nonzero(between.parts[:, MEASURES.index(measure)] == 0)):
        sentences.append(
            f"{fmt.counted(idle, 'lever')} that {'differs' if idle == 1 else 'differ'} moved nothing here."
        )
    return " ".join([*sentences, measure.caption])


def bridge_table(between: Bridge, names: tuple[str, str], in_words: InWords) -> pd.DataFrame:
    """Return the whole bridge, a row a lever between start and end, to the cent and the watt."""
    levers = between.levers
    table = pd.DataFrame(
        {
            "Lever": [f"From: {names[0]}", *(lever_name(between.inputs, lever) for lever in levers), f"To: {names[1]}"],
            "From": ["", *(in_words(lever, between.before[lever.id]) for lever in levers), ""],
            "To": ["", *(in_words(lever, between.after[lever.id]) for lever in levers), ""],
        }
    )
    for measure in MEASURES:
        start, parts, end = between.of(measure)
        table[f"{measure.label} ({measure.exact_unit})"] = [start, *parts, end]
    return table
