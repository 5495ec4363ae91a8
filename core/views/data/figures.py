"""Every figure of the Data page: what the figures rest on, published figures, and the method with numbers put in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from core.inputs.borne_out import summary
from core.inputs.data import Inputs
from core.inputs.evidence import COST_OF_WORK, FLEET, MONEY, TABLES, grades_in
from core.story.answer import Answer
from core.story.figure import Chosen, Figure, Head, Metric, Page, declared
from core.story.finding import ramped
from core.views.data import aging, charts, dataset, finding, frames, gaps, published, tables, worked

QUARTER, WORKLOAD, CHIP = "worked_quarter", "worked_workload", "worked_chip"
"""The names of the reader's picks."""


@dataclass(frozen=True, eq=False)
class View:
    """What the page looks at: an answer, and for the method's examples a quarter, a workload and a chip by index.

    `day` is that of looking, from which the age of figures is counted: today where nothing else is said.
    """

    answer: Answer
    quarter: int
    workload: int
    chip: int
    day: date = field(default_factory=date.today)

    @classmethod
    def of(cls, answer: Answer, quarter: int, workload: int) -> View:
        """Return what is looked at before a chip is picked: the custom offer, or else the first chip on offer."""
        return cls(answer, quarter, workload, worked.chips_on_offer(answer, workload, quarter)[0])

    @classmethod
    def opened(cls, answer: Answer) -> View:
        """Return what is looked at first: the quarter in which adoption is at its full rate."""
        return cls.of(answer, ramped(answer), 0)

    @classmethod
    def looked_at(cls, answer: Answer, chosen: Chosen) -> View:
        """Return what is looked at where the reader has picked a quarter, a workload or a chip for the examples."""
        first = cls.opened(answer)
        quarter = chosen(QUARTER, tuple(range(answer.world.quarters)), first.quarter)
        workload = chosen(WORKLOAD, tuple(range(len(answer.inputs.workloads))), first.workload)
        view, offered = cls.of(answer, quarter, workload), worked.chips_on_offer(answer, workload, quarter)
        return replace(view, chip=chosen(CHIP, offered, view.chip))


def _example(
    name: str,
    title: Callable[[Answer, int, int, int], str],
    steps: Callable[[Answer, int, int, int], list[worked.Step]],
    evidence: tuple[str, ...],
) -> Figure[View]:
    """Declare a worked example; its two functions take an answer and a chip, a workload and a quarter by index."""

    def words(view: View) -> pd.DataFrame:
        return worked.table(steps(view.answer, view.chip, view.workload, view.quarter))

    return Figure[View](
        name=name,
        title=lambda view: title(view.answer, view.chip, view.workload, view.quarter),
        caption=lambda _: worked.CAPTION,
        evidence=evidence,
        table=words,
        words=words,
    )


def _with_numbers(inputs: Inputs) -> tuple[str, ...]:
    """Return the tables that the model reads and that hold numbers, as they are called."""
    return tuple(dict.fromkeys(frames.numbers_by_grade(inputs)["table"]))


def _tall(inputs: Inputs) -> int:
    """Return the height of the chart of spending: that of the chart of numbers beside it."""
    return charts.height(len(_with_numbers(inputs)))


EXAMPLES = declared(
    _example(
        "worked_hour",
        finding.hour_title,
        lambda answer, chip, _, quarter: worked.chip_hour_steps(answer, chip, quarter),
        ("chips", "chip_prices", "power_prices", "regions"),
    ),
    _example("worked_cost", finding.cost_title, worked.work_steps, COST_OF_WORK),
    _example(
        "worked_demand",
        finding.demand_title,
        lambda answer, _, workload, quarter: worked.demand_steps(answer, workload, quarter),
        ("workload_demand",),
    ),
    _example(
        "worked_share",
        finding.share_title,
        lambda answer, _, workload, quarter: worked.share_steps(answer, workload, quarter),
        (*COST_OF_WORK, "workloads"),
    ),
)
"""The examples of the method, in the order in which they stand above it."""


def _data_set(view: View) -> pd.DataFrame:
    return dataset.words(view.answer)


FIGURES = declared(
    Figure[View](
        name="data_set",
        title=lambda view: dataset.title(view.answer),
        caption=lambda _: "What all figures are worked out on; its tables can be read row by row under Tables.",
        evidence=("workloads", "chips", "commitments", "company_facts"),
        table=_data_set,
        words=_data_set,
    ),
    Figure[View](
        name="data_spending",
        title=lambda view: finding.spending_title(view.answer),
        caption=lambda view: (
            "Before tax, over the horizon, by the grade of the price at which it is paid; what a lever sets counts as "
            f"assumed. Line: {view.answer.baseline_words}."
        ),
        evidence=MONEY,
        table=lambda view: tables.spending(view.answer),
        spec=lambda mode, view: charts.spending(
            mode, frames.SPENDING_KINDS, grades_in(view.answer.inputs), _tall(view.answer.inputs)
        ),
        frame=lambda view: frames.spending_by_grade(view.answer),
    ),
    Figure[View](
        name="data_numbers",
        title=lambda view: finding.numbers_title(view.answer),
        caption=lambda view: finding.numbers_caption(view.answer.inputs),
        evidence=(*MONEY, "company_facts", "levers"),
        table=lambda view: tables.numbers(view.answer),
        spec=lambda mode, view: charts.numbers(mode, _with_numbers(view.answer.inputs), grades_in(view.answer.inputs)),
        frame=lambda view: frames.numbers_by_grade(view.answer.inputs),
    ),
    Figure[View](
        name="data_borne_out",
        title=lambda view: summary(view.answer.inputs),
        caption=lambda _: (
            "What is reported or estimated must cite a publication that can be opened and that came out after what it "
            "reports; an assumption must say its rule."
        ),
        evidence=tuple(TABLES),
        table=lambda view: gaps.not_borne_out(view.answer.inputs),
    ),
    Figure[View](
        name="data_age",
        title=lambda view: aging.title(view.answer.inputs, view.day),
        caption=lambda view: aging.caption(view.day),
        evidence=aging.AGED,
        table=lambda view: aging.row_by_row(view.answer.inputs, view.day),
        words=lambda view: aging.by_kind(view.answer.inputs, view.day),
    ),
    Figure[View](
        name="data_missing",
        title=lambda view: gaps.missing_title(view.answer.inputs),
        caption=lambda _: (
            "As far as the keepers of the data know. Behind it: where each was looked for, and where it may be found."
        ),
        evidence=tuple(TABLES),
        table=lambda view: gaps.missing(view.answer.inputs),
        words=lambda view: gaps.why_missing_matters(view.answer.inputs),
    ),
    Figure[View](
        name="data_published",
        title=lambda view: finding.published_title(view.answer),
        caption=lambda _: (
            "At base levers. Dot: the model, full where the figure was held out, empty where the data were fitted to "
            "it, which proves nothing. Bar: the published range."
        ),
        evidence=("calibration_targets", *FLEET),
        table=lambda view: tables.published(view.answer),
        spec=lambda mode, view: charts.published(mode, tuple(published.compared(view.answer.inputs)["label"])),
        frame=lambda view: published.compared(view.answer.inputs),
        words=lambda view: published.published_words(view.answer.inputs),
    ),
    Figure[View](
        name="data_capital",
        title=lambda view: finding.capital_title(view.answer),
        caption=lambda view: (
            f"Solid: reported, the whole company. Outlined: the model's, before {view.answer.calendar.first_year} the "
            "chips of the opening fleet by quarter of purchase, then chips and data centres of this scenario; line: "
            f"{view.answer.baseline_words}."
        ),
        evidence=("reported_financials", *FLEET),
        table=lambda view: tables.capital(view.answer),
        spec=lambda mode, _: charts.capital(mode),
        frame=lambda view: published.capital_spending(view.answer),
    ),
    *EXAMPLES.values(),
)


def _metrics(view: View) -> list[Metric]:
    """Return the headline figures, the versions in use last."""
    *first, versions = finding.metrics(view.answer)
    return [*first, aging.metric(view.answer.inputs, view.day), versions]


PAGE = Page(
    name="data",
    head=Head(
        name="data",
        title=lambda view: finding.title(view.answer),
        evidence=(*MONEY, "company_facts", "calibration_targets"),
        metrics=_metrics,
    ),
    figures=FIGURES,
    opened=View.opened,
    looked_at=lambda answer, chosen, _: View.looked_at(answer, chosen),
)
