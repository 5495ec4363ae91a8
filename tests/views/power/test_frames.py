"""Megawatts, energy, carbon and places: parts add up, needed capacity binds nowhere, and a megawatt has a value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from numpy.typing import NDArray

from core.base.format import in_sentence
from core.inputs.data import bundled
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import constraints, evaluate
from core.model.model import EXIT, HOLD, PLAN, Simulation, run, variants
from core.model.report import report
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels
from core.views.power import finding, frames, tables
from core.views.power.frames import BASELINE, FLEET
from tests.support.answers import answer
from tests.support.cases import PRESETS
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.strategies import scenarios

EVERY_LEVER = examples(20)
SHORT = PRESETS["Power is short"]


def with_capacity(a: Answer, mw: NDArray[np.float64]) -> Simulation:
    """The same scenario with another capacity in each quarter."""
    world = replace(a.sim.world, capacity_mw=mw[:, None])
    return run(world, variants(world))


def power_binds(sim: Simulation, course: int = PLAN) -> NDArray[np.bool_]:
    """In which quarters the model says that power binds."""
    return next(one for one in constraints(sim, course) if one.constraint == "power").binds[:, 0]


# --- What capacity would have to be


@EVERY_LEVER
@given(scenarios())
def test_with_the_capacity_that_is_needed_power_binds_nowhere_and_nothing_is_left_undone(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    for course in (PLAN, HOLD, EXIT):
        needed = frames.capacity(a, course).needed_mw
        freed = with_capacity(a, needed)
        assert not power_binds(freed, course).any()
        assert not freed.flows.unserved_h100e[:, :, course].any()
        assert (freed.fleet.mw_it[:, course, 0] <= needed).all()


@EVERY_LEVER
@given(scenarios())
def test_with_less_than_that_power_binds(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    needed = frames.capacity(a).needed_mw
    tight = needed.copy()
    tight[-1] *= 0.999
    grows = a.plan.gap_h100e[-1].any()
    if grows:  # what stands already is not turned off; less room only binds what is bought
        assert power_binds(with_capacity(a, tight)).any()
    assert power_binds(with_capacity(a, needed * 0.9)).any()


@EVERY_LEVER
@given(scenarios())
def test_power_first_binds_where_capacity_first_falls_short(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    binds, short = frames.binds(a), frames.capacity(a).short_mw > 0.0
    assert binds.any() == short.any()
    if binds.any():
        assert binds.argmax() == short.argmax()


def test_the_first_quarter_is_the_one_that_the_machine_interface_names() -> None:
    named = next(c for c in report(bundled(), SHORT)["metrics"]["constraints"] if c["constraint"] == "power")
    a = answer(SHORT)
    assert INPUTS.calendar.label(int(frames.binds(a).argmax())) == named["first"]
    assert frames.binds(a).sum() == named["periods"]
    assert f"Power first binds in {named['first']};" in finding.title(answer(SHORT))


def test_power_binds_by_course() -> None:
    a = answer(SHORT)
    for course in (PLAN, HOLD, EXIT):
        assert (frames.binds(a, course) == power_binds(a.sim, course)).all()


# --- What a megawatt is worth


@pytest.mark.parametrize("scenario", [SHORT, SHORT.replace(baseline="exit"), BASE.replace(power_capacity=0.8)])
def test_the_value_of_a_megawatt_is_the_fall_in_the_cost_of_the_whole_scenario(scenario: Scenario) -> None:
    found, levers = frames.capacity(answer(scenario)), columns([scenario])
    multiple, probe_mw = scenario.number("power_capacity"), frames.probe_mw(bundled())

    def cost(more_mw: float) -> float:
        inputs = replace(bundled(), capacity_mw=bundled().capacity_mw + more_mw / multiple)
        return float(evaluate(inputs, levers, series=()).metrics["pv_cost_usd"][0])

    now = cost(0.0)
    assert found.more_usd == pytest.approx((now - cost(probe_mw)) / probe_mw, rel=1e-6)
    assert found.less_usd == pytest.approx((cost(-probe_mw) - now) / probe_mw, rel=1e-6)
    step = found.step_mw.searchsorted(0.0)
    assert found.step_mw[step] == 125.0
    assert found.step_usd[step] == pytest.approx((now - cost(250.0)) / 250.0, rel=1e-6)


def test_where_power_is_plenty_a_megawatt_is_worth_nothing() -> None:
    found = frames.capacity(answer(BASE.replace(power_capacity=3.0)))
    assert found.more_usd == found.less_usd == 0.0
    assert not found.step_usd[found.step_mw > -2000.0].any()
    assert "a megawatt more is worth nothing" in finding.title(answer(BASE.replace(power_capacity=3.0)))


def test_where_work_is_rented_a_megawatt_is_worth_more_the_dearer_the_rent() -> None:
    cheap, dear = (frames.capacity(answer(SHORT.replace(rent_premium=premium))) for premium in (0.5, 2.0))
    assert 0.0 < cheap.more_usd < dear.more_usd


def test_the_chart_of_values_marks_where_the_scenario_is() -> None:
    frame = frames.worth(answer(SHORT))
    here = frame[frame["here"]]
    assert list(here["more_mw"]) == [125.0] and list(here["variant"]) == ["plan"]


# --- Load


@EVERY_LEVER
@given(scenarios())
def test_load_adds_up_over_suppliers_and_is_shaded_where_power_binds(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    frame = frames.load(a)
    for variant, course in a.variants.items():
        own = frame[frame["variant"] == variant]
        assert own.groupby("quarter", sort=False)["mw"].sum().to_numpy() == pytest.approx(course.mw_it, abs=1e-6)
        whole = own.drop_duplicates("quarter")
        assert list(whole["needed_mw"]) == list(frames.capacity(a, a.courses[variant]).needed_mw)
    plan = frame[frame["variant"] == "plan"].drop_duplicates("quarter")
    assert list(plan["binds"]) == list(frames.binds(a))
    assert set(frame["ever_binds"]) == {bool(frames.binds(a).any())}


@EVERY_LEVER
@given(scenarios())
def test_by_year_what_is_undone_and_rented_adds_up_to_the_model_s(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    frame = frames.needs(a)
    required = a.world.required_h100e.sum(axis=1).reshape(-1, 4).sum(axis=1)
    undone = a.plan.unserved_h100e.sum()
    assert float((frame["unserved_share"] * required).sum()) == pytest.approx(undone)
    assert frame["shortage_usd"].sum() == pytest.approx(a.plan.shortage_usd.sum())
    assert frame["needed_mw"].max() == frames.capacity(a).needed_mw.max()
    assert list(frame["capacity_mw"]) == list(a.world.capacity_mw[3::4])


@EVERY_LEVER
@given(scenarios())
def test_what_is_undone_of_each_workload_adds_up_to_what_is_undone_in_all(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    share = frames.undone(a)["share"].to_numpy().reshape(-1, len(bundled().workloads))  # (year, workload)
    required = a.world.required_h100e.reshape(len(share), 4, -1).sum(axis=1)
    assert (share * required).sum(axis=1) == pytest.approx(
        a.plan.unserved_h100e.sum(axis=1).reshape(-1, 4).sum(axis=1), abs=1e-3
    )
    assert (share >= 0.0).all() and (share <= 1.0).all()


# --- Places


@EVERY_LEVER
@given(scenarios())
def test_places_add_up_to_the_energy_cost_and_carbon_of_the_model(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    frame = frames.regions(a)
    for before, course in (("", a.plan), ("baseline_", a.baseline)):
        for name, flow in (("mwh", course.mwh), ("usd", course.energy_usd), ("co2_t", course.co2_t)):
            a_year = flow.reshape(-1, 4).sum(axis=1)
            assert frame.groupby("year")[f"{before}{name}"].sum().to_numpy() == pytest.approx(a_year)


def test_a_place_pays_its_own_price_moved_as_the_mean_is() -> None:
    """Ohio: $103.20 a MWh in 2026, 22 % of the fleet, 453.6 kg; twice the price, 3 % more each year for six years."""
    a = answer(BASE.replace(power_price=2.0))
    row = frames.regions(a).set_index(["year", "region"]).loc[(2032, "Ohio")]
    mwh = a.plan.mwh[20:].sum() * 0.22
    assert row["usd_per_mwh"] == pytest.approx(103.2 * 2.0 * 1.03**6)
    assert row["usd"] == pytest.approx(mwh * row["usd_per_mwh"])
    assert row["co2_t"] == pytest.approx(mwh * 453.6 / 1000)


@pytest.mark.parametrize("by", ["usd_per_mwh", "kg_co2_per_mwh"])
def test_the_ladder_runs_from_the_highest_to_the_lowest_and_fills_the_fleet(by: str) -> None:
    frame = frames.ladder(answer(), 2030, by)
    assert frame[by].is_monotonic_decreasing
    assert (frame["from_share"].iloc[0], frame["to_share"].iloc[-1]) == pytest.approx((0.0, 1.0))
    assert list(frame["from_share"].iloc[1:]) == pytest.approx(list(frame["to_share"].iloc[:-1]))
    mean = bundled().power_usd_per_mwh * 1.03**4 if by == "usd_per_mwh" else bundled().kg_co2_per_mwh
    assert frame["mean"].iloc[0] == pytest.approx(mean)


# --- Work of a megawatt


@EVERY_LEVER
@given(scenarios())
def test_work_a_megawatt_times_megawatts_is_what_is_installed(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    table = frames.work_per_megawatt(a).pivot(index="quarter", columns="line", values="h100e_per_mw")
    for name, course in ((FLEET, a.plan), (BASELINE, a.baseline)):
        work = table[name].to_numpy() * course.mw_it
        assert work == pytest.approx(course.installed_h100e.sum(axis=1))
    lines = [name for name in supplier_labels(bundled()) if name in table]
    assert (table[lines].max(axis=1) >= table[FLEET] * (1 - 1e-9)).all()
    assert (table[lines].min(axis=1) <= table[FLEET] * (1 + 1e-9)).all()


def test_better_chips_do_more_work_with_a_megawatt() -> None:
    last = [
        frames.work_per_megawatt(answer(BASE.replace(merchant_performance=p))).set_index(["quarter", "line"])
        for p in (1.0, 1.5)
    ]
    nvidia = [frame.loc[("2032-Q4", "NVIDIA"), "h100e_per_mw"] for frame in last]
    assert nvidia[1] > 1.2 * nvidia[0]


# --- Tables


def test_tables_hold_the_figures_of_the_charts() -> None:
    a = answer(SHORT)
    load = tables.load(a)
    assert list(load["Baseline (GW)"]) == pytest.approx(list(a.baseline.mw_it / 1e3))
    assert (load["Power binds"] == "yes").sum() == frames.binds(a).sum()
    worth = tables.worth(a)
    assert list(worth.iloc[:, 1] * 1e6) == pytest.approx(list(frames.capacity(a).step_usd))
    places = tables.regions(a)
    assert len(places) == 6 * len(bundled().tables["regions"])
    cost = next(name for name in places if name.startswith("Cost"))
    assert places[cost].sum() * 1e6 == pytest.approx(a.plan.energy_usd.sum())
    assert len(tables.needs(a)) == len(finding.needs_words(a)) == 6
    work = tables.work_per_megawatt(a)
    assert work.shape == (24, 1 + len(frames.work_lines(bundled())))
    assert work.notna().all().all()
    needs, undone = tables.needs(a), frames.undone(a)
    for workload, label in enumerate(workload_labels(bundled())):
        share = needs[f"Left undone, {in_sentence(label)} (%)"]
        assert list(share) == pytest.approx(list(undone["share"].to_numpy().reshape(6, -1)[:, workload] * 100))


def test_what_is_kept_is_the_same_as_what_is_worked_out_anew() -> None:
    a = answer(SHORT)
    pd.testing.assert_frame_equal(frames.regions(a), frames.regions.__wrapped__(a))
