"""The data: CSV files, checked and shaped by DuckDB into the read-only arrays that the model reads.

`load(folder)` reads the files that data/datapackage.json declares, `read(files)` takes the same files as bytes. What
is declared (column types, bounds, words and keys) is what every cell is checked against; then the rows are inserted
into the tables of sql/schema.sql, judged with each other (sql/rule_*.sql) and shaped (the other files of sql/, one a
query). The database is closed to the outside from its first moment and thrown away in the end: no connection is
kept, so none can be shared between threads.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Cells = tuple[tuple[str, ...], ...]
"""The rows of a file as text, its header first."""

CUSTOM: Final = 0
NVIDIA: Final = 1
AMD: Final = 2
"""Position of each role on every supplier axis, whatever the order in the file."""


@dataclass(frozen=True, eq=False)
class Chips:
    """Chip generations, in file order (`chip` axis)."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    supplier: Ints  # (chip,) CUSTOM, NVIDIA or AMD
    available: Ints  # (chip,) quarter index of volume, may be negative
    last_order: Ints  # (chip,) quarter index of the last order; NO_LAST_ORDER if open
    future: Bools  # (chip,) status is not in_volume
    extrapolated: Bools  # (chip,) status is extrapolated
    assumed_price: Bools  # (chip,) the price row's grade is assumption
    kw: Floats  # (chip,) all-in power, kW
    price_usd: Floats  # (chip,) base price at `available`
    system_cost_usd: Floats  # (chip,) share of server, rack and network
    h100e: Floats  # (chip, workload) base throughput, H100 SXM = 1; 0 if it cannot run the workload


NO_LAST_ORDER: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class OpeningFleet:
    """Chips installed on 31 December 2026, in file order (`lot` axis)."""

    chip: Ints  # (lot,) index on the chip axis
    workload: Ints  # (lot,) index on the workload axis
    vintage: Ints  # (lot,) quarter index, negative
    chips: Floats  # (lot,) count
    unit_cost_usd: Floats  # (lot,) chip and system share


@dataclass(frozen=True, eq=False)
class Programme:
    """Fixed costs of the custom programme, in file order (`item` axis)."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    kind: tuple[str, ...]
    future_chip: Bools  # (item,) tied to a chip that is not in volume yet
    gates: Bools  # (item, workload)
    expansion: Bools  # (item,) trigger is expansion
    usd_total: Floats  # (item,)
    first: Ints  # (item,) quarter index
    last: Ints  # (item,) quarter index


@dataclass(frozen=True, eq=False)
class Contracts:
    """Purchase agreements (`contract` axis, in order of first appearance in the file)."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    supplier: Ints  # (contract,)
    counts: Bools  # (contract, chip) the supplier's chips that count
    in_gw: Bools  # (contract,) amounts are GW, else USD
    active: Bools  # (contract, year) the contract has an amount in this year, 2027 on
    amount: Floats  # (contract, year) GW or USD; 0 where not active
    usd_per_gw: Floats  # (contract, year) 1 for contracts in USD; 0 where not active


@dataclass(frozen=True)
class Correlation:
    """How far two beliefs go the same way: the rank correlation of two levers when all are drawn."""

    lever_id: str
    other_lever_id: str
    rank_correlation: float  # -1 to 1


@dataclass(frozen=True, eq=False)
class Inputs:
    """All that the model reads, checked and read-only.

    Axes: `supplier` is (custom, NVIDIA, AMD); `workload`, `chip`, `lot`, `item`, `contract` in file order;
    `quarter` from 2027-Q1 to 2035-Q4; `year` from 2027 to 2035. Money is US dollars, power MW or kW.
    """

    data_version: str
    suppliers: tuple[str, ...]  # (supplier,) ids
    supplier_names: tuple[str, ...]
    workloads: tuple[str, ...]  # (workload,) ids
    workload_names: tuple[str, ...]
    families: tuple[str, ...]  # (workload,) "ranking" or "genai"
    custom_share_today: Floats  # (workload,)
    amd_share_today: Floats  # (workload,) of what is bought
    demand_2026_h100e: Floats  # (workload,)
    demand_h100e: Floats  # (quarter, workload) base path, before the growth levers
    chips: Chips
    opening: OpeningFleet
    power_usd_per_mwh: float  # 2026, weighted by fleet_share
    kg_co2_per_mwh: float  # weighted by fleet_share
    capacity_2026_mw: float
    capacity_mw: Floats  # (quarter,) IT load that can be powered
    programme: Programme
    contracts: Contracts
    book_tax_rate: float
    diluted_shares: float
    correlations: tuple[Correlation, ...]  # in file order; none if the data set has none
    tables: Mapping[str, pd.DataFrame]  # every table as it was read, by name
    cells: Mapping[str, Cells]  # the text of every file, by name: what data_version is a hash of


DATA_VARIABLE: Final = "CROSSOVER_DATA"
BUNDLED: Final = Path(__file__).resolve().parents[2] / "data"
PACKAGE: Final = BUNDLED / "datapackage.json"
"""The declaration: files, columns, keys, bounds and words, in the form of the Data Package standard."""
_SQL = Path(__file__).resolve().parent / "sql"
Resources = Sequence[Mapping[str, Any]]
_CHECKS = ("check_cells", "check_keys", "check_references", "check_ranges", "check_pairs")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the data: where it is, what stands there and what was expected."""

    file: str
    line: int | None  # of the file, from 1; None if no single line is to blame
    column: str | None
    value: str | None  # the text that is wrong; None if it is something missing
    wrong: str
    expected: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        if self.column is not None:
            place += f", {self.column}"
        return f"{place}: {_shown(self.value)}{self.wrong}; expected {self.expected}"


def _shown(value: str | None) -> str:
    if value is None:
        return ""
    text = json.dumps(value if len(value) <= 40 else f"{value[:37]}...", ensure_ascii=False)
    return f"{text} "


class DataError(ValueError):
    """Data that cannot be used; `problems` holds everything wrong with it, file by file and line by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class _Sheet:
    """A file as it was read: its `rows` of text under `columns`, the `lines` they begin in, what was wrong."""

    name: str
    columns: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return the rows as text, None where a cell is empty, each with its line."""
        cells = [(line, *(text or None for text in row)) for line, row in zip(self.lines, self.rows, strict=True)]
        return pd.DataFrame(cells, columns=pd.Index(["line", *self.columns]), dtype=object)


@functools.cache
def bundled() -> Inputs:
    """Return the data that the product works on, loaded once a process and shared: leave its tables alone.

    They are those of the folder that DATA_VARIABLE names, a relative one counted from the working directory; without
    it, the bundled data. Raises DataError if that folder holds no sound data.
    """
    named = os.environ.get(DATA_VARIABLE)
    if not named:
        return load(BUNDLED)
    if not Path(named).is_dir():
        would_do = f"a folder of CSV files (looked for from {Path.cwd()}), or nothing for the bundled data"
        raise DataError([Problem(DATA_VARIABLE, None, None, named, "is no folder", would_do)])
    return load(Path(named))


@functools.cache
def resources() -> Resources:
    """Return the tables as datapackage.json declares them, referred ones first."""
    declared: Resources = tuple(json.loads(PACKAGE.read_text(encoding="utf-8"))["resources"])
    return declared


def load(folder: Path) -> Inputs:
    """Return the data of `folder`, checked and shaped.

    Raises DataError that lists every problem of every file at once. Rules across rows and files are judged where
    the files they read are sound by themselves; a file that is not would only break them again.
    """
    if not folder.is_dir():
        raise DataError([Problem(str(folder), None, None, None, "there is no such folder", "a folder of CSV files")])
    return _checked([_read(folder, resource) for resource in resources()])


def read(files: Mapping[str, bytes]) -> Inputs:
    """Return the data of `files`, the content of each CSV file by its name, as `load` does from a folder."""
    sheets = []
    for resource in resources():
        name = resource["path"]
        sheets.append(_parsed(name, _names(resource), files[name]) if name in files else _missing(resource))
    return _checked(sheets)


def _checked(sheets: Sequence[_Sheet]) -> Inputs:
    """Return what the sheets hold, one a resource, if they and all rules are sound."""
    problems = [problem for sheet in sheets for problem in sheet.problems]
    with connect() as database:
        problems += _check_cells(database, resources(), sheets)
        ready, refused = _insert(database, resources(), sheets, {problem.file for problem in problems})
        problems += refused
        problems += _check_rules(database, ready)
        if problems:
            raise DataError(problems)
        return _shape(database, {sheet.name: (sheet.columns, *sheet.rows) for sheet in sheets if sheet.rows})


def connect() -> duckdb.DuckDBPyConnection:
    """Return a new database in memory that has the tables, all empty, and cannot reach any file or host.

    Not to be shared between threads: a thread takes a cursor of its own.
    """
    config: dict[str, Any] = {"enable_external_access": False, "lock_configuration": True, "threads": 1}
    database = duckdb.connect(":memory:", config=config)
    database.execute(_sql("schema"))
    database.execute(_sql("staging"))
    return database


def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def _names(resource: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(field["name"] for field in resource["schema"]["fields"])


# --- Reading ---------------------------------------------------------------------------------------------------------


def _read(folder: Path, resource: Mapping[str, Any]) -> _Sheet:
    """Return the resource's file as text, as far as it can be read."""
    path = folder / resource["path"]
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return _missing(resource)
    except OSError as error:
        return _unreadable(path.name, f"the file cannot be read ({error.strerror})", "a file that can be read")
    return _parsed(path.name, _names(resource), content)


def _missing(resource: Mapping[str, Any]) -> _Sheet:
    """Return a sheet without rows if the file may be left out, as data sets from before there was one do."""
    name, declared = resource["path"], _names(resource)
    if resource.get("optional"):
        return _Sheet(name, declared)
    return _unreadable(name, "the file is missing", _header(declared))


def _header(declared: tuple[str, ...]) -> str:
    return f"a header with the columns {', '.join(declared)}"


def _unreadable(name: str, wrong: str, expected: str, line: int | None = None) -> _Sheet:
    return _Sheet(name, problems=(Problem(name, line, None, None, wrong, expected),))


def _parsed(name: str, declared: tuple[str, ...], content: bytes) -> _Sheet:
    """Return the content of a file as text; byte order marks and line endings of any kind are fine."""
    unreadable = functools.partial(_unreadable, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{content[error.start]:02x} is not UTF-8"
        return unreadable(byte, "text saved as UTF-8 (in a spreadsheet: CSV UTF-8)", line)
    first_line, *_ = text.splitlines() or [""]
    for separator, words in ((";", "semicolons"), ("\t", "tabs")):
        if separator in first_line and "," not in first_line:
            return unreadable(f"the columns are separated by {words}", "commas between columns", 1)
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), strict=True)
    records: list[tuple[int, tuple[str, ...]]] = []
    begins = 1
    try:
        for row in reader:
            if row:
                records.append((begins, tuple(row)))
            begins = reader.line_num + 1
    except csv.Error as error:
        return unreadable(f"the quotes do not match ({error})", "text with commas in double quotes", begins)
    if not records:
        return unreadable("the file is empty", _header(declared))
    return _sheet(name, declared, records)


def _sheet(name: str, declared: tuple[str, ...], records: Sequence[tuple[int, tuple[str, ...]]]) -> _Sheet:
    """Return the records under their header, leaving out rows that do not fit it."""
    (line, header), *body = records
    columns = f"the columns {', '.join(declared)}"
    flaw = functools.partial(Problem, name)
    problems = [
        flaw(line, column, None, "the column is missing", columns) for column in declared if column not in header
    ]
    problems += [
        flaw(line, None, column, "is not a known column", columns) for column in header if column not in declared
    ]
    problems += [
        flaw(line, column, None, "the column is there twice", columns)
        for column, times in Counter(header).items()
        if times > 1
    ]
    problems += [
        flaw(begins, None, None, f"the row has {len(row)} cells", f"{len(header)}, as in the header")
        for begins, row in body
        if len(row) != len(header)
    ]
    if not body:
        problems.append(flaw(None, None, None, "there are no rows under the header", "at least one row"))
    fitting = [(begins, row) for begins, row in body if len(row) == len(header)]
    return _Sheet(
        name, header, tuple(begins for begins, _ in fitting), tuple(row for _, row in fitting), tuple(problems)
    )


def _version(cells: Mapping[str, Cells]) -> str:
    """Return a short hash of all cells: however the files are ordered, encoded or quoted, equal data give the same."""
    content = sorted((name, columns, rows) for name, (columns, *rows) in cells.items())
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


# --- Checking --------------------------------------------------------------------------------------------------------


def _check_cells(database: duckdb.DuckDBPyConnection, resources: Resources, sheets: Sequence[_Sheet]) -> list[Problem]:
    """Return what is wrong with single cells, keys and references; leaves both sides staged in the database."""
    fields = [
        (
            resource["path"], field["name"], position, field["type"], rule.get("required", False),
            rule.get("minimum"), rule.get("exclusiveMinimum"), rule.get("maximum"),
            rule.get("pattern"), rule.get("enum"),
            field["name"] in resource["schema"]["primaryKey"], _in_words(field),
        )
        for resource in resources
        for position, field in enumerate(resource["schema"]["fields"])
        for rule in [field.get("constraints", {})]
    ]  # fmt: skip
    paths = {resource["name"]: resource["path"] for resource in resources}
    broken = {sheet.name for sheet in sheets if sheet.problems}
    references = [
        (resource["path"], key["fields"][0], paths[key["reference"]["resource"]], key["reference"]["fields"][0])
        for resource in resources
        for key in resource["schema"].get("foreignKeys", [])
        if paths[key["reference"]["resource"]] not in broken
    ]
    cells = [
        (sheet.name, line, column, text or None)
        for sheet in sheets
        for line, row in zip(sheet.lines, sheet.rows, strict=True)
        for column, text in zip(sheet.columns, row, strict=True)
    ]
    for table, rows in (("field", fields), ("reference", references), ("cell", cells)):
        database.append(table, pd.DataFrame(rows, columns=pd.Index(database.table(table).columns), dtype=object))
    return [problem for check in _CHECKS for problem in _problems(database, _sql(check))]


def _in_words(field: Mapping[str, Any]) -> str:
    """Say what may stand in a column: `a number from 0 to 1`."""
    rule = field.get("constraints", {})
    if words := rule.get("enum"):
        return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    if field["type"] == "string":
        return f"text like {field['example']}" if "example" in field else "text"
    bounds = [
        f"{words} {rule[name]}"
        for name, words in (("exclusiveMinimum", "above"), ("minimum", "of at least"), ("maximum", "of at most"))
        if name in rule
    ]
    return " ".join(["a number" if field["type"] == "number" else "a whole number", " and ".join(bounds)]).strip()


def _insert(
    database: duckdb.DuckDBPyConnection, resources: Resources, sheets: Sequence[_Sheet], broken: set[str]
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


def _check_rules(database: duckdb.DuckDBPyConnection, ready: set[str]) -> list[Problem]:
    """Return what rules across rows and tables find, of those rules whose tables are all filled."""
    rules = [path.read_text(encoding="utf-8") for path in sorted(_SQL.glob("rule_*.sql"))]
    return [
        problem for rule in rules if database.get_table_names(rule) <= ready for problem in _problems(database, rule)
    ]


def _problems(database: duckdb.DuckDBPyConnection, query: str) -> list[Problem]:
    return [Problem(*row) for row in database.execute(query).fetchall()]


# --- Shaping ---------------------------------------------------------------------------------------------------------


def _shape(database: duckdb.DuckDBPyConnection, cells: Mapping[str, Cells]) -> Inputs:
    """Return the inputs: the columns of each query carry the names of the fields they fill."""
    names = {resource["name"]: _names(resource) for resource in resources()}

    def rows(query: str, **values: object) -> dict[str, Any]:
        columns = database.execute(_sql(query), values or None).fetchnumpy()
        return {name: _frozen(np.asarray(column)) for name, column in columns.items()}

    def table(query: str, width: int) -> dict[str, Any]:
        return {name: column.reshape(-1, width) for name, column in rows(query).items()}

    tables = {name: database.table(name).order("line").select(*columns).df() for name, columns in names.items()}
    constants: dict[str, Any] = {name: column.item() for name, column in rows("constants").items()}
    workloads = rows("workloads")
    chips = rows("chips", no_last_order=NO_LAST_ORDER)
    contracts = rows("contracts")
    wide, tall = len(workloads["workloads"]), len(chips["id"])
    capacity = rows("capacity")
    years = len(capacity["capacity_mw"]) // 4
    return Inputs(
        data_version=_version(cells),
        **rows("suppliers"),
        **workloads,
        **table("demand", wide),
        chips=Chips(**chips, **table("throughput", wide)),
        opening=OpeningFleet(**rows("opening_fleet")),
        **capacity,
        programme=Programme(**rows("programme"), **table("programme_gates", wide)),
        contracts=Contracts(**contracts, **table("contract_chips", tall), **table("contract_years", years)),
        **constants,
        correlations=tuple(Correlation(*row) for row in database.execute(_sql("correlations")).fetchall()),
        tables=MappingProxyType(tables),
        cells=MappingProxyType(cells),
    )


def _frozen(column: NDArray[Any]) -> NDArray[Any] | tuple[str, ...]:
    """Return text as a tuple, anything else as a read-only array of 64-bit numbers or of truths."""
    if column.dtype == object:
        return tuple(column)
    kinds: dict[str, type[np.generic]] = {"i": np.int64, "f": np.float64, "b": np.bool_}
    array = np.array(column, dtype=kinds[column.dtype.kind])
    array.setflags(write=False)
    return array
