"""The shell: configuration, navigation, the levers in the sidebar and the notice; then the page that was asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts import levers, notice, session

HERE = Path(__file__).resolve().parent
SIDEBAR_WIDTH = 348

st.set_page_config(
    page_title="Crossover", page_icon=HERE / "parts" / "mark.svg", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH
)
st.html(HERE / "parts" / "style.css")
st.logo(HERE / "parts" / "wordmark.svg", size="large")
page = st.navigation(
    [
        st.Page(HERE / "explore.py", title="Explore", default=True),
        st.Page(HERE / "method.py", title="Method", url_path="method"),
    ],
    position="top",
)
session.begin()
levers.listen()
session.publish()
with st.sidebar:
    levers.sidebar()
notice.draw()
page.run()
