"""Scenarios side by side and bridges between them, as the tests of the Compare page look at them."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as some

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.views.compare.bridge import VALUE, Bridge, Measure, bridge
from core.views.compare.view import Compared, View
from tests.support.answers import answer
from tests.support.cases import PRESETS
from tests.support.effort import examples
from tests.support.frozen import BASE, LEVERS
from tests.support.strategies import scenarios, settings_of

FEW = examples(15)
SOME = examples(30)
NAMES = ("One", "Two")


def compared(*members: Scenario) -> tuple[Compared, ...]:
    return tuple(
        Compared(name, scenario, answer.__wrapped__(scenario))
        for name, scenario in zip(("One", "Two", "Three", "Four"), members, strict=False)
    )


def beside(*members: Scenario) -> View:
    """What the page looks at when these are compared, the first two bridged."""
    return View(compared(*members), bridge(bundled(), *members[:2]), VALUE, NAMES)


def bridged(built: Bridge, measure: Measure = VALUE) -> View:
    """What the page looks at when this bridge is drawn."""
    return View((), built, measure, NAMES)


def moved(before: Scenario, names: list[str]) -> some.SearchStrategy[Scenario]:
    drawn = some.fixed_dictionaries({name: settings_of(LEVERS[name]) for name in names})
    return drawn.map(lambda changes: before.replace(**changes))


def pairs(most: int) -> some.SearchStrategy[tuple[Scenario, Scenario]]:
    """Two scenarios that differ in `most` levers at most, any others being anywhere in their bounds."""
    names = some.lists(
        some.sampled_from([lever.id for lever in LEVERS.values()]), min_size=1, max_size=most, unique=True
    )
    return some.tuples(scenarios(), names).flatmap(lambda drawn: some.tuples(some.just(drawn[0]), moved(*drawn)))


@cache
def plan_to_training() -> Bridge:
    return bridge(bundled(), BASE, PRESETS["Extends to training"])
