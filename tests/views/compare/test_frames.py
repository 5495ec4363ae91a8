"""Scenarios side by side and the bridge between two: it is exact, adds up to the cent, and is said truly."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from core.base import format as fmt
from core.base import shapley
from core.inputs.data import Inputs, bundled
from core.inputs.lever import Value
from core.inputs.levers import LEVER, LEVERS
from core.inputs.scenario import BASE, Scenario, columns
from core.model.evaluate import capital_spending_usd, evaluate
from core.model.model import PLAN
from core.story.settings import in_words
from core.story.steps import MOST_BARS
from core.views.compare import bridge as rooms
from core.views.compare import finding as says
from core.views.compare import frames, tables
from core.views.compare.bridge import CAPITAL, MEASURES, POWER, VALUE, Bridge, Measure, bridge
from core.views.compare.names import told_apart
from core.views.compare.view import Compared, View
from core.views.explore.finding import metrics
from tests.support.answers import answer
from tests.support.cases import EVERY_LEVER, PRESETS, other_end
from tests.support.effort import examples
from tests.support.strategies import scenarios, settings_of
from tests.support.words import NOISE, said

FEW = examples(15)
SOME = examples(30)
NAMES = ("One", "Two")


def compared(*members: Scenario) -> tuple[Compared, ...]:
    return tuple(
        Compared(name, scenario, answer.__wrapped__(scenario))
        for name, scenario in zip(("One", "Two", "Three", "Four"), members, strict=False)
    )


def beside(*members: Scenario) -> View:
    """What the page looks at when these are compared, the first two bridged."""
    return View(compared(*members), bridge(bundled(), *members[:2]), VALUE, NAMES)


def bridged(built: Bridge, measure: Measure = VALUE) -> View:
    """What the page looks at when this bridge is drawn."""
    return View((), built, measure, NAMES)


def moved(before: Scenario, names: list[str]) -> some.SearchStrategy[Scenario]:
    drawn = some.fixed_dictionaries({name: settings_of(LEVER[name]) for name in names})
    return drawn.map(lambda changes: before.replace(**changes))


def pairs(most: int) -> some.SearchStrategy[tuple[Scenario, Scenario]]:
    """Two scenarios that differ in `most` levers at most, any others being anywhere in their bounds."""
    names = some.lists(some.sampled_from([lever.id for lever in LEVERS]), min_size=1, max_size=most, unique=True)
    return some.tuples(scenarios(), names).flatmap(lambda drawn: some.tuples(some.just(drawn[0]), moved(*drawn)))


@cache
def plan_to_training() -> Bridge:
    return bridge(bundled(), BASE, PRESETS["Extends to training"])


def measured(inputs: Inputs, scenario: Scenario) -> list[float]:
    """Value, capital spending of 2027 and peak power, straight from the model's series."""
    result = evaluate(inputs, columns([scenario]))
    capital = sum(float(series[:4, 0].sum()) for name, series in result.series.items() if name.startswith("capex_"))
    return [float(result.metrics["npv_usd"][0]), capital, float(result.metrics["peak_mw_it"][0])]


# --- The bridge


def in_steps(built: Bridge, measure: Measure) -> tuple[int, list[int], int]:
    """What a reader adds up: the figures of the table, in cents or watts."""
    start, parts, end = built.of(measure)
    return (
        round(start * measure.per_unit),
        [round(part * measure.per_unit) for part in parts],
        round(end * measure.per_unit),
    )


@FEW
@given(pairs(6))
def test_a_bridge_adds_up_to_the_cent_in_every_measure(pair: tuple[Scenario, Scenario]) -> None:
    built = bridge(bundled(), *pair)
    assert [lever.id for lever in built.levers] == [name for name in LEVER if pair[0][name] != pair[1][name]]
    for measure in MEASURES:
        start, parts, end = in_steps(built, measure)
        assert start + sum(parts) == end


@pytest.mark.parametrize("after", [EVERY_LEVER, EVERY_LEVER.replace(horizon_year=2028)])
def test_a_bridge_over_every_lever_adds_up_to_the_cent(inputs: Inputs, after: Scenario) -> None:
    built = bridge(inputs, BASE, after)
    assert len(built.levers) == len(LEVERS)
    for measure in MEASURES:
        start, parts, end = in_steps(built, measure)
        assert start + sum(parts) == end


@FEW
@given(pairs(4))
def test_a_bridge_begins_and_ends_at_the_scenarios_own_figures(pair: tuple[Scenario, Scenario]) -> None:
    built = bridge(bundled(), *pair)
    first, last = (measured(bundled(), scenario) for scenario in pair)
    for m, measure in enumerate(MEASURES):
        start, _, end = built.of(measure)
        assert (start, end) == pytest.approx((first[m], last[m]), rel=1e-9, abs=1.0)


@FEW
@given(pairs(3))
def test_each_part_is_what_the_lever_adds_on_average_over_all_orders(pair: tuple[Scenario, Scenario]) -> None:
    """Walked one lever at a time in every order, scenario by scenario, without batches or masks."""
    before, after = pair
    built = bridge(bundled(), before, after)
    names = [lever.id for lever in built.levers]
    total, orders = np.zeros((len(names), len(MEASURES))), list(permutations(names))
    figures = cache(lambda scenario: np.array(measured(bundled(), scenario)))
    for order in orders:
        now = before
        for name in order:
            then = now.replace(**{name: after[name]})
            total[names.index(name)] += figures(then) - figures(now)
            now = then
    size = max(abs(answer.__wrapped__(scenario).metric("pv_baseline_usd")) for scenario in pair)
    for m, measure in enumerate(MEASURES):
        tolerance = 1e-9 * size if measure.exact_unit == "$" else 1e-6
        assert built.of(measure)[1] == pytest.approx(total[:, m] / len(orders), rel=1e-9, abs=tolerance + 1.0)


def permutations(names: list[str]) -> list[tuple[str, ...]]:
    if not names:
        return [()]
    return [(name, *rest) for name in names for rest in permutations([other for other in names if other != name])]


@FEW
@given(pairs(6))
def test_the_way_back_is_the_way_there_with_the_signs_turned(pair: tuple[Scenario, Scenario]) -> None:
    there, back = bridge(bundled(), *pair), bridge(bundled(), *reversed(pair))
    for measure in MEASURES:
        start, parts, end = there.of(measure)
        again = back.of(measure)
        assert (again[2], again[0]) == pytest.approx((start, end), rel=1e-9, abs=1e-2)
        assert again[1] == pytest.approx(-parts, rel=1e-9, abs=1e-2 + 1e-9 * abs(start))


def test_a_lever_that_changes_nothing_gets_nothing(inputs: Inputs) -> None:
    """Rent costs nothing while no work is rented; the discount rate moves no chip and no megawatt."""
    after = BASE.replace(rent_premium=2.0, discount_rate=0.1, adoption_genai_training=0.4)
    assert not answer(BASE).sim.flows.shortage_usd[:, PLAN].any()
    built = bridge(inputs, BASE, after)
    parts = {lever.id: built.parts[i] for i, lever in enumerate(built.levers)}
    assert list(parts["rent_premium"]) == [0, 0, 0]
    assert list(parts["discount_rate"][1:]) == [0, 0]
    assert parts["discount_rate"][0] != 0
    assert all(parts["adoption_genai_training"])


def test_levers_that_do_the_same_get_the_same(inputs: Inputs) -> None:
    """What a site draws beyond its chips and what a MWh costs count only as a product."""
    before = BASE.replace(pue=1.0, power_price=1.0)
    built = bridge(inputs, before, before.replace(pue=1.5, power_price=1.5, headroom=0.2))
    parts = {lever.id: built.parts[i] for i, lever in enumerate(built.levers)}
    assert np.abs(parts["pue"] - parts["power_price"]).max() <= 1, "a cent, where the last one goes"
    assert parts["pue"][0] != 0


def test_equal_scenarios_have_a_bridge_without_levers(inputs: Inputs) -> None:
    built = bridge(inputs, BASE, BASE)
    assert built.levers == ()
    assert list(built.start) == list(built.end)
    assert tables.bridge(bridged(built)).shape[0] == 2


def test_scenarios_of_other_horizons_and_baselines_are_bridged_too(inputs: Inputs) -> None:
    after = BASE.replace(horizon_year=2035, baseline="exit", headroom=0.2)
    built = bridge(inputs, BASE, after)
    start, _, end = built.of(VALUE)
    assert start == pytest.approx(answer(BASE).metric("npv_vs_hold_usd"), abs=0.01)
    assert end == pytest.approx(answer(after).metric("npv_vs_exit_usd"), abs=0.01)


def test_more_levers_than_can_be_split_at_once_are_split_by_group_and_stay_few_mixtures(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    def counting(inputs: Inputs, levers: dict[str, np.ndarray], series: tuple[str, ...]) -> object:
        sizes.append(levers["pue"].size)
        return evaluate(inputs, levers, series)

    monkeypatch.setattr(rooms, "evaluate", counting)
    bridge(inputs, BASE, EVERY_LEVER)
    assert len(sizes) == 1, "one batch"
    assert sizes[0] < 20_000
    twelve = Scenario.of({lever.id: other_end(lever) for lever in LEVERS[:12]})
    bridge(inputs, BASE, twelve)
    assert sizes[1] == 2**12


@given(some.lists(some.floats(-1e12, 1e12), min_size=1, max_size=20), some.floats(-1e12, 1e12))
def test_parts_in_whole_cents_are_within_a_cent_and_add_up(parts: list[float], start: float) -> None:
    exact = np.array(parts)[:, None]
    whole = shapley.Split(np.array([start]), np.array([start + exact.sum()]), exact)
    first, cents, last = shapley.in_steps(whole, np.array([100]))
    assert first[0] + cents.sum() == last[0]
    # The sum of such floats is itself a cent or two off.
    assert np.abs(cents - 100 * exact).max() <= 1 + abs(100 * (whole.everybody[0] - start) - 100 * exact.sum()) + 0.01


def test_capital_spending_is_the_headline_figure_s_which_leaves_the_warrant_in() -> None:
    for a in (answer(BASE), answer(PRESETS["Exit custom"])):
        figure = next(f for f in metrics(a) if f.label == CAPITAL.label)
        assert figure.value == fmt.usd(float(capital_spending_usd(a.result)[0]), 3)
        assert a.sim.flows.warrant_usd[:4, PLAN].sum() > 0


# --- The bridge as it is drawn and read


@FEW
@given(pairs(12))
def test_bars_lead_from_start_to_end_the_largest_first_and_never_more_than_seven(
    pair: tuple[Scenario, Scenario],
) -> None:
    built = bridge(bundled(), *pair)
    assume(built.levers)
    for measure in MEASURES:
        start, parts, end = built.of(measure)
        bars = frames.bridge(bridged(built, measure))
        steps = bars[bars["kind"] == "step"]
        other = steps["label"].str.contains("other lever")
        assert len(steps[~other]) <= MOST_BARS
        assert other.sum() == (np.count_nonzero(parts) > MOST_BARS)
        heights = (steps["high"] - steps["low"])[~other]
        assert list(heights) == sorted(heights, reverse=True)
        assert bars["label"].is_unique
        assert (bars["at"].iloc[0], bars["at"].iloc[-1]) == (start, end)
        gains = np.diff(bars["at"].iloc[:-1])
        assert np.abs(gains) == pytest.approx(list(steps["high"] - steps["low"]))
        assert bars["at"].iloc[-2] == pytest.approx(end, abs=1.0 / measure.per_unit + 1e-9 * abs(start))
        assert list(bars["next_label"])[:-1] == list(bars["label"])[1:]
        for text in bars["words"]:
            assert not NOISE.search(said(text)), text


def test_more_is_good_for_value_and_bad_for_spending_and_power() -> None:
    for measure in MEASURES:
        bars = frames.bridge(bridged(plan_to_training(), measure))
        steps = bars[bars["kind"] == "step"]
        rises = steps["words"].str.startswith("+")
        assert (steps["good"] == (rises if measure is VALUE else ~rises)).all()


def test_the_rest_says_how_many_levers_are_in_it(inputs: Inputs) -> None:
    built = bridge(inputs, BASE, EVERY_LEVER)
    bars = frames.bridge(bridged(built, VALUE))
    active = np.count_nonzero(built.of(VALUE)[1])
    assert f"{active - MOST_BARS} other levers" in list(bars["label"])


def test_levers_that_move_nothing_get_no_bar_and_are_counted_in_the_caption(inputs: Inputs) -> None:
    built = bridge(inputs, BASE, BASE.replace(discount_rate=0.1, tax_rate=0.3, adoption_genai_training=0.4))
    bars = frames.bridge(bridged(built, POWER))
    assert list(bars["label"]) == ["From: One", "MTIA, generative training", "To: Two"]
    assert "2 levers that differ moved nothing here." in says.bridge_caption(bridged(built, POWER))
    assert "moved nothing" not in says.bridge_caption(bridged(built, VALUE))


def test_the_table_behind_holds_every_lever_and_adds_up_column_by_column(inputs: Inputs) -> None:
    built = bridge(inputs, BASE, EVERY_LEVER)
    table = tables.bridge(bridged(built))
    assert len(table) == len(LEVERS) + 2
    for measure in MEASURES:
        column = table[f"{measure.label} ({measure.exact_unit})"]
        steps = [round(figure * measure.per_unit) for figure in column]
        assert sum(steps[:-1]) == steps[-1]
    row = table[table["Lever"] == "PUE"].iloc[0]
    assert (row["From"], row["To"]) == (in_words(LEVER["pue"], 1.1), in_words(LEVER["pue"], 2.0))


# --- Sentences


def test_the_title_says_by_how_much_and_which_lever_explains_it(inputs: Inputs) -> None:
    two = beside(BASE, BASE.replace(adoption_genai_training=0.4, headroom=0.11))
    text = said(says.title(two))
    assert re.fullmatch(
        r"“Two” is worth \$\d+ B less than “One” after tax by 2032; MTIA in generative training explains most of it",
        text,
    )


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"adoption_genai_training": 0.4}, "only MTIA in generative training differs"),
        ({"amd_share_rr_training": 0.9}, "only AMD in ranking training differs"),
        ({"custom_premium_max": 0.0}, "only right to stop differs"),
        ({"service_life_custom_years": 4.0}, "only service life (custom) differs"),
        ({"merchant_price_erosion": 0.2}, "only GPU price erosion differs"),
        ({"tax_rate": 0.3}, "only tax rate differs"),
        ({"tax_rate": 0.3, "rent_premium": 2.0}, "tax rate explains all of it"),
    ],
)
def test_the_title_ends_with_what_makes_the_difference(changes: dict[str, Value], end: str) -> None:
    two = beside(BASE, BASE.replace(**changes))
    assert says.title(two).endswith(f"; {end}")


def test_what_goes_against_a_difference_is_named() -> None:
    text = said(says.bridge_title(bridged(plan_to_training(), VALUE)))
    assert text == (
        "Value falls by $16 B to −$7.92 B; "
        "MTIA in generative training takes away $19 B, MTIA in ranking training adds $2.8 B"
    )


def test_equal_scenarios_are_said_to_be_equal(inputs: Inputs) -> None:
    same = bridge(inputs, BASE, BASE)
    assert says.title(beside(BASE, BASE)) == "“One” and “Two” are the same: every lever is set alike"
    assert says.title(beside(BASE, BASE, BASE)).startswith("“One”, “Two” and “Three” are the same")
    assert said(says.bridge_title(bridged(same, VALUE))) == "Value stays at $8.27 B; no lever moves it"
    assert "nothing to explain" in says.bridge_caption(bridged(same, VALUE))


def test_scenarios_worth_the_same_with_other_levers_are_not_called_equal(inputs: Inputs) -> None:
    two = beside(BASE, BASE.replace(rent_premium=2.0))
    built = bridge(inputs, BASE, two.compared[1].scenario)
    assert says.title(two) == (
        "“Two” is worth no more and no less than “One” after tax by 2032, with 1 lever set differently"
    )
    assert said(says.bridge_title(bridged(built, VALUE))) == "Value stays at $8.27 B; no lever moves it"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"horizon_year": 2030}, "horizons"),
        ({"baseline": "exit"}, "baselines"),
        ({"baseline": "exit", "horizon_year": 2030}, "baselines and horizons"),
    ],
)
def test_values_of_other_baselines_or_horizons_are_not_set_against_each_other(
    inputs: Inputs, changes: dict[str, Value], what: str
) -> None:
    two = beside(BASE, BASE.replace(**changes))
    text = said(says.title(two))
    assert text.startswith("“One” is worth $8.3 B against today's mix held by 2032 and “Two” ")
    assert text.endswith(f": {what} differ, so the values are not like for like")
    assert f"by {changes.get('horizon_year', 2032)}:" in text
    assert "more than" not in text
    three = beside(BASE, BASE.replace(**changes), PRESETS["Exit custom"])
    text = says.title(three)
    assert text == f"3 scenarios: {what} differ, so the values are not like for like"


def test_of_more_than_two_the_best_and_the_worst_are_named(inputs: Inputs) -> None:
    three = beside(BASE, PRESETS["Extends to training"], PRESETS["Ranking only"])
    text = said(says.title(three))
    values = [one.answer.metric("npv_usd") for one in three.compared]
    gap = said(fmt.usd(max(values) - min(values)))
    assert text == f"Of 3 scenarios, “Three” is worth {gap} more than “Two” after tax by 2032"


@FEW
@given(pairs(5), scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_or_a_cell_stumble(
    pair: tuple[Scenario, Scenario], third: Scenario
) -> None:
    built = bridge(bundled(), *pair)
    for members in (beside(*pair), beside(*pair, third)):
        texts = [
            says.title(members),
            says.spending_title(members),
            says.power_title(members),
            *(says.bridge_title(bridged(built, measure)) for measure in MEASURES),
            *(says.bridge_caption(bridged(built, measure)) for measure in MEASURES),
            *tables.headline(members).to_numpy().ravel(),
        ]
        for text in texts:
            assert text and not NOISE.search(said(text)), text


@SOME
@given(pairs(4))
def test_the_title_states_the_difference_and_its_sign(pair: tuple[Scenario, Scenario]) -> None:
    fixed = {name: pair[0][name] for name in ("baseline", "horizon_year")}
    two = beside(pair[0], pair[1].replace(**fixed))
    text = says.title(two)
    more = two.compared[1].answer.metric("npv_usd") - two.compared[0].answer.metric("npv_usd")
    if abs(more) > 2.0:
        assert f"{fmt.usd(abs(more))} {'more' if more > 0 else 'less'} than “One”" in text
    else:
        assert "no more and no less" in text or "are the same" in text or fmt.usd(abs(more)) in text


# --- Side by side


def test_the_headline_table_holds_each_figure_and_its_difference_from_the_first() -> None:
    two = beside(PRESETS["Today's mix held"], BASE)
    table = tables.headline(two).set_index("Figure").map(said)
    assert dict(table["One"]) == {
        "Measured": "against today's mix held, to 2032",
        "Value against today's mix held": "$0",
        "Value against exit custom": "$8.02 B",
        "First accretive year": "No difference",
        "Capital spending 2027": "$156 B",
        "Peak AI power": "20.2 GW",
        "MTIA share of work in the last year": "4.4 %",
    }
    assert dict(table["Two"]) == {
        "Measured": "against today's mix held, to 2032",
        "Value against today's mix held": "$8.27 B (+$8.3 B)",
        "Value against exit custom": "$16.3 B (+$8.3 B, +103 %)",
        "First accretive year": "2028",
        "Capital spending 2027": "$153 B (−$2.9 B, −1.9 %)",
        "Peak AI power": "19.6 GW (−559 MW, −2.8 %)",
        "MTIA share of work in the last year": "27 % (+22 points)",
    }


def test_a_loss_that_grows_is_a_fall_in_percent_too() -> None:
    """From -$11.6 B to -$10.0 B value rises, and so does its percentage, although the quotient falls."""
    two = beside(PRESETS["Programme slips a year"], PRESETS["GPU price war"])
    cell = tables.headline(two).set_index("Figure").loc["Value against today's mix held", "Two"]
    assert re.fullmatch(r"−\$10\.0 B \(\+\$1\.6 B, \+14 %\)", said(cell))


def test_an_accretive_year_that_moves_is_told_in_years() -> None:
    two = beside(BASE, PRESETS["Extends to training"])
    assert tables.headline(two).set_index("Figure").loc["First accretive year", "Two"] == "2029 (1 year later)"


def test_the_levers_that_differ_are_listed_with_each_scenario_s_setting(inputs: Inputs) -> None:
    three = beside(BASE, BASE.replace(pue=1.3), BASE.replace(adoption_rr_training=0.2))
    table = tables.levers(three)
    assert table.to_numpy().tolist() == [
        ["MTIA, ranking training", "Adoption", *(in_words(LEVER["adoption_rr_training"], v) for v in (0.5, 0.5, 0.2))],
        ["PUE", "Power and facilities", *(in_words(LEVER["pue"], v) for v in (1.1, 1.3, 1.1))],
    ]
    assert tables.levers(beside(BASE, BASE)).empty


@pytest.mark.parametrize("name", ["Figure", "Lever", "Group", "Year", "Quarter"])
def test_a_scenario_may_be_called_like_a_column(inputs: Inputs, name: str) -> None:
    two = beside(BASE, BASE.replace(pue=1.3))
    one, other = two.compared
    members = replace(two, compared=(one, replace(other, name=name)))
    for table in (
        tables.headline(members),
        tables.levers(members),
        tables.spending(members),
        tables.power(members),
    ):
        assert table.columns.is_unique
        assert any(str(column).startswith(name) for column in table.columns)


def test_names_are_told_apart() -> None:
    assert told_apart(["Plan", "Plan", "Plan (2)", "Plan"]) == ("Plan", "Plan (2)", "Plan (2) (2)", "Plan (3)")


def test_spending_and_power_side_by_side_are_each_scenario_s_own_with_the_first_beside_the_others() -> None:
    two = beside(BASE, BASE.replace(horizon_year=2029))
    for shown, column, whole in (
        (frames.spending(two), "usd", lambda one: one.answer.sim.flows.cash_usd[:, PLAN].sum()),
        (frames.power(two), "mw", lambda one: one.answer.sim.fleet.mw_it[:, PLAN].sum()),
    ):
        sums = [frame.groupby("variant")[column].sum() for frame in shown]
        assert [total["plan"] for total in sums] == pytest.approx([whole(one) for one in two.compared])
        assert "baseline" not in sums[0]
        assert sums[1]["baseline"] == pytest.approx(whole(two.compared[0]))


def test_the_tables_behind_keep_a_column_a_scenario_and_leave_years_beyond_a_horizon_empty() -> None:
    two = beside(BASE.replace(horizon_year=2029), BASE)
    spending, power = tables.spending(two), tables.power(two)
    assert [said(name) for name in spending.columns] == ["Year", "Kind", "One ($ B)", "Two ($ B)"]
    assert [said(name) for name in power.columns] == ["Quarter", "Supplier", "One (GW)", "Two (GW)"]
    for place, one in enumerate(two.compared):
        cash, load = one.answer.sim.flows.cash_usd[:, PLAN], one.answer.sim.fleet.mw_it[:, PLAN]
        assert spending.iloc[:, 2 + place].sum() * 1e9 == pytest.approx(cash.sum())
        assert power.iloc[:, 2 + place].sum() * 1e3 == pytest.approx(load.sum())
    beyond = spending["Year"] > 2029
    assert list(spending.iloc[:, 2].isna()) == list(beyond)
    assert spending.iloc[:, 3].notna().all()


def test_the_titles_of_the_charts_name_the_largest_and_how_far_it_is_from_the_least() -> None:
    three = beside(BASE, PRESETS["Power is short"], PRESETS["GPU price war"])
    cash = [one.answer.sim.flows.cash_usd[:, PLAN].sum() for one in three.compared]
    peaks = [one.answer.sim.fleet.mw_it[:, PLAN].max() for one in three.compared]
    assert said(says.spending_title(three)) == said(
        f"To 2032, “Two” spends {fmt.usd(max(cash), 3)}, {fmt.usd(max(cash) - min(cash))} more than “Three”"
    )
    assert says.power_title(three) == (
        f"“Three” peaks at {fmt.power(max(peaks))}, {fmt.power(max(peaks) - min(peaks), 2)} above “Two”"
    )
    assert said(says.spending_title(beside(BASE, BASE))).startswith("Each spends $")
    assert said(says.power_title(beside(BASE, BASE))) == "Each peaks at 19.6 GW"
