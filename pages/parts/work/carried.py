"""A scenario carried over from one data set to another: lever by lever, as far as the other has them."""

from __future__ import annotations

from dataclasses import dataclass

from core.base.format import counted
from core.inputs.data import Inputs
from core.inputs.lever import Lever, Value
from core.inputs.scenario import Scenario
from core.story.settings import in_words

MOST_NAMED = 6
"""Levers that a sentence names; of more it says how many."""


@dataclass(frozen=True)
class Carried:
    """A scenario on other data than it was made on, and what of it could not be set there, a sentence a kind."""

    scenario: Scenario
    sentences: tuple[str, ...]


def carried(scenario: Scenario, before: Inputs, after: Inputs) -> Carried:
    """Return a scenario of the data `before` as one of the data `after`.

    A ready-made scenario stays the ready-made one of its name. Of any other the levers that are off base are set; the
    others stand at the base of the new data, for what is believed of those is said by them.
    """
    name = next((name for name, preset in before.presets.items() if preset == scenario), None)
    if name is not None and name in after.presets:
        return Carried(after.presets[name], ())
    if scenario == before.base:
        return Carried(after.base, ())
    changes, here = scenario.changes, after.levers
    unknown = [before.levers[name] for name in changes if name not in here]
    refused = [(here[name], value) for name, value in changes.items() if name in here and here[name].problem(value)]
    left_out = {one.id for one in unknown} | {one.id for one, _ in refused}
    kept = {name: value for name, value in changes.items() if name not in left_out}
    return Carried(after.scenario(kept), _said(unknown, refused, len(kept)))


def _said(unknown: list[Lever], refused: list[tuple[Lever, Value]], count: int) -> tuple[str, ...]:
    said = []
    if unknown:
        said.append(f"Not set, for there is no such lever in these data: {_named([one.label for one in unknown])}.")
    if refused:
        words = [f"{one.label} ({in_words(one, value)})" for one, value in refused]
        said.append(f"Not set, for it is out of bounds in these data: {_named(words)}.")
    if said:
        said.append(f"{counted(count, 'lever')} off base set as before. Undo leads back to the data before.")
    return tuple(said)


def _named(words: list[str]) -> str:
    more = len(words) - MOST_NAMED
    return "; ".join(words if more <= 0 else [*words[:MOST_NAMED], f"and {more} more"])
