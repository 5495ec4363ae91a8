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
    way, worth = changed.way, _worth(changed.former, changed.found.bridge.start_usd)
    if not way.moved:
        return f"{worth} too: nothing that changed in the data moves it."
    if abs(way.difference_usd) < MATERIAL_USD:
        return f"{worth} too: {moves.named_parts(way)}."
    return f"{worth}. What moved it: {moves.named_parts(way)}."


def short_line(former: Former, before_usd: float, now_usd: float) -> str:
    """Return in one sentence what the answer was on the release before, where it is not worked out what moved it."""
    too = " too" if abs(now_usd - before_usd) < MATERIAL_USD else ""
    return f"{_worth(former, before_usd)}{too}."


def _worth(former: Former, usd: float) -> str:
    worth = f"was worth {fmt.usd(usd, DIGITS)}" if usd >= 0 else f"cost {fmt.usd(-usd, DIGITS)}"
    return f"On the data before ({fmt.day(former.made_on)}) this {worth}"
