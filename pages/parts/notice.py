"""The notice above a page: what could not be applied of the link that was opened."""

from __future__ import annotations

import streamlit as st

from pages.parts import session
from pages.parts.text import plain


def draw() -> None:
    """Draw the notice, if there is one."""
    sentences = session.notice()
    if not sentences:
        return
    with st.container(horizontal=True, vertical_alignment="top", key="notice"):
        st.warning(
            "\n".join(f"- {plain(sentence)}" for sentence in sentences),
            title="Not all of this link could be taken as it is",
            icon=":material/link_off:",
        )
        st.button("Dismiss", key="dismiss_notice", on_click=session.dismiss_notice)
