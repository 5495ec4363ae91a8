"""What is wrong with data, told to whoever keeps them: where it is, what stands there and what would do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the data: where it is, what stands there and what was expected."""

    file: str
    line: int | None  # of the file, from 1; None if no single line is to blame
    column: str | None
    value: str | None  # the text that is wrong; None if it is something missing
    wrong: str
    expected: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        if self.column is not None:
            place += f", {self.column}"
        return f"{place}: {_shown(self.value)}{self.wrong}; expected {self.expected}"


def _shown(value: str | None) -> str:
    if value is None:
        return ""
    text = json.dumps(value if len(value) <= 40 else f"{value[:37]}...", ensure_ascii=False)
    seen = "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)
    return f"{seen} "


class DataError(ValueError):
    """Data that cannot be used; `problems` holds everything wrong with it, file by file and line by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
