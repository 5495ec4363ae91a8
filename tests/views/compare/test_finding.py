"""What a comparison says is true of its figures."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given

from core.base import format as fmt
from core.inputs.data import Inputs, bundled
from core.inputs.lever import Kind, Value
from core.inputs.scenario import Scenario
from core.model.model import PLAN
from core.views.compare import finding as says
from core.views.compare import tables
from core.views.compare.bridge import MEASURES, VALUE, bridge
from tests.support.answers import answer, futures_of
from tests.support.cases import PRESETS
from tests.support.compared import FEW, SOME, beside, bridged, pairs, plan_to_training
from tests.support.frozen import BASE, LEVERS
from tests.support.strategies import scenarios
from tests.support.words import NOISE, said


def test_the_title_says_by_how_much_and_which_lever_explains_it(inputs: Inputs) -> None:
    two = beside(BASE, BASE.replace(adoption_genai_training=0.4, amd_share_genai_training=0.26))
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
        ({"merchant_price_erosion": 0.2}, "only price erosion differs"),
        ({"tax_rate": 0.3}, "only tax rate differs"),
        ({"start_lag_genai_inference": 4}, "only later start of generative inference differs"),
        ({"trend_genai": 0.05}, "only progress of chips to come (generative) differs"),
        ({"tax_rate": 0.3, "rent_premium": 2.0}, "tax rate explains all of it"),
    ],
)
def test_the_bridge_ends_with_what_makes_the_difference_and_so_does_the_title_of_choices(
    changes: dict[str, Value], end: str
) -> None:
    two = beside(BASE, BASE.replace(**changes))
    assert says.bridge_title(two).endswith(f"; {end}")
    assert says.title(two).endswith(f"; {end}") != says.beliefs_differ(two.compared)


def test_where_beliefs_differ_cost_leads_and_value_is_not_set_against_value() -> None:
    """Power short for the baseline too: value hardly moves, while the scenario itself costs far more."""
    names = ("Company plan", "Power is short", "GPU price war")
    two, three = beside(*(PRESETS[name] for name in names[:2])), beside(*(PRESETS[name] for name in names))
    cost = [one.answer.metric("pv_cost_usd") for one in three.compared]
    assert cost[1] > cost[0] > cost[2]
    why = "; beliefs differ, and value compares choices under the same beliefs only"
    assert says.title(two) == f"“Two” costs {fmt.usd(cost[1] - cost[0])} more than “One” after tax by 2032{why}"
    least, most = fmt.usd(cost[2], 3), fmt.usd(cost[1], 3)
    assert says.title(three) == f"“Three” costs least, {least} after tax by 2032, “Two” most, {most}{why}"
    row = tables.headline(two).set_index("Figure").loc["Cost after tax, present value"]
    assert row.iloc[1].startswith(fmt.usd(cost[1], 3))


def test_a_workload_s_part_is_one_figure_on_the_bridge_and_wherever_parts_are_shown(inputs: Inputs) -> None:
    """From today's mix to the plan only shares move: the levers' parts are the workloads' parts of value."""
    built = bridge(inputs, PRESETS["Today's mix held"], BASE)
    start, parts, end = built.of(VALUE)
    own = dict(zip(inputs.workloads, answer(BASE).sweep.contribution_usd, strict=True))
    for lever, part in zip(built.levers, parts, strict=True):
        assert part == pytest.approx(own[lever.id.removeprefix("adoption_")], abs=1.0)
    assert start == 0.0 and end == pytest.approx(sum(own.values()), abs=1.0)


def test_what_goes_against_a_difference_is_named() -> None:
    text = said(says.bridge_title(bridged(plan_to_training(), VALUE)))
    assert text == (
        "Value falls from $21.4 B to $10.2 B; "
        "MTIA in generative training takes away $21 B, MTIA in ranking training adds $5.0 B"
    )


def test_equal_scenarios_are_said_to_be_equal(inputs: Inputs) -> None:
    same = bridge(inputs, BASE, BASE)
    assert says.title(beside(BASE, BASE)) == "“One” and “Two” are the same: every lever is set alike"
    assert says.title(beside(BASE, BASE, BASE)).startswith("“One”, “Two” and “Three” are the same")
    assert said(says.bridge_title(bridged(same, VALUE))) == "Value stays at $21.4 B; no lever moves it"
    assert "nothing to explain" in says.bridge_caption(bridged(same, VALUE))


def test_scenarios_worth_the_same_with_other_levers_are_not_called_equal(inputs: Inputs) -> None:
    two = beside(BASE, BASE.replace(start_lag_genai_training=1))
    built = bridge(inputs, BASE, two.compared[1].scenario)
    assert says.title(two) == (
        "“Two” is worth no more and no less than “One” after tax by 2032, with 1 lever set differently"
    )
    assert said(says.bridge_title(bridged(built, VALUE))) == "Value stays at $21.4 B; no lever moves it"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"horizon_year": 2030}, "horizons"),
        ({"baseline": "exit"}, "baselines"),
        ({"baseline": "exit", "horizon_year": 2030}, "baselines and horizons"),
        ({"terminal_basis": "sale"}, "residual bases"),
    ],
)
def test_values_of_other_baselines_or_horizons_are_not_set_against_each_other(
    inputs: Inputs, changes: dict[str, Value], what: str
) -> None:
    two = beside(BASE, BASE.replace(**changes))
    text = said(says.title(two))
    assert text.startswith("“One” is worth $21 B against today's mix held by 2032 and “Two” ")
    assert text.endswith(f": {what} differ, so not like for like")
    assert f"by {changes.get('horizon_year', 2032)}:" in text
    assert "more than" not in text
    three = beside(BASE, BASE.replace(**changes), PRESETS["Exit custom"])
    text = says.title(three)
    assert text == f"3 scenarios: {what} differ, so not like for like"


def test_of_more_than_two_the_best_and_the_worst_are_named(inputs: Inputs) -> None:
    three = beside(BASE, PRESETS["Extends to training"], PRESETS["Ranking only"])
    text = said(says.title(three))
    values = [one.answer.metric("npv_usd") for one in three.compared]
    best, worst = said(fmt.usd(max(values))), said(fmt.usd(min(values)))
    assert text == f"“Three” is best at {best} after tax by 2032; “Two” is worst at {worst}"


def test_odds_stand_beside_the_plan_case_once_they_are_drawn() -> None:
    two = beside(BASE, PRESETS["Today's mix held"])
    table = tables.headline(two).set_index("Figure")
    assert list(table.loc["Pays in"]) == ["being worked out"] * 2
    drawn = tables.headline(replace(two, futures=tuple(futures_of(one.scenario) for one in two.compared)))
    row = drawn.set_index("Figure").loc[["Expected value as measured", "Pays in"]]
    own = futures_of()
    assert list(row.iloc[:, 0]) == [
        fmt.usd(own.expected_usd, 3, signed=True),
        f"{fmt.chance(own.probability)} of futures: {own.verdict}",
    ]
    assert list(row.iloc[:, 1]) == ["$0", "no difference"]


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
    """Of two that can be compared: on one baseline, horizon and basis of residual value, under one set of beliefs."""
    same = [name for name, lever in LEVERS.items() if lever.kind is Kind.ASSUMPTION]
    fixed = {name: pair[0][name] for name in ("baseline", "horizon_year", "terminal_basis", *same)}
    two = beside(pair[0], pair[1].replace(**fixed))
    text = says.title(two)
    more = two.compared[1].answer.metric("npv_usd") - two.compared[0].answer.metric("npv_usd")
    if abs(more) > 2.0:
        assert f"{fmt.usd(abs(more))} {'more' if more > 0 else 'less'} than “One”" in text
    else:
        assert "no more and no less" in text or "are the same" in text or fmt.usd(abs(more)) in text


def test_the_titles_of_the_charts_name_the_largest_and_how_far_it_is_from_the_least() -> None:
    three = beside(BASE, PRESETS["Power is short"], PRESETS["GPU price war"])
    cash = [one.answer.sim.flows.cash_usd[:, PLAN].sum() for one in three.compared]
    peaks = [one.answer.sim.fleet.mw_it[:, PLAN].max() for one in three.compared]
    assert said(says.spending_title(three)) == said(
        f"To 2032, “Two” spends {fmt.usd(max(cash), 3)}, {fmt.percent(max(cash) / min(cash) - 1.0)} more than “Three”"
    )
    assert says.power_title(three) == (
        f"“Three” peaks at {fmt.power(max(peaks))}, {fmt.power(max(peaks) - min(peaks), 2, beside=peaks)} above “Two”"
    )
    assert said(says.spending_title(beside(BASE, BASE))).startswith("Both spend $")
    assert said(says.power_title(beside(BASE, BASE))) == "Both peak at 19.6 GW"
