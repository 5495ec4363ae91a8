"""Data sets that people bring: their versions, who may see and change them, and that none goes under a scenario."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from core.store import database as db
from core.store import tables
from core.store.backup import backup, restore
from core.store.data_sets import MOST_DATA_SETS, DataSets
from core.store.records import (
    DataConflictError,
    DataSet,
    DataSetVersion,
    FieldError,
    NotAllowedError,
    NotFoundError,
    Snapshot,
)
from core.store.rights import Person
from core.store.store import TRASH_DAYS, Store
from tests.support.stores import BEGINNING, KINDS, Clock, contents, fresh_address, key, snapshot

ANN, BOB, CAROL = (Person(f"key of {name}", name) for name in ("Ann", "Bob", "Carol"))
NONE = "^There is no such data set$"


@pytest.fixture
def sets(store: Store) -> DataSets:
    return store.data_sets


def packed(data_version: str) -> Callable[[], bytes]:
    return lambda: f"archive of {data_version}".encode()


def brought(sets: DataSets, who: Person = ANN, data_version: str = "own-1", name: str = "Plan data") -> DataSet:
    return sets.save_new(who, name, data_version, packed(data_version), request_key=key())


def again(sets: DataSets, one: DataSet, who: Person = ANN, data_version: str = "own-2", **more: Any) -> DataSet:
    return sets.save(
        who, one.id, data_version, packed(data_version), on_top_of=one.latest.number, request_key=key(), **more
    )


def on(one: DataSet, value_usd: float = 1.0) -> Snapshot:
    """A scenario that stands on the latest version of a data set."""
    data_version = one.latest.data_version
    return replace(snapshot(value_usd, data_version), data_set=(one.id, one.latest.number), pack=packed(data_version))


def assert_unchanged(store: Store, refused: Any, words: str, act: Callable[[], object]) -> None:
    before = contents(store.engine)
    with pytest.raises(refused, match=words):
        act()
    assert contents(store.engine) == before


# --- Saving


def test_a_new_data_set_is_kept_as_its_makers_own(sets: DataSets, clock: Clock) -> None:
    one = sets.save_new(ANN, " Plan data ", "own-1", packed("own-1"), request_key=key(), note="first")
    version = DataSetVersion(one.id, 1, "Ann", "first", BEGINNING, "own-1", None)
    assert one == DataSet(one.id, "Plan data", "Ann", BEGINNING, BEGINNING, None, False, True, version)
    assert sets.one(ANN, one.id) == one
    assert sets.all(ANN) == (one,)
    assert sets.versions(ANN, one.id) == (version,)
    assert sets.content(ANN, one.id, 1) == b"archive of own-1"
    assert sets.one(None, one.id) == replace(one, is_mine=False), "who runs the server sees all and made none"


def test_a_version_goes_on_top_and_the_old_one_stays(sets: DataSets, clock: Clock) -> None:
    one = brought(sets)
    clock.pass_by(hours=1)
    two = again(sets, one, note="new prices")
    assert (two.latest.number, two.latest.data_version, two.latest.note) == (2, "own-2", "new prices")
    assert (two.created_at, two.updated_at) == (BEGINNING, clock.at)
    assert sets.versions(ANN, one.id) == (two.latest, one.latest)
    assert sets.content(ANN, one.id, 1) == b"archive of own-1"


def test_the_same_request_again_returns_what_was_saved_first(store: Store, sets: DataSets) -> None:
    first = sets.save_new(ANN, "Plan", "own-1", packed("own-1"), request_key="r1")
    second = sets.save(ANN, first.id, "own-2", packed("own-2"), on_top_of=1, request_key="r2")
    before = contents(store.engine)
    assert sets.save_new(ANN, "Other", "own-9", packed("own-9"), request_key="r1") == second
    assert sets.save(ANN, first.id, "own-9", packed("own-9"), on_top_of=1, request_key="r2") == second
    assert contents(store.engine) == before
    with pytest.raises(NotFoundError, match=NONE):
        sets.save_new(BOB, "Other", "own-9", packed("own-9"), request_key="r1")


def test_equal_data_are_archived_once_and_stay_private(store: Store, sets: DataSets) -> None:
    brought(sets), brought(sets, BOB)
    assert [(row[0], row[3]) for row in contents(store.engine)["datasets"]] == [("own-1", False)]
    assert not sets.may_see(CAROL, "own-1")


def test_who_saves_on_top_of_an_old_version_is_told_who_was_quicker(store: Store, sets: DataSets) -> None:
    one = brought(sets)
    two = again(sets, one)
    assert_unchanged(
        store, DataConflictError, "Ann has saved version 2 of this data set in the meantime; save yours as", lambda: (
            again(sets, one, data_version="own-3")
        ),
    )  # fmt: skip
    with pytest.raises(DataConflictError) as told:
        again(sets, one, data_version="own-3")
    assert told.value.latest == two.latest


def test_of_two_people_who_save_at_once_one_is_first_and_the_other_is_told(address: sa.URL) -> None:
    stores = [Store.open(address) for _ in range(2)]
    one = brought(stores[0].data_sets)
    stores[0].data_sets.for_all(ANN, one.id, True)
    for number in range(1, 6):
        together = Barrier(2)

        def save(at: int, number: int = number, together: Barrier = together) -> object:
            together.wait()
            version = f"own-{number}-{at}"
            try:
                return (
                    stores[at]
                    .data_sets.save(
                        (ANN, BOB)[at], one.id, version, packed(version), on_top_of=number, request_key=key()
                    )
                    .latest
                )
            except DataConflictError as error:
                return error

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(save, range(2)))
        (saved,) = [answer for answer in answers if isinstance(answer, DataSetVersion)]
        (told,) = [answer for answer in answers if isinstance(answer, DataConflictError)]
        assert told.latest == saved == stores[0].data_sets.one(ANN, one.id).latest
        assert saved.number == number + 1
    for store in stores:
        store.close()


def test_going_back_makes_an_old_version_the_newest(sets: DataSets) -> None:
    one = brought(sets)
    two = again(sets, one)
    back = sets.restore(ANN, one.id, 1, on_top_of=2, request_key=key()).latest
    assert (back.number, back.data_version, back.restored_from) == (3, "own-1", 1)
    assert sets.versions(ANN, one.id) == (back, two.latest, one.latest)
    with pytest.raises(NotFoundError, match="There is no version 7 of this data set"):
        sets.restore(ANN, one.id, 7, on_top_of=3, request_key=key())


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Person("key", None), "Give your name first: only who has a name may save data"),
        (Person(None, "Ann"), "Allow cookies first"),
        (Person("", "Ann"), "Allow cookies first"),
    ],
)
def test_who_has_no_name_or_no_key_saves_nothing(store: Store, who: Person, words: str) -> None:
    assert_unchanged(store, NotAllowedError, words, lambda: brought(store.data_sets, who))


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\nb", "x" * 121])
def test_a_name_that_cannot_be_kept_is_refused(store: Store, name: str) -> None:
    assert_unchanged(store, FieldError, "^data set's name: ", lambda: brought(store.data_sets, name=name))
    one = brought(store.data_sets)
    assert_unchanged(store, FieldError, "^data set's name: ", lambda: store.data_sets.rename(ANN, one.id, name))


def test_one_visitor_keeps_no_more_than_a_hundred(store: Store, sets: DataSets) -> None:
    for _ in range(MOST_DATA_SETS):
        brought(sets)
    assert_unchanged(store, FieldError, "you have 100 already", lambda: brought(sets))
    brought(sets, BOB)


def test_data_that_cannot_be_packed_leave_nothing_behind(store: Store, sets: DataSets) -> None:
    def fail() -> bytes:
        raise OSError("no more")

    assert_unchanged(store, OSError, "no more", lambda: sets.save_new(ANN, "A", "own-1", fail, request_key=key()))


# --- Never changed


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE data_set_versions SET note = 'x'", "a version of a data set is never changed"),
        ("DELETE FROM data_set_versions", "a version goes only with a data set from the trash"),
        ("UPDATE datasets SET content = 'x'", "archived data are never changed"),
        ("DELETE FROM data_sets", "(?i)foreign key"),
        ("DELETE FROM datasets", "(?i)foreign key"),
    ],
)
def test_the_database_itself_refuses_to_change_what_was_saved(store: Store, statement: str, words: str) -> None:
    brought(store.data_sets)

    def act() -> None:
        with db.writing(store.engine) as connection:
            connection.exec_driver_sql(statement)

    assert_unchanged(store, sa.exc.DatabaseError, words, act)


# --- Who may


LOOKS: dict[str, Callable[[DataSets, Person, str], object]] = {
    "one": lambda sets, who, ref: sets.one(who, ref),
    "versions": lambda sets, who, ref: sets.versions(who, ref),
    "version": lambda sets, who, ref: sets.version(who, ref, 1),
    "another version": lambda sets, who, ref: sets.version(who, ref, 9),
    "content": lambda sets, who, ref: sets.content(who, ref, 1),
    "standing on": lambda sets, who, ref: sets.standing_on(who, ref),
}
DEEDS: dict[str, Callable[[Store, Person, DataSet], object]] = {
    "save": lambda store, who, one: again(store.data_sets, one, who),
    "restore": lambda store, who, one: store.data_sets.restore(who, one.id, 1, on_top_of=1, request_key=key()),
    "rename": lambda store, who, one: store.data_sets.rename(who, one.id, "Mine"),
    "for all": lambda store, who, one: store.data_sets.for_all(who, one.id, True),
    "trash": lambda store, who, one: store.data_sets.trash(who, one.id),
    "bring back": lambda store, who, one: store.data_sets.bring_back(who, one.id),
    "remove": lambda store, who, one: store.data_sets.remove(who, one.id),
    "a scenario on it": lambda store, who, one: store.save_new(who, "Plan", on(one), request_key=key()),
    "one by name": lambda store, who, one: store.save_new(who.name, "Plan", on(one), request_key=key()),
    "a draft on it": lambda store, who, one: store.keep_draft(str(who.key), "", {}, data_set_id=one.id),
}
STRANGERS = (BOB, Person("another key", "Ann"))


@pytest.mark.parametrize("who", [*STRANGERS, Person(None, "Ann"), Person(None, None)])
@pytest.mark.parametrize("look", LOOKS)
def test_what_is_not_yours_is_not_there_in_the_words_of_what_is_not(store: Store, who: Person, look: str) -> None:
    one = brought(store.data_sets)
    for ref in (one.id, "nowhere"):
        with pytest.raises(NotFoundError, match=NONE):
            LOOKS[look](store.data_sets, who, ref)
    assert store.data_sets.all(who) == store.data_sets.all(who, in_trash=True) == store.data_versions(who) == ()
    assert not store.data_sets.may_see(who, "own-1")
    for data_version in ("own-1", "own-9"):
        with pytest.raises(NotFoundError, match=f"^Data version {data_version} is not in the archive$"):
            store.dataset(data_version, who)


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("deed", DEEDS)
def test_nor_can_anything_be_done_to_it_whatever_name_one_gives(store: Store, who: Person, deed: str) -> None:
    one = brought(store.data_sets)
    for ref in (one, replace(one, id="nowhere")):
        assert_unchanged(store, NotFoundError, NONE, partial(DEEDS[deed], store, who, ref))


def test_for_all_is_for_all_and_arranging_stays_its_makers(store: Store, sets: DataSets) -> None:
    one = brought(sets)
    sets.for_all(ANN, one.id, True)
    nobody = Person(None, None)
    assert [each.is_mine for each in sets.all(nobody)] == [False]
    assert sets.content(nobody, one.id, 1) == store.dataset("own-1", nobody) == b"archive of own-1"
    assert sets.may_see(BOB, "own-1")
    for act in (
        lambda: sets.rename(BOB, one.id, "Mine"),
        lambda: sets.for_all(BOB, one.id, False),
        lambda: sets.trash(BOB, one.id),
    ):
        assert_unchanged(store, NotAllowedError, "Only Ann, who brought this data set, may", act)
    two = again(sets, one, BOB)
    assert (two.latest.author, two.owner) == ("Bob", "Ann")
    sets.for_all(ANN, one.id, False)
    assert sets.all(BOB) == ()
    assert_unchanged(store, NotFoundError, NONE, lambda: again(sets, two, BOB))


def test_the_log_says_who_did_what_to_data_and_tells_it_to_who_may_see_them(store: Store, sets: DataSets) -> None:
    one = brought(sets)
    again(sets, one)
    sets.restore(ANN, one.id, 1, on_top_of=2, request_key=key())
    sets.rename(ANN, one.id, "Better")
    sets.for_all(ANN, one.id, True)
    sets.for_all(ANN, one.id, False)
    sets.trash(ANN, one.id)
    sets.bring_back(ANN, one.id)
    lines = store.events(data_set_id=one.id)
    assert [line.action for line in reversed(lines)] == [
        "brought data", "saved data", "restored data", "renamed data", "opened data to all", "closed data",
        "put data into the trash", "brought data back",
    ]  # fmt: skip
    assert {line.who for line in lines} == {"Ann"}
    assert store.events(who=ANN) == lines
    assert store.events(who=BOB) == ()


# --- The trash


def test_what_is_in_the_trash_is_there_for_its_maker_and_takes_no_version(store: Store, sets: DataSets) -> None:
    one = brought(sets)
    assert_unchanged(store, NotFoundError, "not in the trash", lambda: sets.bring_back(ANN, one.id))
    assert_unchanged(store, NotFoundError, "not in the trash", lambda: sets.remove(ANN, one.id))
    sets.trash(ANN, one.id)
    assert sets.all(ANN) == ()
    assert [each.id for each in sets.all(ANN, in_trash=True)] == [one.id]
    assert sets.all(BOB, in_trash=True) == ()
    assert sets.content(ANN, one.id, 1) == b"archive of own-1"
    assert_unchanged(store, NotFoundError, "The data set is in the trash", lambda: again(sets, one))
    assert_unchanged(store, NotFoundError, "The data set is in the trash", lambda: sets.trash(ANN, one.id))
    sets.bring_back(ANN, one.id)
    assert sets.all(ANN) == (one,)


def test_purging_takes_what_lay_there_long_with_its_data_and_no_more(
    store: Store, sets: DataSets, clock: Clock
) -> None:
    gone, kept = brought(sets), brought(sets, data_version="own-3")
    again(sets, gone, data_version="own-2")
    brought(sets, BOB, data_version="own-2")
    sets.trash(ANN, gone.id)
    clock.pass_by(days=TRASH_DAYS)
    store.purge()
    assert len(sets.all(ANN, in_trash=True)) == 1
    clock.pass_by(seconds=1)
    store.purge()
    assert sets.all(ANN, in_trash=True) == ()
    assert sets.all(ANN) == (kept,)
    assert store.data_versions() == ("own-3", "own-2"), "own-2 is Bob's, too"
    assert sets.purge() == 0


def test_a_data_set_goes_at_once_if_its_maker_says_so(store: Store, sets: DataSets) -> None:
    one = brought(sets)
    sets.trash(ANN, one.id)
    sets.remove(ANN, one.id)
    assert store.data_versions() == ()
    assert_unchanged(store, NotFoundError, NONE, lambda: sets.bring_back(ANN, one.id))


def test_a_data_set_stays_as_long_as_a_scenario_stands_on_any_version_of_it(
    store: Store, sets: DataSets, clock: Clock
) -> None:
    one = brought(sets)
    entry = store.save_new(ANN, "Plan", on(one), request_key=key())
    store.save(ANN, entry.id, snapshot(), on_top_of=1, request_key=key())
    again(sets, one)
    sets.trash(ANN, one.id)
    words = "1 saved scenario stands on this data set, counting former versions and what is in the trash"
    assert sets.standing_on(ANN, one.id) == words
    assert_unchanged(store, NotAllowedError, f"{words}; it can be removed once", lambda: sets.remove(ANN, one.id))
    clock.pass_by(days=TRASH_DAYS + 1)
    store.purge()
    old = store.revision(entry.id, 1, ANN)
    assert old.data_set == (one.id, 1)
    assert store.dataset(old.data_version, ANN) == sets.content(ANN, one.id, 1) == b"archive of own-1"
    with (
        pytest.raises(sa.exc.DatabaseError, match="that no scenario stands on"),
        db.writing(store.engine) as connection,
    ):
        connection.exec_driver_sql("DELETE FROM data_set_versions")
    store.trash(ANN, entry.id)
    clock.pass_by(days=TRASH_DAYS + 1)
    store.purge()
    assert sets.all(ANN, in_trash=True) == ()


def test_a_data_set_stays_as_long_as_unsaved_work_stands_on_it(store: Store, sets: DataSets, clock: Clock) -> None:
    one = brought(sets)
    store.keep_draft("key of Ann", "", {"pue": 1.2}, data_set_id=one.id)
    sets.trash(ANN, one.id)
    assert_unchanged(store, NotAllowedError, "Unsaved work stands on this data set", lambda: sets.remove(ANN, one.id))
    clock.pass_by(days=TRASH_DAYS + 1)
    assert sets.purge() == 0
    store.drop_draft("key of Ann", "")
    assert sets.purge() == 1


# --- Scenarios on it


def test_a_scenario_says_on_which_version_it_stands_and_keeps_it_when_restored(store: Store, sets: DataSets) -> None:
    one = brought(sets)
    entry = store.save_new(ANN, "Plan", on(one), request_key=key())
    assert entry.latest.data_set == (one.id, 1)
    two = again(sets, one)
    assert store.save(ANN, entry.id, on(two), on_top_of=1, request_key=key()).latest.data_set == (one.id, 2)
    assert store.restore_revision(ANN, entry.id, 1, on_top_of=2, request_key=key()).latest.data_set == (one.id, 1)
    assert store.save_new(ANN, "Plan", snapshot(), request_key=key()).latest.data_set is None


def test_a_scenario_worked_out_on_other_data_than_it_says_is_refused(store: Store, sets: DataSets) -> None:
    one = brought(sets)
    wrong = replace(on(one), data_set=(one.id, 2))
    assert_unchanged(
        store, NotFoundError, "There is no version 2 of this data set",
        lambda: store.save_new(ANN, "Plan", wrong, request_key=key()),
    )  # fmt: skip
    again(sets, one)
    assert_unchanged(
        store, FieldError, "holds data version own-2, not own-1; work the scenario out on it first",
        lambda: store.save_new(ANN, "Plan", wrong, request_key=key()),
    )  # fmt: skip


def test_default_data_are_open_even_if_somebody_brought_the_same_before(store: Store, sets: DataSets) -> None:
    brought(sets, data_version="data-1")
    assert not sets.may_see(BOB, "data-1")
    store.save_new(BOB, "Plan", snapshot(), request_key=key())
    brought(sets, BOB, data_version="data-1")
    assert sets.may_see(Person(None, None), "data-1")
    assert not sets.may_see(ANN, "data-2")


# --- Backups


@pytest.mark.parametrize("other_kind", KINDS)
def test_a_backup_carries_data_sets_versions_grants_and_who_may_see_them(
    store: Store, sets: DataSets, other_kind: str, tmp_path: Path
) -> None:
    one = again(sets, brought(sets))
    entry = store.save_new(ANN, "Plan", on(one), request_key=key())
    assert store.follow(store.link(ANN, entry.id), BOB) is not None
    store.keep_draft("key of Ann", "", {}, data_set_id=one.id)
    backup(store.engine, tmp_path / "b.db")
    other = Store.open(fresh_address(other_kind, tmp_path / "other"))
    restore(other.engine, tmp_path / "b.db", None)
    assert contents(other.engine) == contents(store.engine)
    assert other.data_sets.all(ANN) == (one,)
    assert [each.id for each in other.data_sets.all(BOB)] == [one.id]
    assert other.data_sets.all(CAROL) == ()
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), db.writing(other.engine) as connection:
        connection.execute(sa.update(tables.data_set_versions).values(note="x"))
    other.close()
