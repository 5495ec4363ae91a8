"""What sound data say, what in them is odd, and how the answer differs from that on the data before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.base import format as fmt
from core.base.format import counted
from core.inputs.data import Inputs
from core.inputs.description import description, remarks
from core.upkeep.examined import Moved
from core.upkeep.mixtures import MixtureError
from core.upkeep.odd import oddities
from pages.parts.kept import releases, shelf
from pages.parts.work.text import plain

HEIGHT: Final = 120
"""Of what is waited for, in px."""
_SLOTS: Final = "moved_slots"


@dataclass(frozen=True)
class _Open:
    """A place that waits for how the answer on `after` differs from that on `before`."""

    slot: DeltaGenerator
    before: Inputs
    after: Inputs


def begin() -> None:
    """Note that nothing is waited for yet; call it before anything of the section is drawn."""
    st.session_state[_SLOTS] = []


def draw(inputs: Inputs, before: Inputs) -> None:
    """Draw the verdict on data that have passed every check, and leave a place for what they do to the answer."""
    st.success(plain(description(inputs)), title="These data can be used")
    for remark in remarks(inputs):
        st.caption(plain(remark))
    moves(before, inputs)
    _draw_oddities(inputs, before)


def moves(before: Inputs, after: Inputs) -> None:
    """Draw how the answer differs from one data set to the other if it is known, else a place that `fill` draws in."""
    slot = st.empty()
    found = releases.known_move(before, after)
    if found is None:
        slot.container(border=False).skeleton(HEIGHT)
        st.session_state[_SLOTS].append(_Open(slot, before, after))
    else:
        _draw_moved(slot, found)


def fill() -> None:
    """Work out what `moves` left open and draw it; call it when all else of the section stands."""
    for one in st.session_state.pop(_SLOTS, []):
        _draw_moved(one.slot, releases.move(one.before, one.after, one.slot))


def _draw_moved(slot: DeltaGenerator, found: Moved | MixtureError) -> None:
    with slot.container():
        if isinstance(found, MixtureError):
            st.warning(f"What they do to the answer cannot be told: {plain(str(found))}.", icon=":material/difference:")
            return
        st.markdown("**What that does to the answer**, base scenario against today\\'s mix held")
        for sentence in found.sentences():
            st.markdown(plain(sentence))
        frame = found.frame()
        if not frame.empty:
            _draw_parts(frame, found)


def _draw_parts(frame: pd.DataFrame, found: Moved) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "Moved by": frame["group"],
                "Changes": frame["changes"],
                "Part": [fmt.usd(usd, signed=True) for usd in frame["part_usd"]],
                "Alone": [fmt.usd(usd, signed=True) for usd in frame["alone_usd"]],
            }
        ),
        hide_index=True,
        key=f"moved_{found.before.data_version}_{found.after.data_version}",
        alt="What each table moves the value by; parts add up",
    )


def _draw_oddities(inputs: Inputs, before: Inputs) -> None:
    found = shelf.once(("odd", inputs.data_version, before.data_version), lambda: oddities(inputs, before))
    if not found:
        st.caption("Nothing in them is odd.")
        return
    st.markdown(f"**{counted(len(found), 'figure')} may not have been meant**")
    st.dataframe(
        pd.DataFrame(
            {
                "table": [one.table for one in found],
                "row": [one.row for one in found],
                "column": [one.column for one in found],
                "stands there": [one.value for one in found],
                "why it is odd": [one.why for one in found],
                "what would do": [one.would_do for one in found],
            }
        ),
        hide_index=True,
        key="data_oddities",
        alt=f"{counted(len(found), 'figure')} that may not have been meant",
    )
