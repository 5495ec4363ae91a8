"""A store of its own for each test, empty, in either kind of database, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.store.store import Store
from tests.support.stores import KINDS, Clock, fresh_address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    return fresh_address(request.param, tmp_path)


@pytest.fixture
def store(address: sa.URL, clock: Clock) -> Iterator[Store]:
    opened = Store.open(address, clock)
    yield opened
    opened.close()
