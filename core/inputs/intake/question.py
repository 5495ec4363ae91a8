"""What is not certain about a grid, asked in words, with what was answered.

`Asked` goes with a proposal while it is made: it takes down every question, and gives back the answer that holds: what
people said, else what is offered. Nothing that is only offered is applied until somebody has agreed to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from core.base.format import listed

Answers = Mapping[str, str]
"""What people said, by the key of the question."""
NONE: Final[Answers] = MappingProxyType({})
LEAVE: Final = "leave out"
AS_IS: Final = "as it is"
YES: Final = "yes"
NO: Final = "no"
SHOWN: Final = 3
"""Examples that a question shows."""
LARGEST_RATE: Final = Decimal(10) ** 9


@dataclass(frozen=True)
class Choice:
    """One answer to a question: its value, and what it says in words."""

    value: str
    says: str


@dataclass(frozen=True)
class Question:
    """One thing that is not certain. Without choices a number above 0 is wanted."""

    key: str
    kind: str  # encoding, separator, table, header, column, decimal, missing, unit, rate, rows, date, words, fill
    about: str  # the header, or the rows
    ask: str
    choices: tuple[Choice, ...]
    default: str | None  # what is offered; None: nothing can be
    sure: float  # how sure the offer is, 0 to 1
    answer: str | None
    is_remembered: bool  # the offer is what was answered for a file of this shape before

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has answered it."""
        return self.answer is None


class Asked:
    """The questions about one grid, in the order in which they arise."""

    def __init__(self, answers: Answers, remembered: Answers) -> None:
        self._answers, self._remembered = answers, remembered
        self.questions: dict[str, Question] = {}
        self.remarks: list[str] = []  # what is certain, and yet not as it stood

    def choice(
        self,
        key: str,
        kind: str,
        about: str,
        ask: str,
        choices: Sequence[tuple[str, str]],
        default: str | None,
        sure: float = 0.5,
    ) -> str | None:
        """Ask for one of some choices, each a value and its words; return the value that holds, None if none does."""
        known = [value for value, _ in choices]
        answer = self._answers.get(key)
        before = self._remembered.get(key)
        offered = before if before in known else default
        question = Question(
            key,
            kind,
            about,
            ask,
            tuple(Choice(value, says) for value, says in choices),
            offered,
            sure,
            answer if answer in known else None,
            before in known,
        )
        self.questions[key] = question
        return offered if question.is_open else question.answer

    def number(self, key: str, kind: str, about: str, ask: str) -> Decimal | None:
        """Ask for a number above 0; None while nobody has said one that could be offered."""
        answer, before = _number(self._answers.get(key)), _number(self._remembered.get(key))
        said = None if answer is None else str(self._answers[key])
        offered = None if before is None else str(self._remembered[key])
        self.questions[key] = Question(key, kind, about, ask, (), offered, 0.0, said, before is not None)
        return before if answer is None else answer


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text) if text and len(text) <= 40 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and 0 < number <= LARGEST_RATE else None


def examples(texts: Sequence[str]) -> str:
    """Return a few of some texts, in words."""
    different = list(dict.fromkeys(texts))
    more = ["others"] if len(different) > SHOWN else []
    return listed([*different[:SHOWN], *more])
