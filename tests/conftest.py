"""What every test may ask for: the frozen data, as the model reads it and as the oracle does."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import app_test

from core.inputs.data import Inputs
from core.store.database import FOLDER_VARIABLE, URL_VARIABLE
from tests.support import reference
from tests.support.effort import load_profile
from tests.support.frozen import INPUTS
from tests.support.strategies import frozen_oracle

load_profile()

gc.disable()  # while modules are imported and tests collected: next to nothing of that is garbage


@pytest.fixture(scope="session", autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests save out of the store of whoever runs them; servers that tests start inherit it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("store")))
        patch.delenv(URL_VARIABLE, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _packages_are_looked_through_once() -> Iterator[None]:
    """For each visitor that a test plays, Streamlit looks through all that is installed for components, which takes
    longer than the page, and compiles its script anew: once a process will do.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        patch.setattr(app_test, "ScriptCache", cache(app_test.ScriptCache))
        yield


@pytest.fixture
def visitor_key() -> str | None:
    """The key of the browser that a page test plays; a test may say another."""
    return None


@pytest.fixture(autouse=True)
def _browser_of_a_page_test(visitor_key: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no browser, hence no cookies; and it leaves the page as `__main__`, which new processes would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr("pages.parts.work.identity._key", lambda: visitor_key)


@pytest.fixture(autouse=True)
def _no_long_work(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page test sees its page as it stands before thousands of futures are drawn, unless it asks for `long_work`."""
    if "long_work" not in request.fixturenames:
        monkeypatch.setattr("pages.parts.kept.odds.worked_out", lambda *_args, **_settings: st.stop())
        monkeypatch.setattr("pages.parts.kept.odds.first_futures", lambda *_args: st.stop)
        # Nor does it see what a test before it has had worked out.
        monkeypatch.setattr("pages.parts.kept.odds.known", lambda *_args: None)


@pytest.fixture
def long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that a page does after all else stands is done, and at once."""
    monkeypatch.setattr("pages.parts.kept.odds.PAUSE_SECONDS", 0.0)


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    return INPUTS


@pytest.fixture(scope="session")
def oracle() -> reference.Data:
    return frozen_oracle()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What stands now stays to the end: without it among what is searched for garbage, pages are drawn sooner."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Leave the process as it would have been."""
    gc.unfreeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Benchmarks run only if they are named: `pytest tests/benchmarks`."""
    named = any("benchmarks" in argument for argument in config.args)
    return True if collection_path.name == "benchmarks" and not named else None
