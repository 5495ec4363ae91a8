"""A company's own figures put over those of a data set: one price, or what was edited in its tables.

Whoever changes a figure vouches for it, so its row gets the grade `own` and cites the source `own`, which is added to
the publications once, of the day of the last such change. Where another source or grade was given with the change,
that stands: somebody has put in what was published. What comes out has passed every check, as all data have.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol

from core.inputs.data import LEAD, Inputs, read
from core.inputs.declaration import Resource, column_names, expected_in_words, resources
from core.inputs.evidence import OWN
from core.inputs.sheet import Cells, as_csv
from core.upkeep.rewrite import text_of


class Tables(Protocol):
    """A data set as far as it is edited, be it sound or still in the making."""

    @property
    def cells(self) -> Mapping[str, Cells]:
        """The text of every file by name, header first."""

    @property
    def suppliers(self) -> tuple[str, ...]:
        """The ids of the suppliers: the custom one, the lead, the others."""

    @property
    def company(self) -> str | None:
        """Whose data they are."""


Row = Mapping[str, object]
"""What stands in the columns of a row: a figure or a word, None where a cell is to be empty."""
PRICES: Final = "chip_prices"
SOURCES: Final = "sources"
GRADE: Final = "grade"
SOURCE: Final = "source_id"
WORDS: Final = ("note", "name", "short_name", "family_name", GRADE, SOURCE)
"""Columns that are no figure: a row of which only these change stays as well known as it was."""
TO_CENTS: Final = 2


@dataclass(frozen=True)
class Edits:
    """What is edited in one table; its rows are named by their place in the file, the first is 0."""

    changed: Mapping[int, Row] = field(default_factory=lambda: MappingProxyType({}))  # columns that changed, by row
    added: Sequence[Row] = ()
    deleted: Collection[int] = ()


class OwnError(ValueError):
    """An own figure that cannot be taken; the message says why and what would do."""


def with_price(inputs: Inputs, chip_id: str, price_usd: float, day: date | None = None) -> Inputs:
    """Return the data with the company's own price of a chip, US dollars; its low and high move by the same rate.

    The note then says what stood there before it was the company's own. day: on which it was given, today if None.
    Raises OwnError if there is no such chip or the price is out of bounds.
    """
    header, *rows = inputs.cells[f"{PRICES}.csv"]
    places = [place for place, row in enumerate(rows) if row[header.index("chip_id")] == chip_id]
    if not places:
        raise OwnError(f"{chip_id}: there is no such chip; use one of {', '.join(inputs.chips.id)}")
    [place] = places
    declared = {one["name"]: one for one in _declared(inputs)[PRICES]["schema"]["fields"]}["price_usd_base"]
    least, most = (declared["constraints"][name] for name in ("minimum", "maximum"))
    if not math.isfinite(price_usd) or not least <= price_usd <= most:
        expected = expected_in_words(declared, declared["constraints"])
        raise OwnError(f"{chip_id}: {price_usd} is no price in USD per chip; use {expected}")
    before = {name: float(rows[place][header.index(name)]) for name in header if name.startswith("price_usd_")}
    rate = price_usd / before["price_usd_base"]
    own = {
        "price_usd_low": min(max(round(before["price_usd_low"] * rate, TO_CENTS), least), price_usd),
        "price_usd_base": price_usd,
        "price_usd_high": max(min(round(before["price_usd_high"] * rate, TO_CENTS), most), price_usd),
    }
    was = [rows[place][header.index(name)] for name in ("price_usd_base", GRADE, SOURCE)]
    note = {} if was[1] == OWN else {"note": f"the company's own price; before it stood {was[0]} ({was[1]}, {was[2]})"}
    return with_edits(inputs, {PRICES: Edits(changed={place: {**own, **note, GRADE: OWN, SOURCE: OWN}})}, day)


def with_edits(inputs: Inputs, edits: Mapping[str, Edits], day: date | None = None) -> Inputs:
    """Return the data with their tables edited; edits: by the name of the table. `cells` of it is what to keep.

    Raises DataError that lists all that is wrong with the outcome.
    """
    return read({name: as_csv(cells) for name, cells in edited(inputs, edits, day).items()})


def edited(inputs: Tables, edits: Mapping[str, Edits], day: date | None = None) -> dict[str, Cells]:
    """Return the files of the data with their tables edited, by name, whatever becomes of their checks."""
    found, vouched, declared = dict(inputs.cells), False, _declared(inputs)
    for name, of_table in edits.items():
        if name not in declared:
            raise OwnError(f"{name}: there is no such table; use one of {', '.join(declared)}")
        table = _Table(declared[name], inputs.cells.get(f"{name}.csv"), of_table)
        found[f"{name}.csv"], vouched = table.cells, vouched or table.is_vouched_for
    if vouched:
        found[f"{SOURCES}.csv"] = _with_source(found.get(f"{SOURCES}.csv"), inputs, day or date.today())
    return found


def _declared(inputs: Tables) -> dict[str, Resource]:
    return {one["name"]: one for one in resources(inputs.suppliers[LEAD + 1 :])}


class _Table:
    """A table with its edits put in."""

    def __init__(self, resource: Resource, cells: Cells | None, edits: Edits) -> None:
        needed = [one["name"] for one in resource["schema"]["fields"] if not one.get("optional")]
        header, *rows = cells or (tuple(needed),)
        self._resource = resource
        self._is_graded = {GRADE, SOURCE} <= set(column_names(resource))
        self.is_vouched_for = False
        """True if a row cites the company's own figures because of an edit."""
        asked = (column for row in (*edits.changed.values(), *edits.added) for column in row)
        columns = tuple(dict.fromkeys((*header, *asked)))
        kept: list[tuple[str, ...]] = [columns]
        for place, row in enumerate(rows):
            if place not in edits.deleted:
                before = dict.fromkeys(columns, "") | dict(zip(header, row, strict=False))
                kept.append(tuple(self._changed(before, edits.changed.get(place, {}))[one] for one in columns))
        for added in edits.added:
            kept.append(tuple(self._added(dict.fromkeys(columns, ""), added)[one] for one in columns))
        self.cells: Cells = tuple(kept)

    def _changed(self, before: Mapping[str, str], row: Row) -> dict[str, str]:
        """Return a row after its changes; a cell that holds the same figure stays as it was written."""
        given = {column: text_of(value) for column, value in row.items()}
        moved = {column: text for column, text in given.items() if not _is_same(before[column], text)}
        own = self._own(moved) if set(moved) - set(WORDS) or moved.get(GRADE) == OWN or moved.get(SOURCE) == OWN else {}
        return {**before, **moved, **own}

    def _added(self, empty: Mapping[str, str], row: Row) -> dict[str, str]:
        given = {column: text for column, value in row.items() if (text := text_of(value))}
        return {**empty, **given, **self._own(given)}

    def _own(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return grade and source of a row that the company vouches for; nothing if others were given with it."""
        said = {given.get(name, OWN) for name in (GRADE, SOURCE)}
        if not self._is_graded or said != {OWN}:
            return {}
        self.is_vouched_for = True
        return {GRADE: OWN, SOURCE: OWN}


def _is_same(was: str, now: str) -> bool:
    """True if two cells hold the same figure, or the same text."""
    try:
        return float(was) == float(now)
    except ValueError:
        return was == now


def with_own_source(of: Tables, cells: Mapping[str, Cells], day: date | None = None) -> dict[str, Cells]:
    """Return files with the company's own figures among the publications, if any row cites them; else as they are.

    of: whose data they are; day: on which the figures were given, today if None.
    """
    path = f"{SOURCES}.csv"
    cites = any(OWN in _column(table, SOURCE) for name, table in cells.items() if name != path)
    if not cites or OWN in _column(cells.get(path, ()), SOURCE):
        return dict(cells)
    return {**cells, path: _with_source(cells.get(path), of, day or date.today())}


def _column(cells: Cells, name: str) -> list[str]:
    """Return what stands in a column, nothing if there is none; rows that do not fit the header are left out."""
    header, *rows = cells or ((),)
    return [row[header.index(name)] for row in rows if len(row) == len(header)] if name in header else []


def _with_source(cells: Cells | None, inputs: Tables, day: date) -> Cells:
    """Return the publications with the company's own figures among them, as of a day; None: there are none yet."""
    told: dict[str, str] = {
        SOURCE: OWN,
        "publisher": inputs.company or "The company",
        "title": "Figures of the company's own",
        "published_on": day.isoformat(),
        "read_as": "primary",
        "licence": "own data",
    }
    header, *rows = cells or (column_names(_declared(inputs)[SOURCES]),)
    if OWN not in _column((header, *rows), SOURCE):
        return (header, *rows, tuple(told.get(column, "") for column in header))
    now = {"published_on": told["published_on"]}
    return (header, *(_replaced(header, row, now) if OWN in _column((header, row), SOURCE) else row for row in rows))


def _replaced(header: Sequence[str], row: Sequence[str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(now.get(column, cell) for column, cell in zip(header, row, strict=True))
