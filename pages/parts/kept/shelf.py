"""What was worked out, kept for all visitors in one place that is bounded in bytes; the one way to it is `once`.

What is kept goes by what it was worked out from: the data by the hash of their content, and the scenario. Scenarios of
two data sets can be equal while their prices are not, so a scenario alone names nothing. Who asks has passed the check
that he may see the data (pages.parts.work.dataset): a name that holds their hash can only be made from the data.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from cachetools import LRUCache
from numpy.typing import NDArray

from core.inputs.data import Inputs
from core.inputs.levers import Levers

Found = TypeVar("Found")
Name = tuple[Hashable, ...]

MOST_BYTES: Final = 320 * 2**20
"""What all that is kept takes at most: some hundred answers or futures of the bundled size."""
OBJECT_BYTES: Final = 64
"""What anything takes that is no array."""


@dataclass(frozen=True)
class _Kept:
    value: Any
    size: int


_shelf: Final[LRUCache[Name, _Kept]] = LRUCache(MOST_BYTES, getsizeof=lambda kept: kept.size)
_reading: Final = Lock()
"""Held while something is taken or put, never while it is worked out."""


def once(name: Name, make: Callable[[], Found]) -> Found:
    """Return what `make` returns, or has returned before under the same name; nothing is kept if it raises.

    Two who ask at once for what is not there may both work it out; both get the same afterwards.
    """
    kept = known(name)
    if kept is None:
        kept = make()
        put(name, kept)
    found: Found = kept
    return found


def known(name: Name) -> Any | None:
    """Return what is kept under a name, None if nothing is."""
    with _reading:
        kept = _shelf.get(name)
    return None if kept is None else kept.value


def put(name: Name, value: object) -> None:
    """Keep a value, and let go of what was looked at longest ago as far as there is no room; too large, it is not."""
    kept = _Kept(value, size_of(value))
    if kept.size <= MOST_BYTES:
        with _reading:
            _shelf[name] = kept


def clear() -> None:
    """Let go of all, as tests do."""
    with _reading:
        _shelf.clear()


def size() -> int:
    """Return the bytes that all that is kept takes."""
    with _reading:
        return int(_shelf.currsize)


def size_of(value: object) -> int:
    """Return about how many bytes a value takes: its arrays and texts, each once, and a little for all else.

    A data set within it counts in full, though others may hold it, too: while the value is kept, so are they.
    """
    return _size_of(value, set())


_sizes: Final[WeakKeyDictionary[Inputs, int]] = WeakKeyDictionary()


def _size_of(value: object, seen: set[int]) -> int:
    if value is None or isinstance(value, float | int):
        return OBJECT_BYTES
    if isinstance(value, str):
        return OBJECT_BYTES + len(value)
    if isinstance(value, np.ndarray):
        return _size_of_array(value, seen)
    if id(value) in seen or isinstance(value, Levers):
        return 0
    seen.add(id(value))
    if isinstance(value, pd.DataFrame | pd.Series):
        return int(np.sum(value.memory_usage(deep=True)))
    if isinstance(value, Inputs):
        return _size_of_data(value)
    if isinstance(value, tuple | list | set | frozenset):
        return OBJECT_BYTES + sum(_size_of(part, seen) for part in value)
    parts = getattr(value, "__dict__", value if isinstance(value, Mapping) else {})
    # All at once: others work with the same answer, which keeps what it works out for them, here in between.
    return OBJECT_BYTES + sum(_size_of(part, seen) for part in tuple(parts.values()))


def _size_of_array(array: NDArray[Any], seen: set[int]) -> int:
    """Return what an array takes: as part of another, what that takes, once."""
    owner: Any = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if id(owner) in seen:
        return 0
    seen.add(id(owner))
    return int(owner.nbytes) + OBJECT_BYTES


def _size_of_data(inputs: Inputs) -> int:
    if inputs not in _sizes:
        _sizes[inputs] = sum(_size_of(part, set()) for part in tuple(vars(inputs).values()))
    return _sizes[inputs]
