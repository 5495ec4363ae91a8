"""Every figure of the Risk page: how sure the answer is, what would turn it, what to do under doubt."""

from __future__ import annotations

from core.inputs.evidence import FLEET, MONEY
from core.story.figure import Figure, Head, Page, declared
from core.views.risk import charts, finding, frames, tables
from core.views.risk.view import View, opened

FUTURES = (*MONEY, "lever_correlations")
"""The tables of the data behind what the futures say."""


OVER_TIME = (
    Figure[View](
        name="risk_spending",
        title=lambda view: finding.spending_title(frames.spending_fan(view.answer, view.futures)),
        caption=lambda view: (
            f"Cash before tax. {finding.BANDS} Thin line: {view.answer.baseline_words}, median of its own futures."
        ),
        evidence=FUTURES,
        table=lambda view: tables.fan_table(frames.spending_fan(view.answer, view.futures), "Year"),
        spec=lambda mode, view: charts.fan(mode, "$ B a year", "Year", view.answer.baseline_words),
        frame=lambda view: frames.spending_fan(view.answer, view.futures),
        waits=True,
    ),
    Figure[View](
        name="risk_savings",
        title=lambda view: finding.savings_title(view.answer, frames.savings_fan(view.answer, view.futures)),
        caption=lambda view: (
            f"After tax, discounted; zero is {view.answer.baseline_words}. {finding.BANDS} Residual value is not in it."
        ),
        evidence=FUTURES,
        table=lambda view: tables.fan_table(frames.savings_fan(view.answer, view.futures), "Quarter"),
        spec=lambda mode, _: charts.fan(mode, "$ B, cumulative", "Quarter", ""),
        frame=lambda view: frames.savings_fan(view.answer, view.futures),
        waits=True,
    ),
    Figure[View](
        name="risk_payback",
        title=lambda view: finding.payback_title(view.answer, view.futures),
        caption=lambda _: (
            "Share of futures in which cumulative savings after tax, discounted, stay above zero from then on. "
            "Residual value is not counted, so these are not the odds above."
        ),
        evidence=FUTURES,
        table=lambda view: tables.payback_table(frames.payback(view.answer, view.futures)),
        spec=lambda mode, _: charts.payback(mode),
        frame=lambda view: frames.payback(view.answer, view.futures),
        waits=True,
    ),
    Figure[View](
        name="risk_binding",
        title=lambda view: finding.binding_title(frames.binding(view.answer, view.futures)),
        caption=lambda view: finding.binding_caption(view.answer, view.futures),
        evidence=(*FLEET, "commitments", "lever_correlations"),
        table=lambda view: tables.binding_table(frames.binding(view.answer, view.futures)),
        spec=lambda mode, view: charts.binding(
            mode, tuple(dict.fromkeys(frames.worst_binding(view.answer, view.futures)["label"]))
        ),
        frame=lambda view: frames.worst_binding(view.answer, view.futures),
        waits=True,
    ),
)
SPREAD = (
    Figure[View](
        name="risk_value",
        title=lambda view: finding.distribution_title(view.futures),
        caption=lambda view: (
            f"Value after tax against {view.answer.baseline_words} in the same future, residual value included. Solid "
            "line: break-even; dashed: mean; diamond: plan case. The last half percent at each end is in the outermost "
            "bars."
        ),
        evidence=FUTURES,
        table=lambda view: tables.distribution_table(frames.distribution(view.futures, view.plan_usd)),
        spec=lambda mode, _: charts.distribution(mode),
        frame=lambda view: frames.distribution(view.futures, view.plan_usd),
        waits=True,
    ),
    Figure[View](
        name="risk_stop",
        title=lambda view: finding.stop_title(view.stop),
        caption=lambda view: finding.stop_caption(view.stop),
        evidence=FUTURES,
        table=lambda view: tables.stop_table(frames.stop(view.stop)),
        spec=lambda mode, _: charts.stop(mode, (frames.RULES["without"], frames.RULES["with"])),
        frame=lambda view: frames.stop(view.stop),
        waits=True,
    ),
)
HANGS_ON = (
    Figure[View](
        name="risk_tornado",
        title=lambda view: finding.tornado_title(view.tornado),
        caption=lambda view: finding.tornado_caption(view.answer),
        evidence=MONEY,
        table=lambda view: tables.tornado_table(view.tornado, view.answer.inputs),
        spec=lambda mode, view: charts.tornado(mode, min(len(view.tornado), frames.MOST_ROWS)),
        frame=lambda view: frames.tornado_bars(view.tornado, view.plan_usd, view.answer.inputs),
        picks=("lever", "end"),
    ),
    Figure[View](
        name="risk_shares",
        title=lambda view: finding.shares_title(view.shares),
        caption=lambda _: finding.SHARES,
        evidence=MONEY,
        table=lambda view: tables.shares_table(view.shares),
        words=lambda view: tables.shares_words(view.shares, view.tornado),
        waits=True,
    ),
    Figure[View](
        name="risk_grades",
        title=lambda view: finding.grades_title(view.mix),
        caption=lambda _: finding.GRADES,
        evidence=MONEY,
        table=lambda view: tables.grades_table(view.mix),
        spec=lambda mode, view: charts.grades(mode, tuple(view.mix["grade"])),
        frame=lambda view: frames.grade_bars(view.mix),
        waits=True,
    ),
    Figure[View](
        name="risk_switching",
        title=lambda view: finding.switching_title(view.switching, view.answer.inputs.levers, view.plan_usd >= 0.0),
        caption=lambda _: finding.SWITCHING,
        evidence=MONEY,
        table=lambda view: tables.switching_table(view.switching),
        words=lambda view: tables.switching_words(view.switching, view.answer.inputs.levers),
        waits=True,
    ),
)
UNDER_DOUBT = (
    Figure[View](
        name="risk_regret",
        title=lambda view: finding.regret_title(view.regret),
        caption=lambda view: finding.regret_caption(view.regret),
        evidence=MONEY,
        table=lambda view: tables.regret_table(view.regret),
        spec=lambda mode, view: charts.regret(mode, frames.choice_labels(view.regret)),
        frame=lambda view: frames.regret_cells(view.regret),
        words=lambda view: tables.regret_words(view.regret),
        waits=True,
    ),
    Figure[View](
        name="risk_goal",
        title=lambda _: "What would it take?",
        caption=lambda _: finding.GOAL,
        evidence=MONEY,
        table=tables.goal,
        words=tables.goal,
        waits=True,
    ),
)
WHERE_NOTHING_DIFFERS = ("risk_spending", "risk_binding", "risk_regret", "risk_goal")
"""All that the page draws of a scenario that is its own baseline in every future: the rest would rank nothing."""
FIGURES = declared(*OVER_TIME, *SPREAD, *HANGS_ON, *UNDER_DOUBT)
HEAD = Head("risk", finding.title, FUTURES, finding.metrics, waits=True)
PAGE = Page(name="risk", head=HEAD, figures=FIGURES, opened=opened, looked_at=View.looked_at)
