"""The tables of a data set as they are edited: every cell as it is written, with what may be chosen in a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.inputs.data import LEAD
from core.inputs.declaration import Resource, expected_in_words, resources
from core.upkeep.draft import Draft


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
