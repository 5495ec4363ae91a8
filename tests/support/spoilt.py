"""Files of a data set that are spoilt on purpose, and what is said of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.inputs.data import load
from core.inputs.problem import DataError, Problem


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the one place in `file` where `old` stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def drop_lines(folder: Path, file: str, start: str) -> None:
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")


def header(folder: Path, file: str) -> list[str]:
    with (folder / file).open(newline="", encoding="utf-8") as opened:
        return next(csv.reader(opened))


def rows_of(folder: Path, file: str) -> list[dict[str, str]]:
    with (folder / file).open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def write_rows(folder: Path, file: str, rows: list[dict[str, str]], columns: list[str] | None = None) -> None:
    """Replace what stands in `file`, which may be new; without `columns` its columns stay."""
    named = columns or header(folder, file)
    with (folder / file).open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, named, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def put(folder: Path, file: str, line: int, **cells: str) -> None:
    """Write cells, by column, into the row that stands in `line`."""
    rows = rows_of(folder, file)
    rows[line - 2] |= cells
    write_rows(folder, file, rows)


def add(folder: Path, file: str, like: int, **cells: str) -> None:
    """Add a row like the one in line `like`, but for `cells`."""
    rows = rows_of(folder, file)
    write_rows(folder, file, [*rows, rows[like - 2] | cells])


def keep(folder: Path, file: str, wanted: Callable[[Mapping[str, str]], bool]) -> None:
    """Leave only the rows that are wanted."""
    write_rows(folder, file, [row for row in rows_of(folder, file) if wanted(row)])


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(DataError) as refused:
        load(folder)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return list(refused.value.problems)


def messages(folder: Path) -> list[str]:
    return [str(problem) for problem in problems(folder)]
