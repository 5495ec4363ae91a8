"""How sure the answer is: futures are drawn as declared, worked out as any scenario is, and the same every time."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from core.base.finance import AT_ONCE, MATERIAL_USD, NEVER, NO_DIFFERENCE
from core.inputs.data import Correlation, Inputs, bundled
from core.inputs.lever import Kind, Lever
from core.inputs.levers import AT_ONCE_PREMIUM
from core.inputs.scenario import Columns, Scenario, columns
from core.model import compiled
from core.model import evaluate as evaluation
from core.model.evaluate import by_year, evaluate, summarise
from core.model.model import MODEL_VERSION, simulate
from core.risk import futures as risk
from core.risk.copula import root
from core.risk.futures import BANDS, DRAWS, Futures, percentile, right_to_stop, sample
from core.risk.run import Cancelled, RiskError
from core.risk.sequence import SEED, places, stratified
from core.story import frames
from core.story.answer import Answer
from core.views.programme import setbacks as programme
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.strategies import scenarios

Floats = NDArray[np.float64]

FEW = DRAWS[0]
SHORT = INPUTS.scenario({"horizon_year": 2028})
EACH_BELIEF = pytest.mark.parametrize("lever", LEVERS.beliefs, ids=lambda lever: lever.id)
FIGURES = ("value_usd", "spending_usd", "baseline_spending_usd", "saving_usd", "payback",
           "first_accretive_year")  # fmt: skip


@cache
def futures(scenario: Scenario = BASE) -> Futures:
    return sample(bundled(), scenario, FEW)


def one_future(of: Futures, draw: int) -> Scenario:
    """Return a future as a scenario that anybody could have set."""
    return INPUTS.scenario({lever.id: lever.value(float(of.levers[lever.id][draw])) for lever in LEVERS.values()})


def same(one: Futures, other: Futures) -> bool:
    """Say whether two runs agree to the last bit."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in FIGURES]
    pairs += [(one.levers[lever.id], other.levers[lever.id]) for lever in LEVERS.values()]
    pairs += [(a.binds, b.binds) for a, b in zip(one.binds, other.binds, strict=True)]
    return all(np.array_equal(a, b, equal_nan=a.dtype != bool) for a, b in pairs)


def forget() -> None:
    """Let go of all that is kept from one run for the next."""
    risk.normal_points.cache_clear()
    root.cache_clear()
    risk._drawn_levers.cache_clear()
    risk._baselines.clear()


# --- Drawing


def points(draws: int) -> Floats:
    """Return the normal points of the frozen data's beliefs, independent of each other."""
    return risk.normal_points(draws, tuple(places(LEVERS.beliefs)))


def test_points_are_the_inverse_normal_of_those_of_the_declared_sequence() -> None:
    sobol = norm.ppf(qmc.Sobol(36, scramble=True, rng=np.random.default_rng(20260304)).random(FEW))
    for lever, found in zip(LEVERS.beliefs, points(FEW).T, strict=True):
        own = norm.ppf(stratified(FEW, lever.id)) if lever.dimension is None else sobol[:, lever.dimension]
        assert np.array_equal(found, own), lever.id


def test_of_the_common_sequence_fewer_draws_are_the_first_of_many() -> None:
    common = [lever.dimension is not None for lever in LEVERS.beliefs]
    assert np.array_equal(points(FEW)[:, common], points(4 * FEW)[:FEW, common])
    assert np.isfinite(points(DRAWS[-1])).all()


@EACH_BELIEF
def test_a_tenth_of_the_futures_lies_below_low_half_below_base_and_a_tenth_above_high(lever: Lever) -> None:
    """Each of 1,024 even slices of a lever's range of percentiles holds one draw, so a count is off by one at most."""
    drawn = risk.settings(BASE, points(FEW))[lever.id]
    if lever.whole:
        shares = [(drawn < edge + 0.5).mean() for edge in (lever.low, lever.high)]
        wanted = [percentile(lever, lever.number(lever.base), edge + 0.5) for edge in (lever.low, lever.high)]
    else:
        # Where low or high is a bound, what falls beyond is brought back to it.
        shares = [(drawn <= lever.low).mean(), (drawn < lever.number(lever.base)).mean(), (drawn < lever.high).mean()]
        wanted = [0.1, 0.5, 0.9]
    assert shares == pytest.approx(wanted, abs=1.5 / FEW)


@EACH_BELIEF
def test_drawn_levers_have_their_low_base_and_high_as_quantiles(lever: Lever) -> None:
    drawn = risk.settings(BASE, points(8192))[lever.id]
    wanted = [lever.low, lever.number(lever.base), lever.high]
    assert lever.low is not None and lever.high is not None
    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx(wanted, abs=2e-3 * (lever.high - lever.low))


@EACH_BELIEF
def test_correlations_do_not_move_the_quantiles_of_a_lever(lever: Lever, inputs: Inputs) -> None:
    """Within three standard errors of a share of independent draws."""
    drawn = futures().levers[lever.id]
    alone = risk.settings(BASE, points(FEW))[lever.id]
    for edge in np.quantile(alone, [0.1, 0.25, 0.5, 0.75, 0.9]):
        share = (alone <= edge).mean()
        assert (drawn <= edge).mean() == pytest.approx(share, abs=3.0 * math.sqrt(share * (1.0 - share) / FEW))


@pytest.mark.parametrize("setting", [0.6, 1.0, 1.7])
def test_a_lever_that_was_moved_is_drawn_around_its_setting_with_the_same_spread(setting: float) -> None:
    lever = LEVERS["custom_performance"]  # 0.75 / 1.0 / 1.2
    drawn = risk.settings(INPUTS.scenario({lever.id: setting}), points(8192))[lever.id]
    wanted = np.clip([setting - 0.25, setting, setting + 0.2], lever.minimum, lever.maximum)
    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx(wanted, abs=1e-3)


def test_a_value_is_the_formula_of_the_method_to_the_last_bit() -> None:
    z = np.zeros((3, len(LEVERS.beliefs)))
    place = LEVERS.beliefs.index(LEVERS["merchant_price_erosion"])  # 0.08 / 0.14 / 0.20
    z[:, place] = [-0.5, 0.0, 1.75]
    drawn = risk.settings(BASE, z)["merchant_price_erosion"]
    assert drawn.tolist() == [0.14 - 0.5 * (0.14 - 0.08) / 1.2816, 0.14, 0.14 + 1.75 * (0.20 - 0.14) / 1.2816]


def test_delays_are_rounded_and_a_half_goes_up() -> None:
    z = np.zeros((4, len(LEVERS.beliefs)))
    place = LEVERS.beliefs.index(LEVERS["merchant_delay_quarters"])  # -1 / 0 / 2
    z[:, place] = [-0.5 * 1.2816, -1.5 * 1.2816, 0.25 * 1.2816, 0.75 * 1.2816]
    assert risk.settings(BASE, z)["merchant_delay_quarters"].tolist() == [0.0, -1.0, 1.0, 2.0]


@examples(50)
@given(scenarios(), arrays.arrays(np.float64, (2, len(LEVERS.beliefs)), elements=st.floats(-60.0, 60.0)))
def test_whatever_is_drawn_is_a_scenario_that_anybody_could_have_set(scenario: Scenario, z: Floats) -> None:
    drawn = risk.settings(scenario, z)
    assert list(drawn) == [lever.id for lever in LEVERS.values()]
    for lever in LEVERS.values():
        for number in drawn[lever.id]:
            if lever.kind is Kind.CHOICE:
                assert number == scenario.number(lever.id)
            else:
                assert lever.minimum <= number <= lever.maximum
                assert not lever.whole or number == int(number)


def test_choices_are_never_drawn() -> None:
    scenario = INPUTS.scenario(
        {"adoption_genai_inference": 0.61, "adoption_start": "2028-Q2", "custom_premium_max": 0.3}
    )
    drawn = futures(scenario).levers
    for lever in LEVERS.values():
        spread = np.ptp(drawn[lever.id])
        assert spread > 0.0 if lever.kind is Kind.ASSUMPTION else spread == 0.0
        if lever.kind is Kind.CHOICE:
            assert drawn[lever.id][0] == scenario.number(lever.id)


@examples(60)
@given(st.sampled_from(LEVERS.beliefs), st.data())
def test_a_percentile_is_the_share_of_futures_below_a_value(lever: Lever, data: st.DataObject) -> None:
    assert lever.low is not None and lever.high is not None
    value = data.draw(st.floats(lever.low, lever.high).map(lambda x: math.floor(x) + 0.5 if lever.whole else x))
    centre = lever.number(lever.base)
    drawn = risk.settings(BASE, points(FEW))[lever.id]
    wanted = (drawn < value).mean() if lever.minimum < value else (drawn <= value).mean()
    assert percentile(lever, centre, value) == pytest.approx(wanted, abs=1.5 / FEW)


@EACH_BELIEF
def test_low_base_and_high_are_the_10th_50th_and_90th_percentile(lever: Lever) -> None:
    assert lever.low is not None and lever.high is not None
    base = lever.number(lever.base)
    told = [percentile(lever, base, value) for value in (lever.low, base, lever.high)]
    assert told == pytest.approx([0.1, 0.5, 0.9], abs=1e-5)


def test_a_choice_has_no_percentile() -> None:
    assert math.isnan(percentile(LEVERS["ramp_years"], 2.0, 3.0))


# --- What the futures come to


def test_each_future_is_what_its_setting_gives_by_itself(inputs: Inputs) -> None:
    drawn, picked = futures(), range(0, FEW, 16)
    for draw in picked:
        alone = one_future(drawn, draw)
        sim = simulate(inputs, columns([alone]))
        result = summarise(sim)
        assert drawn.value_usd[draw] == pytest.approx(result.metrics["npv_usd"][0], rel=1e-9, abs=1.0)
        for name, metric in (("payback", "payback"), ("first_accretive_year", "first_accretive_year")):
            assert np.array_equal(getattr(drawn, name)[draw], result.metrics[metric][0], equal_nan=True)
        for name, series in (("spending_usd", "cash_usd"), ("baseline_spending_usd", "baseline_cash_usd")):
            assert getattr(drawn, name)[:, draw] == pytest.approx(by_year(result.series[series])[:, 0], rel=1e-12)
        saved = frames.savings(Answer.of(inputs, alone))["usd"].to_numpy()
        assert drawn.saving_usd[:, draw] == pytest.approx(saved, rel=1e-9, abs=1.0)
        for one, other in zip(drawn.binds, result.constraints, strict=True):
            told = (other.constraint, other.subject, other.quarters_per_period)
            assert (one.constraint, one.subject, one.quarters_per_period) == told
            assert np.array_equal(one.binds[:, draw], other.binds[:, 0])


def test_a_mean_over_the_futures_is_the_mean_of_plain_evaluations(inputs: Inputs) -> None:
    drawn = futures(SHORT)
    plain = [
        evaluate(inputs, columns([one_future(drawn, draw)]), series=()).metrics["npv_usd"][0] for draw in range(FEW)
    ]
    assert drawn.expected_usd == pytest.approx(np.mean(plain), rel=1e-9, abs=1.0)
    assert drawn.standard_error_usd == pytest.approx(np.std(plain, ddof=1) / 32.0, rel=1e-9)


def test_the_same_scenario_has_the_same_futures_every_time(inputs: Inputs) -> None:
    before = futures()
    forget()
    assert same(before, sample(inputs, INPUTS.scenario({}), FEW))
    assert (before.seed, before.data_version, before.model_version) == (SEED, inputs.data_version, MODEL_VERSION)


def test_what_is_kept_of_a_move_before_changes_no_future(inputs: Inputs) -> None:
    moved = [BASE.replace(**{name: share for name in LEVERS if name.startswith("adoption_r")}) for share in (0.0, 0.85)]
    moved += [one.replace(baseline="exit") for one in moved]
    after_others = [sample(inputs, one, FEW) for one in moved]
    for one, found in zip(moved, after_others, strict=True):
        forget()
        assert same(sample(inputs, one, FEW), found)


@pytest.mark.parametrize("chunk", [100, 333, FEW])
def test_how_the_draws_are_cut_into_blocks_changes_nothing(
    chunk: int, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = futures(SHORT)
    forget()
    monkeypatch.setattr(evaluation, "CHUNK", chunk)
    assert same(before, sample(inputs, SHORT, FEW))


def test_several_threads_draw_at_once_without_meeting(inputs: Inputs) -> None:
    wanted = [INPUTS.scenario({"horizon_year": 2028, "pue": pue}) for pue in (1.1, 1.3, 1.5)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda scenario: sample(inputs, scenario, FEW), wanted))
    assert all(same(one, sample(inputs, scenario, FEW)) for one, scenario in zip(found, wanted, strict=True))


def test_beliefs_that_move_together_change_the_odds_but_not_the_plan(inputs: Inputs) -> None:
    alone = sample(replace(inputs, correlations=()), SHORT, FEW)
    assert not np.array_equal(alone.value_usd, futures(SHORT).value_usd)
    together = replace(inputs, correlations=(Correlation("custom_cost", "merchant_price", 0.95),))
    assert sample(together, SHORT, FEW).value_usd.std() < alone.value_usd.std(), "dear chips are dear on both sides"


def test_nobody_can_change_what_was_found() -> None:
    found = futures()
    kept = [getattr(found, name) for name in FIGURES]
    kept += [*found.levers.values(), *(one.binds for one in found.binds)]
    assert not any(array.flags.writeable for array in kept)
    with pytest.raises(TypeError):
        found.levers["pue"] = found.levers["pue"]  # type: ignore[index]


@examples(8)
@given(scenarios(without=["horizon_year"], fixed={"horizon_year": 2029}))
def test_odds_bands_and_dates_hold_together_for_any_scenario(scenario: Scenario) -> None:
    found = sample(bundled(), scenario, FEW)
    assert np.isfinite(found.value_usd).all()
    assert math.isnan(found.probability) == (found.same_share == 1.0) == (found.verdict == "no difference")
    if not math.isnan(found.probability):
        worse = float((found.value_usd <= -MATERIAL_USD).mean())
        assert found.probability + worse == pytest.approx(1.0, abs=1e-12)
        assert found.same_share <= found.probability
    bands = risk.quantiles(found.spending_usd)
    assert (np.diff(bands, axis=0) >= 0.0).all(), "a wider band holds a narrower one"
    assert found.quantile((0.0, 1.0)).tolist() == [found.value_usd.min(), found.value_usd.max()]
    assert found.value_usd.min() <= found.expected_usd <= found.value_usd.max()
    for shares in (found.payback_share, found.accretive_share):
        assert (np.diff(shares) >= 0.0).all(), "what has come to stay stays"
        assert shares[0] >= 0.0 and shares[-1] <= 1.0
    assert found.payback_share[-1] == pytest.approx((found.payback < NEVER).mean())


@examples(30)
@given(
    arrays.arrays(np.float64, (2, 17), elements=st.floats(-1e12, 1e12)),
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5),
)
def test_quantiles_are_those_of_numpy(figure: Floats, shares: list[float]) -> None:
    wanted = np.quantile(figure, shares, axis=-1)
    assert risk.quantiles(figure, shares) == pytest.approx(wanted, rel=1e-9, abs=1e-3)


# --- What is said of them


def with_values(*usd: float) -> Futures:
    return replace(futures(), draws=len(usd), value_usd=np.array(usd))


@pytest.mark.parametrize(
    ("losing", "verdict"),
    [(0, "pays"), (19, "pays"), (20, "leans for"), (39, "leans for"), (40, "too close to call"),
     (60, "too close to call"), (61, "leans against"), (80, "leans against"), (81, "does not pay"),
     (100, "does not pay")],
)  # fmt: skip
def test_the_odds_are_said_in_five_degrees_of_sureness(losing: int, verdict: str) -> None:
    found = with_values(*[-5.0] * losing, *[5.0] * (100 - losing))
    assert found.probability == (100 - losing) / 100
    assert found.verdict == verdict


def test_a_future_without_a_difference_counts_as_one_that_costs_no_more() -> None:
    found = with_values(-7.0, -0.5, 0.0, 9.0)
    assert (found.probability, found.same_share) == (0.75, 0.5)


def test_a_scenario_that_is_its_own_baseline_has_no_odds(inputs: Inputs) -> None:
    found = futures(INPUTS.presets["Today's mix held"])
    assert (found.expected_usd, found.same_share, found.verdict) == (0.0, 1.0, "no difference")
    assert math.isnan(found.probability)
    assert not found.payback_share.any() and not found.accretive_share.any()
    assert np.isnan(found.payback).all()


def test_payback_counts_from_the_quarter_after_the_last_in_the_red() -> None:
    dates = np.array([AT_ONCE, 0.0, 2.0, 2.0, NEVER, NO_DIFFERENCE, 9.0, NEVER])
    assert replace(futures(), payback=dates).payback_share[[0, 1, 2, 8, 9, 23]].tolist() == [
        0.25, 0.25, 0.5, 0.5, 0.625, 0.625,
    ]  # fmt: skip


def test_a_year_of_accretion_counts_from_that_year_on() -> None:
    years = np.array([2027.0, 2029.0, NEVER, NO_DIFFERENCE])
    assert replace(futures(), first_accretive_year=years).accretive_share.tolist() == [0.25, 0.25, 0.5, 0.5, 0.5, 0.5]


def test_bands_are_of_80_and_50_percent_around_the_median() -> None:
    assert BANDS == (0.1, 0.25, 0.5, 0.75, 0.9)
    assert risk.quantiles(np.arange(101.0)).tolist() == [10.0, 25.0, 50.0, 75.0, 90.0]


# --- Progress, and being told to stop


def test_progress_runs_from_nothing_to_all_and_never_back(inputs: Inputs) -> None:
    told: list[tuple[float, threading.Thread]] = []
    sample(inputs, SHORT, 4 * FEW, progress=lambda share: told.append((share, threading.current_thread())))
    shares = [share for share, _ in told]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert len(shares) > 4
    assert {thread for _, thread in told} == {threading.current_thread()}, "a page may be told only in its own thread"


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the blocks that are begun."""
    begun: list[int] = []
    whole = compiled.costs

    def costs(inputs: Inputs, levers: Columns, choices: Any, told: int = 0) -> Any:
        begun.append(levers["horizon_year"].size)
        return whole(inputs, levers, choices, told)

    monkeypatch.setattr(compiled, "costs", costs)
    monkeypatch.setattr(evaluation, "CHUNK", 64)
    return begun


def test_a_run_that_is_cancelled_before_it_begins_works_nothing_out(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, told = counting(monkeypatch), list[float]()
    with pytest.raises(Cancelled):
        sample(inputs, SHORT, FEW, progress=told.append, cancelled=lambda: True)
    assert (begun, told) == ([], [])


def test_a_run_that_is_cancelled_stops_within_a_block_and_keeps_nothing(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, told = counting(monkeypatch), list[float]()
    with pytest.raises(Cancelled):
        sample(inputs, SHORT, 8 * FEW, progress=told.append, cancelled=lambda: len(told) > 3)
    assert len(told) < 12
    assert len(begun) < 24, f"{len(begun)} of 128 blocks were begun"
    assert sample(inputs, SHORT, FEW).value_usd.size == FEW, "the next run is not disturbed"


def test_an_error_in_a_block_ends_the_run_with_that_error(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise MemoryError("no room")

    monkeypatch.setattr(compiled, "costs", fails)
    with pytest.raises(MemoryError, match="no room"):
        sample(inputs, SHORT, FEW)


# --- The right to stop


@pytest.mark.parametrize("premium", [1.0, 0.0, 0.2])
def test_against_exit_the_right_is_worth_in_each_future_what_the_programme_page_says_of_it(
    premium: float, inputs: Inputs
) -> None:
    drawn = futures(INPUTS.scenario({"custom_premium_max": premium, "baseline": "exit", "horizon_year": 2030}))
    stop = right_to_stop(inputs, drawn)
    for draw in range(0, FEW, 64):
        page = programme.setbacks(Answer.of(inputs, one_future(drawn, draw)))
        worth = stop.with_usd[draw] - stop.without_usd[draw]
        assert worth == pytest.approx(page.option(programme.AS_SET), rel=1e-6, abs=100.0)


def test_the_rules_are_those_of_the_programme_page(inputs: Inputs) -> None:
    found = programme.setbacks(Answer.of(inputs, BASE))
    assert list(found.rules.values()) == [1.0, AT_ONCE_PREMIUM]


@pytest.mark.parametrize("premium", [0.0, 1.0])
def test_the_scenario_as_set_is_one_of_the_two_rules(premium: float, inputs: Inputs) -> None:
    drawn = futures(INPUTS.scenario({"custom_premium_max": premium}))
    stop = right_to_stop(inputs, drawn)
    assert stop.as_set_usd is drawn.value_usd
    assert (stop.with_usd if premium == 0.0 else stop.without_usd) is drawn.value_usd
    assert stop.worth_usd == pytest.approx((stop.with_usd - stop.without_usd).mean(), rel=1e-9)
    assert stop.worth_usd > 0.0, "what custom chips cost when they are dearer is saved"


@pytest.mark.parametrize("baseline", ["hold", "exit"])
@pytest.mark.parametrize(("premium", "other"), [(0.4, 0.0), (0.0, 5.0)])
def test_the_other_rule_is_the_scenario_with_its_premium_set_so(
    premium: float, other: float, baseline: str, inputs: Inputs
) -> None:
    scenario = SHORT.replace(custom_premium_max=premium, baseline=baseline)
    stop = right_to_stop(inputs, futures(scenario))
    changed = stop.without_usd if premium == 0.0 else stop.with_usd
    plain = futures(scenario.replace(custom_premium_max=other)).value_usd
    assert changed == pytest.approx(plain, rel=1e-9, abs=1.0)
    assert not changed.flags.writeable


def test_the_right_to_stop_says_how_far_it_is_and_can_be_cancelled(inputs: Inputs) -> None:
    drawn, told = futures(SHORT), list[float]()
    right_to_stop(inputs, drawn, progress=told.append)
    assert (told[0], told[-1]) == (0.0, 1.0)
    with pytest.raises(Cancelled):
        right_to_stop(inputs, drawn, cancelled=lambda: True)


def test_futures_of_other_data_are_refused(inputs: Inputs) -> None:
    with pytest.raises(ValueError, match=f"the futures are of data {inputs.data_version}; give those of data other"):
        right_to_stop(replace(inputs, data_version="other"), futures(SHORT))


# --- What is refused, and what futures are kept under


@pytest.mark.parametrize("draws", [0, -1024, 512, 1000, 10_000, 131_072, 1024.0, True, "many", None])
def test_a_count_of_draws_that_is_none_is_refused_with_those_that_are(draws: Any, inputs: Inputs) -> None:
    with pytest.raises(RiskError) as refused:
        sample(inputs, BASE, draws)
    assert refused.value.problems == (
        f"draws: {draws!r} is not a count of draws; use a power of two, 1024, 2048, 4096, 8192, 16384, 32768 or 65536",
    )


def test_correlations_that_cannot_be_used_are_refused_before_anything_is_drawn(inputs: Inputs) -> None:
    with pytest.raises(RiskError, match="there is no lever 'nonsense'"):
        sample(replace(inputs, correlations=(Correlation("nonsense", "pue", 0.5),)), BASE, FEW)


@pytest.mark.parametrize(
    "changed",
    [
        lambda inputs: risk.key(INPUTS.scenario({"pue": 1.2}), FEW, inputs),
        lambda inputs: risk.key(BASE, 2 * FEW, inputs),
        lambda inputs: risk.key(BASE, FEW, replace(inputs, data_version="other")),
    ],
)
def test_futures_are_kept_under_all_that_they_depend_on(changed: Callable[[Inputs], str], inputs: Inputs) -> None:
    kept = risk.key(BASE, FEW, inputs)
    assert changed(inputs) != kept
    assert risk.key(INPUTS.scenario({"pue": 1.10}), FEW, inputs) == kept
    assert len(kept) == 64


def test_the_model_s_version_is_part_of_what_futures_are_kept_under(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = risk.key(BASE, FEW, inputs)
    monkeypatch.setattr(risk, "MODEL_VERSION", "another")
    assert risk.key(BASE, FEW, inputs) != before
