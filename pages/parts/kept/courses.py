"""How sure the courses are that one can take, kept by the beliefs and the courses, wherever the reader's own stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Final

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario, to_json
from core.risk.futures import USUAL_DRAWS, Futures, key
from core.risk.worth import worth
from core.views.explore.courses import Course, Sure, courses, own_sure, reference
from pages.parts.kept import mixes
from pages.parts.kept import odds as work
from pages.parts.work.steps import ready_made

KIND: Final = "courses"
BEST: Final = "Best mix found"


def offered(inputs: Inputs, scenario: Scenario) -> tuple[Course, ...]:
    """Return the courses that a reader can take, his own among them."""
    best = mixes.best_mix(inputs, scenario)
    more = {} if best is None else {BEST: best.taken(scenario)}
    return courses(inputs, scenario, ready_made(), more)


def known(inputs: Inputs, scenario: Scenario, offer: tuple[Course, ...], draws: int) -> Sure | None:
    """Return how sure all courses are, None until it is worked out."""
    others: Sure | None = work.known(KIND, _name(inputs, scenario, offer, draws))
    futures = own(inputs, scenario, draws)
    return None if others is None or futures is None else _with_own(offer, others, futures)


def own(inputs: Inputs, scenario: Scenario, draws: int) -> Futures | None:
    """Return the futures of the reader's own course, None until they are worked out."""
    futures: Futures | None = work.known("futures", key(scenario, draws, inputs))
    return futures


def found(
    inputs: Inputs, scenario: Scenario, offer: tuple[Course, ...], draws: int, slot: DeltaGenerator | None = None
) -> Sure:
    """Return how sure all courses are; long work. The reader's own is what its own futures say."""
    futures = work.futures(scenario, draws, slot)
    mixed = [one.scenario for one in offer if not one.is_own] or [scenario]

    def worked_out(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Sure:
        of = reference(inputs, scenario)
        return Sure.of(worth(inputs, of, mixed, draws, progress=progress, cancelled=cancelled))

    lane = work.Lane.SHORT if draws <= USUAL_DRAWS else work.Lane.LONG
    sure = work.worked_out(KIND, _name(inputs, scenario, offer, draws), worked_out, slot, lane=lane)
    return _with_own(offer, sure, futures)


def _with_own(offer: tuple[Course, ...], others: Sure, futures: Futures) -> Sure:
    rest = iter(zip(others.expected_usd, others.probability, others.bad_tenth_usd, strict=True))
    rows = [own_sure(futures) if one.is_own else next(rest) for one in offer]
    return Sure(*np.array(rows, dtype=np.float64).T)


def _name(inputs: Inputs, scenario: Scenario, offer: tuple[Course, ...], draws: int) -> str:
    """Return what the work is kept under: beliefs, baseline and the courses but the reader's own."""
    told = [to_json(one.scenario) for one in offer if not one.is_own]
    content = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{key(reference(inputs, scenario), draws, inputs)} {content}"
