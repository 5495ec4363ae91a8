"""Unsaved work is bounded: so many pieces a visitor, so large, so many in all; the oldest go first."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.store import database as db
from core.store import rows, tables
from core.store.records import FieldError
from core.store.store import Store
from core.store.visitors import LARGEST_DRAFT, MOST_DRAFTS, MOST_DRAFTS_IN_ALL
from tests.support.stores import BEGINNING, Clock, contents


def count(store: Store) -> int:
    with store.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.drafts)).scalar_one()


def test_the_bounds_are_what_they_are() -> None:
    assert (MOST_DRAFTS, LARGEST_DRAFT, MOST_DRAFTS_IN_ALL) == (20, 262_144, 10_000)


def test_a_visitor_keeps_the_newest_and_what_was_touched_counts_as_new(store: Store, clock: Clock) -> None:
    for number in range(MOST_DRAFTS):
        store.keep_draft("key", f"slot {number}", {"number": number})
        clock.pass_by(minutes=1)
    store.keep_draft("key", "slot 0", {"number": 0})
    clock.pass_by(minutes=1)
    store.keep_draft("other key", "slot 1", {})
    store.keep_draft("key", "one more", {})
    assert set(store.drafts("key")) == {"one more", "slot 0", *(f"slot {n}" for n in range(2, MOST_DRAFTS))}
    assert set(store.drafts("other key")) == {"slot 1"}


def test_what_is_kept_just_now_stays_even_if_the_clock_was_set_back(store: Store, clock: Clock) -> None:
    for number in range(MOST_DRAFTS):
        store.keep_draft("key", f"slot {number}", {})
    clock.pass_by(days=-1)
    store.keep_draft("key", "now", {})
    assert "now" in store.drafts("key") and len(store.drafts("key")) == MOST_DRAFTS


def test_work_that_is_too_large_is_refused_in_words_and_what_lay_there_stays(store: Store) -> None:
    frame = len('{"x": ""}')
    store.keep_draft("key", "", {"x": "x" * (LARGEST_DRAFT - frame)})
    before = contents(store.engine)
    for body in ({"x": "x" * (LARGEST_DRAFT - frame + 1)}, {"x": "ü" * (LARGEST_DRAFT // 5)}):
        with pytest.raises(
            FieldError, match=r"^unsaved work: takes \d+ kB and at most 256 kB are kept; save it before"
        ):
            store.keep_draft("key", "", body)
    assert contents(store.engine) == before


def test_of_all_that_is_kept_the_oldest_goes_first(store: Store) -> None:
    made_up = [
        {"key_hash": rows.hashed(f"key {n // 20}"), "slot": f"{n % 20}", "body": {}, "kept_at": BEGINNING}
        for n in range(MOST_DRAFTS_IN_ALL)
    ]
    made_up[4321]["kept_at"] = BEGINNING - timedelta(seconds=1)
    with db.writing(store.engine) as connection:
        connection.execute(sa.insert(tables.drafts), made_up)
    store.keep_draft("mine", "", {})
    assert count(store) == MOST_DRAFTS_IN_ALL
    assert store.draft(f"key {4321 // 20}", f"{4321 % 20}") is None
    assert store.draft("mine", "") == ({}, BEGINNING)
    store.keep_draft("mine", "", {"again": 1})
    assert count(store) == MOST_DRAFTS_IN_ALL
