"""What a visitor looks at on a page, such as a quarter or a workload: settings of the view, not of the scenario.

What is picked is kept apart from the widget that picks it, for Streamlit forgets the widgets of a page that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import streamlit as st

from pages.parts import session

Option = TypeVar("Option", bound=Hashable)

MOST_SEGMENTS: Final = 4
MOST_LETTERS: Final = 32
"""A choice among more than this is a drop-down list: side by side it would not fit a phone."""
LIST_WIDTH: Final = 260
_PICKED: Final = "views_picked"
_DRAWN: Final = "views_drawn"


@dataclass(frozen=True)
class _Drawn:
    """What a widget shows, as far as the server knows; `generation` counts those that have stood in its place."""

    state: Hashable
    is_list: bool
    generation: int = 0

    def key(self, name: str) -> str:
        """Return the key of the widget in the session."""
        return f"view_{name}_{session.mark()}_{self.generation}"


def chosen(name: str, options: Sequence[Option], default: Option) -> Option:
    """Return what the visitor looks at under `name`, `default` if nothing was picked or it is not on offer now.

    A page that says in its title what is picked further down asks here first. What was picked and is not on offer,
    such as a quarter beyond a nearer horizon, is kept until it is again.
    """
    drawn = _all_drawn().get(name)
    if drawn is not None:
        says = st.session_state.get(drawn.key(name))
        if says is not None and says != drawn.state:
            _picked()[name] = says
            _all_drawn()[name] = replace(drawn, state=says)
    kept = _picked().get(name, default)
    return next((option for option in options if option == kept), default)


def choice(
    name: str, label: str, options: Sequence[Option], default: Option, format_func: Callable[[Option], str] = str
) -> Option:
    """Draw the choice of what is looked at under `name` and return it; `options` must hold `default`.

    Names are one for all pages: two pages that use the same name look at the same thing.
    """
    value = chosen(name, options, default)
    is_list = len(options) > MOST_SEGMENTS or sum(len(format_func(option)) for option in options) > MOST_LETTERS
    key = _key(name, value, is_list)
    if is_list:
        st.selectbox(label, options, options.index(value), format_func=format_func, key=key, width=LIST_WIDTH)
    else:
        st.segmented_control(label, options, default=value, required=True, format_func=format_func, key=key)
    return value


def _key(name: str, state: Hashable, is_list: bool) -> str:
    """Return the key under which to draw a widget now, a new one if it must show something else than it does.

    To set the old one would be wrong: until the browser has heard from the server it sends the old state with each
    move, and that would come back as the visitor's.
    """
    drawn = _all_drawn().get(name)
    if drawn is None:
        drawn = _Drawn(state, is_list)
    elif (drawn.state, drawn.is_list) != (state, is_list):
        drawn = _Drawn(state, is_list, drawn.generation + 1)
    _all_drawn()[name] = drawn
    return drawn.key(name)


def _picked() -> dict[str, Hashable]:
    kept: dict[str, Hashable] = st.session_state.setdefault(_PICKED, {})
    return kept


def _all_drawn() -> dict[str, _Drawn]:
    kept: dict[str, _Drawn] = st.session_state.setdefault(_DRAWN, {})
    return kept
