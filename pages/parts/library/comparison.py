"""How scenarios stand beside each other: each figure with its table behind it, the evidence of all in one fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.story import tables
from core.views.compare.bridge import MEASURES
from core.views.compare.figures import PAGE
from core.views.compare.view import View, differing
from pages.parts.kept import odds
from pages.parts.widgets import download, figures
from pages.parts.work import dataset
from pages.parts.work.text import plain

MOST_LEVERS: Final = 12
"""A longer list of levers is folded away."""


def headline(view: View) -> DeltaGenerator:
    """Draw the headline figures in words, and behind them the evidence of all figures of the page.

    Returns where the figures stand, for `with_odds`.
    """
    figure = PAGE.figures["compare_headline"]
    drawn = tuple(odds.most_known(dataset.in_use(), one.scenario) for one in view.compared)
    if all(drawn):
        view = replace(view, futures=tuple(one for one in drawn if one is not None))
    with st.container(key="compare_words"):
        slot = st.empty()
    _headline_words(view, slot)
    st.caption(figure.caption(view))
    _fold(figure.name, figure.behind, lambda: figure.table(view), view)
    sources = "Evidence: inputs, the most certain first"
    _fold(PAGE.head.name, sources, lambda: tables.sources(view.bridge.inputs, PAGE.head.evidence), view)
    return slot


def with_odds(view: View, slot: DeltaGenerator) -> None:
    """Draw the headline figures again with the odds of each scenario; long work."""
    drawn = tuple(odds.futures(one.scenario) for one in view.compared)
    _headline_words(replace(view, futures=drawn), slot)


def _headline_words(view: View, slot: DeltaGenerator) -> None:
    figure = PAGE.figures["compare_headline"]
    if figure.words is not None:
        with slot.container():
            figures.words(figure.words(view))


def side_by_side(view: View, name: str) -> None:
    """Draw a chart a scenario, all on one scale."""
    figure = PAGE.figures[name]
    title, caption = figure.title(view), figure.caption(view)
    figures.heading(title, caption)
    panels = figure.panels(figures.mode(), view) if figure.panels is not None else ()
    for column, panel in zip(st.columns(len(panels), gap="medium"), panels, strict=True):
        with column:
            st.markdown(f"**{plain(panel.label)}**")
            said = f"{panel.label}. {title}. {caption}"
            st.vega_lite_chart(panel.frame, panel.spec, key=f"chart_{panel.name}", alt=said)
    _fold(name, figure.behind, lambda: figure.table(view), view)


def levers(view: View) -> None:
    """Draw the levers that are not set alike, if there are any; a long list is folded away."""
    figure, count = PAGE.figures["compare_levers"], len(differing(view.compared))
    if count:
        figures.heading(figure.title(view), figure.caption(view))
    if 0 < count <= MOST_LEVERS and figure.words is not None:
        with st.container(key="compare_words_of_levers"):
            figures.words(figure.words(view))
    if count:
        _fold(figure.name, figure.behind, lambda: figure.table(view), view)


def bridge(view: View, picker: Callable[[], None]) -> None:
    """Draw the bridge, with what `picker` draws below its finding; of equal scenarios the finding alone."""
    figure = PAGE.figures["compare_bridge"]
    title, caption = figure.title(view), figure.caption(view)
    figures.heading(title, caption)
    picker()
    if figure.spec is None or figure.frame is None or (bars := figure.frame(view)).empty:
        return
    st.vega_lite_chart(bars, figure.spec(figures.mode(), view), key="chart_bridge", alt=f"{title}. {caption}")
    _fold(figure.name, figure.behind, lambda: figure.table(view), view)


def _fold(name: str, label: str, table: Callable[[], pd.DataFrame], view: View) -> None:
    """Draw the fold that holds a table; what is folded away is not drawn."""
    fold = st.expander(label, key=f"behind_{name}", type="compact", on_change="rerun")
    if fold.open:
        with fold:
            rows = table()
            st.dataframe(rows, column_config=_columns(), hide_index=True, alt=f"Figures behind {label}")
            download.draw(name, label, rows, " against ".join(one.name for one in view.compared))


def _columns() -> dict[str, Any]:
    """Return how addresses are written, and the figures of a bridge where they add up."""
    calendar = dataset.in_use().calendar
    return figures.LINKS | {
        f"{one.label(calendar)} ({one.exact_unit})": st.column_config.NumberColumn(
            format="dollar" if one.exact_unit == "$" else "%.6f"
        )
        for one in MEASURES
    }
