"""What is said of the futures: every sentence is true of the figures and reads well, whatever the scenario."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.base import format as fmt
from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.risk import regret as regrets
from core.risk.futures import DRAWS, Futures, RightToStop, odds
from core.risk.goal import Aim, Goal, GoalError, seek
from core.risk.sensitivity import evidence_mix, switching, tornado, variance_shares
from core.risk.variance import POINTS
from core.story import odds as of_odds
from core.story.answer import Answer
from core.story.finding import headline as plan_case_title
from core.views.risk import finding as said
from core.views.risk import frames, goals, tables
from core.views.risk import words as in_short
from pages.parts.kept.answer import answer
from tests.support.answers import futures_of, stop_of
from tests.support.cases import EXTREMES, SCENARIOS, TODAY
from tests.support.doubts import doubts, drawn
from tests.support.frozen import BASE, INPUTS, LEVERS
from tests.support.words import NOISE

LONGEST_TITLE = 260
IDLE = SCENARIOS["Exit custom, against exit"]
STOPS = BASE.replace(custom_premium_max=0.0)


def read(text: str) -> str:
    return text.replace(fmt.NBSP, " ")


def valued(*usd: float) -> Futures:
    """The futures of the base scenario with other values."""
    values = np.resize(np.array(usd), DRAWS[0])
    return replace(futures_of(), value_usd=values)


def titles(a: Answer, futures: Futures, stop: RightToStop) -> dict[str, str]:
    """Every finding that rests on the futures."""
    spending, savings = frames.spending_fan(a, futures), frames.savings_fan(a, futures)
    return {
        "page": said.title(doubts(a.scenario, futures, stop)),
        "odds": of_odds.odds(futures, a.metric("npv_usd")).words,
        "spending": said.spending_title(spending),
        "savings": said.savings_title(a, savings),
        "value": said.distribution_title(futures),
        "stop": said.stop_title(stop),
        "payback": said.payback_title(a, futures),
        "binding": said.binding_title(frames.binding(a, futures)),
    }


# --- Every scenario


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_finding_reads_well_and_its_odds_are_those_of_the_futures(name: str) -> None:
    scenario = SCENARIOS[name]
    a, futures, stop = answer(scenario), futures_of(scenario), stop_of(scenario)
    told = {place: read(text) for place, text in titles(a, futures, stop).items()}
    for place, text in told.items():
        assert not NOISE.search(text), (place, text)
        assert text[0].isupper() or text[0].isdigit() or text[0] in "<>" or place == "odds", text
        assert len(text) <= LONGEST_TITLE, text
    share = futures.probability
    if math.isnan(share):
        assert "no future makes a difference" in told["page"] or "makes no difference in any future" in told["page"]
        assert "value is zero in all" in told["value"]
    else:
        words = {0.0: "no future", 1.0: "every future"}.get(share, f"{read(fmt.chance(share))} of futures")
        assert f"pays in {words};" in told["page"]
        low, high = futures.quantile((0.25, 0.75))
        beside = [low, high, *([stop.worth_usd] if said.misjudges(stop) else [])]
        assert read(fmt.usd(high, signed=True, beside=beside)) in told["page"]
        assert read(fmt.usd(low, signed=True, beside=beside)) in told["page"]
    figures = said.metrics(doubts(a.scenario, futures, stop))
    assert len(figures) == (0 if math.isnan(share) else 5)
    for figure in figures:
        for text in (figure.label, figure.value, figure.change, figure.beside, figure.help):
            assert not NOISE.search(read(text)), text


@pytest.mark.parametrize("name", ["Company plan, against hold", "Exit custom, against exit", *EXTREMES])
def test_what_needs_no_futures_is_said_of_every_scenario(name: str) -> None:
    scenario = SCENARIOS[name]
    bars, found = tornado(bundled(), scenario), regrets.regret(bundled(), scenario)
    turning = switching(bundled(), scenario)
    for text in (
        said.tornado_title(bars),
        said.regret_title(found),
        said.switching_title(turning, LEVERS),
        *tables.regret_words(found).to_numpy().ravel(),
        *tables.switching_words(turning, LEVERS).to_numpy().ravel(),
    ):
        assert not NOISE.search(read(str(text))), text
    crossing = int(bars["crosses"].sum())
    words = {0: "No assumption", 1: f"One of {len(LEVERS.beliefs)}"}.get(
        crossing, f"{crossing} of {len(LEVERS.beliefs)}"
    )
    assert said.tornado_title(bars).startswith(words)


# --- The title


def test_the_base_case_in_one_sentence() -> None:
    title = read(said.title(drawn()))
    assert title.startswith("Extending MTIA beyond today's mix pays in 67 % of futures; half of them lie between ")
    assert title.endswith("; the right to stop takes most of the losses away")


def test_until_the_futures_are_drawn_the_title_is_the_plan_case_s() -> None:
    assert said.title(doubts()) == plan_case_title(answer(BASE))


def test_until_the_right_to_stop_is_worked_out_nothing_is_said_of_it() -> None:
    assert "stop" not in said.title(doubts(BASE, futures_of()))


@pytest.mark.parametrize(
    ("without", "with_", "words"),
    [
        ((-10e9, 10e9), (-1e9, 10e9), "takes most of the losses away"),
        ((-10e9, 10e9), (-7e9, 10e9), "takes 30 % of the losses away"),
        ((-10e9, 10e9), (-9.9e9, 10e9), "changes losses little"),
        ((-10e9, 10e9), (-10e9, 10e9), None),
        ((10e9, 20e9), (5e9, 20e9), None),
    ],
)
def test_the_title_claims_of_the_right_to_stop_what_it_does_to_losses(
    without: tuple[float, ...], with_: tuple[float, ...], words: str | None
) -> None:
    on, stopping = np.array(without), np.array(with_)
    title = read(said.title(doubts(BASE, futures_of(), RightToStop(stopping, on, on))))
    assert title.endswith(f"; the right to stop {words}") if words else "stop" not in title


def test_a_right_is_never_worth_less_than_nothing_the_rule_misjudges() -> None:
    """Stopping as soon as custom chips are dearer forgoes what they are worth at the horizon."""
    on, stopping = np.array([-10e9, 10e9]), np.array([-13e9, 10e9])
    view = doubts(BASE, futures_of(), RightToStop(stopping, on, on))
    title = read(said.title(view))
    assert title.endswith("; a right to stop as soon as custom chips are dearer would misjudge, by $1.5 B")
    figure = said.metrics(view)[3]
    assert (figure.label, figure.value, figure.good) == ("Right to stop", "Misjudges", False)
    assert read(figure.change).startswith("costs $1.5 B, ") and figure.beside.startswith("on average; as set: buys on")
    assert read(said.stop_title(view.stop)).startswith("The rule to stop misjudges and costs $1.5 B on average: ")


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sentence_says_that_a_right_is_worth_less_than_nothing(name: str) -> None:
    view = drawn(SCENARIOS[name])
    figures = [text for one in said.metrics(view) if one.label.startswith("Right") for text in (one.value, one.change)]
    for text in (said.title(view), said.stop_title(view.stop), *figures):
        assert not re.search(rf"(worth|stop) {fmt.MINUS}|^{fmt.MINUS}", text), text


def test_a_scenario_that_stops_is_told_what_it_would_be_without() -> None:
    title = read(said.title(drawn(STOPS)))
    without = read(fmt.chance(odds(stop_of(STOPS).without_usd)))
    assert title.endswith(f"; without the right to stop it would pay in {without} of futures")
    assert "as set" in said.stop_caption(stop_of(STOPS))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((1e9,), "pays in every future"),
        ((-1e9,), "pays in no future"),
        ((*(1e9,) * 511, -1e9), "pays in >99 % of futures"),
        ((*(-1e9,) * 511, 1e9), "pays in <1 % of futures"),
    ],
)
def test_a_rounded_figure_never_claims_all_or_none(values: tuple[float, ...], words: str) -> None:
    assert words in read(said.title(doubts(BASE, valued(*values))))


def test_a_scenario_that_is_its_own_baseline_has_no_odds() -> None:
    assert said.title(drawn(IDLE)).startswith("This scenario is its own baseline, exit custom")
    told = of_odds.odds(futures_of(IDLE), 0.0)
    assert (told.verdict, told.good) == ("No difference", None)
    assert not said.metrics(drawn(IDLE)), "the title says it once"


HELD = BASE.replace(**TODAY)
NOTHING_DIFFERS = {
    "today's mix held": HELD,
    "all at 0 against exit": IDLE,
    "a change after the horizon": EXTREMES["change after the horizon"],
}


@pytest.mark.parametrize("name", NOTHING_DIFFERS)
def test_where_nothing_differs_nothing_is_ranked(name: str) -> None:
    scenario = NOTHING_DIFFERS[name]
    view = replace(drawn(scenario), turned=switching(bundled(), scenario))
    assert not view.differs and not doubts(scenario).differs
    assert said.tornado_title(view.tornado) == "No assumption moves value"
    assert said.switching_title(view.switching, LEVERS) == "No lever turns the answer anywhere within its bounds"
    assert tables.switching_words(view.switching, LEVERS).empty
    assert tables.switching_table(view.switching)["Turns at"].isna().all()


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (0.004, "<1 %"), (0.006, "1 %"), (0.566, "57 %"), (0.996, ">99 %"), (1.0, "100 %")],
)
def test_chances_are_whole_percents_that_claim_neither_all_nor_none(share: float, words: str) -> None:
    assert read(fmt.chance(share)) == words
    assert fmt.chance(math.nan) == fmt.MISSING


# --- The strip


def test_the_strip_says_expected_value_odds_percentiles_right_to_stop_and_payback() -> None:
    a, futures, stop = answer(BASE), futures_of(), stop_of()
    expected, pays, low, right, payback = said.metrics(doubts(a.scenario, futures, stop))
    assert expected.value == fmt.usd(futures.expected_usd, 3, signed=True)
    assert read(expected.change) == "plan case +$21 B"
    assert (read(pays.value), pays.change) == ("67 %", "leans for")
    assert low.value == fmt.usd(float(futures.quantile((0.1,))[0]), 3, signed=True)
    assert right.value == fmt.usd(stop.worth_usd, 3, signed=True)
    assert read(right.change) == "pays in 90 %, not 67 %"
    assert payback.value == fmt.chance(float(futures.payback_share[-1]))
    assert said.metrics(doubts(BASE, futures))[3].value == fmt.MISSING


# --- Payback and what binds


def test_payback_says_by_when_more_than_half_have_paid_back() -> None:
    a, by = answer(BASE), np.full(DRAWS[0], np.inf)
    assert said.payback_title(a, replace(futures_of(), payback=by)) == "No future has paid back by 2032"
    by[: DRAWS[0] // 4] = 3.0
    assert "fewer than half" in said.payback_title(a, replace(futures_of(), payback=by))
    by[: DRAWS[0] * 3 // 4] = 9.0
    assert read(said.payback_title(a, replace(futures_of(), payback=by))) == (
        "75 % of futures have paid back for good by 2029, 75 % by 2032"
    )
    by[:] = 23.0
    assert read(said.payback_title(a, replace(futures_of(), payback=by))) == (
        "More than half have paid back for good only by 2032: 100 % of futures"
    )


def test_what_binds_most_is_named_with_its_year_and_power_beside_it() -> None:
    rows = pd.DataFrame(
        {
            "constraint": ["power", "power", "contract", "right_to_stop"],
            "label": ["Power binds", "Power binds", "Short of agreement", "Too dear, training"],
            "year": ["2027", "2028", "2027", "2027"],
            "share": [0.1, 0.2, 0.7, 0.9],
            "words": ["10 %", "20 %", "70 %", "90 %"],
        }
    )
    assert read(said.binding_title(rows)) == (
        "We miss the commitment “agreement” in 70 % of futures in 2027; power binds most often in 2028, in 20 %"
    )
    assert "more often than anything else" in said.binding_title(rows.iloc[:2])
    assert said.binding_title(rows.assign(share=0.0)).startswith("Neither power nor")


# --- What it hangs on


def test_shares_and_evidence_say_what_the_variance_rests_on() -> None:
    shares = variance_shares(bundled(), BASE, POINTS[0])
    mix = evidence_mix(bundled(), shares)
    assert said.shares_title(shares).startswith(str(shares["label"].iloc[0]))
    for share in mix["share"]:
        assert fmt.chance(share) in said.grades_title(mix)
    still = shares.assign(first=0.0, total=0.0)
    assert said.shares_title(still) == "No assumption drives value: it does not vary"
    assert "nothing rests" in said.grades_title(evidence_mix(bundled(), still))


def test_the_nearest_switching_value_is_said_as_a_cfo_would() -> None:
    turning = switching(bundled(), BASE)
    others = int(turning["turns_at"].notna().sum()) - 1
    title = read(said.switching_title(turning, LEVERS))
    moved = "18 % slower coming custom chips"
    assert title == f"{moved} wipe out the value; {others} other levers can by themselves, further off"
    assert read(said.switching_title(turning.iloc[:1], LEVERS, pays=False)) == f"{moved} make it pay"
    assert read(tables.switching_words(turning, LEVERS)["Percentile"][0]) == "17th, you: 50th"
    supply = turning[turning["lever"] == "custom_supply_limit_mw"].assign(turns_at=41.0)
    assert read(said.switching_title(supply, LEVERS)) == (
        "Custom supply limit at 41 MW of IT load per quarter wipes out the value"
    )


def test_the_other_rankings_say_how_they_differ_from_the_one_that_leads() -> None:
    bars, shares = tornado(bundled(), BASE), variance_shares(bundled(), BASE, POINTS[0])
    words = tables.shares_words(shares, bars)
    for _, row in words.iterrows():
        assert bars["label"][row["Place among the bars"] - 1] == row["Assumption"]
    assert "this order leads the page" in said.TORNADO
    assert all("Not the order of the bars" in caption for caption in (said.SHARES, said.SWITCHING))


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.5, "50th"), (0.31, "31st"), (0.12, "12th"), (0.02, "2nd"), (0.83, "83rd"), (0.001, "below the 1st"),
     (0.9999, "above the 99th")],
)  # fmt: skip
def test_percentiles_are_ordinals(share: float, words: str) -> None:
    assert in_short.ordinal(share) == words


@pytest.mark.parametrize(
    ("lever", "distance", "words"),
    [
        ("custom_cost", 0.14004, "+0.14"),
        ("adoption_rr_inference", -0.4, "−40 points"),
        ("custom_delay_quarters", 2.0, "+2 quarters"),
        ("merchant_delay_quarters", -1.0, "−1 quarter"),
        ("horizon_year", -3.0, "−3 years"),
        ("start_lag_rr_training", 1.0, "+1 quarter"),
        ("custom_supply_limit_mw", -438.7, "−439 MW"),
    ],
)
def test_a_distance_is_in_the_lever_s_own_unit(lever: str, distance: float, words: str) -> None:
    assert read(in_short.distance_words(LEVERS[lever], distance)) == words


def test_regret_names_the_choice_that_is_regretted_least() -> None:
    found = regrets.regret(bundled(), BASE)
    title = said.regret_title(found)
    assert found.choices[found.minimax] in title
    assert found.choices[found.best_expected] in title
    assert fmt.usd(float(found.worst_usd.min())) in title
    own = fmt.usd(float(found.worst_usd[found.choices.index(regrets.THIS)]))
    assert title.endswith(f"; this scenario is at worst {own} dearer than the best choice")


def test_choices_that_cost_the_same_are_not_told_apart() -> None:
    """A change after the horizon changes nothing: all who stay cost the same, only who exits does not."""
    found = regrets.regret(bundled(), EXTREMES["change after the horizon"])
    staying = len(found.choices) - 2
    assert said.regret_title(found).startswith(f"{regrets.THIS} and {staying} others are ")
    assert not found.by_choice().set_index("choice").loc["Exit custom", "is_minimax"]


# --- Goals


def told(aim: Goal, lever: str = "custom_cost", scenario: Scenario = BASE) -> str:
    found = seek(bundled(), scenario, lever, aim)
    return read(goals.goal_words(found, scenario.number(lever), INPUTS.calendar))


def test_a_goal_that_is_met_says_where_it_would_be_lost() -> None:
    assert (
        told(Goal.value())
        == "It is met as set, at 1 × our estimate: value +$21.4 B; it is lost at 1.304 × our estimate."
    )


def test_a_goal_that_a_setting_meets_says_the_setting_and_where_the_reader_is() -> None:
    words = told(Goal.value(30e9))
    assert words.startswith("Cost of custom chips at 0.")
    assert words.endswith("meets it: value +$30.0 B. You are at 1 × our estimate.")


def test_a_goal_that_no_setting_meets_says_how_close_one_comes() -> None:
    words = told(Goal.power(1e3))
    assert words.startswith("No setting of Cost of custom chips meets it.")
    assert words.endswith("GW too much.")
    assert told(Goal.value(1e13)).endswith("short.")


def test_break_even_is_about_nothing_and_not_what_is_left_of_closing_in() -> None:
    losing = BASE.replace(custom_cost=1.5)
    words = told(Goal.value(), scenario=losing)
    assert "meets it: value about 0. You are at 1.5 × our estimate." in words
    assert "value $0" in told(Goal.value(), scenario=IDLE), "exactly nothing is said as such"


def test_payback_is_said_as_a_quarter() -> None:
    assert "payback 20" in told(Goal.payback("2027-Q4", INPUTS.calendar))
    assert "nothing to pay back" in told(Goal.payback("2027-Q4", INPUTS.calendar), scenario=IDLE)


def test_a_target_begins_near_what_the_scenario_spends_or_draws() -> None:
    a = answer(BASE)
    assert goals.usual_target(a, Aim.VALUE, 2027) == 0.0
    assert 0.0 <= a.metric("peak_mw_it") / 1e3 - goals.usual_target(a, Aim.POWER, 2027) < 1.0
    found = seek(bundled(), BASE, "custom_cost", goals.goal(Aim.CAPITAL, 1e6, 2028, "", INPUTS.calendar))
    assert 0.0 <= found.reached / 1e9 - goals.usual_target(a, Aim.CAPITAL, 2028) < 1.0
    assert goals.usual_quarter(goals.target_quarters(a)) == "2029-Q4"


def test_a_target_without_a_figure_is_refused_in_words() -> None:
    with pytest.raises(GoalError, match="no figure to reach"):
        goals.goal(Aim.VALUE, None, 2027, "2029-Q4", INPUTS.calendar)
    with pytest.raises(GoalError, match="no limit that could be met"):
        seek(bundled(), BASE, "custom_cost", goals.goal(Aim.POWER, -1.0, 2027, "", INPUTS.calendar))


def test_an_assumption_that_works_against_its_direction_is_said_with_why() -> None:
    """With generative training at 40 %, custom chips a third dearer cost too much to be bought where they lose."""
    a = answer(BASE.replace(adoption_genai_training=0.4))
    caption = said.tornado_caption(a)
    assert (
        caption.removeprefix(said.TORNADO)
        .replace(fmt.NBSP, " ")
        .startswith(
            " Against the grain: cost of custom chips from 1.25 × our estimate to 1.325 × our estimate raises "
            "value by $4.5 B, for custom work that loses then costs too much to be bought."
        )
    )
    cheaper, dearer = (answer(BASE.replace(adoption_genai_training=0.4, custom_cost=at)) for at in (1.25, 1.325))
    assert dearer.metric("npv_usd") - cheaper.metric("npv_usd") == pytest.approx(4.495e9, rel=1e-3)
    assert said.tornado_caption(answer(BASE)) == said.TORNADO
    less = answer(BASE.replace(adoption_genai_training=0.4, adoption_rr_inference=0.1))
    assert said.tornado_caption(less) == said.TORNADO, "of less custom work each assumption has either direction"
