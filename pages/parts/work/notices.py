"""What the visitor should know about what was opened: one notice at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

_NOTICE: Final = "notice"


@dataclass(frozen=True)
class Notice:
    """What the visitor should know, a plain sentence each, under a heading."""

    title: str
    sentences: tuple[str, ...]


def notice() -> Notice | None:
    """Return what the visitor should know about what was opened."""
    kept: Notice | None = st.session_state[_NOTICE]
    return kept


def show(notice: Notice | None) -> None:
    """Let the visitor know something, or nothing, in place of what was there."""
    st.session_state[_NOTICE] = notice


def dismiss() -> None:
    """Put the notice away."""
    show(None)
