"""The Risk page: how sure the answer is, what would turn it, what to do under doubt; what takes long is drawn last."""

from __future__ import annotations

import streamlit as st

from core.inputs.data import bundled
from core.inputs.evidence import GRADES
from core.risk.futures import DRAWS, USUAL_DRAWS, Futures, RightToStop
from core.risk.sensitivity import evidence_mix
from core.story.settings import in_figures, in_words
from core.views.risk import charts, frames
from core.views.risk import finding as said
from pages.parts.kept import doubts
from pages.parts.kept import odds as work
from pages.parts.kept.answer import answer
from pages.parts.risk import distributions, ends, goals
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session
from pages.parts.work.text import plain

STRIP, PAIR, ROWS = 132, 440, 500
"""Heights of what is waited for, in px: the strip, charts side by side, charts and tables of rows."""

scenario, inputs, mode = session.current(), bundled(), figures.mode()
a, tornado, regret = answer(scenario), doubts.tornado(scenario), doubts.regret(scenario)
draws = views.chosen("draws", DRAWS, USUAL_DRAWS)
top, strip = st.empty(), doubts.place(doubts.FUTURES, scenario, draws, STRIP)


def head(futures: Futures | None, stop: RightToStop | None) -> None:
    """Draw the title, and the strip once there are futures."""
    with top.container():
        headline.draw(a, said.title(a, futures, stop), draws)
    if futures is not None:
        with strip.container():
            figures.strip(said.headline_figures(a, futures, stop))


head(doubts.known_futures(scenario, draws), doubts.known_stop(scenario, draws))
left, right = st.columns([1, 3], gap="medium", vertical_alignment="bottom")
with left:
    views.choice("draws", "Futures", DRAWS, USUAL_DRAWS, "{:,}".format)
with right:
    st.caption(plain(said.sampling(inputs, draws)))
figures.behind_name(a, "risk")
fans = doubts.place(doubts.FUTURES, scenario, draws, PAIR)
left, right = st.columns(2, gap="medium")
with left:
    spread = doubts.place(doubts.FUTURES, scenario, draws, PAIR)
with right:
    stopping = doubts.place(doubts.STOP, scenario, draws, PAIR)
when = doubts.place(doubts.FUTURES, scenario, draws, PAIR)

left, right = st.columns([3, 2], gap="medium")
with left:
    bars = frames.tornado_bars(tornado, a.metric("npv_usd"), inputs, in_figures)
    labels, title = tuple(dict.fromkeys(bars["label"])), said.tornado_title(tornado)
    figures.heading(title, said.TORNADO)
    ends.chart(bars, charts.tornado(mode, labels), f"{title}. {said.TORNADO}")
    figures.behind_name(a, "risk_tornado", lambda _: frames.tornado_table(tornado, inputs))
with right:
    variance = doubts.place(doubts.SHARES, scenario, draws, ROWS)
ends.buttons(list(tornado["lever"]))
turning = doubts.place(doubts.SWITCHING, scenario, draws, ROWS)

figures.chart(
    a,
    "risk_regret",
    said.regret_title(regret),
    charts.regret(mode, frames.choice_labels(regret)),
    frames.regret_cells(regret),
    said.REGRET,
    lambda _: frames.regret_table(regret),
)
figures.words(frames.regret_words(regret))

left, right = st.columns([3, 2], gap="medium")
with left:
    figures.heading("What would it take?", said.GOAL)
    goals.draw(a)
    figures.behind_name(a, "risk_goal")
with right:
    mixed = doubts.place(doubts.SHARES, scenario, draws, PAIR)

futures = work.futures(scenario, draws, fans.waiting)
head(futures, doubts.known_stop(scenario, draws))
with fans.container():
    distributions.fans(a, futures)
with spread.container():
    distributions.spread(a, futures)
with when.container():
    distributions.when(a, futures)
stop = doubts.stop(futures, stopping.waiting)
head(futures, stop)
with stopping.container():
    distributions.stopping(a, stop)

shares = doubts.shares(scenario, variance.waiting)
with variance.container():
    figures.chart(
        a,
        "risk_shares",
        said.shares_title(shares),
        charts.shares(mode, labels),
        frames.share_bars(shares, tornado),
        said.SHARES,
        lambda _: frames.shares_table(shares),
    )
with mixed.container():
    mix = evidence_mix(inputs, shares)
    title, spec = said.grades_title(mix), charts.grades(mode, GRADES)
    figures.chart(
        a, "risk_grades", title, spec, frames.grade_bars(mix), said.GRADES, lambda _: frames.grades_table(mix)
    )

turns = doubts.switching(scenario, turning.waiting)
with turning.container():
    figures.heading(said.switching_title(turns, in_words), said.SWITCHING)
    figures.words(frames.switching_words(turns, in_words, in_figures))
    figures.behind_name(a, "risk_switching", lambda _: frames.switching_table(turns))
