"""What other lives of chips would do, worked out once for as long as the scenario stays."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.views.cost.frames import Lives, sweep_lives

KEPT: Final = 64


@lru_cache(maxsize=KEPT)
def lives(scenario: Scenario) -> Lives:
    """Return the sweep over lives of `scenario` on the bundled data; all visitors share it, so it is only read."""
    return sweep_lives(bundled(), scenario)
