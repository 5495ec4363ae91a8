"""Data sets that people bring, as the store keeps them, and visitors by the keys of their browsers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import streamlit as st
from streamlit.testing.v1 import AppTest

from core.inputs.archive import pack
from core.inputs.data import Inputs
from core.store.records import DataSet
from core.store.rights import Person
from core.store.store import shared_store
from pages.parts.work import dataset
from pages.parts.work.dataset import Standing
from tests.support.stores import key
from tests.support.visit import arriving, run
from tests.support.words import read, said

ANN, BOB = Person("the key of Ann's browser", "Ann"), Person("the key of Bob's browser", "Bob")
_WHO = "test_visitor_key"


def brought(inputs: Inputs, name: str = "Our prices", who: Person = ANN, for_all: bool = False) -> DataSet:
    """A data set that a person brought."""
    sets = shared_store().data_sets
    one = sets.save_new(who, name, inputs.data_version, partial(pack, inputs), request_key=key())
    if for_all:
        sets.for_all(who, one.id, True)
    return sets.one(who, one.id)


def next_version(one: DataSet, inputs: Inputs, who: Person = ANN, note: str = "") -> DataSet:
    """The version of a data set that a person saved on top."""
    return shared_store().data_sets.save(
        who, one.id, inputs.data_version, partial(pack, inputs), on_top_of=one.latest.number, request_key=key(),
        note=note,
    )  # fmt: skip


def on_newest(one: DataSet) -> Standing:
    return dataset.shown(one)


def address_of(one: DataSet) -> dict[str, str]:
    """The parameters that say which version of which data set is meant."""
    return {"set": one.id, "data": one.latest.data_version}


@contextmanager
def browsers() -> Iterator[None]:
    """Each visitor made meanwhile is in the browser that he came in, at once with others."""
    with patch("pages.parts.work.identity._key", lambda: st.session_state.get(_WHO)):
        yield


def coming(who: Person, **query: str) -> AppTest:
    """A visitor who follows a link in his own browser, before anything is drawn."""
    at = arriving(**query)
    at.session_state[_WHO] = who.key
    return at


def visiting(who: Person, **query: str) -> AppTest:
    """A visitor who follows a link in his own browser."""
    return run(coming(who, **query))


def everything(at: AppTest) -> str:
    """All that is written on a page, its menus and the sidebar among it."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success", "button",
             "metric", "selectbox", "multiselect", "text_input")  # fmt: skip
    found = []
    for kind in kinds:
        for element in getattr(at, kind):
            says = ("label",) if kind == "button" else ("label", "value", "options")
            parts = (getattr(element, part, "") for part in says)
            found += [read(str(part)) for part in parts if part]
    found += [read(frame.value.to_csv()) for frame in at.dataframe]
    drawn = [element for block in (at.main, at.sidebar) for element in block if element.type == "bidi_component"]
    found += [said(text) for element in drawn for text in _texts_of(json.loads(element.proto.bytes))]
    return "\n".join(found)


def _texts_of(value: Any) -> Iterator[str]:
    """Every text in parsed JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts_of(one)
