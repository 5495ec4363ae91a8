"""What scenarios and levers are called where several stand beside each other."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.base.format import in_sentence
from core.inputs.data import CUSTOM, LEAD, Inputs
from core.inputs.lever import Lever
from core.inputs.lever_table import adoption, bought_share, start_lag
from core.story.labels import supplier_labels


def lever_name(inputs: Inputs, lever: Lever) -> str:
    """Return what a lever is called outside the sidebar, where no heading says whose share it is."""
    custom = supplier_labels(inputs)[CUSTOM]
    if lever.id in {adoption(workload) for workload in inputs.workloads}:
        return f"{custom}, {in_sentence(lever.label)}"
    return lever.label


_IN_A_SENTENCE: Final = {
    "adoption_start": "start of the change",
    "custom_premium_max": "right to stop",
    "baseline": "baseline",
    "terminal_basis": "basis of the residual value",
}


def in_a_sentence(inputs: Inputs, lever: Lever) -> str:
    """Return a lever's name as it stands within a sentence: `tax rate`, or the supplier's name in a workload."""
    if lever.id in (of_workloads := _of_workloads(inputs)):
        return of_workloads[lever.id]
    name = _IN_A_SENTENCE.get(lever.id, in_sentence(lever.label))
    what, comma, where = name.partition(", ")
    return f"{what} ({where})" if comma else name


@lru_cache(maxsize=8)
def _of_workloads(inputs: Inputs) -> dict[str, str]:
    """Return what the levers of workloads are called within a sentence, by lever id."""
    suppliers, found = supplier_labels(inputs), dict[str, str]()
    others = tuple(zip(inputs.suppliers[LEAD + 1 :], suppliers[LEAD + 1 :], strict=True))
    for workload, label in zip(inputs.workloads, map(in_sentence, inputs.workload_labels), strict=True):
        found[adoption(workload)] = f"{suppliers[CUSTOM]} in {label}"
        found |= {bought_share(one, workload): f"{name} in {label}" for one, name in others}
        found[start_lag(workload)] = f"later start of {label}"
    return found


def quoted(name: str) -> str:
    """Return a scenario's name as it stands within a sentence."""
    return f"“{name}”"
