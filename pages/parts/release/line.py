"""The quiet sentence of the first page: how the answer changed since the release of the data before, and why.

Why takes hundreds of mixtures of the two. So it is told of the data set's own scenarios, which all visitors share, and
of others where it was asked for; what else is looked at, with every move anew, has only what it was worth.
"""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs.former import Former
from core.inputs.scenario import Scenario
from core.story import release
from core.story.release import Changed
from core.upkeep.mixtures import MixtureError
from pages.parts.kept import releases
from pages.parts.kept.answer import answer
from pages.parts.widgets import later, picks
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

DATA_PAGE: Final = "data.py"
SECTION: Final = "data_section"
CHANGES: Final = "Evidence"
"""The section of the Data page that has all of it, and the name under which it is picked."""
WAITING: Final = ":gray[What changed since the data before is being worked out]"
_SLOT: Final = "release_line"
_GO: Final = "release_go"


def go_on() -> None:
    """Leave for the Data page if a click asks for it; call it first, for nothing drawn before would be seen."""
    if st.session_state.pop(_GO, False):
        st.switch_page(DATA_PAGE)


def draw() -> None:
    """Draw the sentence if it is known, else a place for it that `fill` draws in; nothing without a release before."""
    former, scenario = releases.before(), session.current()
    if former is None:
        return
    slot = st.empty()
    found = releases.known_change(scenario)
    if found is None:
        slot.caption(WAITING)
        later.leave(_SLOT, (slot, former, scenario))
    else:
        _draw(slot, found)


def fill() -> None:
    """Work out the sentence that `draw` left open and draw it; call it when all else of the page stands."""
    waiting: tuple[DeltaGenerator, Former, Scenario] | None = later.take(_SLOT)
    if waiting is None:
        return
    slot, former, scenario = waiting
    if scenario in dataset.in_use().presets.values():
        _draw(slot, releases.change(former, scenario))
    elif (usd := releases.worth_before(former, scenario)) is None:
        slot.empty()
    else:
        _say(slot, release.short_line(former, usd, answer(scenario).metric("npv_usd")))


def _draw(slot: DeltaGenerator, found: Changed | MixtureError) -> None:
    if isinstance(found, MixtureError):
        slot.empty()  # the Data page says why
    else:
        _say(slot, release.line(found))


def _say(slot: DeltaGenerator, sentence: str) -> None:
    with slot.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(sentence), width="stretch")
        st.button("What changed", key="release_more", type="tertiary", help="On the Data page", on_click=_go)


def _go() -> None:
    picks.keep(SECTION, CHANGES)
    st.session_state[_GO] = True
