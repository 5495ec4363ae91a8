"""Companies other than the bundled one, as pages are asked to show them, and what is asked of each page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Final

import pandas as pd
import pytest

from core.inputs.data import Inputs
from core.story.answer import Answer
from core.story.figure import Figure, Page
from core.story.labels import supplier_labels
from core.story.plot import Mode, Spec
from core.views.data.figures import EXAMPLES
from tests.support.answers import answer
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.largest import at_bounds
from tests.support.pages import assert_sound
from tests.support.words import LONGEST_TITLE, NOISE, said

WHERE_THERE_IS_ANY: Final = {"data_missing", "data_borne_out"}
"""Figures whose tables list what a data set may have nothing of."""
COMPANIES: dict[str, Callable[[], Inputs]] = {"the example": lambda: EXAMPLE, "at the bounds": at_bounds}
each_company = pytest.mark.parametrize("company", COMPANIES)


def answers_of(company: str) -> Iterator[Answer]:
    """The company's base against both baselines, and with every lever at either end."""
    inputs = COMPANIES[company]()
    for baseline in ("hold", "exit"):
        yield answer(inputs.scenario({"baseline": baseline}), inputs)
    for end in ("minimum", "maximum"):
        levers = {lever.id: lever.value(getattr(lever, end)) for lever in inputs.levers.values()}
        yield answer(inputs.scenario(levers), inputs)


def names_of(inputs: Inputs) -> set[str]:
    """Every name and id that a data set gives to something that a page may name."""
    return {
        *inputs.suppliers,
        *inputs.supplier_names,
        *supplier_labels(inputs),
        *inputs.workloads,
        *inputs.workload_names,
        *inputs.workload_labels,
        *inputs.family_names,
        *inputs.family_names.values(),
        *inputs.chips.id,
        *inputs.chips.name,
        *inputs.contracts.id,
        *inputs.contracts.name,
        *inputs.programme.name,
        *([inputs.company] if inputs.company else []),
    }


def cited_by(inputs: Inputs) -> set[str]:
    """What the publications of a data set are called, which may name anybody."""
    return {str(name) for column in ("source_id", "title", "publisher") for name in inputs.tables["sources"][column]}


ANYBODY_S: Final = {"h100", "custom"}
"""Names in the bundled case that are words of the product: a unit, and a role."""


@cache
def _patterns(inputs: Inputs) -> tuple[re.Pattern[str], re.Pattern[str]]:
    own, bundled_s = names_of(inputs) | cited_by(inputs), names_of(INPUTS)
    known = {name.lower() for name in own | ANYBODY_S}
    foreign = {name for name in bundled_s if name.lower() not in known} | {"GPU", "GPUs"}
    return _any_of(own), _any_of(foreign)


def _any_of(names: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def foreign_words(inputs: Inputs, text: str) -> list[str]:
    """The names of the bundled case in a text that are none of the company's own."""
    own, foreign = _patterns(inputs)
    return foreign.findall(own.sub("", said(text)))


def _all_of(table: pd.DataFrame) -> str:
    return table.to_csv(index=False)


def assert_shows(page: Page[Any], view: Any, inputs: Inputs) -> None:
    """Fail unless all that a page says of a view reads well and names what the company has; the charts are sound."""
    titles, texts = [page.head.title(view)], []
    texts += [page.head.note(view)] if page.head.note else []
    for metric in page.head.metrics(view) if page.head.metrics else ():
        texts += [metric.label, metric.value, metric.change, metric.beside, metric.help]
    for figure in page.figures.values():
        titles.append(figure.title(view))
        texts.append(figure.caption(view))
        table, frame = figure.table(view), figure.frame(view) if figure.frame is not None else None
        assert table.columns.is_unique, figure.name
        assert len(table) or (frame is not None and frame.empty) or figure.name in WHERE_THERE_IS_ANY, figure.name
        assert not foreign_words(inputs, _all_of(table)), figure.name
        if figure.words is not None:
            words = figure.words(view)
            assert not foreign_words(inputs, _all_of(words)), figure.name
            if figure.name not in EXAMPLES:  # which print six digits
                texts += [str(cell) for cell in (*words.columns, *words.to_numpy().ravel())]
        for make, drawn in _charts(figure, view):
            assert_sound(make, drawn)
            assert not foreign_words(inputs, f"{json.dumps(make('light'))} {_all_of(drawn)}"), figure.name
    for text in (*titles, *texts):
        assert not NOISE.search(said(text)), text
        assert not foreign_words(inputs, text), text
    assert max(map(len, (text for text in titles if text[-1:] != "."))) < LONGEST_TITLE, max(titles, key=len)


def _charts(figure: Figure[Any], view: Any) -> Iterator[tuple[Callable[[Mode], Spec], pd.DataFrame]]:
    """The charts of a figure that has something to draw, each with the frame that it draws."""
    if figure.panels is not None:
        panels = figure.panels
        for i, one in enumerate(panels("light", view)):
            yield lambda mode, i=i: panels(mode, view)[i].spec, one.frame  # type: ignore[misc]
    if figure.spec is not None and figure.frame is not None:
        spec, frame = figure.spec, figure.frame(view)
        if not frame.empty:  # else its finding stands alone
            yield lambda mode: spec(mode, view), frame


def assert_page_shows(page: Page[Any], company: str, **looked_at: Callable[[Answer], list[Any]]) -> None:
    """Fail unless a page shows a company, whatever is picked: `looked_at` has options by field of the view, of which
    the first are picked together, then the second and so on.
    """
    for one in answers_of(company):
        opened = page.opened(one)
        assert_shows(page, opened, one.inputs)
        for picked in zip(*(options(one) for options in looked_at.values()), strict=True):
            assert_shows(page, replace(opened, **dict(zip(looked_at, picked, strict=True))), one.inputs)
