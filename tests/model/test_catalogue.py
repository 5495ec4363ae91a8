"""Every chip of a supplier, on offer or not: it holds the chips that are offered, at what their work costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from core.inputs.data import CUSTOM, LEAD, Inputs
from core.inputs.scenario import Scenario, columns
from core.model.catalogue import Catalogue, catalogue
from core.model.offers import NO_CHIP
from core.model.world import World, build
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.playing import any_changes
from tests.support.strategies import SETS, Changes

Floats = NDArray[np.float64]


def parts(listed: Catalogue) -> Floats:
    """What an hour costs by part; (part, quarter, chip, world)."""
    hour = listed.parts
    return np.stack([hour.chip_usd, hour.building_usd, hour.electricity_usd, hour.upkeep_usd])


def world(scenario: Scenario = BASE, inputs: Inputs = INPUTS) -> World:
    return build(inputs, columns([scenario]))


def world_of(name: str, drawn: Changes) -> World:
    return world(SETS[name].scenario(drawn), SETS[name])


@examples(40)
@given(any_changes())
def test_the_parts_of_an_hour_add_up_to_it_and_none_is_negative(drawn: tuple[str, Changes]) -> None:
    one = world_of(*drawn)
    for supplier in range(len(one.inputs.suppliers)):
        listed = catalogue(one, supplier)
        assert parts(listed).sum(axis=0) == pytest.approx(listed.hour_usd, rel=1e-12)
        assert (parts(listed) >= -1e-12 * listed.hour_usd).all()
        assert (listed.capital_usd >= listed.parts.chip_usd).all()


@examples(40)
@given(any_changes())
def test_each_suppliers_offer_is_the_cheapest_of_its_chips_that_are_on_offer(drawn: tuple[str, Changes]) -> None:
    one = world_of(*drawn)
    for supplier in range(len(one.inputs.suppliers)):
        listed = catalogue(one, supplier)
        with np.errstate(divide="ignore"):
            kappa = listed.hour_usd[:, :, None] / listed.h100e  # (quarter, chip, workload, world)
        kappa[~np.broadcast_to(listed.on_offer[:, :, None], kappa.shape)] = np.inf
        assert kappa.min(axis=1) == pytest.approx(one.kappa[:, supplier], rel=1e-12)
        offered = one.chip[:, supplier]
        assert np.isin(offered[offered != NO_CHIP], listed.chip).all()
        assert ((offered == NO_CHIP) == np.isinf(one.kappa[:, supplier])).all()


def test_each_part_answers_to_its_own_price_alone() -> None:
    """Chip and system, building, electricity and upkeep, in this order."""
    for change, moved in (
        ({"spares": 0.1}, [True, False, False, False]),
        ({"facility_usd_per_kw": 20_000.0}, [False, True, False, False]),
        ({"power_price": 2.0}, [False, False, True, False]),
        ({"facility_opex_usd_per_kw_year": 300.0}, [False, False, False, True]),
        ({"maintenance_rate": 0.05}, [False, False, False, True]),
    ):
        for supplier in (CUSTOM, LEAD):
            before, after = (parts(catalogue(world(one), supplier)) for one in (BASE, BASE.replace(**change)))
            changed = [not np.allclose(a, b, rtol=1e-9, atol=0.0) for a, b in zip(before, after, strict=True)]
            assert changed == moved, change
