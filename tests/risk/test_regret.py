"""What each choice costs above the best one, world by world: against plain evaluations, and what the marks mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.risk.regret import LEVELS, THIS, Regret, choices, doubts, regret, worlds_of
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.strategies import Changes, changes

Floats = NDArray[np.float64]

SHORT = BASE.replace(horizon_year=2028)
DOUBTS = doubts(LEVERS, INPUTS.family_names)
WORLDS = worlds_of(DOUBTS)


@pytest.fixture(scope="module")
def found(inputs: Inputs) -> Regret:
    return regret(inputs, SHORT)


def cost(inputs: Inputs, *scenarios: Scenario) -> Floats:
    return evaluate(inputs, columns(scenarios), series=()).metrics["pv_cost_usd"]


# --- Worlds


def test_the_worlds_are_every_mixture_of_demand_price_delay_and_performance() -> None:
    assert len(WORLDS) == 54
    settings = {tuple(sorted(world.levers.items())) for world in WORLDS}
    demand, price, speed = ((0.75, 1.0, 1.20), (0.85, 1.0, 1.15), (0.85, 1.0, 1.25))
    genai = (0.65, 1.0, 1.20)
    assert settings == {
        tuple(
            sorted(
                {
                    "demand_growth_ranking": demand[d],
                    "demand_growth_genai": genai[d],
                    "merchant_price": p,
                    "custom_delay_quarters": q,
                    "merchant_performance": s,
                }.items()
            )
        )
        for d in range(3)
        for p in price
        for q in (0, 4)
        for s in speed
    }


def test_the_states_of_a_doubt_are_the_percentiles_that_the_levers_declare() -> None:
    for doubt in DOUBTS:
        for state in doubt.states:
            for lever, value in state.levers.items():
                named = {"low": LEVERS[lever].low, "base": LEVERS[lever].base, "high": LEVERS[lever].high}
                assert value == named[state.level], lever


def test_the_weights_add_up_to_one_and_keep_the_mean_of_each_doubt() -> None:
    """30, 40 and 30 % of low, base and high. A delay of 0, 1 or 4 quarters is 1.6 on average; so 4 weighs 0.4."""
    assert sum(world.weight for world in WORLDS) == pytest.approx(1.0, rel=1e-12)
    for doubt in DOUBTS:
        weights = [state.weight for state in doubt.states]
        assert weights == pytest.approx([0.6, 0.4] if doubt.id == "delay" else [0.3, 0.4, 0.3], rel=1e-12)


def test_every_world_has_a_label_of_its_own() -> None:
    labels = [world.label for world in WORLDS]
    assert len(set(labels)) == len(labels) and all(labels)
    assert labels[0] == "low demand, cheap chips, on time, slow chips"


# --- Choices


def test_the_choices_are_the_scenario_and_the_presets_that_set_adoption_only(inputs: Inputs) -> None:
    made = choices(inputs, SHORT.replace(adoption_rr_training=0.123))
    assert list(made) == [
        THIS, "Company plan", "Today's mix held", "Ranking only", "Into generative inference", "Extends to training",
        "Exit custom",
    ]  # fmt: skip
    assert made[THIS]["adoption_rr_training"] == 0.123
    for name, preset in INPUTS.presets.items():
        if name in made:
            assert made[name] == {lever: preset[lever] for lever in made[name]}


@pytest.mark.parametrize(
    "scenario",
    [SHORT, SHORT.replace(baseline="exit", custom_premium_max=0.2, ramp_years=0.0, amd_share_rr_training=0.9)],
    ids=["base", "stops early, against exit"],
)
def test_each_cell_is_the_scenario_with_that_adoption_in_that_world(inputs: Inputs, scenario: Scenario) -> None:
    """All other levers stay as the scenario has them."""
    made = regret(inputs, scenario)
    rates = choices(inputs, scenario)
    for c, w in ((0, 0), (1, 53), (3, 17), (5, 30), (6, 41)):
        alone = scenario.replace(**rates[made.choices[c]], **WORLDS[w].levers)
        assert made.cost_usd[c, w] == pytest.approx(cost(inputs, alone)[0], rel=1e-14)


def test_the_exit_is_the_one_that_value_is_measured_against(inputs: Inputs) -> None:
    """It begins in the first quarter, also where the scenario begins to change only after the horizon."""
    late = SHORT.replace(adoption_start="2031-Q4", ramp_years=6.0, amd_share_rr_training=0.9)
    made = regret(inputs, late)
    exits = made.choices.index("Exit custom")
    for w in (0, 20, 53):
        alone = late.replace(**WORLDS[w].levers)
        against_exit = evaluate(inputs, columns([alone]), series=()).metrics["npv_vs_exit_usd"][0]
        assert abs(against_exit) > 1e6, "or this test says nothing"
        assert made.cost_usd[exits, w] - made.cost_usd[0, w] == pytest.approx(against_exit, abs=1.0)
    leaving = regret(inputs, late.replace(**choices(inputs, late)["Exit custom"]))
    assert (leaving.cost_usd[0] != leaving.cost_usd[exits]).any(), "who leaves later himself leaves later"


def test_the_baseline_plays_no_part(inputs: Inputs, found: Regret) -> None:
    assert np.array_equal(regret(inputs, SHORT.replace(baseline="exit")).cost_usd, found.cost_usd)


def test_where_the_scenario_has_set_what_the_worlds_set_makes_no_difference(inputs: Inputs, found: Regret) -> None:
    elsewhere = SHORT.replace(merchant_price=0.5, custom_delay_quarters=9, demand_growth_genai=0.1)
    assert np.array_equal(regret(inputs, elsewhere).cost_usd, found.cost_usd)


# --- Regret


@examples(5)
@given(changes({"horizon_year": 2028}))
def test_regret_is_zero_somewhere_in_each_world_and_never_negative(drawn: Changes) -> None:
    made = regret(bundled(), INPUTS.scenario(drawn))
    assert made.regret_usd.shape == (len(made.choices), 54)
    assert (made.regret_usd.min(axis=0) == 0.0).all()
    assert np.isfinite(made.regret_usd).all()
    assert (made.regret_usd[made.cost_usd.argmin(axis=0), np.arange(54)] == 0.0).all()


def test_the_minimax_choice_has_the_least_worst_regret(found: Regret) -> None:
    assert found.worst_usd.tolist() == [row.max() for row in found.regret_usd]
    assert found.worst_usd[found.minimax] == found.worst_usd.min()


def test_the_best_expected_choice_has_the_least_expected_cost(found: Regret) -> None:
    expected_cost = [sum(world.weight * usd for world, usd in zip(WORLDS, row, strict=True)) for row in found.cost_usd]
    assert found.best_expected == int(np.argmin(expected_cost))
    apart = np.array(expected_cost) - min(expected_cost)
    assert found.expected_usd - found.expected_usd.min() == pytest.approx(apart, abs=1.0)


def test_a_choice_that_is_the_scenario_has_the_same_row(found: Regret) -> None:
    """The base is the company plan: both rows are equal, and if one is marked the other is."""
    plan = found.choices.index("Company plan")
    assert np.array_equal(found.cost_usd[0], found.cost_usd[plan])
    table = found.by_choice()
    assert table.loc[0].drop("choice").equals(table.loc[plan].drop("choice"))


def test_a_choice_that_is_the_best_everywhere_is_never_regretted(inputs: Inputs) -> None:
    """Custom chips at the highest price and with a programme to match: nobody regrets to leave."""
    dear = SHORT.replace(custom_cost=2.5, custom_performance=0.3, programme_cost=4.0, custom_premium_max=5.0)
    made = regret(inputs, dear)
    leave = made.choices.index("Exit custom")
    assert made.worst_usd[leave] == 0.0 and made.minimax == leave == made.best_expected
    assert (made.regret_usd[made.choices.index("Extends to training")] > 0.0).all()


# --- Frames


def test_the_frame_has_a_row_a_choice_and_world_and_says_what_the_matrix_says(found: Regret) -> None:
    frame = found.frame()
    assert len(frame) == frame[["choice", "world"]].drop_duplicates().shape[0] == len(found.choices) * 54
    wide = frame.pivot(index="choice", columns="world", values="regret_usd")
    wide = wide.loc[list(found.choices), [world.label for world in found.worlds]]
    assert np.array_equal(wide.to_numpy(), found.regret_usd)
    assert (frame.groupby("world")["is_best"].sum() >= 1).all()
    assert (frame["is_best"] == (frame["regret_usd"] == 0.0)).all()
    for doubt in DOUBTS:
        assert set(frame[doubt.id]) == {state.level for state in doubt.states} <= set(LEVELS)


def test_the_worst_world_of_a_choice_is_where_it_is_most_regretted(found: Regret) -> None:
    frame = found.frame()
    for row in found.by_choice().itertuples():
        worst = frame[(frame["choice"] == row.choice) & (frame["world"] == row.worst_world)]
        assert worst["regret_usd"].item() == row.worst_usd


def test_the_marks_of_the_table_are_the_indices(found: Regret) -> None:
    table = found.by_choice()
    assert table.index[table["is_minimax"]][0] == found.minimax
    assert table.index[table["is_best_expected"]][0] == found.best_expected
