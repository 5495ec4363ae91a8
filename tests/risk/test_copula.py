"""Beliefs that move together: pairs reach the correlations of the data, and what cannot hold is refused in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from core.inputs.data import Correlation, Inputs
from core.inputs.levers import Levers
from core.risk import copula
from core.risk.futures import normal_points
from core.risk.run import RiskError
from core.risk.sequence import places
from tests.support.effort import examples
from tests.support.frozen import INPUTS, LEVERS

DRAWS = 8192
SAMPLING_ERROR = 4.0 / math.sqrt(DRAWS)
"""Four standard errors of a correlation of 0 between as many independent draws; theirs are the largest."""
IDS = [lever.id for lever in LEVERS.beliefs]
IN_SEQUENCE = np.array([lever.dimension is not None for lever in LEVERS.beliefs])


def normal() -> NDArray[np.float64]:
    return normal_points(DRAWS, tuple(places(LEVERS.beliefs)))


def joined(*pairs: Correlation) -> NDArray[np.float64]:
    return copula.joined(normal(), LEVERS, pairs)


def root(pairs: tuple[Correlation, ...]) -> NDArray[np.float64]:
    return copula.root(LEVERS, pairs)


def normal_correlations(pairs: Sequence[Correlation], factor: float = 1.0) -> NDArray[np.float64]:
    return copula.normal_correlations(LEVERS, pairs, factor)


def rank_correlations(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.corrcoef(rankdata(points, axis=0), rowvar=False)


def refusal(*pairs: Correlation) -> list[str]:
    with pytest.raises(RiskError) as refused:
        root(pairs)
    return list(refused.value.problems)


# --- What is reached


def test_every_pair_reaches_its_rank_correlation_and_no_other_pair_moves_together(inputs: Inputs) -> None:
    wanted = np.eye(len(LEVERS.beliefs))
    for pair in inputs.correlations:
        i, j = IDS.index(pair.lever_id), IDS.index(pair.other_lever_id)
        wanted[i, j] = wanted[j, i] = pair.rank_correlation
    off = np.abs(rank_correlations(joined(*inputs.correlations)) - wanted)
    paired = wanted != np.eye(len(wanted))
    both = np.outer(IN_SEQUENCE, IN_SEQUENCE)
    # These are the figures of METHOD, section 20; the sequence does better than draws by chance do.
    assert off[paired & both].max() < 0.001
    assert off[paired & ~both].max() < 0.01
    assert off[~paired].max() < 0.04 < SAMPLING_ERROR


@examples(15)
@given(st.floats(-1.0, 1.0))
def test_a_pair_reaches_any_rank_correlation_whatever_its_size(rank: float) -> None:
    reached = rank_correlations(joined(Correlation("pue", "load_factor", rank)))
    assert reached[IDS.index("pue"), IDS.index("load_factor")] == pytest.approx(rank, abs=SAMPLING_ERROR)


def test_a_correlation_of_one_draws_both_at_the_same_percentile() -> None:
    same = joined(Correlation("pue", "load_factor", 1.0))
    opposite = joined(Correlation("pue", "load_factor", -1.0))
    i, j = IDS.index("pue"), IDS.index("load_factor")
    assert same[:, i] == pytest.approx(same[:, j], abs=1e-6)
    assert opposite[:, i] == pytest.approx(-opposite[:, j], abs=1e-6)


def test_a_rank_correlation_of_a_half_is_a_normal_one_of_0_518() -> None:
    """2 sin(pi/12) = 0.5176: two normals that far correlated agree in rank by a half."""
    matrix = normal_correlations([Correlation("pue", "load_factor", 0.5)])
    i, j = IDS.index("pue"), IDS.index("load_factor")
    assert matrix[i, j] == matrix[j, i] == pytest.approx(0.5176380902050415, rel=1e-15)


def test_the_root_multiplies_out_to_the_normal_correlations(inputs: Inputs) -> None:
    found = root(inputs.correlations)
    assert found @ found.T == pytest.approx(normal_correlations(inputs.correlations), abs=1e-14)
    assert (found == np.tril(found)).all()
    assert not found.flags.writeable


def test_correlations_leave_every_lever_its_own_distribution(inputs: Inputs) -> None:
    """Kolmogorov's distance from the normal, the same for all draws of a lever whatever it goes along with."""
    points = np.sort(joined(*inputs.correlations), axis=0)
    steps = np.arange(DRAWS + 1)[:, None] / DRAWS
    distance = np.maximum(np.abs(norm.cdf(points) - steps[1:]), np.abs(norm.cdf(points) - steps[:-1])).max(axis=0)
    # Of independent draws one lever in a thousand would be farther away; these are spread more evenly.
    assert distance.max() < 1.95 / math.sqrt(DRAWS)


def test_a_lever_without_a_pair_keeps_its_points_to_the_last_bit(inputs: Inputs) -> None:
    paired = {name for pair in inputs.correlations for name in (pair.lever_id, pair.other_lever_id)}
    alone = [i for i, name in enumerate(IDS) if name not in paired]
    assert len(alone) > 10
    assert np.array_equal(joined(*inputs.correlations)[:, alone], normal()[:, alone])


def test_without_pairs_all_are_independent() -> None:
    assert np.array_equal(root(()), np.eye(len(LEVERS.beliefs)))
    assert np.array_equal(joined(), normal())


def test_the_order_of_pairs_and_of_their_levers_does_not_matter(inputs: Inputs) -> None:
    turned = [Correlation(p.other_lever_id, p.lever_id, p.rank_correlation) for p in reversed(inputs.correlations)]
    assert np.array_equal(root(tuple(turned)), root(inputs.correlations))


@examples(40)
@given(st.dictionaries(st.sampled_from([(i, j) for i in range(6) for j in range(i)]), st.floats(-1.0, 1.0)))
def test_correlations_either_hold_or_are_refused_with_a_factor_that_does(ranks: dict[tuple[int, int], float]) -> None:
    pairs = [Correlation(IDS[i], IDS[j], rank) for (i, j), rank in ranks.items()]
    try:
        found = root(tuple(pairs))
    except RiskError as error:
        factor = float(str(error).split("multiply every rank_correlation by ")[1].split()[0])
        weaker = [Correlation(p.lever_id, p.other_lever_id, factor * p.rank_correlation) for p in pairs]
        assert np.isfinite(root(tuple(weaker))).all()
        stronger = np.linalg.eigvalsh(normal_correlations(pairs, factor + 0.01))
        assert stronger[0] < 0.0, "a factor that is larger by a hundredth would do too"
    else:
        assert found @ found.T == pytest.approx(normal_correlations(pairs), abs=1e-7)


@examples(10)
@given(st.data())
def test_beliefs_that_come_or_go_move_no_other(data: st.DataObject) -> None:
    """Of a data set that has some of the beliefs in any order, and one more, each has the points of the frozen one.

    Beliefs of a pair stay together: without the other, one is no longer joined to it.
    """
    pairs = INPUTS.correlations
    paired = {name for pair in pairs for name in (pair.lever_id, pair.other_lever_id)}
    left_out = data.draw(st.sets(st.sampled_from([name for name in IDS if name not in paired])))
    idle = replace(LEVERS["headroom"], id="idle", dimension=None)
    kept = [lever for lever in LEVERS.values() if lever.id not in left_out]
    other = Levers(tuple(data.draw(st.permutations([*kept, idle]))))
    points = normal_points(1024, tuple(places(other.beliefs)))
    found = dict(zip([lever.id for lever in other.beliefs], copula.joined(points, other, pairs).T, strict=True))
    known = copula.joined(normal_points(1024, tuple(places(LEVERS.beliefs))), LEVERS, pairs)
    for name, column in zip(IDS, known.T, strict=True):
        assert name in left_out or np.array_equal(found[name], column), name


# --- What is refused


def test_beliefs_that_contradict_each_other_are_refused_with_their_names_and_what_would_do() -> None:
    """Where pue goes with two others, those two cannot go opposite ways."""
    assert refusal(
        Correlation("pue", "load_factor", 0.9),
        Correlation("pue", "headroom", 0.9),
        Correlation("load_factor", "headroom", -0.9),
    ) == [
        "lever_correlations.csv: the correlations cannot all hold (the matrix is not positive semi-definite), above "
        "all those of headroom, pue and load_factor; take a pair out, or multiply every rank_correlation by 0.53 "
        "or less"
    ]


@pytest.mark.parametrize("rank", [1.01, -1.01, math.nan, math.inf])
def test_a_correlation_out_of_bounds_is_refused(rank: float) -> None:
    assert refusal(Correlation("pue", "load_factor", rank)) == [
        f"lever_correlations.csv, pue and load_factor: rank_correlation {rank} is out of bounds; "
        "use a number from -1 to 1"
    ]


def test_an_unknown_lever_and_a_choice_are_refused() -> None:
    assert refusal(Correlation("pu", "load_factor", 0.1), Correlation("pue", "horizon_year", 0.1)) == [
        "lever_correlations.csv, pu and load_factor: there is no lever 'pu'; use the name of an assumption, such as "
        "custom_delay_quarters",
        "lever_correlations.csv, pue and horizon_year: horizon_year is a choice, and choices are never drawn; use an "
        "assumption, such as custom_delay_quarters",
    ]


def test_a_lever_with_itself_and_a_pair_given_twice_are_refused() -> None:
    pair = Correlation("pue", "load_factor", 0.1)
    assert refusal(Correlation("pue", "pue", 0.1), pair, Correlation("load_factor", "pue", 0.1), pair) == [
        "lever_correlations.csv, pue and pue: a lever is paired with itself; name two levers, or take the row out",
        "lever_correlations.csv, load_factor and pue: the pair is there already; give each pair once, in either order",
        "lever_correlations.csv, pue and load_factor: the pair is there already; give each pair once, in either order",
    ]


def test_all_problems_are_told_at_once() -> None:
    assert len(refusal(Correlation("pu", "pu", 2.0), Correlation("adoption_start", "pue", -3.0))) == 5
