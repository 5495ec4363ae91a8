"""What is kept for all visitors: by the content that it was worked out from, and no more than there is room for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from cachetools import LRUCache

from core.inputs.data import Inputs
from core.story.answer import Answer
from pages.parts.kept import bridges, doubts, programmes, shelf
from pages.parts.kept.answer import answer
from pages.parts.work import dataset, saved
from tests.support.altered import PRICE, altered
from tests.support.frozen import BASE, INPUTS

ROOM = 100_000


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shelf that has room for a hundred thousand bytes."""
    monkeypatch.setattr(shelf, "MOST_BYTES", ROOM)
    monkeypatch.setattr(shelf, "_shelf", LRUCache(ROOM, getsizeof=lambda kept: kept.size))


def on(inputs: Inputs) -> None:
    patch.object(dataset, "in_use", lambda: inputs).start()


@pytest.fixture
def dearer(tmp_path: Path) -> Iterator[Inputs]:
    """Data with the same levers and another price: a scenario of the one equals a scenario of the other."""
    yield altered(tmp_path, PRICE)
    patch.stopall()


@pytest.mark.parametrize(
    "of",
    [
        lambda scenario: answer(scenario).metric("npv_usd"),
        lambda scenario: programmes.study(scenario).answer.metric("npv_usd"),
        lambda scenario: tuple(map(tuple, doubts.tornado(scenario).to_numpy().tolist())),
        lambda scenario: saved.figures(dataset.in_use(), scenario).summary["value_usd"],
        lambda scenario: bridges.between(scenario, scenario.replace(pue=1.3)).inputs.data_version,
    ],
    ids=["answer", "programme", "tornado", "snapshot", "bridge"],
)
def test_equal_scenarios_on_two_data_sets_are_kept_apart(of, dearer: Inputs) -> None:  # type: ignore[no-untyped-def]
    assert dearer.base == INPUTS.base
    ours = of(BASE)
    on(dearer)
    theirs = of(dearer.base)
    assert theirs != ours
    patch.stopall()
    assert of(BASE) == ours


def test_equal_data_that_were_read_twice_share_what_was_worked_out(tmp_path: Path) -> None:
    first = answer(BASE)
    on(altered(tmp_path))
    assert answer(BASE) is first
    patch.stopall()


@pytest.mark.usefixtures("small")
def test_no_more_is_kept_than_there_is_room_for() -> None:
    for name in "abcd":
        shelf.put((name,), np.zeros(ROOM // 5 // 8))
    assert shelf.known(("a",)) is not None
    shelf.put(("e",), np.zeros(ROOM // 5 // 8))
    assert [name for name in "abcde" if shelf.known((name,)) is not None] == ["a", "c", "d", "e"]
    assert shelf.size() <= ROOM
    shelf.put(("vast",), np.zeros(ROOM))
    assert shelf.known(("vast",)) is None and shelf.known(("a",)) is not None


def test_a_size_counts_each_array_once_and_the_data_that_stay_with_an_answer() -> None:
    array = np.zeros(1000)
    assert 8000 <= shelf.size_of((array, array[10:], array.reshape(10, 100))) < 8000 + 10 * shelf.OBJECT_BYTES
    assert (
        shelf.size_of(Answer.of(INPUTS, BASE))
        > shelf.size_of(INPUTS)
        > sum(frame.memory_usage(deep=True).sum() for frame in INPUTS.tables.values())
    )


def test_a_size_is_counted_while_somebody_else_works_with_the_value() -> None:
    shared = SimpleNamespace()

    class Touched(dict[str, str]):
        """A part that is looked at: at that moment another visitor's page has the value work something out."""

        __slots__ = ()

        def values(self) -> Any:
            shared.worked_out = "meanwhile"
            return super().values()

    shared.first, shared.second = Touched(), np.zeros(1000)
    assert shelf.size_of(shared) > 8000
    assert shared.worked_out == "meanwhile"


def test_what_takes_long_keeps_nobody_else_waiting() -> None:
    began, may_end = threading.Event(), threading.Event()

    def slow() -> str:
        began.set()
        assert may_end.wait(10)
        return "slow"

    waiting = threading.Thread(target=shelf.once, args=(("slow",), slow))
    waiting.start()
    assert began.wait(10)
    assert shelf.once(("quick",), lambda: "quick") == "quick"
    may_end.set()
    waiting.join()
    assert shelf.known(("slow",)) == "slow"


def test_nothing_is_kept_of_what_failed() -> None:
    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shelf.once(("name",), fail)
    assert shelf.once(("name",), lambda: "found") == "found"
