"""A data set whose rows say which rule they follow: the frozen one with sources that name rules."""

from __future__ import annotations

from collections.abc import Iterable

from core.inputs.data import Inputs, read
from tests.support import reference
from tests.support.datasets import Row, Tables, files
from tests.support.frozen import FROZEN

RULES = ("bandwidth", "factor", "successor", "purchases", "installed")


def tables() -> Tables:
    """The frozen tables with a source for each rule; no row follows one yet."""
    found = reference.tables_of(FROZEN)
    for row in found["sources"]:
        row["follows"] = ""
    for rule in RULES:
        told = {"publisher": "This project", "title": rule, "published_on": "2026", "read_as": "derivation"}
        found["sources"].append({"source_id": f"by-{rule}", "url": "", "licence": "", "follows": rule, **told})
    for row in found["chip_throughput"]:
        row |= {"derived_from": "", "factor": ""}
    return found


def follow(rows: Iterable[Row], rule: str, **more: str | float) -> None:
    """Let rows follow a rule."""
    for row in rows:
        row |= {"source_id": f"by-{rule}", **more}


def of(found: Tables, table: str, **where: str) -> list[Row]:
    """The rows of a table with these cells."""
    return [row for row in found[table] if all(row[column] == value for column, value in where.items())]


def loaded(found: Tables) -> Inputs:
    return read(files(found))
