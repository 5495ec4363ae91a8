"""What the store promises, on SQLite and on PostgreSQL alike: every test here runs against both."""

from __future__ import annotations

import base64
import json
import threading
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from core.inputs.archive import pack, unpack
from core.inputs.data import Inputs
from core.model.report import report
from core.store import database as db
from core.store.records import (
    LONGEST,
    MOST_TAGS,
    SORTS,
    ConflictError,
    Entry,
    FieldError,
    NotAllowedError,
    NotFoundError,
    Page,
    Revision,
    Search,
    Snapshot,
)
from core.store.store import DRAFT_DAYS, TRASH_DAYS, Store
from tests.support.effort import examples
from tests.support.frozen import BASE
from tests.support.stores import BEGINNING, DATASET, KINDS, Clock, contents, fresh_address, key, snapshot, statements


def saved(store: Store, name: str = "Plan A", who: str = "Ann", **more: Any) -> Entry:
    return store.save_new(who, name, snapshot(), request_key=key(), **more)


def saved_again(store: Store, entry: Entry, who: str = "Ann", **more: Any) -> Entry:
    return store.save(who, entry.id, snapshot(), on_top_of=entry.latest.number, request_key=key(), **more)


def assert_unchanged(store: Store, refused: Any, words: str, act: Callable[[], object]) -> None:
    """`act` is refused with these words, and every row of every table is as it was."""
    before = contents(store.engine)
    with pytest.raises(refused, match=words):
        act()
    assert contents(store.engine) == before


# --- Saving


def test_a_new_scenario_is_kept_with_all_that_was_said_of_it(store: Store, clock: Clock) -> None:
    entry = store.save_new(
        "Ann", "Plan A", snapshot(), request_key=key(), description="Two\nlines", tags=["board", "2027"], note="first"
    )
    assert (entry.name, entry.description, entry.owner, entry.tags) == (
        "Plan A",
        "Two\nlines",
        "Ann",
        ("2027", "board"),
    )
    assert entry.created_at == entry.updated_at == clock.at
    assert entry.deleted_at is None
    assert entry.latest == Revision(
        scenario_id=entry.id, number=1, author="Ann", note="first", saved_at=clock.at, restored_from=None,
        model_version="model-1", data_version="data-1", summary=snapshot().summary, sparkline=(1.0, 2.5, -3.0),
    )  # fmt: skip
    assert store.scenario(entry.id) == entry
    assert store.report(entry.id, 1) == snapshot().report


def test_saving_again_adds_a_revision_and_changes_no_other(store: Store, clock: Clock) -> None:
    first = saved(store)
    clock.pass_by(hours=1)
    second = store.save("Bob", first.id, snapshot(2.0), on_top_of=1, request_key=key(), note="cheaper power")
    assert (second.latest.number, second.latest.author, second.latest.note) == (2, "Bob", "cheaper power")
    assert second.latest.summary["value_usd"] == 2.0
    assert (second.owner, second.created_at, second.updated_at) == ("Ann", first.created_at, clock.at)
    assert store.revisions(first.id) == (second.latest, first.latest)
    assert store.revision(first.id, 1) == first.latest


def test_scenarios_of_one_name_are_two_scenarios(store: Store) -> None:
    assert saved(store).id != saved(store).id
    assert store.library(Search()).total == 2


def test_who_saves_on_top_of_an_old_revision_is_told_who_was_quicker_and_nothing_is_saved(store: Store) -> None:
    entry = saved(store)
    theirs = saved_again(store, entry, who="Bob")
    assert_unchanged(
        store,
        ConflictError,
        "Bob has saved version 2 in the meantime; save yours as a copy, or open theirs",
        lambda: saved_again(store, entry, who="Ann"),
    )
    with pytest.raises(ConflictError) as told:
        saved_again(store, entry)
    assert told.value.latest == theirs.latest


def test_the_same_request_twice_saves_once_and_gives_the_same_answer(store: Store) -> None:
    def new() -> Entry:
        return store.save_new("Ann", "Plan A", snapshot(), request_key="new", tags=["board"])

    def again(entry: Entry) -> Entry:
        return store.save("Ann", entry.id, snapshot(2.0), on_top_of=1, request_key="again")

    entry = new()
    assert new() == entry
    second = again(entry)
    before = contents(store.engine)
    assert again(entry) == second
    assert contents(store.engine) == before
    assert len(store.revisions(entry.id)) == 2


def test_a_retry_is_answered_with_what_it_saved_whatever_others_did_since(store: Store) -> None:
    entry = saved(store)
    mine = store.save("Ann", entry.id, snapshot(2.0), on_top_of=1, request_key="mine")
    saved_again(store, mine, who="Bob")
    retried = store.save("Ann", entry.id, snapshot(2.0), on_top_of=1, request_key="mine")
    assert retried.latest == mine.latest  # so that the next save of Ann's meets Bob's instead of burying it
    with pytest.raises(ConflictError, match="Bob has saved version 3"):
        saved_again(store, retried)
    store.trash("Ann", entry.id)
    assert store.save("Ann", entry.id, snapshot(2.0), on_top_of=1, request_key="mine").latest == mine.latest


def test_one_request_sent_by_many_at_once_saves_once(store: Store) -> None:
    entry = saved(store)
    together = threading.Barrier(8)

    def new(_number: int) -> Entry:
        together.wait()
        return store.save_new("Ann", "Plan B", snapshot(), request_key="new")

    def again(_number: int) -> Entry:
        together.wait()
        return store.save("Ann", entry.id, snapshot(), on_top_of=1, request_key="again")

    with ThreadPoolExecutor(8) as threads:
        assert len({found.id for found in threads.map(new, range(8))}) == 1
        assert {found.latest.number for found in threads.map(again, range(8))} == {2}
    assert store.library(Search()).total == 2
    assert len(store.revisions(entry.id)) == 2


def test_of_eight_who_save_on_top_of_the_same_revision_one_wins_and_seven_are_told(store: Store) -> None:
    entry = saved(store)
    together = threading.Barrier(8)

    def attempt(number: int, on_top_of: int) -> Revision | ConflictError:
        together.wait()
        try:
            who, made = f"Person {number}", snapshot(float(number))
            return store.save(who, entry.id, made, on_top_of=on_top_of, request_key=key()).latest
        except ConflictError as conflict:
            return conflict

    with ThreadPoolExecutor(8) as threads:
        for number in range(1, 6):
            answers = list(threads.map(attempt, range(8), [number] * 8))
            won = [answer for answer in answers if isinstance(answer, Revision)]
            told = [answer for answer in answers if isinstance(answer, ConflictError)]
            assert len(won) == 1 and len(told) == 7
            assert won[0].number == number + 1
            assert [conflict.latest for conflict in told] == [won[0]] * 7
    assert [revision.number for revision in store.revisions(entry.id)] == [6, 5, 4, 3, 2, 1]


def test_two_copies_of_the_product_on_one_database_see_each_others_saves(address: sa.URL, store: Store) -> None:
    other = Store.open(address)
    try:
        entry = saved(store)
        assert other.scenario(entry.id) == entry
        second = saved_again(other, entry, who="Bob")
        assert store.scenario(entry.id) == second
        with pytest.raises(ConflictError):
            saved_again(store, entry)
    finally:
        other.close()


def test_restoring_an_old_revision_adds_a_new_one_that_equals_it(store: Store, clock: Clock) -> None:
    entry = saved(store)
    second = store.save("Ann", entry.id, snapshot(2.0, levers={"pue": 1.5}), on_top_of=1, request_key=key())
    clock.pass_by(days=1)
    third = store.restore_revision("Bob", entry.id, 1, on_top_of=2, request_key=key())
    assert third.latest == replace(entry.latest, number=3, author="Bob", note="", saved_at=clock.at, restored_from=1)
    assert store.report(entry.id, 3) == store.report(entry.id, 1)
    assert store.revisions(entry.id) == (third.latest, second.latest, entry.latest)


def test_restoring_meets_the_same_conflicts_as_saving_and_is_not_doubled_either(store: Store) -> None:
    entry = saved_again(store, saved(store))
    saved_again(store, entry, who="Bob")
    refuse = lambda: store.restore_revision("Ann", entry.id, 1, on_top_of=2, request_key=key())  # noqa: E731
    assert_unchanged(store, ConflictError, "Bob has saved version 3", refuse)
    for _ in range(2):
        store.restore_revision("Ann", entry.id, 1, on_top_of=3, request_key="once")
    assert len(store.revisions(entry.id)) == 4
    missing = lambda: store.restore_revision("Ann", entry.id, 9, on_top_of=4, request_key=key())  # noqa: E731
    assert_unchanged(store, NotFoundError, "There is no version 9", missing)


def test_every_digit_of_a_report_comes_back(store: Store) -> None:
    figures = [1e-300, 0.1 + 0.2, 2**53 + 1, -0.0, 5e-324, 1.7976931348623157e308, 123456789012345678901234567890, 0.1]
    texts = ["Größe", "\u202e", "😀", 'a"b\\c', "\n", "\x00", "</script>"]
    made = snapshot(0.1 + 0.2, figures=figures, texts=texts, nothing=None, yes=True, empty={})
    entry = store.save_new("Ann", "Plan A", made, request_key=key())
    kept = store.report(entry.id, 1)
    assert json.dumps(kept) == json.dumps(made.report)  # in this order, down to the sign of zero
    assert entry.latest.summary["value_usd"] == 0.1 + 0.2


def test_every_digit_of_a_headline_figure_comes_back(store: Store) -> None:
    for value in (5e-324, 1.7976931348623157e308, -1e-300, 1 / 3, 0.0, None):
        entry = store.save_new("Ann", "Plan A", snapshot(value), request_key=key())
        assert store.scenario(entry.id).latest.summary["value_usd"] == value


def test_a_real_report_and_its_data_set_come_back_as_they_were(store: Store, inputs: Inputs) -> None:
    made = report(inputs, BASE)
    block = pack(inputs)
    real = Snapshot(made, snapshot().summary, (1.0,), lambda: block)
    entry = store.save_new("Ann", "Base", real, request_key=key())
    assert store.report(entry.id, 1) == made
    assert store.dataset(inputs.data_version) == block
    assert unpack(store.dataset(inputs.data_version), inputs.data_version).data_version == inputs.data_version


def test_a_report_that_not_every_reader_could_read_is_not_saved(store: Store) -> None:
    for value in (float("nan"), float("inf")):
        act = lambda value=value: store.save_new("Ann", "Plan A", snapshot(value=value), request_key=key())  # noqa: E731
        assert_unchanged(store, (sa.exc.StatementError, ValueError), "not JSON compliant", act)


def test_a_data_set_is_archived_once_and_shared_by_all_revisions_that_rest_on_it(store: Store) -> None:
    packed = []

    def save(data_version: str) -> None:
        made = replace(snapshot(data_version=data_version), pack=lambda: packed.append(data_version) or DATASET)
        store.save_new("Ann", "Plan A", made, request_key=key())

    for data_version in ("data-1", "data-2", "data-1", "data-2"):
        save(data_version)
    assert packed == ["data-1", "data-2"]
    assert len(contents(store.engine)["datasets"]) == 2
    assert store.dataset("data-1") == DATASET
    with pytest.raises(NotFoundError, match="Data version data-3 is not in the archive"):
        store.dataset("data-3")


def test_times_are_kept_in_utc_to_the_microsecond(store: Store, clock: Clock) -> None:
    clock.at = datetime(2026, 3, 29, 3, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    entry = store.scenario(saved(store).id)
    assert entry.created_at == clock.at
    assert entry.created_at.tzinfo is UTC
    assert entry.latest.saved_at.isoformat() == "2026-03-29T01:30:00.123456+00:00"


# --- Texts


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "![x](http://example.com/x.png) [y](javascript:alert(1)) :material/delete:",
    "'; DROP TABLE scenarios; --",
    "Robert'); DELETE FROM audit;--",
    '=HYPERLINK("http://example.com")',
    "%s %d {0} ${x} {{y}} :name %(name)s",
    "100% _of_ \\ everything",
    "a\u200db\u200cc",
    "😀 𝒳 \U0010fffd",
    "\uffff",
    "\\x00 \\u0000 &#0; %00",
    "null",
    "../../etc/passwd",
    "Größe Ĳsselmeer ﬁnance 中文 עברית",
]


def test_hostile_texts_are_kept_character_for_character(store: Store) -> None:
    for text in HOSTILE:
        tag = text[:40].strip()
        entry = store.save_new(
            text, text, snapshot(note=text), request_key=text, description=text, tags=[tag], note=text
        )
        kept = store.scenario(entry.id)
        assert (kept.name, kept.description, kept.owner, kept.latest.note) == (text, text, text, text)
        assert kept.tags == (tag,)
        assert store.report(entry.id, 1)["note"] == text
        assert [found.id for found in store.library(Search(text, owner=text, tag=tag)).entries] == [entry.id]
        store.keep_draft(text, text, {text: text})
        assert store.draft(text, text) == ({text: text}, BEGINNING)
    assert store.library(Search()).total == len(HOSTILE)


@pytest.fixture(scope="module")
def memory() -> Iterator[Store]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with db.writing(engine) as connection:
        db.migrate(connection)
    yield Store(engine)
    engine.dispose()


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=LONGEST["name"] + 10))
def test_any_text_is_kept_in_its_composed_form_or_refused(memory: Store, text: str) -> None:
    composed = unicodedata.normalize("NFC", text).strip()
    try:
        kept = saved(memory, name=text).name
    except FieldError as error:
        unseen = all(unicodedata.category(c) in ("Cf", "Zs", "Zl", "Zp") for c in composed)
        lying = any(unicodedata.category(c) == "Cf" for c in composed) and "is not seen" in str(error)
        too_long = len(composed) > 120 and "write at most 120" in str(error)
        assert (unseen and "is empty" in str(error)) or lying or too_long
    else:
        assert kept == composed


def test_letters_made_of_two_characters_are_kept_as_one(store: Store) -> None:
    entry = saved(store, name="Gro\u0308\u00dfe")
    assert entry.name == "Größe"
    assert store.library(Search("gro\u0308sse")).total == 1


def test_blanks_around_and_line_ends_of_other_systems_are_put_right(store: Store) -> None:
    entry = saved(store, name="  Plan A\t ", description=" one\r\ntwo \n", note="\na\tb ")
    assert (entry.name, entry.description, entry.latest.note) == ("Plan A", "one\ntwo", "a\tb")


@pytest.mark.parametrize(
    ("field", "longest"), [("name", 120), ("description", 2000), ("note", 500), ("tag", 40), ("your name", 80)]
)
def test_a_text_has_at_most_so_many_characters(store: Store, field: str, longest: int) -> None:
    def save(text: str) -> Entry:
        given: dict[str, Any] = {"name": "Plan A", "who": "Ann"}
        named = {"tag": {"tags": [text]}, "your name": {"who": text}}
        given.update(named.get(field, {field: text}))
        return saved(store, **given)

    assert LONGEST[field] == longest
    save("😀" * longest)
    words = f"{field}: has {longest + 1:,} characters; write at most {longest:,}"
    assert_unchanged(store, FieldError, words, lambda: save("😀" * (longest + 1)))


@pytest.mark.parametrize("field", ["name", "description", "note", "tag", "your name"])
def test_characters_that_no_database_or_no_reader_could_keep_are_refused_by_name(store: Store, field: str) -> None:
    saved(store)
    for odd in ("\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\udfff", "\r"):
        text = f"a{odd}b"
        named = {"tag": {"tags": [text]}, "your name": {"who": text}}.get(field, {field: text})
        words = f"{field}: has a character that cannot be kept \\(U\\+{ord(odd):04X}\\); leave it out"
        assert_unchanged(store, FieldError, words, lambda named=named: saved(store, **named))


@pytest.mark.parametrize("odd", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad"])
def test_what_nobody_sees_is_refused_in_names_lest_two_look_alike_or_one_turns_its_neighbours_round(
    store: Store, odd: str
) -> None:
    saved(store)
    words = f"is not seen \\(U\\+{ord(odd):04X}\\); leave it out"
    for field, text in (
        ("name", {"name": f"a{odd}b"}),
        ("your name", {"who": f"a{odd}b"}),
        ("tag", {"tags": [f"a{odd}b"]}),
    ):
        assert_unchanged(store, FieldError, f"{field}: .*{words}", lambda text=text: saved(store, **text))


def test_a_name_has_one_line_and_a_description_may_have_more(store: Store) -> None:
    assert_unchanged(store, FieldError, "name: .*U\\+000A", lambda: saved(store, name="a\nb"))
    assert saved(store, description="a\n\tb").description == "a\n\tb"


def test_a_name_that_nobody_can_see_is_no_name(store: Store) -> None:
    for empty in ("", "   ", "\t\n", "\u200b", "\u2060\ufeff", "\u00a0"):
        for named, words in (
            ({"name": empty}, "name: is empty; write 1 to 120 characters"),
            ({"who": empty}, "your name: is empty; write 1 to 80 characters"),
            ({"tags": [empty]}, "tag: is empty; write 1 to 40 characters"),
        ):
            assert_unchanged(store, FieldError, words, lambda named=named: saved(store, **named))


def test_tags_are_kept_once_each_in_order_and_are_few(store: Store) -> None:
    entry = saved(store, tags=["b", "a", " b ", "B"])
    assert entry.tags == ("B", "a", "b")
    many = [f"tag {i}" for i in range(MOST_TAGS + 1)]
    assert len(saved(store, tags=many[:-1]).tags) == MOST_TAGS
    assert_unchanged(store, FieldError, "tags: 13 are given; give at most 12", lambda: saved(store, tags=many))
    assert_unchanged(store, FieldError, "tags: 13", lambda: store.tag("Ann", entry.id, many))


# --- Who may


def test_who_gave_no_name_may_look_but_not_save_share_or_arrange(store: Store) -> None:
    entry = saved(store)
    store.link("Ann", entry.id)
    link_id = store.links(entry.id)[0].id
    acts: list[Callable[[], object]] = [
        lambda: store.save_new(None, "Plan B", snapshot(), request_key=key()),
        lambda: store.save(None, entry.id, snapshot(), on_top_of=1, request_key=key()),
        lambda: store.restore_revision(None, entry.id, 1, on_top_of=1, request_key=key()),
        lambda: store.link(None, entry.id),
        lambda: store.revoke(None, link_id),
        lambda: store.rename(None, entry.id, "Mine"),
        lambda: store.describe(None, entry.id, "Mine"),
        lambda: store.tag(None, entry.id, ["mine"]),
        lambda: store.trash(None, entry.id),
    ]
    for act in acts:
        assert_unchanged(store, NotAllowedError, "Give your name first", act)
    assert store.library(Search()).total == 1


def test_only_the_owner_may_rename_describe_tag_trash_and_bring_back(store: Store) -> None:
    entry = saved(store)
    acts: list[Callable[[], object]] = [
        lambda: store.rename("Bob", entry.id, "Mine"),
        lambda: store.describe("Bob", entry.id, "Mine"),
        lambda: store.tag("Bob", entry.id, ["mine"]),
        lambda: store.trash("Bob", entry.id),
    ]
    for act in acts:
        assert_unchanged(store, NotAllowedError, "Only Ann may .*; save a copy of your own instead", act)
    store.trash("Ann", entry.id)
    assert_unchanged(store, NotAllowedError, "Only Ann", lambda: store.bring_back("Bob", entry.id))


def test_a_link_is_revoked_by_who_made_it_or_owns_the_scenario_and_by_nobody_else(store: Store) -> None:
    entry = saved(store)
    tokens = [store.link("Bob", entry.id) for _ in range(2)]
    newest, oldest = (link.id for link in store.links(entry.id))
    assert_unchanged(store, NotAllowedError, "Only Ann may revoke", lambda: store.revoke("Eve", newest))
    store.revoke("Bob", newest)
    store.revoke("Ann", oldest)
    assert [store.follow(token) for token in tokens] == [None, None]


# --- Arranging


def test_an_owner_renames_describes_and_tags_without_a_new_revision(store: Store) -> None:
    entry = saved(store, "Alpha", tags=["old"])
    store.rename("Ann", entry.id, "Omega")
    store.describe("Ann", entry.id, "after the board")
    store.tag("Ann", entry.id, ["new", "board"])
    kept = store.scenario(entry.id)
    assert kept == replace(entry, name="Omega", description="after the board", tags=("board", "new"))
    for words in ("omega", "after board", "new", "ann"):
        assert store.library(Search(words)).total == 1, words
    for words in ("alpha", "old"):
        assert store.library(Search(words)).total == 0, words
    store.tag("Ann", entry.id, [])
    assert store.scenario(entry.id).tags == ()


def test_what_is_in_the_trash_is_out_of_sight_and_comes_back_as_it_was(store: Store, clock: Clock) -> None:
    entry = saved(store, tags=["board"])
    clock.pass_by(days=1)
    store.trash("Ann", entry.id)
    assert store.library(Search()) == Page((), 0)
    assert store.used_tags() == {}
    assert store.library(Search(in_trash=True)).entries == (replace(entry, deleted_at=clock.at),)
    assert store.scenario(entry.id).deleted_at == clock.at
    store.bring_back("Ann", entry.id)
    assert store.scenario(entry.id) == entry
    assert store.library(Search()).entries == (entry,)


def test_what_is_in_the_trash_is_neither_saved_shared_nor_arranged(store: Store) -> None:
    entry = saved(store)
    assert_unchanged(
        store, NotFoundError, "The scenario is not in the trash", lambda: store.bring_back("Ann", entry.id)
    )
    store.trash("Ann", entry.id)
    acts: list[Callable[[], object]] = [
        lambda: saved_again(store, entry),
        lambda: store.restore_revision("Ann", entry.id, 1, on_top_of=1, request_key=key()),
        lambda: store.link("Ann", entry.id),
        lambda: store.rename("Ann", entry.id, "Plan B"),
        lambda: store.describe("Ann", entry.id, "x"),
        lambda: store.tag("Ann", entry.id, ["x"]),
        lambda: store.trash("Ann", entry.id),
    ]
    for act in acts:
        assert_unchanged(store, NotFoundError, "The scenario is in the trash", act)


def test_the_trash_is_emptied_after_sixty_days_and_not_before(store: Store, clock: Clock) -> None:
    gone, kept, never = saved(store, "Gone", tags=["x"]), saved(store, "Kept"), saved(store, "Never")
    saved_again(store, gone)
    token = store.link("Ann", gone.id)
    assert TRASH_DAYS == 60
    store.trash("Ann", gone.id)
    clock.pass_by(seconds=1)
    store.trash("Ann", kept.id)
    clock.pass_by(days=60, seconds=-1)
    assert store.purge() == 0
    clock.pass_by(microseconds=1)
    assert store.purge() == 1
    assert store.purge() == 0
    with pytest.raises(NotFoundError):
        store.scenario(gone.id)
    assert (store.revisions(gone.id), store.links(gone.id), store.follow(token)) == ((), (), None)
    assert store.dataset("data-1") == DATASET
    store.bring_back("Ann", kept.id)
    assert {entry.id for entry in store.library(Search()).entries} == {kept.id, never.id}
    assert [event.action for event in store.events(gone.id)][:2] == ["removed from the trash", "put into the trash"]
    assert store.events(gone.id)[0].detail == {"name": "Gone"}


def test_a_scenario_that_came_back_from_the_trash_is_not_purged(store: Store, clock: Clock) -> None:
    entry = saved(store)
    store.trash("Ann", entry.id)
    store.bring_back("Ann", entry.id)
    clock.pass_by(days=400)
    assert store.purge() == 0
    assert store.scenario(entry.id) == entry


def test_what_is_not_there_is_not_found_whatever_it_is_called(store: Store) -> None:
    saved(store, name="\ufffd")
    for unknown in ("", "nobody", "\x00", "\ud800", "x" * 10_000, "%", "' OR 1=1 --"):
        assert_not_found(store, unknown)


def assert_not_found(store: Store, unknown: str) -> None:
    acts: list[Callable[[], object]] = [
        lambda: store.scenario(unknown),
        lambda: store.revision(unknown, 1),
        lambda: store.report(unknown, 1),
        lambda: store.dataset(unknown),
        lambda: store.save("Ann", unknown, snapshot(), on_top_of=1, request_key=key()),
        lambda: store.restore_revision("Ann", unknown, 1, on_top_of=1, request_key=key()),
        lambda: store.link("Ann", unknown),
        lambda: store.rename("Ann", unknown, "Plan B"),
        lambda: store.trash("Ann", unknown),
        lambda: store.bring_back("Ann", unknown),
    ]
    for act in acts:
        assert_unchanged(store, NotFoundError, "no such scenario|There is no version|not in the archive", act)
    assert (store.revisions(unknown), store.links(unknown), store.events(unknown)) == ((), (), ())
    assert store.follow(unknown) is store.name_behind(unknown) is store.name_of(unknown) is None
    assert store.draft(unknown, unknown) is None
    assert store.library(Search(owner=unknown)).total == store.library(Search(tag=unknown)).total == 0


def test_there_are_only_the_revisions_that_were_saved(store: Store) -> None:
    entry = saved(store)
    for number in (0, -1, 2, 2**31 - 1):
        for act in (
            lambda number=number: store.revision(entry.id, number),
            lambda number=number: store.report(entry.id, number),
            lambda number=number: store.link("Ann", entry.id, revision=number),
        ):
            assert_unchanged(store, NotFoundError, f"There is no version {number} of this scenario", act)
    with pytest.raises(NotFoundError, match="There is no such link"):
        store.revoke("Ann", 1)


# --- Links


def test_a_link_leads_to_its_revision_or_to_whichever_is_the_latest(store: Store) -> None:
    entry = saved(store)
    fixed, latest = store.link("Bob", entry.id, revision=1), store.link("Bob", entry.id)
    assert store.follow(fixed) == store.follow(latest) == entry.latest
    second = saved_again(store, entry)
    assert store.follow(fixed) == entry.latest
    assert store.follow(latest) == second.latest


def test_a_token_has_192_random_bits_that_fit_into_an_address(store: Store) -> None:
    entry = saved(store)
    tokens = [store.link("Ann", entry.id) for _ in range(20)]
    assert len(set(tokens)) == 20
    for token in tokens:
        assert len(base64.urlsafe_b64decode(token)) * 8 == 192
        assert token.replace("-", "").replace("_", "").isalnum()


def test_neither_tokens_nor_visitors_keys_are_anywhere_in_the_database(store: Store) -> None:
    entry = saved(store)
    secrets = [store.link("Ann", entry.id), store.link("Ann", entry.id, revision=1), "a visitor's key"]
    store.follow(secrets[0])
    store.name_visitor(secrets[2], "Ann")
    store.keep_draft(secrets[2], "", {"pue": 1.2})
    everything = repr(contents(store.engine))
    assert "made a link" in everything and "gave a name" in everything
    assert [secret for secret in secrets if secret in everything or secret.encode().hex() in everything] == []


def test_a_link_is_followed_by_its_id_as_by_its_token_and_ends_with_it(store: Store) -> None:
    entry = saved(store)
    token = store.link("Ann", entry.id)
    link_id = store.links(entry.id)[0].id
    assert store.link_behind(token) == (link_id, entry.name)
    assert store.follow(link_id) == store.follow(token) == entry.latest
    assert store.links(entry.id)[0].uses == 2
    assert store.follow(link_id + 1) is None and store.follow(str(link_id)) is None
    store.revoke("Ann", link_id)
    assert store.follow(link_id) is store.link_behind(token) is None


def test_a_visitor_is_known_by_a_name_or_by_a_draft(store: Store) -> None:
    assert not store.knows("a key")
    store.name_visitor("a key", "Ann")
    store.keep_draft("another key", "", {"pue": 1.2})
    assert [store.knows(key) for key in ("a key", "another key", "a third key")] == [True, True, False]
    store.drop_draft("another key", "")
    assert not store.knows("another key")


def test_every_use_of_a_link_is_counted_and_a_preview_is_none(store: Store, clock: Clock) -> None:
    entry = saved(store)
    token = store.link("Bob", entry.id, revision=1)
    link = store.links(entry.id)[0]
    assert (link.scenario_id, link.revision, link.created_by, link.created_at) == (entry.id, 1, "Bob", clock.at)
    assert (link.uses, link.last_used_at, link.expires_at, link.revoked_at) == (0, None, None, None)
    for _ in range(3):
        clock.pass_by(minutes=1)
        store.follow(token)
        assert store.name_behind(token) == "Plan A"
    assert store.links(entry.id) == (replace(link, uses=3, last_used_at=clock.at),)


def test_uses_at_the_same_time_are_all_counted(store: Store) -> None:
    entry = saved(store)
    token = store.link("Ann", entry.id)
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda _: store.follow(token), range(40)))
    assert store.links(entry.id)[0].uses == 40


def test_a_link_is_good_until_it_expires_and_not_after(store: Store, clock: Clock) -> None:
    entry = saved(store)
    token = store.link("Ann", entry.id, expires_at=clock.at + timedelta(days=7))
    clock.pass_by(days=7, microseconds=-1)
    assert store.follow(token) == entry.latest
    clock.pass_by(microseconds=1)
    assert store.follow(token) is store.name_behind(token) is None
    assert store.links(entry.id)[0].uses == 1
    for days in (0, -1):
        passed = lambda days=days: store.link("Ann", entry.id, expires_at=clock.at + timedelta(days=days))  # noqa: E731
        assert_unchanged(store, FieldError, "expiry: the day has passed", passed)


def test_expiry_counts_in_every_time_zone_alike(store: Store, clock: Clock) -> None:
    entry = saved(store)
    tokyo = timezone(timedelta(hours=9))
    token = store.link("Ann", entry.id, expires_at=(clock.at + timedelta(hours=1)).astimezone(tokyo))
    clock.pass_by(minutes=59)
    assert store.follow(token) == entry.latest
    clock.pass_by(minutes=1)
    assert store.follow(token) is None


def test_a_revoked_link_leads_nowhere_and_others_go_on(store: Store, clock: Clock) -> None:
    entry = saved(store)
    one, other = store.link("Ann", entry.id), store.link("Ann", entry.id)
    link_id = store.links(entry.id)[1].id
    clock.pass_by(hours=1)
    store.revoke("Ann", link_id)
    assert store.follow(one) is store.name_behind(one) is None
    assert store.follow(other) == entry.latest
    clock.pass_by(hours=1)
    before = contents(store.engine)
    store.revoke("Ann", link_id)  # again: nothing to do, and no second line in the log
    assert contents(store.engine) == before
    assert store.links(entry.id)[1].revoked_at == BEGINNING + timedelta(hours=1)


def test_links_rest_while_their_scenario_is_in_the_trash(store: Store) -> None:
    entry = saved(store)
    token = store.link("Ann", entry.id)
    store.trash("Ann", entry.id)
    assert store.follow(token) is store.name_behind(token) is None
    store.bring_back("Ann", entry.id)
    assert store.follow(token) == entry.latest


def test_unknown_expired_and_revoked_links_take_the_same_way_to_the_same_answer(store: Store, clock: Clock) -> None:
    entry, trashed = saved(store), saved(store)
    expired = store.link("Ann", entry.id, expires_at=clock.at + timedelta(days=1))
    revoked = store.link("Ann", entry.id)
    resting = store.link("Ann", trashed.id)
    store.revoke("Ann", store.links(entry.id)[0].id)
    store.trash("Ann", trashed.id)
    clock.pass_by(days=1)
    before = contents(store.engine)
    for ask in (store.follow, store.name_behind):
        ways = []
        for token in ("unknown", "", "\x00", "\ud800", expired, revoked, resting):
            with statements(store.engine) as seen:
                assert ask(token) is None
            ways.append(seen.asked)
        assert [len(way) for way in ways] == [1] * len(ways)
        assert all(way == ways[0] for way in ways)
    assert contents(store.engine) == before


# --- The library


def names(page: Page) -> list[str]:
    return [entry.name for entry in page.entries]


def test_the_library_shows_each_scenario_with_its_latest_revision_the_newest_first(store: Store, clock: Clock) -> None:
    first = saved(store, "First", tags=["b", "a"])
    clock.pass_by(minutes=1)
    second = saved(store, "Second", who="Bob")
    clock.pass_by(minutes=1)
    third = saved_again(store, first)
    assert store.library(Search()).entries == (third, second)
    assert names(store.library(Search(descending=False))) == ["Second", "First"]


FOUND: list[tuple[str, list[str]]] = [
    ("", ["100% power", "A_B", "C\\D", "Größe", "o'hara", "STRASSE", "tab"]),
    ("power", ["100% power"]),
    ("POWER 100", ["100% power"]),
    ("100%", ["100% power"]),
    ("1%0", []),
    ("%", ["100% power"]),
    ("_", ["A_B"]),
    ("a_b", ["A_B"]),
    ("\\", ["C\\D"]),
    ("/", []),
    ("GRÖSSE", ["Größe"]),
    ("gro\u0308sse", ["Größe"]),
    ("grosse", ["Größe"]),
    ("straße", ["STRASSE"]),
    ("o'hara", ["o'hara"]),
    ("power nothing", []),
    ("ann power", ["100% power"]),
    ("fine print", ["tab"]),
    ("  print   FINE ", ["tab"]),
    ("boardroom", ["o'hara"]),
    ("\x00", []),
    ("\ud800", []),
    ("power " * 5000, ["100% power"]),
    (" ".join(map(str, range(20_000))), []),
    ("x" * 1_000_000, []),
]


def test_a_search_finds_all_words_literally_in_any_case_and_form(store: Store) -> None:
    for name in ("100% power", "A_B", "C\\D", "Größe", "STRASSE"):
        saved(store, name)
    saved(store, "o'hara", tags=["Boardroom"])
    saved(store, "tab", description="the fine\nprint")
    for text, found in FOUND:
        page = store.library(Search(text, sort="name", descending=False))
        assert (names(page), page.total) == (found, len(found)), text[:40]


def test_filters_by_owner_tag_and_words_are_all_met_at_once(store: Store) -> None:
    saved(store, "Ann's board", tags=["board", "draft"])
    saved(store, "Ann's own", tags=["draft"])
    saved(store, "Bob's board", who="Bob", tags=["board"])
    find = lambda **terms: sorted(names(store.library(Search(**terms))))  # noqa: E731
    assert find(tag="board") == ["Ann's board", "Bob's board"]
    assert find(owner="Ann") == ["Ann's board", "Ann's own"]
    assert find(owner="Ann", tag="board") == ["Ann's board"]
    assert find(owner="Bob", text="own") == []
    assert find(tag="boar") == find(tag="Board") == find(owner="ann") == []


def test_a_list_may_be_of_some_data_sets_only_by_the_latest_revision(store: Store) -> None:
    saved(store, "Ours")
    theirs = store.save_new("Ann", "Theirs", snapshot(data_version="data-2"), request_key=key())
    moved = saved(store, "Moved")
    store.save("Ann", moved.id, snapshot(data_version="data-2"), on_top_of=1, request_key=key())
    find = lambda *versions: sorted(names(store.library(Search(data_versions=versions, sort="value_usd"))))  # noqa: E731
    assert find("data-1") == ["Ours"]
    assert find("data-2") == ["Moved", "Theirs"]
    assert find("data-1", "data-2") == ["Moved", "Ours", "Theirs"]
    assert find() == find("data-3") == []
    assert store.library(Search(data_versions=("data-2",))).total == 2
    assert store.data_versions() == ("data-1", "data-2")
    store.trash("Ann", theirs.id)
    assert find("data-2") == ["Moved"]


def test_names_sort_by_letter_whatever_follows_them(store: Store) -> None:
    for name in ("b", "a b", "Ä", "a", "ab", "A c", "ß", "z"):
        saved(store, name, description="z")
    assert names(store.library(Search(sort="name", descending=False))) == ["a", "a b", "A c", "ab", "b", "ß", "z", "Ä"]


def test_tags_and_owners_in_use_are_listed_with_how_many_have_them(store: Store) -> None:
    saved(store, "One", tags=["board", "Größe"])
    trashed = saved(store, "Two", who="Bob", tags=["board", "gone"])
    saved(store, "Three", who="ann", tags=["board"])
    assert store.used_tags() == {"Größe": 1, "board": 3, "gone": 1}
    store.trash("Bob", trashed.id)
    assert store.used_tags() == {"Größe": 1, "board": 2}
    assert list(store.used_tags()) == ["Größe", "board"]
    assert store.owners() == ("Ann", "Bob", "ann")


OWNERS = ("Ann", "bob", "Bob", "Chloé")
TAGS = ("board", "downside", "100%")


@pytest.fixture(scope="module", params=KINDS)
def shelf(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, list[Entry]]]:
    """A library of forty scenarios: many of one time, one value, one owner; some without a value, some in the trash."""
    clock = Clock()
    store = Store.open(fresh_address(request.param, tmp_path_factory.mktemp("shelf")), clock)
    for i in range(40):
        clock.pass_by(minutes=i % 3)
        value = None if i % 7 == 0 else float((i * 31) % 5)
        entry = store.save_new(
            OWNERS[i % 4], f"{('Plan', 'plan', 'Exit', 'Ässe')[i % 4]} {i % 6}", snapshot(value), request_key=key(),
            tags=[tag for j, tag in enumerate(TAGS) if i >> j & 1],
        )  # fmt: skip
        if i % 9 == 0:
            store.trash(entry.owner, entry.id)
    # by another way than the one that is tested
    yield store, [store.scenario(row[0]) for row in contents(store.engine)["scenarios"]]
    store.close()


@examples(40)
@given(
    search=st.builds(
        Search,
        text=st.sampled_from(["", "plan", "PLAN 1", "ä", "bob", "100%", "o x", "5"]),
        owner=st.sampled_from([None, *OWNERS, "Eve"]),
        tag=st.sampled_from([None, *TAGS, "none"]),
        in_trash=st.booleans(),
        sort=st.sampled_from(sorted(SORTS)),
        descending=st.booleans(),
        size=st.sampled_from([4, 10, 36, 100]),
    )
)
@example(search=Search(sort="value_usd", descending=False, size=10))
@example(search=Search(sort="value_usd", descending=True, size=10))
def test_the_pages_of_a_search_hold_all_that_it_should_find_once_and_in_order(
    shelf: tuple[Store, list[Entry]], search: Search
) -> None:
    store, everything = shelf
    expected = [
        entry
        for entry in everything
        if (entry.deleted_at is not None) == search.in_trash
        and search.owner in (None, entry.owner)
        and (search.tag is None or search.tag in entry.tags)
        and all(
            any(word in text.casefold() for text in (entry.name, entry.description, entry.owner, *entry.tags))
            for word in search.text.casefold().split()
        )
    ]
    pages = []
    for number in range(len(everything) // search.size + 1):
        page = store.library(replace(search, page=number))
        assert page.total == len(expected)
        assert len(page.entries) == max(0, min(search.size, page.total - number * search.size))
        pages += page.entries
    assert sorted(pages, key=lambda entry: entry.id) == sorted(expected, key=lambda entry: entry.id)

    def place(entry: Entry) -> Any:
        return {
            "updated": entry.updated_at,
            "name": entry.name.casefold(),
            "owner": "".join(c.lower() if c.isascii() else c for c in entry.owner),
        }.get(search.sort, entry.latest.summary.get(search.sort))

    places = [place(entry) for entry in pages]
    known = [place for place in places if place is not None]
    assert known == sorted(known, reverse=search.descending)
    assert places[len(known) :] == [None] * (len(places) - len(known))  # what has no figure comes last either way


def test_a_page_beyond_the_last_is_empty_and_says_how_many_there_are(store: Store) -> None:
    saved(store)
    assert store.library(Search(page=7)) == Page((), 1)


# --- The audit log


def test_each_change_adds_one_line_that_says_who_did_what_when(store: Store, clock: Clock) -> None:
    entry = saved(store, "Plan A", note="first")
    acts: list[tuple[str, str, str | None, dict[str, Any], Callable[[], object]]] = [
        ("Bob", "saved", entry.id, {"version": 2}, lambda: saved_again(store, entry, who="Bob")),
        ("Bob", "restored", entry.id, {"version": 3, "of": 1},
         lambda: store.restore_revision("Bob", entry.id, 1, on_top_of=2, request_key=key())),
        ("Ann", "renamed", entry.id, {"name": "Plan B"}, lambda: store.rename("Ann", entry.id, "Plan B")),
        ("Ann", "described", entry.id, {"description": "x"}, lambda: store.describe("Ann", entry.id, "x")),
        ("Ann", "tagged", entry.id, {"tags": "a, b"}, lambda: store.tag("Ann", entry.id, ["b", "a"])),
        ("Bob", "made a link", entry.id, {"version": 1}, lambda: store.link("Bob", entry.id, revision=1)),
        ("Eve", "made a link", entry.id, {"version": None}, lambda: store.link("Eve", entry.id)),
        ("Ann", "revoked a link", entry.id, {"version": None},
         lambda: store.revoke("Ann", store.links(entry.id)[0].id)),
        ("Ann", "put into the trash", entry.id, {}, lambda: store.trash("Ann", entry.id)),
        ("Ann", "brought back", entry.id, {}, lambda: store.bring_back("Ann", entry.id)),
        ("Eve", "gave a name", None, {}, lambda: store.name_visitor("key", "Eve")),
    ]  # fmt: skip
    assert [(e.who, e.action, e.detail) for e in store.events()] == [("Ann", "saved", {"version": 1, "name": "Plan A"})]
    for number, (who, action, scenario_id, detail, act) in enumerate(acts, start=2):
        clock.pass_by(minutes=1)
        act()
        events = store.events()
        assert len(events) == number
        newest = events[0]
        assert (newest.at, newest.who, newest.action) == (clock.at, who, action)
        assert (newest.scenario_id, newest.detail) == (scenario_id, detail)


def test_looking_and_drafting_leave_no_line_in_the_log(store: Store) -> None:
    entry = saved(store)
    token = store.link("Ann", entry.id)
    before = store.events()
    store.follow(token)
    store.name_behind(token)
    store.library(Search("plan"))
    store.report(entry.id, 1)
    store.keep_draft("key", "", {"pue": 1.2})
    store.drop_draft("key", "")
    store.purge()
    assert store.events() == before


def test_the_log_is_read_newest_first_of_one_scenario_or_of_all(store: Store) -> None:
    one, other = saved(store, "One"), saved(store, "Two")
    for number in range(5):
        store.rename("Ann", one.id, f"Name {number}")
    assert [event.detail["name"] for event in store.events(one.id, most=2)] == ["Name 4", "Name 3"]
    assert len(store.events(one.id)) == 6
    assert len(store.events()) == 7
    assert [event.action for event in store.events(other.id)] == ["saved"]


REFUSED = [
    ("UPDATE revisions SET note = 'x'", "a revision is never changed"),
    ("UPDATE revisions SET report = '{}' WHERE number = 1", "a revision is never changed"),
    ("DELETE FROM revisions", "a revision goes only with a scenario from the trash"),
    ("UPDATE audit SET who = 'Eve'", "the audit log is only added to"),
    ("DELETE FROM audit", "the audit log is only added to"),
    ("DELETE FROM scenarios", "(?i)foreign key"),
    ("DELETE FROM datasets", "(?i)foreign key"),
    ("UPDATE scenarios SET latest = 0", "scenarios_latest_from_one"),
]


def test_the_database_itself_refuses_to_change_what_was_saved(store: Store) -> None:
    saved(store)
    for statement, words in REFUSED:
        assert_unchanged(store, sa.exc.DatabaseError, words, lambda statement=statement: execute(store, statement))


def execute(store: Store, statement: str) -> None:
    with db.writing(store.engine) as connection:
        connection.execute(sa.text(statement))


def test_postgresql_empties_no_table_at_one_stroke_either(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such statement")
    saved(store)
    for table in ("revisions", "audit"):
        act = lambda table=table: execute(store, f"TRUNCATE {table} CASCADE")  # noqa: E731
        assert_unchanged(store, sa.exc.DatabaseError, "only", act)


# --- Visitors and drafts


def test_a_visitor_is_known_by_the_name_given_last(store: Store) -> None:
    assert store.name_of("key") is None
    assert store.name_visitor("key", " Ann ") == "Ann"
    store.name_visitor("other", "Bob")
    store.name_visitor("key", "Anna")
    assert (store.name_of("key"), store.name_of("other")) == ("Anna", "Bob")
    assert_unchanged(store, FieldError, "your name: is empty", lambda: store.name_visitor("key", "  "))


def test_unsaved_work_is_kept_a_slot_at_a_time_and_survives_a_new_start(
    address: sa.URL, store: Store, clock: Clock
) -> None:
    store.keep_draft("key", "one", {"levers": {"pue": 0.1 + 0.2}})
    store.keep_draft("key", "two", {"levers": {}})
    store.keep_draft("other", "one", {"levers": {"pue": 1.5}})
    clock.pass_by(minutes=1)
    store.keep_draft("key", "one", {"levers": {"pue": 1.2}, "text": "Größe \x00"})
    store.close()
    again = Store.open(address, clock)
    assert again.draft("key", "one") == ({"levers": {"pue": 1.2}, "text": "Größe \x00"}, clock.at)
    assert again.draft("key", "two") == ({"levers": {}}, BEGINNING)
    again.drop_draft("key", "one")
    again.drop_draft("key", "one")
    assert again.draft("key", "one") is None
    assert again.draft("other", "one") == ({"levers": {"pue": 1.5}}, BEGINNING)
    again.close()


def test_all_unsaved_work_of_a_visitor_is_found_by_slot_the_newest_first(store: Store, clock: Clock) -> None:
    assert store.drafts("key") == {}
    for slot in ("b", "", "a"):
        clock.pass_by(minutes=1)
        store.keep_draft("key", slot, {"slot": slot})
    store.keep_draft("other", "c", {})
    assert list(store.drafts("key")) == ["a", "", "b"]
    assert store.drafts("key")["b"] == store.draft("key", "b") == ({"slot": "b"}, BEGINNING + timedelta(minutes=1))


def test_drafts_that_nobody_touches_for_half_a_year_go_and_others_stay(store: Store, clock: Clock) -> None:
    store.keep_draft("left", "", {"pue": 1.2})
    store.keep_draft("touched", "", {"pue": 1.2})
    clock.pass_by(microseconds=1)
    store.keep_draft("touched", "", {"pue": 1.3})
    clock.pass_by(days=DRAFT_DAYS)
    store.purge()
    assert store.draft("left", "") is None
    assert store.draft("touched", "") is not None


# --- Size and strangeness


def test_a_page_of_the_library_takes_three_questions_and_reads_no_report(store: Store) -> None:
    for number in range(5):
        saved_again(store, saved(store, f"Plan {number}", tags=["board"]))
    with statements(store.engine) as seen:
        page = store.library(Search("plan", tag="board", sort="value_usd", size=3))
    assert (len(page.entries), page.total) == (3, 5)
    assert len(seen.asked) == 3
    assert [statement for statement in seen.asked if "report" in statement] == []


def test_a_revision_whose_report_this_version_does_not_know_is_listed_all_the_same(store: Store) -> None:
    known = saved(store, "Known")
    stranger = {"levers": ["not", "as", "today"], "model_version": "model-9", "data_version": "data-9", "new": {"x": 1}}
    odd = store.save_new("Ann", "Odd", replace(snapshot(), report=stranger), request_key=key())
    assert sorted(names(store.library(Search()))) == ["Known", "Odd"]
    assert store.report(odd.id, 1) == stranger
    assert store.restore_revision("Ann", odd.id, 1, on_top_of=1, request_key=key()).latest.number == 2
    assert store.report(known.id, 1) == snapshot().report
