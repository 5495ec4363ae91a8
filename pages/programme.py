"""The Programme page: whether the custom programme is worth its money, against stopping today."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.inputs.data import bundled
from core.story import charts, finding
from core.story.labels import workload_kinds, workload_labels
from core.story.plot import Spec
from core.views.programme import charts as programme_charts
from core.views.programme import finding as said
from core.views.programme import frames as programme
from pages.parts.kept import programmes
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session
from pages.parts.work.text import plain

inputs, mode = bundled(), figures.mode()
found = programmes.study(session.current())
a, cases = found.answer, found.setbacks
workloads, (generative, _) = workload_labels(inputs), workload_kinds(inputs)


def chart(name: str, title: str, spec: Spec, frame: pd.DataFrame, caption: str, table: figures.TableMaker) -> None:
    """Draw a chart, or its finding alone if there is nothing to draw."""
    if frame.empty:
        figures.heading(title, caption)
    else:
        figures.chart(a, name, title, spec, frame, caption, table)


headline.draw(a, said.title(found))
figures.strip(said.headline_figures(found))
st.caption(plain(finding.evidence_line(a)))
figures.behind_name(a, "programme")

left, right = st.columns(2, gap="medium")
with left:
    chart(
        "programme_spending",
        said.spending_title(found),
        programme_charts.spending(mode, tuple(programme.KINDS.values())),
        said.drawn_spending(found),
        "Before tax, a part an item; outline: exit custom, which winds the programme up over the ramp. What falls "
        "before 2027 is sunk and in neither.",
        lambda _: said.spending_table(found),
    )
with right:
    chart(
        "programme_volume",
        said.volume_title(found),
        programme_charts.volume(mode, said.whole_words(found.volume)),
        programme.volume_curve(a, found.volume),
        "After tax. All adoption rates are multiplied by one factor, so the mix of workloads stays; fixed cost does "
        "not shrink with volume.",
        lambda _: said.volume_table(found),
    )

figures.heading(
    said.setback_title(found),
    "Value against exit custom after tax, in brackets what the setback takes. A setback comes on top of what the "
    f"levers set. {said.rules_words(found)}",
)
figures.words(said.setback_table(found))
figures.behind_name(a, "programme_setbacks")

with st.container(horizontal=True, gap="medium"):
    names, rules = {one.name: one for one in programme.SETBACKS}, programme.rules(cases)
    setback = names[views.choice("setback", "Coming custom chips", tuple(names), programme.SETBACKS[1].name)]
    rule = rules[views.choice("stopping", "Rule", tuple(rules), next(iter(rules)))]
left, right = st.columns(2, gap="medium")
with left:
    chart(
        "programme_outcomes",
        said.outcomes_title(found, setback, rule),
        programme_charts.outcomes(mode, programme.OUTCOMES),
        programme.outcomes(cases, setback, rule),
        "Custom work that the adoption rates ask for in a quarter, after what power allows; what is not bought as "
        "custom chips is bought as GPUs. Outline: bought as set, under the same rule.",
        lambda _: said.outcomes_table(found, setback, rule),
    )
with right:
    chart(
        "programme_delay",
        said.delay_title(found),
        programme_charts.delay(mode),
        programme.delay_curve(cases),
        "After tax, by delay of all custom chips not yet in volume; dot: as set. Dashed: no custom chips in a quarter "
        "in which they are dearer than the best bought chip; between the lines, what that right is worth.",
        lambda _: said.delay_table(found),
    )

left, right = st.columns(2, gap="medium")
with left:
    chart(
        "programme_worth",
        said.worth_title(found),
        charts.contribution(mode, workloads, generative),
        programme.worth(a),
        "After tax: value less value with no custom chips for that workload, the others as they are. Parts need not "
        "add up to the whole, for workloads share the programme.",
        lambda _: said.worth_table(found),
    )
with right:
    chart(
        "programme_years",
        said.by_year_title(found),
        programme_charts.by_year(mode),
        said.drawn_years(found),
        "Programme spending of the year over the custom chips bought in it, spares included, and over the hours that "
        "custom chips in service can work.",
        lambda _: said.by_year_table(found),
    )
