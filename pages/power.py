"""The Power page: megawatts, energy, carbon and places, and what a megawatt is worth."""

from __future__ import annotations

import streamlit as st

from core.inputs.data import bundled
from core.inputs.scenario import FIRST_YEAR
from core.story.labels import supplier_labels
from core.views.power import charts as megawatts_charts
from core.views.power import frames as megawatts
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session

scenario, inputs, mode = session.current(), bundled(), figures.mode()
a = answer(scenario)

headline.draw(a, megawatts.title(a))
figures.strip(megawatts.strip(a))

left, right = st.columns([3, 2], gap="medium")
with left:
    figures.chart(
        a,
        "load",
        megawatts.load_title(a),
        megawatts_charts.load(mode, supplier_labels(inputs)),
        megawatts.load(a),
        megawatts.load_caption(a),
        megawatts.load_table,
    )
with right:
    figures.chart(
        a,
        "megawatt",
        megawatts.worth_title(a),
        megawatts_charts.worth(mode),
        megawatts.worth(a),
        megawatts.worth_caption(a),
        megawatts.worth_table,
    )

figures.heading(
    megawatts.needs_title(a),
    "What capacity would have to be in each year so that power binds in no quarter, and what is left undone with what "
    "there is: it is rented.",
)
figures.words(megawatts.needs_words(a))
figures.behind_name(a, "needs", megawatts.needs_table)

years = [*range(FIRST_YEAR, a.last_year + 1)]
year = views.choice("year", "Energy and carbon in", years, a.last_year)
left, middle, right = st.columns(3, gap="medium")
with left:
    figures.chart(
        a,
        "energy",
        megawatts.energy_title(a, year),
        megawatts_charts.prices(mode),
        megawatts.ladder(a, year, "usd_per_mwh"),
        megawatts.energy_caption(a, year),
        megawatts.regions_table,
    )
with middle:
    figures.chart(
        a,
        "carbon",
        megawatts.carbon_title(a, year),
        megawatts_charts.carbon(mode),
        megawatts.ladder(a, year, "kg_co2_per_mwh"),
        megawatts.carbon_caption(a, year),
        megawatts.regions_table,
    )
with right:
    figures.chart(
        a,
        "work_per_megawatt",
        megawatts.work_title(a),
        megawatts_charts.work_per_megawatt(mode, megawatts.work_lines(inputs)),
        megawatts.work_per_megawatt(a),
        "Work of the standing fleet, in H100 equivalents, a megawatt of its IT load.",
        megawatts.work_per_megawatt_table,
    )
