"""One scenario's figures as plain values: what `python -m core evaluate` prints and what is archived with a save."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.base.finance import AT_ONCE, NEVER
from core.base.quarters import Calendar
from core.inputs.data import Inputs, bundled
from core.inputs.lever import Value
from core.inputs.scenario import Scenario, columns, from_json, to_json
from core.model.evaluate import METRICS, Constraint, Result, summarise
from core.model.model import MODEL_VERSION, Simulation, one_of, simulate
from core.model.sweep import sweep_adoption


def report(inputs: Inputs, scenario: Scenario) -> dict[str, Any]:
    """Return levers, versions, metrics and quarters of `scenario`, ready for `json.dumps`.

    Units are in the names; dates are quarter labels or years, or the words of docs/METHOD.md, "Value".
    """
    sim = simulate(inputs, columns([scenario]))
    return _report(inputs, scenario, sim, summarise(sim), 0)


def _report(inputs: Inputs, scenario: Scenario, sim: Simulation, result: Result, place: int) -> dict[str, Any]:
    """Return the report of the scenario at a place of a batch."""
    sweep = sweep_adoption(one_of(sim, place))
    metrics: dict[str, Any] = {name: number_or_none(result.metrics[name][place]) for name in METRICS}
    metrics["payback"] = payback_word(result, inputs.calendar, place)
    metrics["first_accretive_year"] = accretive_word(result, place)
    metrics["crossover"] = {
        name: word_or_number(float(rate), at_once="always")
        for name, rate in zip(inputs.workloads, sweep.crossover, strict=True)
    }
    metrics["contribution"] = dict(zip(inputs.workloads, map(float, sweep.contribution_usd), strict=True))
    metrics["constraints"] = [
        entry for c in result.constraints if (entry := constraint_entry(c, inputs.calendar, place))
    ]
    names = list(result.series)
    table = np.stack([result.series[name][:, place] for name in names], axis=1).tolist()
    return {
        "levers": to_json(scenario),
        "model_version": MODEL_VERSION,
        "data_version": inputs.data_version,
        "metrics": metrics,
        "quarters": [
            {"quarter": inputs.calendar.label(t), **dict(zip(names, row, strict=True))} for t, row in enumerate(table)
        ],
    }


def reports(inputs: Inputs, scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Return the report of each scenario, to the last bit as `report`; those of one horizon are simulated together."""
    told: dict[int, dict[str, Any]] = {}
    horizons = [one.number("horizon_year") for one in scenarios]
    for horizon in sorted(set(horizons)):
        places = [i for i, own in enumerate(horizons) if own == horizon]
        sim = simulate(inputs, columns([scenarios[i] for i in places]))
        result = summarise(sim)
        told |= {i: _report(inputs, scenarios[i], sim, result, place) for place, i in enumerate(places)}
    return [told[i] for i in range(len(scenarios))]


def listed(scenarios: Sequence[Mapping[str, Value]]) -> str:
    """Return the reports of scenarios on the data in use, by their levers, as JSON within a list that is open."""
    inputs = bundled()
    told = reports(inputs, [from_json(inputs.levers, one) for one in scenarios])
    return ",\n".join(map(_as_json, told))


def _as_json(told: dict[str, Any]) -> str:
    """Return a report as `json.dumps` has it in a list with `indent=1`, its quarters at a third of the time."""
    quarters = told["quarters"]
    lines = [f"    {json.dumps(name)}: %r" for name in quarters[0]]
    lines[0] = lines[0].replace("%r", "%s")  # the label, a text
    template = "   {{\n{}\n   }}".format(",\n".join(lines))
    rows = [(json.dumps(one["quarter"]), *list(one.values())[1:]) for one in quarters]
    if not np.isfinite([row[1:] for row in rows]).all():
        raise ValueError("a figure of a quarter is no number, which JSON does not know")
    head = json.dumps([{**told, "quarters": []}], indent=1, allow_nan=False)
    said = ",\n".join(template % row for row in rows)
    return head.removeprefix("[\n").removesuffix("[]\n }\n]") + f"[\n{said}\n  ]\n }}"


def number_or_none(value: float) -> float | None:
    """Return `value` as a plain float, None for NaN: JSON knows no NaN."""
    return None if np.isnan(value) else float(value)


def word_or_number(value: float, at_once: str) -> float | str:
    """Return a rate or date, or the word for one that does not exist; `at_once` says what holds from the outset."""
    if np.isnan(value):
        return "no difference"
    return {NEVER: "never", AT_ONCE: at_once}.get(value, float(value))


def payback_word(result: Result, calendar: Calendar, scenario: int = 0) -> str:
    """Return the payback quarter of one scenario as a label, or `immediate`, `never`, `no difference`."""
    quarter = word_or_number(float(result.metrics["payback"][scenario]), at_once="immediate")
    return quarter if isinstance(quarter, str) else calendar.label(int(quarter))


def accretive_word(result: Result, scenario: int = 0) -> int | str:
    """Return the first accretive year of one scenario, or `never`, `no difference`."""
    year = word_or_number(float(result.metrics["first_accretive_year"][scenario]), at_once="never")
    return year if isinstance(year, str) else int(year)


def constraint_entry(constraint: Constraint, calendar: Calendar, scenario: int = 0) -> dict[str, Any] | None:
    """Return what binds, on what, from which quarter and in how many periods; None if it never does.

    A contract binds in the last quarter of a short year, in which the shortfall is charged.
    """
    when = np.flatnonzero(constraint.binds[:, scenario])
    if when.size == 0:
        return None
    first = (int(when[0]) + 1) * constraint.quarters_per_period - 1
    return {
        "constraint": constraint.constraint,
        "subject": constraint.subject or None,
        "first": calendar.label(first),
        "periods": int(when.size),
    }
