"""A scenario is a value: one setting of every lever, frozen, hashable, valid by construction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.base.lazy import cached_property
from core.inputs.lever import RefusedError, Value, shown
from core.inputs.levers import Levers

Columns = Mapping[str, NDArray[np.float64]]
"""A batch of scenarios as the model reads it: an array (batch,) by lever id."""


class ScenarioError(RefusedError):
    """A scenario that cannot be read."""


@dataclass(frozen=True)
class Scenario(Mapping[str, Value]):
    """One setting of every lever of a data set. Build it with `Scenario.of`; vary it with `replace`.

    It reads like a mapping from lever id to value. Two scenarios with equal levers and values are equal and hash alike.
    """

    levers: Levers
    _values: tuple[Value, ...]

    @classmethod
    def of(cls, levers: Levers, changes: Mapping[str, object] | None = None) -> Scenario:
        """Return the base scenario of `levers` with `changes` by lever id.

        Raises ScenarioError that lists every unknown lever and every value that its lever may not take.
        """
        return cls(levers, tuple(lever.base for lever in levers.values()))._with(changes or {})

    def replace(self, **changes: Value) -> Scenario:
        """Return this scenario with `changes`; raises ScenarioError as `of` does."""
        return self._with(changes)

    def _with(self, changes: Mapping[str, object]) -> Scenario:
        """Return this scenario with `changes`, which alone are looked at: what it holds is valid."""
        levers = self.levers
        problems = [problem for name, value in changes.items() if (problem := problem_of(levers, name, value))]
        if problems:
            raise ScenarioError(problems)
        changed = {name: levers[name].normal(value) for name, value in changes.items()}
        return Scenario(levers, tuple({**self._index, **changed}.values()))

    @property
    def changes(self) -> dict[str, Value]:
        """Return the levers that are off base, by id, in the order of its levers."""
        return dict(self._changes)

    @cached_property
    def _changes(self) -> dict[str, Value]:
        held = zip(self.levers.items(), self._values, strict=True)
        return {name: value for (name, lever), value in held if value != lever.base}

    def __getitem__(self, name: str) -> Value:
        return self._index[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.levers)

    def __len__(self) -> int:
        return len(self.levers)

    def __hash__(self) -> int:
        return hash(self._values)

    @cached_property
    def _index(self) -> dict[str, Value]:
        return dict(zip(self.levers, self._values, strict=True))

    def number(self, name: str) -> float:
        """Return lever `name` as the model counts it (an option by its index)."""
        return self.levers[name].number(self[name])


def problem_of(levers: Levers, name: str, value: object) -> str | None:
    """Say in words what is wrong with setting lever `name` to `value`, or return None if nothing is."""
    if name not in levers:
        return f"{shown(name)[1:-1]}: there is no such lever"
    return levers[name].problem(value)


def columns(scenarios: Sequence[Scenario]) -> dict[str, NDArray[np.float64]]:
    """Return a batch of scenarios of one data set, at least one, as one array (batch,) a lever, as the model counts."""
    levers = scenarios[0].levers
    rows = [[lever.number(one[name]) for name, lever in levers.items()] for one in scenarios]
    table = np.array(rows, dtype=np.float64)
    return {name: np.ascontiguousarray(table[:, i]) for i, name in enumerate(levers)}


def to_json(scenario: Scenario) -> dict[str, Value]:
    """Return every lever by id, ready for `json.dumps`."""
    return dict(scenario)


def from_json(levers: Levers, value: object, place: str = "scenario") -> Scenario:
    """Read a scenario from parsed JSON: an object of levers by id, those left out at base.

    Raises ScenarioError that lists every problem, each beginning with `place`.
    """
    if not isinstance(value, dict):
        raise ScenarioError([f"{place}: {shown(value)} is not an object of levers; write {{}} for the base"])
    try:
        return Scenario.of(levers, value)
    except ScenarioError as error:
        raise ScenarioError([f"{place}: {problem}" for problem in error.problems]) from None
