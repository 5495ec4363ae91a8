"""The Contracts page as a reader meets it: findings in every case, every agreement drawn, evidence one click away."""

from __future__ import annotations

from functools import partial

import pytest

from core.inputs.data import bundled
from core.inputs.scenario import BASE
from core.views.contracts import frames as commitments
from pages.parts.kept.answer import answer
from tests.support.pages import (
    QUICK,
    assert_drawn,
    assert_well_said,
    at_page,
    behind,
    captions,
    figures,
    go_to,
    pick,
    title,
)
from tests.support.visit import charts_drawn, scenario
from tests.support.words import read

PAGE = "contracts.py"
AGREEMENTS = [f"agreement_{which}" for which in range(len(bundled().contracts.id))]
CHARTS = ("change_course", "committed", "warrant", "reported_commitments")

contracts = partial(at_page, PAGE)


@pytest.mark.parametrize("name", QUICK)
def test_the_page_says_its_finding_and_every_chart_gets_what_it_reads(name: str) -> None:
    wanted = QUICK[name]
    with charts_drawn() as drawn:
        at = contracts(wanted)
    a = answer(wanted)
    assert scenario(at) == wanted
    assert title(at) == read(commitments.headline(a))
    assert figures(at) == [read(figure.value) for figure in commitments.strip(a)]
    assert_well_said(at)
    assert set(drawn) == {*AGREEMENTS, *CHARTS}
    agreements = {name: drawn.pop(name) for name in AGREEMENTS}
    assert_drawn(at, agreements, bundled().contracts.name)
    assert_drawn(at, drawn)


def test_the_cumulative_view_is_one_click_away_and_stays() -> None:
    with charts_drawn() as drawn:
        at = pick(contracts(), "Agreements", commitments.CUMULATIVE)
        go_to(go_to(at, "explore.py"), PAGE)
    for which, name in enumerate(AGREEMENTS):
        assert drawn[name].frame.equals(commitments.agreement(answer(BASE), which, commitments.CUMULATIVE))
    assert any(caption.startswith("Added up from the start.") for caption in captions(at))


def test_the_table_of_agreements_stands_under_their_charts_in_words() -> None:
    rows = next(e.value for e in contracts().main.markdown if e.value.startswith("Agreement |")).split("\n")
    assert len(rows) == 2 + len(AGREEMENTS)
    for row, name in zip(rows[2:], bundled().contracts.name, strict=True):
        assert read(row).startswith(name)


def test_one_click_shows_the_figures_and_what_they_rest_on() -> None:
    shown = behind(contracts(), ("agreements", *CHARTS))
    for name, tables in shown.items():
        assert len(tables) == 3, name
        assert all(len(table) for table in tables), name
    reported, inputs, _ = shown["reported_commitments"]
    assert reported["Source"].str.contains("10-Q").any()
    assert "Reported by the company" in set(inputs["Input"]), "what the company reports names its source"
