"""What a reader looks at on the Cost page: years or quarters, which amounts, and whose chips with which life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.inputs.data import CUSTOM, Inputs
from core.inputs.levers import LIFE_YEARS
from core.story.answer import Answer
from core.story.figure import Chosen
from core.story.labels import supplier_labels

GRAIN, MEASURE, SCOPE, LIFE = "cost_grain", "cost_view", "cost_scope", "cost_life"
"""The names of the reader's picks."""
YEARS: Final = "Years"
QUARTERS: Final = "Quarters"
GRAINS: Final = (YEARS, QUARTERS)
AMOUNTS: Final = "Amounts"
CUMULATIVE: Final = "Cumulative"
DIFFERENCE: Final = "Difference"
MEASURES: Final = (AMOUNTS, CUMULATIVE, DIFFERENCE)

LIVES: Final = tuple(range(int(LIFE_YEARS[0]), int(LIFE_YEARS[1]) + 1))
"""Lives in years that can be asked about."""
SHORTER_YEARS: Final = 4
"""The life that is asked about unless another is picked."""
ALL: Final = 0
CUSTOM_ONLY: Final = 1
BOUGHT_ONLY: Final = 2
BOOKS: Final = 3
SCOPES: Final = (ALL, CUSTOM_ONLY, BOUGHT_ONLY, BOOKS)
"""Whose life is asked about."""


@dataclass(frozen=True, eq=False)
class View:
    """The answer to a scenario and how its reader looks at it."""

    answer: Answer
    grain: str = YEARS
    measure: str = AMOUNTS
    scope: int = ALL
    life: int = SHORTER_YEARS

    @classmethod
    def looked_at(cls, answer: Answer, chosen: Chosen) -> View:
        """Return what is looked at where the reader has picked."""
        return cls(
            answer,
            grain=chosen(GRAIN, GRAINS, YEARS),
            measure=chosen(MEASURE, MEASURES, AMOUNTS),
            scope=chosen(SCOPE, SCOPES, ALL),
            life=chosen(LIFE, LIVES, SHORTER_YEARS),
        )


def scope_label(inputs: Inputs, scope: int) -> str:
    """Return what a scope is called where it is picked."""
    return ("All chips", supplier_labels(inputs)[CUSTOM], "Bought chips", "Books")[scope]
