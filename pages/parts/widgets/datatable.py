"""The tables of the data as a visitor browses them: one at a time, by grade, and searched."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core.base.format import counted
from core.inputs.data import Inputs
from core.inputs.evidence import grades_in
from core.views.data import rows as browsed
from core.views.data.rows import Table
from pages.parts.widgets import views
from pages.parts.work import session
from pages.parts.work.text import plain

ALL: Final = "All"
FIRST: Final = "chip_prices"
_SEARCHED: Final = "data_searched"


def draw(inputs: Inputs) -> None:
    """Draw the choice of a table, a grade and a word to look for, and the rows that are left."""
    known = {table.name: table for table in browsed.tables(inputs)}
    with st.container(horizontal=True, gap="medium"):
        table = known[views.choice("table", "Table", tuple(known), FIRST, lambda name: known[name].title)]
        grades = known_grades = grades_in(inputs)
        if table.is_graded:
            grade = views.choice("grade", "Grade", (ALL, *known_grades), ALL, str.capitalize)
            grades = known_grades if grade == ALL else (grade,)
        search = _search()
    rows = browsed.rows(inputs, table.name, grades, search)
    whole = len(inputs.tables[table.name])
    st.caption(f"{plain(table.description)} {counted(len(rows), 'row')} of {whole} shown.")
    if rows.empty:
        st.info("No row has this grade and this word; pick another grade or clear the search.")
        return
    st.dataframe(
        rows,
        hide_index=True,
        key=f"data_table_{table.name}",
        column_config=_columns(table),
        alt=f"Table {table.title}",
    )


def _columns(table: Table) -> dict[str, Any]:
    """Return what the heading of each column says when it is pointed at, and the address as a link."""
    columns = {name: st.column_config.Column(name, help=plain(words)) for name, words in table.columns.items()}
    return {**columns, "url": st.column_config.LinkColumn("url", display_text="open")}


def _search() -> str:
    """Draw the field to search with; what stands in it stays when the visitor leaves and comes back."""
    key = f"{_SEARCHED}_{session.mark()}"
    if key in st.session_state:
        st.session_state[_SEARCHED] = st.session_state[key]
    kept: str = st.session_state.get(_SEARCHED, "")
    return st.text_input("Search", kept, key=key, placeholder="a chip, a source, a word", width=views.LIST_WIDTH)
