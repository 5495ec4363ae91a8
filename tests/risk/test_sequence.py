"""The random sequence: each belief keeps its own points, so one that comes or goes changes no figure that is drawn."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from core.inputs.data import Inputs
from core.inputs.lever import Kind
from core.inputs.lever_table import demand_growth, trend, warrant
from core.inputs.levers import Levers
from core.risk.report import risk_report
from core.risk.sequence import SEED, TOGETHER, Place, places, stratified, uniform_points
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, INPUTS, LEVERS

FEW = 1024


def test_the_common_dimensions_are_scipys_sequence() -> None:
    known = qmc.Sobol(TOGETHER, scramble=True, rng=np.random.default_rng(SEED)).random(FEW)
    assert np.array_equal(uniform_points(FEW, range(TOGETHER)), known)


def test_points_drawn_by_an_id_are_those_of_the_method() -> None:
    """One in each of n equal parts, shuffled; the seed is the sequence's, 128 bits of the SHA-256 of the id, and n."""
    digest = int(hashlib.sha256(b"trend_vision").hexdigest()[:32], 16)
    rng = np.random.default_rng((20260304, digest, FEW))
    order = rng.permutation(FEW)
    assert np.array_equal(stratified(FEW, "trend_vision"), (order + rng.random(FEW)) / FEW)


PLACES: list[Place] = [*range(TOGETHER), *(f"trend_{word}" for word in ("search", "speech", "vision", "a", "b"))]


@examples(10)
@given(st.lists(st.sampled_from(PLACES), unique=True, min_size=1), st.sampled_from([FEW, 4 * FEW]))
def test_the_points_of_a_belief_are_the_same_whichever_others_are_asked_for(some: list[Place], points: int) -> None:
    many = dict(zip(PLACES, uniform_points(points, PLACES).T, strict=True))
    for place, column in zip(some, uniform_points(points, some).T, strict=True):
        assert np.array_equal(column, many[place])


def test_every_belief_is_drawn_evenly_and_by_itself() -> None:
    """One point in each of n equal parts of every belief, and no two of them together by more than chance would."""
    points = uniform_points(FEW, PLACES)
    for column in points.T:
        assert set(np.histogram(column, bins=FEW, range=(0.0, 1.0))[0]) == {1}
    together = np.corrcoef(points, rowvar=False) - np.eye(len(PLACES))
    assert np.abs(together[TOGETHER:]).max() < 4.0 / np.sqrt(FEW)


@examples(20)
@given(st.text(min_size=1, max_size=30), st.sampled_from([128, FEW]))
def test_whatever_a_belief_is_called_its_points_fill_the_range(name: str, points: int) -> None:
    found = stratified(points, name)
    assert np.array_equal(np.sort(np.floor(found * points)), np.arange(points))
    assert found.min() >= 0.0 and found.max() < 1.0


@pytest.mark.parametrize("inputs", [INPUTS, EXAMPLE], ids=["frozen", "example"])
def test_what_every_data_set_believes_has_a_dimension_and_what_follows_from_its_rows_an_id(inputs: Inputs) -> None:
    found = places(inputs.levers.beliefs)
    # 12 and 13 are of no belief any more; whichever comes new may take them.
    assert [place for place in found if isinstance(place, int)] == [d for d in range(TOGETHER) if d not in (12, 13)]
    families, warrants = dict.fromkeys(inputs.families), inputs.contracts.supplier[inputs.contracts.warrant]
    own = [*map(trend, families), *map(demand_growth, families), *(warrant(inputs.suppliers[s]) for s in warrants)]
    assert sorted(place for place in found if isinstance(place, str)) == sorted(own)


def test_a_dimension_that_the_sequence_does_not_have_is_refused() -> None:
    for dimension in (-1, TOGETHER):
        with pytest.raises(ValueError, match=f"dimension {dimension} is not below {TOGETHER}"):
            uniform_points(FEW, [dimension])


def test_a_choice_and_two_beliefs_of_one_dimension_are_refused() -> None:
    choice = next(lever for lever in LEVERS.values() if lever.kind is Kind.CHOICE)
    for beliefs in ([choice], [LEVERS.beliefs[0], LEVERS.beliefs[0]]):
        with pytest.raises(ValueError, match="each belief needs points of its own"):
            places(beliefs)


def test_a_lever_that_is_only_half_a_belief_is_refused() -> None:
    belief = LEVERS["headroom"]
    for half in ({"low": None}, {"high": None}, {"low": None, "high": None}):
        with pytest.raises(ValueError, match=r"^headroom: a belief has low and high; a choice has neither, nor a dim"):
            replace(belief, **half)


# --- A belief that nothing reads


def with_idle(inputs: Inputs, place: int, dimension: int | None = None) -> Inputs:
    """The same data set with one belief more, at a place in the list of levers."""
    levers = list(inputs.levers.values())
    idle = replace(inputs.levers["headroom"], id="idle", label="Idle", dimension=dimension)
    return replace(inputs, levers=Levers((*levers[:place], idle, *levers[place:])))


@pytest.mark.parametrize("place", [0, 30, len(LEVERS)])
def test_an_idle_belief_leaves_every_drawn_figure_as_it_is(place: int) -> None:
    changes = {"adoption_genai_training": 0.4, "baseline": "exit", "horizon_year": 2028}
    without = risk_report(INPUTS, INPUTS.scenario(changes), FEW)
    other = with_idle(INPUTS, place)
    told: dict[str, Any] = risk_report(other, other.scenario(changes), FEW)
    assert told["levers"].pop("idle") == LEVERS["headroom"].base
    for part in ("tornado", "variance_shares", "switching"):
        own = [row for row in told[part] if row["lever"] == "idle"]
        assert len(own) == 1, f"it has a row of its own in {part}"
        told[part].remove(own[0])
        for name in ("swing_usd", "first", "first_error", "total", "total_error"):
            assert own[0].get(name, 0.0) == 0.0
    by_grade = {row["grade"]: row for row in told["evidence_mix"]}
    by_grade["assumption"]["levers"] -= 1
    assert told == without
