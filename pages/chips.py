"""The Chips page: which chip for which workload, when each comes, and what would make the custom chip tie."""

from __future__ import annotations

import streamlit as st

from core.story import frames
from core.story.labels import workload_label
from core.views.chips.figures import PAGE, View
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

a = answer(session.current())
first, quarters, workloads = View.opened(a), frames.quarters(a), a.inputs.workloads
quarter = views.chosen("quarter", quarters, first.quarter_label)
view = View(a, quarters.index(quarter), views.chosen("workload", workloads, first.workload))

headline.draw(a, PAGE.head.title(view))
with st.container(horizontal=True, vertical_alignment="bottom"):
    views.choice("quarter", "Chips on offer in", quarters, first.quarter_label)
    views.choice(
        "workload", "Over time, for", workloads, first.workload, lambda one: workload_label(first.answer.inputs, one)
    )
figures.one(PAGE, view, "ties")
figures.one(PAGE, view, "chip_costs")
figures.one(PAGE, view, "work_costs")
figures.one(PAGE, view, "roadmap")
figures.one(PAGE, view, "specification")
