"""The tables of the draft, edited cell by cell: every change is a step that undo takes back.

Cells are edited as they are written, figures too: what somebody types is checked and never turned into another number
by the way it is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.base.format import counted
from core.inputs.declaration import Resource
from core.upkeep.draft import Draft
from core.upkeep.own import Edits, edited
from core.views.data import editing
from pages.parts.dataset import making
from pages.parts.widgets import views
from pages.parts.work import session
from pages.parts.work.text import plain

FIRST: Final = "chip_prices"
_EDITING: Final = "editing"
_ROW: Final = "row number"


@dataclass(frozen=True)
class _Editing:
    """A table as the editor on the screen began with it, and the draft that its edits have led to so far."""

    table: str
    began: Draft
    led_to: Draft
    generation: int


def draw(draft: Draft) -> None:
    """Draw the choice of a table and its cells to edit."""
    known = {table["name"]: table for table in editing.tables(draft)}
    wrong = editing.problems_by_table(draft, making.problems(draft))
    first = next(iter(wrong), FIRST)  # who has something to mend begins there
    name = views.choice("edited_table", "Table", tuple(known), first, partial(_called, known, wrong))
    table, now = known[name], _editing(name, draft)
    st.caption(
        f"{plain(table['description'])} Rows whose figures you change are marked as your own. Add rows at the end; "
        "mark rows at the left to delete them."
    )
    rows = editing.frame(now.began, table)
    rows.insert(0, _ROW, range(2, len(rows) + 2))  # as problems name rows: the header is the first
    key = f"editor_{session.mark()}_{name}_{now.generation}"
    st.data_editor(
        rows,
        key=key,
        num_rows="dynamic",
        column_config=_config(now.began, table),
        on_change=_edited,
        args=(key, now, table),
        height=min(36 * (len(rows) + 3), 560),
    )


def _called(known: Mapping[str, Resource], wrong: Mapping[str, int], name: str) -> str:
    """Return what the list calls a table: its title and how much is wrong in it."""
    told = f" ({counted(wrong[name], 'problem')})" if name in wrong else ""
    return f"{known[name]['title']}{told}"


def _editing(table: str, draft: Draft) -> _Editing:
    """Return what the editor on the screen began with; it begins anew where the draft was changed by anything else."""
    now: _Editing | None = st.session_state.get(_EDITING)
    if now is None or now.table != table or now.led_to.cells != draft.cells:
        now = _Editing(table, draft, draft, 0 if now is None else now.generation + 1)
        st.session_state[_EDITING] = now
    return now


def _config(draft: Draft, table: Resource) -> dict[str, Any]:
    config: dict[str, Any] = {_ROW: st.column_config.NumberColumn("row", disabled=True, pinned=True, width=50)}
    for column in editing.columns(draft, table):
        label = f"{column.name} *" if column.is_needed else column.name
        if column.choices:
            config[column.name] = st.column_config.SelectboxColumn(
                label, help=plain(column.help), options=["", *column.choices]
            )
        else:
            config[column.name] = st.column_config.TextColumn(label, help=plain(column.help))
    return config


def _edited(key: str, now: _Editing, table: Resource) -> None:
    """Take what was edited into the draft as one more step."""
    state = st.session_state[key]
    rows = editing.frame(now.began, table)
    edits = Edits(
        changed={int(place): _texts(cells) for place, cells in state["edited_rows"].items()},
        added=tuple(row for row in map(_texts, state["added_rows"]) if any(row.values())),
        deleted=tuple(map(int, state["deleted_rows"])),
    )
    changed = now.began.with_cells(edited(now.began, {table["name"]: edits}))
    if changed.cells == now.led_to.cells:
        return  # a row that is still empty, a figure written as it was
    st.session_state[_EDITING] = _Editing(now.table, now.began, changed, now.generation)
    making.step(changed, _did(table, edits, rows))


def _texts(cells: dict[str, Any]) -> dict[str, object]:
    return {
        str(name): None if value is None else str(value).strip()
        for name, value in cells.items()
        if name not in ("_index", _ROW)
    }


def _did(table: Resource, edits: Edits, rows: pd.DataFrame) -> str:
    """Return in words what was edited in a table since the editor began with it."""
    cells = sum(map(len, edits.changed.values()))
    parts = [
        counted(count, what)
        for count, what in ((cells, "cell"), (len(edits.added), "new row"), (len(edits.deleted), "deleted row"))
        if count
    ]
    return f"{table['title']}: {', '.join(parts)}" if parts else f"{table['title']}: as before"
