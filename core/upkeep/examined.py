"""What is told of a data set once it is sound: what it holds, what is odd, and how its answer differs from another's.

The answer is that of the base scenario against today's mix held. Where both data sets are of one company and of the
same years, the way from one value to the other is told table by table, exactly (core.upkeep.bridge); else both answers
stand side by side.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

import pandas as pd

from core.base import format as fmt
from core.inputs.case import Case
from core.inputs.data import Inputs
from core.inputs.description import description, remarks
from core.inputs.scenario import columns
from core.model.evaluate import capital_spending_usd, summarise
from core.model.model import simulate
from core.upkeep.bridge import Bridge, Pulse, bridge, setting
from core.upkeep.groups import EVERYTHING_ELSE, grouped
from core.upkeep.mixtures import MixtureError, can_be_mixed
from core.upkeep.odd import Oddity, oddities

HELD: Final = {"baseline": "hold"}
"""What the answer is held against: today's mix."""
DIGITS: Final = 3
COLUMNS: Final = ("group", "changes", "part_usd", "alone_usd")


@dataclass(frozen=True)
class Outcome:
    """What the base scenario of a data set comes to."""

    data_version: str
    company: str  # whose data they are, as they are called within a sentence
    first_year: int
    last_year: int
    value_usd: float  # after tax to the horizon, against today's mix held
    capital_usd: float  # capital spending of the first full year, chips and facilities

    @property
    def words(self) -> str:
        """Both figures within a sentence."""
        value = fmt.usd(self.value_usd, DIGITS, signed=True)
        capital = fmt.usd(self.capital_usd, DIGITS)
        return f"{value} to {self.last_year} against today's mix, {capital} of capital spending in {self.first_year}"


@dataclass(frozen=True, eq=False)
class Moved:
    """How the answer on a data set differs from that on the data before."""

    before: Outcome
    after: Outcome
    changes: int  # cells, rows and columns that differ
    counts: dict[str, int]  # the same by group
    bridge: Bridge | None  # what moved the value, group by group; None if nothing did or groups cannot be told apart
    why_not: str | None  # why groups cannot be told apart, a sentence

    def frame(self) -> pd.DataFrame:
        """Return what each group does to value, the largest part first; columns: COLUMNS. Parts add up exactly."""
        of = self.bridge
        if of is None:
            return pd.DataFrame(columns=pd.Index(COLUMNS))
        rows = [(of.groups[i], self.counts.get(of.groups[i], 0), of.parts_usd[i], of.alone_usd[i]) for i in of.order]
        return pd.DataFrame(rows, columns=pd.Index(COLUMNS))

    def sentences(self) -> tuple[str, ...]:
        """Return how the answers differ, a sentence each."""
        if not self.changes:
            return (f"They hold the same as the data before, {self.before.data_version}: the answer is the same.",)
        if self.why_not is not None:
            sides = [f"{one.company} (data {one.data_version}): {one.words}." for one in (self.before, self.after)]
            return (self.why_not, *sides)
        count = fmt.counted(self.changes, "change")
        said = [f"{count} from data {self.before.data_version} to {self.after.data_version}."]
        said.append(f"Before: {self.before.words}. After: {self.after.words}.")
        return (*said, self._of_groups())

    def _of_groups(self) -> str:
        """Say which groups moved the value, the largest first."""
        frame = self.frame()
        parts = frame[frame["part_usd"].abs() >= 1.0]
        if parts.empty:
            return "None of it moves the value."
        told = [f"{row['group']} {_signed(row['part_usd'])}" for row in parts.to_dict("records")]
        return f"The value moves by {_signed(self.after.value_usd - self.before.value_usd)}: {fmt.listed(told)}."


@dataclass(frozen=True, eq=False)
class Examined:
    """What is told of a sound data set."""

    description: str
    remarks: tuple[str, ...]
    oddities: tuple[Oddity, ...]
    moved: Moved | None  # None without data to hold them against


def examined(inputs: Inputs, before: Inputs | None = None, pulse: Pulse | None = None) -> Examined:
    """Return what is told of a data set, and how its answer differs from that on the data before.

    Long work where many tables differ, up to half a minute; pulse is told the share that is done, and what it raises
    ends the work.
    """
    return Examined(
        description(inputs),
        tuple(remarks(inputs)),
        oddities(inputs, before),
        None if before is None else moved(before, inputs, pulse),
    )


def outcome(inputs: Inputs) -> Outcome:
    """Return what the base scenario of a data set comes to."""
    result = summarise(simulate(inputs, columns([setting(inputs, HELD)])))
    return Outcome(
        inputs.data_version,
        Case.of(inputs).words,
        inputs.calendar.first_year,
        int(inputs.base.number("horizon_year")),
        float(result.metrics["npv_usd"][0]),
        float(capital_spending_usd(inputs, result)[0]),
    )


def moved(before: Inputs, after: Inputs, pulse: Pulse | None = None) -> Moved:
    """Return how the answer on `after` differs from that on `before`, and which tables moved it."""
    told = grouped(before, after)
    counts = {group: told.of.count(group) for group in told.groups}
    ends = outcome(before), outcome(after)
    if not told.changes:
        return Moved(*ends, 0, {}, None, None)
    found, why_not = None, _why_not(before, after)
    if why_not is None:
        try:
            found = bridge(before, after, lambda inputs: outcome(inputs).value_usd, pulse)
        except MixtureError as error:
            why_not = f"Which tables moved the answer cannot be told: {error}."
    if found is not None:
        known = {group: counts[group] for group in found.groups if group != EVERYTHING_ELSE and group in counts}
        counts = {**known, EVERYTHING_ELSE: len(told.changes) - sum(known.values())}
    return Moved(*ends, len(told.changes), counts, found, why_not)


def _why_not(before: Inputs, after: Inputs) -> str | None:
    """Return why the way from one data set to the other cannot be told table by table; None if it can."""
    ours, theirs = Case.of(before), Case.of(after)
    if not ours.is_that_of(theirs):
        return "They are of another company than the data before, so both answers stand side by side."
    if before.calendar != after.calendar:
        first = before.calendar.first_year, after.calendar.first_year
        return f"Their first year is {first[1]} and was {first[0]}, so both answers stand side by side."
    if not can_be_mixed(before, after):
        return (
            "One was made by version 1 of the product, which kept part of its data in code: no tables are told apart."
        )
    return None


# --- As text

WIDTH: Final = 100
_GROUP, _COUNT, _FIGURE = 44, 10, 14


def as_lines(found: Moved) -> list[str]:
    """Return how the answers differ for a screen: the sentences, and what moved the value as a table."""
    *said, last = found.sentences()
    lines = [line for one in said for line in textwrap.wrap(one, WIDTH)]
    if found.bridge is None:
        return [*lines, *textwrap.wrap(last, WIDTH)]
    head = f"{'Moved by'.ljust(_GROUP)}{'changes'.rjust(_COUNT)}{'part'.rjust(_FIGURE)}{'alone'.rjust(_FIGURE)}"
    rows = [
        f"{fmt.shortened(str(row['group']), _GROUP).ljust(_GROUP)}{row['changes']:>{_COUNT}}"
        f"{_signed(row['part_usd']):>{_FIGURE}}{_signed(row['alone_usd']):>{_FIGURE}}"
        for row in found.frame().to_dict("records")
    ]
    return [*lines, head, *rows]


def _signed(usd: float) -> str:
    return fmt.usd(usd, DIGITS, signed=True)
