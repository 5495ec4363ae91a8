"""What is left when the horizon ends, by hand, on both bases: the work that chips still do, and what they cost.

One workload, eight quarters. An hour of its work costs 1 USD if bought; a unit of it takes 10,000 USD of chips and a
kW. Upkeep is 1e-5 USD an hour for a dollar, a kW costs 0.05 for electricity and 0.01 for the upkeep of the building, so
that running a unit costs 0.10 + 0.06 USD an hour.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.inputs.data import CUSTOM, LEAD, Inputs
from core.inputs.lever import Value
from core.inputs.scenario import columns
from core.model.fleet import Fleet
from core.model.model import simulate
from core.model.money import Capital, residual_value
from core.model.residual import chips_in_use_usd, chips_on_sale_usd
from core.model.world import World, build
from tests.support.frozen import INPUTS
from tests.support.strategies import NO_OPENING_FLEET

QUARTERS, HOURS = 8, 2191.5
OTHER = LEAD + 1
BARE = NO_OPENING_FLEET.inputs(INPUTS)
LEVERS: dict[str, Value] = {
    "horizon_year": 2028, "discount_rate": 0.0, "maintenance_rate": 0.08766, "pue": 1.0, "load_factor": 1.0,
    "facility_opex_usd_per_kw_year": 87.66, "service_life_custom_years": 3.0, "service_life_merchant_years": 3.0,
    "work_price_decline": 0.0,
}  # fmt: skip
MARGIN = 1.0 - 0.16


def worlds(*settings: dict[str, Value], inputs: Inputs = BARE, usd_per_h100e: float = 10_000.0) -> World:
    """The worlds of LEVERS with each of `settings`, at the prices above."""
    world = build(inputs, columns([inputs.scenario({**LEVERS, **one}) for one in settings]))
    like = np.ones_like(world.kappa)
    return replace(
        world,
        usd_per_h100e=usd_per_h100e * like,
        mw_per_h100e=0.001 * like,
        work_price_usd=np.ones_like(world.work_price_usd),
        energy_usd_per_mwh=np.full_like(world.energy_usd_per_mwh, 50.0),
        facility_usd_per_mw=np.zeros_like(world.facility_usd_per_mw),
        required_h100e=np.full_like(world.required_h100e, 100.0),
        capacity_mw=np.full_like(world.capacity_mw, 1e9),
    )


def fleet(world: World, *lots: tuple[int, int, float], installed: float | None = None, mw_it: float = 10.0) -> Fleet:
    """Lots of the first workload as quarter, supplier and H100e; one course. `installed`: at the end, if not these."""
    shape = (world.quarters, len(world.inputs.suppliers), len(world.inputs.workloads), 1, world.life_custom.size)
    bought = np.zeros(shape)
    for quarter, supplier, h100e in lots:
        bought[quarter, supplier, 0] += h100e
    stands = np.zeros((shape[0], *shape[2:]))
    stands[-1, 0] = sum(h100e for *_, h100e in lots) if installed is None else installed
    none = np.zeros((shape[0], *shape[3:]))
    return Fleet(
        bought_h100e=bought,
        installed_h100e=stands,
        held_back_h100e=np.zeros_like(stands),
        gap_h100e=np.zeros_like(stands),
        mw_it=none + mw_it,
        scaled=none > 0,
        rationed=none > 0,
    )


def in_use(world: World, *lots: tuple[int, int, float], **stands: float) -> list[float]:
    """What lots are worth by world, a unit of their work an hour: USD over the hours of a quarter."""
    found: NDArray[np.float64] = chips_in_use_usd(world, fleet(world, *lots, **stands))[0] / HOURS
    return found.tolist()


# --- In use

FIRST = (0, LEAD, 100.0)
"""Bought in the first quarter for twelve: four are left at the end of eight."""


def test_work_that_chips_still_do_is_worth_what_bought_work_costs_less_what_they_cost_to_run() -> None:
    assert in_use(worlds({}), FIRST) == pytest.approx([100 * 4 * MARGIN], rel=1e-13)


def test_a_price_of_work_that_falls_is_worth_less_quarter_by_quarter() -> None:
    """Down 59.04 % a year is 0.8 a quarter: 1, 0.8, 0.64 and 0.512, less 0.16 each."""
    world = worlds({"work_price_decline": 0.5904})
    assert in_use(world, FIRST) == pytest.approx([100 * (2.952 - 4 * 0.16)], rel=1e-13)


def test_what_is_earned_later_is_discounted_from_the_middle_of_its_quarter() -> None:
    world = worlds({"work_price_decline": 0.5904, "discount_rate": 0.25})
    expected = sum(100 * (0.8**j - 0.16) * 1.25 ** (-(j + 0.5) / 4) for j in range(4))
    assert in_use(world, FIRST) == pytest.approx([expected], rel=1e-13)


@pytest.mark.parametrize(
    ("usd_per_h100e", "margins"),
    [
        (64_000.0, 0.3 + 0.1),  # 0.70 an hour: above 0.64, the third quarter's price
        (94_000.0, 0.0),  # 1.00 an hour: as much as the first
        (150_000.0, 0.0),
        (0.0, 2.952 - 4 * 0.06),
    ],
)
def test_a_chip_is_run_while_its_work_is_worth_more_than_that_costs(usd_per_h100e: float, margins: float) -> None:
    world = worlds({"work_price_decline": 0.5904}, usd_per_h100e=usd_per_h100e)
    assert in_use(world, FIRST) == pytest.approx([100 * margins], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("decline", [5e-324, 1e-309, 1e-300, 1e-17])
def test_next_to_no_decline_is_none(decline: float) -> None:
    assert in_use(worlds({"work_price_decline": decline}), FIRST) == pytest.approx([100 * 4 * MARGIN], rel=1e-13)


def test_each_world_has_its_own_lives_and_decline() -> None:
    """Twelve quarters and sixteen for bought chips: four and eight are left; in a third world nothing is."""
    declining: dict[str, Value] = {"service_life_merchant_years": 4.0, "work_price_decline": 0.5904}
    world = worlds({}, declining, {"work_price_decline": 0.3})
    left = [100 * 4 * MARGIN, 100 * sum(max(0.0, 0.8**j - 0.16) for j in range(8))]
    slow = 100 * sum(0.7 ** (j / 4) - 0.16 for j in range(4))
    assert in_use(world, FIRST) == pytest.approx([*left, slow], rel=1e-12)


def test_whoever_made_it_work_is_worth_the_same_for_as_long_as_it_is_done() -> None:
    world = worlds({"service_life_custom_years": 3.5})
    apart = [in_use(world, (quarter, supplier, 50.0))[0] for quarter, supplier in ((1, LEAD), (1, OTHER), (1, CUSTOM))]
    assert apart == pytest.approx([50 * 5 * MARGIN, 50 * 5 * MARGIN, 50 * 7 * MARGIN], rel=1e-13)
    together = in_use(world, (1, LEAD, 50.0), (1, CUSTOM, 50.0))
    assert together == pytest.approx([apart[0] + apart[2]], rel=1e-13)


def test_a_lot_that_has_stopped_or_stops_now_is_worth_nothing() -> None:
    """With lives of three years a lot would have to be four quarters older; so the horizon is two years further."""
    world = worlds({"horizon_year": 2030})
    lots = [(quarter, LEAD, 100.0) for quarter in (0, 3, 4)]
    assert [in_use(world, lot)[0] for lot in lots] == [0.0, 0.0, 0.0]
    assert in_use(world, (5, LEAD, 100.0)) == pytest.approx([100 * 1 * MARGIN], rel=1e-13)


@pytest.mark.parametrize(
    ("capacity_mw", "required", "counts"),
    [
        (10.0, 100.0, 1.0),
        (4.0, 100.0, 0.4),  # two fifths are powered, all of which is needed
        (10.0, 25.0, 0.25),  # all is powered, a quarter is needed
        (5.0, 25.0, 0.25),  # half is powered, half of which is needed
        (2.0, 25.0, 0.2),  # less is powered than is needed
        (10.0, 1000.0, 1.0),
    ],
)
def test_only_what_is_powered_and_needed_counts(capacity_mw: float, required: float, counts: float) -> None:
    """100 H100e draw 10 MW."""
    world = worlds({})
    world = replace(
        world,
        capacity_mw=np.full_like(world.capacity_mw, capacity_mw),
        required_h100e=np.full_like(world.required_h100e, required),
    )
    assert in_use(world, FIRST) == pytest.approx([counts * 100 * 4 * MARGIN], rel=1e-13)


def test_a_fleet_that_is_not_there_is_worth_nothing() -> None:
    assert in_use(worlds({}), mw_it=0.0) == [0.0]


def opened(vintage: int) -> Inputs:
    """An opening fleet of 25 GB300, of 4 H100e each at generative training, bought for 40,000 USD each."""
    lots = replace(
        INPUTS.opening,
        chip=np.array([INPUTS.chips.id.index("gb300")]),
        workload=np.array([3]),
        vintage=np.array([vintage]),
        chips=np.array([25.0]),
        unit_cost_usd=np.array([40_000.0]),
    )
    return replace(INPUTS, opening=lots)


@pytest.mark.parametrize(("vintage", "left"), [(-1, 3), (-3, 1), (-4, 0), (-9, 0)])
def test_opening_lots_are_worth_the_work_that_they_still_do(vintage: int, left: int) -> None:
    """10,000 USD a unit as above, but 2.12 kW for four: running costs 0.10 + 0.53 * 0.06 USD an hour."""
    world = worlds({}, inputs=opened(vintage))
    stands = np.zeros_like(fleet(world).installed_h100e)
    stands[-1, 3] = 100.0
    found = chips_in_use_usd(world, replace(fleet(world), installed_h100e=stands))
    assert found[0] / HOURS == pytest.approx([100 * left * (1 - 0.1 - 0.53 * 0.06)], rel=1e-13, abs=1e-12)


# --- For sale


def test_chips_for_sale_fetch_a_share_of_the_cost_of_the_life_that_is_left() -> None:
    """1,200 USD of custom chips 3 quarters ago and 2,400 of bought ones 6 ago, for 12; the custom ones fetch less."""
    world = worlds({"terminal_recovery_custom": 0.3, "terminal_recovery_merchant": 0.5})
    spent = np.zeros((QUARTERS, 3, 1, 1))
    spent[5, CUSTOM], spent[2, OTHER] = 1200.0, 2400.0
    assert chips_on_sale_usd(world, spent)[0, 0] == pytest.approx(0.3 * 1200 * 9 / 12 + 0.5 * 2400 * 6 / 12, rel=1e-13)


@pytest.mark.parametrize(("vintage", "left"), [(-1, 3), (-3, 1), (-4, 0), (-9, 0)])
def test_opening_lots_for_sale_fetch_a_share_of_what_was_paid(vintage: int, left: int) -> None:
    world = worlds({"terminal_recovery_merchant": 0.5}, inputs=opened(vintage))
    nothing = np.zeros((QUARTERS, 3, 1, 1))
    assert chips_on_sale_usd(world, nothing)[0, 0] == pytest.approx(0.5 * 25 * 40_000 * left / 12, rel=1e-13)


# --- With facilities and tax


@pytest.mark.parametrize("basis", ["use", "sale"])
def test_tax_is_due_on_what_exceeds_the_facility_cost_not_yet_deducted(basis: str) -> None:
    """1 M USD of facilities in the first quarter, for 40: 32 are left, of 156 for tax 148; a fifth of it was bonus."""
    world = worlds(
        {
            "terminal_basis": basis, "discount_rate": 0.21, "tax_rate": 0.25, "facility_life_years": 10.0,
            "bonus_share_facility": 0.2, "terminal_recovery_facility": 0.9, "terminal_recovery_merchant": 0.5,
        }
    )  # fmt: skip
    chips, buildings = np.zeros((QUARTERS, 3, 1, 1)), np.zeros((QUARTERS, 1, 1))
    chips[0, LEAD], buildings[0] = 1e6, 1e6
    found = residual_value(world, fleet(world, FIRST), Capital(chips, buildings))
    work = HOURS * 100 * sum(MARGIN * 1.21 ** (-(j + 0.5) / 4) for j in range(4))
    value = (work if basis == "use" else 0.5 * 1e6 * 4 / 12) + 0.9 * 1e6 * 32 / 40
    undeducted = 0.8 * 1e6 * 148 / 156
    assert found.pretax_usd[0, 0] == pytest.approx(value / 1.21**2, rel=1e-12)
    assert found.after_tax_usd[0, 0] == pytest.approx((value - 0.25 * (value - undeducted)) / 1.21**2, rel=1e-12)


def test_worlds_on_either_basis_may_stand_in_one_batch() -> None:
    bases = [INPUTS.scenario({"terminal_basis": basis}) for basis in ("use", "sale", "use")]
    together = simulate(INPUTS, columns(bases)).flows.pv_terminal_usd.T
    alone = [simulate(INPUTS, columns([one])).flows.pv_terminal_usd[:, 0] for one in bases]
    assert together == pytest.approx(np.array(alone), rel=1e-12)
    assert abs(alone[0] - alone[1]).min() > 1e9
