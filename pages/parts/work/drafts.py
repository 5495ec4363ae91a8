"""Unsaved work, kept for the browser that left it: written while it changes, offered when the visitor comes back.

Work belongs to a data set, as what is saved does: work on data of another case is said to be there and not offered.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import streamlit as st

from core.inputs.case import Case
from core.inputs.earlier import first_workloads
from core.inputs.scenario import ScenarioError, from_json
from core.store.database import StoreError
from core.store.records import NotFoundError
from core.store.store import shared_store
from core.story.settings import in_labels
from pages.parts.work import dataset, saved
from pages.parts.work.dataset import Standing
from pages.parts.work.identity import who
from pages.parts.work.saved import CannotOpenError, Origin
from pages.parts.work.steps import History, Step

STEPS_IN_DRAFT: Final = 20
SECONDS_TO_LEAVE_A_FAILED_STORE: Final = 30
DATA: Final = "data"
CASE: Final = "case"
"""What a draft says of the data that it was made with: their version, and whose they are."""
SET: Final = "set"
"""What a step says of the data set that it stands on: its id and the number of the version; nothing on the server's."""
_ON_DATA: Final = "data "
"""How the slot of work begins that is on no saved scenario; the version of the data follows."""
_ON_SET: Final = "set "
"""How it begins on a data set that people brought; the name that the store has for it follows."""
_IN_TAB: Final = " in tab "
"""How the part of a slot begins that tells the tabs of one browser apart."""
_TAB: Final = "draft_tab"
_EARLIER: Final = "drafts_earlier"
"""Where a session keeps the name of its tab, and the slots of the same work that were there before it."""
_OFFER: Final = "draft_offer"
_KEPT: Final = "draft_kept"
_TRY_AGAIN_AT: Final = "draft_again_at"


@dataclass(frozen=True)
class Offer:
    """Unsaved work from an earlier visit that the visitor may go on with, and the slot in which it is kept.

    `data_version` is that of the data it was made with, if they are not those in use; None also where a former version
    of the product did not say. Work on other data, those of `elsewhere`, has no history here.
    """

    history: History | None
    kept_at: datetime
    slot: str
    data_version: str | None = None
    elsewhere: str | None = None


def keep(steps: History) -> None:
    """Keep the work and its steps in the store, if they are not there yet, so that a reload finds them.

    Work that is on offer is not written over: the visitor has not said yet that it may go.
    """
    key, offered = who().key, offer()
    if key is None or steps == st.session_state.get(_KEPT) or not (steps.past or steps.future):
        return
    if time.monotonic() < st.session_state.get(_TRY_AGAIN_AT, 0.0):
        return
    if offered is not None and offered.history is not None and _belongs(offered.slot, steps.now):
        return
    try:
        on = steps.now.standing
        shared_store().keep_draft(key, _slot(steps.now), _draft_body(steps), None if on is None else on.data_set_id)
    except StoreError:
        # The address bar holds the scenario; whoever saves is told that the store cannot be written. To find that out
        # can take seconds, which must not be added to each move.
        st.session_state[_TRY_AGAIN_AT] = time.monotonic() + SECONDS_TO_LEAVE_A_FAILED_STORE
        return
    st.session_state[_KEPT] = steps


def put_on_offer(offered: Offer | None) -> None:
    """Offer unsaved work to the visitor, or nothing."""
    st.session_state[_OFFER] = offered


def offer() -> Offer | None:
    """Return the unsaved work that the visitor may go on with."""
    kept: Offer | None = st.session_state[_OFFER]
    return kept


def forget(step: Step) -> None:
    """Let go of what is kept of the work that `step` belongs to, from before this session, too."""
    for slot in (_slot(step), *st.session_state.get(_EARLIER, ())):
        if _belongs(slot, step):
            _drop(slot)


def forget_offer(offered: Offer) -> None:
    """Let go of unsaved work that was on offer, and of what was left of it in other tabs before."""
    for slot in (offered.slot, *st.session_state.get(_EARLIER, ())):
        if _work(slot) == _work(offered.slot):
            _drop(slot)


def move(offered: Offer) -> None:
    """Let go of what lies in another slot than the one in which the work, now gone on with, will be kept."""
    if offered.history is not None and offered.slot != _slot(offered.history.now):
        _drop(offered.slot)


def _drop(slot: str) -> None:
    key = who().key
    if key is None:
        return
    try:
        shared_store().drop_draft(key, slot)
    except StoreError:
        return  # an old draft does no harm: it is offered, not applied


def _slot(step: Step) -> str:
    """Return where a draft is kept: one for each saved scenario, and one a data set for all else, and each tab."""
    return f"{_of(step)}{_IN_TAB}{st.session_state.setdefault(_TAB, secrets.token_hex(4))}"


def _work(slot: str) -> str:
    """Return what the work in a slot is on, whichever tab it is in."""
    return slot.partition(_IN_TAB)[0]


def _of(step: Step) -> str:
    if step.origin is not None:
        return step.origin.scenario_id
    if step.standing is not None:
        return f"{_ON_SET}{step.standing.data_set_id}"
    return f"{_ON_DATA}{dataset.default().data_version}"


def _is_unnamed(slot: str) -> bool:
    """True if a slot is for work on no saved scenario; former versions of the product had one for all data sets."""
    return slot == "" or slot.startswith(_ON_DATA)


def _belongs(slot: str, step: Step) -> bool:
    """True if what is in a slot is earlier work on what `step` is work on."""
    if step.origin is None and step.standing is None:
        return _is_unnamed(slot)
    return _work(slot) == _of(step)


def found(arrived_at: Step, has_levers: bool) -> tuple[History, Offer | None, str | None]:
    """Return the history to begin with, the unsaved work to offer, and why there can be none, in words.

    After a reload the address says what the scenario is and the draft what can be undone. Who comes without levers in
    the address is offered what was left unsaved.
    """
    key, fresh = who().key, History(arrived_at)
    if key is None:
        return fresh, None, None
    try:
        kept = {slot: one for slot, one in shared_store().drafts(key).items() if _belongs(slot, arrived_at)}
        if not kept:
            return fresh, None, None
        here = [slot for slot, (body, _) in kept.items() if arrived_at.standing is not None or _is_here(body)]
        if not here:
            return fresh, None if has_levers else _left_elsewhere(kept), None
        st.session_state[_EARLIER] = tuple(here)
        slot = _own(kept, here, arrived_at)
        body, kept_at = kept[slot]
        draft = _read_draft(body)
    except StoreError as error:
        return fresh, None, f"Whether you left work unsaved cannot be seen just now: {error}."
    except ScenarioError as error:
        problems = "; ".join(in_labels(dataset.in_use().levers, problem) for problem in error.problems)
        return fresh, None, f"What you left unsaved cannot be read by this version of Crossover ({problems})."
    if draft.now == arrived_at:
        _drop(slot)  # it goes on in the slot of this session
        return draft, None, None
    if has_levers or not draft.now.is_unsaved:
        return fresh, None, None
    ours = dataset.on(draft.now.standing).data_version
    made_with = str(body[DATA]) if body.get(DATA, ours) != ours else None
    return fresh, Offer(draft, kept_at, slot, made_with), None


def _own(kept: Mapping[str, tuple[Mapping[str, Any], datetime]], slots: Sequence[str], arrived_at: Step) -> str:
    """Return the slot of just the work that one comes to, so that each tab finds its own; else the newest of it."""
    now = _step_body(arrived_at)
    just_this = [slot for slot in slots if kept[slot][0].get("now") == now]
    return next(iter([*just_this, *(slot for slot in slots if _work(slot) == _of(arrived_at)), *slots]))


def _is_here(body: Mapping[str, Any]) -> bool:
    """True if a draft is of the case that is worked on."""
    if DATA not in body:  # as versions left it that knew one company's workloads and no others
        return frozenset(dataset.in_use().workloads) == first_workloads()
    case = Case.from_json(body.get(CASE))
    return body[DATA] == dataset.in_use().data_version or (case is not None and saved.is_ours(case))


def _left_elsewhere(kept: Mapping[str, tuple[Mapping[str, Any], datetime]]) -> Offer:
    """Return the newest of drafts that are all of other cases, as it is spoken of."""
    slot, (body, kept_at) = next(iter(kept.items()))
    case = Case.from_json(body.get(CASE))
    return Offer(None, kept_at, slot, elsewhere="another company" if case is None else case.words)


def _draft_body(steps: History) -> dict[str, Any]:
    ours = dataset.on(steps.now.standing)
    return {
        DATA: ours.data_version,
        CASE: Case.of(ours).as_json(),
        "now": _step_body(steps.now),
        "past": [_step_body(step) for step in steps.past[-STEPS_IN_DRAFT:]],
        "future": [_step_body(step) for step in steps.future[:STEPS_IN_DRAFT]],
    }


def _step_body(step: Step) -> dict[str, Any]:
    of, on = step.origin, step.standing
    body = {"levers": step.scenario.changes, "of": None if of is None else [of.scenario_id, of.number, of.link_id]}
    return body if on is None else {**body, SET: [on.data_set_id, on.number]}


def _read_draft(body: Mapping[str, Any]) -> History:
    """Return the work that was kept; steps before and after it that cannot be read are left out.

    Raises ScenarioError if the work itself cannot be read, StoreError if the store cannot.
    """
    known: dict[object, Any] = {}

    def once(find: Callable[..., Any], *name: object) -> Any:
        if name not in known:
            known[name] = find(*name)
        return known[name]

    def step(kept: Mapping[str, Any]) -> Step:
        try:
            levers, of = kept["levers"], kept["of"]
            of = (
                None if of is None else (str(of[0]), int(of[1]), of[2] if isinstance(of[2], int | None) else str(of[2]))
            )
            on = None if kept.get(SET) is None else (str(kept[SET][0]), int(kept[SET][1]))
        except (KeyError, IndexError, TypeError, ValueError):
            raise ScenarioError(["it is not of the form in which this version keeps it"]) from None
        standing = None if on is None else once(_standing_if_there, *on)
        scenario = from_json(dataset.on(standing).levers, levers, "levers")
        return Step(scenario, None if of is None else once(_origin_if_there, *of, standing), standing)

    def steps(name: str) -> Iterator[Step]:
        kept = body.get(name)
        for one in kept if isinstance(kept, list) else ():
            with suppress(ScenarioError):
                yield step(one)

    return History(step(body.get("now", {})), tuple(steps("past")), tuple(steps("future")))


def _standing_if_there(data_set_id: str, number: int) -> Standing:
    try:
        return dataset.found(data_set_id, number)
    except NotFoundError:
        raise ScenarioError(["it is on a data set that is not here, or not to be seen by you"]) from None


def _origin_if_there(scenario_id: str, number: int, link: int | str | None, on: Standing | None) -> Origin | None:
    """Return what work began from, by a link's id if by one; versions up to 2.1 kept the token of the link instead."""
    try:
        if isinstance(link, str):
            if (behind := shared_store().link_behind(link)) is None:
                return None
            link, _ = behind
        return replace(saved.origin(scenario_id, number, on), link_id=link)
    except (NotFoundError, CannotOpenError):
        return None  # the work goes on without what it began from
