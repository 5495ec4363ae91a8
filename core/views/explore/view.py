"""What the Explore page looks at: the answer, the courses that can be taken, and what is known of odds so far."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.base.lazy import cached_property
from core.risk.futures import FUTURES, USUAL_DRAWS, Futures, key
from core.story import courses as story
from core.story.answer import Answer
from core.story.courses import Course, Sure
from core.story.figure import Known
from core.views.explore import courses


@dataclass(frozen=True, eq=False)
class View:
    """An answer with the courses beside it; what takes long is None until it is known, and `replace` puts it in."""

    answer: Answer
    offer: tuple[Course, ...]
    sure: Sure | None = None
    """How sure the courses are."""
    drawn: Futures | None = None
    """The futures of the scenario itself."""

    @classmethod
    def looked_at(cls, answer: Answer, known: Known, draws: int = USUAL_DRAWS) -> View:
        """Return what is known at once."""
        inputs, scenario = answer.inputs, answer.scenario
        offer = story.offered(inputs, scenario, known)
        drawn: Futures | None = known(FUTURES, key(scenario, draws, inputs))
        named: Sure | None = known(story.KIND, story.name_of(inputs, scenario, offer, draws))
        return cls(answer, offer, None if named is None else story.how_sure(named, offer, drawn), drawn)

    @property
    def waits(self) -> bool:
        """Whether something of it is not known yet."""
        is_sure = self.sure is not None and self.sure.is_complete
        return self.drawn is None or (not is_sure and self.is_ranked)

    @property
    def is_ranked(self) -> bool:
        """Whether the courses differ at all: where they do not, nothing is ranked."""
        return courses.is_ranked(self.plan_case)

    @cached_property
    def plan_case(self) -> pd.DataFrame:
        """What the courses come to in the plan case, in their order."""
        return courses.plan_case(self.answer, self.offer)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The courses, the best first."""
        return courses.ranked(self.plan_case, self.sure)


def opened(answer: Answer) -> View:
    """Return what is known at once: the courses in the plan case, the data set's own ready-made ones among them."""
    return View(answer, story.courses(answer.inputs, answer.scenario, answer.inputs.presets, {}))
