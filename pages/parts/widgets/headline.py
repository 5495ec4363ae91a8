"""The head of a page about one scenario: its finding, how sure the answer is, and what both rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs import evidence
from core.risk.futures import DRAWS, USUAL_DRAWS, Futures, key
from core.story import finding
from core.story.answer import Answer
from core.story.lines import SUBTITLE
from core.story.odds import Odds, first_odds, odds
from pages.parts.kept import odds as work
from pages.parts.widgets import figures
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

COLOURS: Final = {True: "green", False: "red", None: "gray"}
WAITING: Final = ":gray-badge[Odds] :gray[being worked out]"
_SLOT: Final = "headline_slot"


Settled = Callable[[Answer, float, float], str]
"""A title that says the expected value in USD and the odds."""


def draw(answer: Answer, title: str, draws: int = USUAL_DRAWS, *, settled: Settled | None = None) -> None:
    """Draw the title of a page, the odds as far as they are known, and the subtitle; `fill` draws them once they are.

    Odds and expected value stand beside the plan case on every page of a scenario; where the title itself is to say
    them, it is `settled` once they are known.
    """
    place = st.empty()
    place.title(plain(title), anchor=False)
    slot = st.empty()
    name = key(session.current(), draws, dataset.in_use())
    found: Futures | None = work.known("futures", name)
    if found is None:
        slot.markdown(WAITING)
        st.session_state[_SLOT] = (slot, answer, draws, place, settled)
    else:
        _settle(place, settled, answer, found)
        _draw(slot, odds(found, answer.metric("npv_usd")), answer)
    subtitle = finding.subtitle(answer, session.name(), evidence.data_date(dataset.in_use()))
    figures.line(SUBTITLE, subtitle, figures.CAPTION)


def fill() -> None:
    """Work out the odds that `draw` left open and draw them; call it when all else of the page stands.

    Those of the first futures come at once, those of all when the visitor rests: nothing else on the page waits for the
    first, and nothing else is told by them.
    """
    waiting: tuple[DeltaGenerator, Answer, int, DeltaGenerator, Settled | None] | None = st.session_state.pop(
        _SLOT, None
    )
    if waiting is None:
        return
    slot, answer, draws, place, settled = waiting
    if draws > DRAWS[0]:
        _draw(slot, first_odds(work.first_futures(session.current()), answer.metric("npv_usd")), answer)
    found = work.futures(session.current(), draws, slot)
    _settle(place, settled, answer, found)
    _draw(slot, odds(found, answer.metric("npv_usd")), answer)


def _settle(place: DeltaGenerator, settled: Settled | None, answer: Answer, found: Futures) -> None:
    """Draw the title with the odds in it, in the place of the plan case's."""
    if settled is not None:
        place.title(plain(settled(answer, found.expected_usd, found.probability)), anchor=False)


def _draw(slot: DeltaGenerator, told: Odds, answer: Answer) -> None:
    """Draw the odds; where a page looks at another baseline than the scenario's own, it says which they are against."""
    own = replace(answer, scenario=session.current())
    against = "" if own.baseline_course == answer.baseline_course else f" · odds against {own.baseline_words}"
    slot.markdown(f":{COLOURS[told.good]}-badge[{plain(told.verdict)}] {plain(told.words + against)}")
