"""What scenarios and levers are called where several stand beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.inputs.data import CUSTOM, Inputs
from core.inputs.lever import Lever
from core.story.labels import supplier_labels, workload_labels


def lever_name(inputs: Inputs, lever: Lever) -> str:
    """Return what a lever is called outside the sidebar, where no heading says whose share it is."""
    if lever.id in {f"adoption_{workload}" for workload in inputs.workloads}:
        return f"{supplier_labels(inputs)[CUSTOM]}, {lever.label.lower()}"
    return lever.label


_IN_A_SENTENCE: Final = {
    "adoption_start": "start of the change",
    "custom_premium_max": "right to stop",
    "baseline": "baseline",
}


def in_a_sentence(inputs: Inputs, lever: Lever) -> str:
    """Return a lever's name as it stands within a sentence: `MTIA in generative training`, `tax rate`."""
    name = lever_name(inputs, lever)
    what, comma, where = name.partition(", ")
    if comma:
        name = f"{what} in {where}" if where.capitalize() in workload_labels(inputs) else f"{what} ({where})"
    name = _IN_A_SENTENCE.get(lever.id, name)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def quoted(name: str) -> str:
    """Return a scenario's name as it stands within a sentence."""
    return f"“{name}”"
