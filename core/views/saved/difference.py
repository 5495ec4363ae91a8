"""A saved revision opened again: what was saved against what today's model and data give, and why they differ.

A revision keeps its report (core.model.report) as it was computed. Worked out again on the data it was saved with, the
difference falls into two parts, exactly:

    today - saved = (today - archived) + (archived - saved) = part of the data + part of the model

where `archived` is today's model on the archived data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.base.finance import MATERIAL_USD
from core.base.format import USD_BN, Unit
from core.base.lazy import cached_property
from core.inputs.data import Inputs
from core.inputs.lever import Lever, Value
from core.inputs.levers import SALE
from core.inputs.scenario import Scenario
from core.model.report import report
from core.upkeep.cells import data_changes
from core.upkeep.difference import BASIS
from core.views.saved.reading import (
    LEAVE_ONE_OUT,
    Headline,
    Report,
    UnreadableError,
    baseline,
    contributions,
    headline,
    levers,
    version,
)


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
        return less(self.today, self.saved)

    @property
    def data(self) -> float | None:
        """The part of the difference that comes from new data: today less archived."""
        return less(self.today, self.archived)

    @property
    def model(self) -> float | None:
        """The part of the difference that comes from the new model: archived less saved."""
        return less(self.archived, self.saved)

    @property
    def matters(self) -> bool:
        """True if the reader would see that the figure is another."""
        parts = (self.difference, self.data, self.model)
        if self.unit is None or self.difference is None:
            return self.saved != self.today
        least = MATERIAL_USD if self.unit is USD_BN else 1.0
        return any(part is not None and abs(part) >= least for part in parts)


def less(one: float | str | None, other: float | str | None) -> float | None:
    """Return `one` less `other`; None unless both are numbers."""
    return one - other if isinstance(one, float) and isinstance(other, float) else None


def _move(figures: Sequence[Headline | None]) -> Move:
    """Return the figure of (saved, archived, today) as one; archived may be None."""
    values = [figure.value if figure is not None else None for figure in figures]
    numbers = [value for value in values if isinstance(value, float)]
    if numbers:
        step = 4.0 * math.ulp(max(map(abs, numbers)))
        values = [round(value / step) * step if isinstance(value, float) else value for value in values]
    saved, today = figures[0], figures[-1]
    if saved is None or today is None:
        raise ValueError("a figure is moved from what was saved to today's; give both")
    label = saved.label if saved.label == today.label else f"{saved.label}, today {_other(saved.label, today.label)}"
    return Move(saved.name, label, saved.unit, *values)


def _other(label: str, other: str) -> str:
    """Return what of another label differs, word by word: `2019` of `Capital spending 2019`."""
    words = label.split()
    return " ".join(word for i, word in enumerate(other.split()) if i >= len(words) or word != words[i])


@dataclass(frozen=True, eq=False)
class Reopening:
    """A revision opened again; the scenario is what of its levers today's data have."""

    inputs: Inputs  # today's data
    scenario: Scenario
    saved: Report
    archived: Report | None  # today's model on the data it was saved with; None if that cannot be had
    today: Report
    sold: Report | None  # today, with chips sold at the horizon; only where the saved model knew nothing else
    gone: Mapping[str, Value]  # saved levers that today's data or model no longer have
    added: tuple[str, ...]  # levers that the saved report did not have; they are at base
    before: Inputs | None  # the data that it was saved with; None if they cannot be had

    @cached_property
    def changes(self) -> pd.DataFrame | None:
        """What changed in the data (core.upkeep.cells.data_changes); None if the archived data cannot be had."""
        return None if self.before is None else data_changes(self.before, self.inputs)

    @property
    def added_levers(self) -> tuple[Lever, ...]:
        """The levers that the saved report did not have."""
        return tuple(self.scenario.levers[name] for name in self.added)

    @property
    def contributions_differ_in_kind(self) -> bool:
        """True if workloads' contributions were measured otherwise when the report was saved."""
        then, now = (str(one["model_version"]) in LEAVE_ONE_OUT for one in (self.saved, self.today))
        return then != now and bool(contributions(self.saved))

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
        same = {"hold": "value_vs_hold_usd", "exit": "value_vs_exit_usd"}[baseline(self.saved)]
        saved, today = headline(self.saved), headline(self.today)
        archived = headline(self.archived) if self.archived is not None else (None,) * len(saved)
        return tuple(_move(three) for three in zip(saved, archived, today, strict=True) if three[0].name != same)


def reopen(today: Inputs, saved: Report, archived: Inputs | None) -> Reopening:
    """Return what was saved beside what today's model gives on the archived data and on today's.

    `archived` is the data set that the revision was saved with (core.inputs.archive.unpack), None if it cannot be
    had; it is not needed where today's data are of the same version. On each data set the saved levers are those of its
    own that it has. Raises UnreadableError if the report is not of a known form or a lever's value is out of today's
    bounds, ValueError if `archived` is not the revision's data set.
    """
    headline(saved)
    version(saved, "model_version")
    data_version = version(saved, "data_version")
    scenario, gone, added = levers(saved, today.levers)
    if data_version == today.data_version:
        archived = today
    if archived is not None and archived.data_version != data_version:
        raise ValueError(f"the archived data are of version {archived.data_version}; the revision's are {data_version}")
    now = report(today, scenario)
    then = now if archived is today else None if archived is None else _on(archived, saved)
    sold = None
    if BASIS in added:
        sold = report(today, scenario.replace(**{BASIS: scenario.levers[BASIS].value(SALE)}))
    return Reopening(today, scenario, saved, then, now, sold, gone, added, archived)


def _on(archived: Inputs, saved: Report) -> Report | None:
    """Return what today's model gives on the archived data; None if it no longer takes the levers as they are."""
    try:
        scenario, _, _ = levers(saved, archived.levers)
    except UnreadableError:
        return None
    return report(archived, scenario)
