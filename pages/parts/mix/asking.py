"""What is asked of the search for the best mix: which choices are free, which limits hold, and that it be made.

What is picked is kept apart from its widget, so that it is there again after the fold was closed or the page was left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from core.inputs.data import Inputs
from core.inputs.intake.numbers import NumberError
from core.inputs.scenario import Scenario
from core.risk.mix.limits import CAPEX_MAX, CHANGE_MAX, PEAK_MAX, SHORTFALL_MAX, Limit
from core.risk.mix.problem import Problem, free_choices, usual_choices
from core.risk.run import RiskError
from core.story.answer import Answer
from core.views.mix import finding, frames
from pages.parts.kept import mixes
from pages.parts.widgets import number
from pages.parts.work import session
from pages.parts.work.text import plain

_FREE: Final = "mix_free"
_WANTED: Final = "mix_wanted"
_EXCLUDED: Final = "mix_excluded"
_SCALES: Final[Mapping[str, float]] = {CAPEX_MAX: 1e9, PEAK_MAX: 1e3, SHORTFALL_MAX: 1e9, CHANGE_MAX: 0.01}
"""The unit in which each limit is typed: B USD, GW and points of a share."""


# --- What is asked


def problem(inputs: Inputs, scenario: Scenario) -> Problem:
    """Return what is asked about a scenario now; call it before anything is drawn.

    Raises RiskError if it cannot be asked.
    """
    free = [name for name in free_choices(inputs) if name in _free(inputs)]
    limits: dict[str, Any] = {}
    refused = []
    for kind, label in _fields(inputs).items():
        try:
            limit = number.read(label, _kept(kind, None), low=0.0, marks=("$", "%"))
        except NumberError as error:
            refused.append(str(error))
        else:
            limits |= {} if limit is None else {kind: limit * _SCALES[kind]}
    if refused:
        raise RiskError(refused)
    if CAPEX_MAX in limits:
        limits[CAPEX_MAX] = {str(inputs.calendar.first_year): limits[CAPEX_MAX]}
    if CHANGE_MAX in limits:
        limits[CHANGE_MAX] = min(limits[CHANGE_MAX], 1.0)
    return mixes.usual(inputs, scenario, free=free, limits=limits)


def _free(inputs: Inputs) -> tuple[str, ...]:
    return tuple(_kept(_FREE, usual_choices(inputs)))


def _kept(name: str, default: Any) -> Any:
    """Return what was last picked under `name`, after taking in what its widget says."""
    if _key(name) in st.session_state:
        says = st.session_state[_key(name)]
        st.session_state[name] = tuple(says) if isinstance(says, list) else says
    return st.session_state.get(name, default)


def _key(name: str) -> str:
    return f"asked_{name}_{session.mark()}"


# --- The fold


def draw(answer: Answer) -> None:
    """Draw the fold in which choices are set free and limits are set; what is folded away is not drawn."""
    fold = st.expander("Choices and limits", key="mix_asked", on_change="rerun")
    if not fold.open:
        return
    inputs = answer.inputs
    with fold:
        st.caption("What may be set otherwise, and what the plan case must keep. Empty fields are no limits.")
        _begin_with(_FREE, [name for name in free_choices(inputs) if name in _free(inputs)])
        st.multiselect(
            "Choices that are free",
            free_choices(inputs),
            key=_key(_FREE),
            format_func=lambda name: frames.label_of(inputs.levers[name], frames.kinds(inputs)),
        )
        if said := finding.merchants_note(mixes.usual(inputs, answer.scenario, free=list(_free(inputs)))):
            st.caption(plain(said))
        fields = _fields(inputs)
        for column, (kind, label) in zip(st.columns(len(fields), gap="medium"), fields.items(), strict=True):
            _begin_with(kind, _kept(kind, None))
            column.text_input(label, key=_key(kind), placeholder="no limit")


def _fields(inputs: Inputs) -> Mapping[str, str]:
    """Return what the field of each limit is called."""
    return {
        CAPEX_MAX: f"Capital spending {inputs.calendar.first_year}, at most ($ B)",
        PEAK_MAX: "Peak IT load, at most (GW)",
        SHORTFALL_MAX: "Shortfall charges to the horizon, at most ($ B)",
        CHANGE_MAX: "Change of a share from today, at most (points)",
    }


def _begin_with(name: str, value: Any) -> None:
    """Let a widget that comes back show what was picked in it."""
    if _key(name) not in st.session_state and value is not None:
        st.session_state[_key(name)] = value


# --- The search


def is_wanted(wanted: Problem) -> bool:
    """Return whether the reader has asked for just this search."""
    return bool(st.session_state.get(_WANTED) == wanted.key)


def button(of: Problem) -> None:
    """Draw the button that asks for the search, or gives it up."""
    if is_wanted(of):
        st.button("Stop", key="mix_stop", icon=":material/stop:", on_click=_stop)
        return
    st.button(
        "Find the best mix",
        key="mix_find",
        type="primary",
        icon=":material/search:",
        on_click=_want,
        args=(of.key,),
        disabled=not of.free,
    )


def _want(key: str) -> None:
    st.session_state[_WANTED] = key


def _stop() -> None:
    st.session_state.pop(_WANTED, None)


def exclude(wanted: Problem, limits: Sequence[Limit]) -> None:
    """Note that no mix keeps these limits."""
    _stop()
    st.session_state[_EXCLUDED] = (wanted.key, tuple(limits))


def excluded(wanted: Problem) -> tuple[Limit, ...]:
    """Return the limits that no mix keeps, as far as a search has found; none if it has found none."""
    key, limits = st.session_state.get(_EXCLUDED, ("", ()))
    return limits if key == wanted.key else ()
