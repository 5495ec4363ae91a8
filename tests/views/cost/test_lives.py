"""The scenario at other lives of chips: the life that is set changes nothing, a shorter one writes off what is left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from core.inputs.data import Inputs
from core.inputs.scenario import Scenario
from core.views.cost import lives
from core.views.cost.view import ALL, BOOKS, BOUGHT_ONLY, CUSTOM_ONLY, LIVES, SCOPES, View
from tests.support.answers import answer, set_to
from tests.support.effort import examples
from tests.support.frozen import BASE
from tests.support.strategies import scenarios
from tests.support.words import said

SHORTER = LIVES.index(4)


def test_lives_are_whole_years_over_the_bounds_of_the_lever() -> None:
    assert LIVES == (3, 4, 5, 6, 7, 8)


def test_the_life_that_is_set_gives_the_scenario_itself() -> None:
    a = set_to(service_life_custom_years=6.0, service_life_merchant_years=6.0, book_life_years=6.0)
    swept, at = lives.sweep(a), LIVES.index(6)
    for scope in SCOPES:
        assert swept.npv_usd[scope, at] == pytest.approx(a.metric("npv_usd"))
        assert swept.pv_cost_usd[scope, at] == pytest.approx(a.metric("pv_cost_usd"))
        frame = lives.frame(View(a, scope=scope, life=6))
        assert list(frame["usd"]) == pytest.approx(list(frame["as_set_usd"]))


@examples(15)
@given(scenarios())
def test_a_longer_service_life_never_writes_more_off_and_book_life_never_moves_value(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    swept = lives.sweep.__wrapped__(a)
    # Cost is the same whatever the books say: tax follows spending.
    assert swept.pv_cost_usd[BOOKS] == pytest.approx(a.metric("pv_cost_usd"), rel=1e-9)
    assert swept.npv_usd[BOOKS] == pytest.approx(a.metric("npv_usd"), abs=1.0 + 1e-9 * a.metric("pv_cost_usd"))
    assert swept.write_off_usd.min() >= -1.0
    first = swept.write_off_usd[ALL, :, 0]
    assert (np.diff(first) <= 1.0 + 1e-9 * first.max()).all()


def test_nothing_is_written_off_while_chips_work_for_as_long_as_the_books_say() -> None:
    for life, usd in zip(LIVES, lives.sweep(answer()).write_off_usd[ALL].sum(axis=1), strict=True):
        if life >= 5.5:
            assert usd == pytest.approx(0.0, abs=1.0)
        else:
            assert usd > 1e9


def test_the_first_year_s_write_off_is_what_the_opening_fleet_has_left_in_the_books(inputs: Inputs) -> None:
    """Chips of age a stand at cost * (1 - a/22); at four years they stop when 16 quarters old."""
    fleet, expected = inputs.opening, 0.0
    for vintage, chips, unit_cost in zip(fleet.vintage, fleet.chips, fleet.unit_cost_usd, strict=True):
        stops = max(int(vintage) + 16, 0)
        if stops < 4:
            age = -int(vintage)
            left, spread = max(0.0, 1.0 - age / 22), max(1, 22 - age)
            expected += chips * unit_cost * left * (1.0 - min(stops, spread) / spread)
    got = lives.sweep(answer()).write_off_usd[ALL, SHORTER, 0]
    assert got == pytest.approx(expected)
    assert 1e9 < got < 3e9


def test_what_only_one_class_loses_is_less_than_what_all_lose() -> None:
    total = lives.sweep(answer()).write_off_usd.sum(axis=2)
    for scope in (CUSTOM_ONLY, BOUGHT_ONLY):
        assert 0 < total[scope, SHORTER] < total[ALL, SHORTER]


def test_custom_chips_that_age_faster_cost_value_and_bought_ones_that_do_add_to_it() -> None:
    npv = lives.sweep(answer()).npv_usd
    assert npv[CUSTOM_ONLY, SHORTER] < answer().metric("npv_usd") < npv[BOUGHT_ONLY, SHORTER]
    caption = said(lives.caption(View(answer(), life=4)))
    assert caption.endswith("Residual value is counted by the work that chips still do.")
    assert "value is $19 B if only MTIA ages that fast, $30 B if only bought chips do" in caption


def test_the_words_of_lives_begin_with_the_scenario_as_it_is_set() -> None:
    rows = lives.words(View(set_to(service_life_custom_years=4.0, service_life_merchant_years=4.0)))
    assert list(rows["Life"].map(said)) == ["As set", *(f"{life} years" for life in LIVES)]
    assert list(rows.iloc[0, 1:]) == list(rows.iloc[2, 1:])


def test_the_table_holds_every_scope_and_life_as_it_was_swept() -> None:
    swept, table = lives.sweep(answer()), lives.table(View(answer()))
    assert list(table["Life (years)"]) == [*LIVES] * len(SCOPES)
    assert BASE["horizon_year"] == 2032
    written_off = [column for column in table.columns if column.startswith("Written off ")]
    assert table[written_off].to_numpy() * 1e9 == pytest.approx(swept.write_off_usd.reshape(-1, 6))
