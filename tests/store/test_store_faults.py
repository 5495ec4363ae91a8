"""What goes wrong on disks, servers and networks: what was said to be saved is there, and the rest is said in words."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.store import database as db
from core.store import tables
from core.store.database import StoreUnavailableError
from core.store.records import Entry, Search
from core.store.store import Store
from tests.support import saving
from tests.support.effort import effort
from tests.support.postgres import Server, server
from tests.support.stores import KINDS, contents, fresh_address, key, snapshot

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / db.FILE_NAME


@pytest.fixture
def opened(path: Path) -> Iterator[Store]:
    store = Store.open(db.file_address(path))
    yield store
    store.close()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "SECONDS_TO_WAIT", 1)


def saved(store: Store, name: str = "Plan A") -> Entry:
    return store.save_new("Ann", name, snapshot(), request_key=key())


def in_another_process(what: Callable[..., None], *arguments: Any) -> Any:
    """What a function of tests/saving.py answers when it runs in a process of its own."""
    context = saving.processes()
    answers, end = context.Pipe(duplex=False)
    process = context.Process(target=what, args=(*arguments, end))
    process.start()
    end.close()
    answer = answers.recv() if answers.poll(60) else None
    process.join(10)
    assert answer is not None
    return answer


# --- Killed


def assert_whole(store: Store) -> None:
    """Nothing is torn: every scenario has its tags and all its revisions, and each of these stands in the log."""
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        latest = dict(connection.execute(sa.select(tables.scenarios.c.id, tables.scenarios.c.latest)).all())
        kept = connection.execute(sa.select(tables.revisions.c.scenario_id, tables.revisions.c.number)).all()
        logged = connection.execute(sa.select(tables.audit.c.scenario_id, tables.audit.c.detail)).all()
        tagged = connection.scalars(sa.select(tables.tags.c.scenario_id)).all()
    assert sorted(kept) == sorted((name, number) for name, last in latest.items() for number in range(1, last + 1))
    assert sorted(kept) == sorted((name, detail["version"]) for name, detail in logged)
    assert sorted(tagged) == sorted(latest)


def numbers_kept(store: Store) -> list[int]:
    """The numbers of the saves that are in the store, each after a look at all that was sent with it."""
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.revisions.c.request_key, tables.revisions.c.report)).all()
    for row in rows:
        number = row.report["number"]
        assert row.request_key == f"save {number}"
        assert row.report == saving.sent(number).report
    return sorted(row.report["number"] for row in rows)


def notes_of(pipe: Connection, until_done: int | None = None) -> Iterator[tuple[int, int]]:
    """What a saver told, up to the given acknowledgement or to the saver's end."""
    with contextlib.suppress(EOFError, ConnectionResetError):
        while pipe.poll(20):
            block = os.read(pipe.fileno(), saving.NOTE.size)
            if not block:
                return
            note = saving.NOTE.unpack(block)
            yield note
            if note == (saving.DONE, until_done):
                return


def test_however_often_it_is_killed_during_saves_it_has_lost_none_that_it_acknowledged_and_torn_none(
    path: Path,
) -> None:
    context, dice = saving.processes(), random.Random(20260301)
    url = db.file_address(path).render_as_string()
    acknowledged: list[int] = []
    struck, first = 0, 1
    for life in range(effort().kills):
        pipe, end = context.Pipe(duplex=False)
        process = context.Process(target=saving.save_without_end, args=(url, life, end, first))
        process.start()
        end.close()
        assert (saving.DONE, 0) in notes_of(pipe, until_done=0)  # it has opened the store
        time.sleep(dice.uniform(0.0, 0.025))
        process.kill()
        process.join()
        notes = list(notes_of(pipe))
        pipe.close()
        begun = [number for what, number in notes if what == saving.BEGUN]
        done = [number for what, number in notes if what == saving.DONE]
        acknowledged += done
        struck += len(begun) - len(done)
        first = (begun[-1] if begun else first - 1) + 1

        store = Store.open(db.file_address(path))
        assert_whole(store)
        there = _request_numbers(store)
        assert set(acknowledged) <= set(there) <= {*acknowledged, *begun}
        if begun[len(done) :]:  # what was not acknowledged is sent again, as a browser would
            again = begun[-1]
            saving.save(store, again, anew=True)
            assert _request_numbers(store).count(again) == 1
            acknowledged.append(again)
        store.close()
    store = Store.open(db.file_address(path))
    assert numbers_kept(store) == sorted(acknowledged) == list(range(1, first))
    assert struck > effort().kills / 2  # most met a save half way
    store.close()


def _request_numbers(store: Store) -> list[int]:
    with store.engine.connect() as connection:
        return [int(text.split()[1]) for text in connection.scalars(sa.select(tables.revisions.c.request_key))]


# --- No room


def assert_starved_with_dignity(told: dict[str, Any], words: str) -> None:
    assert told["refused"] == [f"StoreUnavailableError: {words}"] * 3
    assert told["total"] == told["acknowledged"]
    assert told["reports"] == list(range(told["acknowledged"]))
    assert told["followed"]
    assert told["total after"] == told["acknowledged"] + 2


FULL = "the disk is full; free some space, then try again"


def test_a_full_database_refuses_to_save_in_words_and_goes_on_reading(path: Path) -> None:
    store = Store.open(db.file_address(path))

    def at_most(pages: int) -> None:
        store.engine.dispose()
        sa.event.listen(
            store.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}")
        )

    told = saving.starved(store, lambda: at_most(100), lambda: at_most(10**6))
    assert_starved_with_dignity(told, FULL)
    store.close()


def test_files_that_may_not_grow_refuse_to_save_in_words_and_go_on_reading(path: Path) -> None:
    told = in_another_process(saving.starve, db.file_address(path).render_as_string())
    words = "the disk could not be read or written; check it and its free space, then try again"
    assert_starved_with_dignity(told, words)
    store = Store.open(db.file_address(path))
    assert store.library(Search()).total == told["total after"]
    store.close()


ON_A_SMALL_DISK = """
import json, sys
from pathlib import Path
from core.store import database as db
from core.store.store import (Store)
from tests.support.saving import starved

folder = Path(sys.argv[1])
filler = folder / "filler"
filler.write_bytes(bytes(1_000_000))
store = Store.open(db.file_address(folder / db.FILE_NAME))
print(json.dumps(starved(store, lambda: None, filler.unlink)))
"""


def test_a_full_disk_refuses_to_save_in_words_and_goes_on_reading(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=3m none "{disk}"'
    spaces = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if shutil.which("unshare") is None or subprocess.run([*spaces, mount], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk of his own")
    run = f'{mount} && exec "$0" -c "$1" "$2"'
    done = subprocess.run(
        [*spaces, run, sys.executable, ON_A_SMALL_DISK, str(disk)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert_starved_with_dignity(json.loads(done.stdout), FULL)


def test_a_server_without_room_is_told_from_one_that_is_gone(opened: Store) -> None:
    class DiskFullError(Exception):
        sqlstate = "53100"

    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, DiskFullError())

    sa.event.listen(opened.engine, "before_cursor_execute", fail)
    with pytest.raises(StoreUnavailableError, match="the database server's disk is full; free some space"):
        saved(opened)


# --- No right to write


@pytest.fixture
def used(path: Path) -> Iterator[Path]:
    """A store that holds one scenario and is closed; its folder may be written to again after the test."""
    store = Store.open(db.file_address(path))
    saved(store)
    store.close()
    yield path
    path.parent.chmod(0o755)


def use_as_others_do(path: Path) -> dict[str, str]:
    told: dict[str, str] = in_another_process(saving.use_as_others_do, db.file_address(path).render_as_string())
    return told


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="drops the superuser's rights as Linux does")


@on_linux
@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555), (0o000, 0o755)])
def test_a_folder_or_file_that_allows_nothing_is_refused_in_words_and_stays_as_it_is(
    used: Path, file_mode: int, folder_mode: int
) -> None:
    before = used.read_bytes()
    used.chmod(file_mode)
    used.parent.chmod(folder_mode)
    told = use_as_others_do(used)
    assert told["open"].startswith(f"StoreUnusableError: {used} cannot be used: the file ")
    assert "give this account the right to" in told["open"] or "check that its folder is there" in told["open"]
    used.chmod(0o644)
    assert used.read_bytes() == before
    assert [file.name for file in used.parent.iterdir()] == [used.name]
    used.parent.chmod(0o755)
    assert use_as_others_do(used) == {"open": "", "look": "1 found", "save": "saved"}


@on_linux
def test_a_folder_that_may_not_be_made_is_refused_in_words(used: Path) -> None:
    used.parent.chmod(0o555)
    told = use_as_others_do(used.parent / "new" / used.name)
    assert told["open"].endswith("cannot be used (Permission denied); choose another folder with CROSSOVER_FOLDER")


# --- Others in the way


def test_who_waits_too_long_for_another_writer_is_told_and_reading_goes_on(path: Path, short_waits: None) -> None:
    store = Store.open(db.file_address(path))
    entry = saved(store)
    token = store.link("Ann", entry.id)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(StoreUnavailableError, match="somebody else is writing; try again in a moment"):
        saved(store)
    assert 0.9 < time.monotonic() - started < 3
    assert store.library(Search()).entries == (entry,)
    assert store.follow(token) == entry.latest
    other.execute("ROLLBACK")
    saved(store)
    assert store.library(Search()).total == 2
    other.close()
    store.close()


def test_who_waits_a_little_for_another_writer_is_served(opened: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
    assert saved(opened).latest.number == 1


def test_who_opens_a_store_that_another_process_is_about_to_make_waits_for_it(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
    store = Store.open(db.file_address(path))
    assert saved(store).latest.number == 1
    store.close()


@pytest.mark.postgres
def test_who_waits_too_long_for_a_row_on_the_server_is_told(short_waits: None) -> None:
    store = Store.open(server().schema())
    entry = saved(store)
    with db.writing(store.engine) as other:
        other.execute(sa.select(tables.scenarios).with_for_update())
        with pytest.raises(StoreUnavailableError, match="somebody else is writing; try again in a moment"):
            store.rename("Ann", entry.id, "Plan B")
    store.rename("Ann", entry.id, "Plan B")
    store.close()


def test_more_visitors_than_connections_wait_and_are_served(opened: Store) -> None:
    with ThreadPoolExecutor(40) as threads:
        assert len({entry.id for entry in threads.map(lambda i: saved(opened, f"Plan {i}"), range(40))}) == 40
    assert opened.library(Search()).total == 40


def test_more_visitors_than_connections_for_too_long_are_told(path: Path, short_waits: None) -> None:
    store = Store.open(db.file_address(path))
    with contextlib.ExitStack() as held:
        for _ in range(15):
            held.enter_context(store.engine.connect())
        with pytest.raises(StoreUnavailableError, match="the database does not answer; try again in a moment"):
            store.library(Search())
    assert store.library(Search()).total == 0
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_copies_of_the_product_that_start_at_once_make_one_store(kind: str, tmp_path: Path) -> None:
    context = saving.processes()
    for attempt in range(3 if kind == "sqlite" else 1):
        address = fresh_address(kind, tmp_path / str(attempt))
        together = context.Barrier(4)
        answers, end = context.Pipe(duplex=False)
        text = address.render_as_string(hide_password=False)
        children = [context.Process(target=saving.open_together, args=(text, together, end)) for _ in range(4)]
        for child in children:
            child.start()
        for child in children:
            child.join(30)
        assert [answers.recv() for _ in children if answers.poll(1)] == ["saved"] * 4
        store = Store.open(address)
        assert store.library(Search()).total == 4
        store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_that_is_opened_by_many_threads_at_once_is_one_store(kind: str, tmp_path: Path) -> None:
    address = fresh_address(kind, tmp_path)
    together = threading.Barrier(6)

    def open_and_save(_number: int) -> None:
        together.wait()
        store = Store.open(address)
        saved(store)
        store.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(open_and_save, range(6)))
    store = Store.open(address)
    assert store.library(Search()).total == 6
    store.close()


# --- PostgreSQL comes and goes


@pytest.fixture
def restless() -> Iterator[Server]:
    """The server, which is up again after the test in any case."""
    yield server()
    server().start()


@pytest.mark.postgres
def test_while_the_server_is_down_saves_are_refused_and_later_none_is_lost_or_doubled(restless: Server) -> None:
    store = Store.open(restless.schema())
    entry = saved(store)
    token = store.link("Ann", entry.id)
    before = contents(store.engine)
    restless.stop()
    acts: list[Callable[[], object]] = [
        lambda: store.save("Ann", entry.id, snapshot(), on_top_of=1, request_key="retried"),
        lambda: saved(store),
        lambda: store.library(Search()),
        lambda: store.follow(token),
        lambda: store.keep_draft("key", "", {"pue": 1.2}),
    ]
    for act in acts:
        started = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="the database does not answer; try again in a moment"):
            act()
        assert time.monotonic() - started < 6
    restless.start()
    assert contents(store.engine) == before
    for _ in range(2):
        again = store.save("Ann", entry.id, snapshot(), on_top_of=1, request_key="retried")
        assert again.latest.number == 2
    assert store.follow(token) == again.latest
    assert store.library(Search()).total == 1
    store.close()


@pytest.mark.postgres
def test_saves_that_are_sent_until_they_are_acknowledged_are_there_once_each_across_restarts(restless: Server) -> None:
    store = Store.open(restless.schema())
    entries = [saved(store, f"Plan {worker}") for worker in range(3)]
    refused: list[str] = []
    enough = threading.Event()

    def keep_saving(entry: Entry) -> int:
        number = 1
        while not enough.is_set():
            try:
                made, request = snapshot(number=number + 1), f"{entry.id} {number + 1}"
                store.save("Ann", entry.id, made, on_top_of=number, request_key=request)
            except StoreUnavailableError as error:
                refused.append(str(error))
                time.sleep(0.01)
            else:
                number += 1
        return number

    with ThreadPoolExecutor(3) as threads:
        workers = [threads.submit(keep_saving, entry) for entry in entries]
        for _ in range(3):
            time.sleep(0.15)
            restless.stop()
            time.sleep(0.05)
            restless.start()
        time.sleep(0.15)
        enough.set()
        last = [worker.result() for worker in workers]
    assert refused
    for entry, number in zip(entries, last, strict=True):
        assert [revision.number for revision in store.revisions(entry.id)] == list(range(number, 0, -1))
        assert [store.report(entry.id, i)["number"] for i in range(2, number + 1)] == list(range(2, number + 1))
        assert len(store.events(entry.id, most=10_000)) == number
    store.close()


@pytest.mark.postgres
def test_a_connection_that_is_cut_in_the_middle_of_a_save_leaves_nothing_behind() -> None:
    store = Store.open(server().schema())
    entry = saved(store)
    before = contents(store.engine)

    def cut(connection: sa.Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("INSERT INTO audit"):
            pid = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            server().execute(f"SELECT pg_terminate_backend({pid}, 5000)")

    sa.event.listen(store.engine, "before_cursor_execute", cut)
    with pytest.raises(StoreUnavailableError, match="the database does not answer"):
        store.save("Ann", entry.id, snapshot(), on_top_of=1, request_key="retried")
    sa.event.remove(store.engine, "before_cursor_execute", cut)
    assert contents(store.engine) == before
    assert store.save("Ann", entry.id, snapshot(), on_top_of=1, request_key="retried").latest.number == 2
    store.close()


@pytest.mark.postgres
def test_connections_that_were_cut_while_nobody_looked_are_made_anew_without_a_word() -> None:
    store = Store.open(server().schema())
    saved(store)
    server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                     "AND backend_type = 'client backend'")  # fmt: skip
    saved(store)
    assert store.library(Search()).total == 2
    store.close()


@pytest.mark.postgres
def test_a_server_that_may_only_be_read_says_so_and_is_read() -> None:
    address = server().database()
    store = Store.open(address)
    entry = saved(store)
    token = store.link("Ann", entry.id)
    server().execute(f"ALTER DATABASE {address.database} SET default_transaction_read_only = on")
    store.engine.dispose()  # new connections learn of it
    with pytest.raises(StoreUnavailableError, match="the database server may only be read just now"):
        saved(store)
    assert store.library(Search()).entries == (entry,)
    assert store.follow(token) == entry.latest
    server().execute(f"ALTER DATABASE {address.database} RESET default_transaction_read_only")
    store.engine.dispose()
    saved(store)
    store.close()
