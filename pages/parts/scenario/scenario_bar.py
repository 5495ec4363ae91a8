"""The scenario bar: what the work is called, whether it is saved, and what can be done with it as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import streamlit as st

from core.serve.words import PRODUCT
from core.store.database import StoreError
from core.store.records import LONGEST, MOST_TAGS, ConflictError, Entry, Revision
from core.store.rights import Action, may
from core.store.store import shared_store
from pages.parts.dataset import picker
from pages.parts.dataset import watch as of_data
from pages.parts.scenario import history, share
from pages.parts.work import identity, saved, session
from pages.parts.work.saved import CannotOpenError, OfOtherDataError, Origin
from pages.parts.work.steps import Step
from pages.parts.work.text import plain

SECONDS_BETWEEN_LOOKS: Final = 60
"""How often a page that lies open looks whether there is a newer version."""

_LOOKED: Final = "bar_looked"
_MESSAGE: Final = "bar_message"
_ASKED: Final = "bar_asked"
_SAID: Final = "bar_said"


@st.fragment
def draw(page: str) -> None:
    """Draw the bar, and name the tab by page and scenario; what happens in it draws it anew, not the page."""
    identity.look_again()
    if (shown := session.unreadable()) is not None:
        st.set_page_config(page_title=_tab(page, f"{shown.name}, as saved, v{shown.number}"))
        _draw_shown(shown)
        return
    step = session.history().now
    st.set_page_config(page_title=_tab(page, f"{session.name()}, {state(step)}"))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="scenario_bar"):
        st.markdown(f"**{plain(session.name())}** :{_colour(step)}-badge[{plain(state(step))}]")
        with st.container(horizontal=True, key="scenario_data"):
            picker.draw(step)
        unsaved = not step.is_as_saved or _is_on_other_version(step)
        _button("Save", "save", _save, "primary" if step.is_unsaved else "secondary", _why_not_save(step), unsaved)
        _button("Save as copy", "content_copy", lambda: _ask("save"), "secondary", "Save as a scenario of your own")
        _button("Copy link", "link", _share, "secondary", "Make a link that others can open, and copy it")
        has_history = step.origin is not None
        _button("History", "history", lambda: _ask("history"), "secondary", "Earlier versions", has_history)
    _answer(step)
    session.publish()


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def watch() -> None:
    """Say when somebody has saved a newer version meanwhile.

    A page that runs something by the clock is also one that the browser asks for anew when it finds the server again;
    without it, the first move after a restart would be lost.
    """
    origin = session.origin()
    if session.unreadable() is not None:
        return  # what is shown is another one
    of_data.draw()
    if origin is None or origin.link_id is not None or _MESSAGE in st.session_state:
        return
    latest = _latest(origin)
    if latest is None or latest.number <= origin.number:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="notice_newer"):
        st.info(
            f"{plain(latest.author)} has saved v{latest.number}; this is v{origin.number}.", icon=":material/update:"
        )
        if st.button("Open the newest", key="bar_open_newest"):
            _open_theirs(session.history().now)
            st.rerun()


def _latest(origin: Origin) -> Revision | None:
    """Return the newest version, as it was when last looked at; None if that cannot be known."""
    looked: tuple[Origin, float, Revision | None] | None = st.session_state.get(_LOOKED)
    if looked is None or looked[0] != origin or time.monotonic() - looked[1] > SECONDS_BETWEEN_LOOKS / 2:
        try:
            latest = shared_store().scenario(origin.scenario_id, who=identity.person()).latest
        except StoreError:
            latest = None
        looked = (origin, time.monotonic(), latest)
        st.session_state[_LOOKED] = looked
    return looked[2]


def _draw_shown(shown: CannotOpenError) -> None:
    """Draw the bar of a revision that stands in place of the page, as it was saved: nothing is saved on top of it."""
    kind = "other data" if isinstance(shown, OfOtherDataError) else "another version"
    by_link = ", by link" if shown.link_id is not None else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="scenario_bar"):
        badge = plain(f"as saved, v{shown.number}{by_link}, of {kind}")
        st.markdown(f"**{plain(shown.name)}** :gray-badge[{badge}]", width="stretch")
        _button("Save", "save", _save, "secondary", _NOT_HERE, enabled=False)
        _button("Save as copy", "content_copy", lambda: _ask("save"), "secondary", _NOT_HERE, enabled=False)
        _button("Copy link", "link", lambda: _ask("share"), "secondary", "Make a link that others can open")
        _button("History", "history", lambda: _ask("history"), "secondary", "Earlier versions")
    asked, step = st.session_state.pop(_ASKED, None), session.history().now
    if asked == "share":
        share.dialog(shown, is_as_saved=True)
    elif asked == "history":
        history.dialog(step, shown, shown)
    session.publish()


_NOT_HERE: Final = (
    "What is shown was saved on other data or by another version: set its levers here to save them as own"
)


def _tab(page: str, scenario: str) -> str:
    return f"{page} · {scenario} · {PRODUCT}"


def state(step: Step) -> str:
    """Return whether the work is saved, in words."""
    if step.origin is None:
        return "not saved" if step.is_unsaved else "ready-made"
    version = f"v{step.origin.number}"
    if not step.is_as_saved:
        return f"edited since {version}"
    return f"{version}, by link, view only" if step.origin.link_id is not None else f"saved, {version}"


def _colour(step: Step) -> str:
    return "orange" if step.is_unsaved else "green" if step.is_as_saved else "gray"


def _button(label: str, icon: str, act: Callable[[], None], kind: str, hint: str, enabled: bool = True) -> None:
    st.button(
        label,
        key=f"bar_{icon}",
        icon=f":material/{icon}:",
        type="primary" if kind == "primary" else "secondary",
        help=hint,
        on_click=act,
        disabled=not enabled,
    )


def _is_on_other_version(step: Step) -> bool:
    """True if a saved scenario is looked at on another version of its data set than it was saved on."""
    return step.origin is not None and step.origin.saved_on != step.standing


def _why_not_save(step: Step) -> str:
    if step.is_as_saved and not _is_on_other_version(step):
        return "Nothing has changed since it was saved"
    if step.origin is not None and step.origin.link_id is not None:
        return "A link is for view only: this saves a copy"
    return "Save as a new scenario" if step.origin is None else f"Save as version {step.origin.number + 1}"


def _ask(what: str) -> None:
    """Open a dialog in the run that follows."""
    st.session_state[_ASKED] = what


def _save() -> None:
    """Ask what a save needs: a name for a new scenario or a copy, a note for a version on top of what it began from."""
    step = session.history().now
    if step.origin is None or step.origin.link_id is not None:
        _ask("save")
    else:
        _ask("version" if may(identity.who().name, Action.SAVE) else "name")


def _share() -> None:
    """Make the link that is asked for most, if one click is enough for it; the dialog copies it and offers others."""
    step = session.history().now
    if step.origin is not None:
        share.make_at_once(step.origin)
    _ask("share")


def _done(kept: Origin) -> None:
    session.request_done()
    st.session_state.pop(_MESSAGE, None)
    session.now_saved_as(kept)
    st.session_state[_SAID] = f"Saved as “{kept.name}”, version {kept.number}"


def _answer(step: Step) -> None:
    """Show what came of the last click: a dialog, or why nothing was saved."""
    asked, message = st.session_state.pop(_ASKED, None), _message_on(step)
    if (said := st.session_state.pop(_SAID, None)) is not None:
        st.toast(plain(said), icon=":material/check:")
    if asked == "save":
        _save_dialog(step)
    elif asked == "name":
        identity.ask_name("Go on", _save)
    elif asked == "version" and step.origin is not None:
        _ask_for_version(step, step.origin)
    elif asked == "share":
        share.dialog(step.origin, step.is_as_saved)
    elif asked == "history" and step.origin is not None:
        history.dialog(step, step.origin, None)
    elif message is not None:
        _draw_message(step, message)


def _ask_for_version(step: Step, began: Origin) -> None:
    try:
        entry = shared_store().scenario(began.scenario_id, who=identity.person())
    except StoreError as error:
        st.session_state[_MESSAGE] = (began, error)
        _draw_message(step, error)
    else:
        _version_dialog(step, began, entry)


def _message_on(step: Step) -> StoreError | None:
    """Return why the last save failed, unless the visitor has gone on to something else since."""
    kept: tuple[Origin | None, StoreError] | None = st.session_state.get(_MESSAGE)
    if kept is not None and kept[0] != step.origin:
        st.session_state.pop(_MESSAGE)
        return None
    return None if kept is None else kept[1]


def _draw_message(step: Step, error: StoreError) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if not isinstance(error, ConflictError):
            st.error(f"{plain(str(error))}. Your work is still here.", icon=":material/warning:")
        else:
            st.warning(f"Not saved: {plain(str(error))}.", icon=":material/group:")
            st.button("Save as a copy", key="bar_conflict_copy", on_click=_settle, args=(lambda: _ask("save"),))
            if st.button("Open theirs", key="bar_conflict_open"):
                _settle(lambda: _open_theirs(step))
                st.rerun()  # the levers and the page, too
        st.button("Dismiss", key="bar_dismiss", on_click=_settle, type="tertiary")


def _settle(act: Callable[[], None] | None = None) -> None:
    st.session_state.pop(_MESSAGE, None)
    if act is not None:
        act()


def _open_theirs(step: Step) -> None:
    if step.origin is None:
        return
    try:
        session.open_saved(step.origin.scenario_id)
    except StoreError as error:
        st.session_state[_MESSAGE] = (step.origin, error)


@st.dialog("Save a version", icon=":material/save:")
def _version_dialog(step: Step, began: Origin, entry: Entry) -> None:
    """Ask for the note of a version, and on top of another's scenario first whether it is not to be a copy."""
    with st.form("version_form", border=False):
        how, title = ON_TOP, ""
        if identity.who().name != entry.owner:
            st.markdown(f"“{plain(entry.name)}” is {plain(entry.owner)}'s, not yours.")
            on_top = f"Version {began.number + 1} of it, which its links to the latest then show"
            how = st.radio("Save as", (COPY, ON_TOP), key="version_how", format_func={COPY: COPY, ON_TOP: on_top}.get)
            title = st.text_input("Name of the copy", _proposal(step), key="version_name", max_chars=LONGEST["name"])
        note = st.text_input(
            "What changed, and why?", key="version_note", max_chars=LONGEST["note"], placeholder="Optional"
        )
        if not st.form_submit_button("Save", type="primary", key="version_submit"):
            return
    who, what = identity.person(), (step, how, title, note)
    try:
        request = session.request_key(who.name, *what)
        if how == COPY:
            about = (entry.description, entry.tags, note, step.standing)
            kept = saved.save_new(who, title, step.scenario, request, *about)
        else:
            kept = saved.save_again(who, began, step.scenario, request, note, step.standing)
    except ConflictError as error:
        st.session_state[_MESSAGE] = (step.origin, error)
        st.rerun()
    except StoreError as error:
        st.error(f"Not saved: {plain(str(error))}. Your work is still here.", icon=":material/warning:")
        return
    _done(kept)
    st.rerun()


COPY: Final = "A copy of your own"
ON_TOP: Final = "On top"


@st.dialog("Save as a new scenario", icon=":material/save:")
def _save_dialog(step: Step) -> None:
    visitor = identity.who()
    with st.form("save_form", border=False):
        name = visitor.name or st.text_input(
            "Your name",
            key="save_who",
            help=identity.ASKED_ONCE,
        )
        title = st.text_input("Name of the scenario", _proposal(step), key="save_name")
        description = st.text_area("Description", key="save_description", height=80, placeholder="Optional")
        tags = st.multiselect(
            "Tags",
            _known_tags(),
            key="save_tags",
            accept_new_options=True,
            max_selections=MOST_TAGS,
            placeholder="Optional; type a new one or pick",
        )
        note = st.text_input("Note on this version", key="save_note", placeholder="Optional")
        if visitor.name is not None:
            st.caption(f"Saved by {plain(visitor.name)}")
        if not st.form_submit_button("Save", type="primary", key="save_submit"):
            return
    try:
        if visitor.name is None:
            name = identity.give_name(name)
        request = session.request_key(name, step, title, description, tuple(tags), note)
        kept = saved.save_new(identity.person(), title, step.scenario, request, description, tags, note, step.standing)
    except StoreError as error:
        st.error(f"Not saved: {plain(str(error))}.", icon=":material/warning:")
        return
    _done(kept)
    st.rerun()


def _proposal(step: Step) -> str:
    if step.origin is None:
        return session.name() if not step.is_unsaved else ""
    return f"Copy of {step.origin.name}"[: LONGEST["name"]]


def _known_tags() -> list[str]:
    try:
        return list(shared_store().used_tags(who=identity.person()))
    except StoreError:
        return []
