"""The Best mix page of any company: as many workloads, merchants and ready-made courses as it has."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from core.inputs.data import Inputs, load
from core.views.mix.figures import PAGE
from core.views.mix.view import View
from tests.support.answers import answer
from tests.support.companies import assert_shows
from tests.support.datasets import tables_of, without_workload, write
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER, INPUTS

COMPANIES = ["the frozen one", "the example", "of one workload"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("one")


def one_workload(folder: Path) -> Inputs:
    tables = tables_of(EXAMPLE_FOLDER)
    for workload in EXAMPLE.workloads[1:]:
        tables = without_workload(tables, workload).tables
    return load(write(tables, folder / "data"))


@cache
def view_of(company: str, folder: Path) -> View:
    made = {"the frozen one": lambda: INPUTS, "the example": lambda: EXAMPLE}
    inputs = made[company]() if company in made else one_workload(folder)
    return PAGE.opened(answer(inputs.base, inputs))


@pytest.mark.parametrize("company", COMPANIES)
def test_all_that_is_said_and_drawn_reads_well_and_names_what_the_company_has(company: str, folder: Path) -> None:
    view = view_of(company, folder)
    without_limits = {name: figure for name, figure in PAGE.figures.items() if name != "mix_limits"}
    shown = type(PAGE)(PAGE.name, PAGE.head, without_limits, PAGE.opened)
    assert_shows(shown, view, view.inputs)


@pytest.mark.parametrize("company", COMPANIES)
def test_every_free_choice_and_every_agreement_has_its_row(company: str, folder: Path) -> None:
    view = view_of(company, folder)
    assert len(PAGE.figures["mix_settings"].table(view)) == len(view.inputs.workloads)
    assert len(PAGE.figures["mix_decisions"].table(view)) == len(view.inputs.workloads)
    assert list(PAGE.figures["mix_agreements"].table(view)["Agreement"]) == list(view.inputs.contracts.name)
