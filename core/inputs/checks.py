"""What is wrong with the files of a data set: cell by cell as declared, then rows and tables with each other.

What is declared (column types, bounds, words and keys) is what every cell is checked against (sql/check_*.sql); then
the rows are inserted into the tables of sql/schema.sql and judged with each other (sql/rule_*.sql).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import duckdb
import pandas as pd

from core.base.quarters import Calendar
from core.inputs.database import Database, Reads, rules, sql
from core.inputs.declaration import Resource, bounds, expected_in_words
from core.inputs.problem import Problem
from core.inputs.sheet import Sheet

LONGEST_FIGURE: Final = 40
"""Characters that a number takes at the most, or a word or quarter for which no other length is declared."""
CHECKS: Final = ("check_cells", "check_keys", "check_references", "check_ranges", "check_pairs", "check_tables")


def checked(
    database: Database, resources: Sequence[Resource], sheets: Sequence[Sheet], calendar: Calendar | None
) -> list[Problem]:
    """Insert the sheets, one a resource, into the database as far as they are sound; return all that is wrong.

    Rules across rows and files are judged where the files that they read are sound by themselves; a file that is not
    would only break them again. calendar: that of the database; None if the data do not tell their year, without which
    nothing more than cells can be judged.
    """
    problems = [problem for sheet in sheets for problem in sheet.problems]
    problems += _check_cells(database, resources, sheets, calendar)
    if calendar is None:
        return problems
    ready, refused = _insert(database, resources, sheets, {problem.file for problem in problems})
    return [*problems, *refused, *check_rules(database, ready)]


def _check_cells(
    database: Database, resources: Sequence[Resource], sheets: Sequence[Sheet], calendar: Calendar | None
) -> list[Problem]:
    """Return what is wrong with single cells, keys and references; leaves both sides staged in the database."""
    broken = {sheet.name for sheet in sheets if sheet.problems}
    _stage(database, "field", _fields(resources, calendar))
    _stage(database, "reference", [row for row in _references(resources) if row["to_file"] not in broken])
    _stage(database, "cell", _cells(sheets))
    return [problem for check in CHECKS for problem in _problems(database, sql(check))]


def _stage(database: Database, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Append rows to a table of sql/staging.sql, each by the names of its columns."""
    columns = pd.Index(database.table(table).columns)
    database.append(table, pd.DataFrame(rows, columns=columns, dtype=object), by_name=True)


def _fields(resources: Sequence[Resource], calendar: Calendar | None) -> list[dict[str, object]]:
    return [
        {
            "file": resource["path"],
            "column": field["name"],
            "position": position,
            "type": field["type"],
            "required": rule.get("required", False),
            "minimum": rule.get("minimum"),
            "above": rule.get("exclusiveMinimum"),
            "maximum": rule.get("maximum"),
            "earliest": rule.get("earliest"),
            "latest": rule.get("latest"),
            "pattern": rule.get("pattern"),
            "longest": rule.get("maxLength", LONGEST_FIGURE),
            "text": field.get("text"),
            "options": rule.get("enum"),
            "key": field["name"] in resource["schema"]["primaryKey"],
            "expected": expected_in_words(field, rule),
        }
        for resource in resources
        for position, field in enumerate(resource["schema"]["fields"])
        for rule in [bounds(field, calendar)]
    ]


def _references(resources: Sequence[Resource]) -> list[dict[str, object]]:
    paths = {resource["name"]: resource["path"] for resource in resources}
    return [
        {
            "file": resource["path"],
            "column": key["fields"][0],
            "to_file": paths[key["reference"]["resource"]],
            "to_column": key["reference"]["fields"][0],
        }
        for resource in resources
        for key in resource["schema"].get("foreignKeys", [])
    ]


def _cells(sheets: Sequence[Sheet]) -> list[dict[str, object]]:
    return [
        {"file": sheet.name, "line": line, "column": column, "value": text or None}
        for sheet in sheets
        for line, row in zip(sheet.lines, sheet.rows, strict=True)
        for column, text in zip(sheet.columns, row, strict=True)
    ]


def _insert(
    database: Database, resources: Sequence[Resource], sheets: Sequence[Sheet], broken: set[str]
) -> tuple[set[str], list[Problem]]:
    """Insert every sound sheet whose references are inserted; return the tables filled, and what was refused."""
    ready: set[str] = set()
    problems = []
    for resource, sheet in zip(resources, sheets, strict=True):
        references = {key["reference"]["resource"] for key in resource["schema"].get("foreignKeys", [])}
        if sheet.name in broken or not references <= ready:
            continue
        try:
            database.append(resource["name"], sheet.frame(), by_name=True)
        except duckdb.Error as error:
            problems.append(Problem(sheet.name, None, None, None, f"the database refuses it ({error})", "sound rows"))
        else:
            ready.add(resource["name"])
    return ready, problems


def check_rules(database: Reads, ready: set[str]) -> list[Problem]:
    """Return what rules across rows and tables find, of those rules whose tables are all filled."""
    return [problem for rule, read in rules().items() if read <= ready for problem in _problems(database, rule)]


def _problems(database: Reads, query: str) -> list[Problem]:
    found: list[tuple[Any, ...]] = database.execute(query).fetchall()
    return [Problem(file, line, column, value, wrong, expected) for file, line, column, value, wrong, expected in found]
