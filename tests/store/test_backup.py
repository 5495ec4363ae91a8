"""Backup and restore while the product runs: one moment, all of it, between either kind of database."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import core.store.backup
from core.store import database as db
from core.store.backup import ROWS_AT_ONCE, backup, restore
from core.store.database import StoreError, StoreUnavailableError
from core.store.records import Entry, NotFoundError, Search
from core.store.store import Store
from tests.support import saving
from tests.support.stores import KINDS, Clock, contents, fill, fresh_address, key, snapshot


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=KINDS)
def other_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(fresh_address(kind, tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def other(other_kind: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(fresh_address(other_kind, tmp_path / "other"))
    yield opened
    opened.close()


def use(store: Store, names: str = "ABC") -> list[Entry]:
    """Leave something in every table."""
    entries = []
    for name in names:
        entry = store.save_new(
            "Ann", f"Größe {name}", snapshot(0.1 + 0.2, name=name), request_key=key(), tags=["board", name]
        )
        entries.append(store.save("Bob", entry.id, snapshot(None), on_top_of=1, request_key=key(), note="\u200f"))
        store.revoke("Ann", (store.link("Ann", entry.id), store.links(entry.id)[0].id)[1])
        store.follow(store.link("Bob", entry.id, revision=1))
    store.trash("Ann", entries[-1].id)
    store.name_visitor("key", "Ann")
    store.keep_draft("key", "", {"pue": 1.2})
    return entries


def opened(file: Path) -> Store:
    return Store.open(db.file_address(file))


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# --- Backup


def test_a_backup_is_one_file_that_holds_everything(store: Store, tmp_path: Path) -> None:
    use(store)
    file = tmp_path / "backups" / "a b#?%é.db"
    file.parent.mkdir()
    before = contents(store.engine)
    assert backup(store.engine, file) == 3
    assert files(file.parent) == [file.name]
    assert contents(store.engine) == before
    copy = opened(file)
    assert contents(copy.engine) == before
    assert copy.library(Search()).entries == store.library(Search()).entries
    copy.close()


def test_more_rows_than_are_copied_at_once_are_all_copied(store: Store, tmp_path: Path) -> None:
    fill(store, ROWS_AT_ONCE + 1)
    assert backup(store.engine, tmp_path / "b.db") == ROWS_AT_ONCE + 1
    copy = opened(tmp_path / "b.db")
    assert contents(copy.engine) == contents(store.engine)
    copy.close()


def test_a_backup_of_an_empty_store_is_one_too(store: Store, tmp_path: Path) -> None:
    assert backup(store.engine, tmp_path / "b.db") == 0
    assert opened(tmp_path / "b.db").library(Search()).total == 0


def test_a_file_that_is_there_is_never_overwritten(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    file.write_text("mine")
    with pytest.raises(StoreError, match=r"b\.db exists already; name a file that does not"):
        backup(store.engine, file)
    assert file.read_text() == "mine"


def test_a_backup_into_a_folder_that_is_not_there_is_refused_in_words(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be written \(No such file or directory\); name a file in a folder"):
        backup(store.engine, tmp_path / "nowhere" / "b.db")


def test_a_backup_that_fails_leaves_no_file_behind(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(store)

    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, Exception("no more"))

    folder = tmp_path / "backups"
    folder.mkdir()
    monkeypatch.setattr("core.store.backup._copy", fail)
    with pytest.raises(StoreUnavailableError):
        backup(store.engine, folder / "b.db")
    assert files(folder) == []


def test_a_backup_shows_one_moment_however_much_is_saved_meanwhile(store: Store, tmp_path: Path) -> None:
    fill(store, 300)
    enough = threading.Event()
    acknowledged: list[str] = []

    def keep_saving() -> None:
        while not enough.is_set():
            entry = store.save_new("Ann", "New", snapshot(), request_key=key(), tags=["new"])
            acknowledged.append(entry.id)
            store.save("Ann", entry.id, snapshot(), on_top_of=1, request_key=key())

    saver = threading.Thread(target=keep_saving)
    saver.start()
    try:
        for number in range(4):
            before = len(acknowledged)
            backup(store.engine, tmp_path / f"{number}.db")
            after = len(acknowledged)
            assert_one_moment(tmp_path / f"{number}.db", acknowledged[:before], acknowledged[: after + 1])
    finally:
        enough.set()
        saver.join()
    assert after > before  # it was not kept from saving


def assert_one_moment(file: Path, least: list[str], most: list[str]) -> None:
    copy = opened(file)
    rows = contents(copy.engine)
    copy.close()
    latest = {row[0]: row[7] for row in rows["scenarios"]}
    kept = sorted((row[0], row[1]) for row in rows["revisions"])
    assert kept == sorted((name, number) for name, last in latest.items() for number in range(1, last + 1))
    assert kept == sorted((row[4], row[5]["version"]) for row in rows["audit"])
    assert {row[0] for row in rows["tags"]} == set(latest)
    new = {name for name in latest if name not in {f"s{i}" for i in range(300)}}
    assert set(least) <= new
    assert len(new) <= len(most)


# --- Restore


def test_a_backup_of_either_kind_of_database_is_restored_into_either(
    store: Store, other: Store, tmp_path: Path
) -> None:
    use(store)
    use(other, "XY")
    before, kept = contents(store.engine), contents(other.engine)
    backup(store.engine, tmp_path / "b.db")
    assert restore(other.engine, tmp_path / "b.db", tmp_path / "kept.db") == 3
    assert contents(other.engine) == before
    copy = opened(tmp_path / "kept.db")
    assert contents(copy.engine) == kept
    copy.close()


@pytest.mark.parametrize("held_before", ["V", "VWXYZ"])  # less and more than the backup, so that numbers differ
def test_a_store_that_was_restored_goes_on_as_if_nothing_had_been(
    store: Store, other: Store, tmp_path: Path, held_before: str
) -> None:
    entry = use(store)[0]
    token = store.link("Ann", entry.id)
    backup(store.engine, tmp_path / "b.db")
    use(other, held_before)
    for _ in range(8):  # as often as it takes until drivers keep what they prepared
        other.library(Search("größe"))
    restore(other.engine, tmp_path / "b.db", tmp_path / "kept.db")
    assert other.library(Search("größe")).entries == store.library(Search("größe")).entries
    links = max(link.id for found in use(other, "D") for link in other.links(found.id))
    assert links > max(link.id for found in store.library(Search()).entries for link in store.links(found.id))
    assert other.events()[0].at > store.events()[0].at
    assert other.follow(token) == entry.latest
    assert other.save("Ann", entry.id, snapshot(), on_top_of=2, request_key=key()).latest.number == 3
    with db.writing(other.engine) as connection, pytest.raises(sa.exc.DatabaseError, match="never changed"):
        connection.execute(sa.text("UPDATE revisions SET note = 'x'"))


def test_restoring_twice_gives_the_same_and_keeps_both_times(store: Store, tmp_path: Path) -> None:
    use(store)
    backup(store.engine, tmp_path / "b.db")
    first = contents(store.engine)
    use(store, "DE")
    second = contents(store.engine)
    for number in range(2):
        restore(store.engine, tmp_path / "b.db", tmp_path / f"kept-{number}.db")
        assert contents(store.engine) == first
    restore(store.engine, tmp_path / "kept-0.db", tmp_path / "kept-2.db")
    assert contents(store.engine) == second


def test_an_empty_store_needs_no_place_to_keep_what_it_holds(store: Store, other: Store, tmp_path: Path) -> None:
    use(store)
    backup(store.engine, tmp_path / "b.db")
    assert restore(other.engine, tmp_path / "b.db", None) == 3
    with pytest.raises(StoreError, match="The store is not empty; say where to keep what it holds now"):
        restore(other.engine, tmp_path / "b.db", None)
    assert contents(other.engine) == contents(store.engine)


def test_unsaved_work_is_kept_too_before_a_restore(store: Store, tmp_path: Path) -> None:
    backup(store.engine, tmp_path / "b.db")
    store.keep_draft("key", "", {"pue": 1.2})
    restore(store.engine, tmp_path / "b.db", tmp_path / "kept.db")
    assert store.draft("key", "") is None
    restore(store.engine, tmp_path / "kept.db", None)
    kept = store.draft("key", "")
    assert kept is not None and kept[0] == {"pue": 1.2}


def test_a_restore_that_cannot_keep_what_was_there_changes_nothing(store: Store, tmp_path: Path) -> None:
    use(store)
    backup(store.engine, tmp_path / "b.db")
    use(store, "D")
    before = contents(store.engine)
    for keep, words in ((tmp_path / "b.db", "exists already"), (tmp_path / "nowhere" / "k.db", "cannot be written")):
        with pytest.raises(StoreError, match=words):
            restore(store.engine, tmp_path / "b.db", keep)
        assert contents(store.engine) == before
    store.rename("Ann", store.library(Search()).entries[0].id, "Saving goes on")


def test_a_restore_that_breaks_off_at_the_very_end_changes_nothing_and_saving_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(store.engine, tmp_path / "b.db")
    use(store)
    before = contents(store.engine)
    copy, calls = core.store.backup._copy, []

    def break_off(source: sa.Connection, target: sa.Connection) -> int:
        count = copy(source, target)
        calls.append(count)
        if len(calls) == 2:  # the first is what is kept
            raise ZeroDivisionError
        return count

    monkeypatch.setattr("core.store.backup._copy", break_off)
    with pytest.raises(ZeroDivisionError):
        restore(store.engine, tmp_path / "b.db", tmp_path / "kept.db")
    assert contents(store.engine) == before
    use(store)
    assert store.library(Search()).total == 4


def missing(file: Path) -> str:
    return "is not there; name the file of a backup"


def folder(file: Path) -> str:
    file.mkdir()
    return "is not there; name the file of a backup"


def empty(file: Path) -> str:
    file.touch()
    return "is damaged or no backup"


def prose(file: Path) -> str:
    file.write_text("Dear Ann, this is no backup.\n" * 1000)
    return "is damaged or no backup"


def cut_short(file: Path) -> str:
    store = opened(file)
    fill(store, 50)
    store.close()
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)
    return "is damaged or no backup"


def no_tables(file: Path) -> str:
    engine = sa.create_engine(db.file_address(file))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE x (y)")
        connection.exec_driver_sql("DROP TABLE x")
    return "is no backup of this store"


def other_program(file: Path) -> str:
    engine = sa.create_engine(db.file_address(file))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE invoices (number)")
    return "is no backup of this store"


def newer(file: Path) -> str:
    opened(file).close()
    engine = sa.create_engine(db.file_address(file))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    return r"was written by a newer version of Crossover \(store version 9999\)"


@pytest.mark.parametrize(
    "make",
    [missing, folder, empty, prose, cut_short, no_tables, other_program, newer],
    ids=lambda make: make.__name__,
)
def test_what_is_no_backup_is_refused_by_its_name_and_the_store_stays(
    store: Store, tmp_path: Path, make: Callable[[Path], str]
) -> None:
    use(store)
    before = contents(store.engine)
    file = tmp_path / "b.db"
    words = make(file)
    with pytest.raises(StoreError, match=words) as told:
        restore(store.engine, file, tmp_path / "kept.db")
    assert str(told.value).startswith(str(file))
    assert contents(store.engine) == before
    assert not (tmp_path / "kept.db").exists()


def test_a_backup_of_an_older_version_is_brought_up_to_date_and_stays_as_it_is(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    engine = sa.create_engine(db.file_address(file))
    with engine.begin() as connection:
        db.migrate(connection, "0001")
    engine.dispose()
    before = file.read_bytes()
    use(store)
    assert restore(store.engine, file, tmp_path / "kept.db") == 0
    assert store.library(Search()).total == 0
    use(store)
    assert file.read_bytes() == before


def test_a_store_file_that_was_copied_with_its_log_is_restored_with_what_the_log_holds(
    store: Store, tmp_path: Path
) -> None:
    source = opened(tmp_path / "source" / "s.db")
    use(source)
    before = contents(source.engine)
    copied = tmp_path / "copied"
    shutil.copytree(tmp_path / "source", copied)  # while it is in use: most of it stands in the log
    source.close()
    assert (copied / "s.db-wal").stat().st_size > (copied / "s.db").stat().st_size
    assert restore(store.engine, copied / "s.db", None) == 3
    assert contents(store.engine) == before


def test_whatever_is_saved_during_a_restore_is_in_what_was_kept_or_in_what_there_is(
    store: Store, tmp_path: Path
) -> None:
    use(store)
    backup(store.engine, tmp_path / "b.db")
    fill_more(store, 100)
    enough = threading.Event()
    acknowledged: list[str] = []
    refused: list[Exception] = []

    def keep_saving() -> None:
        while not enough.is_set():
            try:
                acknowledged.append(store.save_new("Ann", "New", snapshot(), request_key=key()).id)
                store.library(Search("new"))
            except StoreUnavailableError as error:
                refused.append(error)

    savers = [threading.Thread(target=keep_saving) for _ in range(3)]
    for saver in savers:
        saver.start()
    try:
        time.sleep(0.1)
        restore(store.engine, tmp_path / "b.db", tmp_path / "kept.db")
        time.sleep(0.1)
    finally:
        enough.set()
        for saver in savers:
            saver.join()
    kept = opened(tmp_path / "kept.db")
    here, there = ({row[0] for row in contents(s.engine)["scenarios"]} for s in (store, kept))
    kept.close()
    assert set(acknowledged) <= here | there
    assert set(acknowledged) & here and set(acknowledged) & there


def test_whoever_reads_during_a_restore_sees_the_old_or_the_new_and_is_never_kept_waiting(
    store: Store, tmp_path: Path
) -> None:
    entry = use(store)[0]
    backup(store.engine, tmp_path / "b.db")
    fill_more(store, 200)
    enough = threading.Event()
    totals: list[int] = []
    names: list[str] = []

    def keep_reading() -> None:
        while not enough.is_set():
            totals.append(store.library(Search()).total)
            names.append(store.scenario(entry.id).name)

    readers = [threading.Thread(target=keep_reading) for _ in range(3)]
    for reader in readers:
        reader.start()
    restore(store.engine, tmp_path / "b.db", tmp_path / "kept.db")
    enough.set()
    for reader in readers:
        reader.join()
    totals.append(store.library(Search()).total)
    assert set(totals) == {202, 2}
    assert set(names) == {entry.name}


def fill_more(store: Store, count: int) -> None:
    for number in range(count):
        store.save_new("Ann", f"More {number}", snapshot(), request_key=key())


def test_a_page_that_looks_at_what_a_restore_took_away_is_told_so(store: Store, tmp_path: Path) -> None:
    backup(store.engine, tmp_path / "b.db")
    entry = use(store)[0]
    restore(store.engine, tmp_path / "b.db", tmp_path / "kept.db")
    for act in (
        lambda: store.scenario(entry.id),
        lambda: store.save("Ann", entry.id, snapshot(), on_top_of=2, request_key=key()),
    ):
        with pytest.raises(NotFoundError, match="There is no such scenario"):
            act()


def test_killed_in_the_middle_of_a_restore_the_store_holds_the_old_or_the_new(tmp_path: Path) -> None:
    address = fresh_address("sqlite", tmp_path)
    store, clock = Store.open(address), Clock()
    fill(store, 150)
    backup(store.engine, tmp_path / "old.db")
    old = contents(store.engine)
    store.rename("Ann", "s0", "Another name")
    new = contents(store.engine)
    backup(store.engine, tmp_path / "new.db")
    store.close()
    context, dice, ends = saving.processes(), random.Random(20260302), []
    for life in range(12):
        source, wanted = (("old.db", old), ("new.db", new))[life % 2]
        before = contents(Store.open(address, clock).engine)
        pipe, end = context.Pipe(duplex=False)
        arguments = (address.render_as_string(), str(tmp_path / source), str(tmp_path / f"kept-{life}.db"), end)
        process = context.Process(target=saving.restore_once, args=arguments)
        process.start()
        end.close()
        pipe.poll(20)
        time.sleep(dice.uniform(0.0, 0.16))
        process.kill()
        process.join()
        done = len(told_by(pipe)) == 2
        again = Store.open(address)
        after = contents(again.engine)
        again.close()
        assert after == wanted if done else after in (before, wanted)
        ends.append("done" if done else "broken off")
    assert "broken off" in ends


def told_by(pipe: Any) -> bytes:
    told = b""
    with contextlib.suppress(EOFError):
        while pipe.poll(1):
            block = os.read(pipe.fileno(), 100)
            if not block:
                break
            told += block
    return told[:: saving.NOTE.size]
