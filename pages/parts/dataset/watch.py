"""What became of the data set that a page lies open on: in the trash, not to be seen any more, or a newer version."""

from __future__ import annotations

import time
from typing import Final

import streamlit as st

from core.store.database import StoreError
from core.store.records import DataSet, NotFoundError
from core.store.store import shared_store
from pages.parts.work import dataset, identity, local
from pages.parts.work.dataset import Standing
from pages.parts.work.text import plain

SECONDS_BETWEEN_LOOKS: Final = 30
_LOOKED: Final = "data_looked"

Seen = DataSet | StoreError


def draw() -> None:
    """Say what became of the data set in use, if anything; the page goes on with what it has."""
    standing = dataset.standing()
    if standing is None:
        return
    seen = _seen(standing)
    if isinstance(seen, NotFoundError):
        st.warning(
            f"{_name(standing)} is not shared with you any more. What you see goes on until you leave or reload; "
            "then it cannot be opened.",
            icon=":material/lock:",
        )
    elif isinstance(seen, StoreError):
        return  # nothing is known, and the page has its data
    elif seen.deleted_at is not None:
        st.warning(
            f"{_name(standing)} was put into the trash on {local.on_day(seen.deleted_at)}. Your page goes on with "
            f"version {standing.number}, and so do scenarios that are saved on it.",
            icon=":material/delete:",
        )
    elif seen.latest.number > standing.number:
        _newer(standing, seen)


def _newer(standing: Standing, seen: DataSet) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="notice_newer_data"):
        note = f": {plain(seen.latest.note)}" if seen.latest.note else ""
        st.info(
            f"{_name(standing)} has version {seen.latest.number} of {plain(seen.latest.author)}{note}; "
            f"this is version {standing.number}.",
            icon=":material/database:",
        )
        if st.button("Use it", key="data_use_newest"):
            try:
                dataset.choose(dataset.shown(seen))
            except StoreError as error:
                st.error(f"{plain(str(error))}.", icon=":material/warning:")
            else:
                st.rerun()


def _name(standing: Standing) -> str:
    return f"The data set “{plain(standing.name)}”"


def _seen(standing: Standing) -> Seen:
    """Return the data set as it was when last looked at, or why it is not to be seen."""
    looked: tuple[Standing, float, Seen] | None = st.session_state.get(_LOOKED)
    if looked is None or looked[0] != standing or time.monotonic() - looked[1] > SECONDS_BETWEEN_LOOKS:
        seen: Seen
        try:
            seen = shared_store().data_sets.one(identity.person(), standing.data_set_id)
        except StoreError as error:
            seen = error
        looked = (standing, time.monotonic(), seen)
        st.session_state[_LOOKED] = looked
    return looked[2]
