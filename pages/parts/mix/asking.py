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
from core.risk.mix.limits import CAPEX_MAX, CHANGE_MAX, PEAK_MAX, SHARE_MAX, SHARE_MIN, SHORTFALL_MAX, Limit
from core.risk.mix.problem import Problem, free_choices, usual, usual_choices
from core.risk.run import RiskError
from core.story.answer import Answer
from core.views.mix import finding, frames
from pages.parts.widgets import number
from pages.parts.work import session
from pages.parts.work.text import plain

_FREE: Final = "mix_free"
_WANTED: Final = "mix_wanted"
_EXCLUDED: Final = "mix_excluded"
_LAST: Final = "mix_last"
_UNITS: Final[Mapping[str, tuple[float, str]]] = {
    CAPEX_MAX: (1e9, "$ B"),
    PEAK_MAX: (1e3, "GW"),
    SHORTFALL_MAX: (1e9, "$ B"),
    CHANGE_MAX: (0.01, "points"),
    SHARE_MIN: (0.01, "%"),
    SHARE_MAX: (0.01, "%"),
}
"""The unit in which each limit is typed, and what it is called."""


# --- What is asked


def problem(inputs: Inputs, scenario: Scenario) -> Problem:
    """Return what is asked about a scenario now; call it before anything is drawn.

    Raises RiskError if it cannot be asked.
    """
    free = [name for name in free_choices(inputs) if name in _free(inputs)]
    limits: dict[str, Any] = {}
    refused = []
    for one in (one for row in _fields(inputs, scenario) for one in row):
        scale, _ = _UNITS[one.kind]
        try:
            value = number.read(_label(one, inputs), _kept(one.name, None), low=0.0, marks=("$", "%"))
        except NumberError as error:
            refused.append(str(error))
            continue
        if value is None:
            continue
        bound = min(value * scale, 1.0) if scale < 1.0 else value * scale
        if one.subject:
            limits.setdefault(one.kind, {})[one.subject] = bound
        else:
            limits[one.kind] = bound
    if refused:
        raise RiskError(refused)
    return usual(inputs, scenario, free=free, limits=limits)


def _fields(inputs: Inputs, scenario: Scenario) -> list[list[Limit]]:
    """Return the limits that can be set, in the rows in which they are drawn; their bounds say nothing."""
    years = range(inputs.calendar.first_year, int(scenario.number("horizon_year")) + 1)
    return [
        [Limit(kind, "", 0.0) for kind in (PEAK_MAX, SHORTFALL_MAX, CHANGE_MAX)],
        [Limit(CAPEX_MAX, str(year), 0.0) for year in years],
        [Limit(SHARE_MIN, one, 0.0) for one in inputs.suppliers],
        [Limit(SHARE_MAX, one, 0.0) for one in inputs.suppliers],
    ]


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
        if said := finding.merchants_note(usual(inputs, answer.scenario, free=list(_free(inputs)))):
            st.caption(plain(said))
        for row in _fields(inputs, answer.scenario):
            for column, one in zip(st.columns(len(row), gap="small"), row, strict=True):
                _begin_with(one.name, _kept(one.name, None))
                column.text_input(plain(_label(one, inputs)), key=_key(one.name), placeholder="no limit")


def _label(one: Limit, inputs: Inputs) -> str:
    """Return what the field of a limit is called."""
    return f"{finding.field_label(one, inputs)} ({_UNITS[one.kind][1]})"


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
    with st.empty():  # or the one would stand greyed below the other until the run ends
        if is_wanted(of):
            said = "Give this search up; all that you have set stays"
            st.button("Stop the search", key="mix_stop", icon=":material/stop:", help=said, on_click=_stop)
            return
        st.button(
            "Find the best mix",
            key="mix_find",
            type="primary",
            icon=":material/search:",
            on_click=_want,
            args=(of.key,),
            disabled=not of.free,
            help=finding.button_words(of),
        )


def _want(key: str) -> None:
    st.session_state[_WANTED] = key


def _stop() -> None:
    st.session_state.pop(_WANTED, None)


def note(searched: Problem) -> None:
    """Note what was searched for last, so that it can be said what was changed since."""
    st.session_state[_LAST] = searched


def changed(now: Problem) -> list[str]:
    """Return what was changed since the last search, in sentences; none if there was none."""
    last: Problem | None = st.session_state.get(_LAST)
    return [said] if last is not None and (said := finding.changed_since(last, now)) else []


def exclude(wanted: Problem, limits: Sequence[Limit]) -> None:
    """Note that no mix keeps these limits."""
    _stop()
    st.session_state[_EXCLUDED] = (wanted.key, tuple(limits))


def excluded(wanted: Problem) -> tuple[Limit, ...]:
    """Return the limits that no mix keeps, as far as a search has found; none if it has found none."""
    key, limits = st.session_state.get(_EXCLUDED, ("", ()))
    return limits if key == wanted.key else ()
