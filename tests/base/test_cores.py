"""Tasks on all cores: all are done once, one alone in the caller's thread, and a caller may give the rest up."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from core.base.cores import on_all_cores


class GivenUpError(Exception):
    pass


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_every_task_is_done_once(count: int) -> None:
    assert sorted(on_all_cores([partial(pow, n, 2) for n in range(count)])) == [n * n for n in range(count)]


def test_one_task_alone_is_done_in_the_callers_thread() -> None:
    assert list(on_all_cores([threading.get_ident])) == [threading.get_ident()]


def test_what_a_task_raises_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        list(on_all_cores([partial(divmod, 1, 0), partial(divmod, 1, 1)]))


def test_a_caller_who_gives_up_is_answered_at_once_and_tasks_that_wait_never_begin() -> None:
    begun, may_end = [], threading.Event()

    def task(n: int) -> None:
        begun.append(n)
        may_end.wait(10)

    def pulse() -> None:
        raise GivenUpError

    with pytest.raises(GivenUpError):
        list(on_all_cores([partial(task, n) for n in range(500)], pulse))
    may_end.set()
    assert len(begun) < 100
