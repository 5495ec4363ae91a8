"""A saved report as it is read, whichever version of the model made it: its headline figures, series and levers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from core.base import format as fmt
from core.base.format import GW, USD_BN, Unit
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.case import Case
from core.inputs.lever import RefusedError, Value
from core.inputs.lever_table import adoption, warrant
from core.inputs.levers import Levers
from core.inputs.scenario import Scenario
from core.model.evaluate import capex_name
from core.model.model import EXIT, HOLD
from core.store.tables import SUMMARY
from core.story.answer import BASELINE_WORDS

Report = Mapping[str, Any]
"""What core.model.report.report returns, or returned when the revision was saved."""

FACILITY: Final = "facility"
"""Stands where a supplier's id stands in the name of a series: what is spent on data centres."""
FIRST_CAPITAL: Final = "capex_first_year_usd"
"""The headline figure of what is spent in the first year that is modelled."""
LEAVE_ONE_OUT: Final = ("1",)
"""Versions of the model in which a workload's contribution was what taking it out would cost. It is a part of value
since, and parts add up."""
_VARIANT: Final = {"hold": HOLD, "exit": EXIT}
_QUARTER: Final = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_CAPITAL: Final = re.compile(capex_name("(.+)"))
_ADOPTION: Final = re.compile(adoption("(?!start$)(.+)"))


class UnreadableError(RefusedError):
    """A revision that this version cannot read or work out."""


# --- Headline figures and series


@dataclass(frozen=True)
class Headline:
    """A headline figure: a number in base units with its unit, or a word; None if the report lacks it."""

    name: str
    label: str
    unit: Unit | None  # None: a word
    value: float | str | None

    @property
    def words(self) -> str:
        """The figure as it is read: `$8.31 B`, `19.6 GW`, `2019-Q3`, `Never`."""
        return figure_words(self.unit, self.value)


def headline(saved: Report) -> tuple[Headline, ...]:
    """Return the headline figures of a report, whichever version of the model made it.

    Capital spending is chips and data centres, before warrants. A figure that the report lacks is None.
    Raises UnreadableError if the report is not of the form of core.model.report.
    """
    metrics, quarters = _part(saved, "metrics", Mapping), quarterly(saved)
    first_year = min((year_of(row) for row in quarters), default=None)
    capex = [_number(row.get(name), name) for row in quarters if year_of(row) == first_year for name in capital(saved)]
    spent = sum(usd for usd in capex if usd is not None) if capex and None not in capex else None

    def metric(name: str) -> float | None:
        return _number(metrics.get(name), name)

    return (
        Headline("value_usd", f"Value against {_baseline_words(saved)}", USD_BN, metric("npv_usd")),
        Headline("value_vs_hold_usd", f"Value against {BASELINE_WORDS[HOLD]}", USD_BN, metric("npv_vs_hold_usd")),
        Headline("value_vs_exit_usd", f"Value against {BASELINE_WORDS[EXIT]}", USD_BN, metric("npv_vs_exit_usd")),
        Headline("payback", "Payback", None, _word(metrics, "payback")),
        Headline("first_accretive_year", "First accretive year", None, _word(metrics, "first_accretive_year")),
        Headline(FIRST_CAPITAL, f"Capital spending {first_year or 'of the first year'}", USD_BN, spent),
        Headline("peak_mw_it", "Peak AI power", GW, metric("peak_mw_it")),
        Headline("pv_cost_usd", "Present value of cost", USD_BN, metric("pv_cost_usd")),
    )


def summary(saved: Report) -> dict[str, float | str | None]:
    """Return the figures of SUMMARY by name; raises UnreadableError as `headline` does."""
    return {figure.name: figure.value for figure in headline(saved) if figure.name in SUMMARY}


def sparkline(saved: Report) -> list[float]:
    """Return cash spending by year, USD, in the order of the years; raises UnreadableError as `headline` does."""
    return [usd for _, usd in yearly(quarterly(saved), "cash_usd")]


def figure_words(unit: Unit | None, value: float | str | None) -> str:
    """Return a headline figure as it is read; a word begins with a capital letter."""
    if value is None:
        return fmt.MISSING
    if isinstance(value, str):
        return fmt.sentence(value)
    return fmt.power(value) if unit is GW else fmt.usd(value, 3)


# --- Levers and baseline


def levers(saved: Report, today: Levers) -> tuple[Scenario, Mapping[str, Value], tuple[str, ...]]:
    """Return the saved levers as a scenario of `today`'s levers, those that are gone and those that are new.

    New ones are at base. Raises UnreadableError if a lever's value is out of today's bounds.
    """
    settings = _part(saved, "levers", Mapping)
    known = {name: value for name, value in settings.items() if name in today}
    problems = [problem for name, value in known.items() if (problem := today[name].problem(value))]
    if problems:
        raise UnreadableError(problems)
    gone = {str(name): value for name, value in settings.items() if name not in today}
    return Scenario.of(today, known), MappingProxyType(gone), tuple(name for name in today if name not in known)


@dataclass(frozen=True)
class Shared:
    """What of saved levers can be set on other data, and what cannot: each by lever id."""

    scenario: Scenario
    unknown: Mapping[str, Value]  # there is no such lever
    refused: Mapping[str, Value]  # out of bounds there
    added: tuple[str, ...]  # levers that the saved ones lack; they are at base

    @property
    def count(self) -> int:
        """How many levers are set as they were saved."""
        return len(self.scenario) - len(self.refused) - len(self.added)


def shared(saved: Report, levers: Levers) -> Shared:
    """Return what of a report's levers can be set among `levers`; raises UnreadableError if it holds none."""
    settings = {str(name): value for name, value in _part(saved, "levers", Mapping).items()}
    known = {name: value for name, value in settings.items() if name in levers}
    refused = {name: value for name, value in known.items() if levers[name].problem(value)}
    scenario = Scenario.of(levers, {name: value for name, value in known.items() if name not in refused})
    unknown = {name: value for name, value in settings.items() if name not in levers}
    added = tuple(name for name in levers if name not in settings)
    return Shared(scenario, MappingProxyType(unknown), MappingProxyType(refused), added)


def baseline(saved: Report) -> str:
    """Return the baseline that a report was computed against."""
    named = _part(saved, "levers", Mapping).get("baseline")
    return str(named) if named in _VARIANT else "hold"


def _baseline_words(saved: Report) -> str:
    return BASELINE_WORDS[_VARIANT[baseline(saved)]]


# --- What it is about


def case_of(saved: Report) -> Case | None:
    """Return whose case a report is as far as itself says: its suppliers and workloads, by id; None if it does not."""
    try:
        return _case_of(saved)
    except UnreadableError:
        return None


def _case_of(saved: Report) -> Case | None:
    workloads = [found[1] for name in _part(saved, "levers", Mapping) if (found := _ADOPTION.fullmatch(str(name)))]
    suppliers = chips_of(saved)
    return Case(None, suppliers, suppliers, tuple(workloads)) if suppliers and workloads else None


def contributions(saved: Report) -> Mapping[str, float | None]:
    """Return the contribution of each workload, by id; none where the report has none."""
    found = _part(saved, "metrics", Mapping).get("contribution")
    known = found if isinstance(found, Mapping) else {}
    return {str(name): _number(value, "contribution") for name, value in known.items()}


def warranted(saved: Report) -> tuple[str, ...]:
    """Return the suppliers, by id, that earn a warrant in a report: those that have a lever for what it is worth."""
    settings = _part(saved, "levers", Mapping)
    return tuple(supplier for supplier in chips_of(saved) if warrant(supplier) in settings)


# --- Parts, of the form that is known or refused


def _part(saved: Report, name: str, kind: type) -> Any:
    part = saved.get(name) if isinstance(saved, Mapping) else None
    if not isinstance(part, kind):
        raise UnreadableError([f"{name}: the saved report does not hold it in a form that this version knows"])
    return part


def version(saved: Report, name: str) -> str:
    """Return a version that a report names; raises UnreadableError if it does not."""
    named: str = _part(saved, name, str)
    return named


def quarterly(saved: Report) -> list[Mapping[str, Any]]:
    """Return the rows of a report's quarters, each with a quarter that is known; raises UnreadableError otherwise."""
    rows: list[Mapping[str, Any]] = _part(saved, "quarters", list)
    for row in rows:
        named = row.get("quarter") if isinstance(row, Mapping) else None
        if not isinstance(named, str) or _QUARTER.fullmatch(named) is None:
            raise UnreadableError(["quarters: the saved report names a quarter in a form that is not known"])
    return rows


def year_of(row: Mapping[str, Any]) -> int:
    """Return the calendar year of one of `quarterly`'s rows."""
    return int(row["quarter"][:4])


def time_years(row: Mapping[str, Any]) -> float:
    """Return where the quarter of one of `quarterly`'s rows begins on an axis of years."""
    return year_of(row) + (int(row["quarter"][-1]) - 1) / QUARTERS_PER_YEAR


def capital(saved: Report) -> tuple[str, ...]:
    """Return the series of a report that are capital spending: chips by supplier and data centres, in its order."""
    names = dict.fromkeys(str(name) for row in quarterly(saved) for name in row)
    return tuple(name for name in names if _CAPITAL.fullmatch(name))


def chips_of(saved: Report) -> tuple[str, ...]:
    """Return the ids of the suppliers of a report, in its order."""
    found = (_CAPITAL.fullmatch(name) for name in capital(saved))
    return tuple(one[1] for one in found if one is not None and one[1] != FACILITY)


def _number(value: object, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnreadableError([f"{name}: the saved report holds {str(value)[:40]!r}, which is not a number"])
    return float(value)


def needed(row: Mapping[str, Any], name: str) -> float:
    """Return a figure of a quarter's row; raises UnreadableError if it lacks it."""
    value = _number(row.get(name), name)
    if value is None:
        raise UnreadableError([f"{name}: the saved report does not hold it for {row['quarter']}"])
    return value


def _word(metrics: Mapping[str, Any], name: str) -> str | None:
    value = metrics.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | str)):
        raise UnreadableError([f"{name}: the saved report holds {str(value)[:40]!r}, which is no date and no word"])
    return None if value is None else str(value)


def yearly(quarters: Sequence[Mapping[str, Any]], name: str) -> list[tuple[int, float]]:
    """Return a series summed by calendar year, in their order; raises UnreadableError if a quarter lacks it."""
    total: dict[int, float] = {}
    for row in quarters:
        year = year_of(row)
        total[year] = total.get(year, 0.0) + needed(row, name)
    return sorted(total.items())
