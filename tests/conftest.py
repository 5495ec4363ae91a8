"""What every test may ask for: the bundled data, as the model reads it and as the oracle does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from core.data import Inputs
from core.data import bundled as load_bundled
from tests import reference
from tests.strategies import bundled_oracle

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    return load_bundled()


@pytest.fixture(scope="session")
def oracle() -> reference.Data:
    return bundled_oracle()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Benchmarks run only if they are named: `pytest tests/benchmarks`."""
    named = any("benchmarks" in argument for argument in config.args)
    return True if collection_path.name == "benchmarks" and not named else None
