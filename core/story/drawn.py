"""A figure as the screen gets it: its words, and of its charts the specification and the columns that it reads.

The page hands this over when its script runs, and the live route while a slider is dragged: one function makes both,
so what is seen on the way is what stands there on arrival.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Final

import numpy as np
import pandas as pd

from core.story.figure import Figure, Head, Metric, Panel, View
from core.story.glossary import explained
from core.story.plot import Mode, Spec

Drawn = dict[str, Any]
"""Texts, numbers, lists and dictionaries only: JSON with null where there is no figure."""

STRIP, SAID = "strip", "said"
"""What the places of the headline figures, and of what stands below the finding, are called."""
_MOST_SPECS: Final = 512
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class _Read:
    """A specification that was looked at: what it is called, and every word in it."""

    spec: Spec
    name: str
    words: frozenset[str]


_read: Final[dict[int, _Read]] = {}
"""By identity: a specification is compiled once and never changed."""


def _look_at(spec: Spec) -> _Read:
    found = _read.get(id(spec))
    if found is None or found.spec is not spec:
        text = json.dumps(spec)
        found = _Read(spec, hashlib.sha256(text.encode()).hexdigest()[:16], frozenset(_WORD.findall(text)))
        while len(_read) >= _MOST_SPECS:
            _read.pop(next(iter(_read)), None)
        _read[id(spec)] = found
    return found


class Part(Enum):
    """How much of a figure stands in one place: a page may put the words of a chart beside it."""

    WHOLE = ""
    CHART = "chart of "
    WORDS = "words of "

    def place(self, name: str) -> str:
        """Return what the place is called in which this part of the figure of `name` stands."""
        return f"{self.value}{name}"


def part_in(place: str) -> tuple[Part, str]:
    """Return which part of which figure stands in a place; the inverse of `Part.place`."""
    for part in (Part.CHART, Part.WORDS):
        if place.startswith(part.value):
            return part, place.removeprefix(part.value)
    return Part.WHOLE, place


def drawn(figure: Figure[View], view: View, mode: Mode, part: Part = Part.WHOLE) -> Drawn:
    """Return a figure as the screen gets it: `title`, `caption`, the `help` that tells their words, `charts`, and
    `words`, a table of which row 0 is its heading; `picks` names the columns that tell a mark that is clicked, `takes`
    what a click on the head of each other row of words takes.

    A chart has a `name`, a `label` and a `note` above it, what it `says` to those who cannot see it, its `spec` and
    `spec_name`, and `columns` by name.
    """
    words = cells(figure.words(view)) if part is not Part.CHART and figure.words is not None else []
    if part is Part.WORDS:
        return {"name": part.place(figure.name), "title": "", "caption": "", "help": "", "charts": [], "words": words}
    title, caption = figure.title(view), figure.caption(view)
    said = f"{title}. {caption}"
    charts = []
    if figure.panels is not None:
        charts = [_panel(one, said) for one in figure.panels(mode, view)]
    elif figure.spec is not None and figure.frame is not None:
        frame = figure.frame(view)
        charts = [] if frame.empty else [chart(figure.name, figure.spec(mode, view), frame, said, figure.picks)]
        words = words if charts else []
    return {
        "name": part.place(figure.name),
        "title": title,
        "caption": caption,
        "help": explained(title, caption),
        "charts": charts,
        "words": words,
        **({"picks": list(figure.picks)} if figure.picks else {}),
        **(
            {"takes": [one and asdict(one) for one in figure.takes(view)]} if figure.takes is not None and words else {}
        ),
    }


def drawn_head(head: Head[View], view: View) -> Drawn:
    """Return the headline figures of a page as the screen gets them, see `drawn_strip`."""
    metrics = [] if head.metrics is None else head.metrics(view)
    return drawn_strip(metrics, "" if head.note is None else head.note(view))


def drawn_strip(metrics: Sequence[Metric], note: str = "") -> Drawn:
    """Return headline figures, and what must be known of them, as the screen gets them."""
    return {"name": STRIP, "metrics": [asdict(one) for one in metrics], "note": note}


def drawn_line(name: str, text: str) -> Drawn:
    """Return a sentence that stands by itself as the screen gets it."""
    return {"name": name, "text": text}


def as_json(said: Drawn) -> bytes:
    """Return what the screen gets as it travels."""
    return json.dumps(said, separators=(",", ":"), allow_nan=False, default=_of_numpy).encode()


def _of_numpy(one: Any) -> Any:
    if isinstance(one, np.generic):
        return one.item()
    raise TypeError(f"{type(one).__name__} is nothing that a screen gets")


def _panel(one: Panel, said: str) -> Drawn:
    return {**chart(one.name, one.spec, one.frame, f"{one.label}. {said}"), "label": one.label, "note": one.note}


def chart(name: str, spec: Spec, frame: pd.DataFrame, said: str, picks: tuple[str, ...] = ()) -> Drawn:
    """Return one chart as the screen gets it, see `drawn`: with the columns that its specification or `picks` names."""
    looked = _look_at(spec)
    columns = {field: _plain(frame[field]) for field in frame.columns if field in looked.words or field in picks}
    return {"name": name, "says": said, "spec": spec, "spec_name": looked.name, "columns": columns}


def cells(rows: pd.DataFrame) -> list[list[str]]:
    """Return a table of words as lists, its heading first; of no rows an empty list."""
    if rows.empty:
        return []
    return [[str(name) for name in rows.columns], *([str(cell) for cell in row] for row in rows.to_numpy().tolist())]


def _plain(column: pd.Series[Any]) -> list[Any]:
    """Return a column as JSON has it: None where it has no figure."""
    if column.dtype.kind == "f":
        figures = column.to_numpy(float)
        if np.isfinite(figures).all():
            return figures.tolist()
        return [figure if np.isfinite(figure) else None for figure in figures.tolist()]
    if column.dtype.kind in "biu":
        return column.tolist()
    return [None if one is None or one != one else one for one in column.tolist()]
