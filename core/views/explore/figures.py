"""Every figure of the Explore page: the choice, what the scenario is worth, why, and what binds."""

from __future__ import annotations

import pandas as pd

from core.inputs.evidence import FLEET, MONEY
from core.story import capital
from core.story import charts as shared
from core.story import frames as story
from core.story.figure import Figure, Head, Page, declared
from core.story.finding import lead, plan_case, ramped, residual_note
from core.story.labels import less_warrants, workload_kinds, workload_labels
from core.views.explore import charts, courses, finding, frames, tables
from core.views.explore.view import View, opened

FIGURES = declared(
    Figure[View](
        name="courses",
        title=lambda view: courses.title(view.answer, view.rows),
        caption=lambda view: courses.caption(view.answer),
        evidence=MONEY,
        table=lambda view: courses.numbers(view.answer, view.rows),
        frame=lambda view: view.rows.drop(columns="scenario"),
        words=lambda view: courses.words(view.answer, view.rows) if view.is_ranked else pd.DataFrame(),
        takes=lambda view: courses.takes(view.rows),
    ),
    Figure[View](
        name="capital",
        title=lambda view: capital.title(view.answer, view.drawn),
        caption=lambda view: capital.CAPTION,
        evidence=("calibration_targets", *FLEET),
        table=lambda view: capital.table(view.answer, view.drawn),
        words=lambda view: capital.words(view.answer, view.drawn),
    ),
    Figure[View](
        name="spending",
        title=lambda view: finding.spending_title(view.answer),
        caption=lambda view: (
            f"Cash before tax; outline: {view.answer.baseline_words}.{less_warrants(view.answer.inputs)}"
        ),
        evidence=MONEY,
        table=lambda view: tables.spending(view.answer),
        spec=lambda mode, view: shared.spending(mode, story.spending_kinds(view.answer.inputs)),
        frame=lambda view: story.spending(view.answer),
    ),
    Figure[View](
        name="adoption",
        title=lambda view: finding.adoption_title(view.answer),
        caption=lambda _: (
            "After tax. Each line moves one workload and leaves the others as they are; dots are this scenario. Below "
            "zero, custom chips cost more than buying."
        ),
        evidence=MONEY,
        table=lambda view: tables.adoption(view.answer),
        spec=lambda mode, view: charts.adoption(
            mode, workload_labels(view.answer.inputs), *workload_kinds(view.answer.inputs)
        ),
        frame=lambda view: frames.adoption_value(view.answer),
    ),
    Figure[View](
        name="binding",
        title=lambda view: finding.binding(view.answer),
        caption=lambda _: "",
        evidence=(*FLEET, "commitments"),
        table=lambda view: tables.binding(view.answer),
    ),
    Figure[View](
        name="contest",
        title=lambda view: finding.contest_title(view.answer),
        caption=lambda view: finding.contest_caption(view.answer),
        evidence=MONEY,
        table=lambda view: tables.offers(view.answer),
        frame=lambda view: frames.contest(view.answer, ramped(view.answer)),
        words=lambda view: finding.contest_words(view.answer),
    ),
)

PAGE = Page(
    name="explore",
    head=Head(
        "headline",
        lambda view: (
            lead(view.answer, view.drawn.expected_usd, view.drawn.probability) if view.drawn else lead(view.answer)
        ),
        (*MONEY, "company_facts", "calibration_targets"),
        lambda view: finding.metrics(view.answer, view.drawn),
        lambda view: residual_note(view.answer),
        lambda view: plan_case(view.answer),
    ),
    figures=FIGURES,
    opened=opened,
    looked_at=lambda answer, _, known: View.looked_at(answer, known),
)
