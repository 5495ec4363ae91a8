"""The odds beside the title: on every page of a scenario, once they are worked out, and never those of another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.model.ready import compiler
from core.risk import futures as risk
from core.risk.futures import Futures, sample
from core.risk.run import RiskError
from core.story.odds import OPEN, first_odds, odds
from pages.parts.kept import odds as work
from pages.parts.kept import shelf
from pages.parts.widgets import headline
from tests.support.cases import PRESETS
from tests.support.frozen import BASE, INPUTS
from tests.support.visit import move, strip, visit
from tests.support.words import read

DRAWS = 1024
MARKS = tuple(f":{colour}-badge[" for colour in (*headline.COLOURS.values(), "gray"))
"""How the odds begin; what stands beside the scenario's name does not begin so."""
PAGES = ("explore", "chips", "cost", "contracts", "power", "programme", "data")


@pytest.fixture(autouse=True)
def _few_futures_and_none_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("pages.parts.widgets.headline.USUAL_DRAWS", DRAWS)
    monkeypatch.setattr("pages.parts.widgets.headline.draw.__defaults__", (DRAWS,))
    shelf.clear()
    yield
    shelf.clear()


def beside_the_title(page: AppTest) -> str:
    """What stands between the title and the subtitle."""
    (found,) = [read(element.value) for element in page.markdown if element.value.startswith(MARKS)]
    return found


def at(name: str, wanted: Scenario = BASE) -> AppTest:
    page = visit(wanted)
    return page if name == "explore" else page.switch_page(f"{name}.py").run()


# --- On the page


@pytest.mark.usefixtures("long_work")
@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_scenario_gives_the_odds_and_the_expected_value_beside_the_plan_case(name: str) -> None:
    said = beside_the_title(at(name))
    assert "Leans for" in said
    assert "pays in 67 % of 1,024 futures" in said
    assert "expected value +$16 B, plan case +$21 B" in said
    assert "half of all futures between" in said


def test_the_page_stands_before_the_odds_are_known() -> None:
    page = at("explore")
    assert "being worked out" in beside_the_title(page)
    assert page.title and strip(page)


@pytest.mark.usefixtures("long_work")
def test_a_move_gives_the_odds_of_the_new_scenario() -> None:
    page = at("explore")
    before = beside_the_title(page)
    after = beside_the_title(move(page, "adoption_genai_training", 1.0))
    assert "pays in 67 %" in before and "pays in 36 %" in after


@pytest.mark.usefixtures("long_work")
def test_a_scenario_that_is_its_own_baseline_makes_no_difference_in_any_future() -> None:
    assert "No difference] in any of 1,024 futures" in beside_the_title(at("explore", PRESETS["Today's mix held"]))


# --- In words


@pytest.mark.parametrize(
    ("share", "verdict", "good"),
    [
        (0.19, "Does not pay", False),
        (0.20, "Leans against", False),
        (0.5, "Too close to call", None),
        (0.80, "Leans for", True),
        (0.81, "Pays", True),
    ],
)
def test_the_verdict_is_a_degree_of_sureness_and_no_word_follows_itself(
    inputs: Inputs, share: float, verdict: str, good: bool | None
) -> None:
    futures = _with_share(inputs, share)
    told = odds(futures, 1e9)
    assert (told.verdict, told.good) == (verdict, good)
    assert told.words.split(" ")[0] != told.verdict.split(" ")[-1].lower()
    often = 1.0 - share if verdict == "Does not pay" else share
    assert f"in {round(100 * often)}\u00a0% of 100 futures" in told.words


@pytest.mark.parametrize(
    ("share", "verdict", "words"),
    [
        (0.97, "Pays", "in 97\u00a0% of 100 futures"),
        (0.30, "Leans against", "pays in 30\u00a0% of 100 futures"),
        (0.84, OPEN, "pays in 84\u00a0% of 100 futures"),
        (0.55, OPEN, "pays in 55\u00a0% of 100 futures"),
    ],
)
def test_the_first_futures_say_a_verdict_only_where_more_of_them_do_not_change_it(
    inputs: Inputs, share: float, verdict: str, words: str
) -> None:
    """Two standard errors of 84 % in 100 futures are 7 points: it may come to 77 %, which only leans for."""
    told = first_odds(_with_share(inputs, share), 1e9)
    assert told.verdict == verdict
    assert told.words.startswith(words)
    assert told.good is None or verdict != OPEN


def _with_share(inputs: Inputs, share: float) -> Futures:
    """Futures of which a share is worth 1 $ B and the rest costs as much, exactly."""
    whole = sample(inputs, BASE, DRAWS)
    draws = 100
    value = np.where(np.arange(draws) < round(share * draws), 1e9, -1e9)
    return replace(whole, draws=draws, value_usd=value)


# --- Long work


def test_work_is_done_once_and_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("pages.parts.kept.odds.PAUSE_SECONDS", 0.0)
    calls: list[int] = []

    def once(_progress: Callable[[float], None], _cancelled: Callable[[], bool]) -> str:
        calls.append(1)
        return "found"

    assert [work.worked_out("kind", "name", once) for _ in range(3)] == ["found"] * 3
    assert calls == [1]
    assert work.known("kind", "name") == "found"
    assert work.known("other kind", "name") is None


def test_first_futures_that_are_under_way_or_at_hand_are_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, drawn = threading.Event(), list[int]()

    def slow(inputs: Inputs, scenario: Scenario, draws: int) -> Futures:
        assert may_end.wait(10)
        drawn.append(draws)
        return sample(inputs, scenario, draws)

    monkeypatch.setattr(work, "sample", slow)
    compiler().join()
    first, again = work.begin_first(INPUTS, BASE), work.begin_first(INPUTS, BASE)
    assert first is not None and first is again
    may_end.set()
    later = work.begin_first(INPUTS, BASE)
    assert later is not None
    assert later.result(10) is first.result(10)
    assert drawn == [DRAWS]


def test_what_an_overtaken_run_left_open_is_not_drawn_on_another_page() -> None:
    page = at("explore")  # it ends where long work would begin
    assert "explore_waiting" in page.session_state["left_open"]
    page.switch_page("cost.py")
    page.run()
    assert "explore_waiting" not in page.session_state["left_open"]


@pytest.mark.usefixtures("long_work")
def test_odds_do_not_wait_for_the_long_work_of_others() -> None:
    with work._at_work[work.Lane.LONG]:
        assert "pays in 67 %" in beside_the_title(at("explore"))


def test_long_work_gives_way_to_a_page_or_an_answer_that_somebody_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    clock = _Clock(monkeypatch)
    worker = work._Worker()
    assert not worker.goes_on()
    assert clock.slept == 0.0, "nobody waits"
    with work.waited_for():
        clock.at += 3.0  # of its own
        work._waited_for["another"] = clock.at  # another page has just begun
        worker.goes_on()
    assert clock.slept == pytest.approx(work.GIVEN_UP_SECONDS, abs=0.01), "then that page may be one that was given up"
    assert not work._is_waited_for()


def test_long_work_that_others_never_let_go_on_gives_way_for_as_long_as_it_works_and_a_little_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    clock = _Clock(monkeypatch)
    worker, worked = work._Worker(), 0.0
    for _ in range(20):
        clock.at += 0.5
        worked += 0.5
        monkeypatch.setattr("pages.parts.kept.odds._is_waited_for", lambda: True)
        worker.goes_on()
        assert clock.slept <= worked + work.PATIENCE_SECONDS + 0.01
    assert clock.slept == pytest.approx(worked + work.PATIENCE_SECONDS, abs=0.1)


class _Clock:
    """Time that passes only where somebody sleeps, and how much of it was slept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.slept = 100.0, 0.0
        monkeypatch.setattr("pages.parts.kept.odds.time.monotonic", lambda: self.at)
        monkeypatch.setattr("pages.parts.kept.odds.time.sleep", self._sleep)
        monkeypatch.setattr("pages.parts.kept.odds._waited_for", {})

    def _sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept += seconds


def test_what_fails_is_not_kept_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("pages.parts.kept.odds.PAUSE_SECONDS", 0.0)

    def fails(*_: Any) -> str:
        raise RiskError(["draws: none"])

    with pytest.raises(RiskError):
        work.worked_out("kind", "fails", fails)
    assert work.known("kind", "fails") is None
    assert work.worked_out("kind", "fails", lambda *_: "well") == "well"


def test_work_that_is_overtaken_is_given_up_and_nothing_of_it_is_kept(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("pages.parts.kept.odds.PAUSE_SECONDS", 0.0)
    asked: list[int] = []

    class OvertakenError(Exception):
        pass

    def overtaken() -> bool:
        asked.append(1)
        if len(asked) > 2:
            raise OvertakenError
        return False

    monkeypatch.setattr("pages.parts.kept.odds._overtaken", overtaken)
    with pytest.raises(OvertakenError):
        work.futures(BASE, 8192)
    assert work.known("futures", risk.key(BASE, 8192, inputs)) is None
    assert not any(lane.locked() for lane in work._at_work.values())
