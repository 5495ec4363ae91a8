"""How figures stand on a page: a chart or table under its finding, with what shaped it and its evidence behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from core.story import plot, tables
from core.story.finding import Answer, Figure
from core.story.plot import Mode, Spec
from pages.parts.work import session
from pages.parts.work.text import plain

GOOD_COLOURS: Final[dict[bool | None, Literal["green", "red", "gray"]]] = {True: "green", False: "red", None: "gray"}
LINKS: Final[dict[str, Any]] = {"Address": st.column_config.LinkColumn("Address", display_text="open")}

TableMaker = Callable[[Answer], pd.DataFrame]


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


def chart(
    answer: Answer, name: str, title: str, spec: Spec, frame: pd.DataFrame, caption: str, table: TableMaker
) -> None:
    """Draw a chart under its finding, with a caption, and behind it the table and the evidence.

    `name` is the figure's in core.inputs.evidence; `table` makes what is shown when the reader asks for it.
    """
    heading(title, caption)
    draw(name, spec, frame, f"{title}. {caption}")
    behind(answer, name, table)


def draw(name: str, spec: Spec, frame: pd.DataFrame, said: str) -> None:
    """Draw a chart that says `said` to those who cannot see it.

    Streamlit writes `alt` into the specification, and the browser builds a chart anew whose specification is another.
    So `alt` stays as it is, and what changes with the figures comes along with them.
    """
    st.vega_lite_chart(
        frame.assign(**{plot.SAID: [said, *[""] * (len(frame) - 1)]}),
        plot.speaking(spec),
        key=f"chart_{name}",
        alt=f"Chart: {name.replace('_', ' ')}. Its finding stands above it, its figures in the table below it.",
    )


def heading(title: str, caption: str) -> None:
    """Draw a finding and what shaped it, as one element: each element costs time in every run."""
    st.markdown(f"### {plain(title)}\n\n:small[:gray[{plain(caption)}]]")


def words(rows: pd.DataFrame) -> None:
    """Draw a table of words."""
    head = " | ".join(plain(str(name)) for name in rows.columns)
    lines = [" | ".join(plain(str(cell)) for cell in row) for row in rows.to_records(index=False).tolist()]
    st.markdown("\n".join([head, " | ".join(["---"] * rows.shape[1]), *lines]))


def behind(answer: Answer, name: str, table: TableMaker | None = None) -> None:
    """Draw the fold that holds a figure's table and evidence; what is folded away is not drawn."""
    label = "Evidence" if table is None else "Table and evidence"
    fold = st.expander(label, key=f"behind_{name}", type="compact", on_change="rerun")
    if not fold.open:
        return
    with fold:
        if table is not None:
            st.dataframe(table(answer), hide_index=True, key=f"table_{name}", alt=f"Figures behind {name}")
        st.markdown("Inputs, the most certain first")
        _evidence(tables.sources(answer, name), f"inputs_{name}", f"Inputs behind {name}, with grade and source")
        st.markdown("Assumptions that are set by a lever")
        beliefs = tables.beliefs(answer, session.current())
        _evidence(beliefs, f"beliefs_{name}", "Assumptions, with range and source")


def _evidence(table: pd.DataFrame, key: str, alt: str) -> None:
    st.dataframe(table, column_config=LINKS, hide_index=True, key=key, alt=alt)
