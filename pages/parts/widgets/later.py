"""What a run leaves open, to be drawn once its page stands.

A run that is overtaken never comes to it, and the next one may be of another page, where the same place holds
something else: so each run forgets what was left open before it.
"""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

_LEFT: Final = "left_open"


def begin() -> None:
    """Forget what another run left open; call it first in each."""
    st.session_state[_LEFT] = {}


def leave(name: str, what: object) -> None:
    """Leave something open under a name."""
    st.session_state.setdefault(_LEFT, {})[name] = what


def left(name: str) -> Any | None:
    """Return what this run has left open under a name, None if that is nothing."""
    return st.session_state.get(_LEFT, {}).get(name)


def take(name: str) -> Any | None:
    """Return the same, which is open no more."""
    return st.session_state.get(_LEFT, {}).pop(name, None)
