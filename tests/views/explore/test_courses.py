"""The courses that one can take: one row each, the reader's own among them, ranked only where they differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.base import format as fmt
from core.inputs.scenario import Scenario
from core.risk.futures import sample, without_adoption
from core.risk.worth import worth
from core.story import courses as story
from core.story import frames
from core.story.answer import Answer
from core.story.courses import Course, Sure
from core.story.delivery import LEAD_QUARTERS
from core.views.explore import courses
from core.views.explore.figures import PAGE
from tests.support.answers import answer, set_to
from tests.support.cases import PRESETS, TODAY
from tests.support.frozen import BASE, EXAMPLE, INPUTS
from tests.support.words import said

DRAWS = 1024


def offered(scenario: Scenario) -> tuple[Course, ...]:
    return story.courses(INPUTS, scenario, INPUTS.presets, {})


def sure(scenario: Scenario) -> Sure:
    mixes = [one.scenario for one in offered(scenario)]
    return Sure.of(worth(INPUTS, without_adoption(INPUTS, scenario), mixes, DRAWS))


def test_presets_that_set_shares_are_courses_and_those_that_set_beliefs_or_the_baseline_too_are_not() -> None:
    assert [one.name for one in offered(BASE)] == [
        "Company plan", "Today's mix held", "Ranking only", "Into generative inference", "Extends to training",
        "Exit custom",
    ]  # fmt: skip
    assert [one.name for one in offered(BASE) if one.is_own] == ["Company plan"], "equal courses are one row"


def test_one_s_own_course_is_always_among_them_and_beliefs_are_the_reader_s() -> None:
    scenario = BASE.replace(adoption_genai_training=0.4, merchant_price=0.8, baseline="exit")
    found = offered(scenario)
    assert [one.scenario for one in found if one.is_own] == [scenario]
    assert found[0].name == story.OWN
    assert {one.scenario["merchant_price"] for one in found} == {0.8}
    assert {one.scenario["baseline"] for one in found} == {"exit"}


def test_a_data_set_without_today_s_mix_among_its_presets_has_it_among_its_courses() -> None:
    found = story.courses(EXAMPLE, EXAMPLE.base, {}, {})
    assert [one.name for one in found] == [story.OWN, story.TODAY]


@pytest.mark.parametrize("changes", [{}, {"baseline": "exit", "horizon_year": 2028}, {"merchant_price": 0.8}])
def test_a_course_is_worth_in_the_table_what_it_is_worth_once_it_is_taken(changes: dict[str, object]) -> None:
    scenario = INPUTS.scenario(changes)
    rows = courses.table(answer(scenario), offered(scenario), None)
    for row in rows.to_dict("records"):
        taken = Answer.of(INPUTS, row["scenario"])
        assert row["plan_usd"] == pytest.approx(taken.metric("npv_usd"), rel=1e-9, abs=10.0)
        first = taken.plan.capex_usd[:4].sum() + taken.plan.capex_facility_usd[:4].sum()
        assert row["capital_usd"] == pytest.approx(first, rel=1e-9)
    assert list(rows["plan_usd"]) == sorted(rows["plan_usd"], reverse=True)


def test_expected_value_and_odds_of_the_reader_s_course_are_those_of_the_title() -> None:
    found, futures = sure(BASE), sample(INPUTS, BASE, DRAWS)
    place = [one.is_own for one in offered(BASE)].index(True)
    expected, probability, bad = story.own_sure(futures)
    assert expected == pytest.approx(found.expected_usd[place], rel=1e-9)
    assert probability == found.probability[place]
    assert bad == pytest.approx(found.bad_tenth_usd[place], rel=1e-9)
    worst = np.sort(futures.value_usd)[:103]
    assert bad == pytest.approx(worst.mean(), rel=1e-9), "of 1,024 futures the worst 103"


def test_the_title_says_which_is_best_and_by_how_much_over_one_s_own() -> None:
    rows = courses.table(answer(), offered(BASE), None)
    assert said(courses.title(answer(), rows)).startswith("Ranking only is best: +$")
    assert said(courses.title(answer(), rows)).endswith("more than your course; decide now")
    ranking = answer(PRESETS["Ranking only"])
    own = courses.table(ranking, offered(ranking.scenario), None)
    assert said(courses.title(ranking, own)).startswith("Of these courses, yours is best: +$")
    settled = courses.table(answer(), offered(BASE), sure(BASE))
    assert list(settled["expected_usd"]) == sorted(settled["expected_usd"], reverse=True)
    assert " expected, " in courses.title(answer(), settled)


def test_where_no_course_differs_nothing_is_ranked() -> None:
    late = set_to(adoption_start="2031-Q4", horizon_year=2028, **TODAY)
    offer = [one for one in offered(late.scenario) if one.name == "Today's mix held"]
    rows = courses.table(late, tuple(offer), None)
    assert not courses.is_ranked(rows)
    assert courses.title(late, rows) == "All courses come to the same by 2028"


def test_what_is_not_known_yet_is_left_open_and_odds_come_with_their_degree() -> None:
    open_ = courses.words(answer(), courses.table(answer(), offered(BASE), None))
    assert set(open_["Expected value"]) == set(open_["Odds"]) == {courses.WAITING}
    told = courses.words(answer(), courses.table(answer(), offered(BASE), sure(BASE))).set_index("Course")
    assert said(told.loc["Company plan (yours)", "Odds"]) == "67 %, leans for"
    assert told.loc["Today's mix held", "Odds"] == "no difference"
    assert courses.WAITING not in told.to_numpy().ravel()


def test_capital_spending_stands_beside_the_year_before_and_what_is_published_of_both() -> None:
    view = PAGE.opened(answer())
    words = PAGE.figures["capital"].words(view).set_index("Capital spending")
    assert all(name for name in words.columns), "a heading without a name is no table"
    assert said(words.loc["Whole company, guided to", "2026"]) == "$138 B ($130 B to $145 B)"
    assert said(words.loc["Whole company, expected", "2027"]).startswith("$199 B (")
    first = frames.capital_usd(answer().plan)[0]
    assert words.loc["This scenario, AI chips and their buildings", "2027"] == fmt.usd(first)
    drawn = sample(INPUTS, BASE, DRAWS)
    told = PAGE.figures["capital"].words(replace(view, drawn=drawn)).set_index("Capital spending")
    low, high = np.quantile(drawn.capital_usd, [0.1, 0.9])
    assert told.loc["Four futures of five", "2027"] == f"{fmt.usd(low)} to {fmt.usd(high)}"


def test_a_course_is_decided_a_lead_time_before_it_first_buys_what_todays_mix_does_not() -> None:
    start, first = BASE.levers["adoption_start"], 6
    later = answer(BASE.replace(adoption_start=start.value(float(first))))
    rows = courses.table(later, offered(later.scenario), None)
    others = rows["name"] != story.TODAY
    assert set(rows.loc[others, "parts"]) == {first}
    told = courses.words(later, rows)["Decide by"]
    due = later.calendar.label(first - LEAD_QUARTERS)
    assert set(told[others]) == {due}
    assert list(told[~others]) == [fmt.MISSING], "what goes on as it does needs no decision"
    assert courses.title(later, rows).endswith(f"; decide by {due}")


def test_what_is_kept_of_the_other_courses_is_what_they_come_to_wherever_one_s_own_shares_stand() -> None:
    shares = [name for name in INPUTS.levers if name.startswith("adoption_") and name != "adoption_start"]
    for moved in ({shares[0]: 0.35}, {shares[0]: 0.8, shares[1]: 0.1}, {"pue": 1.3, shares[0]: 0.8}):
        own = answer(BASE.replace(**moved))
        kept = courses.plan_case(own, offered(own.scenario))
        courses._others_come_to.cache.clear()
        pd.testing.assert_frame_equal(courses.plan_case(own, offered(own.scenario)), kept)
        assert kept.loc[kept["is_own"], "plan_usd"].item() == own.metric("npv_usd")
        for row in kept.itertuples():
            assert row.plan_usd == pytest.approx(answer(row.scenario).metric("npv_usd"), rel=1e-9)
