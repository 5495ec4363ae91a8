"""How an assumption is set to one end of its range: by a click on its bar of the tornado, or by buttons."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.inputs.lever import Lever, Value
from core.story.settings import in_words
from core.views.risk.figures import PAGE
from core.views.risk.frames import ENDS
from core.views.risk.view import View
from pages.parts.live import component
from pages.parts.widgets import figures, views
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

TORNADO: Final = "risk_tornado"
_NAMES: Final = {"low": "10th percentile", "high": "90th"}


def chart(view: View) -> None:
    """Draw the tornado; a click on a bar sets its lever to that end, which undo takes back."""
    figures.one(PAGE, view, TORNADO, on_pick=_take)


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


def _take() -> None:
    """Take in a click on a bar."""
    bar = component.picked(TORNADO)
    lever, end = dataset.in_use().levers.get(str(bar.get("lever"))), bar.get("end")
    if lever in dataset.in_use().levers.beliefs and end in ENDS:
        set_to(lever, str(end))
