"""The documents that the product shows as they stand in the docs folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import streamlit as st

from core.inputs.method import METHOD_PATH, RELEASES_PATH, with_lever_table
from pages.parts.work import dataset

LINE_WIDTH: Final = 860


def method(*, below_a_title: bool) -> None:
    """Draw the method: the model in the project's own words, formula by formula."""
    _draw(METHOD_PATH, below_a_title)


def releases(*, below_a_title: bool) -> None:
    """Draw what changed from version to version, if the notes tell of the data set at hand."""
    if RELEASES_PATH.exists() and f"data {dataset.in_use().data_version}" not in RELEASES_PATH.read_text(
        encoding="utf-8"
    ):
        st.caption("The release notes tell of the data set that comes with the product; of this one they say nothing.")
        return
    _draw(RELEASES_PATH, below_a_title)


def _draw(path: Path, below_a_title: bool) -> None:
    """Draw a document; below a page's own title all its headings go down by one."""
    with st.container(width=LINE_WIDTH):
        if not path.exists():
            st.error(f"docs/{path.name} is missing from this installation.", icon=":material/draft:")
            return
        text = path.read_text(encoding="utf-8")
        if path == METHOD_PATH:
            text = with_lever_table(text, dataset.in_use().levers)
        st.markdown(re.sub(r"(?m)^(#+ )", r"#\1", text) if below_a_title else text)
