"""What a reader looks at on the Contracts page: agreements year by year or added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.story.answer import Answer

YEARLY: Final = "By year"
CUMULATIVE: Final = "Cumulative"
MEASURES: Final = (YEARLY, CUMULATIVE)


@dataclass(frozen=True, eq=False)
class View:
    """The answer to a scenario and how its reader looks at the agreements."""

    answer: Answer
    measure: str = YEARLY
