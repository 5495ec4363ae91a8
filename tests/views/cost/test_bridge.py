"""From the baseline's cost to the scenario's: parts that add up to the cent, and what lies beyond the horizon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from core.base.finance import round_half_up
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario, columns
from core.model.model import PLAN, simulate
from core.story import frames
from core.story.answer import Answer
from core.story.labels import less_warrants, warrant_labels
from core.views.cost import bridge as cost
from core.views.cost.view import View
from tests.support.answers import answer, set_to
from tests.support.effort import examples
from tests.support.frozen import BASE, EXAMPLE, INPUTS
from tests.support.largest import at_bounds
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import said

FEW = examples(15)


def parts_of(a: Answer) -> dict[str, float]:
    """What each kind of cost of the scenario comes to."""
    return dict(zip(cost.kinds(a.inputs), cost.present_values(a.sim)[:, PLAN], strict=True))


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


@pytest.mark.parametrize("company", [EXAMPLE, at_bounds()], ids=["the example", "at the bounds"])
def test_of_every_company_the_kinds_add_up_and_each_warrant_is_one_of_its_own(company: Inputs) -> None:
    a = answer(company.base, company)
    parts = parts_of(a)
    assert sum(parts.values()) == pytest.approx(a.metric("pv_cost_usd"), rel=1e-11)
    warrants = {kind: usd for kind, usd in parts.items() if kind.endswith(" warrant")}
    assert set(warrants) == {f"{label} warrant" for label in warrant_labels(company)}
    assert all(usd <= 0.0 for usd in warrants.values()) and min(warrants.values()) < 0.0
    table = cost.table(View(a)).set_index("Kind of cost, present value after tax")
    assert list(table.index[: len(parts)]) == list(parts)


def test_a_company_without_warrants_has_no_such_kind() -> None:
    none = replace(INPUTS, contracts=replace(INPUTS.contracts, warrant=np.zeros_like(INPUTS.contracts.warrant)))
    assert not [kind for kind in cost.kinds(none) if "warrant" in kind]
    assert less_warrants(none) == ""


def test_the_table_has_residual_value_and_all_cost_on_both_bases() -> None:
    a = answer()
    rows = cost.table(View(a)).set_index("Kind of cost, present value after tax")["This scenario ($)"]
    other = set_to(terminal_basis="sale")
    assert rows["All if sold at a share of unused cost"] == pytest.approx(other.metric("pv_cost_usd"))
    assert rows["Residual value if sold at a share of unused cost"] == pytest.approx(-other.metric("pv_terminal_usd"))
    moved = rows["Residual value if sold at a share of unused cost"] - rows["Residual value"]
    assert rows["All if sold at a share of unused cost"] - rows["All"] == pytest.approx(moved)
    assert "covers 19 % of what is paid (25 % if sold at a share of unused cost)" in said(cost.caption(View(a)))


def test_names_of_suppliers_stay_as_they_are_within_a_sentence() -> None:
    assert "; Volta Nord chips save $10 B, Hearth chips add $33 B" in said(
        cost.title(View(answer(at_bounds().base, at_bounds())))
    )


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
    loss = answer(INPUTS.presets["GPU price war"])
    share = cost.beyond_usd(loss) / loss.metric("npv_usd")
    assert 0 < share < 1
    assert f"{100 * share:.0f} % of the loss of" in said(cost.beyond(loss))
    taken = cost.beyond_usd(answer())
    assert taken < 0 < answer().metric("npv_usd")
    assert "takes back 7.1 % of that" in said(cost.beyond(answer()))


def test_an_exit_is_told_as_a_rise_of_cost() -> None:
    a = answer(BASE.replace(**NO_ADOPTION))
    assert said(cost.title(View(a))).startswith("Cost rises by $15 B to $529 B; MTIA chips save")
    assert a.plan.pv_cost_usd > a.hold.pv_cost_usd
    assert a.exit.pv_cost_usd == pytest.approx(a.plan.pv_cost_usd)
