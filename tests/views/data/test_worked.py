"""Worked examples: each line is the arithmetic that it shows, and the last one is the model's own figure."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.inputs.data import BOUGHT, CUSTOM, bundled
from core.inputs.lever_table import bought_share, start_lag, trend
from core.inputs.scenario import Scenario
from core.model.courses import custom_share
from core.model.model import PLAN
from core.model.offers import NO_CHIP
from core.story import frames
from core.story.answer import Answer
from core.story.labels import supplier_labels
from core.views.data import worked
from core.views.data.figures import EXAMPLES, View
from core.views.data.worked import Step, number
from tests.support.answers import answer
from tests.support.chip_hours import chip_hours
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.strategies import calm, changes, changes_of

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
        for w in range(len(a.inputs.workloads))
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


def assert_the_model_s(a: Answer, quarter: int) -> None:
    """Fail unless work, demand and shares of every workload are the model's own."""
    share = custom_share(a.sim.world, a.sim.courses)[quarter, :, PLAN, 0]
    labels = supplier_labels(a.inputs)
    for w in range(len(a.inputs.workloads)):
        required = worked.demand_steps(a, w, quarter)[-1].value
        assert required == pytest.approx(float(a.world.required_h100e[quarter, w]), rel=EXACT)
        steps = by_name(worked.share_steps(a, w, quarter))
        assert steps["Custom share"].value == pytest.approx(share[w], rel=EXACT, abs=EXACT)
        shown = [steps[f"Share of {label}"].value for label in labels[BOUGHT]]
        assert shown == pytest.approx(list(a.world.bought_share[quarter, :, w]), abs=EXACT)
        for supplier in range(len(labels)):
            chip = int(a.world.chip[quarter, supplier, w])
            if chip != NO_CHIP:
                kappa = worked.work_steps(a, chip, w, quarter)[1].value
                assert kappa == pytest.approx(float(a.world.kappa[quarter, supplier, w]), rel=EXACT)


@EVERY_LEVER
@given(any_scenario(), some.integers(0, 7))
def test_work_demand_and_share_are_the_model_s(scenario: Scenario, quarter: int) -> None:
    assert_the_model_s(answer(scenario), quarter)


@EVERY_LEVER
@given(changes_of(EXAMPLE.levers).map(calm).map(EXAMPLE.scenario), some.integers(0, 7))
def test_they_are_for_another_company_with_more_merchants(scenario: Scenario, quarter: int) -> None:
    a = answer(scenario, EXAMPLE)
    assert_the_model_s(a, quarter)
    assert_printed(every_step(a, quarter))


def test_merchants_whose_shares_are_more_than_all_divide_it_and_the_lead_has_nothing() -> None:
    """From the ramp's end on 0.9 and 0.6 are asked for; 0.9 / 1.5 is 0.6, and 0.6 / 1.5 is 0.4."""
    lead, first, second = EXAMPLE.suppliers[BOUGHT]
    workload = EXAMPLE.workloads[0]
    wanted = {bought_share(first, workload): 0.9, bought_share(second, workload): 0.6, "ramp_years": 0.0}
    steps = by_name(worked.share_steps(answer(EXAMPLE.scenario(wanted), EXAMPLE), 0, 8))
    labels = dict(zip(EXAMPLE.suppliers, supplier_labels(EXAMPLE), strict=True))
    shares = [steps[f"Share of {labels[one]}"].value for one in (lead, first, second)]
    assert shares == pytest.approx([0.0, 0.6, 0.4], abs=1e-12)


def test_a_merchant_without_an_offer_leaves_its_share_to_the_others() -> None:
    """Shares of 0.4, 0.4 and 0.2: without the second, the others have 0.4 / 0.6 and 0.2 / 0.6."""
    chips, second = EXAMPLE.chips, 2
    nothing = np.where((chips.supplier == second)[:, None], 0.0, chips.h100e)
    without = replace(EXAMPLE, chips=replace(chips, h100e=nothing))
    a = answer(EXAMPLE.scenario({"ramp_years": 0.0}), without)
    assert_the_model_s(a, 8)
    steps = worked.share_steps(a, 0, 8)
    labels = supplier_labels(EXAMPLE)
    assert by_name(steps)[f"Share of {labels[second]}"].numbers == f"{labels[second]} has no offer"
    assert by_name(steps)[f"Share of {labels[1]}"].value == pytest.approx(0.4 / 0.6)
    assert_printed(steps)


def test_a_workload_that_begins_later_shows_the_ramp_of_its_own_share_and_that_of_the_merchants() -> None:
    scenario = INPUTS.scenario({start_lag(INPUTS.workloads[0]): 4})
    steps = by_name(worked.share_steps(answer(scenario), 0, 5))
    assert steps["Way along the ramp, x"].value == pytest.approx((5 - 4 + 1) / 9)
    of_bought = (5 + 1) / 9
    assert steps["R of what is bought"].value == pytest.approx(of_bought**2 * (3 - 2 * of_bought))
    assert_the_model_s(answer(scenario), 5)


def test_chips_that_nobody_has_announced_follow_the_progress_of_their_family() -> None:
    """The first chip class of 2029 is 5 % a year further on: 1.05 to the power of its quarters after the first / 4."""
    family = INPUTS.families[TRAINING]
    a = answer(INPUTS.scenario({trend(family): 0.05}))
    chip = next(c for c in np.flatnonzero(INPUTS.chips.extrapolated) if INPUTS.chips.available[c] > 8)
    later = int(INPUTS.chips.available[chip])
    step = worked.work_steps(a, int(chip), TRAINING, 23)[0]
    base = float(INPUTS.chips.h100e[chip, TRAINING])
    assert step.value == pytest.approx(base * 1.05 ** (later / 4))
    assert step.formula.endswith("(1 + progress)^(q/4)")
    assert_printed([step])


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


def assert_printed(steps: list[Step]) -> None:
    """Fail unless every formula that is printed in figures comes to the result that is printed."""
    for step in steps:
        in_words = re.search(r"[A-Za-z]", step.numbers) is not None
        if in_words or step.name in PRINTED_IN_WORDS:
            continue
        assert arithmetic(step.numbers) == pytest.approx(step.value, rel=AS_PRINTED, abs=1e-6), step


@examples(15)
@given(any_scenario(), some.integers(0, 7))
def test_every_printed_formula_gives_the_printed_result(scenario: Scenario, quarter: int) -> None:
    assert_printed(every_step(answer(scenario), quarter))


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
