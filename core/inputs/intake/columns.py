"""Which column of a table a header means, and which table a grid is: how alike their words are, from 0 to 1.

Words are compared without case, accents, plurals and signs, in English and German; what a header says of its unit is
compared too, for columns are named after theirs. A score is a reason to offer a match first, never to take it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from core.inputs.declaration import Resource, column_names
from core.inputs.declaration import resources as declared_tables
from core.inputs.intake.units import spoken, unit_in, unit_of

Field = Mapping[str, Any]
LEAST: Final = 0.45
"""Score from which a match is offered."""
OF_UNIT: Final = 0.6
"""Score of a header whose unit alone tells the column."""
ALIKE: Final = 0.82
"""How alike two words are from which they count as the same one, misspelt."""
_SHARE: Final = re.compile(r"(?P<merchant>[a-z][a-z0-9_]*)_share_(?:today|plan)", re.ASCII)
_SAME: Final = spoken()
_SILENT: Final = frozenset(
    {"per", "the", "of", "a", "an", "in", "and", "for", "der", "die", "das", "pro", "je", "from", "id", "million", "bn"}
)
_WEIGHTS: Final = {"usd": 0.5, "w": 0.5, "wh": 0.5, "base": 0.5, "total": 0.5}


def kind(field: Field) -> str:
    """Return what a column holds: `number`, `year`, `quarter`, `day`, `word` of a list, `id` or `text`."""
    rule = field.get("constraints", {})
    if field["type"] in ("number", "integer"):
        return "year" if field.get("unit") == "calendar year" else "number"
    if "enum" in rule:
        return "word"
    if str(field.get("example", "")).endswith("-Q1"):
        return "quarter"
    if str(rule.get("pattern", "")).startswith("^(19|20)"):
        return "day"
    return "id" if "pattern" in rule and "text" not in field else "text"


def words(text: str) -> tuple[str, ...]:
    """Return the words of a header as they are compared."""
    text = re.sub(
        r"(?<=[a-z])(?=[A-Z])", " ", text.replace("$", " usd ").replace("€", " eur ").replace("%", " percent ")
    )
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(one for one in text if not unicodedata.combining(one))
    found = [word for word in re.split(r"[^a-z0-9]+", text) if word]
    return tuple(_word(word) for word in found)


def _word(word: str) -> str:
    word = _SAME.get(word, word)
    single = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    return _SAME.get(single, single)


@functools.lru_cache(maxsize=20_000)
def score(header: str, name: str) -> float:
    """Return how alike a header and a column's name are: the share of their words that both have."""
    if header == name:
        return 1.0
    if header.strip().casefold() == name or words(header) == words(name.removesuffix("_id")) != words(name):
        return 0.99
    ours, theirs = words(header), words(name)
    if ours == theirs or (sorted(ours) == sorted(theirs) and ours):
        return 0.98
    left = [word for word in ours if word not in _SILENT]
    asked = [word for word in theirs if word not in _SILENT]
    total = sum(_weight(word) for word in [*left, *asked])
    shared = 0.0
    for word in asked:
        best = max(left, key=lambda one: _alike(one, word), default=None)
        if best is not None and _alike(best, word) >= ALIKE:
            shared += _weight(best) + _weight(word)
            left.remove(best)
    return min(0.95, shared / total) if total else 0.0


def fit(header: str, field: Field) -> float:
    """Return how well a header fits a column: by its words, or by a unit that says as much: `cents per kWh`."""
    by_words = score(header, field["name"])
    if by_words < OF_UNIT and (found := unit_in(header)) and (declared := unit_of(field.get("unit", ""))):
        given = found[1]
        asks = {name for name, _ in declared.per}
        telling = given.kind not in ("money", "share") or asks & {"energy", "power"}
        if telling and given.kind == declared.kind and {name for name, _ in given.per} == asks:
            return OF_UNIT
    return by_words


def _weight(word: str) -> float:
    return _WEIGHTS.get(word, 1.0)


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other).ratio() if min(len(one), len(other)) > 3 else 0.0


def with_shares(resource: Resource, headers: Sequence[str]) -> Resource:
    """Return a table with the shares of the merchants that its headers name, where it has such columns.

    Who the merchants are another table says, which may come in the same upload.
    """
    own = next(one for one in declared_tables() if one["name"] == resource["name"])
    if not any("each" in field for field in _with_each(resource["name"])):
        return resource
    known = [match["merchant"] for name in column_names(resource) if (match := _SHARE.fullmatch(name))]
    named = [
        match["merchant"]
        for header in headers
        if header not in column_names(own) and (match := _SHARE.fullmatch(header))
    ]
    others = list(dict.fromkeys(one for one in [*known, *named] if one != "custom"))
    return next(one for one in declared_tables(others) if one["name"] == resource["name"])


@functools.cache
def _with_each(name: str) -> tuple[Field, ...]:
    """Return the columns of a table that stand once for each merchant: those that come with one."""
    plain, one = (
        next(resource["schema"]["fields"] for resource in declared_tables(others) if resource["name"] == name)
        for others in ((), ("x",))
    )
    known = {field["name"] for field in plain}
    return tuple({**field, "each": True} for field in one if field["name"] not in known)


def likeness(resource: Resource, headers: Sequence[str]) -> float:
    """Return how well headers fit a table: the share of headers that are offered a column, and of its needed ones."""
    stated = [header for header in headers if header]
    if not stated:
        return 0.0
    best = matches(resource["schema"]["fields"], stated)
    fitting = sum(sure for _, sure in best.values())
    needed = [
        field["name"]
        for field in resource["schema"]["fields"]
        if field.get("constraints", {}).get("required") and not field.get("optional")
    ]
    found = {name for name, _ in best.values()}
    return 0.7 * fitting / len(stated) + 0.3 * sum(name in found for name in needed) / max(1, len(needed))


def matches(fields: Sequence[Field], headers: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Return the column that each header is offered, with how sure it is: each column once, the surest first."""
    found: dict[str, tuple[str, float]] = {}
    pairs = [(fit(header, one), -i, header, one["name"]) for header in headers for i, one in enumerate(fields)]
    taken: set[str] = set()
    for sure, _, header, name in sorted(pairs, key=lambda pair: (-pair[0], not pair[3].endswith("base"), -pair[1])):
        if sure >= LEAST and header not in found and name not in taken:
            found[header] = (name, sure)
            taken.add(name)
    return found
