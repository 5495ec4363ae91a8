"""Earnings per share and the cost of an hour of work: expense, over shares and over work."""

from __future__ import annotations

import pytest
from hypothesis import given

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.model.evaluate import by_year
from core.views.cost import earnings, work_cost
from core.views.cost.view import View
from tests.support.answers import answer, set_to
from tests.support.effort import examples
from tests.support.strategies import scenarios


def test_earnings_a_share_are_expense_saved_after_book_tax_over_the_shares() -> None:
    a, inputs = answer(), bundled()
    frame = earnings.frame(View(a))
    saved = by_year(a.baseline.expense_usd - a.plan.expense_usd)
    assert list(frame["usd"]) == pytest.approx(list(saved * (1 - inputs.book_tax_rate) / inputs.diluted_shares))
    assert list(frame["good"]) == list(saved > 0)


def test_an_hour_of_work_costs_expense_over_the_work_that_is_needed_without_headroom() -> None:
    a = set_to(headroom=0.25)
    frame = work_cost.frame(View(a))
    needed = a.world.required_h100e[5].sum() / 1.25
    plan = frame[(frame["variant"] == "plan") & (frame["quarter"] == "2028-Q2")]["usd"].item()
    assert plan == pytest.approx(a.plan.expense_usd[5] / (needed * 8766 / 4))


@examples(15)
@given(scenarios())
def test_all_variants_do_the_same_work_so_their_costs_of_it_are_as_their_expense(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    plan, baseline = work_cost.frame(View(a))["usd"].to_numpy().reshape(2, -1)
    assert plan * a.baseline.expense_usd == pytest.approx(baseline * a.plan.expense_usd, rel=1e-9)
