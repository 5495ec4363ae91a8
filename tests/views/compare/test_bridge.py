"""The bridge between two scenarios is exact and adds up to the cent."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.base import format as fmt
from core.base import shapley
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import capital_spending_usd, evaluate
from core.model.model import PLAN
from core.views.compare import bridge as rooms
from core.views.compare import tables
from core.views.compare.bridge import CAPITAL, MEASURES, VALUE, Bridge, Measure, bridge
from core.views.explore.finding import metrics
from tests.support.answers import answer
from tests.support.cases import EVERY_LEVER, PRESETS, other_end
from tests.support.compared import FEW, bridged, pairs
from tests.support.frozen import BASE, INPUTS, LEVERS


def measured(inputs: Inputs, scenario: Scenario) -> list[float]:
    """Value, capital spending of 2027 and peak power, straight from the model's series."""
    result = evaluate(inputs, columns([scenario]))
    capital = sum(float(series[:4, 0].sum()) for name, series in result.series.items() if name.startswith("capex_"))
    return [float(result.metrics["npv_usd"][0]), capital, float(result.metrics["peak_mw_it"][0])]


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
    assert [lever.id for lever in built.levers] == [name for name in LEVERS if pair[0][name] != pair[1][name]]
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
    assert sizes[0] < 5_000
    twelve = INPUTS.scenario({lever.id: other_end(lever) for lever in list(LEVERS.values())[:12]})
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
        figure = next(f for f in metrics(a) if f.label == CAPITAL.label(INPUTS.calendar))
        assert figure.value == fmt.usd(float(capital_spending_usd(a.inputs, a.result)[0]), 3)
        assert a.sim.flows.warrant_usd[:4, PLAN].sum() > 0
