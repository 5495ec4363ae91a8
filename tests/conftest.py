"""What every test may ask for: the bundled data, as the model reads it and as the oracle does."""

from __future__ import annotations

import os

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
