"""What each workload brings: its Shapley part of value against either baseline."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.inputs.data import Inputs
from core.inputs.lever_table import adoption, start_lag
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.model.model import EXIT, HOLD, PLAN, simulate
from core.model.sweep import contributions, sweep_adoption
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.playing import any_changes
from tests.support.strategies import SETS, Changes, changes


def parts_of(inputs: Inputs, scenario: Scenario) -> NDArray[np.float64]:
    """What each workload brings against the chosen baseline; (workload,) USD."""
    return sweep_adoption(simulate(inputs, columns([scenario]))).contribution_usd


def figure(inputs: Inputs, scenario: Scenario, name: str) -> float:
    return float(evaluate(inputs, columns([scenario]), series=()).metrics[name][0])


FROM_THE_OUTSET: Changes = {"adoption_start": "2027-Q1"}
"""Then a workload that has left custom chips is one that the levers can name: no adoption, no lag."""


@examples(6)
@pytest.mark.parametrize("baseline", ["hold", "exit"])
@given(data=st.data())
def test_a_contribution_is_the_mean_over_all_orders_of_what_a_workload_adds(baseline: str, data: st.DataObject) -> None:
    """All 24 orders in which four workloads may begin to follow the plan, each step evaluated as a scenario."""
    lags = [start_lag(workload) for workload in INPUTS.workloads] if baseline == "exit" else []
    fixed = {"horizon_year": 2028, "baseline": baseline, **FROM_THE_OUTSET, **dict.fromkeys(lags, 0)}
    scenario = INPUTS.scenario(data.draw(changes(fixed)))
    ways = [dict(zip(INPUTS.workloads, follows, strict=True)) for follows in product([False, True], repeat=4)]
    members = [_following(scenario, way, baseline) for way in ways]
    values = evaluate(INPUTS, columns(members), series=()).metrics["npv_usd"]
    value = {frozenset(name for name in way if way[name]): usd for way, usd in zip(ways, values, strict=True)}
    added = dict.fromkeys(INPUTS.workloads, 0.0)
    for order in permutations(INPUTS.workloads):
        for place, workload in enumerate(order):
            before = frozenset(order[:place])
            added[workload] += (value[before | {workload}] - value[before]) / 24
    nothing = 1e-11 * abs(figure(INPUTS, scenario, "pv_cost_usd"))  # without growth residual value can exceed the cost
    assert np.abs(parts_of(INPUTS, scenario) - list(added.values())).max() <= nothing


def _following(scenario: Scenario, follows: dict[str, bool], baseline: str) -> Scenario:
    """The scenario with the workloads that do not follow it held at today's share, or at none."""
    today = dict(zip(INPUTS.workloads, INPUTS.custom_share_today.tolist(), strict=True))
    aside = {name: today[name] if baseline == "hold" else 0.0 for name in follows if not follows[name]}
    return scenario.replace(**{adoption(name): share for name, share in aside.items()})


@examples(40)
@given(any_changes())
def test_contributions_add_up_to_value_against_either_baseline_whichever_is_chosen(drawn: tuple[str, Changes]) -> None:
    inputs = SETS[drawn[0]]
    for baseline, name in ((HOLD, "hold"), (EXIT, "exit")):
        sim = simulate(inputs, columns([inputs.scenario({**drawn[1], "baseline": name})]))
        cost, parts = sim.flows.pv_cost_usd[:, 0], contributions(sim, baseline)
        assert abs(parts.sum() - (cost[baseline] - cost[PLAN])) <= 1e-12 * abs(cost[PLAN])
        assert (parts == sweep_adoption(sim).contribution_usd).all()


@examples(25)
@given(any_changes(), st.data())
def test_a_workload_that_does_as_its_baseline_does_contributes_exactly_nothing(
    drawn: tuple[str, Changes], data: st.DataObject
) -> None:
    inputs = SETS[drawn[0]]
    scenario = inputs.scenario(drawn[1])
    w = data.draw(st.integers(0, len(inputs.workloads) - 1))
    workload = inputs.workloads[w]
    as_today: Changes = {adoption(workload): float(inputs.custom_share_today[w]), "baseline": "hold"}
    held = scenario.replace(**as_today)
    assert parts_of(inputs, held)[w] == 0.0
    at_once: Changes = {adoption(workload): 0.0, start_lag(workload): 0, "adoption_start": inputs.calendar.label(0)}
    left = scenario.replace(**at_once, baseline="exit")
    assert parts_of(inputs, left)[w] == 0.0


def test_a_later_start_makes_a_contribution_even_where_adoption_is_the_baselines() -> None:
    """Against an exit from the first quarter on, ranking training that leaves two years later keeps chips longer."""
    leaving: Changes = {adoption(workload): 0.0 for workload in INPUTS.workloads}
    later = INPUTS.scenario({**leaving, "baseline": "exit", "start_lag_rr_training": 8})
    parts = parts_of(INPUTS, later)
    assert [parts[w] != 0.0 for w in range(4)] == [False, True, False, False]
    assert parts[1] == pytest.approx(figure(INPUTS, later, "npv_usd"), rel=1e-9)


def test_an_expansion_paid_for_before_its_share_moves_is_part_of_what_its_workload_brings(inputs: Inputs) -> None:
    """Moving a workload over takes the twelve quarters up to its start, which lies beyond the horizon."""
    last, gates = len(inputs.programme.id) - 1, inputs.programme.gates
    grows = int(np.flatnonzero(gates[last])[0])
    early = replace(inputs.programme, first=inputs.programme.first.copy())
    early.first[last] = -12
    scenario = BASE.replace(horizon_year=2028, adoption_start="2029-Q1", **{adoption(inputs.workloads[grows]): 0.5})
    sim = simulate(replace(inputs, programme=early), columns([scenario]))
    parts, cost = contributions(sim, HOLD), sim.flows.pv_cost_usd[:, 0]
    assert parts[grows] < 0.0
    assert parts.sum() == pytest.approx(cost[HOLD] - cost[PLAN], rel=1e-9)
