"""What is worked out about the risk of a scenario: kept for all visitors, who only read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs.scenario import Scenario
from core.risk import futures as risk
from core.risk import regret as regrets
from core.risk import sensitivity, variance
from core.risk.futures import FUTURES
from core.risk.goal import GOAL_FUTURES, Found, Goal, seek
from core.story.answer import Answer
from core.views.risk.view import STOP, View
from pages.parts.kept import odds as work
from pages.parts.kept import shelf
from pages.parts.work import dataset

FRAME: Final = 16
"""What a place of fixed height takes beside what stands in it, in px."""
SHARES, SWITCHING, GOAL = "variance shares", "switching", "goal"
"""Kinds of long work, beside futures and the right to stop."""


def tornado(scenario: Scenario) -> pd.DataFrame:
    """Return each belief at its ends."""
    inputs = dataset.in_use()
    name = ("tornado", *dataset.name_of(inputs), scenario)
    return shelf.once(name, lambda: sensitivity.tornado(inputs, scenario))


def regret(scenario: Scenario) -> regrets.Regret:
    """Return what each choice is regretted by in each world."""
    inputs = dataset.in_use()
    return shelf.once(("regret", *dataset.name_of(inputs), scenario), lambda: regrets.regret(inputs, scenario))


def known(answer: Answer, draws: int) -> View:
    """Return what is known at once, futures and the right to stop if they are worked out already."""
    scenario = answer.scenario
    return View(
        answer,
        draws,
        tornado(scenario),
        regret(scenario),
        drawn=work.known(FUTURES, _name(FUTURES, scenario, draws)),
        stopped=work.known(STOP, _name(STOP, scenario, draws)),
    )


@dataclass(frozen=True)
class Place:
    """Where the result of long work will be drawn, and where within it progress is told until then."""

    slot: DeltaGenerator
    waiting: DeltaGenerator | None

    def container(self) -> DeltaGenerator:
        """Return where the result is drawn, in place of what stood there."""
        return self.slot.container()


def place(kind: str, view: View, height: int) -> Place:
    """Draw what stands where the result of long work will be: nothing if it is known, else as much as it will take."""
    slot = st.empty()
    if work.known(kind, _name(kind, view.answer.scenario, view.draws)) is not None:
        return Place(slot, None)
    return Place(slot, slot.container(height=height, border=False).skeleton(height - FRAME))


def pair(kinds: tuple[str, str], view: View, height: int, widths: tuple[int, int] = (1, 1)) -> tuple[Place, Place]:
    """Draw two places side by side, see `place`."""
    left, right = st.columns(widths, gap="medium")
    with left:
        first = place(kinds[0], view, height)
    with right:
        return first, place(kinds[1], view, height)


def with_futures(view: View, slot: DeltaGenerator | None) -> View:
    """Return the view with its futures; long work."""
    return replace(view, drawn=work.futures(view.answer.scenario, view.draws, slot))


def with_stop(view: View, slot: DeltaGenerator | None) -> View:
    """Return the view with what the right to stop does in its futures; long work."""
    futures = view.futures

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> risk.RightToStop:
        return risk.right_to_stop(dataset.in_use(), futures, progress=progress, cancelled=cancelled)

    name = _name(STOP, futures.scenario, futures.draws)
    return replace(view, stopped=work.worked_out(STOP, name, worked_out, slot))


def with_shares(view: View, slot: DeltaGenerator | None) -> View:
    """Return the view with the part of the variance of value that each belief has; long work."""
    scenario = view.answer.scenario

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> pd.DataFrame:
        points = variance.USUAL_POINTS
        return sensitivity.variance_shares(dataset.in_use(), scenario, points, progress=progress, cancelled=cancelled)

    return replace(view, varied=work.worked_out(SHARES, _name(SHARES, scenario), worked_out, slot))


def with_switching(view: View, slot: DeltaGenerator | None) -> View:
    """Return the view with where value turns as each lever is moved; long work."""
    scenario = view.answer.scenario
    name = _name(SWITCHING, scenario)
    turned = work.worked_out(SWITCHING, name, lambda *_: sensitivity.switching(dataset.in_use(), scenario), slot)
    return replace(view, turned=turned)


def goal(answer: Answer, lever: str, wanted: Goal, slot: DeltaGenerator | None) -> Found | None:
    """Return what one lever would have to be for a goal; long work if futures must be drawn for it."""
    inputs, scenario = dataset.in_use(), answer.scenario
    if not wanted.needs_futures:
        return seek(inputs, scenario, lever, wanted)

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Found:
        return seek(inputs, scenario, lever, wanted, progress=progress, cancelled=cancelled)

    name = f"{risk.key(scenario, GOAL_FUTURES, inputs)} {lever} {wanted}"
    return work.worked_out(GOAL, name, worked_out, slot)


def _name(kind: str, scenario: Scenario, draws: int = 0) -> str:
    """Return what the result of a kind of work is kept under; only futures and the right to stop depend on draws."""
    return risk.key(scenario, draws if kind in (FUTURES, STOP) else variance.USUAL_POINTS, dataset.in_use())
