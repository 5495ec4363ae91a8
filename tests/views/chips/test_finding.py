"""What the Chips page says, of whatever quarter and workload."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.data import CUSTOM, bundled
from core.inputs.lever import Value
from core.inputs.scenario import Scenario
from core.story.answer import Answer
from core.views.chips import finding, frames
from core.views.chips.figures import PAGE, View
from tests.support.answers import answer
from tests.support.cases import SCENARIOS
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.strategies import scenarios
from tests.support.words import LONGEST_TITLE, NOISE, said

WORKLOADS = bundled().workloads
TRAINING = WORKLOADS.index("genai_training")
IN_2029 = INPUTS.calendar.index("2029-Q1")


# --- Whatever is looked at


def assert_well_said(view: View) -> None:
    titles, captions = [PAGE.head.title(view)], []
    for figure in PAGE.figures.values():
        titles.append(figure.title(view))
        captions.append(figure.caption(view))
        if figure.words is not None:
            titles += list(map(str, figure.words(view).to_numpy().ravel()))
    for text in (*titles, *captions):
        assert text and not NOISE.search(said(text)), text
    assert max(map(len, titles)) <= LONGEST_TITLE


@pytest.mark.parametrize("name", SCENARIOS)
def test_sentences_read_well_in_every_case(name: str) -> None:
    a = answer(SCENARIOS[name])
    last = a.world.quarters - 1
    for quarter, workload in zip((0, min(8, last), last, last), WORKLOADS, strict=True):
        assert_well_said(View(a, quarter, workload))


@examples(25)
@given(scenarios(), st.integers(0, 7), st.sampled_from(WORKLOADS))
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario, quarter: int, workload: str) -> None:
    assert_well_said(View(Answer.of(bundled(), scenario), quarter, workload))


# --- What is said


@pytest.mark.parametrize(
    ("changes", "opening"),
    [
        (
            {},
            "In 2029-Q1 MTIA is the cheapest chip in ranking inference, ranking training and generative inference and ",
        ),
        ({"custom_performance": 2.0}, "In 2029-Q1 MTIA is the cheapest chip in every workload"),
        (
            {"custom_cost": 2.5},
            "In 2029-Q1 MTIA is dearer than the best bought chip in every workload; it would tie in ranking ",
        ),
    ],
)
def test_the_title_says_where_the_custom_chip_is_cheapest(changes: dict[str, Value], opening: str) -> None:
    assert said(finding.title(answer(INPUTS.scenario(changes)), IN_2029)).startswith(opening)


def test_what_a_chip_cannot_run_is_said() -> None:
    words = finding.gaps(answer(), 0)
    assert "MTIA 2i (200) cannot run ranking training, generative inference or generative training." in words


def test_a_supplier_without_a_chip_for_a_workload_is_said() -> None:
    inputs = bundled()
    able = inputs.chips.h100e.copy()
    able[inputs.chips.supplier == CUSTOM, TRAINING] = 0.0
    a = Answer.of(replace(inputs, chips=replace(inputs.chips, h100e=able)), BASE)
    words = finding.gaps(a, IN_2029)
    assert " MTIA has no chip on offer for generative training." in words
    assert "cannot run" not in words, "it is said once, of the supplier"


def test_a_supplier_without_any_chip_is_said() -> None:
    inputs = bundled()
    never = np.where(inputs.chips.supplier == CUSTOM, -1, inputs.chips.last_order)
    a = Answer.of(replace(inputs, chips=replace(inputs.chips, last_order=never)), BASE)
    assert finding.gaps(a, IN_2029).startswith(" MTIA has no chip on offer.")
    assert finding.title(a, IN_2029).startswith("In 2029-Q1 MTIA has no chip on offer")
    assert frames.ties(a, IN_2029)["performance"].isna().all()
    assert set(finding.ties_words(a, IN_2029)["MTIA chip"]) == {"\N{EN DASH}"}
    assert finding.ties_title(a, IN_2029) == "Nothing can tie: MTIA has no chip on offer in 2029-Q1"
    for workload in WORKLOADS:
        assert finding.cost_of_work_title(a, workload).startswith("MTIA has no chip for ")
        assert len(frames.timeline(a, workload))


def test_costs_within_one_percent_are_called_a_tie() -> None:
    words = said(finding.gaps(answer(), INPUTS.calendar.index("2032-Q4")))
    assert "In generative inference MTIA successor (2032) and NVIDIA successor (2032) tie to within 1 %." in words
    assert "ties in generative inference" in finding.title(answer(), INPUTS.calendar.index("2032-Q4"))
    level = [INPUTS.calendar.label(t) for t in range(24) if "tie to within" in finding.gaps(answer(), t)]
    assert level == ["2027-Q2", "2032-Q4"]


def test_the_title_of_ties_says_what_it_takes_where_the_custom_chip_is_dearest() -> None:
    assert said(finding.ties_title(answer(), IN_2029)) == (
        "In generative training MTIA successor (2028) would tie at 1.66 times its performance or 47 % of its price"
    )


def test_where_the_custom_chip_leads_the_words_say_how_much_worse_it_may_be() -> None:
    words = finding.ties_words(answer(), IN_2029).set_index("Workload")
    assert said(words.loc["Ranking inference", "Ties at performance"]) == "68 %"
    assert said(words.loc["Ranking inference", "or at price"]) == "1.64 times"
    assert said(words.loc["Generative training", "Ties at performance"]) == "1.66 times"
    assert said(words.loc["Generative training", "or at price"]) == "47 %"
    assert said(finding.ties_words(answer(), 0).loc[TRAINING, "or at price"]) == "at no price: power alone costs more"


def test_the_title_over_time_says_when_the_custom_chip_leads() -> None:
    late = answer(BASE.replace(custom_delay_quarters=5))
    assert finding.cost_of_work_title(late, "rr_inference").startswith(
        "In ranking inference MTIA is cheaper than any bought chip in 2027-Q1–2030-Q1, 2031-Q2–2031-Q3 and "
        "2032-Q3–2032-Q4; "
    )
    assert "throughout" in finding.cost_of_work_title(answer(), "rr_training")
    assert "is never cheaper than the best bought chip" in finding.cost_of_work_title(answer(), "genai_training")
    assert "in 13 of 24 quarters" in finding.cost_of_work_title(answer(), "genai_inference")


def test_the_time_line_s_title_counts_the_certain_and_the_uncertain() -> None:
    text = finding.timeline_title(answer())
    assert text == (
        "Of 20 chips on offer by 2032, 4 are in volume, 5 announced and 11 extrapolated; MTIA comes 1 quarter later "
        "than in the data"
    )
    early = finding.timeline_title(answer(BASE.replace(custom_delay_quarters=0, merchant_delay_quarters=-4)))
    assert early.endswith("; bought chips come 4 quarters earlier than in the data")
    none = finding.timeline_title(answer(BASE.replace(custom_delay_quarters=0)))
    assert ";" not in none


def test_a_chip_that_slips_beyond_the_horizon_is_named() -> None:
    assert finding.beyond(answer()) == ""
    late = answer(BASE.replace(custom_delay_quarters=5))
    assert finding.beyond(late) == " Moved beyond 2032: MTIA successor (2032)."
