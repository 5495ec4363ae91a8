"""The Compare page of companies other than the bundled one: their names, levers and baselines, however many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.inputs.data import LEAD, Inputs
from core.inputs.lever import Kind
from core.inputs.lever_table import adoption, bought_share, start_lag, trend
from core.story.answer import Answer
from core.story.labels import supplier_labels, warrant_labels
from core.views.compare import finding
from core.views.compare.bridge import CAPITAL, MEASURES, bridge
from core.views.compare.figures import PAGE
from core.views.compare.names import in_a_sentence
from core.views.compare.view import MOST_SCENARIOS, Compared, View, reference
from tests.support.answers import answer
from tests.support.cases import other_end
from tests.support.companies import COMPANIES, answers_of, assert_shows, each_company
from tests.support.frozen import EXAMPLE
from tests.support.largest import at_bounds


def beside(*answers: Answer) -> View:
    compared = tuple(Compared(f"Plan {i + 1}", one.scenario, one) for i, one in enumerate(answers))
    inputs, (first, second) = answers[0].inputs, answers[:2]
    return View(compared, bridge(inputs, first.scenario, second.scenario), CAPITAL, ("Plan 1", "Plan 2"))


@each_company
@pytest.mark.parametrize("count", [2, MOST_SCENARIOS])
def test_every_figure_tells_of_the_company_that_there_is(company: str, count: int) -> None:
    inputs = COMPANIES[company]()
    changes = [{}, {"custom_cost": 1.2, start_lag(inputs.workloads[0]): 4}, {"terminal_basis": "sale"}, {"pue": 1.3}]
    view = beside(*(answer(inputs.scenario(one), inputs) for one in changes[:count]))
    for measure in MEASURES:
        assert_shows(PAGE, replace(view, measure=measure), inputs)


def test_the_example_opens_beside_a_scenario_that_it_is_not() -> None:
    for one in answers_of("the example"):
        assert_shows(PAGE, PAGE.opened(one), EXAMPLE)


def test_where_there_is_only_one_ready_made_scenario_it_stands_beside_itself() -> None:
    inputs = replace(EXAMPLE, presets={"Plan": EXAMPLE.base})
    assert reference(inputs.presets, inputs.base) is None
    view = PAGE.opened(answer(inputs.base, inputs))
    assert PAGE.head.title(view) == "“Plan” and “Plan (2)” are the same: every lever is set alike"


@pytest.mark.parametrize("inputs", [EXAMPLE, at_bounds()], ids=["example", "at the bounds"])
def test_levers_of_workloads_are_told_by_supplier_and_workload(inputs: Inputs) -> None:
    labels = supplier_labels(inputs)

    def told(lever: str) -> str:
        return in_a_sentence(inputs, inputs.levers[lever])

    for workload, label in zip(inputs.workloads, inputs.workload_labels, strict=True):
        where = f" in {label[:1].lower()}{label[1:]}" if label[1:2].islower() else f" in {label}"
        assert told(adoption(workload)).lower() == f"{labels[0]}{where}".lower()
        for one, name in zip(inputs.suppliers[LEAD + 1 :], labels[LEAD + 1 :], strict=True):
            assert told(bought_share(one, workload)).lower() == f"{name}{where}".lower()
    assert told(trend(inputs.families[0])).startswith("progress of chips to come (")
    names = [in_a_sentence(inputs, lever) for lever in inputs.levers.values()]
    assert len(set(names)) == len(names)


def test_warrants_are_told_by_whoever_grants_them_and_many_together() -> None:
    def told(inputs: Inputs) -> str:
        return finding.spending_caption(beside(answer(inputs.base, inputs), answer(inputs.base, inputs)))

    (grants,) = warrant_labels(EXAMPLE)
    assert told(EXAMPLE).endswith(f"Plan 1. {grants} is less the value of its warrant.")
    assert told(at_bounds()).endswith("Plan 1. Bought chips are less the value of their warrants.")
    none = replace(EXAMPLE, contracts=replace(EXAMPLE.contracts, warrant=np.zeros_like(EXAMPLE.contracts.warrant)))
    assert told(none).endswith("outline: Plan 1.")


def test_every_lever_of_a_company_is_split_by_kind_first_though_a_choice_stands_among_beliefs() -> None:
    """The sum is exact; what is ours to decide and what we believe each come to what they do as a whole."""
    inputs = EXAMPLE
    after = inputs.scenario({lever.id: other_end(lever) for lever in inputs.levers.values()})
    built = bridge(inputs, inputs.base, after)
    assert len(built.levers) == len(inputs.levers)
    assert (built.start + built.parts.sum(axis=0) == built.end).all()
    choices = {lever.id: after[lever.id] for lever in inputs.levers.values() if lever.kind is Kind.CHOICE}
    beliefs = {lever.id: after[lever.id] for lever in inputs.levers.values() if lever.kind is Kind.ASSUMPTION}
    value = {name: answer(inputs.scenario(one), inputs).metric("npv_usd") for name, one in
             {"none": {}, "choices": choices, "beliefs": beliefs, "all": {**choices, **beliefs}}.items()}  # fmt: skip
    ours = sum(built.parts[i, 0] for i, lever in enumerate(built.levers) if lever.kind is Kind.CHOICE) / 100.0
    half = 0.5 * (value["choices"] - value["none"] + value["all"] - value["beliefs"])
    assert ours == pytest.approx(half, rel=1e-9, abs=1.0)
