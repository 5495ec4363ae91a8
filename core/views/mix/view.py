"""What the Best mix page looks at: the reader's own answer, what a search found, what that is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.base.finance import MATERIAL_USD
from core.inputs.data import Inputs
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario
from core.risk.mix.problem import Effort, Problem, asked
from core.risk.mix.signposts import Offered, Signpost, signposts
from core.risk.mix.solve import BestMix, Mix, solve
from core.risk.worth import worth
from core.story.answer import Answer
from core.story.delivery import LEAD_QUARTERS

BEST: Final = "Best expected"
SAFEST: Final = "Best bad tenth"
ROBUST: Final = "Least regret"
PLAN_BEST: Final = "Plan best"
BETWEEN: Final = "Between"
OWN: Final = "Your settings"
EXIT: Final = "Exit custom"
FEWEST: Final = Effort(broad=16, fine=64, shown=1024)
"""The least that a search can be made of."""


@dataclass(frozen=True)
class Rival:
    """A course that the mixes are held against: a ready-made one, today's mix, the exit, or the reader's own."""

    name: str
    scenario: Scenario
    is_own: bool
    expected_usd: float
    bad_tenth_usd: float
    pays_share: float


@dataclass(frozen=True, eq=False)
class View:
    """What was found for a problem, and which of the mixes is looked at."""

    answer: Answer
    """The reader's own scenario."""
    found: BestMix
    rivals: tuple[Rival, ...]
    name: str
    """What the mix that is looked at is called."""
    looked: Answer
    """That mix, taken into the reader's scenario."""
    lead_quarters: int = LEAD_QUARTERS
    signposts: tuple[Signpost, ...] | None = None
    """Where a belief would have to lie for another course to be best; None until that is worked out."""

    @property
    def inputs(self) -> Inputs:
        """The data that all of it stands on."""
        return self.answer.inputs

    @property
    def problem(self) -> Problem:
        """What was asked."""
        return self.found.problem

    @property
    def mix(self) -> Mix:
        """The mix that is looked at."""
        return named(self.found)[self.name]

    @property
    def own(self) -> Rival:
        """The reader's own course."""
        return next(one for one in self.rivals if one.is_own)


def named(found: BestMix) -> Mapping[str, Mix]:
    """Return all mixes that are shown by name, equal ones once, the best expected value first."""
    front = found.frontier
    marked = [(BEST, front[0]), (ROBUST, found.robust), (PLAN_BEST, found.plan_best), (SAFEST, front[-1])]
    kept: list[tuple[str, Mix]] = []
    for name, mix in marked:
        same = next((i for i, (_, known) in enumerate(kept) if dict(known.levers) == dict(mix.levers)), None)
        if same is None:
            kept.append((name, mix))
        else:
            kept[same] = (f"{kept[same][0]}, {name[:1].lower()}{name[1:]}", mix)
    known = [dict(mix.levers) for _, mix in kept]
    between = [mix for mix in front[1:-1] if dict(mix.levers) not in known]
    return {**dict(kept), **{f"{BETWEEN} {i}": mix for i, mix in enumerate(between, 1)}}


def that_differ(found: BestMix) -> tuple[Mix, ...]:
    """Return the mixes of the frontier that are not worth the same as the baseline; all if none is."""
    differ = [one for one in found.frontier if max(abs(one.expected_usd), abs(one.bad_tenth_usd)) >= MATERIAL_USD]
    return tuple(differ) or found.frontier


def courses_offered(found: BestMix, rivals: Iterable[Rival]) -> list[Offered]:
    """Return all courses with a name of their own, the mix of the best expected value first."""
    of = found.problem.scenario
    mixes = [(name, mix) for name, mix in named(found).items() if not name.startswith(BETWEEN)]
    return [
        *(Offered(name, mix.taken(of), mix.expected_usd) for name, mix in mixes),
        *(Offered(one.name, one.scenario, one.expected_usd) for one in rivals),
    ]


def exit_of(scenario: Scenario, inputs: Inputs) -> Scenario:
    """Return the scenario without custom chips in new capacity."""
    return scenario.replace(**dict.fromkeys(map(adoption, inputs.workloads), 0.0))


def rivals(courses: Iterable[tuple[str, Scenario]], own: Scenario, *figures: Iterable[float]) -> tuple[Rival, ...]:
    """Return courses as rivals; `figures` are expected value, bad tenth and odds of each, (course,)."""
    return tuple(
        Rival(name, one, one == own, *map(float, of_one))
        for (name, one), of_one in zip(courses, zip(*figures, strict=True), strict=True)
    )


def opened(answer: Answer) -> View:
    """Return the view of the usual question, from as few futures as a search can be made of."""
    inputs, scenario = answer.inputs, answer.scenario
    found = solve(asked(inputs, {"levers": dict(scenario)}, FEWEST))
    courses = {OWN: scenario, EXIT: exit_of(scenario, inputs)}
    sure = worth(inputs, scenario, list(courses.values()), FEWEST.shown)
    against = rivals(courses.items(), scenario, sure.expected_usd, sure.bad_tenth_usd, sure.pays_share)
    name = next(iter(named(found)))
    best, *others = courses_offered(found, against)
    looked = Answer.of(inputs, named(found)[name].taken(scenario))
    return View(answer, found, against, name, looked, signposts=signposts(found.problem, best, others))
