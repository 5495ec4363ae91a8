"""The Risk page of companies other than the bundled one, with as many beliefs, limits and choices as they have."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core.inputs.data import Inputs
from core.risk.futures import DRAWS, Futures, sample
from core.risk.regret import THIS, choices, regret
from core.risk.sensitivity import switching, tornado
from core.views.risk import finding as said
from core.views.risk import frames, tables
from tests.support.answers import answer
from tests.support.companies import foreign_words
from tests.support.frozen import EXAMPLE
from tests.support.largest import at_bounds
from tests.support.words import NOISE
from tests.support.words import said as read

AT_THE_BOUNDS = at_bounds()
EACH = pytest.mark.parametrize("inputs", [EXAMPLE, AT_THE_BOUNDS], ids=["example", "at the bounds"])


@cache
def futures_of(inputs: Inputs) -> Futures:
    return sample(inputs, inputs.base, DRAWS[0])


def assert_of(inputs: Inputs, text: str) -> None:
    assert text and not NOISE.search(read(text)) and not foreign_words(inputs, text), text


@EACH
def test_the_tornado_has_a_row_each_and_every_row_a_name_of_its_own_in_two_lines_at_most(inputs: Inputs) -> None:
    ends = tornado(inputs, inputs.base)
    bars = frames.tornado_bars(ends, 0.0, inputs)
    assert len(ends) == len(inputs.levers.beliefs)
    assert bars["label"].nunique() == frames.MOST_ROWS
    assert bars["label"].str.count("\n").max() <= 1
    assert_of(inputs, said.tornado_title(ends))
    for source in bars["source"]:
        assert_of(inputs, source)
    words = tables.switching_words(switching(inputs, inputs.base), inputs.levers)
    for cell in words.to_numpy().ravel():
        assert_of(inputs, cell)


@EACH
def test_of_what_binds_the_worst_have_a_row_and_the_others_one_together(inputs: Inputs) -> None:
    a, futures = answer(inputs.base, inputs), futures_of(inputs)
    every, drawn = frames.binding(a, futures), frames.worst_binding(a, futures)
    assert list(drawn.columns) == list(every.columns)
    for constraint in ("contract", "right_to_stop"):
        own, shown = (cells[cells["constraint"] == constraint] for cells in (every, drawn))
        assert shown["label"].nunique() <= frames.MOST_BINDING + 1
        named = shown[~shown["label"].str.contains(r"\sother\s")]
        left_out = own[~own["label"].isin(named["label"])]
        if left_out.empty:
            continue
        others = shown[shown["label"].str.contains(rf"\s{left_out['label'].nunique()}\sother\s")]
        most = left_out.groupby("year")["share"].max()
        assert (others.set_index("year")["share"] >= most - 1e-12).all(), "any of them is no less than each"
        assert named.groupby("label")["share"].max().min() >= left_out.groupby("label")["share"].max().max()
    assert drawn["label"].str.count("\n").max() <= 1
    assert_of(inputs, said.binding_title(every))
    assert tables.binding_table(every).shape[0] == every["label"].nunique()


@EACH
def test_choices_under_doubt_are_those_of_the_data_set_in_worlds_of_all_its_families(inputs: Inputs) -> None:
    found = regret(inputs, inputs.base)
    growth = {f"demand_growth_{family}" for family in inputs.family_names}
    assert growth <= set(found.worlds[0].levers)
    assert len(found.worlds) == 54 and found.weights.sum() == pytest.approx(1.0)
    assert found.choices[0] == THIS and len(found.choices) == len(choices(inputs, inputs.base))
    assert len(frames.choice_labels(found)) <= frames.MOST_CHOICES
    cells = frames.regret_cells(found)
    assert len(cells) == len(frames.choice_labels(found)) * len(found.worlds)
    for text in (said.regret_title(found), said.regret_caption(found), *cells["world"].unique()):
        assert_of(inputs, text)


def test_of_many_choices_the_best_are_drawn_and_the_scenario_s_own() -> None:
    found = regret(AT_THE_BOUNDS, AT_THE_BOUNDS.base)
    count = 30
    cost = np.vstack([found.cost_usd[:1] + 1e12, *(found.cost_usd[:1] + place * 1e9 for place in range(count))])
    many = type(found)((THIS, *map(str, range(count))), found.adoption, found.doubts, found.worlds, cost)
    assert frames.drawn_choices(many) == list(range(frames.MOST_CHOICES))
    assert len(tables.regret_words(many)) == frames.MOST_CHOICES
    assert len(tables.regret_table(many)) == (count + 1) * len(found.worlds)
