"""One data set against another: what changed, in which group, and what each group does to a scenario's value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from core.base.format import listed
from core.inputs.case import Case
from core.inputs.data import Inputs
from core.inputs.lever import Value
from core.inputs.levers import SALE, USE
from core.upkeep.bridge import Bridge, Pulse, bridges, setting
from core.upkeep.cells import Change, as_frame
from core.upkeep.mixtures import Mixtures, can_be_mixed, mixtures, values_usd

BASIS: Final = "terminal_basis"
"""The lever that says how chips are valued that still work at the horizon. A model without it had them sold."""
BASES: Final = {USE: "by work still done", SALE: "if chips are sold"}
"""Its options in words."""
BASELINE: Final = "baseline"
MOST_NAMED: Final = 8
"""Of more that came or went only the number is told."""


@dataclass(frozen=True, eq=False)
class Difference:
    """What differs between two data sets, and what that does to a scenario of the new one."""

    old: Inputs
    new: Inputs
    mixed: Mixtures
    changes: Mapping[str, Value]  # the scenario: its changes to the base
    bridges: Mapping[float, Bridge]  # by the option of BASIS: USE, SALE

    @property
    def bridge(self) -> Bridge:
        """The bridge on the basis that the scenario chose."""
        lever = self.new.levers[BASIS]
        return self.bridges[lever.number(setting(self.new, self.changes)[BASIS])]

    @property
    def against_exit(self) -> bool:
        """True if value is counted against exit."""
        return setting(self.new, self.changes)[BASELINE] == "exit"

    def of_group(self, group: str) -> list[tuple[Change, str | None]]:
        """Return the changes of a group, each with the publication that its pattern names."""
        told = self.mixed.told
        every = zip(told.changes, self.mixed.group_of, told.sources, strict=True)
        return [(change, source) for change, own, source in every if own == group]

    def frame(self, group: str) -> pd.DataFrame:
        """Return the changes of a group as core.upkeep.cells.data_changes does."""
        titles = dict(zip(self.new.tables["sources"]["source_id"], self.new.tables["sources"]["title"], strict=True))
        own = self.of_group(group)
        frame = as_frame([change for change, _ in own], self.old, self.new)
        named = pd.Series([None if source is None else titles.get(source) for _, source in own], dtype=object)
        return frame.assign(source=named.where(named.notna(), frame["source"]))

    def group_of_merged(self) -> list[str]:
        """Return the groups that were too many to be told apart."""
        return [name for name in self.mixed.told.groups if name not in (*self.mixed.groups, *self.mixed.silent)]


def difference(
    old: Inputs, new: Inputs, changes: Mapping[str, Value] | None = None, pulse: Pulse | None = None
) -> Difference:
    """Return what differs between two data sets, and what each group of it does to a scenario's value on either basis.

    changes: those of the scenario to the base of `new`, on a mixture as far as it has such levers; without any, the
    base scenario against today's mix held. Raises MixtureError if a mixture is refused.
    """
    own = {BASELINE: "hold"} if changes is None else dict(changes)

    def worths(inputs: Inputs) -> Sequence[float]:
        lever = inputs.levers[BASIS]
        return values_usd(inputs, [setting(inputs, {**own, BASIS: lever.value(basis)}) for basis in (USE, SALE)])

    found = bridges(old, new, worths, pulse)
    return Difference(old, new, mixtures(old, new), own, dict(zip((USE, SALE), found, strict=True)))


def remarks(found: Difference) -> list[str]:
    """Return what else a reader should know, a sentence each."""
    old, new, told = found.old, found.new, found.mixed.told
    said = []
    if not Case.of(old).is_that_of(Case.of(new)):
        said.append(f"These are data of two companies: {Case.of(old).words}, and {Case.of(new).words}.")
    if not can_be_mixed(old, new):
        said.append("One was made by version 1 of the product, which kept part of its data in code: no groups.")
    for what, before, after in (
        ("Suppliers", old.suppliers, new.suppliers),
        ("Workloads", old.workloads, new.workloads),
        ("Levers", tuple(old.levers), tuple(new.levers)),
    ):
        said += _came_and_went(what, before, after)
    if merged := found.group_of_merged():
        said.append(f"Too small to be told apart, and part of everything else: {listed(merged)}.")
    if found.mixed.silent:
        said.append(f"Without effect, for the model reads nothing of it: {listed(list(found.mixed.silent))}.")
    if told.unused:
        said.append(f"Patterns that no change is the first to match: {listed([one.change_id for one in told.unused])}.")
    return said


def _came_and_went(what: str, before: Iterable[str], after: Iterable[str]) -> list[str]:
    was, now = list(before), list(after)
    came, went = [one for one in now if one not in was], [one for one in was if one not in now]
    pairs: list[tuple[str, list[str]]] = [("came", came), ("went", went)]
    return [f"{what} that {how}: {_named(names)}." for how, names in pairs if names]


def _named(names: list[str]) -> str:
    if len(names) <= MOST_NAMED:
        return listed(names)
    return listed([*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"])


def as_json(found: Difference) -> dict[str, Any]:
    """Return all of a difference as plain values, ready for `json.dumps`."""
    basis = found.new.levers[BASIS]
    return {
        "old": found.old.data_version,
        "new": found.new.data_version,
        "scenario": dict(found.changes),
        "groups": {
            group: {
                "changes": [_change_as_json(change, source) for change, source in found.of_group(group)],
                "value_usd": {str(basis.value(one)): _part(of, group) for one, of in found.bridges.items()},
            }
            for group in found.bridge.groups
        },
        "value_usd": {
            str(basis.value(one)): {"before": of.start_usd, "after": of.end_usd} for one, of in found.bridges.items()
        },
        "remarks": remarks(found),
    }


def _part(of: Bridge, group: str) -> dict[str, float]:
    place = of.groups.index(group)
    return {
        "alone": float(of.alone_usd[place]),
        "part": float(of.parts_usd[place]),
        "taken_back": float(of.taken_back_usd[place]),
    }


def _change_as_json(change: Change, source: str | None) -> dict[str, Any]:
    return {
        "kind": change.kind.name.lower(),
        "table": change.table,
        "row": change.row,
        "column": change.column,
        "before": change.before,
        "after": change.after,
        "source_id": source,
    }
