"""The levers: what each may be set to, and how what it may not be is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from core.inputs.lever import Kind, Lever
from core.inputs.scenario import ScenarioError
from tests.support.frozen import BASE, EXAMPLE, INPUTS, LEVERS

# --- The table of levers, transcribed from the specification a second time

SPECIFIED = """
adoption_rr_inference        |Adoption            |choice|0.70   |0 1       |0.01||assumption
adoption_rr_training         |Adoption            |choice|0.50   |0 1       |0.01||assumption
adoption_genai_inference     |Adoption            |choice|0.30   |0 1       |0.01||assumption
adoption_genai_training      |Adoption            |choice|0.00   |0 1       |0.01||meta-cfo-ms-tmt-2026
adoption_start               |Adoption            |choice|2027-Q1|2027-Q1 2031-Q4|    ||assumption
ramp_years                   |Adoption            |choice|2      |0 6       |0.5 ||assumption
start_lag_rr_inference       |Adoption            |choice|0      |0 24      |1   ||assumption
start_lag_rr_training        |Adoption            |choice|0      |0 24      |1   ||assumption
start_lag_genai_inference    |Adoption            |choice|0      |0 24      |1   ||assumption
start_lag_genai_training     |Adoption            |choice|0      |0 24      |1   ||assumption
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
merchant_price               |Bought chips        |assumption|1.0    |0.4 2     |0.05|0.85 1.15|epoch-chip-counts
merchant_price_erosion       |Bought chips        |assumption|0.14   |0 0.4     |0.01|0.08 0.20|epoch-chip-counts
merchant_performance         |Bought chips        |assumption|1.0    |0.5 2     |0.05|0.85 1.25|mlperf-inference-61
trend_ranking                |Chips to come       |assumption|0      |-0.3 0.3  |0.01|-0.12 0.08|assumption
trend_genai                  |Chips to come       |assumption|0      |-0.3 0.3  |0.01|-0.12 0.08|assumption
merchant_delay_quarters      |Bought chips        |assumption|0      |-4 8      |1   |-1 2|assumption
shortfall_penalty            |Bought chips        |assumption|0.20   |0 1       |0.05|0 0.50|assumption
amd_warrant_usd_bn_per_gw    |Bought chips        |assumption|2.5    |0 25      |0.5 |0 5.5|amd-meta-8k-2026
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
terminal_basis               |Finance             |choice|use    |use sale  |    ||
work_price_decline           |Finance             |assumption|0.20   |0 0.6     |0.01|0.10 0.35|assumption
terminal_recovery_custom     |Finance             |assumption|0.35   |0 1       |0.05|0.10 0.80|assumption
terminal_recovery_merchant   |Finance             |assumption|0.60   |0 1       |0.05|0.35 0.90|assumption
terminal_recovery_facility   |Finance             |assumption|0.90   |0 1       |0.05|0.70 1.00|assumption
tax_rate                     |Finance             |assumption|0.21   |0 0.4     |0.005|0.15 0.25|assumption
bonus_share_facility         |Finance             |assumption|0.5    |0 1       |0.05|0.3 0.7|assumption
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in SPECIFIED.strip().splitlines()]


def test_there_are_57_levers_in_the_order_of_the_specification() -> None:
    assert len(ROWS) == 57
    assert [lever.id for lever in LEVERS.values()] == [row[0] for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_lever_is_as_specified(row: list[str]) -> None:
    name, group, kind, base, bounds, step, percentiles, source = row
    lever = LEVERS[name]
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
    assert LEVERS["adoption_start"].options == tuple(f"{y}-Q{q}" for y in range(2027, 2032) for q in (1, 2, 3, 4))


def test_delays_lags_and_the_horizon_are_whole_numbers_and_nothing_else_is() -> None:
    whole = [lever.id for lever in LEVERS.values() if lever.whole]
    assert whole == [
        *(name for name in LEVERS if name.startswith("start_lag_")),
        "horizon_year",
        "custom_delay_quarters",
        "merchant_delay_quarters",
    ]
    assert all(type(BASE[name]) is int for name in whole)
    assert all(type(BASE[lever.id]) is float for lever in LEVERS.values() if lever.is_numeric and not lever.whole)


def test_only_beliefs_have_percentiles_and_their_base_lies_between() -> None:
    for lever in LEVERS.values():
        if lever.kind is Kind.CHOICE:
            assert lever.low is lever.high is None
        else:
            assert lever.low is not None and lever.high is not None
            assert lever.minimum <= lever.low <= float(lever.base) <= lever.high <= lever.maximum


def test_each_lever_has_a_label_of_its_own_and_says_what_it_does() -> None:
    assert len({lever.label for lever in LEVERS.values()}) == len(LEVERS)
    assert all(lever.help.endswith(".") and lever.unit for lever in LEVERS.values())


def test_a_belief_that_every_data_set_has_keeps_its_dimension_of_the_random_sequence_for_good() -> None:
    """Dimension 12 and 13 were those of two families' growth, which now follow from data as trends and warrants do."""
    derived = ("trend_", "demand_growth_", "amd_warrant")
    beliefs = [row[0] for row in ROWS if row[2] == "assumption"]
    assert {LEVERS[name].dimension for name in beliefs if name.startswith(derived)} == {None}
    fixed = [name for name in beliefs if not name.startswith((*derived, "work_price"))]
    assert [LEVERS[name].dimension for name in fixed] == [*range(11), *range(14, 36)]
    assert LEVERS["work_price_decline"].dimension == 11


# --- The levers of another data set


def test_levers_follow_from_who_a_data_set_says_there_is() -> None:
    """AMD leads, so it has no share; TPUs come under the one contract with a warrant."""
    works = ("search_inference", "assistant_inference", "assistant_training")
    derived = {
        **{f"adoption_{work}": "Adoption" for work in works},
        **{f"start_lag_{work}": "Adoption" for work in works},
        **{f"{one}_share_{work}": "Procurement" for one in ("nvidia", "tpu") for work in works},
        **{f"{kind}_{family}": group for kind, group in (("trend", "Chips to come"), ("demand_growth", "Demand"))
           for family in ("search", "genai")},
        "tpu_warrant_usd_bn_per_gw": "Bought chips",
    }  # fmt: skip
    own = {name for name in LEVERS if "_rr_" in name or "_genai" in name or name.endswith(("_ranking", "_per_gw"))}
    assert set(EXAMPLE.levers) == {*derived, *LEVERS} - (own - set(derived))
    assert {name: EXAMPLE.levers[name].group.value for name in derived} == derived


def test_a_data_set_without_levers_of_its_own_has_the_model_s_beliefs_and_its_own_plans() -> None:
    base = EXAMPLE.base
    assert (base["adoption_search_inference"], base["tpu_share_assistant_training"]) == (0.6, 0.2)
    assert all(lever.source_id == "assumption" for lever in EXAMPLE.levers.values())
    shared = [name for name in LEVERS if name in EXAMPLE.levers]
    assert [base[name] for name in shared] == [BASE[name] for name in shared]


def test_levers_of_either_data_set_are_called_differently() -> None:
    for levers in (LEVERS, EXAMPLE.levers):
        assert levers.clashes == ([], [])
        assert all(lever.help.endswith(".") and lever.unit for lever in levers.values())


# --- Bounds and types

NUMERIC = [lever for lever in LEVERS.values() if lever.is_numeric]
NUMERIC_IDS = [lever.id for lever in NUMERIC]


@pytest.mark.parametrize("lever", NUMERIC, ids=NUMERIC_IDS)
def test_a_lever_takes_both_ends_of_its_range_and_nothing_just_outside(lever: Lever) -> None:
    for end, outside in ((lever.minimum, -math.inf), (lever.maximum, math.inf)):
        assert INPUTS.scenario({lever.id: end})[lever.id] == end
        beyond: float = end + math.copysign(1, outside) if lever.whole else math.nextafter(end, outside)
        with pytest.raises(ScenarioError, match=f"^{lever.id}: .* out of bounds; use .* from .* to "):
            INPUTS.scenario({lever.id: beyond})


HOSTILE: list[Any] = [
    True, False, None, math.nan, math.inf, -math.inf, "0.5", "", "nan", [], [0.5], {}, {"a": 1}, 1j, b"1", 10**400,
    -1e308, "<script>alert(1)</script>", "![x](http://example.com/x.png)", "=1+1", "\x00", "２", "a" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=[repr(value)[:24] for value in HOSTILE])
@pytest.mark.parametrize("name", ["adoption_rr_inference", "horizon_year", "baseline", "adoption_start"])
def test_what_is_no_setting_is_refused_in_one_short_line(name: str, value: Any) -> None:
    with pytest.raises(ScenarioError) as caught:
        INPUTS.scenario({name: value})
    (problem,) = caught.value.problems
    assert problem.startswith(f"{name}: ")
    assert "use " in problem
    assert "\n" not in problem and len(problem) < 160


@pytest.mark.parametrize("name", ["horizon_year", "custom_delay_quarters", "merchant_delay_quarters"])
def test_a_whole_lever_takes_a_whole_float_and_no_fraction(name: str) -> None:
    setting = INPUTS.scenario({name: float(LEVERS[name].maximum)})[name]
    assert setting == LEVERS[name].maximum and type(setting) is int
    with pytest.raises(ScenarioError, match="is not a whole number"):
        INPUTS.scenario({name: LEVERS[name].maximum - 0.5})
