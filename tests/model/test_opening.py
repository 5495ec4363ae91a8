"""The fleet that stands when the model begins, by hand."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from core.inputs.data import CUSTOM, LEAD, Inputs
from core.model.opening import SHORTEST_LIFE, opening_tables
from tests.support.largest import at_bounds

GENAI_TRAINING = 3


def chip(inputs: Inputs, chip_id: str) -> int:
    return inputs.chips.id.index(chip_id)


def test_the_opening_fleet_works_to_the_end_of_its_life_and_is_written_off_when_it_stops(inputs: Inputs) -> None:
    """One lot of 1,000 GB300 bought in 2025-Q3 (six quarters before 2027) for 50,000 USD each."""
    gb300 = chip(inputs, "gb300")
    fleet = replace(
        inputs.opening,
        chip=np.array([gb300]),
        workload=np.array([GENAI_TRAINING]),
        vintage=np.array([-6]),
        chips=np.array([1000.0]),
        unit_cost_usd=np.array([50_000.0]),
    )
    tables = opening_tables(replace(inputs, opening=fleet))
    life = 16 - SHORTEST_LIFE  # stops in quarter 10
    assert tables.h100e[life, :, LEAD, GENAI_TRAINING].tolist() == [4000.0] * 10 + [0.0] * 27
    assert tables.mw[life, :10, LEAD] == pytest.approx(2.12)
    assert tables.cost_usd[life, 9:11, LEAD].tolist() == [50e6, 0.0]
    # at the horizon t its age is t + 6 of 16 quarters; it counts if it worked in t - 1
    assert tables.unused_usd[life, 8, LEAD] == pytest.approx(50e6 * 2 / 16)
    assert tables.unused_usd[life, [10, 11], LEAD].tolist() == [0.0, 0.0]
    # book value 50e6 * 16/22, over 20 - 6 = 14 quarters, 10 of them charged
    book = 20 - SHORTEST_LIFE
    assert tables.depreciation_usd[life, book, :10, LEAD] == pytest.approx(50e6 * 16 / 22 / 14)
    assert (tables.depreciation_usd[life, book, 10:, LEAD] == 0.0).all()
    assert tables.write_off_usd[life, book, 10, LEAD] == pytest.approx(50e6 * 16 / 22 * 4 / 14)
    assert tables.write_off_usd[life, book].sum() == pytest.approx(50e6 * 16 / 22 * 4 / 14)


def test_an_opening_lot_past_its_life_stops_at_once_and_its_book_value_goes_in_the_first_quarter(
    inputs: Inputs,
) -> None:
    fleet = replace(
        inputs.opening,
        chip=np.array([chip(inputs, "h100")]),
        workload=np.array([GENAI_TRAINING]),
        vintage=np.array([-13]),
        chips=np.array([10.0]),
        unit_cost_usd=np.array([22_000.0]),
    )
    tables = opening_tables(replace(inputs, opening=fleet))
    life = 12 - SHORTEST_LIFE
    assert (tables.h100e[life] == 0.0).all() and (tables.mw[life] == 0.0).all()
    assert (tables.depreciation_usd[life] == 0.0).all()
    assert tables.write_off_usd[life, :, 0, LEAD] == pytest.approx(10 * 22_000 * 9 / 22)


def test_lots_of_one_vintage_count_each_for_its_own_supplier_and_workload(inputs: Inputs) -> None:
    """GB300 for ranking training and for generative training and MTIA 300 for the former, all bought at once."""
    gb300, mtia_300 = chip(inputs, "gb300"), chip(inputs, "mtia_300")
    fleet = replace(
        inputs.opening,
        chip=np.array([gb300, gb300, mtia_300, gb300]),
        workload=np.array([GENAI_TRAINING, 1, 1, 1]),
        vintage=np.array([-2, -2, -2, -3]),
        chips=np.array([100.0, 10.0, 1000.0, 1.0]),
        unit_cost_usd=np.array([50_000.0, 40_000.0, 20_000.0, 30_000.0]),
    )
    tables = opening_tables(replace(inputs, opening=fleet))
    life = 12 - SHORTEST_LIFE  # two quarters old: ten are left; three old: nine
    gb300_work = 1.8  # of one, at ranking training
    assert tables.h100e[life, :10, LEAD, GENAI_TRAINING].tolist() == [400.0] * 10
    assert tables.h100e[life, :11, LEAD, 1] == pytest.approx([11 * gb300_work] * 9 + [10 * gb300_work, 0.0], rel=1e-14)
    assert tables.h100e[life, :11, CUSTOM, 1] == pytest.approx([1400.0] * 10 + [0.0], rel=1e-14)
    assert tables.mw[life, [0, 9], LEAD] == pytest.approx([111 * 2.12e-3, 110 * 2.12e-3], rel=1e-14)
    assert tables.cost_usd[life, [0, 9], CUSTOM].tolist() == [20e6, 20e6]
    assert tables.cost_usd[life, [0, 9], LEAD].tolist() == [5.43e6, 5.4e6]


def test_two_thousand_lots_take_little_memory() -> None:
    """Lives on two axes, quarters and lots together would be hundreds of MiB."""
    inputs = at_bounds()
    tracemalloc.start()
    opening_tables.__wrapped__(inputs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 2**20
