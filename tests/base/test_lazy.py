"""Properties that are worked out once they are asked for."""

from __future__ import annotations

from threading import Event, Thread

from core.base.lazy import cached_property


class Slow:
    def __init__(self, may_go_on: Event) -> None:
        self.may_go_on = may_go_on
        self.begun = Event()
        self.times = 0

    @cached_property
    def figure(self) -> int:
        """A figure."""
        self.times += 1
        self.begun.set()
        assert self.may_go_on.wait(20.0)
        return 7


def test_it_is_worked_out_once() -> None:
    one = Slow(Event())
    one.may_go_on.set()
    assert (one.figure, one.figure, one.times) == (7, 7, 1)
    assert Slow.figure.__doc__ == "A figure."


def test_nobody_waits_for_that_of_another() -> None:
    slow, quick = Slow(Event()), Slow(Event())
    quick.may_go_on.set()
    working = Thread(target=lambda: slow.figure)
    working.start()
    assert slow.begun.wait(20.0)
    assert quick.figure == 7, "while the slow one is under way"
    slow.may_go_on.set()
    working.join(20.0)
    assert (slow.figure, slow.times) == (7, 1)
