"""How figures stand on a page: a chart or table under its finding, with what shaped it and its evidence behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.story import tables
from core.story.answer import Answer
from core.story.drawn import SAID, STRIP, Part, drawn, drawn_head, drawn_line, drawn_strip
from core.story.figure import Figure, Metric, Page, View
from core.story.finding import evidence_line
from core.story.glossary import met, told
from core.story.lines import GUESSWORK
from core.story.plot import Mode
from pages.parts.live import component
from pages.parts.widgets import download
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

FIGURE, LINE = "figure", "line"
"""What the component draws beside a strip."""
CAPTION, SENTENCE, BELOW_A_LEVER = "caption", "sentence", "lever"
"""How a line looks: small and quiet, as text, or close under a lever where it keeps its room when it is empty."""
LINKS: Final[dict[str, Any]] = {"Address": st.column_config.LinkColumn("Address", display_text="open")}


def mode() -> Mode:
    """Return whether the visitor sees the light or the dark theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


# --- Figures as they are declared


def row(page: Page[View], view: View, *names: str, widths: Sequence[int] | None = None) -> None:
    """Draw figures of a page side by side, as wide as `widths` says or all alike."""
    for column, name in zip(st.columns(widths or len(names), gap="medium"), names, strict=True):
        with column:
            one(page, view, name)


def one(
    page: Page[View],
    view: View,
    name: str,
    *,
    words_below: bool = True,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Draw a figure of a page: its finding and what shaped it, what it shows, and its table and evidence behind.

    Where there is nothing to draw, the finding stands alone. A page that puts the words of a chart beside it draws
    them with `words_of`. on_pick: see pages.parts.live.component.show.
    """
    figure = page.figures[name]
    part = Part.WHOLE if words_below else Part.CHART
    shown = drawn(figure, view, mode(), part)
    component.show(part.place(name), FIGURE, shown, on_pick)
    if shown["charts"] or figure.spec is None:
        behind(figure, view)


class Again(Generic[View]):
    """Figures of a page that are drawn now, and once more when more is known of what they show."""

    def __init__(self, page: Page[View]) -> None:
        self._page = page
        self._places: dict[str, DeltaGenerator] = {}

    def one(self, view: View, name: str, on_pick: Callable[[], None] | None = None) -> None:
        """Draw a figure, or the headline figures under the name of their place; on_pick as in `one`."""
        self._places[name] = self._show(view, name, on_pick=on_pick)
        if name in self._page.figures:
            behind(self._page.figures[name], view)

    def again(self, view: View) -> None:
        """Draw all once more. What stands in a fold is drawn once a run: where one is open, the page runs again."""
        for name, place in self._places.items():
            self._show(view, name, at=place)
        if any(st.session_state.get(f"behind_{name}") for name in self._places):
            st.rerun()

    def _show(
        self, view: View, name: str, on_pick: Callable[[], None] | None = None, at: DeltaGenerator | None = None
    ) -> DeltaGenerator:
        if name == STRIP:
            return component.show(STRIP, STRIP, drawn_head(self._page.head, view), at=at)
        return component.show(name, FIGURE, drawn(self._page.figures[name], view, mode()), on_pick, at)


def chart(figure: Figure[View], view: View) -> None:
    """Draw a chart that belongs to no page, with its table and evidence behind; raises ValueError if it is none."""
    if figure.spec is None or figure.frame is None:
        raise ValueError(f"{figure.name}: no chart; give it spec and frame")
    component.show(figure.name, FIGURE, drawn(figure, view, mode()))
    behind(figure, view)


def words_of(page: Page[View], view: View, name: str) -> None:
    """Draw the table of words of a figure of a page, if it has one."""
    figure = page.figures[name]
    if figure.words is not None:
        component.show(Part.WORDS.place(name), FIGURE, drawn(figure, view, mode(), Part.WORDS))


def boxed(page: Page[View], view: View, name: str, begins: str) -> None:
    """Draw a figure that is a sentence in a box of its own, after what it `begins` with."""
    figure = page.figures[name]
    with st.container(border=True):
        component.show(Part.WHOLE.place(name), FIGURE, {**drawn(figure, view, mode()), "begins": begins})
        behind(figure, view)


def metrics(page: Page[View], view: View) -> None:
    """Draw the headline figures of a page, and what must be known of them."""
    if page.head.metrics is not None:
        component.show(STRIP, STRIP, drawn_head(page.head, view))


def share_of_guesswork(answer: Answer) -> None:
    """Draw how much of the answer rests on what nobody has published."""
    line(GUESSWORK, evidence_line(answer), CAPTION)


def said(page: Page[View], view: View) -> None:
    """Draw what the finding of a page leaves out."""
    if page.head.said is not None:
        line(SAID, page.head.said(view), SENTENCE)


def line(place: str, text: str, look: str) -> None:
    """Draw a sentence that stands by itself; one that has nothing to say leaves its place empty."""
    component.show(place, LINE, {**drawn_line(place, text), "look": look})


def behind_head(page: Page[View]) -> None:
    """Draw the fold that holds the evidence of a page's head."""
    if (fold := _fold(page.head.name, "Evidence")) is not None:
        with fold:
            _inputs(page.head.name, page.head.evidence)


def behind(figure: Figure[View], view: View) -> None:
    """Draw the fold that holds a figure's table and evidence; what is folded away is not drawn."""
    label = "Evidence" if figure.stands_on_the_page else "Table and evidence"
    if (fold := _fold(figure.name, label)) is not None:
        with fold:
            if not figure.stands_on_the_page:
                _table(figure.name, figure.title(view), figure.table(view))
            _inputs(figure.name, figure.evidence)


# --- What they are made of


def _fold(name: str, label: str) -> Any | None:
    """Draw a fold and return it if it is open."""
    fold = st.expander(label, key=f"behind_{name}", type="compact", on_change="rerun")
    return fold if fold.open else None


def _table(name: str, title: str, table: pd.DataFrame) -> None:
    st.dataframe(table, column_config=LINKS, hide_index=True, key=f"table_{name}", alt=f"Figures behind {name}")
    download.draw(name, title, table)


def _inputs(name: str, names: tuple[str, ...]) -> None:
    """Draw what a figure is computed from: inputs by source, and assumptions that a lever sets."""
    st.markdown("Inputs, the most certain first")
    _evidence(tables.sources(dataset.in_use(), names), f"inputs_{name}", f"Inputs behind {name}, with grade and source")
    st.markdown("Assumptions that are set by a lever")
    beliefs = tables.beliefs(dataset.in_use(), session.current())
    _evidence(beliefs, f"beliefs_{name}", "Assumptions, with range and source")


def _evidence(table: pd.DataFrame, key: str, alt: str) -> None:
    st.dataframe(table, column_config=LINKS, hide_index=True, key=key, alt=alt)
    download.draw(key, alt, table)


def strip(figures: list[Metric]) -> None:
    """Draw headline figures side by side."""
    component.show(STRIP, STRIP, drawn_strip(figures))


def heading(title: str, caption: str) -> None:
    """Draw a finding and what shaped it, as one element: each element costs time in every run.

    What its words mean that a reader may not know is there to be pointed at.
    """
    terms = "\n\n".join(plain(told(term)) for term in met([title, caption]))
    st.markdown(f"### {plain(title)}\n\n:small[:gray[{plain(caption)}]]", help=terms or None)


def words(rows: pd.DataFrame) -> None:
    """Draw a table of words, nothing if it has no rows."""
    if rows.empty:
        return
    head = " | ".join(plain(str(name)) for name in rows.columns)
    lines = [" | ".join(plain(str(cell)) for cell in row) for row in rows.to_records(index=False).tolist()]
    st.markdown("\n".join([head, " | ".join(["---"] * rows.shape[1]), *lines]))
