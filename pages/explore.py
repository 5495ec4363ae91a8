"""The Explore page: the choice, what the scenario is worth, why, and what binds."""

from __future__ import annotations

import streamlit as st

from core.story import finding
from core.views.explore.figures import PAGE
from pages.parts.kept.answer import answer
from pages.parts.release import line
from pages.parts.widgets import courses, figures, headline
from pages.parts.work import session

line.go_on()
view = courses.view(answer(session.current()))
headline.draw(view.answer, PAGE.head.title(view), settled=finding.lead)
with st.container(key="opening"):  # on a phone the strip comes first: page.css
    with st.container(key="choice"):
        figures.said(PAGE, view)
        courses.draw(view)
        line.draw()
    with st.container(key="strip"):
        courses.strip(view)
figures.share_of_guesswork(view.answer)
figures.behind_head(PAGE)
courses.capital(view)
figures.row(PAGE, view, "spending", "adoption")
figures.boxed(PAGE, view, "binding", "What binds.")
figures.one(PAGE, view, "contest")
