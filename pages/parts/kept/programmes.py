"""What the custom programme of a scenario costs and brings, worked out once for as long as it is wanted."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.inputs.scenario import Scenario
from core.views.programme.study import Study
from core.views.programme.study import study as study_of
from pages.parts.kept.answer import answer

KEPT: Final = 32


@lru_cache(maxsize=KEPT)
def study(scenario: Scenario) -> Study:
    """Return the study of the programme of `scenario` on the bundled data; all visitors share it."""
    return study_of(answer(scenario))
