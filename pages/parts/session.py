"""The scenario of one visitor: the one place that holds it, changes it and keeps the address bar in step.

A page asks `current()`. Levers change the scenario through `levers.listen`, buttons by callbacks; both end in `choose`.
The scenario is kept whole in the session and the address is written from it. Binding widgets to the address
would lose every lever whose widget is folded away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.data import bundled
from core.model import MODEL_VERSION
from core.scenario import Reading, Scenario, Value, from_query, presets, to_query

STEPS_KEPT: Final = 100

_HISTORY: Final = "history"
_ADDRESS: Final = "address"
_NOTICE: Final = "notice"


@dataclass(frozen=True)
class History:
    """The scenario now, with those before it (oldest first) and those undone (next first).

    One frozen value in one session key: Streamlit may break off a run at any access to the session, and
    so can never leave half a change behind.
    """

    now: Scenario
    past: tuple[Scenario, ...] = ()
    future: tuple[Scenario, ...] = ()

    def then(self, scenario: Scenario) -> History:
        """Return the history with `scenario` as the next step; what was undone is forgotten."""
        if scenario == self.now:
            return self
        return History(scenario, (*self.past, self.now)[-STEPS_KEPT:])

    def undone(self) -> History:
        """Return the history one step back, or this one at the beginning."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redone(self) -> History:
        """Return the history one step forward, or this one at the end."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])


def begin() -> None:
    """Open the session; call it first in every run.

    The address is read when the visitor arrives (so a reload and a link both bring their scenario along) and when the
    browser goes back or forward. In any other run it is only written: while the visitor is quick, the browser sends
    an address that is a step behind.
    """
    if _HISTORY not in st.session_state:
        reading = _read_address()
        st.session_state[_NOTICE] = _in_words(reading)
        st.session_state[_HISTORY] = History(reading.scenario)
    elif _browser_went_back_or_forward():
        reading = _read_address()
        st.session_state[_NOTICE] = _in_words(reading)
        choose(reading.scenario)


def publish() -> None:
    """Write the scenario into the address bar, if it does not stand there yet; call it once all moves are taken in."""
    wanted = to_query(current(), data_version=bundled().data_version, model_version=MODEL_VERSION)
    if st.session_state.get(_ADDRESS) != wanted or st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
        st.session_state[_ADDRESS] = wanted


def current() -> Scenario:
    """Return the scenario that the visitor looks at."""
    return history().now


def history() -> History:
    """Return the scenario with the steps before and after it."""
    kept: History = st.session_state[_HISTORY]
    return kept


def choose(scenario: Scenario) -> None:
    """Make `scenario` the current one. Call it from a widget's callback, so that the whole run shows it."""
    _keep(history().then(scenario))


def change(**levers: Value) -> None:
    """Change some levers of the current scenario, as `choose` does.

    Raises ScenarioError if a lever may not take its value.
    """
    choose(current().replace(**levers))


def undo() -> None:
    """Go one step back."""
    _keep(history().undone())


def redo() -> None:
    """Go one step forward again."""
    _keep(history().redone())


@cache
def ready_made() -> Mapping[str, Scenario]:
    """Return the ready-made scenarios by name."""
    inputs = bundled()
    shares_today = zip(inputs.workloads, map(float, inputs.custom_share_today), strict=True)
    return MappingProxyType(presets(dict(shares_today)))


def notice() -> tuple[str, ...]:
    """Return what the visitor should know about the link that was opened, a plain sentence each."""
    kept: tuple[str, ...] = st.session_state[_NOTICE]
    return kept


def dismiss_notice() -> None:
    """Put the notice away."""
    st.session_state[_NOTICE] = ()


def _keep(kept: History) -> None:
    st.session_state[_HISTORY] = kept


def _browser_went_back_or_forward() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _read_address() -> Reading:
    reading = from_query(st.query_params.to_dict())
    repeated = tuple(
        f"{name}: is given {len(values)} times; the last one counts"
        for name in st.query_params
        if len(values := st.query_params.get_all(name)) > 1
    )
    return Reading(reading.scenario, (*reading.problems, *repeated), reading.data_version, reading.model_version)


def _in_words(reading: Reading) -> tuple[str, ...]:
    sentences = []
    versions = (("data", reading.data_version, bundled().data_version), ("model", reading.model_version, MODEL_VERSION))
    for kind, theirs, ours in versions:
        if theirs is not None and theirs != ours:
            sentences.append(f"This link was made with {kind} version {_short(theirs)}; the figures below use {ours}.")
    return (*sentences, *(f"{problem}." for problem in reading.problems))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
