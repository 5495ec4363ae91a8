"""What the world offers, by hand: demand, dates, prices, the cost of work, and which chip wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from core.inputs.data import AMD, CUSTOM, NVIDIA, Inputs, bundled
from core.inputs.scenario import Scenario, Value, columns, quarter_index
from core.model.chip_hour import available_from
from core.model.offers import NO_CHIP
from core.model.opening import SHORTEST_LIFE, opening_tables
from core.model.world import World, build, ramp
from tests.support import reference
from tests.support.effort import examples
from tests.support.strategies import ONE_CHIP_EACH, TWO_EQUAL_CHIPS, Changes, calm, changes, frozen_oracle

RANKING_INFERENCE, RANKING_TRAINING, GENAI_INFERENCE, GENAI_TRAINING = range(4)


def world(inputs: Inputs, **levers: Value) -> World:
    return build(inputs, columns([Scenario.of(levers)]))


def chip(inputs: Inputs, chip_id: str) -> int:
    return inputs.chips.id.index(chip_id)


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


# --- Availability

FIRST = quarter_index("2028-Q2")


@pytest.mark.parametrize(
    ("start", "delay", "moved"),
    [
        (FIRST, 0, FIRST),
        (FIRST, 4, FIRST + 4),
        (FIRST, -4, FIRST - 4),
        (2, -4, 0),  # no chip comes before 2027-Q1 because the lever says so
        (0, -1, 0),
        (-3, -4, -3),  # nor is one that is there already moved back
        (-3, 2, -1),
        (-3, 4, 1),
    ],
)
def test_a_coming_chip_moves_with_its_delay_but_not_before_2027(start: int, delay: int, moved: int) -> None:
    when = available_from(np.array([start, start]), np.array([True, False]), np.array([float(delay)]))
    assert when.tolist() == [[moved], [start]]


def test_a_chip_is_on_offer_from_its_first_to_its_last_order_both_included(inputs: Inputs) -> None:
    lone = ONE_CHIP_EACH.inputs(inputs)
    last, first = np.array(lone.chips.last_order), np.array(lone.chips.available)
    last[chip(lone, "mtia_300")], first[chip(lone, "mtia_300")] = 9, 2
    lone = replace(lone, chips=replace(lone.chips, last_order=last, available=first))
    offers = world(lone).chip[:, CUSTOM, RANKING_TRAINING, 0]
    assert [t for t in range(24) if offers[t] != NO_CHIP] == list(range(2, 10))


def test_where_a_supplier_has_no_offer_nothing_costs_nothing_and_the_other_gets_all(inputs: Inputs) -> None:
    lone = ONE_CHIP_EACH.inputs(inputs)
    h100e = np.array(lone.chips.h100e)
    h100e[chip(lone, "mtia_300"), GENAI_TRAINING] = 0.0
    h100e[chip(lone, "mi355x"), RANKING_TRAINING] = 0.0
    h100e[chip(lone, "gb300"), RANKING_INFERENCE] = 0.0
    one = world(replace(lone, chips=replace(lone.chips, h100e=h100e)))
    for supplier, workload in ((CUSTOM, GENAI_TRAINING), (AMD, RANKING_TRAINING), (NVIDIA, RANKING_INFERENCE)):
        assert (one.chip[:, supplier, workload] == NO_CHIP).all()
        assert np.isinf(one.kappa[:, supplier, workload]).all()
        assert (one.usd_per_h100e[:, supplier, workload] == 0.0).all()
        assert (one.mw_per_h100e[:, supplier, workload] == 0.0).all()
    assert (one.amd_share[:, RANKING_TRAINING] == 0.0).all()
    assert (one.amd_share[:, RANKING_INFERENCE] == 1.0).all()
    assert (one.bought_kappa[:, RANKING_TRAINING] == one.kappa[:, NVIDIA, RANKING_TRAINING]).all()


# --- Cost of work


def test_the_cost_of_an_hour_of_work_by_hand(inputs: Inputs) -> None:
    """GB300 in 2028-Q1, generative training, without interest: every dollar is spread evenly."""
    levers: dict[str, Value] = {
        "discount_rate": 0.0, "service_life_merchant_years": 5.0, "facility_life_years": 20.0, "spares": 0.02,
        "maintenance_rate": 0.03, "merchant_price": 1.1, "merchant_price_erosion": 0.19, "pue": 1.2, "load_factor": 0.5,
        "power_price": 2.0, "power_escalation": 0.1, "facility_usd_per_kw": 10_000.0, "construction_inflation": 0.05,
        "facility_opex_usd_per_kw_year": 100.0,
    }  # fmt: skip
    lone = ONE_CHIP_EACH.inputs(inputs)
    age_years = (quarter_index("2028-Q1") - quarter_index("2025-Q3")) / 4  # 2.5
    cost = 1.1 * (40_000 * 0.81**age_years + 18_000)
    a_year = cost * 1.02 / 5 + 0.03 * cost  # capital with spares, and upkeep
    kw = 2.12
    usd_per_mwh = lone.power_usd_per_mwh * 2.0 * 1.1**2  # 2028 is two years after the data's year
    a_year += kw * (1.2 * 0.5 * 8766 * usd_per_mwh / 1000 + 100 + 10_000 * 1.05**2 / 20)
    theta = 4.0
    t = quarter_index("2028-Q1")
    one = world(lone, **levers)
    assert one.kappa[t, NVIDIA, GENAI_TRAINING, 0] == pytest.approx(a_year / 8766 / theta, rel=1e-13)
    assert one.usd_per_h100e[t, NVIDIA, GENAI_TRAINING, 0] == pytest.approx(cost / theta, rel=1e-13)
    assert one.mw_per_h100e[t, NVIDIA, GENAI_TRAINING, 0] == pytest.approx(kw / 1000 / theta, rel=1e-13)


@pytest.mark.parametrize("supplier", [CUSTOM, NVIDIA, AMD])
def test_performance_levers_move_coming_chips_only(inputs: Inputs, supplier: int) -> None:
    late: dict[str, Value] = {"merchant_delay_quarters": 2, "custom_delay_quarters": 2}
    base = world(inputs, **late)
    faster = world(inputs, **late, custom_performance=1.25, merchant_performance=1.25)
    same_chip = (base.chip == faster.chip)[:, supplier] & (base.chip != NO_CHIP)[:, supplier]
    future = inputs.chips.future[np.where(base.chip == NO_CHIP, 0, base.chip)[:, supplier]]
    ratio = base.kappa[:, supplier] / faster.kappa[:, supplier]
    assert (same_chip & future).any() and (same_chip & ~future).any()
    assert ratio[same_chip & future] == pytest.approx(1.25, rel=1e-14)
    assert (ratio[same_chip & ~future] == 1.0).all()


def test_the_cheapest_chip_is_offered_and_the_first_in_the_file_among_equals(inputs: Inputs) -> None:
    twins = TWO_EQUAL_CHIPS.inputs(inputs)
    offers = world(twins).chip[:, NVIDIA]
    assert (offers == chip(twins, "gb200")).any()
    assert not (offers == chip(twins, "gb300")).any()
    h100e = np.array(twins.chips.h100e)
    h100e[chip(twins, "gb300")] *= 1.0 + 1e-12
    better = world(replace(twins, chips=replace(twins.chips, h100e=h100e))).chip[:, NVIDIA]
    assert (better[offers == chip(twins, "gb200")] == chip(twins, "gb300")).all()


@examples(20)
@given(changes({"horizon_year": 2035}).map(calm))
def test_no_chip_on_sale_is_cheaper_than_the_one_offered(drawn: Changes) -> None:
    one, oracle = world(bundled(), **drawn), frozen_oracle()
    model = reference.Model(oracle, dict(drawn))
    for t in (0, 7, 20, 35):
        for name, row in oracle.chips.items():
            if not model.on_offer(row, t):
                continue
            supplier = bundled().suppliers.index(row.supplier_id)
            for w, workload in enumerate(bundled().workloads):
                if theta := model.theta(row, workload):
                    cost = reference.chip_hour(oracle, dict(drawn), name, reference.quarter_label(t)) / theta
                    assert one.kappa[t, supplier, w, 0] <= cost * (1.0 + 1e-12)


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


# --- Opening fleet


def test_the_opening_fleet_works_to_the_end_of_its_life_and_is_written_off_when_it_stops(inputs: Inputs) -> None:
    """One lot of 1,000 GB300 bought in 2025-Q3 (six quarters before 2027) for 50,000 USD each."""
    gb300 = chip(inputs, "gb300")
    fleet = replace(
        inputs.opening,
        chip=np.array([gb300]),
        workload=np.array([GENAI_TRAINING]),
        vintage=np.array([-6]),
        chips=np.array([1000.0]),
        unit_cost_usd=np.array([50_000.0]),
    )
    tables = opening_tables(replace(inputs, opening=fleet))
    life = 16 - SHORTEST_LIFE  # stops in quarter 10
    assert tables.h100e[life, :, NVIDIA, GENAI_TRAINING].tolist() == [4000.0] * 10 + [0.0] * 27
    assert tables.mw[life, :10, NVIDIA] == pytest.approx(2.12)
    assert tables.cost_usd[life, 9:11, NVIDIA].tolist() == [50e6, 0.0]
    # at the horizon t its age is t + 6 of 16 quarters; it counts if it worked in t - 1
    assert tables.unused_usd[life, 8, NVIDIA] == pytest.approx(50e6 * 2 / 16)
    assert tables.unused_usd[life, [10, 11], NVIDIA].tolist() == [0.0, 0.0]
    # book value 50e6 * 16/22, over 20 - 6 = 14 quarters, 10 of them charged
    book = 20 - SHORTEST_LIFE
    assert tables.depreciation_usd[life, book, :10, NVIDIA] == pytest.approx(50e6 * 16 / 22 / 14)
    assert (tables.depreciation_usd[life, book, 10:, NVIDIA] == 0.0).all()
    assert tables.write_off_usd[life, book, 10, NVIDIA] == pytest.approx(50e6 * 16 / 22 * 4 / 14)
    assert tables.write_off_usd[life, book].sum() == pytest.approx(50e6 * 16 / 22 * 4 / 14)


def test_an_opening_lot_past_its_life_stops_at_once_and_its_book_value_goes_in_the_first_quarter(
    inputs: Inputs,
) -> None:
    fleet = replace(
        inputs.opening,
        chip=np.array([chip(inputs, "h100")]),
        workload=np.array([GENAI_TRAINING]),
        vintage=np.array([-13]),
        chips=np.array([10.0]),
        unit_cost_usd=np.array([22_000.0]),
    )
    tables = opening_tables(replace(inputs, opening=fleet))
    life = 12 - SHORTEST_LIFE
    assert (tables.h100e[life] == 0.0).all() and (tables.mw[life] == 0.0).all()
    assert (tables.depreciation_usd[life] == 0.0).all()
    assert tables.write_off_usd[life, :, 0, NVIDIA] == pytest.approx(10 * 22_000 * 9 / 22)
