"""Tables written back: what did not change stays to the letter, and unsound tables are never written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.inputs.data import load
from core.inputs.problem import DataError
from core.upkeep.rewrite import rows_of, with_tables, write
from tests.support.frozen import FROZEN, INPUTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FROZEN, tmp_path / "data"))


def test_unsound_tables_are_refused_and_nothing_is_written(folder: Path) -> None:
    before = (folder / "workload_demand.csv").read_bytes()
    rows = rows_of(INPUTS)["workload_demand"]
    rows[0]["h100e_base"] = -1.0
    with pytest.raises(DataError, match="h100e_base"):
        write(INPUTS, {"workload_demand": rows}, folder)
    assert (folder / "workload_demand.csv").read_bytes() == before


def test_all_tables_written_back_are_the_same_files(folder: Path) -> None:
    assert write(INPUTS, rows_of(INPUTS), folder) == []
    assert with_tables(INPUTS, rows_of(INPUTS)).cells == INPUTS.cells


def test_one_figure_changed_is_one_cell_changed(folder: Path) -> None:
    rows = rows_of(INPUTS)["programme"]
    rows[2]["usd_total"] = 800_000_000.0
    assert write(INPUTS, {"programme": rows}, folder) == [folder / "programme.csv"]
    old, new = (path.read_text().splitlines() for path in (FROZEN / "programme.csv", folder / "programme.csv"))
    assert [(was, now) for was, now in zip(old, new, strict=True) if was != now] == [
        (old[3], old[3].replace("725000000.0", "800000000"))
    ]
    assert load(folder).programme.usd_total[2] == 8e8
    assert [path.name for path in folder.iterdir() if path.name.endswith(".new")] == []
