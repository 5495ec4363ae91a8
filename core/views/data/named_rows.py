"""A row of the data in words: what it is about, and its figures with their units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from core.base import format as fmt
from core.inputs.data import Inputs
from core.inputs.declaration import Resource
from core.inputs.lever import Lever, Value
from core.inputs.levers import Levers
from core.views.data.worked import number

MOST_FIGURES: Final = 3
"""Of a row that holds more figures than this, the others are counted."""
_RANGE: Final = re.compile(r"(.*?)_?(low|base|high)", re.ASCII)
_LEVER: Final = "lever_id"
_UNITS: Final = {"usd": "USD", "bn": "billion", "gw": "GW"}


def subject(inputs: Inputs, resource: Resource, row: Mapping[str, Any]) -> str:
    """Return what a row is about: its key, with names in place of ids. row: its cells, None where one is empty."""
    keys = resource["schema"]["primaryKey"]
    referred = {one["fields"][0]: one["reference"]["resource"] for one in resource["schema"].get("foreignKeys", [])}
    said = []
    for place, key in enumerate(keys):
        cell = str(row[key])
        if key == _LEVER:
            said.append(inputs.levers[cell].label)
        elif key in referred:
            said.append(_names(inputs, referred[key], key).get(cell, cell))
        elif place == 0 and row.get("name"):
            said.append(str(row["name"]))
        else:
            said.append(fmt.sentence(cell.replace("_", " ")))
    return ", ".join(said)


@lru_cache(maxsize=32)
def _names(inputs: Inputs, table: str, key: str) -> Mapping[str, str]:
    """Return what the rows of a table are called, by their ids; nothing if they have no names."""
    frame = inputs.tables[table]
    return dict(zip(frame[key], frame["name"], strict=True)) if "name" in frame else {}


def figures(inputs: Inputs, resource: Resource, row: Mapping[str, Any]) -> str:
    """Return the figures of a row with range and unit: `12,500 (10,000 to 15,000) USD per chip`."""
    if row.get(_LEVER) is not None:
        return _of_lever(inputs.levers, str(row[_LEVER]))
    told = list(_figures(resource, row))
    named = [words if len(told) == 1 or not name else f"{name} {words}" for name, words in told]
    more = len(named) - MOST_FIGURES
    return "; ".join([*named[:MOST_FIGURES], *([f"and {more} more"] if more > 0 else [])])


def _of_lever(levers: Levers, lever_id: str) -> str:
    lever = levers[lever_id]
    base = _setting(lever, lever.base)
    if lever.low is None or lever.high is None:
        ranged = base
    else:
        ranged = f"{base} ({_setting(lever, lever.low)} to {_setting(lever, lever.high)})"
    return f"{ranged} {lever.unit}" if lever.is_numeric and not lever.is_share else ranged


def _setting(lever: Lever, value: Value) -> str:
    if isinstance(value, str):
        return value
    return fmt.setting(value) if lever.is_share else number(value)


def _figures(resource: Resource, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each figure of a row: what it is called, and itself with range and unit."""
    keys = resource["schema"]["primaryKey"]
    units = {field["name"]: field["unit"] for field in resource["schema"]["fields"] if field["type"] != "string"}
    for name, declared in units.items():
        ranged = _RANGE.fullmatch(name)
        if name in keys or row.get(name) is None or name == "year" or (ranged and ranged[2] != "base"):
            continue
        bare = ranged[1] if ranged else name
        unit = _unit(declared, bare, row)
        low, high = (row.get(name.removesuffix("base") + end) if ranged else None for end in ("low", "high"))
        words = _written(row[name], unit)
        if low is not None and high is not None:
            words = f"{words} ({_written(low, unit)} to {_written(high, unit)})"
        called = bare.replace("_", " ") if _is_share(unit) else _without_unit(bare, unit)
        yield called, words if _is_share(unit) else f"{words} {_in_words(unit)}"


def _unit(declared: str, bare: str, row: Mapping[str, Any]) -> str:
    """Return the unit of a column: as declared, as the row says, or the column itself where one of it is one."""
    if declared.endswith("as column unit says"):
        return str(row["unit"])
    return fmt.sentence(bare) if declared.endswith(" = 1") else declared


def _written(value: float, unit: str) -> str:
    return fmt.setting(value) if _is_share(unit) else number(value)


def _is_share(unit: str) -> bool:
    return unit.split(" ")[0] == "share"


def _in_words(unit: str) -> str:
    """Return the unit that a row names as it is read: `usd_bn` as `USD billion`."""
    return " ".join(_UNITS.get(word, word) for word in unit.split("_"))


def _without_unit(name: str, unit: str) -> str:
    """Return the name of a column in words, without the unit at its end: `system power` for `system_power_w`."""
    of_unit = {word.lower() for word in re.split(r"\W+", unit)} | {re.sub(r"\W", "", unit).lower()}
    words = name.split("_")
    while words and words[-1] in of_unit:
        words.pop()
    return " ".join(words)
