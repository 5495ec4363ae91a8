"""One quarter's purchase, who is served when custom supply is short, and how lots retire; by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.model.fleet import Lots, Wants, purchase, serve_in_order

WIDE = 1e9
"""A limit that binds nobody."""


def want(share: list[float], limit_mw: float, rank: tuple[float, ...] = (0.5, 0.8)) -> Wants:
    """Two workloads in one course of one world; custom work draws 2 MW a unit, bought work 4."""
    shares = np.array(share).reshape(1, -1, 1, 1)
    custom, bought = np.full((1, 2, 1, 1), 2.0), np.full((1, 2, 1, 1), 4.0)
    return Wants(
        allowed=np.ones((1, 2, 1), dtype=np.bool_),
        share=shares,
        rank=np.array(rank).reshape(1, 2, 1),
        mw_custom=custom,
        mw_bought=bought,
        mw_of_gap=bought + shares * (custom - bought),
        custom_limit_mw=np.array([limit_mw]),
        sold=None,
    )


GAP = np.array([10.0, 20.0]).reshape(2, 1, 1)


def test_a_gap_is_filled_by_share_where_nothing_is_short() -> None:
    buys = purchase(GAP, np.array([[WIDE]]), want([0.5, 0.25], WIDE), 0)
    assert buys.custom_h100e.ravel().tolist() == [5.0, 5.0]
    assert buys.bought_h100e.ravel().tolist() == [5.0, 15.0]
    assert (float(buys.custom_mw[0, 0]), float(buys.bought_mw[0, 0])) == (20.0, 80.0)
    assert float(buys.scale[0, 0]) == 1.0 and not buys.rationed.any()


def test_power_that_is_short_scales_all_purchases_alike() -> None:
    """100 MW are wanted, 25 can be fed."""
    buys = purchase(GAP, np.array([[25.0]]), want([0.5, 0.25], WIDE), 0)
    assert float(buys.scale[0, 0]) == 0.25
    assert buys.gap_h100e.ravel().tolist() == [2.5, 5.0]
    assert buys.custom_h100e.ravel().tolist() == [1.25, 1.25]
    assert float((buys.custom_mw + buys.bought_mw)[0, 0]) == pytest.approx(25.0)
    assert GAP.ravel().tolist() == [10.0, 20.0]  # what was open is left as it is


def test_what_no_merchant_sells_is_not_bought_and_custom_chips_fill_no_more_than_their_share() -> None:
    """Nobody sells for the first workload: of its gap of 10 the custom half is bought, and no more."""
    sold = np.array([False, True]).reshape(1, 2, 1, 1)
    buys = purchase(GAP, np.array([[WIDE]]), replace(want([0.5, 0.25], WIDE), sold=sold), 0)
    assert buys.custom_h100e.ravel().tolist() == [5.0, 5.0]
    assert buys.bought_h100e.ravel().tolist() == [0.0, 15.0]
    assert buys.gap_h100e.ravel().tolist() == [5.0, 20.0]


@pytest.mark.parametrize(("rank", "custom"), [((0.5, 0.8), [5.0, 2.5]), ((0.8, 0.5), [2.5, 5.0])])
def test_custom_supply_that_is_short_goes_to_the_lowest_rank_and_bought_chips_fill_in(
    rank: tuple[float, float], custom: list[float]
) -> None:
    """20 MW are wanted, 15 can be delivered: 10 to the first, 5 to the second."""
    buys = purchase(GAP, np.array([[WIDE]]), want([0.5, 0.25], 15.0, rank), 0)
    assert buys.rationed.all()
    assert buys.custom_h100e.ravel().tolist() == custom
    assert (buys.custom_h100e + buys.bought_h100e).ravel().tolist() == GAP.ravel().tolist()
    assert float(buys.custom_mw[0, 0]) == 15.0


def test_of_equal_ranks_the_first_in_the_file_is_served_first() -> None:
    mw, rank = np.array([[6.0], [6.0], [0.0]]), np.array([[1.0], [1.0], [0.1]])
    assert serve_in_order(mw, rank, np.array([9.0])).ravel().tolist() == [1.0, 0.5, 0.0]


def test_each_lot_goes_when_its_own_worlds_life_is_over() -> None:
    """One world keeps chips for one quarter, the other for three."""
    lots = Lots(np.array([1, 3]), (6, 1, 1, 2))
    standing, mw = np.zeros((1, 1, 2)), np.zeros((1, 2))
    seen = []
    for t in range(6):
        lots.retire(standing, mw, t)
        lots.add(standing, mw, t, np.full((1, 1, 2), 10.0**t), np.full((1, 2), 2.0 * 10.0**t))
        seen.append(standing[0, 0].tolist())
        assert (mw == 2.0 * standing[0]).all()
    assert seen == [[1, 1], [10, 11], [100, 111], [1000, 1110], [10000, 11100], [100000, 111000]]
