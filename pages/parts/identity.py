"""Who the visitor is: the one place that says so, until people sign in.

The server gives each browser a random key in a cookie; the name that the visitor once gives is kept with the key.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.database import StoreError
from core.rights import VISITOR_COOKIE
from core.store import shared_store

_NAME: Final = "visitor_name"


@dataclass(frozen=True)
class Visitor:
    """A browser, by its key, and the name its user gave; each None where there is none."""

    key: str | None
    name: str | None


def who() -> Visitor:
    """Return who looks at the page. The name is asked for once a session; without the store it is not known."""
    key = _key()
    if _NAME not in st.session_state:
        try:
            st.session_state[_NAME] = None if key is None else shared_store().name_of(key)
        except StoreError:
            return Visitor(key, None)
    return Visitor(key, st.session_state[_NAME])


def give_name(name: str) -> str:
    """Keep the visitor's name, for good if the browser takes cookies, and return it as it is kept.

    Raises StoreError if it cannot be kept.
    """
    key = _key() or secrets.token_urlsafe()  # without cookies nobody asks for this one again, but the name is checked
    name = shared_store().name_visitor(key, name)
    st.session_state[_NAME] = name
    return name


def _key() -> str | None:
    return st.context.cookies.get(VISITOR_COOKIE) or None
