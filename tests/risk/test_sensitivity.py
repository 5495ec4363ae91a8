"""What the answer hangs on: known variances, the tornado against plain evaluations, where value turns."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc, sobol_indices

from core.inputs.data import Inputs, bundled
from core.inputs.evidence import grades_in
from core.inputs.lever import Kind
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.model.sweep import JUMP_WIDTH, SWITCHING_POINTS, SWITCHING_PRECISION, narrowed
from core.risk.futures import P90
from core.risk.run import RiskError
from core.risk.sensitivity import evidence_mix, grades, switching, tornado, variance_shares
from core.risk.sequence import SEED, TOGETHER, stratified
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.strategies import Changes, changes

Floats = NDArray[np.float64]

SHORT = BASE.replace(horizon_year=2028, ramp_years=0.0)


ROUNDING = 1e-14
"""By how much of what a scenario costs two ways of working out its value may differ."""


def cost_usd(inputs: Inputs, scenario: Scenario) -> float:
    return float(evaluate(inputs, columns([scenario]), series=()).metrics["pv_cost_usd"][0])


def npv(inputs: Inputs, *scenarios: Scenario) -> Floats:
    return evaluate(inputs, columns(scenarios), series=()).metrics["npv_usd"]


def held(inputs: Inputs, scenario: Scenario = SHORT) -> Scenario:
    """Today's mix: it is worth nothing against itself, whatever one believes."""
    today = zip(inputs.workloads, inputs.custom_share_today.tolist(), strict=True)
    return scenario.replace(**{f"adoption_{workload}": share for workload, share in today})


# --- Shares of the variance of value


@pytest.fixture(scope="module")
def shares(inputs: Inputs) -> pd.DataFrame:
    return variance_shares(inputs, SHORT, points=128)


def test_every_belief_has_a_share_and_the_largest_comes_first(shares: pd.DataFrame) -> None:
    assert sorted(shares["lever"]) == sorted(lever.id for lever in LEVERS.beliefs)
    assert shares["total"].is_monotonic_decreasing
    assert (shares["total"] >= 0.0).all()
    assert (shares["first"] <= shares["total"] + 3.0 * (shares["first_error"] + shares["total_error"])).all()


def test_what_cannot_move_value_has_no_share(shares: pd.DataFrame) -> None:
    """The life in the accounts moves expense, not cash, and tax follows cash here."""
    row = shares.set_index("lever").loc["book_life_years"]
    assert row["total"] == 0.0 and row["first"] == 0.0


def test_the_shares_are_those_of_beliefs_drawn_around_their_settings_each_by_itself(inputs: Inputs) -> None:
    """Worked out anew with scipy's indices at the points of the method, for a scenario whose settings are off base."""
    moved = SHORT.replace(custom_cost=1.3, merchant_price=0.9, custom_delay_quarters=3)
    found = variance_shares(inputs, moved, points=128).set_index("lever").loc[[lever.id for lever in LEVERS.beliefs]]

    def value(u: Floats) -> Floats:
        drawn = {lever.id: np.full(u.shape[1], moved.number(lever.id)) for lever in LEVERS.values()}
        for lever, z in zip(LEVERS.beliefs, ndtri(u), strict=True):
            assert lever.low is not None and lever.high is not None
            base = lever.number(lever.base)
            spread = np.where(z < 0.0, base - lever.low, lever.high - base) / P90
            x = np.clip(moved.number(lever.id) + z * spread, lever.minimum, lever.maximum)
            drawn[lever.id] = np.floor(x + 0.5) if lever.whole else x
        return evaluate(inputs, drawn, series=()).metrics["npv_usd"].copy()

    common = qmc.Sobol(2 * TOGETHER, scramble=True, rng=np.random.default_rng(SEED), bits=64).random(128).T
    a, b = (
        np.stack(
            [
                stratified(128, lever.id + again) if lever.dimension is None else common[lever.dimension + shift]
                for lever in LEVERS.beliefs
            ]
        )
        for shift, again in ((0, ""), (TOGETHER, ", again"))
    )
    mixed = np.repeat(a[None], len(a), axis=0)  # (dimension from b, dimension, point)
    mixed[np.arange(len(a)), np.arange(len(a))] = b
    at_mixed = np.stack([value(u) for u in mixed])
    own = sobol_indices(func={"f_A": value(a)[None], "f_B": value(b)[None], "f_AB": at_mixed[:, None]}, n=128)
    assert found["first"].to_numpy() == pytest.approx(own.first_order, rel=1e-9, abs=1e-12)
    assert found["total"].to_numpy() == pytest.approx(own.total_order, rel=1e-9, abs=1e-12)


def test_the_same_scenario_has_the_same_shares(inputs: Inputs, shares: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(variance_shares(inputs, SHORT, points=128), shares, check_exact=True)


def test_a_scenario_that_is_its_own_baseline_has_nothing_to_share_out(inputs: Inputs) -> None:
    found = variance_shares(inputs, held(inputs), points=128)
    assert not found[["first", "total", "first_error", "total_error"]].to_numpy().any()
    assert not evidence_mix(inputs, found)["share"].any()


def test_points_that_cannot_be_used_are_refused_before_anything_is_worked_out(inputs: Inputs) -> None:
    with pytest.raises(RiskError, match="points: 1000"):
        variance_shares(inputs, SHORT, points=1000)


# --- What it rests on


def test_the_evidence_mix_adds_up_to_one_and_is_the_totals_by_grade(inputs: Inputs, shares: pd.DataFrame) -> None:
    mix = evidence_mix(inputs, shares).set_index("grade")
    assert list(mix.index) == list(grades_in(inputs))
    assert mix["share"].sum() == pytest.approx(1.0, rel=1e-12)
    assert mix["levers"].sum() == len(LEVERS.beliefs)
    for grade in grades_in(inputs):
        own = sum(row.total for row in shares.itertuples() if grades(inputs)[row.lever] == grade)
        assert mix.loc[grade, "share"] == pytest.approx(own / shares["total"].sum(), rel=1e-12, abs=1e-15)


def test_a_lever_is_as_certain_as_the_surest_figure_that_the_data_have_from_its_source(inputs: Inputs) -> None:
    found = grades(inputs)
    assert found["book_life_years"] == "reported"  # the filing gives other figures of ours too
    assert found["merchant_price"] == "estimate"  # prices by a named analyst, fleet counts inferred from them
    assert found["custom_performance"] == "assumption"  # the press names the chips; what they do is our inference
    assert found["demand_growth_genai"] == "estimate"  # published, but no figure of the data is taken from it
    assert found["discount_rate"] == "estimate"


def test_a_lever_without_a_publication_is_our_assumption(inputs: Inputs) -> None:
    ours = [lever.id for lever in LEVERS.values() if lever.source_id == "assumption"]
    assert ours and all(grades(inputs)[lever] == "assumption" for lever in ours)


# --- Tornado


OFF_BASE: dict[str, Changes] = {
    "base": {"horizon_year": 2029},
    "against exit, delay beyond its range": {"horizon_year": 2029, "baseline": "exit", "custom_delay_quarters": 6},
    "dear and slow": {"horizon_year": 2028, "custom_cost": 1.6, "custom_performance": 0.7, "power_capacity": 0.6},
}


@pytest.mark.parametrize("name", OFF_BASE)
def test_the_ends_of_the_tornado_are_plain_evaluations(inputs: Inputs, name: str) -> None:
    """Worked out by the compiled model, and here by the other one, in the same order: within rounding of their cost."""
    scenario = INPUTS.scenario(OFF_BASE[name])
    found, rounding = tornado(inputs, scenario), ROUNDING * cost_usd(inputs, scenario)
    assert len(found) == len(LEVERS.beliefs)
    for row in found.itertuples():
        lever = LEVERS[row.lever]
        for end, usd in ((row.low, row.npv_low_usd), (row.high, row.npv_high_usd)):
            plain = npv(inputs, scenario.replace(**{lever.id: lever.value(end)}))[0]
            assert plain == pytest.approx(usd, rel=0.0, abs=rounding), lever.id
        assert (row.low, row.high, row.setting) == (lever.low, lever.high, scenario.number(lever.id))


@examples(10)
@given(changes({"horizon_year": 2028}))
def test_a_swing_spans_both_ends_and_the_scenario_and_the_widest_comes_first(drawn: Changes) -> None:
    inputs, scenario = bundled(), INPUTS.scenario(drawn)
    found, here = tornado(inputs, scenario), float(npv(inputs, scenario)[0])
    rounding = ROUNDING * cost_usd(inputs, scenario)
    assert found["swing_usd"].is_monotonic_decreasing
    for row in found.itertuples():
        three = (row.npv_low_usd, here, row.npv_high_usd)
        assert row.swing_usd == pytest.approx(max(three) - min(three), rel=0.0, abs=rounding)
        assert row.crosses == (len({usd >= 0.0 for usd in three}) == 2) or min(map(abs, three)) < rounding


def test_a_bar_crosses_where_one_end_pays_and_the_other_does_not(inputs: Inputs) -> None:
    found = tornado(inputs, BASE).set_index("lever")
    assert found.loc["custom_cost", "crosses"] and not found.loc["tax_rate", "crosses"]
    assert found.loc["custom_cost", "npv_high_usd"] < 0.0 < found.loc["custom_cost", "npv_low_usd"]


def test_a_lever_without_effect_has_no_swing(inputs: Inputs) -> None:
    found = tornado(inputs, BASE).set_index("lever")
    assert found.loc["book_life_years", "swing_usd"] == 0.0
    assert not tornado(inputs, held(inputs))["swing_usd"].any()


def test_the_scenario_is_not_changed_by_the_tornado(inputs: Inputs) -> None:
    """Choices stay as set: the tornado of a plan that adopts nothing more differs from the base's."""
    assert not tornado(inputs, SHORT)["swing_usd"].equals(tornado(inputs, SHORT.replace(ramp_years=4.0))["swing_usd"])


# --- Where value turns


TURNING: dict[str, Changes] = {
    "base": {},
    "custom training, against exit": {
        "adoption_genai_training": 0.4, "baseline": "exit", "horizon_year": 2030, "custom_cost": 1.2,
    },
    "loses": {"custom_performance": 0.8, "horizon_year": 2029},
    "steep": {
        "adoption_rr_inference": 1.0, "adoption_rr_training": 1.0, "adoption_genai_inference": 1.0,
        "adoption_genai_training": 1.0, "horizon_year": 2035,
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=list(TURNING))
def turned(inputs: Inputs, request: pytest.FixtureRequest) -> tuple[Scenario, pd.DataFrame]:
    scenario = INPUTS.scenario(TURNING[request.param])
    return scenario, switching(inputs, scenario)


def at(scenario: Scenario, lever: str, value: float) -> Scenario:
    return scenario.replace(**{lever: LEVERS[lever].value(value)})


def test_value_is_zero_where_it_turns_unless_it_jumps(inputs: Inputs, turned: tuple[Scenario, pd.DataFrame]) -> None:
    scenario, found = turned
    turns = found[found["turns_at"].notna()]
    here = evaluate(inputs, columns([scenario]), series=()).metrics
    value = npv(inputs, *(at(scenario, row.lever, row.turns_at) for row in turns.itertuples()))
    zero = abs(value) <= 1e-6 * here["pv_cost_usd"][0]
    assert (zero == ~turns["jumps"].to_numpy()).all()
    assert zero.sum() >= 3  # most do not jump
    assert ((value >= 0.0) != (here["npv_usd"][0] >= 0.0)).all()


def test_a_jump_is_one_however_near_one_looks(inputs: Inputs, turned: tuple[Scenario, pd.DataFrame]) -> None:
    scenario, found = turned
    cost = float(evaluate(inputs, columns([scenario]), series=()).metrics["pv_cost_usd"][0])
    pays = npv(inputs, scenario)[0] >= 0.0
    for row in found[found["jumps"]].itertuples():
        lever = LEVERS[row.lever]
        step = 1.0 if lever.whole else JUMP_WIDTH * (lever.maximum - lever.minimum)
        before = row.turns_at - math.copysign(min(step, abs(row.distance)), row.distance)
        near = npv(inputs, at(scenario, row.lever, before), at(scenario, row.lever, row.turns_at))
        assert (near >= 0.0).tolist() == [pays, not pays], lever.id
        assert abs(near[1]) > 1e-6 * cost, lever.id


@examples(5)
@given(changes({"horizon_year": 2028}))
def test_wherever_a_scenario_lies_a_turn_has_the_other_sign_and_is_zero_or_a_jump(drawn: Changes) -> None:
    inputs, scenario = bundled(), INPUTS.scenario(drawn)
    here = evaluate(inputs, columns([scenario]), series=()).metrics
    found = switching(inputs, scenario)
    for row in found[found["turns_at"].notna()].itertuples():
        (value,) = npv(inputs, at(scenario, row.lever, row.turns_at))
        assert (value >= 0.0) != (here["npv_usd"][0] >= 0.0), row.lever
        assert (abs(value) > 1e-6 * abs(here["pv_cost_usd"][0])) == row.jumps, row.lever


def test_at_no_point_between_the_setting_and_the_turn_has_value_the_other_sign(
    inputs: Inputs, turned: tuple[Scenario, pd.DataFrame]
) -> None:
    """On the points that the method names, and at the last one that is known to have the sign of the setting."""
    scenario, found = turned
    pays = npv(inputs, scenario)[0] >= 0.0
    for row in found.itertuples():
        lever, setting = LEVERS[row.lever], scenario.number(row.lever)
        count = int(lever.maximum - lever.minimum) + 1 if lever.whole else SWITCHING_POINTS
        grid = np.linspace(lever.minimum, lever.maximum, count)
        short = 1.0 if lever.whole else SWITCHING_PRECISION * (lever.maximum - lever.minimum)
        reach = math.inf if math.isnan(row.turns_at) else max(0.0, abs(row.distance) - short)
        between = grid[abs(grid - setting) <= reach]
        if math.isfinite(reach) and not lever.whole:
            between = np.append(between, setting + math.copysign(reach, row.distance))
        if between.size:
            value = npv(inputs, *(at(scenario, row.lever, float(x)) for x in between))
            assert ((value >= 0.0) == pays).all(), lever.id


def test_the_nearest_comes_first_beliefs_before_choices_before_what_never_turns(
    turned: tuple[Scenario, pd.DataFrame],
) -> None:
    _, found = turned
    assert sorted(found["lever"]) == sorted(lever.id for lever in LEVERS.values() if lever.is_numeric)
    never, choice = found["turns_at"].isna(), found["kind"] == Kind.CHOICE
    beliefs, choices, rest = found[~never & ~choice], found[~never & choice], found[never]
    assert list(found.index) == [*beliefs.index, *choices.index, *rest.index]
    assert abs(beliefs["turns_percentile"] - beliefs["setting_percentile"]).is_monotonic_increasing
    bounds = [LEVERS[lever].maximum - LEVERS[lever].minimum for lever in choices["lever"]]
    assert (choices["distance"].abs() / bounds).is_monotonic_increasing
    assert found.loc[choice, ["setting_percentile", "turns_percentile"]].isna().all(axis=None)
    assert rest["turns_percentile"].isna().all() and not rest["jumps"].any()
    assert (found["turns_at"] - found["setting"]).equals(found["distance"])


def test_percentiles_are_of_the_range_that_the_lever_declares_wherever_it_is_set(inputs: Inputs) -> None:
    """A custom cost at its 90th percentile stands at 90 %, and one at its base at 50 %."""
    found = switching(inputs, SHORT.replace(custom_cost=1.4, custom_performance=0.75)).set_index("lever")
    assert found.loc["custom_cost", "setting_percentile"] == pytest.approx(0.9, abs=1e-4)
    assert found.loc["custom_performance", "setting_percentile"] == pytest.approx(0.1, abs=1e-4)
    assert found.loc["merchant_price", "setting_percentile"] == 0.5


def test_a_scenario_that_is_its_own_baseline_never_turns_on_a_belief(inputs: Inputs) -> None:
    found = switching(inputs, held(inputs))
    assert found.loc[found["kind"] == Kind.ASSUMPTION, "turns_at"].isna().all()
    by_lever = found.set_index("lever")
    assert not math.isnan(by_lever.loc["adoption_rr_inference", "turns_at"])
    assert not by_lever.loc["adoption_rr_inference", "jumps"]


# --- Closing in


def close_in(curve: object, near: float, beyond: float, **how: float) -> tuple[float, float, int]:
    """Close in on one change of a known curve; returns the end beyond, the margin there, and how often it was asked."""
    asked = 0

    def margin(_: NDArray[np.intp], x: Floats) -> Floats:
        nonlocal asked
        asked += 1
        return np.vectorize(curve, otypes=[np.float64])(x)

    ends = np.array([near]), np.array([beyond])
    at_ends = [(x, np.vectorize(curve, otypes=[np.float64])(x)) for x in ends]
    x, value = narrowed(margin, *at_ends, width=np.array([1e-6]), **how)
    return float(x[0]), float(value[0]), asked


def test_a_smooth_change_is_found_in_a_few_looks_from_either_side() -> None:
    for near, beyond in ((0.0, 1.0), (1.0, 0.0)):
        x, value, asked = close_in(lambda x: x**3 - 0.2, near, beyond)
        assert abs(x - 0.2 ** (1 / 3)) <= 1e-6 and asked <= 4
        assert (value >= 0.0) == (beyond > near)


def test_a_jump_is_found_as_well_and_of_several_changes_the_first() -> None:
    x, _, asked = close_in(lambda x: 1.0 if x > 0.7371 else -1.0, 0.0, 1.0)
    assert 0.7371 < x <= 0.7371 + 1e-6 and asked <= 8
    x, _, _ = close_in(lambda x: -1.0 if x < 0.3 or 0.6 < x < 0.9 else 1.0, 0.0, 1.0)
    assert x == pytest.approx(0.3, abs=1e-6)


def test_infinite_margins_are_closed_in_on_too() -> None:
    x, _, _ = close_in(lambda x: math.inf if x >= 0.25 else -math.inf, 0.0, 1.0)
    assert x == pytest.approx(0.25, abs=1e-6)


def test_a_steep_change_is_followed_until_the_margin_is_small_and_a_jump_no_further_than_told() -> None:
    _, value, _ = close_in(lambda x: 1e9 * (x - 0.123456789), 0.0, 1.0, tolerance=1.0, least=1e-12)
    assert abs(value) <= 1.0
    x, value, _ = close_in(lambda x: math.copysign(5.0, x - 0.4), 0.0, 1.0, tolerance=1.0, least=1e-8)
    assert value == 5.0 and x == pytest.approx(0.4, abs=1e-8)
