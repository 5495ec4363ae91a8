"""Goal seek on a page: a lever and a target, the setting that meets it, and a button that applies it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.base.quarters import Calendar
from core.inputs.intake.numbers import NumberError
from core.risk.goal import Aim, Found, Goal, GoalError
from core.story.answer import Answer
from core.views.risk import goals as said
from core.views.risk.figures import PAGE
from core.views.risk.view import USUAL_LEVER, View
from pages.parts.kept import doubts
from pages.parts.widgets import figures, number, picks, views
from pages.parts.work import session
from pages.parts.work.text import plain

FIELD_WIDTH: Final = 150


def draw(view: View) -> Callable[[], None]:
    """Draw what is asked for and what is found, with its evidence behind.

    Returns what draws the rest once all else of the page stands: what is found in futures takes long.
    """
    figure = PAGE.figures["risk_goal"]
    figures.heading(figure.title(view), figure.caption(view))
    asked, slot = _asked(view.answer), st.empty()
    if asked is None:
        return lambda: None

    def found(waiting: DeltaGenerator | None) -> None:
        one = doubts.goal(view.answer, *asked, waiting)
        with slot.container():
            if one is not None:
                _show(one, view.answer.calendar)
            figures.behind(figure, replace(view, goal=one))

    if not asked[1].needs_futures:
        found(None)
        return lambda: None
    return lambda: found(slot)


def _asked(answer: Answer) -> tuple[str, Goal] | None:
    """Draw the fields of a goal and return the lever and the goal; say why if it cannot be sought, and return None."""
    levers = answer.scenario.levers
    numeric = tuple(name for name, lever in levers.items() if lever.is_numeric)
    refused = None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="goal"):
        lever = views.choice("goal_lever", "Move", numeric, USUAL_LEVER, lambda one: levers[one].label)
        aim = views.choice("goal_aim", "until", tuple(Aim), Aim.VALUE, said.AIMS.__getitem__)
        try:
            figure, year, quarter = _target(answer, aim)
        except NumberError as error:
            refused = str(error)
    try:
        if refused is not None:
            raise GoalError([refused])
        wanted = said.goal(aim, figure, year, quarter, answer.calendar)
        if problems := wanted.problems(answer.scenario, answer.calendar):
            raise GoalError(problems)
    except GoalError as error:
        st.error("\n".join(f"- {plain(said.problem(problem))}" for problem in error.problems), icon=":material/error:")
        return None
    return lever, wanted


def _target(answer: Answer, aim: Aim) -> tuple[float | None, int, str]:
    """Draw the fields of the target and return what they say: a figure in the reader's unit, a year, a quarter.

    Raises NumberError if what is typed is no figure.
    """
    quarters, years = said.target_quarters(answer), tuple(range(answer.calendar.first_year, answer.last_year + 1))
    year, quarter, figure = years[0], quarters[-1], None
    if aim is Aim.PAYBACK:
        return figure, year, views.choice("goal_quarter", "the end of", tuple(quarters), said.usual_quarter(quarters))
    if aim is Aim.CAPITAL:
        year = views.choice("goal_year", "in", years, years[-1])
    name = f"goal_{aim}_{year}" if aim is Aim.CAPITAL else f"goal_{aim}"
    kept = picks.picked(name)
    shown = number.shown(said.usual_target(answer, aim, year)) if kept is None else kept
    key = picks.widget_key(name, shown, aim)
    unit = said.UNITS[aim]
    text = st.text_input(unit, shown, key=key, width=FIELD_WIDTH)
    return number.read(unit, text, marks=("$", "%")), year, quarter


def _show(found: Found, calendar: Calendar) -> None:
    setting = session.current().number(found.lever.id)
    st.markdown(
        f":material/{'check_circle' if found.met else 'block'}: {plain(said.goal_words(found, setting, calendar))}"
    )
    if found.setting is None or found.setting == setting:
        return
    value = found.lever.value(found.setting)
    st.button(
        f"Set {plain(said.setting_words(found))}",
        key="goal_apply",
        icon=":material/tune:",
        on_click=session.change,
        kwargs={found.lever.id: value},
    )
