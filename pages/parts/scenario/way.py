"""The bridge below the sentence about a revision opened again: what each change of data does, and today's beliefs."""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.base.format import counted
from core.story import charts
from core.upkeep.bridge import Bridge
from core.upkeep.mixtures import MixtureError
from core.views.saved import way
from core.views.saved.difference import Reopening
from pages.parts.kept import releases
from pages.parts.widgets import figures, later
from pages.parts.work import session
from pages.parts.work.text import plain

WAITING: Final = ":gray[What each change of the data does to it is being worked out]"
_SLOT: Final = "reopened_way"


def draw(reopening: Reopening, when: date) -> None:
    """Draw the bridge if it is known, else a place for it that `fill` draws in; then what today's beliefs would do."""
    if way.has_groups(reopening):
        slot = st.empty()
        found = releases.known_bridge(reopening)
        if found is None:
            slot.markdown(WAITING)
            later.leave(_SLOT, (slot, reopening, when))
        else:
            _bridge(slot, reopening, found, when)
    _beliefs(reopening)


def fill() -> None:
    """Work out the bridge that `draw` left open and draw it; call it when the page stands."""
    waiting: tuple[DeltaGenerator, Reopening, date] | None = later.take(_SLOT)
    if waiting is not None:
        slot, reopening, when = waiting
        _bridge(slot, reopening, releases.bridge(reopening, slot), when)


def _bridge(slot: DeltaGenerator, reopening: Reopening, found: Bridge | MixtureError, when: date) -> None:
    if isinstance(found, MixtureError):
        slot.caption(f"What each change of the data does to it cannot be told: {plain(str(found))}.")
        return
    along = way.way(reopening, found)
    bars = way.bars(along)
    title, caption = way.title(reopening, along), way.caption(reopening)
    with slot.container():
        figures.heading(title, caption)
        spec = charts.bridge(figures.mode(), along.unit, len(bars), "Change", "")
        st.vega_lite_chart(bars, spec, key=f"chart_way_{when.isoformat()}", alt=f"{title}. {caption}")
        fold = st.expander("Table", key="behind_way", type="compact", on_change="rerun")
        if fold.open:
            with fold:
                st.dataframe(way.table(along), hide_index=True, key="table_way", alt="Figures behind the bridge")


def _beliefs(reopening: Reopening) -> None:
    found = way.beliefs(reopening)
    if found is None:
        return
    st.markdown(f"**{plain(way.beliefs_title(found))}.**")
    figures.words(way.beliefs_table(found))
    count = counted(len(found.levers), "belief")
    st.button(
        f"Set {count} to today's base",
        key="todays_beliefs",
        help="Sets these levers and no others; undo leads back",
        on_click=session.change,
        kwargs=found.settings,
    )
