"""The Explore page as a reader meets it: title, figures, charts, what binds, and the evidence behind each of them."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.base.format import USD_BN
from core.inputs.lever import Value
from core.story import delivery, finding
from core.story.courses import OWN
from core.views.explore import frames as explore_frames
from pages.parts.kept.answer import answer
from pages.parts.widgets import courses
from pages.parts.work import steps
from tests.support.frozen import BASE, INPUTS
from tests.support.visit import (
    address,
    charts_drawn,
    handed,
    headings,
    lines,
    move,
    opened,
    pick_mark,
    press,
    run,
    scenario,
    strip,
    tables,
    texts,
    visit,
)
from tests.support.words import read

PRESETS = steps.ready_made()
CHARTS = ("spending", "adoption")
EVERYTHING = {**{f"adoption_{one}": 1.0 for one in INPUTS.workloads}, "custom_premium_max": 5.0}
FOLDS = ("headline", *CHARTS, "contest", "binding", "courses", "capital")


@pytest.mark.parametrize(("baseline", "words"), [("hold", "today's mix held"), ("exit", "exit custom")])
def test_the_reader_always_knows_what_the_scenario_is_compared_with(baseline: str, words: str) -> None:
    at = visit(BASE.replace(baseline=baseline))
    captions = [*lines(at.main), *(caption for _, caption in headings(at))]
    assert captions[0].startswith("Meta · " + ("Your own settings" if baseline == "exit" else "Company plan"))
    assert f"against {words}" in captions[0]
    for what in ("outline", "Value after tax, against", "What a workload adds to value"):
        assert any(what in caption and words in caption for caption in [*captions, *texts(at)]), what


def test_what_value_rests_on_and_the_evidence_line_stand_under_the_strip() -> None:
    shown = texts(opened())
    for words in (finding.residual_note(answer(BASE)), finding.evidence_line(answer(BASE))):
        assert read(words) in shown


# --- Behind each figure


def test_the_tables_behind_the_charts_hold_the_figures_of_the_charts() -> None:
    at = opened()
    a = answer(BASE)
    shown = {}
    for name in ("spending", "adoption", "contest", "binding"):
        at.session_state[f"behind_{name}"] = True
        run(at)
        shown[name] = at.main.dataframe[0].value
        at.session_state[f"behind_{name}"] = False
    assert list(shown["spending"]["Year"]) == [*range(2027, 2033)] * 2
    cash = a.sim.flows.cash_usd[:4, [0, a.baseline_course], 0].sum(axis=0) / 1e9
    assert list(shown["spending"][f"All ({USD_BN.name})"][::6]) == pytest.approx(list(cash))
    assert list(shown["adoption"]["Custom share of new capacity (%)"])[-1] == 100
    assert list(shown["adoption"].iloc[-1, 1:]) == pytest.approx(list(a.sweep.value_usd[:, -1] / 1e9))
    assert len(shown["contest"]) == len(explore_frames.offers(a))
    held = shown["binding"].drop(columns="Quarter").to_numpy(dtype=float) * 1e3
    assert held.sum() == pytest.approx(a.sim.fleet.held_back_h100e[:, :, 0, 0].sum())


def test_what_is_folded_away_is_not_drawn() -> None:
    at = opened()
    assert not at.main.dataframe
    assert len([fold for fold in at.main.expander if "vidence" in fold.label]) == len(FOLDS)


# --- The story of a stranger


def row_of(at: AppTest, workload: str) -> dict[str, str]:
    head, *rows = next(rows for rows in tables(at) if rows[0][0] == "Workload")
    return next(dict(zip(head, row, strict=True)) for row in rows if row[0] == workload)


def test_a_stranger_drags_generative_training_to_forty_percent_and_sees_why_it_costs() -> None:
    at = opened()
    assert " is worth $" in read(at.main.title[0].value)

    move(at, "adoption_genai_training", 0.4)
    assert re.search(r"costs \$[\d.]+ [BM] after tax by 2032 in the plan case$", read(at.main.title[0].value))
    assert any(
        re.search(r"^Plan case −\$[\d.]+ [BM]: .*generative training loses \$[\d.]+ B, ", one) for one in texts(at)
    )
    assert strip(at)[0].value.startswith("−$")

    row = row_of(at, "Generative training")
    chip, _, usd = row["MTIA chip"].partition(", $")
    bought, _, bought_usd = row["Best bought chip"].partition(", $")
    assert chip.startswith("MTIA ") and not bought.startswith("MTIA ")
    assert float(usd) / float(bought_usd) == pytest.approx(float(row["MTIA costs"].split()[0]), rel=0.02)
    assert float(usd) > float(bought_usd)
    assert row["Custom share"] == "40 %"
    assert row["Adds to value"].startswith("−$")

    held = re.fullmatch(r"cost too much in (\d+) of 24 quarters", row["Not bought"])
    assert held and int(held[1]) > 0
    binds = next(text for text in texts(at) if "What binds." in text)
    assert re.search(
        rf"MTIA costs too much to be bought in generative training in {held[1]} quarters between "
        r"\d{4}-Q\d and \d{4}-Q\d \(at [\d.]+ times the cost of the best bought chip on average\)\.",
        binds,
    )


def test_the_address_copied_into_another_browser_shows_the_same_figures() -> None:
    first = move(opened(), "adoption_genai_training", 0.4)
    second = opened(**address(first))
    assert not second.warning
    assert texts(second) == texts(first)
    assert strip(second) == strip(first)


def test_a_move_redraws_every_chart_under_its_old_name_with_new_figures() -> None:
    with charts_drawn() as before:
        at = opened()
    with charts_drawn() as after:
        move(at, "adoption_genai_training", 0.4)
    for name in CHARTS:
        assert after[name].key == before[name].key
        assert after[name].spec == before[name].spec, "compiled once"
        assert after[name].name == before[name].name, "or the browser would build it anew"
        assert not after[name].frame.equals(before[name].frame)


@pytest.mark.parametrize(
    ("changes", "quarter"), [({}, "2029-Q1"), ({"adoption_start": "2031-Q1", "ramp_years": 6.0}, "2032-Q4")]
)
def test_chips_are_compared_in_the_quarter_that_the_caption_names(changes: dict[str, Value], quarter: str) -> None:
    wanted = INPUTS.scenario(changes)
    at = visit(wanted)
    assert any(quarter in caption for _, caption in headings(at))
    a = answer(wanted)
    assert INPUTS.calendar.label(finding.ramped(a)) == quarter
    contest = explore_frames.contest(a, finding.ramped(a)).set_index("workload")
    for workload in contest.index:
        assert row_of(at, str(workload))["Best bought chip"].startswith(f"{contest.loc[workload, 'bought_chip']}, $")


# --- The choice


def test_a_course_is_taken_by_one_click_and_undo_gives_the_former_scenario_back() -> None:
    own = BASE.replace(adoption_genai_training=0.4, merchant_price=0.8)
    at = visit(own)
    table = next(one for one in handed(at) if one["name"] == courses.COURSES)
    assert [take and take["name"] for take in table["takes"]] == [
        None if name == OWN else name for name, *_ in table["words"][1:]
    ], "all courses but one's own can be taken, each by its name"
    pick_mark(at, courses.COURSES, {"name": "Ranking only"}, courses._take)
    taken = scenario(at)
    assert taken["adoption_genai_training"] == 0.0
    assert taken["adoption_rr_inference"] == PRESETS["Ranking only"]["adoption_rr_inference"]
    assert taken["merchant_price"] == 0.8, "beliefs stay the reader's"
    press(at, "undo")
    assert scenario(at) == own
    pick_mark(at, courses.COURSES, {"name": "one that is not on offer"}, courses._take)
    assert scenario(at) == own


def test_beside_a_slider_stands_what_of_its_share_does_not_come_and_behind_it_the_path_by_year() -> None:
    a = answer(INPUTS.scenario(EVERYTHING))
    short = delivery.short_words(a)
    assert any(short) and not any(delivery.short_words(answer(BASE)))
    at = visit(a.scenario)
    assert lines(at.sidebar) == [read(one) for one in short if one]
    assert not any(one.value.startswith("Year |") for one in at.sidebar.markdown)
    w = next(place for place, line in enumerate(short) if line)
    press(at, f"start_{INPUTS.workloads[w]}")
    (path,) = [one.value for one in at.sidebar.markdown if one.value.startswith("Year |")]
    last = [read(cell) for cell in path.split("\n")[-1].split(" | ")]
    assert last[0] == "2032" and read(short[w]).startswith(f"{last[1]} asked, {last[2]} comes")


def test_all_workloads_together_are_asked_and_given_what_each_of_them_is() -> None:
    a = answer(INPUTS.scenario(EVERYTHING))
    asked, custom, whole = (work[-1, :, 0, 0] for work in delivery.work_by_year(a.sim))
    found, by_workload = delivery.delivery(a), delivery.path(a).query("year == 2032")
    assert found.asked_share == pytest.approx(asked.sum() / whole.sum())
    assert list(by_workload["delivered_share"] * whole) == pytest.approx(list(custom))
    assert found.delivered_share == pytest.approx(float((by_workload["delivered_share"] * whole).sum() / whole.sum()))
