"""The Power page as a reader meets it: when power binds, what a megawatt is worth, and what each place pays."""

from __future__ import annotations

from functools import partial

from streamlit.testing.v1 import AppTest

from core.base.format import NBSP
from core.inputs.data import bundled
from core.views.power import frames
from pages.parts.kept.answer import answer
from tests.support.cases import PRESETS
from tests.support.frozen import BASE
from tests.support.pages import at_page, behind, captions, go_to, pick, table_rows, title, titles, widget
from tests.support.visit import charts_drawn, move, strip

PAGE = "power.py"
CHARTS = ("load", "megawatt", "energy", "carbon", "work_per_megawatt")
YEAR = "Energy and carbon in"
power = partial(at_page, PAGE)


def pick_year(at: AppTest, year: int) -> AppTest:
    return pick(at, YEAR, year)


def test_the_baseline_is_named_beside_every_figure() -> None:
    for baseline, words in (("hold", "today's mix held"), ("exit", "exit custom")):
        at = power(PRESETS["Power is short"].replace(baseline=baseline))
        assert all(words in m.beside for m in strip(at))
        assert sum(words in caption.lower() for caption in captions(at)) >= 3


def test_less_power_turns_plenty_into_a_first_quarter_and_a_price() -> None:
    at = power()
    assert title(at).startswith("Power does not bind by 2032: ")
    assert strip(at)[0].value == "Never"
    at = power(BASE.replace(power_capacity=0.7))
    assert title(at).startswith("Power first binds in 2027-Q1; it would take ")
    value = frames.capacity(answer(BASE.replace(power_capacity=0.7))).more_usd
    assert strip(at)[2].value == f"${value / 1e6:.0f} M"
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


def test_behind_energy_and_carbon_stand_all_places_in_all_years() -> None:
    shown = behind(power(), ("energy", "carbon"))
    for name in ("energy", "carbon"):
        assert len(shown[name][0]) == 6 * len(bundled().tables["regions"])
