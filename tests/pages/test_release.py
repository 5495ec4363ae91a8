"""What the pages say of the release of the data before: a sentence on the first, all of it on the Data page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.data import Inputs
from core.inputs.former import Former
from core.story import release as told
from core.story.release import Changed
from core.upkeep.difference import difference
from core.upkeep.mixtures import MixtureError
from core.views.data import changed
from pages.parts.kept import releases
from pages.parts.release.line import WAITING
from tests.support.frozen import BASE, FROZEN, INPUTS
from tests.support.other_data import product_on
from tests.support.releases import NEXT_EDITS, Pattern, release
from tests.support.visit import charts_drawn, headings, opened, press, run, scenario, texts
from tests.support.words import read, said
from tests.support.work import clean, kept

pytestmark = pytest.mark.usefixtures("store")

FORMER = Former(INPUTS.data_version, date(2027, 3, 3), FROZEN)
PATTERNS: list[Pattern] = [
    ("Price of the next chip", "chip_prices", "*", "*"),
    ("Throughput in ranking", "chip_throughput", "*/rr_*", "*"),
    ("Warrant", "levers", "*_warrant_*", "*"),
]


@pytest.fixture(scope="module")
def newer() -> Inputs:
    return release(NEXT_EDITS, PATTERNS)


@pytest.fixture
def following(newer: Inputs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inputs]:
    """The product on a release that follows the frozen data, with these beside it."""
    monkeypatch.setattr(releases, "before", lambda: FORMER)
    with product_on(newer):
        yield newer


def of_data_page(at: AppTest) -> AppTest:
    at.switch_page("data.py")
    return run(at)


def test_without_a_release_before_nothing_is_said_of_it() -> None:
    assert releases.before() is None
    at = opened()
    run(at)
    assert not [text for text in texts(at) if "data before" in text]
    assert releases.known_change(BASE) is None


def test_a_release_that_cannot_be_read_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from core.inputs.problem import DataError, Problem

    def unsound(*_: object) -> None:
        raise DataError([Problem("a", None, None, None, "b", "c")])

    monkeypatch.setattr(releases, "_newest", unsound)
    assert releases.before() is None


@pytest.mark.usefixtures("following")
def test_before_it_is_worked_out_the_page_stands_and_says_that_it_waits() -> None:
    at = run(opened())
    assert read(WAITING) in texts(at)


@pytest.mark.usefixtures("long_work")
def test_the_first_page_says_in_one_sentence_how_the_answer_changed_and_why(following: Inputs) -> None:
    at = run(opened())
    found = Changed(FORMER, difference(INPUTS, following, scenario(at).changes))
    sentence = told.line(found)
    assert said(sentence) in texts(at)
    assert said(sentence).startswith("On the data before (3 March 2027) this was worth $")
    assert "warrant −$" in said(sentence)


@pytest.mark.usefixtures("long_work")
def test_of_own_settings_it_says_what_they_were_worth_and_why_once_that_was_asked_for(following: Inputs) -> None:
    at = run(opened(**{"pue": "1.2"}))
    found = Changed(FORMER, difference(INPUTS, following, scenario(at).changes))
    bridge = found.found.bridge
    assert said(told.short_line(FORMER, bridge.start_usd, bridge.end_usd)) in texts(at)
    of_data_page(at)
    at.switch_page("explore.py")
    assert said(told.line(found)) in texts(run(at))


@pytest.mark.usefixtures("long_work", "following")
def test_a_click_leads_to_where_all_of_it_stands() -> None:
    at = press(run(opened()), "release_more")
    titles = [title for title, _ in headings(at)]
    assert any(title.startswith("Worth $") and title.endswith("since the data of 3 March 2027") for title in titles)


@pytest.mark.usefixtures("long_work")
def test_the_data_page_has_the_bridge_its_table_and_every_cell(following: Inputs) -> None:
    at = run(opened())
    at.session_state["behind_data_changed"] = at.session_state["behind_every_change"] = True
    with charts_drawn() as charts:
        of_data_page(at)
    found = Changed(FORMER, difference(INPUTS, following, {}))
    assert list(charts["data_changed"].frame["label"]) == list(changed.bars(found)["label"])
    tables = [frame.value for frame in at.dataframe]
    [cells] = [table for table in tables if "Group" in table and "Before" in table]
    order = [found.found.bridge.groups[place] for place in found.found.bridge.order]
    assert list(dict.fromkeys(cells["Group"])) == order
    assert len(cells) == len(found.found.mixed.told.changes)
    [parts] = [table for table in tables if "Alone ($ B)" in table]
    pd.testing.assert_frame_equal(parts, changed.table(found), check_dtype=False)


@pytest.mark.usefixtures("following", "long_work")
def test_changes_that_do_not_hold_are_told_on_the_data_page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise MixtureError("the data with “A” do not hold")

    monkeypatch.setattr(releases, "difference", refused)
    at = run(opened(**{one: str(value) for one, value in list(INPUTS.presets.values())[1].changes.items()}))
    assert not [text for text in texts(at) if "data before" in text]
    of_data_page(at)
    assert any("cannot be told: the data with “A” do not hold." in read(text.value) for text in at.warning)


# --- A scenario saved before


@pytest.mark.usefixtures("long_work")
def test_the_button_sets_exactly_the_beliefs_that_moved_and_undo_leads_back(newer: Inputs) -> None:
    origin = kept("Plan", BASE.replace(pue=1.2))
    with product_on(newer):
        at = run(opened(**clean(origin)))
        before = scenario(at)
        assert before["custom_cost"] == 1.0
        assert any(title.startswith("Worth $") for title, _ in headings(at))
        press(at, "todays_beliefs")
        after = scenario(at)
        assert {name for name in after if after[name] != before[name]} == {"custom_cost", "amd_warrant_usd_bn_per_gw"}
        assert after == newer.scenario({"pue": 1.2})
        assert not [button for button in at.button if button.key == "todays_beliefs"], "it is no longer as saved"
        assert scenario(press(at, "undo")) == before
