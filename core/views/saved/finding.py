"""What is to be said of a saved revision: what it was worth, and what became of that since."""

from __future__ import annotations

from datetime import date

import pandas as pd

from core.base import format as fmt
from core.base.format import GW, Unit
from core.story.figure import Metric
from core.views.saved.difference import Move, Reopening
from core.views.saved.reading import Report, baseline, figure_words, headline


def title(saved: Report, saved_on: date) -> str:
    """Return the title of a revision shown as it was saved: what it was worth then."""
    value = headline(saved)[0]
    said = f"As saved on {day(saved_on)}"
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
        for name in ("value_usd", "first_accretive_year", "capex_2027_usd", "peak_mw_it", "pv_cost_usd")
    ]


def _against(label: str) -> str:
    return label.removeprefix("Value ")


def spending_title(frame: pd.DataFrame) -> str:
    """Return the finding of the frame of spending: where it peaks."""
    total = frame[frame["variant"] == "plan"].groupby("year")["usd"].sum()
    return f"Spending peaks at {fmt.usd(total.max())} in {total.idxmax()}"


def power_title(frame: pd.DataFrame) -> str:
    """Return the finding of the frame of power: the highest load, and how much of what can be powered it takes."""
    peak = frame.iloc[int(frame["mw"].argmax())]
    used = fmt.percent(peak["mw"] / peak["capacity_mw"])
    return f"IT load peaks at {fmt.power(peak['mw'])} in {peak['quarter']}, {used} of capacity"


def sentence(reopening: Reopening, saved_on: date) -> str:
    """Return what became of a revision's value since it was saved, and through what."""
    value = reopening.moves[0]
    said = f"Saved on {day(saved_on)}"
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


def day(when: date) -> str:
    """Return a date as it is read: `3 March 2027`."""
    return f"{when.day} {pd.Timestamp(when).month_name()} {when.year}"


def signed_words(unit: Unit | None, value: float | None) -> str:
    """Return a difference of two headline figures with its sign."""
    if value is None:
        return fmt.MISSING
    if unit is GW:
        return ("+" if value > 0 else "") + fmt.power(value, 2)
    return fmt.usd(value, 2, signed=True)
