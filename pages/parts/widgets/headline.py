"""The head of a page about one scenario: its finding, how sure the answer is, and what both rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs import evidence
from core.risk.futures import DRAWS, FUTURES, USUAL_DRAWS, Futures, key
from core.story import finding
from core.story.answer import Answer
from core.story.lines import SUBTITLE
from core.story.odds import Odds, first_odds, odds
from pages.parts.kept import odds as work
from pages.parts.widgets import figures, later
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

COLOURS: Final = {True: "green", False: "red", None: "gray"}
WAITING: Final = ":gray-badge[Odds] :gray[being worked out]"
_PLACES: Final = "headline_places"


Settled = Callable[[Answer, float, float], str]
"""A title that says the expected value in USD and the odds."""


@dataclass(frozen=True)
class _Places:
    """Where title and odds stand, and what they are of."""

    title: DeltaGenerator
    odds: DeltaGenerator
    answer: Answer
    draws: int
    settled: Settled | None
    is_settled: bool
    first: Callable[[], Futures] | None
    """What waits for the first futures, which are drawn meanwhile; None where all are at hand or come as soon."""


def draw(answer: Answer, title: str, draws: int = USUAL_DRAWS, *, settled: Settled | None = None) -> None:
    """Draw the title of a page, the odds as far as they are known, and the subtitle; `fill` draws them once they are.

    Odds and expected value stand beside the plan case on every page of a scenario; where the title itself is to say
    them, it is `settled` once they are known.
    """
    found: Futures | None = work.known(FUTURES, key(session.current(), draws, dataset.in_use()))
    if found is not None and settled is not None:
        title = settled(answer, found.expected_usd, found.probability)
    is_slow = found is None and draws > DRAWS[0]
    first = work.first_futures(session.current()) if is_slow else None
    place = st.title(plain(title), anchor=False)
    slot = st.markdown(WAITING if found is None else _words(odds(found, answer.metric("npv_usd")), answer))
    later.leave(_PLACES, _Places(place, slot, answer, draws, settled, found is not None, first))
    subtitle = finding.subtitle(answer, session.name(), evidence.data_date(dataset.in_use()))
    figures.line(SUBTITLE, subtitle, figures.CAPTION)


def again(title: str) -> None:
    """Draw another title in the place of what `draw` has drawn, and the odds if they are known by now."""
    places: _Places | None = later.left(_PLACES)
    if places is None:
        raise RuntimeError("the title comes first")
    places.title.title(plain(title), anchor=False)
    found: Futures | None = work.known(FUTURES, key(session.current(), places.draws, dataset.in_use()))
    if found is not None and not places.is_settled:
        later.leave(_PLACES, replace(places, is_settled=True))
        _settle(places, found)


def fill() -> None:
    """Work out the odds that `draw` left open and draw them; call it when all else of the page stands.

    Those of the first futures come at once, those of all when the visitor rests: nothing else on the page waits for the
    first, and nothing else is told by them.
    """
    places: _Places | None = later.take(_PLACES)
    if places is None or places.is_settled:
        return
    answer, draws = places.answer, places.draws
    if places.first is not None:
        places.odds.markdown(_words(first_odds(places.first(), answer.metric("npv_usd")), answer))
    _settle(places, work.futures(session.current(), draws, places.odds))


def _settle(places: _Places, found: Futures) -> None:
    """Draw the odds, and the title where it says them, in the place of the plan case's."""
    answer, settled = places.answer, places.settled
    if settled is not None:
        places.title.title(plain(settled(answer, found.expected_usd, found.probability)), anchor=False)
    places.odds.markdown(_words(odds(found, answer.metric("npv_usd")), answer))


def _words(told: Odds, answer: Answer) -> str:
    """Return the odds, and which baseline they are against where the page looks at another than the scenario's own."""
    own = replace(answer, scenario=session.current())
    against = "" if own.baseline_course == answer.baseline_course else f" · odds against {own.baseline_words}"
    return f":{COLOURS[told.good]}-badge[{plain(told.verdict)}] {plain(told.words + against)}"
