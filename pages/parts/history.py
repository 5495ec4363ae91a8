"""The versions of a saved scenario: who saved what when, opening an old one, making it the newest again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.database import StoreError
from core.format import USD_BN
from core.store import Revision, shared_store
from pages.parts import identity, saved, session
from pages.parts.saved import Origin
from pages.parts.text import plain

SHOWN: Final = 10
"""Versions a page of the dialog."""


@st.dialog("History", width="medium", icon=":material/history:")
def dialog(origin: Origin) -> None:
    """Draw the versions of the scenario that the work began from."""
    try:
        entry, revisions = shared_store().scenario(origin.scenario_id), shared_store().revisions(origin.scenario_id)
    except StoreError as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")
        return
    st.markdown(f"**{plain(entry.name)}**, owned by {plain(entry.owner)}")
    if entry.description:
        st.caption(plain(entry.description))
    pages = -(-len(revisions) // SHOWN)
    page = 0
    if pages > 1:
        page = st.pagination(pages, key="history_page") - 1
    for revision in revisions[page * SHOWN : (page + 1) * SHOWN]:
        _draw(revision, origin, entry.latest.number)


def _draw(revision: Revision, origin: Origin, latest: int) -> None:
    here = " · open now" if revision.number == origin.number else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**v{revision.number}** {plain(_figure(revision))}{here}  \n:small[:gray[{plain(_words(revision))}]]",
            width="stretch",
        )
        if st.button("Open", key=f"open_{revision.number}", disabled=revision.number == origin.number):
            _try(lambda: session.open_saved(origin.scenario_id, revision.number))
        if revision.number != latest and st.button(
            "Restore",
            key=f"restore_{revision.number}",
            help=f"Saves it again, as version {latest + 1}; nothing is lost",
            disabled=identity.who().name is None,
        ):
            _try(lambda: _restore(origin.scenario_id, revision.number, latest))


def _restore(scenario_id: str, number: int, latest: int) -> None:
    shared_store().restore_revision(
        identity.who().name, scenario_id, number, on_top_of=latest, request_key=saved.new_request()
    )
    session.open_saved(scenario_id)


def _try(act: Callable[[], None]) -> None:
    try:
        act()
    except StoreError as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")
        return
    st.rerun()


def _figure(revision: Revision) -> str:
    value = revision.summary["value_usd"]
    return USD_BN.words(value) if isinstance(value, float) else ""


def _words(revision: Revision) -> str:
    words = f"{revision.author}, {revision.saved_at:%Y-%m-%d %H:%M} UTC"
    if revision.restored_from is not None:
        words += f", restored from v{revision.restored_from}"
    return f"{words}: {revision.note}" if revision.note else words
