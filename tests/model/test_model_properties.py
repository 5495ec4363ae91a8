"""What holds for every setting of the levers, whatever the data say."""

from __future__ import annotations

import functools
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.base.finance import straight_line
from core.inputs.data import BOUGHT, CUSTOM, LEAD, Inputs, bundled
from core.inputs.lever import Value
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import METRICS, evaluate, series_of, summarise
from core.model.model import EXIT, HOLD, PLAN, Simulation, simulate
from core.model.money import Flows
from core.model.opening import opening_h100e, opening_mw
from tests.support.effort import examples
from tests.support.frozen import INPUTS, LEVERS
from tests.support.strategies import NO_ADOPTION, ONE_CHIP_EACH, changes, scenarios, settings_of

Floats = NDArray[np.float64]

ROUNDING = 1e-9
SAME = 1e-12
TODAY: dict[str, Value] = {
    f"adoption_{workload}": float(share)
    for workload, share in zip(bundled().workloads, bundled().custom_share_today, strict=True)
}
MONEY = [field.name for field in fields(Flows) if field.name.endswith("_usd")]
VALUE = ["pv_terminal_usd", "pv_cost_usd", "pv_cost_pretax_usd"]
PHYSICAL = ["powered_mw", "mwh", "co2_t", "unserved_h100e", "counted", "short"]


@functools.cache
def one_chip_each() -> Inputs:
    """The bundled data with one chip a supplier."""
    return ONE_CHIP_EACH.inputs(bundled())


def play(*members: Scenario, inputs: Inputs | None = None) -> Simulation:
    return simulate(inputs or bundled(), columns(members))


def batches(fixed: dict[str, Value] | None = None, without: tuple[str, ...] = ()) -> st.SearchStrategy[list[Scenario]]:
    """One to six scenarios with one horizon."""
    free = tuple({*without, "horizon_year"})
    horizons = settings_of(LEVERS["horizon_year"])
    return horizons.flatmap(
        lambda year: st.lists(scenarios({**(fixed or {}), "horizon_year": year}, free), min_size=1, max_size=6)
    )


def same(a: Floats | float, b: Floats | float, of: float | Floats = 1.0) -> bool:
    """Whether two arrays are equal but for rounding; `of` is the size of what they are differences of."""
    return bool((np.abs(a - b) <= SAME * np.maximum(np.maximum(np.abs(a), np.abs(b)), of)).all())


def physical(sim: Simulation) -> dict[str, Floats]:
    """Everything that is counted in chips' work, power or tonnes."""
    fleet = {name: getattr(sim.fleet, name) for name in ("bought_h100e", "installed_h100e", "mw_it", "gap_h100e")}
    return fleet | {name: getattr(sim.flows, name) for name in PHYSICAL}


def assert_same_work(a: Simulation, b: Simulation, but: tuple[str, ...] = ()) -> None:
    theirs = physical(b)
    for name, mine in physical(a).items():
        if name not in but:
            size = 1e-6 * float(np.abs(mine).max(initial=0.0))
            assert same(mine, theirs[name], of=size), name


def still_standing(bought: Floats, life: int) -> Floats:
    """Add up what was bought in the last `life` quarters, lot by lot; bought: (quarter, ...)."""
    return np.stack([bought[max(0, t - life + 1) : t + 1].sum(axis=0) for t in range(len(bought))])


# --- Work


@given(batches())
def test_powered_work_and_unserved_work_never_fall_below_what_is_required(members: list[Scenario]) -> None:
    sim = play(*members)
    powered_share = np.minimum(1.0, sim.world.capacity_mw[:, None] / sim.fleet.mw_it)
    done = sim.fleet.installed_h100e * powered_share[:, None] + sim.flows.unserved_h100e
    assert (done >= sim.world.required_h100e[:, :, None] * (1.0 - ROUNDING)).all()


@given(batches())
def test_what_the_suppliers_add_is_the_gap_after_scaling(members: list[Scenario]) -> None:
    sim = play(*members)
    bought, gap = sim.fleet.bought_h100e, sim.fleet.gap_h100e
    assert (bought >= 0.0).all()
    assert same(bought.sum(axis=1), gap)
    unscaled = ~np.broadcast_to(sim.fleet.scaled[:, None], gap.shape)
    required = np.broadcast_to(sim.world.required_h100e[:, :, None], gap.shape)
    assert (sim.fleet.installed_h100e >= required * (1.0 - ROUNDING))[unscaled].all()


@given(scenarios())
def test_the_fleet_is_the_lots_that_have_not_reached_the_end_of_their_life(scenario: Scenario) -> None:
    sim = play(scenario)
    world, bought = sim.world, sim.fleet.bought_h100e
    lives = (int(world.life_custom[0]), int(world.life_merchant[0]), int(world.life_merchant[0]))
    work = sum(still_standing(bought[:, s], life) for s, life in enumerate(lives))
    power = sum(
        still_standing((bought[:, s] * world.mw_per_h100e[:, s, :, None]).sum(axis=1), life)
        for s, life in enumerate(lives)
    )
    opening = opening_h100e(world).sum(axis=1)[:, :, None]
    assert same(sim.fleet.installed_h100e, work + opening, of=world.required_h100e[:, :, None])
    assert same(sim.fleet.mw_it, power + opening_mw(world).sum(axis=1)[:, None], of=1e3)


@given(batches())
def test_nothing_is_bought_beyond_the_power_there_is(members: list[Scenario]) -> None:
    """Rationed custom chips are replaced by bought ones, which may draw more: that may exceed the room."""
    sim = play(*members)
    unrationed = ~sim.fleet.rationed & sim.fleet.scaled
    before = sim.fleet.mw_it - (sim.fleet.bought_h100e * sim.world.mw_per_h100e[:, :, :, None]).sum(axis=(1, 2))
    allowed = np.maximum(sim.world.capacity_mw[:, None], before)
    assert (sim.fleet.mw_it <= allowed * (1.0 + ROUNDING))[unrationed].all()


@given(batches())
def test_custom_chips_bought_in_a_quarter_never_draw_more_than_the_supply_limit(members: list[Scenario]) -> None:
    sim = play(*members)
    custom_mw = (sim.fleet.bought_h100e[:, CUSTOM] * sim.world.mw_per_h100e[:, CUSTOM, :, None]).sum(axis=1)
    limit = sim.world.levers["custom_supply_limit_mw"]
    assert (custom_mw <= limit * (1.0 + SAME)).all()
    assert same(np.where(sim.fleet.rationed, custom_mw, limit), np.broadcast_to(limit, custom_mw.shape))


@given(batches({"custom_premium_max": 0.0}))
def test_with_the_right_to_stop_at_zero_no_custom_chip_is_dearer_than_the_best_bought_one(
    members: list[Scenario],
) -> None:
    sim = play(*members)
    buys = sim.fleet.bought_h100e[:, CUSTOM] > 0.0
    dearer = (sim.world.kappa[:, CUSTOM] > sim.world.kappa[:, BOUGHT].min(axis=1))[:, :, None]
    assert not (buys & dearer).any()


@given(batches(NO_ADOPTION | {"adoption_start": "2027-Q1", "ramp_years": 0.0}))
def test_without_adoption_and_ramp_no_custom_chip_is_bought_and_the_programme_stops(members: list[Scenario]) -> None:
    sim = play(*members)
    assert (sim.fleet.bought_h100e[:, CUSTOM, :, PLAN] == 0.0).all()
    assert (sim.flows.programme_usd[:, PLAN] == 0.0).all()


# --- Value of doing nothing


@given(batches(TODAY))
def test_adoption_at_todays_share_is_worth_exactly_nothing_against_hold(members: list[Scenario]) -> None:
    result = summarise(play(*members))
    assert (result.metrics["npv_vs_hold_usd"] == 0.0).all()


@given(batches(NO_ADOPTION | {"adoption_start": "2027-Q1"}))
def test_no_adoption_from_2027_is_worth_exactly_nothing_against_exit(members: list[Scenario]) -> None:
    result = summarise(play(*members))
    assert (result.metrics["npv_vs_exit_usd"] == 0.0).all()


@pytest.mark.parametrize(
    "changes_", [TODAY | {"baseline": "hold"}, NO_ADOPTION | {"baseline": "exit"}], ids=["hold", "exit"]
)
def test_a_plan_that_is_its_own_baseline_makes_no_difference_at_all(changes_: dict[str, Value]) -> None:
    metrics = summarise(play(INPUTS.scenario(changes_))).metrics
    assert np.isnan(metrics["payback"][0])
    assert np.isnan(metrics["first_accretive_year"][0])
    assert metrics["peak_outlay_usd"][0] == metrics["npv_usd"][0] == metrics["npv_pretax_usd"][0] == 0.0


# --- Money


@given(batches())
def test_cash_expense_and_tax_are_the_sums_of_their_parts(members: list[Scenario]) -> None:
    sim = play(*members)
    f, levers = sim.flows, sim.world.levers
    opex = f.energy_usd + f.maintenance_usd + f.facility_opex_usd + f.programme_usd + f.shortfall_usd + f.shortage_usd
    chips = f.capex_usd.sum(axis=1) - f.warrant_usd
    assert same(f.opex_usd, opex)
    assert same(f.warrant_usd, f.warrant_by_supplier_usd.sum(axis=1))
    assert same(f.cash_usd, chips + f.capex_facility_usd + opex)
    charges = f.depreciation_chips_usd + f.depreciation_facility_usd + f.write_off_usd
    assert same(f.expense_usd, opex + charges)
    at_once = levers["bonus_share_facility"] * f.capex_facility_usd
    spread = np.cumsum((f.capex_facility_usd - at_once) / 156, axis=0)  # no horizon reaches the end of 156 quarters
    assert same(f.tax_saving_usd, levers["tax_rate"] * (opex + chips + at_once + spread))


@given(batches())
def test_no_flow_but_the_terminal_value_is_negative_and_none_is_unknown(members: list[Scenario]) -> None:
    sim = play(*members)
    # The warrant has no floor: at its highest, with GPUs at their cheapest, it exceeds what AMD's chips cost, and
    # what is charged for those lots is then truly below zero.
    below_cost = (sim.flows.warrant_usd <= sim.flows.capex_usd[:, AMD]).all()
    charged = set() if below_cost else {"depreciation_chips_usd", "write_off_usd", "expense_usd"}
    for name in MONEY:
        flow = getattr(sim.flows, name)
        assert np.isfinite(flow).all(), name
        if name not in {*VALUE, "cash_usd", "tax_saving_usd", *charged}:
            assert (flow >= -1.0).all(), name  # a dollar of rounding in sums of billions


@given(
    cost=st.floats(0.0, 1e12),
    book_life=st.integers(12, 32),
    service_life=st.integers(12, 32),
    bought=st.integers(0, 3),
)
def test_a_lot_is_charged_its_book_cost_over_its_life_no_more_and_no_less(
    cost: float, book_life: int, service_life: int, bought: int
) -> None:
    flow = np.zeros((40, 1))
    flow[bought] = cost
    depreciation, write_off = straight_line(flow, np.array([book_life]), np.array([service_life]))
    assert (depreciation >= -SAME * cost).all() and (write_off >= 0.0).all()
    assert same(depreciation.sum() + write_off.sum(), cost)


@given(scenarios(), st.sampled_from([PLAN, HOLD, EXIT]))
def test_what_was_charged_and_what_is_left_on_the_books_is_what_was_paid(scenario: Scenario, course: int) -> None:
    """Depreciation and write-offs to the horizon, plus the book value of the lots that still work, is their cost."""
    sim = play(scenario)
    world, flows = sim.world, sim.flows
    end, book_life = world.quarters, int(world.life_book[0])
    custom_life, bought_life = int(world.life_custom[0]), int(world.life_merchant[0])
    custom = flows.capex_usd[:, CUSTOM, course, 0]
    bought = flows.capex_usd[:, BOUGHT, course, 0].sum(axis=1) - flows.warrant_usd[:, course, 0]
    paid, left = custom.sum() + bought.sum(), 0.0
    for v in range(end):
        unbooked = max(0.0, 1.0 - (end - v) / book_life)
        left += custom[v] * unbooked * (v + custom_life >= end) + bought[v] * unbooked * (v + bought_life >= end)
        # A lot whose last quarter is the last before the horizon is written off only in the quarter after it.
    fleet = world.inputs.opening
    for chip, vintage, cost in zip(fleet.chip, fleet.vintage, fleet.chips * fleet.unit_cost_usd, strict=True):
        life = custom_life if world.inputs.chips.supplier[chip] == CUSTOM else bought_life
        opening = cost * max(0.0, 1.0 + vintage / world.inputs.policy_life_quarters)
        paid += opening
        if max(vintage + life, 0) >= end:
            left += opening * max(0.0, 1.0 - end / max(1, book_life + vintage))
    charged = flows.depreciation_chips_usd[:, course, 0].sum() + flows.write_off_usd[:, course, 0].sum()
    assert abs(charged + left - paid) <= ROUNDING * paid


@given(scenarios())
def test_upkeep_is_a_share_of_what_was_paid_for_the_chips_that_work_their_spares_left_out(scenario: Scenario) -> None:
    sim = play(scenario)
    world, levers = sim.world, sim.world.levers
    lives = [int(world.life_custom[0]), int(world.life_merchant[0])]
    paid = sim.flows.capex_usd / (1.0 + levers["spares"])
    working = still_standing(paid[:, CUSTOM], lives[0]) + still_standing(paid[:, BOUGHT].sum(axis=1), lives[1])
    fleet = world.inputs.opening
    for chip, vintage, cost in zip(fleet.chip, fleet.vintage, fleet.chips * fleet.unit_cost_usd, strict=True):
        life = lives[0] if world.inputs.chips.supplier[chip] == CUSTOM else lives[1]
        working[: max(vintage + life, 0)] += cost
    wanted = working * levers["maintenance_rate"] / 4
    assert same(sim.flows.maintenance_usd, wanted, of=1e11)


@given(scenarios())
def test_the_warrant_is_earned_on_the_first_six_gigawatts_of_chips_that_count(scenario: Scenario) -> None:
    """Those of AMD from MI455X on, by the data; spares count."""
    sim = play(scenario)
    world, chips = sim.world, sim.world.inputs.chips
    later = [i for i in range(len(chips.id)) if chips.supplier[i] == AMD and chips.available[i] >= 1]
    assert [chips.id[i] for i in later] == ["mi455x", "amd_2028", "amd_2030", "amd_2031"]
    mw = sim.fleet.bought_h100e[:, AMD] * (world.mw_per_h100e[:, AMD] * np.isin(world.chip[:, AMD], later))[:, :, None]
    gw = np.cumsum(mw.sum(axis=1) / 1000 * (1.0 + world.levers["spares"]), axis=0)
    a_gw = float(scenario["amd_warrant_usd_bn_per_gw"]) * 1e9
    assert same(np.cumsum(sim.flows.warrant_usd, axis=0), np.minimum(gw, 6.0) * a_gw, of=1e9)


@given(scenarios())
def test_facilities_are_paid_for_each_megawatt_of_the_highest_load_so_far_once(scenario: Scenario) -> None:
    sim = play(scenario)
    start = max(sim.world.inputs.capacity_today_mw, float(opening_mw(sim.world)[0].sum()))
    built = (sim.flows.capex_facility_usd[:, :, 0] / sim.world.facility_usd_per_mw).sum(axis=0)
    assert same(built, np.maximum(0.0, sim.flows.powered_mw[:, :, 0].max(axis=0) - start), of=start)


@given(scenarios(), st.sampled_from([PLAN, HOLD, EXIT]))
def test_what_is_left_at_the_horizon_is_the_unused_life_of_what_still_works(scenario: Scenario, course: int) -> None:
    """In the last quarter's lots, at cost, times what can be recovered; tax on what exceeds undeducted buildings."""
    sim = play(scenario)
    world, end = sim.world, sim.world.quarters
    rate = {name: float(column[0]) for name, column in world.levers.items()}
    lives = [int(life[0]) for life in (world.life_custom, world.life_merchant, world.life_merchant)]
    recovered = [rate[f"terminal_recovery_{side}"] for side in ("custom", "merchant", "merchant")]
    value = undeducted = 0.0
    for v in range(end):
        for s, life in enumerate(lives):
            value += recovered[s] * sim.flows.capex_usd[v, s, course, 0] * max(0.0, 1.0 - (end - v) / life)
        built = sim.flows.capex_facility_usd[v, course, 0]
        value += rate["terminal_recovery_facility"] * built * max(0.0, 1.0 - (end - v) / world.life_facility[0])
        undeducted += (1.0 - rate["bonus_share_facility"]) * built * (1.0 - (end - v) / 156)
    fleet = world.inputs.opening
    for chip, vintage, cost in zip(fleet.chip, fleet.vintage, fleet.chips * fleet.unit_cost_usd, strict=True):
        s = world.inputs.chips.supplier[chip]
        value += recovered[s] * cost * max(0.0, 1.0 - (end - vintage) / lives[s])
    wanted = (value - rate["tax_rate"] * (value - undeducted)) * (1.0 + rate["discount_rate"]) ** (-end / 4)
    assert abs(sim.flows.pv_terminal_usd[course, 0] - wanted) <= ROUNDING * (value + undeducted)


@given(scenarios())
def test_value_is_the_discounted_cash_after_tax_less_what_is_left(scenario: Scenario) -> None:
    sim = play(scenario)
    rate, f = float(scenario["discount_rate"]), sim.flows
    factor = np.array([(1.0 + rate) ** (-(t + 0.5) / 4) for t in range(sim.world.quarters)])[:, None, None]
    cost = (factor * (f.cash_usd - f.tax_saving_usd)).sum(axis=0) - f.pv_terminal_usd
    assert (np.abs(cost - f.pv_cost_usd) <= ROUNDING * np.abs(f.pv_cost_usd)).all()


@given(scenarios())
def test_payback_is_when_savings_turn_for_good_and_the_outlay_their_lowest_point(scenario: Scenario) -> None:
    sim = play(scenario)
    metrics = summarise(sim).metrics
    after_tax = (sim.flows.cash_usd - sim.flows.tax_saving_usd)[:, :, 0]
    baseline = EXIT if scenario["baseline"] == "exit" else HOLD
    savings = np.cumsum(sim.world.discount[:, 0] * (after_tax[:, baseline] - after_tax[:, PLAN]))
    payback = metrics["payback"][0]
    assert metrics["peak_outlay_usd"][0] == max(0.0, -savings.min())
    if np.isfinite(payback):
        assert savings[int(payback) - 1] < 0.0 <= savings[int(payback) :].min()
    elif payback == np.inf:
        assert savings[-1] < 0.0
    elif payback == -np.inf:
        assert savings.min() >= 0.0
    else:
        assert np.abs(after_tax[:, baseline] - after_tax[:, PLAN]).max() < 1.0


# --- Batches and horizons


@examples(30)
@given(st.lists(scenarios(), min_size=2, max_size=9))
def test_a_batch_gives_what_its_members_give_one_by_one(members: list[Scenario]) -> None:
    batch = evaluate(bundled(), columns(members))
    for place, member in enumerate(members):
        alone = evaluate(bundled(), columns([member]))
        quarters = len(alone.series["cash_usd"])
        size = float(alone.metrics["pv_cost_usd"][0])
        for name in METRICS:
            mine, theirs = batch.metrics[name][place], alone.metrics[name][0]
            tolerance = SAME * size if name.endswith("_usd") and name != "npv_per_programme_usd" else ROUNDING
            equal = mine == theirs or (np.isnan(mine) and np.isnan(theirs))
            assert equal or abs(mine - theirs) <= max(tolerance, SAME * abs(theirs)), name
        for name in series_of(bundled()):
            mine_, theirs_ = batch.series[name][:, place], alone.series[name][:, 0]
            assert same(mine_[:quarters], theirs_, of=SAME * size), name
            assert np.isnan(mine_[quarters:]).all(), name
        for mine__, theirs__ in zip(batch.constraints, alone.constraints, strict=True):
            periods = len(theirs__.binds)
            assert (mine__.binds[:periods, place] == theirs__.binds[:, 0]).all(), mine__.constraint
            assert not mine__.binds[periods:, place].any()


@examples(30)
@given(changes(without=("horizon_year",)), st.integers(2028, 2034), st.integers(1, 7))
def test_a_longer_horizon_changes_no_quarter_before_it(drawn: dict[str, Value], year: int, longer: int) -> None:
    short = evaluate(bundled(), columns([INPUTS.scenario({**drawn, "horizon_year": year})]))
    long = evaluate(bundled(), columns([INPUTS.scenario({**drawn, "horizon_year": min(year + longer, 2035)})]))
    for name, series in short.series.items():
        assert same(series, long.series[name][: len(series)], of=1e-3), name


# --- One lever at a time


def pair(
    drawn: dict[str, Value], lever: str, one: Value, other: Value, inputs: Inputs | None = None
) -> list[Simulation]:
    return [play(INPUTS.scenario({**drawn, lever: value}), inputs=inputs) for value in (one, other)]


def assert_same_money(a: Simulation, b: Simulation, but: set[str]) -> None:
    for name in MONEY:
        if name not in but:
            mine, theirs = getattr(a.flows, name), getattr(b.flows, name)
            assert same(mine, theirs, of=1e-3 * float(np.abs(mine).max(initial=1.0))), name


OUTCOMES = {"opex_usd", "cash_usd", "expense_usd", "tax_saving_usd", *VALUE}


def _offers_and_order_are_held(*sims: Simulation) -> bool:
    """With one chip a supplier a price can still act through the right to stop and the order of rationed wants."""
    return not any((sim.fleet.held_back_h100e > 0.0).any() or sim.fleet.rationed.any() for sim in sims)


OPEN_HANDED: dict[str, Value] = {
    "custom_premium_max": 5.0,
    "custom_supply_limit_mw": 3000.0,
    "merchant_delay_quarters": 0,
}


@given(changes(OPEN_HANDED, without=("power_price",)), st.floats(0.5, 1.5))
def test_doubling_the_power_price_doubles_energy_cost_and_nothing_else(drawn: dict[str, Value], price: float) -> None:
    """Rented work is priced at the cost of own work, so its bill follows the power price as well."""
    one, two = pair(drawn, "power_price", price, 2.0 * price, one_chip_each())
    assume(_offers_and_order_are_held(one, two))
    assert_same_work(one, two)
    assert same(two.flows.energy_usd, 2.0 * one.flows.energy_usd)
    rented = (one.flows.unserved_h100e > 0.0).any(axis=1)
    assert_same_money(one, two, but=OUTCOMES | {"energy_usd", "shortage_usd"})
    assert (one.flows.shortage_usd[~rented] == 0.0).all() and (two.flows.shortage_usd[~rented] == 0.0).all()
    extra = two.flows.opex_usd - one.flows.opex_usd
    assert same(extra[~rented], one.flows.energy_usd[~rented], of=one.flows.opex_usd[~rented])


@given(changes(OPEN_HANDED, without=("discount_rate",)), st.floats(0.0, 0.25), st.floats(0.0, 0.25))
def test_where_each_supplier_has_one_chip_the_discount_rate_changes_no_physical_quantity(
    drawn: dict[str, Value], low: float, high: float
) -> None:
    one, two = pair(drawn, "discount_rate", low, high, one_chip_each())
    assume(_offers_and_order_are_held(one, two))
    assert_same_work(one, two)
    assert_same_money(one, two, but={*OUTCOMES, "shortage_usd"})


@given(changes(without=("book_life_years",)), st.floats(3.0, 8.0), st.floats(3.0, 8.0))
def test_the_life_in_the_books_moves_expense_but_neither_cash_nor_tax_nor_value(
    drawn: dict[str, Value], one_life: float, other_life: float
) -> None:
    one, two = pair(drawn, "book_life_years", one_life, other_life)
    assert_same_work(one, two)
    assert_same_money(one, two, but={"depreciation_chips_usd", "write_off_usd", "expense_usd"})


@given(changes(without=("tax_rate",)), st.floats(0.0, 0.4))
def test_a_tax_rate_moves_nothing_before_tax_and_no_tax_is_no_difference(drawn: dict[str, Value], rate: float) -> None:
    taxed, free = pair(drawn, "tax_rate", rate, 0.0)
    assert_same_money(taxed, free, but={"tax_saving_usd", "pv_terminal_usd", "pv_cost_usd"})
    assert same(free.flows.pv_cost_usd, free.flows.pv_cost_pretax_usd)


@given(changes(without=("programme_cost",)), st.floats(0.25, 2.0))
def test_a_programme_twice_as_dear_spends_twice_as_much_and_changes_nothing_else(
    drawn: dict[str, Value], cost: float
) -> None:
    one, two = pair(drawn, "programme_cost", cost, 2.0 * cost)
    assert_same_work(one, two)
    assert_same_money(one, two, but=OUTCOMES | {"programme_usd"})
    assert same(two.flows.programme_usd, 2.0 * one.flows.programme_usd)
    kept = 1.0 - one.world.levers["tax_rate"]
    extra = kept * (one.world.discount[:, None] * one.flows.programme_usd).sum(axis=0)
    assert same(two.flows.pv_cost_usd - one.flows.pv_cost_usd, extra, of=one.flows.pv_cost_usd)


# Levers that act on money alone, once what is bought is settled: more of one can only cost more, or only less.
# (Not so: prices, lives and the discount rate, which choose chips; power and demand, which time purchases; and with
# take-or-pay a dearer chip may even cost less, because dearer purchases fulfil a contract in dollars.)
MONEY_ONLY = {
    "programme_cost": +1,
    "rent_premium": +1,
    "shortfall_penalty": +1,
    "amd_warrant_usd_bn_per_gw": -1,
    "terminal_recovery_custom": -1,
    "terminal_recovery_merchant": -1,
    "terminal_recovery_facility": -1,
}


@examples(15)
@pytest.mark.parametrize("lever", MONEY_ONLY)
@given(data=st.data())
def test_levers_of_money_alone_move_every_cost_one_way_and_no_chip(lever: str, data: st.DataObject) -> None:
    drawn = data.draw(changes(without=(lever,)))
    bounds = st.floats(LEVERS[lever].minimum, LEVERS[lever].maximum)
    low, high = sorted([data.draw(bounds), data.draw(bounds)])
    one, two = pair(drawn, lever, low, high)
    assert_same_work(one, two)
    rise = MONEY_ONLY[lever] * (two.flows.pv_cost_usd - one.flows.pv_cost_usd)
    assert (rise >= -SAME * np.abs(one.flows.pv_cost_usd)).all()


@given(changes(without=("baseline",)))
def test_the_baseline_is_what_the_plan_is_held_against_and_changes_no_plan(drawn: dict[str, Value]) -> None:
    hold, leave = (summarise(play(INPUTS.scenario({**drawn, "baseline": name}))) for name in ("hold", "exit"))
    assert hold.metrics["npv_usd"] == hold.metrics["npv_vs_hold_usd"] == leave.metrics["npv_vs_hold_usd"]
    assert leave.metrics["npv_usd"] == leave.metrics["npv_vs_exit_usd"] == hold.metrics["npv_vs_exit_usd"]
    for name in series_of(INPUTS):
        if not name.startswith("baseline_"):
            assert (hold.series[name] == leave.series[name]).all(), name
