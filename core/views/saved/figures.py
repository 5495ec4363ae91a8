"""The figures of a saved revision as they were saved, drawn from its report alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.inputs.evidence import FLEET, MONEY
from core.story import charts as shared
from core.story.figure import Figure, declared
from core.views.saved import finding, frames, tables
from core.views.saved.reading import Report


@dataclass(frozen=True, eq=False)
class View:
    """What is looked at: a saved report, when it was saved, and the report of today if that could be worked out.

    A figure whose series the report lacks raises UnreadableError, which names what is missing.
    """

    saved: Report
    saved_on: date
    today: Report | None
    names: Mapping[str, str]
    """What suppliers are called, by id."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of spending in the order in which they are stacked."""
        return frames.kinds(self.saved, self.names)


FIGURES = declared(
    Figure[View](
        name="saved_spending",
        title=lambda view: finding.spending_title(frames.spending(view.saved, view.names)),
        caption=lambda view: finding.spending_caption(view.saved, view.names),
        evidence=MONEY,
        table=lambda view: tables.spending(frames.spending(view.saved, view.names)),
        spec=lambda mode, view: shared.spending(mode, view.kinds),
        frame=lambda view: frames.spending(view.saved, view.names),
    ),
    Figure[View](
        name="saved_power",
        title=lambda view: finding.power_title(frames.power(view.saved)),
        caption=lambda _: "As saved. IT load of all accelerators that work; dashed: what can be powered.",
        evidence=FLEET,
        table=lambda view: tables.power(frames.power(view.saved)),
        spec=lambda mode, _: shared.power(mode, (frames.ALL_CHIPS,)),
        frame=lambda view: frames.power(view.saved),
    ),
)
