"""Whose case a data set is: by this, data of one company are told from those of another, whatever their version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from core.base.format import listed
from core.inputs.data import Inputs, label

MOST_NAMED: Final = 4
"""Suppliers that are named where the data do not name their company."""


@dataclass(frozen=True)
class Case:
    """The company that a data set describes, if the data name it, with its suppliers and workloads."""

    company: str | None
    suppliers: tuple[str, ...]  # (supplier,) ids
    supplier_names: tuple[str, ...]  # (supplier,) as they are called
    workloads: tuple[str, ...]  # (workload,) ids

    @classmethod
    def of(cls, inputs: Inputs) -> Case:
        """Return whose case a data set is."""
        return cls(inputs.company, inputs.suppliers, tuple(map(label, inputs.supplier_names)), inputs.workloads)

    def is_that_of(self, other: Case) -> bool:
        """True if both are of one company; where one does not name it, if both have the same suppliers and workloads.

        Data of one company may gain a supplier or a workload and stay its own.
        """
        if self.company is not None and other.company is not None:
            return self.company.casefold() == other.company.casefold()
        mine, theirs = ((set(one.suppliers), set(one.workloads)) for one in (self, other))
        return mine == theirs

    @property
    def words(self) -> str:
        """What it is called within a sentence: the company, or its suppliers."""
        if self.company is not None:
            return self.company
        names = list(self.supplier_names)
        more = len(names) - MOST_NAMED
        return listed(names if more <= 1 else [*names[:MOST_NAMED], f"{more} more"])

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, ready for `json.dumps`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Case | None:
        """Return what `as_json` has written; None if it is nothing of the kind."""
        if not isinstance(value, Mapping):
            return None
        company, lists = value.get("company"), [value.get(name) for name in _LISTS]
        if not (company is None or isinstance(company, str)) or not all(isinstance(one, list | tuple) for one in lists):
            return None
        suppliers, names, workloads = (tuple(map(str, one or ())) for one in lists)
        return cls(company, suppliers, names, workloads)


_LISTS: Final = ("suppliers", "supplier_names", "workloads")
