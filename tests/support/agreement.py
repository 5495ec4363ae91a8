"""Whether the model gives the figures of the oracle, or of a check: as close as rounding lets two right sums be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.inputs.data import Inputs
from core.inputs.scenario import columns
from core.model.evaluate import evaluate, saving_usd, summarise
from core.model.model import PLAN, Simulation, simulate
from core.model.offers import NO_CHIP
from core.model.report import report
from tests.support import reference
from tests.support.strategies import Changes

RELATIVE = 1e-9
ONE_USD = 1.0
A_SPECK_H100E = 1e-3  # of a million and more
WORDS = ("payback", "first_accretive_year")


def close(got: float, want: float, absolute: float = 0.0) -> bool:
    return abs(got - want) <= max(RELATIVE * abs(want), absolute)


def differences(got: Any, want: Any, place: str = "") -> Iterator[str]:
    """Say where `got` differs from `want`, which may name less; a figure's name tells how close it must be."""
    if isinstance(want, dict):
        for name, value in want.items():
            yield from differences(got[name], value, f"{place}/{name}") if name in got else [f"{place}/{name}: missing"]
    elif isinstance(want, list):
        if len(got) != len(want):
            yield f"{place}: {len(got)} entries, not {len(want)}"
        for i, (mine, theirs) in enumerate(zip(got, want, strict=False)):
            yield from differences(mine, theirs, f"{place}/{i}")
    elif isinstance(want, float) and isinstance(got, float):
        if not close(got, want, rounding(place)):
            yield f"{place}: {got!r}, not {want!r}"
    elif got != want:
        yield f"{place}: {got!r}, not {want!r}"


def rounding(place: str) -> float:
    """What the figure at `place` may differ by whatever its size."""
    if place.endswith("npv_per_programme_usd"):
        return RELATIVE  # a ratio of sums that may cancel, so small only by chance
    if place.endswith("_usd") or place.startswith("/contribution/"):
        return ONE_USD
    return A_SPECK_H100E if place.endswith("_h100e") else 0.0


def disagreements(
    inputs: Inputs, oracle: reference.Data, levers: Changes, *, by_workload: bool = False, parts: bool = False
) -> list[str]:
    """Say where a scenario's report differs from the oracle's.

    by_workload: what the report leaves out as well, work by workload, offers, earnings; parts: what each workload
    brings as well, for which the oracle works out every set of workloads.
    """
    got, want = report(inputs, inputs.scenario(levers)), reference.evaluate(oracle, dict(levers))
    sim = simulate(inputs, columns([inputs.scenario(levers)]))
    metrics = want["metrics"] | ({"contribution": reference.contributions(oracle, dict(levers))} if parts else {})
    found = list(differences(got["metrics"], metrics)) + list(differences(got["quarters"], want["quarters"]))
    dates = tuple(f"/{word}:" for word in WORDS)
    found = [line for line in found if not (line.startswith(dates) and by_a_hair(sim))]
    return found + (list(workload_differences(inputs, want, levers)) if by_workload else [])


def by_a_hair(sim: Simulation) -> bool:
    """Whether some total that decides a date is zero but for rounding: there, two right sums may differ in sign."""
    spent = summarise(sim, ()).expense_saving_usd
    running = np.cumsum(sim.world.discount * saving_usd(sim), axis=0)
    totals = np.concatenate([running.ravel(), spent.ravel()])
    return bool(((totals != 0.0) & (np.abs(totals) < ONE_USD)).any())


def workload_differences(inputs: Inputs, want: dict[str, Any], levers: Changes) -> Iterator[str]:
    """Compare what the report leaves out: work by workload, chips and costs on offer, the effect on earnings."""
    scenario = inputs.scenario(levers)
    sim = simulate(inputs, columns([scenario]))
    for t, (rows, offers) in enumerate(zip(want["by_workload"], want["offers"], strict=True)):
        for w, workload in enumerate(inputs.workloads):
            yield from _work_differences(sim, t, w, rows[workload], f"{t}/{workload}")
            for s, supplier in enumerate(inputs.suppliers):
                yield from _offer_differences(sim, t, w, s, offers[workload][supplier], f"{t}/{workload}/{supplier}")
    effect = evaluate(inputs, columns([scenario]), series=()).eps_effect_usd[:, 0]
    for i, (year, usd) in enumerate(want["eps_effect"].items()):
        if year != inputs.calendar.first_year + i or not close(effect[i], usd, ONE_USD / inputs.diluted_shares):
            yield f"EPS effect of {year}: {effect[i]!r}, not {usd!r}"


def _work_differences(sim: Simulation, t: int, w: int, row: dict[str, Any], place: str) -> Iterator[str]:
    fleet, at = sim.fleet, (t, w, PLAN, 0)
    rounding = RELATIVE * row["required"]
    got = {
        "required": sim.world.required_h100e[t, w, 0],
        "installed": fleet.installed_h100e[at],
        "unserved": sim.flows.unserved_h100e[at],
        "gap": fleet.gap_h100e[at],
        "held_back": fleet.held_back_h100e[at],
    }
    got |= {f"bought from {s}": fleet.bought_h100e[t, i, w, PLAN, 0] for i, s in enumerate(sim.world.inputs.suppliers)}
    expected = row | {f"bought from {supplier}": h100e for supplier, h100e in row["purchases"].items()}
    for name, value in got.items():
        if not close(value, expected[name], rounding):
            yield f"{place}/{name}: {value!r}, not {expected[name]!r}"


def _offer_differences(sim: Simulation, t: int, w: int, s: int, offer: dict[str, Any], place: str) -> Iterator[str]:
    world = sim.world
    index = int(world.chip[t, s, w, 0])
    chip = None if index == NO_CHIP else world.inputs.chips.id[index]
    if chip != offer["chip_id"]:
        yield f"{place}: offers {chip}, not {offer['chip_id']}"
    elif chip is not None and not close(world.kappa[t, s, w, 0], offer["kappa"]):
        yield f"{place}: kappa {world.kappa[t, s, w, 0]!r}, not {offer['kappa']!r}"
