"""Whether the correlations of a data set can be drawn: each names beliefs that there are, and all can hold together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core.inputs.lever import Kind
from core.inputs.levers import Levers
from core.inputs.problem import Problem

FILE: Final = "lever_correlations.csv"
ROUNDING: Final = 1e-9
"""An eigenvalue above minus this is zero."""


@dataclass(frozen=True)
class Pair:
    """A row of the table `lever_correlations`."""

    line: int
    lever_id: str
    other_lever_id: str
    rank_correlation: float  # -1 to 1


class Ranked(Protocol):
    """Two levers that go the same way, or opposite ways, by their rank correlation."""

    @property
    def lever_id(self) -> str:
        """The one."""

    @property
    def other_lever_id(self) -> str:
        """The other."""

    @property
    def rank_correlation(self) -> float:
        """From -1 to 1."""


def normal_correlations(names: Sequence[str], pairs: Iterable[Ranked], factor: float = 1.0) -> NDArray[np.float64]:
    """Return the correlations of the normals (name, name), all rank correlations times `factor`.

    Two normals with correlation r have the rank correlation `6/pi * asin(r/2)`, hence `r = 2 sin(pi/6 * rank)`.
    """
    matrix = np.eye(len(names))
    position = {name: i for i, name in enumerate(names)}
    for pair in pairs:
        i, j = position[pair.lever_id], position[pair.other_lever_id]
        matrix[i, j] = matrix[j, i] = 2.0 * np.sin(np.pi / 6.0 * factor * pair.rank_correlation)
    return matrix


def pair_problems(levers: Levers, pairs: Sequence[Pair]) -> list[Problem]:
    """Return what is wrong with the pairs, none of which stands twice."""
    problems = [
        Problem(FILE, pair.line, column, name, wrong, expected)
        for pair in pairs
        for column, name in (("lever_id", pair.lever_id), ("other_lever_id", pair.other_lever_id))
        for wrong, expected in [_wrong(levers, name)]
        if wrong
    ]
    return problems or _contradiction(pairs)


def _wrong(levers: Levers, name: str) -> tuple[str, str]:
    """Say what is wrong with a lever that a pair names, nothing if it is a belief, and what would do."""
    expected = f"a lever of this data set that is a belief, such as {levers.beliefs[0].id}"
    if name not in levers:
        return "is not a lever", expected
    return "is a choice, and choices are never drawn" if levers[name].kind is Kind.CHOICE else "", expected


def _contradiction(pairs: Sequence[Pair]) -> list[Problem]:
    """Return the problem that pairs contradict each other, if they do, with how much weaker all of them would hold.

    They hold together if the normal correlations `2 sin(pi/6 * rank correlation)` have no eigenvalue below 0.
    """
    names = list(dict.fromkeys(name for pair in pairs for name in (pair.lever_id, pair.other_lever_id)))

    def lowest(factor: float) -> float:
        return float(np.linalg.eigvalsh(normal_correlations(names, pairs, factor))[0]) if names else 0.0

    if lowest(1.0) >= -ROUNDING:
        return []
    percent = next(percent for percent in range(99, -1, -1) if lowest(percent / 100.0) >= -ROUNDING)
    expected = f"pairs of which none contradicts others, such as all of them times {percent / 100.0:.2f}"
    return [Problem(FILE, None, "rank_correlation", None, "the correlations cannot all hold together", expected)]
