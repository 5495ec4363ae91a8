"""The Power page as a reader meets it: when power binds, what a megawatt is worth, and what each place pays."""

from __future__ import annotations

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from core.base.format import NBSP
from core.inputs.data import bundled
from core.inputs.scenario import BASE
from core.views.power import frames as megawatts
from pages.parts.kept.answer import answer
from tests.support.cases import PRESETS
from tests.support.pages import (
    QUICK,
    assert_drawn,
    assert_every_preset_draws,
    assert_well_said,
    at_page,
    behind,
    captions,
    go_to,
    pick,
    table_rows,
    title,
    titles,
    widget,
)
from tests.support.visit import charts_drawn, move
from tests.support.words import read

PAGE = "power.py"
CHARTS = ("load", "megawatt", "energy", "carbon", "work_per_megawatt")
FOLDS = (*CHARTS, "needs")
YEAR = "Energy and carbon in"
power = partial(at_page, PAGE)


def pick_year(at: AppTest, year: int) -> AppTest:
    return pick(at, YEAR, year)


@pytest.mark.parametrize("name", QUICK)
def test_the_page_shows_its_finding_five_figures_and_no_slip_of_the_pen(name: str) -> None:
    a = answer(QUICK[name])
    with charts_drawn() as drawn:
        at = power(QUICK[name])
    assert title(at) == read(megawatts.title(a))
    assert [m.label for m in at.metric] == [figure.label for figure in megawatts.strip(a)]
    assert_well_said(at)
    assert set(drawn) == set(CHARTS)
    assert_drawn(at, drawn)


def test_every_ready_made_scenario_and_baseline_draws() -> None:
    assert_every_preset_draws(power())


def test_the_baseline_is_named_beside_every_figure() -> None:
    for baseline, words in (("hold", "today's mix held"), ("exit", "exit custom")):
        at = power(PRESETS["Power is short"].replace(baseline=baseline))
        assert all(words in m.proto.delta_description for m in at.metric)
        assert sum(words in caption.lower() for caption in captions(at)) >= 3


def test_less_power_turns_plenty_into_a_first_quarter_and_a_price() -> None:
    at = power()
    assert title(at).startswith("Power does not bind by 2032: ")
    assert read(at.metric[0].value) == "Never"
    at = power(BASE.replace(power_capacity=0.7))
    assert title(at).startswith("Power first binds in 2027-Q1; it would take ")
    value = megawatts.capacity(answer(BASE.replace(power_capacity=0.7)).sim).more_usd[0]
    assert read(at.metric[2].value) == f"${value / 1e6:.0f} M"
    assert any("capacity would have to be" in heading for heading in titles(at))


def test_another_year_changes_what_places_pay_and_nothing_else() -> None:
    with charts_drawn() as before:
        at = power()
    with charts_drawn() as after:
        pick_year(at, 2027)
    for name in CHARTS:
        assert after[name].frame.equals(before[name].frame) == (name not in ("energy", "carbon"))
    assert any(heading.startswith("Electricity costs $") and " in 2027: " in heading for heading in titles(at))


def test_the_year_looked_at_stays_and_falls_back_where_it_is_not_modelled() -> None:
    at = pick_year(power(), 2031)
    move(go_to(at, "explore.py"), "horizon_year", 2029)
    go_to(at, PAGE)
    assert widget(at, YEAR).value == 2029
    assert any(" in 2029: " in heading for heading in titles(at))
    move(at, "horizon_year", 2032)
    assert widget(at, YEAR).value == 2031


def test_needs_are_told_year_by_year() -> None:
    rows = table_rows(power(PRESETS["Power is short"]), "Year")
    assert [row[0] for row in rows] == [str(year) for year in range(2027, 2033)]
    assert rows[0][1] == f"6.86{NBSP}GW".replace(NBSP, " ")
    assert all(row[3] != "\N{EN DASH}" for row in rows)


def test_one_click_shows_the_figures_and_what_they_rest_on() -> None:
    shown = behind(power(), FOLDS)
    for name, tables in shown.items():
        assert len(tables) == 3, name
        assert all(len(table) for table in tables), name
    for name in ("energy", "carbon"):
        assert len(shown[name][0]) == 6 * len(bundled().tables["regions"])
