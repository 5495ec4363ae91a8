"""Every figure of the Explore page: what the scenario is worth, why, and what binds."""

from __future__ import annotations

from core.inputs.evidence import FLEET, MONEY
from core.story import charts as shared
from core.story import frames as story
from core.story.answer import Answer
from core.story.figure import Figure, Head, Page, declared
from core.story.finding import lead, ramped, residual_note
from core.story.labels import less_warrants, workload_kinds, workload_labels
from core.views.explore import charts, finding, frames, tables

FIGURES = declared(
    Figure[Answer](
        name="spending",
        title=finding.spending_title,
        caption=lambda answer: f"Cash before tax; outline: {answer.baseline_words}.{less_warrants(answer.inputs)}",
        evidence=MONEY,
        table=tables.spending,
        spec=lambda mode, answer: shared.spending(mode, story.spending_kinds(answer.inputs)),
        frame=story.spending,
    ),
    Figure[Answer](
        name="adoption",
        title=finding.adoption_title,
        caption=lambda _: (
            "After tax. Each line moves one workload and leaves the others as they are; dots are this scenario. Below "
            "zero, custom chips cost more than buying."
        ),
        evidence=MONEY,
        table=tables.adoption,
        spec=lambda mode, answer: charts.adoption(mode, workload_labels(answer.inputs), *workload_kinds(answer.inputs)),
        frame=frames.adoption_value,
    ),
    Figure[Answer](
        name="binding",
        title=finding.binding,
        caption=lambda _: "",
        evidence=(*FLEET, "commitments"),
        table=tables.binding,
    ),
    Figure[Answer](
        name="contest",
        title=finding.contest_title,
        caption=finding.contest_caption,
        evidence=MONEY,
        table=tables.offers,
        frame=lambda answer: frames.contest(answer, ramped(answer)),
        words=finding.contest_words,
    ),
)

PAGE = Page(
    name="explore",
    head=Head("headline", lead, (*MONEY, "company_facts"), finding.metrics, residual_note),
    figures=FIGURES,
    opened=lambda answer: answer,
)
