"""The method page: the model in the project's own words, formula by formula."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

METHOD = Path(__file__).resolve().parent.parent / "docs" / "METHOD.md"

LINE_WIDTH = 860

with st.container(width=LINE_WIDTH):
    if METHOD.exists():
        st.markdown(METHOD.read_text(encoding="utf-8"))
    else:
        st.error("docs/METHOD.md is missing from this installation.", icon=":material/draft:")
