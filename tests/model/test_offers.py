"""Which chip a supplier offers and what its work costs, by hand: dates, prices, the cost of work, and which wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from core.inputs.data import CUSTOM, LEAD, Inputs, bundled
from core.inputs.lever import Value
from core.inputs.scenario import columns
from core.model.chip_hour import available_from
from core.model.offers import NO_CHIP, quotes
from core.model.world import World, build
from tests.support import reference
from tests.support.effort import examples
from tests.support.frozen import INPUTS
from tests.support.strategies import ONE_CHIP_EACH, TWO_EQUAL_CHIPS, Changes, calm, changes, frozen_oracle

RANKING_INFERENCE, RANKING_TRAINING, GENAI_INFERENCE, GENAI_TRAINING = range(4)
OTHER = LEAD + 1


def world(inputs: Inputs, **levers: Value) -> World:
    return build(inputs, columns([INPUTS.scenario(levers)]))


def chip(inputs: Inputs, chip_id: str) -> int:
    return inputs.chips.id.index(chip_id)


# --- Availability

FIRST = INPUTS.calendar.index("2028-Q2")


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
    for supplier, workload in ((CUSTOM, GENAI_TRAINING), (OTHER, RANKING_TRAINING), (LEAD, RANKING_INFERENCE)):
        assert (one.chip[:, supplier, workload] == NO_CHIP).all()
        assert np.isinf(one.kappa[:, supplier, workload]).all()
        assert (one.usd_per_h100e[:, supplier, workload] == 0.0).all()
        assert (one.mw_per_h100e[:, supplier, workload] == 0.0).all()
    assert (one.bought_share[:, :, RANKING_TRAINING, 0] == [1.0, 0.0]).all()
    assert (one.bought_share[:, :, RANKING_INFERENCE, 0] == [0.0, 1.0]).all()
    assert (one.bought_kappa[:, RANKING_TRAINING] == one.kappa[:, LEAD, RANKING_TRAINING]).all()


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
    age_years = (INPUTS.calendar.index("2028-Q1") - INPUTS.calendar.index("2025-Q3")) / 4  # 2.5
    cost = 1.1 * (40_000 * 0.81**age_years + 18_000)
    a_year = cost * 1.02 / 5 + 0.03 * cost  # capital with spares, and upkeep
    kw = 2.12
    usd_per_mwh = lone.power_usd_per_mwh * 2.0 * 1.1**2  # 2028 is two years after the data's year
    a_year += kw * (1.2 * 0.5 * 8766 * usd_per_mwh / 1000 + 100 + 10_000 * 1.05**2 / 20)
    theta = 4.0
    t = INPUTS.calendar.index("2028-Q1")
    one = world(lone, **levers)
    assert one.kappa[t, LEAD, GENAI_TRAINING, 0] == pytest.approx(a_year / 8766 / theta, rel=1e-13)
    assert one.usd_per_h100e[t, LEAD, GENAI_TRAINING, 0] == pytest.approx(cost / theta, rel=1e-13)
    assert one.mw_per_h100e[t, LEAD, GENAI_TRAINING, 0] == pytest.approx(kw / 1000 / theta, rel=1e-13)


@pytest.mark.parametrize("supplier", [CUSTOM, LEAD, OTHER])
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


@pytest.mark.parametrize("late", [0, 4])
def test_a_trend_compounds_from_the_first_year_on_to_the_date_that_the_data_have(inputs: Inputs, late: int) -> None:
    """Of extrapolated chips at a family's work: 7 quarters at 12 % less a year are 0.88 to the 7/4, however late."""
    levers: dict[str, Value] = {"trend_genai": -0.12, "custom_delay_quarters": late, "custom_performance": 1.5}
    one = columns([INPUTS.scenario(levers)])
    own = np.flatnonzero(inputs.chips.supplier == CUSTOM)
    got = quotes(inputs, one, CUSTOM, own, 24).h100e[..., 0]
    for place, name in enumerate(inputs.chips.id[i] for i in own):
        data = inputs.chips.h100e[chip(inputs, name)] * (1.5 if inputs.chips.future[chip(inputs, name)] else 1.0)
        trend = {"mtia_2028": 0.88 ** (7 / 4), "mtia_2030": 0.88**3, "mtia_2031": 0.88 ** (17 / 4)}.get(name, 1.0)
        trend = 0.88 ** (22 / 4) if name == "mtia_2032" else trend
        assert got[place, :GENAI_INFERENCE] == pytest.approx(data[:GENAI_INFERENCE], rel=1e-15)
        assert got[place, GENAI_INFERENCE:] == pytest.approx(data[GENAI_INFERENCE:] * trend, rel=1e-14)


def test_an_extrapolated_chip_that_is_there_before_the_first_quarter_follows_no_trend(inputs: Inputs) -> None:
    available = np.array(inputs.chips.available)
    available[chip(inputs, "mtia_2028")] = -6
    earlier = replace(inputs, chips=replace(inputs.chips, available=available))
    one = columns([INPUTS.scenario({"trend_ranking": 0.3, "trend_genai": -0.3})])
    got = quotes(earlier, one, CUSTOM, np.array([chip(inputs, "mtia_2028")]), 24).h100e[0, :, 0]
    assert got == pytest.approx(inputs.chips.h100e[chip(inputs, "mtia_2028")], rel=1e-15)


def test_the_cheapest_chip_is_offered_and_the_first_in_the_file_among_equals(inputs: Inputs) -> None:
    twins = TWO_EQUAL_CHIPS.inputs(inputs)
    offers = world(twins).chip[:, LEAD]
    assert (offers == chip(twins, "gb200")).any()
    assert not (offers == chip(twins, "gb300")).any()
    h100e = np.array(twins.chips.h100e)
    h100e[chip(twins, "gb300")] *= 1.0 + 1e-12
    better = world(replace(twins, chips=replace(twins.chips, h100e=h100e))).chip[:, LEAD]
    assert (better[offers == chip(twins, "gb200")] == chip(twins, "gb300")).all()


@examples(20)
@given(changes({"horizon_year": 2035}).map(calm))
def test_no_chip_on_sale_is_cheaper_than_the_one_offered(drawn: Changes) -> None:
    one, oracle = world(bundled(), **drawn), frozen_oracle()
    model = reference.Model(oracle, dict(drawn))
    rows = {row.workload_id: row for row in oracle.workloads}
    for t in (0, 7, 20, 35):
        for name, row in oracle.chips.items():
            if not model.on_offer(row, t):
                continue
            supplier = bundled().suppliers.index(row.supplier_id)
            for w, workload in enumerate(one.inputs.workloads):
                if theta := model.theta(row, rows[workload]):
                    cost = reference.chip_hour(oracle, dict(drawn), name, oracle.calendar.label(t)) / theta
                    assert one.kappa[t, supplier, w, 0] <= cost * (1.0 + 1e-12)
