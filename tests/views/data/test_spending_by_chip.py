"""The chip whose price matters most is known by what the scenario spends on it."""

from __future__ import annotations

import pytest

from core.views.data.frames import of_plan, spending_by_chip_usd
from tests.support.answers import answer


def test_what_is_spent_on_each_chip_adds_up_to_what_is_spent_on_chips() -> None:
    of = answer()
    chips = of_plan(of).query("kind == 'Chips'")["usd"].sum()
    assert spending_by_chip_usd(of).sum() == pytest.approx(chips) and chips > 0
