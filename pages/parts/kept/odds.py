"""Long work of a page, such as drawing thousands of futures: worked out once, given up when the visitor moves on.

Streamlit stops a run of the page that a newer move has overtaken, at the next thing that the run asks of it. Work in
the run's own thread therefore asks for something of the session again and again, and needs no thread, queue or
cancelling of its own. Between its parts, which take a few milliseconds, it gives way to whoever waits for a page.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from enum import Enum
from threading import Lock
from typing import Any, Final, NoReturn, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.model.ready import compiler
from core.risk.futures import DRAWS, FUTURES, USUAL_DRAWS, Futures, key, sample
from core.serve import bursts
from pages.parts.kept import shelf
from pages.parts.work import dataset

Found = TypeVar("Found")
Work = Callable[[Callable[[float], None], Callable[[], bool]], Found]

PAUSE_SECONDS: Final = 0.35
"""A visitor who moves on within this time has nothing worked out, and what he sees is painted first."""
SLOW_SECONDS: Final = 0.8
"""Progress is shown of what takes longer than this, and then as often."""
LOOK_SECONDS: Final = 0.02
GLANCE_SECONDS: Final = 0.002
WORKING: Final = "Working out the futures"
PATIENCE_SECONDS: Final = 2.0
"""Work gives way for as long as it has worked itself, and this long beyond, so that it is done some time."""
GIVEN_UP_SECONDS: Final = 5.0
"""A page that does not stand after this long may be one that was given up: nobody gives way to it any more."""
_BEGAN: Final = "run_began"
_BEFORE: Final = "before_long_work"


class Lane(Enum):
    """Who waits for whom: one piece of work at a time in each lane, for each takes all cores."""

    SHORT = "short"
    LONG = "long"


_at_work: Final = {lane: Lock() for lane in Lane}
_waited_for: Final = dict[Hashable, float]()
"""When the pages, by session, and the answers began that somebody waits for."""


def hold() -> None:
    """Let what is drawn from here on come to the browser at once: when the page stands, or is about to work longer."""
    bursts.hold(_session())


def begin(before: Callable[[], None] | None = None) -> None:
    """Note when the run began; call it first in each. `before` is called ahead of long work, which may be given up."""
    _waited_for[_session()] = st.session_state[_BEGAN] = time.monotonic()
    st.session_state[_BEFORE] = before


def stands() -> None:
    """Note that the page of this run stands, but for long work; call it once it does."""
    _waited_for.pop(_session(), None)
    bursts.let_go(_session())


def stop() -> NoReturn:
    """End the run before the end of the script: its page stands."""
    stands()
    st.stop()


@contextmanager
def waited_for() -> Iterator[None]:
    """Let long work give way to what is done meanwhile."""
    answer = object()
    _waited_for[answer] = time.monotonic()
    try:
        yield
    finally:
        _waited_for.pop(answer, None)


def _session() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


_beside: Final = ThreadPoolExecutor(os.cpu_count(), "first-odds")
_under_way: Final = dict[str, Future[Futures]]()
_beginning: Final = Lock()


def begin_first(inputs: Inputs, scenario: Scenario) -> Future[Futures] | None:
    """Begin to draw the first few futures beside what is done now, unless that is under way or at hand.

    Returns what stands for them, None as long as the compiled model is not there.
    """
    if compiler().is_alive():
        return None
    name = key(scenario, DRAWS[0], inputs)
    if (found := known(FUTURES, name)) is not None:
        at_hand = Future[Futures]()
        at_hand.set_result(found)
        return at_hand
    with _beginning:
        if (drawing := _under_way.get(name)) is None:
            drawing = _under_way[name] = _beside.submit(_fewest, inputs, scenario)
            drawing.add_done_callback(lambda _: _under_way.pop(name, None))
    return drawing


def first_futures(scenario: Scenario) -> Callable[[], Futures]:
    """Begin to draw the first few futures of `scenario` on the data in use, and return what waits for them.

    They take less than a page does, and next to nothing of the interpreter that draws it.
    """
    inputs = dataset.in_use()
    drawing = begin_first(inputs, scenario)

    def drawn() -> Futures:
        _wait_for_the_compiler()
        if drawing is None:
            return _fewest(inputs, scenario)
        while not wait([drawing], LOOK_SECONDS).done:
            _overtaken()
        return drawing.result()

    return drawn


def futures(scenario: Scenario, draws: int = USUAL_DRAWS, slot: DeltaGenerator | None = None) -> Futures:
    """Return the futures of `scenario` on the data in use; all who work on these share them, so they are only read."""
    inputs = dataset.in_use()
    name = key(scenario, draws, inputs)

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Futures:
        return sample(inputs, scenario, draws, progress=progress, cancelled=cancelled)

    return worked_out(FUTURES, name, work, slot, lane=Lane.SHORT if draws <= USUAL_DRAWS else Lane.LONG)


def most_known(inputs: Inputs, scenario: Scenario) -> Futures | None:
    """Return the futures of `scenario` on `inputs` from as many draws as are worked out already; None if none are."""
    found = (known(FUTURES, key(scenario, draws, inputs)) for draws in reversed(DRAWS))
    return next((one for one in found if one is not None), None)


def at_once(inputs: Inputs, scenario: Scenario) -> Futures:
    """Return the most futures that are known, or the fewest that can be drawn, which is soon done.

    Raises RiskError if none can be drawn.
    """
    return most_known(inputs, scenario) or _fewest(inputs, scenario)


def _fewest(inputs: Inputs, scenario: Scenario) -> Futures:
    return shelf.once((FUTURES, key(scenario, DRAWS[0], inputs)), lambda: sample(inputs, scenario, DRAWS[0]))


def known(kind: str, name: str) -> Any | None:
    """Return what is kept of work of a `kind` under `name`, a hash of all that it depends on; None if nothing is."""
    return shelf.known((kind, name))


def worked_out(
    kind: str,
    name: str,
    work: Work[Found],
    slot: DeltaGenerator | None = None,
    says: str = WORKING,
    lane: Lane = Lane.LONG,
) -> Found:
    """Return what `work(progress, cancelled)` returns, or has returned before under the same `kind` and `name`.

    Call it when all else of the page is drawn. Short work never waits for long work. Progress is shown in `slot` under
    what it `says`, and the caller then draws over it. A run that is overtaken never returns from here; nothing of its
    work is kept.
    """
    if (found := known(kind, name)) is not None:
        return found  # type: ignore[no-any-return]  # the kind says what it is
    stands()
    if (before := st.session_state.get(_BEFORE)) is not None:
        before()
    _pause()
    _wait_for_the_compiler()
    while not _at_work[lane].acquire(timeout=LOOK_SECONDS):
        _overtaken()
    try:
        if (found := known(kind, name)) is None:
            found = work(_teller(slot, says), _Worker().goes_on)
            shelf.put((kind, name), found)
    finally:
        _at_work[lane].release()
    hold()
    return found


def _overtaken() -> bool:
    """Return False, or never: reading the session ends a run that a newer one has overtaken."""
    st.session_state.get("run")
    return False


class _Worker:
    """Long work that gives way, see PATIENCE_SECONDS."""

    def __init__(self) -> None:
        self._began, self._waited = time.monotonic(), 0.0

    def goes_on(self) -> bool:
        """Return False once the work may go on, or never if its run is overtaken."""
        _overtaken()
        begins = time.monotonic()
        most = begins - self._began - 2 * self._waited + PATIENCE_SECONDS
        while (waits := time.monotonic() - begins) < most and _is_waited_for():
            time.sleep(GLANCE_SECONDS)
            _overtaken()
        self._waited += waits
        return False


def _is_waited_for() -> bool:
    since = time.monotonic() - GIVEN_UP_SECONDS
    for one, began in tuple(_waited_for.items()):
        if began <= since:
            _waited_for.pop(one, None)
    return bool(_waited_for)


def _wait_for_the_compiler() -> None:
    """Wait until the compiled model is there."""
    while compiler().is_alive():
        _overtaken()
        time.sleep(LOOK_SECONDS)


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
