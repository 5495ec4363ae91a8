"""Former releases of the data, beside the one that follows them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.inputs import data, former
from core.inputs.data import DATA_VARIABLE
from core.inputs.declaration import BUNDLED, PACKAGE_NAME
from core.inputs.former import newest, release_before
from core.inputs.problem import DataError
from tests.support.frozen import FROZEN, INPUTS

OURS = INPUTS.data_version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of data with the frozen data as a former release of its own."""
    return with_former(tmp_path, OURS)


def with_former(folder: Path, version: str, day: str | None = "2031-05-09") -> Path:
    place = folder / former.FOLDER / version
    shutil.copytree(FROZEN, place)
    declared = json.loads((place / PACKAGE_NAME).read_text(encoding="utf-8"))
    declared.pop("created")
    (place / PACKAGE_NAME).write_text(json.dumps(declared | ({"created": day} if day else {})), encoding="utf-8")
    return folder


def test_a_folder_without_former_releases_has_none(tmp_path: Path) -> None:
    assert newest(tmp_path, OURS) is None
    (tmp_path / former.FOLDER / "1").mkdir(parents=True)  # what an earlier version of the product had in code
    assert newest(tmp_path, OURS) is None


def test_a_release_that_does_not_say_its_day_is_refused_with_the_place(tmp_path: Path) -> None:
    with_former(tmp_path, OURS, day=None)
    with pytest.raises(DataError, match=rf"^{OURS}/{PACKAGE_NAME}, created: .* expected the day on which"):
        newest(tmp_path, "0123456789ab")


def test_a_folder_named_after_another_version_is_refused_once_it_is_asked_for(tmp_path: Path) -> None:
    found = newest(with_former(tmp_path, "0123456789ab"), OURS)
    assert found is not None
    with pytest.raises(DataError, match=f'"0123456789ab" is not the version .* expected a folder named {OURS}'):
        found.inputs()


def test_the_newest_release_but_for_the_one_in_use_is_the_one_before(folder: Path) -> None:
    with_former(folder, "0123456789ab", "2031-06-01")
    with_former(folder, "123456789abc", "2030-06-01")
    last, but_one = newest(folder, "ffffffffffff"), newest(folder, "0123456789ab")
    assert last is not None and but_one is not None
    assert (last.data_version, but_one.data_version) == ("0123456789ab", OURS)
    assert but_one.made_on.isoformat() == "2031-05-09"


def test_nothing_is_loaded_before_it_is_asked_for_and_then_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    monkeypatch.setattr(former, "load", lambda place: loads.append(place) or data.load(place))
    found = newest(folder, "ffffffffffff")
    assert found is not None and not loads
    assert found.inputs().data_version == OURS
    assert found.inputs() is found.inputs()
    assert loads == [found.folder]


def test_data_in_use_without_former_releases_have_no_release_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert release_before() is None
    monkeypatch.setenv(DATA_VARIABLE, str(folder))
    assert release_before() is None, "the only one is that in use"
    monkeypatch.setattr(former, "bundled", lambda: data.load(BUNDLED.parent / "tests" / "example" / "data"))
    found = release_before()
    assert found is not None and found.data_version == OURS


def test_former_releases_of_the_bundled_data_are_sound_and_of_the_version_that_they_are_named_after() -> None:
    places = [path for path in (BUNDLED / former.FOLDER).iterdir() if path.name != "1"]
    assert [place.name for place in places] == ["3b0e5069f8d0"]
    for place in places:
        found = newest(BUNDLED, "ffffffffffff")
        assert found is not None and found.inputs().data_version == place.name
        assert {path.name: path.read_bytes() for path in place.glob("*.csv")} == {
            path.name: path.read_bytes() for path in FROZEN.glob("*.csv")
        }
