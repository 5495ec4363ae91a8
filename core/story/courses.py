"""The courses that one can take under the same beliefs: the ready-made ones, the best mix found, and one's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.inputs.data import Inputs
from core.inputs.lever import Value
from core.inputs.lever_table import adoption, start_lag
from core.inputs.scenario import Scenario, to_json
from core.risk.futures import DRAWS, FUTURES, Futures, key, without_adoption
from core.risk.mix.problem import BEST_MIX, usual
from core.risk.worth import Worth, bad_tenth
from core.story.figure import Known

Floats = NDArray[np.float64]

KIND: Final = "courses"
"""What is kept of how sure courses are: a kind of long work."""
OWN: Final = "Your settings"
BEST: Final = "Best mix found"
TODAY: Final = "Today's mix held"


@dataclass(frozen=True)
class Course:
    """A course by its name: the scenario that taking it gives."""

    name: str
    scenario: Scenario
    is_own: bool = False


@dataclass(frozen=True, eq=False)
class Sure:
    """How sure courses are, each (course,); NaN where it is not known yet."""

    expected_usd: Floats
    probability: Floats
    bad_tenth_usd: Floats

    @property
    def is_complete(self) -> bool:
        """Whether the expected value of every course is known."""
        return not np.isnan(self.expected_usd).any()

    @classmethod
    def of(cls, worth: Worth) -> Sure:
        """Return what stays of the futures of courses."""
        return cls(worth.expected_usd, worth.pays_share, worth.bad_tenth_usd)


def offered(inputs: Inputs, scenario: Scenario, known: Known) -> tuple[Course, ...]:
    """Return all courses: the data set's ready-made ones, the best mix if it was found, and the reader's own."""
    best = known(BEST_MIX, usual(inputs, scenario).key)
    more = {} if best is None else {BEST: best.best.taken(scenario)}
    return courses(inputs, scenario, inputs.presets, more)


def name_of(inputs: Inputs, scenario: Scenario, offer: tuple[Course, ...], draws: int) -> str:
    """Return what it is kept under how sure courses are: beliefs, baseline and the courses that have a name."""
    told = [to_json(one) for one in by_name(offer)]
    content = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{key(without_adoption(inputs, scenario), draws, inputs)} {content}"


def by_name(offer: tuple[Course, ...]) -> list[Scenario]:
    """Return the courses that have a name, wherever the reader's own stands, which may be one of them."""
    return [one.scenario for one in offer if one.name != OWN]


def how_sure(named: Sure, offer: tuple[Course, ...], futures: Futures | None) -> Sure:
    """Return how sure all courses are: those that have a name, and what the reader's own futures say of his."""
    known = iter(zip(named.expected_usd, named.probability, named.bad_tenth_usd, strict=True))
    rows = [next(known) if one.name != OWN else (np.nan, np.nan, np.nan) for one in offer]
    if futures is not None:
        rows[next(i for i, one in enumerate(offer) if one.is_own)] = own_sure(futures)
    return Sure(*np.array(rows, dtype=np.float64).T)


def courses(
    inputs: Inputs, scenario: Scenario, ready_made: Mapping[str, Scenario], more: Mapping[str, Scenario]
) -> tuple[Course, ...]:
    """Return all courses, equal ones once; the reader's own is always among them and marked.

    Of the ready-made scenarios those are courses that set shares and their starts alone. Each takes all adoption shares
    from there, and what else it changes; beliefs and other choices stay as the reader has set them. One that sets how
    bought chips are divided or when to stop is none: its baseline would change with it, and its value be another.
    """
    shares = [adoption(one) for one in inputs.workloads]
    of_course = {*shares, *(start_lag(one) for one in inputs.workloads)}
    named = dict[str, Scenario]()
    for name, preset in ready_made.items():
        if of_course.issuperset(preset.changes):
            named[name] = scenario.replace(**{one: preset[one] for one in shares}, **_others(preset, shares))
    today = scenario.replace(**inputs.adoption_today)
    named = {**({} if today in named.values() else {TODAY: today}), **named, **more}
    found, seen = [], set[Scenario]()
    for name, one in named.items():
        if one not in seen:
            seen.add(one)
            found.append(Course(name, one, one == scenario))
    return tuple(found if scenario in seen else [Course(OWN, scenario, True), *found])


def _others(preset: Scenario, shares: list[str]) -> dict[str, Value]:
    return {name: value for name, value in preset.changes.items() if name not in shares}


def own_sure(futures: Futures) -> tuple[float, float, float]:
    """Return what the futures say of the reader's own course: expected value, odds and the bad tenth."""
    return futures.expected_usd, futures.probability, float(bad_tenth(futures.value_usd))


def most_known(inputs: Inputs, scenario: Scenario, known: Known) -> Futures | None:
    """Return the futures of a scenario from as many draws as are worked out already; None if none are."""
    found = (known(FUTURES, key(scenario, draws, inputs)) for draws in reversed(DRAWS))
    return next((one for one in found if one is not None), None)
