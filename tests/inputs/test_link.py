"""A link reads back as the scenario it was written from, and says what of it could not be applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.link import from_query, to_query
from core.inputs.scenario import Scenario
from tests.support.frozen import BASE, EXAMPLE, INPUTS, LEVERS, scenario
from tests.support.strategies import scenarios


@given(scenarios())
def test_a_link_reads_back_as_exactly_the_same_scenario(one: Scenario) -> None:
    query = to_query(one, data_version="abc123", model_version="7")
    reading = from_query(LEVERS, query)
    assert reading.scenario == one
    assert reading.problems == ()
    assert (reading.data_version, reading.model_version) == ("abc123", "7")
    assert set(query) == {*one.changes, "data", "model"}


def test_a_bare_link_is_the_base_scenario() -> None:
    reading = from_query(LEVERS, {})
    assert reading.scenario == BASE and reading.problems == ()
    assert reading.data_version is reading.model_version is None


def test_a_link_is_applied_as_far_as_it_can_be_and_says_what_could_not() -> None:
    query = {"pue": "1.3", "tax_rate": "9", "colour": "red", "baseline": "exit", "horizon_year": "2030.5"}
    reading = from_query(LEVERS, query)
    assert reading.scenario == scenario({"pue": 1.3, "baseline": "exit"})
    assert [problem.split(":")[0] for problem in reading.problems] == ["tax_rate", "horizon_year"]
    assert reading.unknown == ("colour",)


def test_levers_of_other_data_are_named_and_nothing_is_set_by_them() -> None:
    theirs = EXAMPLE.scenario({"adoption_search_inference": 0.8, "tpu_share_search_inference": 0.3, "pue": 1.2})
    reading = from_query(LEVERS, to_query(theirs, data_version="abc", model_version="2"))
    assert reading.scenario == INPUTS.scenario({"pue": 1.2})
    assert reading.unknown == ("adoption_search_inference", "tpu_share_search_inference")
    assert reading.problems == ()


def test_links_of_the_first_model_open_with_every_lever_they_set() -> None:
    query = {"adoption_genai_training": "0.4", "amd_warrant_usd_bn_per_gw": "9.5", "demand_growth_genai": "1.2",
             "horizon_year": "2035", "adoption_start": "2028-Q3", "model": "1"}  # fmt: skip
    reading = from_query(LEVERS, query)
    assert (reading.problems, reading.unknown) == ((), ())
    assert set(reading.scenario.changes) == set(query) - {"model"}


def test_a_warrant_may_be_worth_more_than_it_could_before() -> None:
    assert from_query(LEVERS, {"amd_warrant_usd_bn_per_gw": "25"}).scenario["amd_warrant_usd_bn_per_gw"] == 25.0


BAD_NUMBERS = [
    "", " 1.2", "1.2 ", "1_1", "0x1", "nan", "inf", "-inf", "Infinity", "1e999", "true", "None", "１", "١", "1,2",
    "1.2.3", "--1", "1e", "e1", ".", "1.2; DROP TABLE", "<b>1</b>", "9" * 400, "1." + "1" * 400 + "x",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_NUMBERS, ids=[text[:12] or "empty" for text in BAD_NUMBERS])
def test_a_link_takes_plainly_written_numbers_only(text: str) -> None:
    reading = from_query(LEVERS, {"pue": text})
    assert reading.scenario == BASE
    (problem,) = reading.problems
    assert problem.startswith("pue: ") and len(problem) < 160


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("+1.5", 1.5), ("1", 1.0), ("15e-1", 1.5), ("1.", 1.0), ("1.50", 1.5)]
)
def test_a_number_may_be_written_in_more_than_one_way(text: str, value: float) -> None:
    assert from_query(LEVERS, {"pue": text}).scenario["pue"] == value


@given(st.dictionaries(st.text(max_size=30) | st.sampled_from(list(LEVERS)), st.text(max_size=40)))
def test_no_link_whatever_raises_and_each_parameter_is_applied_or_named(query: dict[str, str]) -> None:
    reading = from_query(LEVERS, query)
    named = [*(problem.partition(": ")[0] for problem in reading.problems), *reading.unknown]
    applied = [name for name in query if name in LEVERS and name not in named]
    assert all(
        query[name] in (value := reading.scenario[name], str(value)) or float(query[name]) == value for name in applied
    )
    assert len(named) + len(applied) == len([name for name in query if name not in ("data", "model")])
    assert all("\n" not in problem and len(problem) < 200 for problem in reading.problems)
