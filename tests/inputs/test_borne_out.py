"""Rows that are not borne out by what they cite are found and told, and refuse nothing."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.borne_out import findings, reportable_from, summary
from core.inputs.data import load
from core.inputs.declaration import resources
from core.inputs.evidence import graded
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS
from tests.support.spoilt import add, header, put, rows_of, write_rows

RULE = "; expected its rule in the note, or a source that is a derivation with a rule"


def found(folder: Path) -> set[str]:
    """What is found in a folder that is not found in the frozen data."""
    return {str(one) for one in findings(load(folder))} - as_it_is()


@cache
def as_it_is() -> set[str]:
    return {str(one) for one in findings(INPUTS)}


def line_of(folder: Path, file: str, **cells: str) -> int:
    """The line of the one row that has these cells."""
    [line] = [n for n, row in enumerate(rows_of(folder, file), start=2) if cells.items() <= row.items()]
    return line


def source(folder: Path, **cells: str) -> None:
    """Add a publication, which a column `rule` may belong to, to those of the folder."""
    columns = [*header(folder, "sources.csv"), "rule"]
    row = {"source_id": "new", "publisher": "P", "title": "T", "published_on": "2026", "read_as": "primary"}
    write_rows(folder, "sources.csv", [*rows_of(folder, "sources.csv"), row | cells], columns)


# --- Published figures


def test_what_the_company_vouches_for_needs_neither_address_nor_rule(folder: Path) -> None:
    source(folder)
    put(folder, "chip_prices.csv", line_of(folder, "chip_prices.csv", chip_id="h100"), grade="own", source_id="new")
    assert found(folder) == set()
    put(folder, "chip_prices.csv", line_of(folder, "chip_prices.csv", chip_id="a100"), source_id="new")
    assert found(folder) == {
        "chip_prices.csv, a100: estimate, but new has no address; "
        "expected a publication with a url, or grade assumption"
    }, "what is said to be published is judged as ever"


@pytest.mark.parametrize("grade", ["reported", "estimate"])
def test_what_is_published_cites_no_reasoning_of_ours(folder: Path, grade: str) -> None:
    put(
        folder,
        "chip_prices.csv",
        line_of(folder, "chip_prices.csv", chip_id="h100"),
        grade=grade,
        source_id="assumption",
    )
    assert found(folder) == {
        f"chip_prices.csv, h100: {grade}, but assumption is a derivation; "
        "expected a publication that has the figure, or grade assumption"
    }


def test_a_derivation_with_address_and_rule_bears_no_published_figure_out_either(folder: Path) -> None:
    source(folder, read_as="derivation", url="https://example.com/a", rule="Twice the last one.")
    put(folder, "chip_prices.csv", line_of(folder, "chip_prices.csv", chip_id="h100"), source_id="new")
    assert found(folder) == {
        "chip_prices.csv, h100: estimate, but new is a derivation; "
        "expected a publication that has the figure, or grade assumption"
    }


def test_what_is_published_cites_what_can_be_opened(folder: Path) -> None:
    source(folder, url="")
    put(folder, "chip_prices.csv", line_of(folder, "chip_prices.csv", chip_id="h100"), source_id="new")
    assert found(folder) == {
        "chip_prices.csv, h100: estimate, but new has no address; "
        "expected a publication with a url, or grade assumption",
        "sources.csv, new: without an address; expected its url, or another publication that has the figures",
    }


@pytest.mark.parametrize(
    ("file", "row", "period", "published_on"),
    [
        ("power_prices.csv", "oh/2026", "2026", "2025-12-31"),
        ("power_prices.csv", "oh/2026", "2026", "2025-12"),
        ("power_prices.csv", "oh/2026", "2026", "2025"),
        ("reported_financials.csv", "2026-Q1/capex_incl_finance_leases", "2026-Q1", "2026-03-30"),
        ("reported_financials.csv", "2026-Q1/capex_incl_finance_leases", "2026-Q1", "2026-02"),
        ("reported_financials.csv", "2026-Q1/capex_incl_finance_leases", "2026-Q1", "2025"),
    ],
)
def test_nothing_is_reported_before_it_is_seen(
    folder: Path, file: str, row: str, period: str, published_on: str
) -> None:
    source(folder, url="https://example.com/a", published_on=published_on)
    key = next(one for one in resources() if one["path"] == file)["schema"]["primaryKey"]
    put(folder, file, line_of(folder, file, **dict(zip(key, row.split("/"), strict=True))), source_id="new")
    assert found(folder) == {
        f"{file}, {row}: reported for {period}, but new came out on {published_on}; "
        "expected a publication that came out later, or another grade"
    }


@pytest.mark.parametrize("published_on", ["2026-01-01", "2026-01", "2026"])
def test_prices_of_a_year_that_has_begun_are_reported_so_far(folder: Path, published_on: str) -> None:
    source(folder, url="https://example.com/a", published_on=published_on)
    put(folder, "power_prices.csv", line_of(folder, "power_prices.csv", region_id="oh", year="2026"), source_id="new")
    assert found(folder) == set()


def test_an_estimate_may_look_ahead(folder: Path) -> None:
    source(folder, url="https://example.com/a", published_on="2020")
    line = line_of(folder, "power_prices.csv", region_id="oh", year="2026")
    put(folder, "power_prices.csv", line, source_id="new", grade="estimate")
    assert found(folder) == set()


@given(year=st.integers(1990, 2060), quarter=st.integers(1, 4))
def test_a_quarter_is_reported_from_its_last_day_on_and_a_year_from_its_first(year: int, quarter: int) -> None:
    begins = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)  # the next quarter
    assert reportable_from(f"{year}-Q{quarter}") == begins - timedelta(days=1)
    assert reportable_from(str(year)) == date(year, 1, 1)


# --- Assumptions


@pytest.mark.parametrize("note", ["", " \n\t"])
def test_an_assumption_says_its_rule(folder: Path, note: str) -> None:
    line = line_of(folder, "programme.csv", item_id="nre_mtia_400")
    put(folder, "programme.csv", line, note=note)
    assert found(folder) == {f"programme.csv, nre_mtia_400: an assumption without a rule{RULE}"}


def test_where_a_table_has_no_notes_an_assumption_needs_a_derivation_with_a_rule(folder: Path) -> None:
    line = line_of(folder, "power_prices.csv", region_id="oh", year="2026")
    put(folder, "power_prices.csv", line, grade="assumption")
    assert found(folder) == {f"power_prices.csv, oh/2026: an assumption without a rule{RULE}"}
    source(folder, read_as="derivation", rule="As in 2023, and 3 % a year more.")
    put(folder, "power_prices.csv", line, source_id="new")
    assert found(folder) == set()


def test_a_table_without_notes_may_have_them(folder: Path) -> None:
    line = line_of(folder, "power_prices.csv", region_id="oh", year="2026")
    put(folder, "power_prices.csv", line, grade="assumption")
    columns = [*header(folder, "power_prices.csv"), "note"]
    write_rows(folder, "power_prices.csv", rows_of(folder, "power_prices.csv"), columns)
    assert len(found(folder)) == 1, "an empty note says nothing"
    put(folder, "power_prices.csv", line, note="As in 2023, and 3 % a year more.")
    assert found(folder) == set()


def test_the_rule_of_a_publication_that_is_no_derivation_bears_no_assumption_out(folder: Path) -> None:
    source(folder, read_as="secondary", url="https://example.com/a", rule="Twice the last one.")
    put(folder, "programme.csv", line_of(folder, "programme.csv", item_id="nre_mtia_400"), note="", source_id="new")
    assert found(folder) == {f"programme.csv, nre_mtia_400: an assumption without a rule{RULE}"}


def test_a_derivation_with_a_rule_bears_out_all_that_cite_it() -> None:
    """The successors of the frozen data cite one derivation without a rule, and have no notes."""
    without = [one for one in findings(INPUTS) if one.file == "chip_throughput.csv"]
    assert len(without) > 20


def test_with_its_rule_they_are_borne_out(folder: Path) -> None:
    columns = [*header(folder, "sources.csv"), "rule"]
    rows = [row | {"rule": "A tenth more a year."} for row in rows_of(folder, "sources.csv")]
    write_rows(folder, "sources.csv", rows, columns)
    cited = {row["source_id"]: row["read_as"] for row in rows}
    left = [one for one in findings(load(folder)) if "without a rule" in one.wrong]
    files = {one.file for one in left}
    assert files, "beliefs that cite publications without a note are left"
    for one in left:
        table = next(resource for resource in resources() if resource["path"] == one.file)
        key = dict(zip(table["schema"]["primaryKey"], one.row.split("/"), strict=True))
        row = next(row for row in rows_of(folder, one.file) if key.items() <= row.items())
        assert cited[row["source_id"]] != "derivation"


# --- Publications


def test_a_publication_that_nothing_cites_is_named(folder: Path) -> None:
    source(folder, url="https://example.com/a")
    assert found(folder) == {
        "sources.csv, new: cited by no row; expected a row that rests on it, or no such publication"
    }


def test_a_publication_that_a_note_names_is_cited(folder: Path) -> None:
    source(folder, source_id="new-figures", url="https://example.com/a")
    add(
        folder,
        "programme.csv",
        2,
        item_id="more",
        source_id="assumption",
        note="Between the old figure and (new-figures).",
    )
    assert found(folder) == set()


def test_a_derivation_needs_no_address(folder: Path) -> None:
    source(folder, read_as="derivation")
    add(folder, "programme.csv", 2, item_id="more", source_id="new", note="A guess.")
    assert found(folder) == set()


def test_a_correlation_and_a_lever_cite_as_rows_do(folder: Path) -> None:
    source(folder, url="https://example.com/a")
    put(folder, "lever_correlations.csv", 2, source_id="new")
    assert found(folder) == set()


def test_a_change_cites_as_rows_do(folder: Path) -> None:
    source(folder, url="https://example.com/a")
    row = {"change_id": "a", "group": "Prices", "table": "chip_prices", "row": "*", "column": "*", "source_id": "new"}
    write_rows(folder, "changes.csv", [row], [*row, "note"])
    assert found(folder) == set()


def test_the_source_of_a_belief_of_the_model_s_own_is_cited() -> None:
    """The example has no levers.csv, and no other row need cite what its beliefs rest on."""
    assert "assumption" not in {one.row for one in findings(EXAMPLE) if one.file == "sources.csv"}


# --- All of it


def test_every_table_with_grades_is_looked_at() -> None:
    assert {one["name"] for one in graded(INPUTS)} == {
        name for name, table in INPUTS.tables.items() if {"grade", "source_id"} <= set(table.columns)
    }


def test_what_is_found_refuses_nothing_and_moves_no_version() -> None:
    assert len(findings(INPUTS)) > 0
    assert load(FROZEN).data_version == INPUTS.data_version


def test_it_is_told_in_one_sentence(folder: Path) -> None:
    assert summary(INPUTS) == (
        "110 of 431 rows are not borne out by what they cite; 9 publications are cited by no row; "
        "2 publications are without an address"
    )
    for resource in graded(INPUTS):
        rows = [row | {"note": "A guess.", "grade": "assumption"} for row in rows_of(folder, resource["path"])]
        columns = header(folder, resource["path"])
        write_rows(folder, resource["path"], rows, [*columns, *({"note"} - set(columns))])
    assert summary(load(folder)).startswith("Every row is borne out by what it cites; 9 publications are")
