"""The shell: configuration, navigation, levers, scenario bar and notices; then the page that was asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts import levers, notice, opened, scenario_bar, session

HERE = Path(__file__).resolve().parent
SIDEBAR_WIDTH = 348
OF_ONE_SCENARIO = ("Explore",)
"""Pages that show the figures of the scenario itself; above them stands what became of it since it was saved."""

st.set_page_config(
    page_title="Crossover", page_icon=HERE / "parts" / "mark.svg", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH
)
st.html(HERE / "parts" / "style.css")
st.logo(HERE / "parts" / "wordmark.svg", size="large")
page = st.navigation(
    [
        st.Page(HERE / "explore.py", title="Explore", default=True),
        st.Page(HERE / "compare.py", title="Compare", url_path="compare"),
        st.Page(HERE / "method.py", title="Method", url_path="method"),
    ],
    position="top",
)
session.begin()
levers.listen()
session.publish()
with st.sidebar:
    levers.sidebar()
scenario_bar.draw()
notice.draw()
if page.title not in OF_ONE_SCENARIO or not opened.draw():
    page.run()
session.keep_draft()
