"""An archive as it was brought: its files, unpacked in memory and never further than the limits."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from core.inputs.intake.limits import LARGEST_UNPACKED, MOST_FILES, MOST_PARTS, IntakeError, in_megabytes, refused
from core.inputs.problem import Problem

_CHUNK: Final = 2**16
_DAMAGED: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    UnicodeError,
    struct.error,
    zlib.error,
)
"""What zipfile raises on bytes that are no archive, or no longer, or names that are not in the encoding they claim."""
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How files may be packed. Others cannot be unpacked piece by piece, so a bomb would go off before it is counted."""
_ENCRYPTED: Final = 0x1
_OF_SYSTEMS: Final = (".ds_store", "thumbs.db", "desktop.ini")
_OF_PROGRAMS: Final = ("._", "~$")
"""Files, and beginnings of their names, that systems and open workbooks leave in folders and nobody means to bring."""
_UNPACKED: Final = f"at most {in_megabytes(LARGEST_UNPACKED)} unpacked"


def unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their path in it; raises IntakeError that lists all that may not be there.

    Sizes are counted while unpacking: what an archive says of itself may be false.
    """
    files: dict[str, bytes] = {}
    room = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [
                entry for entry in archive.infolist() if not entry.is_dir() and not is_of_a_system(entry.filename)
            ]
            _check(name, entries)
            for entry in entries:
                files[entry.filename] = _inflated(name, archive, entry, room)
                room -= len(files[entry.filename])
    except IntakeError:
        raise
    except _DAMAGED as error:
        raise refused(name, f"is damaged or broken off ({error})", "the whole archive") from None
    if not files:
        raise refused(name, "has no files", "CSV files, one a table")
    return files


def is_of_a_system(path: str) -> bool:
    """True of what systems leave in archives beside the files that were meant."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if not parts:
        return False
    return "__MACOSX" in parts or parts[-1].lower() in _OF_SYSTEMS or parts[-1].startswith(_OF_PROGRAMS)


def _check(name: str, entries: list[zipfile.ZipInfo]) -> None:
    """Raise IntakeError with all that is wrong with what an archive says of its files."""
    problems = []
    is_workbook = any(entry.filename.lower() == "[content_types].xml" for entry in entries)
    most = MOST_PARTS if is_workbook else MOST_FILES
    if len(entries) > most:
        problems.append(Problem(name, None, None, None, f"has {len(entries):,} files", f"at most {most:,}"))
    if (size := sum(entry.file_size for entry in entries)) > LARGEST_UNPACKED:
        problems.append(Problem(name, None, None, None, f"unpacks to {in_megabytes(size)}", _UNPACKED))
    seen: set[str] = set()
    for entry in entries:
        if wrong := _wrong_with(entry, seen):
            problems.append(Problem(name, None, None, entry.filename, *wrong))
        seen.add(entry.filename.lower())
    if problems:
        raise IntakeError(problems)


def _wrong_with(entry: zipfile.ZipInfo, seen: set[str]) -> tuple[str, str] | None:
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/"):
        return "leads out of the archive", "a file in it"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link to another file", "the file itself"
    if entry.flag_bits & _ENCRYPTED:
        return "is locked with a password", "an archive without one"
    if entry.compress_type not in _PACKINGS:
        return "is packed in a way that is not read here", "an ordinary zip archive (Deflate)"
    if path.lower() in seen:
        return "is there twice", "each file once"
    return None


def _inflated(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Return the content of one file; raises IntakeError if it is larger than there is room for."""
    content = io.BytesIO()
    with archive.open(entry) as packed:
        while chunk := packed.read(_CHUNK):
            content.write(chunk)
            if content.tell() > room:
                raise refused(name, "unpacks to more than it says", _UNPACKED, value=entry.filename)
    return content.getvalue()
