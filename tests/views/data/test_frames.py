"""Where the figures come from: tables by grade, what spending rests on, published figures, and the release notes."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from core.base.format import NBSP
from core.inputs.data import LEAD, Inputs, bundled, read
from core.inputs.evidence import GRADES
from core.inputs.method import RELEASES_PATH
from core.inputs.scenario import Scenario
from core.model.calibration import calibration
from core.story.answer import Answer
from core.story.finding import guesswork
from core.story.labels import supplier_labels
from core.views.data import dataset, finding, tables
from core.views.data import frames as by_grade
from core.views.data import published as beside
from core.views.data import rows as browsed
from core.views.data.figures import PAGE, View
from core.views.data.frames import SPENDING_KINDS
from tests.support.answers import answer, set_to
from tests.support.companies import foreign_words
from tests.support.effort import examples
from tests.support.frozen import BASE, EXAMPLE, FROZEN, INPUTS
from tests.support.strategies import NO_ADOPTION, scenarios
from tests.support.words import LONGEST_TITLE, NOISE

EVERY_LEVER = examples(25)
RELEASES = RELEASES_PATH.read_text(encoding="utf-8")


# --- Tables


@pytest.mark.parametrize("table", browsed.tables(INPUTS), ids=lambda table: table.name)
def test_every_table_shows_all_its_rows_and_says_what_each_column_holds(table: browsed.Table) -> None:
    source = bundled().tables[table.name]
    rows = browsed.rows(bundled(), table.name)
    assert len(rows) == len(source)
    assert table.title and table.description
    assert table.is_graded == ("grade" in source)
    kept = [name for name in source.columns if name != "source_id" or table.name == "sources"]
    assert set(kept) <= set(rows.columns)
    assert set(table.columns) == set(source.columns)
    if "source_id" in source and table.name != "sources":
        assert rows[["source", "publisher", "published"]].notna().all().all()


@pytest.mark.parametrize("table", [one.name for one in browsed.tables(INPUTS) if one.is_graded])
def test_the_grades_of_a_table_share_out_its_rows(table: str) -> None:
    parts = [browsed.rows(bundled(), table, [grade]) for grade in GRADES]
    assert sum(map(len, parts)) == len(bundled().tables[table])
    for grade, part in zip(GRADES, parts, strict=True):
        assert set(part["grade"]) <= {grade}


def test_a_search_finds_a_word_anywhere_in_a_row_or_its_source_whatever_its_case() -> None:
    by_chip = browsed.rows(bundled(), "chip_prices", search=" MTIA ")
    assert set(by_chip["chip_id"]) == {chip for chip in bundled().chips.id if chip.startswith("mtia")}
    by_source = browsed.rows(bundled(), "chip_prices", search="ai chip counts")
    assert set(by_source["source"]) == {"AI chip counts, owners and annual prices"}
    by_number = browsed.rows(bundled(), "chip_prices", search="36742")
    assert list(by_number["chip_id"]) == ["h100"]
    assert browsed.rows(bundled(), "chip_prices", search="[.*").empty
    assert browsed.rows(bundled(), "chip_prices", ["reported"]).empty


# --- What the figures rest on


def test_numbers_are_counted_cell_by_cell() -> None:
    """Power capacity: ten year ends with one number each. Regions: nine with two, all reported."""
    counts = by_grade.numbers_by_grade(bundled()).set_index(["table", "grade"])["numbers"]
    assert counts["Power capacity"].to_dict() == {"reported": 0, "estimate": 0, "assumption": 10}
    assert counts["Places: share of the fleet, carbon"].to_dict() == {"reported": 18, "estimate": 0, "assumption": 0}
    prices = bundled().tables["chip_prices"]
    assert counts["Chip prices"].sum() == 4 * len(prices)
    missing = int(bundled().tables["chips"][["memory_gb", "fp4_tflops"]].isna().sum().sum())
    assert missing > 0, "a cell that is empty is no number"


@EVERY_LEVER
@given(scenarios())
def test_spending_by_grade_adds_up_to_cash_before_the_warrant(scenario: Scenario) -> None:
    a = answer(scenario)
    frame = by_grade.spending_by_grade(a)
    for variant, course in a.variants.items():
        usd = frame.loc[frame["variant"] == variant, "usd"]
        whole = (course.cash_usd + course.warrant_usd).sum()
        assert usd.sum() == pytest.approx(whole, rel=1e-9, abs=1.0)
        assert (usd >= 0).all()


def test_chips_have_the_grade_of_their_price_and_what_a_lever_sets_is_assumed() -> None:
    frame = by_grade.of_plan(answer()).set_index(["kind", "grade"])["usd"]
    assert list(frame.index.unique("kind")) == list(SPENDING_KINDS)
    assert frame["Chips", "reported"] == 0, "no maker states a price"
    for kind in by_grade.LEVERED:
        assert frame[kind, "assumption"] == frame[kind].sum()
    assert frame["Electricity", "assumption"] == 0
    ohio_virginia_texas_georgia_oregon = frame["Electricity", "reported"] / frame["Electricity"].sum()
    assert 0.5 < ohio_virginia_texas_georgia_oregon < 0.8


def test_a_price_that_becomes_known_moves_its_spending_to_another_grade() -> None:
    tables = dict(bundled().tables)
    prices = tables["chip_prices"].copy()
    prices["grade"] = "reported"
    tables["chip_prices"] = prices
    known = replace(bundled(), tables=tables)
    chips = by_grade.of_plan(Answer.of(known, BASE)).set_index(["kind", "grade"])["usd"]["Chips"]
    before = by_grade.of_plan(answer()).set_index(["kind", "grade"])["usd"]["Chips"]
    assert chips["reported"] == pytest.approx(before.sum())


def test_shares_add_up_to_one_and_of_nothing_are_nothing() -> None:
    frame = by_grade.of_plan(answer())
    assert sum(by_grade.shares(frame, "usd").values()) == pytest.approx(1.0)
    assert set(by_grade.shares(frame.assign(usd=0.0), "usd").values()) == {0.0}


# --- Published figures


def test_the_chart_shows_every_figure_that_the_model_has_the_like_of() -> None:
    shown = beside.compared(bundled())
    table = calibration(bundled())
    alike = table[table["model"].notna() & (table["metric"] != "company_capex")]
    assert list(shown["difference_share"]) == pytest.approx(list(alike["difference_share"]))
    assert (shown["low_share"] <= 0).all()
    assert (shown["high_share"] >= 0).all()
    assert (shown["edge_share"] >= shown[["difference_share", "high_share"]].max(axis=1)).all()
    assert shown["edge_share"].nunique() == 1


def test_every_published_figure_stands_in_the_table_of_words() -> None:
    words = beside.published_words(bundled())
    targets = bundled().tables["calibration_targets"]
    assert len(words) == len(targets)
    by_figure = words.set_index("Figure")
    assert by_figure.loc["Vera Rubin NVL72, an hour", ["Published", "Model"]].tolist() == ["$3.61", "$3.63"]
    assert by_figure.loc["H100 SXM, an hour", "Used"] == "held out: evidence"
    assert by_figure.loc["Capital spending 2027, sell-side", "Difference"] == f"a part, 77{NBSP}%"
    assert by_figure.loc["Capital spending 2025", "Model"] == "\N{EN DASH}"


def test_the_title_says_how_far_off_the_model_is_where_it_can_be_checked() -> None:
    table = calibration(bundled())
    held_out = table.loc[table["used_for"] == "held_out", "difference_share"]
    low, high = beside.held_out_range(bundled())
    assert (low, high) == (held_out.min(), held_out.max())
    assert finding.published_title(answer()) == (
        f"On 3 figures that it was not fitted to, the model is 9.5{NBSP}% below to 11{NBSP}% above"
    )


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(-0.1, 0.2, "10 % below to 20 % above"), (0.02, 0.1, "2.0 % to 10 % above"), (-0.1, -0.02, "2.0 % to 10 % below")],
)
def test_a_range_on_one_side_is_said_from_the_nearer_end(low: float, high: float, words: str) -> None:
    assert finding.off_words(low, high).replace(NBSP, " ") == words


def test_without_a_figure_to_check_the_titles_say_so() -> None:
    a = answer(EXAMPLE.base, EXAMPLE)
    assert finding.title(a).endswith("; no published figure is there to hold the model against")
    assert finding.published_title(a) == "The data set has no published figure to hold the model against"
    assert beside.compared(EXAMPLE).empty and beside.published_words(EXAMPLE).empty


def test_what_the_model_was_fitted_to_proves_nothing() -> None:
    fitted = INPUTS.tables["calibration_targets"].assign(used_for="fitted")
    of = replace(INPUTS, tables={**INPUTS.tables, "calibration_targets": fitted})
    assert "proves nothing" in finding.published_title(answer(BASE, of))


def test_published_figures_that_would_be_called_alike_have_their_full_names_or_ids() -> None:
    targets = INPUTS.tables["calibration_targets"]
    hours = targets[targets["metric"] == "usd_per_chip_hour"].iloc[:1]
    twice = pd.concat([hours, hours.assign(target_id="another")], ignore_index=True)
    labels = beside.published(replace(INPUTS, tables={**INPUTS.tables, "calibration_targets": twice}))["label"]
    assert labels.is_unique
    assert all(label.startswith(hours["name"].iloc[0]) for label in labels)
    other = twice.assign(name=["One", "Another"])
    labels = beside.published(replace(INPUTS, tables={**INPUTS.tables, "calibration_targets": other}))["label"]
    assert list(labels) == ["One", "Another"]


@pytest.mark.parametrize("baseline", ["hold", "exit"])
def test_capital_spending_is_what_was_reported_and_what_the_model_has(baseline: str) -> None:
    a = set_to(baseline=baseline)
    frame = beside.capital_spending(a)
    facts = bundled().tables["reported_financials"]
    facts = facts[facts["metric"] == beside.REPORTED_CAPEX]
    reported = frame[frame["series"] == "reported"].set_index("quarter")["usd"]
    assert reported.to_dict() == pytest.approx(dict(zip(facts["period"], facts["value"] * 1e9, strict=True)))
    fleet = bundled().opening
    since = fleet.vintage >= -12
    bought = frame.loc[frame["series"] == "fleet", "usd"].sum()
    assert bought == pytest.approx((fleet.chips * fleet.unit_cost_usd)[since].sum())
    for series, course in a.variants.items():
        usd = frame.loc[frame["series"] == series, "usd"]
        whole = course.capex_usd.sum() + course.capex_facility_usd.sum()
        assert usd.sum() == pytest.approx(whole)
    assert frame["quarter"].iloc[0] == "2024-Q1"
    assert not frame.duplicated(["series", "quarter"]).any()


def test_2026_in_the_chart_is_the_calibration_s_own_figure() -> None:
    frame = beside.capital_spending(answer())
    fleet = frame[(frame["series"] == "fleet") & frame["quarter"].str.startswith("2026")]
    table = calibration(bundled()).set_index("target_id")
    lots = bundled().opening
    kw = (lots.chips * bundled().chips.kw[lots.chip])[lots.vintage >= -4].sum()
    assert fleet["usd"].sum() + kw * 13_000 == pytest.approx(table.loc["capex_2026", "model"] * 1e9)


# --- In words


def sentences(a: Answer) -> list[str]:
    strip = finding.metrics(a)
    return [
        finding.title(a),
        finding.spending_title(a),
        finding.numbers_title(a),
        finding.published_title(a),
        finding.capital_title(a),
        *(part for figure in strip for part in (figure.label, figure.value, figure.change, figure.beside, figure.help)),
    ]


@EVERY_LEVER
@given(scenarios())
def test_whatever_the_levers_every_sentence_reads_well(scenario: Scenario) -> None:
    for text in sentences(answer(scenario)):
        assert not NOISE.search(text), text
    assert len(finding.title(answer(scenario))) <= LONGEST_TITLE


def test_the_title_is_true_of_the_frames() -> None:
    assert finding.title(answer()) == (
        f"{guesswork(answer())}; held against figures it was not fitted to, the model is 9.5{NBSP}% below to "
        f"11{NBSP}% above"
    )
    assert guesswork(answer()) == f"86{NBSP}% of chip spending is at prices we assumed"
    less = by_grade.shares(by_grade.of_plan(set_to(**NO_ADOPTION)), "usd")["assumption"]
    more = by_grade.shares(by_grade.of_plan(answer()), "usd")["assumption"]
    assert less < more, "custom chips are bought at prices that nobody has published"


def test_tables_hold_the_figures_of_the_charts() -> None:
    a = answer()
    spending = tables.spending(a)
    assert spending.drop(columns="Kind").to_numpy().sum() * 1e9 == pytest.approx(by_grade.of_plan(a)["usd"].sum())
    numbers = tables.numbers(a)
    assert numbers.drop(columns="Table").to_numpy().sum() == by_grade.numbers_by_grade(bundled())["numbers"].sum()
    capital = tables.capital(a)
    assert list(capital["Quarter"])[:2] == ["2024-Q1", "2024-Q2"]
    assert np.nansum(capital.drop(columns="Quarter").to_numpy()) * 1e9 == pytest.approx(
        beside.capital_spending(a)["usd"].sum()
    )


def test_frames_are_worked_out_once_a_data_set(inputs: Inputs) -> None:
    assert beside.published(inputs) is beside.published(inputs)
    assert isinstance(by_grade.numbers_by_grade(inputs), pd.DataFrame)


# --- What the data set is


def test_the_data_set_says_whose_it_is_and_how_public() -> None:
    rows = dataset.words(answer()).set_index("What")["In this data set"]
    assert dataset.title(answer()).startswith(f"The data describe {INPUTS.company}: 4 workloads on 25 chips of 3 supp")
    assert rows["Sources"].endswith("; public sources only")
    assert rows["Bought chips"].startswith(supplier_labels(INPUTS)[LEAD])
    assert rows["Data version"] == INPUTS.data_version


def test_another_company_s_is_not_said_to_be_public_nor_named_where_it_is_not() -> None:
    a = answer(EXAMPLE.base, EXAMPLE)
    rows = dataset.words(a).set_index("What")["In this data set"]
    assert dataset.title(a).startswith("The data describe a company without a name: 3 workloads on 34 chips")
    assert "not said to be public" in rows["Sources"]
    assert not any("public sources" in metric.help for metric in finding.metrics(a))


def test_a_data_set_that_an_earlier_version_could_read_is_told_as_such() -> None:
    files = {path.name: path.read_bytes() for path in FROZEN.glob("*.csv")}
    for name in ("levers.csv", "presets.csv"):
        del files[name]
    for name, columns in {"workloads.csv": ADDED_TO_WORKLOADS, "commitments.csv": {"warrant"}}.items():
        table = pd.read_csv(io.BytesIO(files[name]), dtype=str, keep_default_na=False)
        files[name] = table.drop(columns=list(columns)).to_csv(index=False).encode()
    facts = pd.read_csv(io.BytesIO(files["company_facts.csv"]), dtype=str, keep_default_na=False)
    first = facts[facts["fact_id"].isin(["book_tax_rate", "diluted_shares"])]
    files["company_facts.csv"] = first.to_csv(index=False).encode()
    old = read(files)
    assert dataset.is_completed(old) and not dataset.is_completed(INPUTS) and not dataset.is_completed(EXAMPLE)
    assert "earlier version" in dataset.words(answer(old.base, old)).set_index("What").loc["Data version"].item()


ADDED_TO_WORKLOADS = {"short_name", "family_name", "custom_share_plan", "amd_share_plan"}
"""Columns that came with the second version of the model."""


def test_the_page_says_of_another_company_nothing_of_the_bundled_case() -> None:
    view = View.opened(answer(EXAMPLE.base, EXAMPLE))
    metrics = PAGE.head.metrics(view) if PAGE.head.metrics else []
    said = [
        PAGE.head.title(view),
        *(text for metric in metrics for text in (metric.change, metric.beside, metric.help)),
    ]
    cells: list[str] = []
    for figure in PAGE.figures.values():
        said += [figure.title(view), figure.caption(view)]
        cells += [cell for cell in figure.table(view).to_numpy().ravel() if isinstance(cell, str)]
    for text in said:
        assert not NOISE.search(text), text
        assert not re.search(r"(?i)\b(meta|mtia|ranking|generative|gpus?)\b", text), text
    for text in cells:
        assert not foreign_words(EXAMPLE, text), text


# --- Releases


def test_every_release_says_when_and_what() -> None:
    for part in re.split(r"(?m)^## ", RELEASES)[1:]:
        body = part.split("\n", 1)[1]
        assert re.search(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b", body)
        assert len(body.split()) > 20
