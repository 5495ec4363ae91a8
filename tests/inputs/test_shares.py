"""Shares of a workload as they are set: starts by quarter, and merchants' shares that never add up to more than 1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.inputs import shares
from core.inputs.data import LEAD
from core.inputs.lever_table import bought_share
from core.inputs.scenario import Scenario, ScenarioError
from tests.support.frozen import BASE, EXAMPLE, INPUTS

WORKLOAD = EXAMPLE.workloads[0]
FIRST, SECOND = SPLIT = shares.splits(EXAMPLE)[WORKLOAD]


def asked(first: float, second: float) -> Scenario:
    return EXAMPLE.scenario({FIRST: first, SECOND: second})


def test_a_split_has_a_lever_for_each_merchant_but_the_lead() -> None:
    assert tuple(bought_share(one, WORKLOAD) for one in EXAMPLE.suppliers[LEAD + 1 :]) == (FIRST, SECOND)
    assert set(shares.splits(EXAMPLE)) == set(EXAMPLE.workloads)


def test_the_lead_has_what_the_others_leave() -> None:
    assert shares.lead_share(asked(0.3, 0.1), SPLIT) == 0.6
    assert shares.lead_share(asked(0.7, 0.3), SPLIT) == 0
    assert shares.lead_share(asked(0.7, 0.4), SPLIT) == 0
    assert shares.is_over(asked(0.7, 0.4), SPLIT) and not shares.is_over(asked(0.7, 0.3), SPLIT)


def test_others_give_way_in_proportion_and_only_where_there_is_too_little() -> None:
    """Of 0.4 and 0.2 the first is set to 0.7: the second is left. It is set to 0.9: the second has 0.1."""
    roomy = shares.with_setting(EXAMPLE, asked(0.4, 0.2), FIRST, 0.7)
    assert (roomy[FIRST], roomy[SECOND]) == (0.7, 0.2)
    tight = shares.with_setting(EXAMPLE, asked(0.4, 0.2), FIRST, 0.9)
    assert (tight[FIRST], tight[SECOND]) == (0.9, 0.1)


@given(some.floats(0, 1), some.floats(0, 1), some.floats(0, 1))
def test_what_is_set_stays_as_set_and_all_add_up_to_one(first: float, second: float, wanted: float) -> None:
    moved = shares.with_setting(EXAMPLE, asked(first, second), FIRST, wanted)
    assert moved[FIRST] == wanted
    assert float(moved[SECOND]) <= second
    assert float(moved[FIRST]) + float(moved[SECOND]) <= max(1 + 1e-12, wanted)


def test_any_other_lever_is_set_as_it_is() -> None:
    assert shares.with_setting(INPUTS, BASE, "pue", 1.3) == BASE.replace(pue=1.3)
    with pytest.raises(ScenarioError):
        shares.with_setting(INPUTS, BASE, "pue", 99)


def test_one_merchant_beside_the_lead_has_whatever_is_set() -> None:
    name = shares.splits(INPUTS)[INPUTS.workloads[0]][0]
    assert shares.with_setting(INPUTS, BASE, name, 1.0).changes == {name: 1.0}


def test_a_workload_starts_with_the_others_or_up_to_six_years_later() -> None:
    scenario = INPUTS.scenario({"adoption_start": "2028-Q3"})
    starts = shares.starts(INPUTS, scenario, INPUTS.workloads[0])
    assert (starts[0], starts[1], starts[24]) == ("2028-Q3", "2028-Q4", "2034-Q3")
    assert list(starts) == list(range(25))
