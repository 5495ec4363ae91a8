"""What suppliers and workloads are called on the screen."""

from __future__ import annotations

from typing import Final

from core.base import format as fmt
from core.inputs.data import Inputs, label

LONGEST_LINE: Final = 24
"""Letters of a name on one line where it stands beside a mark."""


def beside(name: str) -> str:
    """Return a name as it stands beside a mark: on two lines where one would be long, cut where two would be."""
    short = fmt.shortened(name, 2 * LONGEST_LINE)
    return fmt.two_lines(short) if len(short) > LONGEST_LINE and " " in short else short


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


def granting(inputs: Inputs) -> tuple[int, ...]:
    """Return the places on the supplier axis of those whose contracts come with a warrant."""
    return tuple(sorted({int(supplier) for supplier in inputs.contracts.supplier[inputs.contracts.warrant]}))


def warrant_labels(inputs: Inputs) -> tuple[str, ...]:
    """Return what those suppliers are called whose contracts come with a warrant, in the order of suppliers."""
    labels = supplier_labels(inputs)
    return tuple(labels[supplier] for supplier in granting(inputs))


def less_warrants(inputs: Inputs) -> str:
    """Say whose chips are counted less the value of warrants, a sentence after a blank; nothing if there is none."""
    names = warrant_labels(inputs)
    if not names:
        return ""
    if len(names) == 1:
        return f" {names[0]} is less the value of its warrant."
    return f" {fmt.listed(list(names)) if len(names) < 4 else 'Bought chips'} are less the value of their warrants."
