"""Tasks that are independent of each other, done on all cores of the machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")

PULSE_SECONDS: Final = 0.01


def on_all_cores(tasks: Sequence[Callable[[], T]], pulse: Callable[[], None] | None = None) -> Generator[T, None, None]:
    """Yield what `tasks` return, in the order in which they are done; one alone is done in the caller's thread.

    `pulse` is called in the caller's thread every few milliseconds; what it raises ends the run, at once: tasks that
    have begun are left to finish by themselves, the others never begin.
    """
    if len(tasks) == 1:
        yield tasks[0]()
        return
    cores = os.cpu_count() or 1
    pool, waiting = ThreadPoolExecutor(max_workers=cores), iter(tasks)
    try:
        # Few at a time: to look through all that are still to come, every few milliseconds, would take as long.
        pending = {pool.submit(task) for task in islice(waiting, 2 * cores)}
        while pending:
            done, pending = wait(pending, PULSE_SECONDS if pulse else None, FIRST_COMPLETED)
            if pulse:
                pulse()
            pending |= {pool.submit(task) for task in islice(waiting, len(done))}
            while done:
                yield done.pop().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
