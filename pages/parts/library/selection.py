"""What a visitor compares: up to four scenarios, the two that the bridge joins, and the figure that it explains.

Scenarios are kept by reference, so that the one on screen is compared as it is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from core.base.format import told_apart
from core.inputs.link import from_query
from core.inputs.scenario import Scenario
from core.store.database import StoreError
from core.store.records import Search
from core.store.store import shared_store
from core.views.compare.bridge import MEASURES, Measure
from core.views.compare.view import MOST_SCENARIOS, reference
from pages.parts.widgets import picks, views
from pages.parts.work import address, dataset, identity, saved, session, steps
from pages.parts.work.text import plain

NOW: Final = "now"
"""The scenario on screen."""
PRESET: Final = "preset:"
"""Begins the reference of a ready-made scenario; its name follows."""
MIX: Final = "mix"
"""Begins the reference of a mix that is nowhere saved; its levers off base follow, each as `,name=value`."""
MIX_NAME: Final = "The mix"
ENDS_WIDTH: Final = 560
ON_SCREEN: Final = "On screen"

SAVED_OFFERED: Final = 20
SEPARATOR: Final = "~"

_PICKED: Final = "compare"
_FROM: Final = "compare_from"
_TO: Final = "compare_to"
_MEASURE: Final = "compare_measure"

Refs = tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """A scenario that is compared."""

    ref: str  # NOW, PRESET and a name, MIX and its levers, or a saved scenario's id
    name: str  # no two that are compared have the same
    scenario: Scenario


def chosen() -> tuple[Choice, ...]:
    """Return the scenarios that are compared, in the order in which they were picked; the first is the reference."""
    refs: Refs | None = picks.picked(_PICKED)
    if refs is None:
        refs = _at_first()
        choose(refs)  # or the reference would change under the reader's eyes when a lever moves
    found = [choice for ref in refs[:MOST_SCENARIOS] if (choice := _find(ref))]
    names = told_apart([choice.name for choice in found])
    return tuple(replace(choice, name=name) for choice, name in zip(found, names, strict=True))


def choose(refs: Sequence[str]) -> None:
    """Compare these scenarios from now on. Call it before the page is drawn, as from a widget's callback."""
    picks.keep(_PICKED, tuple(refs))


def beside_own(mix: Scenario) -> None:
    """Compare a mix with the scenario on screen, the reference; call it as `choose`."""
    choose((NOW, ",".join([MIX, *(f"{name}={value}" for name, value in mix.changes.items())])))


def in_address() -> dict[str, str]:
    """Return what is compared as a parameter of the address; call it on the Compare page only."""
    return {address.COMPARE_KEY: SEPARATOR.join(choice.ref for choice in chosen())}


def arrive(text: str | None) -> None:
    """Compare what the address asks for, if it does; `text` is as `in_address` gives it."""
    if text is not None:
        choose(tuple(dict.fromkeys(ref for ref in text.split(SEPARATOR) if ref)))


def ends(choices: Sequence[Choice]) -> tuple[Choice, Choice]:
    """Return the two of at least two `choices` that the bridge joins: the first two, unless others are picked."""
    if len(choices) == 2:
        return choices[0], choices[1]
    by_ref = {choice.ref: choice for choice in choices}
    first = views.chosen(_FROM, tuple(by_ref), choices[0].ref)
    second = views.chosen(_TO, tuple(by_ref), next(ref for ref in by_ref if ref != first))
    return by_ref[first], by_ref[second]


def measure() -> Measure:
    """Return the figure that the bridge explains."""
    by_id = {one.id: one for one in MEASURES}
    return by_id[views.chosen(_MEASURE, tuple(by_id), MEASURES[0].id)]


def picker() -> None:
    """Draw the choice of scenarios."""
    choices = chosen()
    refs, labels = tuple(choice.ref for choice in choices), _offered(choices)
    st.multiselect(
        "Scenarios to compare, the reference first",
        list(labels),
        list(refs),
        format_func=lambda ref: labels.get(ref, ref),
        key=picks.widget_key(_PICKED, refs, tuple(labels.values())),
        max_selections=MOST_SCENARIOS,
        select_all=False,
        placeholder="Pick two to four",
        help="The scenario on screen is the one that the levers in the sidebar set; it changes as they move. Of the "
        f"saved ones the newest {SAVED_OFFERED} are offered here; pick others in the Library.",
    )
    for sentence in _left_out():
        st.caption(plain(sentence))


def _left_out() -> list[str]:
    """Return why scenarios that were asked for are not compared, a sentence each."""
    said = []
    for ref in (picks.picked(_PICKED) or ())[:MOST_SCENARIOS]:
        if ref == NOW or ref.startswith(PRESET):
            continue
        if _is_mix(ref):
            said += [] if _mix(ref) else ["Not compared: a mix that cannot be set on these data."]
            continue
        try:
            saved.here(ref)
        except StoreError as error:
            said.append(f"Not compared: {error}.")
    return said


def bridge_picker() -> None:
    """Draw the choice of the figure that the bridge explains and, of more than two scenarios, of its ends."""
    choices = chosen()
    if len(choices) > 2:
        with st.container(horizontal=True, width=ENDS_WIDTH):
            for name, label, choice in zip((_FROM, _TO), ("Bridge from", "Bridge to"), ends(choices), strict=True):
                _pick_end(name, label, choice, choices)
    labels, shown = {one.id: one.label(dataset.in_use().calendar) for one in MEASURES}, measure().id
    key = picks.widget_key(_MEASURE, shown, tuple(labels))
    st.segmented_control(
        "Figure of the bridge", list(labels), default=shown, format_func=labels.__getitem__, required=True, key=key
    )


def _pick_end(name: str, label: str, choice: Choice, choices: Sequence[Choice]) -> None:
    names = {one.ref: one.name for one in choices}
    refs = list(names)
    st.selectbox(
        label,
        refs,
        refs.index(choice.ref),
        format_func=lambda ref: names.get(ref, ref),
        key=picks.widget_key(name, choice.ref, tuple(names.values())),
    )


# --- What there is to compare


def _find(ref: str) -> Choice | None:
    """Return the scenario that `ref` stands for, or None if there is none."""
    if ref == NOW:
        return Choice(ref, session.name(), session.current())
    if ref.startswith(PRESET):
        name = ref.removeprefix(PRESET)
        preset = steps.ready_made().get(name)
        return None if preset is None else Choice(ref, name, preset)
    if _is_mix(ref):
        mix = _mix(ref)
        return None if mix is None else Choice(ref, MIX_NAME, mix)
    try:
        found = saved.here(ref)
    except StoreError:
        return None
    return Choice(ref, found.name, found.scenario)


def _is_mix(ref: str) -> bool:
    return ref.split(",")[0] == MIX


def _mix(ref: str) -> Scenario | None:
    """Return the mix that a reference holds, None if not all of it can be set on the data in use."""
    pairs = [one.partition("=") for one in ref.split(",")[1:]]
    reading = from_query(dataset.in_use().levers, {name: text for name, _, text in pairs})
    return None if reading.problems or reading.unknown else reading.scenario


def _offered(choices: Sequence[Choice]) -> dict[str, str]:
    """Return what can be picked here, name by reference: of the saved ones the newest, and those picked already."""
    offered = {NOW: f"{ON_SCREEN}: {session.name()}"}
    offered |= {f"{PRESET}{name}": name for name in steps.ready_made()}
    with suppress(StoreError):  # the page says elsewhere what of the store cannot be read
        search = Search(size=SAVED_OFFERED, data_versions=saved.versions_of_ours())
        found = shared_store().library(search, who=identity.person()).entries
        offered |= {entry.id: entry.name for entry in found if saved.is_of_data_in_use(entry)}
    offered |= {choice.ref: choice.name for choice in choices if choice.ref not in offered}
    return dict(zip(offered, told_apart(list(offered.values())), strict=True))


def _at_first() -> Refs:
    now = session.current()
    name = reference(steps.ready_made(), now)
    return (NOW,) if name is None else (f"{PRESET}{name}", NOW)
