"""The ready-made scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.inputs.lever import Value
from core.inputs.scenario import Scenario

OWN_SETTINGS: Final = "Your own settings"
"""What a scenario is called that is none of them."""


def presets(shares_today: Mapping[str, float]) -> dict[str, Scenario]:
    """Return the ready-made scenarios by name.

    `shares_today` is the custom share of new capacity by workload id, from the data: one preset holds it.
    """
    held: dict[str, Value] = {f"adoption_{workload}": share for workload, share in shares_today.items()}
    changes: dict[str, dict[str, Value]] = {
        "Company plan": {},
        "Today's mix held": held,
        "Ranking only": _adoption(0.9, 0.8, 0.0, 0.0),
        "Into generative inference": _adoption(0.8, 0.6, 0.6, 0.0),
        "Extends to training": _adoption(0.8, 0.7, 0.5, 0.4),
        "Exit custom": _adoption(0.0, 0.0, 0.0, 0.0),
        "Programme slips a year": {"custom_delay_quarters": 5},
        "GPU price war": {"merchant_price": 0.75, "merchant_price_erosion": 0.20},
        "Power is short": {"power_capacity": 0.7, "power_price": 1.5},
        "Right to stop": {"custom_premium_max": 0.0},
    }
    return {name: Scenario.of(change) for name, change in changes.items()}


def _adoption(
    rr_inference: float, rr_training: float, genai_inference: float, genai_training: float
) -> dict[str, Value]:
    return {
        "adoption_rr_inference": rr_inference,
        "adoption_rr_training": rr_training,
        "adoption_genai_inference": genai_inference,
        "adoption_genai_training": genai_training,
    }
