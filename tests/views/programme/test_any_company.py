"""The Programme page of companies other than the bundled one, and of one whose data hold no programme."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core.inputs.data import Inputs, read
from core.inputs.lever_table import adoption, start_lag
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import evaluate
from core.model.model import EXIT
from core.story.answer import Answer
from core.views.programme import finding, frames, tables
from core.views.programme.figures import FIGURES, PAGE, View
from core.views.programme.setbacks import SETBACKS
from core.views.programme.study import study
from tests.support.answers import answer
from tests.support.companies import COMPANIES, assert_page_shows, each_company
from tests.support.datasets import files, tables_of
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER
from tests.support.words import LONGEST_TITLE, NOISE, said


@cache
def without_programme() -> Inputs:
    return read(files({**tables_of(EXAMPLE_FOLDER), "programme": []}))


@each_company
def test_every_figure_tells_of_the_company_that_there_is(company: str) -> None:
    assert_page_shows(PAGE, company, setback=lambda _: list(SETBACKS[:2]), premium=lambda _: [0.0, 0.0])


@each_company
def test_the_parts_of_all_workloads_add_up_to_the_value_against_exit(company: str) -> None:
    inputs = COMPANIES[company]()
    found = study(answer(inputs.base, inputs))
    assert found.by_workload_usd.shape == (len(inputs.workloads),)
    assert found.by_workload_usd.sum() == pytest.approx(found.answer.metric("npv_vs_exit_usd"), rel=1e-9)


# --- Starts of their own


def lagging(inputs: Inputs) -> Scenario:
    """Every workload grows, each a year later than the one before."""
    rates = {adoption(workload): 0.6 for workload in inputs.workloads}
    return inputs.scenario(rates | {start_lag(workload): 4 * w for w, workload in enumerate(inputs.workloads)})


def test_the_volume_keeps_the_start_of_each_workload() -> None:
    scenario = lagging(EXAMPLE)
    found = study(answer(scenario, EXAMPLE)).volume
    assert found.value_usd[found.here] == pytest.approx(value_against_exit(EXAMPLE, scenario), rel=1e-9)
    half = scenario.replace(**{adoption(workload): 0.3 for workload in EXAMPLE.workloads})
    assert np.interp(0.5, found.factor, found.value_usd) == pytest.approx(value_against_exit(EXAMPLE, half), rel=0.05)


def value_against_exit(inputs: Inputs, scenario: Scenario) -> float:
    return float(evaluate(inputs, columns([scenario]), series=()).metrics["npv_vs_exit_usd"][0])


def test_what_is_paid_for_an_expansion_begins_with_its_workload() -> None:
    """The third workload grows two years after the first, and so does what moving it over takes."""
    a = answer(lagging(EXAMPLE), EXAMPLE)
    spent = frames.spending(a)
    moving = spent[(spent["variant"] == "plan") & (spent["kind"] == frames.KINDS["enablement"]) & (spent["usd"] > 0.0)]
    first = moving.groupby("item", sort=False)["year"].min() - EXAMPLE.calendar.first_year
    assert list(first) == [0, 1, 2]


def test_a_scenario_that_only_delays_what_winds_up_is_no_exit() -> None:
    none = {adoption(workload): 0.0 for workload in EXAMPLE.workloads}
    at_once = answer(EXAMPLE.scenario(none), EXAMPLE)
    later = answer(EXAMPLE.scenario(none | {start_lag(EXAMPLE.workloads[0]): 8}), EXAMPLE)
    assert finding.title(study(at_once)).startswith("This scenario exits custom chips: winding Kestrel up still takes ")
    assert later.metric("npv_vs_exit_usd") != 0.0
    assert "exits custom chips" not in finding.title(study(later))


# --- No programme


@pytest.mark.parametrize("changes", [{}, {"merchant_price": 0.5}, {"horizon_year": 2028, "baseline": "exit"}])
def test_without_a_programme_custom_chips_are_judged_alone_and_the_page_says_so(changes: dict[str, object]) -> None:
    inputs = without_programme()
    view = View.opened(answer(inputs.scenario(changes), inputs))
    found = view.study
    assert finding.title(found).startswith("Kestrel is ")
    assert finding.spending_title(found) == "The data hold no programme: custom chips carry no fixed cost"
    assert finding.years_title(found) == "Custom chips carry no fixed cost"
    assert finding.volume_title(found).startswith(("Custom chips pay ", "Custom chips would pay "))
    for name in ("programme_spending", "programme_years"):
        frame = FIGURES[name].frame
        assert frame is not None and frame(view).empty, "nothing to draw"
    assert tables.spending(found).empty
    for figure in FIGURES.values():
        text = said(f"{figure.title(view)} {figure.caption(view)}")
        assert not NOISE.search(text) and len(figure.title(view)) < LONGEST_TITLE, text
    for metric in finding.metrics(found):
        for text in (metric.label, metric.value, metric.change, metric.help):
            assert text and not NOISE.search(said(text)), metric.label
    assert found.by_workload_usd.sum() == pytest.approx(
        Answer.of(inputs, view.answer.scenario).metric("npv_vs_exit_usd"), rel=1e-9
    )
    assert view.answer.baseline_course == EXIT
