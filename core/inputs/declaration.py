"""The declaration of the data: files, columns, keys, bounds and words, in the form of the Data Package standard."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

BUNDLED: Final = Path(__file__).resolve().parents[2] / "data"
PACKAGE: Final = BUNDLED / "datapackage.json"
Resource = Mapping[str, Any]
"""A file with its columns, in the standard's own terms."""


@functools.cache
def resources() -> Sequence[Resource]:
    """Return the tables as datapackage.json declares them, referred ones first."""
    declared: Sequence[Resource] = tuple(json.loads(PACKAGE.read_text(encoding="utf-8"))["resources"])
    return declared


def column_names(resource: Resource) -> tuple[str, ...]:
    """Return the columns that a file must have."""
    return tuple(field["name"] for field in resource["schema"]["fields"])


def expected_in_words(field: Mapping[str, Any]) -> str:
    """Say what may stand in a column: `a number from 0 to 1`."""
    rule = field.get("constraints", {})
    if words := rule.get("enum"):
        return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    if field["type"] == "string":
        return f"text like {field['example']}" if "example" in field else "text"
    bounds = [
        f"{words} {rule[name]}"
        for name, words in (("exclusiveMinimum", "above"), ("minimum", "of at least"), ("maximum", "of at most"))
        if name in rule
    ]
    return " ".join(["a number" if field["type"] == "number" else "a whole number", " and ".join(bounds)]).strip()
