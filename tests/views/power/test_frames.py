"""Megawatts, energy, carbon and places: parts add up, needed capacity binds nowhere, and a megawatt has a value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from core.inputs.data import bundled
from core.inputs.scenario import BASE, Scenario, columns, quarter_label
from core.model.evaluate import constraints, evaluate
from core.model.model import EXIT, HOLD, PLAN, Simulation, run, simulate, variants
from core.model.report import report
from core.story import frames
from core.story.labels import supplier_labels
from core.views.power import charts as megawatts_charts
from core.views.power import frames as megawatts
from core.views.power.frames import BASELINE, FLEET, PROBE_MW
from tests.support.answers import answer
from tests.support.cases import PRESETS, SCENARIOS
from tests.support.effort import examples
from tests.support.pages import Charts, assert_sound
from tests.support.strategies import scenarios
from tests.support.words import LONGEST_TITLE, NOISE, said

EVERY_LEVER = examples(20)
SHORT = PRESETS["Power is short"]


def simulated(scenario: Scenario = BASE) -> Simulation:
    return simulate(bundled(), columns([scenario]))


def with_capacity(sim: Simulation, mw: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Simulation:
    """The same scenario with another capacity in each quarter."""
    world = replace(sim.world, capacity_mw=mw[:, None])
    return run(world, variants(world))


# --- What capacity would have to be


@EVERY_LEVER
@given(scenarios())
def test_with_the_capacity_that_is_needed_power_binds_nowhere_and_nothing_is_left_undone(scenario: Scenario) -> None:
    sim = simulated(scenario)
    for course in (PLAN, HOLD, EXIT):
        needed = megawatts.capacity(sim).needed_mw[:, course]
        freed = with_capacity(sim, needed)
        assert not megawatts.binds(freed, course).any()
        assert not freed.flows.unserved_h100e[:, :, course].any()
        assert (freed.fleet.mw_it[:, course, 0] <= needed).all()


@EVERY_LEVER
@given(scenarios())
def test_with_less_than_that_power_binds(scenario: Scenario) -> None:
    sim = simulated(scenario)
    needed = megawatts.capacity(sim).needed_mw[:, PLAN]
    tight = needed.copy()
    tight[-1] *= 0.999
    grows = sim.fleet.gap_h100e[-1, :, PLAN, 0].any()
    if grows:  # what stands already is not turned off; less room only binds what is bought
        assert megawatts.binds(with_capacity(sim, tight)).any()
    assert megawatts.binds(with_capacity(sim, needed * 0.9)).any()


@EVERY_LEVER
@given(scenarios())
def test_power_first_binds_where_capacity_first_falls_short(scenario: Scenario) -> None:
    sim = simulated(scenario)
    binds, short = megawatts.binds(sim), megawatts.short_mw(sim) > 0.0
    assert binds.any() == short.any()
    if binds.any():
        assert binds.argmax() == short.argmax()


def test_the_first_quarter_is_the_one_that_the_machine_interface_names() -> None:
    named = next(c for c in report(bundled(), SHORT)["metrics"]["constraints"] if c["constraint"] == "power")
    sim = simulated(SHORT)
    assert quarter_label(int(megawatts.binds(sim).argmax())) == named["first"]
    assert megawatts.binds(sim).sum() == named["periods"]
    assert f"Power first binds in {named['first']};" in megawatts.title(answer(SHORT))


def test_power_binds_by_course() -> None:
    sim = simulated(SHORT)
    for course in (PLAN, HOLD, EXIT):
        power = next(c for c in constraints(sim, course) if c.constraint == "power")
        assert (megawatts.binds(sim, course) == power.binds[:, 0]).all()


# --- What a megawatt is worth


@pytest.mark.parametrize("scenario", [SHORT, SHORT.replace(baseline="exit"), BASE.replace(power_capacity=0.8)])
def test_the_value_of_a_megawatt_is_the_fall_in_the_cost_of_the_whole_scenario(scenario: Scenario) -> None:
    found, levers = megawatts.capacity(simulated(scenario)), columns([scenario])
    multiple = scenario.number("power_capacity")

    def cost(more_mw: float) -> float:
        inputs = replace(bundled(), capacity_mw=bundled().capacity_mw + more_mw / multiple)
        return float(evaluate(inputs, levers, series=()).metrics["pv_cost_usd"][0])

    now = cost(0.0)
    assert found.more_usd[PLAN] == pytest.approx((now - cost(PROBE_MW)) / PROBE_MW, rel=1e-6)
    assert found.less_usd[PLAN] == pytest.approx((cost(-PROBE_MW) - now) / PROBE_MW, rel=1e-6)
    step = found.step_mw.searchsorted(0.0)
    assert found.step_mw[step] == 125.0
    assert found.step_usd[step, PLAN] == pytest.approx((now - cost(250.0)) / 250.0, rel=1e-6)


def test_where_power_is_plenty_a_megawatt_is_worth_nothing() -> None:
    found = megawatts.capacity(simulated(BASE.replace(power_capacity=3.0)))
    assert not found.more_usd.any() and not found.less_usd.any()
    assert not found.step_usd[found.step_mw > -2000.0].any()
    assert "a megawatt more is worth nothing" in megawatts.title(answer(BASE.replace(power_capacity=3.0)))


def test_where_work_is_rented_a_megawatt_is_worth_more_the_dearer_the_rent() -> None:
    cheap, dear = (megawatts.capacity(simulated(SHORT.replace(rent_premium=premium))) for premium in (0.5, 2.0))
    assert 0.0 < cheap.more_usd[PLAN] < dear.more_usd[PLAN]


def test_the_chart_of_values_marks_where_the_scenario_is() -> None:
    frame = megawatts.worth(simulated(SHORT))
    here = frame[frame["here"]]
    assert list(here["more_mw"]) == [125.0] and list(here["variant"]) == ["plan"]


# --- Load


@EVERY_LEVER
@given(scenarios())
def test_load_adds_up_over_suppliers_and_is_shaded_where_power_binds(scenario: Scenario) -> None:
    sim = simulated(scenario)
    frame = megawatts.load(sim)
    for variant, course in frames.courses_shown(sim).items():
        own = frame[frame["variant"] == variant]
        assert own.groupby("quarter", sort=False)["mw"].sum().to_numpy() == pytest.approx(
            sim.fleet.mw_it[:, course, 0], abs=1e-6
        )
        whole = own.drop_duplicates("quarter")
        assert list(whole["needed_mw"]) == list(megawatts.capacity(sim).needed_mw[:, course])
    plan = frame[frame["variant"] == "plan"].drop_duplicates("quarter")
    assert list(plan["binds"]) == list(megawatts.binds(sim))
    assert set(frame["ever_binds"]) == {bool(megawatts.binds(sim).any())}


@EVERY_LEVER
@given(scenarios())
def test_by_year_what_is_undone_and_rented_adds_up_to_the_model_s(scenario: Scenario) -> None:
    sim = simulated(scenario)
    frame = megawatts.needs(sim)
    required = sim.world.required_h100e[..., 0].sum(axis=1).reshape(-1, 4).sum(axis=1)
    undone = sim.flows.unserved_h100e[:, :, PLAN, 0].sum()
    assert float((frame["unserved_share"] * required).sum()) == pytest.approx(undone)
    assert frame["shortage_usd"].sum() == pytest.approx(sim.flows.shortage_usd[:, PLAN, 0].sum())
    assert frame["needed_mw"].max() == megawatts.capacity(sim).needed_mw[:, PLAN].max()
    assert list(frame["capacity_mw"]) == list(sim.world.capacity_mw[3::4, 0])


# --- Places


@EVERY_LEVER
@given(scenarios())
def test_places_add_up_to_the_energy_cost_and_carbon_of_the_model(scenario: Scenario) -> None:
    sim = simulated(scenario)
    frame = megawatts.regions(sim)
    for before, course in (("", PLAN), ("baseline_", frames.courses_shown(sim)["baseline"])):
        for name, flow in (("mwh", sim.flows.mwh), ("usd", sim.flows.energy_usd), ("co2_t", sim.flows.co2_t)):
            a_year = flow[:, course, 0].reshape(-1, 4).sum(axis=1)
            assert frame.groupby("year")[f"{before}{name}"].sum().to_numpy() == pytest.approx(a_year)


def test_a_place_pays_its_own_price_moved_as_the_mean_is() -> None:
    """Ohio: $103.20 a MWh in 2026, 22 % of the fleet, 453.6 kg; twice the price, 3 % more each year for six years."""
    sim = simulated(BASE.replace(power_price=2.0))
    row = megawatts.regions(sim).set_index(["year", "region"]).loc[(2032, "Ohio")]
    mwh = sim.flows.mwh[20:, PLAN, 0].sum() * 0.22
    assert row["usd_per_mwh"] == pytest.approx(103.2 * 2.0 * 1.03**6)
    assert row["usd"] == pytest.approx(mwh * row["usd_per_mwh"])
    assert row["co2_t"] == pytest.approx(mwh * 453.6 / 1000)


@pytest.mark.parametrize("by", ["usd_per_mwh", "kg_co2_per_mwh"])
def test_the_ladder_runs_from_the_highest_to_the_lowest_and_fills_the_fleet(by: str) -> None:
    frame = megawatts.ladder(simulated(), 2030, by)
    assert frame[by].is_monotonic_decreasing
    assert (frame["from_share"].iloc[0], frame["to_share"].iloc[-1]) == pytest.approx((0.0, 1.0))
    assert list(frame["from_share"].iloc[1:]) == pytest.approx(list(frame["to_share"].iloc[:-1]))
    mean = bundled().power_usd_per_mwh * 1.03**4 if by == "usd_per_mwh" else bundled().kg_co2_per_mwh
    assert frame["mean"].iloc[0] == pytest.approx(mean)


# --- Work of a megawatt


@EVERY_LEVER
@given(scenarios())
def test_work_a_megawatt_times_megawatts_is_what_is_installed(scenario: Scenario) -> None:
    sim = simulated(scenario)
    table = megawatts.work_per_megawatt(sim).pivot(index="quarter", columns="line", values="h100e_per_mw")
    for name, course in ((FLEET, PLAN), (BASELINE, frames.courses_shown(sim)["baseline"])):
        work = table[name].to_numpy() * sim.fleet.mw_it[:, course, 0]
        assert work == pytest.approx(sim.fleet.installed_h100e[:, :, course, 0].sum(axis=1))
    lines = [name for name in supplier_labels(bundled()) if name in table]
    assert (table[lines].max(axis=1) >= table[FLEET] * (1 - 1e-9)).all()
    assert (table[lines].min(axis=1) <= table[FLEET] * (1 + 1e-9)).all()


def test_better_chips_do_more_work_with_a_megawatt() -> None:
    last = [
        megawatts.work_per_megawatt(simulated(BASE.replace(merchant_performance=p))).set_index(["quarter", "line"])
        for p in (1.0, 1.5)
    ]
    nvidia = [frame.loc[("2032-Q4", "NVIDIA"), "h100e_per_mw"] for frame in last]
    assert nvidia[1] > 1.2 * nvidia[0]


# --- Words


@pytest.mark.parametrize("name", SCENARIOS)
def test_sentences_read_well_in_every_case(name: str) -> None:
    check_sentences(SCENARIOS[name])


@EVERY_LEVER
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    check_sentences(scenario)


def check_sentences(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    titles = [make(a) for make in (megawatts.title, megawatts.load_title, megawatts.needs_title)]
    titles += [megawatts.worth_title(a), megawatts.work_title(a)]
    titles += [make(a, 2028) for make in (megawatts.energy_title, megawatts.carbon_title)]
    texts = [megawatts.load_caption(a), megawatts.worth_caption(a), megawatts.energy_caption(a, 2027)]
    texts += [megawatts.carbon_caption(a, 2027), *map(str, megawatts.needs_words(a).to_numpy().ravel())]
    for figure in megawatts.strip(a):
        texts += [figure.label, figure.value, figure.change, figure.beside]
    for text in (*titles, *texts):
        assert text and not NOISE.search(said(text)), text
    assert max(map(len, titles)) <= LONGEST_TITLE


def test_the_title_says_what_is_left_where_power_does_not_bind() -> None:
    text = said(megawatts.title(answer(BASE)))
    sim = simulated()
    left = sim.world.capacity_mw[7, 0] - sim.fleet.mw_it[7, PLAN, 0]
    assert text == (
        f"Power does not bind by 2032: {left:.0f} MW are left at the tightest, in 2028-Q4; a megawatt more is worth "
        "nothing"
    )


def test_the_title_says_what_would_free_the_scenario_and_what_a_megawatt_is_worth() -> None:
    a = answer(SHORT)
    short = megawatts.short_mw(a.sim)
    text = said(megawatts.title(a))
    assert f"it would take {short.max() / 1e3:.2f} GW more, in {quarter_label(int(short.argmax()))}," in text
    assert text.endswith(f"is worth ${megawatts.capacity(a.sim).more_usd[PLAN] / 1e6:.0f} M after tax")


# --- Tables and charts


def test_tables_hold_the_figures_of_the_charts() -> None:
    a = answer(SHORT)
    load = megawatts.load_table(a)
    assert list(load["Baseline (GW)"]) == pytest.approx(list(a.sim.fleet.mw_it[:, a.baseline_course, 0] / 1e3))
    assert (load["Power binds"] == "yes").sum() == megawatts.binds(a.sim).sum()
    worth = megawatts.worth_table(a)
    assert list(worth.iloc[:, 1] * 1e6) == pytest.approx(list(megawatts.capacity(a.sim).step_usd[:, PLAN]))
    places = megawatts.regions_table(a)
    assert len(places) == 6 * len(bundled().tables["regions"])
    cost = next(name for name in places if name.startswith("Cost"))
    assert places[cost].sum() * 1e6 == pytest.approx(a.sim.flows.energy_usd[:, PLAN, 0].sum())
    assert len(megawatts.needs_table(a)) == len(megawatts.needs_words(a)) == 6
    work = megawatts.work_per_megawatt_table(a)
    assert work.shape == (24, 1 + len(megawatts.work_lines(bundled())))
    assert work.notna().all().all()


SIM = answer(SHORT).sim
CHARTS: Charts = {
    "load": (lambda mode: megawatts_charts.load(mode, supplier_labels(bundled())), megawatts.load(SIM)),
    "worth": (megawatts_charts.worth, megawatts.worth(SIM)),
    "prices": (megawatts_charts.prices, megawatts.ladder(SIM, 2032, "usd_per_mwh")),
    "carbon": (megawatts_charts.carbon, megawatts.ladder(SIM, 2032, "kg_co2_per_mwh")),
    "work_per_megawatt": (
        lambda mode: megawatts_charts.work_per_megawatt(mode, megawatts.work_lines(bundled())),
        megawatts.work_per_megawatt(SIM),
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_sound_and_read_only_what_their_frames_have(name: str) -> None:
    assert_sound(*CHARTS[name])


def test_every_chart_is_tested_here() -> None:
    made = {name for name, value in vars(megawatts_charts).items() if hasattr(value, "cache_info")}
    assert made == set(CHARTS)


def test_what_is_kept_is_the_same_as_what_is_worked_out_anew() -> None:
    pd.testing.assert_frame_equal(megawatts.regions(SIM), megawatts.regions.__wrapped__(SIM))
