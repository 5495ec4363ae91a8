"""Scenarios that bring out all that the product can be asked to work out and to say."""

from __future__ import annotations

from core.inputs.data import bundled
from core.inputs.lever import Lever, Value
from core.inputs.levers import LEVERS
from core.inputs.presets import presets
from core.inputs.scenario import Scenario

SHARES_TODAY = dict(zip(bundled().workloads, map(float, bundled().custom_share_today), strict=True))
PRESETS = presets(SHARES_TODAY)
TODAY: dict[str, Value] = {f"adoption_{workload}": share for workload, share in SHARES_TODAY.items()}


def at_end(end: str) -> Scenario:
    """Every lever at its lowest setting, or every lever at its highest."""
    return Scenario.of({lever.id: lever.value(getattr(lever, end)) for lever in LEVERS})


EXTREMES: dict[str, Scenario] = {
    "to 2028": Scenario.of({"horizon_year": 2028}),
    "to 2035": Scenario.of({"horizon_year": 2035}),
    "change after the horizon": Scenario.of({"horizon_year": 2028, "adoption_start": "2031-Q4"}),
    "power for a third of the fleet": Scenario.of({"power_capacity": 0.3}),
    "custom chips three years late": Scenario.of({"custom_delay_quarters": 12, "custom_premium_max": 0.0}),
    "everything at its least": at_end("minimum"),
    "everything at its most": at_end("maximum"),
}
SCENARIOS: dict[str, Scenario] = {
    f"{name}, against {base}": PRESETS[name].replace(baseline=base) for name in PRESETS for base in ("hold", "exit")
} | EXTREMES


def other_end(lever: Lever) -> Value:
    """A setting of the lever that is not its base."""
    return next(value for value in map(lever.value, (lever.maximum, lever.minimum)) if value != lever.base)


EVERY_LEVER = Scenario.of({lever.id: other_end(lever) for lever in LEVERS})
