"""Every figure of the Chips page: which chip for which workload, when each comes, and what would make a tie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.base.format import in_sentence
from core.inputs.data import CUSTOM, Inputs
from core.inputs.evidence import CHIPS, COST_OF_WORK
from core.story import frames as story
from core.story.answer import Answer
from core.story.figure import Chosen, Figure, Head, Page, declared
from core.story.finding import ramped
from core.story.labels import supplier_labels, workload_label
from core.views.chips import charts, finding, frames, tables

QUARTER, WORKLOAD = "quarter", "workload"
"""The names of the reader's picks."""
SAME: Final = "Adoption does not change what a chip costs: the baseline has the same figures."


@dataclass(frozen=True)
class View:
    """What the page looks at: an answer, a quarter in which chips are bought, and a workload over time."""

    answer: Answer
    quarter: int
    workload: str

    @classmethod
    def opened(cls, answer: Answer) -> View:
        """Return what is looked at first: the quarter in which adoption is at its full rate."""
        return cls(answer, ramped(answer), _first_workload(answer.inputs))

    @classmethod
    def looked_at(cls, answer: Answer, chosen: Chosen) -> View:
        """Return what is looked at where the reader has picked a quarter or a workload."""
        first, quarters = cls.opened(answer), story.quarters(answer)
        quarter = chosen(QUARTER, quarters, first.quarter_label)
        return cls(answer, quarters.index(quarter), chosen(WORKLOAD, answer.inputs.workloads, first.workload))

    @property
    def quarter_label(self) -> str:
        """What the quarter is called."""
        return self.answer.calendar.label(self.quarter)

    @property
    def workload_words(self) -> str:
        """What the workload is called within a sentence."""
        return in_sentence(workload_label(self.answer.inputs, self.workload))


def _first_workload(inputs: Inputs) -> str:
    """Return the workload that is shown first: of those that a custom chip can run the one with the least custom share,
    for there they may extend.
    """
    able = (inputs.chips.h100e[inputs.chips.supplier == CUSTOM] > 0.0).any(axis=0)  # (workload,)
    return inputs.workloads[int(np.argmin(np.where(able, inputs.custom_share_today, np.inf)))]


FIGURES = declared(
    Figure[View](
        name="ties",
        title=lambda view: finding.ties_title(view.answer, view.quarter),
        caption=lambda view: (
            f"In {view.quarter_label}. The price is that of the chip and its share of server, rack and network; power "
            f"and building stay as they are. Where {view.answer.custom} leads, the figures say how slow or how dear it "
            "could be and still tie."
        ),
        evidence=COST_OF_WORK,
        table=lambda view: tables.ties(view.answer, view.quarter),
        frame=lambda view: frames.ties(view.answer, view.quarter),
        words=lambda view: finding.ties_words(view.answer, view.quarter),
    ),
    Figure[View](
        name="chip_costs",
        title=lambda view: finding.matrix_title(view.answer, view.quarter),
        caption=lambda view: (
            f"$ for an hour of one unit of work on a chip bought in {view.quarter_label}, spread over its life. From "
            "strong to faint: chip and system, building, electricity, upkeep. "
            f"{finding.marks(view.answer, view.quarter)}; bars with › are cut short."
            f"{finding.gaps(view.answer, view.quarter)} {SAME}"
        ),
        evidence=COST_OF_WORK,
        table=lambda view: tables.matrix(view.answer, view.quarter),
        spec=lambda mode, view: charts.matrix(
            mode,
            frames.PARTS,
            int(frames.matrix_drawn(view.answer, view.quarter)["column"].max()) + 1,
            frames.rows_drawn(frames.matrix_drawn(view.answer, view.quarter)),
        ),
        frame=lambda view: frames.matrix_drawn(view.answer, view.quarter),
    ),
    Figure[View](
        name="work_costs",
        title=lambda view: finding.cost_of_work_title(view.answer, view.workload),
        caption=lambda view: (
            f"The chip that each supplier offers for {view.workload_words}, named where there is room; "
            f"equal steps are equal ratios. Shaded: {view.answer.custom} costs less than any bought chip. {SAME}"
        ),
        evidence=COST_OF_WORK,
        table=lambda view: tables.cost_of_work(view.answer, view.workload),
        spec=lambda mode, view: charts.cost_of_work(
            mode, supplier_labels(view.answer.inputs), frames.offering(view.answer, view.workload)
        ),
        frame=lambda view: frames.cost_of_work(view.answer, view.workload),
    ),
    Figure[View](
        name="roadmap",
        title=lambda view: finding.timeline_title(view.answer),
        caption=lambda view: (
            "Bar: on offer, solid if in volume, pale if announced, an outline if extrapolated. Line: its supplier's "
            f"cheapest for {view.workload_words}. Ring: the quarter in the data, if a delay lever moves it."
            f"{finding.unlisted(view.answer, view.workload)}{finding.beyond(view.answer)}"
        ),
        evidence=COST_OF_WORK,
        table=lambda view: tables.timeline(view.answer, view.workload),
        spec=lambda mode, view: charts.timeline(
            mode,
            tuple(frames.STATUSES.values()),
            frames.rows_drawn(frames.timeline_drawn(view.answer, view.workload)),
        ),
        frame=lambda view: frames.timeline_drawn(view.answer, view.workload),
    ),
    Figure[View](
        name="specification",
        title=lambda view: finding.specification_title(view.answer),
        caption=lambda _: "Each chip with its power, memory, price and work; figures of the data, all sourced.",
        evidence=CHIPS,
        table=lambda view: tables.specification(view.answer),
    ),
)

PAGE = Page(
    name="chips",
    head=Head("chips_headline", lambda view: finding.title(view.answer, view.quarter), COST_OF_WORK),
    figures=FIGURES,
    opened=View.opened,
    looked_at=lambda answer, chosen, _: View.looked_at(answer, chosen),
)
