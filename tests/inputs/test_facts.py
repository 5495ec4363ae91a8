"""Facts of a company, published figures and sources that the model could not use, or would use for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.inputs.data import load
from tests.support.spoilt import add, drop_lines, header, messages, problems, put, write_rows

# --- Facts


@pytest.mark.parametrize("fact", ["book_tax_rate", "diluted_shares", "fleet_year", "policy_life_quarters"])
def test_a_fact_that_the_model_reads_is_missed(example: Path, fact: str) -> None:
    drop_lines(example, "company_facts.csv", f"{fact},")
    expected = {
        "fleet_year": "a row with the year at whose end the opening fleet stands",
    }.get(fact, "a row for each of book_tax_rate, diluted_shares, fleet_year and policy_life_quarters")
    assert messages(example) == [f'company_facts.csv, fact_id: "{fact}" has no row; expected {expected}']


@pytest.mark.parametrize(
    ("line", "cells", "expected"),
    [
        (2, {"unit": "%"}, 'unit: "%" is not the unit of book_tax_rate; expected share'),
        (3, {"unit": "million shares"}, 'unit: "million shares" is not the unit of diluted_shares; expected shares'),
        (4, {"unit": "quarter"}, 'unit: "quarter" is not the unit of fleet_year; expected year'),
        (5, {"unit": "years"}, 'unit: "years" is not the unit of policy_life_quarters; expected quarters'),
        (2, {"value": "14.5"}, 'value: "14.5" is out of bounds; expected a share below 1'),
        (2, {"value": "-0.1"},
         'value: "-0.1" is out of bounds; expected a number above 0 and of at most 1,000,000,000,000,000'),
        (3, {"value": "0.5"}, 'value: "0.5" is out of bounds; expected how many shares there are'),
        (3, {"value": "1e308"},
         'value: "1e308" is out of bounds; expected a number above 0 and of at most 1,000,000,000,000,000'),
        (5, {"value": "5.5"}, 'value: "5.5" is not a whole number; expected whole quarters, from 1 to 80'),
        (5, {"value": "220"}, 'value: "220.0" is out of bounds; expected whole quarters, from 1 to 80'),
        (5, {"value": "two"},
         'value: "two" is not a number; expected a number above 0 and of at most 1,000,000,000,000,000'),
        *(
            (4, {"value": year},
             f'value: "{year}" is not a year of this century; '
             "expected the year at whose end the opening fleet stands")
            for year in ("7", "26", "1999", "2126", "20261", "2026.5", "-2026", "2.026e3", "2026-Q4", "٢٠٢٦")
        ),
    ],
)  # fmt: skip
def test_a_fact_is_in_its_unit_and_within_reason(
    example: Path, line: int, cells: dict[str, str], expected: str
) -> None:
    put(example, "company_facts.csv", line, **cells)
    assert f"company_facts.csv line {line}, {expected}" in messages(example)


def test_the_year_may_be_written_as_a_number_that_is_none_the_less_whole(example: Path) -> None:
    put(example, "company_facts.csv", 4, value="2026.0")
    assert load(example).calendar.first_year == 2027


def test_a_fact_that_the_model_does_not_read_is_taken(example: Path) -> None:
    add(example, "company_facts.csv", 3, fact_id="employees", name="Employees", value="70000", unit="people")
    assert len(load(example).tables["company_facts"]) == 5


# --- Published figures

TARGET = {
    "target_id": "hour", "name": "An hour of H100", "metric": "usd_per_chip_hour", "year": "2026", "base": "1.17",
    "unit": "usd", "used_for": "held_out", "grade": "assumption", "source_id": "assumption",
    "chip_id": "h100", "quarter": "2026-Q3",
}  # fmt: skip
RATIO = TARGET | {"metric": "perf_per_tco", "unit": "ratio", "chip_id": "kestrel_300", "other_chip_id": "h100"}
RATIO |= {"workload_id": "search_inference"}
COLUMNS = ["chip_id", "other_chip_id", "workload_id", "quarter"]


def target(folder: Path, row: dict[str, str]) -> None:
    columns = header(folder, "calibration_targets.csv")
    write_rows(folder, "calibration_targets.csv", [row], [*columns, *COLUMNS])


@pytest.mark.parametrize("row", [TARGET, RATIO, RATIO | {"metric": "tco_reduction", "unit": "fraction"}])
def test_a_published_figure_that_the_model_has_one_of_its_own_for_is_taken(example: Path, row: dict[str, str]) -> None:
    target(example, row)
    assert len(load(example).tables["calibration_targets"]) == 1


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (TARGET, "chip_id"),
        (TARGET, "quarter"),
        *((RATIO, column) for column in COLUMNS),
        *((RATIO | {"metric": "tco_reduction", "unit": "fraction"}, column) for column in COLUMNS),
    ],
)
def test_a_published_figure_says_which_chip_work_and_quarter_it_is_of(
    example: Path, row: dict[str, str], missing: str
) -> None:
    target(example, row | {missing: ""})
    assert messages(example) == [
        f"calibration_targets.csv line 2, {missing}: the cell is empty; "
        f"expected the {missing} that {row['metric']} is about"
    ]


def test_a_published_figure_without_those_columns_is_missed_cell_by_cell(example: Path) -> None:
    write_rows(example, "calibration_targets.csv", [TARGET])
    assert [(problem.line, problem.column) for problem in problems(example)] == [(2, "chip_id"), (2, "quarter")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"unit": "usd_bn"}, 'unit: "usd_bn" is not the unit of usd_per_chip_hour; expected usd'),
        ({"chip_id": "h1000"}, 'chip_id: "h1000" is not known; expected a chip_id that chips.csv holds'),
        ({"base": "0"}, 'base: "0" is out of bounds; expected a number from 0.000001 to 1,000,000,000,000,000'),
        ({"low": "2"}, 'base: "1.17" is below low, which is 2; expected low, base and high in rising order'),
        ({"year": "26"}, 'year: "26" is out of bounds; expected a whole number from 2000 to 2100'),
        ({"quarter": "1926-Q3"}, 'quarter: "1926-Q3" is out of bounds; expected a quarter from 1987-Q1 to 2047-Q4'),
    ],
)  # fmt: skip
def test_what_a_published_figure_may_not_be(example: Path, cells: dict[str, str], expected: str) -> None:
    target(example, TARGET | cells)
    assert messages(example) == [f"calibration_targets.csv line 2, {expected}"]


def test_work_that_a_chip_cannot_run_cannot_be_compared(example: Path) -> None:
    target(example, RATIO | {"chip_id": "kestrel_2i", "workload_id": "assistant_training"})
    assert messages(example) == [
        'calibration_targets.csv line 2, workload_id: "assistant_training" is work that kestrel_2i cannot run; '
        "expected a workload for which chip_throughput.csv has a row of the chip"
    ]


# --- Sources


def published_on(folder: Path, days: list[str]) -> None:
    for line, day in enumerate(days, start=2):
        put(folder, "sources.csv", line, published_on=day)


def test_a_source_of_a_day_that_there_is_not_is_refused(example: Path) -> None:
    days = ["2026-13", "2026-02-30", "2026-00", "2026-07-00"]
    published_on(example, days)
    found = [(problem.value, problem.wrong) for problem in problems(example) if problem.column == "published_on"]
    assert found == [(day, "is not in the calendar") for day in days]


def test_a_source_of_no_day_is_refused(example: Path) -> None:
    days = ["yesterday", "29.7.2026", "2026-7", "26", "0000", "9999-01"]
    published_on(example, days)
    assert [(one.value, one.wrong) for one in problems(example)] == [(day, "is not of the right form") for day in days]


def test_a_source_may_be_of_a_day_a_month_or_a_year(example: Path) -> None:
    days = ["2024-02-29", "2026-12", "2026"]
    published_on(example, days)
    assert list(load(example).tables["sources"]["published_on"][: len(days)]) == days
