"""What goes with a release: one version, its entry in the changes, and the terms of code and data."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import app

ROOT = Path(__file__).resolve().parents[1]


def test_the_version_that_runs_is_the_newest_of_the_changes(capsys: pytest.CaptureFixture[str]) -> None:
    newest = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
    with pytest.raises(SystemExit) as stopped:
        app.main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"Crossover {newest}\n"


def test_no_other_file_repeats_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    files = [ROOT / "app.py", ROOT / "README.md", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    assert [path for path in files if f'"{version}"' in path.read_text(encoding="utf-8")] == []


def test_code_and_data_say_their_terms_and_that_nobody_named_stands_behind_them() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    data = (ROOT / "data" / "LICENSE.md").read_text(encoding="utf-8")
    assert "facts collected from publications" in data
    for text in (data, (ROOT / "README.md").read_text(encoding="utf-8")):
        assert "not affiliated with" in re.sub(r"\s+", " ", text)


def test_pictures_of_the_readme_are_no_wider_than_it_shows_them_well() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert pictures
    for name in pictures:
        header = (ROOT / name).read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(header[16:20], "big") <= 1100, name
