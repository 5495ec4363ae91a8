"""What a reader looks at on the Contracts page: agreements year by year or added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.story.answer import Answer
from core.story.figure import Chosen

MEASURE: Final = "contracts_view"
"""The name of the reader's pick."""
YEARLY: Final = "By year"
CUMULATIVE: Final = "Cumulative"
MEASURES: Final = (YEARLY, CUMULATIVE)


@dataclass(frozen=True, eq=False)
class View:
    """The answer to a scenario and how its reader looks at the agreements."""

    answer: Answer
    measure: str = YEARLY

    @classmethod
    def looked_at(cls, answer: Answer, chosen: Chosen) -> View:
        """Return what is looked at where the reader has picked."""
        return cls(answer, chosen(MEASURE, MEASURES, YEARLY))
