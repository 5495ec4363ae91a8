"""One scenario worked out in full: what the sentences, tables and charts of all pages are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.lazy import cached_property
from core.base.quarters import Calendar
from core.inputs.data import CUSTOM, Inputs
from core.inputs.lever_table import adoption, start_lag
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import Result, summarise
from core.model.model import EXIT, HOLD, PLAN, Course, Simulation, course_alone, on_basis, run, variants
from core.model.sweep import AdoptionSweep, sweep_adoption
from core.model.world import World, alone, build
from core.story.labels import supplier_labels

OTHER_BASIS: Final = {"use": "sale", "sale": "use"}
BASELINE_WORDS: Final = {HOLD: "today's mix held", EXIT: "exit custom"}


def _in_one_world(inputs: Inputs, one: Scenario, other: Scenario) -> bool:
    """Return whether two scenarios differ in nothing that their world depends on: in shares and their starts alone."""
    of_courses = {name(workload) for workload in inputs.workloads for name in (adoption, start_lag)}
    return all(one[name] == other[name] for name in one if name not in of_courses)


@dataclass(frozen=True, eq=False)
class Answer:
    """One scenario worked out in full.

    Its series are read by name: `answer.plan.cash_usd` is (quarter,), `answer.baseline.capex_usd` (quarter, supplier);
    what the world offers likewise: `answer.world.kappa` is (quarter, supplier, workload). `sim` is the batch of one
    that they are cut from.
    """

    scenario: Scenario
    sim: Simulation
    result: Result

    @classmethod
    def of(cls, inputs: Inputs, scenario: Scenario, near: Answer | None = None) -> Answer:
        """Work `scenario` out on the data of `inputs`.

        near: another answer, whose world is taken if its scenario differs in what is adopted and when alone.
        """
        levers = columns([scenario])
        if near is not None and near.inputs is inputs and _in_one_world(inputs, near.scenario, scenario):
            world = replace(near.sim.world, levers=levers)
        else:
            world = build(inputs, levers)
        sim = run(world, variants(world))
        return cls(scenario, sim, summarise(sim))

    @cached_property
    def sweep(self) -> AdoptionSweep:
        """What each workload's adoption does for value; worked out once it is asked for."""
        return sweep_adoption(self.sim)

    @property
    def inputs(self) -> Inputs:
        """The data that the scenario is worked out on."""
        return self.sim.world.inputs

    @property
    def calendar(self) -> Calendar:
        """Which quarter is which."""
        return self.inputs.calendar

    @cached_property
    def world(self) -> World:
        """What the world offers: core.model.world.World without its last axis."""
        return alone(self.sim.world)

    @cached_property
    def plan(self) -> Course:
        """What the scenario itself does."""
        return course_alone(self.sim, PLAN)

    @cached_property
    def hold(self) -> Course:
        """What holding today's mix does."""
        return course_alone(self.sim, HOLD)

    @cached_property
    def exit(self) -> Course:
        """What exiting custom chips does."""
        return course_alone(self.sim, EXIT)

    @property
    def baseline(self) -> Course:
        """What the course does that the scenario is compared with."""
        return self.hold if self.baseline_course == HOLD else self.exit

    @property
    def baseline_course(self) -> int:
        """The course that the scenario is compared with, HOLD or EXIT."""
        return HOLD if self.scenario["baseline"] == "hold" else EXIT

    @property
    def baseline_words(self) -> str:
        """What the baseline is called."""
        return BASELINE_WORDS[self.baseline_course]

    @property
    def variants(self) -> dict[str, Course]:
        """The two courses that a page shows, by the name that frames give them: `plan` and `baseline`."""
        return {"plan": self.plan, "baseline": self.baseline}

    @property
    def courses(self) -> dict[str, int]:
        """The same by their place on the axis of courses, for what is worked out in batches."""
        return {"plan": PLAN, "baseline": self.baseline_course}

    def lever(self, name: str) -> float:
        """Return a lever of the scenario as the model counts it."""
        return self.scenario.number(name)

    @property
    def adoption(self) -> NDArray[np.float64]:
        """The scenario's adoption rates (workload,)."""
        return self.sim.courses.adoption[:, PLAN, 0]

    @property
    def custom(self) -> str:
        """What the custom chips are called."""
        return supplier_labels(self.inputs)[CUSTOM]

    @cached_property
    def on_other_basis(self) -> Answer:
        """The same scenario with the residual value of chips on the basis that it did not choose."""
        scenario = self.scenario.replace(terminal_basis=OTHER_BASIS[str(self.scenario["terminal_basis"])])
        sim = on_basis(self.sim, scenario.number("terminal_basis"))
        return Answer(scenario, sim, summarise(sim))

    @property
    def last_year(self) -> int:
        """The last year that is modelled."""
        return int(self.lever("horizon_year"))

    def metric(self, name: str) -> float:
        """Return one of core.model.evaluate.METRICS."""
        return float(self.result.metrics[name][0])
