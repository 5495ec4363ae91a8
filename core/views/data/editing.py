"""The tables of a data set as they are edited: every cell as it is written, with what may be chosen in a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from core.inputs.data import LEAD, Inputs
from core.inputs.declaration import Resource, expected_in_words, resources
from core.inputs.problem import Problem
from core.upkeep.draft import Draft

CASE: Final = ("suppliers.csv", "workloads.csv", "chips.csv")
"""The tables that say whose case it is."""


@dataclass(frozen=True)
class Column:
    """A column as it is edited: what is said of it, and what may be chosen in it if not anything may be written."""

    name: str
    help: str
    choices: tuple[str, ...] | None
    is_needed: bool


def tables(draft: Draft) -> tuple[Resource, ...]:
    """Return every table that the draft may have, in the order of declaration."""
    return tuple(resources(draft.suppliers[LEAD + 1 :]))


def problems_by_table(draft: Draft, found: Sequence[Problem]) -> Mapping[str, int]:
    """Return how many problems each table has that has any, by its name, that which is named first being first."""
    names = {table["path"]: table["name"] for table in tables(draft)}
    return Counter(names[one.file] for one in found if one.file in names)


def left_over(draft: Draft, began: Inputs, found: Sequence[Problem]) -> tuple[Resource, ...]:
    """Return the tables that may be empty, are as in the data before, and do not fit what else was brought.

    Where suppliers, workloads and chips are all others than before it is another company's case, and all such tables
    go together: a check stops at the first kind of fault, so each would be told only once the one before is gone.
    """
    is_another_case = all(draft.cells.get(path) != began.cells.get(path) for path in CASE)
    wrong = problems_by_table(draft, found)
    same = [
        table
        for table in tables(draft)
        if (table.get("optional") or table.get("minRows") == 0)
        and len(draft.cells.get(table["path"], ())) > 1
        and draft.cells[table["path"]] == began.cells.get(table["path"])
    ]
    do_not_fit = [table for table in same if table["name"] in wrong]
    return tuple(same if do_not_fit and is_another_case else do_not_fit)


def emptied(draft: Draft, some: Sequence[Resource]) -> Draft:
    """Return the draft with no rows in some of its tables."""
    empty = {table["path"]: draft.cells[table["path"]][:1] for table in some}
    return draft.with_cells({**draft.cells, **empty})


def frame(draft: Draft, table: Resource) -> pd.DataFrame:
    """Return the rows of a table as text, with all columns that it may have; rows are named by their place."""
    header, *rows = draft.cells.get(table["path"]) or ((),)
    written = [dict(zip(header, row, strict=False)) for row in rows]
    names = [field["name"] for field in table["schema"]["fields"]]
    names += [name for name in header if name not in names]  # what is not declared is shown, so that it can be mended
    return pd.DataFrame([[row.get(name, "") for name in names] for row in written], columns=pd.Index(names), dtype=str)


def columns(draft: Draft, table: Resource) -> tuple[Column, ...]:
    """Return what is said of each column, and its choices: the words that are declared, or the ids of other tables."""
    referred = _referred(draft, table)
    return tuple(
        Column(
            field["name"],
            _help(field),
            referred.get(field["name"]) or _words(field),
            bool(field.get("constraints", {}).get("required")),
        )
        for field in table["schema"]["fields"]
    )


def _referred(draft: Draft, table: Resource) -> dict[str, tuple[str, ...]]:
    """Return by column the ids that it may refer to, as the draft has them now."""
    paths = {one["name"]: one["path"] for one in tables(draft)}
    found = {}
    for key in table["schema"].get("foreignKeys", ()):
        name, of = key["fields"][0], key["reference"]
        path = paths[of["resource"] or table["name"]]
        ids = (row.get(of["fields"][0], "") for row in draft.rows(path))
        found[name] = tuple(dict.fromkeys(one for one in ids if one))
    return found


def _words(field: Mapping[str, Any]) -> tuple[str, ...] | None:
    words: Sequence[str] | None = field.get("constraints", {}).get("enum")
    return None if words is None else tuple(map(str, words))


def _help(field: Mapping[str, Any]) -> str:
    unit = f" Unit: {field['unit']}." if field.get("unit") else ""
    return f"{field['description']}{unit} Expected: {expected_in_words(field, field.get('constraints', {}))}."
