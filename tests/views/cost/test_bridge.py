"""From the baseline's cost to the scenario's: parts that add up to the cent, and what lies beyond the horizon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from core.base.finance import round_half_up
from core.inputs.data import bundled
from core.inputs.scenario import Scenario, columns
from core.model.model import PLAN, simulate
from core.story import frames
from core.story.answer import Answer
from core.views.cost import bridge as cost
from core.views.cost.view import View
from tests.support.answers import answer, set_to
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import said

FEW = examples(15)


def parts_of(a: Answer) -> dict[str, float]:
    """What each kind of cost of the scenario comes to."""
    return dict(zip(cost.kinds(bundled()), cost.present_values(a.sim)[:, PLAN], strict=True))


@FEW
@given(scenarios())
def test_the_kinds_of_cost_add_up_to_the_present_value_of_every_course(scenario: Scenario) -> None:
    sim = simulate(bundled(), columns([scenario]))
    parts, whole = cost.present_values(sim), sim.flows.pv_cost_usd[:, 0]
    assert parts.sum(axis=0) == pytest.approx(whole, rel=1e-11, abs=0.01)


@FEW
@given(scenarios())
def test_the_bridge_leads_from_the_baseline_to_the_scenario_to_the_cent(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    bridge = cost.bridge(a)
    assert bridge.start_cents + int(bridge.parts_cents.sum()) == bridge.end_cents
    assert bridge.start_cents == round_half_up(100 * a.result.metrics["pv_baseline_usd"])[0]
    assert bridge.end_cents == round_half_up(100 * a.result.metrics["pv_cost_usd"])[0]
    exact = 100 * (bridge.usd[0] - bridge.usd[1])
    slack = 1.01 + 1e-11 * 100 * np.abs(bridge.usd).sum()  # floats of this size are a cent or so off themselves
    assert np.abs(bridge.parts_cents - exact).max() <= slack


def test_without_tax_and_discounting_each_kind_is_the_plain_sum_of_its_payments() -> None:
    a = set_to(tax_rate=0.0, discount_rate=0.0)
    parts, plan = parts_of(a), a.plan
    assert parts["MTIA chips"] == pytest.approx(plan.capex_usd[:, 0].sum())
    assert parts["AMD warrant"] == pytest.approx(-plan.warrant_usd.sum())
    assert parts["Facilities"] == pytest.approx(plan.capex_facility_usd.sum())
    assert parts["Energy"] == pytest.approx(plan.energy_usd.sum())
    assert parts["Residual value"] == pytest.approx(-plan.pv_terminal_usd)


def test_facilities_deducted_at_once_bear_tax_as_everything_else_does() -> None:
    a = set_to(bonus_share_facility=1.0, tax_rate=0.3)
    paid = a.world.discount @ a.plan.capex_facility_usd
    assert parts_of(a)["Facilities"] == pytest.approx(0.7 * paid)


def test_bars_lead_from_end_to_end_and_what_saves_is_good() -> None:
    a = answer()
    bars = cost.frame(View(a))
    assert (bars["at"].iloc[0], bars["at"].iloc[-1]) == pytest.approx(
        (a.metric("pv_baseline_usd"), a.metric("pv_cost_usd")), abs=0.01
    )
    steps = bars[bars["kind"] == "step"]
    assert list(steps["good"]) == [not words.startswith("+") for words in steps["words"]]
    assert len(steps) == 8
    assert steps["label"].iloc[-1] == "4 other kinds"
    assert bars["at"].iloc[-2] == pytest.approx(bars["at"].iloc[-1], abs=0.02)


@FEW
@given(scenarios())
def test_what_is_saved_until_the_horizon_and_what_lies_beyond_are_the_value(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    until = frames.savings(a)["usd"].iloc[-1]
    assert until + cost.beyond_usd(a) == pytest.approx(a.metric("npv_usd"), abs=1.0 + 1e-9 * a.metric("pv_cost_usd"))


def test_the_share_beyond_the_horizon_is_said_where_it_is_a_share_and_told_as_give_and_take_where_not() -> None:
    loss = answer(INPUTS.scenario({"custom_delay_quarters": 5}))
    share = cost.beyond_usd(loss) / loss.metric("npv_usd")
    assert 0 < share < 1
    assert f"{100 * share:.0f} % of the loss of" in said(cost.beyond(loss))
    taken = cost.beyond_usd(answer())
    assert taken < 0 < answer().metric("npv_usd")
    assert "takes back 64 % of that" in said(cost.beyond(answer()))


def test_an_exit_is_told_as_a_rise_of_cost() -> None:
    a = answer(BASE.replace(**NO_ADOPTION))
    assert said(cost.title(View(a))).startswith("Cost rises by $8.0 B to $474 B; MTIA chips save")
    assert a.plan.pv_cost_usd > a.hold.pv_cost_usd
    assert a.exit.pv_cost_usd == pytest.approx(a.plan.pv_cost_usd)
