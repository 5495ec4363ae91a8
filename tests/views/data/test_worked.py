"""Worked examples: each line is the arithmetic that it shows, and the last one is the model's own figure."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.inputs.data import AMD, CUSTOM, LEAD, bundled
from core.inputs.scenario import Scenario
from core.model.courses import custom_share
from core.model.model import PLAN
from core.model.offers import NO_CHIP
from core.story import frames
from core.story.answer import Answer
from core.views.data import worked
from core.views.data.figures import EXAMPLES, View
from core.views.data.worked import Step, number
from tests.support.answers import answer
from tests.support.chip_hours import chip_hours
from tests.support.effort import examples
from tests.support.frozen import INPUTS
from tests.support.strategies import calm, changes

EXACT = 1e-12
AS_PRINTED = 2e-4
"""What is left of a result when it is worked out again from the six digits that are printed."""
EVERY_LEVER = examples(30)
WORKLOADS = range(len(bundled().workloads))
VR200 = bundled().chips.id.index("vr200")
TRAINING = bundled().workloads.index("genai_training")


def any_scenario() -> some.SearchStrategy[Scenario]:
    return changes().map(calm).map(INPUTS.scenario)


def by_name(steps: list[Step]) -> dict[str, Step]:
    return {step.name: step for step in steps}


def every_step(a: Answer, quarter: int) -> list[Step]:
    """Every step of every chip and workload in a quarter."""
    return [
        step
        for w in WORKLOADS
        for chip in worked.chips_on_offer(a, w, quarter)[:2]
        for step in (
            *worked.chip_hour_steps(a, chip, quarter),
            *worked.work_steps(a, chip, w, quarter),
            *worked.demand_steps(a, w, quarter),
            *worked.share_steps(a, w, quarter),
        )
    ]


# --- The model's own figures


@EVERY_LEVER
@given(any_scenario())
def test_an_hour_of_every_chip_on_offer_in_every_quarter_costs_what_the_model_says(scenario: Scenario) -> None:
    a = answer(scenario)
    hours = chip_hours(a)
    for row in hours.iloc[:: max(1, len(hours) // 40)].to_dict("records"):
        chip, quarter = bundled().chips.id.index(row["chip_id"]), INPUTS.calendar.index(row["quarter"])
        last = worked.chip_hour_steps(a, chip, quarter)[-1]
        assert last.name == "Chip hour"
        assert last.value == pytest.approx(row["usd_per_chip_hour"], rel=EXACT)


@EVERY_LEVER
@given(any_scenario(), some.integers(0, 7))
def test_work_demand_and_share_are_the_model_s(scenario: Scenario, quarter: int) -> None:
    a = answer(scenario)
    share = custom_share(a.sim.world, a.sim.courses)[quarter, :, PLAN, 0]
    for w in WORKLOADS:
        required = worked.demand_steps(a, w, quarter)[-1].value
        assert required == pytest.approx(float(a.world.required_h100e[quarter, w]), rel=EXACT)
        steps = by_name(worked.share_steps(a, w, quarter))
        assert steps["Custom share"].value == pytest.approx(share[w], rel=EXACT, abs=EXACT)
        assert steps["AMD's share"].value == pytest.approx(float(a.world.amd_share[quarter, w]), abs=EXACT)
        for supplier in (CUSTOM, LEAD, AMD):
            chip = int(a.world.chip[quarter, supplier, w])
            if chip != NO_CHIP:
                kappa = worked.work_steps(a, chip, w, quarter)[1].value
                assert kappa == pytest.approx(float(a.world.kappa[quarter, supplier, w]), rel=EXACT)


@EVERY_LEVER
@given(any_scenario(), some.integers(0, 7))
def test_the_right_to_stop_says_what_the_model_does(scenario: Scenario, quarter: int) -> None:
    a = answer(scenario)
    for w in WORKLOADS:
        words = worked.share_steps(a, w, quarter)[-1].words
        held_back = bool(a.plan.held_back_h100e[quarter, w] > 0)
        bought = bool(a.plan.bought_h100e[quarter, CUSTOM, w] > 0)
        if held_back:
            assert words != "may be bought"
        if bought:
            assert words == "may be bought"


def test_the_worked_example_of_the_method_comes_out_a_year_later() -> None:
    """The method takes prices of 2026; here power has risen by 3 % and building by 5 %."""
    steps = by_name(worked.chip_hour_steps(answer(), VR200, 0))
    assert steps["Cost of the chip, K"].value == 94_000
    assert steps["Purchase"].value == pytest.approx(23_084.22, abs=0.005)
    assert steps["Maintenance"].value == 1_880
    assert steps["Energy"].value == pytest.approx(1_888.04 * 1.03, abs=0.02)
    assert steps["Upkeep"].value == pytest.approx(594)
    assert steps["Building"].value == pytest.approx(4_367.49 * 1.05, abs=0.02)
    assert worked.work_steps(answer(), VR200, TRAINING, 0)[0].value == 9


# --- What is printed is what is worked out


def arithmetic(text: str) -> float:
    """The value of a printed formula with its numbers put in."""
    plain = text.replace(",", "").replace("×", "*").replace("−", "-").replace("^", "**")
    assert re.fullmatch(r"[\d.e+\-*/() ]+", plain), text
    return float(eval(plain))  # digits and signs only


PRINTED_IN_WORDS = {"Age of the offer", "Way along the ramp, x", "Right to stop"}


@examples(15)
@given(any_scenario(), some.integers(0, 7))
def test_every_printed_formula_gives_the_printed_result(scenario: Scenario, quarter: int) -> None:
    for step in every_step(answer(scenario), quarter):
        in_words = re.search(r"[A-Za-z]", step.numbers) is not None
        if in_words or step.name in PRINTED_IN_WORDS:
            continue
        assert arithmetic(step.numbers) == pytest.approx(step.value, rel=AS_PRINTED, abs=1e-9), step


def test_formulas_and_numbers_have_the_same_signs() -> None:
    steps = by_name(worked.chip_hour_steps(answer(), VR200, 5))
    for name in ("Purchase", "Energy", "Cost to build"):
        assert re.sub(r"[^×/+^−]", "", steps[name].numbers) == re.sub(
            r"[^×/+^−]", "", steps[name].formula.replace("year − 2026", "n")
        )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (94_000.0, "94,000"),
        (0.238424199, "0.238424"),
        (79.1124, "79.1124"),
        (1.0, "1"),
        (0.0, "0"),
        (5_324_575.4, "5,324,575"),
        (0.00000712345, "0.00000712345"),
        (-0.05, "\N{MINUS SIGN}0.05"),
        (float("inf"), "\N{EN DASH}"),
    ],
)
def test_numbers_are_printed_to_six_digits(value: float, text: str) -> None:
    assert number(value) == text


# --- What can be looked at


@EVERY_LEVER
@given(any_scenario(), some.integers(0, 7))
def test_the_chips_to_choose_from_are_those_on_offer_that_run_the_workload(scenario: Scenario, quarter: int) -> None:
    a = answer(scenario)
    hours = chip_hours(a)
    label = frames.quarters(a)[quarter]
    on_offer = set(hours.loc[hours["quarter"] == label, "chip_id"])
    for w in WORKLOADS:
        chips = worked.chips_on_offer(a, w, quarter)
        runs = {bundled().chips.id[c] for c in np.flatnonzero(bundled().chips.h100e[:, w] > 0)}
        assert {bundled().chips.id[c] for c in chips} == on_offer & runs
        custom = int(a.world.chip[quarter, CUSTOM, w])
        assert custom in (NO_CHIP, chips[0])


def test_headings_say_what_comes_out() -> None:
    view = View(answer(), quarter=0, workload=TRAINING, chip=VR200)
    headings = [figure.title(view) for figure in EXAMPLES.values()]
    assert headings[0] == "An hour of Vera Rubin NVL72 bought in 2027-Q1 costs $3.66"
    assert headings[1].startswith("An hour of generative training on it costs $0.407")
    table = worked.table(worked.chip_hour_steps(answer(), VR200, 0))
    assert list(table.columns) == ["Step", "Formula", "With these numbers", "Result"]
    assert table.iloc[-1]["Result"] == "3.66059 USD an hour"
