"""Whatever people saved with a released version opens in this one: stores, backups, links and drafts of each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.inputs.archive import unpack
from core.store import database as db
from core.store.backup import restore
from core.store.records import Search
from core.store.store import Store
from core.views.saved.reading import headline, scenario_of
from tests.support.stores import fresh_address

SAVED = Path(__file__).resolve().parents[1] / "saved"
VERSIONS = sorted(path.name for path in SAVED.iterdir() if path.is_dir())


@pytest.fixture(params=[(version, way) for version in VERSIONS for way in ("store", "backup")], ids="-".join)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, dict[str, Any]]]:
    """A store as a released version left it, or as its backup brings it back, with what is in it."""
    version, way = request.param
    told: dict[str, Any] = json.loads((SAVED / version / "told.json").read_text(encoding="utf-8"))
    if way == "store":
        shutil.copy(SAVED / version / "crossover.db", tmp_path)
        url = db.file_address(tmp_path / "crossover.db")
    else:
        url = fresh_address("sqlite", tmp_path)
    with closing(Store.open(url)) as store:
        if way == "backup":
            assert restore(store.engine, SAVED / version / "backup.db", None) == len(told["scenarios"])
        yield store, told


def test_every_released_version_left_a_store_a_backup_and_what_is_in_them() -> None:
    assert "1.0.0" in VERSIONS
    for version in VERSIONS:
        assert {path.name for path in (SAVED / version).iterdir()} == {"crossover.db", "backup.db", "told.json"}


def test_every_scenario_and_revision_is_there_with_the_figures_that_were_saved(
    opened: tuple[Store, dict[str, Any]],
) -> None:
    store, told = opened
    listed = {entry.id for where in (False, True) for entry in store.library(Search(in_trash=where)).entries}
    assert listed == set(told["scenarios"])
    for scenario_id, known in told["scenarios"].items():
        entry = store.scenario(scenario_id)
        assert (entry.name, entry.latest.number) == (known["name"], known["latest"])
        assert (entry.deleted_at is not None) == known["trash"]
        for number, value_usd in known["value_usd"].items():
            report = store.report(scenario_id, int(number))
            assert report["metrics"]["npv_usd"] == value_usd
            assert headline(report)
            assert scenario_of(report)


def test_the_data_that_were_saved_with_it_can_be_unpacked(opened: tuple[Store, dict[str, Any]]) -> None:
    store, told = opened
    for scenario_id in told["scenarios"]:
        version = store.scenario(scenario_id).latest.data_version
        assert unpack(store.dataset(version)).data_version == version


def test_links_lead_where_they_led(opened: tuple[Store, dict[str, Any]]) -> None:
    store, told = opened
    for token, (scenario_id, number) in told["links"].items():
        revision = store.follow(token)
        assert revision is not None
        assert (revision.scenario_id, revision.number) == (scenario_id, number)


def test_unsaved_work_is_still_there(opened: tuple[Store, dict[str, Any]]) -> None:
    store, told = opened
    found = store.draft(told["draft"]["key"], "")
    assert found is not None
    assert found[0]["now"]["levers"] == told["draft"]["levers"]
