"""The Chips page: which chip for which workload, when each comes, and what would make the custom chip tie."""

from __future__ import annotations

import streamlit as st

from core.inputs.data import bundled
from core.inputs.scenario import quarter_label
from core.story import finding, frames
from core.story.labels import supplier_labels, workload_labels
from core.views.chips import charts as roadmap_charts
from core.views.chips import frames as roadmap
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

SAME = "Adoption does not change what a chip costs: the baseline has the same figures."

scenario, inputs, mode = session.current(), bundled(), figures.mode()
a = answer(scenario)
quarters, labels = frames.quarters(a), dict(zip(inputs.workloads, workload_labels(inputs), strict=True))
in_ramp, first_workload = quarter_label(finding.ramped(a)), roadmap.default_workload(inputs)
at = quarters.index(views.chosen("quarter", quarters, in_ramp))

headline.draw(a, roadmap.title(a, at))
with st.container(horizontal=True, vertical_alignment="bottom"):
    views.choice("quarter", "Chips on offer in", quarters, in_ramp)
    workload = views.choice("workload", "Over time, for", inputs.workloads, first_workload, labels.__getitem__)

figures.heading(
    roadmap.ties_title(a, at),
    f"In {quarters[at]}. The price is that of the chip and its share of server, rack and network; power and building "
    f"stay as they are. Where {a.custom} leads, the figures say how slow or how dear it could be and still tie.",
)
figures.words(roadmap.ties_words(a, at))
figures.behind_name(a, "ties", lambda a: roadmap.ties_table(a, at))

figures.chart(
    a,
    "chip_costs",
    roadmap.matrix_title(a, at),
    roadmap_charts.matrix(mode, tuple(labels.values()), roadmap.PARTS, roadmap.matrix_rows(a, at)),
    roadmap.matrix(a, at),
    f"$ for an hour of work of one H100 equivalent on a chip bought in {quarters[at]}, levelised. From strong "
    "to faint: chip and system, building, electricity, upkeep. Bold: the cheapest of its supplier; dot: of all; bars "
    f"with › are cut short.{roadmap.gaps(a, at)} {SAME}",
    lambda a: roadmap.matrix_table(a, at),
)

figures.chart(
    a,
    "work_costs",
    roadmap.cost_of_work_title(a, workload),
    roadmap_charts.cost_of_work(mode, supplier_labels(inputs)),
    roadmap.cost_of_work(a, workload),
    f"The chip that each supplier offers for {labels[workload].lower()}, named when it changes; equal steps are equal "
    f"ratios. Shaded: {a.custom} costs less than any bought chip. {SAME}",
    lambda a: roadmap.cost_of_work_table(a, workload),
)

when = roadmap.timeline(a, workload)
figures.chart(
    a,
    "roadmap",
    roadmap.timeline_title(a),
    roadmap_charts.timeline(mode, tuple(roadmap.STATUSES.values()), when["chip"].nunique()),
    when,
    f"Bar: on offer, solid if in volume, pale if announced, an outline if extrapolated. Line: its supplier's cheapest "
    f"for {labels[workload].lower()}. Ring: the quarter in the data, if a delay lever moves it.{roadmap.beyond(a)}",
    lambda a: roadmap.timeline_table(a, workload),
)

figures.heading(
    roadmap.specification_title(a),
    "Each chip with its power, memory, price and work; figures of the data, all sourced.",
)
figures.behind_name(a, "specification", lambda a: roadmap.specification(a))
