"""The Cost page: cash beside expense, earnings, cost of work, the way from the baseline's cost, and lives of chips."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.views.cost.figures import PAGE
from core.views.cost.view import (
    ALL,
    AMOUNTS,
    GRAIN,
    GRAINS,
    LIFE,
    LIVES,
    MEASURE,
    MEASURES,
    SCOPE,
    SCOPES,
    SHORTER_YEARS,
    YEARS,
    View,
    scope_label,
)  # fmt: skip
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

view = View.looked_at(answer(session.current()), views.chosen)
headline.draw(view.answer, PAGE.head.title(view))
figures.metrics(PAGE, view)
figures.share_of_guesswork(view.answer)
with st.container(horizontal=True, gap="medium"):
    views.choice(GRAIN, "By", GRAINS, YEARS)
    views.choice(MEASURE, "Show", MEASURES, AMOUNTS)
figures.row(PAGE, view, "cash", "expense")
figures.row(PAGE, view, "running_cost", "earnings")
figures.row(PAGE, view, "cost_bridge", "work_cost")
left, right = st.columns(2, gap="medium")
with left:
    figures.one(PAGE, view, "lives", words_below=False)
with right:
    with st.container(horizontal=True, gap="medium"):
        views.choice(SCOPE, "Life of", SCOPES, ALL, partial(scope_label, view.answer.inputs))
        views.choice(LIFE, "Years", LIVES, SHORTER_YEARS)
    figures.words_of(PAGE, view, "lives")
