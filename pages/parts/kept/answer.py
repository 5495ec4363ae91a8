"""The answer to a scenario, worked out once for as long as the scenario stays."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.story.answer import Answer

KEPT: Final = 64


@lru_cache(maxsize=KEPT)
def answer(scenario: Scenario) -> Answer:
    """Return the figures of `scenario` on the bundled data; all visitors share them, so they are only read."""
    return Answer.of(bundled(), scenario)
