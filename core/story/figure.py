"""One declaration a figure: what the page, the picture, the workbook, the interface and the tests all read.

A figure is a chart, a table of words or a sentence, with its finding. It is drawn from what its page looks at, the
page's *view*: the answer alone, or the answer with what the reader picked (a quarter, a workload, a life of chips).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

import pandas as pd

from core.story.answer import Answer
from core.story.plot import Mode, Spec

View = TypeVar("View")
Option = TypeVar("Option", bound=Hashable)


class Chosen(Protocol):
    """Says which of the options that are on offer under a name the reader has picked, the default if none."""

    def __call__(self, name: str, options: Sequence[Option], default: Option) -> Option:
        """Return one of the options."""


class Known(Protocol):
    """Says what long work has found already: what lasts too long to be done while a page is drawn."""

    def __call__(self, kind: str, name: str) -> Any | None:
        """Return what is kept of work of a kind under a name, a hash of all that it depends on; None if nothing is.

        Under no name that is what the page stood on when it was drawn.
        """


@dataclass(frozen=True)
class Metric:
    """A headline figure: what it is, how much, how it compares, and whether that is good news."""

    label: str
    value: str
    change: str
    beside: str
    good: bool | None  # None: neither
    help: str


@dataclass(frozen=True)
class Take:
    """What a click on the head of a row takes: by which name it is known, and what is said of it before."""

    name: str
    help: str


@dataclass(frozen=True, eq=False)
class Panel:
    """One of several charts side by side under one finding, such as one a contract."""

    name: str
    label: str
    note: str
    spec: Spec
    frame: pd.DataFrame


@dataclass(frozen=True)
class Figure(Generic[View]):
    """A chart or table with its finding.

    A chart has `spec` and `frame`, charts side by side have `panels`, a table that is read on the page has `words`; a
    sentence has none of them.
    """

    name: str
    title: Callable[[View], str]
    """The finding, generated from the figures."""
    caption: Callable[[View], str]
    """The assumptions that shaped it, and what its marks stand for."""
    evidence: tuple[str, ...]
    """The tables of the data that it is computed from."""
    table: Callable[[View], pd.DataFrame]
    """The figures behind it, in the reader's units, as they are read and exported."""
    spec: Callable[[Mode, View], Spec] | None = None
    """The Vega-Lite specification without data, compiled once for equal arguments."""
    frame: Callable[[View], pd.DataFrame] | None = None
    """The tidy frame that `spec` draws or `words` puts into words, in base units; of an empty one no chart is drawn."""
    panels: Callable[[Mode, View], tuple[Panel, ...]] | None = None
    words: Callable[[View], pd.DataFrame] | None = None
    waits: bool = False
    """True if it takes long, as what is settled by odds does: while a slider is dragged it stays as it was."""
    picks: tuple[str, ...] = ()
    """The columns that tell which mark of the chart was clicked; none if a click does nothing."""
    takes: Callable[[View], Sequence[Take | None]] | None = None
    """What can be taken by a click, by row of `words`; None where there is nothing to take."""
    behind: str = ""
    """What the fold with its table is called, on a page that shows the evidence of all its figures in one place."""

    @property
    def stands_on_the_page(self) -> bool:
        """True if the figures behind it are read on the page already."""
        return self.words is not None and self.words == self.table


@dataclass(frozen=True)
class Head(Generic[View]):
    """The head of a page: its finding, the headline figures beside it, and the tables that both are computed from.

    `said` is what the finding leaves out, sentences that stand below it; `note` what must be known of the figures.
    """

    name: str
    title: Callable[[View], str]
    evidence: tuple[str, ...]
    metrics: Callable[[View], list[Metric]] | None = None
    note: Callable[[View], str] | None = None
    said: Callable[[View], str] | None = None
    waits: bool = False
    """True if the headline figures are settled by odds: while a slider is dragged they stay as they were."""


@dataclass(frozen=True)
class Page(Generic[View]):
    """All figures of the page at the address `name`, and what it looks at when it is opened.

    `looked_at` is what it looks at where the reader has picked, with what is known already, None if that is too little
    to draw it; a page that has it follows a slider that is dragged.
    """

    name: str
    head: Head[View]
    figures: Mapping[str, Figure[View]]
    opened: Callable[[Answer], View]
    looked_at: Callable[[Answer, Chosen, Known], View | None] | None = None


def declared(*figures: Figure[View]) -> Mapping[str, Figure[View]]:
    """Return the figures of a page by name; raises ValueError if two have the same."""
    names = [figure.name for figure in figures]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"declared twice on one page: {', '.join(twice)}; give each figure a name of its own")
    return MappingProxyType({figure.name: figure for figure in figures})
