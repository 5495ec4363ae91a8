"""How old the figures are, what is due, what is missing and what is not borne out, as the Data page tells it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs import evidence
from core.inputs.age import ages
from core.inputs.borne_out import findings
from core.inputs.data import Inputs, bundled, load
from core.inputs.data import read as read_data
from core.inputs.declaration import resources
from core.inputs.evidence import TABLES
from core.story import tables
from core.views.data import aging, gaps, named_rows
from core.views.data.figures import PAGE, View
from tests.support.answers import answer
from tests.support.frozen import BASE, EXAMPLE, EXAMPLE_FOLDER, FROZEN, INPUTS
from tests.support.largest import at_bounds
from tests.support.other_data import product_on
from tests.support.pages import at_page, behind, table_rows, titles
from tests.support.spoilt import header, keep, put, rows_of, write_rows
from tests.support.visit import strip
from tests.support.words import NOISE, read, said

DAY = date(2026, 11, 28)
DATA = {"frozen": lambda: INPUTS, "example": lambda: EXAMPLE, "bounds": at_bounds}
each_data = pytest.mark.parametrize("data", DATA)


def view(day: date = DAY) -> View:
    return replace(View.opened(answer(BASE)), day=day)


# --- Rows in words


@cache
def named(table: str) -> tuple[tuple[str, str], ...]:
    resource = next(one for one in resources(INPUTS.suppliers[2:]) if one["name"] == table)
    return tuple(
        (named_rows.subject(INPUTS, resource, row), named_rows.figures(INPUTS, resource, row))
        for row in evidence.rows_of(INPUTS, resource)
    )


@pytest.mark.parametrize(
    ("table", "subject", "figures"),
    [
        ("chip_prices", "H100 SXM", "price 36,742 (30,000 to 45,000) USD per chip; system cost 8,000 USD per chip"),
        ("chip_throughput", "A100 80GB, Ranking & recommendation inference", "0.5 (0.4 to 0.6) H100e"),
        ("power_prices", "Ohio, 2026", "103.2 USD per MWh"),
        ("power_capacity", "2027", "9,800 MW of IT load"),
        ("regions", "Ohio", "fleet share 22 %; 453.6 kg CO2 per MWh"),
        ("programme", "MTIA 400 design and tape-out", "590,000,000 USD"),
        ("commitments", "AMD 6 GW agreement, 2027", "amount 1 GW; 13,300,000,000 USD per GW"),
        ("company_facts", "Diluted shares", "2,590,000,000 shares"),
        ("reported_financials", "2024-Q1, Capex incl finance leases", "6.72 USD billion"),
        ("calibration_targets", "Capital expenditures 2025", "72.22 USD billion"),
        ("levers", "PUE", "1.1 (1.08 to 1.2) ratio"),
        ("workload_demand", "Ranking & recommendation inference, 2026", "1,093,455 (902,100 to 1,257,473) H100e"),
    ],
)
def test_a_row_is_told_by_names_and_its_figures_with_range_and_unit(table: str, subject: str, figures: str) -> None:
    assert (subject, figures) in [tuple(map(said, one)) for one in named(table)]


def test_of_many_figures_the_first_are_told_and_the_others_counted() -> None:
    [figures] = [figures for subject, figures in named("chips") if subject == "H100 SXM"]
    assert figures == "tdp 700 W; system power 1,370 W; memory 80 GB; and 3 more"


def test_a_choice_is_told_by_its_setting_and_a_share_in_percent() -> None:
    told = dict(named("levers"))
    assert said(told["Price erosion"]) == "14 % (8 % to 20 %)"


@each_data
def test_rows_of_any_data_set_read_well(data: str) -> None:
    frame = aging.row_by_row(DATA[data](), DAY)
    for cell in (*frame["What"], *frame["Figure"]):
        assert cell and not NOISE.search(said(cell)), cell
    assert not any("_" in cell for cell in frame["Figure"])


# --- What is due


@each_data
def test_the_kinds_add_up_to_the_title(data: str) -> None:
    inputs = DATA[data]()
    kinds, frame = aging.by_kind(inputs, DAY), ages(inputs, DAY)
    due = sum(int(cell) for cell in kinds["Due"])
    assert due == frame["is_due"].sum()
    assert sum(int(cell.replace(",", "")) for cell in kinds["Rows"]) == len(frame)
    title = aging.title(inputs, DAY)
    assert title.startswith(f"{due} of {len(frame)} rows" if due else "No row of figures is due for a look before ")
    assert not NOISE.search(title)


def test_what_is_due_is_told_in_one_sentence_with_the_oldest() -> None:
    assert aging.title(INPUTS, DAY) == "74 of 380 rows of figures are due for a look; the oldest is from 30 Jan 2024"


def test_where_nothing_is_due_the_next_day_is_told() -> None:
    first = min(ages(INPUTS, DAY)["due_on"])
    assert first == date(2025, 4, 17)
    assert aging.title(INPUTS, date(2025, 4, 16)) == (
        "No row of figures is due for a look before 17 Apr 2025; the oldest is from 30 Jan 2024"
    )
    assert len(ages(INPUTS, first)) == 396, "less of it is history then"
    assert aging.title(INPUTS, first).startswith("1 of 396 rows of figures is due ")


def test_the_oldest_is_that_which_came_out_first_however_exact_its_date_is(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE_FOLDER, tmp_path, dirs_exist_ok=True)
    rows = rows_of(tmp_path, "sources.csv")
    write_rows(tmp_path, "sources.csv", [row | {"published_on": "2024"} for row in rows])
    put(tmp_path, "sources.csv", 2, published_on="2024-08")
    put(tmp_path, "chip_prices.csv", 2, source_id=rows[0]["source_id"])
    assert aging.title(load(tmp_path), DAY).endswith("; the oldest is from Aug 2024")


def test_kinds_with_most_due_come_first_and_say_when_the_next_is() -> None:
    kinds = aging.by_kind(INPUTS, DAY).set_index("Kind of figure")
    counts = [int(cell) for cell in kinds["Due"]]
    assert counts == sorted(counts, reverse=True) and counts[0] > 0
    prices = kinds.loc[TABLES["chip_prices"]]
    assert tuple(prices) == ("25", "under a month", "21 Jun 2025", "3", "25 Dec 2026")
    assert kinds.loc[TABLES["regions"], "Next due"] == "all are"


def test_row_by_row_those_due_longest_come_first_with_source_and_address() -> None:
    rows = aging.row_by_row(INPUTS, DAY)
    due = [cell.startswith("since ") for cell in rows["Due"]]
    assert due == sorted(due, reverse=True) and sum(due) == 74
    first = rows.iloc[0]
    assert tuple(first[["Due", "What", "Age (months)", "Stands for (months)"]]) == (
        "since 2025-04-17",
        "Utah, 2026",
        25,
        6,
    )
    assert first["Address"].startswith("https://")
    assert all(day[-10:] <= DAY.isoformat() for day, is_due in zip(rows["Due"], due, strict=True) if is_due)


@given(day=st.dates(date(2024, 1, 1), date(2050, 1, 1)))
def test_on_whatever_day_all_that_is_said_reads_well(day: date) -> None:
    of = view(day)
    for name in ("data_age", "data_borne_out", "data_missing"):
        figure = PAGE.figures[name]
        assert not NOISE.search(said(figure.title(of))) and not NOISE.search(said(figure.caption(of)))
    metric = aging.metric(INPUTS, day)
    assert metric.value.replace(",", "").isdigit()
    assert aging.title(INPUTS, day).startswith(f"{metric.value} of " if metric.value != "0" else "No row")


def test_the_page_looks_as_of_today_where_nothing_else_is_said() -> None:
    assert View.opened(answer(BASE)).day in {date.today(), DAY.today()}


# --- What a figure rests on, with its age


def test_evidence_says_how_old_each_source_is() -> None:
    frame = tables.sources(INPUTS, ("regions", "chip_prices"), DAY)
    assert list(frame.columns[5:7]) == ["Published on", "Age"]
    assert set(frame.loc[frame["Input"] == TABLES["regions"], "Age"]) == {"2 years"}
    beliefs = tables.beliefs(INPUTS, BASE, DAY).set_index("Lever")
    assert beliefs.loc["PUE", "Age"] == "2 years" and beliefs.loc["PUE", "Published"] == "2024-08"


# --- What is missing, and what is not borne out

SUBJECTS = [("tranches", "Tranches of the contract", "commitments"), ("other", "Something else", "")]


@cache
def with_missing(rows: int = 2) -> Inputs:
    """The frozen data with a list of what is missing."""
    lines = [
        f"{one},{subject},It decides what a gigawatt earns.,Filings,A later filing,{table},"
        for one, subject, table in SUBJECTS[:rows]
    ]
    header = "missing_id,subject,why_it_matters,looked_where,expected,table,note"
    own = {path.name: path.read_bytes() for path in FROZEN.glob("*.csv")}
    return read_data({**own, "missing.csv": "\n".join([header, *lines]).encode()})


def test_what_is_missing_is_counted_and_told_with_why_it_matters() -> None:
    assert gaps.missing_title(with_missing()) == (
        "What is not known: 2 figures that matter to the answer could not be found"
    )
    assert gaps.missing_title(with_missing(1)) == (
        "What is not known: 1 figure that matters to the answer could not be found"
    )
    table = gaps.missing(with_missing())
    assert table["What is not known"].tolist() == [subject for _, subject, _ in SUBJECTS]
    assert table["Table that it would go to"].tolist() == ["Purchase contracts", ""]
    assert list(gaps.why_missing_matters(with_missing())) == ["What is not known", "Why it matters"]
    assert (table["Looked for in"] == "Filings").all() and (table["May be found"] == "A later filing").all()


def test_the_page_shows_what_is_missing_only_where_the_data_say_so() -> None:
    assert not any("not known" in heading for heading in titles(at_page("data.py")))
    with product_on(with_missing()):
        at = at_page("data.py", with_missing().base)
        assert gaps.missing_title(with_missing()) in [read(heading) for heading in titles(at)]
        shown = table_rows(at, "What is not known")
        assert shown == [[subject, "It decides what a gigawatt earns."] for _, subject, _ in SUBJECTS]
        [where, *_] = behind(at, ["data_missing"])["data_missing"]
        pd.testing.assert_frame_equal(where.reset_index(drop=True), gaps.missing(with_missing()), check_dtype=False)


def test_rows_that_are_not_borne_out_are_listed_with_file_and_key() -> None:
    table = gaps.not_borne_out(INPUTS)
    assert len(table) == len(findings(INPUTS))
    assert tuple(table.iloc[0])[:2] == ("chip_prices.csv", "nvidia_2028")


def test_where_all_is_borne_out_the_page_says_so(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE_FOLDER, tmp_path, dirs_exist_ok=True)
    rows = [row | {"note": "A guess."} for row in rows_of(tmp_path, "power_prices.csv")]
    write_rows(tmp_path, "power_prices.csv", rows, [*header(tmp_path, "power_prices.csv"), "note"])
    idle = {one.row for one in findings(EXAMPLE) if one.file == "sources.csv"}
    keep(tmp_path, "sources.csv", lambda row: row["source_id"] not in idle)
    inputs = load(tmp_path)
    assert gaps.not_borne_out(inputs).empty
    with product_on(inputs):
        assert "Every row is borne out by what it cites" in [
            read(heading) for heading in titles(at_page("data.py", inputs.base))
        ]


def test_the_page_says_what_is_due_today_by_kind_and_row_by_row() -> None:
    at = at_page("data.py")
    kinds = aging.by_kind(bundled(), date.today())
    assert table_rows(at, "Kind of figure") == kinds.to_numpy().tolist()
    assert aging.title(bundled(), date.today()) in [read(heading) for heading in titles(at)]
    [metric] = [one for one in strip(at) if one.label == "Due for a look"]
    assert metric.value == str(ages(bundled(), date.today())["is_due"].sum())
    [rows, *_] = behind(at, ["data_age"])["data_age"]
    expected = aging.row_by_row(bundled(), date.today())
    pd.testing.assert_frame_equal(rows.reset_index(drop=True), expected, check_dtype=False)
