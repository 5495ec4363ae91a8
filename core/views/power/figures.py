"""Every figure of the Power page: when power binds, what a megawatt is worth, and what energy costs and emits where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.inputs.evidence import FLEET
from core.story import frames as story
from core.story.answer import Answer
from core.story.figure import Chosen, Figure, Head, Page, declared
from core.story.labels import supplier_labels
from core.views.power import charts, finding, frames, tables

YEAR: Final = "year"
"""The name of the reader's pick."""


@dataclass(frozen=True)
class View:
    """What the page looks at: an answer, and a year of its energy and carbon."""

    answer: Answer
    year: int

    @classmethod
    def opened(cls, answer: Answer) -> View:
        """Return what is looked at first: the last year."""
        return cls(answer, answer.last_year)

    @classmethod
    def looked_at(cls, answer: Answer, chosen: Chosen) -> View:
        """Return what is looked at where the reader has picked a year."""
        return cls(answer, chosen(YEAR, story.years(answer), answer.last_year))


FIGURES = declared(
    Figure[View](
        name="load",
        title=lambda view: finding.load_title(view.answer),
        caption=lambda view: finding.load_caption(view.answer),
        evidence=FLEET,
        table=lambda view: tables.load(view.answer),
        spec=lambda mode, view: charts.load(mode, supplier_labels(view.answer.inputs)),
        frame=lambda view: frames.load(view.answer),
    ),
    Figure[View](
        name="megawatt",
        title=lambda view: finding.worth_title(view.answer),
        caption=lambda view: finding.worth_caption(view.answer),
        evidence=(*FLEET, "commitments"),
        table=lambda view: tables.worth(view.answer),
        spec=lambda mode, view: charts.worth(mode, finding.unit_of_steps(view.answer)),
        frame=lambda view: frames.worth(view.answer),
    ),
    Figure[View](
        name="needs",
        title=lambda view: finding.needs_title(view.answer),
        caption=lambda view: (
            "What capacity would have to be in each year so that power binds in no quarter, and what is left undone "
            f"with what there is: it is rented.{finding.undone_most(view.answer)}"
        ),
        evidence=FLEET,
        table=lambda view: tables.needs(view.answer),
        frame=lambda view: frames.needs(view.answer),
        words=lambda view: finding.needs_words(view.answer),
    ),
    Figure[View](
        name="energy",
        title=lambda view: finding.energy_title(view.answer, view.year),
        caption=lambda view: finding.energy_caption(view.answer, view.year),
        evidence=FLEET,
        table=lambda view: tables.regions(view.answer),
        spec=lambda mode, _: charts.prices(mode),
        frame=lambda view: frames.ladder(view.answer, view.year, "usd_per_mwh"),
    ),
    Figure[View](
        name="carbon",
        title=lambda view: finding.carbon_title(view.answer, view.year),
        caption=lambda view: finding.carbon_caption(view.answer, view.year),
        evidence=FLEET,
        table=lambda view: tables.regions(view.answer),
        spec=lambda mode, _: charts.carbon(mode),
        frame=lambda view: frames.ladder(view.answer, view.year, "kg_co2_per_mwh"),
    ),
    Figure[View](
        name="work_per_megawatt",
        title=lambda view: finding.work_title(view.answer),
        caption=lambda _: "Units of work that the standing fleet does, a megawatt of its IT load.",
        evidence=FLEET,
        table=lambda view: tables.work_per_megawatt(view.answer),
        spec=lambda mode, view: charts.work_per_megawatt(
            mode, frames.work_lines(view.answer.inputs), frames.lines_there(view.answer)
        ),
        frame=lambda view: frames.work_per_megawatt(view.answer),
    ),
)

PAGE = Page(
    name="power",
    head=Head(
        "power_headline",
        lambda view: finding.title(view.answer),
        (*FLEET, "commitments"),
        lambda view: finding.metrics(view.answer),
    ),
    figures=FIGURES,
    opened=View.opened,
    looked_at=lambda answer, chosen, _: View.looked_at(answer, chosen),
)
