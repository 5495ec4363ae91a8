"""The Contracts page as a reader meets it: findings in every case, every agreement drawn, evidence one click away."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import commitments
from core.data import bundled
from core.scenario import BASE, Scenario
from pages.parts.answer import answer
from tests.test_charts import missing_fields
from tests.test_cost_page import SHOWN, pick, titles
from tests.test_explore import charts_drawn, headings, read, texts, visit
from tests.test_finding import NOISE
from tests.test_shell import run, scenario

PAGE = "contracts.py"
AGREEMENTS = [f"agreement_{which}" for which in range(len(bundled().contracts.id))]
CHARTS = ("change_course", "committed", "warrant", "reported_commitments")


def at_page(wanted: Scenario = BASE) -> AppTest:
    at = visit(wanted)
    at.switch_page(PAGE)
    return run(at)


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_says_its_finding_and_every_chart_gets_what_it_reads(name: str) -> None:
    at = at_page(SHOWN[name])
    with charts_drawn() as drawn:
        run(at)
    a = answer(SHOWN[name])
    assert scenario(at) == SHOWN[name]
    assert read(at.main.title[0].value) == read(commitments.headline(a))
    assert [read(m.value) for m in at.metric] == [read(figure.value) for figure in commitments.strip(a)]
    for text in (*texts(at), *(read(m.value) for m in at.metric), *(read(m.delta) for m in at.metric)):
        assert not NOISE.search(text.replace("[", "").replace("]", "")), text
    assert set(drawn) == {*AGREEMENTS, *CHARTS}
    for place, chart in drawn.items():
        assert missing_fields(chart.spec, chart.frame) == []
        assert not chart.frame.empty and not chart.frame.isna().any().any()
        told = bundled().contracts.name if place in AGREEMENTS else titles(at)
        assert any(read(chart.alt).startswith(title) for title in told)


def test_the_cumulative_view_is_one_click_away_and_stays() -> None:
    with charts_drawn() as drawn:
        at = pick(at_page(), "Agreements", commitments.CUMULATIVE)
        at.switch_page("explore.py")
        run(at)
        at.switch_page(PAGE)
        run(at)
    for which, name in enumerate(AGREEMENTS):
        assert drawn[name].frame.equals(commitments.agreement(answer(BASE), which, commitments.CUMULATIVE))
    assert any(caption.startswith("Added up from the start.") for _, caption in headings(at))


def test_the_table_of_agreements_stands_under_their_charts_in_words() -> None:
    rows = next(e.value for e in at_page().main.markdown if e.value.startswith("Agreement |")).split("\n")
    assert len(rows) == 2 + len(AGREEMENTS)
    for row, name in zip(rows[2:], bundled().contracts.name, strict=True):
        assert read(row).startswith(name)


@pytest.mark.parametrize("name", ["agreements", *CHARTS])
def test_one_click_shows_the_figures_and_what_they_rest_on(name: str) -> None:
    at = at_page()
    assert not at.main.dataframe
    at.session_state[f"behind_{name}"] = True
    run(at)
    assert len(at.main.dataframe) == 3
    assert all(len(element.value) for element in at.main.dataframe)


def test_what_the_company_reports_names_its_source() -> None:
    at = at_page()
    at.session_state["behind_reported_commitments"] = True
    run(at)
    figures, inputs, _ = (element.value for element in at.main.dataframe)
    assert figures["Source"].str.contains("10-Q").any()
    assert "Reported by the company" in set(inputs["Input"])
