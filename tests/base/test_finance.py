"""Finance by hand: annuities, discounting, charges over time, and the dates and words of payback."""

from __future__ import annotations

import numpy as np
import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.base.finance import (
    AT_ONCE,
    NEVER,
    capital_recovery_factor,
    discount_factor,
    in_service,
    lagged,
    lasting_from,
    payback,
    round_half_up,
    running,
    straight_line,
)

Floats = NDArray[np.float64]


def a(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def flow(*values: float) -> Floats:
    """One scenario's flow, (quarter, 1)."""
    return a(*values)[:, None]


# --- Rounding of lives


@pytest.mark.parametrize(
    ("quarters", "whole"), [(21.4, 21), (21.5, 22), (22.0, 22), (22.5, 23), (-0.5, 0), (-1.5, -1), (0.4999, 0)]
)
def test_halves_are_rounded_upwards(quarters: float, whole: int) -> None:
    assert round_half_up(a(quarters)).tolist() == [whole]


# --- Annuities


def test_two_years_at_ten_percent_cost_0_576_a_year() -> None:
    # 1 now is worth 1.21 in two years; x then and x a year before grow to 2.1 x: x = 1.21 / 2.1
    assert capital_recovery_factor(a(0.10), a(2.0))[0] == pytest.approx(1.21 / 2.1, rel=1e-15)


def test_without_interest_the_payment_is_the_debt_over_the_years() -> None:
    assert capital_recovery_factor(a(0.0, 0.0), a(4.0, 5.5)).tolist() == [0.25, 1 / 5.5]


@given(st.floats(1e-6, 0.25), st.floats(0.75, 40.0))
def test_the_annuity_is_the_one_of_numpy_financial(rate: float, years: float) -> None:
    wanted = -numpy_financial.pmt(rate, years, 1.0)
    rounding = 1e-15 / (rate * years)  # what 1 - (1 + r)**-n leaves of its digits
    assert capital_recovery_factor(a(rate), a(years))[0] == pytest.approx(wanted, rel=10 * rounding + 1e-14)


@pytest.mark.parametrize("rate", [0.0, 5e-324, 1e-308, 1e-300, 1e-17, 1e-16, 1e-12])
@pytest.mark.parametrize("years", [0.75, 3.0, 5.5, 40.0])
def test_a_rate_of_almost_nothing_costs_almost_nothing(rate: float, years: float) -> None:
    # To first order crf = (1 + r (n + 1) / 2) / n
    wanted = (1.0 + rate * (years + 1.0) / 2.0) / years
    assert capital_recovery_factor(a(rate), a(years))[0] == pytest.approx(wanted, rel=1e-15)


@given(st.floats(0.0, 0.25), st.floats(0.0, 0.25), st.floats(0.75, 40.0))
def test_dearer_money_never_makes_a_payment_smaller(one: float, other: float, years: float) -> None:
    low, high = capital_recovery_factor(a(min(one, other), max(one, other)), a(years, years))
    assert low <= high * (1.0 + 1e-14)


def test_a_dollar_in_two_years_is_worth_less_by_the_rate_twice() -> None:
    assert discount_factor(a(0.21), 8.0)[0] == pytest.approx(1 / 1.4641, rel=1e-15)
    assert discount_factor(a(0.0), 8.0)[0] == 1.0
    assert discount_factor(a(0.21), 2.0)[0] == pytest.approx(1 / 1.1, rel=1e-15)


# --- Flows over time


def test_a_lag_moves_each_scenario_by_its_own_number_of_quarters() -> None:
    series = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0], [3.0, 30.0, 300.0]])
    moved = lagged(series, np.array([1, 2, 5]))
    assert moved.tolist() == [[0, 0, 0], [1, 0, 0], [2, 10, 0]]
    assert series[0].tolist() == [1.0, 10.0, 100.0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 8))
def test_a_lag_leaves_the_axes_between_alone(lags: list[int], quarters: int) -> None:
    lag = np.array(lags)
    series = np.arange(float(quarters * 2 * 3 * lag.size)).reshape(quarters, 2, 3, lag.size) + 1.0
    moved = lagged(series, lag)
    for place, by in enumerate(lags):
        for t in range(quarters):
            wanted = series[t - by, :, :, place] if t >= by else np.zeros((2, 3))
            assert (moved[t, :, :, place] == wanted).all()


@pytest.mark.parametrize("shape", [(9, 2), (9, 400), (5, 3, 40), (1, 80)])
@pytest.mark.parametrize("join", [np.add, np.maximum])
def test_a_running_figure_is_that_of_numpy_to_the_last_bit(shape: tuple[int, ...], join: np.ufunc) -> None:
    figures = np.random.default_rng(5).normal(size=shape) * 1e9
    assert np.array_equal(running(figures, join), join.accumulate(figures, axis=0))


def test_what_is_in_service_was_bought_within_its_life_this_quarter_included() -> None:
    assert in_service(flow(1, 2, 4, 8, 16), np.array([2])).ravel().tolist() == [1, 3, 6, 12, 24]
    assert in_service(flow(1, 2, 4, 8, 16), np.array([9])).ravel().tolist() == [1, 3, 7, 15, 31]


def test_a_lot_that_outlives_its_book_life_is_charged_evenly_and_never_written_off() -> None:
    depreciation, write_off = straight_line(flow(90, 0, 0, 0, 0), np.array([3]), np.array([4]))
    assert depreciation.ravel().tolist() == [30, 30, 30, 0, 0]
    assert write_off.ravel().tolist() == [0, 0, 0, 0, 0]


def test_a_lot_that_stops_early_is_written_off_in_the_quarter_it_stops() -> None:
    # bought in quarter 1 for 100 over 5 quarters; works 3: 60 charged in 1, 2, 3 and 40 left in quarter 4
    depreciation, write_off = straight_line(flow(0, 100, 0, 0, 0, 0), np.array([5]), np.array([3]))
    assert depreciation.ravel().tolist() == [0, 20, 20, 20, 0, 0]
    assert write_off.ravel().tolist() == [0, 0, 0, 0, 40, 0]


@given(st.lists(st.floats(0.0, 1e11), min_size=1, max_size=12), st.integers(1, 20), st.integers(1, 20))
def test_every_lots_charges_add_up_to_its_cost_once_all_have_stopped(
    costs: list[float], book_life: int, service_life: int
) -> None:
    bought = np.concatenate([flow(*costs), np.zeros((41, 1))])
    depreciation, write_off = straight_line(bought, np.array([book_life]), np.array([service_life]))
    assert depreciation.sum() + write_off.sum() == pytest.approx(sum(costs), rel=1e-12, abs=1e-3)
    assert (write_off.sum() > 0.0) == (
        service_life < book_life and bool((a(*costs) * (1 - service_life / book_life) > 0).any())
    )


# --- Payback and accretion

USD = 1.0


@pytest.mark.parametrize(
    ("savings", "wanted"),
    [
        ((-5, 2, 2, 2), 3),  # -5 -3 -1 +1
        ((-5, 9, -9, 9), 3),  # -5 +4 -5 +4: the first quarter after the last below zero, not the first above
        ((-5, 5, 1), 1),  # -5 0 1: zero is not below zero
        ((5, -9, 9), 2),
        ((-1, -1, -1), NEVER),
        ((5, -9, 1), NEVER),
        ((1, 1, 1), AT_ONCE),
        ((5, -5, 0), AT_ONCE),
        ((0, 0, 2), AT_ONCE),
    ],
)
def test_payback_is_the_quarter_after_the_last_in_the_red(savings: tuple[float, ...], wanted: float) -> None:
    assert payback(flow(*savings), flow(*savings), USD).tolist() == [wanted]


def test_payback_is_taken_on_discounted_savings() -> None:
    # in money of the day 10 is back in quarter 1; discounted to 8 and 7 it takes until quarter 2
    assert payback(flow(-10, 10, 10), flow(-10, 8, 7), USD).tolist() == [2.0]


def test_savings_below_a_dollar_in_every_quarter_are_no_difference() -> None:
    assert np.isnan(payback(flow(-0.99, 0.99), flow(-0.9, 0.9), USD)).all()
    assert payback(flow(-1.0, 0.99), flow(-1.0, 0.9), USD).tolist() == [NEVER]
    assert np.isnan(lasting_from(flow(-0.99, 0.99), USD)).all()


@pytest.mark.parametrize(
    ("savings", "wanted"),
    [
        ((5, 5, 5), 0),
        ((-5, 5, 5), 1),
        ((5, -5, 5), 2),
        ((5, 0, 5), 2),  # a year without saving is not accretive
        ((5, 5, -5), NEVER),
        ((5, 5, 0), NEVER),
        ((-5, -5, -5), NEVER),
    ],
)
def test_accretion_lasts_from_the_year_after_the_last_that_saves_nothing(
    savings: tuple[float, ...], wanted: float
) -> None:
    assert lasting_from(flow(*savings), USD).tolist() == [wanted]


def test_each_scenario_of_a_batch_has_its_own_date() -> None:
    savings = np.array([[-5.0, 1.0, 0.0], [9.0, 1.0, 0.0]])
    assert payback(savings, savings, USD)[:2].tolist() == [1.0, AT_ONCE]
    assert np.isnan(payback(savings, savings, USD)[2])
