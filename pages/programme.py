"""The Programme page: whether the custom programme is worth its money, against stopping today."""

from __future__ import annotations

import streamlit as st

from core.views.programme.figures import PAGE, View
from core.views.programme.setbacks import LATE, SETBACKS
from pages.parts.kept import programmes
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

found = programmes.study(session.current())
setbacks, rules = {one.name: one for one in SETBACKS}, found.setbacks.rules
own = next(name for name, premium in rules.items() if premium == found.own_premium)
view = View(
    found,
    setbacks[views.chosen("setback", tuple(setbacks), LATE.name)],
    rules[views.chosen("stopping", tuple(rules), own)],
)

headline.draw(view.answer, PAGE.head.title(view))
figures.metrics(PAGE, view)
figures.share_of_guesswork(view.answer)
figures.behind_head(PAGE)
figures.row(PAGE, view, "programme_spending", "programme_volume")
figures.one(PAGE, view, "programme_setbacks")
with st.container(horizontal=True, gap="medium"):
    views.choice("setback", "Coming custom chips", tuple(setbacks), LATE.name)
    views.choice("stopping", "Rule", tuple(rules), own)
figures.row(PAGE, view, "programme_outcomes", "programme_delay")
figures.row(PAGE, view, "programme_worth", "programme_years")
