"""The notice above a page: what could not be applied of a link, and unsaved work from an earlier visit."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from core.base.format import counted
from core.views.library.finding import ago
from pages.parts.work import drafts, notices, session
from pages.parts.work.text import plain


def draw() -> None:
    """Draw the notice and the offer, if there are any."""
    notice, offer = notices.notice(), drafts.offer()
    if notice is not None:
        with st.container(horizontal=True, vertical_alignment="top", key="notice"):
            st.warning(
                "\n".join(f"- {plain(sentence)}" for sentence in notice.sentences),
                title=notice.title,
                icon=":material/link_off:",
            )
            st.button("Dismiss", key="dismiss_notice", on_click=notices.dismiss)
    if offer is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="notice_offer"):
            st.info(_offered(offer), icon=":material/edit_note:")
            if offer.history is not None:
                st.button("Go on with it", key="accept_offer", on_click=session.accept_offer)
            st.button("Forget it", key="decline_offer", on_click=session.decline_offer, type="tertiary")


def _offered(offer: drafts.Offer) -> str:
    """Return what unsaved work there is, as Markdown."""
    age = ago(offer.kept_at, datetime.now(UTC))
    if offer.history is None:
        return (
            f"You left unsaved work {age} on other data, those of {plain(str(offer.elsewhere))}. It cannot be set on "
            "the data in use; it is kept, and offered where those data are."
        )
    step = offer.history.now
    of = "" if step.origin is None else f" on {plain(step.origin.name)}"
    changed = counted(len(step.scenario.changes), "lever")
    made = "" if offer.data_version is None else f", made with data {plain(offer.data_version)}"
    return f"You have unsaved work{of} from {age}: {changed} off base{made}."
