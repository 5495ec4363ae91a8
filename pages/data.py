"""The Data page: what the figures rest on, every table, how the model stands to what is published, and the method."""

from __future__ import annotations

import streamlit as st

from core.story.labels import workload_labels
from core.views.data.figures import CHIP, EXAMPLES, PAGE, QUARTER, WORKLOAD, View
from core.views.data.worked import CAPTION, chips_on_offer
from pages.parts.dataset import making
from pages.parts.dataset import section as own_data
from pages.parts.dataset.picker import SECTION, YOUR_DATA
from pages.parts.kept.answer import answer
from pages.parts.release import changes
from pages.parts.widgets import datatable, document, figures, headline, views
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

EVIDENCE, TABLES, CALIBRATION, METHOD = "Evidence", "Tables", "Calibration", "Method"
SECTIONS = (EVIDENCE, TABLES, YOUR_DATA, CALIBRATION, METHOD)


def picked(opened: View) -> View:
    """Draw the choice of a quarter, a workload and a chip, and return the view of them."""
    of, labels, chips = opened.answer, workload_labels(opened.answer.inputs), opened.answer.inputs.chips
    view = View.looked_at(of, views.chosen)
    with st.container(horizontal=True, gap="medium"):
        views.choice(QUARTER, "Quarter", tuple(range(of.world.quarters)), opened.quarter, of.calendar.label)
        views.choice(WORKLOAD, "Workload", tuple(range(len(labels))), opened.workload, labels.__getitem__)
        first, offered = View.of(of, view.quarter, view.workload).chip, chips_on_offer(of, view.workload, view.quarter)
        views.choice(CHIP, "Chip", offered, first, chips.name.__getitem__)
    return view


view = View.opened(answer(session.current()))
headline.draw(view.answer, PAGE.head.title(view))
first = EVIDENCE if making.current() is None else YOUR_DATA  # unsaved changes are found again after a reload
section = views.choice(SECTION, "What to look at", SECTIONS, first, is_open=True)
if section == EVIDENCE:
    figures.metrics(PAGE, view)
    changes.draw()
    figures.row(PAGE, view, "data_spending", "data_numbers")
    figures.one(PAGE, view, "data_age")
    figures.one(PAGE, view, "data_borne_out")
    if not PAGE.figures["data_missing"].table(view).empty:
        figures.one(PAGE, view, "data_missing")
    figures.one(PAGE, view, "data_set")
    document.releases(below_a_title=True)
    changes.fill()
elif section == TABLES:
    datatable.draw(dataset.in_use())
elif section == YOUR_DATA:
    own_data.draw(view.answer)
    own_data.fill()
elif section == CALIBRATION:
    figures.one(PAGE, view, "data_published")
    figures.one(PAGE, view, "data_capital")
else:
    view = picked(view)
    st.caption(CAPTION)
    for name in EXAMPLES:
        st.markdown(f"### {plain(PAGE.figures[name].title(view))}")
        figures.words_of(PAGE, view, name)
    document.method(below_a_title=True)
