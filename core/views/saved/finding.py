"""What is to be said of a saved revision: what it was worth, and what became of that since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import GW, Unit
from core.inputs.lever import Lever, Value
from core.inputs.levers import Levers
from core.story.figure import Metric
from core.story.odds import KeptOdds, kept
from core.story.settings import in_words
from core.views.saved.difference import Move, Reopening, less
from core.views.saved.reading import (
    FIRST_CAPITAL,
    Report,
    Shared,
    baseline,
    chips_of,
    figure_words,
    headline,
    warranted,
)


def title(saved: Report, saved_on: date) -> str:
    """Return the title of a revision shown as it was saved: what it was worth then."""
    value = headline(saved)[0]
    said = f"As saved on {fmt.day(saved_on)}"
    if not isinstance(value.value, float):
        return said
    verdict = "worth" if value.value >= 0 else "costs"
    return f"{said}: {verdict} {figure_words(value.unit, abs(value.value))} after tax {_against(value.label)}"


def metrics(saved: Report, today: Report | None = None) -> list[Metric]:
    """Return the saved headline figures for the strip of a page, each beside today's if that is known."""
    by_name = {figure.name: figure for figure in headline(saved)}
    now = {figure.name: figure.words for figure in headline(today)} if today is not None else {}
    other = by_name["value_vs_exit_usd" if baseline(saved) == "hold" else "value_vs_hold_usd"]
    payback = by_name["payback"].words
    beside = {
        "value_usd": f"{_against(other.label)} {other.words}",
        "first_accretive_year": f"payback: {payback[:1].lower()}{payback[1:]}",
    }
    return [
        Metric(
            by_name[name].label,
            by_name[name].words,
            f"today {now[name][:1].lower()}{now[name][1:]}" if name in now else "as saved",
            beside.get(name, ""),
            None,
            "The figure that was saved, not worked out again.",
        )
        for name in ("value_usd", "first_accretive_year", FIRST_CAPITAL, "peak_mw_it", "pv_cost_usd")
    ]


def _against(label: str) -> str:
    return label.removeprefix("Value ")


def spending_title(frame: pd.DataFrame) -> str:
    """Return the finding of the frame of spending: where it peaks."""
    total = frame[frame["variant"] == "plan"].groupby("year")["usd"].sum()
    return f"Spending peaks at {fmt.usd(total.max())} in {total.idxmax()}"


def spending_caption(saved: Report, names: Mapping[str, str]) -> str:
    """Return what shaped the chart of spending: whose chips are less a warrant. names: of suppliers, by id."""
    said, earners = "As saved. Cash before tax; outline: its baseline.", warranted(saved)
    if len(earners) == 1:
        return f"{said} {names.get(earners[0], fmt.sentence(earners[0]))} is less the value of its warrant."
    if earners:
        return f"{said} Chips are before warrants; running cost is net of what those earn together."
    return said if chips_of(saved) else f"{said} The report names no chips."


def power_title(frame: pd.DataFrame) -> str:
    """Return the finding of the frame of power: the highest load, and how much of what can be powered it takes."""
    peak = frame.iloc[int(frame["mw"].argmax())]
    used = fmt.percent(peak["mw"] / peak["capacity_mw"])
    return f"IT load peaks at {fmt.power(peak['mw'])} in {peak['quarter']}, {used} of capacity"


def sentence(reopening: Reopening, saved_on: date) -> str:
    """Return what became of a revision's value since it was saved, and through what."""
    value = reopening.moves[0]
    said = f"Saved on {fmt.day(saved_on)}"
    if value.saved is None or value.today is None:
        return f"{said}, when the model gave other figures than today's; they cannot be set side by side."
    said += f" at {figure_words(value.unit, value.saved)} {_against(value.label)}; {_givers(reopening)}"
    if not value.matters:
        return f"{said} the same."
    if reopening.changed and (value.data is None or value.model is None):
        today, difference = figure_words(value.unit, value.today), signed_words(value.unit, value.difference)
        return f"{said} {today}, {difference}. {_unsplit(reopening)}"
    parts = []
    if reopening.data_changed:
        parts.append(f"{_part_words(value, value.data)} from new data")
    if reopening.model_changed:
        parts.append(f"{_part_words(value, value.model)} from the model")
    if not parts:
        return f"{said} {figure_words(value.unit, value.today)}, {signed_words(value.unit, value.difference)}."
    return f"{said} {figure_words(value.unit, value.today)}: {', '.join(parts)}."


def odds(reopening: Reopening, today: KeptOdds | None) -> str | None:
    """Return what became of the odds since they were saved, and through what; None if none were saved.

    today: those of the same levers on today's data; None while they are not known.
    """
    saved = kept(reopening.saved.get("odds"))
    if saved is None:
        return None
    said = f"Odds as saved: {saved.words}"
    if today is None:
        return f"{said}; today's are being worked out."
    if today == saved:
        return f"{said}, and the same today."
    return f"{said}; today: {today.words}. {_why_odds_differ(reopening, saved, today)}"


def _why_odds_differ(reopening: Reopening, saved: KeptOdds, today: KeptOdds) -> str:
    changed = [
        *(["the data are new"] if reopening.data_changed else []),
        *(["the model is new"] if reopening.model_changed else []),
        *(["the futures are drawn otherwise"] if today.seed != saved.seed else []),
        *([f"{today.draws:,} futures are drawn, not {saved.draws:,}"] if today.draws != saved.draws else []),
    ]
    return f"{fmt.sentence(fmt.listed(changed))}." if changed else "Nothing that they rest on is said to be new."


def basis(reopening: Reopening) -> str | None:
    """Return what became of the basis on which chips are valued at the horizon; None if it is what it was."""
    if reopening.sold is None:
        return None
    sold, saved = headline(reopening.sold)[0], headline(reopening.saved)[0]
    said = (
        "Chips that still work at the horizon are now worth the work that they still do; when this was saved, they "
        f"were sold for a share of their unused cost. On that basis value is {sold.words} today"
    )
    difference = less(sold.value, saved.value)
    if difference is None:
        return f"{said}."
    if abs(difference) < MATERIAL_USD:
        return f"{said}, as saved."
    return f"{said}, {signed_words(sold.unit, difference)} against what was saved."


def gone(reopening: Reopening) -> list[str]:
    """Return what to say of saved levers that are no more, a sentence each."""
    return [
        f"The saved lever {name} ({value}) is no lever of today's model and data; it has no part in today's figures."
        for name, value in reopening.gone.items()
    ]


CONTRIBUTIONS: Final = (
    "When this was saved, a workload's contribution was what leaving it out would cost, so that what workloads compete "
    "for counted twice or not at all. Today it is its part of value, and parts add up. The two cannot be compared."
)
"""How contributions are measured, and were in a model whose reports hold what leaving a workload out would cost."""


def taken_over(shared: Shared, theirs: Levers | None) -> tuple[str, ...]:
    """Return what became of saved levers that were set on other data: a sentence a kind of what was and was not.

    theirs: the levers of the data that they were saved on, by which they are called; None if those cannot be had.
    """
    here = shared.scenario.levers
    refused = [
        f"{here[name].label} ({in_words(here[name], value) if _is_shown(here[name], value) else value})"
        for name, value in shared.refused.items()
    ]
    said = [f"{fmt.counted(shared.count, 'lever')} set as saved. Undo leads back to your work"]
    if shared.unknown:
        said.append(f"Not set, for there is no such lever here: {_called(list(shared.unknown), theirs)}")
    if refused:
        said.append(f"Not set, for it is out of bounds here: {'; '.join(refused)}")
    if shared.added:
        said.append(f"At base, for what was saved has no such lever: {_called(list(shared.added), here)}")
    return tuple(f"{one}." for one in said)


MOST_NAMED: Final = 8
"""Levers that a sentence names; more are counted group by group."""


def _called(names: Sequence[str], levers: Levers | None) -> str:
    """Return levers by name, or if they are many, how many of each group."""
    if levers is None:
        return "; ".join(names)
    known = [levers[name] for name in names if name in levers]
    strange = [name for name in names if name not in levers]
    if len(names) <= MOST_NAMED:
        return "; ".join([*(lever.label for lever in known), *strange])
    groups = Counter(lever.group for lever in known)
    return fmt.listed([*(f"{count} of {group.value}" for group, count in groups.items()), *strange])


def _is_shown(lever: Lever, value: Value) -> bool:
    """True if a value, which the lever may not take, can be written as its others are."""
    return lever.is_numeric and isinstance(value, int | float) and not isinstance(value, bool)


def _givers(reopening: Reopening) -> str:
    if reopening.model_changed and reopening.data_changed:
        return "today's model and data give"
    if reopening.data_changed:
        return "today's data give"
    if reopening.model_changed:
        return "today's model gives"
    return "model and data have the same versions today and give"


def _unsplit(reopening: Reopening) -> str:
    why = "today's model cannot be run on the data it was saved with"
    if not reopening.model_changed:
        return f"The model has not changed since; {why}."
    return f"What of it is data and what is model cannot be told: {why}."


def _part_words(move: Move, part: float | None) -> str:
    return "nothing" if part == 0.0 else signed_words(move.unit, part)


def signed_words(unit: Unit | None, value: float | None) -> str:
    """Return a difference of two headline figures with its sign."""
    if value is None:
        return fmt.MISSING
    if unit is GW:
        return ("+" if value > 0 else "") + fmt.power(value, 2)
    return fmt.usd(value, 2, signed=True)
