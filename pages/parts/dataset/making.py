"""The data set that a visitor is making: its draft with the steps before and after, kept for a reload.

A draft begins as the data in use. It stays until it is saved or discarded, whatever data set is looked at meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from core.inputs.data import Inputs
from core.inputs.problem import DataError, Problem
from core.store.database import StoreError
from core.store.records import NotFoundError
from core.store.store import shared_store
from core.upkeep.draft import Draft, as_text, from_text
from pages.parts.work import dataset
from pages.parts.work.dataset import Standing
from pages.parts.work.identity import who

SLOT: Final = "making"
"""Where in the store the draft is kept, beside the drafts of scenarios."""
STEPS_KEPT: Final = 30
MOST_CELLS_KEPT: Final = 1_000_000
"""Cells of the steps before, each table once: they are held for as long as the page is open."""
BROUGHT_BACK: Final = "brought back after a reload"

_MAKING: Final = "making"
_CHECKED: Final = "making_checked"
_TROUBLE: Final = "making_trouble"


@dataclass(frozen=True)
class Making:
    """A draft, what the last step did in words, and the steps before it and those undone.

    `standing` is the data set that it is to be a new version of; None: the data that the server was started with.
    """

    draft: Draft
    did: str
    standing: Standing | None
    past: tuple[tuple[Draft, str], ...] = ()
    future: tuple[tuple[Draft, str], ...] = ()


def current() -> Making | None:
    """Return what the visitor is making; None if nothing is, or as long as the store does not say what he left."""
    if _MAKING not in st.session_state:
        try:
            st.session_state[_MAKING] = _kept()
        except StoreError:
            return None
    made: Making | None = st.session_state[_MAKING]
    return made


def draft() -> Draft:
    """Return the draft, which is that of the data in use as long as nothing was changed."""
    made = current()
    return Draft.of(dataset.in_use()) if made is None else made.draft


def step(changed: Draft, did: str) -> None:
    """Go on with a changed draft; did: what was done, in words."""
    made = current()
    if made is None:
        _keep(Making(changed, did, dataset.standing(), ((Draft.of(dataset.in_use()), ""),)))
        return
    past = (*made.past, (made.draft, made.did))[-STEPS_KEPT:]
    _keep(Making(changed, did, made.standing, _with_room(past)))


def _with_room(steps: tuple[tuple[Draft, str], ...]) -> tuple[tuple[Draft, str], ...]:
    """Return the newest steps for which there is room; the step before is among them in any case."""
    seen: set[int] = set()
    cells = 0
    for count, (draft, _) in enumerate(reversed(steps)):
        for table in draft.cells.values():
            if id(table) not in seen:
                seen.add(id(table))
                cells += sum(map(len, table))
        if cells > MOST_CELLS_KEPT and count:
            return steps[-count:]
    return steps


def undo() -> None:
    """Go back by one step; back at the beginning nothing is kept for a reload, and redo leads forward again."""
    made = current()
    if made is not None and made.past:
        before, did = made.past[-1]
        _keep(replace(made, draft=before, did=did, past=made.past[:-1], future=((made.draft, made.did), *made.future)))


def redo() -> None:
    """Go forward again by one step."""
    made = current()
    if made is not None and made.future:
        after, did = made.future[0]
        _keep(replace(made, draft=after, did=did, past=(*made.past, (made.draft, made.did)), future=made.future[1:]))


def discard() -> None:
    """Let the draft go, for good."""
    _keep(None)


def verdict(of: Draft) -> Inputs | tuple[Problem, ...]:
    """Return a draft as a data set, or all that is wrong with it; checked once as long as it stays."""
    known: tuple[Draft, Inputs | tuple[Problem, ...]] | None = st.session_state.get(_CHECKED)
    if known is None or known[0] is not of:
        try:
            known = (of, of.checked())
        except DataError as error:
            known = (of, error.problems)
        st.session_state[_CHECKED] = known
    return known[1]


def problems(of: Draft) -> tuple[Problem, ...]:
    """Return all that is wrong with a draft; with the data in use, which were checked, nothing is."""
    found = verdict(of) if current() is not None else ()
    return () if isinstance(found, Inputs) else found


def trouble() -> str | None:
    """Return why the draft is not kept for a reload, in words; None if it is."""
    said: str | None = st.session_state.get(_TROUBLE)
    return said


def _keep(made: Making | None) -> None:
    st.session_state[_MAKING] = made
    st.session_state.pop(_TROUBLE, None)
    key = who().key
    if key is None:
        return
    is_gone = made is None or not made.did
    try:
        if made is None or is_gone:
            shared_store().drop_draft(key, SLOT)
        else:
            of = made.standing
            shared_store().keep_draft(key, SLOT, _body(made), None if of is None else of.data_set_id)
    except StoreError as error:
        what = "What you let go of comes back with a reload" if is_gone else "Your changes are not kept for a reload"
        st.session_state[_TROUBLE] = f"{what}: {error}."


def _body(made: Making) -> dict[str, Any]:
    of = made.standing
    return {
        "draft": as_text(made.draft),
        "did": made.did,
        "of": None if of is None else [of.data_set_id, of.number],
        "at": time.time(),
    }


def _kept() -> Making | None:
    """Return the draft that the visitor left, if there is one that can be read; raises StoreError."""
    key = who().key
    if key is None:
        return None
    try:
        kept = shared_store().draft(key, SLOT)
        return None if kept is None else _made(kept[0])
    except ValueError as error:
        st.session_state[_TROUBLE] = f"A draft that you left cannot be read by this version of Crossover ({error})."
        return None


def _made(body: Mapping[str, Any]) -> Making:
    of = body.get("of")
    if of is not None and not (isinstance(of, list) and len(of) == 2):
        raise ValueError("it names no data set")
    try:
        standing = None if of is None else dataset.found(str(of[0]), int(of[1]))
    except NotFoundError:
        standing = None  # it is not to be seen any more; what was made of it is still the visitor's
    did = str(body.get("did", "")).removesuffix(f", {BROUGHT_BACK}")
    return Making(from_text(str(body.get("draft", ""))), f"{did}, {BROUGHT_BACK}", standing)
