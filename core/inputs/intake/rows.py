"""Which rows of a grid are its header, and which of the rows below it count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.base.format import counted
from core.inputs.declaration import Resource
from core.inputs.intake.columns import kind, likeness
from core.inputs.intake.numbers import written
from core.inputs.intake.question import LEAVE, Asked
from core.inputs.intake.units import unit_of

HEADER_WITHIN: Final = 30
"""Rows from the top among which the header is looked for."""
FEW: Final = 8
"""Different words up to which a column may say what kind of row each is."""
KEEP: Final = "keep"
_SUMS: Final = frozenset(
    (
        *("total", "totals", "sum", "subtotal", "sub-total", "grand total", "average", "avg", "mean", "overall", "all"),
        *("summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt", "mittelwert"),
    )
)
Row = Sequence[str]


def header_row(resource: Resource, rows: Sequence[Row]) -> int:
    """Return the row that is the most like a header of the table, the first of several."""
    near = rows[:HEADER_WITHIN]
    best = max(range(len(near)), key=lambda i: (round(likeness(resource, near[i]), 3), -i), default=0)
    above = near[best - 1] if best else ()
    named = [cell for cell in above if cell.strip() and not _figure(cell)]
    return best - 1 if _has_units(near[best]) and len(named) >= sum(map(bool, near[best])) else best


def unit_row(rows: Sequence[Row], header: int) -> int | None:
    """Return the row right above or below the header that has units where the table has figures, if there is one."""
    for i in (header + 1, header - 1):
        if 0 <= i < len(rows) and _has_units(rows[i]):
            return i
    return None


def _has_units(row: Row) -> bool:
    """Tell a row of units: a few cells that are units alone, and no figure."""
    said = [cell.strip("()[] ") for cell in row if cell.strip()]
    return not any(_figure(cell) for cell in said) and any(unit_of(cell) for cell in said)


def _figure(cell: str) -> bool:
    return written(cell) is not None


def rows_that_do_not_count(
    asked: Asked,
    resource: Resource,
    columns: Mapping[int, str],
    rows: Sequence[Row],
    header: int,
    units: int | None,
) -> tuple[int, ...]:
    """Return the rows below the header that are left out, empty ones and those that people agreed to leave out.

    columns: the table's columns by their place in the grid.
    """
    below = range(header + 1, len(rows))
    skipped = {i for i in below if not any(cell.strip() for cell in rows[i])}
    if units is not None and units in below:
        asked_units = f"Row {units + 1} has units in it."
        if _left_out(asked, "units", asked_units, [units]):
            skipped.add(units)
    sums = [i for i in below if i not in skipped and any(_is_sum(rows[i][j]) for j in columns if j < len(rows[i]))]
    if sums and _left_out(asked, "sums", f"{_rows(sums)} to be sums or means of others.", sums):
        skipped |= set(sums)
    prose = [i for i in below if i not in skipped and _is_prose(rows[i], columns)]
    if prose and _left_out(asked, "prose", f"{_rows(prose)} to be a remark.", prose):
        skipped |= set(prose)
    left = [i for i in below if i not in skipped]
    return tuple(sorted(skipped | _other_kinds(asked, resource, columns, rows, header, left)))


def _left_out(asked: Asked, name: str, ask: str, rows: Sequence[int]) -> bool:
    about = f"row {rows[0] + 1}" if len(rows) == 1 else f"{len(rows)} rows"
    choices = [(LEAVE, "leave out"), (KEEP, "keep, as any other row")]
    return asked.choice(f"rows:{name}", "rows", about, ask, choices, LEAVE, 0.8) == LEAVE


def _rows(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"Row {rows[0] + 1} seems"
    return f"{counted(len(rows), 'row')} (the first is row {rows[0] + 1}) seem"


def _is_sum(cell: str) -> bool:
    said = cell.strip(" :*").casefold()
    return said in _SUMS or said.split(" ")[0].rstrip(":") in {"total", "subtotal", "gesamt", "summe"}


def _is_prose(row: Row, columns: Mapping[int, str]) -> bool:
    """Tell a remark: one cell alone of several has something in it, and that is words or a note of stars."""
    said = [cell.strip() for cell in row if cell.strip()]
    return len(columns) > 2 and len(said) == 1 and (" " in said[0] or said[0][:1] in "*†#") and not _figure(said[0])


def _other_kinds(
    asked: Asked, resource: Resource, columns: Mapping[int, str], rows: Sequence[Row], header: int, left: Sequence[int]
) -> set[int]:
    """Ask which rows count where several have one key and a column beside them says what kind each is."""
    keys = [i for i, name in columns.items() if name in resource["schema"]["primaryKey"]]
    found = [tuple(rows[i][j].strip() for j in keys if j < len(rows[i])) for i in left]
    if not keys or len(set(found)) == len(found):
        return set()
    numbers = {field["name"] for field in resource["schema"]["fields"] if kind(field) == "number"}
    out: set[int] = set()
    for j, name in enumerate(rows[header]):
        said = dict.fromkeys(rows[i][j].strip() for i in left if j < len(rows[i]))
        if columns.get(j) in numbers or j in keys or not 2 <= len(said) <= FEW:
            continue
        with_it = {(*key, rows[i][j].strip()) for key, i in zip(found, left, strict=True) if j < len(rows[i])}
        if len(with_it) == len(found):
            choices = [*((word, f"only those with “{word}”") for word in said), (KEEP, "all")]
            same = " and ".join(rows[header][i] for i in keys)
            ask = f"Several rows have the same {same}, and {name} tells them apart."
            answer = asked.choice(f"kind:{name}", "rows", name, ask, choices, None)
            out |= {i for i in left if answer not in (None, KEEP) and rows[i][j].strip() != answer}
            break
    return out
