"""Every figure of the Programme page: what the custom programme costs and brings, and what a setback takes."""

from __future__ import annotations

from dataclasses import dataclass

from core.inputs.evidence import CHIPS, FLEET, MONEY
from core.story import charts as shared
from core.story.answer import Answer
from core.story.figure import Chosen, Figure, Head, Page, declared
from core.story.labels import workload_kinds, workload_labels
from core.views.programme import charts, finding, frames, tables
from core.views.programme.setbacks import LATE, OUTCOMES, SETBACKS, Setback
from core.views.programme.study import Study, study

SETBACK, RULE = "setback", "stopping"
"""The names of the reader's picks."""


def own_rule(found: Study) -> str:
    """Return what that rule for stopping is called which is the scenario's own."""
    return next(name for name, premium in found.setbacks.rules.items() if premium == found.own_premium)


@dataclass(frozen=True, eq=False)
class View:
    """What the page looks at: the study of a scenario, a setback, and a rule for stopping by its premium."""

    study: Study
    setback: Setback
    premium: float

    @classmethod
    def opened(cls, answer: Answer) -> View:
        """Return what is looked at first: chips a year late, under the scenario's own rule for stopping."""
        found = study(answer)
        return cls(found, LATE, found.own_premium)

    @classmethod
    def looked_at(cls, answer: Answer, chosen: Chosen) -> View:
        """Return what is looked at where the reader has picked a setback or a rule."""
        return cls.of(study(answer), chosen)

    @classmethod
    def of(cls, found: Study, chosen: Chosen) -> View:
        """Return the same of a study that is known."""
        named, rules = {one.name: one for one in SETBACKS}, found.setbacks.rules
        return cls(
            found,
            named[chosen(SETBACK, tuple(named), LATE.name)],
            rules[chosen(RULE, tuple(rules), own_rule(found))],
        )

    @property
    def answer(self) -> Answer:
        """The answer with exit as its baseline."""
        return self.study.answer


FIGURES = declared(
    Figure[View](
        name="programme_spending",
        title=lambda view: finding.spending_title(view.study),
        caption=lambda view: finding.spending_caption(view.study),
        evidence=("programme",),
        table=lambda view: tables.spending(view.study),
        spec=lambda mode, _: charts.spending(mode, tuple(frames.KINDS.values())),
        frame=lambda view: frames.drawn_spending(view.study.spending),
    ),
    Figure[View](
        name="programme_volume",
        title=lambda view: finding.volume_title(view.study),
        caption=lambda _: (
            "After tax. All adoption rates are multiplied by one factor, so the mix of workloads stays; fixed cost "
            "does not shrink with volume. Where value turns, the custom chips bought over all years are counted: where "
            "supply or power binds they grow less than the rates."
        ),
        evidence=MONEY,
        table=lambda view: tables.volume(view.study),
        spec=lambda mode, view: charts.volume(mode, finding.whole_words(view.study.volume)),
        frame=lambda view: frames.volume_curve(view.answer, view.study.volume),
    ),
    Figure[View](
        name="programme_setbacks",
        title=lambda view: finding.setbacks_title(view.study),
        caption=lambda view: (
            "Value against exit custom after tax, in brackets what the setback takes. A setback comes on top of what "
            f"the levers set. {finding.rules_words(view.study)} {finding.RIGHT}"
        ),
        evidence=MONEY,
        table=lambda view: tables.setbacks(view.study),
        words=lambda view: finding.setback_words(view.study),
    ),
    Figure[View](
        name="programme_outcomes",
        title=lambda view: finding.outcomes_title(view.study, view.setback, view.premium),
        caption=lambda _: (
            "Custom work that the adoption rates ask for in a quarter, after what power allows; what is not bought as "
            "custom chips is bought from others. Outline: bought as set, under the same rule."
        ),
        evidence=FLEET,
        table=lambda view: tables.outcomes(view.study, view.setback, view.premium),
        spec=lambda mode, _: charts.outcomes(mode, OUTCOMES),
        frame=lambda view: frames.outcomes(view.study.setbacks, view.setback, view.premium),
    ),
    Figure[View](
        name="programme_delay",
        title=lambda view: finding.delay_title(view.study),
        caption=lambda _: (
            "After tax, by delay of all custom chips not yet in volume; dot: as set. Dashed: no custom chips in a "
            "quarter in which they are dearer than the best bought chip; where its line lies lower, the rule misjudges."
        ),
        evidence=MONEY,
        table=lambda view: tables.delay(view.study),
        spec=lambda mode, _: charts.delay(mode),
        frame=lambda view: frames.delay_curve(view.study.setbacks),
    ),
    Figure[View](
        name="programme_worth",
        title=lambda view: finding.worth_title(view.study),
        caption=lambda _: (
            "After tax: each workload's part of value against exit custom, its mean gain over all orders in which "
            "workloads could take up custom chips, for they share programme, power and supply. Parts add up to it."
        ),
        evidence=MONEY,
        table=lambda view: tables.worth(view.study),
        spec=lambda mode, view: shared.contribution(
            mode, workload_labels(view.answer.inputs), workload_kinds(view.answer.inputs)[0]
        ),
        frame=lambda view: frames.worth(view.answer, view.study.by_workload_usd),
    ),
    Figure[View](
        name="programme_years",
        title=lambda view: finding.years_title(view.study),
        caption=lambda _: (
            "Programme spending of the year over the custom chips bought in it, spares included, and over the hours "
            "that custom chips in service can work."
        ),
        evidence=(*CHIPS, "workload_demand", "workloads", "opening_fleet", "power_capacity", "programme"),
        table=lambda view: tables.years(view.study),
        spec=lambda mode, _: charts.by_year(mode),
        frame=lambda view: frames.drawn_years(view.study.by_year),
    ),
)

PAGE = Page(
    name="programme",
    head=Head(
        name="programme",
        title=lambda view: finding.title(view.study),
        evidence=MONEY,
        metrics=lambda view: finding.metrics(view.study),
    ),
    figures=FIGURES,
    opened=View.opened,
    looked_at=lambda answer, chosen, _: View.looked_at(answer, chosen),
)
