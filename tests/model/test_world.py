"""What the world offers, by hand: demand, dates, prices, the cost of work, and which chip wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.inputs.data import Inputs, read
from core.inputs.lever import Value
from core.inputs.scenario import columns
from core.model.world import World, build, ramp
from tests.support import datasets
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS
from tests.support.strategies import Changes

RANKING_INFERENCE, RANKING_TRAINING, GENAI_INFERENCE, GENAI_TRAINING = range(4)


def world(inputs: Inputs, **levers: Value) -> World:
    return build(inputs, columns([INPUTS.scenario(levers)]))


# --- Demand


def test_required_work_is_the_datas_path_with_headroom_on_top(inputs: Inputs) -> None:
    required = world(inputs, headroom=0.25).required_h100e[:, :, 0]
    assert required[3] == pytest.approx(inputs.demand_h100e[3] * 1.25, rel=1e-14)


@pytest.mark.parametrize(("growth", "power"), [(0.0, 0), (1.0, 1), (2.0, 2)])
def test_the_growth_lever_is_a_power_of_the_growth_since_the_fleet_year(
    inputs: Inputs, growth: float, power: int
) -> None:
    required = world(inputs, demand_growth_ranking=growth, demand_growth_genai=1.0, headroom=0.0).required_h100e[
        :, :, 0
    ]
    grown = inputs.demand_h100e[:24] / inputs.demand_today_h100e
    ranking = [i for i, family in enumerate(inputs.families) if family == "ranking"]
    assert ranking == [RANKING_INFERENCE, RANKING_TRAINING]
    assert required[:, :2] == pytest.approx(inputs.demand_today_h100e[:2] * grown[:, :2] ** power, rel=1e-12)
    assert required[:, 2:] == pytest.approx(inputs.demand_h100e[:24, 2:], rel=1e-12)


# --- Prices of power and buildings


def test_prices_grow_by_calendar_year_from_2026(inputs: Inputs) -> None:
    one = world(
        inputs, power_price=1.5, power_escalation=-0.05, facility_usd_per_kw=20_000.0, construction_inflation=0.1
    )
    for t, years in ((0, 1), (3, 1), (4, 2), (23, 6)):
        assert one.energy_usd_per_mwh[t, 0] == pytest.approx(inputs.power_usd_per_mwh * 1.5 * 0.95**years, rel=1e-14)
        assert one.facility_usd_per_mw[t, 0] == pytest.approx(20e6 * 1.1**years, rel=1e-14)


def test_capacity_is_the_datas_times_the_lever(inputs: Inputs) -> None:
    assert world(inputs, power_capacity=0.5).capacity_mw[:, 0] == pytest.approx(inputs.capacity_mw[:24] / 2, rel=1e-15)


# --- Shares


@pytest.mark.parametrize(
    ("start", "years", "quarter", "moved"),
    [
        (4, 0.0, 3, 0.0),
        (4, 0.0, 4, 1.0),  # without a ramp the step comes in the first quarter
        (4, 2.0, 3, 0.0),
        (4, 2.0, 4, 3 / 81 - 2 / 729),  # x = 1/9
        (4, 2.0, 8, 3 * 25 / 81 - 2 * 125 / 729),  # x = 5/9
        (4, 2.0, 12, 1.0),
        (4, 2.0, 30, 1.0),
    ],
)
def test_the_ramp_is_an_s_from_the_start_to_its_end(start: int, years: float, quarter: int, moved: float) -> None:
    assert ramp(np.array([float(start)]), np.array([years]), 36)[quarter, 0] == pytest.approx(moved, abs=1e-15)


def test_a_merchants_share_moves_from_todays_to_the_levers(inputs: Inputs) -> None:
    one = world(inputs, adoption_start="2028-Q1", ramp_years=1.0, amd_share_genai_inference=0.85)
    lead, other = one.bought_share[:, :, GENAI_INFERENCE, 0].T
    assert (other[:4] == inputs.bought_share_today[0, GENAI_INFERENCE]).all()
    assert other[8:] == pytest.approx(0.85, rel=1e-15)
    assert (np.diff(other) >= 0.0).all()
    assert lead == pytest.approx(1.0 - other, abs=1e-15)


SEARCH, ASSISTANT, ASSISTANT_TRAINING = EXAMPLE.workloads


def shares(workload: str, levers: Changes, inputs: Inputs = EXAMPLE) -> NDArray[np.float64]:
    """What the lead, nvidia and tpu have of what is bought for a workload of the example; (quarter, merchant)."""
    one = build(inputs, columns([inputs.scenario({"ramp_years": 0.0, **levers})]))
    found: NDArray[np.float64] = one.bought_share[:, :, inputs.workloads.index(workload), 0]
    return found


def two(workload: str, nvidia: float, tpu: float) -> Changes:
    return {f"nvidia_share_{workload}": nvidia, f"tpu_share_{workload}": tpu}


def test_the_lead_has_what_the_others_leave() -> None:
    assert shares(SEARCH, two(SEARCH, 0.3, 0.2)) == pytest.approx(np.tile([0.5, 0.3, 0.2], (24, 1)), abs=1e-15)
    # in the first of nine steps of a ramp over two years: 3/81 - 2/729 of the way from 0.5 and 0.1 to 0.23 and 0.829
    moved = shares(SEARCH, {"ramp_years": 2.0, **two(SEARCH, 0.23, 0.829)})[0]
    assert moved == pytest.approx([0.4 - 0.459 * 25 / 729, 0.5 - 0.27 * 25 / 729, 0.1 + 0.729 * 25 / 729], abs=1e-15)


def test_shares_that_add_up_to_more_than_one_are_divided_by_their_sum_and_the_lead_sells_nothing() -> None:
    assert shares(SEARCH, two(SEARCH, 0.9, 0.6)) == pytest.approx(np.tile([0.0, 0.6, 0.4], (24, 1)), abs=1e-15)
    # they do so once they have moved far enough: 0.6 + 1.4 R passes 1 in the fourth step of nine
    ramped = shares(SEARCH, {"ramp_years": 2.0, **two(SEARCH, 1.0, 1.0)})
    assert (ramped[:3, 0] > 0.0).all() and (ramped[3:, 0] == 0.0).all()
    r = 3 * (4 / 9) ** 2 - 2 * (4 / 9) ** 3
    assert ramped[3, 1] == pytest.approx((0.5 + 0.5 * r) / (0.6 + 1.4 * r), rel=1e-14)
    assert ramped.sum(axis=1) == pytest.approx(1.0, rel=1e-15)


def test_a_workload_has_its_own_shares() -> None:
    levers = two(SEARCH, 1.0, 1.0) | two(ASSISTANT, 0.0, 0.25)
    assert shares(ASSISTANT, levers)[-1] == pytest.approx([0.75, 0.0, 0.25], abs=1e-15)


def without_chips_for(workload: str, *suppliers: str) -> Inputs:
    """The example with no chip of some suppliers for a workload."""
    chips = EXAMPLE.chips
    gone = np.isin(chips.supplier, [EXAMPLE.suppliers.index(one) for one in suppliers])
    h100e = np.array(chips.h100e)
    h100e[gone, EXAMPLE.workloads.index(workload)] = 0.0
    return replace(EXAMPLE, chips=replace(chips, h100e=h100e))


@pytest.mark.parametrize(
    ("gone", "nvidia", "tpu", "expected"),
    [
        (["tpu"], 0.3, 0.2, [5 / 8, 3 / 8, 0.0]),  # of 0.5 and 0.3 that are left
        (["amd"], 0.3, 0.2, [0.0, 0.6, 0.4]),
        (["amd", "nvidia"], 0.3, 0.2, [0.0, 0.0, 1.0]),
        (["amd"], 0.0, 0.0, [0.0, 1.0, 0.0]),  # nobody who is there has a share: the first in file order has all
        (["amd", "nvidia"], 1.0, 0.0, [0.0, 0.0, 1.0]),
        (["nvidia"], 0.9, 0.6, [0.0, 0.0, 1.0]),  # divided by their sum first, then the rest among who is there
        (["nvidia", "tpu"], 0.9, 0.6, [1.0, 0.0, 0.0]),
    ],
)
def test_merchants_that_have_an_offer_divide_the_share_of_one_that_has_none(
    gone: list[str], nvidia: float, tpu: float, expected: list[float]
) -> None:
    found = shares(SEARCH, two(SEARCH, nvidia, tpu), without_chips_for(SEARCH, *gone))
    assert found == pytest.approx(np.tile(expected, (24, 1)), abs=1e-15)
    elsewhere = shares(ASSISTANT, two(ASSISTANT, 0.3, 0.2), without_chips_for(SEARCH, *gone))
    assert elsewhere[-1] == pytest.approx([0.5, 0.3, 0.2], abs=1e-15)


def test_a_lead_that_is_alone_sells_all_that_is_bought() -> None:
    frozen = datasets.tables_of(FROZEN)
    alone = read(datasets.files(datasets.without_merchant(frozen, "amd").tables))
    assert alone.suppliers == ("custom", "nvidia")
    assert not any(lever.endswith(f"_share_{workload}") for lever in alone.levers for workload in alone.workloads)
    assert (build(alone, columns([alone.base])).bought_share == 1.0).all()
