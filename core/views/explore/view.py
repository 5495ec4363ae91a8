"""What the Explore page looks at: the answer, the courses that can be taken, and what is known of odds so far."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.risk.futures import Futures
from core.story.answer import Answer
from core.views.explore import courses
from core.views.explore.courses import Course, Sure


@dataclass(frozen=True, eq=False)
class View:
    """An answer with the courses beside it; what takes long is None until it is known, and `replace` puts it in."""

    answer: Answer
    offer: tuple[Course, ...]
    plan_case: pd.DataFrame
    """What the courses come to in the plan case, in their order."""
    sure: Sure | None = None
    """How sure the courses are."""
    drawn: Futures | None = None
    """The futures of the scenario itself."""

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The courses, the best first."""
        return courses.ranked(self.plan_case, self.sure)


def on_the_way(answer: Answer) -> View:
    """Return what is looked at while a slider is dragged: the courses stay as they were, so none is worked out."""
    return View(answer, (), pd.DataFrame())


def opened(answer: Answer) -> View:
    """Return what is known at once: the courses in the plan case, the data set's own ready-made ones among them."""
    offer = courses.courses(answer.inputs, answer.scenario, answer.inputs.presets, {})
    return View(answer, offer, courses.plan_case(answer, offer))
