"""Bridges as they are drawn and read, and scenarios side by side."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given

from core.base.format import told_apart
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario
from core.model.model import PLAN
from core.story.settings import in_words
from core.story.steps import MOST_BARS
from core.views.compare import finding as says
from core.views.compare import frames, tables
from core.views.compare.bridge import MEASURES, POWER, VALUE, bridge
from tests.support.cases import EVERY_LEVER, PRESETS
from tests.support.compared import FEW, beside, bridged, pairs, plan_to_training
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.words import NOISE, said

# --- The bridge as it is drawn and read


@FEW
@given(pairs(12))
def test_bars_lead_from_start_to_end_the_largest_first_and_never_more_than_eight(
    pair: tuple[Scenario, Scenario],
) -> None:
    built = bridge(bundled(), *pair)
    assume(built.levers)
    for measure in MEASURES:
        start, parts, end = built.of(measure)
        bars = frames.bridge(bridged(built, measure))
        steps = bars[bars["kind"] == "step"]
        other = steps["label"].str.contains("other lever")
        assert len(steps) <= MOST_BARS + 1
        assert other.sum() == (np.count_nonzero(parts) > MOST_BARS + 1), "one alone is told by its name"
        heights = (steps["high"] - steps["low"])[~other]
        assert list(heights) == sorted(heights, reverse=True)
        assert bars["label"].is_unique
        assert (bars["at"].iloc[0], bars["at"].iloc[-1]) == (start, end)
        gains = np.diff(bars["at"].iloc[:-1])
        assert np.abs(gains) == pytest.approx(list(steps["high"] - steps["low"]))
        assert bars["at"].iloc[-2] == pytest.approx(end, abs=1.0 / measure.per_unit + 1e-9 * abs(start))
        assert list(bars["next_label"])[:-1] == list(bars["label"])[1:]
        for text in bars["words"]:
            assert not NOISE.search(said(text)), text


def test_more_is_good_for_value_and_bad_for_spending_and_power() -> None:
    for measure in MEASURES:
        bars = frames.bridge(bridged(plan_to_training(), measure))
        steps = bars[bars["kind"] == "step"]
        rises = steps["words"].str.startswith("+")
        assert (steps["good"] == (rises if measure is VALUE else ~rises)).all()


def test_the_rest_says_how_many_levers_are_in_it(inputs: Inputs) -> None:
    built = bridge(inputs, BASE, EVERY_LEVER)
    bars = frames.bridge(bridged(built, VALUE))
    active = np.count_nonzero(built.of(VALUE)[1])
    assert f"{active - MOST_BARS} other levers" in list(bars["label"])


def test_levers_that_move_nothing_get_no_bar_and_are_counted_in_the_caption(inputs: Inputs) -> None:
    built = bridge(inputs, BASE, BASE.replace(discount_rate=0.1, tax_rate=0.3, adoption_genai_training=0.4))
    bars = frames.bridge(bridged(built, POWER))
    assert list(bars["label"]) == ["From: One", "MTIA, generative training", "To: Two"]
    assert "2 levers that differ moved nothing here." in says.bridge_caption(bridged(built, POWER))
    assert "moved nothing" not in says.bridge_caption(bridged(built, VALUE))


def test_the_table_behind_holds_every_lever_and_adds_up_column_by_column(inputs: Inputs) -> None:
    built = bridge(inputs, BASE, EVERY_LEVER)
    table = tables.bridge(bridged(built))
    assert len(table) == len(LEVERS) + 2
    for measure in MEASURES:
        column = table[f"{measure.label(INPUTS.calendar)} ({measure.exact_unit})"]
        steps = [round(figure * measure.per_unit) for figure in column]
        assert sum(steps[:-1]) == steps[-1]
    row = table[table["Lever"] == "PUE"].iloc[0]
    assert (row["From"], row["To"]) == (in_words(LEVERS["pue"], 1.1), in_words(LEVERS["pue"], 2.0))


# --- Side by side


def test_the_headline_table_holds_each_figure_and_its_difference_from_the_first() -> None:
    two = beside(PRESETS["Today's mix held"], BASE)
    table = tables.headline(two).set_index("Figure").map(said)
    assert dict(table["One"]) == {
        "Measured": "against today's mix held, to 2032",
        "Residual value of chips": "Value in use",
        "Value against today's mix held": "$0",
        "Value against exit custom": "$15.1 B",
        "Value as measured, on the other basis": "$0",
        "Cost after tax, present value": "$514 B",
        "Expected value as measured": "being worked out",
        "Pays in": "being worked out",
        "First accretive year": "No difference",
        "Capital spending 2027": "$156 B",
        "Peak AI power": "20.2 GW",
        "MTIA share of work in the last year": "4.4 %",
    }
    assert dict(table["Two"]) == {
        "Measured": "against today's mix held, to 2032",
        "Residual value of chips": "Value in use",
        "Value against today's mix held": "$21.4 B (+$21 B)",
        "Value against exit custom": "$36.5 B (+$21 B, +142 %)",
        "Value as measured, on the other basis": "$8.27 B (+$8.3 B)",
        "Cost after tax, present value": "$493 B (−$21 B, −4.2 %)",
        "Expected value as measured": "being worked out",
        "Pays in": "being worked out",
        "First accretive year": "2028",
        "Capital spending 2027": "$153 B (−$2.9 B, −1.9 %)",
        "Peak AI power": "19.6 GW (−559 MW, −2.8 %)",
        "MTIA share of work in the last year": "27 % (+22 points)",
    }


def test_a_loss_that_grows_is_a_fall_in_percent_too() -> None:
    """From -$4.5 B to -$3.3 B value rises, and so does its percentage, although the quotient falls."""
    two = beside(PRESETS["Programme slips a year"], PRESETS["GPU price war"])
    cell = tables.headline(two).set_index("Figure").loc["Value against today's mix held", "Two"]
    assert re.fullmatch(r"−\$3\.33 B \(\+\$1\.1 B, \+26 %\)", said(cell))


def test_an_accretive_year_that_moves_is_told_in_years() -> None:
    two = beside(BASE, PRESETS["Extends to training"])
    assert tables.headline(two).set_index("Figure").loc["First accretive year", "Two"] == "2029 (1 year later)"


def test_the_levers_that_differ_are_listed_with_each_scenario_s_setting(inputs: Inputs) -> None:
    three = beside(BASE, BASE.replace(pue=1.3), BASE.replace(adoption_rr_training=0.2))
    table = tables.levers(three)
    assert table.to_numpy().tolist() == [
        ["MTIA, ranking training", "Adoption", *(in_words(LEVERS["adoption_rr_training"], v) for v in (0.5, 0.5, 0.2))],
        ["PUE", "Power and facilities", *(in_words(LEVERS["pue"], v) for v in (1.1, 1.3, 1.1))],
    ]
    assert tables.levers(beside(BASE, BASE)).empty


@pytest.mark.parametrize("name", ["Figure", "Lever", "Group", "Year", "Quarter"])
def test_a_scenario_may_be_called_like_a_column(inputs: Inputs, name: str) -> None:
    two = beside(BASE, BASE.replace(pue=1.3))
    one, other = two.compared
    members = replace(two, compared=(one, replace(other, name=name)))
    for table in (
        tables.headline(members),
        tables.levers(members),
        tables.spending(members),
        tables.power(members),
    ):
        assert table.columns.is_unique
        assert any(str(column).startswith(name) for column in table.columns)


def test_names_are_told_apart() -> None:
    assert told_apart(["Plan", "Plan", "Plan (2)", "Plan"]) == ("Plan", "Plan (2)", "Plan (2) (2)", "Plan (3)")


def test_spending_and_power_side_by_side_are_each_scenario_s_own_with_the_first_beside_the_others() -> None:
    two = beside(BASE, BASE.replace(horizon_year=2029))
    for shown, column, whole in (
        (frames.spending(two), "usd", lambda one: one.answer.sim.flows.cash_usd[:, PLAN].sum()),
        (frames.power(two), "mw", lambda one: one.answer.sim.fleet.mw_it[:, PLAN].sum()),
    ):
        sums = [frame.groupby("variant")[column].sum() for frame in shown]
        assert [total["plan"] for total in sums] == pytest.approx([whole(one) for one in two.compared])
        assert "baseline" not in sums[0]
        assert sums[1]["baseline"] == pytest.approx(whole(two.compared[0]))


def test_charts_side_by_side_share_their_axes() -> None:
    """What spans the axes, the rows of variant `scale`, is the same in every frame and holds all that is drawn."""
    two = beside(BASE, PRESETS["Exit custom"].replace(horizon_year=2029))
    for shown, at, height in ((frames.spending(two), "year", "usd"), (frames.power(two), "time_years", "mw")):
        spans = [frame[frame["variant"] == "scale"].reset_index(drop=True) for frame in shown]
        for frame, span in zip(shown, spans, strict=True):
            pd.testing.assert_frame_equal(span, spans[0])
            drawn = frame[frame["variant"] != "scale"]
            assert set(drawn[at]) <= set(span[at])
            assert drawn[drawn[height] > 0].groupby(["variant", at])[height].sum().max() <= span[height].max()


def test_the_tables_behind_keep_a_column_a_scenario_and_leave_years_beyond_a_horizon_empty() -> None:
    two = beside(BASE.replace(horizon_year=2029), BASE)
    spending, power = tables.spending(two), tables.power(two)
    assert [said(name) for name in spending.columns] == ["Year", "Kind", "One ($ B)", "Two ($ B)"]
    assert [said(name) for name in power.columns] == ["Quarter", "Supplier", "One (GW)", "Two (GW)"]
    for place, one in enumerate(two.compared):
        cash, load = one.answer.sim.flows.cash_usd[:, PLAN], one.answer.sim.fleet.mw_it[:, PLAN]
        assert spending.iloc[:, 2 + place].sum() * 1e9 == pytest.approx(cash.sum())
        assert power.iloc[:, 2 + place].sum() * 1e3 == pytest.approx(load.sum())
    beyond = spending["Year"] > 2029
    assert list(spending.iloc[:, 2].isna()) == list(beyond)
    assert spending.iloc[:, 3].notna().all()
