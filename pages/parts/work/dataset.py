"""The data set that a visitor works on: the one place that says which it is.

It belongs to the work, so that undo leads back over a change of data: the step of the work that is shown says on which
version of which data set it stands. Where it says none, that is the data the server was started with.

Rights are checked where a data set is named (`found`, `shown`): by an address, a draft, a saved scenario or a click.
What was named stays at hand for as long as the session lasts, whatever others do to it meanwhile.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.inputs.archive import ArchiveError, unpack
from core.inputs.data import Inputs, bundled
from core.store.database import StoreError
from core.store.records import DataSet, DataSetVersion
from core.store.store import shared_store
from pages.parts.kept import shelf
from pages.parts.work import identity

WORK: Final = "history"
"""The key of the session under which session.py keeps the work."""
DEFAULT: Final = "the default data"
"""What the data that the server was started with are called within a sentence."""
_HELD: Final = "data_held"


@dataclass(frozen=True)
class Standing:
    """A version of a data set that somebody brought, by the names that the store has for it, and its content's."""

    data_set_id: str
    number: int
    name: str
    data_version: str

    @property
    def words(self) -> str:
        """What it is called within a sentence."""
        return f"“{self.name}”, version {self.number}"


def in_use() -> Inputs:
    """Return the data that the pages show to this visitor."""
    return on(standing())


def standing() -> Standing | None:
    """Return which data set that people brought is worked on; None for the data that the server was started with."""
    if get_script_run_ctx() is None:
        return None  # nobody looks
    work: Any = st.session_state.get(WORK)
    found: Standing | None = None if work is None else work.now.standing
    return found


def choose(wanted: Standing | None) -> None:
    """Go on with the work on another data set, or another version of it; None is the server's own.

    The scenario is carried over as far as those data have its levers; what is not is said, and undo leads back. Call
    it from a widget's callback, or run the page anew. Raises StoreError if the data cannot be had.
    """
    from pages.parts.work import session  # which stands on this room

    session.stand_on(wanted)


def words(wanted: Standing | None) -> str:
    """Return what a data set is called within a sentence."""
    return DEFAULT if wanted is None else wanted.words


# --- Data sets by name


def default() -> Inputs:
    """Return the data that the server was started with, for every visitor the same."""
    return bundled()


def on(wanted: Standing | None) -> Inputs:
    """Return the data of a version that was named before; raises StoreError if they cannot be had any more."""
    if wanted is None:
        return default()
    if get_script_run_ctx() is None:
        return inputs_of(wanted.data_version)
    held: tuple[str, Inputs] | None = st.session_state.get(_HELD)
    if held is None or held[0] != wanted.data_version:
        held = (wanted.data_version, inputs_of(wanted.data_version))
        st.session_state[_HELD] = held
    return held[1]


def inputs_of(data_version: str) -> Inputs:
    """Return data that people brought, by the hash of their content: who asks has it from where rights are checked.

    It is not said of them that they are public, whatever they say themselves: nobody has looked. Raises StoreError if
    they are not in the store, or cannot be read by this version of the product.
    """

    def brought() -> Inputs:
        try:
            return replace(unpack(shared_store().dataset(data_version), data_version), public=False)
        except ArchiveError as error:
            raise StoreError(f"The data set cannot be read: {error}") from error

    return shelf.once(("brought", data_version), brought)


def shown(one: DataSet, version: DataSetVersion | None = None) -> Standing:
    """Return a version of a data set that the store has shown to the visitor, the newest if none is given."""
    version = one.latest if version is None else version
    return Standing(one.id, version.number, one.name, version.data_version)


def found(data_set_id: str, number: int | None = None) -> Standing:
    """Return a version of a data set by name, the newest if none is given.

    Raises NotFoundError if it is not there or not to be seen by this visitor, which is not told apart.
    """
    sets, who = shared_store().data_sets, identity.person()
    one = sets.one(who, data_set_id)
    return shown(one, None if number in (None, one.latest.number) else sets.version(who, data_set_id, number))


def of_content(data_set_id: str, data_version: str | None) -> Standing:
    """Return the version of a data set that has a content, the newest such; without one that has, the newest of all.

    Raises NotFoundError as `found` does.
    """
    sets, who = shared_store().data_sets, identity.person()
    one = sets.one(who, data_set_id)
    if data_version in (None, one.latest.data_version):
        return shown(one)
    versions = sets.versions(who, data_set_id)
    return shown(one, next((version for version in versions if version.data_version == data_version), None))


def name_of(inputs: Inputs) -> tuple[Hashable, ...]:
    """Return what anything worked out on a data set is kept under: the hash of its content, and what is said of it."""
    return inputs.data_version, inputs.public
