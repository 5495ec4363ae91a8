"""What changed in the data since the release before, and what that does to the answer."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.format import USD_BN
from core.inputs.evidence import MONEY
from core.story import charts, moves
from core.story.figure import Figure
from core.story.moves import CENTS
from core.story.release import Changed, way_of
from core.upkeep.difference import BASES, remarks

_ENDS: Final = ("Data before", "Data in use")


def title(changed: Changed) -> str:
    """Return what the changes do to the answer: `Worth $3.2 B less: most of it price of successors (−$2.9 B)`."""
    return f"{moves.finding(changed.way)}, since the data of {changed.day}"


def caption(changed: Changed) -> str:
    """Return what shaped the bridge."""
    found = changed.found
    count = fmt.counted(len(found.mixed.told.changes), "change")
    return (
        f"{count} from data {found.old.data_version} to {found.new.data_version}, on this scenario: its levers off "
        "base stay as they are, the others are at the base of each. A group's part is what it does on average "
        "over all orders in which the changes can be made; parts add up to the cent."
    )


def bars(changed: Changed) -> pd.DataFrame:
    """Return the bars of the bridge; see core.story.moves.bars."""
    counts = {group: _count(changed, group) for group in changed.found.bridge.groups}
    return moves.bars(changed.way, _ENDS, counts)


def table(changed: Changed) -> pd.DataFrame:
    """Return each group with its part on either basis of residual value, alone, and taken back; USD billion."""
    own = changed.found.bridge
    groups = [own.groups[place] for place in own.order]
    found = pd.DataFrame({"Group": [_ENDS[0], *groups, _ENDS[1]]})
    found["Changes"] = ["", *(_count(changed, group) for group in groups), ""]
    for basis, between in changed.found.bridges.items():
        parts = dict(way_of(between).steps)
        usd = [between.start / CENTS, *(parts[group] / CENTS for group in groups), between.end / CENTS]
        found[f"Part, {BASES[basis]} ($ B)"] = [one / USD_BN.scale for one in usd]
    for name, values in (("Alone ($ B)", own.alone_usd), ("Taken back ($ B)", own.taken_back_usd)):
        by_group = dict(zip(own.groups, values.tolist(), strict=True))
        found[name] = [None, *(by_group[group] / USD_BN.scale for group in groups), None]
    return found


def cells(changed: Changed) -> pd.DataFrame:
    """Return every change with its group, those that move the answer most first."""
    own = changed.found.bridge
    frames = [changed.found.frame(own.groups[place]).assign(group=own.groups[place]) for place in own.order]
    every = pd.concat(frames, ignore_index=True)
    shares = ["" if pd.isna(share) else fmt.percent(share, signed=True) for share in every["change_share"]]
    words = every[["group", "table", "row", "column", "before", "after"]].assign(change=shares)
    for name in ("unit", "grade", "source"):
        words[name] = every[name].astype(object).where(every[name].notna(), "")
    return words.rename(columns=str.capitalize)


def notes(changed: Changed) -> list[str]:
    """Return what else a reader should know, a sentence each."""
    return remarks(changed.found)


def _count(changed: Changed, group: str) -> str:
    return fmt.counted(len(changed.found.of_group(group)), "change")


FIGURE: Final = Figure[Changed](
    name="data_changed",
    title=title,
    caption=caption,
    evidence=(*MONEY, "levers"),
    table=table,
    spec=lambda mode, changed: charts.bridge(mode, changed.way.unit, len(bars(changed)), "Group", "Cells"),
    frame=bars,
)
"""On the Data page, where there is a release before: no figure of every data set's page, as those of PAGE are."""
