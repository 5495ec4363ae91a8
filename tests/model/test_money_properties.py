"""What money adds up to, for every setting of the levers, whatever the data say."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from core.base.finance import straight_line
from core.inputs.data import BOUGHT, CUSTOM
from core.inputs.lever_table import bought_share, warrant
from core.inputs.scenario import Scenario
from core.model.evaluate import summarise
from core.model.model import EXIT, HOLD, PLAN
from core.model.opening import opening_mw
from tests.support.frozen import INPUTS
from tests.support.playing import (
    MONEY,
    ROUNDING,
    SAME,
    VALUE,
    all_set_to,
    any_scenario,
    batches,
    lives,
    play,
    same,
    still_standing,
)

ALL_FROM_AMD = INPUTS.scenario(
    {bought_share("amd", workload): 1.0 for workload in INPUTS.workloads}
    | {warrant("amd"): 25.0, "merchant_price": 0.4, "ramp_years": 0.0}
)
"""The agreement's total is reached, and a GW earns more than it costs."""


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
def test_no_flow_is_negative_and_none_is_unknown(members: list[Scenario]) -> None:
    sim = play(*members)
    for name in MONEY:
        flow = getattr(sim.flows, name)
        assert np.isfinite(flow).all(), name
        if name not in VALUE:
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


@given(any_scenario(), st.sampled_from([PLAN, HOLD, EXIT]))
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


@given(any_scenario())
def test_upkeep_is_a_share_of_what_was_paid_for_the_chips_that_work_their_spares_left_out(scenario: Scenario) -> None:
    sim = play(scenario)
    world, levers = sim.world, sim.world.levers
    custom_life, bought_life = int(world.life_custom[0]), int(world.life_merchant[0])
    paid = sim.flows.capex_usd / (1.0 + levers["spares"])
    working = still_standing(paid[:, CUSTOM], custom_life)
    working = working + still_standing(paid[:, BOUGHT].sum(axis=1), bought_life)
    fleet = world.inputs.opening
    for chip, vintage, cost in zip(fleet.chip, fleet.vintage, fleet.chips * fleet.unit_cost_usd, strict=True):
        life = custom_life if world.inputs.chips.supplier[chip] == CUSTOM else bought_life
        working[: max(vintage + life, 0)] += cost
    wanted = working * levers["maintenance_rate"] / 4
    assert same(sim.flows.maintenance_usd, wanted, of=1e11)


@example(ALL_FROM_AMD)
@given(any_scenario())
def test_a_warrant_is_earned_on_what_counts_up_to_the_agreements_total_a_lot_its_cost_at_most(
    scenario: Scenario,
) -> None:
    """Quarter by quarter and lot by lot, spares included; the quarter that reaches the total in proportion."""
    sim = play(scenario)
    world, inputs, spared = sim.world, sim.world.inputs, 1.0 + float(scenario["spares"])
    deal = int(np.flatnonzero(inputs.contracts.warrant)[0])
    supplier, total = int(inputs.contracts.supplier[deal]), float(inputs.contracts.amount[deal].sum())
    usd_per_gw = 1e9 * float(scenario[warrant(inputs.suppliers[supplier])])
    counts, earned = np.flatnonzero(inputs.contracts.counts[deal]), np.zeros((world.quarters, 3))
    for course in (PLAN, HOLD, EXIT):
        before = 0.0
        for t in range(world.quarters):
            work = sim.fleet.bought_h100e[t, supplier, :, course, 0] * spared
            gw = work * world.mw_per_h100e[t, supplier, :, 0] / 1000 * np.isin(world.chip[t, supplier, :, 0], counts)
            part = min(1.0, max(0.0, total - before) / gw.sum()) if gw.sum() > 0.0 else 0.0
            cost = work * world.usd_per_h100e[t, supplier, :, 0]
            earned[t, course] = np.minimum(part * usd_per_gw * gw, cost).sum()
            before += gw.sum()
    assert same(np.cumsum(sim.flows.warrant_usd[..., 0], axis=0), np.cumsum(earned, axis=0), of=1e9)


@given(any_scenario())
def test_facilities_are_paid_for_each_megawatt_of_the_highest_load_so_far_once(scenario: Scenario) -> None:
    sim = play(scenario)
    start = max(sim.world.inputs.capacity_today_mw, float(opening_mw(sim.world)[0].sum()))
    built = (sim.flows.capex_facility_usd[:, :, 0] / sim.world.facility_usd_per_mw).sum(axis=0)
    assert same(built, np.maximum(0.0, sim.flows.powered_mw[:, :, 0].max(axis=0) - start), of=start)


@given(any_scenario(all_set_to(terminal_basis="sale")), st.sampled_from([PLAN, HOLD, EXIT]))
def test_what_is_left_for_sale_at_the_horizon_is_the_unused_life_of_what_still_works(
    scenario: Scenario, course: int
) -> None:
    """In the last quarter's lots, at cost, times what can be recovered; tax on what exceeds undeducted buildings."""
    sim = play(scenario)
    world, end = sim.world, sim.world.quarters
    rate = {name: float(column[0]) for name, column in world.levers.items()}
    bought = rate["terminal_recovery_merchant"]
    recovered = [bought if s else rate["terminal_recovery_custom"] for s in range(len(world.inputs.suppliers))]
    value = undeducted = 0.0
    for v in range(end):
        for s, life in enumerate(lives(world)):
            value += recovered[s] * sim.flows.capex_usd[v, s, course, 0] * max(0.0, 1.0 - (end - v) / life)
        built = sim.flows.capex_facility_usd[v, course, 0]
        value += rate["terminal_recovery_facility"] * built * max(0.0, 1.0 - (end - v) / world.life_facility[0])
        undeducted += (1.0 - rate["bonus_share_facility"]) * built * (1.0 - (end - v) / 156)
    fleet = world.inputs.opening
    for chip, vintage, cost in zip(fleet.chip, fleet.vintage, fleet.chips * fleet.unit_cost_usd, strict=True):
        s = world.inputs.chips.supplier[chip]
        value += recovered[s] * cost * max(0.0, 1.0 - (end - vintage) / lives(world)[s])
    wanted = (value - rate["tax_rate"] * (value - undeducted)) * (1.0 + rate["discount_rate"]) ** (-end / 4)
    assert abs(sim.flows.pv_terminal_usd[course, 0] - wanted) <= ROUNDING * (value + undeducted)


@given(any_scenario())
def test_value_is_the_discounted_cash_after_tax_less_what_is_left(scenario: Scenario) -> None:
    sim = play(scenario)
    rate, f = float(scenario["discount_rate"]), sim.flows
    factor = np.array([(1.0 + rate) ** (-(t + 0.5) / 4) for t in range(sim.world.quarters)])[:, None, None]
    cost = (factor * (f.cash_usd - f.tax_saving_usd)).sum(axis=0) - f.pv_terminal_usd
    assert (np.abs(cost - f.pv_cost_usd) <= ROUNDING * np.abs(f.pv_cost_usd)).all()


@given(any_scenario())
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
