"""The Contracts page: what is agreed and bought, what falls short, what changing course costs, and what is reported."""

from __future__ import annotations

from core.views.contracts.figures import PAGE
from core.views.contracts.view import MEASURE, MEASURES, YEARLY, View
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

view = View.looked_at(answer(session.current()), views.chosen)
headline.draw(view.answer, PAGE.head.title(view))
figures.metrics(PAGE, view)
figures.share_of_guesswork(view.answer)
views.choice(MEASURE, "Agreements", MEASURES, YEARLY)
figures.one(PAGE, view, "agreements")
figures.row(PAGE, view, "change_course", "committed")
figures.row(PAGE, view, "warrant", "reported_commitments")
