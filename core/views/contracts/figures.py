"""Every figure of the Contracts page: agreements, what is free, changing course, the warrant, what is reported."""

from __future__ import annotations

from core.inputs.evidence import CHIPS, FLEET, MONEY
from core.story.figure import Figure, Head, Page, Panel, declared
from core.story.plot import Mode
from core.views.contracts import charts, finding, frames, tables
from core.views.contracts.view import View


def _agreements(mode: Mode, view: View) -> tuple[Panel, ...]:
    """Return a chart an agreement."""
    inputs = view.answer.inputs
    return tuple(
        Panel(
            name=f"agreement_{which}",
            label=name,
            note=finding.agreement_note(inputs, which),
            spec=charts.agreement(mode, frames.unit(inputs, which), frames.suppliers(inputs)[which]),
            frame=frames.agreement(view, which),
        )
        for which, name in enumerate(frames.names(inputs))
    )


FIGURES = declared(
    Figure[View](
        name="agreements",
        title=finding.agreements_title,
        caption=finding.agreements_caption,
        evidence=(*FLEET, "commitments"),
        table=tables.agreements,
        panels=_agreements,
        words=finding.agreements_words,
    ),
    Figure[View](
        name="change_course",
        title=finding.courses_title,
        caption=finding.courses_caption,
        evidence=MONEY,
        table=tables.courses,
        spec=lambda mode, view: charts.courses(
            mode, frames.names(view.answer.inputs), frames.suppliers(view.answer.inputs)
        ),
        frame=frames.courses,
    ),
    Figure[View](
        name="committed",
        title=finding.committed_title,
        caption=finding.committed_caption,
        evidence=(*FLEET, "commitments"),
        table=tables.committed,
        spec=lambda mode, view: charts.committed(
            mode, frames.names(view.answer.inputs), frames.suppliers(view.answer.inputs)
        ),
        frame=frames.committed,
    ),
    Figure[View](
        name="warrant",
        title=finding.warrants_title,
        caption=finding.warrants_caption,
        evidence=(*CHIPS, "workload_demand", "workloads", "opening_fleet", "power_capacity", "commitments"),
        table=tables.warrants,
        spec=lambda mode, _: charts.warrants(mode),
        frame=frames.warrants,
    ),
    Figure[View](
        name="reported_commitments",
        title=finding.reported_title,
        caption=finding.reported_caption,
        evidence=("reported_financials", "commitments"),
        table=tables.reported,
        spec=lambda mode, _: charts.reported(mode),
        frame=frames.reported,
    ),
)

PAGE = Page(
    name="contracts",
    head=Head("contracts", finding.headline, MONEY, finding.metrics),
    figures=FIGURES,
    opened=View,
)
