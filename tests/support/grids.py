"""Files as people bring them, made in a test, as the grids that they are read to."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from core.inputs.declaration import Resource, resources
from core.inputs.intake import brought
from core.inputs.intake.applied import Applied, apply
from core.inputs.intake.grid import Grid
from core.inputs.intake.proposal import Proposal, propose
from core.inputs.sheet import Cells

TABLES = resources()


def grid(name: str, text: str, separator: str = ",") -> Grid:
    """A text file."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    return Grid(name, tuple(tuple(row) for row in rows), separators=(separator,))


def of_cells(name: str, cells: Cells) -> Grid:
    """A table in the declared form."""
    return Grid(name, tuple(cells), separators=(",",))


def of_workbook(content: bytes) -> tuple[Grid, ...]:
    """The sheets of a workbook."""
    return brought.read("book.xlsx", content)


def table(name: str) -> Resource:
    return next(resource for resource in TABLES if resource["name"] == name)


def answered(what: Grid, answers: Mapping[str, str] | None = None) -> Proposal:
    """The proposal of a grid after people agreed to all that is offered, but for what they said themselves."""
    said = dict(answers or {})
    for _ in range(6):
        proposal = propose(what, TABLES, said)
        offered = {one.key: one.default for one in proposal.open if one.default is not None}
        if not offered:
            return proposal
        said |= offered
    raise AssertionError(f"questions without end: {proposal.open}")


def read(what: Grid, answers: Mapping[str, str] | None = None) -> Applied:
    """What a grid holds once all is agreed to."""
    proposal = answered(what, answers)
    assert proposal.reading.table is not None
    assert proposal.reading.is_confirmed, [one.key for one in proposal.open]
    return apply(what, proposal.reading, table(proposal.reading.table))


def columns(applied: Applied) -> dict[str, list[str]]:
    """The cells by column."""
    header, *rows = applied.cells
    return {name: [row[i] for row in rows] for i, name in enumerate(header)}
