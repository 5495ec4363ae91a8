"""The versions of a saved scenario: who saved what when, opening an old one, making it the newest again."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.base.format import USD_BN
from core.store.database import StoreError
from core.store.records import ConflictError, Revision
from core.store.rights import Action, may
from core.store.store import shared_store
from pages.parts.work import identity, local, session
from pages.parts.work.saved import CannotOpenError, Origin
from pages.parts.work.steps import Step
from pages.parts.work.text import plain

SHOWN: Final = 10
"""Versions a page of the dialog."""

_REFUSED: Final = "history_refused"


@st.dialog("History", width="medium", icon=":material/history:")
def dialog(step: Step, origin: Origin | CannotOpenError, shown: CannotOpenError | None) -> None:
    """Draw the versions of the scenario that the work, `step`, began from, or of what is `shown` in place of it."""
    if (session.history().now, session.unreadable()) != (step, shown):
        st.rerun()  # another one was opened: the levers and the page must show it
    if (refused := st.session_state.pop(_REFUSED, None)) is not None:
        st.error(f"{plain(refused)}.", icon=":material/warning:")
    try:
        store, who = shared_store(), identity.person()
        entry = store.scenario(origin.scenario_id, who=who)
        revisions = store.revisions(origin.scenario_id, who=who)
    except StoreError as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")
        return
    st.markdown(f"**{plain(entry.name)}**, owned by {plain(entry.owner)}")
    if entry.description:
        st.caption(plain(entry.description))
    why_not = _why_not_restore(origin, entry.owner)
    if why_not is not None and len(revisions) > 1:
        st.caption(f"No version can be restored here: {plain(why_not)}.")
    pages = -(-len(revisions) // SHOWN)
    page = 0
    if pages > 1:
        page = st.pagination(pages, key="history_page") - 1
    for revision in revisions[page * SHOWN : (page + 1) * SHOWN]:
        _draw(revision, origin, shown is not None or step.is_as_saved, entry.latest.number, why_not)


def _draw(
    revision: Revision, origin: Origin | CannotOpenError, is_as_saved: bool, latest: int, why_not: str | None
) -> None:
    is_here = revision.number == origin.number
    here = "" if not is_here else " · open now" if is_as_saved else " · you began from it"
    # What a click does is decided here, by what the visitor sees, and not after the click, by what others saved since.
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**v{revision.number}** {plain(_figure(revision))}{here}  \n:small[:gray[{plain(_words(revision))}]]",
            width="stretch",
        )
        st.button(
            "Open",
            key=f"open_{revision.number}",
            on_click=_open,
            args=(origin.scenario_id, revision.number),
            disabled=is_here and is_as_saved,
        )
        if revision.number != latest and why_not is None:
            st.button(
                "Restore",
                key=f"restore_{revision.number}",
                help=f"Saves it again, as version {latest + 1}; nothing is lost",
                on_click=_restore,
                args=(origin.scenario_id, revision.number, latest),
            )


def _why_not_restore(origin: Origin | CannotOpenError, owner: str) -> str | None:
    """Return why the visitor may not make an old version the newest; None if he may."""
    if origin.link_id is not None:
        return "a link is for view only"
    name = identity.who().name
    if not may(name, Action.SAVE):
        return "give your name first, by a save or a link"
    return None if name == owner else f"the scenario is {owner}'s; open one and save a copy of your own"


def _open(scenario_id: str, number: int) -> None:
    try:
        session.open_saved(scenario_id, number)
    except StoreError as error:
        st.session_state[_REFUSED] = str(error)


def _restore(scenario_id: str, number: int, latest: int) -> None:
    key = session.request_key("restore", scenario_id, number, latest)
    try:
        entry = shared_store().restore_revision(
            identity.person(), scenario_id, number, on_top_of=latest, request_key=key
        )
    except ConflictError as error:
        new = f"{error.latest.author} has saved version {error.latest.number} in the meantime"
        st.session_state[_REFUSED] = f"Not restored: {new}; look at it first"
        return
    except StoreError as error:
        st.session_state[_REFUSED] = f"Not restored: {error}"
        return
    session.request_done()
    _open(scenario_id, entry.latest.number)


def _figure(revision: Revision) -> str:
    value = revision.summary["value_usd"]
    return USD_BN.words(value) if isinstance(value, float) else ""


def _words(revision: Revision) -> str:
    words = f"{revision.author}, {local.exactly(revision.saved_at)}"
    if revision.restored_from is not None:
        words += f", restored from v{revision.restored_from}"
    return f"{words}: {revision.note}" if revision.note else words
