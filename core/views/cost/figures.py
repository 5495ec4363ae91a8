"""Every figure of the Cost page: money and its kinds, earnings, cost of work, the bridge, and lives of chips."""

from __future__ import annotations

from core.inputs.evidence import MONEY
from core.story import charts as shared
from core.story.figure import Figure, Head, Page, declared
from core.views.cost import bridge, charts, earnings, finding, lives, money, work_cost
from core.views.cost.money import CASH, EXPENSE, RUNNING_COST, Side
from core.views.cost.view import DIFFERENCE, View


def _money(side: Side, colouring: str) -> Figure[View]:
    """Declare the figure of a side; `colouring` is one of core.views.cost.charts."""
    return Figure[View](
        name=side.name,
        title=lambda view: money.title(view, side),
        caption=lambda view: money.caption(view, side),
        evidence=MONEY,
        table=lambda view: money.table(view, side),
        spec=lambda mode, view: charts.money(
            mode,
            money.kinds(view.answer.inputs, side),
            colouring,
            title=money.axis_title(view),
            outlined=view.measure != DIFFERENCE,
            dots=money.dots_words(view, side),
        ),
        frame=lambda view: money.frame(view, side),
    )


FIGURES = declared(
    _money(CASH, charts.CUSTOM_FIRST),
    _money(EXPENSE, charts.CHARGES),
    _money(RUNNING_COST, charts.RUNNING),
    Figure[View](
        name="earnings",
        title=earnings.title,
        caption=earnings.caption,
        evidence=(*MONEY, "company_facts"),
        table=earnings.table,
        spec=lambda mode, _: charts.earnings(mode),
        frame=earnings.frame,
    ),
    Figure[View](
        name="cost_bridge",
        title=bridge.title,
        caption=bridge.caption,
        evidence=MONEY,
        table=bridge.table,
        spec=lambda mode, view: shared.bridge(
            mode,
            bridge.bridge(view.answer).unit,
            len(bridge.frame(view)),
            step="Kind of cost",
            detail="This scenario and its baseline",
        ),
        frame=bridge.frame,
    ),
    Figure[View](
        name="work_cost",
        title=work_cost.title,
        caption=work_cost.caption,
        evidence=MONEY,
        table=work_cost.table,
        spec=lambda mode, _: charts.work_cost(mode, work_cost.VARIANTS),
        frame=work_cost.frame,
    ),
    Figure[View](
        name="lives",
        title=lives.title,
        caption=lives.caption,
        evidence=MONEY,
        table=lives.table,
        spec=lambda mode, _: charts.charges(mode, lives.CHARGES),
        frame=lives.frame,
        words=lives.words,
    ),
)

PAGE = Page(
    name="cost",
    head=Head("cost", finding.headline, (*MONEY, "company_facts"), finding.metrics, finding.note),
    figures=FIGURES,
    opened=View,
    looked_at=lambda answer, chosen, _: View.looked_at(answer, chosen),
)
