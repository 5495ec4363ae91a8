"""What a delay or a slow chip costs, what the right to stop is then worth, and what becomes of the work asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM
from core.inputs.levers import AT_ONCE_PREMIUM, NO_STOP
from core.model.courses import custom_share
from core.model.evaluate import summarise
from core.model.model import PLAN, Simulation, simulate
from core.story.answer import Answer

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

_Case = tuple[int, float, float]  # delay in quarters, performance, premium


@dataclass(frozen=True, eq=False)
class Setbacks:
    """The scenario with its coming custom chips late or slow, each under two rules for stopping.

    A rule is the premium over the best bought chip above which custom chips are not bought: `premium` is the
    scenario's own (or none to speak of, if the scenario stops at once), 0 stops as soon as custom chips are dearer.
    """

    sim: Simulation
    value_usd: Floats  # (world,) against exit
    place: dict[_Case, int]
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

    @property
    def quarters(self) -> tuple[str, ...]:
        """The labels of the quarters that are modelled."""
        return tuple(self.sim.world.inputs.calendar.label(t) for t in range(self.sim.world.quarters))

    def at(self, setback: Setback, premium: float) -> int:
        """Return where a setback under a rule stands on the world axis."""
        case = (self.delay_quarters + setback.delay_quarters, self.performance * setback.performance, premium)
        return self.place[case]

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
        places = [[self.place[d, self.performance, rule] for rule in self.rules.values()] for d in self.delays]
        value: Floats = self.value_usd[np.array(places)]
        return value


def _delays(own: int) -> tuple[int, ...]:
    return tuple(sorted({*range(LONGEST_DELAY + 1), own}))


def setbacks(answer: Answer) -> Setbacks:
    """Return what the scenario is worth with delays and setbacks, under its own rule for stopping and at no premium."""
    delay, performance = int(answer.lever("custom_delay_quarters")), answer.lever("custom_performance")
    own = answer.lever("custom_premium_max")
    premium = NO_STOP if own == AT_ONCE_PREMIUM else own
    cases: dict[_Case, int] = {}
    for rule in (premium, AT_ONCE_PREMIUM):
        for d in _delays(delay):
            cases.setdefault((d, performance, rule), len(cases))
        for one in SETBACKS:
            cases.setdefault((delay + one.delay_quarters, performance * one.performance, rule), len(cases))
    batch = {name: np.repeat(column, len(cases)) for name, column in answer.sim.world.levers.items()}
    delays, performances, premiums = (np.array(part, dtype=np.float64) for part in zip(*cases, strict=True))
    batch |= {
        "custom_delay_quarters": delays,
        "custom_performance": performances,
        "custom_premium_max": premiums,
    }
    sim = simulate(answer.inputs, batch)
    value = summarise(sim, series=()).metrics["npv_vs_exit_usd"]
    return Setbacks(sim, value, cases, delay, performance, premium)


def outcomes_h100e(found: Setbacks, setback: Setback, premium: float) -> Floats:
    """Return what becomes of the custom work that the adoption rates ask for; (quarter, workload, outcome) as OUTCOMES.

    Asked for: `share * gap`, after what power allows. The outcomes add up to it.
    """
    sim, place = found.sim, found.at(setback, premium)
    asked = (custom_share(sim.world, sim.courses)[:, :, PLAN] * sim.fleet.gap_h100e[:, :, PLAN])[..., place]
    bought = sim.fleet.bought_h100e[:, CUSTOM, :, PLAN, place]
    stopped = sim.fleet.held_back_h100e[:, :, PLAN, place] > 0.0
    missing = np.isinf(sim.world.kappa[:, CUSTOM, :, place])
    held_back, no_chip = np.where(stopped & ~missing, asked, 0.0), np.where(stopped & missing, asked, 0.0)
    beyond = np.maximum(asked - bought - held_back - no_chip, 0.0)
    return np.stack([bought, held_back, no_chip, beyond], axis=-1)
