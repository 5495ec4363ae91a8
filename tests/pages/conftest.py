"""What tests of the work of a visitor may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.database import FOLDER_VARIABLE
from core.store.store import Store, shared_store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store of this test's own, as the pages open it."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    yield shared_store()
    shared_store().close()
