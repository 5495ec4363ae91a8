"""Files of a data set that are spoilt on purpose, and what is said of them."""

from __future__ import annotations

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


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(DataError) as refused:
        load(folder)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return list(refused.value.problems)


def messages(folder: Path) -> list[str]:
    return [str(problem) for problem in problems(folder)]
