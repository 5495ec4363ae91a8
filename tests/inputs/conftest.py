"""What the tests of the data share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.frozen import EXAMPLE_FOLDER, FROZEN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the frozen CSV files, to be spoilt."""
    for path in FROZEN.glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the CSV files of the example company, to be spoilt."""
    for path in EXAMPLE_FOLDER.glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path
