"""What the Risk page looks at: the answer, what is known of its doubts at once, and what long work has found so far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

import pandas as pd

from core.base.finance import MATERIAL_USD
from core.risk.futures import DRAWS, NO_DIFFERENCE, Futures, RightToStop, right_to_stop, sample
from core.risk.goal import Found, Goal, seek
from core.risk.regret import Regret, regret
from core.risk.sensitivity import evidence_mix, switching, tornado, variance_shares
from core.risk.variance import POINTS
from core.story.answer import Answer

USUAL_LEVER: Final = "custom_cost"
"""The lever that a goal moves unless another is picked."""

Thing = TypeVar("Thing")


class NotFoundYetError(LookupError):
    """Something is asked of a view that long work has not found yet."""


@dataclass(frozen=True, eq=False)
class View:
    """An answer with its doubts; what long work finds is None until then, and `replace` puts it in."""

    answer: Answer
    draws: int
    """How many futures are drawn, or are to be."""
    tornado: pd.DataFrame
    regret: Regret
    goal: Found | None = None
    """What was found for the goal that is asked for; None if it cannot be sought."""
    drawn: Futures | None = None
    stopped: RightToStop | None = None
    varied: pd.DataFrame | None = None
    turned: pd.DataFrame | None = None

    @property
    def plan_usd(self) -> float:
        """Value in the plan case."""
        return self.answer.metric("npv_usd")

    @property
    def differs(self) -> bool:
        """Whether anything differs from the baseline, as set, with an assumption at an end or in a future drawn.

        Where nothing does there is nothing to rank: no assumption, no setting and no future stands before another.
        """
        at_once = max(abs(self.plan_usd), float(self.tornado["swing_usd"].max())) >= MATERIAL_USD
        return at_once or (self.drawn is not None and self.drawn.verdict != NO_DIFFERENCE)

    @property
    def futures(self) -> Futures:
        """The futures of the scenario; raises NotFoundYetError."""
        return _found(self.drawn, "the futures")

    @property
    def stop(self) -> RightToStop:
        """What the right to stop does in them; raises NotFoundYetError."""
        return _found(self.stopped, "the right to stop")

    @property
    def shares(self) -> pd.DataFrame:
        """The part of the variance of value that each belief has; raises NotFoundYetError."""
        return _found(self.varied, "the shares of variance")

    @cached_property
    def mix(self) -> pd.DataFrame:
        """The same by grade of evidence; raises NotFoundYetError."""
        return evidence_mix(self.answer.inputs, self.shares)

    @property
    def switching(self) -> pd.DataFrame:
        """Where value turns as each lever is moved, nowhere if nothing differs; raises NotFoundYetError."""
        found = _found(self.turned, "the switching values")
        nowhere = {"turns_at": math.nan, "distance": math.nan, "turns_percentile": math.nan, "jumps": False}
        return found if self.differs else found.assign(**nowhere)


def _found(thing: Thing | None, name: str) -> Thing:
    if thing is None:
        raise NotFoundYetError(f"{name} of this scenario: not worked out yet; work it out and put it into the view")
    return thing


def opened(answer: Answer) -> View:
    """Return the view with all that long work finds, from as few futures and points as can be drawn."""
    inputs, scenario = answer.inputs, answer.scenario
    futures = sample(inputs, scenario, DRAWS[0])
    return View(
        answer=answer,
        draws=DRAWS[0],
        tornado=tornado(inputs, scenario),
        regret=regret(inputs, scenario),
        goal=seek(inputs, scenario, USUAL_LEVER, Goal.value()),
        drawn=futures,
        stopped=right_to_stop(inputs, futures),
        varied=variance_shares(inputs, scenario, POINTS[0]),
        turned=switching(inputs, scenario),
    )
