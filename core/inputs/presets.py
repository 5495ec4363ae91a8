"""The ready-made scenarios: those of the data set, or where it has none, those that fit every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.inputs.lever import Value
from core.inputs.lever_table import adoption
from core.inputs.levers import AT_ONCE_PREMIUM, Levers
from core.inputs.own_levers import read_setting, setting_problem
from core.inputs.problem import Problem
from core.inputs.scenario import Scenario

OWN_SETTINGS: Final = "Your own settings"
"""What a scenario is called that is none of them."""
FILE: Final = "presets.csv"


@dataclass(frozen=True)
class PresetRow:
    """A row of the table `presets`: one lever of a ready-made scenario; without a lever it changes nothing."""

    line: int
    preset_id: str
    name: str
    lever_id: str | None
    value: str | None


def name_of(presets: Mapping[str, Scenario], scenario: Scenario) -> str:
    """Return what a scenario is called that was made here: as the ready-made one that it is, if it is one."""
    return next((name for name, preset in presets.items() if preset == scenario), OWN_SETTINGS)


def presets_of(
    levers: Levers, shares_today: Mapping[str, float], rows: Sequence[PresetRow]
) -> tuple[Mapping[str, Scenario], list[Problem]]:
    """Return the ready-made scenarios by name, in file order, and what is wrong with `rows`.

    shares_today: the custom share of new capacity by workload id. Without rows there are the usual ones.
    """
    if not rows:
        return MappingProxyType(_usual(levers, shares_today)), []
    problems = [problem for row in rows for problem in _problems(levers, row)]
    names, changes = dict[str, str](), dict[str, dict[str, object]]()
    for row in rows:
        first = names.setdefault(row.preset_id, row.name)
        if row.name != first:
            problems.append(
                Problem(FILE, row.line, "name", row.name, "is not what the scenario's first row says", first)
            )
        settings = changes.setdefault(row.preset_id, {})
        if row.lever_id is None or row.value is None:
            continue
        if row.lever_id in settings:
            problems.append(Problem(FILE, row.line, "lever_id", row.lever_id, "is there already", "each lever once"))
        if row.lever_id in levers:
            settings[row.lever_id] = read_setting(levers[row.lever_id], row.value)
    problems += _twins(rows)
    if problems:
        return MappingProxyType({}), problems
    return MappingProxyType({names[one]: Scenario.of(levers, settings) for one, settings in changes.items()}), []


def _problems(levers: Levers, row: PresetRow) -> list[Problem]:
    if row.lever_id is None and row.value is None:
        return []
    if row.lever_id is None:
        return [Problem(FILE, row.line, "lever_id", None, "the cell is empty", "the lever that is set")]
    if row.value is None:
        return [Problem(FILE, row.line, "value", None, "the cell is empty", f"what {row.lever_id} is set to")]
    if row.lever_id not in levers:
        return [Problem(FILE, row.line, "lever_id", row.lever_id, "is not a lever", "a lever of this data set")]
    lever = levers[row.lever_id]
    wrong = lever.problem(read_setting(lever, row.value))
    return [setting_problem(FILE, row.line, "value", row.value, wrong)] if wrong else []


def _twins(rows: Sequence[PresetRow]) -> list[Problem]:
    """Return scenarios that are called like one before them, or like those that are none of them."""
    first = {OWN_SETTINGS.casefold(): ""}
    found = []
    for row in rows:
        if first.setdefault(row.name.casefold(), row.preset_id) != row.preset_id:
            found.append(Problem(FILE, row.line, "name", row.name, "is another scenario's name", "each name once"))
    return found


def _usual(levers: Levers, shares_today: Mapping[str, float]) -> dict[str, Scenario]:
    changes: dict[str, dict[str, Value]] = {
        "Company plan": {},
        "Today's mix held": {adoption(workload): share for workload, share in shares_today.items()},
        "Exit custom": {adoption(workload): 0.0 for workload in shares_today},
        "Programme slips a year": {"custom_delay_quarters": 5},
        "Price war": {"merchant_price": 0.75, "merchant_price_erosion": 0.20},
        "Power is short": {"power_capacity": 0.7, "power_price": 1.5},
        "Right to stop": {"custom_premium_max": AT_ONCE_PREMIUM},
    }
    return {name: Scenario.of(levers, change) for name, change in changes.items()}
