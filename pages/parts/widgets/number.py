"""A number that a visitor types: a field of text, for a browser's own number field drops a comma and keeps the rest.

What cannot be read, or could be read in two ways, is refused in words and stays in the field.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from core.inputs.intake.numbers import NumberError, entered


def read(
    label: str, text: str | None, low: float = -math.inf, high: float = math.inf, marks: Collection[str] = ()
) -> float | None:
    """Return the number that a field holds, None if it is empty; raises NumberError in words that begin with `label`.

    `marks` may stand beside it.
    """
    if text is None or not text.strip():
        return None
    try:
        return float(entered(text, low, high, marks))
    except NumberError as error:
        raise NumberError(f"{label}: {error}") from None


def shown(value: float | None) -> str:
    """Return a number as a field holds it, to the last digit; nothing if there is none."""
    return "" if value is None else f"{value:.15g}"
