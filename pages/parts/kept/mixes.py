"""The best mixes that were found, kept by what they were asked for: all who ask the same on equal data share them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from streamlit.delta_generator import DeltaGenerator

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.risk.mix.problem import Problem, asked
from core.risk.mix.solve import BestMix, Mix, SoFar, solve
from pages.parts.kept import odds as work

KIND: Final = "mix"
"""A kind of long work."""


def usual(inputs: Inputs, scenario: Scenario, **more: Any) -> Problem:
    """Return the usual question about a scenario: its adoption shares free and no limits, unless `more` says so."""
    return asked(inputs, {"levers": dict(scenario), **more})


def known(problem: Problem) -> BestMix | None:
    """Return what is found already, None if nothing is."""
    found: BestMix | None = work.known(KIND, problem.key)
    return found


def found(
    problem: Problem, slot: DeltaGenerator | None = None, improved: Callable[[SoFar], None] | None = None
) -> BestMix:
    """Return the best mixes; long work, with progress in `slot`, given up when the visitor moves on.

    `improved` is told the frontier as it grows. Raises ImpossibleError if no mix keeps the limits.
    """

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> BestMix:
        return solve(problem, progress=progress, improved=improved, cancelled=cancelled)

    return work.worked_out(KIND, problem.key, worked_out, slot, "Looking for the best mix")


def best_mix(inputs: Inputs, scenario: Scenario) -> Mix | None:
    """Return the mix of the best expected value under a scenario's beliefs, None until it has been searched for.

    It is the answer to the usual question, so it stays where the adoption shares are moved. Its value is against the
    baseline of the scenario; `Mix.taken` sets it.
    """
    answer = known(usual(inputs, scenario))
    return None if answer is None else answer.best
