"""What is wrong with data, as a table: where, what stands there and what would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from core.base.format import counted, listed
from core.inputs.problem import Problem
from pages.parts.work.text import plain

MOST_SHOWN: Final = 1000
MOST_PLACES: Final = 5


def draw(found: Sequence[Problem], title: str) -> None:
    """Draw all that is wrong, if anything is, under what that means."""
    if not found:
        return
    if len(found) == 1:
        st.error(f"{plain(str(found[0]))}.", title=title)  # in full, also on a phone
        return
    st.error(plain(f"{counted(len(found), 'problem')}: {_places(found)}."), title=title)
    st.dataframe(
        table(found[:MOST_SHOWN]), hide_index=True, alt=f"{title}: {counted(len(found), 'problem')}", width="stretch"
    )
    if len(found) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} of {len(found):,} are shown.")


def _places(found: Sequence[Problem]) -> str:
    """Return how many problems each file has, the most first."""
    counts = Counter(one.file for one in found)
    told = [f"{count:,} in {file}" for file, count in counts.most_common(MOST_PLACES)]
    return listed([*told, *(["more in other files"] if len(counts) > MOST_PLACES else [])])


def table(found: Sequence[Problem]) -> pd.DataFrame:
    """Return problems as a table: file, row, column, what stands there, what is wrong with it and what would do."""
    return pd.DataFrame(
        {
            "where": [one.file for one in found],
            "row": pd.array([one.line for one in found], dtype="Int64"),
            "column": [one.column or "" for one in found],
            "stands there": [one.value or "" for one in found],
            "problem": [one.wrong for one in found],
            "what would do": [one.expected for one in found],
        }
    )
