"""What of Explore waits for odds: the courses, of which a click takes one, the strip, and capital spending."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from core.risk.futures import USUAL_DRAWS
from core.story.answer import Answer
from core.story.courses import offered
from core.story.drawn import STRIP
from core.views.explore.figures import PAGE
from core.views.explore.view import View
from pages.parts.kept import courses as kept
from pages.parts.kept import odds as work
from pages.parts.live import component
from pages.parts.widgets import later
from pages.parts.widgets.figures import Again
from pages.parts.work import dataset, session

COURSES: Final = "courses"
_WAITING: Final = "explore_waiting"


def view(answer: Answer, draws: int = USUAL_DRAWS) -> View:
    """Return what Explore looks at, with odds as far as they are known; `fill` finds the rest."""
    found = View.looked_at(answer, work.known, draws)
    later.leave(_WAITING, (found, draws, Again(PAGE)))
    return found


def draw(view: View) -> None:
    """Draw the courses; a click on the name of one takes it."""
    _again().one(view, COURSES, on_pick=_take)


def strip(view: View) -> None:
    """Draw the headline figures."""
    _again().one(view, STRIP)


def capital(view: View) -> None:
    """Draw what the scenario does to capital spending of the first year."""
    _again().one(view, "capital")


def fill() -> None:
    """Work out the odds that `view` left open, and draw what waits for them; call it when all else stands."""
    waiting: tuple[View, int, Again[View]] | None = later.take(_WAITING)
    if waiting is None or not waiting[0].waits:
        return
    before, draws, places = waiting
    inputs, scenario = dataset.in_use(), session.current()
    sure = kept.found(inputs, scenario, before.offer, draws) if before.is_ranked else None
    places.again(replace(before, sure=sure, drawn=work.futures(scenario, draws)))


def _again() -> Again[View]:
    waiting: tuple[View, int, Again[View]] | None = later.left(_WAITING)
    if waiting is None:
        raise RuntimeError("the view of the page comes first")
    return waiting[2]


def _take() -> None:
    """Take in a click on the name of a course."""
    name = component.picked(COURSES).get("name")
    for one in offered(dataset.in_use(), session.current(), work.known):
        if one.name == name:
            session.choose(one.scenario)
