"""Reading in a process of its own: the same answer, bounded in time, and nothing left behind."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from core.inputs.intake import apart
from core.inputs.intake.apart import read_apart
from core.inputs.intake.brought import read
from core.inputs.intake.limits import IntakeError
from tests.support.brought import archive, workbook

CSV = "name;price\nMémoire;1\n".encode("cp1252")


@pytest.mark.parametrize(("name", "content"), [("é.csv", CSV), ("b.xlsx", workbook({"s": [["a"], [0.5]], "e": []}))])
def test_the_answer_is_that_of_reading_it_here(name: str, content: bytes) -> None:
    assert read_apart(name, content) == read(name, content)


def test_a_text_is_read_in_the_way_that_people_said_also_within_an_archive() -> None:
    ways = {"é.csv": ("mac_roman", ";")}
    (grid,) = read_apart("set.zip", archive({"é.csv": CSV}), ways)
    assert grid.rows[1] == ("MÈmoire", "1")
    assert grid.encoding == "mac_roman" and "cp1252" in grid.encodings


def test_the_problems_are_those_of_reading_it_here() -> None:
    with pytest.raises(IntakeError) as here:
        read("a.xlsx", CSV)
    with pytest.raises(IntakeError) as there:
        read_apart("a.xlsx", CSV)
    assert there.value.problems == here.value.problems


def test_what_takes_too_long_is_given_up_in_words() -> None:
    with pytest.raises(IntakeError, match=r"takes more than 0\.01 seconds to read; expected less at once"):
        read_apart("a.csv", CSV, seconds=0.01)


def test_a_process_that_dies_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_environment", lambda: {"PATH": os.environ["PATH"], "PYTHONHOME": "/nowhere"})
    with pytest.raises(IntakeError, match="cannot be read, and not for a reason that is known here"):
        read_apart("a.csv", CSV)


def test_who_waits_too_long_for_others_files_is_told_and_nobody_is_kept_out_after_that() -> None:
    for _ in range(apart.MOST_AT_ONCE):
        assert apart._AT_WORK.acquire(timeout=1)
    with pytest.raises(IntakeError, match="cannot be read just now, for others' files are"):
        read_apart("a.csv", CSV, seconds=0.01)
    for _ in range(apart.MOST_AT_ONCE):
        apart._AT_WORK.release()
    assert read_apart("a.csv", CSV) == read("a.csv", CSV)


def test_the_process_knows_nothing_of_the_servers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSOVER_DATABASE_URL", "postgresql://secret")
    assert not [name for name in apart._environment() if name.startswith("CROSSOVER")]


def test_nothing_is_left_in_temporary_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    read_apart("b.xlsx", workbook({"s": [["a"]]}))
    assert not list(tmp_path.iterdir())
