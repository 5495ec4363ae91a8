"""What suppliers and workloads are called on the screen."""

from __future__ import annotations

from core.inputs.data import Inputs, label


def workload_kinds(inputs: Inputs) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return, for each workload, the place of its family among families, and its own place in its family."""
    families = list(inputs.family_names)
    own = tuple(families.index(family) for family in inputs.families)
    return own, tuple(own[:w].count(family) for w, family in enumerate(own))


def supplier_labels(inputs: Inputs) -> tuple[str, ...]:
    """Return what each supplier is called on the screen: its name without what stands in brackets."""
    return tuple(map(label, inputs.supplier_names))


def workload_label(inputs: Inputs, workload: str) -> str:
    """Return what one workload, by its id, is called on the screen."""
    return inputs.workload_labels[inputs.workloads.index(workload)]


def workload_labels(inputs: Inputs) -> tuple[str, ...]:
    """Return what each workload is called on the screen."""
    return inputs.workload_labels
