"""Files of the store are for the account that runs the product and no other: 0600, in a folder of 0700.

Rights are only ever taken away, never given. A file system that knows none, or a file of another account, is left as it
is.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = 0o600
FOLDER: Final = 0o700

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""How the names of the files end that SQLite keeps beside a database; it makes each with the rights of the first."""


def make_file(path: Path) -> None:
    """Make an empty file that other accounts may not open, unless there is a file; raises OSError if that cannot be."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE))


def tighten(path: Path, folder_is_ours: bool = False) -> None:
    """Close a database file, what SQLite keeps beside it, and its folder to other accounts.

    A folder that holds other things, too, stays as it is unless it is known to be ours: others may have to reach them.
    """
    ours = {f"{path.name}{end}" for end in _BESIDE}
    for name in ours:
        _close(path.with_name(name))
    with suppress(OSError):
        if folder_is_ours or {entry.name for entry in path.parent.iterdir()} <= ours:
            _close(path.parent)


def _close(path: Path) -> None:
    with suppress(OSError, NotImplementedError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
