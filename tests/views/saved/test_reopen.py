"""A saved revision opened again: every figure from its report, and every difference from data or from the model."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base import format as fmt
from core.base.format import GW, USD_BN
from core.inputs.archive import case_in, pack, unpack
from core.inputs.case import Case
from core.inputs.data import Inputs, bundled, read
from core.inputs.lever_table import bought_share
from core.inputs.scenario import Scenario, columns
from core.model import money
from core.model.evaluate import capex_name, capital_spending_usd, summarise
from core.model.model import MODEL_VERSION, simulate
from core.model.report import report
from core.store.tables import SUMMARY
from core.story import charts, frames
from core.story.labels import supplier_labels
from core.upkeep.cells import CHANGE_COLUMNS, data_changes
from core.views.explore import finding
from core.views.saved import finding as told
from core.views.saved import tables
from core.views.saved.difference import Reopening, reopen
from core.views.saved.figures import FIGURES, View
from core.views.saved.finding import power_title, sentence, spending_title
from core.views.saved.frames import kinds, power, spending
from core.views.saved.reading import (
    UnreadableError,
    case_of,
    headline,
    levers,
    shared,
    sparkline,
    summary,
    warranted,
)
from tests.support.altered import CAPACITY, FORMER, PRICE, altered
from tests.support.answers import answer
from tests.support.datasets import files, idle_merchant, in_later_years, tables_of
from tests.support.effort import examples
from tests.support.frozen import BASE, EXAMPLE, FROZEN, INPUTS, LEVERS
from tests.support.largest import at_the_bounds
from tests.support.specs import missing_fields
from tests.support.strategies import scenarios
from tests.support.words import NOISE, said

Report = dict[str, Any]
SAVED_ON = date(2027, 3, 3)
NAMES = dict(zip(INPUTS.suppliers, supplier_labels(INPUTS), strict=True))


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Data as they were: one chip dearer, another figure for the power of one year."""
    return altered(tmp_path_factory.mktemp("older"), PRICE, CAPACITY)


@pytest.fixture(scope="module")
def base() -> Report:
    return report(bundled(), BASE)


def of_former_model(inputs: Inputs, scenario: Scenario = BASE) -> Report:
    """The report of a model that wrote facilities off over fewer quarters for tax."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(money, "TAX_LIFE_FACILITY_QUARTERS", 40)
        return {**report(inputs, scenario), "model_version": FORMER}


def moves(reopening: Reopening) -> dict[str, Any]:
    return {move.name: move for move in reopening.moves}


def spoilt(saved: Report, change: Callable[[Report], object]) -> Report:
    spoilt = copy.deepcopy(saved)
    change(spoilt)
    return spoilt


# --- Reports that cannot be read


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda saved: saved.pop("metrics"), "metrics"),
        (lambda saved: saved.update(metrics=[1]), "metrics"),
        (lambda saved: saved.pop("quarters"), "quarters"),
        (lambda saved: saved["quarters"][3].pop("quarter"), "quarters"),
        (lambda saved: saved["quarters"].append("2033-Q1"), "quarters"),
        (lambda saved: saved["quarters"][3].update(quarter="Spring"), "quarters"),
        (lambda saved: saved.pop("levers"), "levers"),
        (lambda saved: saved.pop("model_version"), "model_version"),
        (lambda saved: saved.update(data_version=7), "data_version"),
        (lambda saved: saved["metrics"].update(npv_usd="much"), "npv_usd"),
        (lambda saved: saved["metrics"].update(npv_usd=float("nan")), "npv_usd"),
        (lambda saved: saved["metrics"].update(peak_mw_it=True), "peak_mw_it"),
        (lambda saved: saved["metrics"].update(payback=[]), "payback"),
        (lambda saved: saved["quarters"][0].update(capex_amd_usd="x"), "capex_amd_usd"),
    ],
)
def test_a_report_of_another_form_is_refused_with_the_place(
    base: Report, change: Callable[[Report], object], place: str
) -> None:
    with pytest.raises(UnreadableError) as refused:
        reopen(bundled(), spoilt(base, change), None)
    [problem] = refused.value.problems
    assert problem.startswith(f"{place}: the saved report ")


@pytest.mark.parametrize("saved", [None, [], "report", {}])
def test_what_is_no_report_at_all_is_refused(saved: Any) -> None:
    for figures_of in (headline, summary, sparkline):
        with pytest.raises(UnreadableError):
            figures_of(saved)


def test_settings_out_of_today_s_bounds_are_named_together_with_what_would_do(base: Report) -> None:
    saved = spoilt(base, lambda saved: saved["levers"].update(pue=3.5, baseline="none"))
    with pytest.raises(UnreadableError) as refused:
        reopen(bundled(), saved, None)
    assert set(refused.value.problems) == {
        "pue: 3.5 is out of bounds; use a number from 1 to 2 (ratio)",
        "baseline: 'none' is not one of its settings; use hold or exit",
    }
    with pytest.raises(UnreadableError, match=r"pue: 3\.5"):
        levers(saved, LEVERS)


def test_other_data_than_the_revision_s_are_no_archive_of_it(base: Report, older: Inputs) -> None:
    with pytest.raises(ValueError, match="the archived data are of version"):
        reopen(bundled(), {**base, "data_version": "0123456789ab"}, older)


def test_a_report_without_a_figure_shows_a_dash_and_still_tells_the_others(base: Report) -> None:
    saved = spoilt(base, lambda saved: (saved["metrics"].pop("pv_cost_usd"), saved["quarters"][1].pop("capex_amd_usd")))
    words = {figure.name: figure.words for figure in headline(saved)}
    assert words["pv_cost_usd"] == words["capex_first_year_usd"] == fmt.MISSING
    assert words["value_usd"] == headline(base)[0].words
    rows = tables.against_today(reopen(bundled(), saved, None)).set_index("Figure")
    assert list(rows.loc["Present value of cost", ["Saved", "Difference", "Of it data", "Of it model"]]) == [
        fmt.MISSING,
        fmt.MISSING,
        "no change",
        fmt.MISSING,
    ]
    with pytest.raises(UnreadableError, match="capex_amd_usd: the saved report does not hold it for 2027-Q2"):
        spending(saved, NAMES)


def test_a_revision_saved_without_a_value_is_not_set_beside_today_s(base: Report) -> None:
    saved = spoilt(base, lambda saved: saved["metrics"].pop("npv_usd"))
    text = sentence(reopen(bundled(), saved, None), SAVED_ON)
    assert text.startswith("Saved on 3 March 2027, when the model gave other figures than today's;")
    assert told.title(saved, SAVED_ON) == "As saved on 3 March 2027"


# --- Figures of a report


@examples(15)
@given(scenarios())
def test_the_figures_of_a_report_are_those_of_the_page(scenario: Scenario) -> None:
    a, saved = answer.__wrapped__(scenario), report(bundled(), scenario)
    by_name = {figure.name: figure for figure in headline(saved)}
    on_page = {figure.label: figure for figure in finding.metrics(a)}
    assert by_name["value_usd"].value == a.metric("npv_usd")
    assert by_name["value_usd"].label == f"Value against {a.baseline_words}"
    assert by_name["value_vs_hold_usd"].value == a.metric("npv_vs_hold_usd")
    assert by_name["value_vs_exit_usd"].value == a.metric("npv_vs_exit_usd")
    for name in ("capex_first_year_usd", "peak_mw_it"):
        assert by_name[name].words == on_page[by_name[name].label].value
    assert by_name["first_accretive_year"].words == on_page["First accretive year"].value
    assert [figure.unit for figure in by_name.values()] == [USD_BN] * 3 + [None] * 2 + [USD_BN, GW, USD_BN]
    for figure in (*headline(saved), *told.metrics(saved)):
        assert figure.label
        assert not NOISE.search(said(figure.words if hasattr(figure, "words") else f"{figure.value} {figure.beside}"))


def test_the_summary_holds_the_figures_that_lists_are_sorted_by(base: Report) -> None:
    figures = summary(base)
    assert tuple(figures) == tuple(figure.name for figure in headline(base) if figure.name in SUMMARY)
    assert set(figures) == set(SUMMARY)
    assert figures["value_usd"] == base["metrics"]["npv_usd"]
    assert figures["payback"] == base["metrics"]["payback"]
    assert figures["first_accretive_year"] == str(base["metrics"]["first_accretive_year"])


@pytest.mark.parametrize("horizon", [2028, 2032, 2035])
@pytest.mark.parametrize("baseline", ["hold", "exit"])
def test_charts_of_a_report_are_those_of_its_simulation(horizon: int, baseline: str) -> None:
    scenario = BASE.replace(horizon_year=horizon, baseline=baseline)
    a, saved = answer(scenario), report(bundled(), scenario)
    kinds = frames.spending_kinds(bundled())
    kept, drawn = spending(saved, NAMES), frames.spending(a)
    pd.testing.assert_frame_equal(
        kept[kept["variant"] == "plan"], drawn[drawn["variant"] == "plan"], check_dtype=False, rtol=1e-9
    )
    whole = drawn[drawn["variant"] == "baseline"].groupby("year")["usd"].sum()
    assert list(kept[kept["variant"] == "baseline"]["usd"]) == pytest.approx(list(whole), rel=1e-9)
    load, by_supplier = power(saved), frames.power(a)
    by_supplier = by_supplier[by_supplier["variant"] == "plan"]
    assert list(load["mw"]) == pytest.approx(list(by_supplier.groupby("quarter")["mw"].sum()), rel=1e-9)
    one = by_supplier.drop_duplicates("quarter")
    assert list(load["capacity_mw"]) == list(one["capacity_mw"])
    assert list(load["time_years"]) == list(one["time_years"])
    assert missing_fields(charts.spending("light", kinds), kept) == []
    assert missing_fields(charts.power("light", tuple(load["supplier"].unique())), load) == []
    assert finding.spending_title(a).startswith(spending_title(kept))
    assert power_title(load).startswith(f"IT load peaks at {fmt.power(load['mw'].max())} in 20")


def test_a_declared_figure_of_what_was_saved_has_a_sound_chart_and_its_figures_in_a_table(base: Report) -> None:
    view = View(base, SAVED_ON, None, NAMES)
    for figure in FIGURES.values():
        assert figure.spec is not None and figure.frame is not None
        assert missing_fields(figure.spec("light", view), figure.frame(view)) == []
        assert "As saved." in figure.caption(view)
    cash = sum(row["cash_usd"] + row["baseline_cash_usd"] for row in base["quarters"])
    spent = FIGURES["saved_spending"].table(view).drop(columns="Year")
    assert spent.to_numpy().sum() * 1e9 == pytest.approx(cash)
    load = FIGURES["saved_power"].table(view)
    assert list(load[f"IT load ({GW.name})"] * 1e3) == pytest.approx([row["mw_it"] for row in base["quarters"]])


def test_the_sparkline_is_cash_by_year(base: Report) -> None:
    cash = np.array([row["cash_usd"] for row in base["quarters"]]).reshape(-1, 4).sum(axis=1)
    assert sparkline(base) == pytest.approx(list(cash), rel=1e-12)


@pytest.mark.parametrize(("npv_usd", "words"), [(8.31e9, "worth $8.31 B"), (-8.31e9, "costs $8.31 B")])
def test_the_title_of_what_was_saved_says_when_and_what_it_was_worth(base: Report, npv_usd: float, words: str) -> None:
    saved = spoilt(base, lambda saved: saved["metrics"].update(npv_usd=npv_usd))
    assert said(told.title(saved, SAVED_ON)) == f"As saved on 3 March 2027: {words} after tax against today's mix held"


def test_a_saved_figure_stands_beside_today_s_where_that_is_known(base: Report, older: Inputs) -> None:
    saved = report(older, BASE)
    assert [figure.change for figure in told.metrics(saved)] == ["as saved"] * 5
    beside = [figure.change for figure in told.metrics(saved, base)]
    assert beside == [f"today {figure.value}" for figure in told.metrics(base)]


# --- Where a difference comes from


def test_a_revision_of_today_s_model_and_data_has_nothing_to_report(base: Report) -> None:
    reopened = reopen(bundled(), base, None)
    assert not reopened.changed
    assert not reopened.differs
    assert {(move.difference, move.data, move.model) for move in reopened.moves if move.unit} == {(0.0, 0.0, 0.0)}
    assert reopened.scenario == BASE
    assert (dict(reopened.gone), reopened.added) == ({}, ())
    assert reopened.changes is not None
    assert reopened.changes.empty


def test_new_data_alone_leave_nothing_to_the_model(older: Inputs, base: Report) -> None:
    saved = report(older, BASE)
    reopened = reopen(bundled(), saved, unpack(pack(older), saved["data_version"]))
    assert (reopened.model_changed, reopened.data_changed) == (False, True)
    for move in reopened.moves:
        if move.unit is not None:
            assert move.model == 0.0
            assert move.data == move.difference != 0.0
    value = moves(reopened)["value_usd"]
    assert value.data == pytest.approx(base["metrics"]["npv_usd"] - saved["metrics"]["npv_usd"], rel=1e-9)


def test_a_new_model_alone_leaves_nothing_to_the_data(base: Report) -> None:
    saved = of_former_model(bundled())
    reopened = reopen(bundled(), saved, None)
    assert (reopened.model_changed, reopened.data_changed) == (True, False)
    for move in reopened.moves:
        if move.unit is not None:
            assert move.data == 0.0
            assert move.model == move.difference
    value = moves(reopened)["value_usd"]
    assert value.model == pytest.approx(base["metrics"]["npv_usd"] - saved["metrics"]["npv_usd"], rel=1e-9)
    assert abs(value.model) > 1e6


def test_a_new_model_on_new_data_is_told_from_the_data_by_the_archive(older: Inputs) -> None:
    saved, between = of_former_model(older), report(older, BASE)
    value = moves(reopen(bundled(), saved, older))["value_usd"]
    assert value.archived == pytest.approx(between["metrics"]["npv_usd"], rel=1e-12)
    assert value.model == pytest.approx(between["metrics"]["npv_usd"] - saved["metrics"]["npv_usd"], rel=1e-9)
    assert value.data != 0.0
    assert value.model != 0.0


@examples(25)
@given(scenarios(), st.floats(0.5, 2.0), st.floats(0.5, 2.0), st.booleans())
def test_the_parts_add_up_to_the_difference_to_the_last_digit(
    scenario: Scenario, price: float, demand: float, former: bool
) -> None:
    inputs = bundled()
    chips = replace(inputs.chips, price_usd=inputs.chips.price_usd * price)
    other = replace(inputs, data_version="other", chips=chips, demand_h100e=inputs.demand_h100e * demand)
    saved = of_former_model(other, scenario) if former else report(other, scenario)
    for move in reopen(inputs, saved, other).moves:
        if move.unit is not None:
            assert move.data + move.model == move.difference
            assert move.saved + move.difference == move.today
            assert former or move.model == 0.0
    value = moves(reopen(inputs, saved, other))["pv_cost_usd"]
    assert value.saved == pytest.approx(saved["metrics"]["pv_cost_usd"], rel=1e-14)


def test_without_the_archive_the_difference_is_told_and_not_split(older: Inputs) -> None:
    reopened = reopen(bundled(), of_former_model(older), None)
    value = moves(reopened)["value_usd"]
    assert value.difference != 0.0
    assert (value.data, value.model, reopened.archived, reopened.changes) == (None, None, None, None)
    assert set(tables.against_today(reopened)["Of it data"]) == {fmt.MISSING}


def test_levers_that_are_gone_or_new_are_named_and_the_new_stand_at_base(base: Report) -> None:
    def change(saved: Report) -> None:
        saved["levers"].update(coolness=0.5, horizon_year=2030)
        del saved["levers"]["pue"]

    reopened = reopen(bundled(), spoilt(base, change), None)
    assert dict(reopened.gone) == {"coolness": 0.5}
    assert reopened.added == ("pue",)
    assert reopened.scenario == levers(reopened.saved, LEVERS)[0] == BASE.replace(horizon_year=2030)
    assert reopened.scenario["pue"] == LEVERS["pue"].base


def test_another_figure_under_the_same_versions_is_not_kept_from_the_reader(base: Report) -> None:
    saved = spoilt(base, lambda saved: saved["metrics"].update(npv_usd=base["metrics"]["npv_usd"] - 1e9))
    reopened = reopen(bundled(), saved, None)
    assert not reopened.changed
    assert reopened.differs
    assert said(sentence(reopened, SAVED_ON)) == (
        "Saved on 3 March 2027 at $20.4 B against today's mix held; model and data have the same versions today and "
        "give $21.4 B, +$1.0 B."
    )


# --- The sentence


def forged(base: Report, npv_usd: float, **versions: str) -> Report:
    metrics = {**base["metrics"], "npv_usd": npv_usd}
    return {**base, "metrics": metrics, **versions}


def split(base: Report, saved: float, archived: float | None, today: float, model: bool, data: bool) -> Reopening:
    """A revision whose value was `saved` and became `today`, with other versions as said."""
    versions = {"model_version": FORMER if model else MODEL_VERSION}
    if data:
        versions["data_version"] = "before"
    return Reopening(
        inputs=INPUTS,
        scenario=BASE,
        saved=forged(base, saved, **versions),
        archived=None if archived is None else forged(base, archived),
        today=forged(base, today),
        sold=None,
        gone={},
        added=(),
        before=None,
    )


@pytest.mark.parametrize(
    ("saved", "archived", "today", "model", "data", "words"),
    [
        (8.31e9, 8.19e9, 7.92e9, True, True,
         "today's model and data give $7.92 B: −$270 M from new data, −$120 M from the model."),
        (8.31e9, 8.31e9, 7.92e9, True, True,
         "today's model and data give $7.92 B: −$390 M from new data, nothing from the model."),
        (8.31e9, 8.31e9, 8.7e9, False, True, "today's data give $8.70 B: +$390 M from new data."),
        (8.31e9, 8.7e9, 8.7e9, True, False, "today's model gives $8.70 B: +$390 M from the model."),
        (8.31e9, 8.31e9, 8.31e9, True, True, "today's model and data give the same."),
        (8.31e9, 8.31e9, 8.31e9, False, True, "today's data give the same."),
        (8.31e9, 8.21e9, 8.31e9, True, True,
         "today's model and data give $8.31 B: +$100 M from new data, −$100 M from the model."),
        (8.31e9, 8.31e9, 8.31e9, False, False, "model and data have the same versions today and give the same."),
        (8.31e9, None, 7.92e9, True, True,
         "today's model and data give $7.92 B, −$390 M. What of it is data and what is model cannot be told: today's "
         "model cannot be run on the data it was saved with."),
        (8.31e9, None, 7.92e9, False, True,
         "today's data give $7.92 B, −$390 M. The model has not changed since; today's model cannot be run on the data "
         "it was saved with."),
        (8.31e9, None, 8.31e9, True, True, "today's model and data give the same."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_became_of_the_value_and_through_what(
    base: Report, saved: float, archived: float | None, today: float, model: bool, data: bool, words: str
) -> None:
    text = said(sentence(split(base, saved, archived, today, model, data), SAVED_ON))
    assert text == f"Saved on 3 March 2027 at $8.31 B against today's mix held; {words}"


def test_a_loss_is_said_with_its_sign_and_against_what_it_was_measured(base: Report) -> None:
    saved = forged(report(bundled(), BASE.replace(baseline="exit")), -2e9, model_version=FORMER)
    text = said(sentence(reopen(bundled(), saved, None), datetime(2026, 12, 31, 23, 59)))
    assert text.startswith("Saved on 31 December 2026 at −$2.00 B against exit custom; today's model gives $")


@examples(15)
@given(scenarios())
def test_no_setting_makes_the_sentence_or_a_cell_stumble(scenario: Scenario) -> None:
    saved = of_former_model(bundled(), scenario)
    reopened = reopen(bundled(), saved, None)
    text = said(sentence(reopened, SAVED_ON))
    assert not NOISE.search(text), text
    assert text.endswith(".")
    for cell in tables.against_today(reopened).to_numpy().ravel():
        assert not NOISE.search(said(cell)), cell


# --- The table


def test_the_table_holds_each_figure_once_with_dates_from_what_they_were(base: Report, older: Inputs) -> None:
    saved = spoilt(of_former_model(older), lambda saved: saved["metrics"].update(payback="never"))
    rows = tables.against_today(reopen(bundled(), saved, older)).set_index("Figure")
    assert list(rows.index) == [
        "Value against today's mix held",
        "Value against exit custom",
        "Payback",
        "First accretive year",
        "Capital spending 2027",
        "Peak AI power",
        "Present value of cost",
    ]
    today = base["metrics"]["payback"]
    assert list(rows.loc["Payback"]) == ["Never", today, f"Never → {today}", "no change", f"Never → {today}"]
    exit_ = tables.against_today(reopen(bundled(), report(bundled(), BASE.replace(baseline="exit")), None))["Figure"]
    assert list(exit_[:3]) == ["Value against exit custom", "Value against today's mix held", "Payback"]


# --- What changed in the data


def listed(old: Inputs, new: Inputs) -> list[tuple[str, ...]]:
    columns = ["table", "row", "column", "before", "after"]
    return [tuple(row) for row in data_changes(old, new)[columns].itertuples(index=False)]


def test_what_changed_is_shown_with_its_change_and_its_evidence(older: Inputs) -> None:
    shown = tables.changed_inputs(data_changes(bundled(), older))
    assert list(shown.columns) == [name.capitalize() for name in CHANGE_COLUMNS[:5]] + [
        "Change", "Unit", "Grade", "Source",
    ]  # fmt: skip
    assert list(shown["Change"].map(said))[1:] == ["+1.7 %", "", "", ""]
    assert not shown.isna().any().any()
    assert tables.changed_inputs(data_changes(older, older)).empty


# --- Any company, any years


AT_THE_BOUNDS = read(files(at_the_bounds()))
LATER = read(files(in_later_years(tables_of(FROZEN), 3).tables))
FAR = read(files(in_later_years(tables_of(FROZEN), 6).tables))
CASES = pytest.mark.parametrize("inputs", [EXAMPLE, AT_THE_BOUNDS, LATER], ids=["example", "bounds", "later years"])


@CASES
def test_a_report_of_any_company_is_read_by_itself(inputs: Inputs) -> None:
    saved = json.loads(json.dumps(report(inputs, inputs.base)))
    assert case_of(saved).suppliers == inputs.suppliers
    assert case_of(saved).workloads == inputs.workloads
    assert Case.of(inputs).is_that_of(case_of(saved))
    by_name = {figure.name: figure for figure in headline(saved)}
    first = inputs.calendar.first_year
    assert by_name["capex_first_year_usd"].label == f"Capital spending {first}"
    spent = capital_spending_usd(inputs, summarise(simulate(inputs, columns([inputs.base]))))[0]
    assert by_name["capex_first_year_usd"].value == pytest.approx(spent, rel=1e-12)
    assert levers(saved, inputs.levers) == (inputs.base, {}, ())
    reopened = reopen(inputs, saved, None)
    assert not reopened.differs
    assert unpack(pack(inputs)).data_version == inputs.data_version == reopened.inputs.data_version
    assert case_in(pack(inputs)) == Case.of(inputs)


@CASES
def test_charts_of_any_company_s_report_add_up_to_its_cash_and_have_a_colour_for_each_kind(inputs: Inputs) -> None:
    saved = report(inputs, inputs.base)
    names = dict(zip(inputs.suppliers, supplier_labels(inputs), strict=True))
    view = View(saved, SAVED_ON, None, names)
    spent, load = spending(saved, names), power(saved)
    plan = spent[spent["variant"] == "plan"]
    cash = pd.DataFrame(saved["quarters"]).assign(year=lambda rows: rows["quarter"].str[:4].astype(int))
    assert plan.groupby("year")["usd"].sum().to_dict() == pytest.approx(
        cash.groupby("year")["cash_usd"].sum().to_dict()
    )
    assert list(dict.fromkeys(plan["kind"])) == list(view.kinds)
    assert len(view.kinds) == len(inputs.suppliers) + 2
    assert list(load["time_years"]) == [inputs.calendar.time_years(t) for t in range(len(load))]
    for figure in FIGURES.values():
        assert figure.spec is not None and figure.frame is not None
        assert missing_fields(figure.spec("dark", view), figure.frame(view)) == []
        assert not NOISE.search(said(f"{figure.title(view)}. {figure.caption(view)}"))
    drawn = charts.spending("light", view.kinds)["layer"][0]["encoding"]["color"]["scale"]
    assert drawn["domain"] == list(view.kinds)
    assert len(set(drawn["range"])) == len(view.kinds)
    without_names = spending(saved, {})
    assert list(without_names["usd"]) == list(spent["usd"])


def test_a_warrant_is_taken_off_its_supplier_s_chips_or_where_several_have_one_off_running_cost() -> None:
    def kind(inputs: Inputs, place: int) -> float:
        saved = report(inputs, inputs.base)
        frame = spending(saved, {})
        return float(frame[frame["kind"] == kinds(saved, {})[place]]["usd"].sum())

    def total(inputs: Inputs, name: str) -> float:
        return sum(row[name] for row in report(inputs, inputs.base)["quarters"])

    [one] = warranted(report(EXAMPLE, EXAMPLE.base))
    earner = EXAMPLE.suppliers.index(one)
    spent = total(EXAMPLE, capex_name(one)) - total(EXAMPLE, "warrant_usd")
    assert kind(EXAMPLE, earner) == pytest.approx(spent, rel=1e-9)
    several = warranted(report(AT_THE_BOUNDS, AT_THE_BOUNDS.base))
    assert len(several) > 1
    for supplier in several:
        place = AT_THE_BOUNDS.suppliers.index(supplier)
        assert kind(AT_THE_BOUNDS, place) == pytest.approx(total(AT_THE_BOUNDS, capex_name(supplier)), rel=1e-9)
    assert kinds(report(AT_THE_BOUNDS, AT_THE_BOUNDS.base), {})[-1] == "Running, net"


def test_data_that_moved_to_later_years_are_set_beside_each_other_with_both_years() -> None:
    assert Case.of(LATER).is_that_of(Case.of(INPUTS))
    saved = report(LATER, LATER.base)
    with pytest.raises(UnreadableError, match="horizon_year: 2038 is"):
        reopen(INPUTS, report(FAR, FAR.base), FAR)
    within = spoilt(saved, lambda saved: saved["levers"].update(adoption_start="2030-Q1", horizon_year=2035))
    reopened = reopen(INPUTS, within, LATER)
    first = moves(reopened)["capex_first_year_usd"]
    assert first.label == "Capital spending 2030, today 2027"
    assert reopened.archived is not None
    assert reopened.archived["levers"]["horizon_year"] == 2035


def test_a_supplier_that_came_is_listed_with_its_column_and_the_case_stays_the_same() -> None:
    more = read(files(idle_merchant(tables_of(FROZEN), "idle").tables))
    assert Case.of(more).is_that_of(Case.of(INPUTS))
    rows = listed(INPUTS, more)
    assert ("Workloads", "all", "idle_share_today", fmt.MISSING, "column added") in rows
    assert ("Workloads", "all", "idle_share_today", "column", "removed") in listed(more, INPUTS)
    saved = report(INPUTS, BASE)
    reopened = reopen(more, saved, INPUTS)
    assert set(reopened.added) == {bought_share("idle", workload) for workload in INPUTS.workloads}
    assert abs(moves(reopened)["value_usd"].difference) < 1.0


def test_levers_are_taken_over_as_far_as_other_data_have_them_and_the_rest_is_told() -> None:
    saved = report(
        EXAMPLE, EXAMPLE.scenario({"adoption_search_inference": 0.8, "discount_rate": 0.11, "horizon_year": 2031})
    )
    taken = shared(saved, LEVERS)
    assert taken.scenario["discount_rate"] == 0.11
    assert taken.scenario["horizon_year"] == 2031
    assert set(taken.unknown) == set(EXAMPLE.levers) - set(LEVERS)
    assert set(taken.added) == set(LEVERS) - set(EXAMPLE.levers)
    assert not taken.refused
    assert taken.count == len(set(LEVERS) & set(EXAMPLE.levers))
    later = shared(report(FAR, FAR.base), LEVERS)
    assert set(later.refused) == {"adoption_start", "horizon_year"}
    first, not_here, at_base = told.taken_over(taken, EXAMPLE.levers)
    assert first.startswith(f"{taken.count} levers set as saved.")
    assert sum(map(int, re.findall(r"(\d+) of [A-Z]", not_here))) == len(taken.unknown) > told.MOST_NAMED
    assert sum(map(int, re.findall(r"(\d+) of [A-Z]", at_base))) == len(taken.added)
    few = replace(taken, unknown=dict(list(taken.unknown.items())[:3]), added=())
    for name in few.unknown:
        assert EXAMPLE.levers[name].label in told.taken_over(few, EXAMPLE.levers)[1]
    assert "out of bounds here: Change starts (2033-Q1); Horizon (2038)." in " ".join(told.taken_over(later, None))
    assert "adoption_search_inference" in " ".join(told.taken_over(taken, None))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Acme", "ab", "vw"), ("ACME", "xy", "z"), True),
        (("Acme", "ab", "vw"), ("Other", "ab", "vw"), False),
        ((None, "ab", "vw"), ("Acme", "ba", "wv"), True),
        ((None, "ab", "vw"), ("Acme", "ab", "v"), False),
        ((None, "ab", "vw"), (None, "abc", "vw"), False),
    ],
)
def test_data_are_of_one_case_by_their_company_or_their_suppliers_and_workloads(
    one: tuple[str | None, str, str], other: tuple[str | None, str, str], same: bool
) -> None:
    first, second = (Case(name, tuple(ids), tuple(ids.upper()), tuple(work)) for name, ids, work in (one, other))
    assert first.is_that_of(second) is second.is_that_of(first) is same
    assert Case.from_json(json.loads(json.dumps(first.as_json()))) == first


def test_a_case_is_called_by_its_company_or_by_its_suppliers() -> None:
    assert Case.of(INPUTS).words == INPUTS.company
    assert Case.of(EXAMPLE).words == "Kestrel, AMD, NVIDIA and TPU"
    many = Case(None, tuple("abcdefg"), tuple("ABCDEFG"), ("v",))
    assert many.words == "A, B, C, D and 3 more"
    for nothing in (
        None,
        3,
        {},
        {"company": 1, "suppliers": [], "supplier_names": [], "workloads": []},
        {"company": "A"},
    ):
        assert Case.from_json(nothing) is None
