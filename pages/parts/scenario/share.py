"""Links to a saved scenario: making one, seeing who uses them, revoking them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from core.base.format import counted
from core.store.database import StoreError
from core.store.records import Link
from core.store.rights import Action, may
from core.store.store import shared_store
from pages.parts.work import identity, local, saved
from pages.parts.work.saved import CannotOpenError, Origin
from pages.parts.work.text import plain

SHOWN: Final = 10
"""Links a page of the dialog."""
EXPIRIES: Final = {"never": None, "in a week": 7, "in 30 days": 30, "in 90 days": 90, "in a year": 365}
"""How long a link may be good for, in days."""

_MADE: Final = "share_made"
_COPIED: Final = "share_copied"
_REFUSED: Final = "share_refused"

_Kind = tuple[str, int | None, int | None]
"""What a link leads to and for how long: the scenario, its version (None: the latest) and days (None: for good)."""


@st.dialog("Copy link", width="medium", icon=":material/link:")
def dialog(origin: Origin | CannotOpenError | None, is_as_saved: bool) -> None:
    """Draw the dialog that makes and lists links to what the work began from, or to what is shown in place of it."""
    if origin is None:
        st.info("A link leads to a saved scenario. Save this one first; then come back here.", icon=":material/save:")
        return
    if not is_as_saved:
        st.info(f"A link leads to what is saved: your changes since v{origin.number} are not in it.")
    try:
        if (refused := st.session_state.pop(_REFUSED, None)) is not None:
            st.error(f"{plain(refused)}.", icon=":material/warning:")
        _make(origin.scenario_id, origin.number)
        _list(origin.scenario_id)
    except StoreError as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")


def make_at_once(origin: Origin) -> None:
    """Make the link that leads to a saved version for good, unless this session has it already, and have it copied.

    Nothing is made where something must be asked or said first: the visitor's name, or who will see private data.
    """
    st.session_state.pop(_COPIED, None)
    try:
        if identity.who().name is None or saved.private_data_of(origin.scenario_id, origin.number) is not None:
            return
        _give_out(origin.scenario_id, origin.number, None)
    except StoreError as error:
        st.session_state[_REFUSED] = f"No link made: {error}"


def _give_out(scenario_id: str, number: int | None, days: int | None) -> None:
    """Make a link, to a version or to the latest, if the session has none such; have it copied."""
    made: dict[_Kind, str] = st.session_state.setdefault(_MADE, {})
    if (kind := (scenario_id, number, days)) not in made:
        expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
        made[kind] = shared_store().link(identity.person(), scenario_id, revision=number, expires_at=expires_at)
    st.session_state[_COPIED] = (kind, secrets.token_hex(4))


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
    days = EXPIRIES[st.selectbox("It expires", list(EXPIRIES), key="share_expiry")]
    kind = (scenario_id, targets[target], days)
    if st.button("Make the link", key="share_make"):
        if visitor.name is None:
            identity.give_name(name)
        _give_out(*kind)
    made: dict[_Kind, str] = st.session_state.get(_MADE, {})
    if kind in made:  # not beside other choices than it was made with
        copied: tuple[_Kind, str] | None = st.session_state.get(_COPIED)
        mark = f"copied_{copied[1]}" if copied is not None and copied[0] == kind else "made_before"
        with st.container(key=mark):  # page.js copies what stands in a new one
            st.code(_address(made[kind]), language=None, wrap_lines=True)
        st.caption(
            "Only its fingerprint is kept, so it cannot be shown again. Whoever has it can look, change levers and "
            "save a copy, but not change what is saved."
        )


def _address(token: str) -> str:
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}/s/{token}"


def _list(scenario_id: str) -> None:
    links, now = shared_store().links(scenario_id, who=identity.person()), datetime.now(UTC)
    if not links:
        return
    owner, name = shared_store().scenario(scenario_id, who=identity.person()).owner, identity.who().name
    st.markdown("**Links given out**")
    pages = -(-len(links) // SHOWN)
    page = st.pagination(pages, key="share_page") - 1 if pages > 1 else 0
    for link in links[page * SHOWN : (page + 1) * SHOWN]:
        is_allowed = any(may(name, Action.REVOKE, one) for one in (owner, link.created_by))
        whose = owner if link.created_by == owner else f"{link.created_by} or {owner}"
        others = "" if is_allowed else f"; {whose} may revoke it"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            is_good = _is_good(link, now)
            said = f"{_use(link, now)}{others if is_good else ''}"
            st.markdown(f"{_what(link)}  \n:small[:gray[{plain(said)}]]", width="stretch")
            if is_good and is_allowed:
                st.button("Revoke", key=f"revoke_{link.id}", on_click=_revoke, args=(link.id,))
    if name is None:
        st.caption("To revoke a link of yours, give your name first, by a save or by making a link.")


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
    st.session_state.pop(_MADE, None)  # it may be among these
    try:
        shared_store().revoke(identity.person(), link_id)
    except StoreError as error:
        st.session_state[_REFUSED] = f"Not revoked: {error}"
