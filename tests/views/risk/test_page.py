"""The Risk page as a reader meets it: what stands at once, what follows, what can be set from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.data import bundled
from core.risk.futures import DRAWS, odds
from core.risk.goal import Goal, seek
from core.risk.sensitivity import switching, tornado
from core.risk.variance import POINTS
from core.story import odds as of_odds
from core.story.finding import headline
from core.views.risk import finding as said
from core.views.risk import frames
from pages.parts.kept.answer import answer
from pages.parts.risk import ends
from tests.support.answers import futures_of, stop_of
from tests.support.cases import EXTREMES, SCENARIOS
from tests.support.doubts import drawn as drawn_
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.pages import (
    QUICK,
    assert_drawn,
    assert_well_said,
    at_page,
    figures,
    go_to,
    pick,
    table_rows,
    title,
    titles,
    widget,
)
from tests.support.visit import Drawn, charts_drawn, move, pick_mark, press, run, scenario, strip, texts
from tests.support.words import read

PAGE = "risk.py"
AT_ONCE = {"tornado", "regret"}
ALL = AT_ONCE | {"spending", "savings", "value", "stop", "payback", "binding", "grades"}
IDLE = {"regret", "spending", "binding"}


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """As few futures and points as can be drawn: what is asked here does not hang on their number."""
    monkeypatch.setattr("core.risk.futures.USUAL_DRAWS", DRAWS[0])
    monkeypatch.setattr("core.risk.variance.USUAL_POINTS", POINTS[0])


@pytest.fixture
def drawn() -> Iterator[dict[str, Drawn]]:
    """The charts that the page hands over."""
    with charts_drawn() as found:
        yield found


def named(drawn: dict[str, Drawn]) -> dict[str, Drawn]:
    """These charts by their names; of those that have stood in one place the last."""
    return {key.removeprefix("risk_").split("_")[0]: chart for key, chart in drawn.items()}


# --- At once


def test_the_page_stands_before_the_futures_are_drawn(drawn: dict[str, Drawn]) -> None:
    at = at_page(PAGE)
    assert title(at) == read(headline(answer(BASE)))
    assert set(named(drawn)) == AT_ONCE
    assert not strip(at)
    assert any("being worked out" in text for text in texts(at))
    assert any(read(said.sampling(bundled(), DRAWS[0])) == read(caption.value) for caption in at.main.caption)
    assert table_rows(at, "Choice")


# --- Every scenario


@pytest.mark.usefixtures("long_work")
@pytest.mark.parametrize("name", QUICK)
def test_the_page_says_how_sure_the_answer_is_and_draws_what_it_says(name: str, drawn: dict[str, Drawn]) -> None:
    wanted = SCENARIOS[name]
    at = at_page(PAGE, wanted)
    futures, stop = futures_of(wanted), stop_of(wanted)
    assert scenario(at) == wanted
    assert title(at) == read(said.title(drawn_(wanted)))
    assert figures(at) == [read(figure.value) for figure in said.metrics(drawn_(wanted))]
    is_idle = futures.verdict == "no difference"
    shown = set(named(drawn))
    assert shown == IDLE if is_idle else shown >= ALL - {"stop"}
    assert ("stop" in shown) == frames.stop_matters(stop)
    assert_drawn(at, drawn)
    assert_well_said(at)


@pytest.mark.usefixtures("long_work")
def test_odds_stand_under_the_title_as_on_every_page(drawn: dict[str, Drawn]) -> None:
    assert read(of_odds.odds(futures_of(), answer(BASE).metric("npv_usd")).words) in " ".join(texts(at_page(PAGE)))


@pytest.mark.usefixtures("long_work")
def test_more_futures_are_drawn_when_the_reader_asks_for_them(drawn: dict[str, Drawn]) -> None:
    at = pick(at_page(PAGE), "Futures", DRAWS[1])
    assert "2,048 futures" in " ".join(texts(at))
    assert named(drawn)["value"].frame["share"].sum() == pytest.approx(1.0)
    assert scenario(at) == BASE, "how many are drawn is no lever"


@pytest.mark.usefixtures("long_work")
def test_the_words_behind_the_switching_values_are_on_the_page(drawn: dict[str, Drawn]) -> None:
    rows = table_rows(at_page(PAGE), "Lever")
    assert rows[0][:2] == ["Performance of coming custom chips", "0.817 × our estimate"]
    turning = int(switching(INPUTS, BASE)["turns_at"].notna().sum())
    assert len(rows) == min(frames.MOST_ROWS, turning) > 5


# --- A click on a bar of the tornado


def click(at: AppTest, lever: str, end: str) -> AppTest:
    """Select a bar."""
    return pick_mark(at, ends.TORNADO, {"lever": lever, "end": end}, ends._take)


def test_a_click_on_a_bar_sets_its_lever_once_and_undo_takes_it_back(drawn: dict[str, Drawn]) -> None:
    at = at_page(PAGE)
    click(at, "custom_cost", "high")
    assert scenario(at).changes == {"custom_cost": LEVERS["custom_cost"].high}
    move(at, "adoption_genai_training", 0.4)
    press(at, "undo")
    press(at, "undo")
    assert scenario(at) == BASE
    run(at)
    assert scenario(at) == BASE, "nothing sets it again"
    click(at, "custom_cost", "high")
    assert scenario(at)["custom_cost"] == LEVERS["custom_cost"].high, "the same bar can be clicked again"


@pytest.mark.parametrize(("lever", "end"), [("horizon_year", "high"), ("nothing", "low"), ("custom_cost", "middle")])
def test_what_no_bar_stands_for_is_not_taken(lever: str, end: str, drawn: dict[str, Drawn]) -> None:
    at = click(at_page(PAGE), lever, end)
    assert scenario(at) == BASE


def test_buttons_do_what_a_click_does(drawn: dict[str, Drawn]) -> None:
    at = pick(at_page(PAGE), "Set an assumption", "merchant_price")
    press(at, "risk_set_low")
    assert scenario(at).changes == {"merchant_price": LEVERS["merchant_price"].low}
    assert at.button(key="risk_set_low").disabled
    press(at, "undo")
    assert scenario(at) == BASE


def test_the_tornado_shows_the_scenario_on_screen(drawn: dict[str, Drawn]) -> None:
    at = at_page(PAGE)
    move(at, "adoption_genai_training", 0.4)
    assert read(said.tornado_title(tornado(bundled(), scenario(at)))) in titles(at)


# --- Goal seek


def field(at: AppTest, label: str) -> Any:
    return next(widget for widget in at.main.text_input if widget.label == label)


def test_a_goal_that_is_met_needs_no_setting(drawn: dict[str, Drawn]) -> None:
    at = at_page(PAGE)
    assert any("It is met as set" in text for text in texts(at))
    assert "goal_apply" not in [button.key for button in at.main.button]


def test_the_setting_that_meets_a_goal_is_applied_with_one_click(drawn: dict[str, Drawn]) -> None:
    at = at_page(PAGE)
    field(at, "$ B").set_value("30")
    run(at)
    press(at, "goal_apply")
    assert scenario(at).changes == {"custom_cost": seek(bundled(), BASE, "custom_cost", Goal.value(30e9)).setting}
    assert answer(scenario(at)).metric("npv_usd") >= 30e9
    assert any("It is met as set" in text for text in texts(at))
    press(at, "undo")
    assert scenario(at) == BASE


def test_a_goal_out_of_reach_says_how_close_one_comes(drawn: dict[str, Drawn]) -> None:
    at = at_page(PAGE)
    field(at, "$ B").set_value("10000")
    run(at)
    assert any("No setting of Cost of custom chips meets it" in text and "short" in text for text in texts(at))


def test_a_target_that_makes_no_sense_is_refused_in_words_at_the_field(drawn: dict[str, Drawn]) -> None:
    at = pick(at_page(PAGE), "until", "power")
    field(at, "GW of IT load").set_value("-5")
    run(at)
    assert "no limit that could be met" in read(at.main.error[0].value)
    assert "GoalError" not in at.main.error[0].value


@pytest.mark.usefixtures("long_work")
@pytest.mark.parametrize(("aim", "unit"), [("expected", "$ B"), ("odds", "% of futures")])
def test_a_goal_in_futures_is_answered_once_all_else_stands(aim: str, unit: str, drawn: dict[str, Drawn]) -> None:
    at = pick(pick(at_page(PAGE), "until", aim), "Move", "custom_delay_quarters")
    assert any("256 futures" in text and ("met as set" in text or "comes closest" in text) for text in texts(at))
    field(at, unit).set_value("0,5")
    run(at)
    assert any("It is met as set" in text and "256 futures" in text for text in texts(at))


@pytest.mark.parametrize("name", EXTREMES)
def test_every_goal_can_be_sought_in_every_extreme(name: str, drawn: dict[str, Drawn]) -> None:
    at = pick(at_page(PAGE, SCENARIOS[name]), "Move", "custom_delay_quarters")
    for aim in ("value", "expected", "odds", "capital", "power", "payback"):
        pick(at, "until", aim)
        assert widget(at, "Move").value == "custom_delay_quarters"
        assert not at.main.error, aim
        assert_well_said(at)


def test_what_is_looked_at_is_kept_while_other_pages_are_read(drawn: dict[str, Drawn]) -> None:
    at = pick(at_page(PAGE), "Move", "merchant_price")
    field(at, "$ B").set_value("24")
    run(at)
    go_to(go_to(at, "chips.py"), PAGE)
    assert field(at, "$ B").value == "24"
    assert any("Price of bought chips at" in text for text in texts(at))


def test_the_odds_of_the_title_are_those_of_the_distribution() -> None:
    frame = frames.distribution(futures_of(), 0.0)
    assert frame.loc[frame["side"] == "pays", "share"].sum() == pytest.approx(odds(futures_of().value_usd))
