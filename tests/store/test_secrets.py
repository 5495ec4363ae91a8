"""The server's secrets: made once, whoever asks first, and kept through backups and restores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.store.backup import backup, restore
from core.store.store import SECRET_BYTES, Store
from tests.support.stores import KINDS, fresh_address, key, snapshot


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    return fresh_address(request.param, tmp_path)


def test_a_secret_is_long_stays_what_it_is_and_differs_from_others(address: sa.URL) -> None:
    store = Store.open(address)
    first = store.secret("cookies")
    assert len(first) == SECRET_BYTES
    assert store.secret("cookies") == first
    assert store.secret("other") != first
    store.close()
    again = Store.open(address)
    assert again.secret("cookies") == first
    again.close()


def test_servers_that_ask_at_once_get_the_same(address: sa.URL) -> None:
    stores = [Store.open(address) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda number: stores[number % 4].secret("cookies"), range(16)))
    assert len(set(got)) == 1
    for store in stores:
        store.close()


def test_a_backup_brings_its_secrets_and_one_without_any_leaves_those_that_are_in_use(
    address: sa.URL, tmp_path: Path
) -> None:
    store = Store.open(address)
    store.save_new("Ann", "Plan A", snapshot(), request_key=key())
    backup(store.engine, tmp_path / "without.db")
    first = store.secret("cookies")
    backup(store.engine, tmp_path / "with.db")
    restore(store.engine, tmp_path / "without.db", tmp_path / "kept.db")
    assert store.secret("cookies") == first, "browsers keep their keys, hence their work"
    other = Store.open(fresh_address("sqlite", tmp_path / "other"))
    assert other.secret("cookies") != first
    restore(other.engine, tmp_path / "with.db", None)
    assert other.secret("cookies") == first
    other.close()
    store.close()
