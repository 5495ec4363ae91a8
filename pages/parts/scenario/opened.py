"""A saved scenario opened again: what became of its figures since, or, if it cannot be read, what they were."""

from __future__ import annotations

import streamlit as st

from core.store.database import StoreError
from core.views.saved.reading import UnreadableError
from pages.parts.scenario import reopened
from pages.parts.work import saved, session
from pages.parts.work.saved import CannotOpenError
from pages.parts.work.text import plain


def draw() -> bool:
    """Draw what must be said before the page; return True if the figures as saved stand in place of the page."""
    shown, step = session.unreadable(), session.history().now
    if shown is not None:
        _unreadable(shown)
        return True
    if step.origin is None or not step.is_as_saved:
        return False
    try:
        return reopened.draw(*saved.reopened(step.origin.scenario_id, step.origin.number))
    except (StoreError, UnreadableError) as error:
        st.warning(f"What was saved cannot be compared with today: {plain(str(error))}.", icon=":material/history:")
        return False


def _unreadable(shown: CannotOpenError) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="unreadable"):
        st.warning(
            f"{plain(str(shown))}. What of its figures can be read is shown as saved.", icon=":material/history:"
        )
        st.button("Back to your work", key="leave_unreadable", on_click=session.leave_unreadable)
    try:
        reopened.as_saved(*saved.as_saved(shown.scenario_id, shown.number))
    except (StoreError, UnreadableError) as error:
        st.error(f"Its figures cannot be shown: {plain(str(error))}.", icon=":material/warning:")
