"""What a delay or a slow chip costs, what the right to stop is then worth, and what becomes of the work asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.lazy import cached_property
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.levers import AT_ONCE_PREMIUM, NO_STOP
from core.model.courses import Buying, Courses, custom_share
from core.model.model import EXIT, PLAN
from core.story import frames
from core.story.answer import Answer

if TYPE_CHECKING:
    from core.model.compiled import Costs

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setback:
    """What goes wrong with the custom chips to come: later by some quarters, slower by some share."""

    name: str
    delay_quarters: int
    performance: float


AS_SET: Final = Setback("As set", 0, 1.0)
LATE: Final = Setback("A year late", QUARTERS_PER_YEAR, 1.0)
SLOW: Final = Setback(f"15{fmt.NBSP}% slow", 0, 0.85)
SETBACKS: Final = (AS_SET, LATE, SLOW, Setback("Late and slow", QUARTERS_PER_YEAR, 0.85))
LONGEST_DELAY: Final = 8
OUTCOMES: Final = ("Bought", "Held back, too dear", "No chip on offer", "Beyond the supply limit")
"""What becomes of the custom work that the adoption rates ask for."""


@dataclass(frozen=True, eq=False)
class Setbacks:
    """The scenario with its coming custom chips late or slow, each under two rules for stopping.

    A rule is the premium over the best bought chip above which custom chips are not bought: `premium` is the
    scenario's own (or none to speak of, if the scenario stops at once), 0 stops as soon as custom chips are dearer.
    """

    told: Costs  # of the scenario under each rule, and what exit costs under each; a world a delay and performance
    worlds: dict[tuple[int, float], int]  # by delay in quarters and performance
    asked_share: Floats  # (quarter, workload) of what is bought, as core.model.courses.custom_share
    quarters: tuple[str, ...]  # their labels
    delay_quarters: int  # as set
    performance: float
    premium: float

    @property
    def delays(self) -> tuple[int, ...]:
        """The delays that are looked at, in quarters."""
        return _delays(self.delay_quarters)

    @property
    def rules(self) -> dict[str, float]:
        """Both rules for stopping by what they are called, the scenario's own first."""
        return {"Buying on": self.premium, "Stopping when dearer": AT_ONCE_PREMIUM}

    @cached_property
    def value_usd(self) -> Floats:
        """Value against exit; (world, rule)."""
        cost = self.told.cost_usd
        value: Floats = cost[:, len(self.rules) :] - cost[:, : len(self.rules)]
        return value

    def at(self, setback: Setback, premium: float) -> tuple[int, int]:
        """Return where a setback under a rule stands on the axes of worlds and rules."""
        late, slow = self.delay_quarters + setback.delay_quarters, self.performance * setback.performance
        return self.worlds[late, slow], list(self.rules.values()).index(premium)

    def value(self, setback: Setback, premium: float) -> float:
        """Return value against exit with a setback under a rule."""
        return float(self.value_usd[self.at(setback, premium)])

    def cost(self, setback: Setback, premium: float) -> float:
        """Return what a setback costs under a rule: value as set, under the same rule, less value with it."""
        return self.value(AS_SET, premium) - self.value(setback, premium)

    def option(self, setback: Setback) -> float:
        """Return what it is worth to stop as soon as custom chips are dearer, with a setback."""
        return self.value(setback, AT_ONCE_PREMIUM) - self.value(setback, self.premium)

    @cached_property
    def by_delay(self) -> Floats:
        """Value against exit by delay and rule (own premium, none); (delay, rule)."""
        value: Floats = self.value_usd[[self.worlds[delay, self.performance] for delay in self.delays]]
        return value


def _delays(own: int) -> tuple[int, ...]:
    return tuple(sorted({*range(LONGEST_DELAY + 1), own}))


def setbacks(answer: Answer) -> Setbacks:
    """Return what the scenario is worth with delays and setbacks, under its own rule for stopping and at no premium."""
    # Here and not above: the compiler takes a while to load, which no start of the program should wait for.
    from core.model.compiled import choices_of, costs

    delay, performance = int(answer.lever("custom_delay_quarters")), answer.lever("custom_performance")
    own = answer.lever("custom_premium_max")
    premium = NO_STOP if own == AT_ONCE_PREMIUM else own
    cases = [(late, performance) for late in _delays(delay)]
    cases += [(delay + one.delay_quarters, performance * one.performance) for one in SETBACKS]
    worlds = {case: place for place, case in enumerate(dict.fromkeys(cases))}
    world, courses = answer.sim.world, answer.sim.courses
    batch = {name: np.repeat(column, len(worlds)) for name, column in world.levers.items()}
    delays, performances = (np.array(part, dtype=np.float64) for part in zip(*worlds, strict=True))
    batch |= {"custom_delay_quarters": delays, "custom_performance": performances}
    rules, each = (premium, AT_ONCE_PREMIUM), [PLAN, PLAN, EXIT, EXIT]  # who exits buys on while shares fall
    buying = Buying(premium_max=np.array([*rules, *rules])[:, None])
    under_rules = Courses(courses.adoption[:, each], courses.start[:, each], buying)
    return Setbacks(
        told=costs(answer.inputs, batch, choices_of(world, under_rules), told=len(rules)),
        worlds=worlds,
        asked_share=custom_share(world, courses)[:, :, PLAN, 0],
        quarters=tuple(frames.quarters(answer)),
        delay_quarters=delay,
        performance=performance,
        premium=premium,
    )


def outcomes_h100e(found: Setbacks, setback: Setback, premium: float) -> Floats:
    """Return what becomes of the custom work that the adoption rates ask for; (quarter, workload, outcome) as OUTCOMES.

    Asked for: `share * gap`, after what power allows. The outcomes add up to it.
    """
    work = found.told.work[found.at(setback, premium)]  # (quarter, workload)
    asked, bought = found.asked_share * work["gap_h100e"], work["custom_h100e"]
    stopped, missing = work["held_back"], work["lacks_chip"]
    held_back, no_chip = np.where(stopped & ~missing, asked, 0.0), np.where(stopped & missing, asked, 0.0)
    beyond = np.maximum(asked - bought - held_back - no_chip, 0.0)
    return np.stack([bought, held_back, no_chip, beyond], axis=-1)
