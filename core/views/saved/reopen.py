"""A saved revision opened again: what was saved against what today's model and data give, and why they differ.

A revision keeps its report (core.model.report) as it was computed. From that alone come the figures that lists and
links show. Worked out again on the data it was saved with, the difference falls into two parts, exactly:

    today - saved = (today - archived) + (archived - saved) = part of the data + part of the model

where `archived` is today's model on the archived data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from core.base import format as fmt
from core.base.format import GW, USD_BN, Unit
from core.base.quarters import FIRST_YEAR, QUARTERS_PER_YEAR, quarter_index
from core.inputs.data import Inputs
from core.inputs.declaration import resources
from core.inputs.lever import RefusedError, Value
from core.inputs.levers import LEVER, LEVERS
from core.inputs.scenario import Scenario
from core.model.evaluate import MATERIAL_USD
from core.model.model import EXIT, HOLD
from core.model.report import report
from core.story.answer import BASELINE_WORDS
from core.story.figure import Metric
from core.story.frames import with_places_of_names

Report = Mapping[str, Any]
"""What core.model.report.report returns, or returned when the revision was saved."""

SUMMARY: Final = (
    "value_usd",
    "value_vs_exit_usd",
    "capex_2027_usd",
    "peak_mw_it",
    "payback",
    "first_accretive_year",
)
"""The figures of `headline` that the store keeps beside a revision, to sort by."""
ALL_CHIPS: Final = "All chips"

_CAPEX: Final = ("capex_custom_usd", "capex_nvidia_usd", "capex_amd_usd", "capex_facility_usd")
_VARIANT: Final = {"hold": HOLD, "exit": EXIT}


class UnreadableError(RefusedError):
    """A revision that this version cannot read or work out."""


# --- What a report says --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Headline:
    """A headline figure: a number in base units with its unit, or a word; None if the report lacks it."""

    name: str
    label: str
    unit: Unit | None  # None: a word
    value: float | str | None

    @property
    def words(self) -> str:
        """The figure as it is read: `$8.31 B`, `19.6 GW`, `2029-Q3`, `Never`."""
        return _words(self.unit, self.value)


def headline(saved: Report) -> tuple[Headline, ...]:
    """Return the headline figures of a report, whichever version of the model made it.

    Capital spending is chips and data centres, before AMD's warrant. A figure that the report lacks is None.
    Raises UnreadableError if the report is not of the form of core.model.report.
    """
    metrics, quarters = _part(saved, "metrics", Mapping), _quarters(saved)
    first_year = [row for row in quarters if row["quarter"].startswith(f"{FIRST_YEAR}-")]
    capex = [_number(row.get(name), name) for row in first_year for name in _CAPEX]
    spent = sum(usd for usd in capex if usd is not None) if capex and None not in capex else None

    def metric(name: str) -> float | None:
        return _number(metrics.get(name), name)

    return (
        Headline("value_usd", f"Value against {_baseline_words(saved)}", USD_BN, metric("npv_usd")),
        Headline("value_vs_hold_usd", f"Value against {BASELINE_WORDS[HOLD]}", USD_BN, metric("npv_vs_hold_usd")),
        Headline("value_vs_exit_usd", f"Value against {BASELINE_WORDS[EXIT]}", USD_BN, metric("npv_vs_exit_usd")),
        Headline("payback", "Payback", None, _word(metrics, "payback")),
        Headline("first_accretive_year", "First accretive year", None, _word(metrics, "first_accretive_year")),
        Headline("capex_2027_usd", f"Capital spending {FIRST_YEAR}", USD_BN, spent),
        Headline("peak_mw_it", "Peak AI power", GW, metric("peak_mw_it")),
        Headline("pv_cost_usd", "Present value of cost", USD_BN, metric("pv_cost_usd")),
    )


def summary(saved: Report) -> dict[str, float | str | None]:
    """Return the figures of SUMMARY by name; raises UnreadableError as `headline` does."""
    return {figure.name: figure.value for figure in headline(saved) if figure.name in SUMMARY}


def sparkline(saved: Report) -> list[float]:
    """Return cash spending by year, USD, in the order of the years; raises UnreadableError as `headline` does."""
    return [usd for _, usd in _by_year(_quarters(saved), "cash_usd")]


def spending(saved: Report, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return cash by year and kind as core.story.frames.spending does; `kinds` are core.story.frames.spending_kinds.

    Of the baseline a report holds the total alone, as kind `All`. Running cost is what of cash is none of the others,
    so that the kinds of a year add up to its cash. Raises UnreadableError if a series is missing.
    """
    quarters = _quarters(saved)
    names = (*_CAPEX, "warrant_usd", "cash_usd")
    years = [year for year, _ in _by_year(quarters, "cash_usd")]
    by_name = {name: [usd for _, usd in _by_year(quarters, name)] for name in names}
    parts = []
    for year, custom, nvidia, amd, facility, warrant, cash in zip(years, *by_name.values(), strict=True):
        bought = (custom, nvidia, amd - warrant, facility)
        parts += [("plan", year, kind, usd) for kind, usd in zip(kinds, (*bought, cash - sum(bought)), strict=True)]
    parts += [("baseline", year, "All", usd) for year, usd in _by_year(quarters, "baseline_cash_usd")]
    return pd.DataFrame(parts, columns=pd.Index(["variant", "year", "kind", "usd"]))


def power(saved: Report) -> pd.DataFrame:
    """Return IT load and capacity by quarter in the form of core.story.frames.power; a report knows no suppliers here.

    Raises UnreadableError if a series is missing.
    """
    quarters = _quarters(saved)
    load = pd.DataFrame(
        {
            "variant": "plan",
            "quarter": [row["quarter"] for row in quarters],
            "supplier": ALL_CHIPS,
            "mw": [_needed(row, "mw_it") for row in quarters],
            "capacity_mw": [_needed(row, "capacity_mw") for row in quarters],
            "time_years": [FIRST_YEAR + quarter_index(row["quarter"]) / QUARTERS_PER_YEAR for row in quarters],
        }
    )
    return with_places_of_names(load)


def spending_title(frame: pd.DataFrame) -> str:
    """Return the finding of `spending`: where it peaks."""
    total = frame[frame["variant"] == "plan"].groupby("year")["usd"].sum()
    return f"Spending peaks at {fmt.usd(total.max())} in {total.idxmax()}"


def power_title(frame: pd.DataFrame) -> str:
    """Return the finding of `power`: the highest load, and how much of what can be powered it takes."""
    peak = frame.iloc[int(frame["mw"].argmax())]
    used = fmt.percent(peak["mw"] / peak["capacity_mw"])
    return f"IT load peaks at {fmt.power(peak['mw'])} in {peak['quarter']}, {used} of capacity"


def saved_title(saved: Report, saved_on: date) -> str:
    """Return the title of a revision shown as it was saved: what it was worth then."""
    value = headline(saved)[0]
    said = f"As saved on {day(saved_on)}"
    if not isinstance(value.value, float):
        return said
    verdict = "worth" if value.value >= 0 else "costs"
    return f"{said}: {verdict} {_words(value.unit, abs(value.value))} after tax {_against(value.label)}"


def saved_figures(saved: Report, today: Report | None = None) -> list[Metric]:
    """Return the saved headline figures for the strip of a page, each beside today's if that is known."""
    by_name = {figure.name: figure for figure in headline(saved)}
    now = {figure.name: figure.words for figure in headline(today)} if today is not None else {}
    other = by_name["value_vs_exit_usd" if _baseline(saved) == "hold" else "value_vs_hold_usd"]
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


# --- Reading a report that another version may have written ----------------------------------------------------------


def _part(saved: Report, name: str, kind: type) -> Any:
    part = saved.get(name) if isinstance(saved, Mapping) else None
    if not isinstance(part, kind):
        raise UnreadableError([f"{name}: the saved report does not hold it in a form that this version knows"])
    return part


def _version(saved: Report, name: str) -> str:
    version: str = _part(saved, name, str)
    return version


def _quarters(saved: Report) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = _part(saved, "quarters", list)
    for row in rows:
        try:
            quarter_index(row["quarter"])
        except (KeyError, TypeError, ValueError):
            raise UnreadableError(["quarters: the saved report names a quarter in a form that is not known"]) from None
    return rows


def _number(value: object, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnreadableError([f"{name}: the saved report holds {str(value)[:40]!r}, which is not a number"])
    return float(value)


def _needed(row: Mapping[str, Any], name: str) -> float:
    value = _number(row.get(name), name)
    if value is None:
        raise UnreadableError([f"{name}: the saved report does not hold it for {row['quarter']}"])
    return value


def _word(metrics: Mapping[str, Any], name: str) -> str | None:
    value = metrics.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | str)):
        raise UnreadableError([f"{name}: the saved report holds {str(value)[:40]!r}, which is no date and no word"])
    return None if value is None else str(value)


def _by_year(quarters: Sequence[Mapping[str, Any]], name: str) -> list[tuple[int, float]]:
    total: dict[int, float] = {}
    for row in quarters:
        year = int(row["quarter"][:4])
        total[year] = total.get(year, 0.0) + _needed(row, name)
    return sorted(total.items())


def _baseline(saved: Report) -> str:
    """Return the baseline that a report was computed against."""
    named = _part(saved, "levers", Mapping).get("baseline")
    return str(named if named in _VARIANT else LEVER["baseline"].base)


def _baseline_words(saved: Report) -> str:
    return BASELINE_WORDS[_VARIANT[_baseline(saved)]]


# --- Saved against today ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One headline figure as saved, as today's model gives it on the archived data, and today.

    Numbers are rounded to the last binary digits that all three of them can carry, far below a cent: differences
    of such numbers are exact, so that the parts add up to the difference to the last digit.
    """

    name: str
    label: str
    unit: Unit | None
    saved: float | str | None
    archived: float | str | None
    today: float | str | None

    @property
    def difference(self) -> float | None:
        """Today less saved; None for words and where one of them is missing."""
        return _less(self.today, self.saved)

    @property
    def data(self) -> float | None:
        """The part of the difference that comes from new data: today less archived."""
        return _less(self.today, self.archived)

    @property
    def model(self) -> float | None:
        """The part of the difference that comes from the new model: archived less saved."""
        return _less(self.archived, self.saved)

    @property
    def matters(self) -> bool:
        """True if the reader would see that the figure is another."""
        parts = (self.difference, self.data, self.model)
        if self.unit is None or self.difference is None:
            return self.saved != self.today
        least = MATERIAL_USD if self.unit is USD_BN else 1.0
        return any(part is not None and abs(part) >= least for part in parts)


def _less(one: float | str | None, other: float | str | None) -> float | None:
    return one - other if isinstance(one, float) and isinstance(other, float) else None


def _move(figures: Sequence[Headline | None]) -> Move:
    """Return the figure of (saved, archived, today) as one; archived may be None."""
    values = [figure.value if figure is not None else None for figure in figures]
    numbers = [value for value in values if isinstance(value, float)]
    if numbers:
        step = 4.0 * math.ulp(max(map(abs, numbers)))
        values = [round(value / step) * step if isinstance(value, float) else value for value in values]
    saved = next(figure for figure in figures if figure is not None)
    return Move(saved.name, saved.label, saved.unit, *values)


@dataclass(frozen=True, eq=False)
class Reopening:
    """A revision opened again; the scenario is what of its levers today's model has."""

    scenario: Scenario
    saved: Report
    archived: Report | None  # today's model on the data it was saved with; None if that cannot be had
    today: Report
    gone: Mapping[str, Value]  # saved levers that today's model no longer has
    added: tuple[str, ...]  # levers that the saved model did not have; they are at base
    changes: pd.DataFrame | None  # data_changes; None if the archived data cannot be had

    @property
    def model_changed(self) -> bool:
        """True if the revision was saved with another version of the model."""
        return bool(self.saved["model_version"] != self.today["model_version"])

    @property
    def data_changed(self) -> bool:
        """True if the revision was saved with other data."""
        return bool(self.saved["data_version"] != self.today["data_version"])

    @property
    def changed(self) -> bool:
        """True if model or data are of another version."""
        return self.model_changed or self.data_changed

    @property
    def differs(self) -> bool:
        """True if there is something to report: another version, or another figure although none is said to be new."""
        return self.changed or any(move.matters for move in self.moves)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The headline figures; value against the scenario's own baseline comes first and is there once."""
        same = {"hold": "value_vs_hold_usd", "exit": "value_vs_exit_usd"}[_baseline(self.saved)]
        saved, today = headline(self.saved), headline(self.today)
        archived = headline(self.archived) if self.archived is not None else (None,) * len(saved)
        return tuple(_move(three) for three in zip(saved, archived, today, strict=True) if three[0].name != same)


def reopen(today: Inputs, saved: Report, archived: Inputs | None) -> Reopening:
    """Return what was saved beside what today's model gives on the archived data and on today's.

    `archived` is the data set that the revision was saved with (core.inputs.archive.unpack), None if it cannot be
    had; it is not needed where today's data are of the same version. Raises UnreadableError if the report is not of a
    known form or a lever's value is out of today's bounds, ValueError if `archived` is not the revision's data set.
    """
    headline(saved)
    _version(saved, "model_version")
    data_version = _version(saved, "data_version")
    scenario, gone, added = _levers(_part(saved, "levers", Mapping))
    if data_version == today.data_version:
        archived = today
    if archived is not None and archived.data_version != data_version:
        raise ValueError(f"the archived data are of version {archived.data_version}; the revision's are {data_version}")
    now = report(today, scenario)
    then = None
    if archived is today:
        then = now
    elif archived is not None and _can_evaluate(archived):
        then = report(archived, scenario)
    changes = data_changes(archived, today) if archived is not None else None
    return Reopening(scenario, saved, then, now, MappingProxyType(gone), added, changes)


def scenario_of(saved: Report) -> Scenario:
    """Return the scenario of today that a revision's levers are: those that are gone left out, new ones at base.

    Raises UnreadableError if a lever's value is out of today's bounds.
    """
    scenario, _, _ = _levers(_part(saved, "levers", Mapping))
    return scenario


def _levers(saved: Mapping[str, Any]) -> tuple[Scenario, dict[str, Value], tuple[str, ...]]:
    """Return the scenario of today that the saved levers are, those that are gone and those that are new."""
    known = {name: value for name, value in saved.items() if name in LEVER}
    problems = [problem for name, value in known.items() if (problem := LEVER[name].problem(value))]
    if problems:
        raise UnreadableError(problems)
    gone = {str(name): value for name, value in saved.items() if name not in LEVER}
    return Scenario.of(known), gone, tuple(lever.id for lever in LEVERS if lever.id not in known)


def _can_evaluate(inputs: Inputs) -> bool:
    """True if today's model has an adoption lever for every workload of the data."""
    return all(f"adoption_{workload}" in LEVER for workload in inputs.workloads)


def sentence(reopening: Reopening, saved_on: date) -> str:
    """Return what became of a revision's value since it was saved, and through what."""
    value = reopening.moves[0]
    said = f"Saved on {day(saved_on)}"
    if value.saved is None or value.today is None:
        return f"{said}, when the model gave other figures than today's; they cannot be set side by side."
    said += f" at {_words(value.unit, value.saved)} {_against(value.label)}; {_givers(reopening)}"
    if not value.matters:
        return f"{said} the same."
    if reopening.changed and (value.data is None or value.model is None):
        return (
            f"{said} {_words(value.unit, value.today)}, {_change(value.unit, value.difference)}. {_unsplit(reopening)}"
        )
    parts = []
    if reopening.data_changed:
        parts.append(f"{_part_words(value, value.data)} from new data")
    if reopening.model_changed:
        parts.append(f"{_part_words(value, value.model)} from the model")
    if not parts:
        return f"{said} {_words(value.unit, value.today)}, {_change(value.unit, value.difference)}."
    return f"{said} {_words(value.unit, value.today)}: {', '.join(parts)}."


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
    return "nothing" if part == 0.0 else _change(move.unit, part)


def day(when: date) -> str:
    """Return a date as it is read: `3 March 2027`."""
    return f"{when.day} {pd.Timestamp(when).month_name()} {when.year}"


def table(reopening: Reopening) -> pd.DataFrame:
    """Return saved against today in words, a row a headline figure; dates go from what they were to what they are."""
    return pd.DataFrame(
        [
            {
                "Metric": move.label,
                "Saved": _words(move.unit, move.saved),
                "Today": _words(move.unit, move.today),
                "Difference": _between(move.unit, move.saved, move.today, relative=True),
                "Of it data": _between(move.unit, move.archived, move.today),
                "Of it model": _between(move.unit, move.saved, move.archived),
            }
            for move in reopening.moves
        ]
    )


def _words(unit: Unit | None, value: float | str | None) -> str:
    if value is None:
        return fmt.MISSING
    if isinstance(value, str):
        return value[:1].upper() + value[1:]
    return fmt.power(value) if unit is GW else fmt.usd(value, 3)


def _change(unit: Unit | None, value: float | None) -> str:
    if value is None:
        return fmt.MISSING
    if unit is GW:
        return ("+" if value > 0 else "") + fmt.power(value, 2)
    return fmt.usd(value, 2, signed=True)


def _between(unit: Unit | None, before: float | str | None, after: float | str | None, relative: bool = False) -> str:
    """Return the way from one figure to another; `relative` says it in per cent too."""
    if before is None or after is None:
        return fmt.MISSING
    if before == after:
        return "no change"
    change = _less(after, before)
    if change is None:
        return f"{_words(unit, before)} → {_words(unit, after)}"
    share = f", {fmt.percent(change / abs(float(before)), signed=True)}" if relative and before else ""
    return f"{_change(unit, change)}{share}"


# --- What changed in the data ----------------------------------------------------------------------------------------

CHANGE_COLUMNS: Final = ("table", "row", "column", "before", "after", "change_share", "unit", "grade", "source")
_FIGURE, _ADDED, _REMOVED, _TEXT, _ORDER = range(5)  # in this order they are listed


def data_changes(old: Inputs, new: Inputs) -> pd.DataFrame:
    """Return every input that differs between two data sets; columns: CHANGE_COLUMNS.

    A row is a cell, or a whole row that was added or removed. Figures come first, then rows, then words, each in the
    order of the declaration and of the files. `change_share` is after / before - 1, missing for what is no figure;
    grade and source are those of the new row.
    """
    found: list[tuple[int, dict[str, object]]] = []
    titles = dict(zip(new.tables["sources"]["source_id"], new.tables["sources"]["title"], strict=True))
    for resource in resources():
        was, now = (_rows(resource, inputs) for inputs in (old, new))
        label = _row_labels(resource, new, old)
        units = {field["name"]: field.get("unit") for field in resource["schema"]["fields"]}
        for key, row in now.items():
            rest = {
                "table": resource["title"],
                "row": label(key, row),
                "grade": row.get("grade"),
                "source": titles.get(row.get("source_id")),
            }
            if key not in was:
                entry = {"column": "whole row", "before": fmt.MISSING, "after": f"added: {_figures(resource, row)}"}
                found.append((_ADDED, {**rest, **entry}))
                continue
            for column, value in row.items():
                if value != was[key][column]:
                    found.append(_cell(column, was[key][column], value, {**rest, "unit": units[column]}))
        for key, row in was.items():
            if key not in now:
                entry = {"column": "whole row", "before": _figures(resource, row), "after": "removed"}
                found.append((_REMOVED, {"table": resource["title"], "row": label(key, row), **entry}))
        if [key for key in was if key in now] != [key for key in now if key in was]:
            entry = {"column": "order of rows", "before": fmt.MISSING, "after": "changed; it breaks ties"}
            found.append((_ORDER, {"table": resource["title"], "row": "all", **entry}))
    found.sort(key=lambda entry: entry[0])
    frame = pd.DataFrame([entry for _, entry in found], columns=pd.Index(CHANGE_COLUMNS))
    return frame.astype({"change_share": float})


def changes_table(changes: pd.DataFrame) -> pd.DataFrame:
    """Return `data_changes` as it is read."""
    shown = changes.fillna(dict.fromkeys(("unit", "grade", "source"), ""))
    change = ["" if pd.isna(share) else fmt.percent(share, signed=True) for share in changes["change_share"]]
    shown = shown.assign(change_share=change).rename(columns={"change_share": "change"})
    return shown.rename(columns=str.capitalize)


def _rows(resource: Mapping[str, Any], inputs: Inputs) -> dict[tuple[object, ...], dict[str, Any]]:
    """Return the rows of a table by their keys, missing cells as None."""
    rows = inputs.tables[resource["name"]].to_dict("records")
    clean = [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in rows]
    return {tuple(row[name] for name in resource["schema"]["primaryKey"]): row for row in clean}


def _cell(column: str, before: object, after: object, rest: dict[str, object]) -> tuple[int, dict[str, object]]:
    figures = [value for value in (before, after) if isinstance(value, int | float)]
    share = None
    if len(figures) == 2 and figures[0]:
        share = figures[1] / figures[0] - 1.0
    entry = {"column": column, "before": _exactly(before), "after": _exactly(after), "change_share": share}
    return (_FIGURE if figures else _TEXT, {**rest, **entry})


def _exactly(value: object) -> str:
    """Return a cell as text without losing a digit."""
    if value is None:
        return "empty"
    if not isinstance(value, float):
        return str(value)
    number = Decimal(repr(value))
    if number == number.to_integral_value() and abs(number) < 10**15:
        return f"{int(number):,}"
    return f"{number:,}"


def _figures(resource: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return the figures of a whole row, or its words if it has none."""
    fields = [field for field in resource["schema"]["fields"] if field["name"] not in resource["schema"]["primaryKey"]]
    figures = [field["name"] for field in fields if field["type"] == "number" and row[field["name"]] is not None]
    if figures:
        return ", ".join(f"{name} {_exactly(row[name])}" for name in figures)
    return ", ".join(str(row[field["name"]]) for field in fields[:2] if row[field["name"]] is not None)


def _row_labels(
    resource: Mapping[str, Any], new: Inputs, old: Inputs
) -> Callable[[tuple[object, ...], Mapping[str, Any]], str]:
    """Return what names a row of a table: the names that its keys stand for, where there are any."""
    schema = resource["schema"]
    named = any(field["name"] == "name" for field in schema["fields"])
    names: dict[str, dict[object, object]] = {}
    for key in schema.get("foreignKeys", []):
        (column,), (key_column,) = key["fields"], key["reference"]["fields"]
        tables = [inputs.tables[key["reference"]["resource"]] for inputs in (old, new)]
        if "name" in tables[0]:
            names[column] = {
                id: name for table in tables for id, name in zip(table[key_column], table["name"], strict=True)
            }

    def label(key: tuple[object, ...], row: Mapping[str, Any]) -> str:
        words = [
            names.get(column, {}).get(value, value) for column, value in zip(schema["primaryKey"], key, strict=True)
        ]
        return ", ".join(str(word) for word in ([row["name"], *words[1:]] if named else words))

    return label
