"""The work of one visitor: the one place that holds it, changes it and keeps the address bar and the draft in step.

A page asks `current()`. Levers change the scenario through `levers.listen`, buttons by callbacks; both end in `choose`.
The scenario is kept whole in the session and the address is written from it. Binding widgets to the address
would lose every lever whose widget is folded away.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.data import bundled
from core.database import StoreError
from core.model import MODEL_VERSION
from core.scenario import DATA_KEY, MODEL_KEY, Reading, Scenario, ScenarioError, Value, from_json, presets, to_query
from core.scenario import from_query as read_query
from core.store import shared_store
from pages.parts import saved
from pages.parts.identity import who
from pages.parts.saved import CannotOpenError, Origin

OWN_SETTINGS: Final = "Your own settings"
"""The name of work that is neither saved nor ready-made."""
STEPS_KEPT: Final = 100
STEPS_IN_DRAFT: Final = 20

TOKEN_KEY: Final = "s"
SCENARIO_KEY: Final = "scenario"
VERSION_KEY: Final = "version"
"""The parameters of an address beside levers and versions: a link's token, or a saved scenario and its version."""
COMPARE_KEY: Final = "compare"
"""The parameter of the Compare page: what it compares."""

LINK_NOTICE: Final = "Not all of this link could be taken as it is"
DRAFT_NOTICE: Final = "Your unsaved work could not be kept or brought back"
DEAD_LINK: Final = "This link leads nowhere, or no longer; ask for a new one. Below is the company plan."

_HISTORY: Final = "history"
_ADDRESS: Final = "address"
_NOTICE: Final = "notice"
_OFFER: Final = "draft_offer"
_KEPT: Final = "draft_kept"
_EXTRA: Final = "address_extra"
_SHOWN: Final = "unreadable_shown"
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
        step, problems, is_bare = _read_address()
        history, offer, trouble = _with_draft(step, is_bare)
        st.session_state[_NOTICE] = trouble or (Notice(LINK_NOTICE, problems) if problems else None)
        st.session_state[_OFFER] = offer
        st.session_state[_HISTORY] = history
    elif _browser_went_back_or_forward():
        step, problems, _ = _read_address()
        st.session_state[_NOTICE] = Notice(LINK_NOTICE, problems) if problems else None
        take(step)
    else:
        return None
    return dict(st.session_state[_EXTRA])


def publish() -> None:
    """Write the work into the address bar, if it does not stand there yet; call it once all moves are taken in."""
    wanted = {**_address_of(history().now), **st.session_state.get(_EXTRA, {})}
    if st.session_state.get(_ADDRESS) != wanted or st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
        st.session_state[_ADDRESS] = wanted


def keep_draft() -> None:
    """Keep the work and its steps in the store, so that a reload finds them; call it when the page is drawn."""
    key, steps = who().key, history()
    if key is None or steps == st.session_state.get(_KEPT) or not (steps.past or steps.future):
        return
    try:
        shared_store().keep_draft(key, _slot(steps.now), _draft_body(steps))
    except StoreError:
        return  # the address bar holds the scenario; whoever saves is told that the store cannot be written
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
    leave_unreadable()


def unreadable() -> CannotOpenError | None:
    """Return the revision that was asked for and cannot be read; its figures as saved are shown instead of a page."""
    shown: CannotOpenError | None = st.session_state.get(_SHOWN)
    return shown


def leave_unreadable() -> None:
    """Go back from a revision that cannot be read to the work."""
    st.session_state.pop(_SHOWN, None)


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
        st.session_state[_SHOWN] = error
    else:
        take(Step(found.scenario, found))


def now_saved_as(kept: Origin) -> None:
    """Note that the current scenario has been saved as `kept`."""
    _forget_draft(history().now)
    _keep(history().saved_as(kept))


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


def _read_address() -> tuple[Step, tuple[str, ...], bool]:
    """Return what the address leads to, what of it could not be taken, and whether it sets no lever itself."""
    query = st.query_params.to_dict()
    problems = [
        f"{name}: is given {len(values)} times; the last one counts."
        for name in st.query_params
        if len(values := st.query_params.get_all(name)) > 1
    ]
    token, scenario_id, version = (query.pop(key, None) for key in (TOKEN_KEY, SCENARIO_KEY, VERSION_KEY))
    st.session_state[_EXTRA] = {COMPARE_KEY: refs} if (refs := query.pop(COMPARE_KEY, None)) is not None else {}
    origin = None
    try:
        if token is not None:
            origin = _followed(token)
            if origin is None:
                problems.append(DEAD_LINK)
        elif scenario_id is not None:
            origin = saved.origin(scenario_id, _version(version))
    except CannotOpenError as error:
        st.session_state[_SHOWN] = error
    except StoreError as error:
        problems.append(f"The saved scenario cannot be opened: {error}.")
    reading = read_query(query)
    is_bare = not query
    if origin is not None and is_bare:
        return Step(origin.scenario, origin), tuple(problems), True
    return Step(reading.scenario, origin), (*_in_words(reading), *problems), is_bare


def _version(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def _followed(token: str) -> Origin | None:
    """Return what a link leads to. A session follows a link once: going back and forth is no further use of it."""
    followed: dict[str, Origin] = st.session_state.setdefault("followed", {})
    if token not in followed:
        revision = shared_store().follow(token)
        if revision is None:
            return None
        followed[token] = replace(saved.origin(revision.scenario_id, revision.number), token=token)
    return followed[token]


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


def _with_draft(step: Step, is_bare: bool) -> tuple[History, Offer | None, Notice | None]:
    """Return the history to begin with, and the unsaved work from an earlier visit if it is another than `step`.

    After a reload the address says what the scenario is and the draft what can be undone. Who comes without levers in
    the address is offered what was left unsaved.
    """
    key, fresh = who().key, History(step)
    if key is None:
        return fresh, None, None
    try:
        found = shared_store().draft(key, _slot(step))
        if found is None:
            return fresh, None, None
        draft, kept_at = _read_draft(found[0]), found[1]
    except (StoreError, ScenarioError) as error:
        return fresh, None, Notice(DRAFT_NOTICE, (f"{error}.",))
    if draft.now == step:
        return draft, None, None
    return fresh, Offer(draft, kept_at) if is_bare and draft.now.is_unsaved else None, None


def _draft_body(steps: History) -> dict[str, Any]:
    return {
        "now": _step_body(steps.now),
        "past": [_step_body(step) for step in steps.past[-STEPS_IN_DRAFT:]],
        "future": [_step_body(step) for step in steps.future[:STEPS_IN_DRAFT]],
    }


def _step_body(step: Step) -> dict[str, Any]:
    of = step.origin
    return {
        "levers": step.scenario.changes,
        "of": None if of is None else [of.scenario_id, of.number, of.token],
        **{DATA_KEY: bundled().data_version, MODEL_KEY: MODEL_VERSION},
    }


def _read_draft(body: Mapping[str, Any]) -> History:
    known: dict[tuple[str, int, str | None], Origin] = {}

    def step(kept: Mapping[str, Any]) -> Step:
        scenario = from_json(kept["levers"], "draft")
        if kept["of"] is None:
            return Step(scenario)
        scenario_id, number, token = kept["of"]
        if (scenario_id, number, token) not in known:
            known[scenario_id, number, token] = replace(saved.origin(scenario_id, number), token=token)
        return Step(scenario, known[scenario_id, number, token])

    return History(step(body["now"]), tuple(map(step, body["past"])), tuple(map(step, body["future"])))
