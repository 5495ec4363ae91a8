"""The Contracts page as a reader meets it: every agreement drawn and in words, added up one click away."""

from __future__ import annotations

from functools import partial

from core.inputs.data import bundled
from core.views.contracts import frames
from core.views.contracts.figures import FIGURES
from core.views.contracts.view import CUMULATIVE, View
from pages.parts.kept.answer import answer
from tests.support.frozen import BASE
from tests.support.pages import at_page, behind, captions, go_to, pick, table_rows
from tests.support.visit import charts_drawn
from tests.support.words import read

contracts = partial(at_page, "contracts.py")
AGREEMENTS = [f"agreement_{which}" for which in range(len(bundled().contracts.id))]


def test_every_figure_of_the_page_is_drawn_and_each_agreement_tells_its_own_name() -> None:
    with charts_drawn() as drawn:
        contracts()
    assert set(drawn) == {*AGREEMENTS, *FIGURES} - {"agreements"}
    for name, called in zip(AGREEMENTS, bundled().contracts.name, strict=True):
        assert read(drawn[name].alt).startswith(called)


def test_the_cumulative_view_is_one_click_away_and_stays() -> None:
    with charts_drawn() as drawn:
        at = pick(contracts(), "Agreements", CUMULATIVE)
        go_to(go_to(at, "explore.py"), "contracts.py")
    for which, name in enumerate(AGREEMENTS):
        assert drawn[name].frame.equals(frames.agreement(View(answer(BASE), CUMULATIVE), which))
    assert any(caption.startswith("Added up from the start.") for caption in captions(at))


def test_the_table_of_agreements_stands_under_their_charts_in_words() -> None:
    rows = table_rows(contracts(), "Agreement")
    assert [row[0] for row in rows] == list(bundled().contracts.name)


def test_what_the_company_reports_names_its_filings() -> None:
    reported, inputs, _ = behind(contracts(), ["reported_commitments"])["reported_commitments"]
    assert reported["Source"].str.contains("10-Q").any()
    assert "Reported by the company" in set(inputs["Input"])
