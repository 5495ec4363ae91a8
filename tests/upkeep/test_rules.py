"""Rows that follow a rule: what each rule gives by hand, what it needs, and which rows stray from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.upkeep.pace import RuleError, pace
from core.upkeep.rewrite import rows_of
from core.upkeep.rules import derived, follows_any, strays
from tests.support.datasets import Tables
from tests.support.frozen import INPUTS
from tests.support.ruled import follow, loaded, of, tables


def throughput(found: Tables, chip: str, work: str) -> dict[str, float]:
    rows = derived(loaded(found))["chip_throughput"]
    row = next(row for row in rows if (row["chip_id"], row["workload_id"]) == (chip, work))
    return {name: row[f"h100e_{name}"] for name in ("low", "base", "high")}


# --- What a rule needs


def test_data_without_rules_have_nothing_that_follows_one() -> None:
    assert derived(INPUTS) == {}
    assert strays(INPUTS) == []
    assert not follows_any(INPUTS, "successor")


def test_a_row_that_is_derived_from_a_chip_without_that_work_is_refused() -> None:
    found = tables()
    follow(
        of(found, "chip_throughput", chip_id="mtia_400", workload_id="rr_training"), "bandwidth", derived_from="mtia_2i"
    )
    with pytest.raises(
        RuleError, match=r"mtia_400, rr_training is derived from mtia_2i, which has no row .* name a chip"
    ):
        derived(loaded(found))


def test_a_row_that_names_no_chip_is_refused() -> None:
    found = tables()
    follow(of(found, "chip_throughput", chip_id="mtia_400", workload_id="rr_training"), "bandwidth")
    with pytest.raises(RuleError, match="mtia_400, rr_training follows a rule, but derived_from is empty"):
        derived(loaded(found))


@pytest.mark.parametrize("circle", [("vr200",), ("vr200", "mi455x"), ("vr200", "mi455x", "gb300")])
def test_rows_that_are_derived_in_a_circle_are_refused(circle: tuple[str, ...]) -> None:
    found = tables()
    for chip, origin in zip(circle, (*circle[1:], circle[0]), strict=True):
        row = of(found, "chip_throughput", chip_id=chip, workload_id="rr_training")
        follow(row, "factor" if chip == "mi455x" else "bandwidth", derived_from=origin, factor=1.1)
    with pytest.raises(RuleError, match="vr200 on rr_training: derived from each other"):
        derived(loaded(found))


@pytest.mark.parametrize("first", ["vr200", "gb300"])
def test_the_order_of_rows_does_not_matter_to_what_is_derived_from_what(first: str) -> None:
    found = tables()
    for chip, origin, rule in (
        ("gb300", "h100", "bandwidth"),
        ("vr200", "gb300", "factor"),
        ("mi455x", "vr200", "bandwidth"),
    ):
        follow(
            of(found, "chip_throughput", chip_id=chip, workload_id="rr_training"), rule, derived_from=origin, factor=2
        )
    found["chip_throughput"].sort(key=lambda row: row["chip_id"] != first)
    gb300, vr200, mi455x = (throughput(found, chip, "rr_training")["base"] for chip in ("gb300", "vr200", "mi455x"))
    assert gb300 == float(f"{(8.0 / 3.35) ** 0.65:.3g}")
    assert vr200 == float(f"{2 * gb300:.3g}")
    assert mi455x == float(f"{vr200 * (19.6 / 22.0) ** 0.65:.3g}")


def test_bandwidth_that_is_not_known_is_asked_for() -> None:
    found = tables()
    follow(
        of(found, "chip_throughput", chip_id="mtia_400", workload_id="rr_training"),
        "bandwidth",
        derived_from="mtia_300",
    )
    of(found, "chips", chip_id="mtia_300")[0]["memory_tb_s"] = ""
    with pytest.raises(RuleError, match=r"chips\.csv: mtia_400 or mtia_300 has no memory_tb_s"):
        derived(loaded(found))


def test_a_factor_that_is_missing_is_asked_for() -> None:
    found = tables()
    follow(of(found, "chip_throughput", chip_id="vr200"), "factor", derived_from="gb300")
    with pytest.raises(RuleError, match="vr200, rr_inference has no factor; give it one"):
        derived(loaded(found))


def test_an_announced_chip_is_no_successor() -> None:
    found = tables()
    follow(of(found, "chip_prices", chip_id="vr200"), "successor")
    with pytest.raises(RuleError, match="vr200 follows the rule of successors; its status is announced"):
        derived(loaded(found))


def test_a_successor_does_no_work_that_its_forerunner_cannot() -> None:
    found = tables()
    for row in of(found, "chips", supplier_id="custom"):
        if row["chip_id"] != "mtia_2i" and row["status"] != "extrapolated":
            row["status"] = "extrapolated"
    follow(of(found, "chip_throughput", chip_id="mtia_2032"), "successor")
    with pytest.raises(RuleError, match="mtia_2032 follows mtia_2i, which has no such row; take it out"):
        derived(loaded(found))


def test_design_cost_needs_two_announced_generations() -> None:
    found = tables()
    designs = [row for row in found["programme"] if row["kind"] == "nre"]
    follow(designs[1:], "successor")
    with pytest.raises(RuleError, match="give it two"):
        derived(loaded(found))


# --- What a rule gives, by hand


def test_ranking_throughput_goes_with_memory_bandwidth_by_hand() -> None:
    """VR200 from GB300: bandwidth 22/8 = 2.75, peak 4000/2500 = 1.6, throughput 1.5, 1.8 and 2.4.

    2.75**0.29 = 1.341, 2.75**0.65 = 1.930, 1.341 * 1.6**0.33 = 1.566, below 1.930.
    """
    found = tables()
    follow(of(found, "chip_throughput", chip_id="vr200", workload_id="rr_inference"), "bandwidth", derived_from="gb300")
    assert throughput(found, "vr200", "rr_inference") == {"low": 2.01, "base": 3.47, "high": 4.63}


def test_compute_that_grew_faster_counts_in_the_high() -> None:
    """MTIA 400 from MTIA 300: bandwidth 9.2/6.1 = 1.508, peak 3000/560 = 5.357, throughput 1.0, 1.4 and 2.0.

    1.508**0.29 = 1.1266, **0.65 = 1.306; 1.1266 * 5.357**0.33 = 1.9596.
    """
    found = tables()
    follow(
        of(found, "chip_throughput", chip_id="mtia_400", workload_id="rr_training"),
        "bandwidth",
        derived_from="mtia_300",
    )
    assert throughput(found, "mtia_400", "rr_training") == {"low": 1.13, "base": 1.83, "high": 3.92}


def test_a_factor_takes_all_three_figures_along() -> None:
    found = tables()
    follow(
        of(found, "chip_throughput", chip_id="vr200", workload_id="genai_training"),
        "factor",
        derived_from="gb300",
        factor=1.5,
    )
    assert throughput(found, "vr200", "genai_training") == {"low": 5.25, "base": 6.0, "high": 7.35}


def test_successors_grow_at_the_pace_of_all_makers_by_hand() -> None:
    """On the frozen data the pace is 1.10 a year in price, 1.16 in power, 16 % of ranking work per dollar, 42 % of
    generative; the first successor of VR200 (2027-Q1) comes in 2028-Q2, 1.25 years later.
    """
    found = tables()
    for table in ("chips", "chip_prices", "chip_throughput"):
        follow(of(found, table, chip_id="nvidia_2028"), "successor")
    rows = derived(loaded(found))
    chip = next(row for row in rows["chips"] if row["chip_id"] == "nvidia_2028")
    assert chip["system_power_w"] == round(3300 * 1.16**1.25 / 10) * 10
    price = next(row for row in rows["chip_prices"] if row["chip_id"] == "nvidia_2028")
    assert price["price_usd_base"] == round(52_000 * 1.10**1.25 / 500) * 500
    assert price["system_cost_usd"] == round(42_000 * 1.10**1.25 / 500) * 500
    ranking, generative = (
        throughput(found, "nvidia_2028", work)["base"] for work in ("rr_inference", "genai_inference")
    )
    assert ranking == float(f"{3.2 * (1.10 * 1.16) ** 1.25:.3g}")
    assert generative == float(f"{12 * (1.10 * 1.42) ** 1.25:.3g}")


def test_the_range_of_a_trend_is_that_of_the_makers() -> None:
    found = tables()
    follow([row for row in found["levers"] if str(row["lever_id"]).startswith("trend_")], "successor")
    rows = {row["lever_id"]: row for row in derived(loaded(found))["levers"]}
    for family, rate in pace(rows_of(INPUTS), INPUTS.calendar).per_dollar.items():
        assert (rows[f"trend_{family}"]["low"], rows[f"trend_{family}"]["high"]) == tuple(
            round(e, 2) for e in rate.trend
        )
    assert [one.row for one in strays(loaded(found))] == ["trend_ranking"] * 2 + ["trend_genai"] * 2


def test_design_cost_takes_the_last_step_again_each_generation() -> None:
    """725 after 590 million is a step of 1.2288; 890, 1,095 and so on follow, to 5 million."""
    found = tables()
    follow([row for row in found["programme"] if str(row["item_id"]).startswith("nre_mtia_20")], "successor")
    rows = {row["item_id"]: row["usd_total"] for row in derived(loaded(found))["programme"]}
    step = 725 / 590
    wanted = [round(725 * step**n / 5) * 5e6 for n in (1, 2, 3, 4)]
    assert [rows[f"nre_mtia_{year}"] for year in (2028, 2030, 2031, 2032)] == wanted


def test_work_of_the_year_before_is_what_was_installed_less_headroom() -> None:
    found = tables()
    follow(of(found, "workload_demand", workload_id="genai_training", year="2025"), "installed")
    row = next(
        row for row in derived(loaded(found))["workload_demand"]
        if (row["workload_id"], row["year"]) == ("genai_training", 2025)
    )  # fmt: skip
    installed = 160_000 * 1.0 + 100_000 * 2.9 + 80_000 * 4.0
    assert row["h100e_low"] == row["h100e_base"] == row["h100e_high"] == installed / 1.1 == 700_000


def test_the_purchases_of_the_fleet_year_are_those_that_were_researched() -> None:
    """The forty rows of the frozen data were made before there was a rule in code: it gives them to the chip."""
    found = tables()
    bought = [row for row in found["opening_fleet"] if str(row["vintage"]) >= "2026"]
    follow(bought, "purchases", note="by the rule")
    assert len(bought) == 40
    assert strays(loaded(found)) == []


# --- Which rows stray


def test_a_cell_that_is_changed_by_hand_is_told_with_what_the_rule_gives() -> None:
    found = tables()
    bought = [row for row in found["opening_fleet"] if str(row["vintage"]) >= "2026"]
    follow(bought, "purchases", note="by the rule")
    bought[3]["chips"] = str(float(str(bought[3]["chips"])) + 7)
    (stray,) = [one for one in strays(loaded(found)) if one.column == "chips"]
    assert str(stray).startswith(f"opening_fleet.csv, {bought[3]['chip_id']}, {bought[3]['workload_id']}, ")
    assert (stray.now, stray.by_rule) == (float(str(bought[3]["chips"])), float(str(bought[3]["chips"])) - 7)


def test_a_row_that_a_rule_does_not_give_strays() -> None:
    found = tables()
    bought = [row for row in found["opening_fleet"] if str(row["vintage"]) >= "2026"]
    follow(bought, "purchases", note="by the rule")
    found["opening_fleet"].append({**bought[0], "chip_id": "mi325x"})
    told = [str(one) for one in strays(loaded(found))]
    assert any(one.startswith("opening_fleet.csv, mi325x, rr_inference, 2026-Q1, chips: ") for one in told)
    assert any(one.endswith("the rule gives no row") for one in told)


def test_what_rules_give_follows_its_rules() -> None:
    """Rules that build on each other are worked out in one go: doing it again changes nothing."""
    found = tables()
    follow(of(found, "chip_throughput", chip_id="vr200", workload_id="rr_inference"), "bandwidth", derived_from="gb300")
    for table in ("chips", "chip_prices", "chip_throughput"):
        follow([row for row in found[table] if str(row["chip_id"]).startswith("nvidia_20")], "successor")
    by_rule = derived(loaded(found))
    for name, rows in by_rule.items():
        found[name] = [{column: "" if value is None else value for column, value in row.items()} for row in rows]
    assert strays(loaded(found)) == []


@given(times=st.floats(0.5, 3.0))
def test_all_prices_times_a_rate_leave_every_pace_as_it_is(times: float) -> None:
    rows = rows_of(INPUTS)
    before = pace(rows, INPUTS.calendar)
    for row in rows["chip_prices"]:
        row |= {column: value * times for column, value in row.items() if isinstance(value, float)}
    after = pace(rows, INPUTS.calendar)
    assert (after.price, after.power) == (before.price, before.power)
    assert {name: rate.base for name, rate in after.per_dollar.items()} == {
        name: rate.base for name, rate in before.per_dollar.items()
    }
