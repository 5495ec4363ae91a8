"""Every figure of the Contracts page: agreements, what is free, changing course, warrants, what is reported."""

from __future__ import annotations

from collections.abc import Callable

from core.inputs.evidence import CHIPS, FLEET, MONEY
from core.story.figure import Figure, Head, Page, Panel, declared
from core.story.plot import Mode, Spec
from core.views.contracts import charts, finding, frames, tables, warrants
from core.views.contracts.view import View


def _agreements(mode: Mode, view: View) -> tuple[Panel, ...]:
    """Return a chart an agreement, of the largest ones if there are many."""
    inputs = view.answer.inputs
    deals, of_all = inputs.contracts, len(inputs.suppliers)
    return tuple(
        Panel(
            name=f"agreement_{which}",
            label=deals.name[which],
            note=finding.agreement_note(inputs, which),
            spec=charts.agreement(mode, frames.unit(inputs, which), of_all, int(deals.supplier[which])),
            frame=frames.agreement(view, which),
        )
        for which in frames.drawn(inputs)
    )


def _with_suppliers(chart: Callable[..., Spec]) -> Callable[[Mode, View], Spec]:
    """Return the specification of a chart of all suppliers with whom something is agreed."""

    def spec(mode: Mode, view: View) -> Spec:
        inputs = view.answer.inputs
        return chart(mode, frames.supplier_names(inputs), len(inputs.suppliers), frames.suppliers(inputs))

    return spec


def _warrants(mode: Mode, view: View) -> Spec:
    """Return the specification of the chart of warrants, by the suppliers that grant one."""
    inputs = view.answer.inputs
    return charts.warrants(
        mode,
        frames.power_unit(inputs),
        frames.earning_names(inputs),
        len(inputs.suppliers),
        frames.earning_suppliers(inputs),
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
        spec=_with_suppliers(charts.courses),
        frame=frames.courses,
    ),
    Figure[View](
        name="committed",
        title=finding.committed_title,
        caption=finding.committed_caption,
        evidence=(*FLEET, "commitments"),
        table=tables.committed,
        spec=_with_suppliers(charts.committed),
        frame=frames.committed,
    ),
    Figure[View](
        name="warrant",
        title=warrants.title,
        caption=warrants.caption,
        evidence=(*CHIPS, "workload_demand", "workloads", "opening_fleet", "power_capacity", "commitments"),
        table=tables.warrants,
        spec=_warrants,
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
    looked_at=lambda answer, chosen, _: View.looked_at(answer, chosen),
)
