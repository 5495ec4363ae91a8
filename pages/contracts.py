"""The Contracts page: what is agreed and bought, what falls short, what changing course costs, and what is reported."""

from __future__ import annotations

import streamlit as st

from core.inputs.data import bundled
from core.story import finding
from core.views.contracts import charts as commitments_charts
from core.views.contracts import frames as commitments
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session
from pages.parts.work.text import plain

VIEW = "contracts_view"

scenario, inputs, mode = session.current(), bundled(), figures.mode()
a, names = answer(scenario), commitments.names(inputs)
suppliers = tuple(map(int, inputs.contracts.supplier))

headline.draw(a, commitments.headline(a))
figures.strip(commitments.strip(a))
st.caption(plain(finding.evidence_line(a)))

view = views.choice(VIEW, "Agreements", commitments.VIEWS, commitments.YEARLY)
title, caption = commitments.agreements_title(a), commitments.agreements_caption(a, view)
figures.heading(title, caption)
for which, column in enumerate(st.columns(len(names), gap="medium")):
    with column:
        st.markdown(f"**{plain(names[which])}** :small[:gray[{plain(commitments.agreement_caption(a, which))}]]")
        figures.draw(
            f"agreement_{which}",
            commitments_charts.agreement(mode, commitments.unit(inputs, which), suppliers[which]),
            commitments.agreement(a, which, view),
            f"{names[which]}. {title}. {caption}",
        )
figures.words(commitments.agreements_words(a))
figures.behind_name(a, "agreements", commitments.agreements_table)

left, right = st.columns(2, gap="medium")
with left:
    figures.chart(
        a,
        "change_course",
        commitments.courses_title(a),
        commitments_charts.courses(mode, names, suppliers),
        commitments.courses(a),
        commitments.courses_caption(a),
        commitments.courses_table,
    )
with right:
    figures.chart(
        a,
        "committed",
        commitments.committed_title(a),
        commitments_charts.committed(mode, names, suppliers),
        commitments.committed(a),
        commitments.committed_caption(a),
        commitments.committed_table,
    )

left, right = st.columns(2, gap="medium")
with left:
    figures.chart(
        a,
        "warrant",
        commitments.warrants_title(a),
        commitments_charts.warrants(mode),
        commitments.warrants(a),
        commitments.warrants_caption(a),
        commitments.warrants_table,
    )
with right:
    reported = commitments.reported(a)
    if reported.empty:
        figures.heading(commitments.reported_title(a), commitments.reported_caption(a))
    else:
        figures.chart(
            a,
            "reported_commitments",
            commitments.reported_title(a),
            commitments_charts.reported(mode),
            reported,
            commitments.reported_caption(a),
            commitments.reported_table,
        )
