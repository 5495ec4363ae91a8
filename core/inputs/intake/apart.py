"""Files that people bring are read in a process of their own, which has little time and room and nothing to give away.

What is in a file may be made to keep its reader busy or to break it. Whatever becomes of that process, the server goes
on; it gets the file on its standard input and answers in JSON, keeps no files and knows nothing of the store.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from core.inputs.intake.brought import AS_IT_SEEMS, Ways, read
from core.inputs.intake.grid import Grid
from core.inputs.intake.limits import IntakeError, refused
from core.inputs.problem import Problem

SECONDS: Final = 60.0
"""A file may take this long; one with as many cells as there may be takes a fraction of it on an idle machine."""
MOST_AT_ONCE: Final = 2
"""Files that are read at once; others wait."""
LARGEST_PROCESS: Final = 2**31
"""Bytes of memory."""

_ROOT: Final = Path(__file__).resolve().parents[3]
_AT_WORK: Final = BoundedSemaphore(MOST_AT_ONCE)
_LENGTH: Final = struct.Struct(">I")
_LESS: Final = "less at once, such as one table a file"


def read_apart(name: str, content: bytes, ways: Ways = AS_IT_SEEMS, *, seconds: float = SECONDS) -> tuple[Grid, ...]:
    """Return what `brought.read` returns; raises IntakeError also if it takes too long or too much memory."""
    told = json.dumps([name, dict(ways)]).encode()
    with _turn(name, seconds):
        try:
            done = subprocess.run(
                [sys.executable, "-m", "core.inputs.intake.apart", str(int(seconds) + 1)],
                input=_LENGTH.pack(len(told)) + told + content,
                capture_output=True,
                timeout=seconds,
                cwd=_ROOT,
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise refused(name, f"takes more than {seconds:g} seconds to read", _LESS) from None
    if done.returncode < 0:  # ended by the system
        raise refused(name, "takes too much time or memory to read", _LESS)
    if done.returncode != 0:  # what it wrote of that may hold what is in the file, so it goes into no log
        raise refused(name, "cannot be read, and not for a reason that is known here", "the tables saved anew, as CSV")
    answer = json.loads(done.stdout)
    if problems := answer.get("problems"):
        raise IntakeError(Problem(**one) for one in problems)
    return tuple(_grid(one) for one in answer["grids"])


@contextlib.contextmanager
def _turn(name: str, seconds: float) -> Iterator[None]:
    """Wait for others' files, as long as two of them may take; raises IntakeError if there is no turn even then."""
    if not _AT_WORK.acquire(timeout=2 * seconds):
        raise refused(name, "cannot be read just now, for others' files are", "the same file in a few minutes")
    try:
        yield
    finally:
        _AT_WORK.release()


def _environment() -> dict[str, str]:
    """Return what the process may know: where Python is, and nothing of the server's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _grid(told: dict[str, Any]) -> Grid:
    lists = {name: tuple(told[name]) for name in ("remarks", "encodings", "separators")}
    return Grid(told["name"], tuple(map(tuple, told["rows"])), **lists)


def _limit(seconds: int) -> None:
    """Bound what this process may take, as far as the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (LARGEST_PROCESS, LARGEST_PROCESS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> int:
    """Read one file from standard input and answer on standard output."""
    _limit(int(sys.argv[1]))
    brought = sys.stdin.buffer.read()
    (length,) = _LENGTH.unpack_from(brought)
    name, ways = json.loads(brought[_LENGTH.size : _LENGTH.size + length])
    ways = {one: (encoding, separator) for one, (encoding, separator) in ways.items()}
    try:
        answer = {"grids": [asdict(grid) for grid in read(name, brought[_LENGTH.size + length :], ways)]}
    except IntakeError as error:
        answer = {"problems": [asdict(problem) for problem in error.problems]}
    except MemoryError:
        answer = {"problems": [asdict(Problem(name, None, None, None, "takes too much memory to read", _LESS))]}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
