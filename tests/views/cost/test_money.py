"""Cash, expense and running cost: kinds that add up, cash against expense, and what is picked to look at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.story import frames
from core.story.answer import Answer
from core.views.cost import money
from core.views.cost.money import CASH, EXPENSE, RUNNING_COST, Side
from core.views.cost.view import AMOUNTS, CUMULATIVE, DIFFERENCE, GRAINS, MEASURES, QUARTERS, YEARS, View
from tests.support.answers import answer
from tests.support.effort import examples
from tests.support.strategies import scenarios

TOTALS = {CASH: "cash_usd", EXPENSE: "expense_usd", RUNNING_COST: "opex_usd"}
each_side = pytest.mark.parametrize("side", TOTALS, ids=lambda side: side.name)


def of_variants(a: Answer, name: str) -> Any:
    """A flow of plan and baseline; (quarter, variant)."""
    return np.stack([getattr(course, name) for course in a.variants.values()], axis=1)


@examples(15)
@given(scenarios())
def test_the_kinds_of_a_quarter_add_up_to_cash_to_expense_and_to_running_cost(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    for side, total in TOTALS.items():
        frame = money.frame(View(a, grain=QUARTERS), side)
        sums = frame.groupby("period", sort=False)[["plan_usd", "baseline_usd"]].sum().to_numpy()
        assert sums == pytest.approx(of_variants(a, total), rel=1e-9, abs=1.0)


@each_side
def test_a_year_is_its_four_quarters_and_a_cumulative_figure_is_all_so_far(side: Side) -> None:
    quarters, years, total = (
        money.frame(View(answer(), grain, measure), side)["usd"]
        .to_numpy()
        .reshape(-1, len(money.kinds(bundled(), side)))
        for grain, measure in ((QUARTERS, AMOUNTS), (YEARS, AMOUNTS), (YEARS, CUMULATIVE))
    )
    assert years[1] == pytest.approx(quarters[4:8].sum(axis=0))
    assert total[2] == pytest.approx(years[:3].sum(axis=0))


def test_yearly_cash_is_what_the_explore_page_draws() -> None:
    ours, theirs = money.frame(View(answer()), CASH), frames.spending(answer())
    assert list(ours["plan_usd"]) == pytest.approx(list(theirs.loc[theirs["variant"] == "plan", "usd"]))
    assert list(ours["baseline_usd"]) == pytest.approx(list(theirs.loc[theirs["variant"] == "baseline", "usd"]))


@each_side
def test_the_difference_is_the_scenario_less_its_baseline_and_its_dot_is_the_sum(side: Side) -> None:
    frame = money.frame(View(answer(), measure=DIFFERENCE), side)
    assert list(frame["usd"]) == pytest.approx(list(frame["plan_usd"] - frame["baseline_usd"]))
    by_period = frame.groupby("period", sort=False)
    assert list(by_period["usd"].sum()) == pytest.approx(list(by_period["dot_usd"].first()))


def test_the_dot_on_cash_is_what_is_left_of_it_after_tax() -> None:
    a = answer()
    dots = money.frame(View(a, grain=QUARTERS), CASH).groupby("period", sort=False)["dot_usd"].first()
    assert list(dots) == pytest.approx(list(a.plan.cash_usd - a.plan.tax_saving_usd))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("grain", GRAINS)
def test_cash_and_expense_stand_on_one_scale_that_holds_all_that_is_drawn(grain: str, measure: str) -> None:
    cash, expense = (money.frame(View(answer(), grain, measure), side) for side in (CASH, EXPENSE))
    for end in ("low_usd", "high_usd"):
        assert cash[end].nunique() == 1
        assert cash[end].iloc[0] == expense[end].iloc[0]
    for frame in (cash, expense):
        for sign, end in ((1, "high_usd"), (-1, "low_usd")):
            tallest = (sign * frame["usd"]).clip(lower=0).groupby(frame["period"]).sum().max()
            assert tallest <= sign * frame[end].iloc[0] + 1.0


def test_the_table_says_variance_in_dollars_and_as_a_share() -> None:
    table = money.table(View(answer()), CASH)
    plan, baseline, difference = (table[table["Variant"] == v] for v in ("this scenario", "baseline", "difference"))
    for column in table.columns[2:-1]:
        assert difference[column].to_numpy() == pytest.approx(plan[column].to_numpy() - baseline[column].to_numpy())
    whole = next(column for column in table.columns if column.startswith("All ("))
    ratio = plan[whole].to_numpy() / baseline[whole].to_numpy() - 1.0
    assert difference["All, difference (%)"].to_numpy() == pytest.approx(100 * ratio)
    assert table.loc[table["Variant"] != "difference", "All, difference (%)"].isna().all()
