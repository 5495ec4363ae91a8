"""Long work of a page, such as drawing thousands of futures: worked out once, given up when the visitor moves on.

Streamlit stops a run of the page that a newer move has overtaken, at the next thing that the run asks of it. Work in
the run's own thread therefore asks for something of the session again and again, and needs no thread, queue or
cancelling of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Final, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.risk.futures import USUAL_DRAWS, Futures, key, sample
from pages.parts.kept import shelf
from pages.parts.work import dataset

Found = TypeVar("Found")
Work = Callable[[Callable[[float], None], Callable[[], bool]], Found]

PAUSE_SECONDS: Final = 0.35
"""A visitor who moves on within this time has nothing worked out, and what he sees is painted first."""
SLOW_SECONDS: Final = 0.8
"""Progress is shown of what takes longer than this, and then as often."""
LOOK_SECONDS: Final = 0.02
FUTURES: Final = "Working out the futures"
_BEGAN: Final = "run_began"
_BEFORE: Final = "before_long_work"

_at_work = Lock()
"""One piece of long work at a time, for each takes all cores."""


def begin(before: Callable[[], None] | None = None) -> None:
    """Note when the run began; call it first in each. `before` is called ahead of long work, which may be given up."""
    st.session_state[_BEGAN], st.session_state[_BEFORE] = time.monotonic(), before


def futures(scenario: Scenario, draws: int = USUAL_DRAWS, slot: DeltaGenerator | None = None) -> Futures:
    """Return the futures of `scenario` on the data in use; all who work on these share them, so they are only read."""
    inputs = dataset.in_use()
    name = key(scenario, draws, inputs)

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Futures:
        return sample(inputs, scenario, draws, progress=progress, cancelled=cancelled)

    return worked_out("futures", name, work, slot)


def known_futures(inputs: Inputs, scenario: Scenario, draws: int = USUAL_DRAWS) -> Futures | None:
    """Return the futures of `scenario` on `inputs` if they are worked out already, else None."""
    found: Futures | None = known("futures", key(scenario, draws, inputs))
    return found


def known(kind: str, name: str) -> Any | None:
    """Return what is kept of work of a `kind` under `name`, a hash of all that it depends on; None if nothing is."""
    return shelf.known((kind, name))


def worked_out(
    kind: str, name: str, work: Work[Found], slot: DeltaGenerator | None = None, says: str = FUTURES
) -> Found:
    """Return what `work(progress, cancelled)` returns, or has returned before under the same `kind` and `name`.

    Call it when all else of the page is drawn. Progress is shown in `slot` under what it `says`, and
    the caller then draws over it. A run
    that is overtaken never returns from here; nothing of its work is kept.
    """
    if (found := known(kind, name)) is not None:
        return found  # type: ignore[no-any-return]  # the kind says what it is
    if (before := st.session_state.get(_BEFORE)) is not None:
        before()
    _pause()
    while not _at_work.acquire(timeout=LOOK_SECONDS):
        _overtaken()
    try:
        if (found := known(kind, name)) is None:
            found = work(_teller(slot, says), _overtaken)
            shelf.put((kind, name), found)
    finally:
        _at_work.release()
    return found


def _overtaken() -> bool:
    """Return False, or never: reading the session ends a run that a newer one has overtaken."""
    st.session_state.get("run")
    return False


def _pause() -> None:
    """Wait until the run has lasted PAUSE_SECONDS: once, however much is worked out in it."""
    while time.monotonic() < st.session_state.get(_BEGAN, 0.0) + PAUSE_SECONDS:
        time.sleep(LOOK_SECONDS)


def _teller(slot: DeltaGenerator | None, says: str) -> Callable[[float], None]:
    """Return what shows the share done in `slot`, now and then and only if it takes long."""
    told = time.monotonic()

    def tell(share: float) -> None:
        nonlocal told
        if slot is not None and time.monotonic() - told > SLOW_SECONDS:
            told = time.monotonic()
            slot.progress(min(share, 1.0), says)

    return tell
