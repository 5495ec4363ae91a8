"""What suppliers and workloads are called on the screen."""

from __future__ import annotations

from core.inputs.data import Inputs
from core.inputs.levers import LEVER


def supplier_labels(inputs: Inputs) -> tuple[str, ...]:
    """Return what each supplier is called on the screen: its name without what stands in brackets."""
    return tuple(name.split(" (")[0] for name in inputs.supplier_names)


def workload_labels(inputs: Inputs) -> tuple[str, ...]:
    """Return what each workload is called on the screen, as its adoption lever is labelled."""
    return tuple(map(workload_label, inputs.workloads))


def workload_label(workload: str) -> str:
    """Return what one workload is called on the screen."""
    return LEVER[f"adoption_{workload}"].label


def workload_kinds(inputs: Inputs) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Return, for each workload, whether it is generative and whether it is training."""
    stages = inputs.tables["workloads"]["stage"]
    return tuple(f == "genai" for f in inputs.families), tuple(stage == "training" for stage in stages)
