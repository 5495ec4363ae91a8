"""Bridges between scenarios, worked out once for as long as they are wanted."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.compare import Bridge, bridge
from core.data import bundled
from core.scenario import Scenario

KEPT: Final = 64


@lru_cache(maxsize=KEPT)
def between(before: Scenario, after: Scenario) -> Bridge:
    """Return the bridge from `before` to `after` on the bundled data; all visitors share it."""
    return bridge(bundled(), before, after)
