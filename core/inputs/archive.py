"""A data set as one block of bytes, so that a saved revision can be worked out again on the data it was saved with.

The block is a zip archive of datapackage.json and the CSV files that it declares: any unzip opens it, and the
declaration says what each column means, with or without this program. Nothing in it is compressed or dated, so the
bytes depend on the cells and the declaration alone. It is read in memory: nothing is ever written to a folder.
"""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from collections.abc import Sequence
from typing import Final

from core.inputs import data
from core.inputs.case import Case
from core.inputs.data import Inputs, bundled, label, read
from core.inputs.declaration import PACKAGE_NAME, needed_columns, package, resources
from core.inputs.problem import DataError
from core.inputs.sheet import Cells, as_csv

LARGEST: Final = data.LARGEST + 2 * 2**20
"""Bytes: the largest files that pass the check, their declaration and names; more than that is not data of ours."""
MOST_FILES: Final = 100
PROBLEMS_SHOWN: Final = 5

_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier date
_DAMAGED: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    struct.error,
    ValueError,
    KeyError,
    TypeError,
)
"""What zipfile, and json on the declaration, raise on bytes that are no archive, or no longer."""


class ArchiveError(ValueError):
    """An archive that cannot be read; the message says what is wrong with it and what would do."""


def pack(inputs: Inputs | None = None) -> bytes:
    """Return the data set (the bundled one if None) as bytes; equal data give equal bytes.

    It is the data that `inputs` was read from, whatever has become of the files since.
    """
    inputs = inputs or bundled()
    others = inputs.suppliers[2:]
    cells = {**_without_rows(inputs, others), **inputs.cells}
    block = io.BytesIO()
    with zipfile.ZipFile(block, "w", zipfile.ZIP_STORED) as archive:
        declared = package({name: rows[0] for name, rows in cells.items()}, others)
        _put(archive, PACKAGE_NAME, declared.encode())
        for name in sorted(cells):
            _put(archive, name, as_csv(cells[name]))
    return block.getvalue()


def _without_rows(inputs: Inputs, others: Sequence[str]) -> dict[str, Cells]:
    """Return the files that a data set must have and that have no rows in this one: their columns alone."""
    return {
        resource["path"]: (needed_columns(resource),)
        for resource in resources(others)
        if not resource.get("optional") and resource["path"] not in inputs.cells
    }


def unpack(block: bytes, data_version: str | None = None) -> Inputs:
    """Return the data set in `block`, after all the checks of `core.inputs.data.load`.

    `data_version`, if given, is the version that the block must hold. Raises ArchiveError if the block is damaged, is
    no archive of `pack`'s, holds another version, or holds data that this version's declaration refuses.
    """
    if len(block) > LARGEST:
        raise ArchiveError(f"the archive has {len(block):,} bytes; expected at most {LARGEST:,}")
    files = _files(block)
    try:
        inputs = read(files)
    except DataError as error:
        shown = [str(problem) for problem in error.problems[:PROBLEMS_SHOWN]]
        more = len(error.problems) - len(shown)
        said = "; ".join([*shown, f"and {more} more"] if more else shown)
        raise ArchiveError(_other_version(said)) from None
    if data_version not in (None, inputs.data_version):
        raise ArchiveError(f"the archive holds data version {inputs.data_version}; expected {data_version}")
    return inputs


def case_in(block: bytes) -> Case:
    """Return whose case the data set in `block` is, whatever else it holds: it need not be one that can be unpacked.

    Raises ArchiveError if the block is damaged, or says nothing of its suppliers, workloads and facts.
    """
    files = _files(block)
    try:
        suppliers, workloads, facts = (
            list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))
            for name in ("suppliers.csv", "workloads.csv", "company_facts.csv")
        )
        suppliers.sort(key=lambda row: row["class"] != "custom")
        return Case(
            next((row["name"] for row in facts if row["fact_id"] == "company"), None),
            tuple(row["supplier_id"] for row in suppliers),
            tuple(label(row["name"]) for row in suppliers),
            tuple(row["workload_id"] for row in workloads),
        )
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise ArchiveError(_other_version(f"it says otherwise whose they are: {error}")) from None


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _files(block: bytes) -> dict[str, bytes]:
    """Return the CSV files of an archive by name.

    Only what `pack` writes is taken: the declaration and the files that it names, each once, not compressed, so that
    what is read is never more than the block.
    """
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(block)) as archive:
            for entry in archive.infolist():
                if wrong := _problem(entry, files, len(block)):
                    raise ArchiveError(f"the archive's file {entry.filename[:40]!r} {wrong}")
                files[entry.filename] = archive.read(entry)
        declaration = json.loads(files.pop(PACKAGE_NAME))
        declared = {str(resource["path"]) for resource in declaration["resources"]}
        optional = {str(resource["path"]) for resource in declaration["resources"] if resource.get("optional")}
    except ArchiveError:
        raise
    except _DAMAGED as error:
        raise ArchiveError(f"the archive is damaged ({error}); a copy from a backup would do") from error
    if odd_files := (declared ^ set(files)) - (optional - set(files)):
        odd = ", ".join(sorted(odd_files))
        raise ArchiveError(
            f"the archive is damaged ({odd[:80]} differ from its declaration); a copy from a backup would do"
        )
    if unknown := sorted(declared - {resource["path"] for resource in resources()}):
        raise ArchiveError(_other_version(f"{', '.join(unknown)[:80]}: not known"))
    return files


def _problem(entry: zipfile.ZipInfo, files: dict[str, bytes], size: int) -> str | None:
    if entry.filename in files:
        return "is there twice; expected each file once"
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        return "is compressed; expected it as it is"
    if entry.file_size + sum(map(len, files.values())) > size:
        return "overlaps others; expected files one after the other"
    if len(files) == MOST_FILES:
        return f"is one too many; expected at most {MOST_FILES}"
    return None


def _other_version(why: str) -> str:
    return f"this version of the program cannot read the archived data ({why}); the version that archived them can"
