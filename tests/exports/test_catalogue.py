"""All figures of all pages: what follows from a declaration is asked here of every one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.exports.catalogue import PAGES
from core.inputs.data import bundled
from core.inputs.evidence import TABLES
from core.inputs.scenario import Scenario
from core.risk.futures import DRAWS
from core.risk.variance import POINTS
from core.story import tables
from core.story.figure import Figure, Metric, declared
from core.views.data.figures import EXAMPLES
from core.views.risk.figures import WHERE_NOTHING_DIFFERS
from pages.parts.kept import odds
from tests.support.answers import answer
from tests.support.cases import SCENARIOS
from tests.support.companies import COMPANIES, assert_shows, each_company, foreign_words
from tests.support.figures import (
    CHANGED,
    COUNTED,
    FIGURES,
    drawn,
    each_chart,
    each_figure,
    each_page,
    view,
    view_of,
    view_that_moves,
)
from tests.support.frozen import BASE, EXAMPLE
from tests.support.other_data import product_on
from tests.support.pages import (
    QUICK,
    assert_drawn,
    assert_every_preset_draws,
    assert_sound,
    assert_well_said,
    at_page,
    behind,
)
from tests.support.visit import charts_drawn, headings, strip, texts
from tests.support.words import LONGEST_TITLE, NOISE, read, said

ROOT = Path(__file__).resolve().parents[2]
WORKED_OUT, KNOWN = odds.worked_out, odds.known
ELSEWHERE = {"data_published", "data_capital", "data_missing", *EXAMPLES}
"""Figures of those sections of the Data page that are not looked at first, and what is missing, of which the frozen
data say nothing."""
WITHOUT_HEADING = {"binding", "compare_headline"}
"""A sentence in a box, and a table whose finding is the title of its page."""
each_scenario = pytest.mark.parametrize("scenario", QUICK.values(), ids=QUICK)


@pytest.fixture(autouse=True)
def _risk_in_full(_no_long_work: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the Risk page declares stands there once all that takes long is found, from as little as can be drawn.

    Not where ready-made scenarios are only drawn: what is found of each is told by its declarations above.
    """
    in_full = request.node.originalname != "test_every_ready_made_scenario_and_baseline_draws"
    if in_full and getattr(request.node, "callspec", None) and request.node.callspec.params.get("page") == "risk":
        monkeypatch.setattr(odds, "worked_out", WORKED_OUT)
        monkeypatch.setattr(odds, "known", KNOWN)
        monkeypatch.setattr(odds, "PAUSE_SECONDS", 0.0)
        monkeypatch.setattr("core.risk.futures.USUAL_DRAWS", DRAWS[0])
        monkeypatch.setattr("core.risk.variance.USUAL_POINTS", POINTS[0])


# --- Declared


def test_a_page_its_address_and_its_folder_have_one_name() -> None:
    for name in PAGES:
        assert (ROOT / "pages" / f"{name}.py").is_file()
        assert (ROOT / "core" / "views" / name / "figures.py").is_file()


def test_no_two_figures_have_one_name_on_whatever_page() -> None:
    names = [name for page in PAGES.values() for name in (page.head.name, *page.figures)]
    assert len(names) == len(set(names))


def test_a_figure_declared_twice_is_refused_by_name() -> None:
    one = next(iter(FIGURES.values()))[1]
    with pytest.raises(ValueError, match=f"declared twice on one page: {one.name}; give each figure a name of its own"):
        declared(one, one)


@each_figure
def test_a_figure_has_evidence_and_a_table_with_the_unit_in_its_headings(name: str) -> None:
    figure: Figure[Any] = FIGURES[name][1]
    assert figure.evidence and set(figure.evidence) <= set(TABLES)
    assert len(set(figure.evidence)) == len(figure.evidence)
    table = figure.table(view_of(name))
    assert table.columns.is_unique and (name == "data_missing") == table.empty
    for heading in table.columns:
        assert heading == str(heading).strip() and heading
        assert "_" not in heading, "a heading is read, not coded"


# --- Said


def assert_title(text: str) -> None:
    assert not NOISE.search(said(text)), text
    assert re.match(r"[A-Z$0-9“]", text) and text == text.strip() and len(text) < LONGEST_TITLE, text
    assert text[-1] != ".", text


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
@each_page
def test_what_a_page_says_of_a_scenario_has_no_slip_of_the_pen(page: str, scenario: Scenario) -> None:
    of = view(page, scenario)
    head, figures = PAGES[page].head, PAGES[page].figures.values()
    assert_title(head.title(of))
    if head.note is not None:
        assert not NOISE.search(said(head.note(of))) and head.note(of).endswith(".")
    for figure in figures:
        title, caption = figure.title(of), figure.caption(of)
        if caption:
            assert_title(title)
            assert not NOISE.search(said(caption)), caption
            assert caption.endswith(".") and ".." not in caption, caption
        else:
            assert not NOISE.search(said(title)) and title.endswith("."), "a sentence"
        if figure.words is not None and figure.name not in EXAMPLES:  # which print six digits
            for cell in figure.words(of).to_numpy().ravel():
                assert not NOISE.search(said(str(cell))), (figure.name, cell)
    for metric in head.metrics(of) if head.metrics else ():
        assert metric.label and metric.value and metric.change and metric.help
        for text in (metric.label, metric.value, metric.change, metric.beside, metric.help):
            assert not NOISE.search(said(text)), (metric.label, text)


# --- Drawn


@each_chart
def test_a_chart_is_sound_and_wears_the_colours_of_its_mode(name: str) -> None:
    for spec, frame in drawn(name):
        assert_sound(spec, frame)


def told(figure: Figure[Any], of: Any) -> list[str]:
    """How what a figure's charts say begins: with its finding, or of several with what each is of."""
    panels = figure.panels("light", of) if figure.panels is not None else ()
    return [read(begin) for begin in (figure.title(of), *(f"{one.label}. {figure.title(of)}" for one in panels))]


def names_of_charts(figure: Figure[Any], of: Any) -> list[str]:
    """What the charts of a figure are called, none where there is nothing to draw."""
    if figure.panels is not None:
        return [panel.name for panel in figure.panels("light", of)]
    return [figure.name] if figure.spec is not None and figure.frame is not None and not figure.frame(of).empty else []


def words_of(metric: Metric) -> list[str]:
    return [said(text) for text in (metric.label, metric.value, metric.change, metric.beside, metric.help)]


@each_scenario
@each_page
def test_a_page_shows_what_its_declarations_say(page: str, scenario: Scenario) -> None:
    with charts_drawn() as charts:
        at = at_page(f"{page}.py", scenario)
    of = view(page, scenario)
    names_options = page == "data"  # in its release notes
    assert_well_said(at, but=lambda text: text.replace("--", "") if names_options else text)
    assert read(at.main.title[0].value) == read(PAGES[page].head.title(of))
    shown = WHERE_NOTHING_DIFFERS if page == "risk" and not of.differs else PAGES[page].figures
    here = {name: PAGES[page].figures[name] for name in shown if name not in ELSEWHERE}
    findings = {name: (read(figure.title(of)), read(figure.caption(of))) for name, figure in here.items()}
    assert set(headings(at)) == {found for name, found in findings.items() if name not in WITHOUT_HEADING}
    for name in WITHOUT_HEADING & set(here):
        assert any(findings[name][0] in text for text in texts(at)), name
    wanted = [name for figure in here.values() for name in names_of_charts(figure, of)]
    assert len(charts) == len(wanted)
    for name in wanted:
        assert any(key.startswith(name) or name == f"{page}_{key}" for key in charts), name
    assert_drawn(at, charts, told=[text for figure in here.values() for text in told(figure, of)])
    metrics = PAGES[page].head.metrics
    for metric, on_page in zip(metrics(of) if metrics else (), strip(at), strict=True):
        assert (on_page.good, *words_of(on_page)) == (metric.good, *words_of(metric))


@each_page
def test_every_ready_made_scenario_and_baseline_draws(page: str) -> None:
    assert_every_preset_draws(at_page(f"{page}.py"))


def assert_rests_on(rows: list[pd.DataFrame], evidence: tuple[str, ...]) -> None:
    """Fail unless two tables say what is behind a figure: inputs by source, and assumptions that a lever sets."""
    inputs, beliefs = (table.reset_index(drop=True) for table in rows)
    pd.testing.assert_frame_equal(inputs, tables.sources(bundled(), evidence), check_dtype=False)
    pd.testing.assert_frame_equal(beliefs, tables.beliefs(bundled(), BASE), check_dtype=False)


@each_page
def test_one_click_shows_the_table_and_what_each_figure_rests_on(page: str) -> None:
    at = at_page(f"{page}.py")
    of, figures = view(page), PAGES[page].figures
    if page == "compare":
        of = replace(of, futures=())  # as it stands before the odds are drawn
    folds = {fold.proto.id.rsplit("behind_", 1)[-1] for fold in at.main.expander if "behind_" in fold.proto.id}
    assert folds - {PAGES[page].head.name} == set(figures) - ELSEWHERE
    for name, rows in behind(at, folds - {PAGES[page].head.name}).items():
        if not figures[name].behind:  # else the evidence of all figures stands in one place
            assert_rests_on(rows[-2:], figures[name].evidence)
            rows = rows[:-2]
        assert len(rows) == (0 if figures[name].stands_on_the_page else 1), name
        for table in rows:
            pd.testing.assert_frame_equal(table.reset_index(drop=True), figures[name].table(of), check_dtype=False)


@pytest.mark.parametrize("page", ["explore", "programme", "risk"])
def test_one_click_shows_what_the_head_of_a_page_rests_on(page: str) -> None:
    head = PAGES[page].head
    assert_rests_on(behind(at_page(f"{page}.py"), [head.name])[head.name], head.evidence)


# --- Other companies


@each_company
@each_page
def test_a_page_says_and_draws_of_any_company_what_that_company_has(page: str, company: str) -> None:
    inputs = COMPANIES[company]()
    assert_shows(PAGES[page], PAGES[page].opened(answer(inputs.base, inputs)), inputs)


@each_page
def test_a_page_of_another_company_has_no_word_of_the_bundled_one(page: str) -> None:
    with product_on(EXAMPLE):
        at = at_page(f"{page}.py", EXAMPLE.base)
        of = PAGES[page].opened(answer(EXAMPLE.base, EXAMPLE))
        assert read(at.main.title[0].value) == read(PAGES[page].head.title(of))
        for text in (*texts(at), *(read(one.label) for one in (*at.slider, *at.selectbox, *at.expander))):
            assert not foreign_words(EXAMPLE, text), text


# --- Nothing that moves a figure is left out of its evidence, and nothing is named that does not


DIFFERENCES = ("megawatt",)
"""Figures that are small differences of large sums: what drops out leaves the rounding of its last digits behind."""


def to_nine_digits(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(lambda value: float(f"{value:.9g}") if isinstance(value, float) else value)


def _shown(name: str, altered: str | None) -> Iterator[pd.DataFrame]:
    """All that a figure shows: its finding, its table, what is drawn of it and what is read of it."""
    figure, of = FIGURES[name][1], view_that_moves(name, altered)
    for part in _parts(figure, of):
        yield to_nine_digits(part) if name in DIFFERENCES else part


def _parts(figure: Figure[Any], of: Any) -> Iterator[pd.DataFrame]:
    yield pd.DataFrame([figure.title(of)])
    yield figure.table(of)
    if figure.frame is not None:
        yield figure.frame(of)
    if figure.panels is not None:
        yield from (panel.frame for panel in figure.panels("light", of))
    if figure.words is not None:
        yield figure.words(of)


def test_all_tables_are_changed_but_that_of_plans_and_beliefs_which_stand_one_by_one_behind_each_figure() -> None:
    assert set(CHANGED) == set(TABLES) - {"levers"}


STAY = {("compare_levers", "workloads")}
"""What a figure rests on only where a data set brings no ready-made scenarios of its own, as the frozen one does."""


@each_figure
def test_a_figure_names_a_table_if_and_only_if_it_moves_with_it(name: str) -> None:
    if name in COUNTED:
        return
    as_it_is = list(_shown(name, None))

    def moves_with(table: str) -> bool:
        return not all(one.equals(other) for one, other in zip(_shown(name, table), as_it_is, strict=True))

    moved = {table for table in CHANGED if moves_with(table)}
    assert moved == {table for table in FIGURES[name][1].evidence if (name, table) not in STAY} - {"levers"}


UNMOVED = {
    ("power", "commitments"),
    ("data", "company_facts"),
    *(("compare", table) for table in ("company_facts", "opening_fleet", "programme", "commitments")),
}
"""What the heads of some pages rest on although the change made here leaves their words as they are."""


@each_page
def test_the_head_of_a_page_names_a_table_if_and_only_if_it_moves_with_it(page: str) -> None:
    def says(altered: str | None) -> list[object]:
        of, head = view(page, BASE, altered), PAGES[page].head
        note = [head.note(of)] if head.note else []
        return [head.title(of), *note, *(head.metrics(of) if head.metrics else ())]

    as_it_is = says(None)
    moves_with = {table for table in CHANGED if says(table) != as_it_is}
    assert moves_with == {table for table in PAGES[page].head.evidence if (page, table) not in UNMOVED} - {"levers"}
