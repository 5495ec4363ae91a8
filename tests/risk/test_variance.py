"""Shares of a variance: those that are known, their errors, and a run that is told to stop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import sobol_indices, uniform

from core.risk.run import Cancelled, RiskError
from core.risk.sequence import SEED
from core.risk.variance import POINTS, shares_of_variance

Floats = NDArray[np.float64]


def ishigami(u: Floats) -> Floats:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 with x uniform from -pi to pi."""
    x1, x2, x3 = (math.pi * (2.0 * u - 1.0)).T
    y: Floats = np.sin(x1) + 7.0 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)
    return y


def test_ishigamis_indices_are_those_published() -> None:
    found = shares_of_variance(ishigami, range(3), points=4096)
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.002)


@pytest.mark.parametrize("points", POINTS)
def test_the_published_indices_lie_within_the_stated_errors(points: int) -> None:
    found = shares_of_variance(ishigami, range(3), points=points)
    assert (abs(found.first - [0.3139, 0.4424, 0.0]) <= 2.0 * found.first_error).all()
    assert (abs(found.total - [0.5576, 0.4424, 0.2437]) <= 2.0 * found.total_error).all()


def test_the_indices_are_scipys_own() -> None:
    found = shares_of_variance(ishigami, range(3), points=256)
    rng = np.random.default_rng(SEED)
    own = sobol_indices(func=lambda x: ishigami(x.T), n=256, dists=[uniform()] * 3, rng=rng)
    assert found.first == pytest.approx(own.first_order, rel=1e-12, abs=1e-15)
    assert found.total == pytest.approx(own.total_order, rel=1e-12, abs=1e-15)


def test_the_stated_errors_are_those_of_a_bootstrap() -> None:
    found = shares_of_variance(ishigami, range(3), points=1024)
    rng = np.random.default_rng(SEED)
    own = sobol_indices(func=lambda x: ishigami(x.T), n=1024, dists=[uniform()] * 3, rng=rng).bootstrap()
    assert found.first_error == pytest.approx(own.first_order.standard_error, rel=0.15)
    assert found.total_error == pytest.approx(own.total_order.standard_error, rel=0.15)


def test_in_a_linear_model_a_share_is_the_square_of_slope_times_spread() -> None:
    """y = 3 z1 - 2 z2 + z3: 9, 4 and 1 parts of 14, alone and in all, for nothing interacts."""
    slopes = np.array([3.0, -2.0, 1.0, 0.0])
    found = shares_of_variance(lambda u: (slopes * ndtri(u)).sum(axis=1), range(4))
    exact = slopes**2 / 14.0
    assert (abs(found.first - exact) <= 2.0 * found.first_error).all()
    assert (abs(found.total - exact) <= 2.0 * found.total_error).all()
    assert found.total.sum() == pytest.approx(1.0, abs=0.02)


def test_a_model_that_is_linear_in_one_lever_gives_it_the_whole_variance_and_the_others_none() -> None:
    found = shares_of_variance(lambda u: 5.0 + 2.0 * ndtri(u[:, 1]), range(3))
    assert found.first[1] == pytest.approx(1.0, abs=0.01)
    assert found.total[1] == pytest.approx(1.0, abs=0.01)
    others = [0, 2]
    assert not found.first[others].any() and not found.total[others].any()
    assert not found.first_error[others].any() and not found.total_error[others].any()


def test_what_does_not_vary_has_no_shares() -> None:
    found = shares_of_variance(lambda u: np.full(len(u), 7.0), range(3))
    assert not np.concatenate([found.first, found.total, found.first_error, found.total_error]).any()


def test_a_spread_that_is_rounding_has_no_shares() -> None:
    found = shares_of_variance(lambda u: 1e-3 * u[:, 0], range(2), least_spread=1.0)
    assert not found.total.any()


@pytest.mark.parametrize("points", [0, 500, 64, 8192, -512, 512.5, True, "512"])
def test_a_count_of_points_that_cannot_be_used_is_refused_in_words(points: int) -> None:
    with pytest.raises(RiskError, match=r"^points: .* is not a count of points; use a power of two, 128, .* or 4096$"):
        shares_of_variance(ishigami, range(3), points=points)


def test_progress_rises_to_one_and_a_run_that_is_told_to_stop_stops() -> None:
    said: list[float] = []
    shares_of_variance(ishigami, range(3), points=2048, progress=said.append)
    assert said == sorted(said) and said[-1] == 1.0 and len(said) > 2
    worked: list[int] = []

    def counted(u: Floats) -> Floats:
        worked.append(len(u))
        return ishigami(u)

    with pytest.raises(Cancelled):
        shares_of_variance(counted, range(3), points=4096, cancelled=lambda: len(worked) >= 2)
    assert len(worked) == 2
