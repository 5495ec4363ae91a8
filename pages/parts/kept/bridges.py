"""Bridges between scenarios, worked out once for as long as they are wanted."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.views.compare.bridge import Bridge, bridge

KEPT: Final = 64


@lru_cache(maxsize=KEPT)
def between(before: Scenario, after: Scenario) -> Bridge:
    """Return the bridge from `before` to `after` on the bundled data; all visitors share it."""
    return bridge(bundled(), before, after)
