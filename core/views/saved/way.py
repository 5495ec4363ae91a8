"""The way from what was saved to today: the model, then each group of changes of the data, then today's beliefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.finance import MATERIAL_USD, round_half_up
from core.inputs.data import Inputs
from core.inputs.lever import Kind, Lever, Value
from core.inputs.scenario import Scenario
from core.story import moves
from core.story.moves import CENTS, Way
from core.story.settings import in_words
from core.upkeep.bridge import Bridge, Pulse, bridge
from core.upkeep.groups import EVERYTHING_ELSE, grouped
from core.upkeep.mixtures import can_be_mixed, value_usd
from core.views.saved.difference import Reopening
from core.views.saved.reading import headline, shared

MODEL: Final = "New model"
"""The step from what was saved to what today's model gives on the data that it was saved with."""
ENDS: Final = ("As saved", "Today")


def has_groups(reopening: Reopening) -> bool:
    """True if the data changed in groups that can be told apart, and values are known that they lead between."""
    before, value = reopening.before, reopening.moves[0]
    if before is None or not reopening.data_changed or None in (value.saved, value.archived, value.today):
        return False
    if not can_be_mixed(before, reopening.inputs):
        return False
    return grouped(before, reopening.inputs).groups not in ((), (EVERYTHING_ELSE,))


def data_bridge(reopening: Reopening, pulse: Pulse | None = None) -> Bridge:
    """Return what each group of changes does to the saved scenario: its levers, on each data set those that it has.

    Long work where the mixtures of the two data sets are not made yet. Raises MixtureError if one is refused,
    ValueError if the data that it was saved with are not known.
    """
    if reopening.before is None:
        raise ValueError("the data that it was saved with are not known; ask has_groups first")

    def worth(inputs: Inputs) -> float:
        return value_usd(inputs, shared(reopening.saved, inputs.levers).scenario)

    return bridge(reopening.before, reopening.inputs, worth, pulse)


def way(reopening: Reopening, between: Bridge) -> Way:
    """Return the way from the saved value to today's with the saved levers; between: as of `data_bridge`.

    Raises ValueError if no value was saved.
    """
    saved = reopening.moves[0].saved
    if not isinstance(saved, float):
        raise ValueError("no value was saved; ask has_groups first")
    start = int(round_half_up(np.array(saved * CENTS)))
    model = between.start - start
    groups = zip(between.groups, between.parts.tolist(), strict=True)
    steps = [*([(MODEL, model)] if reopening.model_changed or model else []), *groups]
    return Way(start, tuple(steps), between.end)


def title(reopening: Reopening, along: Way) -> str:
    """Return what moved the saved value: `Worth $3.2 B less: most of it price of successors (−$2.9 B)`."""
    return moves.finding(along)


def caption(reopening: Reopening) -> str:
    """Return what shaped the bridge."""
    return (
        f"{headline(reopening.saved)[0].label}, after tax, with the levers as they were saved. Each change of the data "
        "counts as it does on average over all orders in which the changes can be made; parts add up to the cent."
    )


def bars(along: Way) -> pd.DataFrame:
    """Return the bars of the bridge; see core.story.moves.bars."""
    return moves.bars(along, ENDS)


def table(along: Way) -> pd.DataFrame:
    """Return the bridge to the cent."""
    rows = [(ENDS[0], along.start), *along.steps, (ENDS[1], along.end)]
    return pd.DataFrame({"Step": [name for name, _ in rows], "Value ($)": [cents / CENTS for _, cents in rows]})


# --- Today's beliefs


@dataclass(frozen=True, eq=False)
class Beliefs:
    """What stood at its base when a scenario was saved and has another base today, and what that would do."""

    levers: tuple[tuple[Lever, Value], ...]  # today's lever, and its base when the scenario was saved
    scenario: Scenario  # today's, with today's base of these
    value_usd: float
    difference_usd: float  # against today with the saved levers

    @property
    def settings(self) -> dict[str, Value]:
        """Today's base of these, by lever id."""
        return {lever.id: lever.base for lever, _ in self.levers}


def beliefs(reopening: Reopening) -> Beliefs | None:
    """Return the beliefs that stood at their base when it was saved and have another one today; None if none has."""
    if reopening.before is None:
        return None
    then, saved = reopening.before.levers, reopening.scenario
    moved = tuple(
        (lever, then[lever.id].base)
        for lever in saved.levers.values()
        if lever.kind is Kind.ASSUMPTION
        and lever.id in then
        and lever.id not in reopening.added
        and saved[lever.id] == then[lever.id].base != lever.base
    )
    if not moved:
        return None
    scenario = saved.replace(**{lever.id: lever.base for lever, _ in moved})
    today, with_them = (value_usd(reopening.inputs, one) for one in (saved, scenario))
    return Beliefs(moved, scenario, with_them, with_them - today)


def beliefs_title(found: Beliefs) -> str:
    """Return what today's beliefs would do to the saved scenario."""
    count = fmt.sentence(fmt.number_word(len(found.levers)))
    stood = (
        "belief stood at its base when this was saved and has"
        if len(found.levers) == 1
        else ("beliefs stood at their base when this was saved and have")
    )
    worth = (
        f"it is worth {fmt.usd(found.value_usd, 3)}"
        if found.value_usd >= 0
        else (f"it costs {fmt.usd(-found.value_usd, 3)}")
    )
    by = fmt.usd(abs(found.difference_usd))
    than = (
        "no more and no less"
        if abs(found.difference_usd) < MATERIAL_USD
        else (f"{by} {'more' if found.difference_usd > 0 else 'less'}")
    )
    return f"With today's beliefs {worth}, {than}. {count} {stood} another one today"


def beliefs_table(found: Beliefs) -> pd.DataFrame:
    """Return these beliefs with their base then and today."""
    return pd.DataFrame(
        [
            {"Belief": lever.label, "Base when saved": in_words(lever, then), "Base today": in_words(lever, lever.base)}
            for lever, then in found.levers
        ]
    )
