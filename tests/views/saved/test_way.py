"""The way from what was saved to today: it adds up, says what moved the value, and what today's beliefs would do."""

from __future__ import annotations

import copy
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.archive import unpack
from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.model.report import report
from core.store import database as db
from core.store.store import Store
from core.story.moves import CENTS
from core.upkeep.mixtures import MixtureError, value_usd
from core.views.saved import way
from core.views.saved.difference import Reopening, reopen
from tests.support.altered import FORMER
from tests.support.frozen import BASE, EXAMPLE, INPUTS
from tests.support.releases import NEXT_EDITS, Pattern, release
from tests.support.visit import charts_drawn, run
from tests.support.words import read, said

SAVED = Path(__file__).resolve().parents[2] / "saved"
SAVED_ON = date(2027, 3, 3)
PATTERNS: list[Pattern] = [
    ("Price of the next chip", "chip_prices", "*", "*"),
    ("Throughput in ranking", "chip_throughput", "*/rr_*", "*"),
    ("Beliefs", "levers", "*", "*"),
]


@pytest.fixture(scope="module")
def newer() -> Inputs:
    """The release that follows the frozen data: two figures and two beliefs are others."""
    return release(NEXT_EDITS, PATTERNS)


def reopened(today: Inputs, wanted: Scenario = BASE, **changed: Any) -> Reopening:
    """A scenario saved on the frozen data, opened on others."""
    return reopen(today, {**copy.deepcopy(report(INPUTS, wanted)), **changed}, INPUTS)


# --- Where there is nothing to tell


def test_without_other_data_or_groups_of_changes_there_is_no_way(newer: Inputs) -> None:
    assert not way.has_groups(reopened(INPUTS))
    assert way.has_groups(reopened(release(NEXT_EDITS))), "without patterns a group is a table"
    saved = report(INPUTS, BASE)
    assert not way.has_groups(reopen(newer, saved, None))
    missing = copy.deepcopy(saved)
    missing["metrics"].pop("npv_usd")
    assert not way.has_groups(reopen(newer, missing, INPUTS))
    assert way.has_groups(reopen(newer, saved, INPUTS))


def test_what_version_1_saved_has_no_groups_and_its_beliefs_are_known(newer: Inputs, tmp_path: Path) -> None:
    shutil.copy(SAVED / "1.0.0" / "crossover.db", tmp_path)
    with closing(Store.open(db.file_address(tmp_path / "crossover.db"))) as store:
        [version] = store.data_versions()
        own = unpack(store.dataset(version), version)
    found = reopen(newer, {**report(own, own.base), "model_version": "1"}, own)
    assert not way.has_groups(found)
    beliefs = way.beliefs(found)
    assert beliefs is not None
    assert set(beliefs.settings) == {"amd_warrant_usd_bn_per_gw", "custom_cost"}


def test_what_is_asked_for_without_need_is_refused(newer: Inputs) -> None:
    without = reopen(newer, report(INPUTS, BASE), None)
    with pytest.raises(ValueError, match="ask has_groups first"):
        way.data_bridge(without)
    assert way.beliefs(without) is None
    missing = reopened(newer)
    between = way.data_bridge(missing)
    gone = copy.deepcopy(report(INPUTS, BASE))
    gone["metrics"].pop("npv_usd")
    with pytest.raises(ValueError, match="ask has_groups first"):
        way.way(reopen(newer, gone, INPUTS), between)


# --- What is told


def test_the_way_leads_from_the_saved_value_to_today_s_to_the_cent(newer: Inputs) -> None:
    wanted = BASE.replace(baseline="exit", merchant_price=1.1, terminal_basis="sale")
    found = reopened(newer, wanted)
    along = way.way(found, way.data_bridge(found))
    assert along.start + sum(part for _, part in along.steps) == along.end
    assert along.start / CENTS == pytest.approx(found.saved["metrics"]["npv_usd"], abs=0.006)
    assert along.end / CENTS == pytest.approx(found.today["metrics"]["npv_usd"], abs=0.006)
    assert dict(along.steps)["Beliefs"] == 0, "the levers are as they were saved, all of them"
    assert [name for name, part in along.steps if part] == ["Price of the next chip", "Throughput in ranking"]
    table = way.table(along)
    assert list(table["Step"]) == ["As saved", *(name for name, _ in along.steps), "Today"]
    assert round(table["Value ($)"].iloc[:-1].sum() * CENTS) == along.end


def test_a_new_model_is_a_step_before_the_changes_of_the_data(newer: Inputs) -> None:
    plain = reopened(newer)
    dearer = copy.deepcopy(report(INPUTS, BASE))
    dearer["metrics"]["npv_usd"] += 1e9
    found = reopen(newer, {**dearer, "model_version": FORMER}, INPUTS)
    along = way.way(found, way.data_bridge(found))
    assert along.steps[0] == (way.MODEL, -1_000_000_000 * CENTS)
    assert along.steps[1:] == way.way(plain, way.data_bridge(plain)).steps
    assert along.start + sum(part for _, part in along.steps) == along.end


def test_the_title_says_what_moved_it(newer: Inputs) -> None:
    found = reopened(newer)
    along = way.way(found, way.data_bridge(found))
    assert said(way.title(found, along)).startswith("Worth $")
    assert "throughput in ranking" in way.title(found, along)
    assert way.caption(found).startswith("Value against today's mix held, after tax")


def test_beliefs_that_stood_at_their_base_are_told_with_what_today_s_would_do(newer: Inputs) -> None:
    found = way.beliefs(reopened(newer))
    assert found is not None
    assert found.settings == {"custom_cost": 1.1, "amd_warrant_usd_bn_per_gw": 4.0}
    assert found.value_usd == pytest.approx(value_usd(newer, newer.base))
    assert found.scenario == newer.base
    title = said(way.beliefs_title(found))
    assert title.startswith("With today's beliefs it ")
    assert title.endswith("Two beliefs stood at their base when this was saved and have another one today")
    assert list(way.beliefs_table(found)["Base when saved"]) == [
        "1 × our estimate",
        "2.5 USD bn per GW, after vesting odds",
    ]


def test_a_belief_that_was_moved_is_left_as_it_was_saved(newer: Inputs) -> None:
    one = way.beliefs(reopened(newer, BASE.replace(custom_cost=1.2)))
    assert one is not None and list(one.settings) == ["amd_warrant_usd_bn_per_gw"]
    assert "One belief stood at its base" in way.beliefs_title(one)
    both = {"custom_cost": 1.2, "amd_warrant_usd_bn_per_gw": 3.0}
    assert way.beliefs(reopened(newer, BASE.replace(**both))) is None
    assert way.beliefs(reopened(release({}, PATTERNS))) is None


def test_another_company_s_scenario_has_no_beliefs_here() -> None:
    saved = report(EXAMPLE, EXAMPLE.base)
    assert way.beliefs(reopen(EXAMPLE, saved, EXAMPLE)) is None


# --- On the page


def page(reopening, when):  # type: ignore[no-untyped-def]  # AppTest runs its text, which knows no names from here
    from pages.parts.scenario import reopened, way

    reopened.draw(reopening, when)
    way.fill()


def drawn(reopening: Reopening) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60, args=(reopening, SAVED_ON))
    at.session_state["behind_way"] = True
    return run(at)


@pytest.mark.usefixtures("long_work")
def test_the_bridge_stands_below_the_sentence_with_its_table_and_beliefs(newer: Inputs) -> None:
    found = reopened(newer)
    with charts_drawn() as charts:
        at = drawn(found)
    [chart] = charts.values()
    along = way.way(found, way.data_bridge(found))
    assert chart.alt.startswith(way.title(found, along))
    texts = [read(text.value) for text in at.markdown]
    assert f"{said(way.title(found, along))}\n\n{said(way.caption(found))}" in texts
    assert any(text.startswith("**With today's beliefs it ") for text in texts)
    assert at.dataframe[0].value.to_dict("list") == way.table(along).to_dict("list")
    assert [button.label for button in at.button] == ["Set 2 beliefs to today's base"]


@pytest.mark.usefixtures("long_work")
def test_changes_that_cannot_be_told_apart_are_said_and_the_rest_stands(
    newer: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise MixtureError("the data with “A” do not hold")

    monkeypatch.setattr("pages.parts.kept.releases.data_bridge", refused)
    at = drawn(reopened(newer, BASE.replace(pue=1.21)))
    assert any("cannot be told: the data with “A” do not hold." in read(text.value) for text in at.caption)
    assert any("With today's beliefs" in read(text.value) for text in at.markdown)
