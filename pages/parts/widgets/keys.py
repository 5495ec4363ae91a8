"""Keys of widgets that the server brings to another state: one protocol for levers, picks and the library.

A widget that must show something else than the visitor left it at gets a new key and so becomes a new widget, which
starts there. To set the old one would be wrong: the browser sends the states of all widgets with each move and, until
it has heard from the server, the old state too. That would come back as a move of the visitor's and undo what it
follows. For the same reason keys are unique to a session: a browser that loses the server and finds it again remembers
what the widgets of the old session said.

Widgets are read at the start of a run and not by callbacks where one move must not be lost behind another: `heard`
what the visitor did, act on it, then `note` it, so that a run that is broken off in between hears it again.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from pages.parts.work import session

_DRAWN: Final = "widgets_drawn"


@dataclass(frozen=True)
class _Drawn:
    """What a widget shows and how it looks, as far as the server knows; `generation` counts those in its place."""

    shows: Hashable
    looks: Hashable
    generation: int = 0


def key(name: str, shows: Hashable, looks: Hashable = None) -> str:
    """Return the key under which to draw the widget of `name` now, a new one if it must show or look otherwise."""
    drawn = _all().get(name)
    if drawn is None:
        drawn = _Drawn(shows, looks)
    elif (drawn.shows, drawn.looks) != (shows, looks):
        drawn = _Drawn(shows, looks, drawn.generation + 1)
    _all()[name] = drawn
    return _key(name, drawn)


def state(name: str) -> Any:
    """Return what the widget of `name` says, None if it is not on screen or says nothing; several picks are a tuple."""
    drawn = _all().get(name)
    says = None if drawn is None else st.session_state.get(_key(name, drawn))
    return tuple(says) if isinstance(says, list) else says


def shown(name: str) -> Hashable:
    """Return what the widget of `name` shows, as far as the server knows; None if it was never drawn."""
    drawn = _all().get(name)
    return None if drawn is None else drawn.shows


def heard(name: str) -> Any:
    """Return what the visitor has brought the widget of `name` to since it was drawn or noted, None if to nothing."""
    says = state(name)
    return None if says is None or says == _all()[name].shows else says


def note(name: str, shows: Hashable) -> None:
    """Note that what the visitor did is taken in: the widget shows `shows` and may stay."""
    _all()[name] = replace(_all()[name], shows=shows)


def taken_in(name: str) -> Any:
    """Return what the visitor has brought the widget to, as `heard`, and note it: for the widget's own callback."""
    says = heard(name)
    if says is not None:
        note(name, says)
    return says


def names() -> tuple[str, ...]:
    """Return the names of all widgets that were drawn in this session."""
    return tuple(_all())


def _key(name: str, drawn: _Drawn) -> str:
    return f"{name}_{session.mark()}_{drawn.generation}"


def _all() -> dict[str, _Drawn]:
    kept: dict[str, _Drawn] = st.session_state.setdefault(_DRAWN, {})
    return kept
