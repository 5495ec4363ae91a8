"""The address bar as people hand it on: what others change of it, and what it says is looked at."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.inputs.checked import CHECK_KEY, with_check
from pages.parts.kept import odds, shelf
from pages.parts.work.address import DAMAGED
from tests.support.frozen import BASE
from tests.support.frozen import scenario as of
from tests.support.pages import pick, title
from tests.support.visit import VERSIONS, address, move, opened, run, scenario
from tests.support.work import ANNS_BROWSER, TRAINING, back, clean, kept, step, told

pytestmark = pytest.mark.usefixtures("store")

BOARD = of({TRAINING: 0.35, "merchant_price": 0.8})
MAILED = {"utm_campaign": "board", "utm_source": "mail", "x": "1"}
"""What a mailer adds."""


@pytest.fixture
def visitor_key() -> str | None:
    return ANNS_BROWSER


def test_a_saved_scenario_opens_as_saved_whatever_mailers_add_to_its_address() -> None:
    origin = kept("Board case", BOARD)
    for query in (clean(origin), with_check(clean(origin))):
        at = opened(**query, **{**MAILED, "x": ""} if CHECK_KEY in query else {"utm_campaign": "board"})
        assert (scenario(at), step(at).is_as_saved) == (BOARD, True)
        assert told(at) == ""
        assert address(at) == clean(origin), "what was added is gone"


def test_edited_work_opens_as_edited_and_no_part_of_it_is_lost_without_a_word() -> None:
    origin = kept("Board case", BOARD)
    whole = dict(move(opened(**clean(origin)), TRAINING, 0.5).query_params)
    assert scenario(opened(**whole, **MAILED)) == BOARD.replace(adoption_genai_training=0.5)
    for lost in whole:
        at = opened(**{name: value for name, value in whole.items() if name != lost})
        if scenario(at) != BOARD.replace(adoption_genai_training=0.5):
            assert step(at).scenario == BASE and DAMAGED in told(at), lost


def test_a_damaged_address_sets_nothing_and_says_so_and_on_the_way_back_the_work_stays() -> None:
    query = with_check({TRAINING: "0.35", **VERSIONS}) | {TRAINING: "0.3"}
    at = opened(**query)
    assert scenario(at) == BASE
    assert told(at) == f"- {DAMAGED}\n- Below is the company plan."
    move(at, TRAINING, 0.2)
    at.query_params.clear()
    at.query_params.update(query)
    with back():
        run(at)
    assert scenario(at) == of({TRAINING: 0.2})
    assert DAMAGED in told(at)


def cost(**query: str) -> AppTest:
    at = opened(**query)
    at.switch_page("cost.py")
    return run(at)


def test_what_is_looked_at_stands_in_the_address_of_its_page_and_comes_back_by_it() -> None:
    at = pick(cost(), "Show", "Difference")
    assert address(at) == {**VERSIONS, "view.cost_view": "Difference"}
    shown = title(at), [heading.value for heading in at.main.markdown]
    again = cost(**dict(at.query_params))
    assert (title(again), [heading.value for heading in again.main.markdown]) == shown
    assert address(again) == address(at)
    assert address(pick(again, "Show", "Amounts")) == VERSIONS, "what is looked at first need not be said"
    pick(again, "Show", "Difference")
    again.switch_page("risk.py")
    assert address(run(again)) == VERSIONS, "another page looks at something else"
    again.switch_page("cost.py")
    assert address(run(again)) == {**VERSIONS, "view.cost_view": "Difference"}, "what was picked stays picked"


@pytest.mark.usefixtures("long_work")
@pytest.mark.parametrize("given_up", [False, True], ids=["with odds", "odds given up"])
def test_the_figure_of_the_bridge_stands_in_the_address_of_a_comparison_before_its_odds(
    given_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.clear()
    if given_up:
        monkeypatch.setattr("pages.parts.kept.odds.first_futures", lambda *_args: odds.stop)
        monkeypatch.setattr("pages.parts.kept.odds.sample", lambda *_args, **_settings: st.stop())
    at = opened(compare="preset:Company plan~preset:Exit custom")
    at.switch_page("compare.py")
    measure = next(one for one in run(at).button_group if one.label == "Figure of the bridge")
    measure.set_value(measure.options[1] if isinstance(measure.options[1], str) else measure.options[1].content)
    said = address(run(at))
    assert {name for name in said if name.startswith("view.")} == {"view.compare_measure"}
    again = opened(**dict(at.query_params))
    again.switch_page("compare.py")
    assert address(run(again)) == said


def test_a_view_that_is_not_on_offer_is_the_first_one() -> None:
    assert address(cost(**with_check({**VERSIONS, "view.cost_view": "Nonsense"}))) == VERSIONS
