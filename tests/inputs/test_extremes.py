"""Figures are held within bounds in which no result is infinite: at them, data load and every figure is a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from core.inputs.data import load
from core.inputs.declaration import resources
from core.model.report import report
from tests.support.finite import assert_finite
from tests.support.frozen import EXAMPLE
from tests.support.spoilt import header, problems, put, rows_of, write_rows

HUGE = (
    "1e308",
    "-1e308",
    "1e999",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "1,5",
    "1 000",
    "0x10",
    "١",
    "1_000",
    "--1",
)
NEEDED = resources(EXAMPLE.suppliers[2:])


def numbers() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every column of numbers of a data set with its file."""
    for resource in NEEDED:
        for field in resource["schema"]["fields"]:
            if field["type"] != "string":
                yield resource["path"], field


COLUMNS = [pytest.param(file, field, id=f"{file.removesuffix('.csv')}.{field['name']}") for file, field in numbers()]


@pytest.mark.parametrize(("file", "field"), COLUMNS)
def test_every_number_has_a_least_and_a_most(file: str, field: Mapping[str, Any]) -> None:
    rule = field.get("constraints", {})
    assert "years" in field or ("maximum" in rule and ("minimum" in rule or "exclusiveMinimum" in rule))


@pytest.mark.parametrize("text", HUGE)
def test_what_is_no_number_or_none_of_this_world_is_refused_in_every_column(example: Path, text: str) -> None:
    """One row of a file is spoilt in all of its numbers; each is named."""
    spoilt = set()
    for file, field in numbers():
        if (example / file).exists() and rows_of(example, file) and field["name"] in header(example, file):
            put(example, file, 2, **{field["name"]: text})
            spoilt.add((file, field["name"]))
    found = problems(example)
    assert {(one.file, one.column) for one in found if one.line == 2 and one.value == text} == spoilt
    assert all(len(str(one)) < 400 for one in found)


def bound(field: Mapping[str, Any], end: str) -> str | None:
    """The least or most that may stand in a column of figures; None for years, shares and words."""
    rule = field.get("constraints", {})
    if "years" in field or field["type"] == "integer" or rule.get("maximum") == 1:
        return None
    if end == "most":
        return repr(rule["maximum"])
    return repr(rule["minimum"]) if "minimum" in rule else "1e-300"


BY_THEMSELVES = ("value", "amount", "rank_correlation")
"""Columns of several units, each with bounds of its own."""


def at_bounds(folder: Path, ends: Mapping[str, str]) -> None:
    """Put the figures of every file at the end that it is given."""
    for resource in NEEDED:
        file, end = resource["path"], ends.get(resource["name"])
        if end is None or not (folder / file).exists():
            continue
        figures = {
            field["name"]: at
            for field in resource["schema"]["fields"]
            if field["type"] == "number" and field["name"] not in BY_THEMSELVES
            for at in [bound(field, end)]
            if at is not None and field["name"] in header(folder, file)
        }
        rows = [{**row, **{name: at for name, at in figures.items() if row[name]}} for row in rows_of(folder, file)]
        write_rows(folder, file, rows)


MOST_WORK = {"workload_demand": "most", "chip_throughput": "least"}
LEAST_WORK = {"workload_demand": "least", "chip_throughput": "most"}


@pytest.mark.parametrize(
    "ends",
    [
        MOST_WORK | {"chip_prices": "most", "chips": "most", "power_prices": "most", "opening_fleet": "most"},
        MOST_WORK | {"power_capacity": "most", "chips": "least", "chip_prices": "most", "programme": "most"},
        MOST_WORK | {"power_capacity": "least", "chips": "most", "chip_prices": "least", "commitments": "most"},
        LEAST_WORK | {"chip_prices": "least", "chips": "least", "power_prices": "least", "opening_fleet": "least"},
        LEAST_WORK | {"power_capacity": "most", "chip_prices": "most", "chips": "most", "regions": "most"},
        {"opening_fleet": "most", "power_capacity": "least"},
        {"opening_fleet": "least", "power_capacity": "most", "programme": "least", "commitments": "least"},
    ],
    ids=lambda ends: "-".join(f"{table}_{end}" for table, end in ends.items()),
)
def test_at_the_bounds_of_its_figures_a_data_set_loads_and_every_result_is_a_number(
    example: Path, ends: dict[str, str]
) -> None:
    at_bounds(example, ends)
    inputs = load(example)
    levers = inputs.levers.values()
    for changes in (
        {},
        {lever.id: lever.value(lever.minimum) for lever in levers},
        {lever.id: lever.value(lever.maximum) for lever in levers},
    ):
        for basis in ("use", "sale"):
            assert_finite(report(inputs, inputs.scenario({**changes, "terminal_basis": basis})))


def test_demand_that_falls_and_rises_from_end_to_end_stays_a_number(example: Path) -> None:
    """Growth to the power of the growth lever, over the widest range that demand may have."""
    for line, row in enumerate(rows_of(example, "workload_demand.csv"), start=2):
        figure = "1000000000000" if int(row["year"]) % 2 else "0.001"
        put(example, "workload_demand.csv", line, h100e_low=figure, h100e_base=figure, h100e_high=figure)
    inputs = load(example)
    for growth in (0.0, 1.0, 2.0):
        families = {name: growth for name in inputs.levers if name.startswith("demand_growth_")}
        assert_finite(report(inputs, inputs.scenario(families)))
