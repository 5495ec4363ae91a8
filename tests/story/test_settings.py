"""How the setting of a lever is said."""

from __future__ import annotations

import pytest

from core.story.settings import in_words
from tests.support.frozen import LEVERS


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        ("adoption_rr_inference", "70 % of new capacity"),
        ("baseline", "Today's mix held"),
        ("horizon_year", "2032"),
        ("custom_cost", "1 × our estimate"),
        ("facility_usd_per_kw", "13,000 USD per IT kW, 2026"),
        ("book_life_years", "5.5 years"),
        ("pue", "1.1"),
        ("maintenance_rate", "2 % of cost paid, per year"),
    ],
)
def test_a_value_is_said_with_its_unit(lever: str, words: str) -> None:
    assert in_words(LEVERS[lever], LEVERS[lever].base) == words
