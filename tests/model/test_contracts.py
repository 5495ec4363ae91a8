"""What is promised to suppliers, by hand: what falls short, and what earns the warrant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.inputs.data import AMD, Inputs
from core.inputs.scenario import columns
from core.model.contracts import shortfall, warrant_gw
from core.model.model import PLAN, simulate
from tests.support.frozen import INPUTS
from tests.support.strategies import Changes


def test_a_contract_left_unfulfilled_is_charged_its_share_of_each_years_amount(inputs: Inputs) -> None:
    none: Changes = {f"amd_share_{workload}": 0.0 for workload in inputs.workloads}
    sim = simulate(inputs, columns([INPUTS.scenario({**none, "ramp_years": 0.0, "shortfall_penalty": 0.5})]))
    amd = inputs.contracts.id.index("amd_6gw")
    assert sim.flows.short[:, amd, PLAN, 0] == pytest.approx([1.0, 1.2, 1.2, 1.3, 1.3, 0.0], rel=1e-12)
    others = [k for k in range(len(inputs.contracts.id)) if k != amd]
    rest = (sim.flows.short[:, others, PLAN, 0] * inputs.contracts.usd_per_gw[others, :6].T).sum(axis=1)
    charged = sim.flows.shortfall_usd[:, PLAN, 0].reshape(6, 4)
    assert (charged[:, :3] == 0.0).all()
    assert charged[:, 3] == pytest.approx(0.5 * (rest + 13.3e9 * np.array([1.0, 1.2, 1.2, 1.3, 1.3, 0.0])), rel=1e-12)


def test_what_falls_short_is_charged_once_and_later_purchases_do_not_bring_it_back(inputs: Inputs) -> None:
    """1 GW is due in each of three years; 0.25, 2.75 and none are bought: 0.75 is charged, and never again."""
    lone = replace(
        inputs.contracts,
        id=("one",),
        active=np.ones((1, 3), dtype=np.bool_),
        amount=np.ones((1, 3)),
        usd_per_gw=np.ones((1, 3)),
    )
    bought = np.zeros((12, 1, 1, 1))
    bought[[1, 4], 0, 0, 0] = 0.25, 2.75
    assert shortfall(lone, bought)[:, 0, 0, 0].tolist() == [0.75, 0.0, 0.0]
    assert shortfall(lone, bought[:4])[:, 0, 0, 0].tolist() == [0.75]


def test_the_warrant_ends_at_six_gigawatts_and_counts_amd_alone(inputs: Inputs) -> None:
    deals = inputs.contracts
    counted = np.ones((8, len(deals.id), 1, 1))
    of_amd = int((deals.in_gw & (deals.supplier == AMD)).sum())
    assert of_amd == 1
    assert warrant_gw(deals, counted)[:, 0, 0].tolist() == [1.0] * 6 + [0.0] * 2
