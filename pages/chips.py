"""The Chips page: which chip for which workload, when each comes, and what would make the custom chip tie."""

from __future__ import annotations

import streamlit as st

from core.story import frames
from core.story.labels import workload_label
from core.views.chips.figures import PAGE, QUARTER, WORKLOAD, View
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

a = answer(session.current())
first, view = View.opened(a), View.looked_at(a, views.chosen)

headline.draw(a, PAGE.head.title(view))
with st.container(horizontal=True, vertical_alignment="bottom"):
    views.choice(QUARTER, "Chips on offer in", frames.quarters(a), first.quarter_label)
    views.choice(
        WORKLOAD, "Over time, for", a.inputs.workloads, first.workload, lambda one: workload_label(a.inputs, one)
    )
figures.one(PAGE, view, "ties")
figures.one(PAGE, view, "chip_costs")
figures.one(PAGE, view, "work_costs")
figures.one(PAGE, view, "roadmap")
figures.one(PAGE, view, "specification")
