"""The Best mix page as a reader meets it: asked for, found, looked at, taken and given back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.risk.mix.limits import PEAK_MAX
from core.risk.mix.problem import Problem, asked
from core.story.labels import supplier_labels
from core.views.mix.view import FEWEST, named
from pages.parts.kept import mixes, shelf
from pages.parts.library import selection
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.pages import assert_well_said, at_page, pick, table_rows, title, titles
from tests.support.visit import Drawn, charts_drawn, opened, press, run, scenario, strip, texts
from tests.support.words import read

PAGE = "mix.py"


def usual(inputs: Inputs, of: Scenario, **more: object) -> Problem:
    return asked(inputs, {"levers": dict(of), **more}, FEWEST)


@pytest.fixture(autouse=True)
def _few_futures(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As few futures as a search can be made of: what is asked here does not hang on their number."""
    monkeypatch.setattr("pages.parts.mix.asking.usual", usual)
    monkeypatch.setattr("pages.parts.mix.looking.USUAL_DRAWS", FEWEST.shown)
    yield
    shelf.clear()


@pytest.fixture
def drawn() -> Iterator[dict[str, Drawn]]:
    with charts_drawn() as found:
        yield found


def searched() -> AppTest:
    at = press(at_page(PAGE), "mix_find")
    return run(at)


def test_nothing_is_searched_for_unasked(drawn: dict[str, Drawn]) -> None:
    at = at_page(PAGE)
    assert title(at) == "Which shares are best? Four can be set freely; no search was made yet"
    assert not drawn and not strip(at)
    assert_well_said(at)


@pytest.mark.usefixtures("long_work")
def test_the_odds_of_the_reader_s_own_course_are_worked_out_before_any_search() -> None:
    at = at_page(PAGE)
    assert title(at).endswith("no search was made yet")
    assert not any("being worked out" in text for text in texts(at))


def test_a_search_shows_that_it_is_made_and_can_be_stopped() -> None:
    at = press(at_page(PAGE), "mix_find")
    assert title(at) == "Looking for the best mix of 4 shares"
    at = press(at, "mix_stop")
    assert title(at).endswith("no search was made yet")


@pytest.mark.usefixtures("long_work")
def test_what_is_found_is_drawn_looked_at_taken_and_given_back(drawn: dict[str, Drawn]) -> None:
    at = searched()
    found = mixes.known(usual(INPUTS, BASE))
    assert found is not None
    assert title(at).startswith("Best is ")
    assert_well_said(at)
    assert set(drawn) >= {"mix_frontier", "mix_capital"}
    assert len(table_rows(at, "Choice")) == len(INPUTS.workloads)
    other = list(named(found))[1]
    pick(at, "Mix shown", other)
    assert any(text.startswith(read(other)) for text in titles(at))
    press(at, "mix_take")
    assert scenario(at) == named(found)[other].taken(BASE)
    assert at.button(key="mix_take").disabled
    press(at, "undo")
    assert scenario(at) == BASE
    assert_one_click_puts_it_beside_the_reader_s_own_and_its_address_opens_again()


def assert_one_click_puts_it_beside_the_reader_s_own_and_its_address_opens_again() -> None:
    at = press(at_page(PAGE), "mix_compare")
    found = mixes.known(usual(INPUTS, BASE))
    assert found is not None
    mix = found.best.taken(BASE)
    own, beside = at.multiselect[0].value
    assert own == selection.NOW
    assert "The mix" in read(at.main.title[0].value)
    assert scenario(at) == BASE, "comparing takes nothing"
    again = opened(compare=f"{own}{selection.SEPARATOR}{beside}")
    again.switch_page("compare.py")
    run(again)
    assert again.multiselect[0].value == [own, beside]
    assert table_rows(again, "Lever") == table_rows(at, "Lever")
    changed = [lever for lever in LEVERS.values() if mix[lever.id] != BASE[lever.id]]
    assert len(table_rows(at, "Lever")) == len(changed)
    strange = opened(compare=f"{own}{selection.SEPARATOR}{beside},pue=9")
    strange.switch_page("compare.py")
    run(strange)
    assert any("a mix that cannot be set on these data" in text for text in texts(strange))


@pytest.mark.usefixtures("long_work")
def test_limits_that_no_mix_keeps_are_said_in_words_and_can_be_eased() -> None:
    at = at_page(PAGE)
    at.session_state["mix_asked"] = True
    run(at)
    field = next(one for one in at.main.text_input if one.label.startswith("Peak IT load"))
    field.set_value("0,001")
    run(at)
    press(at, "mix_find")
    run(at)
    (error,) = at.main.error
    assert read(error.value).startswith("No mix of what is free keeps peak IT load at most 1.00 MW.")
    at.session_state["mix_asked"] = False
    run(at)
    assert at.main.error, "a limit holds while its fold is closed"
    assert at.session_state[PEAK_MAX] == "0,001"


def test_each_year_and_supplier_can_be_limited_and_what_was_changed_is_said() -> None:
    at = at_page(PAGE)
    at.session_state["mix_asked"] = True
    at.session_state["mix_last"] = usual(INPUTS, BASE)
    run(at)
    last, supplier = str(INPUTS.calendar.first_year + 3), supplier_labels(INPUTS)[1]
    for label, value in {
        f"Capital spending in {last}, at most ($ B)": 40.0,
        f"{supplier}'s share of chip spending, at least (%)": 25.0,
        f"{supplier}'s share of chip spending, at most (%)": 250.0,
        "A change of a share from today, at most (points)": 20.0,
    }.items():
        next(one for one in at.main.text_input if read(one.label) == label).set_value(str(value))
    run(at)
    assert any("Changed since the last search: the limits." in text for text in texts(at))
    press(at, "mix_find")
    limits = {
        "capex_usd_max": {last: 4e10},
        "supplier_share_min": {INPUTS.suppliers[1]: 0.25},
        "supplier_share_max": {INPUTS.suppliers[1]: 1.0},
        "adoption_change_max": 0.2,
    }
    assert at.session_state["mix_wanted"] == usual(INPUTS, BASE, limits=limits).key


def test_what_is_set_free_is_what_is_searched() -> None:
    at = at_page(PAGE)
    at.session_state["mix_asked"] = True
    run(at)
    (free,) = at.main.multiselect
    free.set_value(free.value[:1])
    run(at)
    assert title(at).startswith("Which shares are best? One can be set freely")
    at.main.multiselect[0].set_value([])
    run(at)
    assert title(at) == "Nothing is free, so there is no best mix to find"
    assert at.button(key="mix_find").disabled
