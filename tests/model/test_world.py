"""What the world offers, by hand: demand, dates, prices, the cost of work, and which chip wins."""

from __future__ import annotations

import numpy as np
import pytest

from core.inputs.data import Inputs
from core.inputs.lever import Value
from core.inputs.scenario import columns
from core.model.world import World, build, ramp
from tests.support.frozen import INPUTS

RANKING_INFERENCE, RANKING_TRAINING, GENAI_INFERENCE, GENAI_TRAINING = range(4)


def world(inputs: Inputs, **levers: Value) -> World:
    return build(inputs, columns([INPUTS.scenario(levers)]))


# --- Demand


def test_required_work_is_the_datas_path_with_headroom_on_top(inputs: Inputs) -> None:
    required = world(inputs, headroom=0.25).required_h100e[:, :, 0]
    assert required[3] == pytest.approx(inputs.demand_h100e[3] * 1.25, rel=1e-14)


@pytest.mark.parametrize(("growth", "power"), [(0.0, 0), (1.0, 1), (2.0, 2)])
def test_the_growth_lever_is_a_power_of_the_growth_since_2026(inputs: Inputs, growth: float, power: int) -> None:
    required = world(inputs, demand_growth_ranking=growth, demand_growth_genai=1.0, headroom=0.0).required_h100e[
        :, :, 0
    ]
    grown = inputs.demand_h100e[:24] / inputs.demand_2026_h100e
    ranking = [i for i, family in enumerate(inputs.families) if family == "ranking"]
    assert ranking == [RANKING_INFERENCE, RANKING_TRAINING]
    assert required[:, :2] == pytest.approx(inputs.demand_2026_h100e[:2] * grown[:, :2] ** power, rel=1e-12)
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


def test_amds_share_moves_from_todays_to_the_levers(inputs: Inputs) -> None:
    one = world(inputs, adoption_start="2028-Q1", ramp_years=1.0, amd_share_genai_inference=0.85)
    share = one.amd_share[:, GENAI_INFERENCE, 0]
    assert (share[:4] == inputs.amd_share_today[GENAI_INFERENCE]).all()
    assert share[8:] == pytest.approx(0.85, rel=1e-15)
    assert (np.diff(share) >= 0.0).all()
