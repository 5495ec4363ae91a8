"""The Risk page: how sure the answer is, what would turn it, what to do under doubt; what takes long is drawn last."""

from __future__ import annotations

import streamlit as st

from core.risk.futures import DRAWS, FUTURES, USUAL_DRAWS
from core.views.risk import finding
from core.views.risk.figures import PAGE
from core.views.risk.view import STOP, View
from pages.parts.kept import doubts, odds
from pages.parts.kept.answer import answer
from pages.parts.kept.doubts import SHARES, SWITCHING
from pages.parts.risk import ends, goals
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session
from pages.parts.work.text import plain

STRIP, PAIR, ROWS = 132, 440, 500
"""Heights of what is waited for, in px: the strip, charts side by side, charts and tables of rows."""

view = doubts.known(answer(session.current()), views.chosen("draws", DRAWS, USUAL_DRAWS))
headline.draw(view.answer, PAGE.head.title(view), view.draws)
strip = doubts.place(FUTURES, view, STRIP)


def head(view: View) -> None:
    """Draw the title, and the strip once there are futures."""
    headline.again(PAGE.head.title(view))
    if not view.differs:
        strip.slot.empty()
    elif view.drawn is not None:
        with strip.container():
            figures.metrics(PAGE, view)


# What stands at once, and places for what is waited for

head(view)
left, right = st.columns([1, 3], gap="medium", vertical_alignment="bottom")
with left:
    views.choice("draws", "Futures", DRAWS, USUAL_DRAWS, "{:,}".format)
with right:
    st.caption(plain(finding.sampling(view.answer.inputs, view.draws)))
figures.behind_head(PAGE)
fans = doubts.place(FUTURES, view, PAIR)
if ranked := view.differs:
    spread, stopping = doubts.pair((FUTURES, STOP), view, PAIR)
    when = doubts.place(FUTURES, view, PAIR)
    ends.chart(view)
    ends.buttons(list(view.tornado["lever"]))
    turning = doubts.place(SWITCHING, view, ROWS)
figures.one(PAGE, view, "risk_regret")
rest_of_goal = goals.draw(view)
if ranked:
    variance, mixed = doubts.pair((SHARES, SHARES), view, PAIR, (3, 2))

# What is waited for, each in its place as soon as it is found

view = doubts.with_futures(view, fans.waiting)
head(view)
if view.differs != ranked:  # only in some future, which is known now
    st.rerun()
if not ranked:  # nothing to rank: what is spent and what binds is all there is to draw
    with fans.container():
        figures.row(PAGE, view, "risk_spending", "risk_binding")
    rest_of_goal()
    odds.stop()
with fans.container():
    figures.row(PAGE, view, "risk_spending", "risk_savings")
with spread.container():
    figures.one(PAGE, view, "risk_value")
with when.container():
    figures.row(PAGE, view, "risk_payback", "risk_binding")
view = doubts.with_stop(view, stopping.waiting)
head(view)
with stopping.container():
    figures.one(PAGE, view, "risk_stop")
rest_of_goal()
view = doubts.with_switching(view, turning.waiting)
with turning.container():
    figures.one(PAGE, view, "risk_switching")
view = doubts.with_shares(view, variance.waiting)
with variance.container():
    figures.one(PAGE, view, "risk_shares")
with mixed.container():
    figures.one(PAGE, view, "risk_grades")
