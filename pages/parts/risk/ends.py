"""How an assumption is set to one end of its range: by a click on its bar of the tornado, or by buttons."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from core.inputs.lever import Lever, Value
from core.story.settings import in_words
from core.views.risk.charts import PICKED
from core.views.risk.figures import PAGE
from core.views.risk.frames import ENDS
from core.views.risk.view import View
from pages.parts.widgets import figures, views
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

_TAKEN: Final = "ends_taken"
_NAMES: Final = {"low": "10th percentile", "high": "90th"}


def chart(view: View) -> None:
    """Draw the tornado; a click on a bar sets its lever to that end, which undo takes back."""
    figure = PAGE.figures["risk_tornado"]
    title, caption = figure.title(view), figure.caption(view)
    figures.heading(title, caption)
    if figure.spec is None or figure.frame is None:
        return
    # After each click a new chart stands here: the selection of the old one would set the lever again.
    key = f"chart_risk_tornado_{session.mark()}_{st.session_state.get(_TAKEN, 0)}"
    st.vega_lite_chart(
        figure.frame(view),
        figure.spec(figures.mode(), view),
        key=key,
        alt=f"{title}. {caption}",
        on_select=partial(_take, key),
        selection_mode=PICKED,
    )
    figures.behind(figure, view)


def buttons(levers: list[str]) -> None:
    """Draw what does the same without a pointer."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="risk_ends"):
        picked = views.choice(
            "risk_end", "Set an assumption", tuple(levers), levers[0], lambda one: dataset.in_use().levers[one].label
        )
        lever = dataset.in_use().levers[picked]
        for end in ENDS:
            value = value_at(lever, end)
            st.button(
                f"{_NAMES[end]}: {plain(in_words(lever, value))}",
                key=f"risk_set_{end}",
                on_click=set_to,
                args=(lever, end),
                disabled=session.current()[lever.id] == value,
            )


def value_at(lever: Lever, end: str) -> Value:
    """Return the value of a belief at an end of its range."""
    low, high = lever.percentiles
    return lever.value(low if end == "low" else high)


def set_to(lever: Lever, end: str) -> None:
    """Set a belief to an end of its range."""
    session.change(**{lever.id: value_at(lever, end)})


def _take(key: str) -> None:
    """Take in a click, if one it was: pointing beside a bar selects nothing."""
    state = st.session_state.get(key) or {}
    bars = state.get("selection", {}).get(PICKED) or []
    if not bars:
        return
    lever, end = dataset.in_use().levers.get(str(bars[0].get("lever"))), bars[0].get("end")
    if lever in dataset.in_use().levers.beliefs and end in ENDS:
        st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1
        set_to(lever, str(end))
