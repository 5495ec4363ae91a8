"""A scenario is a value: what each lever may be, how it is refused, and how it is written down and read again."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.quarters import quarter_index, quarter_label
from core.inputs.data import Inputs
from core.inputs.lever import Kind, Lever, Value
from core.inputs.levers import LEVER, LEVERS
from core.inputs.link import from_query, to_query
from core.inputs.presets import presets
from core.inputs.scenario import BASE, Scenario, ScenarioError, columns, from_json, to_json
from tests.support.strategies import scenarios

# --- The table of levers, transcribed from the specification a second time

SPECIFIED = """
adoption_rr_inference        |Adoption            |choice|0.70   |0 1       |0.01||assumption
adoption_rr_training         |Adoption            |choice|0.50   |0 1       |0.01||assumption
adoption_genai_inference     |Adoption            |choice|0.30   |0 1       |0.01||assumption
adoption_genai_training      |Adoption            |choice|0.00   |0 1       |0.01||meta-cfo-ms-tmt-2026
adoption_start               |Adoption            |choice|2027-Q1|2027-Q1 2031-Q4|    ||assumption
ramp_years                   |Adoption            |choice|2      |0 6       |0.5 ||assumption
custom_premium_max           |Adoption            |choice|1.0    |0 5       |0.05||assumption
amd_share_rr_inference       |Procurement         |choice|0.35   |0 1       |0.01||assumption
amd_share_rr_training        |Procurement         |choice|0.35   |0 1       |0.01||assumption
amd_share_genai_inference    |Procurement         |choice|0.35   |0 1       |0.01||assumption
amd_share_genai_training     |Procurement         |choice|0.25   |0 1       |0.01||assumption
baseline                     |View                |choice|hold   |hold exit |    ||
horizon_year                 |View                |choice|2032   |2028 2035 |    ||
custom_delay_quarters        |Custom programme    |assumption|1      |0 12      |1   |0 4|assumption
custom_performance           |Custom programme    |assumption|1.0    |0.3 2     |0.05|0.75 1.20|toms-mtia-2026
custom_cost                  |Custom programme    |assumption|1.0    |0.4 2.5   |0.05|0.80 1.40|assumption
custom_cost_decline          |Custom programme    |assumption|0.10   |0 0.4     |0.01|0.05 0.15|assumption
custom_supply_limit_mw       |Custom programme    |assumption|500    |25 3000   |25  |250 1000|nomura-mtia-2025
programme_cost               |Custom programme    |assumption|1.0    |0.25 4    |0.05|0.70 1.80|nre-3nm-note
merchant_price               |Bought GPUs         |assumption|1.0    |0.4 2     |0.05|0.85 1.15|epoch-chip-counts
merchant_price_erosion       |Bought GPUs         |assumption|0.14   |0 0.4     |0.01|0.08 0.20|epoch-chip-counts
merchant_performance         |Bought GPUs         |assumption|1.0    |0.5 2     |0.05|0.85 1.25|mlperf-inference-61
merchant_delay_quarters      |Bought GPUs         |assumption|0      |-4 8      |1   |-1 2|assumption
shortfall_penalty            |Bought GPUs         |assumption|0.20   |0 1       |0.05|0 0.50|assumption
amd_warrant_usd_bn_per_gw    |Bought GPUs         |assumption|2.5    |0 16      |0.5 |0 5.5|amd-meta-8k-2026
demand_growth_ranking        |Demand              |assumption|1.0    |0 2       |0.05|0.75 1.20|epoch-ml-hardware
demand_growth_genai          |Demand              |assumption|1.0    |0 2       |0.05|0.65 1.20|epoch-ml-hardware
headroom                     |Demand              |assumption|0.10   |0 0.5     |0.01|0.05 0.20|assumption
spares                       |Demand              |assumption|0.03   |0 0.2     |0.005|0.02 0.06|meta-llama3-isca25
power_price                  |Power and facilities|assumption|1.0    |0.5 3     |0.05|0.90 1.35|eia-epm-2026
power_escalation             |Power and facilities|assumption|0.03   |-0.05 0.15|0.005|0.015 0.05|assumption
pue                          |Power and facilities|assumption|1.10   |1 2       |0.01|1.08 1.20|meta-sustainability-2024
load_factor                  |Power and facilities|assumption|0.75   |0.3 1     |0.01|0.60 0.85|assumption
power_capacity               |Power and facilities|assumption|1.0    |0.3 3     |0.05|0.80 1.15|reuters-iris-2026
rent_premium                 |Power and facilities|assumption|1.1    |0 5       |0.1 |0.7 1.4|semianalysis-hw-2026
facility_usd_per_kw          |Power and facilities|assumption|13000  |5000 30000|500 |10000 16000|jll-2026
construction_inflation       |Power and facilities|assumption|0.05   |0 0.15    |0.005|0.03 0.07|jll-2026
facility_opex_usd_per_kw_year|Power and facilities|assumption|180    |0 500     |10  |100 300|assumption
discount_rate                |Finance             |assumption|0.09   |0 0.25    |0.005|0.08 0.10|damodaran-2026
book_life_years              |Finance             |assumption|5.5    |3 8       |0.5 |4 6|meta-10k-2025
service_life_custom_years    |Finance             |assumption|5.5    |3 8       |0.5 |4 6.5|assumption
service_life_merchant_years  |Finance             |assumption|5.5    |3 8       |0.5 |4 6.5|assumption
facility_life_years          |Finance             |assumption|25     |10 40     |1   |20 30|assumption
maintenance_rate             |Finance             |assumption|0.02   |0 0.1     |0.005|0.01 0.04|assumption
terminal_recovery_custom     |Finance             |assumption|0.35   |0 1       |0.05|0.10 0.80|assumption
terminal_recovery_merchant   |Finance             |assumption|0.60   |0 1       |0.05|0.35 0.90|assumption
terminal_recovery_facility   |Finance             |assumption|0.90   |0 1       |0.05|0.70 1.00|assumption
tax_rate                     |Finance             |assumption|0.21   |0 0.4     |0.005|0.15 0.25|assumption
bonus_share_facility         |Finance             |assumption|0.5    |0 1       |0.05|0.3 0.7|assumption
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in SPECIFIED.strip().splitlines()]


def test_there_are_49_levers_in_the_order_of_the_specification() -> None:
    assert len(ROWS) == 49
    assert [lever.id for lever in LEVERS] == [row[0] for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_lever_is_as_specified(row: list[str]) -> None:
    name, group, kind, base, bounds, step, percentiles, source = row
    lever = LEVER[name]
    assert (lever.group, lever.kind) == (group, kind)
    low, high = bounds.split()
    if lever.options:
        assert (lever.base, lever.options[0], lever.options[-1]) == (base, low, high)
    else:
        assert (lever.base, lever.minimum, lever.maximum) == (float(base), float(low), float(high))
        assert not step or lever.step == float(step)
    assert (lever.low, lever.high) == (tuple(float(p) for p in percentiles.split()) or (None, None))
    assert not source or lever.source_id == source


def test_a_start_may_be_any_quarter_of_five_years() -> None:
    assert LEVER["adoption_start"].options == tuple(f"{y}-Q{q}" for y in range(2027, 2032) for q in (1, 2, 3, 4))


def test_delays_and_the_horizon_are_whole_numbers_and_nothing_else_is() -> None:
    whole = [lever.id for lever in LEVERS if lever.whole]
    assert whole == ["horizon_year", "custom_delay_quarters", "merchant_delay_quarters"]
    assert all(type(BASE[name]) is int for name in whole)
    assert all(type(BASE[lever.id]) is float for lever in LEVERS if lever.is_numeric and not lever.whole)


def test_only_beliefs_have_percentiles_and_their_base_lies_between() -> None:
    for lever in LEVERS:
        if lever.kind is Kind.CHOICE:
            assert lever.low is lever.high is None
        else:
            assert lever.low is not None and lever.high is not None
            assert lever.minimum <= lever.low <= float(lever.base) <= lever.high <= lever.maximum


def test_each_lever_has_a_label_of_its_own_and_says_what_it_does() -> None:
    assert len({lever.label for lever in LEVERS}) == len(LEVERS)
    assert all(lever.help.endswith(".") and lever.unit for lever in LEVERS)


# --- Bounds and types

NUMERIC = [lever for lever in LEVERS if lever.is_numeric]
NUMERIC_IDS = [lever.id for lever in NUMERIC]


@pytest.mark.parametrize("lever", NUMERIC, ids=NUMERIC_IDS)
def test_a_lever_takes_both_ends_of_its_range_and_nothing_just_outside(lever: Lever) -> None:
    for end, outside in ((lever.minimum, -math.inf), (lever.maximum, math.inf)):
        assert Scenario.of({lever.id: end})[lever.id] == end
        beyond: float = end + math.copysign(1, outside) if lever.whole else math.nextafter(end, outside)
        with pytest.raises(ScenarioError, match=f"^{lever.id}: .* out of bounds; use .* from .* to "):
            Scenario.of({lever.id: beyond})


HOSTILE: list[Any] = [
    True, False, None, math.nan, math.inf, -math.inf, "0.5", "", "nan", [], [0.5], {}, {"a": 1}, 1j, b"1", 10**400,
    -1e308, "<script>alert(1)</script>", "![x](http://example.com/x.png)", "=1+1", "\x00", "２", "a" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=[repr(value)[:24] for value in HOSTILE])
@pytest.mark.parametrize("name", ["adoption_rr_inference", "horizon_year", "baseline", "adoption_start"])
def test_what_is_no_setting_is_refused_in_one_short_line(name: str, value: Any) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.of({name: value})
    (problem,) = caught.value.problems
    assert problem.startswith(f"{name}: ")
    assert "use " in problem
    assert "\n" not in problem and len(problem) < 160


@pytest.mark.parametrize("name", ["horizon_year", "custom_delay_quarters", "merchant_delay_quarters"])
def test_a_whole_lever_takes_a_whole_float_and_no_fraction(name: str) -> None:
    setting = Scenario.of({name: float(LEVER[name].maximum)})[name]
    assert setting == LEVER[name].maximum and type(setting) is int
    with pytest.raises(ScenarioError, match="is not a whole number"):
        Scenario.of({name: LEVER[name].maximum - 0.5})


def test_every_problem_is_named_at_once_in_the_order_given() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.of({"pue": 0.9, "no_such_lever": 1, "baseline": "neither", "tax_rate": True, "spares": 0.1})
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "pue",
        "no_such_lever",
        "baseline",
        "tax_rate",
    ]
    assert str(caught.value) == "\n".join(caught.value.problems)


def test_a_refusal_says_what_would_do() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.of(
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
        Scenario.of({name: 0.5})
    (problem,) = caught.value.problems
    assert problem.endswith(": there is no such lever") and "\n" not in problem and len(problem) < 80


# --- A value


@given(scenarios())
def test_equal_settings_are_equal_scenarios_and_one_key_of_a_cache(scenario: Scenario) -> None:
    again = Scenario.of(dict(scenario))
    assert again == scenario and hash(again) == hash(scenario)
    assert {scenario: 1}[again] == 1


def test_minus_zero_is_zero_however_it_is_written() -> None:
    assert str(Scenario.of({"spares": -0.0})["spares"]) == "0.0"
    assert to_query(Scenario.of({"spares": -0.0}), data_version="d", model_version="1")["spares"] == "0.0"


def test_replacing_gives_a_new_scenario_and_leaves_the_old_one_alone() -> None:
    changed = BASE.replace(pue=1.2)
    assert (BASE["pue"], changed["pue"], changed.changes) == (1.1, 1.2, {"pue": 1.2})
    with pytest.raises(ScenarioError):
        changed.replace(pue=0.5)
    with pytest.raises(AttributeError):
        changed._values = ()  # type: ignore[misc]


def test_what_is_left_out_is_base() -> None:
    assert Scenario.of() == Scenario.of({}) == BASE
    assert dict(BASE) == {lever.id: lever.base for lever in LEVERS}
    assert BASE.changes == {}


@given(st.lists(scenarios(), max_size=4))
def test_columns_hold_each_lever_of_each_scenario_as_the_model_counts_it(members: list[Scenario]) -> None:
    table = columns(members)
    assert list(table) == [lever.id for lever in LEVERS]
    for lever in LEVERS:
        counted = [
            float(lever.options.index(str(s[lever.id]))) if lever.options else float(s[lever.id]) for s in members
        ]
        assert table[lever.id].tolist() == counted
        assert [lever.value(number) for number in counted] == [s[lever.id] for s in members]


# --- Quarters


def test_the_first_quarter_is_zero_and_labels_and_indices_are_inverse() -> None:
    assert quarter_index("2027-Q1") == 0 and quarter_index("2024-Q2") == -11
    assert [quarter_index(quarter_label(t)) for t in range(-40, 40)] == list(range(-40, 40))


@pytest.mark.parametrize(
    "label", ["2027Q1", "2027-Q5", "2027-Q0", "27-Q1", "2027-q1", " 2027-Q1", "2027-Q1\n", "٢٠٢٧-Q1", ""]
)
def test_what_is_no_quarter_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is not a quarter; write it like 2027-Q1"):
        quarter_index(label)


# --- Written down and read again


@given(scenarios())
def test_a_link_reads_back_as_exactly_the_same_scenario(scenario: Scenario) -> None:
    query = to_query(scenario, data_version="abc123", model_version="7")
    reading = from_query(query)
    assert reading.scenario == scenario
    assert reading.problems == ()
    assert (reading.data_version, reading.model_version) == ("abc123", "7")
    assert set(query) == {*scenario.changes, "data", "model"}


@given(scenarios())
def test_json_reads_back_as_exactly_the_same_scenario(scenario: Scenario) -> None:
    text = json.dumps(to_json(scenario), allow_nan=False)
    assert from_json(json.loads(text)) == scenario
    assert list(json.loads(text)) == [lever.id for lever in LEVERS]


@given(scenarios())
def test_settings_keep_their_type_on_the_way(scenario: Scenario) -> None:
    read = from_query(to_query(scenario, data_version="d", model_version="1")).scenario
    assert [type(value) for value in read.values()] == [type(value) for value in BASE.values()]


def test_a_bare_link_is_the_base_scenario() -> None:
    reading = from_query({})
    assert reading.scenario == BASE and reading.problems == ()
    assert reading.data_version is reading.model_version is None


def test_a_link_is_applied_as_far_as_it_can_be_and_says_what_could_not() -> None:
    reading = from_query({"pue": "1.3", "tax_rate": "9", "colour": "red", "baseline": "exit", "horizon_year": "2030.5"})
    assert reading.scenario == Scenario.of({"pue": 1.3, "baseline": "exit"})
    assert [problem.split(":")[0] for problem in reading.problems] == ["tax_rate", "colour", "horizon_year"]


BAD_NUMBERS = [
    "", " 1.2", "1.2 ", "1_1", "0x1", "nan", "inf", "-inf", "Infinity", "1e999", "true", "None", "１", "١", "1,2",
    "1.2.3", "--1", "1e", "e1", ".", "1.2; DROP TABLE", "<b>1</b>", "9" * 400, "1." + "1" * 400 + "x",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_NUMBERS, ids=[text[:12] or "empty" for text in BAD_NUMBERS])
def test_a_link_takes_plainly_written_numbers_only(text: str) -> None:
    reading = from_query({"pue": text})
    assert reading.scenario == BASE
    (problem,) = reading.problems
    assert problem.startswith("pue: ") and len(problem) < 160


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("+1.5", 1.5), ("1", 1.0), ("15e-1", 1.5), ("1.", 1.0), ("1.50", 1.5)]
)
def test_a_number_may_be_written_in_more_than_one_way(text: str, value: float) -> None:
    assert from_query({"pue": text}).scenario["pue"] == value


@given(st.dictionaries(st.text(max_size=30) | st.sampled_from([lever.id for lever in LEVERS]), st.text(max_size=40)))
def test_no_link_whatever_raises_and_each_parameter_is_applied_or_named(query: dict[str, str]) -> None:
    reading = from_query(query)
    named = [problem.partition(": ")[0] for problem in reading.problems]
    applied = [name for name in query if name in LEVER and name not in named]
    assert all(
        query[name] in (value := reading.scenario[name], str(value)) or float(query[name]) == value for name in applied
    )
    assert len(named) + len(applied) == len([name for name in query if name not in ("data", "model")])
    assert all("\n" not in problem and len(problem) < 200 for problem in reading.problems)


@pytest.mark.parametrize("value", [None, 1, "base", [], True])
def test_json_that_is_no_object_of_levers_is_refused(value: object) -> None:
    with pytest.raises(ScenarioError, match=r"^scenario 3: .* is not an object of levers; write \{\} for the base$"):
        from_json(value, place="scenario 3")


def test_every_problem_of_a_json_scenario_begins_with_its_place() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_json({"pue": "1.2", "nothing": 0}, place="scenario 2")
    assert [problem.split(": ")[:2] for problem in caught.value.problems] == [
        ["scenario 2", "pue"],
        ["scenario 2", "nothing"],
    ]


# --- Presets

ADOPTIONS = ("adoption_rr_inference", "adoption_rr_training", "adoption_genai_inference", "adoption_genai_training")


def adoption(*rates: float) -> dict[str, Value]:
    return dict(zip(ADOPTIONS, rates, strict=True))


PRESETS: dict[str, dict[str, Value]] = {
    "Company plan": {},
    "Today's mix held": adoption(0.4, 0.1, 0.0, 0.0),
    "Ranking only": adoption(0.9, 0.8, 0.0, 0.0),
    "Into generative inference": adoption(0.8, 0.6, 0.6, 0.0),
    "Extends to training": adoption(0.8, 0.7, 0.5, 0.4),
    "Exit custom": adoption(0.0, 0.0, 0.0, 0.0),
    "Programme slips a year": {"custom_delay_quarters": 5},
    "GPU price war": {"merchant_price": 0.75, "merchant_price_erosion": 0.20},
    "Power is short": {"power_capacity": 0.7, "power_price": 1.5},
    "Right to stop": {"custom_premium_max": 0.0},
}


def test_the_presets_are_those_of_the_specification(inputs: Inputs) -> None:
    today = dict(zip(inputs.workloads, map(float, inputs.custom_share_today), strict=True))
    made = presets(today)
    assert list(made) == list(PRESETS)
    for name, changes in PRESETS.items():
        assert made[name] == Scenario.of(changes), name
