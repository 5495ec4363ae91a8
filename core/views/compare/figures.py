"""Every figure of the Compare page: headline figures, spending and power side by side, and the bridge."""

from __future__ import annotations

from core.inputs.evidence import FLEET, MONEY
from core.story import charts as shared
from core.story import frames as story
from core.story.figure import Figure, Head, Page, Panel, declared
from core.story.labels import supplier_labels
from core.story.plot import Mode
from core.views.compare import charts, finding, frames, tables
from core.views.compare.view import View, opened


def _spending(mode: Mode, view: View) -> tuple[Panel, ...]:
    kinds = story.spending_kinds(view.bridge.inputs)
    spec = charts.spending_compared(mode, kinds)
    each = enumerate(zip(view.compared, frames.spending(view), strict=True))
    return tuple(Panel(f"spending_compared_{i}", one.name, "", spec, frame) for i, (one, frame) in each)


def _power(mode: Mode, view: View) -> tuple[Panel, ...]:
    spec = charts.power_compared(mode, supplier_labels(view.bridge.inputs))
    each = enumerate(zip(view.compared, frames.power(view), strict=True))
    return tuple(Panel(f"power_compared_{i}", one.name, "", spec, frame) for i, (one, frame) in each)


FIGURES = declared(
    Figure[View](
        name="compare_headline",
        title=finding.title,
        caption=finding.headline_caption,
        evidence=(*MONEY, "lever_correlations"),
        behind="The same in figures",
        table=tables.headline_figures,
        words=tables.headline,
    ),
    Figure[View](
        name="compare_spending",
        title=finding.spending_title,
        caption=finding.spending_caption,
        evidence=MONEY,
        behind="Spending by year",
        table=tables.spending,
        panels=_spending,
    ),
    Figure[View](
        name="compare_power",
        title=finding.power_title,
        caption=lambda view: (
            "IT load of all accelerators that work, one scale; dashed: what can be powered; line: "
            f"{view.compared[0].name}."
        ),
        evidence=FLEET,
        behind="Power by quarter",
        table=tables.power,
        panels=_power,
    ),
    Figure[View](
        name="compare_levers",
        title=finding.levers_title,
        caption=lambda _: "All other levers are set alike.",
        evidence=("workloads",),  # the ready-made scenario that holds today's mix is set as the data say
        behind="Levers that differ",
        table=tables.levers_set,
        words=tables.levers,
    ),
    Figure[View](
        name="compare_bridge",
        title=finding.bridge_title,
        caption=finding.bridge_caption,
        evidence=MONEY,
        behind="Every lever, to the cent",
        table=tables.bridge,
        spec=lambda mode, view: shared.bridge(mode, view.bridge.unit(view.measure), len(frames.bridge(view))),
        frame=frames.bridge,
    ),
)

PAGE = Page(
    name="compare",
    head=Head("compare_evidence", finding.title, (*MONEY, "company_facts")),
    figures=FIGURES,
    opened=opened,
)
