"""The Programme page: whether the custom programme is worth its money, against stopping today."""

from __future__ import annotations

import streamlit as st

from core.views.programme.figures import PAGE, RULE, SETBACK, View, own_rule
from core.views.programme.setbacks import LATE, SETBACKS
from pages.parts.kept import programmes
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

found = programmes.study(session.current())
view = View.of(found, views.chosen)

headline.draw(view.answer, PAGE.head.title(view))
figures.metrics(PAGE, view)
figures.share_of_guesswork(view.answer)
figures.behind_head(PAGE)
figures.row(PAGE, view, "programme_spending", "programme_volume")
figures.one(PAGE, view, "programme_setbacks")
with st.container(horizontal=True, gap="medium"):
    views.choice(SETBACK, "Coming custom chips", tuple(one.name for one in SETBACKS), LATE.name)
    views.choice(RULE, "Rule", tuple(found.setbacks.rules), own_rule(found))
figures.row(PAGE, view, "programme_outcomes", "programme_delay")
figures.row(PAGE, view, "programme_worth", "programme_years")
