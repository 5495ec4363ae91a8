"""Delays can leave a quarter in which no merchant has an offer: nothing is bought then, and work is rented instead."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.inputs.data import LEAD, Inputs, read
from core.inputs.scenario import columns
from core.model.model import PLAN, Simulation, simulate
from core.model.report import report
from core.model.units import HOURS_PER_QUARTER
from tests.support import datasets
from tests.support.frozen import FROZEN, INPUTS

LATE = {"merchant_delay_quarters": 8, "horizon_year": INPUTS.calendar.first_year + 3}
GAP = 8


@pytest.fixture(scope="module")
def sparse() -> Inputs:
    """Bought chips in volume are no longer made; the first of those to come is there from the first quarter on."""
    tables = datasets.tables_of(FROZEN)
    own = {row["supplier_id"] for row in tables["suppliers"] if row["class"] == "custom"}
    last, first = INPUTS.calendar.label(-1), INPUTS.calendar.label(0)
    chips = []
    for row in tables["chips"]:
        in_volume = row["supplier_id"] not in own and row["status"] == "in_volume"
        chips.append({**row, "last_order": last} if in_volume and str(row["available_from"]) <= last else row)
    coming = next(row for row in chips if row["supplier_id"] not in own and row["status"] != "in_volume")
    chips[chips.index(coming)] = {**coming, "available_from": first}
    return read(datasets.files({**tables, "chips": chips}))


@pytest.fixture(scope="module")
def late(sparse: Inputs) -> Simulation:
    return simulate(sparse, columns([sparse.scenario(LATE)]))


def test_nothing_is_bought_from_merchants_that_have_no_offer(late: Simulation) -> None:
    bought = late.fleet.bought_h100e[:, LEAD:, :, PLAN, 0].sum(axis=1)  # (quarter, workload)
    assert (bought[:GAP] == 0.0).all()
    assert (bought[GAP:].sum(axis=0) > 0.0).all()
    assert (late.world.bought_share[:GAP] == 0.0).all()
    assert np.allclose(late.world.bought_share[GAP:].sum(axis=1), 1.0)


def test_what_is_installed_is_what_was_bought_and_no_more(late: Simulation) -> None:
    fleet = late.fleet
    assert np.allclose(fleet.gap_h100e, fleet.bought_h100e.sum(axis=1), rtol=1e-12)
    fallen_short = fleet.installed_h100e[:GAP, :, PLAN] < late.world.required_h100e[:GAP] * (1.0 - 1e-6)
    assert fallen_short.any()


def test_the_work_that_is_missing_is_rented_at_what_the_first_bought_chip_costs(late: Simulation) -> None:
    price = late.world.work_price_usd[:, :, 0]
    assert np.isinf(late.world.bought_kappa[:GAP]).all()
    assert (price[:GAP] == late.world.bought_kappa[GAP, :, 0]).all()
    missing = late.flows.unserved_h100e[0, :, PLAN, 0]
    rent = (missing * price[0]).sum() * HOURS_PER_QUARTER * (1.0 + late.world.levers["rent_premium"][0])
    assert late.flows.shortage_usd[0, PLAN, 0] == pytest.approx(rent, rel=1e-12)
    assert rent > 0.0


def test_the_report_holds_figures_alone(sparse: Inputs) -> None:
    assert json.dumps(report(sparse, sparse.scenario(LATE)), allow_nan=False)
