"""Who the visitor is: a browser by its key, and the name that its user gave once."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.serve import cookies
from core.store.rights import VISITOR_COOKIE
from core.store.store import Store
from pages.parts.work import identity
from tests.support.hostile import HOSTILE
from tests.support.visit import run
from tests.support.work import ANNS_BROWSER, NO_ANSWER, browser, outage

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def visitor_key() -> str | None:
    return ANNS_BROWSER


def page():  # type: ignore[no-untyped-def]  # AppTest runs its text, which knows no names from here
    import streamlit as st

    from core.store.database import StoreError
    from pages.parts.work import identity

    if given := st.session_state.pop("give", None):
        try:
            st.markdown(f"kept: {identity.give_name(given)!r}")
        except StoreError as error:
            st.error(str(error))
    st.markdown(f"name: {identity.who().name!r}")


def session(give: str | None = None) -> AppTest:
    """A new session of the browser, in which the visitor gives a name or none."""
    at = AppTest.from_function(page)
    at.session_state["give"] = give
    return run(at)


def said(at: AppTest) -> list[str]:
    return [text.value for text in (*at.error, *at.markdown)]


def test_a_name_is_given_once_and_known_in_every_later_session_of_the_browser() -> None:
    assert said(session()) == ["name: None"]
    assert said(session(" Ann  ")) == ["kept: 'Ann'", "name: 'Ann'"]
    assert said(session()) == ["name: 'Ann'"]


def test_another_browser_does_not_have_the_name_and_may_have_its_own() -> None:
    session("Ann")
    with browser("Bob's"):
        assert said(session()) == ["name: None"]
        session("Bob")
    assert said(session()) == ["name: 'Ann'"]
    with browser("Bob's"):
        assert said(session()) == ["name: 'Bob'"]


def test_the_name_that_was_given_last_counts() -> None:
    session("Ann")
    session("Anna")
    assert said(session()) == ["name: 'Anna'"]


def test_without_cookies_a_name_is_good_for_the_session_and_asked_for_again_in_the_next() -> None:
    with browser(None):
        at = session("Ann")
        assert said(at) == ["kept: 'Ann'", "name: 'Ann'"]
        assert said(run(at)) == ["name: 'Ann'"]
        assert said(session()) == ["name: None"]


@pytest.mark.parametrize("takes_cookies", [True, False])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a\x00b", "your name: has a character that cannot be kept (U+0000); leave it out"),
        ("\x1b[31mAnn", "your name: has a character that cannot be kept (U+001B); leave it out"),
        ("Ann\nBob", "your name: has a character that cannot be kept (U+000A); leave it out"),
        (" \N{ZERO WIDTH SPACE} ", "your name: is empty; write 1 to 80 characters"),
        ("a" * 81, "your name: has 81 characters; write at most 80"),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused_in_words_and_nobody_has_it(
    name: str, says: str, takes_cookies: bool
) -> None:
    with browser(ANNS_BROWSER if takes_cookies else None):
        at = session(name)
        assert said(at) == [says, "name: None"]
        at.session_state["give"] = "Ann"
        assert said(run(at)) == ["kept: 'Ann'", "name: 'Ann'"]


def test_a_name_is_kept_as_it_was_given_whatever_it_looks_like(store: Store) -> None:
    session(HOSTILE)
    assert store.name_of(ANNS_BROWSER) == HOSTILE


def test_without_the_store_nobody_is_known_and_the_name_is_there_again_when_it_answers() -> None:
    session("Ann")
    with outage():
        at = session()
        assert said(at) == ["name: None"]
        at.session_state["give"] = "Bob"
        assert said(run(at)) == [NO_ANSWER, "name: None"]
    assert said(run(at)) == ["name: 'Ann'"]


def test_a_session_that_knows_the_name_asks_the_store_no_more() -> None:
    at = session("Ann")
    with outage():
        assert said(run(at)) == ["name: 'Ann'"]


@pytest.mark.parametrize("value", ["", None, "a", "x" * 32, "x" * 43])
def test_a_cookie_that_the_server_did_not_sign_is_no_key(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the key of a page test
    cookies_of_browser = {} if value is None else {VISITOR_COOKIE: value}
    monkeypatch.setattr(type(st.context), "cookies", cookies_of_browser)
    assert identity._key() is None
    monkeypatch.setattr(type(st.context), "cookies", {VISITOR_COOKIE: cookies.signed("key")})
    assert identity._key() == "key"


def test_before_the_store_has_answered_once_nobody_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    value = cookies.signed("key")
    monkeypatch.setattr(type(st.context), "cookies", {VISITOR_COOKIE: value})
    cookies._signer.cache_clear()
    with outage():
        assert identity._key() is None
    assert identity._key() == "key"
