"""What was found for the best mix and what it is held against, and the mix that is looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs.scenario import Scenario, to_json
from core.risk.futures import USUAL_DRAWS
from core.risk.mix.conflict import ImpossibleError
from core.risk.mix.problem import BEST_MIX, Problem
from core.risk.mix.signposts import Signpost
from core.risk.mix.signposts import signposts as find_signposts
from core.risk.mix.solve import SoFar
from core.story.answer import Answer
from core.story.delivery import LEAD_QUARTERS
from core.views.mix import tables
from core.views.mix.view import LEAD, LEADS, SHOWN, View, courses_offered, held_against, looked_at, named
from pages.parts.kept import courses as kept
from pages.parts.kept import mixes
from pages.parts.kept import odds as work
from pages.parts.library import selection
from pages.parts.mix import asking
from pages.parts.widgets import figures, views
from pages.parts.work import session

SIGNPOSTS: Final = "signposts"
"""A kind of long work."""
COMPARE_PAGE: Final = "compare.py"
_GO: Final = "mix_go"


def known(answer: Answer, problem: Problem) -> View | None:
    """Return all that the page looks at, None until it is found."""
    if mixes.known(problem) is None:
        return None
    work.at_once(answer.inputs, answer.scenario)
    views.tell(BEST_MIX, problem.key)
    return looked_at(answer, views.chosen, partial(_known, problem), USUAL_DRAWS)


def _known(problem: Problem, kind: str, name: str) -> Any | None:
    return work.known(kind, name or problem.key)


def in_all_futures(view: View) -> View:
    """Return the view with the reader's own course in as many futures as the others; long work."""
    work.futures(view.answer.scenario, USUAL_DRAWS)
    return known(view.answer, view.problem) or view


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
    kept.found(answer.inputs, answer.scenario, held_against(answer.inputs, answer.scenario), USUAL_DRAWS, slot)


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
