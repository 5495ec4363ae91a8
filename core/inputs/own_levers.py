"""The levers of a data set: those that follow from its rows, with the bases, percentiles and sources that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.inputs.lever import Kind, Lever, Value
from core.inputs.lever_table import Roles, levers_of
from core.inputs.levers import Levers
from core.inputs.link import number
from core.inputs.problem import Problem

FILE: Final = "levers.csv"


@dataclass(frozen=True)
class OwnLever:
    """A row of the table `levers`: what a data set says of one lever. What is None stays as the model has it."""

    line: int
    lever_id: str
    base: str | None
    low: float | None
    high: float | None
    source_id: str


def own_levers(roles: Roles, rows: Sequence[OwnLever], sources: Sequence[str]) -> tuple[Levers, list[Problem]]:
    """Return every lever of a data set, and what is wrong with the rows that its table `levers` has.

    sources: the publications that the data set lists; every lever's source must be one.
    """
    declared = levers_of(roles)
    levers, problems = dict(declared), _clashes(declared)
    for row in rows:
        if row.lever_id not in levers:
            near = ", ".join(name for name in levers if name.split("_")[0] == row.lever_id.split("_")[0])
            expected = f"a lever of this data set{f', such as {near}' if near else ''}"
            problems.append(Problem(FILE, row.line, "lever_id", row.lever_id, "is not a lever", expected))
            continue
        lever = levers[row.lever_id]
        wrong = _problems(lever, row)
        problems += wrong
        if not wrong:
            levers[row.lever_id] = _changed(lever, row)
    unsourced = [lever.id for lever in levers.values() if lever.source_id not in sources]
    if unsourced:
        source = levers[unsourced[0]].source_id
        expected = f"a row for it, or rows in {FILE} that name another source for {', '.join(unsourced)}"
        problems.append(Problem("sources.csv", None, "source_id", source, "has no row", expected))
    return Levers(tuple(levers.values())), problems


def _clashes(levers: Levers) -> list[Problem]:
    """Return which levers would be taken for each other, as they follow from words that a data set may not combine."""
    ids, labels = levers.clashes
    found = []
    for column, names in (("workload_id", ids), ("name", labels)):
        expected = f"another {column} of a workload, family or merchant that it is made from"
        wrong = "would be the name of two levers"
        found += [Problem("workloads.csv", None, column, name, wrong, expected) for name in names]
    return found


def _changed(lever: Lever, row: OwnLever) -> Lever:
    base = lever.base if row.base is None else lever.normal(read_setting(lever, row.base))
    low, high = (given if given is not None else own for given, own in ((row.low, lever.low), (row.high, lever.high)))
    return replace(lever, base=base, low=low, high=high, source_id=row.source_id)


def _problems(lever: Lever, row: OwnLever) -> list[Problem]:
    """Return what is wrong with a row about a lever that there is."""
    problems = []
    if row.base is not None and (wrong := lever.problem(read_setting(lever, row.base))):
        problems.append(setting_problem(FILE, row.line, "base", row.base, wrong))
    for column, value in (("low", row.low), ("high", row.high)):
        if value is None:
            continue
        if lever.kind is Kind.CHOICE:
            expected = f"nothing, as {lever.id} is a choice"
            problems.append(Problem(FILE, row.line, column, f"{value:g}", "has no use here", expected))
        elif wrong := lever.problem(value):
            problems.append(setting_problem(FILE, row.line, column, f"{value:g}", wrong))
    if problems or lever.kind is Kind.CHOICE:
        return problems
    changed = _changed(lever, row)
    low, high = changed.percentiles
    base = changed.number(changed.base)
    if not low <= base <= high or low == high:
        said = f"{low:g}, {base:g} and {high:g}"
        expected = "low, base and high in rising order, low below high"
        problems.append(Problem(FILE, row.line, "low, base, high", said, "are not in order", expected))
    return problems


def read_setting(lever: Lever, text: str) -> Value:
    """Return the setting that a cell writes: a number if the lever is numeric and the text is one, else the text."""
    return number(text) if lever.is_numeric else text


def setting_problem(file: str, line: int, column: str, value: str, wrong: str) -> Problem:
    """Return as a problem of a cell what a lever says of a setting: `id: value is …; use …`."""
    what, _, would_do = wrong.partition("; use ")
    said = what.partition(": ")[2].partition(" ")[2]
    return Problem(file, line, column, value, said[said.index("is ") :], would_do)
