"""Keeping the draft: as a new version of the data set that it was made from, or as a data set of its own."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from core.inputs.archive import pack
from core.inputs.data import Inputs
from core.store.database import StoreError
from core.store.records import LONGEST, DataSet
from core.store.store import shared_store
from pages.parts.dataset import making
from pages.parts.widgets import picks
from pages.parts.work import dataset, identity, session
from pages.parts.work.dataset import Standing
from pages.parts.work.text import plain

NEW: Final = "A data set of its own"
WAY: Final = "data_way"
SETS: Final = "Data sets"
"""The view of the section in which data sets are chosen, and the name under which a view is picked."""
_BEFORE: Final = "data_before"
SAID: Final = "data_said"
LONGEST_COMPANY: Final = LONGEST["data set's name"] - 20
"""Letters of a company's name that a suggested name has room for."""


@st.dialog("Save the data set", icon=":material/database:")
def dialog(inputs: Inputs, did: str) -> None:
    """Draw the dialog that asks what the data set is called, what was changed, and who saves it."""
    made = making.current()
    standing = None if made is None else made.standing
    version = _next_version(standing)
    with st.form("data_form", border=False):
        where = NEW
        if standing is not None and version is not None:
            where = st.radio(
                "Save as",
                (f"Version {version} of {standing.name}", NEW),
                format_func=plain,
                key="data_where",
            )
        name = st.text_input(
            "Name, if it is one of its own" if version is not None else "Name",
            value=suggested(inputs),
            key="data_name",
        )
        note = st.text_area("What changed, and why", value=did, key="data_note", height=80)
        person = identity.person()
        who = None
        if person.name is None:
            who = st.text_input("Your name", key="data_who", help=identity.ASKED_ONCE)
        st.caption("Only this browser sees it until you open it to all or send a link to a scenario on it.")
        if not st.form_submit_button("Save and work on it", type="primary", key="data_submit"):
            return
    try:
        if who is not None:
            identity.give_name(who)
        done(new(inputs, name, note) if where == NEW or standing is None else again(inputs, standing, note))
    except StoreError as error:
        st.error(f"Not saved: {plain(str(error))}.", icon=":material/warning:")
        return
    making.discard()
    st.rerun()


def suggested(inputs: Inputs) -> str:
    """Return a name for a data set of its own that none of the visitor's has yet."""
    company = (inputs.company or "")[:LONGEST_COMPANY].rstrip()
    name = f"{company}, own data" if company else "Own data"
    try:
        taken = {one.name for one in shared_store().data_sets.all(identity.person()) if one.is_mine}
    except StoreError:
        return name  # it need not be the only one of its name
    return next(one for one in (name, *(f"{name} {count}" for count in range(2, len(taken) + 3))) if one not in taken)


def new(inputs: Inputs, name: str, note: str) -> DataSet:
    """Keep data as a new data set; raises StoreError."""
    key = session.request_key("new", inputs.data_version, name)
    return shared_store().data_sets.save_new(
        identity.person(), name, inputs.data_version, partial(pack, inputs), request_key=key, note=note
    )


def again(inputs: Inputs, standing: Standing, note: str) -> DataSet:
    """Keep data as the version after the one that they were made from; raises StoreError, also if one came first."""
    key = session.request_key("again", inputs.data_version, standing)
    return shared_store().data_sets.save(
        identity.person(), standing.data_set_id, inputs.data_version, partial(pack, inputs),
        on_top_of=standing.number, request_key=key, note=note,
    )  # fmt: skip


def done(kept: DataSet) -> None:
    """Work on what was kept, and say so in the run that follows; raises StoreError, and may be tried again then."""
    before = dataset.standing()
    dataset.choose(dataset.shown(kept))
    session.request_done()
    st.session_state[_BEFORE] = (kept.latest.data_version, before)
    picks.keep(WAY, SETS)
    st.session_state[SAID] = f"{kept.name}, version {kept.latest.number}, is saved and in use"


def before() -> Inputs | None:
    """Return the data that were in use before what was saved last, as long as that is in use; else None."""
    saved_on, standing = st.session_state.get(_BEFORE, (None, None))
    try:
        return dataset.on(standing) if saved_on == dataset.in_use().data_version else None
    except StoreError:
        return None


def may_save(standing: Standing | None) -> bool:
    """True if the visitor may save another version of what he works on."""
    return _next_version(standing) is not None


def _next_version(standing: Standing | None) -> int | None:
    """Return the number that a version on top of `standing` would get; None if the visitor cannot make one."""
    if standing is None:
        return None
    try:
        one = shared_store().data_sets.one(identity.person(), standing.data_set_id)
    except StoreError:
        return None
    return standing.number + 1 if one.is_mine or one.is_for_all else None
