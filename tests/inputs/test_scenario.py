"""A scenario is a value: equal, hashable, refused in words, written as JSON and read again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.link import from_query, to_query
from core.inputs.scenario import Scenario, ScenarioError, columns, from_json, to_json
from tests.support.frozen import BASE, EXAMPLE, LEVERS, scenario
from tests.support.strategies import scenarios


@given(scenarios())
def test_equal_settings_are_equal_scenarios_and_one_key_of_a_cache(one: Scenario) -> None:
    again = scenario(dict(one))
    assert again == one and hash(again) == hash(one)
    assert {one: 1}[again] == 1


def test_scenarios_of_other_levers_are_other_scenarios() -> None:
    assert EXAMPLE.base != BASE
    with pytest.raises(ScenarioError, match="adoption_rr_inference: there is no such lever"):
        EXAMPLE.scenario({"adoption_rr_inference": 0.5})


def test_minus_zero_is_zero_however_it_is_written() -> None:
    assert str(scenario({"spares": -0.0})["spares"]) == "0.0"
    assert to_query(scenario({"spares": -0.0}), data_version="d", model_version="1")["spares"] == "0.0"


def test_replacing_gives_a_new_scenario_and_leaves_the_old_one_alone() -> None:
    changed = BASE.replace(pue=1.2)
    assert (BASE["pue"], changed["pue"], changed.changes) == (1.1, 1.2, {"pue": 1.2})
    with pytest.raises(ScenarioError):
        changed.replace(pue=0.5)
    with pytest.raises(AttributeError):
        changed._values = ()  # type: ignore[misc]


def test_what_is_left_out_is_base() -> None:
    assert scenario() == scenario({}) == BASE
    assert dict(BASE) == {lever.id: lever.base for lever in LEVERS.values()}
    assert BASE.changes == {}


@given(st.lists(scenarios(), min_size=1, max_size=4))
def test_columns_hold_each_lever_of_each_scenario_as_the_model_counts_it(members: list[Scenario]) -> None:
    table = columns(members)
    assert list(table) == list(LEVERS)
    for lever in LEVERS.values():
        counted = [
            float(lever.options.index(str(s[lever.id]))) if lever.options else float(s[lever.id]) for s in members
        ]
        assert table[lever.id].tolist() == counted
        assert [lever.value(number) for number in counted] == [s[lever.id] for s in members]


def test_every_problem_is_named_at_once_in_the_order_given() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({"pue": 0.9, "no_such_lever": 1, "baseline": "neither", "tax_rate": True, "spares": 0.1})
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "pue",
        "no_such_lever",
        "baseline",
        "tax_rate",
    ]
    assert str(caught.value) == "\n".join(caught.value.problems)


def test_a_refusal_says_what_would_do() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(
            {"pue": 0.9, "baseline": "neither", "adoption_start": "2026-Q4", "custom_delay_quarters": 1.5, "tx": 1}
        )
    assert caught.value.problems == (
        "pue: 0.9 is out of bounds; use a number from 1 to 2 (ratio)",
        "baseline: 'neither' is not one of its settings; use hold or exit",
        "adoption_start: '2026-Q4' is not one of its settings; use one of 2027-Q1 to 2031-Q4",
        "custom_delay_quarters: 1.5 is not a whole number; use a whole number from 0 to 12 (quarters)",
        "tx: there is no such lever",
    )


@pytest.mark.parametrize(
    "name", ["", "Adoption_rr_inference", "adoption_rr_inference ", "__class__", "_values", "a\nb", "x" * 9999]
)
def test_an_unknown_lever_is_refused_in_one_short_line(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({name: 0.5})
    (problem,) = caught.value.problems
    assert problem.endswith(": there is no such lever") and "\n" not in problem and len(problem) < 80


@given(scenarios())
def test_json_reads_back_as_exactly_the_same_scenario(one: Scenario) -> None:
    text = json.dumps(to_json(one), allow_nan=False)
    assert from_json(LEVERS, json.loads(text)) == one
    assert list(json.loads(text)) == list(LEVERS)


@given(scenarios())
def test_settings_keep_their_type_on_the_way(one: Scenario) -> None:
    read = from_query(LEVERS, to_query(one, data_version="d", model_version="1")).scenario
    assert [type(value) for value in read.values()] == [type(value) for value in BASE.values()]


@pytest.mark.parametrize("value", [None, 1, "base", [], True])
def test_json_that_is_no_object_of_levers_is_refused(value: object) -> None:
    with pytest.raises(ScenarioError, match=r"^scenario 3: .* is not an object of levers; write \{\} for the base$"):
        from_json(LEVERS, value, place="scenario 3")


def test_every_problem_of_a_json_scenario_begins_with_its_place() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_json(LEVERS, {"pue": "1.2", "nothing": 0}, place="scenario 2")
    assert [problem.split(": ")[:2] for problem in caught.value.problems] == [
        ["scenario 2", "pue"],
        ["scenario 2", "nothing"],
    ]
