"""A data set in the making: the tables of another one, changed step by step, whatever its checks say of it meanwhile.

What people bring replaces whole tables, what they edit changes cells; either gives another draft, and undo the one
before. Only what has passed all checks is worked on and kept as a version.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from core.inputs.data import Inputs, read
from core.inputs.intake.limits import LARGEST_UNPACKED
from core.inputs.sheet import Cells, as_csv

LARGEST: Final = LARGEST_UNPACKED


@dataclass(frozen=True)
class Draft:
    """The text of every file of a data set by name, header first; `began` is the version it was made from."""

    began: str
    cells: Mapping[str, Cells] = field(repr=False)

    @classmethod
    def of(cls, inputs: Inputs) -> Draft:
        """Return a sound data set as a draft of itself."""
        return cls(inputs.data_version, MappingProxyType(dict(inputs.cells)))

    def with_cells(self, cells: Mapping[str, Cells]) -> Draft:
        """Return a draft with these files and no others."""
        return Draft(self.began, MappingProxyType(dict(cells)))

    @property
    def suppliers(self) -> tuple[str, ...]:
        """Return the ids of the suppliers, the custom one first, as far as they can be told."""
        rows = sorted(self.rows("suppliers.csv"), key=lambda row: row.get("class") != "custom")
        return tuple(row["supplier_id"] for row in rows if row.get("supplier_id"))

    @property
    def company(self) -> str | None:
        """Return whose data they are, if they say."""
        facts = self.rows("company_facts.csv")
        return next((row["name"] for row in facts if row.get("fact_id") == "company" and row.get("name")), None)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a file as text by column."""
        header, *rows = self.cells.get(name) or ((),)
        return [dict(zip(header, row, strict=False)) for row in rows]

    def checked(self) -> Inputs:
        """Return it as a data set; raises DataError that lists all that is wrong with it."""
        return read({name: as_csv(cells) for name, cells in self.cells.items()})


def as_text(draft: Draft) -> str:
    """Return a draft as a short text, from which `from_text` makes it again."""
    told = json.dumps({"began": draft.began, "files": dict(draft.cells)}, separators=(",", ":"))
    return base64.b64encode(zlib.compress(told.encode(), 6)).decode("ascii")


def from_text(text: str) -> Draft:
    """Return the draft that a text holds; raises ValueError if it holds none."""
    try:
        unpacking = zlib.decompressobj()
        told = unpacking.decompress(base64.b64decode(text, validate=True), LARGEST)
        if unpacking.unconsumed_tail:
            raise ValueError("more than a data set may be")
        said = json.loads(told)
        files = {name: tuple(map(_row, rows)) for name, rows in said["files"].items()}
        return Draft(str(said["began"]), MappingProxyType(files))
    except (KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        raise ValueError(f"no draft of a data set: {error}") from None


def _row(cells: object) -> tuple[str, ...]:
    if not isinstance(cells, list) or not all(isinstance(cell, str) for cell in cells):
        raise TypeError("a row that is no list of texts")
    return tuple(cells)
