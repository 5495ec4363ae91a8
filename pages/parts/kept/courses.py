"""How sure the courses are that one can take, kept by the beliefs and the courses, wherever the reader's own stands."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.risk.futures import USUAL_DRAWS, without_adoption
from core.risk.worth import worth
from core.story.courses import KIND, Course, Sure, by_name, how_sure, name_of
from pages.parts.kept import odds as work


def found(
    inputs: Inputs, scenario: Scenario, offer: tuple[Course, ...], draws: int, slot: DeltaGenerator | None = None
) -> Sure:
    """Return how sure all courses are; long work. The reader's own is what its own futures say."""
    futures = work.futures(scenario, draws, slot)
    named = by_name(offer) or [scenario]

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Sure:
        of = without_adoption(inputs, scenario)
        return Sure.of(worth(inputs, of, named, draws, progress=progress, cancelled=cancelled))

    lane = work.Lane.SHORT if draws <= USUAL_DRAWS else work.Lane.LONG
    sure = work.worked_out(KIND, name_of(inputs, scenario, offer, draws), worked_out, slot, lane=lane)
    return how_sure(sure, offer, futures)
