"""Tidy tables: whatever the levers, the rows of a table add up to the model's own figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from core.inputs.data import CUSTOM, Inputs, bundled
from core.inputs.scenario import BASE, QUARTERS_PER_YEAR, Scenario, columns, quarter_index, quarter_label
from core.model.calibration import chip_hour_usd
from core.model.evaluate import constraints, summarise
from core.model.model import EXIT, HOLD, PLAN, Simulation, simulate
from core.model.sweep import GRID, sweep_adoption
from core.model.world import NO_CHIP, SUPPLIERS
from core.story import frames
from core.story.labels import supplier_labels, workload_kinds, workload_labels
from tests.support.strategies import Changes, scenarios

Floats = NDArray[np.float64]
USD_TOLERANCE = 1.0
EVERY_LEVER = settings(max_examples=40)


def simulation(scenario: Scenario = BASE, inputs: Inputs | None = None) -> Simulation:
    return simulate(inputs or bundled(), columns([scenario]))


def set_to(**changes: float | str) -> Simulation:
    return simulation(Scenario.of(changes))


def by_year(flow: Floats) -> Floats:
    total: Floats = flow.reshape(-1, QUARTERS_PER_YEAR).sum(axis=1)
    return total


def baseline(sim: Simulation) -> int:
    return HOLD if sim.world.levers["baseline"][0] == 0 else EXIT


def close(got: object, want: object, tolerance: float = USD_TOLERANCE) -> None:
    np.testing.assert_allclose(np.asarray(got, dtype=float), np.asarray(want, dtype=float), rtol=1e-9, atol=tolerance)


# --- Money


@EVERY_LEVER
@given(scenarios())
def test_the_kinds_of_spending_add_up_to_all_cash_of_each_year_and_variant(scenario: Scenario) -> None:
    sim = simulation(scenario)
    total = frames.spending(sim).groupby(["variant", "year"])["usd"].sum()
    for variant, course in (("plan", PLAN), ("baseline", baseline(sim))):
        close(total[variant], by_year(sim.flows.cash_usd[:, course, 0]))


@EVERY_LEVER
@given(scenarios())
def test_spending_on_a_supplier_is_its_capital_spending_and_amd_s_less_the_warrant(scenario: Scenario) -> None:
    sim = simulation(scenario)
    spending = frames.spending(sim)
    plan = spending[spending["variant"] == "plan"].pivot(index="year", columns="kind", values="usd")
    custom, nvidia, amd = (by_year(sim.flows.capex_usd[:, s, PLAN, 0]) for s in SUPPLIERS)
    close(plan["MTIA"], custom)
    close(plan["NVIDIA"], nvidia)
    close(plan["AMD"], amd - by_year(sim.flows.warrant_usd[:, PLAN, 0]))


@EVERY_LEVER
@given(scenarios())
def test_expense_is_the_sum_of_its_parts_in_every_quarter(scenario: Scenario) -> None:
    expense = frames.expense(simulation(scenario))
    close(expense[[*frames.RUNNING_COSTS, *frames.CHARGES]].sum(axis=1), expense["expense_usd"])


@EVERY_LEVER
@given(scenarios())
def test_cash_after_tax_is_cash_less_the_tax_it_saves(scenario: Scenario) -> None:
    sim = simulation(scenario)
    table = frames.tax(sim)
    plan = table[table["variant"] == "plan"]
    close(plan["cash_after_tax_usd"], (sim.flows.cash_usd - sim.flows.tax_saving_usd)[:, PLAN, 0])
    assert list(plan["quarter"]) == [quarter_label(t) for t in range(sim.world.quarters)]
    assert (table["quarter"].str[:4].astype(int) == table["year"]).all()


@EVERY_LEVER
@given(scenarios())
def test_savings_end_at_the_value_less_what_residual_value_adds_to_it(scenario: Scenario) -> None:
    sim = simulation(scenario)
    residual = sim.flows.pv_terminal_usd[PLAN, 0] - sim.flows.pv_terminal_usd[baseline(sim), 0]
    npv = summarise(sim, series=()).metrics["npv_usd"][0]
    scale = abs(sim.flows.pv_cost_usd[PLAN, 0])
    close(frames.savings(sim)["usd"].iloc[-1], npv - residual, tolerance=USD_TOLERANCE + 1e-9 * scale)


@EVERY_LEVER
@given(scenarios())
def test_spending_by_chip_adds_up_to_the_capital_spending_on_its_supplier(scenario: Scenario) -> None:
    sim = simulation(scenario)
    table, chips = frames.chip_spending(sim), sim.world.inputs.chips
    supplier = table["chip_id"].map(dict(zip(chips.id, chips.supplier, strict=True)))
    for s in SUPPLIERS:
        close(table[supplier == s].groupby("year")["usd"].sum(), by_year(sim.flows.capex_usd[:, s, PLAN, 0]))


def test_a_chip_is_told_apart_by_what_the_data_say_of_it(inputs: Inputs) -> None:
    table = frames.chip_spending(simulation()).drop_duplicates("chip_id").set_index("chip_id")
    status = inputs.tables["chips"].set_index("chip_id")["status"]
    grade = inputs.tables["chip_prices"].set_index("chip_id")["grade"]
    assert (table["extrapolated"] == (status[table.index] == "extrapolated")).all()
    assert (table["assumed_price"] == (grade[table.index] == "assumption")).all()
    assert table.loc["vr200", "chip"] == "Vera Rubin NVL72"


# --- Power and work


@EVERY_LEVER
@given(scenarios())
def test_power_by_supplier_adds_up_to_the_it_load_of_the_fleet(scenario: Scenario) -> None:
    sim = simulation(scenario)
    table = frames.power(sim)
    total = table.groupby(["variant", "quarter"])["mw"].sum()
    for variant, course in (("plan", PLAN), ("baseline", baseline(sim))):
        close(total[variant], sim.fleet.mw_it[:, course, 0], tolerance=1e-6)
    plan = table[(table["variant"] == "plan") & (table["supplier"] == "MTIA")]
    close(plan["capacity_mw"], sim.world.capacity_mw[:, 0])
    close(plan["time_years"], [2027 + t / 4 for t in range(sim.world.quarters)])


@EVERY_LEVER
@given(scenarios())
def test_no_name_beside_the_load_stands_on_another(scenario: Scenario) -> None:
    sim = simulation(scenario)
    table = frames.power(sim)
    last = table[(table["variant"] == "plan") & (table["quarter"] == frames.quarters(sim)[-1])]
    room = frames.NAME_ROOM * max(last["mw"].sum(), last["capacity_mw"].max())
    names = [*last.loc[last["is_named"], "name_mw"], last["limit_name_mw"].iloc[0]]
    assert np.all(np.diff(names) >= room * (1 - 1e-9))
    assert names[-1] >= last["capacity_mw"].iloc[0]
    thin = last["mw"] <= frames.LEAST_NAMED_SHARE * last["mw"].sum()
    assert (last["is_named"] == ~thin).all()


@EVERY_LEVER
@given(scenarios())
def test_work_by_supplier_adds_up_to_what_is_installed_and_purchases_to_the_gap(scenario: Scenario) -> None:
    sim = simulation(scenario)
    table = frames.work(sim)
    plan = table[(table["variant"] == "plan") & (table["supplier"] != "all")]
    total = plan.groupby(["measure", "quarter", "workload"], sort=False)["h100e"].sum()
    close(total["installed"], sim.fleet.installed_h100e[:, :, PLAN, 0].ravel(), tolerance=1e-3)
    close(total["bought"], sim.fleet.gap_h100e[:, :, PLAN, 0].ravel(), tolerance=1e-3)


@EVERY_LEVER
@given(scenarios())
def test_work_shows_what_is_required_held_back_and_unserved(scenario: Scenario) -> None:
    sim = simulation(scenario)
    table = frames.work(sim)
    course = baseline(sim)
    whole = table[(table["variant"] == "baseline") & (table["supplier"] == "all")].set_index("measure")["h100e"]
    close(whole["required"], sim.world.required_h100e[..., 0].ravel())
    close(whole["held back"], sim.fleet.held_back_h100e[:, :, course, 0].ravel())
    close(whole["unserved"], sim.flows.unserved_h100e[:, :, course, 0].ravel())
    close(whole["installed"], sim.fleet.installed_h100e[:, :, course, 0].ravel())


# --- Chips on offer


@EVERY_LEVER
@given(scenarios())
def test_offers_are_the_chips_that_the_model_chose_at_their_cost(scenario: Scenario) -> None:
    sim = simulation(scenario)
    world, inputs = sim.world, sim.world.inputs
    table = frames.offers(sim)
    assert len(table) == (world.chip != NO_CHIP).sum()
    t = table["quarter"].map(quarter_index)
    s = table["supplier"].map({name: i for i, name in enumerate(supplier_labels(inputs))})
    w = table["workload"].map({name: i for i, name in enumerate(workload_labels(inputs))})
    place = tuple(np.array(axis) for axis in (t, s, w))
    assert (np.array(inputs.chips.id)[world.chip[..., 0][place]] == table["chip_id"]).all()
    assert (np.array(inputs.chips.name)[world.chip[..., 0][place]] == table["chip"]).all()
    close(table["usd_per_h100e_hour"], world.kappa[..., 0][place], tolerance=0.0)
    close(table["kw_per_h100e"], world.mw_per_h100e[..., 0][place] * 1000, tolerance=0.0)
    close(table["unit_usd_per_h100e"], world.usd_per_h100e[..., 0][place], tolerance=0.0)


@EVERY_LEVER
@given(scenarios())
def test_an_offer_is_the_chip_on_offer_whose_hour_costs_least_for_the_work_it_does(scenario: Scenario) -> None:
    sim = simulation(scenario)
    inputs = sim.world.inputs
    hours = frames.chip_hours(sim)
    index = hours["chip_id"].map({chip: i for i, chip in enumerate(inputs.chips.id)}).to_numpy()
    performance = np.where(
        inputs.chips.supplier == CUSTOM, scenario["custom_performance"], scenario["merchant_performance"]
    )
    theta = inputs.chips.h100e * np.where(inputs.chips.future, performance, 1.0)[:, None]
    for w, workload in enumerate(workload_labels(inputs)):
        offers = frames.offers(sim)
        offers = offers[offers["workload"] == workload].set_index(["quarter", "supplier"])
        with np.errstate(divide="ignore"):
            cost = hours.assign(usd=hours["usd_per_chip_hour"].to_numpy() / theta[index, w])
        best = cost[np.isfinite(cost["usd"])].groupby(["quarter", "supplier"])["usd"].min()
        assert set(best.index) == set(offers.index)
        close(offers["usd_per_h100e_hour"], best.loc[offers.index], tolerance=0.0)


def test_chip_hours_at_the_prices_of_the_data_year_are_those_held_against_published_ones(inputs: Inputs) -> None:
    sim = set_to(power_escalation=0.0, construction_inflation=0.0, custom_delay_quarters=0)
    table = frames.chip_hours(sim)
    assert len(table) > 100
    for row in table.to_dict("records"):
        known = chip_hour_usd(inputs, row["chip_id"], row["quarter"])
        assert row["usd_per_chip_hour"] == pytest.approx(known, rel=1e-12)


def test_a_chip_hour_stands_in_the_table_from_volume_to_the_last_order(inputs: Inputs) -> None:
    table = frames.chip_hours(set_to(custom_delay_quarters=3, merchant_delay_quarters=0, horizon_year=2030))
    spans = table.groupby("chip_id", sort=False)["quarter"].agg(["first", "last", "size"])
    assert tuple(spans.loc["gb300"]) == ("2027-Q1", "2029-Q1", 9), "in volume since 2025, last order 2029-Q1"
    assert tuple(spans.loc["mtia_400"]) == ("2027-Q4", "2030-Q4", 13), "three quarters late"
    assert not {"h100", "gb200", "nvidia_2031", "mtia_2031"} & set(spans.index), "sold out, or beyond the horizon"
    names = dict(zip(inputs.chips.id, inputs.chips.name, strict=True))
    assert (table["chip"] == table["chip_id"].map(names)).all()
    assert set(table["supplier"]) == set(supplier_labels(inputs))


@EVERY_LEVER
@given(scenarios())
def test_the_contest_sets_the_custom_offer_against_the_cheaper_of_the_bought_ones(scenario: Scenario) -> None:
    sim = simulation(scenario)
    world = sim.world
    for t in (0, world.quarters - 1):
        table = frames.contest(sim, t)
        custom, bought = world.kappa[t, CUSTOM, :, 0], world.bought_kappa[t, :, 0]
        close(table["ratio"], np.where(np.isfinite(custom), custom / bought, np.nan), tolerance=0.0)
        close(table["bought_usd"], bought, tolerance=0.0)
        offers = frames.offers(sim)
        prices = offers[offers["quarter"] == quarter_label(t)].set_index(["workload", "chip"])["usd_per_h100e_hour"]
        for row in table.to_dict("records"):
            assert prices[row["workload"], row["bought_chip"]] == row["bought_usd"]
            if not np.isnan(row["custom_usd"]):
                assert prices[row["workload"], row["custom_chip"]] == row["custom_usd"]


@EVERY_LEVER
@given(scenarios())
def test_the_contest_counts_the_quarters_in_which_the_right_to_stop_held_back(scenario: Scenario) -> None:
    sim = simulation(scenario)
    stops = [item for item in constraints(sim) if item.constraint == "right_to_stop"]
    table = frames.contest(sim, 0)
    assert list(table["held_back_quarters"]) == [int(item.binds.sum()) for item in stops]
    assert (table["allowed_ratio"] == 1.0 + float(scenario["custom_premium_max"])).all()


def without_custom_training(inputs: Inputs) -> Inputs:
    """Data in which no custom chip can do generative training."""
    chips = inputs.chips
    work = chips.h100e.copy()
    work[chips.supplier == CUSTOM, inputs.workloads.index("genai_training")] = 0.0
    return replace(inputs, chips=replace(chips, h100e=work))


def test_where_custom_offers_no_chip_the_contest_leaves_its_side_empty(inputs: Inputs) -> None:
    table = frames.contest(simulation(inputs=without_custom_training(inputs)), 8).set_index("workload")
    training = table.loc["Generative training"]
    assert training[["custom_chip", "custom_usd", "ratio"]].isna().all()
    assert training[["bought_chip", "bought_usd"]].notna().all()
    assert table.drop("Generative training").notna().all().all()


# --- Value against adoption


@settings(max_examples=15)
@given(scenarios())
def test_value_against_adoption_is_the_sweep_with_the_scenario_on_it(scenario: Scenario) -> None:
    sim = simulation(scenario)
    sweep = sweep_adoption(sim)
    table = frames.adoption_value(sim, sweep)
    line, here = table[~table["here"]], table[table["here"]]
    assert list(line["adoption_share"].unique()) == list(GRID[::5])
    close(line["usd"], sweep.value_usd[:, ::5].ravel(), tolerance=0.0)
    close(here["usd"], sweep.value_now_usd, tolerance=0.0)
    close(here["adoption_share"], sim.courses.adoption[:, PLAN, 0], tolerance=0.0)
    assert list(here["workload"]) == list(workload_labels(sim.world.inputs))
    close(frames.contribution(sim, sweep)["usd"], sweep.contribution_usd, tolerance=0.0)


@settings(max_examples=15)
@given(scenarios())
def test_the_dot_of_a_workload_lies_on_its_line(scenario: Scenario) -> None:
    sim = simulation(scenario.replace(adoption_rr_inference=0.35, adoption_genai_training=1.0))
    table = frames.adoption_value(sim, sweep_adoption(sim))
    line, here = table[~table["here"]], table[table["here"]].set_index("workload")
    points = line.set_index(["workload", "adoption_share"])["usd"]
    close(here.loc["Ranking inference", "usd"], points["Ranking inference", GRID[35]], tolerance=1e4)
    close(here.loc["Generative training", "usd"], points["Generative training", 1.0], tolerance=1e4)


@settings(max_examples=15)
@given(scenarios())
def test_names_of_lines_keep_their_order_and_their_distance(scenario: Scenario) -> None:
    sim = simulation(scenario)
    sweep = sweep_adoption(sim)
    table = frames.adoption_value(sim, sweep)
    ends = table[~table["here"] & (table["adoption_share"] == 1.0)].sort_values(["usd", "label_usd"])
    height = np.ptp(sweep.value_usd)
    assert (np.diff(ends["label_usd"]) >= frames.LABEL_GAP * height * (1 - 1e-6)).all()
    moved = (ends["label_usd"] - ends["usd"]).abs().max()
    assert moved <= frames.LABEL_GAP * height * len(ends), "a name stays near its line"


def test_names_that_are_far_apart_already_stand_at_the_ends_of_their_lines() -> None:
    assert frames.apart(np.array([30.0, -5.0, 10.0]), gap=5.0).tolist() == [30.0, -5.0, 10.0]


def test_names_that_would_overprint_move_apart_about_their_middle() -> None:
    assert frames.apart(np.array([1.0, 0.0, 1.0]), gap=2.0).tolist() == [0.5, -1.5, 2.5]


# --- Words and care


def test_suppliers_and_workloads_go_by_the_names_on_the_screen(inputs: Inputs) -> None:
    assert supplier_labels(inputs) == ("MTIA", "NVIDIA", "AMD")
    assert workload_labels(inputs) == (
        "Ranking inference",
        "Ranking training",
        "Generative inference",
        "Generative training",
    )
    assert workload_kinds(inputs) == ((False, False, True, True), (False, True, False, True))


@pytest.mark.parametrize(
    "changes", [{"baseline": "hold"}, {"baseline": "exit"}, {"horizon_year": 2028}, {"horizon_year": 2035}]
)
def test_every_table_is_tidy_has_every_period_and_no_gaps(changes: Changes) -> None:
    sim = simulation(Scenario.of(changes))
    sweep, quarters = sweep_adoption(sim), [quarter_label(t) for t in range(sim.world.quarters)]
    tables: dict[str, tuple[pd.DataFrame, list[str]]] = {
        "spending": (frames.spending(sim), ["variant", "year", "kind"]),
        "expense": (frames.expense(sim), ["variant", "quarter"]),
        "tax": (frames.tax(sim), ["variant", "quarter"]),
        "savings": (frames.savings(sim), ["quarter"]),
        "power": (frames.power(sim), ["variant", "quarter", "supplier"]),
        "work": (frames.work(sim), ["variant", "quarter", "workload", "supplier", "measure"]),
        "offers": (frames.offers(sim), ["quarter", "workload", "supplier"]),
        "chip hours": (frames.chip_hours(sim), ["quarter", "chip_id"]),
        "chip spending": (frames.chip_spending(sim), ["year", "chip_id"]),
        "contest": (frames.contest(sim, 0), ["workload"]),
        "contribution": (frames.contribution(sim, sweep), ["workload"]),
    }
    for name, (table, key) in tables.items():
        assert not table.isna().any().any(), name
        assert not table.duplicated(key).any(), name
        if "quarter" in table:
            assert list(table["quarter"].unique()) == quarters, name
        if "year" in table:
            assert list(table["year"].unique()) == list(range(2027, sim.world.quarters // 4 + 2027)), name


def test_a_table_is_the_reader_s_own_and_may_be_written_in() -> None:
    sim = simulation()
    for make in (frames.spending, frames.power, frames.chip_spending, frames.work):
        first = make(sim)
        kept = first.copy()
        first.loc[:, first.columns] = first.iloc[::-1].to_numpy()
        first["more"] = 1
        pd.testing.assert_frame_equal(make(sim), kept)
