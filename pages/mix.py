"""The Best mix page: which setting of the free choices is worth most, at what risk, and what of it to decide now."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.risk.mix.problem import Problem
from core.risk.run import RiskError
from core.story.drawn import STRIP
from core.views.mix import finding
from core.views.mix.figures import PAGE
from core.views.mix.view import View
from pages.parts.kept.answer import answer
from pages.parts.mix import asking, looking
from pages.parts.widgets import figures, headline
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

looking.go_on()
own = answer(session.current())


def before(problem: Problem) -> None:
    """Draw what stands before a search, and make it if it is asked for."""
    wanted = asking.is_wanted(problem)
    headline.draw(own, finding.not_searched(problem, wanted))
    asking.draw(own)
    place = st.empty()
    asking.button(problem)
    st.caption(plain(" ".join([finding.ABOUT, *asking.changed(problem)])))
    if limits := asking.excluded(problem):
        st.error(plain(finding.impossible(limits, dataset.in_use())), icon=":material/error:")
    if wanted:
        looking.look(own, problem, place, st.empty())
        st.rerun()


def after(view: View) -> None:
    """Draw what was found."""
    asking.note(view.problem)
    again = figures.Again(PAGE)
    headline.draw(own, PAGE.head.title(view))
    again.one(view, STRIP)
    asking.draw(own)
    figures.behind_head(PAGE)
    again.one(view, "mix_frontier")
    looking.pick(view)
    figures.row(PAGE, view, "mix_settings", "mix_decisions")
    if view.problem.limits:
        figures.one(PAGE, view, "mix_limits")
    figures.row(PAGE, view, "mix_capital", "mix_agreements", widths=(3, 2))
    looking.lead_time()
    figures.one(PAGE, view, "mix_commitments")
    if not view.all_draws:
        view = looking.in_all_futures(view)
        headline.again(PAGE.head.title(view))
        again.again(view)
    place = st.empty()
    signs = looking.signposts(view, place)
    with place.container():
        figures.one(PAGE, replace(view, signposts=signs), "mix_signposts")


try:
    asked = asking.problem(dataset.in_use(), session.current())
except RiskError as error:
    headline.draw(own, "The best mix cannot be asked for so")
    st.error("\n".join(f"- {plain(one)}" for one in error.problems), icon=":material/error:")
    asking.draw(own)
else:
    found = looking.known(own, asked)
    if found is None:
        before(asked)
    else:
        after(found)
