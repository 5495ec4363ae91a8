"""Bridges between scenarios, worked out once for as long as they are wanted."""

from __future__ import annotations

from core.inputs.scenario import Scenario
from core.views.compare.bridge import Bridge, bridge
from pages.parts.kept import shelf
from pages.parts.work import dataset


def between(before: Scenario, after: Scenario) -> Bridge:
    """Return the bridge from `before` to `after` on the data in use; all who work on these share it."""
    inputs = dataset.in_use()
    return shelf.once(("bridge", *dataset.name_of(inputs), before, after), lambda: bridge(inputs, before, after))
