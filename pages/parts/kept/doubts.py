"""What is worked out about the risk of a scenario: kept for all visitors, who only read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.risk import futures as risk
from core.risk import regret as regrets
from core.risk import sensitivity, variance
from pages.parts.kept import odds as work

KEPT: Final = 32
FRAME: Final = 16
"""What a place of fixed height takes beside what stands in it, in px."""
FUTURES, STOP, SHARES, SWITCHING = "futures", "right to stop", "variance shares", "switching"
"""Kinds of long work."""


@lru_cache(maxsize=KEPT)
def tornado(scenario: Scenario) -> pd.DataFrame:
    """Return each belief at its ends."""
    return sensitivity.tornado(bundled(), scenario)


@lru_cache(maxsize=KEPT)
def regret(scenario: Scenario) -> regrets.Regret:
    """Return what each choice is regretted by in each world."""
    return regrets.regret(bundled(), scenario)


@dataclass(frozen=True)
class Place:
    """Where the result of long work will be drawn, and where within it progress is told until then."""

    slot: DeltaGenerator
    waiting: DeltaGenerator | None

    def container(self) -> DeltaGenerator:
        """Return where the result is drawn, in place of what stood there."""
        return self.slot.container()


def place(kind: str, scenario: Scenario, draws: int, height: int) -> Place:
    """Draw what stands where the result of long work will be: nothing if it is known, else as much as it will take."""
    slot = st.empty()
    if work.known(kind, _name(kind, scenario, draws)) is not None:
        return Place(slot, None)
    return Place(slot, slot.container(height=height, border=False).skeleton(height - FRAME))


def known_futures(scenario: Scenario, draws: int) -> risk.Futures | None:
    """Return the futures if they are drawn already."""
    found: risk.Futures | None = work.known(FUTURES, _name(FUTURES, scenario, draws))
    return found


def known_stop(scenario: Scenario, draws: int) -> risk.RightToStop | None:
    """Return what the right to stop does if that is worked out already."""
    found: risk.RightToStop | None = work.known(STOP, _name(STOP, scenario, draws))
    return found


def stop(futures: risk.Futures, slot: DeltaGenerator | None) -> risk.RightToStop:
    """Return what the right to stop does in these futures; long work."""

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> risk.RightToStop:
        return risk.right_to_stop(bundled(), futures, progress=progress, cancelled=cancelled)

    name = _name(STOP, futures.scenario, futures.draws)
    return work.worked_out(STOP, name, worked_out, slot, counts_as=futures.draws)


def shares(scenario: Scenario, slot: DeltaGenerator | None) -> pd.DataFrame:
    """Return what part of the variance of value each belief has; long work."""

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> pd.DataFrame:
        points = variance.USUAL_POINTS
        return sensitivity.variance_shares(bundled(), scenario, points, progress=progress, cancelled=cancelled)

    return work.worked_out(SHARES, _name(SHARES, scenario), worked_out, slot)


def switching(scenario: Scenario, slot: DeltaGenerator | None) -> pd.DataFrame:
    """Return where value turns as each lever is moved; long work."""
    name = _name(SWITCHING, scenario)
    return work.worked_out(SWITCHING, name, lambda *_: sensitivity.switching(bundled(), scenario), slot)


def _name(kind: str, scenario: Scenario, draws: int = 0) -> str:
    """Return what the result of a kind of work is kept under; only futures and the right to stop depend on draws."""
    return risk.key(scenario, draws if kind in (FUTURES, STOP) else variance.USUAL_POINTS, bundled())
