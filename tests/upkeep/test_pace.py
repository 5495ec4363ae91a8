"""How fast chips get better, by hand, and what it needs."""

from __future__ import annotations

import pytest

from core.upkeep.pace import RuleError, last_announced, pace, reference_chip
from core.upkeep.rewrite import Tables, rows_of
from tests.support.frozen import EXAMPLE, INPUTS


def frozen() -> Tables:
    return rows_of(INPUTS)


def test_without_a_chip_that_is_the_unit_of_all_work_there_is_no_pace() -> None:
    rows = frozen()
    rows["chip_throughput"] = [row for row in rows["chip_throughput"] if row["chip_id"] != "h100"]
    with pytest.raises(RuleError, match="no chip does 1 of every workload"):
        pace(rows, INPUTS.calendar)


def test_without_a_chip_a_year_after_the_unit_there_is_no_pace() -> None:
    rows = frozen()
    rows["chips"] = [row for row in rows["chips"] if row["chip_id"] in ("a100", "h100")]
    with pytest.raises(RuleError, match="no maker has announced a chip a year after the reference chip"):
        pace(rows, INPUTS.calendar)


def test_the_unit_and_the_last_announced_chips_are_found() -> None:
    assert reference_chip(frozen()) == "h100"
    found = last_announced(frozen(), INPUTS.calendar)
    assert found == {"nvidia": "vr200", "amd": "mi455x", "custom": "mtia_500"}


def test_the_pace_of_a_maker_by_hand() -> None:
    """VR200 of 2027-Q1 against H100 of 2022-Q4: 94,000 against 44,742 USD, 3.3 against 1.37 kW, in 4.25 years."""
    (lead,) = [maker for maker in pace(frozen(), INPUTS.calendar).makers if maker.supplier_id == "nvidia"]
    dearer = 94_000 / 44_742
    assert lead.years == 4.25
    assert lead.price == pytest.approx(dearer ** (1 / 4.25), rel=1e-12)
    assert lead.power == pytest.approx((3300 / 1370) ** (1 / 4.25), rel=1e-12)
    ranking = ((3.2 / dearer) * (3.0 / dearer)) ** (0.5 / 4.25) - 1
    generative = ((12 / dearer) * (9 / dearer)) ** (0.5 / 4.25) - 1
    assert lead.per_dollar == pytest.approx({"ranking": ranking, "genai": generative}, rel=1e-12)
    assert ranking == pytest.approx(0.0957, abs=5e-5)
    assert generative == pytest.approx(0.4567, abs=5e-5)


def test_what_is_used_is_the_mean_of_makers_and_the_range_its_ends() -> None:
    found = pace(frozen(), INPUTS.calendar)
    for family in ("ranking", "genai"):
        rates = [maker.per_dollar[family] for maker in found.makers]
        product = 1.0
        for rate in rates:
            product *= 1.0 + rate
        used = found.per_dollar[family]
        assert used.base == round(product ** (1 / len(rates)) - 1, 2)
        assert (used.low, used.high) == (min(rates), max(rates))
        slow, fast = used.trend
        assert (1 + used.base) * (1 + slow) == pytest.approx(1 + used.low, rel=1e-12)
        assert (1 + used.base) * (1 + fast) == pytest.approx(1 + used.high, rel=1e-12)
        assert slow < 0 < fast
        assert found.throughput(family) == found.price * (1 + used.base)


def test_another_company_has_a_pace_of_its_own() -> None:
    found = pace(rows_of(EXAMPLE), EXAMPLE.calendar)
    assert set(found.per_dollar) == set(EXAMPLE.families)
    assert {maker.supplier_id for maker in found.makers} <= set(EXAMPLE.suppliers)
