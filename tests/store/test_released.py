"""Whatever people saved with a released version opens in this one: stores, backups, links and drafts of each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.inputs.archive import case_in, unpack
from core.inputs.case import Case
from core.inputs.data import Inputs
from core.store import database as db
from core.store import tables as kept
from core.store.backup import restore
from core.store.records import Search
from core.store.store import Store
from core.views.saved import tables
from core.views.saved.difference import Reopening, reopen
from core.views.saved.finding import basis, sentence
from core.views.saved.reading import LEAVE_ONE_OUT, contributions, headline, levers, summary
from tests.support.altered import CAPACITY, PRICE, altered
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.stores import KINDS, fresh_address
from tests.support.words import said

SAVED = Path(__file__).resolve().parents[1] / "saved"
VERSIONS = sorted(path.name for path in SAVED.iterdir() if path.is_dir())
OF_MODEL_1 = [version for version in VERSIONS if version in ("1.0.0", "1.1.0")]
AGREES = 1e-9
OF_MODEL_2 = [version for version in VERSIONS if version not in OF_MODEL_1]


@cache
def unpacked(block: bytes) -> Inputs:
    """The data set of an archive, which the store and its backup and many a scenario have alike."""
    return unpack(block)


def told_of(version: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((SAVED / version / "told.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture(params=[(version, way) for version in VERSIONS for way in ("store", "backup")], ids="-".join)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, dict[str, Any]]]:
    """A store as a released version left it, or as its backup brings it back, with what is in it."""
    version, way = request.param
    told = told_of(version)
    if way == "store":
        shutil.copy(SAVED / version / "crossover.db", tmp_path)
        url = db.file_address(tmp_path / "crossover.db")
    else:
        url = fresh_address("sqlite", tmp_path)
    with closing(Store.open(url)) as store:
        if way == "backup":
            assert restore(store.engine, SAVED / version / "backup.db", None) == len(told["scenarios"])
        yield store, told


@pytest.fixture(params=OF_MODEL_1, scope="module")
def reopenings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Reopening]:
    """Every revision that a version with the first model saved, opened on the data that are in use."""
    return opened_on(INPUTS, request.param, tmp_path_factory.mktemp("of_model_1"))


def opened_on(today: Inputs, version: str, folder: Path) -> list[Reopening]:
    """Every revision that a version saved, opened on a data set; `folder` is empty."""
    shutil.copy(SAVED / version / "crossover.db", folder)
    with closing(Store.open(db.file_address(folder / "crossover.db"))) as store:
        archived: dict[str, Inputs] = {one: unpacked(store.dataset(one)) for one in store.data_versions()}
        assert all(own.data_version == one for one, own in archived.items())
        reports = [
            store.report(scenario_id, int(number))
            for scenario_id, one in told_of(version)["scenarios"].items()
            for number in one["value_usd"]
        ]
    return [reopen(today, one, archived[one["data_version"]]) for one in reports]


def test_every_released_version_left_a_store_a_backup_and_what_is_in_them() -> None:
    assert {"1.0.0", "1.1.0", "2.0.0", "2.1.0"} <= set(VERSIONS)
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
            report, revision = store.report(scenario_id, int(number)), store.revision(scenario_id, int(number))
            assert report["metrics"]["npv_usd"] == revision.summary["value_usd"] == value_usd
            assert headline(report)[0].value == value_usd
            assert summary(report) == revision.summary, "what was listed, whatever its columns were called"
            own = unpacked(store.dataset(revision.data_version))
            assert own.data_version == revision.data_version
            _, gone, _ = levers(report, own.levers)
            assert not gone


def test_the_data_that_were_saved_with_it_can_be_unpacked(opened: tuple[Store, dict[str, Any]]) -> None:
    store, told = opened
    for scenario_id in told["scenarios"]:
        version = store.scenario(scenario_id).latest.data_version
        own = unpacked(store.dataset(version))
        assert own.data_version == version
        assert case_in(store.dataset(version)) == Case.of(own)
        assert Case.of(own).is_that_of(Case.of(INPUTS))
        assert not Case.of(own).is_that_of(Case.of(EXAMPLE))


def test_links_lead_where_they_led(opened: tuple[Store, dict[str, Any]]) -> None:
    store, told = opened
    for token, (scenario_id, number) in told["links"].items():
        revision = store.follow(token)
        assert revision is not None
        assert (revision.scenario_id, revision.number) == (scenario_id, number)


def test_unsaved_work_is_still_there(opened: tuple[Store, dict[str, Any]]) -> None:
    store, told = opened
    found = [body["now"]["levers"] for body, _ in store.drafts(told["draft"]["key"]).values() if "now" in body]
    assert told["draft"]["levers"] in found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_comes_back_into_either_kind_of_database(version: str, kind: str, tmp_path: Path) -> None:
    told = told_of(version)
    with closing(Store.open(fresh_address(kind, tmp_path))) as store:
        assert restore(store.engine, SAVED / version / "backup.db", None) == len(told["scenarios"])
        for scenario_id, known in told["scenarios"].items():
            for number, value_usd in known["value_usd"].items():
                figures = store.revision(scenario_id, int(number)).summary
                assert (figures["value_usd"], set(figures)) == (value_usd, set(kept.SUMMARY))
                assert isinstance(figures["capex_first_year_usd"], float)


# --- From the first model to the second


def test_what_moved_is_the_model_and_no_figure_of_the_data(reopenings: list[Reopening]) -> None:
    for reopening in reopenings:
        assert (reopening.model_changed, reopening.data_changed) == (True, True)
        assert not reopening.gone
        for move in reopening.moves:
            if move.unit is not None:
                assert move.data == 0.0
                assert move.model == move.difference
        assert "today's model and data give" in said(sentence(reopening, date(2027, 3, 3)))


def test_with_chips_sold_at_the_horizon_every_figure_is_what_was_saved(reopenings: list[Reopening]) -> None:
    for reopening in reopenings:
        assert reopening.sold is not None
        for then, now in zip(headline(reopening.saved), headline(reopening.sold), strict=True):
            assert now.value == (pytest.approx(then.value, rel=1e-9) if isinstance(then.value, float) else then.value)
        words = basis(reopening)
        assert words is not None and words.endswith(
            f"On that basis value is {headline(reopening.saved)[0].words} today, as saved."
        )
        rows = tables.against_today(reopening)
        assert list(rows["Saved"]) == list(rows["Today, chips sold"])


def test_levers_that_the_first_model_did_not_have_are_at_base_and_named(reopenings: list[Reopening]) -> None:
    wanted = [name for name in INPUTS.levers if name.startswith(("start_lag_", "trend_"))]
    wanted += ["terminal_basis", "work_price_decline"]
    for reopening in reopenings:
        assert list(reopening.added) == wanted
        assert all(reopening.scenario[name] == INPUTS.levers[name].base for name in wanted)
        assert dict(reopening.scenario) | dict(reopening.saved["levers"]) == dict(reopening.scenario)
        assert list(tables.added_levers(reopening)["Lever"]) == [INPUTS.levers[name].label for name in wanted]


def test_contributions_measured_otherwise_stand_beside_each_other_and_are_not_subtracted(
    reopenings: list[Reopening],
) -> None:
    for reopening in reopenings:
        assert reopening.saved["model_version"] in LEAVE_ONE_OUT
        assert reopening.contributions_differ_in_kind
        then, now = contributions(reopening.saved), contributions(reopening.today)
        assert set(then) == set(now) == set(INPUTS.workloads)
        assert sum(usd or 0.0 for usd in now.values()) == pytest.approx(reopening.today["metrics"]["npv_usd"], rel=1e-9)
        rows = tables.contributions_of(reopening)
        assert list(rows["Workload"]) == list(INPUTS.workload_labels)
        assert "Difference" not in rows
    assert not reopen(INPUTS, reopenings[0].today, INPUTS).contributions_differ_in_kind


# --- Of the second model


@pytest.mark.parametrize("version", OF_MODEL_2)
def test_nothing_became_of_what_the_second_model_saved_on_data_that_are_still_in_use(
    version: str, tmp_path: Path
) -> None:
    for reopening in opened_on(INPUTS, version, tmp_path):
        assert (reopening.model_changed, reopening.data_changed, reopening.differs) == (False, False, False)
        assert (dict(reopening.gone), reopening.added) == ({}, ())
        assert dict(reopening.scenario) == dict(reopening.saved["levers"])


@pytest.mark.parametrize("version", OF_MODEL_2)
def test_on_other_data_all_that_moved_what_the_second_model_saved_is_data(version: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "store").mkdir()
    today = altered(tmp_path / "data", PRICE, CAPACITY)
    for reopening in opened_on(today, version, tmp_path / "store"):
        assert (reopening.model_changed, reopening.data_changed) == (False, True)
        for move in reopening.moves:
            if move.unit is not None:
                assert isinstance(move.saved, float)
                # Another processor rounds the last binary digit otherwise; the figures agree to 1e-9.
                assert move.model == pytest.approx(0.0, abs=AGREES * abs(move.saved))
                assert move.data == pytest.approx(move.difference, abs=AGREES * abs(move.saved))
        assert "today's data give" in said(sentence(reopening, date(2027, 3, 3)))
