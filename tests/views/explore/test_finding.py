"""What the figures say: every sentence is true of the model's figures, and reads well whatever the levers."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from core.base import format as fmt
from core.base.finance import AT_ONCE, NEVER, NO_DIFFERENCE
from core.inputs.data import CUSTOM, Inputs
from core.inputs.lever import Value
from core.inputs.lever_table import start_lag
from core.inputs.scenario import Scenario
from core.model.model import EXIT, HOLD, PLAN
from core.model.sweep import AdoptionSweep
from core.story import finding, frames
from core.story.answer import Answer
from core.story.delivery import delivery
from core.story.finding import change_words, on_other_basis_usd, part_words, rounded_parts
from core.story.labels import workload_labels
from core.views.explore import finding as explore
from core.views.explore import frames as explore_frames
from tests.support.answers import answer, set_to
from tests.support.cases import PRESETS, TODAY
from tests.support.effort import examples
from tests.support.frozen import BASE, EXAMPLE, INPUTS
from tests.support.largest import at_bounds
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import LONGEST_TITLE, NOISE, said

EVERY_LEVER = examples(40)
LARGEST = at_bounds()


def titles(a: Answer) -> dict[str, str]:
    """Every title of the page, by the figure it stands above."""
    return {
        "headline": finding.headline(a),
        "spending": explore.spending_title(a),
        "adoption": explore.adoption_title(a),
        "power": finding.power_title(a),
        "contest": explore.contest_title(a),
    }


def sentences(a: Answer) -> dict[str, str]:
    """The paragraphs of the page, by name."""
    return {
        "subtitle": finding.subtitle(a, "Your own settings", "22 November 2026"),
        "note": finding.residual_note(a),
        "evidence": finding.evidence_line(a),
        "binding": explore.binding(a),
    }


# --- Language


@EVERY_LEVER
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    for name, text in {**titles(a), **sentences(a)}.items():
        assert not NOISE.search(said(text)), (name, text)
        assert re.match(r"[A-Z$0-9]", text), (name, text)
        assert text == text.strip()
    for name, text in titles(a).items():
        assert len(text) < LONGEST_TITLE, (name, text)
        assert text[-1] != ".", (name, text)
    for name in ("note", "evidence", "binding"):
        assert sentences(a)[name].endswith(".")
        assert not re.search(r"\.\.|\.[A-Z]|;\s*\.", sentences(a)[name])


@EVERY_LEVER
@given(scenarios())
def test_no_setting_of_the_levers_leaves_a_headline_figure_or_a_cell_empty(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    figures = explore.metrics(a)
    assert len(figures) == 5
    for figure in figures:
        for text in (figure.label, figure.value, figure.change, figure.beside, figure.help):
            assert text and not NOISE.search(said(text)), (figure.label, text)
            assert fmt.MISSING not in text, (figure.label, text)
    table = explore.contest_words(a)
    for text in table.to_numpy().ravel():
        assert text and not NOISE.search(said(text)), text


@pytest.mark.parametrize("baseline", ["hold", "exit"])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_ready_made_scenario_reads_without_a_warning(preset: str, baseline: str) -> None:
    a = answer(PRESETS[preset].replace(baseline=baseline))
    for text in (*titles(a).values(), *sentences(a).values()):
        assert not NOISE.search(said(text)), text


# --- The headline


def test_the_company_plan_is_said_to_be_an_extension_worth_what_it_is_worth() -> None:
    assert said(finding.headline(answer())) == (
        "Extending MTIA beyond today's mix is worth $21.4 B after tax by 2032; "
        "ranking inference earns $11.0 B, ranking training $9.6 B, generative inference $0.8 B"
    ), "11.0 + 9.6 + 0.8 = 21.4"


@EVERY_LEVER
@given(scenarios())
def test_the_headline_states_the_value_its_sign_and_its_horizon(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    headline, npv = finding.headline(a), a.metric("npv_usd")
    if "makes no difference" in headline or "its own baseline" in headline:
        assert abs(npv) < 1e-9 * abs(a.metric("pv_cost_usd")) + 1.0
        return
    verb = "is worth" if npv >= 0 else "costs"
    assert (
        f"{verb} {fmt.usd(abs(npv), 3, beside=a.sweep.contribution_usd)} after tax by {scenario['horizon_year']}"
        in headline
    )
    assert "saves" not in headline


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, "Extending MTIA beyond today's mix"),
        ({**TODAY, "adoption_genai_training": 0.4}, "Extending MTIA beyond today's mix"),
        ({**TODAY, "adoption_rr_inference": 0.2}, "Pulling MTIA back from today's mix"),
        ({"adoption_rr_inference": 0.2}, "Shifting MTIA away from today's mix"),
        (NO_ADOPTION, "Exiting MTIA"),
        ({"baseline": "exit"}, "Using MTIA rather than exiting"),
        ({**TODAY, "baseline": "exit"}, "Using MTIA rather than exiting"),
        ({**NO_ADOPTION, "baseline": "exit", "adoption_start": "2029-Q2"}, "Exiting MTIA only from 2029-Q2"),
        (
            {**NO_ADOPTION, "baseline": "exit", start_lag("rr_training"): 9},
            "Exiting MTIA workload by workload, the last from 2029-Q2",
        ),
    ],
)
def test_the_headline_names_what_the_scenario_does(changes: dict[str, Value], subject: str) -> None:
    assert re.match(rf"{subject} (is worth|costs) ", finding.headline(set_to(**changes)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [(TODAY, "today's mix held"), ({**NO_ADOPTION, "baseline": "exit"}, "exit custom")],
)
def test_a_scenario_that_is_its_own_baseline_gains_and_loses_nothing(changes: dict[str, Value], words: str) -> None:
    a = set_to(**changes)
    assert finding.headline(a) == f"This scenario is its own baseline, {words}: nothing is gained or lost"


def test_a_change_that_starts_after_the_horizon_is_not_taken_for_the_baseline() -> None:
    a = set_to(horizon_year=2028, adoption_start="2030-Q1")
    assert finding.headline(a) == "Extending MTIA beyond today's mix makes no difference by 2028"


AMOUNT = r"\$([\d,.]+)(?:\s([BM]))?"
MOVE = re.compile(rf"(?P<who>.+?) (?P<verb>earns?|loses?)? ?{AMOUNT}$")


def amounts(text: str) -> dict[str, tuple[float, float]]:
    """Each part of a headline with what it earns, in USD, and the step that its figure is rounded to."""
    found, verb = {}, ""
    for part in re.split(r"(?<=[\dBMk]), |, (?=[^,]* (?:earn|lose)s? )", text):
        move = MOVE.fullmatch(part)
        assert move, part
        verb = (move["verb"] or verb).removesuffix("s")
        scale = {"B": 1e9, "M": 1e6, None: 1.0}[move[4]]
        usd = float(move[3].replace(",", "")) * scale
        step = scale * 10.0 ** -len(move[3].partition(".")[2])
        found[move["who"]] = (usd if verb == "earn" else -usd, step)
    return found


@EVERY_LEVER
@given(scenarios())
def test_the_parts_of_the_headline_add_up_to_the_value_and_none_that_counts_is_left_out(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    headline, npv = said(finding.headline(a)), a.metric("npv_usd")
    if ";" not in headline:
        return
    parts = amounts(headline.partition("; ")[2])
    step = max(step for _, step in parts.values())
    assert abs(sum(usd for usd, _ in parts.values()) - npv) <= 0.51 * step, headline
    assert " give" not in headline, "what is lost is not given back"
    values = a.sweep.contribution_usd
    for w, label in enumerate(workload_labels(a.inputs)):
        for who, (usd, _) in parts.items():
            if who in (fmt.in_sentence(label), f"less in {fmt.in_sentence(label)}"):
                assert abs(usd - values[w]) <= step, who
    assert any(int(np.argmax(np.abs(values))) == w for w in map(place_of, parts) if w is not None)


def place_of(who: str) -> int | None:
    labels = [fmt.in_sentence(label) for label in workload_labels(INPUTS)]
    name = who.removeprefix("less in ")
    return labels.index(name) if name in labels else None


def test_of_many_workloads_the_headline_names_two_and_takes_the_rest_together() -> None:
    a = answer(LARGEST.base, LARGEST)
    headline = said(finding.headline(a))
    assert headline.endswith(
        "is worth $5.53 B after tax by 2032; feed, learning earns $2.77 B, "
        "assistant, pret…hat follows it loses $1.35 B, the other six earn $4.11 B"
    ), "2.77 - 1.35 + 4.11 = 5.53"
    values = sorted(a.sweep.contribution_usd)
    assert [values[-1], values[0], sum(values[1:-1])] == pytest.approx([2.77e9, -1.35e9, 4.11e9], abs=1e7)


def test_less_adoption_is_not_called_the_work_of_custom_chips() -> None:
    text = said(finding.headline(set_to(**NO_ADOPTION)))
    assert "less in ranking inference loses $14.5 B" in text


def test_the_subtitle_says_what_the_title_rests_on() -> None:
    text = said(
        finding.subtitle(set_to(baseline="exit", horizon_year=2030, discount_rate=0.085), "My case", "May 2026")
    )
    assert text == (
        "Meta · My case · against exit custom · 2027–2030 · nominal US dollars, discounted at 8.5 % · tax 21 % · "
        "residual value by the work that chips still do · data of May 2026 · plan case: one setting of every assumption"
    )


def test_a_company_that_the_data_do_not_name_is_not_in_the_subtitle() -> None:
    assert finding.subtitle(answer(EXAMPLE.base, EXAMPLE), "Plan", "May 2026").startswith("Plan · against")


# --- The title of the page: expected value and odds first, the plan case below


def test_the_title_leads_with_the_expected_value_and_the_odds_and_with_the_plan_case_until_they_are_known() -> None:
    assert said(finding.lead(answer())) == (
        "Extending MTIA beyond today's mix is worth $21.4 B after tax by 2032 in the plan case"
    )
    assert said(finding.lead(answer(), 1.5e10, 0.73)) == (
        "Extending MTIA beyond today's mix: +$15 B expected after tax by 2032, pays in 73 % of futures"
    )
    assert said(finding.lead(answer(), -2e9, 0.3)).endswith(
        "−$2.0 B expected after tax by 2032, pays in 30 % of futures"
    )
    assert said(finding.plan_case(answer())) == (
        "Plan case +$21.4 B: ranking inference earns $11.0 B, ranking training $9.6 B, generative inference $0.8 B. "
        "Of it +$23.0 B is cash to 2032, −$1.6 B what chips and buildings are still worth then."
    )


def test_what_supply_does_not_deliver_is_said_and_only_then() -> None:
    assert finding.undelivered(answer()) == []
    everything = {f"adoption_{one}": 1.0 for one in INPUTS.workloads}
    asks = set_to(**everything, custom_premium_max=5.0)
    (text,) = finding.undelivered(asks)
    found = re.fullmatch(
        r"Of new work, 100 % is asked to be custom in 2032, (\d+) % comes: "
        r"supply is short, so workloads compete for it\.",
        said(text),
    )
    assert found and 20 < int(found[1]) < 80
    assert said(explore.metrics(asks)[-1].beside).endswith(f"of new work 100 % asked, {found[1]} % comes"), "one figure"
    (dear,) = finding.undelivered(set_to(adoption_genai_training=1.0, custom_supply_limit_mw=3000, custom_cost=2.5))
    assert said(dear).endswith("comes: some would cost too much.")


@EVERY_LEVER
@given(scenarios())
def test_no_more_is_delivered_than_is_asked_for(scenario: Scenario) -> None:
    found = delivery(answer.__wrapped__(scenario))
    assert -1e-9 <= found.delivered_share <= found.asked_share + 1e-9 <= 1.0 + 2e-9


# --- The basis of residual value


def test_value_is_said_on_both_bases_of_residual_value() -> None:
    for basis, other in (("use", "sale"), ("sale", "use")):
        a, on_other = set_to(terminal_basis=basis), set_to(terminal_basis=other)
        usd, other_usd = (said(fmt.usd(one.metric("npv_usd"), 3, signed=True)) for one in (a, on_other))
        assert finding.on_other_basis_usd(a) == on_other.metric("npv_usd")
        note = said(finding.residual_note(a))
        setting = {"use": "value in use", "sale": "sale value"}[basis]
        assert f"counted {finding.basis_words(a)} ({setting}): value is {usd}, {other_usd} " in note
        assert finding.basis_words(on_other) not in note
        assert said(explore.metrics(a)[0].beside).startswith(f"{other_usd} ")
        assert f"residual value {finding.basis_words(a)}" in finding.subtitle(a, "Plan", "May 2026")


def test_what_makes_residual_value_doubtful_is_said_and_only_where_it_is_so() -> None:
    assert finding.residual_warnings(answer()) == []
    (scarce,) = finding.residual_warnings(set_to(power_capacity=0.3))
    assert scarce.startswith("In 2032-Q4, ") and "of work is unserved" in scarce
    (far,) = finding.residual_warnings(set_to(horizon_year=2034))
    assert far.startswith("The last chip of the road map comes in 2032-Q4, more than a year before the horizon")


@pytest.mark.parametrize(("delay", "warns"), [(0, True), (1, False), (2, False)])
def test_a_road_map_that_ends_less_than_a_year_before_the_horizon_prices_the_work_there(
    delay: int, warns: bool
) -> None:
    a = set_to(horizon_year=2033, custom_delay_quarters=0, merchant_delay_quarters=delay)
    assert a.world.quarters == 28 and finding.last_chip(a) == 23 + delay
    assert bool(finding.residual_warnings(a)) == warns


# --- The five figures


def test_the_five_figures_of_the_company_plan() -> None:
    shown = {f.label: (said(f.value), said(f.change), said(f.beside), f.good) for f in explore.metrics(answer())}
    assert shown == {
        "Value against today's mix held": (
            "+$21.4 B",
            "+4.2 % of cost",
            "+$8.27 B if sold at a share of unused cost; against exit custom +$36.5 B",
            True,
        ),
        "First accretive year": ("2028", "+$0.23 a share", "+$2.07 a share in 2032", True),
        "Capital spending 2027": (
            "$153 B",
            "−$2.9 B, −1.9 %",
            "against today's mix held; 77 % of the $199 B expected for the company",
            True,
        ),
        "Peak AI power": ("19.6 GW", "−559 MW", "against today's mix held; 83 % of capacity in 2031-Q4", True),
        "MTIA share of work 2032": (
            "27 %",
            "+22 points",
            "against today's mix held; of new work 28 % custom, as asked",
            None,
        ),
    }


@EVERY_LEVER
@given(scenarios())
def test_each_headline_figure_is_the_model_s(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    value, accretive, capital, power, share = explore.metrics(a)
    sim, base = a.sim, a.baseline_course

    assert value.label == f"Value against {a.baseline_words}"
    assert value.value == fmt.usd(a.metric("npv_usd"), 3, signed=True)
    other = {HOLD: ("exit custom", "npv_vs_exit_usd"), EXIT: ("today's mix held", "npv_vs_hold_usd")}[base]
    against_other = fmt.usd(a.metric(other[1]), 3, signed=True, beside=[on_other_basis_usd(a)])
    assert value.beside.endswith(f"; against {other[0]} {against_other}")
    assert (value.change[0] == fmt.MINUS) == (value.value[0] == fmt.MINUS) or "0 " in said(value.change)

    eps = a.result.eps_effect_usd[:, 0]
    if accretive.value.isdigit():
        year = int(accretive.value)
        assert (a.result.expense_saving_usd[year - 2027 :, 0] > 0).all()
        assert accretive.change.startswith(fmt.usd_each(eps[year - 2027], signed=True))
    else:
        assert accretive.value in ("Never", "No difference")
        assert accretive.change.startswith(fmt.usd_each(eps[-1], signed=True))

    spent = sim.flows.capex_usd.sum(axis=1)[:4, :, 0].sum(axis=0) + sim.flows.capex_facility_usd[:4, :, 0].sum(axis=0)
    assert capital.value == fmt.usd(spent[PLAN], 3)
    assert capital.change == change_words(spent[PLAN] - spent[base], spent[base])

    mw = sim.fleet.mw_it[..., 0]
    assert power.value == fmt.power(mw[:, PLAN].max())
    at = INPUTS.calendar.index(power.beside.split(" in ")[1])
    assert fmt.percent(mw[at, PLAN] / sim.world.capacity_mw[at, 0]) in power.beside
    more = mw[:, PLAN].max() - mw[:, base].max()
    assert power.change == ("no change" if abs(more) < 1 else ("+" if more > 0 else "") + fmt.power(more, 2))

    work = explore_frames.work(a).query("measure == 'installed' and supplier != 'all'")
    last = work[work["quarter"] == INPUTS.calendar.label(sim.world.quarters - 1)]
    total = last.groupby(["variant", "supplier"])["h100e"].sum()
    shares = {v: total[v, "MTIA"] / total[v].sum() for v in ("plan", "baseline")}
    assert share.value == fmt.percent(shares["plan"])
    assert share.change == fmt.POINTS.words(shares["plan"] - shares["baseline"], signed=True)


@EVERY_LEVER
@given(scenarios())
def test_a_cost_that_falls_is_good_news(scenario: Scenario) -> None:
    for figure in explore.metrics(answer.__wrapped__(scenario)):
        if figure.label.startswith(("Capital", "Peak")):
            assert figure.good in (None, figure.change.startswith(fmt.MINUS))
        if figure.label.startswith("Value"):
            assert figure.good in (None, figure.value.startswith("+"))


def test_where_nothing_was_spent_before_there_is_no_percentage() -> None:
    a = set_to(power_capacity=0.3, **TODAY)
    assert a.sim.flows.capex_usd[:4].sum() == 0, "the opening fleet draws more than can be powered"
    assert explore.metrics(a)[2].change == "no change"


# --- Evidence


@EVERY_LEVER
@given(scenarios())
def test_the_share_of_guesswork_is_counted_in_dollars_of_chips(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    usd, chips = frames.chip_spending_usd(a, a.plan), a.inputs.chips  # (year, chip)
    text = finding.evidence_line(a)
    if usd.any():
        share = fmt.percent(usd[:, chips.assumed_price].sum() / usd.sum())
        assert text.startswith(f"{share} of chip spending is at prices we assumed")
    assert text.endswith("The case uses public sources only.")
    assert "public" not in finding.evidence_line(answer(EXAMPLE.base, EXAMPLE)), "its data do not say so"


def test_without_chips_bought_nothing_is_said_of_their_spending() -> None:
    a = set_to(power_capacity=0.3, horizon_year=2028, demand_growth_ranking=0.0, demand_growth_genai=0.0)
    assert not a.sim.flows.capex_usd[:, :, PLAN].any()
    assert finding.evidence_line(a) == "No chips are bought. The case uses public sources only."
    assert explore.spending_title(a).endswith("; no chips are bought")


# --- What binds


@EVERY_LEVER
@given(scenarios())
def test_the_binding_sentence_names_what_binds_and_nothing_else(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    text, inputs = explore.binding(a), a.sim.world.inputs
    labels = dict(zip(inputs.workloads, workload_labels(inputs), strict=True))
    contracts = dict(zip(inputs.contracts.id, inputs.contracts.name, strict=True))
    held = [c for c in a.result.constraints if c.constraint == "right_to_stop" and c.binds.any()]
    if len(held) > explore.MOST_NAMED:
        assert "MTIA costs too much to be bought in every workload, longest " in text
    for item in a.result.constraints:
        names = {
            "power": "Power binds",
            "custom_supply": "MTIA supply binds",
            "right_to_stop": f"MTIA costs too much to be bought in {fmt.in_sentence(labels.get(item.subject, ''))} ",
            "contract": f"{contracts.get(item.subject)}: purchases fall short",
        }
        if item.constraint != "right_to_stop" or len(held) <= explore.MOST_NAMED:
            assert (names[item.constraint] in text) == item.binds.any(), (names[item.constraint], text)
    idle = re.search(r"([^.]*) (do|does) not bind\.", text)
    free = [c for c in a.result.constraints if c.constraint in ("power", "custom_supply") and not c.binds.any()]
    assert (idle is not None) == bool(free)
    if idle:
        assert (idle[2] == "do") == (len(free) == 2)


@EVERY_LEVER
@given(scenarios())
def test_the_binding_sentence_states_what_shortfalls_and_shortage_cost(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    text, flows = explore.binding(a), a.sim.flows
    for words, cost in (
        ("Shortfalls under contract cost {}.", flows.shortfall_usd[:, PLAN, 0].sum()),
        ("Work that cannot be powered is rented for {}.", flows.shortage_usd[:, PLAN, 0].sum()),
    ):
        start = words.partition("{}")[0]
        assert words.format(fmt.usd(cost)) in text if cost >= 1 else start not in text


def test_what_costs_too_much_to_be_bought_is_said_with_where_when_and_how_dear() -> None:
    a = set_to(adoption_genai_training=0.4)
    w = 3
    held = next(c.binds[:, 0] for c in a.result.constraints if c.subject == "genai_training")
    ratio = (a.sim.world.kappa[:, CUSTOM, w, 0] / a.sim.world.bought_kappa[:, w, 0])[held].mean()
    assert held.sum() > 1
    assert (
        f"MTIA costs too much to be bought in generative training in {held.sum()} quarters between "
        f"{INPUTS.calendar.label(int(np.flatnonzero(held)[0]))} and "
        f"{INPUTS.calendar.label(int(np.flatnonzero(held)[-1]))} "
        f"(at {fmt.times(ratio)} the cost of the best bought chip on average)."
    ) in explore.binding(a)


def test_of_many_agreements_that_fall_short_and_workloads_held_back_the_number_is_said() -> None:
    a = answer(LARGEST.scenario({"custom_premium_max": 0.0}), LARGEST)
    text = explore.binding(a)
    held = [c for c in a.result.constraints if c.constraint == "right_to_stop" and c.binds.any()]
    assert "Hearth costs too much to be bought in 5 of 8 workloads, longest assistant, pretraining" in text
    assert "Hearth has no chip for world models in every quarter." in text
    assert len(held) == 5 + 1
    short = sum(c.binds.any() for c in a.result.constraints if c.constraint == "contract")
    assert f"Purchases fall short of {short} of 20 agreements, longest of " in text


def test_a_chip_that_is_not_on_offer_is_not_called_dear(inputs: Inputs) -> None:
    chips = inputs.chips
    work = chips.h100e.copy()
    work[chips.supplier == CUSTOM, 3] = 0.0
    a = answer(INPUTS.scenario({"adoption_genai_training": 0.4}), replace(inputs, chips=replace(chips, h100e=work)))
    assert "MTIA has no chip for generative training in every quarter." in explore.binding(a)
    assert "bought in generative training" not in explore.binding(a)
    assert explore.contest_words(a).iloc[3]["Not bought"] == "no chip in 24 of 24 quarters"


@pytest.mark.parametrize(
    ("binds", "words"),
    [
        ([1, 1, 1, 1, 1, 1], "in every quarter"),
        ([0, 0, 1, 0, 0, 0], "in 2027-Q3"),
        ([0, 0, 0, 0, 0, 1], "in 2028-Q2"),
        ([0, 0, 1, 1, 1, 1], "from 2027-Q3 on"),
        ([0, 1, 1, 1, 0, 0], "from 2027-Q2 to 2027-Q4"),
        ([1, 0, 0, 0, 1, 0], "in 2 quarters between 2027-Q1 and 2028-Q1"),
    ],
)
def test_quarters_in_words(binds: list[int], words: str) -> None:
    assert finding.period_words(np.array(binds, dtype=np.bool_), INPUTS.calendar) == words


@pytest.mark.parametrize(
    ("binds", "words"),
    [
        ([1, 0, 0, 0, 0, 0], "in 2027"),
        ([1, 1, 1, 1, 1, 0], "in 2027–2031"),
        ([1, 1, 0, 0, 1, 0], "in 2027–2028 and 2031"),
        ([1, 0, 1, 0, 1, 1], "in 2027, 2029 and 2031–2032"),
    ],
)
def test_years_in_words_go_by_unbroken_runs(binds: list[int], words: str) -> None:
    assert finding.period_words(np.array(binds, dtype=np.bool_), INPUTS.calendar, 4) == words


# --- Titles of the charts


@EVERY_LEVER
@given(scenarios())
def test_the_spending_title_states_the_dearest_year_and_the_custom_share(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    cash = a.sim.flows.cash_usd[:, PLAN, 0].reshape(-1, 4).sum(axis=1)
    chips = a.sim.flows.capex_usd[:, :, PLAN, 0].sum(axis=0)
    text = explore.spending_title(a)
    year = int(np.argmax(cash))
    assert text.startswith(f"Spending peaks at {fmt.usd(cash[year])} in {2027 + year}; ")
    if chips.any():
        assert f"MTIA takes {fmt.percent(chips[CUSTOM] / chips.sum())} of chip spending" in text


def test_a_warrant_worth_more_than_the_chips_does_not_lift_a_share_above_the_whole() -> None:
    a = set_to(
        amd_warrant_usd_bn_per_gw=16.0, merchant_price=0.4, amd_share_rr_inference=1.0, amd_share_genai_inference=1.0
    )
    share = re.search(r"takes ([\d.]+) %", said(explore.spending_title(a)))
    assert share and 0 < float(share[1]) < 100


def with_crossovers(*crossover: float) -> Answer:
    """The company plan, had the workloads these crossover rates."""
    value = np.array([np.linspace(0.0, -1e9 if np.isposinf(rate) else 1e9, 101) for rate in crossover])
    return with_sweep(replace(answer().sweep, crossover=np.array(crossover), value_usd=value))


def with_sweep(sweep: AdoptionSweep) -> Answer:
    """The company plan, had it this sweep."""
    a = replace(answer())
    vars(a)["sweep"] = sweep
    return a


@pytest.mark.parametrize(
    ("crossover", "title"),
    [
        ((AT_ONCE, AT_ONCE, NEVER, NEVER), "Ranking work pays at any share; generative work does not pay at any share"),
        ((AT_ONCE,) * 4, "Every workload pays at any share"),
        ((NEVER,) * 4, "No workload pays at any share"),
        ((NO_DIFFERENCE,) * 4, "Nothing changes by 2032, whatever the share"),
        (
            (AT_ONCE, NEVER, NEVER, NEVER),
            "Ranking inference pays at any share; ranking training and generative work do not pay at any share",
        ),
        (
            (AT_ONCE, 0.2, AT_ONCE, 0.2),
            "Ranking inference and generative inference pay at any share; "
            "ranking training and generative training pay from 20 %",
        ),
        (
            (0.17, 0.26, NO_DIFFERENCE, NEVER),
            "Ranking inference pays from 17 %; ranking training pays from 26 %; "
            "generative inference makes no difference; generative training does not pay at any share",
        ),
    ],
)
def test_the_adoption_title_gathers_workloads_of_one_verdict(crossover: tuple[float, ...], title: str) -> None:
    assert said(explore.adoption_title(with_crossovers(*crossover))) == title


def test_of_many_workloads_the_adoption_title_counts() -> None:
    a = answer(LARGEST.base, LARGEST)
    assert explore.adoption_title(a) == (
        "Of eight workloads, four pay at any share, one pays from some share on and three pay at no share"
    )


def test_a_workload_that_pays_only_at_first_is_said_to() -> None:
    a = with_crossovers(NEVER, NEVER, NEVER, NEVER)
    value = a.sweep.value_usd.copy()
    value[0, 1:43] = 1e9
    value[1, 1:43] = 1.0  # within the tolerance of the crossover: rounding
    a = with_sweep(replace(a.sweep, value_usd=value))
    assert said(explore.adoption_title(a)) == (
        "Ranking inference pays only up to 42 %; ranking training and generative work do not pay at any share"
    )


OF_SEVERAL = {
    "pays at any share": "at any share",
    "pays from": "from some share on",
    "pays only up to": "only up to some share",
    "does not pay": "at no share",
}


@examples(25)
@given(scenarios())
def test_the_adoption_title_agrees_with_the_lines_of_its_chart(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    line = explore_frames.adoption_value(a).query("not here")
    tolerance = 1e-9 * abs(a.metric("pv_cost_usd"))
    text = explore.adoption_title(a)
    for w, label in enumerate(workload_labels(a.sim.world.inputs)):
        usd = line[line["workload"] == label]["usd"]
        verdict = explore._answer_to_adoption(a, w)
        if verdict == "pays at any share":
            assert (usd >= -tolerance).all()
        if verdict == "does not pay at any share":
            assert (usd <= tolerance).all()
        if not text.startswith(("Of ", "Nothing changes by ")):
            assert verdict.split(" ", 1)[1] in text or text == "No workload pays at any share"
        if text.startswith("Nothing changes by "):
            assert verdict == "makes no difference"
    if text.startswith("Of "):  # answers that are too many or too long to name
        verdicts = [explore._answer_to_adoption(a, w) for w in range(len(a.adoption))]
        for verb, of_several in OF_SEVERAL.items():
            count = sum(one.startswith(verb) for one in verdicts)
            counted = f"{fmt.number_word(count)} {'pay' if count > 1 else 'pays'} {of_several}"
            assert (counted in text) == (count > 0)


@EVERY_LEVER
@given(scenarios())
def test_parts_are_said_in_steps_of_their_largest_that_add_up_to_the_value(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    steps, step = rounded_parts(a)
    parts = a.sweep.contribution_usd
    assert np.abs(steps * step - parts).max() <= step * (1.0 + 1e-9)
    assert abs(steps.sum() * step - parts.sum()) <= 0.5 * step * (1.0 + 1e-9)
    assert tuple(explore.contest_words(a)["Adds to value"]) == part_words(a)


@EVERY_LEVER
@given(scenarios())
def test_the_power_title_says_the_same_as_what_binds(scenario: Scenario) -> None:
    a = answer.__wrapped__(scenario)
    text = finding.power_title(a)
    if text.startswith("Power binds"):
        assert f"{text}." in explore.binding(a)
    else:
        used = (a.sim.fleet.mw_it[:, PLAN, 0] / a.sim.world.capacity_mw[:, 0]).max()
        assert used <= 1 + 1e-9
        assert text.endswith(f"at its tightest {fmt.percent(used, 3)} is used")


# --- Chip against chip


@pytest.mark.parametrize(
    ("start", "years", "quarter"),
    [
        ("2027-Q1", 2.0, "2029-Q1"),
        ("2027-Q1", 0.0, "2027-Q1"),
        ("2028-Q2", 0.3, "2028-Q4"),
        ("2031-Q4", 6.0, "2032-Q4"),
    ],
)
def test_chips_are_compared_when_adoption_is_complete_or_the_horizon_ends(
    start: str, years: float, quarter: str
) -> None:
    a = set_to(adoption_start=start, ramp_years=years)
    assert INPUTS.calendar.label(finding.ramped(a)) == quarter


def test_a_workload_that_starts_later_reaches_its_rate_later() -> None:
    a = set_to(**{start_lag("rr_training"): 6})
    assert INPUTS.calendar.label(finding.ramped(a)) == "2030-Q3", "2027-Q1, six quarters and two years"
    assert finding.ramped_words(a) == "when the last workload reaches its rate"
    late = set_to(**{start_lag("rr_training"): 24})
    assert finding.ramped_words(late) == "the last quarter that is modelled, before the last workload reaches its rate"
    idle = set_to(**{start_lag("genai_training"): 24})
    assert finding.ramped_words(idle) == "when adoption reaches its full rate", "it stays at today's share"


def test_a_row_of_the_comparison_names_both_chips_their_cost_and_the_right_to_stop() -> None:
    a = set_to(adoption_genai_training=0.4)
    table = explore.contest_words(a)
    assert [said(cell) for cell in table.iloc[3]] == [
        "Generative training",
        "40 %",
        "MTIA successor (2028), $0.464",
        "Rubin Ultra class (2028), $0.279",
        "1.66 times",
        "1.66 times",
        f"cost too much in {a.result.constraints[5].binds.sum()} of 24 quarters",
        part_words(a)[3].replace(fmt.NBSP, " "),
    ]
    assert list(table["Not bought"])[:2] == ["never", "never"]


def test_the_two_costs_of_a_row_have_the_ratio_that_stands_beside_them() -> None:
    for scenario in PRESETS.values():
        a = answer(scenario)
        for _, row in explore.contest_words(a).iterrows():
            custom, bought = (float(row[column].rsplit("$", 1)[1]) for column in ("MTIA chip", "Best bought chip"))
            assert custom / bought == pytest.approx(float(said(row["MTIA costs"]).split()[0]), rel=0.03)


def test_custom_chips_are_set_against_what_is_bought_at_the_shares_by_hand() -> None:
    """In 2029-Q1 the second merchant has 35 % of what is bought for ranking inference, at 0.623 an hour of work, and
    the lead the rest, at 0.784."""
    row = explore_frames.contest(answer(), 8).iloc[0]
    lead, other = (float(answer().world.kappa[8, supplier, 0]) for supplier in (1, 2))
    assert (round(lead, 3), round(other, 3)) == (0.784, 0.623)
    assert row["mix_ratio"] == pytest.approx(row["custom_usd"] / (0.65 * lead + 0.35 * other), rel=1e-12)
    assert row["is_bought"]


def test_the_best_chip_of_a_supplier_without_a_share_is_marked_and_the_title_says_what_value_compares_with() -> None:
    a = set_to(amd_share_rr_inference=0.0, amd_share_rr_training=0.0, custom_cost=1.4)
    table = explore.contest_words(a)
    assert table.iloc[0]["Best bought chip"].endswith(", not bought")
    assert "not bought" not in table.iloc[2]["Best bought chip"]
    assert float(said(table.iloc[0]["Of what is bought"]).split()[0]) < float(
        said(table.iloc[0]["MTIA costs"]).split()[0]
    )


def test_where_custom_beats_what_is_bought_and_not_the_best_chip_the_title_says_both() -> None:
    shares = {f"amd_share_{w}": 0.0 for w in ("rr_inference", "rr_training", "genai_inference", "genai_training")}
    a = set_to(**shares, custom_cost=1.7)
    best = explore_frames.contest(a, explore.ramped(a)).sort_values("ratio").iloc[0]
    assert best["mix_ratio"] < 1.0 < best["ratio"]
    assert " what is bought in " in explore.contest_title(a)
    assert explore.contest_title(a).endswith(" the best chip on sale")


def test_where_cost_of_work_and_value_part_ways_cash_and_residual_value_say_why() -> None:
    assert explore.against_cost(answer()) == []
    a = set_to(terminal_basis="sale")
    (why,) = explore.against_cost(a)
    row = explore_frames.contest(a, finding.ramped(a)).iloc[2]
    assert row["mix_ratio"] < 1.0 and row["contribution_usd"] < 0.0
    found = re.fullmatch(
        r"In generative inference MTIA costs ([\d.]+) times what is bought, yet its part of value is −\$([\d.]+) B: "
        r"\+\$([\d.]+) B cash to 2032, −\$([\d.]+) B residual value, which cost of work leaves out\.",
        said(why),
    )
    assert found and float(found[3]) - float(found[4]) == pytest.approx(-float(found[2]))
    assert why in explore.contest_caption(a)
    assert a.sweep.residual_usd.sum() == pytest.approx(finding.residual_usd(a), rel=1e-9)


def with_custom_chips_only_for(inputs: Inputs, workloads: slice) -> Answer:
    chips = inputs.chips
    work = np.zeros_like(chips.h100e)
    work[:, workloads] = chips.h100e[:, workloads]
    able = np.where((chips.supplier == CUSTOM)[:, None], work, chips.h100e)
    return answer(BASE, replace(inputs, chips=replace(chips, h100e=able)))


def test_the_comparison_s_title_names_the_cheapest_and_the_dearest_workload(inputs: Inputs) -> None:
    assert said(explore.contest_title(answer())) == (
        "In 2029-Q1, MTIA costs 0.68 times the best bought chip in ranking inference, 1.66 times in generative training"
    )
    assert said(explore.contest_title(with_custom_chips_only_for(inputs, slice(0, 1)))) == (
        "In 2029-Q1, MTIA costs 0.68 times the best bought chip in ranking inference"
    )


def test_where_custom_has_no_chip_the_row_says_so_and_the_title_leaves_it_out(inputs: Inputs) -> None:
    for able in (slice(0, 3), slice(0, 0)):
        a = with_custom_chips_only_for(inputs, able)
        row = explore.contest_words(a).iloc[3]
        assert (row["MTIA chip"], row["MTIA costs"]) == (fmt.MISSING, fmt.MISSING)
        assert "generative training" not in explore.contest_title(a)
    assert explore.contest_title(a) == "MTIA offers no chip in 2029-Q1"


# --- The answer itself


def test_an_answer_knows_its_baseline_and_its_last_year() -> None:
    a = set_to(baseline="exit", horizon_year=2030)
    assert (a.baseline_course, a.baseline_words, a.last_year, a.custom) == (EXIT, "exit custom", 2030, "MTIA")
    assert (answer().baseline_course, answer().baseline_words) == (HOLD, "today's mix held")
    assert a.metric("npv_usd") == a.metric("npv_vs_exit_usd")
