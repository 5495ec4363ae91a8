"""What is promised to suppliers, by hand: what falls short, what earns a warrant, and how much of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.inputs.data import CUSTOM, LEAD, Contracts, Inputs
from core.inputs.lever_table import bought_share, warrant
from core.inputs.scenario import columns
from core.model.contracts import shortfall, warrant_gw
from core.model.model import PLAN, simulate
from tests.support.frozen import INPUTS
from tests.support.strategies import Changes

MOST_A_GW = 25.0
"""USD bn: as much as a warrant can be set to, and more than chips of a GW cost."""


def test_a_contract_left_unfulfilled_is_charged_its_share_of_each_years_amount(inputs: Inputs) -> None:
    none: Changes = {bought_share("amd", workload): 0.0 for workload in inputs.workloads}
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


# --- Warrants


def deals_of(inputs: Inputs, amounts_gw: list[float], suppliers: list[int], earns: list[bool]) -> Contracts:
    """Contracts in GW that ask for an amount in the first year; every chip of their supplier counts."""
    count, years = len(amounts_gw), inputs.contracts.amount.shape[1]
    active = np.zeros((count, years), dtype=np.bool_)
    active[:, 0] = True
    return Contracts(
        id=tuple(f"deal_{k}" for k in range(count)),
        name=tuple(f"Deal {k}" for k in range(count)),
        supplier=np.array(suppliers, dtype=np.int64),
        counts=np.equal.outer(np.array(suppliers, dtype=np.int64), inputs.chips.supplier),
        in_gw=np.ones(count, dtype=np.bool_),
        warrant=np.array(earns, dtype=np.bool_),
        active=active,
        amount=active * np.array(amounts_gw)[:, None],
        usd_per_gw=active * 1e10,
    )


def test_a_warrant_ends_at_what_its_own_agreement_asks_for_and_none_is_earned_without_one(inputs: Inputs) -> None:
    deals = deals_of(inputs, [6.0, 2.5, 4.0], [LEAD, CUSTOM, LEAD], [True, True, False])
    earned = warrant_gw(deals, np.ones((8, 3, 1, 1)))[..., 0, 0]
    assert earned[:, 0].tolist() == [1.0] * 6 + [0.0] * 2
    assert earned[:, 1].tolist() == [1.0, 1.0, 0.5] + [0.0] * 5
    assert (earned[:, 2] == 0.0).all()


def test_no_lot_earns_more_than_it_costs() -> None:
    """At $25 bn a GW each of AMD's chips earns its whole cost while the agreement lasts, and not a dollar more."""
    name = warrant("amd")
    bound, free = (simulate(INPUTS, columns([INPUTS.scenario({name: usd})])) for usd in (MOST_A_GW, 2.5))
    amd, deal = INPUTS.suppliers.index("amd"), INPUTS.contracts.id.index("amd_6gw")
    counted = bound.flows.counted[:, deal, PLAN, 0]
    earned = bound.flows.warrant_by_supplier_usd[:, amd, PLAN, 0]
    cost = bound.flows.capex_usd[:, amd, PLAN, 0]
    counts_alone = counted > 0.0
    assert counted.sum() < INPUTS.contracts.amount[deal].sum(), "all that counts earns"
    assert counts_alone.any()
    assert (earned <= cost * (1.0 + 1e-12)).all()
    assert (earned < counted * MOST_A_GW * 1e9)[counts_alone].any()
    assert free.flows.warrant_by_supplier_usd[:, amd, PLAN, 0] == pytest.approx(counted * 2.5e9, rel=1e-12)


def test_the_warrant_of_every_supplier_is_earned_by_its_own_chips(inputs: Inputs) -> None:
    """The custom supplier and the lead grant $2 bn and $1 bn a GW for 1 GW each: $3 bn in all once both are bought."""
    both = [inputs.suppliers[s] for s in (CUSTOM, LEAD)]
    deals = deals_of(inputs, [1.0, 1.0], [CUSTOM, LEAD], [True, True])
    levers = columns([INPUTS.base]) | {
        warrant(supplier): np.array([usd]) for supplier, usd in zip(both, (2.0, 1.0), strict=True)
    }
    flows = simulate(replace(inputs, contracts=deals), levers).flows
    by_supplier = flows.warrant_by_supplier_usd[:, :, PLAN, 0].sum(axis=0)
    assert by_supplier == pytest.approx([2e9, 1e9, 0.0], rel=1e-12)
    assert flows.warrant_usd[:, PLAN, 0].sum() == pytest.approx(3e9, rel=1e-12)


def test_without_an_agreement_nothing_falls_short_and_nothing_is_earned(inputs: Inputs) -> None:
    flows = simulate(replace(inputs, contracts=deals_of(inputs, [], [], [])), columns([INPUTS.base])).flows
    assert flows.short.shape[1] == 0
    assert (flows.shortfall_usd == 0.0).all()
    assert (flows.warrant_usd == 0.0).all()
