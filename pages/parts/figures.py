"""How figures stand on a page: a chart or table under its finding, with what shaped it and its evidence behind."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core import evidence
from core import format as fmt
from core.charts import Mode, Spec
from core.data import bundled
from core.finding import Figure
from pages.parts.text import plain

GOOD_COLOURS = {True: "green", False: "red", None: "gray"}
CONFIG = {
    "input": "Input",
    "grade": "Grade",
    "rows": st.column_config.NumberColumn("Rows"),
    "source": "Source",
    "publisher": "Publisher",
    "published_on": "Published",
    "read_as": "Read as",
    "url": st.column_config.LinkColumn("Address", display_text="open"),
}


def mode() -> Mode:
    """Return whether the visitor sees the light or the dark theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


def strip(figures: list[Figure]) -> None:
    """Draw headline figures side by side."""
    with st.grid(len(figures), min_column_width=168, gap="small"):
        for figure in figures:
            st.metric(
                figure.label,
                plain(figure.value),
                plain(figure.change),
                delta_description=figure.beside,
                delta_arrow="off",
                delta_color=GOOD_COLOURS[figure.good],
                help=plain(figure.help),
                border=True,
                height="stretch",
            )


def chart(name: str, title: str, spec: Spec, frame: pd.DataFrame, caption: str, table: Callable[[], pd.DataFrame]) -> None:
    """Draw a chart under its finding, with a caption, and behind it the table and the evidence.

    `name` is the figure's in core.evidence; `table` makes what is shown when the reader asks for it.
    """
    st.subheader(plain(title), anchor=False)
    st.vega_lite_chart(frame, spec, key=f"chart_{name}", alt=f"{title}. {caption}")
    st.caption(plain(caption))
    behind(name, table)


def behind(name: str, table: Callable[[], pd.DataFrame] | None = None) -> None:
    """Draw the fold that holds a figure's table and evidence; what is folded away is not drawn."""
    label = "Evidence" if table is None else "Table and evidence"
    fold = st.expander(label, key=f"behind_{name}", type="compact", on_change="rerun")
    if fold.open:
        with fold:
            if table is not None:
                rows = table()
                st.dataframe(rows, hide_index=True, key=f"table_{name}", alt=f"Figures of the chart: {name}")
            st.dataframe(
                evidence.sources(bundled(), name),
                column_config=CONFIG,
                hide_index=True,
                key=f"evidence_{name}",
                alt=f"Inputs behind {name}, with their grade and source",
            )


def money_table(frame: pd.DataFrame, rows: str, across: str) -> pd.DataFrame:
    """Return a tidy frame of dollars as a table of words: a row a `rows`, a column a `across`."""
    table = frame.pivot(index=rows, columns=across, values="usd").loc[list(dict.fromkeys(frame[rows]))]
    return table.map(lambda usd: fmt.usd(usd, 3)).reset_index()
