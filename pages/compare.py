"""The Compare page: two to four scenarios side by side, and what leads from one to another."""

from __future__ import annotations

import streamlit as st

from core.inputs import evidence
from core.views.compare import finding
from core.views.compare.figures import PAGE
from core.views.compare.view import Compared, View
from pages.parts.kept import bridges, odds
from pages.parts.kept.answer import answer
from pages.parts.library import comparison, selection
from pages.parts.work import dataset
from pages.parts.work.text import plain

choices = selection.chosen()
if len(choices) < 2:
    st.title("Compare scenarios side by side", anchor=False)
    selection.picker()
    st.info(
        "Pick at least two scenarios. The first is the reference; up to three more stand beside it with their "
        "differences. For settings of your own, move the levers and pick the scenario on screen.",
        icon=":material/compare_arrows:",
    )
    odds.stop()

first, second = selection.ends(choices)
view = View(
    tuple(Compared(choice.name, choice.scenario, answer(choice.scenario)) for choice in choices),
    bridges.between(first.scenario, second.scenario),
    selection.measure(),
    (first.name, second.name),
)
st.title(plain(PAGE.head.title(view)), anchor=False)
st.caption(plain(finding.subtitle(view, evidence.data_date(dataset.in_use()))))
selection.picker()
figures_of_each = comparison.headline(view)
comparison.side_by_side(view, "compare_spending")
comparison.side_by_side(view, "compare_power")
comparison.levers(view)
comparison.bridge(view, selection.bridge_picker)
comparison.with_odds(view, figures_of_each)
