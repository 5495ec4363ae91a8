"""A saved scenario opened again: what became of its figures since, or, if it cannot be set here, what they were."""

from __future__ import annotations

import streamlit as st

from core.store.database import StoreError
from core.views.saved.reading import UnreadableError
from pages.parts.scenario import reopened
from pages.parts.work import saved, session
from pages.parts.work.saved import CannotOpenError, OfOtherDataError
from pages.parts.work.text import plain


def draw() -> bool:
    """Draw what must be said before the page; return True if the figures as saved stand in place of the page."""
    shown, step = session.unreadable(), session.history().now
    if shown is not None:
        _in_place_of_the_page(shown)
        return True
    if step.origin is None or not step.is_as_saved:
        return False
    try:
        return reopened.draw(*saved.reopened(step.origin.scenario_id, step.origin.number))
    except (StoreError, UnreadableError) as error:
        st.warning(f"What was saved cannot be compared with today: {plain(str(error))}.", icon=":material/history:")
        return False


def _in_place_of_the_page(shown: CannotOpenError) -> None:
    """Draw a revision that cannot be set on the data in use: its figures as saved, beside today's on its own data."""
    trouble = reopening = None
    try:
        reopening = saved.on_its_own_data(shown.scenario_id, shown.number)
    except (StoreError, UnreadableError) as error:
        trouble = error
    with st.container(horizontal=True, vertical_alignment="center", key="unreadable"):
        st.warning(f"{plain(str(shown))}. {_how_shown(shown, reopening is not None)}", icon=":material/history:")
        if trouble is None:
            st.button("Set its levers here", key="take_over", help=_TAKE_OVER, on_click=_take_over)
        st.button("Back to your work", key="leave_unreadable", on_click=session.leave_unreadable)
    try:
        figures, when = saved.as_saved(shown.scenario_id, shown.number)
        if reopening is not None:
            reopened.beside(reopening, when)
        reopened.as_saved(figures, when, reopening)
    except (StoreError, UnreadableError) as error:
        st.error(f"Its figures cannot be shown: {plain(str(error))}.", icon=":material/warning:")


_TAKE_OVER = "As own work on the data in use, with what of its levers these have; what cannot be set is said"


def _how_shown(shown: CannotOpenError, has_today: bool) -> str:
    if has_today:
        return "It is shown as it was saved, beside what today's model gives on the data it was saved with."
    if isinstance(shown, OfOtherDataError):
        return (
            "It is shown as it was saved. Today's figures are not known, for the data it was saved with are not here, "
            "or cannot be read by this version."
        )
    return "What of its figures can be read is shown as saved."


def _take_over() -> None:
    try:
        session.take_over()
    except (StoreError, UnreadableError) as error:
        session.say_not_taken_over(str(error))
