"""What the custom programme costs: by hand, and item by item."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from core.inputs.data import Inputs, bundled
from core.inputs.lever_table import adoption, start_lag
from core.inputs.scenario import Scenario, columns
from core.model.courses import custom_share
from core.model.model import EXIT, HOLD, PLAN, simulate
from core.model.programme import programme_by_item
from tests.support.frozen import INPUTS
from tests.support.strategies import scenarios


def test_an_item_of_the_programme_spends_evenly_and_later_if_its_chip_is_late(inputs: Inputs) -> None:
    """800 M USD over 2025-Q4 to 2027-Q3 is 100 M a quarter; a chip two quarters late costs two quarters more."""
    lone = replace(
        inputs.programme,
        future_chip=np.array([True]),
        gates=np.ones((1, 4), dtype=np.bool_),
        expansion=np.array([False]),
        usd_total=np.array([8e8]),
        first=np.array([-5]),
        last=np.array([2]),
    )
    scenario = INPUTS.scenario({"programme_cost": 1.5, "custom_delay_quarters": 2, "ramp_years": 0.0})
    spent = simulate(replace(inputs, programme=lone), columns([scenario])).flows.programme_usd[:, :, 0]
    assert spent[:, PLAN].tolist() == [1.5e8] * 5 + [0.0] * 19
    assert spent[:, HOLD].tolist() == spent[:, PLAN].tolist()
    assert (spent[:, EXIT] == 0.0).all()  # without a ramp no share is left in the first quarter


@pytest.mark.parametrize(("adoption", "pays"), [(0.0, False), (0.01, True)])
def test_a_port_is_paid_for_by_an_expansion_only_and_begins_with_it(
    inputs: Inputs, adoption: float, pays: bool
) -> None:
    lone = replace(
        inputs.programme,
        future_chip=np.array([False]),
        gates=np.array([[False, False, False, True]]),
        expansion=np.array([True]),
        usd_total=np.array([8e8]),
        first=np.array([1]),
        last=np.array([4]),
    )
    scenario = INPUTS.scenario({"adoption_genai_training": adoption, "adoption_start": "2027-Q3"})
    spent = simulate(replace(inputs, programme=lone), columns([scenario])).flows.programme_usd[:, :, 0]
    assert spent[:, PLAN].tolist() == [0.0] * 3 + [2e8 * pays] * 4 + [0.0] * 17
    assert (spent[:, HOLD:] == 0.0).all()


def test_an_expansion_begins_with_the_first_workload_of_its_gate_that_grows(inputs: Inputs) -> None:
    """The third workload grows from 2027-Q3 on, the fourth two quarters later; the first shrinks, and calls for none.

    An item for the first three begins with the third, one for the first and the fourth with the fourth.
    """
    two = replace(
        inputs.programme,
        id=("a", "b"),
        future_chip=np.array([False, False]),
        gates=np.array([[True, True, True, False], [True, False, False, True]]),
        expansion=np.array([True, True]),
        usd_total=np.array([8e8, 4e8]),
        first=np.array([0, 0]),
        last=np.array([3, 3]),
    )
    scenario = INPUTS.scenario(
        {
            "adoption_start": "2027-Q3",
            **{adoption(w): rate for w, rate in zip(inputs.workloads, (0.1, 0.1, 0.5, 0.5), strict=True)},
            start_lag(inputs.workloads[3]): 2,
        }
    )
    sim = simulate(replace(inputs, programme=two), columns([scenario]))
    by_item = programme_by_item(sim.world, sim.courses, custom_share(sim.world, sim.courses))[:, :, PLAN, 0]
    assert by_item[:, 0].tolist() == [0.0] * 2 + [2e8] * 4 + [0.0] * 18
    assert by_item[:, 1].tolist() == [0.0] * 4 + [1e8] * 4 + [0.0] * 16
    assert sim.flows.programme_usd[:, PLAN, 0].tolist() == by_item.sum(axis=1).tolist()


def test_without_items_the_programme_costs_nothing(inputs: Inputs) -> None:
    of_item = {column: getattr(inputs.programme, column)[:0] for column in vars(inputs.programme)}
    sim = simulate(replace(inputs, programme=replace(inputs.programme, **of_item)), columns([INPUTS.base]))
    assert (sim.flows.programme_usd == 0.0).all()
    assert programme_by_item(sim.world, sim.courses, custom_share(sim.world, sim.courses)).shape[1] == 0


@given(scenarios())
def test_the_items_of_the_programme_add_up_to_what_it_costs_each_within_its_plan(scenario: Scenario) -> None:
    sim = simulate(bundled(), columns([scenario]))
    by_item = programme_by_item(sim.world, sim.courses, custom_share(sim.world, sim.courses))
    assert by_item.sum(axis=1) == pytest.approx(sim.flows.programme_usd, rel=1e-12, abs=1e-3)
    items, levers = sim.world.inputs.programme, sim.world.levers
    a_quarter = items.usd_total / (items.last - items.first + 1) * levers["programme_cost"]
    spent = by_item[..., 0].transpose(0, 2, 1)  # (quarter, course, item)
    assert ((spent == 0.0) | np.isclose(spent, a_quarter, rtol=1e-12)).all()
    latest = sim.courses.start[:, PLAN].max()  # of the workloads, whose starts lag each by its own
    late = np.ceil(levers["custom_delay_quarters"] * items.future_chip + latest * items.expansion)
    last = items.last + np.maximum(late, 0.0)
    after = np.arange(sim.world.quarters)[:, None] > last  # (quarter, item)
    assert (by_item[..., 0].max(axis=2)[after] == 0.0).all()
