"""Every lever of a data set with its base and bounds: those that all sets have and those that follow from its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace as Row
from typing import Any

Value = float | str
Levers = Mapping[str, Value]

WORDS = ("adoption_start", "baseline", "terminal_basis")
WHOLE_NUMBERS = ("custom_delay_quarters", "merchant_delay_quarters", "horizon_year")  # and every lag

_FIXED: dict[str, tuple[float, float, float]] = {  # base, minimum, maximum
    "ramp_years": (2, 0, 6),
    "custom_premium_max": (1.0, 0, 5),
    "custom_delay_quarters": (1, 0, 12),
    "custom_performance": (1.0, 0.3, 2),
    "custom_cost": (1.0, 0.4, 2.5),
    "custom_cost_decline": (0.10, 0, 0.4),
    "custom_supply_limit_mw": (500, 25, 3000),
    "programme_cost": (1.0, 0.25, 4),
    "merchant_price": (1.0, 0.4, 2),
    "merchant_price_erosion": (0.14, 0, 0.4),
    "merchant_performance": (1.0, 0.5, 2),
    "merchant_delay_quarters": (0, -4, 8),
    "shortfall_penalty": (0.20, 0, 1),
    "headroom": (0.10, 0, 0.5),
    "spares": (0.03, 0, 0.2),
    "power_price": (1.0, 0.5, 3),
    "power_escalation": (0.03, -0.05, 0.15),
    "pue": (1.10, 1, 2),
    "load_factor": (0.75, 0.3, 1),
    "power_capacity": (1.0, 0.3, 3),
    "rent_premium": (1.1, 0, 5),
    "facility_usd_per_kw": (13000, 5000, 30000),
    "construction_inflation": (0.05, 0, 0.15),
    "facility_opex_usd_per_kw_year": (180, 0, 500),
    "discount_rate": (0.09, 0, 0.25),
    "book_life_years": (5.5, 3, 8),
    "service_life_custom_years": (5.5, 3, 8),
    "service_life_merchant_years": (5.5, 3, 8),
    "facility_life_years": (25, 10, 40),
    "maintenance_rate": (0.02, 0, 0.1),
    "work_price_decline": (0.20, 0, 0.6),
    "terminal_recovery_custom": (0.35, 0, 1),
    "terminal_recovery_merchant": (0.60, 0, 1),
    "terminal_recovery_facility": (0.90, 0, 1),
    "tax_rate": (0.21, 0, 0.4),
    "bonus_share_facility": (0.5, 0, 1),
}


@dataclass(frozen=True)
class Lever:
    """What a lever is at base, and the least and the most that it may be; words are bounded by their order."""

    base: Value
    minimum: Value
    maximum: Value
    whole: bool = False


def levers_of(
    first_year: int, workloads: Sequence[Row], others: Sequence[str], warrants: Sequence[str], own: Sequence[Row]
) -> dict[str, Lever]:
    """Return the levers of a data set by id.

    others: the merchants but the lead; warrants: the suppliers that grant one; own: the rows of the set's own table
    `levers`, whose base takes the place of the one that stands here.
    """
    found = dict(_levers(first_year, workloads, others, warrants))
    for row in own:
        lever = found[row.lever_id]
        base = row.base if row.lever_id in WORDS else float(row.base)
        found[row.lever_id] = Lever(base, lever.minimum, lever.maximum, lever.whole)
    return found


def _levers(
    first_year: int, workloads: Sequence[Row], others: Sequence[str], warrants: Sequence[str]
) -> Iterator[tuple[str, Lever]]:
    for workload in workloads:
        w = workload.workload_id
        yield f"adoption_{w}", Lever(_planned(workload, "custom_share"), 0, 1)
        yield f"start_lag_{w}", Lever(0, 0, 24, whole=True)
        for m in others:
            yield f"{m}_share_{w}", Lever(_planned(workload, f"{m}_share"), 0, 1)
    yield "adoption_start", Lever(f"{first_year}-Q1", f"{first_year}-Q1", f"{first_year + 4}-Q4")
    yield "baseline", Lever("hold", "hold", "exit")
    yield "terminal_basis", Lever("use", "use", "sale")
    yield "horizon_year", Lever(first_year + 5, first_year + 1, first_year + 8, whole=True)
    for name, (base, minimum, maximum) in _FIXED.items():
        yield name, Lever(base, minimum, maximum, whole=name in WHOLE_NUMBERS)
    for family in dict.fromkeys(workload.family for workload in workloads):
        yield f"trend_{family}", Lever(0, -0.3, 0.3)
        yield f"demand_growth_{family}", Lever(1.0, 0, 2)
    for supplier in warrants:
        yield f"{supplier}_warrant_usd_bn_per_gw", Lever(2.5, 0, 25)


def _planned(workload: Row, share: str) -> float:
    """The planned share if the data set has one, otherwise today's."""
    plan: Any = getattr(workload, f"{share}_plan", None)
    return float(getattr(workload, f"{share}_today") if plan is None else plan)
