"""The visitor's cookie: signed by the server, and worth nothing if it is not; references to links likewise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from core.serve import cookies
from core.serve.rates import Rates
from core.serve.visitors import VISITOR, Visitors, who
from core.store import database as db
from core.store.database import StoreUnavailableError
from core.store.rights import VISITOR_COOKIE
from core.store.store import Store
from tests.support.asgi import Answer, asked

FORMER = "Q9WiJoRSRqjow95ebbQVOWUtwTi-DUP3"
"""A key as versions up to 2.1 gave it out."""


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = Store.open(db.file_address(tmp_path / db.FILE_NAME))
    monkeypatch.setattr(cookies, "shared_store", lambda: opened)
    yield opened
    opened.close()


def visit(value: str | None, path: str = "/", rates: Rates | None = None, scheme: str = "http", **more: str) -> Answer:
    headers = [] if value is None else [("cookie", f"{VISITOR_COOKIE}={value}")]
    wrapper = partial(Visitors, rates=rates or Rates(1, 1000))
    return asked(wrapper, path, headers=headers, scheme=scheme, **more)  # type: ignore[arg-type]


def given(answer: Answer) -> str | None:
    """The value of the cookie that an answer sets."""
    text = answer.header("set-cookie")
    return text.split(";")[0].removeprefix(f"{VISITOR_COOKIE}=") or None


def test_a_signed_key_is_read_back_and_no_two_are_alike() -> None:
    keys = {cookies.new_key() for _ in range(100)}
    assert len(keys) == 100
    assert {cookies.key_of(cookies.signed(key)) for key in keys} == keys


@pytest.mark.parametrize("value", ["a", "", None, "x" * 43, "x" * 32, "a.b", ".", "x" * 5000, "\udcff\x00é", FORMER])
def test_a_value_of_anybody_else_s_making_is_no_key(value: str | None) -> None:
    assert cookies.key_of(value) is None


def test_a_value_that_was_changed_anywhere_is_no_key() -> None:
    value = cookies.signed(cookies.new_key())
    for at in range(len(value) - 1):  # the last letter holds two bits that no signature uses
        other = "A" if value[at] != "A" else "B"
        assert cookies.key_of(value[:at] + other + value[at + 1 :]) is None, at


def test_another_store_s_cookie_is_no_key_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    value = cookies.signed("key")
    elsewhere = Store.open(db.file_address(tmp_path / "elsewhere" / db.FILE_NAME))
    monkeypatch.setattr(cookies, "shared_store", lambda: elsewhere)
    assert cookies.key_of(value) is None
    elsewhere.close()


@pytest.mark.parametrize("value", [None, "a", "made.up", "x" * 32])
def test_a_browser_without_a_key_of_ours_gets_a_new_one_and_counts_as_nobody(value: str | None) -> None:
    answer = visit(value)
    key = cookies.key_of(given(answer))
    assert key is not None and key != value
    [scope] = answer.passed_on
    assert scope[VISITOR] == key
    assert who(scope) == "192.0.2.7", "whoever throws his cookie away is still counted"
    [scope] = visit(value, "/_stcore/stream", scheme="ws").passed_on
    assert scope[VISITOR] is None


def test_a_browser_with_a_key_of_ours_keeps_it() -> None:
    key = cookies.new_key()
    answer = visit(cookies.signed(key))
    assert given(answer) is None
    [scope] = answer.passed_on
    assert (scope[VISITOR], who(scope)) == (key, f"visitor {key}")


@pytest.mark.parametrize("knows_it_by", ["name", "draft"])
def test_a_key_of_an_earlier_version_is_exchanged_for_a_signed_one_if_the_store_knows_it(
    store: Store, knows_it_by: str
) -> None:
    assert cookies.key_of(given(visit(FORMER))) != FORMER
    if knows_it_by == "name":
        store.name_visitor(FORMER, "Ann")
    else:
        store.keep_draft(FORMER, "", {"now": {}})
    for path in ("/", "/_stcore/health"):  # a page that stays open while the server is replaced asks for the second
        assert cookies.key_of(given(visit(FORMER, path))) == FORMER
    [scope] = visit(FORMER, "/_stcore/stream", scheme="ws").passed_on
    assert scope[VISITOR] is None, "unsigned, it is worth nothing to a page"


def test_a_key_of_today_is_not_honoured_unsigned_even_if_the_store_knows_it(store: Store) -> None:
    key = cookies.new_key()
    store.name_visitor(key, "Ann")
    assert cookies.key_of(given(visit(key))) != key


def test_while_the_store_does_not_answer_no_earlier_key_is_lost() -> None:
    with patch.object(Store, "knows", side_effect=StoreUnavailableError("the database does not answer")):
        answer = visit(FORMER)
    assert answer.status == 503
    assert "cannot be recognised just now: the database does not answer." in answer.text
    assert given(answer) is None


def test_many_new_visitors_from_one_place_have_to_wait_and_those_who_have_a_key_do_not() -> None:
    rates = Rates(per_second=0.1, burst=3, now=lambda: 0.0)
    statuses = [visit(value, rates=rates).status for value in (None, "made", "up", None, "x")]
    assert statuses == [200, 200, 200, 429, 429]
    refused = visit(None, rates=rates)
    assert refused.header("retry-after") == "10"
    assert "Too many new visitors came from here. Wait 10 seconds and try again." in refused.text
    assert visit(cookies.signed("key"), rates=rates).status == 200
    assert visit(None, rates=rates, client="192.0.2.8").status == 200
    assert visit(None, "/static/a.js", rates=rates, content_type="text/javascript").status == 200


# --- References to links


def test_a_reference_names_a_link_to_the_browser_it_was_given_to_and_to_no_other() -> None:
    reference = cookies.reference(17, "ann")
    assert cookies.link_of(reference, "ann") == 17
    assert cookies.link_of(reference, "bob") is None
    signature = reference.partition(".")[2]
    for other in (
        f"18.{signature}",
        f"017.{signature}",
        f"17.{signature}.",
        "17",
        "",
        "17.",
        f"١٧.{signature}",
        "x" * 999,
    ):
        assert cookies.link_of(other, "ann") is None, other


def test_a_signed_cookie_is_no_reference_and_a_reference_no_cookie() -> None:
    value = cookies.signed("17:ann")
    assert cookies.link_of(f"17.{value.rpartition('.')[2]}", "ann") is None
    assert cookies.key_of(f"17:ann.{cookies.reference(17, 'ann').partition('.')[2]}") is None
