"""What the Risk page looks at: the answer, what is known of its doubts at once, and what long work has found so far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeVar

import pandas as pd

from core.base.finance import MATERIAL_USD
from core.base.lazy import cached_property
from core.risk.futures import (
    DRAWS,
    FUTURES,
    NO_DIFFERENCE,
    USUAL_DRAWS,
    Futures,
    RightToStop,
    key,
    right_to_stop,
    sample,
)
from core.risk.goal import Found, Goal, seek
from core.risk.regret import Regret, regret
from core.risk.sensitivity import evidence_mix, switching, tornado, variance_shares
from core.risk.variance import POINTS
from core.story.answer import Answer
from core.story.figure import Chosen, Known

STOP: Final = "right to stop"
"""What is kept of what the right to stop does: a kind of long work."""
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
    bars: pd.DataFrame | None = None
    """The tornado if it is kept somewhere; None if it is to be worked out where it is drawn."""
    regretted: Regret | None = None
    goal: Found | None = None
    """What was found for the goal that is asked for; None if it cannot be sought."""
    drawn: Futures | None = None
    stopped: RightToStop | None = None
    varied: pd.DataFrame | None = None
    turned: pd.DataFrame | None = None

    @classmethod
    def looked_at(cls, answer: Answer, chosen: Chosen, known: Known) -> View:
        """Return what can be worked out while a lever is moved, and what is known already."""
        inputs, scenario = answer.inputs, answer.scenario
        draws = chosen("draws", DRAWS, USUAL_DRAWS)
        name = key(scenario, draws, inputs)
        return cls(
            answer,
            draws,
            drawn=known(FUTURES, name),
            stopped=known(STOP, name),
        )

    @cached_property
    def tornado(self) -> pd.DataFrame:
        """Value with each belief at its ends."""
        return tornado(self.answer.inputs, self.answer.scenario) if self.bars is None else self.bars

    @property
    def regret(self) -> Regret:
        """What each choice is regretted by in each world; raises NotFoundYetError."""
        return _found(self.regretted, "what choices are regretted by")

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
        bars=tornado(inputs, scenario),
        regretted=regret(inputs, scenario),
        goal=seek(inputs, scenario, USUAL_LEVER, Goal.value()),
        drawn=futures,
        stopped=right_to_stop(inputs, futures),
        varied=variance_shares(inputs, scenario, POINTS[0]),
        turned=switching(inputs, scenario),
    )
