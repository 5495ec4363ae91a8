"""What a scenario costs: parts that add up, cash against expense, the way from the baseline, and lives of chips."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from core.base.finance import round_half_up
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import BASE, Scenario, columns
from core.model.model import EXIT, HOLD, PLAN, simulate
from core.story import finding, frames
from core.story.answer import Answer
from core.story.plot import Mode
from core.views.cost import charts as outlay_charts
from core.views.cost import frames as outlay
from core.views.cost.frames import CASH, EXPENSE, GRAINS, LIVES, QUARTERS, RUNNING, SCOPES, VIEWS, YEARS
from tests.support.answers import answer, set_to
from tests.support.cases import SCENARIOS
from tests.support.effort import examples
from tests.support.pages import assert_can_be_shown, assert_worded
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import said

FEW = examples(15)
SIDES = (CASH, EXPENSE, RUNNING)
TOTALS = {CASH: "cash_usd", EXPENSE: "expense_usd", RUNNING: "opex_usd"}
SHORT_LIVED = {"service_life_custom_years": 4.0, "service_life_merchant_years": 4.0}


def lives_of(scenario: Scenario) -> outlay.Lives:
    return outlay.sweep_lives(bundled(), scenario)


def flow(a: Answer, name: str) -> np.ndarray:
    """A flow of plan and baseline; (quarter, variant)."""
    return getattr(a.sim.flows, name)[:, [PLAN, a.baseline_course], 0]


# --- Cash and expense


@FEW
@given(scenarios())
def test_the_kinds_of_a_quarter_add_up_to_cash_to_expense_and_to_running_cost(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    for side in SIDES:
        frame = outlay.money(a, side, QUARTERS, outlay.AMOUNTS)
        sums = frame.groupby("period", sort=False)[["plan_usd", "baseline_usd"]].sum().to_numpy()
        assert sums == pytest.approx(flow(a, TOTALS[side]), rel=1e-9, abs=1.0)


def test_a_year_is_its_four_quarters_and_a_cumulative_figure_is_all_so_far() -> None:
    a = answer()
    for side in SIDES:
        quarters, years, total = (
            outlay.money(a, side, grain, view)["usd"].to_numpy().reshape(-1, len(outlay.kinds(bundled(), side)))
            for grain, view in (
                (QUARTERS, outlay.AMOUNTS),
                (YEARS, outlay.AMOUNTS),
                (YEARS, outlay.CUMULATIVE),
            )
        )
        assert years[1] == pytest.approx(quarters[4:8].sum(axis=0))
        assert total[2] == pytest.approx(years[:3].sum(axis=0))


def test_yearly_cash_is_what_the_explore_page_draws() -> None:
    a = answer()
    ours, theirs = outlay.money(a, CASH, YEARS, outlay.AMOUNTS), frames.spending(a.sim)
    assert list(ours["plan_usd"]) == pytest.approx(list(theirs.loc[theirs["variant"] == "plan", "usd"]))
    assert list(ours["baseline_usd"]) == pytest.approx(list(theirs.loc[theirs["variant"] == "baseline", "usd"]))


def test_the_difference_is_the_scenario_less_its_baseline_and_its_dot_is_the_sum() -> None:
    a = answer()
    for side in SIDES:
        frame = outlay.money(a, side, YEARS, outlay.VARIANCE)
        assert list(frame["usd"]) == pytest.approx(list(frame["plan_usd"] - frame["baseline_usd"]))
        by_period = frame.groupby("period", sort=False)
        assert list(by_period["usd"].sum()) == pytest.approx(list(by_period["dot_usd"].first()))


def test_the_dot_on_cash_is_what_is_left_of_it_after_tax() -> None:
    a = answer()
    dots = outlay.money(a, CASH, QUARTERS, outlay.AMOUNTS).groupby("period", sort=False)["dot_usd"].first()
    assert list(dots) == pytest.approx(list((flow(a, "cash_usd") - flow(a, "tax_saving_usd"))[:, 0]))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("grain", GRAINS)
def test_cash_and_expense_stand_on_one_scale_that_holds_all_that_is_drawn(grain: str, view: str) -> None:
    a = answer()
    cash, expense = (outlay.money(a, side, grain, view) for side in (CASH, EXPENSE))
    for end in ("low_usd", "high_usd"):
        assert cash[end].nunique() == 1
        assert cash[end].iloc[0] == expense[end].iloc[0]
    for frame in (cash, expense):
        for sign, end in ((1, "high_usd"), (-1, "low_usd")):
            tallest = (sign * frame["usd"]).clip(lower=0).groupby(frame["period"]).sum().max()
            assert tallest <= sign * frame[end].iloc[0] + 1.0


def test_the_table_says_variance_in_dollars_and_as_a_share() -> None:
    table = outlay.money_table(answer(), CASH, YEARS)
    plan, baseline, difference = (table[table["Variant"] == v] for v in ("this scenario", "baseline", "difference"))
    for column in table.columns[2:-1]:
        assert difference[column].to_numpy() == pytest.approx(plan[column].to_numpy() - baseline[column].to_numpy())
    whole = next(column for column in table.columns if column.startswith("All ("))
    ratio = plan[whole].to_numpy() / baseline[whole].to_numpy() - 1.0
    assert difference["All, difference (%)"].to_numpy() == pytest.approx(100 * ratio)


# --- Earnings and the cost of work


def test_earnings_a_share_are_expense_saved_after_book_tax_over_the_shares() -> None:
    a, inputs = answer(), bundled()
    frame = outlay.earnings(a)
    saved = (flow(a, "expense_usd")[:, 1] - flow(a, "expense_usd")[:, 0]).reshape(-1, 4).sum(axis=1)
    assert list(frame["usd"]) == pytest.approx(list(saved * (1 - inputs.book_tax_rate) / inputs.diluted_shares))
    assert list(frame["good"]) == list(saved > 0)


def test_an_hour_of_work_costs_expense_over_the_work_that_is_needed_without_headroom() -> None:
    a = set_to(headroom=0.25)
    frame = outlay.work_cost(a)
    needed = a.sim.world.required_h100e[5, :, 0].sum() / 1.25
    plan = frame[(frame["variant"] == "plan") & (frame["quarter"] == "2028-Q2")]["usd"].item()
    assert plan == pytest.approx(flow(a, "expense_usd")[5, 0] / (needed * 8766 / 4))


@FEW
@given(scenarios())
def test_all_variants_do_the_same_work_so_their_costs_of_it_are_as_their_expense(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    cost = outlay.work_cost(a)["usd"].to_numpy().reshape(2, -1)
    expense = flow(a, "expense_usd").T
    assert cost[0] * expense[1] == pytest.approx(cost[1] * expense[0], rel=1e-9)


# --- From the baseline's cost to the scenario's


@FEW
@given(scenarios())
def test_the_kinds_of_cost_add_up_to_the_present_value_of_every_course(scenario: Scenario) -> None:
    sim = simulate(bundled(), columns([scenario]))
    parts, whole = outlay.present_values(sim), sim.flows.pv_cost_usd[:, 0]
    assert parts.sum(axis=0) == pytest.approx(whole, rel=1e-11, abs=0.01)


@FEW
@given(scenarios())
def test_the_bridge_leads_from_the_baseline_to_the_scenario_to_the_cent(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    bridge = outlay.cost_bridge(a)
    assert bridge.start_cents + int(bridge.parts_cents.sum()) == bridge.end_cents
    assert bridge.start_cents == round_half_up(100 * a.result.metrics["pv_baseline_usd"])[0]
    assert bridge.end_cents == round_half_up(100 * a.result.metrics["pv_cost_usd"])[0]
    exact = 100 * (bridge.usd[0] - bridge.usd[1])
    slack = 1.01 + 1e-11 * 100 * np.abs(bridge.usd).sum()  # floats of this size are a cent or so off themselves
    assert np.abs(bridge.parts_cents - exact).max() <= slack


def test_without_tax_and_discounting_each_kind_is_the_plain_sum_of_its_payments() -> None:
    a = set_to(tax_rate=0.0, discount_rate=0.0)
    parts = dict(zip(outlay.value_kinds(bundled()), outlay.present_values(a.sim)[:, PLAN], strict=True))
    flows = a.sim.flows
    assert parts["MTIA chips"] == pytest.approx(flows.capex_usd[:, 0, PLAN, 0].sum())
    assert parts["AMD warrant"] == pytest.approx(-flow(a, "warrant_usd")[:, 0].sum())
    assert parts["Facilities"] == pytest.approx(flow(a, "capex_facility_usd")[:, 0].sum())
    assert parts["Energy"] == pytest.approx(flow(a, "energy_usd")[:, 0].sum())
    assert parts["Residual value"] == pytest.approx(-flows.pv_terminal_usd[PLAN, 0])


def test_facilities_deducted_at_once_bear_tax_as_everything_else_does() -> None:
    a = set_to(bonus_share_facility=1.0, tax_rate=0.3)
    facilities = outlay.present_values(a.sim)[outlay.value_kinds(bundled()).index("Facilities"), PLAN]
    paid = a.sim.world.discount[:, 0] @ flow(a, "capex_facility_usd")[:, 0]
    assert facilities == pytest.approx(0.7 * paid)


def test_bars_lead_from_end_to_end_and_what_saves_is_good() -> None:
    a = answer()
    bars = outlay.bridge_bars(a, outlay.cost_bridge(a))
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
    until = frames.savings(a.sim)["usd"].iloc[-1]
    assert until + outlay.beyond_usd(a) == pytest.approx(a.metric("npv_usd"), abs=1.0 + 1e-9 * a.metric("pv_cost_usd"))


def test_the_share_beyond_the_horizon_is_said_where_it_is_a_share_and_told_as_give_and_take_where_not() -> None:
    loss = answer(Scenario.of({"custom_delay_quarters": 5}))
    share = outlay.beyond_usd(loss) / loss.metric("npv_usd")
    assert 0 < share < 1
    assert f"{100 * share:.0f} % of the loss of" in said(outlay.beyond(loss))
    taken = outlay.beyond_usd(answer())
    assert taken < 0 < answer().metric("npv_usd")
    assert "takes back 64 % of that" in said(outlay.beyond(answer()))


# --- Lives


def test_the_life_that_is_set_gives_the_scenario_itself() -> None:
    scenario = BASE.replace(service_life_custom_years=6.0, service_life_merchant_years=6.0, book_life_years=6.0)
    a, lives = answer(scenario), lives_of(scenario)
    at = LIVES.index(6)
    for scope in SCOPES:
        assert lives.npv_usd[scope, at] == pytest.approx(a.metric("npv_usd"))
        assert lives.pv_cost_usd[scope, at] == pytest.approx(a.metric("pv_cost_usd"))
        frame = outlay.charges(a, lives, scope, 6)
        assert list(frame["usd"]) == pytest.approx(list(frame["as_set_usd"]))


def test_lives_are_whole_years_over_the_bounds_of_the_lever() -> None:
    assert LIVES == (3, 4, 5, 6, 7, 8)


@FEW
@given(scenarios())
def test_a_longer_service_life_never_writes_more_off_and_book_life_never_moves_value(scenario: Scenario) -> None:
    a, lives = answer.__wrapped__(scenario), lives_of(scenario)
    # Cost is the same whatever the books say: tax follows spending.
    assert lives.pv_cost_usd[outlay.BOOKS] == pytest.approx(a.metric("pv_cost_usd"), rel=1e-9)
    assert lives.npv_usd[outlay.BOOKS] == pytest.approx(a.metric("npv_usd"), abs=1.0 + 1e-9 * a.metric("pv_cost_usd"))
    assert lives.write_off_usd.min() >= -1.0
    first = lives.write_off_usd[outlay.ALL, :, 0]
    assert (np.diff(first) <= 1.0 + 1e-9 * first.max()).all()


def test_nothing_is_written_off_while_chips_work_for_as_long_as_the_books_say() -> None:
    lives = lives_of(BASE)
    for i, life in enumerate(LIVES):
        if life >= 5.5:
            assert lives.write_off_usd[outlay.ALL, i].sum() == pytest.approx(0.0, abs=1.0)
        else:
            assert lives.write_off_usd[outlay.ALL, i].sum() > 1e9


def test_the_first_year_s_write_off_is_what_the_opening_fleet_has_left_in_the_books(inputs: Inputs) -> None:
    """Chips of age a stand at cost * (1 - a/22); at four years they stop when 16 quarters old."""
    fleet, expected = inputs.opening, 0.0
    for vintage, chips, unit_cost in zip(fleet.vintage, fleet.chips, fleet.unit_cost_usd, strict=True):
        stops = max(int(vintage) + 16, 0)
        if stops < 4:
            age = -int(vintage)
            left, spread = max(0.0, 1.0 - age / 22), max(1, 22 - age)
            expected += chips * unit_cost * left * (1.0 - min(stops, spread) / spread)
    got = lives_of(BASE).write_off_usd[outlay.ALL, LIVES.index(4), 0]
    assert got == pytest.approx(expected)
    assert 1e9 < got < 3e9


def test_what_only_one_class_loses_is_less_than_what_all_lose() -> None:
    total = lives_of(BASE).write_off_usd.sum(axis=2)
    shorter = LIVES.index(4)
    for scope in (outlay.CUSTOM_ONLY, outlay.BOUGHT_ONLY):
        assert 0 < total[scope, shorter] < total[outlay.ALL, shorter]


def test_custom_chips_that_age_faster_cost_value_and_bought_ones_that_do_add_to_it() -> None:
    npv, shorter = lives_of(BASE).npv_usd, LIVES.index(4)
    assert npv[outlay.CUSTOM_ONLY, shorter] < answer().metric("npv_usd") < npv[outlay.BOUGHT_ONLY, shorter]
    caption = said(outlay.lives_caption(answer(), lives_of(BASE), 4))
    assert "value is $4.0 B if only MTIA ages that fast, $19 B if only bought GPUs do" in caption


def test_the_words_of_lives_begin_with_the_scenario_as_it_is_set() -> None:
    rows = outlay.lives_words(set_to(**SHORT_LIVED), lives_of(Scenario.of(SHORT_LIVED)), outlay.ALL)
    assert list(rows["Life"].map(said)) == ["As set", *(f"{life} years" for life in LIVES)]
    assert list(rows.iloc[0, 1:]) == list(rows.iloc[2, 1:])


# --- Sentences


def told(a: Answer, lives: outlay.Lives) -> list[str]:
    bridge = outlay.cost_bridge(a)
    return [
        outlay.headline(a),
        *(outlay.money_title(a, side) for side in SIDES),
        outlay.earnings_title(a),
        outlay.work_cost_title(a),
        outlay.bridge_title(a, bridge),
        *(outlay.lives_title(a, lives, scope, life) for scope in SCOPES for life in LIVES),
    ]


def captions(a: Answer, lives: outlay.Lives) -> list[str]:
    return [
        *(outlay.money_caption(a, side, view) for side in SIDES for view in VIEWS),
        outlay.earnings_caption(a),
        outlay.work_cost_caption(a),
        outlay.bridge_caption(a),
        *(outlay.lives_caption(a, lives, life) for life in LIVES),
    ]


def assert_reads_well(scenario: Scenario) -> None:
    a, lives = answer.__wrapped__(scenario), lives_of(scenario)
    assert_worded(
        told(a, lives),
        captions(a, lives),
        outlay.strip(a, lives, outlay.SHORTER_YEARS),
        outlay.lives_words(a, lives, outlay.ALL),
    )


@examples(20)
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    assert_reads_well(scenario)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_ready_made_scenario_and_every_extreme_reads_well(name: str) -> None:
    assert_reads_well(SCENARIOS[name])


def test_the_title_answers_what_it_does_to_capital_spending_and_when_it_is_accretive() -> None:
    assert said(outlay.headline(answer())) == (
        "Against today's mix held, capital spending is $2.9 B lower in 2027 and $6.4 B lower in 2028; "
        "accretive from 2028, +$2.07 a share in 2032"
    )
    never = said(outlay.headline(answer(Scenario.of({"custom_delay_quarters": 5}))))
    assert "not accretive by 2032, −$0.21 a share" in never
    held = {f"adoption_{w}": float(s) for w, s in zip(bundled().workloads, bundled().custom_share_today, strict=True)}
    assert "nothing differs by 2032" in outlay.headline(answer(Scenario.of(held)))


def test_the_capital_spending_of_the_first_year_is_the_headline_figure_of_the_explore_page() -> None:
    ours = outlay.strip(answer(), lives_of(BASE), 4)
    theirs = {figure.label: figure for figure in finding.headline_figures(answer())}
    assert (ours[0].value, ours[0].change) == (theirs[ours[0].label].value, theirs[ours[0].label].change)
    assert ours[3] == theirs["First accretive year"]


def test_an_exit_is_told_as_a_rise_of_cost() -> None:
    a = answer(BASE.replace(**NO_ADOPTION))
    title = said(outlay.bridge_title(a, outlay.cost_bridge(a)))
    assert title.startswith("Cost rises by $8.0 B to $474 B; MTIA chips save")
    assert a.sim.flows.pv_cost_usd[PLAN, 0] > a.sim.flows.pv_cost_usd[HOLD, 0]
    assert a.sim.flows.pv_cost_usd[EXIT, 0] == pytest.approx(a.sim.flows.pv_cost_usd[PLAN, 0])


# --- Charts


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("side", SIDES)
def test_charts_of_money_can_be_shown(side: str, view: str) -> None:
    colouring = {CASH: outlay_charts.CUSTOM_FIRST, EXPENSE: outlay_charts.CHARGES, RUNNING: outlay_charts.RUNNING}[side]
    words, title = outlay.dots_words(side, view), outlay.axis_title(YEARS, view)

    def spec_of(mode: Mode) -> dict[str, object]:
        return outlay_charts.money(
            mode, outlay.kinds(bundled(), side), colouring, title, view != outlay.VARIANCE, words
        )

    assert_can_be_shown(spec_of, outlay.money(answer(), side, YEARS, view))


def test_the_other_charts_can_be_shown() -> None:
    a = answer()
    assert_can_be_shown(outlay_charts.earnings, outlay.earnings(a))
    assert_can_be_shown(lambda mode: outlay_charts.work_cost(mode, outlay.VARIANTS), outlay.work_cost(a))
    charges = outlay.charges(a, lives_of(BASE), outlay.ALL, 4)
    assert_can_be_shown(lambda mode: outlay_charts.charges(mode, outlay.CHARGES_ON_CHIPS), charges)
