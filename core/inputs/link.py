"""A scenario as the parameters of a link, and what a link says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.inputs.checked import CHECK_KEY, COUNT_KEY, is_view
from core.inputs.levers import Levers
from core.inputs.scenario import Scenario

DATA_KEY: Final = "data"
MODEL_KEY: Final = "model"
_NO_LEVERS: Final = frozenset({DATA_KEY, MODEL_KEY, COUNT_KEY, CHECK_KEY})


@dataclass(frozen=True)
class Reading:
    """What a link says: the scenario as far as it could be applied, and what could not, in words.

    `unknown` are what it names that is no lever of the data: levers of other data, or no levers at all.
    """

    scenario: Scenario
    problems: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    data_version: str | None = None
    model_version: str | None = None


def to_query(scenario: Scenario, *, data_version: str, model_version: str) -> dict[str, str]:
    """Return the scenario as the parameters of a link: the levers off base, then both versions.

    `str` of a float is the shortest text that reads back as the same number, so nothing is lost.
    """
    levers = {name: str(value) for name, value in scenario.changes.items()}
    return {**levers, DATA_KEY: data_version, MODEL_KEY: model_version}


def from_query(levers: Levers, query: Mapping[str, str]) -> Reading:
    """Read the parameters of a link; what cannot be applied is left at base and said in `problems` and `unknown`."""
    accepted: dict[str, object] = {}
    problems, unknown = [], []
    for name, text in query.items():
        if name in _NO_LEVERS or is_view(name):
            continue
        if name not in levers:
            unknown.append(name)
            continue
        value = number(text) if levers[name].is_numeric else text
        if problem := levers[name].problem(value):
            problems.append(problem)
        else:
            accepted[name] = value
    versions = query.get(DATA_KEY), query.get(MODEL_KEY)
    return Reading(Scenario.of(levers, accepted), tuple(problems), tuple(unknown), *versions)


def number(text: str) -> float | int | str:
    """Return the number that `text` writes plainly (no blanks, underscores or other scripts), else `text`."""
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII) is None:
        return text
    return int(text) if len(text) < 20 and re.fullmatch(r"[+-]?\d+", text, re.ASCII) else float(text)
