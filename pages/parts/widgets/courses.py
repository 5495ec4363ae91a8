"""What of Explore waits for odds: the courses with one click that takes one, the strip, and capital spending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.risk.futures import USUAL_DRAWS
from core.story.answer import Answer
from core.views.explore.courses import Course, is_ranked, plan_case
from core.views.explore.figures import PAGE
from core.views.explore.view import View
from pages.parts.kept import courses as work
from pages.parts.widgets import figures
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

COURSES: Final = "courses"
CAPITAL: Final = "capital"
_WAITING: Final = "explore_waiting"
_Drawn = Callable[[View], None]


def view(answer: Answer, draws: int = USUAL_DRAWS) -> View:
    """Return what Explore looks at, with odds as far as they are known; `fill` finds the rest."""
    inputs, scenario = dataset.in_use(), session.current()
    offer = work.offered(inputs, scenario)
    sure, own = work.known(inputs, scenario, offer, draws), work.own(inputs, scenario, draws)
    found = View(answer, offer, plan_case(answer, offer), sure, own)
    waits = found.drawn is None or (found.sure is None and is_ranked(found.rows))
    st.session_state[_WAITING] = (found, draws, []) if waits else None
    return found


def draw(view: View) -> None:
    """Draw the courses, and a button each that takes it."""
    _draw(view, _courses)
    figures.behind(PAGE.figures[COURSES], view)
    if not is_ranked(view.rows):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="take_courses"):
        st.caption("Take a course")
        for one in view.offer:
            if not one.is_own:
                _button(one)


def strip(view: View) -> None:
    """Draw the headline figures."""
    _draw(view, lambda view: figures.metrics(PAGE, view))


def capital(view: View) -> None:
    """Draw what the scenario does to capital spending of the first year."""
    _draw(view, _capital)
    figures.behind(PAGE.figures[CAPITAL], view)


def fill() -> None:
    """Work out the odds that `view` left open, and draw what waits for them; call it when all else stands."""
    waiting: tuple[View, int, list[tuple[DeltaGenerator, _Drawn]]] | None = st.session_state.pop(_WAITING, None)
    if waiting is None:
        return
    before, draws, places = waiting
    inputs, scenario = dataset.in_use(), session.current()
    sure = work.found(inputs, scenario, before.offer, draws) if is_ranked(before.rows) else None
    found = replace(before, sure=sure, drawn=work.own(inputs, scenario, draws))
    for slot, drawn in places:
        with slot.container():
            drawn(found)
    if any(st.session_state.get(f"behind_{name}") for name in (COURSES, CAPITAL)):
        st.rerun()  # what stands in a fold is drawn once a run, and there without the odds


def _draw(view: View, drawn: _Drawn) -> None:
    """Draw something of the view now, and once more when what it waits for is known."""
    slot = st.empty()
    with slot.container():
        drawn(view)
    if (waiting := st.session_state[_WAITING]) is not None:
        waiting[2].append((slot, drawn))


def _courses(view: View) -> None:
    figure = PAGE.figures[COURSES]
    figures.heading(figure.title(view), figure.caption(view))
    if is_ranked(view.rows):
        figures.words_of(PAGE, view, COURSES)


def _capital(view: View) -> None:
    figure = PAGE.figures[CAPITAL]
    figures.heading(figure.title(view), figure.caption(view))
    figures.words_of(PAGE, view, CAPITAL)


def _button(one: Course) -> None:
    st.button(
        plain(one.name),
        key=f"take_{one.name}",
        type="tertiary",
        help=plain(f"Set the shares of {one.name}; undo gives yours back"),
        on_click=session.choose,
        args=(one.scenario,),
    )
