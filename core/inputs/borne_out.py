"""Whether the rows of a data set are borne out by what they cite: what its keepers should look at, row by row.

A figure that is `reported` or an `estimate` has been published, so its source is a publication that can be opened, and
one that did not come out before what it reports. An `assumption` follows a rule, which its note says, or the
derivation that it cites. What is the company's `own` it vouches for itself. A publication that nothing cites, or that
has no address, misleads. None of this is refused: such data can be worked on, and a reader is told how far they can be
followed up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from core.base.format import counted
from core.inputs.age import last_day_of, latest_day
from core.inputs.data import Inputs
from core.inputs.declaration import Resource, resources
from core.inputs.evidence import OWN, graded, key_of, rows_of

_SOURCES: Final = "sources"
_SOURCES_FILE: Final = f"{_SOURCES}.csv"
DERIVATION: Final = "derivation"
ASSUMPTION: Final = "assumption"
_WORD: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")  # an id of one word could be any word of a note
UNCITED: Final = "cited by no row"
CLOSED: Final = "without an address"


@dataclass(frozen=True)
class Finding:
    """One row that is not borne out: which it is, by its key, why, and what was expected."""

    file: str
    row: str
    wrong: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}, {self.row}: {self.wrong}; expected {self.expected}"


@dataclass(frozen=True)
class _Source:
    """What of a publication decides whether it can bear a row out."""

    id: str
    published_on: str
    is_derivation: bool
    has_address: bool
    has_rule: bool


@lru_cache(maxsize=8)
def findings(inputs: Inputs) -> tuple[Finding, ...]:
    """Return all that is not borne out: rows by table and in file order, then publications."""
    declared = next(one for one in resources() if one["name"] == _SOURCES)
    sources = {str(row["source_id"]): _source(row) for row in rows_of(inputs, declared)}
    rows = [one for resource in graded(inputs) for one in _of_table(inputs, resource, sources)]
    return (*rows, *_of_sources(inputs, sources))


def summary(inputs: Inputs) -> str:
    """Return in words whether all is borne out, or how many rows are not and how many publications mislead."""
    found = findings(inputs)
    rows = sum(len(inputs.tables[one["name"]]) for one in graded(inputs))
    wrong = sum(one.file != _SOURCES_FILE for one in found)
    said = [f"{wrong} of {counted(rows, 'row')} {'is' if wrong == 1 else 'are'} not borne out by what they cite"]
    if not wrong:
        said = ["Every row is borne out by what it cites"]
    for words in (UNCITED, CLOSED):
        if count := sum(one.wrong == words for one in found):
            said.append(f"{counted(count, 'publication')} {'is' if count == 1 else 'are'} {words}")
    return "; ".join(said)


def _source(row: Mapping[str, Any]) -> _Source:
    return _Source(
        str(row["source_id"]),
        str(row["published_on"]),
        is_derivation=row["read_as"] == DERIVATION,
        has_address=row["url"] is not None,
        has_rule=bool((row["rule"] or "").strip()),
    )


def _of_table(inputs: Inputs, resource: Resource, sources: Mapping[str, _Source]) -> Iterator[Finding]:
    """Yield the rows of a table that are not borne out, each once, with the first reason."""
    observed = [field["name"] for field in resource["schema"]["fields"] if field.get("observed")]
    for row in rows_of(inputs, resource):
        source = sources[row["source_id"]]
        if row["grade"] == OWN:
            continue
        if row["grade"] == ASSUMPTION:
            found = _of_assumption(row, source)
        else:
            found = _of_publication(row, source, [str(row[name]) for name in observed])
        if found is not None:
            yield Finding(resource["path"], key_of(resource, row), *found)


def _of_assumption(row: Mapping[str, Any], source: _Source) -> tuple[str, str] | None:
    """Return what is wrong with an assumed row, and what was expected; None if its rule is told."""
    if (row.get("note") or "").strip() or (source.is_derivation and source.has_rule):
        return None
    return "an assumption without a rule", "its rule in the note, or a source that is a derivation with a rule"


def _of_publication(row: Mapping[str, Any], source: _Source, periods: list[str]) -> tuple[str, str] | None:
    """Return what is wrong with a row that is said to be published, and what was expected; None if nothing is.

    periods: the years or quarters in which what the row tells is seen, for tables that have one.
    """
    grade = row["grade"]
    if source.is_derivation:
        return f"{grade}, but {source.id} is a derivation", f"a publication that has the figure, or grade {ASSUMPTION}"
    if not source.has_address:
        return f"{grade}, but {source.id} has no address", f"a publication with a url, or grade {ASSUMPTION}"
    if grade != "reported":
        return None
    for period in periods:
        if latest_day(source.published_on) < reportable_from(period):
            wrong = f"reported for {period}, but {source.id} came out on {source.published_on}"
            return wrong, "a publication that came out later, or another grade"
    return None


def reportable_from(period: str) -> date:
    """Return the first day on which anything can be reported of a year, or a quarter as a whole: its first, its last.

    Of a year that has begun, such as of its prices, publications report the part so far.
    """
    return last_day_of(period) if "-" in period else date(int(period), 1, 1)


def _of_sources(inputs: Inputs, sources: Mapping[str, _Source]) -> Iterator[Finding]:
    """Yield the publications that nothing cites, and those that cannot be opened."""
    cited, vouched = {lever.source_id for lever in inputs.levers.values()}, set()
    for name, table in inputs.tables.items():
        if name != _SOURCES and "source_id" in table:
            cited |= set(table["source_id"].dropna())
        if "grade" in table:
            vouched |= set(table.loc[table["grade"] == OWN, "source_id"])
        if name != _SOURCES and "note" in table:  # a row that rests on several names the others in its note
            cited |= {word for note in table["note"].dropna() for word in _WORD.findall(note)}
    for source in sources.values():
        if source.id not in cited:
            yield Finding(_SOURCES_FILE, source.id, UNCITED, "a row that rests on it, or no such publication")
        if not source.is_derivation and not source.has_address and source.id not in vouched:
            yield Finding(_SOURCES_FILE, source.id, CLOSED, "its url, or another publication that has the figures")
