"""Paths of adoption, by hand: when a share begins to move, and where it goes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.inputs.lever import Value
from core.inputs.scenario import columns
from core.model.courses import custom_share
from core.model.model import EXIT, HOLD, PLAN, Simulation, simulate
from tests.support.frozen import EXAMPLE, INPUTS

RANKING_TRAINING, GENAI_TRAINING = 1, 3


def play(**levers: Value) -> Simulation:
    return simulate(INPUTS, columns([INPUTS.scenario(levers)]))


def shares(sim: Simulation, course: int) -> NDArray[np.float64]:
    """What a course asks for; (quarter, workload)."""
    found: NDArray[np.float64] = custom_share(sim.world, sim.courses)[:, :, course, 0]
    return found


LATER: dict[str, Value] = {
    "adoption_start": "2027-Q3", "ramp_years": 1.0, "adoption_rr_training": 0.6, "adoption_genai_training": 0.4,
    "start_lag_genai_training": 5,
}  # fmt: skip


def test_a_workload_that_starts_later_takes_the_same_way_so_many_quarters_later() -> None:
    """From 2027-Q3 in five steps for one, from 2028-Q4 for the other: 0.1 and 0 are today's shares."""
    way = [3 * x**2 - 2 * x**3 for x in (0.2, 0.4, 0.6, 0.8, 1.0)]
    plan = shares(play(**LATER), PLAN)
    ranking = [0.1] * 2 + [0.1 + 0.5 * r for r in way] + [0.6] * 17
    training = [0.0] * 7 + [0.4 * r for r in way] + [0.4] * 12
    assert plan[:, RANKING_TRAINING] == pytest.approx(ranking, rel=1e-14)
    assert plan[:, GENAI_TRAINING] == pytest.approx(training, rel=1e-14)


def test_a_later_start_moves_neither_baseline_nor_what_merchants_have() -> None:
    later, common = play(**LATER), play(**(LATER | {"start_lag_genai_training": 0}))
    today = np.tile(INPUTS.custom_share_today, (24, 1))
    assert (shares(later, HOLD) == today).all()
    assert (shares(later, EXIT) == shares(common, EXIT)).all()
    assert (later.world.bought_share == common.world.bought_share).all()


def test_without_custom_chips_shares_fall_from_the_first_quarter_on() -> None:
    """Ranking training from 0.1 over one year in five steps, wherever the scenario begins."""
    way = [3 * x**2 - 2 * x**3 for x in (0.2, 0.4, 0.6, 0.8, 1.0)]
    leaving = shares(play(**(LATER | {"start_lag_rr_training": 9})), EXIT)
    assert leaving[:5, RANKING_TRAINING] == pytest.approx([0.1 * (1 - r) for r in way], abs=1e-16)
    assert (leaving[5:] == 0.0).all()


def test_a_start_after_the_horizon_is_never_reached() -> None:
    sim = play(horizon_year=2028, start_lag_genai_training=24, adoption_genai_training=1.0)
    assert (shares(sim, PLAN)[:, GENAI_TRAINING] == INPUTS.custom_share_today[GENAI_TRAINING]).all()


def test_starts_are_kept_by_workload_course_and_world() -> None:
    lagged = EXAMPLE.scenario({f"start_lag_{EXAMPLE.workloads[1]}": 3, "adoption_start": EXAMPLE.calendar.label(2)})
    courses = simulate(EXAMPLE, columns([EXAMPLE.base, lagged])).courses
    assert courses.start[:, PLAN].tolist() == courses.start[:, HOLD].tolist() == [[0, 2], [0, 5], [0, 2]]
    assert (courses.start[:, EXIT] == 0.0).all()
