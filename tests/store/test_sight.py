"""Who may see what: what stands on private data is not there for others, until a link lets them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.database import StoreError, StoreUnavailableError
from core.store.records import DataSet, Entry, NotAllowedError, NotFoundError, Search, Snapshot
from core.store.rights import Person
from core.store.store import Store
from tests.support.effort import examples
from tests.support.stores import Clock, contents, fresh_address, key, snapshot

ANN, BOB, CAROL = PEOPLE = tuple(Person(f"key of {name}", name) for name in ("Ann", "Bob", "Carol"))
NOBODY = Person(None, None)


def brought(store: Store, who: Person = ANN, data_version: str = "own-1") -> DataSet:
    return store.data_sets.save_new(who, "Data", data_version, data_version.encode, request_key=key())


def on(one: DataSet) -> Snapshot:
    made = snapshot(data_version=one.latest.data_version)
    return replace(made, data_set=(one.id, one.latest.number))


def private(store: Store, **more: Any) -> tuple[DataSet, Entry]:
    """Ann's data, and a scenario of hers that stands on them."""
    one = brought(store)
    return one, store.save_new(ANN, "Hush", on(one), request_key=key(), tags=["secret"], **more)


def assert_refused(store: Store, refused: type[StoreError], words: str, act: Callable[[], object]) -> None:
    before = contents(store.engine)
    with pytest.raises(refused, match=words):
        act()
    assert contents(store.engine) == before


def is_hidden(store: Store, entry: Entry, who: Person) -> bool:
    """Whether nothing at all tells a person of a scenario; all or nothing."""
    latest = entry.latest
    looks: list[Callable[[], object]] = [
        lambda: store.scenario(entry.id, who),
        lambda: store.revision(entry.id, latest.number, who),
        lambda: store.report(entry.id, latest.number, who),
        lambda: store.dataset(latest.data_version, who),
    ]
    told = []
    for look in looks:
        try:
            look()
        except NotFoundError:
            told.append(False)
        else:
            told.append(True)
    told += [
        any(revision.number == latest.number for revision in store.revisions(entry.id, who)),
        entry.id in {one.id for one in store.library(Search(text=entry.name, size=100), who).entries},
        entry.id in {one.id for one in store.library(Search(in_trash=entry.deleted_at is not None), who).entries},
        set(entry.tags) <= set(store.used_tags(who)),
        entry.owner in store.owners(who),
        any(line.scenario_id == entry.id for line in store.events(who=who)),
        latest.data_version in store.data_versions(who),
    ]
    assert len(set(told)) == 1, told
    return not told[0]


# --- Not there for others


@pytest.mark.parametrize("who", [BOB, NOBODY, Person("another key", "Ann"), Person(None, "Ann")])
def test_what_stands_on_private_data_is_not_there_for_others(store: Store, who: Person) -> None:
    one, entry = private(store)
    assert is_hidden(store, entry, who)
    assert not is_hidden(store, entry, ANN)
    assert store.library(Search(), who).total == 0
    assert store.library(Search()).total == store.library(Search(), ANN).total == 1
    store.data_sets.for_all(ANN, one.id, True)
    assert not is_hidden(store, entry, who)
    store.data_sets.for_all(ANN, one.id, False)
    assert is_hidden(store, entry, who)


SCENARIO, VERSION = "^There is no such scenario$", "^There is no version 1 of this scenario$"
DEEDS: dict[str, tuple[str, Callable[[Store, str], object]]] = {
    "save": (SCENARIO, lambda store, ref: store.save(BOB, ref, snapshot(), on_top_of=1, request_key=key())),
    "save late": (SCENARIO, lambda store, ref: store.save(BOB, ref, snapshot(), on_top_of=9, request_key=key())),
    "restore": (VERSION, lambda store, ref: store.restore_revision(BOB, ref, 1, on_top_of=1, request_key=key())),
    "rename": (SCENARIO, lambda store, ref: store.rename(BOB, ref, "Mine")),
    "describe": (SCENARIO, lambda store, ref: store.describe(BOB, ref, "Mine")),
    "tag": (SCENARIO, lambda store, ref: store.tag(BOB, ref, ["mine"])),
    "trash": (SCENARIO, lambda store, ref: store.trash(BOB, ref)),
    "bring back": (SCENARIO, lambda store, ref: store.bring_back(BOB, ref)),
    "link": (SCENARIO, lambda store, ref: store.link(BOB, ref)),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_nor_can_others_do_anything_to_it_and_the_words_are_those_of_what_is_not_there(store: Store, deed: str) -> None:
    _, entry = private(store)
    words, act = DEEDS[deed]
    for ref in (entry.id, "nowhere"):
        assert_refused(store, NotFoundError, words, partial(act, store, ref))


def test_a_link_to_what_is_not_there_is_not_there_either(store: Store) -> None:
    _, entry = private(store)
    store.link(ANN, entry.id)
    link_id = store.links(entry.id, ANN)[0].id
    assert store.links(entry.id, BOB) == ()
    assert_refused(store, NotFoundError, "^There is no such link$", lambda: store.revoke(BOB, link_id))


def test_a_request_of_another_tells_nothing_of_what_it_saved(store: Store) -> None:
    one = brought(store)
    store.save_new(ANN, "Hush", on(one), request_key="r1")
    assert_refused(
        store, NotFoundError, "There is no such scenario",
        lambda: store.save_new(BOB, "Plan", snapshot(), request_key="r1"),
    )  # fmt: skip


def test_of_a_scenario_that_was_private_once_others_see_what_is_open_now(store: Store) -> None:
    _, entry = private(store)
    open_now = store.save(ANN, entry.id, snapshot(), on_top_of=1, request_key=key()).latest
    assert store.scenario(entry.id, BOB).latest == open_now
    assert store.revisions(entry.id, BOB) == (open_now,)
    with pytest.raises(NotFoundError, match="There is no version 1 of this scenario"):
        store.revision(entry.id, 1, BOB)
    assert [revision.number for revision in store.revisions(entry.id, ANN)] == [2, 1]
    assert_refused(
        store, NotFoundError, "There is no version 1 of this scenario", lambda: store.link(BOB, entry.id, revision=1)
    )


def test_nobody_moves_anothers_scenario_to_where_he_loses_it_or_others_gain_it(store: Store) -> None:
    theirs = store.save_new(BOB, "Open", snapshot(), request_key=key())
    one, entry = private(store)
    words = "may move this scenario from or to data that not everybody may see; save a copy of your own instead"
    assert_refused(
        store, NotAllowedError, f"Only Bob {words}",
        lambda: store.save(ANN, theirs.id, on(one), on_top_of=1, request_key=key()),
    )  # fmt: skip
    store.follow(store.link(ANN, entry.id), BOB)
    for elsewhere in (snapshot(), on(brought(store, BOB, "own-2"))):
        assert_refused(
            store, NotAllowedError, f"Only Ann {words}",
            partial(store.save, BOB, entry.id, elsewhere, on_top_of=1, request_key=key()),
        )  # fmt: skip
    assert store.save(BOB, entry.id, on(one), on_top_of=1, request_key=key()).latest.author == "Bob"
    store.data_sets.for_all(ANN, one.id, True)
    assert store.save(ANN, theirs.id, on(one), on_top_of=1, request_key=key()).latest.data_set == (one.id, 1)


# --- Let in by a link


def test_who_follows_a_link_may_see_and_work_on_the_data_and_not_change_them(store: Store) -> None:
    one, entry = private(store)
    token = store.link(ANN, entry.id)
    assert is_hidden(store, entry, BOB)
    assert store.follow(token, BOB) == entry.latest
    assert not is_hidden(store, entry, BOB)
    assert is_hidden(store, entry, CAROL)
    (seen,) = store.data_sets.all(BOB)
    assert (seen.id, seen.is_mine) == (one.id, False)
    assert store.save_new(BOB, "What if", on(one), request_key=key()).latest.data_set == (one.id, 1)
    only = "Only Ann, who brought this data set, may save versions of it; save yours as another one"
    assert_refused(
        store, NotAllowedError, only,
        lambda: store.data_sets.save(BOB, one.id, "own-2", b"".join, on_top_of=1, request_key=key()),  # type: ignore[arg-type]
    )  # fmt: skip
    assert_refused(store, NotAllowedError, "Only Ann", lambda: store.data_sets.rename(BOB, one.id, "Mine"))


def test_following_twice_is_one_grant_and_two_uses(store: Store) -> None:
    _, entry = private(store)
    token = store.link(ANN, entry.id)
    assert store.follow(token, BOB) == store.follow(token, BOB) == store.follow(token, ANN)
    assert len(contents(store.engine)["data_grants"]) == 1
    assert store.links(entry.id)[0].uses == 3
    (line,) = [line for line in store.events(entry.id) if line.action == "was let in by a link"]
    assert line.who == "Bob"


def test_a_link_to_what_is_open_grants_nothing(store: Store) -> None:
    entry = store.save_new(ANN, "Open", snapshot(), request_key=key())
    assert store.follow(store.link(ANN, entry.id), BOB) == entry.latest
    assert contents(store.engine)["data_grants"] == []


def test_a_revoked_link_ends_what_it_granted_and_no_other_does(store: Store) -> None:
    _, entry = private(store)
    first, second = store.link(ANN, entry.id), store.link(ANN, entry.id)
    store.follow(first, BOB), store.follow(second, BOB), store.follow(first, CAROL)
    newest, oldest = store.links(entry.id)
    store.revoke(ANN, oldest.id)
    assert not is_hidden(store, entry, BOB), "the other link leads there"
    assert is_hidden(store, entry, CAROL)
    assert store.follow(first, CAROL) is None
    store.revoke(ANN, newest.id)
    assert is_hidden(store, entry, BOB)
    assert not is_hidden(store, entry, ANN)


def test_a_link_that_runs_out_or_whose_scenario_is_in_the_trash_lets_nobody_see(store: Store, clock: Clock) -> None:
    one, entry = private(store)
    soon = clock.at.replace(hour=clock.at.hour + 1)
    store.follow(store.link(ANN, entry.id, expires_at=soon), BOB)
    store.follow(store.link(ANN, entry.id), CAROL)
    clock.pass_by(hours=1)
    assert is_hidden(store, entry, BOB)
    assert store.data_sets.may_see(CAROL, "own-1")
    store.trash(ANN, entry.id)
    assert not store.data_sets.may_see(CAROL, "own-1")
    store.bring_back(ANN, entry.id)
    assert store.data_sets.may_see(CAROL, "own-1")
    store.trash(ANN, entry.id)
    clock.pass_by(days=61)
    assert store.purge() == 1
    assert contents(store.engine)["data_grants"] == []
    assert store.data_sets.one(ANN, one.id).is_mine


def test_who_was_let_in_passes_on_no_more_than_he_has(store: Store) -> None:
    one, entry = private(store)
    store.follow(store.link(ANN, entry.id), BOB)
    copy = store.save_new(BOB, "Copy", on(one), request_key=key())
    passed_on = store.link(BOB, copy.id)
    assert store.follow(passed_on, CAROL) == copy.latest
    assert store.data_sets.may_see(CAROL, "own-1")
    store.revoke(ANN, store.links(entry.id)[0].id)
    assert not store.data_sets.may_see(BOB, "own-1")
    assert not store.data_sets.may_see(CAROL, "own-1")
    assert store.follow(passed_on, CAROL) is None
    assert store.follow(passed_on, ANN) == copy.latest, "who may see it anyway"


def test_two_who_let_each_other_in_hold_nothing_open(store: Store) -> None:
    one, entry = private(store)
    store.follow(store.link(ANN, entry.id), BOB)
    copy = store.save_new(BOB, "Copy", on(one), request_key=key())
    store.follow(store.link(BOB, copy.id), CAROL)
    store.follow(store.link(CAROL, copy.id), BOB)
    store.revoke(ANN, store.links(entry.id)[0].id)
    assert [store.data_sets.may_see(who, "own-1") for who in PEOPLE] == [True, False, False]


def test_a_link_to_private_data_takes_a_key_of_who_makes_and_of_who_follows_it(store: Store) -> None:
    one, entry = private(store)
    assert_refused(store, NotAllowedError, "Only who may see the data", lambda: store.link("Ann", entry.id))
    assert_refused(store, NotFoundError, SCENARIO, lambda: store.link(Person(None, "Ann"), entry.id))
    token = store.link(ANN, entry.id)
    assert_refused(store, NotAllowedError, "allow cookies", lambda: store.follow(token, Person(None, "Bob")))
    store.data_sets.for_all(ANN, one.id, True)
    assert store.follow(token, NOBODY) == entry.latest


def test_a_link_of_a_name_alone_lets_nobody_in_where_the_scenario_goes_later(store: Store) -> None:
    entry = store.save_new("Ann", "Plan", snapshot(), request_key=key())
    token = store.link("Ann", entry.id)
    one = brought(store)
    store.save(ANN, entry.id, on(one), on_top_of=1, request_key=key())
    assert store.follow(token, BOB) is None
    assert contents(store.engine)["data_grants"] == []


def test_a_full_disk_lets_in_nobody_new_and_keeps_nobody_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, entry = private(store)
    token = store.link(ANN, entry.id)
    store.follow(token, BOB)

    def full(_self: Store) -> None:
        raise StoreUnavailableError("the disk is full")

    monkeypatch.setattr(Store, "_writing", full)
    assert store.follow(token, BOB) == store.follow(token, ANN) == entry.latest
    with pytest.raises(StoreUnavailableError, match="the disk is full"):
        store.follow(token, CAROL)


# --- Whatever people do

STEP = st.tuples(
    st.sampled_from(
        ["bring", "version", "open", "close", "save", "save on", "link", "follow", "revoke", "trash", "back", "drop"]
    ),
    st.integers(0, 2),
    st.integers(0, 5),
    st.integers(0, 5),
)


BEFORE = (("bring", 0, 0, 0), ("save", 0, 0, 0), ("link", 0, 0, 0), ("follow", 1, 0, 0))
"""What has happened already, so that there is something to be seen that may be lost again."""


class Told:
    """What people did, and who may therefore see which data set: worked out anew, by hand."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sets: list[tuple[str, Person]] = []
        self.open: set[str] = set()
        self.scenarios: list[str] = []
        self.links: list[tuple[str, str, Person]] = []
        self.revoked: set[int] = set()
        self.followed: set[tuple[int, str, Person]] = set()
        self.trashed: set[str] = set()

    def sees(self, who: Person, data_set_id: str) -> bool:
        seen = {of for one, of in self.sets if one == data_set_id}
        while True:
            more = {
                by
                for link, one, by in self.followed
                if one == data_set_id and link not in self.revoked and self.links[link][2] in seen
                and self.links[link][1] not in self.trashed
            }  # fmt: skip
            if more <= seen:
                return who in seen or data_set_id in self.open
            seen |= more

    def do(self, what: str, who: Person, a: int, b: int) -> None:
        store, sets = self.store, self.store.data_sets
        one = self.sets[a % len(self.sets)][0] if self.sets else "none"
        scenario = self.scenarios[b % len(self.scenarios)] if self.scenarios else "none"
        link = b % len(self.links) if self.links else None
        if what == "bring":
            made = brought(store, who, f"own-{a}")
            self.sets.append((made.id, who))
        elif what == "version":
            sets.save(who, one, f"own-{b}", b"x".upper, on_top_of=sets.one(who, one).latest.number, request_key=key())
        elif what in ("open", "close"):
            sets.for_all(who, one, what == "open")
            (self.open.add if what == "open" else self.open.discard)(one)
        elif what == "save":
            self.scenarios.append(store.save_new(who, "Plan", on(sets.one(who, one)), request_key=key()).id)
        elif what == "save on":
            number = store.scenario(scenario, who).latest.number
            to = on(sets.one(who, one)) if a % 2 else snapshot()
            store.save(who, scenario, to, on_top_of=number, request_key=key())
        elif what == "link":
            self.links.append((store.link(who, scenario), scenario, who))
        elif what == "follow" and link is not None:
            revision = store.follow(self.links[link][0], who)
            if revision is not None and revision.data_set_id is not None:
                self.followed.add((link, revision.data_set_id, who))
        elif what == "revoke" and link is not None:
            store.revoke(who, link + 1)
            self.revoked.add(link)
        elif what == "trash":
            store.trash(who, scenario)
            self.trashed.add(scenario)
        elif what == "back":
            store.bring_back(who, scenario)
            self.trashed.discard(scenario)
        elif what == "drop":
            sets.trash(who, one)

    def check(self) -> None:
        store = self.store
        for who in (*PEOPLE, NOBODY):
            seen = {data_set_id for data_set_id, _ in self.sets if self.sees(who, data_set_id)}
            listed = {one.id for trash in (False, True) for one in store.data_sets.all(who, in_trash=trash)}
            assert listed == seen
            entries = [
                e for trash in (False, True) for e in store.library(Search(in_trash=trash, size=100), who).entries
            ]
            assert {e.latest.data_set_id for e in entries} <= seen | {None}
            assert {e.id for e in entries} == {
                ref for ref in self.scenarios if store.scenario(ref).latest.data_set_id in seen | {None}
            }
            of_seen = {v.data_version for one in seen for v in store.data_sets.versions(None, one)}
            opened = {r.data_version for ref in self.scenarios for r in store.revisions(ref) if r.data_set_id is None}
            assert set(store.data_versions(who)) == of_seen | opened
            for ref in self.scenarios:
                assert {r.data_set_id for r in store.revisions(ref, who)} <= seen | {None}


@examples(60)
@given(steps=st.lists(STEP, max_size=25))
def test_whatever_people_do_nobody_is_shown_what_he_may_not_see(
    steps: list[tuple[str, int, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store.open(fresh_address("sqlite", tmp_path_factory.mktemp("sight")), Clock())
    told = Told(store)
    for what, who, a, b in (*BEFORE, *steps):
        try:
            told.do(what, PEOPLE[who], a, b)
        except StoreError:
            continue  # he may not, or it is not there
    told.check()
    store.close()
