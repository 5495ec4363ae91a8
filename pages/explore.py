"""The Explore page: what the scenario is worth, why, and what binds."""

from __future__ import annotations

import streamlit as st

from core.inputs.data import bundled
from core.inputs.scenario import quarter_label
from core.story import charts, finding, frames, tables
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline
from pages.parts.work import session
from pages.parts.work.text import plain

scenario, inputs, mode = session.current(), bundled(), figures.mode()
a = answer(scenario)
suppliers, workloads = frames.supplier_labels(inputs), frames.workload_labels(inputs)
generative, training = frames.workload_kinds(inputs)

headline.draw(a, finding.headline(a))
figures.strip(finding.headline_figures(a))
st.caption(plain(finding.evidence_line(a)))
figures.behind(a, "headline")

left, right = st.columns(2, gap="medium")
with left:
    figures.chart(
        a,
        "spending",
        finding.spending_title(a),
        charts.spending(mode, frames.spending_kinds(inputs)),
        a.spending,
        f"Cash before tax; outline: {a.baseline_words}. AMD is less the value of its warrant.",
        tables.spending,
    )
with right:
    value = frames.adoption_value(a.sim, a.sweep)
    figures.chart(
        a,
        "adoption",
        finding.adoption_title(a),
        charts.adoption(mode, workloads, generative, training),
        value,
        "After tax. Each line moves one workload and leaves the others as they are; dots are this scenario. "
        "Below zero, custom chips cost more than buying.",
        tables.adoption,
    )

with st.container(border=True):
    st.markdown(f":material/link: **What binds.** {plain(finding.binding(a))}")
    figures.behind(a, "binding", tables.binding)

at = finding.ramped(a)
contest = frames.contest(a.sim, at)
figures.heading(
    finding.contest_title(a, contest, quarter_label(at)),
    f"Cost of an hour of work of one H100 equivalent in {quarter_label(at)}, {finding.ramped_words(a)}: chip, "
    "building, electricity and upkeep, levelised over the chip's life.",
)
figures.words(finding.contest_table(a, contest))
figures.behind(a, "contest", tables.offers)

left, middle, right = st.columns(3, gap="medium")
with left:
    contribution = frames.contribution(a.sim, a.sweep)
    figures.chart(
        a,
        "contribution",
        finding.contribution_title(a),
        charts.contribution(mode, workloads, generative),
        contribution,
        "After tax: value less value with that workload at today's share. Parts need not add up to the whole, for "
        "workloads share power, supply and the programme.",
        tables.contribution,
    )
with middle:
    figures.chart(
        a,
        "savings",
        finding.savings_title(a),
        charts.savings(mode),
        a.savings,
        f"After tax, discounted, against {a.baseline_words}; residual value at the horizon is not in it.",
        tables.savings,
    )
with right:
    power = frames.power(a.sim)
    figures.chart(
        a,
        "power",
        finding.power_title(a),
        charts.power(mode, suppliers),
        power,
        f"IT load of all accelerators that work; dashed: what can be powered; line: {a.baseline_words}.",
        tables.power,
    )
