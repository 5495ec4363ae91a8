"""Sentences that stand on every page about one scenario, by the places in which they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.inputs import evidence
from core.inputs.data import Inputs
from core.story.answer import Answer
from core.story.delivery import short_words
from core.story.finding import evidence_line, subtitle

SUBTITLE: Final = "subtitle"
GUESSWORK: Final = "guesswork"
_COMES: Final = "what comes of "


def comes_of(workload: str) -> str:
    """Return the place of what is asked and does not come of a workload's custom share."""
    return f"{_COMES}{workload}"


def names(inputs: Inputs) -> tuple[str, ...]:
    """Return all places."""
    return (SUBTITLE, GUESSWORK, *map(comes_of, inputs.workloads))


def line(place: str, answer: Answer, scenario_name: str) -> str | None:
    """Return what stands in a place, nothing where there is nothing to say; None if it is no place of a sentence."""
    made: Mapping[str, Callable[[], str]] = {
        SUBTITLE: lambda: subtitle(answer, scenario_name, evidence.data_date(answer.inputs)),
        GUESSWORK: lambda: evidence_line(answer),
    }
    if place in made:
        return made[place]()
    workload = place.removeprefix(_COMES)
    if place == workload or workload not in answer.inputs.workloads:
        return None
    return short_words(answer)[answer.inputs.workloads.index(workload)]
