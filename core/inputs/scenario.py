"""A scenario is a value: one setting of every lever, frozen, hashable, valid by construction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.inputs.lever import RefusedError, Value, shown
from core.inputs.levers import LEVER, LEVERS

Columns = Mapping[str, NDArray[np.float64]]
"""A batch of scenarios as the model reads it: an array (batch,) by lever id."""


class ScenarioError(RefusedError):
    """A scenario that cannot be read."""


@dataclass(frozen=True)
class Scenario(Mapping[str, Value]):
    """One setting of every lever. Build it with `Scenario.of`; vary it with `replace`.

    It reads like a mapping from lever id to value. Two scenarios with equal values are equal and hash alike.
    """

    _values: tuple[Value, ...] = field(default=tuple(lever.base for lever in LEVERS))

    @classmethod
    def of(cls, changes: Mapping[str, object] | None = None) -> Scenario:
        """Return the base scenario with `changes` by lever id.

        Raises ScenarioError that lists every unknown lever and every value that its lever may not take.
        """
        changes = changes or {}
        problems = [problem for name, value in changes.items() if (problem := problem_of(name, value))]
        if problems:
            raise ScenarioError(problems)
        return cls(tuple(lever.normal(changes[lever.id]) if lever.id in changes else lever.base for lever in LEVERS))

    def replace(self, **changes: Value) -> Scenario:
        """Return this scenario with `changes`; raises ScenarioError as `of` does."""
        return Scenario.of({**self, **changes})

    @property
    def changes(self) -> dict[str, Value]:
        """Return the levers that are off base, by id, in the order of `LEVERS`."""
        return {lever.id: self[lever.id] for lever in LEVERS if self[lever.id] != lever.base}

    def __getitem__(self, name: str) -> Value:
        return self._index[name]

    def __iter__(self) -> Iterator[str]:
        return iter(LEVER)

    def __len__(self) -> int:
        return len(LEVERS)

    def __hash__(self) -> int:
        return hash(self._values)

    @cached_property
    def _index(self) -> dict[str, Value]:
        return dict(zip(LEVER, self._values, strict=True))

    def number(self, name: str) -> float:
        """Return lever `name` as the model counts it (an option by its index)."""
        return LEVER[name].number(self[name])


def problem_of(name: str, value: object) -> str | None:
    """Say in words what is wrong with setting lever `name` to `value`, or return None if nothing is."""
    if name not in LEVER:
        return f"{shown(name)[1:-1]}: there is no such lever"
    return LEVER[name].problem(value)


BASE: Final = Scenario()


def columns(scenarios: Iterable[Scenario]) -> dict[str, NDArray[np.float64]]:
    """Return a batch of scenarios as one array (batch,) a lever, as the model counts them."""
    rows = [[lever.number(value) for lever, value in zip(LEVERS, s._values, strict=True)] for s in scenarios]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(LEVERS))
    return {lever.id: np.ascontiguousarray(table[:, i]) for i, lever in enumerate(LEVERS)}


def to_json(scenario: Scenario) -> dict[str, Value]:
    """Return every lever by id, ready for `json.dumps`."""
    return dict(scenario)


def from_json(value: object, place: str = "scenario") -> Scenario:
    """Read a scenario from parsed JSON: an object of levers by id, those left out at base.

    Raises ScenarioError that lists every problem, each beginning with `place`.
    """
    if not isinstance(value, dict):
        raise ScenarioError([f"{place}: {shown(value)} is not an object of levers; write {{}} for the base"])
    try:
        return Scenario.of(value)
    except ScenarioError as error:
        raise ScenarioError([f"{place}: {problem}" for problem in error.problems]) from None
