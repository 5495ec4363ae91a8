"""Which chip for which workload: costs that add up, closed forms that tie, and sentences that hold whatever is set."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.data import AMD, CUSTOM, NVIDIA, Inputs, bundled
from core.inputs.scenario import BASE, Scenario, Value, columns, quarter_index, quarter_label
from core.model.model import Simulation, simulate
from core.model.offers import NO_CHIP
from core.story.labels import supplier_labels, workload_labels
from core.views.chips import charts as roadmap_charts
from core.views.chips import frames as roadmap
from core.views.chips.frames import PARTS, STATUSES
from tests.support.answers import answer
from tests.support.cases import SCENARIOS
from tests.support.chip_hours import chip_hours
from tests.support.effort import examples
from tests.support.pages import Charts, assert_sound
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import LONGEST_TITLE, NOISE, said

EVERY_LEVER = examples(25)
WORKLOADS = bundled().workloads
TRAINING = WORKLOADS.index("genai_training")
IN_2029 = quarter_index("2029-Q1")


def simulated(scenario: Scenario = BASE, inputs: Inputs | None = None) -> Simulation:
    return simulate(inputs or bundled(), columns([scenario]))


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
    hour = roadmap.roadmap(simulated()).part_usd[IN_2029, chip_index("mtia_300")]
    assert dict(zip(PARTS, hour, strict=True)) == pytest.approx(expected)


@EVERY_LEVER
@given(scenarios())
def test_parts_add_up_to_the_chip_hour_and_the_cost_of_work_that_the_model_pays(scenario: Scenario) -> None:
    sim = simulated(scenario)
    plan, world, chips = roadmap.roadmap(sim), sim.world, bundled().chips
    hours = chip_hours(sim)
    quarter, chip = np.nonzero(plan.on_offer)
    assert list(hours["chip_id"]) == [chips.id[c] for c in chip], "the same chips are on offer"
    assert list(hours["usd_per_chip_hour"]) == pytest.approx(list(plan.hour_usd[quarter, chip]))
    assert (plan.part_usd >= 0).all()

    t, s, w = np.nonzero(world.chip[..., 0] != NO_CHIP)
    offered = world.chip[t, s, w, 0]
    assert plan.on_offer[t, offered].all()
    work = plan.hour_usd[t, offered] / plan.h100e[offered, w]
    assert work == pytest.approx(world.kappa[t, s, w, 0])


@EVERY_LEVER
@given(scenarios(), st.integers(0, 7))
def test_the_matrix_holds_every_chip_on_offer_once_and_marks_one_of_each_supplier(
    scenario: Scenario, quarter: int
) -> None:
    sim = simulated(scenario)
    frame, plan = roadmap.matrix(sim, quarter), roadmap.roadmap(sim)
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
    assert whole["chip_id"].nunique() <= roadmap.matrix_rows(sim, quarter)


def test_dearer_electricity_moves_its_own_part_and_no_other() -> None:
    before, after = (
        roadmap.roadmap(simulated(BASE.replace(power_price=price))).part_usd.sum(axis=(0, 1)) for price in (1.0, 2.0)
    )
    assert dict(zip(PARTS, after / before, strict=True)) == pytest.approx(
        {"Chip and system": 1.0, "Building": 1.0, "Electricity": 2.0, "Upkeep": 1.0}
    )


# --- Gaps and ties in words


def test_what_a_chip_cannot_run_is_said() -> None:
    words = roadmap.gaps(simulated(), 0)
    assert "MTIA 2i (200) cannot run ranking training, generative inference or generative training." in words


def test_a_supplier_without_a_chip_for_a_workload_is_said() -> None:
    inputs = bundled()
    able = inputs.chips.h100e.copy()
    able[inputs.chips.supplier == CUSTOM, TRAINING] = 0.0
    sim = simulated(inputs=replace(inputs, chips=replace(inputs.chips, h100e=able)))
    words = roadmap.gaps(sim, IN_2029)
    assert " MTIA has no chip on offer for generative training." in words
    assert "cannot run" not in words, "it is said once, of the supplier"


def test_a_supplier_without_any_chip_is_said() -> None:
    inputs = bundled()
    never = np.where(inputs.chips.supplier == CUSTOM, -1, inputs.chips.last_order)
    sim = simulated(inputs=replace(inputs, chips=replace(inputs.chips, last_order=never)))
    a = answer.__wrapped__(BASE, sim.world.inputs)
    assert roadmap.gaps(sim, IN_2029).startswith(" MTIA has no chip on offer.")
    assert roadmap.title(a, IN_2029).startswith("In 2029-Q1 MTIA has no chip on offer")
    assert roadmap.ties(sim, IN_2029)["performance"].isna().all()
    assert set(roadmap.ties_words(a, IN_2029)["MTIA chip"]) == {"\N{EN DASH}"}
    assert roadmap.ties_title(a, IN_2029) == "Nothing can tie: MTIA has no chip on offer in 2029-Q1"
    for workload in WORKLOADS:
        assert roadmap.cost_of_work_title(a, workload).startswith("MTIA has no chip for ")
        assert len(roadmap.timeline(sim, workload))


def test_costs_within_one_percent_are_called_a_tie() -> None:
    words = said(roadmap.gaps(simulated(), quarter_index("2032-Q4")))
    assert "In generative inference MTIA successor (2032) and NVIDIA successor (2032) tie to within 1 %." in words
    assert "ties in generative inference" in roadmap.title(answer(BASE), quarter_index("2032-Q4"))


# --- What would make it tie


def test_the_price_that_ties_is_that_of_plain_arithmetic() -> None:
    """A chip-hour of $3, of which $2 are the chip's, does 4 units; a rival's unit costs $0.5: $1 may be the chip's."""
    assert roadmap.tie_price(np.array(2.0), np.array(3.0), np.array(4.0), np.array(0.5)) == pytest.approx(0.5)
    assert roadmap.tie_price(np.array(2.0), np.array(3.0), np.array(4.0), np.array(0.25)) == 0.0
    assert roadmap.tie_price(np.array(2.0), np.array(3.0), np.array(4.0), np.array(0.2)) < 0.0


@EVERY_LEVER
@given(scenarios(), st.integers(0, 7), st.sampled_from(range(len(WORKLOADS))))
def test_put_back_in_the_performance_and_the_price_that_tie_do_tie(
    scenario: Scenario, quarter: int, workload: int
) -> None:
    sim = simulated(scenario)
    row = roadmap.ties(sim, quarter).iloc[workload]
    chips, custom = bundled().chips, int(sim.world.chip[quarter, CUSTOM, workload, 0])
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


def _cost(scenario: Scenario, chips: object, quarter: int, chip: int, workload: int) -> float:
    """What an hour of work costs on a chip when the data are other ones."""
    plan = roadmap.roadmap(simulated(scenario, replace(bundled(), chips=chips)))
    return float(plan.hour_usd[quarter, chip] / plan.h100e[chip, workload])


def test_set_on_the_levers_what_ties_makes_the_model_s_own_offers_tie() -> None:
    row = roadmap.ties(simulated(), IN_2029).iloc[TRAINING]
    assert (row["performance"], row["price"]) == pytest.approx((1.66, 0.47), abs=0.01)
    for lever, value in (("custom_performance", row["performance"]), ("custom_cost", row["price"])):
        world = simulated(BASE.replace(**{lever: float(value)})).world
        assert world.kappa[IN_2029, CUSTOM, TRAINING, 0] == pytest.approx(world.bought_kappa[IN_2029, TRAINING, 0])


def test_the_best_bought_chip_may_be_amd_s() -> None:
    """Who asks what must be true to beat the cheapest GPU means AMD's, too."""
    rows = roadmap.ties(simulated(), IN_2029)
    assert rows.loc[0, "bought_chip"] == "MI500 class (2028)"
    assert rows.loc[TRAINING, "bought_chip"] == "Rubin Ultra class (2028)"
    for w in range(len(WORKLOADS)):
        kappa = simulated().world.kappa[IN_2029, NVIDIA : AMD + 1, w, 0]
        assert rows.loc[w, "bought_usd"] == kappa.min()


def test_where_the_custom_chip_leads_the_words_say_how_much_worse_it_may_be() -> None:
    words = roadmap.ties_words(answer(BASE), IN_2029).set_index("Workload")
    assert said(words.loc["Ranking inference", "Ties at performance"]) == "68 %"
    assert said(words.loc["Ranking inference", "or at price"]) == "1.64 times"
    assert said(words.loc["Generative training", "Ties at performance"]) == "1.66 times"
    assert said(words.loc["Generative training", "or at price"]) == "47 %"
    assert (
        said(roadmap.ties_words(answer(BASE), 0).loc[TRAINING, "or at price"]) == "at no price: power alone costs more"
    )


# --- Over time


@EVERY_LEVER
@given(scenarios(), st.sampled_from(WORKLOADS))
def test_over_time_each_offer_is_there_and_leads_where_it_costs_less(scenario: Scenario, workload: str) -> None:
    sim = simulated(scenario)
    w, frame = WORKLOADS.index(workload), roadmap.cost_of_work(sim, workload)
    assert len(frame) == (sim.world.chip[:, :, w, 0] != NO_CHIP).sum()
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
    assert roadmap.spells(flags) == runs


def test_the_title_over_time_says_when_the_custom_chip_leads() -> None:
    late = answer(BASE.replace(custom_delay_quarters=5))
    assert roadmap.cost_of_work_title(late, "rr_inference").startswith(
        "In ranking inference MTIA is cheaper than buying in 2027-Q1–2030-Q1, 2031-Q2–2031-Q3 and 2032-Q3–2032-Q4; "
    )
    assert "throughout" in roadmap.cost_of_work_title(answer(BASE), "rr_training")
    assert "is never cheaper than buying" in roadmap.cost_of_work_title(answer(BASE), "genai_training")
    assert "in 13 of 24 quarters" in roadmap.cost_of_work_title(answer(BASE), "genai_inference")


# --- The roadmap


@EVERY_LEVER
@given(scenarios(), st.sampled_from(WORKLOADS))
def test_the_time_line_shows_each_chip_on_offer_and_how_far_the_levers_move_it(
    scenario: Scenario, workload: str
) -> None:
    sim = simulated(scenario)
    frame, plan, chips = roadmap.timeline(sim, workload), roadmap.roadmap(sim), bundled().chips
    shown = [chips.name[c] for c in np.flatnonzero(plan.on_offer.any(axis=0))]
    assert set(frame["chip"]) == set(shown) and len(frame[frame["kind"] == "on offer"]) == len(shown)
    assert (frame["kind"] == "on offer").any() and not frame.isna().any().any()
    moved = frame[frame["kind"] == "moved"]
    for row in moved.to_dict("records"):
        lever = "custom_delay_quarters" if row["custom"] else "merchant_delay_quarters"
        quarters = (row["until_years"] - row["time_years"]) * 4
        assert 0 < quarters * np.sign(scenario.number(lever)) <= abs(scenario.number(lever))
    offered = frame[frame["kind"] == "offered"]
    assert (offered["until_years"] > offered["time_years"]).all()
    quarters_offered = ((offered["until_years"] - offered["time_years"]) * 4).sum()
    w = WORKLOADS.index(workload)
    assert quarters_offered == pytest.approx((sim.world.chip[:, :, w, 0] != NO_CHIP).sum())


def test_the_time_line_s_title_counts_the_certain_and_the_uncertain() -> None:
    text = roadmap.timeline_title(answer(BASE))
    assert text == (
        "Of 20 chips on offer by 2032, 4 are in volume, 5 announced and 11 extrapolated; MTIA comes 1 quarter later "
        "than in the data"
    )
    early = roadmap.timeline_title(answer(BASE.replace(custom_delay_quarters=0, merchant_delay_quarters=-4)))
    assert early.endswith("; bought chips come 4 quarters earlier than in the data")
    none = roadmap.timeline_title(answer(BASE.replace(custom_delay_quarters=0)))
    assert ";" not in none


def test_a_chip_that_slips_beyond_the_horizon_is_named() -> None:
    assert roadmap.beyond(answer(BASE)) == ""
    late = answer(BASE.replace(custom_delay_quarters=5))
    assert roadmap.beyond(late) == " Moved beyond 2032: MTIA successor (2032)."


# --- Words


@pytest.mark.parametrize("name", SCENARIOS)
def test_sentences_read_well_in_every_case(name: str) -> None:
    a = answer(SCENARIOS[name])
    last = a.sim.world.quarters - 1
    texts = [roadmap.timeline_title(a), roadmap.beyond(a), roadmap.specification_title(a)]
    texts += [roadmap.cost_of_work_title(a, workload) for workload in WORKLOADS]
    for quarter in (0, min(8, last), last):
        texts += [make(a, quarter) for make in (roadmap.title, roadmap.matrix_title, roadmap.ties_title)]
        texts += [roadmap.gaps(a.sim, quarter).strip()]
        texts += list(map(str, roadmap.ties_words(a, quarter).to_numpy().ravel()))
    for text in texts:
        assert not NOISE.search(said(text)), text
        assert len(text) <= LONGEST_TITLE or text.startswith("M"), text


@EVERY_LEVER
@given(scenarios(), st.integers(0, 7))
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario, quarter: int) -> None:
    a = answer.__wrapped__(scenario)
    texts = [make(a, quarter) for make in (roadmap.title, roadmap.matrix_title, roadmap.ties_title)]
    texts += [roadmap.timeline_title(a), *(roadmap.cost_of_work_title(a, workload) for workload in WORKLOADS)]
    texts += list(map(str, roadmap.ties_words(a, quarter).to_numpy().ravel()))
    for text in texts:
        assert not NOISE.search(said(text)), text


@pytest.mark.parametrize(
    ("changes", "opening"),
    [
        (
            {},
            "In 2029-Q1 MTIA is the cheapest chip in ranking inference, ranking training and generative inference and ",
        ),
        ({"custom_performance": 2.0}, "In 2029-Q1 MTIA is the cheapest chip in every workload"),
        ({"custom_cost": 2.5}, "In 2029-Q1 MTIA is dearer than buying in every workload; it would tie in ranking "),
    ],
)
def test_the_title_says_where_the_custom_chip_is_cheapest(changes: dict[str, Value], opening: str) -> None:
    assert said(roadmap.title(answer(Scenario.of(changes)), IN_2029)).startswith(opening)


# --- Tables


def test_tables_hold_the_figures_of_the_charts() -> None:
    a = answer(BASE)
    table, frame = roadmap.matrix_table(a, IN_2029), roadmap.matrix(a.sim, IN_2029)
    parts = [f"{part} ($ an H100e-hour)" for part in PARTS]
    assert len(table) * len(PARTS) == len(frame)
    assert table[parts].sum(axis=1).to_numpy() == pytest.approx(table["All ($ an H100e-hour)"].to_numpy())
    assert table["All ($ an H100e-hour)"].sum() == pytest.approx(frame["usd"].sum())
    assert (table["Cheapest of its supplier"] == "yes").sum() == 12
    assert list(dict.fromkeys(table["Workload"])) == list(workload_labels(bundled()))

    over_time = roadmap.cost_of_work_table(a, "genai_training")
    assert list(over_time["MTIA ($ an H100e-hour)"]) == pytest.approx(list(a.sim.world.kappa[:, CUSTOM, TRAINING, 0]))
    assert len(roadmap.timeline_table(a, "genai_training")) == 20
    ties = roadmap.ties_table(a, IN_2029)
    assert list(ties.iloc[:, -2]) == list(roadmap.ties(a.sim, IN_2029)["performance"])


def test_the_specification_holds_every_chip_with_its_sources() -> None:
    table = roadmap.specification(simulated()).set_index("Chip")
    inputs = bundled()
    assert set(table.index) == set(inputs.chips.name)
    row = table.loc["MTIA 300"]
    assert (row["Price ($)"], row["Power with system (kW)"], row["Ranking training (H100e)"]) == (15_000, 1.5, 1.4)
    assert row["Volume here"] == row["Volume in the data"] == "2026-Q1"
    assert table.loc["MTIA 500 (Astrid)", "Volume here"] == quarter_label(quarter_index("2027-Q4") + 1)
    assert pd.isna(table.loc["MTIA 2i (200)", "Generative training (H100e)"])
    for column in ("Source of the chip", "Source of the price", "Grade of the chip", "Grade of the price"):
        assert table[column].notna().all()


# --- Charts

SIM = answer(BASE).sim
LABELS, SUPPLIERS = workload_labels(bundled()), supplier_labels(bundled())
TIME_LINE = roadmap.timeline(SIM, "genai_inference")
CHARTS: Charts = {
    "matrix": (lambda mode: roadmap_charts.matrix(mode, LABELS, PARTS, 10), roadmap.matrix(SIM, IN_2029)),
    "cost_of_work": (
        lambda mode: roadmap_charts.cost_of_work(mode, SUPPLIERS),
        roadmap.cost_of_work(SIM, "genai_inference"),
    ),
    "timeline": (
        lambda mode: roadmap_charts.timeline(mode, tuple(STATUSES.values()), TIME_LINE["chip"].nunique()),
        TIME_LINE,
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_sound_and_read_only_what_their_frames_have(name: str) -> None:
    assert_sound(*CHARTS[name])


def test_every_chart_is_tested_here() -> None:
    assert {name for name, value in vars(roadmap_charts).items() if hasattr(value, "cache_info")} == set(CHARTS)


def test_no_adoption_at_all_leaves_every_cost_as_it_is() -> None:
    one, other = simulated(), simulated(BASE.replace(**NO_ADOPTION))
    for quarter, workload in product((0, IN_2029), WORKLOADS):
        pd.testing.assert_frame_equal(roadmap.matrix(one, quarter), roadmap.matrix(other, quarter))
        pd.testing.assert_frame_equal(roadmap.cost_of_work(one, workload), roadmap.cost_of_work(other, workload))
