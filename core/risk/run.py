"""What a long run under doubt is given and what it raises."""

from __future__ import annotations

from collections.abc import Callable

from core.inputs.lever import RefusedError

Progress = Callable[[float], None]
"""Is told the share done, from 0 up to 1."""
Cancel = Callable[[], bool]
"""Says whether the caller no longer waits."""


class RiskError(RefusedError):
    """Futures that cannot be drawn."""


class Cancelled(Exception):  # noqa: N818  # nothing went wrong: the caller asked for it
    """A run was told to stop; nothing of it is kept."""


def stop_if(cancelled: Cancel | None) -> None:
    """Raise Cancelled if the caller no longer waits."""
    if cancelled is not None and cancelled():
        raise Cancelled
