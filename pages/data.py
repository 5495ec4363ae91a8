"""The Data page: what the figures rest on, every table, how the model stands to what is published, and the method."""

from __future__ import annotations

import streamlit as st

from core.base.quarters import quarter_label
from core.inputs import evidence
from core.inputs.data import bundled
from core.story import finding
from core.story.labels import workload_labels
from core.views.data import charts as provenance_charts
from core.views.data import frames as provenance
from core.views.data import worked
from pages.parts.kept.answer import answer
from pages.parts.widgets import datatable, document, figures, headline, views
from pages.parts.work import session
from pages.parts.work.text import plain

inputs, mode, grades = bundled(), figures.mode(), evidence.GRADES
a = answer(session.current())
EVIDENCE, TABLES, CALIBRATION, METHOD = sections = ("Evidence", "Tables", "Calibration", "Method")


def of_evidence() -> None:
    """Draw what the figures rest on and what changed from version to version."""
    figures.strip(provenance.headline_figures(a))
    tables = tuple(evidence.TABLES[name] for name in provenance.MODELLED)
    left, right = st.columns(2, gap="medium")
    with left:
        figures.chart(
            a,
            "data_spending",
            provenance.spending_title(a),
            provenance_charts.spending(mode, provenance.SPENDING_KINDS, grades, provenance_charts.height(len(tables))),
            provenance.spending_by_grade(a),
            "Before tax, over the horizon, by the grade of the price at which it is paid; what a lever sets counts as "
            f"assumed. Line: {a.baseline_words}.",
            provenance.spending_table,
        )
    with right:
        figures.chart(
            a,
            "data_numbers",
            provenance.numbers_title(a),
            provenance_charts.numbers(mode, tables, grades),
            provenance.numbers_by_grade(inputs),
            "Numbers in each table that the model reads, by the grade of their row. Strong: reported by the maker or "
            "in a filing; faint: estimated by a named analyst or the press; empty: assumed by us.",
            provenance.numbers_table,
        )
    document.releases(below_a_title=True)


def of_calibration() -> None:
    """Draw how the model stands to what is published."""
    known = provenance.compared(inputs)
    figures.chart(
        a,
        "data_published",
        provenance.published_title(a),
        provenance_charts.published(mode, tuple(known["label"])),
        known,
        "At base levers. Dot: the model, full where the figure was held out, empty where the data were fitted to it, "
        "which proves nothing. Bar: the published range.",
        lambda _: provenance.published_words(inputs),
    )
    figures.words(provenance.published_words(inputs))
    figures.chart(
        a,
        "data_capital",
        provenance.capital_title(a),
        provenance_charts.capital(mode),
        provenance.capital_spending(a),
        "Solid: reported, the whole company. Outlined: the model's, before 2027 the chips of the opening fleet by "
        f"quarter of purchase, then chips and data centres of this scenario; line: {a.baseline_words}.",
        provenance.capital_table,
    )


def of_method() -> None:
    """Draw the formulas with the scenario's own numbers, then the method."""
    names, chips = workload_labels(inputs), inputs.chips
    with st.container(horizontal=True, gap="medium"):
        quarters = tuple(range(a.sim.world.quarters))
        quarter = views.choice("worked_quarter", "Quarter", quarters, finding.ramped(a), quarter_label)
        workload = views.choice("worked_workload", "Workload", tuple(range(len(names))), 0, names.__getitem__)
        offered = worked.chips_on_offer(a, workload, quarter)
        chip = views.choice("worked_chip", "Chip", offered, offered[0], chips.name.__getitem__)
    st.caption("The formulas with this scenario's own numbers, to six digits. What the symbols mean stands below them.")
    for heading, steps in worked.chapters(a, chip, workload, quarter).items():
        st.markdown(f"### {plain(heading)}")
        figures.words(worked.table(steps))
    document.method(below_a_title=True)


headline.draw(a, provenance.title(a))
section = views.choice("data_section", "What to look at", sections, EVIDENCE)
if section == EVIDENCE:
    of_evidence()
elif section == TABLES:
    datatable.draw(inputs)
elif section == CALIBRATION:
    of_calibration()
else:
    of_method()
