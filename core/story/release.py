"""What became of an answer since the release of the data before, and why."""

from __future__ import annotations

from dataclasses import dataclass

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.former import Former
from core.story import moves
from core.story.moves import DIGITS, Way
from core.upkeep.bridge import Bridge
from core.upkeep.difference import Difference


@dataclass(frozen=True, eq=False)
class Changed:
    """What became of a scenario since a former release of the data."""

    former: Former
    found: Difference

    @property
    def way(self) -> Way:
        """The way from its value on the data before to that on the data in use."""
        return way_of(self.found.bridge)

    @property
    def day(self) -> str:
        """The day of the release before, as it is read."""
        return fmt.day(self.former.made_on)


def way_of(between: Bridge) -> Way:
    """Return a bridge as a way of steps."""
    return Way(between.start, tuple(zip(between.groups, map(int, between.parts), strict=True)), between.end)


def line(changed: Changed) -> str:
    """Return in one sentence how the answer changed since the release before, and why."""
    way, before = changed.way, changed.found.bridge.start_usd
    worth = f"was worth {fmt.usd(before, DIGITS)}" if before >= 0 else f"cost {fmt.usd(-before, DIGITS)}"
    on = f"On the data before ({changed.day}) this"
    if not way.moved:
        return f"{on} {worth} too: nothing that changed in the data moves it."
    if abs(way.difference_usd) < MATERIAL_USD:
        return f"{on} {worth} too: {moves.named_parts(way)}."
    return f"{on} {worth}. What moved it: {moves.named_parts(way)}."
