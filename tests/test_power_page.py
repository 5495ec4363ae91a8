"""The Power page as a reader meets it: when power binds, what a megawatt is worth, and what each place pays."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import megawatts
from core.data import bundled
from core.format import NBSP
from core.scenario import BASE, Scenario
from pages.parts.answer import answer
from tests.test_charts import missing_fields
from tests.test_explore import EXTREMES, PRESETS, SCENARIOS, charts_drawn, headings, read, texts, visit
from tests.test_finding import NOISE
from tests.test_shell import move, run

PAGE = "power.py"
CHARTS = ("load", "megawatt", "energy", "carbon", "work_per_megawatt")
FOLDS = (*CHARTS, "needs")
YEAR = "Energy and carbon in"
QUICK = ("Company plan, against hold", "Exit custom, against exit", "Power is short, against hold", *EXTREMES)


def power(wanted: Scenario = BASE) -> AppTest:
    at = visit(wanted)
    at.switch_page(PAGE)
    return run(at)


def session_list(at: AppTest) -> Any:
    return next(widget for widget in at.sidebar.selectbox if widget.label == "Start from")


def title(at: AppTest) -> str:
    return read(at.main.title[0].value)


def pick_year(at: AppTest, year: int) -> AppTest:
    next(widget for widget in at.main.selectbox if widget.label == YEAR).set_value(year)
    return run(at)


@pytest.mark.parametrize("name", QUICK)
def test_the_page_shows_its_finding_five_figures_and_no_slip_of_the_pen(name: str) -> None:
    a = answer(SCENARIOS[name])
    at = visit(SCENARIOS[name])
    at.switch_page(PAGE)
    with charts_drawn() as drawn:
        run(at)
    assert len(at.main.title) == 1
    assert title(at) == read(megawatts.title(a))
    assert [m.label for m in at.metric] == [figure.label for figure in megawatts.strip(a)]
    shown = [read(text) for m in at.metric for text in (m.value, m.delta, m.proto.delta_description)]
    for text in (*texts(at), *shown):
        assert not NOISE.search(text.replace("[", "").replace("]", "")), text
    assert set(drawn) == set(CHARTS)
    found = [heading for heading, _ in headings(at)]
    for chart in drawn.values():
        assert missing_fields(chart.spec, chart.frame) == []
        assert not chart.frame.empty and not chart.frame.isna().any().any()
        assert any(read(chart.alt).startswith(heading) for heading in found)


def test_every_ready_made_scenario_and_baseline_draws() -> None:
    at = power()
    for name in PRESETS:
        session_list(at).set_value(name)
        run(at)
        next(group for group in at.sidebar.button_group if group.label == "Compare with").set_value("exit")
        run(at)


def test_the_baseline_is_named_beside_every_figure() -> None:
    for baseline, words in (("hold", "today's mix held"), ("exit", "exit custom")):
        at = power(PRESETS["Power is short"].replace(baseline=baseline))
        assert all(words in m.proto.delta_description for m in at.metric)
        assert sum(words in caption.lower() for _, caption in headings(at)) >= 3


def test_less_power_turns_plenty_into_a_first_quarter_and_a_price() -> None:
    at = power()
    assert title(at).startswith("Power does not bind by 2032: ")
    assert read(at.metric[0].value) == "Never"
    at = power(BASE.replace(power_capacity=0.7))
    assert title(at).startswith("Power first binds in 2027-Q1; it would take ")
    value = megawatts.capacity(answer(BASE.replace(power_capacity=0.7)).sim).more_usd[0]
    assert read(at.metric[2].value) == f"${value / 1e6:.0f} M"
    assert any("capacity would have to be" in heading for heading, _ in headings(at))


def test_another_year_changes_what_places_pay_and_nothing_else() -> None:
    at = power()
    with charts_drawn() as before:
        run(at)
    with charts_drawn() as after:
        pick_year(at, 2027)
    for name in CHARTS:
        assert after[name].frame.equals(before[name].frame) == (name not in ("energy", "carbon"))
    assert any(heading.startswith("Electricity costs $") and " in 2027: " in heading for heading, _ in headings(at))


def test_the_year_looked_at_stays_and_falls_back_where_it_is_not_modelled() -> None:
    at = pick_year(power(), 2031)
    at.switch_page("explore.py")
    move(run(at), "horizon_year", 2029)
    at.switch_page(PAGE)
    run(at)
    assert next(widget for widget in at.main.button_group if widget.label == YEAR).value == 2029
    assert any(" in 2029: " in heading for heading, _ in headings(at))
    move(at, "horizon_year", 2032)
    assert next(widget for widget in at.main.selectbox if widget.label == YEAR).value == 2031


def test_needs_are_told_year_by_year() -> None:
    at = power(PRESETS["Power is short"])
    table = next(element.value for element in at.main.markdown if element.value.startswith("Year |"))
    rows = [[read(cell) for cell in line.split(" | ")] for line in table.split("\n")][2:]
    assert [row[0] for row in rows] == [str(year) for year in range(2027, 2033)]
    assert rows[0][1] == f"6.86{NBSP}GW".replace(NBSP, " ")
    assert all(row[3] != "\N{EN DASH}" for row in rows)


@pytest.mark.parametrize("name", FOLDS)
def test_one_click_shows_the_figures_and_what_they_rest_on(name: str) -> None:
    at = power()
    assert not at.main.dataframe
    at.session_state[f"behind_{name}"] = True
    run(at)
    table, inputs, beliefs = (element.value for element in at.main.dataframe)
    assert len(table) and len(inputs) and len(beliefs)
    if name in ("energy", "carbon"):
        assert len(table) == 6 * len(bundled().tables["regions"])
