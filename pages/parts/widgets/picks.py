"""What a visitor picks in a widget of a page, kept apart from the widget.

Streamlit forgets the widgets of a page that is left; what is kept here is there again when the visitor comes back.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import streamlit as st

from pages.parts.widgets import keys


def picked(name: str) -> Any:
    """Return what was last picked under `name`, None if nothing ever was; take in what its widget says now.

    Where several can be picked at once it is a tuple.
    """
    says = keys.heard(_widget(name))
    if says is not None:
        keep(name, says)
        keys.note(_widget(name), says)
    return st.session_state.get(_place(name))


def keep(name: str, value: Hashable) -> None:
    """Keep `value` as what was picked under `name`, until a widget says something else."""
    st.session_state[_place(name)] = value


def widget_key(name: str, shows: Hashable, looks: Hashable) -> str:
    """Return the key under which to draw the widget of `name` now, a new one if it must show or look otherwise."""
    return keys.key(_widget(name), shows, looks)


def _widget(name: str) -> str:
    return f"pick_{name}"


def _place(name: str) -> str:
    return f"picked_{name}"
