"""The Power page: megawatts, energy, carbon and places, and what a megawatt is worth."""

from __future__ import annotations

from core.story import frames
from core.views.power.figures import PAGE, YEAR, View
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

a = answer(session.current())
view = View.looked_at(a, views.chosen)

headline.draw(a, PAGE.head.title(view))
figures.metrics(PAGE, view)
figures.row(PAGE, view, "load", "megawatt", widths=[3, 2])
figures.one(PAGE, view, "needs")
views.choice(YEAR, "Energy and carbon in", frames.years(a), a.last_year)
figures.row(PAGE, view, "energy", "carbon", "work_per_megawatt")
