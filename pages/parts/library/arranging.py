"""What can be done with scenarios picked in the library: opening, comparing, copying, editing, the trash and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import streamlit as st

from core.inputs.scenario import Scenario, ScenarioError
from core.store.database import StoreError
from core.store.records import MOST_TAGS, Entry, NotFoundError
from core.store.rights import Action, may
from core.store.store import shared_store
from core.views.compare.view import MOST_SCENARIOS
from core.views.library import finding
from core.views.saved.reading import UnreadableError
from pages.parts.library import selection, shelf
from pages.parts.library.shelf import TRASH, Item
from pages.parts.work import dataset, identity, local, saved, session, steps
from pages.parts.work.dataset import Standing
from pages.parts.work.saved import OfOtherDataError
from pages.parts.work.text import plain

EXPLORE: Final = "explore.py"
COMPARE: Final = "compare.py"

_SAID: Final = "library_said"
_ASKED: Final = "library_asked"
_GO: Final = "library_go"
_REQUESTS: Final = "library_requests"
_REFUSED: Final = (StoreError, ScenarioError, UnreadableError)


@dataclass(frozen=True)
class _Said:
    """What came of an action, and which scenarios it put into the trash."""

    text: str
    kind: Literal["done", "refused"] = "done"
    trashed: tuple[str, ...] = ()


def draw(view: str, items: Sequence[Item]) -> None:
    """Draw what can be done with the picked scenarios; what cannot is disabled and says why."""
    refs = tuple(item.ref for item in items)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="library_actions"):
        st.markdown(_picked_words(items), width="stretch")
        if items:
            st.button("Clear", key="library_unpick", on_click=shelf.pick, args=((),), type="tertiary")
        if view == TRASH:
            _button("Restore", "restore_from_trash", partial(_restore, refs), _why_not_arrange(items), primary=True)
        else:
            one = None if len(items) == 1 else "Pick one scenario"
            _button("Open", "open_in_new", partial(_open, *refs), one or _why_not_read(items), primary=True)
            _button("Compare", "compare_arrows", partial(_compare, refs), _why_not_compare(items))
            _button("Duplicate", "content_copy", partial(_duplicate, *refs), one or _why_not_read(items))
            _button("Edit", "edit", partial(_edit, *refs), one or _why_not_arrange(items))
            _button("To trash", "delete", partial(_trash, refs), _why_not_arrange(items))
    if items and (why := _why_not_arrange(items)) is not None:
        st.caption(plain(f"{'Restore' if view == TRASH else 'Edit and To trash'}: {why[0].lower()}{why[1:]}."))
    if len(items) == 1:
        _details(items[0])


def _picked_words(items: Sequence[Item]) -> str:
    if not items:
        return ":gray[Tick scenarios to open, compare or arrange them.]"
    names = [finding.short(item.name) for item in items[:MOST_SCENARIOS]]
    more = " and more" if len(items) > len(names) else ""
    return f"**{len(items)} picked:** {plain(', '.join(names) + more)}"


def _details(item: Item) -> None:
    if item.entry is None:
        st.caption(plain(shelf.what_it_is(item.name)))
        return
    lines = [plain(item.entry.description)] if item.entry.description else []
    stands = saved.stands_on(item.entry)
    details = finding.details(item.entry, local.zone(), saved.odds_of([item.entry])[0])
    lines.append(f":small[:gray[{plain(details)}{stands and plain(f', on {stands}')}]]")
    if (why := shelf.why_not_open(item.entry)) is not None:
        begins = "It is shown as it was saved:" if isinstance(why, OfOtherDataError) else "It cannot be set here:"
        lines.append(f":orange[{begins}] {plain(str(why))}.")
    st.markdown("  \n".join(lines))


def _button(label: str, icon: str, act: Callable[[], None], why_not: str | None, primary: bool = False) -> None:
    st.button(
        label,
        key=f"library_{icon}",
        icon=f":material/{icon}:",
        type="primary" if primary and why_not is None else "secondary",
        help=None if why_not is None else plain(why_not),
        on_click=act,
        disabled=why_not is not None,
    )


def _why_not_read(items: Sequence[Item]) -> str | None:
    found = [why for item in items if item.entry is not None and (why := shelf.why_not_open(item.entry)) is not None]
    if all(isinstance(why, OfOtherDataError) for why in found):
        return None  # it is opened and copied as it was saved
    return "This version of the product cannot read it"


def _why_not_compare(items: Sequence[Item]) -> str | None:
    if not 2 <= len(items) <= MOST_SCENARIOS:
        return f"Pick 2 to {MOST_SCENARIOS} scenarios"
    if (why := _why_not_read(items)) is not None:
        return why
    saved_ones = [item for item in items if item.entry is not None]
    other = next((item for item in saved_ones if item.entry is not None and shelf.why_not_open(item.entry)), None)
    if other is not None:
        return f"{finding.quoted([other.name])} is another company's; open it by itself"
    other = next((one for one in saved_ones if one.entry is not None and not saved.is_of_data_in_use(one.entry)), None)
    return None if other is None else f"{finding.quoted([other.name])} is on another data set; open it by itself"


def _why_not_arrange(items: Sequence[Item]) -> str | None:
    if not items:
        return "Pick a scenario"
    if any(item.entry is None for item in items):
        return "Ready-made scenarios are nobody's to change; duplicate one to have it as your own"
    name = identity.who().name
    owners = [item.entry.owner for item in items if item.entry is not None]
    other = next((owner for owner in owners if not may(name, Action.ARRANGE, owner)), None)
    # Who has given no name yet may turn out to be the owner and is asked first.
    return None if name is None or other is None else f"Only {other} may; duplicate it to have one of your own"


# --- Actions. Each is a button's callback.


def _say(text: str, kind: Literal["done", "refused"] = "done", trashed: tuple[str, ...] = ()) -> None:
    st.session_state[_SAID] = _Said(text, kind, trashed)


def _refuse(what: str, error: Exception) -> None:
    _say(f"{what}: {error}", "refused")


def _hush() -> None:
    st.session_state.pop(_SAID, None)


def _open(ref: str) -> None:
    try:
        if ref.startswith(selection.PRESET):
            session.open_ready_made(ref.removeprefix(selection.PRESET))
        else:
            session.open_saved(_there(ref).id)
    except _REFUSED as error:
        _refuse("Not opened", error)
        return
    _hush()
    st.session_state[_GO] = EXPLORE


def _compare(refs: tuple[str, ...]) -> None:
    _hush()
    selection.choose(refs)
    st.session_state[_GO] = COMPARE


def _there(scenario_id: str) -> Entry:
    entry = shared_store().scenario(scenario_id, who=identity.person())
    if entry.deleted_at is not None:
        raise NotFoundError(f"{finding.quoted([entry.name])} is in the trash")
    return entry


def _duplicate(ref: str) -> None:
    name = identity.who().name
    if not may(name, Action.SAVE):
        _ask(partial(identity.ask_name, "Go on", partial(_duplicate, ref)))
        return
    requests: dict[str, str] = st.session_state.setdefault(_REQUESTS, {})
    request = requests.setdefault(ref, saved.new_request())  # the same for each try, should one have got through
    try:
        scenario_id, title, how = _copied(ref, request)
    except _REFUSED as error:
        _refuse("Not duplicated", error)
        return
    requests.pop(ref)
    shelf.pick([scenario_id])
    _say(f"Saved {finding.quoted([title])}, {how}")


def _copied(ref: str, request: str) -> tuple[str, str, str]:
    """Save a copy; return its id, its name, and of which model and data its figures are. Raises what _REFUSED holds."""
    who = identity.person()
    try:
        title, scenario, description, tags, of, on = _model_of(ref)
    except OfOtherDataError as error:
        entry = _there(ref)
        note = f"Copy of {finding.quoted([entry.name])}, version {entry.latest.number}, as it was saved"
        copied = saved.copy_as_it_is(who, finding.copy_name(entry.name), entry, request, note)
        return copied.id, copied.name, f"as it was saved, for it is of the data of {error.case.words}"
    note = f"Copy of {finding.quoted([title])}{of}"
    kept = saved.save_new(who, finding.copy_name(title), scenario, request, description, tags, note, on)
    return kept.scenario_id, kept.name, "worked out with today's model and data"


def _model_of(ref: str) -> tuple[str, Scenario, str, tuple[str, ...], str, Standing | None]:
    """Return what a copy takes over: name, levers, description, tags, which version they are of, and on what data."""
    if ref.startswith(selection.PRESET):
        name = ref.removeprefix(selection.PRESET)
        return name, steps.ready_made()[name], shelf.what_it_is(name), (), "", dataset.standing()
    entry = _there(ref)
    found = saved.origin(ref, entry.latest.number)
    of = f", version {entry.latest.number}"
    return entry.name, found.scenario, entry.description, entry.tags, of, found.standing


def _edit(ref: str) -> None:
    _arrange("Not changed", partial(_edit, ref), (ref,), lambda _: _ask(partial(_edit_dialog, ref)))


def _trash(refs: tuple[str, ...]) -> None:
    def put_away(entries: Sequence[Entry]) -> None:
        gone: list[Entry] = []
        but = ""
        for entry in entries:
            try:
                shared_store().trash(identity.person(), entry.id)
            except StoreError as error:
                if not gone:
                    raise
                but = f", not the rest: {error}"
                break
            gone.append(entry)
        ids = tuple(entry.id for entry in gone)
        shelf.pick([ref for ref in refs if ref not in ids])
        _say(f"Moved {finding.quoted([entry.name for entry in gone])} to the trash{but}", trashed=ids)

    _arrange("Not moved", partial(_trash, refs), refs, put_away)


def _restore(refs: tuple[str, ...]) -> None:
    def take_back(entries: Sequence[Entry]) -> None:
        for entry in entries:
            shared_store().bring_back(identity.person(), entry.id)
        shelf.pick([])
        _say(f"Brought {finding.quoted([entry.name for entry in entries])} back")

    _arrange("Not brought back", partial(_restore, refs), refs, take_back)


def _arrange(
    refusal: str, again: Callable[[], None], refs: tuple[str, ...], act: Callable[[Sequence[Entry]], None]
) -> None:
    """Do what only owners may; ask who has no name yet for one first, and then go on with `again`."""
    name = identity.who().name
    if name is None:
        _ask(partial(identity.ask_name, "Go on", again))
        return
    try:
        entries = [shared_store().scenario(ref, who=identity.person()) for ref in refs]
        strange = next((entry for entry in entries if not may(name, Action.ARRANGE, entry.owner)), None)
        if strange is not None:
            raise StoreError(f"{finding.quoted([strange.name])} is {strange.owner}'s; duplicate it to have your own")
        act(entries)
    except StoreError as error:
        _refuse(refusal, error)


# --- What comes of actions


def go_on() -> None:
    """Leave for another page if an action asks for it; call it first, for nothing drawn before would be seen."""
    if (page := st.session_state.pop(_GO, None)) is not None:
        st.switch_page(page)


def answer() -> None:
    """Draw what came of the last action: a dialog, a sentence, a way back."""
    asked: Callable[[], None] | None = st.session_state.pop(_ASKED, None)
    said: _Said | None = st.session_state.get(_SAID)
    if said is not None and said.kind == "done" and not said.trashed:
        _hush()
        st.toast(f"{plain(said.text)}.", icon=":material/check:")
    elif said is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            if said.kind == "done":
                st.success(f"{plain(said.text)}.", icon=":material/delete:")
                st.button("Undo", key="library_undo", on_click=_restore, args=(said.trashed,))
            else:
                st.error(f"{plain(said.text)}.", icon=":material/warning:")
            st.button("Dismiss", key="library_hush", on_click=_hush, type="tertiary")
    if asked is not None:
        asked()


def _ask(dialog: Callable[[], None]) -> None:
    """Open a dialog in the run that follows."""
    st.session_state[_ASKED] = dialog


@st.dialog("Edit", icon=":material/edit:")
def _edit_dialog(scenario_id: str) -> None:
    who, store = identity.person(), shared_store()
    try:
        entry = _there(scenario_id)
        known = list(dict.fromkeys((*store.used_tags(who=who), *entry.tags)))
    except StoreError as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")
        return
    with st.form("library_edit_form", border=False):
        name = st.text_input("Name", entry.name, key="library_edit_name")
        description = st.text_area("Description", entry.description, key="library_edit_description")
        tags = st.multiselect(
            "Tags",
            known,
            list(entry.tags),
            key="library_edit_tags",
            accept_new_options=True,
            max_selections=MOST_TAGS,
            placeholder="Type a new one or pick",
        )
        if not st.form_submit_button("Save", type="primary", key="library_edit_save"):
            return
    try:
        if set(tags) != set(entry.tags):
            store.tag(who, scenario_id, tags)
        if description != entry.description:
            store.describe(who, scenario_id, description)
        if name != entry.name:
            store.rename(who, scenario_id, name)
        name = store.scenario(scenario_id, who=who).name  # as it is kept, without blanks around it
        session.renamed(scenario_id, name)
    except StoreError as error:
        st.error(f"Not all is kept: {plain(str(error))}.", icon=":material/warning:")
        return
    _say(f"Changed {finding.quoted([name])}")
    st.rerun()
