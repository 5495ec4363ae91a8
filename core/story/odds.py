"""The odds of a scenario, which stand beside its finding on every page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeGuard

from core.base import format as fmt
from core.risk.futures import DOES_NOT_PAY, IS_GOOD, NO_DIFFERENCE, PAYS, Futures, sureness
from core.risk.report import odds_entry

STANDARD_ERRORS: Final = 2.0
"""How far the odds of many futures may lie from those of the first of them."""
OPEN: Final = "Odds"
"""Stands for the verdict while the first futures do not tell it."""


@dataclass(frozen=True)
class Odds:
    """The odds beside a headline: the verdict in a word or four, what it rests on, and whether it is good news."""

    verdict: str
    words: str
    good: bool | None  # None: neither


def odds(futures: Futures, plan_case_usd: float) -> Odds:
    """Return the odds of a scenario, its expected value beside the plan case's, and where half of all futures lie."""
    count = f"{futures.draws:,} futures"
    if futures.verdict == NO_DIFFERENCE:
        return Odds("No difference", f"in any of {count}", None)
    ends = futures.quantile((0.25, 0.75))
    low, high = (fmt.usd(end, signed=True, beside=ends) for end in ends)
    words = (
        f"{_how_often(futures, count)} · "
        f"expected value {fmt.usd(futures.expected_usd, signed=True)}, "
        f"plan case {fmt.usd(plan_case_usd, signed=True)} · "
        f"half of all futures between {low} and {high}"
    )
    return Odds(fmt.sentence(futures.verdict), words, IS_GOOD.get(futures.verdict))


def first_odds(futures: Futures, plan_case_usd: float) -> Odds:
    """Return the odds by the first futures, while more are worked out.

    The verdict is said only where it is that of all odds within two standard errors: then more do not change the word.
    """
    told = odds(futures, plan_case_usd)
    if math.isnan(futures.probability):
        return told
    error = STANDARD_ERRORS * math.sqrt(futures.probability * (1.0 - futures.probability) / futures.draws)
    if sureness(futures.probability - error) == sureness(futures.probability + error):
        return told
    words = told.words if told.words.startswith("pays") else f"pays {told.words}"
    return Odds(OPEN, words, None)


def _how_often(futures: Futures, count: str) -> str:
    """Return how often the verdict that stands before it holds; no word is said twice in a row."""
    if futures.verdict == PAYS:
        return f"in {fmt.chance(futures.probability)} of {count}"
    if futures.verdict == DOES_NOT_PAY:
        return f"in {fmt.chance(1.0 - futures.probability)} of {count}"
    return f"pays in {fmt.chance(futures.probability)} of {count}"


# --- Kept with what was saved


@dataclass(frozen=True)
class KeptOdds:
    """How sure a scenario was when it was saved; the probability is None where no future made a difference."""

    probability: float | None
    expected_usd: float
    bad_tenth_usd: float
    draws: int
    seed: int

    @classmethod
    def of(cls, futures: Futures) -> Self:
        """Return what would be kept of these futures."""
        return cls(**odds_entry(futures))

    @property
    def pays(self) -> str:
        """In how many futures it pays: `73 % of 8,192`."""
        share = "no difference" if self.probability is None else fmt.chance(self.probability)
        return f"{share} {'in' if self.probability is None else 'of'} {self.draws:,}"

    @property
    def words(self) -> str:
        """How sure it was in words: `pays in 73 % of 8,192 futures, +$4.7 B expected`."""
        if self.probability is None:
            return f"no difference in any of {self.draws:,} futures"
        return f"pays in {self.pays} futures, {fmt.usd(self.expected_usd, signed=True)} expected"


def kept(entry: object) -> KeptOdds | None:
    """Return the odds that a saved report holds under `odds`, as core.risk.report.odds_entry gave them.

    None if it holds none, as those of before 2.2.0, or what is no such figure.
    """
    if not isinstance(entry, Mapping):
        return None
    probability = entry.get("probability")
    expected, bad, draws, seed = (entry.get(name) for name in ("expected_usd", "bad_tenth_usd", "draws", "seed"))
    if not (_is_figure(expected) and _is_figure(bad) and type(draws) is int and type(seed) is int and draws >= 1):
        return None
    if probability is not None and not (_is_figure(probability) and 0.0 <= probability <= 1.0):
        return None
    return KeptOdds(probability, float(expected), float(bad), draws, seed)


def _is_figure(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
