"""Every figure of the Best mix page. It stands in no catalogue: its view takes a search, which nobody makes unasked."""

from __future__ import annotations

from core.inputs.evidence import MONEY
from core.story.figure import Figure, Head, Page, declared
from core.story.labels import less_warrants, supplier_labels
from core.views.mix import charts, finding, frames, tables
from core.views.mix.view import View, looked_at, opened

FUTURES = (*MONEY, "lever_correlations")

FIGURES = declared(
    Figure[View](
        name="mix_frontier",
        title=finding.frontier_title,
        caption=finding.frontier_caption,
        evidence=FUTURES,
        table=tables.frontier,
        spec=lambda mode, _: charts.frontier(mode),
        frame=frames.frontier,
    ),
    Figure[View](
        name="mix_settings",
        title=finding.settings_title,
        caption=finding.settings_caption,
        evidence=FUTURES,
        table=tables.settings,
        words=tables.settings,
    ),
    Figure[View](
        name="mix_decisions",
        title=finding.decisions_title,
        caption=lambda _: finding.DECISIONS,
        evidence=FUTURES,
        table=tables.decisions,
        words=tables.decisions,
    ),
    Figure[View](
        name="mix_limits",
        title=finding.limits_title,
        caption=lambda view: (
            f"In the plan case; how often futures break a limit stands beside it. Prices are gains of expected value "
            f"at the best mix, against {view.answer.baseline_words}."
        ),
        evidence=FUTURES,
        table=tables.limits,
        words=tables.limits,
    ),
    Figure[View](
        name="mix_capital",
        title=finding.capital_title,
        caption=lambda view: (
            f"Chips and facilities in the plan case; outline: yours.{less_warrants(view.inputs)} The table has the "
            "range over the futures."
        ),
        evidence=MONEY,
        table=tables.capital,
        spec=lambda mode, view: charts.capital(mode, (*supplier_labels(view.inputs), frames.FACILITIES)),
        frame=frames.capital,
    ),
    Figure[View](
        name="mix_agreements",
        title=finding.agreements_title,
        caption=lambda _: "In the plan case, at the agreements' own prices, to the last year that is modelled.",
        evidence=MONEY,
        table=tables.agreements,
        words=tables.agreements,
    ),
    Figure[View](
        name="mix_commitments",
        title=finding.commitments_title,
        caption=finding.commitments_caption,
        evidence=MONEY,
        table=tables.commitments,
        words=tables.first_commitments,
    ),
    Figure[View](
        name="mix_signposts",
        title=finding.signposts_title,
        caption=lambda _: finding.SIGNPOSTS,
        evidence=FUTURES,
        table=tables.signposts,
        words=tables.first_signposts,
    ),
)
HEAD = Head("mix", finding.title, FUTURES, finding.metrics, finding.note)
PAGE = Page(name="mix", head=HEAD, figures=FIGURES, opened=opened, looked_at=looked_at)
