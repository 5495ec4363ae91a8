"""Tables that only Explore draws: they show what the model says, all of it, and nothing twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given

from core.inputs.data import CUSTOM, Inputs, bundled
from core.inputs.lever_table import trend
from core.inputs.scenario import Scenario
from core.model.offers import NO_CHIP
from core.model.sweep import GRID
from core.story import frames
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels
from core.views.explore import frames as explore
from tests.support.answers import answer
from tests.support.chip_hours import chip_hours
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.strategies import scenarios

USD_TOLERANCE = 1.0
EVERY_LEVER = examples(40)


def solved(scenario: Scenario) -> Answer:
    return Answer.of(bundled(), scenario)


def close(got: object, want: object, tolerance: float = USD_TOLERANCE) -> None:
    np.testing.assert_allclose(np.asarray(got, dtype=float), np.asarray(want, dtype=float), rtol=1e-9, atol=tolerance)


@EVERY_LEVER
@given(scenarios())
def test_work_by_supplier_adds_up_to_what_is_installed_and_purchases_to_the_gap(scenario: Scenario) -> None:
    a = solved(scenario)
    table = explore.work(a)
    plan = table[(table["variant"] == "plan") & (table["supplier"] != "all")]
    total = plan.groupby(["measure", "quarter", "workload"], sort=False)["h100e"].sum()
    close(total["installed"], a.plan.installed_h100e.ravel(), tolerance=1e-3)
    close(total["bought"], a.plan.gap_h100e.ravel(), tolerance=1e-3)


@EVERY_LEVER
@given(scenarios())
def test_work_shows_what_is_required_held_back_and_unserved(scenario: Scenario) -> None:
    a = solved(scenario)
    table = explore.work(a)
    whole = table[(table["variant"] == "baseline") & (table["supplier"] == "all")].set_index("measure")["h100e"]
    close(whole["required"], a.world.required_h100e.ravel())
    close(whole["held back"], a.baseline.held_back_h100e.ravel())
    close(whole["unserved"], a.baseline.unserved_h100e.ravel())
    close(whole["installed"], a.baseline.installed_h100e.ravel())


@EVERY_LEVER
@given(scenarios())
def test_offers_are_the_chips_that_the_model_chose_at_their_cost(scenario: Scenario) -> None:
    a = solved(scenario)
    world, inputs = a.world, a.inputs
    table = explore.offers(a)
    assert len(table) == (world.chip != NO_CHIP).sum()
    t = table["quarter"].map(INPUTS.calendar.index)
    s = table["supplier"].map({name: i for i, name in enumerate(supplier_labels(inputs))})
    w = table["workload"].map({name: i for i, name in enumerate(workload_labels(inputs))})
    place = tuple(np.array(axis) for axis in (t, s, w))
    assert (np.array(inputs.chips.id)[world.chip[place]] == table["chip_id"]).all()
    assert (np.array(inputs.chips.name)[world.chip[place]] == table["chip"]).all()
    close(table["usd_per_h100e_hour"], world.kappa[place], tolerance=0.0)
    close(table["kw_per_h100e"], world.mw_per_h100e[place] * 1000, tolerance=0.0)
    close(table["unit_usd_per_h100e"], world.usd_per_h100e[place], tolerance=0.0)


@EVERY_LEVER
@given(scenarios())
def test_an_offer_is_the_chip_on_offer_whose_hour_costs_least_for_the_work_it_does(scenario: Scenario) -> None:
    a = solved(scenario)
    inputs = a.inputs
    hours = chip_hours(a)
    index = hours["chip_id"].map({chip: i for i, chip in enumerate(inputs.chips.id)}).to_numpy()
    performance = np.where(
        inputs.chips.supplier == CUSTOM, scenario["custom_performance"], scenario["merchant_performance"]
    )
    years = np.where(inputs.chips.extrapolated, np.maximum(inputs.chips.available, 0), 0) / 4
    trends = np.array([float(scenario[trend(family)]) for family in inputs.families])
    theta = inputs.chips.h100e * np.where(inputs.chips.future, performance, 1.0)[:, None]
    theta = theta * (1.0 + trends) ** years[:, None]
    for w, workload in enumerate(workload_labels(inputs)):
        offers = explore.offers(a)
        offers = offers[offers["workload"] == workload].set_index(["quarter", "supplier"])
        with np.errstate(divide="ignore"):
            cost = hours.assign(usd=hours["usd_per_chip_hour"].to_numpy() / theta[index, w])
        best = cost[np.isfinite(cost["usd"])].groupby(["quarter", "supplier"])["usd"].min()
        assert set(best.index) == set(offers.index)
        close(offers["usd_per_h100e_hour"], best.loc[offers.index], tolerance=0.0)


@EVERY_LEVER
@given(scenarios())
def test_the_contest_sets_the_custom_offer_against_the_cheaper_of_the_bought_ones(scenario: Scenario) -> None:
    a = solved(scenario)
    world = a.world
    for t in (0, world.quarters - 1):
        table = explore.contest(a, t)
        custom, bought = world.kappa[t, CUSTOM], world.bought_kappa[t]
        close(table["ratio"], np.where(np.isfinite(custom), custom / bought, np.nan), tolerance=0.0)
        close(table["bought_usd"], bought, tolerance=0.0)
        offers = explore.offers(a)
        prices = offers[offers["quarter"] == INPUTS.calendar.label(t)].set_index(["workload", "chip"])[
            "usd_per_h100e_hour"
        ]
        for row in table.to_dict("records"):
            assert prices[row["workload"], row["bought_chip"]] == row["bought_usd"]
            if not np.isnan(row["custom_usd"]):
                assert prices[row["workload"], row["custom_chip"]] == row["custom_usd"]


@EVERY_LEVER
@given(scenarios())
def test_the_contest_counts_the_quarters_in_which_the_right_to_stop_held_back(scenario: Scenario) -> None:
    a = solved(scenario)
    stops = [item for item in a.result.constraints if item.constraint == "right_to_stop"]
    table = explore.contest(a, 0)
    assert list(table["held_back_quarters"]) == [int(item.binds.sum()) for item in stops]
    assert (table["allowed_ratio"] == 1.0 + float(scenario["custom_premium_max"])).all()


def without_custom_training(inputs: Inputs) -> Inputs:
    """Data in which no custom chip can do generative training."""
    chips = inputs.chips
    work = chips.h100e.copy()
    work[chips.supplier == CUSTOM, inputs.workloads.index("genai_training")] = 0.0
    return replace(inputs, chips=replace(chips, h100e=work))


def test_where_custom_offers_no_chip_the_contest_leaves_its_side_empty(inputs: Inputs) -> None:
    table = explore.contest(answer(BASE, without_custom_training(inputs)), 8).set_index("workload")
    training = table.loc["Generative training"]
    assert training[["custom_chip", "custom_usd", "ratio"]].isna().all()
    assert training[["bought_chip", "bought_usd"]].notna().all()
    assert table.drop("Generative training").notna().all().all()


@examples(15)
@given(scenarios())
def test_value_against_adoption_is_the_sweep_with_the_scenario_on_it(scenario: Scenario) -> None:
    a = solved(scenario)
    sweep = a.sweep
    table = explore.adoption_value(a)
    line, here = table[~table["here"]], table[table["here"]]
    assert list(line["adoption_share"].unique()) == list(GRID[::5])
    close(line["usd"], sweep.value_usd[:, ::5].ravel(), tolerance=0.0)
    close(here["usd"], sweep.value_now_usd, tolerance=0.0)
    close(here["adoption_share"], a.adoption, tolerance=0.0)
    assert list(here["workload"]) == list(workload_labels(a.inputs))


@examples(15)
@given(scenarios())
def test_the_dot_of_a_workload_lies_on_its_line(scenario: Scenario) -> None:
    a = solved(scenario.replace(adoption_rr_inference=0.35, adoption_genai_training=1.0))
    table = explore.adoption_value(a)
    line, here = table[~table["here"]], table[table["here"]].set_index("workload")
    points = line.set_index(["workload", "adoption_share"])["usd"]
    close(here.loc["Ranking inference", "usd"], points["Ranking inference", GRID[35]], tolerance=1e4)
    close(here.loc["Generative training", "usd"], points["Generative training", 1.0], tolerance=1e4)


@examples(15)
@given(scenarios())
def test_names_of_lines_keep_their_order_and_their_distance(scenario: Scenario) -> None:
    a = solved(scenario)
    sweep = a.sweep
    table = explore.adoption_value(a)
    ends = table[~table["here"] & (table["adoption_share"] == 1.0)].sort_values(["usd", "label_usd"])
    height = np.ptp(sweep.value_usd)
    assert (np.diff(ends["label_usd"]) >= frames.LABEL_GAP * height * (1 - 1e-6)).all()
    moved = (ends["label_usd"] - ends["usd"]).abs().max()
    assert moved <= frames.LABEL_GAP * height * len(ends), "a name stays near its line"
