"""What the Compare page looks at: two to four scenarios side by side, and the bridge between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.base.format import told_apart
from core.inputs.lever import Lever
from core.inputs.presets import OWN_SETTINGS
from core.inputs.scenario import Scenario
from core.risk.futures import DRAWS, Futures, sample
from core.story.answer import Answer
from core.views.compare.bridge import VALUE, Bridge, Measure, bridge

MOST_SCENARIOS: Final = 4
REFERENCES: Final = ("Company plan", "Today's mix held")
"""What a scenario is compared with at first, if the data set has it ready-made and it is not the scenario itself."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A scenario in a comparison; names are told apart before."""

    name: str
    scenario: Scenario
    answer: Answer


@dataclass(frozen=True, eq=False)
class View:
    """Scenarios side by side, the first the reference, and a bridge that explains one measure."""

    compared: tuple[Compared, ...]
    bridge: Bridge
    measure: Measure
    names: tuple[str, str]
    """What the scenarios are called that the bridge joins."""
    futures: tuple[Futures, ...] = ()
    """Those of each scenario; none until all are drawn."""


def last_year(compared: Sequence[Compared]) -> int:
    """Return the last year that all scenarios have: what is compared over time is compared until then."""
    return min(one.answer.last_year for one in compared)


def peak_mw(compared: Sequence[Compared]) -> list[float]:
    """Return the highest IT load of each scenario in the years that all have, MW."""
    quarters = compared[0].answer.calendar.quarters_to(last_year(compared))
    return [float(one.answer.plan.mw_it[:quarters].max()) for one in compared]


def differing(compared: Sequence[Compared]) -> list[Lever]:
    """Return the levers that are not set alike in all scenarios."""
    return [
        lever for lever in compared[0].scenario.levers.values() if len({one.scenario[lever.id] for one in compared}) > 1
    ]


def reference(ready_made: Mapping[str, Scenario], scenario: Scenario) -> str | None:
    """Return the ready-made scenario that one is compared with at first; None if it is all there are itself."""
    names = (name for name in (*REFERENCES, *ready_made) if name in ready_made)
    return next((name for name in names if ready_made[name] != scenario), None)


def opened(answer: Answer) -> View:
    """Return the comparison that the page begins with: a scenario beside its `reference`, or where none is, itself.

    Its futures are as few as can be drawn.
    """
    inputs, scenario = answer.inputs, answer.scenario
    own = next((name for name, preset in inputs.presets.items() if preset == scenario), OWN_SETTINGS)
    other = reference(inputs.presets, scenario)
    first = scenario if other is None else inputs.presets[other]
    before, after = told_apart([other or own, own])
    compared = (Compared(before, first, Answer.of(inputs, first)), Compared(after, scenario, answer))
    drawn = tuple(sample(inputs, one.scenario, DRAWS[0]) for one in compared)
    return View(compared, bridge(inputs, first, scenario), VALUE, (before, after), drawn)
