"""The Cost page as a reader meets it: findings in every case, cash beside expense, and what is picked stays picked."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import finding, outlay
from core.scenario import BASE, Scenario
from pages.parts.answer import answer
from pages.parts.lives import lives
from tests.test_charts import missing_fields
from tests.test_explore import EXTREMES, SCENARIOS, charts_drawn, headings, read, texts, visit
from tests.test_finding import NOISE
from tests.test_shell import move, run, scenario

PAGE = "cost.py"
CHARTS = ("cash", "expense", "running_cost", "earnings", "work_cost", "cost_bridge", "lives")
SHOWN = {name: SCENARIOS[name] for name in ("Company plan, against hold", "Exit custom, against exit", *EXTREMES)}


def at_page(wanted: Scenario = BASE) -> AppTest:
    at = visit(wanted)
    at.switch_page(PAGE)
    return run(at)


def pick(at: AppTest, label: str, option: Any) -> AppTest:
    """Pick what is looked at, as a click does."""
    widgets = [*at.main.button_group, *at.main.selectbox]
    next(widget for widget in widgets if widget.label == label).set_value(option)
    return run(at)


def titles(at: AppTest) -> list[str]:
    return [title for title, _ in headings(at)]


# --- Every scenario


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_says_its_finding_and_every_chart_gets_what_it_reads(name: str) -> None:
    at = at_page(SHOWN[name])
    with charts_drawn() as drawn:
        run(at)
    a, swept = answer(SHOWN[name]), lives(SHOWN[name])
    assert scenario(at) == SHOWN[name]
    assert read(at.main.title[0].value) == read(outlay.headline(a))
    assert [read(m.value) for m in at.metric] == [read(f.value) for f in outlay.strip(a, swept, outlay.SHORTER_YEARS)]
    for text in (*texts(at), *(read(m.value) for m in at.metric), *(read(m.delta) for m in at.metric)):
        assert not NOISE.search(text.replace("[", "").replace("]", "")), text
    assert set(drawn) == set(CHARTS)
    for chart in drawn.values():
        assert missing_fields(chart.spec, chart.frame) == []
        assert not chart.frame.empty and not chart.frame.isna().any().any()
        assert any(read(chart.alt).startswith(title) for title in titles(at))


def test_the_subtitle_and_the_evidence_line_stand_as_on_every_page() -> None:
    captions = [read(caption.value) for caption in at_page().main.caption]
    assert captions[0].startswith("Company plan · against today's mix held")
    assert read(finding.evidence_line(answer(BASE))) in captions


# --- What the visitor looks at


def test_quarters_and_cumulative_figures_are_one_click_away_in_all_three_charts() -> None:
    with charts_drawn() as drawn:
        at = at_page()
        assert drawn["cash"].frame["period"].nunique() == 6
        pick(at, "By", outlay.QUARTERS)
        pick(at, "Show", outlay.CUMULATIVE)
    a = answer(BASE)
    for name, side in (("cash", outlay.CASH), ("expense", outlay.EXPENSE), ("running_cost", outlay.RUNNING)):
        frame = drawn[name].frame
        assert frame.equals(outlay.money(a, side, outlay.QUARTERS, outlay.CUMULATIVE))
        assert frame["period"].nunique() == 24


def test_the_difference_is_told_by_the_caption_and_has_no_outline() -> None:
    with charts_drawn() as drawn:
        at = at_page()
        amounts = len(drawn["expense"].spec["layer"])
        pick(at, "Show", outlay.VARIANCE)
    assert any("This scenario less today's mix held" in caption for _, caption in headings(at))
    assert len(drawn["expense"].spec["layer"]) == amounts  # dots instead of the outline
    assert "dot_usd" in drawn["expense"].frame


def test_another_life_changes_the_strip_the_title_and_the_chart() -> None:
    with charts_drawn() as drawn:
        at = at_page()
        pick(at, "Years", 3)
        pick(at, "Life of", outlay.CUSTOM_ONLY)
    a, swept = answer(BASE), lives(BASE)
    assert at.metric[4].label == "Written off, 3-year life"
    assert read(outlay.lives_title(a, swept, outlay.CUSTOM_ONLY, 3)) in titles(at)
    assert drawn["lives"].frame.equals(outlay.charges(a, swept, outlay.CUSTOM_ONLY, 3))


def test_what_is_picked_stays_when_a_lever_moves_and_when_the_visitor_comes_back() -> None:
    at = pick(at_page(), "By", outlay.QUARTERS)
    move(at, "adoption_genai_training", 0.4)
    at.switch_page("explore.py")
    run(at)
    at.switch_page(PAGE)
    with charts_drawn() as drawn:
        run(at)
    assert scenario(at) == BASE.replace(adoption_genai_training=0.4)
    assert drawn["cash"].frame["period"].nunique() == 24
    assert read(at.main.title[0].value) == read(outlay.headline(answer(scenario(at))))


# --- Behind each figure


@pytest.mark.parametrize("name", CHARTS)
def test_one_click_shows_the_figures_and_what_they_rest_on(name: str) -> None:
    at = at_page()
    assert not at.main.dataframe
    at.session_state[f"behind_{name}"] = True
    run(at)
    assert len(at.main.dataframe) == 3
    assert all(len(element.value) for element in at.main.dataframe)
