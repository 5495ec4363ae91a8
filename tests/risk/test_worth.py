"""Mixes are worth in their common futures what each is worth when it is sampled alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.inputs.lever_table import adoption, bought_share, start_lag
from core.inputs.scenario import Scenario
from core.model.evaluate import by_year
from core.model.model import PLAN, simulate
from core.risk.futures import drawn_levers, sample
from core.risk.run import Cancelled, RiskError
from core.risk.worth import bad_tenth, worth
from tests.support.frozen import EXAMPLE, INPUTS

DRAWS = 1024
BASE = Scenario.of(INPUTS.levers)
FIRST = INPUTS.workloads[0]
OTHER = INPUTS.suppliers[2]
VALUE_USD = 1e-6
"""What the order of sums may move a value of billions by."""


@pytest.mark.parametrize("baseline", ["hold", "exit"])
def test_the_scenario_as_a_mix_has_the_value_of_its_futures(baseline: str) -> None:
    scenario = BASE.replace(baseline=baseline)
    found = worth(INPUTS, scenario, [scenario], DRAWS)
    assert found.value_usd[0] == pytest.approx(sample(INPUTS, scenario, DRAWS).value_usd, rel=1e-9, abs=VALUE_USD)


@pytest.mark.parametrize(
    "changes",
    [
        {adoption(FIRST): 0.2},
        {bought_share(OTHER, FIRST): 0.8},
        {"adoption_start": "2028-Q3", start_lag(FIRST): 3},
        {"custom_premium_max": 0.0},
        {"ramp_years": 0.0, bought_share(OTHER, FIRST): 1.0},
    ],
)
def test_a_mix_costs_what_it_costs_in_a_world_of_its_own(changes: dict[str, float | str | int]) -> None:
    mix, plain = BASE.replace(**changes), BASE.replace(**{adoption(FIRST): 0.9})
    levers = drawn_levers(INPUTS, BASE, DRAWS)
    few = {name: column[:8] for name, column in levers.items()}
    own = few | {name: np.full(8, mix.number(name)) for name in changes}
    alone, reference = simulate(INPUTS, own), simulate(INPUTS, few)
    found = worth(INPUTS, BASE, [plain, mix], DRAWS)  # not alone: so each has its own arrays
    value = reference.flows.pv_cost_usd[1] - alone.flows.pv_cost_usd[PLAN]
    assert found.value_usd[1, :8] == pytest.approx(value, rel=1e-9, abs=VALUE_USD)
    flows = alone.flows
    spent = by_year(flows.capex_usd.sum(axis=1) - flows.warrant_usd + flows.capex_facility_usd)[:, PLAN]
    assert found.capex_usd[1, :, :8] == pytest.approx(spent)


def test_another_company_has_its_mixes() -> None:
    base = Scenario.of(EXAMPLE.levers)
    choice = bought_share(EXAMPLE.suppliers[2], EXAMPLE.workloads[0])
    found = worth(EXAMPLE, base, [base, base.replace(**{choice: 1.0})], DRAWS)
    assert found.value_usd[0] == pytest.approx(sample(EXAMPLE, base, DRAWS).value_usd, rel=1e-9, abs=VALUE_USD)


def test_the_bad_tenth_is_the_mean_of_the_lowest() -> None:
    value = np.array([[5.0, -3.0, *[9.0] * 9]])
    assert bad_tenth(value)[0] == pytest.approx(1.0), "two of eleven: ceil(11 / 10)"
    found = worth(INPUTS, BASE, [BASE], DRAWS)
    lowest = np.sort(found.value_usd[0])[: math.ceil(DRAWS / 10)]
    assert found.bad_tenth_usd[0] == pytest.approx(lowest.mean())
    assert found.expected_usd[0] == pytest.approx(found.value_usd[0].mean())


def test_a_mix_that_changes_a_belief_is_refused_with_what_may_differ() -> None:
    with pytest.raises(
        RiskError, match=r"mix 2: merchant_price is 0\.8 and not 1\.0; a mix may differ in choices alone"
    ):
        worth(INPUTS, BASE, [BASE, BASE.replace(merchant_price=0.8)], DRAWS)
    with pytest.raises(RiskError, match="give at least one"):
        worth(INPUTS, BASE, [], DRAWS)


def test_who_no_longer_waits_ends_it() -> None:
    told: list[float] = []
    with pytest.raises(Cancelled):
        worth(INPUTS, BASE, [BASE] * 20, DRAWS, progress=told.append, cancelled=lambda: len(told) > 0)
    assert told == [0.0]
