"""What the Risk page draws: frames that hold together, and charts that are sound in both modes."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.inputs.data import bundled
from core.risk import regret as regrets
from core.risk.futures import odds
from core.risk.sensitivity import switching, tornado
from core.story import frames as story
from core.story.drawn import drawn
from core.views.risk import bins, frames, tables
from core.views.risk.figures import FIGURES
from core.views.risk.view import NotFoundYetError
from core.views.risk.words import near
from pages.parts.kept.answer import answer
from tests.support.answers import futures_of, stop_of
from tests.support.cases import EXTREMES, SCENARIOS
from tests.support.doubts import doubts
from tests.support.effort import examples
from tests.support.figures import view
from tests.support.frozen import BASE, LEVERS

SOME = {name: SCENARIOS[name] for name in ("Company plan, against hold", "Ranking only, against exit", *EXTREMES)}
PLAN_USD = answer(BASE).metric("npv_usd")


@pytest.mark.parametrize("name", SOME)
def test_frames_hold_together_in_every_scenario(name: str) -> None:
    of = view("risk", SOME[name])
    drawn = {chart: figure.frame(of) for chart, figure in FIGURES.items() if figure.frame is not None}
    idle = of.futures.verdict == "no difference"
    for chart, frame in drawn.items():
        nothing = {"risk_value": idle, "risk_stop": not frames.stop_matters(of.stop)}.get(chart, False)
        assert frame.empty == nothing, chart
        assert not frame.isna().any().any(), chart
    for chart in ("risk_spending", "risk_savings"):
        bands = drawn[chart][list(frames.PERCENTILES)].to_numpy()
        assert (np.diff(bands, axis=1) >= 0.0).all(), "bands lie within each other"
    assert drawn["risk_value"]["share"].sum() == pytest.approx(0.0 if idle else 1.0)
    assert drawn["risk_stop"].groupby("rule")["share"].sum().to_numpy() == pytest.approx(1.0)
    assert (drawn["risk_payback"]["share"].diff().dropna() >= 0.0).all(), "what has paid back for good stays so"
    assert drawn["risk_binding"]["share"].between(0.0, 1.0).all()
    assert drawn["risk_grades"]["share"].sum() == pytest.approx(1.0 if of.shares["total"].any() else 0.0)


def test_what_long_work_has_not_found_yet_is_said_by_name_to_whoever_asks() -> None:
    of = doubts()
    for name, words in (
        ("futures", "the futures"),
        ("stop", "the right to stop"),
        ("shares", "the shares of variance"),
        ("mix", "the shares of variance"),
        ("switching", "the switching values"),
    ):
        with pytest.raises(NotFoundYetError, match=f"{words} of this scenario: not worked out yet"):
            getattr(of, name)


# --- Fans and distributions


def test_the_plan_case_lies_on_the_fan_as_the_other_pages_show_it() -> None:
    a = answer(BASE)
    explore = story.spending(a)
    spending, savings = frames.spending_fan(a, futures_of()), frames.savings_fan(a, futures_of())
    of_explore = explore[explore["variant"] == "plan"].groupby("year")["usd"].sum()
    assert spending["plan_usd"].to_numpy() == pytest.approx(of_explore.to_numpy())
    assert savings["plan_usd"].to_numpy() == pytest.approx(story.savings(a)["usd"].to_numpy())
    assert len(tables.fan_table(savings, "Quarter")) == 24


@pytest.mark.parametrize("name", ["Company plan, against hold", "Into generative inference, against exit"])
def test_the_bars_on_each_side_of_break_even_add_up_to_the_odds(name: str) -> None:
    futures = futures_of(SCENARIOS[name])
    frame = frames.distribution(futures, 0.0)
    pays = frame.loc[frame["side"] == "pays", "share"].sum()
    assert pays == pytest.approx(odds(futures.value_usd))
    assert (frame.loc[frame["side"] == "costs", "high_usd"] <= 0.0).all()


@given(some.lists(some.floats(-1e12, 1e12), min_size=1, max_size=60))
@examples(60)
def test_bins_have_one_width_hold_zero_as_an_edge_and_lose_nothing(values: list[float]) -> None:
    sample = np.array(values)
    within = bins.edges(sample)
    assert within[0] < 0.0 < within[-1]
    assert np.min(np.abs(within)) == 0.0
    assert np.diff(within) == pytest.approx(np.full(within.size - 1, within[1] - within[0]), rel=1e-6)
    assert within.size <= 4 * bins.BINS
    assert bins.shares_in(sample, within).sum() == pytest.approx(1.0)


def test_both_rules_are_drawn_in_the_same_bins_with_their_means() -> None:
    frame, stop = frames.stop(stop_of()), stop_of()
    by_rule = {rule: rows.reset_index(drop=True) for rule, rows in frame.groupby("rule")}
    on, stopping = (by_rule[rule] for rule in frames.RULES.values())
    pd.testing.assert_series_equal(on["low_usd"], stopping["low_usd"])
    assert stopping["mean_usd"][0] - on["mean_usd"][0] == pytest.approx(stop.worth_usd)


# --- What binds


def test_what_binds_counts_a_year_if_it_does_in_any_of_its_quarters() -> None:
    futures, frame = futures_of(), frames.binding(answer(BASE), futures_of())
    power = next(one for one in futures.binds if one.constraint == "power")
    first = power.binds[:4].any(axis=0).mean()
    assert frame[frame["constraint"] == "power"]["share"].iloc[0] == pytest.approx(first)
    contracts = frame[frame["constraint"] == "contract"]["label"].unique()
    assert len(contracts) == len(bundled().contracts.id)
    assert {"power", "custom_supply", "contract"} <= set(frame["constraint"])


# --- Tornado and shares


def test_the_tornado_draws_the_widest_bars_and_marks_those_that_cross() -> None:
    ends = tornado(bundled(), BASE)
    bars = frames.tornado_bars(ends, PLAN_USD, bundled())
    assert list(dict.fromkeys(bars["lever"])) == list(ends["lever"].head(frames.MOST_ROWS))
    for _, row in ends.head(frames.MOST_ROWS).iterrows():
        own = bars[bars["lever"] == row["lever"]].set_index("end")
        assert list(own["usd"][["low", "high"]]) == [row["npv_low_usd"], row["npv_high_usd"]]
        assert own["label"].str.contains(frames.TURNS).all() == row["crosses"]
        assert own["is_named"].any()
        assert own["source"].str.len().min() > len("Estimate: ")
    assert len(tables.tornado_table(ends, bundled())) == len(ends)


def test_the_tornado_s_bars_can_be_picked_by_lever_and_end() -> None:
    figure = FIGURES["risk_tornado"]
    columns = drawn(figure, view("risk"), "light")["charts"][0]["columns"]
    assert set(zip(*(columns[name] for name in figure.picks), strict=True)) >= {("custom_cost", "high")}


# --- Regret


def test_every_world_has_a_cell_a_choice_and_a_best_choice() -> None:
    found = regrets.regret(bundled(), BASE)
    cells = frames.regret_cells(found)
    assert len(cells) == found.cost_usd.size
    assert cells.groupby("world")["share"].min().max() == 0.0
    assert cells["share"].max() == 1.0
    assert (cells["demand"] != "").sum() == 3 * len(found.choices)
    assert (cells["price"] != "").sum() == 9 * len(found.choices)
    one = cells[cells["choice"] == cells["choice"].iloc[0]]
    assert (one["left"].diff().dropna() >= 1.0 - 1e-9).all(), "no cell lies on another"


def test_the_rows_to_choose_under_doubt_are_marked() -> None:
    found = regrets.regret(bundled(), BASE)
    labels = frames.choice_labels(found)
    assert frames.MINIMAX in labels[found.minimax]
    assert frames.BEST_EXPECTED in labels[found.best_expected]
    assert list(tables.regret_words(found)["Choice"]) == list(labels)


# --- Switching


def test_the_table_of_switching_values_has_every_lever_and_the_words_those_that_turn() -> None:
    found = switching(bundled(), BASE)
    words = tables.switching_words(found, LEVERS)
    assert len(words) == min(frames.MOST_ROWS, found["turns_at"].notna().sum())
    jumps = found.head(len(words))["jumps"].to_numpy()
    assert list(words["Turns at"].str.endswith("with a jump")) == list(jumps)
    assert len(tables.switching_table(found)) == len(found)
    assert not math.isnan(near(LEVERS["custom_cost"], 1.139))  # type: ignore[arg-type]
    assert near(LEVERS["custom_cost"], 1.13983) == 1.14
