"""What a visitor picks in a widget of a page, kept apart from the widget.

Streamlit forgets the widgets of a page that is left; what is kept here is there again when the visitor comes back.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from pages.parts.work import session

_DRAWN: Final = "picks_drawn"


@dataclass(frozen=True)
class _Drawn:
    """What a widget shows and how it looks, as far as the server knows; `generation` counts those in its place."""

    shows: Hashable
    looks: Hashable
    generation: int = 0

    def key(self, name: str) -> str:
        """Return the key of the widget in the session."""
        return f"pick_{name}_{session.mark()}_{self.generation}"


def picked(name: str) -> Any:
    """Return what was last picked under `name`, None if nothing ever was; take in what its widget says now.

    Where several can be picked at once it is a tuple.
    """
    drawn = _all_drawn().get(name)
    if drawn is not None:
        says = st.session_state.get(drawn.key(name))
        if isinstance(says, list):
            says = tuple(says)
        if says is not None and says != drawn.shows:
            keep(name, says)
            _all_drawn()[name] = replace(drawn, shows=says)
    return st.session_state.get(_place(name))


def keep(name: str, value: Hashable) -> None:
    """Keep `value` as what was picked under `name`, until a widget says something else."""
    st.session_state[_place(name)] = value


def widget_key(name: str, shows: Hashable, looks: Hashable) -> str:
    """Return the key under which to draw the widget of `name` now, a new one if it must show or look otherwise.

    To set the old one would be wrong: until the browser has heard from the server it sends the old state with each
    move, and that would come back as the visitor's.
    """
    drawn = _all_drawn().get(name)
    if drawn is None:
        drawn = _Drawn(shows, looks)
    elif (drawn.shows, drawn.looks) != (shows, looks):
        drawn = _Drawn(shows, looks, drawn.generation + 1)
    _all_drawn()[name] = drawn
    return drawn.key(name)


def _place(name: str) -> str:
    return f"picked_{name}"


def _all_drawn() -> dict[str, _Drawn]:
    kept: dict[str, _Drawn] = st.session_state.setdefault(_DRAWN, {})
    return kept
