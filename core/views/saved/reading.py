"""A saved report as it is read, whichever version of the model made it: its headline figures, series and levers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from core.base import format as fmt
from core.base.format import GW, USD_BN, Unit
from core.inputs.lever import RefusedError, Value
from core.inputs.levers import LEVER, LEVERS
from core.inputs.scenario import Scenario
from core.model.model import EXIT, HOLD
from core.store.tables import SUMMARY
from core.story.answer import BASELINE_WORDS

Report = Mapping[str, Any]
"""What core.model.report.report returns, or returned when the revision was saved."""

CAPITAL: Final = ("capex_custom_usd", "capex_nvidia_usd", "capex_amd_usd", "capex_facility_usd")
"""The series of a report that are capital spending: chips by supplier, then data centres."""
_VARIANT: Final = {"hold": HOLD, "exit": EXIT}


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
        """The figure as it is read: `$8.31 B`, `19.6 GW`, `2029-Q3`, `Never`."""
        return figure_words(self.unit, self.value)


def headline(saved: Report) -> tuple[Headline, ...]:
    """Return the headline figures of a report, whichever version of the model made it.

    Capital spending is chips and data centres, before AMD's warrant. A figure that the report lacks is None.
    Raises UnreadableError if the report is not of the form of core.model.report.
    """
    metrics, quarters = _part(saved, "metrics", Mapping), quarterly(saved)
    first_year = [row for row in quarters if row["quarter"].startswith(f"{answer.calendar.first_year}-")]
    capex = [_number(row.get(name), name) for row in first_year for name in CAPITAL]
    spent = sum(usd for usd in capex if usd is not None) if capex and None not in capex else None

    def metric(name: str) -> float | None:
        return _number(metrics.get(name), name)

    return (
        Headline("value_usd", f"Value against {_baseline_words(saved)}", USD_BN, metric("npv_usd")),
        Headline("value_vs_hold_usd", f"Value against {BASELINE_WORDS[HOLD]}", USD_BN, metric("npv_vs_hold_usd")),
        Headline("value_vs_exit_usd", f"Value against {BASELINE_WORDS[EXIT]}", USD_BN, metric("npv_vs_exit_usd")),
        Headline("payback", "Payback", None, _word(metrics, "payback")),
        Headline("first_accretive_year", "First accretive year", None, _word(metrics, "first_accretive_year")),
        Headline("capex_2027_usd", f"Capital spending {answer.calendar.first_year}", USD_BN, spent),
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


def scenario_of(saved: Report) -> Scenario:
    """Return the scenario of today that a revision's levers are: those that are gone left out, new ones at base.

    Raises UnreadableError if a lever's value is out of today's bounds.
    """
    scenario, _, _ = levers(saved)
    return scenario


def levers(saved: Report) -> tuple[Scenario, Mapping[str, Value], tuple[str, ...]]:
    """Return the scenario of today that the saved levers are, those that are gone and those that are new.

    Raises UnreadableError if a lever's value is out of today's bounds.
    """
    settings = _part(saved, "levers", Mapping)
    known = {name: value for name, value in settings.items() if name in LEVER}
    problems = [problem for name, value in known.items() if (problem := LEVER[name].problem(value))]
    if problems:
        raise UnreadableError(problems)
    gone = {str(name): value for name, value in settings.items() if name not in LEVER}
    return Scenario.of(known), MappingProxyType(gone), tuple(lever.id for lever in LEVERS if lever.id not in known)


def baseline(saved: Report) -> str:
    """Return the baseline that a report was computed against."""
    named = _part(saved, "levers", Mapping).get("baseline")
    return str(named if named in _VARIANT else LEVER["baseline"].base)


def _baseline_words(saved: Report) -> str:
    return BASELINE_WORDS[_VARIANT[baseline(saved)]]


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
        year = int(row["quarter"][:4])
        total[year] = total.get(year, 0.0) + needed(row, name)
    return sorted(total.items())
