"""Tables written back: what did not change stays to the letter, and unsound tables are never written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.inputs.data import load
from core.inputs.problem import DataError
from core.upkeep.rewrite import NotWrittenError, rows_of, with_tables, write
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


def test_where_one_file_cannot_be_written_none_is_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    rows = rows_of(INPUTS)
    rows["chips"][3]["system_power_w"] = 1.0
    rows["chip_prices"][3]["price_usd_base"] = 40_000.0
    write_bytes = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if "chips.csv" in path.name:
            write_bytes(path, content[:100])
            raise OSError(28, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(NotWrittenError, match=r"chips\.csv cannot be written \(No space left on device\); nothing was"):
        write(INPUTS, {name: rows[name] for name in ("chip_prices", "chips")}, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".new")} == before


def test_a_file_keeps_its_mode_and_a_link_stays_one(folder: Path, tmp_path: Path) -> None:
    real = (folder / "programme.csv").rename(tmp_path / "elsewhere.csv")
    real.chmod(0o640)
    (folder / "programme.csv").symlink_to(real)
    rows = rows_of(INPUTS)["programme"]
    rows[2]["usd_total"] = 800_000_000.0
    write(INPUTS, {"programme": rows}, folder)
    assert (folder / "programme.csv").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert load(folder).programme.usd_total[2] == 8e8


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
