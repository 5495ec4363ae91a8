"""A difference between two data sets as text for a screen 100 columns wide, and as Markdown for a document."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.format import MINUS
from core.base.shapley import Split, in_steps
from core.upkeep.bridge import Bridge
from core.upkeep.difference import BASES, Difference, remarks

WIDTH: Final = 100
STEP_USD: Final = 1e6
"""Effects are told in whole millions, which add up."""
_EFFECTS: Final = ("part", "alone", "taken back")
_SHORT: Final = ("part", "alone", "back")
_GROUP, _COUNT, _FIGURE = 38, 8, 9
_ROW, _COLUMN, _VALUE, _SHARE = 42, 18, 13, 7


def as_text(found: Difference) -> str:
    """Return a difference for a screen: what it does, then what changed, group by group."""
    if not found.mixed.told.changes:
        return "\n".join([_heading(found), *_wrapped(remarks(found))])
    lines = [_heading(found), "", *textwrap.wrap(_about(found), WIDTH), "", *_effects(found)]
    for group in _order(found):
        count = fmt.counted(len(found.of_group(group)), "change")
        lines += ["", f"{group}, {count}", *_cells(found, group)]
    if said := remarks(found):
        lines += ["", *_wrapped(said)]
    return "\n".join(lines)


def as_markdown(found: Difference) -> str:
    """Return a difference as tables of a document."""
    if not found.mixed.told.changes:
        return "\n\n".join([_heading(found), *remarks(found)])
    parts = [_heading(found), _about(found), _table(effects(found))]
    for group in _order(found):
        parts += [f"**{group}**", _table(cells(found.frame(group)))]
    return "\n\n".join([*parts, *remarks(found)])


def effects(found: Difference) -> pd.DataFrame:
    """Return what each group does to value, a row a group between what was before and what is after; USD million."""
    columns: dict[str, list[str]] = {"Group": ["Before", *_order(found), "After"]}
    counts = [len(found.of_group(group)) for group in _order(found)]
    columns["Changes"] = ["", *map(str, counts), str(sum(counts))]
    for basis, of in found.bridges.items():
        start, parts, end = _in_steps(of)
        places = [of.groups.index(group) for group in _order(found)]
        every: dict[str, list[str]] = {
            "part": [f"{start:,}", *(_signed(int(parts[place])) for place in places), f"{end:,}"],
            "alone": ["", *(_signed(round(of.alone_usd[place] / STEP_USD)) for place in places), ""],
            "taken back": ["", *(_signed(round(of.taken_back_usd[place] / STEP_USD)) for place in places), ""],
        }
        columns |= {f"{BASES[basis]}: {name}": [one.replace("-", MINUS) for one in every[name]] for name in _EFFECTS}
    return pd.DataFrame(columns)


def cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what changed as it is read; frame: as of core.upkeep.cells.data_changes."""
    shares = ["" if pd.isna(share) else fmt.percent(share, signed=True) for share in frame["change_share"]]
    shown = frame[["table", "row", "column", "before", "after"]].assign(change=shares)
    shown["source"] = frame["source"].astype(object).where(frame["source"].notna(), "")
    return shown.rename(columns=str.capitalize)


def _order(found: Difference) -> list[str]:
    """Return the groups, the one with the largest part first."""
    of = found.bridge
    return [of.groups[place] for place in of.order]


def _heading(found: Difference) -> str:
    old, new = found.old.data_version, found.new.data_version
    count = len(found.mixed.told.changes)
    if not count:
        return f"Data {old} and {new} hold the same: nothing has changed."
    groups = fmt.counted(len(found.bridge.groups), "group")
    return f"From data {old} to {new}: {fmt.counted(count, 'change')} in {groups}."


def _about(found: Difference) -> str:
    against = "exit" if found.against_exit else "today's mix held"
    others = {name: value for name, value in found.changes.items() if name != "baseline"}
    what = "the base scenario" if not others else f"the scenario ({fmt.counted(len(others), 'lever')} off base)"
    return (
        f"Value of {what} after tax against {against}, USD million. Part: the group's share of the whole difference; "
        "parts add up. Alone: what it does to the data before. Taken back: what leaving it out of the data after does."
    )


def _in_steps(of: Bridge) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]], int]:
    """Return start, parts and end in whole steps that add up."""
    exact = Split(
        np.array([of.start_usd / STEP_USD]), np.array([of.end_usd / STEP_USD]), of.parts_usd[:, None] / STEP_USD
    )
    start, parts, end = in_steps(exact, np.ones(1, dtype=np.int64))
    return int(start[0]), parts[:, 0], int(end[0])


def _signed(steps: int) -> str:
    return f"{steps:+,}" if steps else "0"


def _effects(found: Difference) -> list[str]:
    table = effects(found)
    above = " " * (_GROUP + _COUNT) + "".join(one.rjust(3 * _FIGURE) for one in BASES.values())
    figures = "".join(one.rjust(_FIGURE) for _ in BASES for one in _SHORT)
    names = f"{'Group'.ljust(_GROUP)}{'changes'.rjust(_COUNT)}{figures}"
    rows = [_effect(row) for row in table.to_records(index=False).tolist()]
    return [above, names, "-" * WIDTH, *rows]


def _effect(row: Sequence[str]) -> str:
    group, count, *figures = row
    name = fmt.shortened(group, _GROUP).ljust(_GROUP)
    return "".join([name, count.rjust(_COUNT), *(one.rjust(_FIGURE) for one in figures)]).rstrip()


def _cells(found: Difference, group: str) -> list[str]:
    """Return the lines of a group's changes, each row by its key as a pattern names it, and below them the sources."""
    lines: list[str] = []
    shown = cells(found.frame(group)).assign(
        place=[f"{change.table} {change.row}" for change, _ in found.of_group(group)]
    )
    for source, rows in shown.groupby("Source", sort=False):
        listed = rows[["place", "Column", "Before", "After", "Change"]].to_numpy().tolist()
        lines += [line for row in listed for line in _cell(*row)]
        said = f"Source: {source!s}" if source else ""
        lines += textwrap.wrap(said, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8)
    return lines


def _cell(place: str, column: str, before: str, after: str, change: str) -> list[str]:
    """Return one change on a line, its values on lines of their own where they are long."""
    where = f"  {fmt.shortened(place, _ROW).ljust(_ROW)} {fmt.shortened(column, _COLUMN).ljust(_COLUMN)}"
    if max(len(before), len(after)) <= _VALUE:
        return [f"{where}{before.rjust(_VALUE)} → {after.rjust(_VALUE)} {change.rjust(_SHARE)}".rstrip()]
    said = after if before == fmt.MISSING else f"{before} → {after}"
    return [
        where.rstrip(),
        *textwrap.wrap(said, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8),
    ]


def _wrapped(sentences: Sequence[str]) -> list[str]:
    return [line for one in sentences for line in textwrap.wrap(f"Note: {one}", WIDTH, subsequent_indent="  ")]


def _table(frame: pd.DataFrame) -> str:
    head = f"| {' | '.join(map(str, frame.columns))} |"
    rule = f"| {' | '.join('---' for _ in frame.columns)} |"
    rows = [f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in frame.to_records(index=False)]
    return "\n".join([head, rule, *rows])
