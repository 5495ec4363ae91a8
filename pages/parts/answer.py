"""The answer to a scenario, worked out once for as long as the scenario stays."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.data import bundled
from core.evaluate import summarise
from core.finding import Answer
from core.model import simulate
from core.scenario import Scenario, columns
from core.sweep import sweep_adoption

KEPT: Final = 64


@lru_cache(maxsize=KEPT)
def answer(scenario: Scenario) -> Answer:
    """Return the figures of `scenario` on the bundled data; all visitors share them, so they are only read."""
    sim = simulate(bundled(), columns([scenario]))
    return Answer(sim, summarise(sim), sweep_adoption(sim))
