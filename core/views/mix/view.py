"""What the Best mix page looks at: the reader's own answer, what a search found, what that is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.base.finance import MATERIAL_USD
from core.base.lazy import cached_property
from core.inputs.data import Inputs
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario
from core.risk.futures import DRAWS, USUAL_DRAWS, sample
from core.risk.mix.problem import BEST_MIX, Effort, Problem, asked
from core.risk.mix.signposts import Offered, Signpost, signposts
from core.risk.mix.solve import BestMix, Mix, solve
from core.risk.worth import worth
from core.story.answer import Answer
from core.story.courses import KIND, Course, Sure, courses, how_sure, most_known, name_of
from core.story.delivery import LEAD_QUARTERS
from core.story.figure import Chosen, Known

BEST: Final = "Best expected"
SAFEST: Final = "Best bad tenth"
ROBUST: Final = "Least regret"
PLAN_BEST: Final = "Plan best"
BETWEEN: Final = "Between"
OWN: Final = "Your settings"
EXIT: Final = "Exit custom"
SHOWN, LEAD = "mix_shown", "mix_lead"
"""The names of the reader's picks: the mix that is looked at, and the lead time in quarters."""
LEADS: Final = tuple(range(9))
"""Lead times that can be picked."""
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
    lead_quarters: int = LEAD_QUARTERS
    signposts: tuple[Signpost, ...] | None = None
    """Where a belief would have to lie for another course to be best; None until that is worked out."""
    all_draws: bool = True
    """Whether the reader's own course was worked out in as many futures as the others."""

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

    @cached_property
    def looked(self) -> Answer:
        """That mix, taken into the reader's scenario."""
        return Answer.of(self.inputs, self.mix.taken(self.answer.scenario))

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
    best, *others = courses_offered(found, against)
    return View(answer, found, against, next(iter(named(found))), signposts=signposts(found.problem, best, others))


def held_against(inputs: Inputs, scenario: Scenario) -> tuple[Course, ...]:
    """Return the courses that mixes are held against."""
    return courses(inputs, scenario, inputs.presets, {EXIT: exit_of(scenario, inputs)})


def looked_at(answer: Answer, chosen: Chosen, known: Known, draws: int = USUAL_DRAWS) -> View | None:
    """Return the view of what was found for what the page asks; None if that, or what it is held against, is not known.

    The reader's own course has as many futures as are known, or as few as can be drawn.
    """
    inputs, scenario = answer.inputs, answer.scenario
    found: BestMix | None = known(BEST_MIX, "")
    if found is None or replace(found.problem, inputs=inputs, scenario=scenario).key != found.problem.key:
        return None
    offer = held_against(inputs, scenario)
    by_name: Sure | None = known(KIND, name_of(inputs, scenario, offer, draws))
    if by_name is None:
        return None
    own = most_known(inputs, scenario, known) or sample(inputs, scenario, DRAWS[0])
    sure, every = how_sure(by_name, offer, own), tuple(named(found))
    against = rivals(
        [(one.name, one.scenario) for one in offer], scenario, sure.expected_usd, sure.bad_tenth_usd, sure.probability
    )
    lead = chosen(LEAD, LEADS, LEAD_QUARTERS)
    return View(answer, found, against, chosen(SHOWN, every, every[0]), lead, all_draws=own.draws >= draws)
