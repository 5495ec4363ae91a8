"""What holds for every setting of the levers, whatever the data say."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.inputs.data import BOUGHT, CUSTOM, Inputs, bundled
from core.inputs.lever import Value
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import METRICS, evaluate, series_of, summarise
from core.model.model import PLAN, Simulation
from core.model.opening import opening_h100e, opening_mw
from tests.support.effort import examples
from tests.support.frozen import INPUTS, LEVERS
from tests.support.playing import (
    ROUNDING,
    SAME,
    VALUE,
    Fixed,
    all_set_to,
    any_changes,
    any_scenario,
    as_today,
    assert_same_money,
    assert_same_work,
    batches,
    inputs_of,
    lives,
    none_from_the_outset,
    play,
    same,
    some_set,
    still_standing,
)
from tests.support.strategies import ONE_CHIP_EACH, SETS, Changes, changes, scenarios_of, settings_of


@functools.cache
def one_chip_each() -> Inputs:
    """The bundled data with one chip a supplier."""
    return ONE_CHIP_EACH.inputs(bundled())


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


@given(any_scenario())
def test_the_fleet_is_the_lots_that_have_not_reached_the_end_of_their_life(scenario: Scenario) -> None:
    sim = play(scenario)
    world, bought = sim.world, sim.fleet.bought_h100e
    work = sum(still_standing(bought[:, s], life) for s, life in enumerate(lives(world)))
    power = sum(
        still_standing((bought[:, s] * world.mw_per_h100e[:, s, :, None]).sum(axis=1), life)
        for s, life in enumerate(lives(world))
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


@given(batches(all_set_to(custom_premium_max=0.0)))
def test_with_the_right_to_stop_at_zero_no_custom_chip_is_dearer_than_the_best_bought_one(
    members: list[Scenario],
) -> None:
    sim = play(*members)
    buys = sim.fleet.bought_h100e[:, CUSTOM] > 0.0
    dearer = (sim.world.kappa[:, CUSTOM] > sim.world.kappa[:, BOUGHT].min(axis=1))[:, :, None]
    assert not (buys & dearer).any()


@given(batches(lambda inputs: none_from_the_outset(inputs) | {"ramp_years": 0.0}))
def test_without_adoption_and_ramp_no_custom_chip_is_bought_and_the_programme_stops(members: list[Scenario]) -> None:
    sim = play(*members)
    assert (sim.fleet.bought_h100e[:, CUSTOM, :, PLAN] == 0.0).all()
    assert (sim.flows.programme_usd[:, PLAN] == 0.0).all()


# --- Value of doing nothing


@given(batches(as_today))
def test_adoption_at_todays_share_is_worth_exactly_nothing_against_hold(members: list[Scenario]) -> None:
    result = summarise(play(*members))
    assert (result.metrics["npv_vs_hold_usd"] == 0.0).all()


@given(batches(none_from_the_outset))
def test_no_adoption_from_the_outset_is_worth_exactly_nothing_against_exit(members: list[Scenario]) -> None:
    result = summarise(play(*members))
    assert (result.metrics["npv_vs_exit_usd"] == 0.0).all()


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(("fixed", "baseline"), [(as_today, "hold"), (none_from_the_outset, "exit")])
def test_a_plan_that_is_its_own_baseline_makes_no_difference_at_all(name: str, fixed: Fixed, baseline: str) -> None:
    inputs = SETS[name]
    metrics = summarise(play(inputs.scenario({**fixed(inputs), "baseline": baseline}))).metrics
    assert np.isnan(metrics["payback"][0])
    assert np.isnan(metrics["first_accretive_year"][0])
    assert metrics["peak_outlay_usd"][0] == metrics["npv_usd"][0] == metrics["npv_pretax_usd"][0] == 0.0


# --- Batches and horizons


@examples(30)
@given(some_set().flatmap(lambda name: st.lists(scenarios_of(SETS[name]), min_size=2, max_size=9)))
def test_a_batch_gives_what_its_members_give_one_by_one(members: list[Scenario]) -> None:
    inputs = inputs_of(members[0])
    batch = evaluate(inputs, columns(members))
    for place, member in enumerate(members):
        alone = evaluate(inputs, columns([member]))
        quarters = len(alone.series["cash_usd"])
        size = float(alone.metrics["pv_cost_usd"][0])
        for name in METRICS:
            mine, theirs = batch.metrics[name][place], alone.metrics[name][0]
            tolerance = SAME * size if name.endswith("_usd") and name != "npv_per_programme_usd" else ROUNDING
            equal = mine == theirs or (np.isnan(mine) and np.isnan(theirs))
            assert equal or abs(mine - theirs) <= max(tolerance, SAME * abs(theirs)), name
        for name in series_of(inputs):
            mine_, theirs_ = batch.series[name][:, place], alone.series[name][:, 0]
            assert same(mine_[:quarters], theirs_, of=SAME * size), name
            assert np.isnan(mine_[quarters:]).all(), name
        for mine__, theirs__ in zip(batch.constraints, alone.constraints, strict=True):
            periods = len(theirs__.binds)
            assert (mine__.binds[:periods, place] == theirs__.binds[:, 0]).all(), mine__.constraint
            assert not mine__.binds[periods:, place].any()


@examples(30)
@given(any_changes(without=("horizon_year",)), st.integers(2028, 2034), st.integers(1, 7))
def test_a_longer_horizon_changes_no_quarter_before_it(drawn: tuple[str, Changes], year: int, longer: int) -> None:
    inputs = SETS[drawn[0]]
    short, long = (
        evaluate(inputs, columns([inputs.scenario({**drawn[1], "horizon_year": horizon})]))
        for horizon in (year, min(year + longer, 2035))
    )
    for name, series in short.series.items():
        assert same(series, long.series[name][: len(series)], of=1e-3), name


# --- One lever at a time


def pair(drawn: Changes, lever: str, one: Value, other: Value, inputs: Inputs | None = None) -> list[Simulation]:
    return [play(INPUTS.scenario({**drawn, lever: value}), inputs=inputs) for value in (one, other)]


OUTCOMES = {"opex_usd", "cash_usd", "expense_usd", "tax_saving_usd", *VALUE}


def _offers_and_order_are_held(*sims: Simulation) -> bool:
    """With one chip a supplier a price can still act through the right to stop and the order of rationed wants."""
    return not any((sim.fleet.held_back_h100e > 0.0).any() or sim.fleet.rationed.any() for sim in sims)


OPEN_HANDED: Changes = {
    "custom_premium_max": 5.0,
    "custom_supply_limit_mw": 3000.0,
    "merchant_delay_quarters": 0,
}


@given(changes(OPEN_HANDED, without=("power_price",)), st.floats(0.5, 1.5))
def test_doubling_the_power_price_doubles_energy_cost_and_nothing_else(drawn: Changes, price: float) -> None:
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
    drawn: Changes, low: float, high: float
) -> None:
    one, two = pair(drawn, "discount_rate", low, high, one_chip_each())
    assume(_offers_and_order_are_held(one, two))
    assert_same_work(one, two)
    assert_same_money(one, two, but={*OUTCOMES, "shortage_usd"})


@given(changes(without=("book_life_years",)), st.floats(3.0, 8.0), st.floats(3.0, 8.0))
def test_the_life_in_the_books_moves_expense_but_neither_cash_nor_tax_nor_value(
    drawn: Changes, one_life: float, other_life: float
) -> None:
    one, two = pair(drawn, "book_life_years", one_life, other_life)
    assert_same_work(one, two)
    assert_same_money(one, two, but={"depreciation_chips_usd", "write_off_usd", "expense_usd"})


@given(changes(without=("tax_rate",)), st.floats(0.0, 0.4))
def test_a_tax_rate_moves_nothing_before_tax_and_no_tax_is_no_difference(drawn: Changes, rate: float) -> None:
    taxed, free = pair(drawn, "tax_rate", rate, 0.0)
    assert_same_money(taxed, free, but={"tax_saving_usd", "pv_terminal_usd", "pv_cost_usd"})
    assert same(free.flows.pv_cost_usd, free.flows.pv_cost_pretax_usd)


@given(changes(without=("programme_cost",)), st.floats(0.25, 2.0))
def test_a_programme_twice_as_dear_spends_twice_as_much_and_changes_nothing_else(drawn: Changes, cost: float) -> None:
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
    "work_price_decline": +1,
    "terminal_recovery_custom": -1,
    "terminal_recovery_merchant": -1,
    "terminal_recovery_facility": -1,
}
BASIS: dict[str, Changes] = {
    "work_price_decline": {"terminal_basis": "use"},
    "terminal_recovery_custom": {"terminal_basis": "sale"},
    "terminal_recovery_merchant": {"terminal_basis": "sale"},
}
"""The basis of the residual value on which a lever counts."""


@examples(15)
@pytest.mark.parametrize("lever", MONEY_ONLY)
@given(data=st.data())
def test_levers_of_money_alone_move_every_cost_one_way_and_no_chip(lever: str, data: st.DataObject) -> None:
    drawn = data.draw(changes(BASIS.get(lever), without=(lever,)))
    bounds = st.floats(LEVERS[lever].minimum, LEVERS[lever].maximum)
    low, high = sorted([data.draw(bounds), data.draw(bounds)])
    one, two = pair(drawn, lever, low, high)
    assert_same_work(one, two)
    rise = MONEY_ONLY[lever] * (two.flows.pv_cost_usd - one.flows.pv_cost_usd)
    assert (rise >= -SAME * np.abs(one.flows.pv_cost_usd)).all()


@given(changes(without=("baseline",)))
def test_the_baseline_is_what_the_plan_is_held_against_and_changes_no_plan(drawn: Changes) -> None:
    hold, leave = (summarise(play(INPUTS.scenario({**drawn, "baseline": name}))) for name in ("hold", "exit"))
    assert hold.metrics["npv_usd"] == hold.metrics["npv_vs_hold_usd"] == leave.metrics["npv_vs_hold_usd"]
    assert leave.metrics["npv_usd"] == leave.metrics["npv_vs_exit_usd"] == hold.metrics["npv_vs_exit_usd"]
    for name in series_of(INPUTS):
        if not name.startswith("baseline_"):
            assert (hold.series[name] == leave.series[name]).all(), name


BASES = ("work_price_decline", "terminal_recovery_custom", "terminal_recovery_merchant")


@pytest.mark.parametrize(("basis", "idle"), [("use", BASES[1:]), ("sale", BASES[:1])])
@given(data=st.data())
def test_a_lever_of_the_other_basis_moves_nothing(basis: str, idle: tuple[str, ...], data: st.DataObject) -> None:
    drawn = data.draw(changes({"terminal_basis": basis}, without=idle))
    others = {lever: data.draw(settings_of(LEVERS[lever])) for lever in idle}
    one, two = (play(INPUTS.scenario({**drawn, **more})) for more in ({}, others))
    assert_same_work(one, two)
    assert_same_money(one, two, but=set())


@given(changes(without=("terminal_basis",)))
def test_the_basis_of_the_residual_value_moves_value_alone(drawn: Changes) -> None:
    one, two = pair(drawn, "terminal_basis", "use", "sale")
    assert_same_work(one, two)
    assert_same_money(one, two, but=set(VALUE))
    apart = two.flows.pv_terminal_usd - one.flows.pv_terminal_usd
    assert same(one.flows.pv_cost_usd - two.flows.pv_cost_usd, apart, of=one.flows.pv_cost_usd)
