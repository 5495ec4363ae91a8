"""The declaration of the data: a valid Frictionless data package that says all a stranger needs to read the files."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from frictionless import validate

from core.inputs.data import LEAD, Inputs, load
from core.inputs.database import connect
from core.inputs.declaration import BUNDLED, PACKAGE_NAME, needed_columns, package, resources, rewrite
from core.inputs.method import RELEASES_PATH
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER, FROZEN, INPUTS


def declared_in(folder: Path) -> list[dict[str, Any]]:
    """The tables that the declaration beside a data set's files names."""
    found: list[dict[str, Any]] = json.loads((folder / PACKAGE_NAME).read_text(encoding="utf-8"))["resources"]
    return found


DECLARED = json.loads((BUNDLED / PACKAGE_NAME).read_text(encoding="utf-8"))
RESOURCES = declared_in(BUNDLED)
OTHERS = INPUTS.suppliers[LEAD + 1 :]
EACH = pytest.mark.parametrize("folder", [BUNDLED, FROZEN], ids=["bundled", "frozen"])


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in RESOURCES:
        for field in resource["schema"]["fields"]:
            yield f"{resource['name']}.{field['name']}", field


@EACH
def test_an_independent_validator_accepts_the_package_and_every_row_of_its_files(folder: Path) -> None:
    report = validate(str(folder / PACKAGE_NAME), type="package")
    assert report.flatten(["title", "rowNumber", "fieldName", "note"]) == []
    assert report.valid
    assert report.stats["tasks"] == len(declared_in(folder))


@EACH
def test_every_file_of_the_folder_is_declared(folder: Path) -> None:
    assert {path.name for path in folder.glob("*.csv")} == {resource["path"] for resource in declared_in(folder)}


@EACH
def test_the_declared_columns_are_those_of_the_file(folder: Path) -> None:
    for resource in declared_in(folder):
        with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert header == [field["name"] for field in resource["schema"]["fields"]]


@pytest.mark.parametrize("inputs", [INPUTS, EXAMPLE], ids=["bundled", "another company"])
def test_the_database_has_the_declared_columns_types_and_keys(inputs: Inputs) -> None:
    types = {"string": "VARCHAR", "number": "DOUBLE", "integer": "INTEGER"}
    others = inputs.suppliers[LEAD + 1 :]
    with connect(inputs.calendar, others) as database:
        for resource in resources(others):
            needed = {f["name"] for f in resource["schema"]["fields"] if f.get("constraints", {}).get("required")}
            keys = set(resource["schema"]["primaryKey"])
            described = database.execute(f"DESCRIBE {resource['name']}").fetchall()
            declared = {
                (
                    field["name"],
                    types[field["type"]],
                    "NO" if field.get("constraints", {}).get("required") and "each" not in field else "YES",
                    "PRI" if field["name"] in keys and keys <= needed else None,
                )
                for field in resource["schema"]["fields"]
            }
            assert described[0][:3] == ("line", "INTEGER", "NO")
            found = {row[:4] for row in described[1:]}
            of_merchants = {row for row in found | declared if any(str(row[0]).startswith(one) for one in others)}
            assert found - of_merchants == declared - of_merchants
            assert {row[:2] for row in of_merchants & found} == {row[:2] for row in of_merchants & declared}


def test_the_database_enforces_every_declared_foreign_key() -> None:
    declared = {
        (resource["name"], key["fields"][0], key["reference"]["resource"])
        for resource in resources(OTHERS)
        for key in resource["schema"].get("foreignKeys", [])
    }
    with connect(INPUTS.calendar, OTHERS) as database:
        enforced = database.execute("""
            SELECT table_name, constraint_column_names[1], referenced_table
            FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'
        """).fetchall()
    assert set(enforced) == declared


def test_every_row_with_figures_names_its_source_and_how_well_it_is_known() -> None:
    for resource in RESOURCES:
        names = {field["name"] for field in resource["schema"]["fields"]}
        has_figures = any(field["type"] == "number" for field in resource["schema"]["fields"])
        if has_figures:
            assert {"grade", "source_id"} <= names, resource["name"]
        if "source_id" in names and resource["name"] != "sources":
            references = [key["reference"]["resource"] for key in resource["schema"]["foreignKeys"]]
            assert "sources" in references, resource["name"]


def test_every_figure_has_a_unit_and_every_column_a_description() -> None:
    without_unit = [name for name, field in fields() if field["type"] != "string" and not field.get("unit")]
    without_description = [name for name, field in fields() if not field.get("description")]
    assert (without_unit, without_description) == ([], [])


@pytest.mark.parametrize(
    ("ending", "unit"),
    [
        ("_w", "W"),
        ("_gb", "GB"),
        ("_usd", "USD"),
        ("_share", "share"),
        ("_usd_per_mwh", "USD per MWh"),
        ("_kg_co2_per_mwh", "kg CO2 per MWh"),
        ("_usd_per_gw", "USD per GW"),
        ("_mw_it", "MW of IT load"),
        ("_tflops", "TFLOP/s"),
    ],
)
def test_a_unit_in_a_column_name_is_the_unit_declared(ending: str, unit: str) -> None:
    matching = {name: field["unit"] for name, field in fields() if f"_{name.split('.')[1]}".endswith(ending)}
    assert matching
    assert all(declared.startswith(unit) for declared in matching.values()), matching


def test_what_must_match_a_pattern_shows_an_example_as_error_messages_quote_it() -> None:
    assert [
        name for name, field in fields() if "pattern" in field.get("constraints", {}) and "example" not in field
    ] == []


def test_referred_tables_are_declared_before_those_that_refer_to_them() -> None:
    """The loader inserts in this order; a key into a table that is still empty would refuse its rows."""
    seen: set[str] = set()
    for resource in RESOURCES:
        assert {key["reference"]["resource"] for key in resource["schema"].get("foreignKeys", [])} <= seen
        seen.add(resource["name"])


def test_what_both_have_the_frozen_data_declare_as_the_bundled_do() -> None:
    """One of the two may have a table that may be left out, or a merchant more and its columns of shares."""
    bundled = {one["name"]: one for one in RESOURCES}
    for frozen in declared_in(FROZEN):
        other = bundled[frozen["name"]]
        columns = {field["name"]: field for field in other["schema"]["fields"]}
        assert frozen | {"schema": None} == other | {"schema": None}
        assert [columns.get(field["name"], field) for field in frozen["schema"]["fields"]] == frozen["schema"]["fields"]


@EACH
def test_the_declaration_beside_the_files_is_up_to_date(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "data")
    assert not rewrite(copy), "out of date; run: make format"
    declared = json.loads((folder / PACKAGE_NAME).read_text(encoding="utf-8"))
    of_itself = {name: declared[name] for name in ("created", "licenses")}
    (copy / PACKAGE_NAME).write_text(json.dumps(of_itself), encoding="utf-8")
    assert rewrite(copy)
    assert (copy / PACKAGE_NAME).read_text(encoding="utf-8") == (folder / PACKAGE_NAME).read_text(encoding="utf-8")


def test_another_company_s_declaration_has_the_columns_of_its_merchants_and_no_others(tmp_path: Path) -> None:
    copy = shutil.copytree(EXAMPLE_FOLDER, tmp_path / "data")
    rewrite(copy)
    workloads = next(
        one for one in json.loads((copy / PACKAGE_NAME).read_text())["resources"] if one["name"] == "workloads"
    )
    shares = {field["name"] for field in workloads["schema"]["fields"] if field["name"].endswith("_share_today")}
    assert shares == {"custom_share_today", *(f"{one}_share_today" for one in EXAMPLE.suppliers[LEAD + 1 :])}
    assert "licenses" not in json.loads((copy / PACKAGE_NAME).read_text(encoding="utf-8")), "they are its makers'"
    assert load(copy).data_version == EXAMPLE.data_version, "a declaration is no data"
    report = validate(str(copy / PACKAGE_NAME), type="package")
    assert report.flatten(["title", "rowNumber", "fieldName", "note"]) == []


def test_what_may_be_left_out_is_not_declared_where_it_is() -> None:
    suppliers = next(one for one in resources(OTHERS) if one["name"] == "workloads")
    headers = {suppliers["path"]: needed_columns(suppliers)}
    [only] = json.loads(package(headers, OTHERS))["resources"]
    assert [field["name"] for field in only["schema"]["fields"]] == list(needed_columns(suppliers))


def test_the_package_says_under_which_licence_and_from_which_day_it_is() -> None:
    assert [licence["name"] for licence in DECLARED["licenses"]] == ["CC-BY-4.0"]
    newest = re.findall(r"(?m)^(\d+ \w+ \d{4})\. In use now\.$", RELEASES_PATH.read_text(encoding="utf-8"))
    assert [f"{datetime.fromisoformat(DECLARED['created']):%-d %B %Y}"] == newest
    assert DECLARED["sources"][0]["path"] == "sources.csv"
