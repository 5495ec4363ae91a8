"""The address bar: what an address leads to, and the work written into it.

The scenario is kept whole in the session and the address is written from it. Binding widgets to the address would lose
every lever whose widget is folded away.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from core.base.format import listed
from core.inputs.case import Case
from core.inputs.checked import CHECK_KEY, COUNT_KEY, arrived, is_view, with_check
from core.inputs.levers import Levers
from core.inputs.link import DATA_KEY, MODEL_KEY, Reading, number, to_query
from core.inputs.link import from_query as read_query
from core.model.model import MODEL_VERSION
from core.serve import cookies
from core.serve.links import LINK_KEY, TOKEN_KEY
from core.store.database import StoreError
from core.store.records import NotFoundError
from core.store.store import shared_store
from core.story.settings import in_labels
from pages.parts.work import dataset, identity, saved
from pages.parts.work.dataset import Standing
from pages.parts.work.saved import CannotOpenError, Origin
from pages.parts.work.steps import Step

SCENARIO_KEY: Final = "scenario"
VERSION_KEY: Final = "version"
"""The parameters of an address beside levers and versions: a saved scenario and its version, or LINK_KEY: a link that
was followed in this browser, by a reference that is worth nothing in another one. TOKEN_KEY is that of the secret
itself in addresses of earlier versions, which open and are rewritten without it.
"""
SET_KEY: Final = "set"
"""The parameter that names the data set that the work stands on; DATA_KEY beside it says which version of it."""
NO_SET: Final = "The data set of this address is not here, or is not to be seen by you; nothing of the address was set."
COMPARE_KEY: Final = "compare"
"""The parameter of the Compare page: what it compares."""
_RESERVED: Final = frozenset(
    {SCENARIO_KEY, VERSION_KEY, SET_KEY, COMPARE_KEY, DATA_KEY, MODEL_KEY, LINK_KEY, TOKEN_KEY, COUNT_KEY, CHECK_KEY}
)
"""Parameters of ours that are neither levers nor say what is looked at."""
_SOUND: Final = re.compile(r"[^%]*[^%\W]|")
"""What the value of one of those may be: written once, and no sentence's full stop behind it."""
DAMAGED: Final = (
    "This link is damaged: part of it was lost or changed on its way, so nothing of it was set. Copy all of it, or ask "
    "for it again."
)
DEAD_LINK: Final = "This link leads nowhere, or no longer; ask for a new one."
_ADDRESS: Final = "address"
_EXTRA: Final = "address_extra"
_HELD: Final = "address_held"
ELSEWHERE: Final = (
    "This address opens only in the browser in which the link to it was opened, if that keeps cookies; ask for the "
    "link itself."
)
_FOLLOWED: Final = "links_followed"
_OWN_KEY: Final = "key_without_cookies"


def in_address(extra: Mapping[str, str]) -> None:
    """Let the page that is drawn keep parameters of its own in the address, in place of those before."""
    st.session_state[_EXTRA] = dict(extra)


def _of(step: Step) -> dict[str, str]:
    origin = step.origin
    if origin is None:
        of = {}
    elif origin.link_id is not None:
        of = _by_link(origin.link_id)
    else:
        of = of_saved(origin.scenario_id, origin.number)
    if step.is_as_saved:
        return {**of, **_of_version(origin)}
    levers = to_query(step.scenario, data_version=_data_version(step.standing), model_version=MODEL_VERSION)
    return {**levers, **({} if step.standing is None else {SET_KEY: step.standing.data_set_id}), **of}


def _of_version(origin: Origin | None) -> dict[str, str]:
    """Return what the address says of the data of a saved scenario: nothing, unless the visitor asked for a version."""
    if origin is None or origin.standing is None or not origin.is_on_asked_version:
        return {}
    return {SET_KEY: origin.standing.data_set_id, DATA_KEY: origin.standing.data_version}


def _data_version(standing: Standing | None) -> str:
    return dataset.default().data_version if standing is None else standing.data_version


@dataclass(frozen=True)
class Arrival:
    """What an address leads to.

    `problems` say what of it could not be taken. `is_astray` if it asks for a saved scenario that cannot be opened,
    for now (`is_to_try_again`) or for good; one that can be shown as it was saved is `unreadable`.
    """

    address: Mapping[str, str]
    step: Step
    problems: tuple[str, ...]
    has_levers: bool
    is_astray: bool
    is_to_try_again: bool
    unreadable: CannotOpenError | None


def read() -> Arrival:
    """Return what the address leads to."""
    found = arrived(_pairs(), *_ours())
    address = dict(found.query)
    query = dict(address)
    problems = [
        f"{_label(name, dataset.default().levers)}: is given {times} times; the last one counts."
        for name, times in found.doubled.items()
    ]
    if found.is_damaged:
        st.session_state[_EXTRA] = {}
        return Arrival({}, _nowhere(), (DAMAGED,), False, True, False, None)
    token, reference = query.pop(TOKEN_KEY, None), query.pop(LINK_KEY, None)
    scenario_id, version = query.pop(SCENARIO_KEY, None), query.pop(VERSION_KEY, None)
    is_by_link = token is not None or reference is not None
    of_set = query.pop(SET_KEY, None)
    of_page = {name: query.pop(name) for name in tuple(query) if name == COMPARE_KEY or is_view(name)}
    st.session_state[_EXTRA] = of_page
    origin, standing, unreadable, is_to_try_again = None, None, None, False
    try:
        standing = None if of_set is None else _standing(of_set, query.get(DATA_KEY))
        if is_by_link:
            origin = _followed(token, reference, standing)
        elif scenario_id is not None:
            origin = saved.origin(scenario_id, _version(version), standing)
        standing = standing if origin is None else origin.standing
        dataset.on(standing)
    except CannotOpenError as error:
        unreadable, is_to_try_again = error, True
        if error.link_id is not None:
            address = {**{key: text for key, text in address.items() if key != TOKEN_KEY}, **_by_link(error.link_id)}
    except _NoSetError:
        return Arrival(address, _nowhere(), (*problems, NO_SET), False, True, False, None)
    except NotFoundError as error:
        problems.append(str(error) if is_by_link else f"The saved scenario cannot be opened. {error}.")
    except StoreError as error:
        what = "data set" if not is_by_link and scenario_id is None else "saved scenario"
        problems.append(f"The {what} cannot be opened: {error}.")
        is_to_try_again = True
        if of_set is not None:
            return Arrival(address, _nowhere(), tuple(problems), False, True, True, None)
    levers = dataset.on(standing).levers
    reading = read_query(levers, query)
    has_levers = MODEL_KEY in query or any(name in levers for name in query)
    return Arrival(
        address,
        Step(origin.scenario if origin is not None and not has_levers else reading.scenario, origin, standing),
        (*_in_words(reading, standing), *problems),
        has_levers=not query.keys() <= {DATA_KEY, MODEL_KEY},
        is_astray=origin is None and (is_by_link or scenario_id is not None),
        is_to_try_again=is_to_try_again,
        unreadable=unreadable,
    )


def _pairs() -> list[tuple[str, str]]:
    """Return the parameters in the address bar, those that are given twice as often."""
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]


def _ours() -> tuple[Callable[[str], bool], Callable[[str, str], bool]]:
    """Return what says whether a parameter is one of ours, and whether one of ours may have a value."""
    levers = _levers_of(st.query_params.get(SET_KEY))

    def is_ours(name: str) -> bool:
        return name in _RESERVED or is_view(name) or any(name in some for some in levers)

    def is_sound(name: str, value: str) -> bool:
        of = [some[name] for some in levers if name in some]
        if not of:
            return _SOUND.fullmatch(value) is not None
        return any(one.problem(number(value) if one.is_numeric else value) is None for one in of)

    return is_ours, is_sound


def _levers_of(of_set: str | None) -> list[Levers]:
    """Return the levers that an address may set: of the server's own data, and of the data set that it names."""
    levers = [dataset.default().levers]
    with suppress(StoreError):  # which is said where the data set is asked for
        levers += [] if of_set is None else [dataset.on(_standing(of_set, None)).levers]
    return levers


def _nowhere() -> Step:
    """Return where an address leads whose data cannot be had: its levers are not set on others."""
    return Step(dataset.default().base)


class _NoSetError(NotFoundError):
    """An address names a data set that is not there for this visitor."""


def _standing(data_set_id: str, data_version: str | None) -> Standing:
    try:
        return dataset.of_content(data_set_id, data_version)
    except NotFoundError as error:
        raise _NoSetError(str(error)) from error


def _version(text: str | None) -> int | None:
    """Return the number of a version as an address names it; raises NotFoundError if there can be none."""
    if text is None:
        return None
    if re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII) is None:
        raise NotFoundError(f"There is no version {_short(text)}: versions are counted 1, 2, 3")
    return int(text)


def _followed(token: str | None, reference: str | None, on: Standing | None) -> Origin:
    """Return what a link leads to; raises NotFoundError if that is nothing, or nothing any more.

    A session follows a link once: going back and forth is no further use of it.
    """
    link_id = _link(token, reference)
    followed: dict[int, tuple[str, int]] = st.session_state.setdefault(_FOLLOWED, {})
    if link_id not in followed:
        revision = shared_store().follow(link_id, who=identity.person())
        if revision is None:
            raise NotFoundError(DEAD_LINK)
        followed[link_id] = (revision.scenario_id, revision.number)
    try:
        return replace(saved.origin(*followed[link_id], on), link_id=link_id)
    except CannotOpenError as error:
        error.link_id = link_id
        raise


def _link(token: str | None, reference: str | None) -> int:
    """Return the id of the link that an address names; raises NotFoundError, in words, if it names none for us."""
    if reference is not None:
        if (link_id := cookies.link_of(reference, _browser())) is None:
            raise NotFoundError(ELSEWHERE)
        return link_id
    if (behind := shared_store().link_behind(token or "")) is None:
        raise NotFoundError(DEAD_LINK)
    return behind[0]


def _by_link(link_id: int) -> dict[str, str]:
    return {LINK_KEY: cookies.reference(link_id, _browser())}


def _browser() -> str:
    """Return the key of the visitor's browser; of one that keeps no cookies, one that is good for the session."""
    own: str = st.session_state.setdefault(_OWN_KEY, secrets.token_urlsafe())
    return identity.who().key or own


def _in_words(reading: Reading, standing: Standing | None) -> tuple[str, ...]:
    sentences = []
    if (theirs := reading.data_version) is not None and theirs != _data_version(standing):
        sentences.append(_of_other_data(theirs, standing))
    if (model := reading.model_version) is not None and model != MODEL_VERSION:
        sentences.append(
            f"This link was made with model version {_short(model)}; the figures below use {MODEL_VERSION}."
        )
    for problem in reading.problems:
        sentences.append(f"{in_labels(dataset.on(standing).levers, problem)}.")
    if reading.unknown:
        none = "there is no such lever" if len(reading.unknown) == 1 else "there are no such levers"
        sentences.append(f"{listed(list(map(_short, reading.unknown)))}: {none} in the data in use; nothing was set.")
    return tuple(sentences)


def _label(name: str, levers: Levers) -> str:
    """Return what a reader calls a parameter of an address: a lever by its label."""
    return levers[name].label if name in levers else _short(name)


def _of_other_data(version: str, standing: Standing | None) -> str:
    """Return what to say of a link that was made with other data than those in use: another case's, or their own."""
    ours = dataset.on(standing)
    if standing is not None:
        return f"This address was made with data version {_short(version)}; the figures below use {standing.words}."
    try:
        case = saved.case_of_data(version)
    except StoreError:
        case = None
    if case is None or Case.of(ours).is_that_of(case):
        return f"This link was made with data version {_short(version)}; the figures below use {ours.data_version}."
    return f"This link was made on other data, those of {case.words}; the figures below are of {Case.of(ours).words}."


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def write(now: Step) -> None:
    """Write the work, or the address that is held, into the address bar if it does not stand there yet."""
    held: dict[str, str] | None = st.session_state.get(_HELD)
    wanted = with_check(held or {**_of(now), **of_page()})
    if st.session_state.get(_ADDRESS) != wanted or st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
        st.session_state[_ADDRESS] = wanted


def keep_on(now: Step) -> None:
    """Write the work into the address bar if the browser has just emptied it; call it before all else of a run.

    On the way to another page Streamlit drops the parameters. What is written now stands in the entry that it makes in
    the browser's history, whatever becomes of the run; what the page writes later completes that entry (page.js).
    """
    if not st.query_params.to_dict():
        st.query_params.from_dict(with_check(st.session_state.get(_HELD) or _of(now)))


def is_bare() -> bool:
    """True if the address says nothing at all: one of the product's own always does."""
    return not st.query_params.to_dict()


def hold(wanted: Mapping[str, str] | None) -> None:
    """Let `wanted` stand in the address bar whatever the work is; None lets the work stand there again."""
    st.session_state[_HELD] = None if wanted is None else dict(wanted)


def of_page() -> dict[str, str]:
    """Return the parameters that the page itself keeps in the address."""
    return dict(st.session_state.get(_EXTRA, {}))


def of_saved(scenario_id: str, number: int) -> dict[str, str]:
    """Return the address of a version of a saved scenario."""
    return {SCENARIO_KEY: scenario_id, VERSION_KEY: str(number)}
