"""The ready-made scenarios."""

from __future__ import annotations

from core.inputs.data import Inputs
from core.inputs.lever import Value
from tests.support.frozen import EXAMPLE, scenario

ADOPTIONS = ("adoption_rr_inference", "adoption_rr_training", "adoption_genai_inference", "adoption_genai_training")


def adoption(*rates: float) -> dict[str, Value]:
    return dict(zip(ADOPTIONS, rates, strict=True))


PRESETS: dict[str, dict[str, Value]] = {
    "Company plan": {},
    "Today's mix held": adoption(0.4, 0.1, 0.0, 0.0),
    "Ranking only": adoption(0.9, 0.8, 0.0, 0.0),
    "Into generative inference": adoption(0.8, 0.6, 0.6, 0.0),
    "Extends to training": adoption(0.8, 0.7, 0.5, 0.4),
    "Exit custom": adoption(0.0, 0.0, 0.0, 0.0),
    "Programme slips a year": {"custom_delay_quarters": 5},
    "GPU price war": {"merchant_price": 0.75, "merchant_price_erosion": 0.20},
    "Power is short": {"power_capacity": 0.7, "power_price": 1.5},
    "Right to stop": {"custom_premium_max": 0.0},
}


def test_the_presets_of_the_frozen_data_are_those_of_the_specification(inputs: Inputs) -> None:
    assert list(inputs.presets) == list(PRESETS)
    for name, changes in PRESETS.items():
        assert inputs.presets[name] == scenario(changes), name


def test_a_data_set_without_presets_has_those_that_fit_every_one() -> None:
    """Today the example company makes 0.4 of its search capacity itself and nothing else."""
    today = {"adoption_search_inference": 0.4, "adoption_assistant_inference": 0.0, "adoption_assistant_training": 0.0}
    expected: dict[str, dict[str, Value]] = {
        "Company plan": {},
        "Today's mix held": {**today},
        "Exit custom": dict.fromkeys(today, 0.0),
        "Programme slips a year": {"custom_delay_quarters": 5},
        "Price war": {"merchant_price": 0.75, "merchant_price_erosion": 0.20},
        "Power is short": {"power_capacity": 0.7, "power_price": 1.5},
        "Right to stop": {"custom_premium_max": 0.0},
    }
    assert dict(EXAMPLE.presets) == {name: EXAMPLE.scenario(changes) for name, changes in expected.items()}
