"""The work of one visitor: the one place that holds it, changes it and keeps the address bar and the draft in step.

A page asks `current()`. Levers change the scenario through `levers.listen`, buttons by callbacks; both end in `choose`.
The scenario is kept whole in the session and the address is written from it. Binding widgets to the address
would lose every lever whose widget is folded away.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.inputs.data import bundled
from core.inputs.scenario import (
    BASE,
    DATA_KEY,
    MODEL_KEY,
    Reading,
    Scenario,
    ScenarioError,
    Value,
    from_json,
    presets,
    to_query,
)
from core.inputs.scenario import from_query as read_query
from core.model.model import MODEL_VERSION
from core.store.database import StoreError
from core.store.store import NotFoundError, shared_store
from pages.parts.work import saved
from pages.parts.work.identity import who
from pages.parts.work.saved import CannotOpenError, Origin

OWN_SETTINGS: Final = "Your own settings"
"""The name of work that is neither saved nor ready-made."""
STEPS_KEPT: Final = 100
STEPS_IN_DRAFT: Final = 20
SECONDS_TO_LEAVE_A_FAILED_STORE: Final = 30

TOKEN_KEY: Final = "s"
SCENARIO_KEY: Final = "scenario"
VERSION_KEY: Final = "version"
"""The parameters of an address beside levers and versions: a link's token, or a saved scenario and its version."""
COMPARE_KEY: Final = "compare"
"""The parameter of the Compare page: what it compares."""

LINK_NOTICE: Final = "Not all of this link could be taken as it is"
DRAFT_NOTICE: Final = "Unsaved work of an earlier visit cannot be brought back"
DEAD_LINK: Final = "This link leads nowhere, or no longer; ask for a new one."

_HISTORY: Final = "history"
_ADDRESS: Final = "address"
_NOTICE: Final = "notice"
_OFFER: Final = "draft_offer"
_KEPT: Final = "draft_kept"
_EXTRA: Final = "address_extra"
_SHOWN: Final = "unreadable_shown"
_HELD: Final = "address_held"
_FOLLOWED: Final = "links_followed"
_REQUEST: Final = "save_request"
_TRY_AGAIN_AT: Final = "draft_again_at"
_MARK: Final = "session_mark"


@dataclass(frozen=True)
class Step:
    """A scenario, and the saved one that it began from, if any."""

    scenario: Scenario
    origin: Origin | None = None

    @property
    def is_as_saved(self) -> bool:
        """True if nothing was changed since it was saved."""
        return self.origin is not None and self.origin.scenario == self.scenario

    @property
    def is_unsaved(self) -> bool:
        """True if there is work in it that is nowhere saved; a ready-made scenario is nobody's work."""
        if self.origin is not None:
            return not self.is_as_saved
        return self.scenario not in ready_made().values()


@dataclass(frozen=True)
class History:
    """The work now, with the steps before it (oldest first) and those undone (next first).

    One frozen value in one session key: Streamlit may break off a run at any access to the session, and
    so can never leave half a change behind.
    """

    now: Step
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def then(self, step: Step) -> History:
        """Return the history with `step` as the next one; what was undone is forgotten."""
        if step == self.now:
            return self
        return History(step, (*self.past, self.now)[-STEPS_KEPT:])

    def undone(self) -> History:
        """Return the history one step back, or this one at the beginning."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redone(self) -> History:
        """Return the history one step forward, or this one at the end."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])

    def saved_as(self, origin: Origin) -> History:
        """Return the history after a save: the steps that led to it and on from it now begin from `origin`.

        Only those that lie together: what was opened before or after something else stays what it was.
        """
        former = self.now.origin
        past, future = list(self.past), list(self.future)
        for steps, order in ((past, range(len(past) - 1, -1, -1)), (future, range(len(future)))):
            for i in order:
                if steps[i].origin != former:
                    break
                steps[i] = replace(steps[i], origin=origin)
        return History(replace(self.now, origin=origin), tuple(past), tuple(future))


@dataclass(frozen=True)
class Notice:
    """What the visitor should know, a plain sentence each, under a heading."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """Unsaved work from an earlier visit that the visitor may go on with."""

    history: History
    kept_at: datetime


def begin() -> Mapping[str, str] | None:
    """Open the session; call it first in every run. Return a page's own parameters if the address was read, else None.

    The address is read when the visitor arrives (so a reload and a link both bring their scenario along) and when the
    browser goes back or forward. In any other run it is only written: while the visitor is quick, the browser sends
    an address that is a step behind.
    """
    if _HISTORY not in st.session_state:
        arrival = _read_address()
        steps, offered, trouble = _with_draft(arrival)
        _keep(steps)
        st.session_state[_OFFER] = offered
        below = "the company plan" if arrival.step.scenario == BASE else "the rest of what the address sets"
        _arrive(arrival, f"Below is {below}.", trouble)
    elif _browser_went_back_or_forward():
        arrival = _read_address()
        if not arrival.is_astray:
            take(arrival.step)
        _arrive(arrival, "Your work stays as it was.")
    else:
        return None
    return dict(st.session_state[_EXTRA])


def publish() -> None:
    """Write the work into the address bar, if it does not stand there yet; call it once all moves are taken in."""
    held: dict[str, str] | None = st.session_state.get(_HELD)
    wanted = held or {**_address_of(history().now), **st.session_state.get(_EXTRA, {})}
    if st.session_state.get(_ADDRESS) != wanted or st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
        st.session_state[_ADDRESS] = wanted


def keep_draft() -> None:
    """Keep the work and its steps in the store, so that a reload finds them; call it before the page is drawn.

    Work that is on offer is not written over: the visitor has not said yet that it may go.
    """
    key, steps, offered = who().key, history(), offer()
    if key is None or steps == st.session_state.get(_KEPT) or not (steps.past or steps.future):
        return
    if time.monotonic() < st.session_state.get(_TRY_AGAIN_AT, 0.0):
        return
    if offered is not None and _slot(offered.history.now) == _slot(steps.now):
        return
    try:
        shared_store().keep_draft(key, _slot(steps.now), _draft_body(steps))
    except StoreError:
        # The address bar holds the scenario; whoever saves is told that the store cannot be written. To find that out
        # can take seconds, which must not be added to each move.
        st.session_state[_TRY_AGAIN_AT] = time.monotonic() + SECONDS_TO_LEAVE_A_FAILED_STORE
        return
    st.session_state[_KEPT] = steps


def current() -> Scenario:
    """Return the scenario that the visitor looks at."""
    return history().now.scenario


def name() -> str:
    """Return what the work is called: as the saved or ready-made scenario that it is, or is made from."""
    now = history().now
    if now.origin is not None:
        return now.origin.name
    return next((name for name, preset in ready_made().items() if preset == now.scenario), OWN_SETTINGS)


def origin() -> Origin | None:
    """Return the saved scenario that the current one began from."""
    return history().now.origin


def history() -> History:
    """Return the work now with the steps before and after it."""
    kept: History = st.session_state[_HISTORY]
    return kept


def choose(scenario: Scenario) -> None:
    """Make `scenario` the current one. Call it from a widget's callback, so that the whole run shows it."""
    take(replace(history().now, scenario=scenario))


def change(**levers: Value) -> None:
    """Change some levers of the current scenario, as `choose` does.

    Raises ScenarioError if a lever may not take its value.
    """
    choose(current().replace(**levers))


def take(step: Step) -> None:
    """Go on with `step`; undo leads back to the work before."""
    _keep(history().then(step))


def unreadable() -> CannotOpenError | None:
    """Return the revision that was asked for and cannot be read; its figures as saved are shown instead of a page."""
    shown: CannotOpenError | None = st.session_state.get(_SHOWN)
    return shown


def leave_unreadable() -> None:
    """Go back from a revision that cannot be read to the work."""
    st.session_state.pop(_SHOWN, None)
    st.session_state.pop(_HELD, None)


def open_ready_made(name: str) -> None:
    """Go on with a ready-made scenario."""
    take(Step(ready_made()[name]))


def open_saved(scenario_id: str, number: int | None = None) -> None:
    """Go on with a saved scenario, its latest version or one of them.

    Raises StoreError, in words, if it is gone. One that this version of the product cannot read is shown as it was
    saved, and the work stays as it is.
    """
    try:
        found = saved.origin(scenario_id, number)
    except CannotOpenError as error:
        _show_unreadable(error, {SCENARIO_KEY: error.scenario_id, VERSION_KEY: str(error.number)})
    else:
        take(Step(found.scenario, found))


def now_saved_as(kept: Origin) -> None:
    """Note that the current scenario has been saved as `kept`."""
    _forget_draft(history().now)
    _keep(history().saved_as(kept))


def request_key(*what: object) -> str:
    """Return the key under which to save `what`: the same for each try, should one have got through unheard."""
    tried: tuple[object, str] | None = st.session_state.get(_REQUEST)
    if tried is None or tried[0] != what:
        tried = (what, saved.new_request())
        st.session_state[_REQUEST] = tried
    return tried[1]


def request_done() -> None:
    """Note that what was asked for is saved: to ask for the same again is to want another one."""
    st.session_state.pop(_REQUEST, None)


def renamed(scenario_id: str, name: str) -> None:
    """Note that a saved scenario has another name now."""

    def with_name(step: Step) -> Step:
        if step.origin is None or step.origin.scenario_id != scenario_id:
            return step
        return replace(step, origin=replace(step.origin, name=name))

    steps = history()
    _keep(History(with_name(steps.now), tuple(map(with_name, steps.past)), tuple(map(with_name, steps.future))))


def undo() -> None:
    """Go one step back."""
    _keep(history().undone())


def redo() -> None:
    """Go one step forward again."""
    _keep(history().redone())


def in_address(extra: Mapping[str, str]) -> None:
    """Let the page that is drawn keep parameters of its own in the address, in place of those before."""
    st.session_state[_EXTRA] = dict(extra)


def mark() -> str:
    """Return a few letters that no other session has, for the keys of widgets that come and go.

    A browser that loses the server and finds it again gets a new session, but remembers what the widgets of the old one
    said: under the same key that would come back as a move of the visitor's.
    """
    kept: str = st.session_state.setdefault(_MARK, secrets.token_hex(4))
    return kept


@cache
def ready_made() -> Mapping[str, Scenario]:
    """Return the ready-made scenarios by name."""
    inputs = bundled()
    shares_today = zip(inputs.workloads, map(float, inputs.custom_share_today), strict=True)
    return MappingProxyType(presets(dict(shares_today)))


def notice() -> Notice | None:
    """Return what the visitor should know about what was opened."""
    kept: Notice | None = st.session_state[_NOTICE]
    return kept


def notify(title: str, *sentences: str) -> None:
    """Let the visitor know something, in place of what was there."""
    st.session_state[_NOTICE] = Notice(title, sentences)


def dismiss_notice() -> None:
    """Put the notice away."""
    st.session_state[_NOTICE] = None


def offer() -> Offer | None:
    """Return the unsaved work that the visitor may go on with."""
    kept: Offer | None = st.session_state[_OFFER]
    return kept


def accept_offer() -> None:
    """Go on with the unsaved work; undo leads back."""
    kept = offer()
    st.session_state[_OFFER] = None
    if kept is not None:
        before = history()
        _keep(replace(kept.history, past=(*before.past, before.now, *kept.history.past)[-STEPS_KEPT:]))


def decline_offer() -> None:
    """Forget the unsaved work."""
    kept = offer()
    st.session_state[_OFFER] = None
    if kept is not None:
        _forget_draft(kept.history.now)


def _forget_draft(step: Step) -> None:
    key = who().key
    if key is None:
        return
    try:
        shared_store().drop_draft(key, _slot(step))
    except StoreError:
        return  # an old draft does no harm: it is offered, not applied


def _keep(kept: History) -> None:
    st.session_state[_HISTORY] = kept
    leave_unreadable()


def _arrive(arrival: _Arrival, below: str, trouble: str | None = None) -> None:
    """Say what of an address could not be taken, and what is `below` instead of a saved scenario."""
    _show_unreadable(arrival.unreadable, arrival.address if arrival.is_to_try_again else None)
    is_elsewhere = arrival.is_astray and arrival.unreadable is None
    problems = [*arrival.problems, *([below] if is_elsewhere else [])]
    sentences = (*problems, *([trouble] if trouble else []))
    st.session_state[_NOTICE] = Notice(LINK_NOTICE if problems else DRAFT_NOTICE, sentences) if sentences else None


def _show_unreadable(error: CannotOpenError | None, address: Mapping[str, str] | None) -> None:
    """Show a revision as it was saved, if there is one; hold `address`, if any, until the visitor goes on from here.

    A reload then asks for the same again. Without that it would show other work and not say so.
    """
    st.session_state[_SHOWN] = error
    st.session_state[_HELD] = None if address is None else dict(address)


def _browser_went_back_or_forward() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


# --- The address


def _address_of(step: Step) -> dict[str, str]:
    origin = step.origin
    if origin is not None and step.is_as_saved and origin.token is not None:
        return {TOKEN_KEY: origin.token}
    of = {} if origin is None else {SCENARIO_KEY: origin.scenario_id, VERSION_KEY: str(origin.number)}
    if step.is_as_saved:
        return of
    if origin is not None and origin.token is not None:
        of = {TOKEN_KEY: origin.token}
    levers = to_query(step.scenario, data_version=bundled().data_version, model_version=MODEL_VERSION)
    return {**levers, **of}


@dataclass(frozen=True)
class _Arrival:
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


def _read_address() -> _Arrival:
    address = st.query_params.to_dict()
    query = dict(address)
    problems = [
        f"{name}: is given {len(values)} times; the last one counts."
        for name in st.query_params
        if len(values := st.query_params.get_all(name)) > 1
    ]
    token, scenario_id, version = (query.pop(key, None) for key in (TOKEN_KEY, SCENARIO_KEY, VERSION_KEY))
    st.session_state[_EXTRA] = {COMPARE_KEY: refs} if (refs := query.pop(COMPARE_KEY, None)) is not None else {}
    reading = read_query(query)
    problems = [*_in_words(reading), *problems]
    origin, unreadable, is_to_try_again = None, None, False
    try:
        if token is not None:
            origin = _followed(token)
        elif scenario_id is not None:
            origin = saved.origin(scenario_id, _version(version))
    except CannotOpenError as error:
        unreadable, is_to_try_again = error, True
    except NotFoundError as error:
        problems.append(DEAD_LINK if token is not None else f"The saved scenario cannot be opened. {error}.")
    except StoreError as error:
        problems.append(f"The saved scenario cannot be opened: {error}.")
        is_to_try_again = True
    is_clean = origin is not None and not query
    return _Arrival(
        address,
        Step(origin.scenario if origin is not None and is_clean else reading.scenario, origin),
        tuple(problems),
        has_levers=not query.keys() <= {DATA_KEY, MODEL_KEY},
        is_astray=origin is None and not (token is None and scenario_id is None),
        is_to_try_again=is_to_try_again,
        unreadable=unreadable,
    )


def _version(text: str | None) -> int | None:
    """Return the number of a version as an address names it; raises NotFoundError if there can be none."""
    if text is None:
        return None
    if re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII) is None:
        raise NotFoundError(f"There is no version {_short(text)}: versions are counted 1, 2, 3")
    return int(text)


def _followed(token: str) -> Origin:
    """Return what a link leads to; raises NotFoundError if that is nothing, or nothing any more.

    A session follows a link once: going back and forth is no further use of it.
    """
    followed: dict[str, tuple[str, int]] = st.session_state.setdefault(_FOLLOWED, {})
    if token not in followed:
        revision = shared_store().follow(token)
        if revision is None:
            raise NotFoundError(DEAD_LINK)
        followed[token] = (revision.scenario_id, revision.number)
    return replace(saved.origin(*followed[token]), token=token)


def _in_words(reading: Reading) -> tuple[str, ...]:
    sentences = []
    versions = (("data", reading.data_version, bundled().data_version), ("model", reading.model_version, MODEL_VERSION))
    for kind, theirs, ours in versions:
        if theirs is not None and theirs != ours:
            sentences.append(f"This link was made with {kind} version {_short(theirs)}; the figures below use {ours}.")
    return (*sentences, *(f"{problem}." for problem in reading.problems))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


# --- Drafts


def _slot(step: Step) -> str:
    """Return where a draft is kept: one for each saved scenario, and one for all else."""
    return "" if step.origin is None else step.origin.scenario_id


def _with_draft(arrival: _Arrival) -> tuple[History, Offer | None, str | None]:
    """Return the history to begin with, the unsaved work to offer, and why there can be none, in words.

    After a reload the address says what the scenario is and the draft what can be undone. Who comes without levers in
    the address is offered what was left unsaved.
    """
    key, fresh = who().key, History(arrival.step)
    if key is None:
        return fresh, None, None
    try:
        found = shared_store().draft(key, _slot(arrival.step))
        if found is None:
            return fresh, None, None
        draft, kept_at = _read_draft(found[0]), found[1]
    except StoreError as error:
        return fresh, None, f"Whether you left work unsaved cannot be seen just now: {error}."
    except ScenarioError as error:
        problems = "; ".join(error.problems)
        return fresh, None, f"What you left unsaved cannot be read by this version of Crossover ({problems})."
    if draft.now == arrival.step:
        return draft, None, None
    return fresh, None if arrival.has_levers or not draft.now.is_unsaved else Offer(draft, kept_at), None


def _draft_body(steps: History) -> dict[str, Any]:
    return {
        "now": _step_body(steps.now),
        "past": [_step_body(step) for step in steps.past[-STEPS_IN_DRAFT:]],
        "future": [_step_body(step) for step in steps.future[:STEPS_IN_DRAFT]],
    }


def _step_body(step: Step) -> dict[str, Any]:
    of = step.origin
    return {"levers": step.scenario.changes, "of": None if of is None else [of.scenario_id, of.number, of.token]}


def _read_draft(body: Mapping[str, Any]) -> History:
    """Return the work that was kept; steps before and after it that cannot be read are left out.

    Raises ScenarioError if the work itself cannot be read, StoreError if the store cannot.
    """
    known: dict[tuple[str, int, str | None], Origin | None] = {}

    def step(kept: Mapping[str, Any]) -> Step:
        try:
            levers, of = kept["levers"], kept["of"]
            of = None if of is None else (str(of[0]), int(of[1]), None if of[2] is None else str(of[2]))
        except (KeyError, IndexError, TypeError, ValueError):
            raise ScenarioError(["it is not of the form in which this version keeps it"]) from None
        scenario = from_json(levers, "levers")
        if of is not None and of not in known:
            known[of] = _origin_if_there(*of)
        return Step(scenario, None if of is None else known[of])

    def steps(name: str) -> Iterator[Step]:
        kept = body.get(name)
        for one in kept if isinstance(kept, list) else ():
            with suppress(ScenarioError):
                yield step(one)

    return History(step(body.get("now", {})), tuple(steps("past")), tuple(steps("future")))


def _origin_if_there(scenario_id: str, number: int, token: str | None) -> Origin | None:
    try:
        return replace(saved.origin(scenario_id, number), token=token)
    except (NotFoundError, CannotOpenError):
        return None  # the work goes on without what it began from
