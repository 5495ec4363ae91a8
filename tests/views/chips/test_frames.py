"""Which chip for which workload: costs that add up, closed forms that tie, and tables that hold the same figures."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.data import BOUGHT, CUSTOM, Chips, bundled
from core.inputs.scenario import Scenario
from core.model.offers import NO_CHIP
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels
from core.views.chips import frames, tables
from core.views.chips.frames import PARTS
from tests.support.answers import answer
from tests.support.chip_hours import chip_hours
from tests.support.effort import examples
from tests.support.frozen import BASE, INPUTS
from tests.support.strategies import NO_ADOPTION, scenarios

EVERY_LEVER = examples(25)
WORKLOADS = bundled().workloads
TRAINING = WORKLOADS.index("genai_training")
IN_2029 = INPUTS.calendar.index("2029-Q1")


def chip_index(chip_id: str) -> int:
    return bundled().chips.id.index(chip_id)


# --- Parts of a cost


def test_the_parts_of_a_chip_hour_are_those_of_plain_arithmetic() -> None:
    """MTIA 300 bought in 2029-Q1 at base levers, 12 quarters old: $15,000 falling 10 % a year, and $13,500."""
    paid = 15_000 * 0.9**3 + 13_500
    life = 0.09 / (1 - 1.09**-5.5)
    building = 13_000 * 1.05**3 * 0.09 / (1 - 1.09**-25)
    energy = bundled().power_usd_per_mwh * 1.03**3
    hours = 8766.0
    expected = {
        "Chip and system": paid * 1.03 * life / hours,
        "Building": 1.5 * building / hours,
        "Electricity": 1.5 * 1.10 * 0.75 * energy / 1000,
        "Upkeep": (0.02 * paid + 1.5 * 180) / hours,
    }
    hour = frames.roadmap(answer()).part_usd[IN_2029, chip_index("mtia_300")]
    assert dict(zip(PARTS, hour, strict=True)) == pytest.approx(expected)


@EVERY_LEVER
@given(scenarios())
def test_parts_add_up_to_the_chip_hour_and_the_cost_of_work_that_the_model_pays(scenario: Scenario) -> None:
    a = Answer.of(bundled(), scenario)
    plan, world, chips = frames.roadmap(a), a.world, bundled().chips
    hours = chip_hours(a)
    quarter, chip = np.nonzero(plan.on_offer)
    assert list(hours["chip_id"]) == [chips.id[c] for c in chip], "the same chips are on offer"
    assert list(hours["usd_per_chip_hour"]) == pytest.approx(list(plan.hour_usd[quarter, chip]))
    assert (plan.part_usd >= 0).all()

    t, s, w = np.nonzero(world.chip != NO_CHIP)
    offered = world.chip[t, s, w]
    assert plan.on_offer[t, offered].all()
    work = plan.hour_usd[t, offered] / plan.h100e[offered, w]
    assert work == pytest.approx(world.kappa[t, s, w])


@EVERY_LEVER
@given(scenarios(), st.integers(0, 7))
def test_the_matrix_holds_every_chip_on_offer_once_and_marks_one_of_each_supplier(
    scenario: Scenario, quarter: int
) -> None:
    a = Answer.of(bundled(), scenario)
    frame, plan = frames.matrix(a, quarter), frames.roadmap(a)
    whole = frame[frame["part"] == PARTS[0]]
    able = int((plan.on_offer[quarter, :, None] & (plan.h100e > 0)).sum())
    assert len(whole) == able == len(frame) / len(PARTS)
    assert not whole.duplicated(["workload", "chip_id"]).any()
    assert frame.groupby(["workload", "chip_id"])["usd"].sum().to_numpy() == pytest.approx(
        whole.groupby(["workload", "chip_id"])["total_usd"].first().to_numpy()
    )
    offered = whole[whole["offered"]]
    assert not offered.duplicated(["workload", "supplier"]).any()
    least = whole.groupby(["workload", "supplier"])["total_usd"].min()
    assert offered.set_index(["workload", "supplier"])["total_usd"].sort_index().to_numpy() == pytest.approx(
        least.sort_index().to_numpy()
    )
    best = whole[whole["cheapest"]].groupby("workload")["total_usd"].first()
    assert best.to_numpy() == pytest.approx(whole.groupby("workload")["total_usd"].min().to_numpy())
    assert whole["chip_id"].nunique() <= frames.chips_on_offer(a, quarter)


def test_dearer_electricity_moves_its_own_part_and_no_other() -> None:
    before, after = (
        frames.roadmap(answer(BASE.replace(power_price=price))).part_usd.sum(axis=(0, 1)) for price in (1.0, 2.0)
    )
    assert dict(zip(PARTS, after / before, strict=True)) == pytest.approx(
        {"Chip and system": 1.0, "Building": 1.0, "Electricity": 2.0, "Upkeep": 1.0}
    )


# --- What would make it tie


def test_the_price_that_ties_is_that_of_plain_arithmetic() -> None:
    """A chip-hour of $3, of which $2 are the chip's, does 4 units; a rival's unit costs $0.5: $1 may be the chip's."""
    assert frames.tie_price(np.array(2.0), np.array(3.0), np.array(4.0), np.array(0.5)) == pytest.approx(0.5)
    assert frames.tie_price(np.array(2.0), np.array(3.0), np.array(4.0), np.array(0.25)) == 0.0
    assert frames.tie_price(np.array(2.0), np.array(3.0), np.array(4.0), np.array(0.2)) < 0.0


@EVERY_LEVER
@given(scenarios(), st.integers(0, 7), st.sampled_from(range(len(WORKLOADS))))
def test_put_back_in_the_performance_and_the_price_that_tie_do_tie(
    scenario: Scenario, quarter: int, workload: int
) -> None:
    a = Answer.of(bundled(), scenario)
    row = frames.ties(a, quarter).iloc[workload]
    chips, custom = bundled().chips, int(a.world.chip[quarter, CUSTOM, workload])
    if custom == NO_CHIP:
        assert pd.isna(row["performance"]) and pd.isna(row["price"])
        return

    work = chips.h100e.copy()
    work[custom, workload] *= row["performance"]
    assert _cost(scenario, replace(chips, h100e=work), quarter, custom, workload) == pytest.approx(row["bought_usd"])

    if row["price"] > 0.0:
        share = np.where(np.arange(len(chips.id)) == custom, row["price"], 1.0)
        paid = replace(chips, price_usd=chips.price_usd * share, system_cost_usd=chips.system_cost_usd * share)
        assert _cost(scenario, paid, quarter, custom, workload) == pytest.approx(row["bought_usd"])
    else:
        free = replace(chips, price_usd=chips.price_usd * 0.0, system_cost_usd=chips.system_cost_usd * 0.0)
        assert _cost(scenario, free, quarter, custom, workload) >= row["bought_usd"] * (1 - 1e-9)


def _cost(scenario: Scenario, chips: Chips, quarter: int, chip: int, workload: int) -> float:
    """What an hour of work costs on a chip when the data are other ones."""
    plan = frames.roadmap(Answer.of(replace(bundled(), chips=chips), scenario))
    return float(plan.hour_usd[quarter, chip] / plan.h100e[chip, workload])


def test_set_on_the_levers_what_ties_makes_the_model_s_own_offers_tie() -> None:
    row = frames.ties(answer(), IN_2029).iloc[TRAINING]
    assert (row["performance"], row["price"]) == pytest.approx((1.66, 0.47), abs=0.01)
    for lever, value in (("custom_performance", row["performance"]), ("custom_cost", row["price"])):
        world = answer(BASE.replace(**{lever: float(value)})).world
        assert world.kappa[IN_2029, CUSTOM, TRAINING] == pytest.approx(world.bought_kappa[IN_2029, TRAINING])


def test_the_best_bought_chip_may_be_another_merchant_s_than_the_lead_s() -> None:
    """Who asks what must be true to beat the cheapest bought chip means those of all merchants."""
    rows = frames.ties(answer(), IN_2029)
    assert rows.loc[0, "bought_chip"] == "MI500 class (2028)"
    assert rows.loc[TRAINING, "bought_chip"] == "Rubin Ultra class (2028)"
    for w in range(len(WORKLOADS)):
        kappa = answer().world.kappa[IN_2029, BOUGHT, w]
        assert rows.loc[w, "bought_usd"] == kappa.min()


# --- Over time


@EVERY_LEVER
@given(scenarios(), st.sampled_from(WORKLOADS))
def test_over_time_each_offer_is_there_and_leads_where_it_costs_less(scenario: Scenario, workload: str) -> None:
    a = Answer.of(bundled(), scenario)
    w, frame = WORKLOADS.index(workload), frames.cost_of_work(a, workload)
    assert len(frame) == (a.world.chip[:, :, w] != NO_CHIP).sum()
    table = frame.pivot(index="quarter", columns="supplier", values="usd")
    bought = table[[name for name in supplier_labels(bundled())[1:] if name in table]].min(axis=1)
    custom = table["MTIA"] if "MTIA" in table else pd.Series(np.nan, index=table.index)
    leads = frame.groupby("quarter")["custom_leads"].first()
    assert ((custom < bought).fillna(False) == leads).all()
    for _, line in frame.groupby("supplier", sort=False):
        assert line["changes"].iloc[0]
        same = line["chip"].eq(line["chip"].shift())
        assert (line["changes"] == ~same).all()
        for _, spell in line.groupby((~same).cumsum()):
            assert set(spell["until_years"]) == {spell["time_years"].iloc[-1] + 0.25}


@pytest.mark.parametrize(
    ("flags", "runs"),
    [([], []), ([False], []), ([True], [(0, 0)]), ([True, True, False, True], [(0, 1), (3, 3)])],
)
def test_spells_are_the_unbroken_runs(flags: list[bool], runs: list[tuple[int, int]]) -> None:
    assert frames.spells(flags) == runs


# --- The roadmap


@EVERY_LEVER
@given(scenarios(), st.sampled_from(WORKLOADS))
def test_the_time_line_shows_each_chip_on_offer_and_how_far_the_levers_move_it(
    scenario: Scenario, workload: str
) -> None:
    a = Answer.of(bundled(), scenario)
    frame, plan, chips = frames.timeline(a, workload), frames.roadmap(a), bundled().chips
    shown = [chips.name[c] for c in np.flatnonzero(plan.on_offer.any(axis=0))]
    assert set(frame["chip"]) == set(shown) and len(frame[frame["kind"] == "on offer"]) == len(shown)
    assert (frame["kind"] == "on offer").any() and not frame.isna().any().any()
    moved = frame[frame["kind"] == "moved"]
    assert set(moved["chip"]) == {chips.name[c] for c in np.flatnonzero(plan.available != plan.announced)} & set(shown)
    for row in moved.to_dict("records"):
        lever = "custom_delay_quarters" if row["custom"] else "merchant_delay_quarters"
        quarters = (row["until_years"] - row["time_years"]) * 4
        assert 0 < quarters * np.sign(scenario.number(lever)) <= abs(scenario.number(lever))
    offered = frame[frame["kind"] == "offered"]
    assert (offered["until_years"] > offered["time_years"]).all()
    quarters_offered = ((offered["until_years"] - offered["time_years"]) * 4).sum()
    w = WORKLOADS.index(workload)
    assert quarters_offered == pytest.approx((a.world.chip[:, :, w] != NO_CHIP).sum())


# --- Tables


def test_tables_hold_the_figures_of_the_charts() -> None:
    a = answer()
    table, frame = tables.matrix(a, IN_2029), frames.matrix(a, IN_2029)
    parts = [f"{part} ($ an H100e-hour)" for part in PARTS]
    assert len(table) * len(PARTS) == len(frame)
    assert table[parts].sum(axis=1).to_numpy() == pytest.approx(table["All ($ an H100e-hour)"].to_numpy())
    assert table["All ($ an H100e-hour)"].sum() == pytest.approx(frame["usd"].sum())
    assert (table["Cheapest of its supplier"] == "yes").sum() == 12
    assert list(dict.fromkeys(table["Workload"])) == list(workload_labels(bundled()))

    over_time = tables.cost_of_work(a, "genai_training")
    assert list(over_time["MTIA ($ an H100e-hour)"]) == pytest.approx(list(a.world.kappa[:, CUSTOM, TRAINING]))
    assert len(tables.timeline(a, "genai_training")) == 20
    ties = tables.ties(a, IN_2029)
    assert list(ties.iloc[:, -2]) == list(frames.ties(a, IN_2029)["performance"])


def test_the_specification_holds_every_chip_with_its_sources() -> None:
    table = tables.specification(answer()).set_index("Chip")
    inputs = bundled()
    assert set(table.index) == set(inputs.chips.name)
    row = table.loc["MTIA 300"]
    assert (row["Price ($)"], row["Power with system (kW)"], row["Ranking training (H100e)"]) == (15_000, 1.5, 1.4)
    assert row["Volume here"] == row["Volume in the data"] == "2026-Q1"
    assert table.loc["MTIA 500 (Astrid)", "Volume here"] == INPUTS.calendar.label(INPUTS.calendar.index("2027-Q4") + 1)
    assert pd.isna(table.loc["MTIA 2i (200)", "Generative training (H100e)"])
    for column in ("Source of the chip", "Source of the price", "Grade of the chip", "Grade of the price"):
        assert table[column].notna().all()


def test_no_adoption_at_all_leaves_every_cost_as_it_is() -> None:
    one, other = answer(), answer(BASE.replace(**NO_ADOPTION))
    for quarter, workload in product((0, IN_2029), WORKLOADS):
        pd.testing.assert_frame_equal(frames.matrix(one, quarter), frames.matrix(other, quarter))
        pd.testing.assert_frame_equal(frames.cost_of_work(one, workload), frames.cost_of_work(other, workload))
