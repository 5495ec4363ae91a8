"""What changed in the data since the release before and what that does to the answer, on the Data page."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.story.release import Changed
from core.upkeep.mixtures import MixtureError
from core.views.data import changed
from pages.parts.kept import releases
from pages.parts.widgets import figures, later
from pages.parts.work import session
from pages.parts.work.text import plain

HEIGHT: Final = 380
"""Of what is waited for, in px."""
_SLOT: Final = "release_changes"
_COLUMNS: Final[dict[str, Any]] = {"Row": st.column_config.TextColumn(width="medium")}


def draw() -> None:
    """Draw the bridge and what lies behind it if they are known, else a place for them that `fill` draws in.

    Nothing without a release before.
    """
    if releases.before() is None:
        return
    slot = st.empty()
    found = releases.known_change(session.current())
    if found is None:
        slot.container(border=False).skeleton(HEIGHT)
        later.leave(_SLOT, slot)
    else:
        _draw(slot, found)


def fill() -> None:
    """Work out what `draw` left open and draw it; call it when all else of the section stands."""
    slot: DeltaGenerator | None = later.take(_SLOT)
    former = releases.before()
    if slot is not None and former is not None:
        _draw(slot, releases.change(former, session.current()))


def _draw(slot: DeltaGenerator, found: Changed | MixtureError) -> None:
    with slot.container():
        if isinstance(found, MixtureError):
            st.warning(f"What the changes do cannot be told: {plain(str(found))}.", icon=":material/difference:")
            return
        figures.chart(changed.FIGURE, found)
        fold = st.expander("Every change, cell by cell", key="behind_every_change", type="compact", on_change="rerun")
        if fold.open:
            with fold:
                _cells(found)


def _cells(found: Changed) -> None:
    st.dataframe(
        changed.cells(found),
        column_config=_COLUMNS,
        hide_index=True,
        key="every_change",
        alt="Every change since the release before, with its group, the figure before and after, and its source",
    )
    for note in changed.notes(found):
        st.caption(plain(note))
