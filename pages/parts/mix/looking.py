"""What was found for the best mix and what it is held against, and the mix that is looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario, to_json
from core.risk.futures import USUAL_DRAWS
from core.risk.mix.conflict import ImpossibleError
from core.risk.mix.problem import Problem
from core.risk.mix.signposts import Signpost
from core.risk.mix.signposts import signposts as find_signposts
from core.risk.mix.solve import BestMix, SoFar
from core.story.answer import Answer
from core.story.delivery import LEAD_QUARTERS
from core.views.explore.courses import Course, Sure, courses
from core.views.mix import tables
from core.views.mix.view import EXIT, View, courses_offered, exit_of, named, rivals
from pages.parts.kept import courses as kept
from pages.parts.kept import mixes
from pages.parts.kept import odds as work
from pages.parts.kept.answer import answer as answer_of
from pages.parts.library import selection
from pages.parts.mix import asking
from pages.parts.widgets import figures, views
from pages.parts.work import session
from pages.parts.work.steps import ready_made

SHOWN: Final = "mix_shown"
LEAD: Final = "mix_lead"
SIGNPOSTS: Final = "signposts"
"""A kind of long work."""
COMPARE_PAGE: Final = "compare.py"
_GO: Final = "mix_go"
LEADS: Final = tuple(range(9))
"""Lead times that can be picked, in quarters."""


def known(answer: Answer, problem: Problem) -> View | None:
    """Return all that the page looks at, None until it is found."""
    found, offer = mixes.known(problem), _offer(answer.inputs, answer.scenario)
    sure = None if found is None else kept.known(answer.inputs, answer.scenario, offer, USUAL_DRAWS)
    return None if found is None or sure is None else _view(answer, found, offer, sure)


def look(answer: Answer, problem: Problem, slot: DeltaGenerator, below: DeltaGenerator) -> None:
    """Make the search and work out what its mixes are held against; long work, kept for `known`.

    Progress is told in `slot`, the frontier as it grows `below`.
    """

    def improved(so_far: SoFar) -> None:
        with below.container():
            figures.words(tables.so_far(problem, so_far))

    slot.progress(0.0, "Looking for the best mix")
    try:
        mixes.found(problem, slot, improved)
    except ImpossibleError as error:
        asking.exclude(problem, error.limits)
        return
    kept.found(answer.inputs, answer.scenario, _offer(answer.inputs, answer.scenario), USUAL_DRAWS, slot)


def _offer(inputs: Inputs, scenario: Scenario) -> tuple[Course, ...]:
    return courses(inputs, scenario, ready_made(), {EXIT: exit_of(scenario, inputs)})


def _view(answer: Answer, found: BestMix, offer: tuple[Course, ...], sure: Sure) -> View:
    courses_by_name = [(one.name, one.scenario) for one in offer]
    against = rivals(courses_by_name, answer.scenario, sure.expected_usd, sure.bad_tenth_usd, sure.probability)
    every = named(found)
    name = views.chosen(SHOWN, tuple(every), next(iter(every)))
    lead = views.chosen(LEAD, LEADS, LEAD_QUARTERS)
    return View(answer, found, against, name, answer_of(every[name].taken(answer.scenario)), lead)


def pick(view: View) -> None:
    """Draw the choice of the mix that is looked at, and the button that takes it into the scenario."""
    every = tuple(named(view.found))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="mix_pick"):
        views.choice(SHOWN, "Mix shown", every, every[0])
        mix = view.mix.taken(view.answer.scenario)
        is_own = mix == session.current()
        st.button(
            "Take this mix",
            key="mix_take",
            icon=":material/check:",
            help="These are your settings already" if is_own else "Set these choices; undo gives yours back",
            on_click=session.choose,
            args=(mix,),
            disabled=is_own,
        )
        st.button(
            "Compare with yours",
            key="mix_compare",
            icon=":material/compare_arrows:",
            help="These are your settings already"
            if is_own
            else "Put this mix beside your own settings on the Compare page",
            on_click=_compare,
            args=(mix,),
            disabled=is_own,
        )


def _compare(mix: Scenario) -> None:
    selection.beside_own(mix)
    st.session_state[_GO] = True


def go_on() -> None:
    """Leave for the Compare page if a click asks for it; call it first, for nothing drawn before would be seen."""
    if st.session_state.pop(_GO, False):
        st.switch_page(COMPARE_PAGE)


def signposts(view: View, slot: DeltaGenerator) -> tuple[Signpost, ...]:
    """Return where a belief would have to lie for another course to be best; long work, told of in `slot`."""
    best, *others = courses_offered(view.found, view.rivals)

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> tuple[Signpost, ...]:
        return find_signposts(view.problem, best, others, progress=progress, cancelled=cancelled)

    told = [to_json(one.scenario) for one in (best, *others)]
    name = f"{view.problem.key} {hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()}"
    return work.worked_out(SIGNPOSTS, name, worked_out, slot, "Looking for what would make another course best")


def lead_time() -> None:
    """Draw the choice of the lead time."""
    views.choice(LEAD, "Quarters from commitment to first purchase (assumed)", LEADS, LEAD_QUARTERS)
