"""The answer to a scenario, worked out once for as long as it is wanted."""

from __future__ import annotations

from core.inputs.scenario import Scenario
from core.story.answer import Answer
from pages.parts.kept import latest, shelf
from pages.parts.work import dataset


def answer(scenario: Scenario) -> Answer:
    """Return the figures of `scenario` on the data in use; all who work on these share them, so they are only read."""
    inputs = dataset.in_use()
    name = latest.name_of(inputs, scenario)
    return shelf.once(name, lambda: latest.known(name) or Answer.of(inputs, scenario))
