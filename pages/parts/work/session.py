"""The work of one visitor: the one place that holds it, changes it and keeps the address bar and the draft in step.

A page asks `current()`. Levers change the scenario through `levers.listen`, buttons by callbacks; both end in `choose`.
The steps are a value of steps.py; what an address says and how the work is written into it stands in address.py,
unsaved work in drafts.py, what the visitor should know in notices.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.inputs import presets
from core.inputs.lever import Value
from core.inputs.scenario import Scenario
from core.store.database import StoreError
from core.views.saved import finding
from pages.parts.work import address, dataset, drafts, notices, saved
from pages.parts.work.address import Arrival
from pages.parts.work.carried import carried
from pages.parts.work.dataset import Standing
from pages.parts.work.notices import Notice
from pages.parts.work.saved import CannotOpenError, Origin
from pages.parts.work.steps import STEPS_KEPT, History, Step, ready_made

LINK_NOTICE: Final = "Not all of this link could be taken as it is"
DATA_NOTICE: Final = "Not all of your work can be set on these data"
STAYS: Final = "Your work stays as it was."
DRAFT_NOTICE: Final = "Unsaved work of an earlier visit cannot be brought back"

_HISTORY: Final = dataset.WORK
_SHOWN: Final = "unreadable_shown"
_REQUEST: Final = "save_request"
_MARK: Final = "session_mark"


def keep_address() -> None:
    """Keep the work in the address bar on the way from page to page; call it before all else of a run."""
    if _HISTORY in st.session_state and not _browser_went_back_or_forward():
        address.keep_on(history().now)


def begin() -> Mapping[str, str] | None:
    """Open the session; call it first in every run. Return a page's own parameters if the address was read, else None.

    The address is read when the visitor arrives (so a reload and a link both bring their scenario along) and when the
    browser goes back or forward. In any other run it is only written: while the visitor is quick, the browser sends
    an address that is a step behind. An address that says nothing is one that a change of page left behind, or that the
    visitor came by: to go back to it leaves the work as it is.
    """
    if _HISTORY not in st.session_state:
        arrival = address.read()
        steps, offered, trouble = drafts.found(arrival.step, arrival.has_levers)
        _keep(steps)
        drafts.put_on_offer(offered)
        below = (
            "the company plan"
            if arrival.step.scenario == dataset.in_use().base
            else "the rest of what the address sets"
        )
        _arrive(arrival, f"Below is {below}.", trouble)
    elif _browser_went_back_or_forward() and not address.is_bare():
        arrival = address.read()
        if not arrival.is_astray:
            take(arrival.step)
        _arrive(arrival, STAYS)
    else:
        return None
    return address.of_page()


def publish() -> None:
    """Write the work into the address bar, if it does not stand there yet; call it once all moves are taken in."""
    address.write(history().now)


def keep_draft() -> None:
    """Keep the work and its steps in the store, so that a reload finds them; call it before the page is drawn.

    A run may end there, and the slot in which the work was kept before this run may be free by now.
    """
    drafts.keep(history())


def current() -> Scenario:
    """Return the scenario that the visitor looks at."""
    return history().now.scenario


def name() -> str:
    """Return what the work is called: as the saved or ready-made scenario that it is, or is made from."""
    now = history().now
    if now.origin is not None:
        return now.origin.name
    return presets.name_of(ready_made(), now.scenario)


def version_words() -> str:
    """Return which saved version the work is, or was made from, to stand behind its name; nothing if none."""
    now = history().now
    if now.origin is None:
        return ""
    return f", v{now.origin.number}" if now.is_as_saved else f", edited since v{now.origin.number}"


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


def stand_on(wanted: Standing | None) -> None:
    """Go on with the work on another data set, or another version of it; see dataset.choose.

    Work on a saved scenario stays that on another version of its data set; on another data set it is own work, for a
    save must not put there what somebody saved here. Raises StoreError.
    """
    step = history().now
    if wanted == step.standing:
        return
    before, after = dataset.on(step.standing), dataset.on(wanted)
    told = carried(step.scenario, before, after)
    scenario, origin = told.scenario, _origin_on(step.origin, wanted)
    if origin is not None and step.is_as_saved:
        scenario = origin.scenario
        told = replace(told, sentences=())  # the report on what became of it says what is gone
    take(Step(scenario, origin, wanted))
    notices.show(Notice(DATA_NOTICE, told.sentences) if told.sentences else None)


def _origin_on(origin: Origin | None, wanted: Standing | None) -> Origin | None:
    """Return the saved scenario that work began from on another version of its data set, None on another data set."""
    if origin is None or origin.standing is None or wanted is None:
        return None
    if origin.standing.data_set_id != wanted.data_set_id:
        return None
    return replace(saved.origin(origin.scenario_id, origin.number, wanted), link_id=origin.link_id)


def unreadable() -> CannotOpenError | None:
    """Return the revision that was asked for and cannot be read; its figures as saved are shown instead of a page."""
    shown: CannotOpenError | None = st.session_state.get(_SHOWN)
    return shown


def leave_unreadable() -> None:
    """Go back from a revision that cannot be read to the work."""
    st.session_state.pop(_SHOWN, None)
    address.hold(None)


def take_over() -> None:
    """Go on with the levers of the revision that is shown as saved, as far as the data in use have them, as own work.

    What could not be set is said. Raises StoreError and UnreadableError.
    """
    shown = unreadable()
    if shown is None:
        return
    taken = saved.shared_levers(shown.scenario_id, shown.number)
    own = saved.on_its_own_data(shown.scenario_id, shown.number)
    take(replace(history().now, scenario=taken.scenario, origin=None))
    sentences = finding.taken_over(taken, None if own is None else own.inputs.levers)
    notices.show(Notice(f"Levers of “{shown.name}” are set here as your own work", sentences))


def say_not_taken_over(why: str) -> None:
    """Say why the levers of what is shown could not be taken over."""
    notices.show(Notice("Its levers could not be set here", (f"{why}.",)))


def open_ready_made(name: str) -> None:
    """Go on with a ready-made scenario."""
    take(replace(history().now, scenario=ready_made()[name], origin=None))


def open_saved(scenario_id: str, number: int | None = None) -> None:
    """Go on with a saved scenario, its latest version or one of them.

    Raises StoreError, in words, if it is gone. One that this version of the product cannot read is shown as it was
    saved, and the work stays as it is.
    """
    try:
        found = saved.origin(scenario_id, number)
    except CannotOpenError as error:
        _show_unreadable(error, address.of_saved(error.scenario_id, error.number))
    else:
        take(Step(found.scenario, found, found.standing))


def now_saved_as(kept: Origin) -> None:
    """Note that the current scenario has been saved as `kept`."""
    drafts.forget(history().now)
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
    """Go one step back, be it to other data."""
    _go(history().undone())


def redo() -> None:
    """Go one step forward again."""
    _go(history().redone())


def _go(to: History) -> None:
    try:
        dataset.on(to.now.standing)
    except StoreError as error:
        notices.show(Notice(DATA_NOTICE, (f"The step before is on data that cannot be had: {error}.", STAYS)))
    else:
        _keep(to)


def mark() -> str:
    """Return a few letters that no other session has, for the keys of widgets that come and go.

    A browser that loses the server and finds it again gets a new session, but remembers what the widgets of the old one
    said: under the same key that would come back as a move of the visitor's.
    """
    kept: str = st.session_state.setdefault(_MARK, secrets.token_hex(4))
    return kept


def accept_offer() -> None:
    """Go on with the unsaved work that is on offer; undo leads back."""
    kept = drafts.offer()
    drafts.put_on_offer(None)
    if kept is not None and kept.history is not None:
        drafts.move(kept)
        before = history()
        _keep(replace(kept.history, past=(*before.past, before.now, *kept.history.past)[-STEPS_KEPT:]))


def decline_offer() -> None:
    """Forget the unsaved work that is on offer."""
    kept = drafts.offer()
    drafts.put_on_offer(None)
    if kept is not None:
        drafts.forget_offer(kept)


def _keep(kept: History) -> None:
    st.session_state[_HISTORY] = kept
    leave_unreadable()


def _arrive(arrival: Arrival, below: str, trouble: str | None = None) -> None:
    """Say what of an address could not be taken, and what is `below` instead of a saved scenario."""
    _show_unreadable(arrival.unreadable, arrival.address if arrival.is_to_try_again else None)
    is_elsewhere = arrival.is_astray and arrival.unreadable is None
    problems = [*arrival.problems, *([below] if is_elsewhere else [])]
    sentences = (*problems, *([trouble] if trouble else []))
    notices.show(Notice(LINK_NOTICE if problems else DRAFT_NOTICE, sentences) if sentences else None)


def _show_unreadable(error: CannotOpenError | None, asked_for: Mapping[str, str] | None) -> None:
    """Show a revision as it was saved, if there is one; hold the address `asked_for` until the visitor goes on.

    A reload then asks for the same again. Without that it would show other work and not say so.
    """
    st.session_state[_SHOWN] = error
    address.hold(asked_for)


def _browser_went_back_or_forward() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
