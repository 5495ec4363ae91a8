"""Links to a saved scenario: making one, seeing who uses them, revoking them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from core.base.format import counted
from core.store.database import StoreError
from core.store.records import Link
from core.store.store import shared_store
from pages.parts.work import identity, local, saved
from pages.parts.work.saved import CannotOpenError, Origin
from pages.parts.work.text import plain

SHOWN: Final = 10
"""Links a page of the dialog."""
EXPIRIES: Final = {"never": None, "in a week": 7, "in 30 days": 30, "in 90 days": 90, "in a year": 365}
"""How long a link may be good for, in days."""

_MADE: Final = "share_made"


@st.dialog("Copy link", width="medium", icon=":material/link:")
def dialog(origin: Origin | CannotOpenError | None, is_as_saved: bool) -> None:
    """Draw the dialog that makes and lists links to what the work began from, or to what is shown in place of it."""
    if origin is None:
        st.info("A link leads to a saved scenario. Save this one first; then come back here.", icon=":material/save:")
        return
    if not is_as_saved:
        st.info(f"A link leads to what is saved: your changes since v{origin.number} are not in it.")
    try:
        _make(origin.scenario_id, origin.number)
        _list(origin.scenario_id)
    except StoreError as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")


def _make(scenario_id: str, number: int) -> None:
    visitor = identity.who()
    name = visitor.name or st.text_input("Your name", key="share_who", help=identity.ASKED_ONCE)
    if (private := saved.private_data_of(scenario_id, number)) is not None:
        st.warning(
            f"Who has this link sees this scenario's figures and the data set “{plain(private)}”.",
            icon=":material/lock_open:",
        )
    targets = {f"Version {number}, for good": number, "Whatever is the latest version": None}
    target = st.radio("It leads to", list(targets), key="share_target", horizontal=True)
    expiry = st.selectbox("It expires", list(EXPIRIES), key="share_expiry")
    if st.button("Make the link", type="primary", key="share_make"):
        if visitor.name is None:
            identity.give_name(name)
        days = EXPIRIES[expiry]
        expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
        token = shared_store().link(identity.person(), scenario_id, revision=targets[target], expires_at=expires_at)
        st.session_state[_MADE] = ((scenario_id, target, expiry), token)
    made = st.session_state.get(_MADE)
    if made is not None and made[0] == (scenario_id, target, expiry):  # not beside other choices than it was made with
        st.code(_address(made[1]), language=None, wrap_lines=True)
        st.caption(
            "Copy it now: only its fingerprint is kept, so it cannot be shown again. Whoever has it can look, change "
            "levers and save a copy, but not change what is saved."
        )


def _address(token: str) -> str:
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}/s/{token}"


def _list(scenario_id: str) -> None:
    links, now = shared_store().links(scenario_id, who=identity.person()), datetime.now(UTC)
    if not links:
        return
    st.markdown("**Links given out**")
    pages = -(-len(links) // SHOWN)
    page = st.pagination(pages, key="share_page") - 1 if pages > 1 else 0
    for link in links[page * SHOWN : (page + 1) * SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{_what(link)}  \n:small[:gray[{plain(_use(link, now))}]]", width="stretch")
            if _is_good(link, now):
                st.button("Revoke", key=f"revoke_{link.id}", on_click=_revoke, args=(link.id,))
    if (message := st.session_state.pop("share_refused", None)) is not None:
        st.error(f"Not revoked: {plain(message)}.", icon=":material/warning:")


def _is_good(link: Link, now: datetime) -> bool:
    return link.revoked_at is None and (link.expires_at is None or link.expires_at > now)


def _what(link: Link) -> str:
    return "To the latest version" if link.revision is None else f"To version {link.revision}"


def _use(link: Link, now: datetime) -> str:
    parts = [f"made by {link.created_by} on {local.on_day(link.created_at)}", f"opened {counted(link.uses, 'time')}"]
    if link.last_used_at is not None:
        parts.append(f"last on {local.exactly(link.last_used_at)}")
    if link.revoked_at is not None:
        parts.append(f"revoked on {local.on_day(link.revoked_at)}")
    elif link.expires_at is not None:
        parts.append(f"{'expired' if link.expires_at <= now else 'good until'} {local.on_day(link.expires_at)}")
    return ", ".join(parts)


def _revoke(link_id: int) -> None:
    st.session_state.pop(_MADE, None)  # it may be this one
    try:
        shared_store().revoke(identity.person(), link_id)
    except StoreError as error:
        st.session_state["share_refused"] = str(error)
