"""An answer: a scenario worked out, alone or beside another."""

from __future__ import annotations

import numpy as np
import pytest

from core.inputs.lever_table import adoption, start_lag
from core.story.answer import Answer
from tests.support.frozen import BASE, INPUTS

FIRST = INPUTS.workloads[0]


@pytest.mark.parametrize(
    ("moved", "takes_the_world"),
    [
        ({adoption(FIRST): 0.11}, True),
        ({start_lag(FIRST): 3}, True),
        ({"pue": 1.3}, False),
        ({"ramp_years": 3.0}, False),
    ],
)
def test_a_move_of_adoption_takes_the_world_of_the_answer_before_and_comes_to_the_same(
    moved: dict[str, float], takes_the_world: bool
) -> None:
    before, scenario = Answer.of(INPUTS, BASE), BASE.replace(**moved)
    beside, alone = Answer.of(INPUTS, scenario, before), Answer.of(INPUTS, scenario)
    assert (beside.sim.world.kappa is before.sim.world.kappa) is takes_the_world
    found, wanted = ({**one.result.series, **one.result.metrics} for one in (beside, alone))
    for name, figures in wanted.items():
        np.testing.assert_array_equal(found[name], figures, err_msg=name)
    np.testing.assert_array_equal(beside.sweep.value_usd, alone.sweep.value_usd)
