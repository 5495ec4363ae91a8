"""The glossary: what the words of the product mean, in the order of the alphabet."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from core.story.glossary import TERMS
from pages.parts.work.text import plain

LINE_WIDTH: Final = 860

st.title("Glossary", anchor=False)
st.caption("The same words explain themselves where they stand: point at the mark beside a caption.")
with st.container(width=LINE_WIDTH):
    for term in TERMS:
        unit = f" *In {plain(term.unit)}.*" if term.unit else ""
        anchor = re.sub(r"[^a-z0-9]+", "-", term.section.lower()).strip("-")
        st.markdown(
            f"**{plain(term.name)}**  \n{plain(term.meaning)}{unit} [Method, {plain(term.section)}](method#{anchor})"
        )
