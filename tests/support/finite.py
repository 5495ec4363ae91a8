"""What must hold of every figure that is told: it is a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def assert_finite(told: Any) -> None:
    """Fail if a figure is an infinity or NaN, however deep it stands in a report."""
    if isinstance(told, Mapping):
        for value in told.values():
            assert_finite(value)
    elif isinstance(told, list | tuple):
        for value in told:
            assert_finite(value)
    elif isinstance(told, float):
        assert math.isfinite(told)
