"""The table of courses on Explore: which is best, and one click that takes one."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.risk.futures import USUAL_DRAWS
from core.story.answer import Answer
from core.views.explore import courses
from core.views.explore.courses import Course, Sure
from pages.parts.kept import courses as work
from pages.parts.widgets import figures
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

_SLOT: Final = "courses_slot"


def draw(answer: Answer, draws: int = USUAL_DRAWS) -> None:
    """Draw the courses, with odds as far as they are known; `fill` draws them once they are."""
    inputs, scenario = dataset.in_use(), session.current()
    offer = work.offered(inputs, scenario)
    sure = work.known(inputs, scenario, offer, draws)
    rows = courses.plan_case(answer, offer)
    slot = st.empty()
    _table(slot, answer, rows, sure)
    if not courses.is_ranked(rows):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="take_courses"):
        st.caption("Take a course")
        for one in offer:
            if not one.is_own:
                _button(one)
    if sure is None:
        st.session_state[_SLOT] = (slot, answer, rows, offer, draws)


def _button(one: Course) -> None:
    st.button(
        plain(one.name),
        key=f"take_{one.name}",
        type="tertiary",
        help=plain(f"Set the shares of {one.name}; undo gives yours back"),
        on_click=session.choose,
        args=(one.scenario,),
    )


def fill() -> None:
    """Work out how sure the courses are, where `draw` left it open; call it when all else of the page stands."""
    waiting: tuple[DeltaGenerator, Answer, pd.DataFrame, tuple[Course, ...], int] | None = st.session_state.pop(
        _SLOT, None
    )
    if waiting is None:
        return
    slot, answer, rows, offer, draws = waiting
    _table(slot, answer, rows, work.found(dataset.in_use(), session.current(), offer, draws))


def _table(slot: DeltaGenerator, answer: Answer, plan_case: pd.DataFrame, sure: Sure | None) -> None:
    rows = courses.ranked(plan_case, sure)
    with slot.container(gap="xsmall"):
        st.markdown(f"**{plain(courses.title(answer, rows))}**\n\n:small[:gray[{plain(courses.caption(answer))}]]")
        if courses.is_ranked(rows):
            figures.words(courses.words(answer, rows))
