"""Companies other than the bundled one, as pages are asked to show them, and what is asked of each page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from core.inputs.data import Inputs
from core.story.answer import Answer
from core.story.figure import Page
from core.story.labels import supplier_labels
from tests.support.answers import answer
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.largest import at_bounds
from tests.support.pages import assert_sound
from tests.support.words import LONGEST_TITLE, NOISE, said

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


def foreign_names(inputs: Inputs) -> re.Pattern[str]:
    """The names of the bundled case that another company has no chip, supplier or workload of."""
    own = " ".join((*inputs.supplier_names, *inputs.workload_names, *inputs.families, *inputs.chips.name)).lower()
    names = {*supplier_labels(INPUTS), *INPUTS.families, *INPUTS.family_names.values(), "GPU"}
    return re.compile("|".join(rf"\b{re.escape(name)}" for name in names if name.lower() not in own), re.IGNORECASE)


def assert_shows(page: Page[Any], view: Any) -> None:
    """Fail unless all that a page says of a view reads well and names what the company has; the charts are sound."""
    foreign = foreign_names(view.answer.inputs)
    titles, texts = [page.head.title(view)], []
    for metric in page.head.metrics(view) if page.head.metrics else ():
        texts += [metric.label, metric.value, metric.change, metric.beside, metric.help]
    for figure in page.figures.values():
        titles.append(figure.title(view))
        texts.append(figure.caption(view))
        table, frame = figure.table(view), figure.frame(view) if figure.frame is not None else None
        assert table.columns.is_unique and (len(table) or (frame is not None and frame.empty)), figure.name
        assert not [name for name in table.columns if foreign.search(str(name))], figure.name
        if figure.words is not None:
            words = figure.words(view)
            texts += [str(cell) for cell in (*words.columns, *words.to_numpy().ravel())]
        if figure.spec is not None and frame is not None and not frame.empty:  # else its finding stands alone
            spec = figure.spec
            assert_sound(lambda mode, spec=spec: spec(mode, view), frame)  # type: ignore[misc]
        if figure.panels is not None:
            panels = figure.panels
            for i, one in enumerate(panels("light", view)):
                texts += [one.label, one.note]
                assert_sound(lambda mode, panels=panels, i=i: panels(mode, view)[i].spec, one.frame)  # type: ignore[misc]
    for text in (*titles, *texts):
        assert not NOISE.search(said(text)) and not foreign.search(text), text
    assert max(map(len, titles)) < LONGEST_TITLE, max(titles, key=len)


def assert_page_shows(page: Page[Any], company: str, **looked_at: Callable[[Answer], list[Any]]) -> None:
    """Fail unless a page shows a company, whatever is picked: `looked_at` has options by field of the view, of which
    the first are picked together, then the second and so on.
    """
    for one in answers_of(company):
        opened = page.opened(one)
        assert_shows(page, opened)
        for picked in zip(*(options(one) for options in looked_at.values()), strict=True):
            assert_shows(page, replace(opened, **dict(zip(looked_at, picked, strict=True))))
