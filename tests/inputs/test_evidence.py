"""What figures rest on: every table that moves a figure is named behind it, with grade, source and date."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from core.exports.catalogue import PAGES
from core.inputs import evidence
from core.inputs.data import Inputs
from core.inputs.evidence import GRADES, OWN, TABLES, grades_in
from core.inputs.lever import Kind
from tests.support.figures import FIGURES
from tests.support.frozen import INPUTS, LEVERS

EVIDENCE = {name: figure.evidence for name, (_, figure) in FIGURES.items()} | {
    page.head.name: page.head.evidence for page in PAGES.values()
}
each_evidence = pytest.mark.parametrize("tables", sorted(set(EVIDENCE.values())), ids=", ".join)
"""What one figure or several rest on."""


@cache
def shown_of(tables: tuple[str, ...]) -> pd.DataFrame:
    return evidence.sources(INPUTS, tables)


@each_evidence
def test_the_evidence_of_a_figure_covers_every_row_of_every_table_behind_it(
    tables: tuple[str, ...], inputs: Inputs
) -> None:
    shown = shown_of(tables)
    assert list(shown["input"].unique()) == [TABLES[table] for table in tables]
    for table in tables:
        assert shown.loc[shown["input"] == TABLES[table], "rows"].sum() == len(inputs.tables[table])


@each_evidence
def test_each_input_lists_its_most_certain_rows_first(tables: tuple[str, ...]) -> None:
    for _, rows in shown_of(tables).groupby("input"):
        ranks = rows["grade"].map(GRADES.index)
        assert ranks.is_monotonic_increasing
        for _, same in rows.groupby("grade"):
            assert same["rows"].is_monotonic_decreasing


@each_evidence
def test_every_piece_of_evidence_names_its_publication_and_date(tables: tuple[str, ...], inputs: Inputs) -> None:
    shown = shown_of(tables)
    assert list(shown.columns) == ["input", "grade", "rows", "source", "publisher", "published_on", "read_as", "url"]
    assert shown.drop(columns="url").notna().all().all(), "only an address may be missing"
    assert not shown.duplicated(["input", "grade", "source", "publisher", "published_on"]).any()
    publications = inputs.tables["sources"].set_index("title")
    for row in shown.to_dict("records"):
        assert publications.loc[row["source"], "published_on"] == row["published_on"]
        assert publications.loc[row["source"], "publisher"] == row["publisher"]


def test_grades_are_those_of_the_data(inputs: Inputs) -> None:
    known = {grade for table in TABLES for grade in inputs.tables[table]["grade"]}
    assert known == set(grades_in(inputs)) == set(GRADES) - {OWN}


def test_every_graded_table_is_behind_some_figure(inputs: Inputs) -> None:
    graded = {name for name, table in inputs.tables.items() if "grade" in table and "source_id" in table}
    assert set(TABLES) == graded
    assert set(TABLES) == {table for tables in EVIDENCE.values() for table in tables}


# --- Dates and beliefs


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (["2026", "2026-08", "2026-11-02"], "2 November 2026"),
        (["2026-08-30", "2026-09"], "September 2026"),
        (["2025-12-31", "2026"], "2026"),
    ],
)
def test_the_data_s_date_is_as_exact_as_its_latest_source(dates: list[str], words: str, inputs: Inputs) -> None:
    tables = {**inputs.tables, "sources": pd.DataFrame({"published_on": dates})}
    assert evidence.data_date(replace(inputs, tables=tables)) == words


def test_the_bundled_data_s_date(inputs: Inputs) -> None:
    assert evidence.data_date(inputs) == "22 November 2026"


def test_every_belief_is_shown_with_its_setting_its_range_and_its_source(inputs: Inputs) -> None:
    beliefs = evidence.beliefs(inputs, INPUTS.scenario({"pue": 1.3, "custom_delay_quarters": 4}))
    assumed = [lever for lever in LEVERS.values() if lever.kind is Kind.ASSUMPTION]
    assert list(beliefs["lever"]) == [lever.label for lever in assumed]
    assert beliefs.notna().drop(columns="url").all().all()
    row = beliefs.set_index("lever").loc[LEVERS["pue"].label]
    assert (row["setting"], row["base"], row["low"], row["high"], row["unit"]) == (1.3, 1.1, 1.08, 1.2, "ratio")
    assert row["group"] == "Power and facilities"
    assert "PUE" in row["source"]
    assert ((beliefs["low"] <= beliefs["base"]) & (beliefs["base"] <= beliefs["high"])).all()
