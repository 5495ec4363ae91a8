"""Files of the store are closed to other accounts of the machine, those of earlier versions too."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store import database as db
from core.store.backup import backup, restore
from core.store.store import Store
from tests.support.stores import key, snapshot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files have no such modes there")


@pytest.fixture(autouse=True)
def _usual_mask() -> Iterator[None]:
    """As most accounts have it: whatever is made without care may be read by all."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: mode(file) for file in folder.iterdir()}


def used(path: Path) -> Store:
    """A store that is open and holds a scenario, so that SQLite keeps files beside it."""
    store = Store.open(db.file_address(path))
    store.save_new("Ann", "Plan A", snapshot(), request_key=key())
    return store


def test_a_new_store_is_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "store" / db.FILE_NAME
    store = used(path)
    assert mode(path.parent) == 0o700
    assert modes(path.parent) == dict.fromkeys([path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600)
    store.close()
    assert modes(path.parent) == {path.name: 0o600}


def test_a_store_that_was_open_to_all_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "store" / db.FILE_NAME
    first = used(path)  # still open, as a server that was killed leaves it
    path.parent.chmod(0o755)
    for file in path.parent.iterdir():
        file.chmod(0o644)
    second = used(path)
    assert mode(path.parent) == 0o700
    assert modes(path.parent) == dict.fromkeys([path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600)
    first.close()
    second.close()


def test_a_folder_with_other_things_in_it_stays_as_open_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    tmp_path.chmod(0o755)
    used(tmp_path / db.FILE_NAME).close()
    assert (mode(tmp_path), modes(tmp_path)) == (0o755, {"letter.txt": 0o644, db.FILE_NAME: 0o600})


def test_the_products_own_folder_is_closed_whatever_lies_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "DEFAULT_FOLDER", tmp_path)
    (tmp_path / "old.db").write_text("a backup")
    tmp_path.chmod(0o755)
    used(tmp_path / db.FILE_NAME).close()
    assert mode(tmp_path) == 0o700


def test_rights_are_taken_away_and_never_given(tmp_path: Path) -> None:
    path = tmp_path / "store" / db.FILE_NAME
    used(path).close()
    path.parent.chmod(0o500)
    path.chmod(0o640)
    try:
        Store.open(db.file_address(path)).close()
        assert (mode(path.parent), mode(path)) == (0o500, 0o600)
    except db.StoreUnusableError:
        assert os.geteuid() != 0, "who may write nothing there is told so"
    finally:
        path.parent.chmod(0o700)


def test_what_cannot_be_used_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "store" / db.FILE_NAME
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(db.StoreUnusableError, match="of another program"):
        Store.open(db.file_address(path))
    assert (mode(path.parent), mode(path)) == (0o755, 0o644)


@pytest.mark.parametrize("error", [PermissionError(1, "not yours"), OSError(95, "no modes"), NotImplementedError()])
def test_a_file_system_without_modes_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    path = tmp_path / "store" / db.FILE_NAME
    used(path).close()
    path.chmod(0o644)

    def refuse(_path: Path, _mode: int, **_more: object) -> None:
        raise error

    monkeypatch.setattr(Path, "chmod", refuse)
    used(path).close()
    assert mode(path) == 0o644


def test_a_backup_is_for_nobody_else_and_so_is_what_a_restore_keeps(tmp_path: Path) -> None:
    store = used(tmp_path / "store" / db.FILE_NAME)
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(store.engine, folder / "b.db")
    restore(store.engine, folder / "b.db", folder / "kept.db")
    assert (mode(folder), modes(folder)) == (0o755, {"b.db": 0o600, "kept.db": 0o600})
    store.close()
