"""The shell: configuration, navigation, levers, scenario bar and notices; then the page that was asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts.kept import odds
from pages.parts.library import selection
from pages.parts.live import page as live
from pages.parts.release import line
from pages.parts.scenario import opened, reopened, scenario_bar, way
from pages.parts.widgets import courses, headline, later, levers, notice, paper, views
from pages.parts.work import address, session

HERE = Path(__file__).resolve().parent
SIDEBAR_WIDTH = 348
EXPLORE, COMPARE = "Explore", "Compare"
OF_ONE_SCENARIO = (EXPLORE, "Best mix", "Risk", "Chips", "Cost", "Contracts", "Power", "Programme", "Data")
"""Pages that show the figures of the scenario itself; above them stands what became of it since it was saved."""

odds.hold()
session.keep_address()
st.set_page_config(page_icon=HERE / "parts" / "mark.svg", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
st.logo(HERE / "parts" / "wordmark.svg", size="large")
page = st.navigation(
    [
        st.Page(HERE / "explore.py", title=EXPLORE, default=True),
        st.Page(HERE / "mix.py", title="Best mix", url_path="mix"),
        st.Page(HERE / "risk.py", title="Risk", url_path="risk"),
        st.Page(HERE / "chips.py", title="Chips", url_path="chips"),
        st.Page(HERE / "cost.py", title="Cost", url_path="cost"),
        st.Page(HERE / "contracts.py", title="Contracts", url_path="contracts"),
        st.Page(HERE / "power.py", title="Power", url_path="power"),
        st.Page(HERE / "programme.py", title="Programme", url_path="programme"),
        st.Page(HERE / "library.py", title="Library", url_path="library"),
        st.Page(HERE / "compare.py", title=COMPARE, url_path="compare"),
        st.Page(HERE / "data.py", title="Data", url_path="data"),
        st.Page(HERE / "glossary.py", title="Glossary", url_path="glossary"),
        st.Page(HERE / "method.py", title="Method", url_path="method", visibility="hidden"),
    ],
    position="top",
)


def publish() -> None:
    """Write the work, and what is looked at on the page, into the address bar; call it once the page is drawn."""
    address.in_address({**compared, **views.in_address()})
    session.publish()


odds.begin(publish)
later.begin()
if (arrived := session.begin()) is not None:
    selection.arrive(arrived.get(address.COMPARE_KEY))
    views.arrive(arrived)
levers.listen()
compared = selection.in_address() if page.title == COMPARE else {}
address.in_address({**compared, **views.begin(page.title)})
session.publish()
with st.sidebar:
    levers.sidebar()
scenario_bar.draw(page.title)
scenario_bar.watch()
on_paper = st.empty()
st.button("Draw anew", key="draw_anew")  # pressed by page.js when the theme has changed, seen by nobody
notice.draw()
session.keep_draft()
if page.title not in OF_ONE_SCENARIO or not opened.draw():
    page.run()
    publish()
    live.draw(page.url_path or "explore")
    paper.draw(on_paper)
way.fill()
headline.fill()
reopened.fill()
courses.fill()
line.fill()
odds.stands()
