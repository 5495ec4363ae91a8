"""What is wrong with data, as a table: where, what stands there and what would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from core.base.format import counted
from core.inputs.problem import Problem

MOST_SHOWN: Final = 1000


def draw(found: Sequence[Problem], title: str) -> None:
    """Draw all that is wrong, if anything is, under what that means."""
    if not found:
        return
    st.error(f"{counted(len(found), 'problem')}: each with where it is and what would do.", title=title)
    st.dataframe(
        table(found[:MOST_SHOWN]), hide_index=True, alt=f"{title}: {counted(len(found), 'problem')}", width="stretch"
    )
    if len(found) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} of {len(found):,} are shown.")


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
