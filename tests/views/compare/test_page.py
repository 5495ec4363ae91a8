"""The Compare page as a reader meets it: what is compared, what it says, and what stays when they come back."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.scenario import Scenario
from core.views.compare import finding as says
from core.views.compare import frames, tables
from core.views.compare.bridge import CAPITAL, MEASURES, VALUE, Measure
from core.views.compare.view import Compared, View
from pages.parts.kept import bridges
from pages.parts.kept.answer import answer
from pages.parts.library import selection
from pages.parts.work import steps
from tests.support.cases import EVERY_LEVER
from tests.support.frozen import BASE, LEVERS
from tests.support.specs import missing_fields
from tests.support.visit import charts_drawn, headings, move, opened, run
from tests.support.words import NOISE, read

PAGE = "compare.py"
PRESETS = steps.ready_made()
PLAN, HELD = (f"{selection.PRESET}{name}" for name in ("Company plan", "Today's mix held"))
WAR, SHORT = (f"{selection.PRESET}{name}" for name in ("GPU price war", "Power is short"))


def visit(*picked: str, **levers: Any) -> AppTest:
    """The page as a visitor finds it who has set `levers`, and then picks what to compare."""
    at = opened(**{name: str(value) for name, value in levers.items()})
    at.switch_page(PAGE)
    run(at)
    return pick(at, *picked) if picked else at


def pick(at: AppTest, *refs: str) -> AppTest:
    at.multiselect[0].set_value(list(refs))
    return run(at)


def picked(at: AppTest) -> list[str]:
    return list(at.multiselect[0].value)


def title(at: AppTest) -> str:
    return read(at.main.title[0].value)


def looked_at(*named: tuple[str, Scenario], measure: Measure = VALUE) -> View:
    """What the page looks at when these are compared, the first two bridged."""
    compared = tuple(Compared(name, scenario, answer(scenario)) for name, scenario in named)
    first, second = compared[:2]
    return View(compared, bridges.between(first.scenario, second.scenario), measure, (first.name, second.name))


def words(at: AppTest) -> list[list[list[str]]]:
    """The tables of words, a list of cells a row, headings first."""
    found = [element.value for element in at.main.markdown if "\n--- | " in element.value]
    return [
        [[read(cell) for cell in line.split(" | ")] for line in table.split("\n") if not line.startswith("---")]
        for table in found
    ]


def bridge_end(at: AppTest, label: str) -> Any:
    return next(widget for widget in at.main.selectbox if widget.label == label)


def choose_measure(at: AppTest, label: str) -> AppTest:
    next(group for group in at.main.button_group if group.label == "Figure of the bridge").set_value(label)
    return run(at)


# --- What is compared


def test_at_first_the_scenario_on_screen_is_compared_with_the_company_plan() -> None:
    at = visit(adoption_genai_training=0.4)
    assert picked(at) == [PLAN, selection.NOW]
    mine = BASE.replace(adoption_genai_training=0.4)
    assert title(at) == read(says.title(looked_at(("Company plan", BASE), ("Your own settings", mine))))


def test_the_company_plan_itself_is_compared_with_today_s_mix() -> None:
    at = visit()
    assert picked(at) == [HELD, selection.NOW]
    assert title(at).startswith("“Company plan” is worth $21 B more than “Today's mix held” after tax by 2032; ")


def test_the_scenario_on_screen_is_compared_as_it_is_now() -> None:
    at = visit()
    before = title(at)
    move(at, "adoption_genai_training", 0.4)
    assert picked(at) == [HELD, selection.NOW]
    assert title(at) != before
    assert title(at).startswith("“Your own settings” is worth ")


def test_the_selection_stays_while_another_page_is_looked_at() -> None:
    at = choose_measure(visit(WAR, SHORT, PLAN), CAPITAL.id)
    bridge_end(at, "Bridge to").set_value(PLAN)
    run(at)
    before = (title(at), headings(at))
    at.switch_page("explore.py")
    run(at)
    at.switch_page(PAGE)
    run(at)
    assert picked(at) == [WAR, SHORT, PLAN]
    assert (title(at), headings(at)) == before


def test_what_another_page_chooses_is_compared_although_something_else_was_picked_here() -> None:
    at = visit(WAR, SHORT)
    at.session_state["picked_compare"] = (PLAN, HELD)  # as selection.choose does in a callback
    run(at)
    assert picked(at) == [PLAN, HELD]
    assert "“Today's mix held” is worth " in title(at)


def test_a_scenario_that_is_gone_is_left_out() -> None:
    at = visit()
    at.session_state["picked_compare"] = (PLAN, "a scenario that was deleted", WAR)
    run(at)
    assert picked(at) == [PLAN, WAR]


@pytest.mark.parametrize("refs", [(), (PLAN,)])
def test_with_fewer_than_two_the_page_says_what_to_do(refs: tuple[str, ...]) -> None:
    at = visit(PLAN, WAR)
    pick(at, *refs)
    assert title(at) == "Compare scenarios side by side"
    assert "Pick at least two scenarios" in at.info[0].value
    assert picked(at) == list(refs)
    assert words(at) == []
    assert title(pick(at, PLAN, WAR)).startswith("“GPU price war” costs ")


def test_two_scenarios_with_equal_settings_are_said_to_be_equal_and_told_apart() -> None:
    at = visit(PLAN, selection.NOW)
    assert title(at) == "“Company plan” and “Company plan (2)” are the same: every lever is set alike"
    assert not any("set differently" in finding for finding, _ in headings(at))
    assert any("there is nothing to explain" in caption for _, caption in headings(at))
    assert len(words(at)) == 1, "there is no list of levers that differ"


# --- What it says


EXTREME = {lever.id: EVERY_LEVER[lever.id] for lever in LEVERS.values()}


@pytest.mark.parametrize(
    ("refs", "levers"),
    [
        ((HELD, PLAN), {}),
        ((PLAN, WAR, SHORT), {}),
        ((PLAN, selection.NOW, WAR, SHORT), {"horizon_year": 2035, "baseline": "exit"}),
        ((PLAN, selection.NOW), EXTREME),
        ((PLAN, selection.NOW), {}),
    ],
    ids=["two", "three", "four", "every lever", "equal"],
)
def test_the_page_tells_findings_without_a_slip_and_draws_what_it_has(
    refs: tuple[str, ...], levers: dict[str, Any]
) -> None:
    with charts_drawn() as drawn:
        at = visit(*refs, **levers)
    told = [title(at), *(text for heading in headings(at) for text in heading)]
    told += [cell for table in words(at) for row in table for cell in row]
    for text in told:
        assert text and not NOISE.search(text), text
    equal = "are the same" in title(at)
    names = [f"{what}_compared_{i}" for what in ("spending", "power") for i in range(len(refs))]
    assert set(drawn) >= {*names, *(() if equal else ("bridge",))}
    findings = [finding for finding, _ in headings(at)]
    for name in names:
        assert missing_fields(drawn[name].spec, drawn[name].frame) == []
        assert any(finding in read(drawn[name].alt) for finding in findings)


def test_the_headline_table_has_a_column_a_scenario() -> None:
    at = visit(PLAN, WAR, SHORT)
    wanted = tables.headline(
        looked_at(*((ref.split(":")[1], PRESETS[ref.split(":")[1]]) for ref in (PLAN, WAR, SHORT)))
    )
    head, *rows = words(at)[0]
    assert head == ["Figure", "Company plan", "GPU price war", "Power is short"]
    assert rows == [[read(cell) for cell in row] for row in wanted.to_numpy().tolist()]


def test_the_levers_that_differ_are_listed_in_words() -> None:
    at = visit(PLAN, WAR)
    assert words(at)[1] == [
        ["Lever", "Group", "Company plan", "GPU price war"],
        ["Price of bought chips", "Bought chips", "1 × reference price", "0.75 × reference price"],
        ["Price erosion", "Bought chips", "14 % per year", "20 % per year"],
    ]
    assert "2 levers set differently" in [finding for finding, _ in headings(at)]


def test_a_long_list_of_levers_is_folded_away() -> None:
    at = visit(PLAN, selection.NOW, **EXTREME)
    assert len(words(at)) == 1
    at.session_state["behind_compare_levers"] = True
    run(at)
    assert len(at.main.dataframe[0].value) == len(LEVERS)


# --- The bridge


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_the_bridge_explains_the_figure_that_is_picked(measure: Measure) -> None:
    with charts_drawn() as drawn:
        at = choose_measure(visit(PLAN, WAR), measure.id)
    two = looked_at(("Company plan", BASE), ("GPU price war", PRESETS["GPU price war"]), measure=measure)
    assert read(says.bridge_title(two)) in [finding for finding, _ in headings(at)]
    bars = frames.bridge(two)
    assert drawn["bridge"].frame.equals(bars)
    assert missing_fields(drawn["bridge"].spec, bars) == []


def test_of_more_than_two_scenarios_any_two_can_be_bridged() -> None:
    at = visit(PLAN, WAR, SHORT)
    bridge_end(at, "Bridge from").set_value(SHORT)
    bridge_end(at, "Bridge to").set_value(PLAN)
    run(at)
    two = looked_at(("Power is short", PRESETS["Power is short"]), ("Company plan", BASE))
    assert read(says.bridge_title(two)) in [finding for finding, _ in headings(at)]
    pick(at, PLAN, WAR)
    two = looked_at(("Company plan", BASE), ("GPU price war", PRESETS["GPU price war"]))
    assert read(says.bridge_title(two)) in [finding for finding, _ in headings(at)]


def test_a_bridge_from_a_scenario_to_itself_says_that_there_is_nothing_to_explain() -> None:
    at = visit(PLAN, WAR, SHORT)
    bridge_end(at, "Bridge to").set_value(PLAN)
    run(at)
    assert any("there is nothing to explain" in caption for _, caption in headings(at))


def test_behind_each_figure_stands_its_table() -> None:
    at = visit(PLAN, WAR)
    assert not at.main.dataframe
    two = looked_at(("Company plan", BASE), ("GPU price war", PRESETS["GPU price war"]))
    wanted = {"spending": tables.spending(two), "power": tables.power(two), "bridge": tables.bridge(two)}
    for name, table in wanted.items():
        at.session_state[f"behind_compare_{name}"] = True
        run(at)
        shown = at.main.dataframe[0].value
        assert list(shown.columns) == list(table.columns)
        assert len(shown) == len(table)
        assert list(shown.iloc[:, -1]) == pytest.approx(list(table.iloc[:, -1]))
        at.session_state[f"behind_compare_{name}"] = False
    at.session_state["behind_compare_evidence"] = True
    run(at)
    assert {"Grade", "Source", "Address"} <= set(at.main.dataframe[0].value.columns)


def test_a_bridge_is_worked_out_once() -> None:
    assert bridges.between(BASE, EVERY_LEVER) is bridges.between(BASE, EVERY_LEVER)
