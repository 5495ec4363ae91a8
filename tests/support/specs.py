"""What a specification of Vega-Lite says, read generically."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pandas as pd

from core.story import plot
from core.story.plot import PALETTES, Mode, Spec

MODES: tuple[Mode, ...] = get_args(Mode)
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
MOST_GREYS = 8
"""Greys of one chart: six merchants, facilities and running cost."""


def colours(mode: Mode) -> list[str]:
    """All colours that a chart may wear in a mode, in one order for both modes, for however many suppliers."""
    palette = PALETTES[mode]
    named = [c for kept in vars(palette).values() for c in (kept if isinstance(kept, tuple) else (kept,))]
    greys = [grey for count in range(1, MOST_GREYS + 1) for grey in plot.greys(palette, count)]
    lines = [line for suppliers in range(2, MOST_GREYS) for line in plot.supplier_lines(palette, suppliers)[0]]
    return [*named, *greys, *lines]


def nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Every object within a specification, the outermost first."""
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)


def _of_datum(expression: object) -> set[str]:
    return set(re.findall(r"datum\.(\w+)", json.dumps(expression)))


def _fields(value: object) -> set[str]:
    return {node["field"] for node in nodes(value) if isinstance(node.get("field"), str)}


def missing_fields(spec: Spec, frame: pd.DataFrame) -> list[str]:
    """Every field that a chart reads although neither its frame nor a step before has it, with its layer."""
    found = []
    for place, layer in enumerate(spec.get("layer", [spec])):
        known = set(map(str, frame.columns))
        for step in [*spec.get("transform", []), *layer.get("transform", [])]:
            reads = (
                _of_datum([step.get("filter"), step.get("calculate")]) | _fields(step) | set(step.get("groupby", []))
            )
            reads |= {step["stack"]} if "stack" in step else set()
            found += [f"layer {place}: {name}" for name in sorted(reads - known)]
            made = {node["as"] for node in nodes(step) if isinstance(node.get("as"), str)}
            made |= set(step["as"]) if isinstance(step.get("as"), list) else set()
            known = made | set(step["groupby"]) if "aggregate" in step else known | made
        shown = _fields(layer.get("encoding", {}))
        found += [f"layer {place}: {name}" for name in sorted(shown - known)]
    return found
