"""The answers that were worked out last while sliders were dragged: where one is let go, its page finds its own here.

They are few and apart from what is kept on the shelf: a drag passes through hundreds of scenarios that nobody asks for
again, and would push out what people come back to.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

from cachetools import LRUCache

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.story.answer import Answer
from pages.parts.kept import shelf
from pages.parts.work import dataset

MOST: Final = 16
"""The last one of each of so many who drag at the same time."""

_answers: Final[LRUCache[shelf.Name, Answer]] = LRUCache(MOST)
_newest: Final[LRUCache[shelf.Name, Answer]] = LRUCache(MOST)
"""By data set: the next move is most often one of adoption, which leaves the world as it is."""
_reading: Final = Lock()


def name_of(inputs: Inputs, scenario: Scenario) -> shelf.Name:
    """Return what the answer to a scenario is kept under."""
    return ("answer", *dataset.name_of(inputs), scenario)


def answer(inputs: Inputs, scenario: Scenario) -> Answer:
    """Return the answer to a scenario, worked out unless it is at hand."""
    name = name_of(inputs, scenario)
    found: Answer | None = shelf.known(name) or known(name)
    if found is None:
        of_data = dataset.name_of(inputs)
        with _reading:
            near = _newest.get(of_data)
        found = Answer.of(inputs, scenario, near)
        with _reading:
            _answers[name] = _newest[of_data] = found
    return found


def known(name: shelf.Name) -> Answer | None:
    """Return one of the latest answers, None if it is not there."""
    with _reading:
        return _answers.get(name)
