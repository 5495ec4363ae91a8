"""What a change of the data does to the answer: parts that add up, whatever changed and in what order it is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.data import Inputs
from core.upkeep.bridge import PER_USD, Bridge, bridge, setting
from core.upkeep.groups import EVERYTHING_ELSE
from core.upkeep.mixtures import base_value_usd, value_usd
from tests.support.effort import examples
from tests.support.frozen import INPUTS
from tests.support.releases import Pattern, frozen_tables, release

GROUPS: list[Pattern] = [
    ("Prices", "chip_prices", "*", "*"),
    ("Throughput", "chip_throughput", "*", "*"),
    ("Warrant", "levers", "*_warrant_*", "*"),
    ("Words", "chips", "*", "note"),
]
EDITS: dict[tuple[str, ...], dict[str, float | str]] = {
    ("chip_prices", "vr200"): {"price_usd_base": 1.1},
    ("chip_throughput", "mtia_450", "rr_inference"): {"h100e_base": 0.85},
    ("chip_throughput", "gb300", "rr_inference"): {"h100e_base": 1.05},
    ("levers", "amd_warrant_usd_bn_per_gw"): {"base": "4"},
    ("power_prices", "oh", "2026"): {"usd_per_mwh": 1.1},
    ("chips", "gb300"): {"note": "seen again"},
}


def parts(found: Bridge) -> dict[str, int]:
    return dict(zip(found.groups, found.parts.tolist(), strict=True))


@pytest.fixture(scope="module")
def newer() -> Inputs:
    return release(EDITS, GROUPS)


@pytest.fixture(scope="module")
def base(newer: Inputs) -> Bridge:
    return bridge(INPUTS, newer, base_value_usd)


def test_the_same_data_twice_are_a_bridge_without_steps() -> None:
    found = bridge(INPUTS, INPUTS, base_value_usd)
    assert (found.groups, found.parts.size, found.start) == ((), 0, found.end)
    assert found.end_usd == pytest.approx(base_value_usd(INPUTS), abs=0.005)


def test_parts_lead_from_the_one_value_to_the_other_to_the_cent(newer: Inputs, base: Bridge) -> None:
    assert base.groups == ("Prices", "Throughput", "Warrant", EVERYTHING_ELSE, "Words")
    assert base.start + int(base.parts.sum()) == base.end
    assert base.start_usd == pytest.approx(base_value_usd(INPUTS), abs=0.006)
    assert base.end_usd == pytest.approx(base_value_usd(newer), abs=0.006)


def test_each_group_is_told_alone_and_taken_back(newer: Inputs, base: Bridge) -> None:
    alone = release({("levers", "amd_warrant_usd_bn_per_gw"): {"base": "4"}})
    without = {key: cells for key, cells in EDITS.items() if key[0] != "levers"}
    place = base.groups.index("Warrant")
    assert base.alone_usd[place] == base_value_usd(alone) - base_value_usd(INPUTS) != 0.0
    assert base.taken_back_usd[place] == base_value_usd(release(without)) - base_value_usd(newer)


def test_of_two_groups_each_has_the_mean_of_coming_first_and_last() -> None:
    edits = {key: EDITS[key] for key in [*EDITS][:2]}
    found = bridge(INPUTS, release(edits, GROUPS), base_value_usd)
    mean = (found.alone_usd - found.taken_back_usd) / 2.0
    assert found.parts_usd.tolist() == pytest.approx(mean.tolist(), abs=0.02)


def test_a_group_that_changes_no_figure_is_worth_nothing(base: Bridge) -> None:
    place = base.groups.index("Words")
    assert (base.parts[place], base.alone_usd[place], base.taken_back_usd[place]) == (0, 0.0, 0.0)


def test_a_bridge_back_has_the_same_parts_with_other_signs(newer: Inputs, base: Bridge) -> None:
    back = bridge(newer, INPUTS, base_value_usd)
    assert parts(back) == {group: -part for group, part in parts(base).items()}


def test_a_scenario_is_set_on_each_mixture_as_far_as_it_can_be(newer: Inputs, base: Bridge) -> None:
    changes = {"amd_warrant_usd_bn_per_gw": 3.0, "no_lever_of_theirs": 1.0, "pue": 99.0}
    assert setting(newer, changes) == newer.scenario({"amd_warrant_usd_bn_per_gw": 3.0})
    fixed = bridge(INPUTS, newer, lambda inputs: value_usd(inputs, setting(inputs, changes)))
    assert parts(fixed)["Warrant"] == 0 != parts(base)["Warrant"], "a belief of one's own does not change with the data"


def test_the_share_done_is_told_and_may_end_the_work(newer: Inputs) -> None:
    told: list[float] = []
    bridge(INPUTS, newer, base_value_usd, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def enough(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bridge(INPUTS, newer, base_value_usd, enough)


CELLS = [("chip_prices", row["chip_id"], "price_usd_base") for row in frozen_tables()["chip_prices"]] + [
    ("chip_throughput", row["chip_id"], row["workload_id"], "h100e_base") for row in frozen_tables()["chip_throughput"]
]


@examples(6)
@given(st.data())
def test_whatever_figures_change_parts_add_up_and_do_not_depend_on_the_order_of_patterns(data: Any) -> None:
    cells = data.draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=5, unique=True))
    edits: dict[tuple[str, ...], dict[str, float | str]] = {}
    for *key, column in cells:
        edits[tuple(map(str, key))] = {str(column): data.draw(st.floats(0.97, 1.03))}
    apart: list[Pattern] = [(f"Group {n}", str(c[0]), "/".join(map(str, c[1:-1])), "*") for n, c in enumerate(cells)]
    apart = data.draw(st.lists(st.sampled_from(apart), unique=True))
    ordered = data.draw(st.permutations(apart))
    try:
        one, other = (release(edits, patterns) for patterns in (apart, ordered))
    except ValueError:
        return  # a figure beyond its low or high: no sound data
    found, again = bridge(INPUTS, one, base_value_usd), bridge(INPUTS, other, base_value_usd)
    assert found.start + int(found.parts.sum()) == found.end
    assert found.end_usd == pytest.approx(base_value_usd(one), abs=0.006)
    assert parts(found).keys() == parts(again).keys()
    assert max(abs(parts(found)[group] - parts(again)[group]) for group in found.groups) <= 1, "a cent of rounding"
    assert np.isfinite(found.alone_usd).all() and PER_USD == 100
