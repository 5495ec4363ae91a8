"""The archive of a data set: what comes out is what went in, and what is no archive of ours is refused in words."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs import archive
from core.inputs.archive import ArchiveError, pack, unpack
from core.inputs.data import Inputs, bundled, load, read
from core.inputs.declaration import PACKAGE_NAME
from core.inputs.problem import DataError
from tests.support import largest
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, FROZEN

PACKED = pack(bundled())


def members(block: bytes = PACKED) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(block)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    block = io.BytesIO()
    with zipfile.ZipFile(block, "w", method) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return block.getvalue()


def refusal(block: bytes, data_version: str | None = None) -> str:
    with pytest.raises(ArchiveError) as refused:
        unpack(block, data_version)
    return str(refused.value)


def declaring(files: dict[str, bytes], *more: str) -> dict[str, bytes]:
    """`files` with a declaration that names some more of them."""
    declaration = json.loads(files[PACKAGE_NAME])
    declaration["resources"] += [{"path": path} for path in more]
    return {**files, PACKAGE_NAME: json.dumps(declaration).encode()}


# --- What is refused


@pytest.mark.parametrize(
    "spoil",
    [
        lambda block: b"",
        lambda block: b"not an archive",
        lambda block: block[: len(block) // 2],
        lambda block: block[: len(block) - 30],
        lambda block: block.replace(b"52000", b"25000", 1),
        lambda block: block.replace(b"suppliers.csv", b"SUPPLIERS.CSV"),
    ],
)
def test_a_damaged_archive_is_said_to_be_damaged_and_what_would_do(spoil: Callable[[bytes], bytes]) -> None:
    message = refusal(spoil(PACKED))
    assert message.startswith("the archive is damaged (")
    assert message.endswith("; a copy from a backup would do")


@examples(150)
@given(st.data())
def test_no_change_of_bytes_ever_gives_other_data(data: st.DataObject) -> None:
    block = bytearray(PACKED)
    directory = len(block) - 1500
    place = st.one_of(st.integers(0, len(block) - 1), st.integers(directory, len(block) - 1))
    for at in data.draw(st.lists(place, min_size=1, max_size=3)):
        block[at] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(block)), st.integers(0, len(block))))
    try:
        inputs = unpack(bytes(block[:end]))
    except ArchiveError:
        return
    assert inputs.data_version == bundled().data_version


def test_an_archive_that_would_swell_is_refused_unread() -> None:
    bomb = zipped({**members(), "chips.csv": b"0" * 50_000_000}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1_000_000
    assert refusal(bomb) == "the archive's file 'datapackage.json' is compressed; expected it as it is"


def test_an_archive_of_too_many_bytes_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST", 1000)
    assert refusal(PACKED) == f"the archive has {len(PACKED):,} bytes; expected at most 1,000"


def test_an_archive_of_too_many_files_is_refused() -> None:
    many = members() | {f"more_{number}.csv": b"" for number in range(archive.MOST_FILES)}
    assert "is one too many; expected at most 100" in refusal(zipped(many))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused() -> None:
    block = io.BytesIO(PACKED)
    with zipfile.ZipFile(block, "a") as opened:
        opened.writestr("chips.csv", b"another")
    assert refusal(block.getvalue()) == "the archive's file 'chips.csv' is there twice; expected each file once"


@pytest.mark.parametrize("path", ["../evil.csv", "/evil.csv", "..\\evil.csv", "folder/chips.csv"])
def test_a_path_that_leads_elsewhere_is_refused_and_nothing_is_written(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    monkeypatch.setenv("TMPDIR", str(inside))
    with_path = members() | {path: b"x"}
    assert "differ from its declaration" in refusal(zipped(with_path))
    assert "not known" in refusal(zipped(declaring(with_path, path)))
    assert list(tmp_path.rglob("*")) == [inside]


def test_data_with_a_column_that_this_version_does_not_know_are_refused_by_its_name() -> None:
    files = members()
    files["suppliers.csv"] = b"\n".join(line + b",x" for line in files["suppliers.csv"].splitlines())
    message = refusal(zipped(files))
    assert message.startswith("this version of the program cannot read the archived data (suppliers.csv line 1: ")
    assert '"x" is not a known column' in message
    assert message.endswith("the version that archived them can")


def test_data_without_a_column_that_this_version_needs_are_refused_by_its_name() -> None:
    files = members()
    rows = list(csv.reader(io.StringIO(files["power_capacity.csv"].decode())))
    files["power_capacity.csv"] = "\n".join(",".join(row[:2]) for row in rows).encode()
    message = refusal(zipped(files))
    assert "power_capacity.csv line 1, grade: the column is missing" in message


def test_of_many_problems_the_first_few_are_told_and_the_rest_counted() -> None:
    files = members()
    files["chip_prices.csv"] = files["chip_prices.csv"].replace(b",estimate,", b",guess,")
    message = refusal(zipped(files))
    assert message.count('"guess" is not one of the words in use') == archive.PROBLEMS_SHOWN
    assert "; and " in message
    assert " more)" in message


def test_a_table_that_this_version_does_not_know_is_refused_by_its_name() -> None:
    files = members() | {"tariffs.csv": b"a\n1\n"}
    assert refusal(zipped(declaring(files, "tariffs.csv"))) == (
        "this version of the program cannot read the archived data (tariffs.csv: not known); "
        "the version that archived them can"
    )


def test_an_older_archive_without_a_table_of_today_is_refused_by_its_name() -> None:
    files = members()
    del files["programme.csv"]
    assert "differ from its declaration" in refusal(zipped(files))
    declaration = json.loads(files[PACKAGE_NAME])
    declaration["resources"] = [entry for entry in declaration["resources"] if entry["path"] != "programme.csv"]
    files[PACKAGE_NAME] = json.dumps(declaration).encode()
    assert "programme.csv: the file is missing" in refusal(zipped(files))


def test_other_data_than_were_asked_for_are_refused() -> None:
    assert unpack(PACKED, bundled().data_version).data_version == bundled().data_version
    assert refusal(PACKED, "0123456789ab") == (
        f"the archive holds data version {bundled().data_version}; expected 0123456789ab"
    )


# --- What comes out


def test_what_comes_out_is_what_went_in() -> None:
    inputs = unpack(PACKED)
    assert inputs.data_version == bundled().data_version
    assert inputs.cells == bundled().cells
    assert pack(inputs) == PACKED == pack()
    for name, table in bundled().tables.items():
        pd.testing.assert_frame_equal(inputs.tables[name], table)


@examples(12)
@given(st.text(st.characters(exclude_categories=["C"], include_characters="\n\t"), min_size=1, max_size=40))
def test_any_text_in_a_note_survives(text: str) -> None:
    header, first, *rest = bundled().cells["power_capacity.csv"]
    noted = (header, (*first[:-1], text), *rest)
    inputs = replace(bundled(), cells={**bundled().cells, "power_capacity.csv": noted})
    assert unpack(pack(inputs)).cells["power_capacity.csv"] == noted


@pytest.mark.parametrize("inputs", [EXAMPLE, largest.at_bounds()], ids=["the example", "at the bounds"])
def test_the_data_of_any_company_come_out_as_they_went_in(inputs: Inputs) -> None:
    again = unpack(pack(inputs), inputs.data_version)
    assert again.cells == inputs.cells
    assert (again.levers, dict(again.presets), again.correlations) == (
        inputs.levers, dict(inputs.presets), inputs.correlations,
    )  # fmt: skip


def without_correlations(folder: Path) -> Inputs:
    """The frozen data as they were before beliefs could move together."""
    for path in FROZEN.glob("*.csv"):
        if path.name != "lever_correlations.csv":
            shutil.copy(path, folder)
    return load(folder)


def test_data_from_before_there_were_correlations_can_still_be_had(tmp_path: Path) -> None:
    before = without_correlations(tmp_path)
    files = {name: content for name, content in members().items() if name != "lever_correlations.csv"}
    declaration = json.loads(files[PACKAGE_NAME])
    declaration["resources"] = [one for one in declaration["resources"] if one["name"] != "lever_correlations"]
    old = {**files, PACKAGE_NAME: json.dumps(declaration).encode()}
    for block in (zipped(old), pack(before)):
        inputs = unpack(block, before.data_version)
        assert inputs.correlations == ()
        assert inputs.cells == before.cells
    assert before.data_version != bundled().data_version


def written_otherwise(folder: Path) -> Inputs:
    """The frozen data with every cell in quotes, other line ends and a byte order mark."""
    for path in FROZEN.glob("*.csv"):
        with (
            path.open(newline="", encoding="utf-8") as file,
            (folder / path.name).open("w", newline="", encoding="utf-8-sig") as copy,
        ):
            csv.writer(copy, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(csv.reader(file))
    return load(folder)


def test_equal_data_give_equal_bytes_however_their_files_are_written(tmp_path: Path) -> None:
    assert pack(written_otherwise(tmp_path)) == PACKED


def test_what_is_packed_is_what_was_loaded_although_the_files_have_changed_since(tmp_path: Path) -> None:
    inputs = written_otherwise(tmp_path)
    (tmp_path / "chips.csv").write_text("gone")
    assert unpack(pack(inputs)).data_version == inputs.data_version


def test_an_archive_opens_without_this_program_and_says_what_its_columns_mean() -> None:
    files = members()
    declared, beside = json.loads(files.pop(PACKAGE_NAME)), json.loads((FROZEN / PACKAGE_NAME).read_bytes())
    assert declared.items() <= beside.items()
    assert set(beside) - set(declared) == {"created", "licenses"}
    assert set(files) == {path.name for path in FROZEN.glob("*.csv")}
    for name, content in files.items():
        with (FROZEN / name).open(newline="", encoding="utf-8") as file:
            assert list(csv.reader(io.StringIO(content.decode()))) == list(csv.reader(file))


def test_what_passes_the_check_can_be_opened_again_and_what_cannot_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {name: content for name, content in members().items() if name != PACKAGE_NAME}
    size = sum(map(len, files.values()))
    monkeypatch.setattr("core.inputs.data.LARGEST", size)
    assert len(PACKED) - size < archive.LARGEST - 30 * 2**20
    assert read(files).data_version == bundled().data_version
    monkeypatch.setattr("core.inputs.data.LARGEST", size - 1)
    with pytest.raises(DataError) as refused:
        read(files)
    assert "all files together have" in str(refused.value)
