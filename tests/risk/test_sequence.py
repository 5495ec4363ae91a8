"""The random sequence: each belief keeps its dimension, so a new lever changes no figure that is drawn."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy.stats import qmc

from core.inputs.data import bundled
from core.inputs.lever import Lever
from core.risk.report import risk_report
from core.risk.sequence import SEED, TOGETHER, dimensions, uniform_points
from tests.support.frozen import INPUTS, LEVERS

FEW = 1024


def test_the_first_dimensions_are_scipys_sequence_and_each_further_one_is_its_next_scrambled_by_itself() -> None:
    known = qmc.Sobol(TOGETHER, scramble=True, rng=np.random.default_rng(SEED)).random(FEW)
    further = qmc.Sobol(41, scramble=True, rng=np.random.default_rng((SEED, 40))).random(FEW)[:, 40]
    found = uniform_points(FEW, [40, *range(TOGETHER)])
    assert np.array_equal(found, np.column_stack([further, known]))


def test_the_points_of_a_dimension_are_the_same_whichever_others_are_asked_for() -> None:
    many = uniform_points(FEW, range(45))
    for dimension in (0, 20, 35, 36, 44):
        assert np.array_equal(uniform_points(FEW, [dimension])[:, 0], many[:, dimension])


def test_further_dimensions_are_as_even_as_the_first() -> None:
    # A Sobol sequence puts the same number of its points in each half, each quarter, … of a dimension.
    points = uniform_points(FEW, range(45))
    for dimension in range(45):
        assert set(np.histogram(points[:, dimension], bins=FEW, range=(0.0, 1.0))[0]) == {1}
    correlations = np.corrcoef(points, rowvar=False)[36:] - np.eye(45)[36:]
    assert np.abs(correlations).max() < 4.0 / np.sqrt(FEW)


def test_no_two_beliefs_share_a_dimension_and_none_is_left_out() -> None:
    assert dimensions(LEVERS.beliefs) == list(range(len(LEVERS.beliefs)))


def test_a_belief_without_a_dimension_of_its_own_is_refused() -> None:
    choice = next(lever for lever in LEVERS.values() if lever.dimension is None)
    for beliefs in ([choice], [LEVERS.beliefs[0], LEVERS.beliefs[0]]):
        with pytest.raises(ValueError, match="a dimension of its own"):
            dimensions(beliefs)


def test_a_lever_that_is_only_half_a_belief_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^idle: a belief has low, high and a dimension; a choice has none of them$"):
        Lever(id="idle", label="", group=LEVERS.values()[0].group, base=1.0, minimum=0.0, maximum=2.0, step=0.1,
              unit="x", help="", low=0.5, high=1.5)  # fmt: skip


SCENARIO = INPUTS.scenario({"adoption_genai_training": 0.4, "baseline": "exit", "horizon_year": 2028})
WITH_IDLE_LEVER = """
import json, sys
from dataclasses import replace
from core.inputs import levers

place = len(levers.LEVERS.values()) // 2
idle = replace(levers.LEVERS.values()[place], id="idle", dimension=len(levers.LEVERS.beliefs), source_id="assumption")
levers.LEVERS.values() = (*levers.LEVERS.values()[:place], idle, *levers.LEVERS.values()[place:])
levers.LEVER = {lever.id: lever for lever in levers.LEVERS.values()}
levers.LEVERS.beliefs = levers.drawn(levers.LEVERS.values())

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.risk.report import risk_report

print(json.dumps(risk_report(bundled(), INPUTS.scenario(json.loads(sys.argv[1])), 1024)))
"""
"""The whole report on risk with a belief that nothing reads in the middle of the list, among beliefs."""


def test_an_idle_lever_in_mid_list_leaves_every_drawn_figure_as_it_is() -> None:
    without = json.loads(json.dumps(risk_report(bundled(), SCENARIO, FEW)))
    command = [sys.executable, "-c", WITH_IDLE_LEVER, json.dumps(SCENARIO.changes)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    with_idle: dict[str, Any] = json.loads(done.stdout)
    assert with_idle["levers"].pop("idle") == LEVERS.values()[len(LEVERS) // 2].base
    for part in ("tornado", "variance_shares", "switching"):
        own = [row for row in with_idle[part] if row["lever"] == "idle"]
        assert len(own) == 1, f"it has a row of its own in {part}"
        with_idle[part].remove(own[0])
        for name in ("swing_usd", "first", "first_error", "total", "total_error"):
            assert own[0].get(name, 0.0) == 0.0
    by_grade = {row["grade"]: row for row in with_idle["evidence_mix"]}
    by_grade["assumption"]["levers"] -= 1
    assert with_idle == without
