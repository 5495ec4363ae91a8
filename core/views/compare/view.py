"""What the Compare page looks at: two to four scenarios side by side, and the bridge between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.inputs.lever import Lever
from core.inputs.presets import OWN_SETTINGS
from core.inputs.scenario import Scenario
from core.story.answer import Answer
from core.views.compare.bridge import VALUE, Bridge, Measure, bridge

MOST_SCENARIOS: Final = 4
REFERENCES: Final = ("Company plan", "Today's mix held")
"""What a scenario is compared with at first; the second if it is the first itself."""


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


def differing(compared: Sequence[Compared]) -> list[Lever]:
    """Return the levers that are not set alike in all scenarios."""
    return [
        lever for lever in compared[0].scenario.levers.values() if len({one.scenario[lever.id] for one in compared}) > 1
    ]


def opened(answer: Answer) -> View:
    """Return the comparison that the page begins with: a scenario beside the first of REFERENCES that it is not."""
    inputs, scenario = answer.inputs, answer.scenario
    ready_made = inputs.presets
    reference = next(name for name in (*REFERENCES, *ready_made) if name in ready_made and ready_made[name] != scenario)
    name = next((name for name, preset in ready_made.items() if preset == scenario), OWN_SETTINGS)
    first = ready_made[reference]
    compared = (Compared(reference, first, Answer.of(inputs, first)), Compared(name, scenario, answer))
    return View(compared, bridge(inputs, first, scenario), VALUE, (reference, name))
