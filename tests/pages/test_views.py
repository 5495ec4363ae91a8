"""Settings of a view: what is picked stays picked, whatever page the visitor goes to and comes back from."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

FEW = ("Ranking", "Generative", "All")
MANY = tuple(range(2027, 2036))


def _two_pages() -> None:
    """Two pages: one draws the choice under what it found before, the other does not draw it."""
    import streamlit as st

    from pages.parts.widgets import views

    options, default = st.session_state["options"], st.session_state["default"]
    if st.session_state["page"] == "here":
        before = views.chosen("what", options, default)
        value = views.choice("what", "Look at", options, default, lambda option: f"<{option}>")
        st.text(f"{before} then {value}")


def opened(options: Sequence[object], default: object) -> AppTest:
    at = AppTest.from_function(_two_pages)
    at.session_state["options"], at.session_state["default"] = tuple(options), default
    return go(at, "here")


def go(at: AppTest, page: str) -> AppTest:
    at.session_state["page"] = page
    return run(at)


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> tuple[str, str]:
    """What the page was told before the choice was drawn, and by it."""
    before, _, value = at.text[0].value.partition(" then ")
    return before, value


def pick(at: AppTest, option: object) -> AppTest:
    if at.selectbox:
        at.selectbox[0].set_value(option)
    else:
        at.segmented_control[0].set_value(option)
    return run(at)


def drawn(at: AppTest) -> object:
    return at.selectbox[0].value if at.selectbox else at.segmented_control[0].value


EACH = pytest.mark.parametrize(("options", "default", "other"), [(FEW, "Generative", "All"), (MANY, 2029, 2031)])


@EACH
def test_before_anything_is_picked_the_page_shows_the_default(
    options: Sequence[object], default: object, other: object
) -> None:
    at = opened(options, default)
    assert shown(at) == (str(default), str(default))
    assert drawn(at) == default
    at.session_state["default"] = other
    assert shown(run(at)) == (str(other), str(other)), "the default may follow the scenario until something is picked"
    assert drawn(at) == other


@EACH
def test_what_is_picked_is_known_above_the_choice_too(
    options: Sequence[object], default: object, other: object
) -> None:
    at = pick(opened(options, default), other)
    assert shown(at) == (str(other), str(other))
    assert drawn(at) == other


@EACH
def test_what_is_picked_stays_when_the_visitor_leaves_and_comes_back(
    options: Sequence[object], default: object, other: object
) -> None:
    at = pick(opened(options, default), other)
    go(at, "elsewhere")
    run(at)
    go(at, "here")
    assert shown(at) == (str(other), str(other))
    assert drawn(at) == other
    assert shown(pick(at, default)) == (str(default), str(default))


def test_what_is_not_on_offer_for_a_while_comes_back_when_it_is() -> None:
    at = pick(opened(MANY, 2028), 2034)
    at.session_state["options"] = MANY[:3]
    assert shown(run(at)) == ("2028", "2028")
    assert drawn(at) == 2028
    at.session_state["options"] = MANY
    assert shown(run(at)) == ("2034", "2034")
    assert drawn(at) == 2034


def test_a_pick_among_fewer_replaces_the_one_that_was_kept() -> None:
    at = pick(opened(MANY, 2028), 2034)
    at.session_state["options"] = MANY[:6]
    pick(run(at), 2030)
    at.session_state["options"] = MANY
    assert shown(run(at)) == ("2030", "2030")


def test_what_is_picked_stays_when_few_options_become_a_list_of_many() -> None:
    at = pick(opened(MANY[:3], 2027), 2028)
    at.session_state["options"] = MANY
    assert shown(run(at)) == ("2028", "2028")
    assert drawn(pick(at, 2033)) == 2033
    at.session_state["options"] = MANY[:3]
    assert shown(run(at)) == ("2027", "2027")
    assert shown(pick(at, 2029)) == ("2029", "2029")


def test_names_too_long_for_a_phone_stand_in_a_list() -> None:
    assert opened(("Ranking inference", "Ranking training", "Both"), "Both").selectbox
    assert opened(FEW, "All").segmented_control


def test_names_are_written_as_the_page_asks() -> None:
    assert opened(MANY, 2027).selectbox[0].options[:2] == ["<2027>", "<2028>"]
