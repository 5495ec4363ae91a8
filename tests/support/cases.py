"""Scenarios that bring out all that the product can be asked to work out and to say."""

from __future__ import annotations

from core.inputs.lever import Lever, Value
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario
from tests.support.frozen import INPUTS, LEVERS

PRESETS = INPUTS.presets
TODAY: dict[str, Value] = {
    adoption(workload): float(share)
    for workload, share in zip(INPUTS.workloads, INPUTS.custom_share_today, strict=True)
}


def at_end(end: str) -> Scenario:
    """Every lever at its lowest setting, or every lever at its highest."""
    return INPUTS.scenario({lever.id: lever.value(getattr(lever, end)) for lever in LEVERS.values()})


EXTREMES: dict[str, Scenario] = {
    "to 2028": INPUTS.scenario({"horizon_year": 2028}),
    "to 2035": INPUTS.scenario({"horizon_year": 2035}),
    "change after the horizon": INPUTS.scenario({"horizon_year": 2028, "adoption_start": "2031-Q4"}),
    "power for a third of the fleet": INPUTS.scenario({"power_capacity": 0.3}),
    "custom chips three years late": INPUTS.scenario({"custom_delay_quarters": 12, "custom_premium_max": 0.0}),
    "everything at its least": at_end("minimum"),
    "everything at its most": at_end("maximum"),
}
SCENARIOS: dict[str, Scenario] = {
    f"{name}, against {base}": PRESETS[name].replace(baseline=base) for name in PRESETS for base in ("hold", "exit")
} | EXTREMES


def other_end(lever: Lever) -> Value:
    """A setting of the lever that is not its base."""
    return next(value for value in map(lever.value, (lever.maximum, lever.minimum)) if value != lever.base)


EVERY_LEVER = INPUTS.scenario({lever.id: other_end(lever) for lever in LEVERS.values()})
