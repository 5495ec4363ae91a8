"""Who the visitor is: the one place that says so, until people sign in.

The server gives each browser a random key in a cookie; the name that the visitor once gives is kept with the key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.serve import cookies
from core.store.database import StoreError
from core.store.rights import VISITOR_COOKIE, Person
from core.store.store import shared_store
from pages.parts.work.text import plain

ASKED_ONCE: Final = "Asked once; it says who saved or shared what. Nobody checks it until people sign in."

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


def look_again() -> None:
    """Ask the store anew for a name that was not there before: it may have been given in another tab."""
    if st.session_state.get(_NAME) is None:
        st.session_state.pop(_NAME, None)


def person() -> Person:
    """Return who looks at the page, as the store asks for it before it shows what is private."""
    visitor = who()
    return Person(visitor.key, visitor.name)


def give_name(name: str) -> str:
    """Keep the visitor's name, for good if the browser takes cookies, and return it as it is kept.

    Raises StoreError if it cannot be kept.
    """
    key = _key() or secrets.token_urlsafe()  # without cookies nobody asks for this one again, but the name is checked
    name = shared_store().name_visitor(key, name)
    st.session_state[_NAME] = name
    return name


@st.dialog("Your name", icon=":material/person:")
def ask_name(button: str, then: Callable[[], None]) -> None:
    """Draw the dialog that asks for the visitor's name and goes on with `then` when `button` is clicked."""
    with st.form("name_form", border=False):
        name = st.text_input("Your name", key="name_who")
        st.caption(ASKED_ONCE)
        if not st.form_submit_button(button, type="primary", key="name_submit"):
            return
    try:
        give_name(name)
    except StoreError as error:
        st.error(f"Not kept: {plain(str(error))}.", icon=":material/warning:")
        return
    then()
    st.rerun()


def _key() -> str | None:
    try:
        return cookies.key_of(st.context.cookies.get(VISITOR_COOKIE))
    except StoreError:
        return None  # the store has never answered yet: nobody is known
