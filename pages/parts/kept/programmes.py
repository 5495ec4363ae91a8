"""What the custom programme of a scenario costs and brings, worked out once for as long as it is wanted."""

from __future__ import annotations

from core.inputs.scenario import Scenario
from core.views.programme.study import Study
from core.views.programme.study import study as study_of
from pages.parts.kept import shelf
from pages.parts.kept.answer import answer
from pages.parts.work import dataset


def study(scenario: Scenario) -> Study:
    """Return the study of the programme of `scenario` on the data in use; all who work on these share it."""
    name = ("programme", *dataset.name_of(dataset.in_use()), scenario)
    return shelf.once(name, lambda: study_of(answer(scenario)))
