"""How a grid that people brought is to be read: which table it is, and what each of its columns means.

A reading is plain values, so that it can be kept and used again (`as_json`, `from_json`). It says nothing that people
have not agreed to or that is not certain: `open` names the questions that nobody has answered yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

_VERSION: Final = 1


@dataclass(frozen=True)
class ColumnReading:
    """How one column of a grid is read. Without a `column` of the table it is left out."""

    header: str  # as it stands in the grid
    column: str | None = None  # of the table, as declared
    decimal: str = "."
    unit: str = ""  # that the figures are in, as the header or a row of units says; "": the declared one
    factor: str = "1"  # what each figure is multiplied by, as decimal digits
    marks: tuple[tuple[str, str | None], ...] = ()  # what stands around a figure, and its factor; None: not known yet
    by_row: tuple[tuple[int, tuple[tuple[str, str | None], ...]], ...] = ()  # other columns whose words give a factor
    order: str | None = None  # of day and month
    part: str | None = None  # the first or last quarter of a half-year or year
    trusts: tuple[str, ...] = ()  # what of dates is taken as it seems: "own year", "century"
    words: tuple[tuple[str, str], ...] = ()  # as they stand, and as declared


@dataclass(frozen=True)
class Reading:
    """How a grid is read. Rows are counted from 0, as they lie in the grid."""

    table: str | None  # by its name in the declaration; None: the grid is left out
    header_row: int = 0
    columns: tuple[ColumnReading, ...] = ()
    missing: tuple[str, ...] = ()  # words that stand for an empty cell
    skipped: tuple[int, ...] = ()  # rows that do not count
    fill: tuple[tuple[str, str], ...] = ()  # what stands in columns that the grid does not have
    before: tuple[str, ...] = ()  # columns that the grid does not have and that stay as in the data before
    open: tuple[str, ...] = ()  # keys of the questions that are not answered

    @property
    def is_confirmed(self) -> bool:
        """Tell whether nothing is left to ask."""
        return not self.open


def as_json(reading: Reading) -> str:
    """Return a reading as text."""
    return json.dumps({"version": _VERSION, **asdict(reading)}, ensure_ascii=False)


def from_json(text: str) -> Reading:
    """Return the reading that a text holds; raises ValueError if it holds none, or one of another version."""
    try:
        said = json.loads(text)
        if said.pop("version") != _VERSION:
            raise ValueError("a reading of another version")
        columns = tuple(ColumnReading(**_tuples(column)) for column in said.pop("columns"))
        return Reading(**_tuples(said), columns=columns)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no reading: {error}") from None


def _tuples(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _tuple(value) for name, value in said.items()}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(one) for one in value) if isinstance(value, list) else value
