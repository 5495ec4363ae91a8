"""The best mixes that were found, kept by what they were asked for: all who ask the same on equal data share them."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from core.risk.mix.problem import BEST_MIX, Problem
from core.risk.mix.solve import BestMix, SoFar, solve
from pages.parts.kept import odds as work


def known(problem: Problem) -> BestMix | None:
    """Return what is found already, None if nothing is."""
    found: BestMix | None = work.known(BEST_MIX, problem.key)
    return found


def found(
    problem: Problem, slot: DeltaGenerator | None = None, improved: Callable[[SoFar], None] | None = None
) -> BestMix:
    """Return the best mixes; long work, with progress in `slot`, given up when the visitor moves on.

    `improved` is told the frontier as it grows. Raises ImpossibleError if no mix keeps the limits.
    """

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> BestMix:
        return solve(problem, progress=progress, improved=improved, cancelled=cancelled)

    return work.worked_out(BEST_MIX, problem.key, worked_out, slot, "Looking for the best mix")
