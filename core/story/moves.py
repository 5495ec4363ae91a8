"""What moved a value from one figure to another, step by step: as sentences, as the bars of a bridge and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import USD_BN, USD_M, Unit
from core.base.shapley import Split, in_steps
from core.story.labels import beside
from core.story.steps import MOST_BARS, step_bars

CENTS: Final = 100
"""Parts add up in cents."""
DIGITS: Final = 3
"""Digits of the larger figure to which a sentence rounds all of its figures, so that they add up."""
MOST_NAMED: Final = 3
"""Steps that a sentence names; what is left is told together."""
MOST_OF_IT: Final = 0.5
AGAINST: Final = 0.05
"""What goes against a difference goes unmentioned below this share of it."""


@dataclass(frozen=True)
class Way:
    """The way from one value to another, in whole cents: `start + sum(part for _, part in steps) == end`, exactly."""

    start: int
    steps: tuple[tuple[str, int], ...]
    end: int

    @property
    def moved(self) -> tuple[tuple[str, int], ...]:
        """The steps that move it by a dollar or more, the largest first."""
        known = [step for step in self.steps if abs(step[1]) >= MATERIAL_USD * CENTS]
        return tuple(sorted(known, key=lambda step: -abs(step[1])))

    @property
    def difference_usd(self) -> float:
        """By how much it moved in all, USD."""
        return (self.end - self.start) / CENTS

    @property
    def unit(self) -> Unit:
        """The one unit in which to draw it."""
        return fmt.one_unit((USD_BN, USD_M), [cents / CENTS for cents in (self.start, self.end)])


def finding(way: Way) -> str:
    """Return what moved a value: `Worth $3.2 B less: most of it price of successors (−$2.9 B)`."""
    if not way.moved:
        return "Worth the same: nothing that changed moves it"
    less = way.difference_usd
    if abs(less) < MATERIAL_USD:
        return f"Worth the same: {fmt.listed([_moved(*step) for step in way.moved[:2]])}"
    return f"Worth {fmt.usd(abs(less))} {'more' if less > 0 else 'less'}: {_explained(way)}"


def _explained(way: Way) -> str:
    """Say which steps explain a difference: the largest part of it, and what goes against it."""
    toward = [step for step in way.moved if (step[1] > 0) is (way.difference_usd > 0)]
    against = [step for step in way.moved if step not in toward]
    (name, part), gap = toward[0], abs(way.end - way.start)
    if against and abs(against[0][1]) > AGAINST * gap:
        return _listed([_moved(name, part), _moved(*against[0])], last=",")
    if len(way.moved) == 1:
        return f"all of it {fmt.in_sentence(name)}"
    if abs(part) > MOST_OF_IT * gap:
        return f"most of it {_moved(name, part)}"
    return _listed([_moved(*step) for step in toward[:MOST_NAMED]])


def _moved(name: str, part: int) -> str:
    return f"{fmt.in_sentence(name)} ({fmt.usd(part / CENTS, signed=True)})"


def _listed(told: list[str], last: str = " and") -> str:
    """Return what is told in a row; where there are commas within it, semicolons stand between."""
    if any("," in one for one in told):
        return "; ".join(told)
    return f"{last} ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)


def named_parts(way: Way) -> str:
    """Return the largest steps and all others together, in figures that add up: `price −$2.9 B, the rest +$0.1 B`."""
    step = fmt.step_of([cents / CENTS for cents in (way.start, way.end, *(part for _, part in way.steps))], DIGITS)
    moved = way.moved
    most = len(moved) if len(moved) == MOST_NAMED + 1 else MOST_NAMED  # one alone is told by its name
    shown = list(moved[:most])
    if left := moved[most:]:
        shown.append((f"{fmt.number_word(len(left))} others together", sum(part for _, part in left)))
    parts = _in_steps(way, [part for _, part in shown], step * CENTS)
    told = [(name, part) for (name, _), part in zip(shown, parts, strict=True) if part]
    return _listed(
        [f"{fmt.in_sentence(name)} {fmt.usd_in_steps(part * step, step, signed=True)}" for name, part in told]
    )


def _in_steps(way: Way, parts: Sequence[int], step: float) -> list[int]:
    """Return parts in whole steps that lead from the start to the end, as far as these parts do."""
    start, end = way.start / step, (way.start + sum(parts)) / step
    exact = Split(np.array([start]), np.array([end]), np.array(parts, dtype=np.float64)[:, None] / step)
    return [int(part) for part in in_steps(exact, np.ones(1, dtype=np.int64))[1][:, 0]]


def bars(way: Way, ends: tuple[str, str], details: dict[str, str] | None = None) -> pd.DataFrame:
    """Return the bars that lead from one value to the other, the largest first; see `step_bars`.

    ends: what the two are called; details: what is said of a step that is pointed at.
    """
    moved = way.moved
    most = len(moved) if len(moved) == MOST_BARS + 1 else MOST_BARS
    told = [(beside(name), part / CENTS, (details or {}).get(name, "")) for name, part in moved[:most]]
    if left := moved[most:]:
        told.append((f"{len(left)} others", sum(part for _, part in left) / CENTS, "in the table below"))
    first, last = ends
    return step_bars(((first, way.start / CENTS), (last, way.end / CENTS)), told, way.unit, more_is_good=True)
