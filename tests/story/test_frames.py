"""Tidy tables: whatever the levers, the rows of a table add up to the model's own figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario
from core.model.calibration import chip_hour_usd
from core.story import frames
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_kinds, workload_labels
from core.views.explore import frames as explore
from tests.support.answers import answer, set_to
from tests.support.chip_hours import chip_hours
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.strategies import Changes, scenarios

Floats = NDArray[np.float64]
USD_TOLERANCE = 1.0
EVERY_LEVER = examples(40)


def solved(scenario: Scenario) -> Answer:
    return Answer.of(bundled(), scenario)


def by_year(flow: Floats) -> Floats:
    total: Floats = flow.reshape(-1, QUARTERS_PER_YEAR).sum(axis=1)
    return total


def close(got: object, want: object, tolerance: float = USD_TOLERANCE) -> None:
    np.testing.assert_allclose(np.asarray(got, dtype=float), np.asarray(want, dtype=float), rtol=1e-9, atol=tolerance)


# --- Money


@EVERY_LEVER
@given(scenarios())
def test_the_kinds_of_spending_add_up_to_all_cash_of_each_year_and_variant(scenario: Scenario) -> None:
    a = solved(scenario)
    total = frames.spending(a).groupby(["variant", "year"])["usd"].sum()
    for variant, course in a.variants.items():
        close(total[variant], by_year(course.cash_usd))


@EVERY_LEVER
@given(scenarios())
def test_spending_on_a_supplier_is_its_capital_spending_and_amd_s_less_the_warrant(scenario: Scenario) -> None:
    a = solved(scenario)
    spending = frames.spending(a)
    plan = spending[spending["variant"] == "plan"].pivot(index="year", columns="kind", values="usd")
    custom, nvidia, amd = (by_year(usd) for usd in a.plan.capex_usd.T)
    close(plan["MTIA"], custom)
    close(plan["NVIDIA"], nvidia)
    close(plan["AMD"], amd - by_year(a.plan.warrant_usd))


def test_each_warrant_lowers_the_spending_on_who_grants_it() -> None:
    a = answer(EXAMPLE.base, EXAMPLE)
    spending = frames.spending(a)
    plan = spending[spending["variant"] == "plan"].pivot(index="year", columns="kind", values="usd")
    earned = by_year(a.plan.warrant_usd)
    assert earned[0] > 0.0
    for s, label in enumerate(supplier_labels(EXAMPLE)):
        close(plan[label], by_year(a.plan.capex_usd[:, s]) - (earned if label == "TPU" else 0.0))


@EVERY_LEVER
@given(scenarios())
def test_expense_is_the_sum_of_its_parts_in_every_quarter(scenario: Scenario) -> None:
    for course in solved(scenario).variants.values():
        parts = [getattr(course, name) for name in (*frames.RUNNING_COSTS, *frames.CHARGES)]
        close(np.sum(parts, axis=0), course.expense_usd)


@EVERY_LEVER
@given(scenarios())
def test_savings_end_at_the_value_less_what_residual_value_adds_to_it(scenario: Scenario) -> None:
    a = solved(scenario)
    residual = a.plan.pv_terminal_usd - a.baseline.pv_terminal_usd
    npv = a.metric("npv_usd")
    scale = abs(float(a.plan.pv_cost_usd))
    close(frames.savings(a)["usd"].iloc[-1], npv - residual, tolerance=USD_TOLERANCE + 1e-9 * scale)


@EVERY_LEVER
@given(scenarios())
def test_spending_by_chip_adds_up_to_the_capital_spending_on_its_supplier(scenario: Scenario) -> None:
    a = solved(scenario)
    for course in a.variants.values():
        by_chip = frames.chip_spending_usd(a, course)
        for s in range(len(a.inputs.suppliers)):
            close(by_chip[:, a.inputs.chips.supplier == s].sum(axis=1), by_year(course.capex_usd[:, s]))


def test_a_chip_is_told_apart_by_what_the_data_say_of_it(inputs: Inputs) -> None:
    chips = inputs.chips
    status = inputs.tables["chips"].set_index("chip_id")["status"]
    grade = inputs.tables["chip_prices"].set_index("chip_id")["grade"]
    assert (chips.extrapolated == (status[list(chips.id)] == "extrapolated")).all()
    assert (chips.assumed_price == (grade[list(chips.id)] == "assumption")).all()
    assert dict(zip(chips.id, chips.name, strict=True))["vr200"] == "Vera Rubin NVL72"


# --- Power and work


@EVERY_LEVER
@given(scenarios())
def test_power_by_supplier_adds_up_to_the_it_load_of_the_fleet(scenario: Scenario) -> None:
    a = solved(scenario)
    table = frames.power(a)
    total = table.groupby(["variant", "quarter"])["mw"].sum()
    for variant, course in a.variants.items():
        close(total[variant], course.mw_it, tolerance=1e-6)
    plan = table[(table["variant"] == "plan") & (table["supplier"] == "MTIA")]
    close(plan["capacity_mw"], a.world.capacity_mw)
    close(plan["time_years"], [2027 + t / 4 for t in range(a.world.quarters)])


@EVERY_LEVER
@given(scenarios())
def test_no_name_beside_the_load_stands_on_another(scenario: Scenario) -> None:
    a = solved(scenario)
    table = frames.power(a)
    last = table[(table["variant"] == "plan") & (table["quarter"] == frames.quarters(a)[-1])]
    room = frames.NAME_ROOM * max(last["mw"].sum(), last["capacity_mw"].max())
    names = [*last.loc[last["is_named"], "name_mw"], last["limit_name_mw"].iloc[0]]
    assert np.all(np.diff(names) >= room * (1 - 1e-9))
    assert names[-1] >= last["capacity_mw"].iloc[0]
    thin = last["mw"] <= frames.LEAST_NAMED_SHARE * last["mw"].sum()
    assert (last["is_named"] == ~thin).all()


# --- Chips on offer


def test_chip_hours_at_the_prices_of_the_data_year_are_those_held_against_published_ones(inputs: Inputs) -> None:
    a = set_to(power_escalation=0.0, construction_inflation=0.0, custom_delay_quarters=0)
    table = chip_hours(a)
    assert len(table) > 100
    for row in table.to_dict("records"):
        known = chip_hour_usd(inputs, row["chip_id"], row["quarter"])
        assert row["usd_per_chip_hour"] == pytest.approx(known, rel=1e-12)


def test_a_chip_hour_stands_in_the_table_from_volume_to_the_last_order(inputs: Inputs) -> None:
    table = chip_hours(set_to(custom_delay_quarters=3, merchant_delay_quarters=0, horizon_year=2030))
    spans = table.groupby("chip_id", sort=False)["quarter"].agg(["first", "last", "size"])
    assert tuple(spans.loc["gb300"]) == ("2027-Q1", "2029-Q1", 9), "in volume since 2025, last order 2029-Q1"
    assert tuple(spans.loc["mtia_400"]) == ("2027-Q4", "2030-Q4", 13), "three quarters late"
    assert not {"h100", "gb200", "nvidia_2031", "mtia_2031"} & set(spans.index), "sold out, or beyond the horizon"
    names = dict(zip(inputs.chips.id, inputs.chips.name, strict=True))
    assert (table["chip"] == table["chip_id"].map(names)).all()
    assert set(table["supplier"]) == set(supplier_labels(inputs))


# --- Value against adoption


def test_names_that_are_far_apart_already_stand_at_the_ends_of_their_lines() -> None:
    assert frames.apart(np.array([30.0, -5.0, 10.0]), gap=5.0).tolist() == [30.0, -5.0, 10.0]


def test_names_that_would_overprint_move_apart_about_their_middle() -> None:
    assert frames.apart(np.array([1.0, 0.0, 1.0]), gap=2.0).tolist() == [0.5, -1.5, 2.5]


def test_names_stay_within_the_chart_and_stand_closer_where_it_has_no_room() -> None:
    values = np.array([10.0, 10.0, 9.0, 0.0])
    assert frames.apart(values, gap=1.0, ends=(0.0, 10.0)).tolist() == [9.0, 10.0, 8.0, 0.0]
    assert frames.apart(values, gap=5.0, ends=(0.0, 9.0)).tolist() == [6.0, 9.0, 3.0, 0.0]


# --- Words and care


def test_suppliers_and_workloads_go_by_the_names_on_the_screen(inputs: Inputs) -> None:
    assert supplier_labels(inputs) == ("MTIA", "NVIDIA", "AMD")
    assert workload_labels(inputs) == (
        "Ranking inference",
        "Ranking training",
        "Generative inference",
        "Generative training",
    )
    assert workload_kinds(inputs) == ((0, 0, 1, 1), (0, 1, 0, 1))
    assert supplier_labels(EXAMPLE) == ("Kestrel", "AMD", "NVIDIA", "TPU")
    assert workload_kinds(EXAMPLE) == ((0, 1, 1), (0, 0, 1))


@pytest.mark.parametrize(
    "changes", [{"baseline": "hold"}, {"baseline": "exit"}, {"horizon_year": 2028}, {"horizon_year": 2035}]
)
def test_every_table_is_tidy_has_every_period_and_no_gaps(changes: Changes) -> None:
    a = solved(INPUTS.scenario(changes))
    quarters = [INPUTS.calendar.label(t) for t in range(a.world.quarters)]
    tables: dict[str, tuple[pd.DataFrame, list[str]]] = {
        "spending": (frames.spending(a), ["variant", "year", "kind"]),
        "savings": (frames.savings(a), ["quarter"]),
        "power": (frames.power(a), ["variant", "quarter", "supplier"]),
        "work": (explore.work(a), ["variant", "quarter", "workload", "supplier", "measure"]),
        "offers": (explore.offers(a), ["quarter", "workload", "supplier"]),
        "chip hours": (chip_hours(a), ["quarter", "chip_id"]),
        "contest": (explore.contest(a, 0), ["workload"]),
    }
    for name, (table, key) in tables.items():
        assert not table.isna().any().any(), name
        assert not table.duplicated(key).any(), name
        if "quarter" in table:
            assert list(table["quarter"].unique()) == quarters, name
        if "year" in table:
            assert list(table["year"].unique()) == list(range(2027, a.world.quarters // 4 + 2027)), name


def test_a_table_is_the_reader_s_own_and_may_be_written_in() -> None:
    a = answer()
    for make in (frames.spending, frames.power, frames.savings, explore.work):
        first = make(a)
        kept = first.copy()
        first.loc[:, first.columns] = first.iloc[::-1].to_numpy()
        first["more"] = 1
        pd.testing.assert_frame_equal(make(a), kept)
