"""The data: CSV files, checked and shaped into the read-only arrays that the model reads.

`load(folder)` reads the files that core/inputs/tables.json declares (core.inputs.declaration, core.inputs.sheet), has
them checked (core.inputs.checks) and shapes what the queries of sql/ return. `read(files)` takes the same files as
bytes. The levers and ready-made scenarios of a data set follow from its rows (core.inputs.own_levers, presets).
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base.format import listed
from core.base.quarters import QUARTERS_PER_YEAR, Calendar
from core.inputs.before import calendar_of, merchants_but_lead
from core.inputs.checks import checked
from core.inputs.correlations import Pair, pair_problems
from core.inputs.database import Database, Reads, Rows, connect, sql
from core.inputs.declaration import BUNDLED, Resource, column_names, resources
from core.inputs.earlier import completed
from core.inputs.intake import brought
from core.inputs.intake.assemble import Assembled, strict
from core.inputs.lever_table import Roles, Warrant, Workload, adoption, levers_of
from core.inputs.levers import Levers
from core.inputs.own_levers import OwnLever, own_levers
from core.inputs.presets import PresetRow, presets_of
from core.inputs.problem import DataError, Problem
from core.inputs.scenario import Scenario
from core.inputs.sheet import Cells, Sheet, as_csv, missing, parsed, read_sheet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LARGEST: Final = 30 * 2**20
"""Bytes of all files of a data set: a hundred times what the bundled data take."""
CUSTOM: Final = 0
LEAD: Final = 1
"""Position of the custom supplier and of the first merchant on every supplier axis; the others follow in file order."""
BOUGHT: Final = slice(LEAD, None)
"""Where the merchants stand on every supplier axis."""


@dataclass(frozen=True, eq=False)
class Chips:
    """Chip generations, in file order (`chip` axis)."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    supplier: Ints  # (chip,) index on the supplier axis
    available: Ints  # (chip,) quarter index of volume, may be negative
    last_order: Ints  # (chip,) quarter index of the last order; NO_LAST_ORDER if open
    future: Bools  # (chip,) status is not in_volume
    extrapolated: Bools  # (chip,) status is extrapolated
    assumed_price: Bools  # (chip,) the price row's grade is assumption
    own_price: Bools  # (chip,) the price row's grade is own: the company vouches for it
    kw: Floats  # (chip,) all-in power, kW
    price_usd: Floats  # (chip,) base price at `available`
    system_cost_usd: Floats  # (chip,) share of server, rack and network
    h100e: Floats  # (chip, workload) base throughput, H100 SXM = 1; 0 if it cannot run the workload


NO_LAST_ORDER: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class OpeningFleet:
    """Chips installed when the model begins, in file order (`lot` axis)."""

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
    warrant: Bools  # (contract,) what is bought under it earns shares of the supplier
    active: Bools  # (contract, year) the contract has an amount in this year, from the first modelled one on
    amount: Floats  # (contract, year) GW or USD; 0 where not active
    usd_per_gw: Floats  # (contract, year) 1 for contracts in USD; 0 where not active


@dataclass(frozen=True)
class Correlation:
    """How far two beliefs go the same way: the rank correlation of two levers when all are drawn."""

    lever_id: str
    other_lever_id: str
    rank_correlation: float  # -1 to 1


@dataclass(frozen=True, eq=False, repr=False)
class Inputs:
    """All that the model reads, checked and read-only.

    Axes: `supplier` is the custom one, then the merchants in file order; `other` the merchants but the lead, the first
    of them; `workload`, `chip`, `lot`, `item`, `contract` in file order; `quarter` and `year` all that can be modelled.
    Money is US dollars, power MW or kW.
    """

    data_version: str
    calendar: Calendar
    company: str | None  # what the company is called; None if the data do not say
    public: bool  # every figure comes from a public source: the data say so, and no row is the company's own
    suppliers: tuple[str, ...]  # (supplier,) ids
    supplier_names: tuple[str, ...]
    workloads: tuple[str, ...]  # (workload,) ids
    workload_names: tuple[str, ...]
    workload_labels: tuple[str, ...]  # (workload,) names where room is short
    families: tuple[str, ...]  # (workload,) ids
    family_names: Mapping[str, str]  # by id, in file order: what a family is called within a sentence
    training: tuple[bool, ...]  # (workload,) models are trained, not used
    custom_share_today: Floats  # (workload,)
    bought_share_today: Floats  # (other, workload) of what is bought
    demand_today_h100e: Floats  # (workload,) at the end of the fleet year
    demand_h100e: Floats  # (quarter, workload) base path, before the growth levers
    chips: Chips
    opening: OpeningFleet
    policy_life_quarters: int  # book life of the opening fleet in the company's accounts
    power_usd_per_mwh: float  # in the fleet year, weighted by fleet_share
    kg_co2_per_mwh: float  # weighted by fleet_share
    capacity_today_mw: float  # at the end of the fleet year
    capacity_mw: Floats  # (quarter,) IT load that can be powered
    programme: Programme
    contracts: Contracts
    book_tax_rate: float
    diluted_shares: float
    correlations: tuple[Correlation, ...]  # in file order; none if the data set has none
    levers: Levers
    presets: Mapping[str, Scenario]  # the ready-made scenarios by name
    tables: Mapping[str, pd.DataFrame]  # every table as it was read, by name
    cells: Mapping[str, Cells]  # the text of every file, by name: what data_version is a hash of

    def __repr__(self) -> str:
        return f"Inputs({self.data_version})"

    @property
    def adoption_today(self) -> dict[str, float]:
        """The custom share of today by the lever that sets it."""
        return dict(zip(map(adoption, self.workloads), map(float, self.custom_share_today), strict=True))

    @property
    def base(self) -> Scenario:
        """Every lever at its base."""
        return self.scenario()

    def scenario(self, changes: Mapping[str, object] | None = None) -> Scenario:
        """Return the base scenario with `changes` by lever id; raises ScenarioError as `Scenario.of` does."""
        return Scenario.of(self.levers, changes)


DATA_VARIABLE: Final = "CROSSOVER_DATA"
_DATA: Final = "a folder of CSV files, a workbook (.xlsx) or a zip of CSV files"


@functools.cache
def bundled() -> Inputs:
    """Return the data that the product works on, loaded once a process and shared: leave its tables alone.

    They are those of `data_folder`. Raises DataError if that folder holds no sound data.
    """
    return load(data_folder())


def data_folder() -> Path:
    """Return the folder, workbook or zip that DATA_VARIABLE names; else the bundled folder.

    A relative one counts from the working directory. Raises DataError if there is no such thing.
    """
    named = os.environ.get(DATA_VARIABLE)
    if not named:
        return BUNDLED
    if not (Path(named).is_dir() or _is_file_of_data(Path(named))):
        would_do = f"{_DATA} (looked for from {Path.cwd()}), or nothing for the bundled data"
        raise DataError([Problem(DATA_VARIABLE, None, None, named, "is no folder, and no such file", would_do)])
    return Path(named)


def load(path: Path) -> Inputs:
    """Return the data of a folder of CSV files, a zip of them or a workbook, checked and shaped.

    Raises DataError that lists every problem of every file at once. Rules across rows and files are judged where
    the files they read are sound by themselves; a file that is not would only break them again. What is not certain
    about a file, about which a browser would ask (core.inputs.intake), is a problem here.
    """
    if _is_file_of_data(path):
        return of_assembled(strict(brought.read(path.name, _content(path))))
    if not path.is_dir():
        raise DataError([Problem(str(path), None, None, None, "there is no such folder or file", _DATA)])
    return _shaped(lambda resource: read_sheet(path, resource), _strangers(path))


def of_assembled(assembled: Assembled) -> Inputs:
    """Return the data set that was put together from what people brought, as `read` does.

    Raises DataError with all that is wrong, by the rows of what they brought.
    """
    try:
        inputs = read(assembled.files)
    except DataError as error:
        raise DataError(assembled.told(error.problems)) from None
    if assembled.problems:
        raise DataError(assembled.problems)
    return inputs


def _is_file_of_data(path: Path) -> bool:
    return path.suffix.lower() in (brought.WORKBOOK, brought.ARCHIVE) and path.is_file()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        wrong = f"the file cannot be read ({error.strerror})"
        raise DataError([Problem(str(path), None, None, None, wrong, "a file that can be read")]) from None


def read(files: Mapping[str, bytes]) -> Inputs:
    """Return the data of `files`, the content of each CSV file by its name, as `load` does from a folder."""

    def sheet(resource: Resource) -> Sheet:
        name = resource["path"]
        return parsed(resource, files[name]) if name in files else missing(resource)

    return _shaped(sheet)


def _strangers(folder: Path) -> list[Problem]:
    """Return the CSV files that are no table, such as one whose name is misspelt, which nobody would miss."""
    known = [resource["path"] for resource in resources()]
    here = sorted(path.name for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.name[0] != ".")
    expected = f"none but {listed(known)}"
    return [Problem("the folder", None, None, one, "is no table", expected) for one in here if one not in known]


def _shaped(sheet_of: Callable[[Resource], Sheet], found: Sequence[Problem] = ()) -> Inputs:
    """Return what the sheets hold; raises DataError if they or the rules across them are broken.

    sheet_of: reads the sheet of a resource; found: what is wrong already.
    """
    first = {one["name"]: sheet_of(one) for one in resources() if one["name"] in ("suppliers", "workloads")}
    others = merchants_but_lead(first["suppliers"], first["workloads"])
    declared = resources(others)
    as_read = [sheet_of(resource) for resource in declared]
    sheets = completed(declared, as_read)
    calendar, problems = calendar_of(next(sheet for sheet in sheets if sheet.name == "company_facts.csv"))
    with connect(calendar or Calendar(1), others) as database:
        problems += [*found, *checked(database, declared, sheets, calendar)]
        if problems or calendar is None:
            raise DataError(problems)
        cells = {
            sheet.name: (sheet.columns, *sheet.rows)
            for resource, sheet in zip(declared, as_read, strict=True)
            if sheet.rows or not resource.get("optional")
        }
        _check_size(cells)
        tables = {
            resource["name"]: _table(database, resource, sheet)
            for resource, sheet in zip(declared, sheets, strict=True)
        }
        roles = _roles(database, calendar, others)
        levers, presets = _levers_and_presets(database, roles)
        return _inputs(database, roles, levers, presets, tables, cells)


def _check_size(cells: Mapping[str, Cells]) -> None:
    """Raise DataError if the files are larger than an archive can hold: what cannot be opened again is not kept."""
    sizes = {name: len(as_csv(rows)) for name, rows in cells.items()}
    if sum(sizes.values()) > LARGEST:
        name = max(sizes, key=lambda one: sizes[one])
        wrong = f"all files together have {sum(sizes.values()) / 2**20:,.1f} MB, this one the most"
        raise DataError([Problem(name, None, None, None, wrong, f"at most {LARGEST >> 20} MB: shorter texts")])


def _levers_and_presets(database: Reads, roles: Roles) -> tuple[Levers, Mapping[str, Scenario]]:
    """Return the levers and ready-made scenarios; raises DataError if they or the pairs of beliefs are broken."""
    levers, problems = own_levers(roles, _own_levers(database), Rows.of(database, "sources").texts("source_id"))
    shares_today = dict(zip(*_columns(database, "workloads", "workload_id", "custom_share_today"), strict=True))
    presets, more = presets_of(levers, shares_today, _preset_rows(database))
    problems += [*more, *pair_problems(levers, _pairs(database))]
    if problems:
        raise DataError(problems)
    return levers, presets


def mixed(database: Reads, calendar: Calendar, others: Sequence[str], cells: Mapping[str, Cells]) -> Inputs:
    """Return the data set that filled tables hold which were put together from the rows of two sound ones.

    What is said of a lever that it does not have is left out: the lever came or went with a supplier, a workload or a
    contract. It is made to be worked out and not to be shown, and has no tables and no ready-made scenarios. cells: the
    text of its files. Raises DataError if its levers are broken.
    """
    roles = _roles(database, calendar, others)
    sources = Rows.of(database, "sources").texts("source_id")
    levers, problems = _mixed_levers(roles, tuple(_own_levers(database)), sources)
    if problems:
        raise DataError(problems)
    inputs = _inputs(database, roles, levers, {}, {}, cells)
    pairs = [one for one in inputs.correlations if {one.lever_id, one.other_lever_id} <= set(levers)]
    return replace(inputs, correlations=tuple(pairs))


@functools.lru_cache(maxsize=64)
def _mixed_levers(roles: Roles, rows: Sequence[OwnLever], sources: Sequence[str]) -> tuple[Levers, Sequence[Problem]]:
    """Return the levers that there are, for many mixtures have the same, and what is wrong with their rows."""
    known = levers_of(roles)
    return own_levers(roles, [row for row in rows if row.lever_id in known], sources)


def _version(cells: Mapping[str, Cells]) -> str:
    """Return a short hash of all cells: however the files are ordered, encoded or quoted, equal data give the same."""
    content = sorted((name, columns, rows) for name, (columns, *rows) in cells.items())
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


# --- Shaping ---------------------------------------------------------------------------------------------------------


def _inputs(
    database: Reads,
    roles: Roles,
    levers: Levers,
    presets: Mapping[str, Scenario],
    tables: Mapping[str, pd.DataFrame],
    cells: Mapping[str, Cells],
) -> Inputs:
    """Return all that the filled tables of the database hold; cells: the text of every file."""
    suppliers, workloads = Rows.of(database, "suppliers"), Rows.of(database, "workloads")
    constants = Rows.of(database, "constants")
    ids = workloads.texts("workload_id")
    chips = _chips(database, len(ids))
    capacity_mw = Rows.of(database, "capacity").numbers("capacity_mw")
    return Inputs(
        data_version=_version(cells),
        calendar=roles.calendar,
        company=next(iter(constants.texts("company"))) or None,
        public=bool(constants.truths("public_sources")[0]) and not _vouched_for(tables),
        suppliers=suppliers.texts("supplier_id"),
        supplier_names=suppliers.texts("name"),
        workloads=ids,
        workload_names=workloads.texts("name"),
        workload_labels=workloads.texts("short_name"),
        families=workloads.texts("family"),
        family_names=MappingProxyType(dict(roles.families)),
        training=tuple(stage == "training" for stage in workloads.texts("stage")),
        custom_share_today=workloads.numbers("custom_share_today"),
        bought_share_today=Rows.of(database, "bought_shares").numbers("today", len(ids)),
        demand_today_h100e=workloads.numbers("demand_h100e"),
        demand_h100e=Rows.of(database, "demand").numbers("demand_h100e", len(ids)),
        chips=chips,
        opening=_opening_fleet(database),
        policy_life_quarters=int(constants.number("policy_life_quarters")),
        power_usd_per_mwh=constants.number("power_usd_per_mwh"),
        kg_co2_per_mwh=constants.number("kg_co2_per_mwh"),
        capacity_today_mw=constants.number("capacity_before_mw"),
        capacity_mw=capacity_mw,
        programme=_programme(database, len(ids)),
        contracts=_contracts(database, len(chips.id), capacity_mw.size // QUARTERS_PER_YEAR),
        book_tax_rate=constants.number("book_tax_rate"),
        diluted_shares=constants.number("diluted_shares"),
        correlations=_correlations(database),
        levers=levers,
        presets=presets,
        tables=MappingProxyType(dict(tables)),
        cells=MappingProxyType(dict(cells)),
    )


def _vouched_for(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether the company vouches for any row itself."""
    return any((table["grade"] == "own").any() for table in tables.values() if "grade" in table)


def _columns(database: Reads, query: str, *names: str) -> list[list[Any]]:
    rows = Rows.of(database, query)
    return [list(rows.columns[name].tolist()) for name in names]


def _roles(database: Reads, calendar: Calendar, others: Sequence[str]) -> Roles:
    """Return what of the data set its levers follow from."""
    labels = {
        one: label(name) for one, name in zip(*_columns(database, "suppliers", "supplier_id", "name"), strict=True)
    }
    suppliers = list(labels)
    rows = list(
        zip(*_columns(database, "workloads", "workload_id", "short_name", "family", "custom_share_plan"), strict=True)
    )
    planned = Rows.of(database, "bought_shares").numbers("plan", len(rows))  # (other, workload)
    families = dict(zip(*_columns(database, "workloads", "family", "family_name"), strict=True))
    warrants = zip(*_columns(database, "contracts", "supplier", "warrant", "total"), strict=True)
    return Roles(
        calendar=calendar,
        workloads=tuple(
            Workload(one, name, family, share, tuple(planned[:, w].tolist()))
            for w, (one, name, family, share) in enumerate(rows)
        ),
        families=tuple(families.items()),
        lead=labels[suppliers[LEAD]],
        others=tuple((one, labels[one]) for one in others),
        warrants=tuple(
            Warrant(suppliers[supplier], labels[suppliers[supplier]], total)
            for supplier, earns, total in warrants
            if earns
        ),
    )


def label(name: str) -> str:
    """Return what a supplier is called on the screen: its name without what stands in brackets."""
    return name.split(" (")[0]


def _own_levers(database: Reads) -> list[OwnLever]:
    rows = database.execute(sql("levers")).fetchall()
    return [OwnLever(*row) for row in rows]


def _pairs(database: Reads) -> list[Pair]:
    rows = database.execute(sql("correlations")).fetchall()
    return [Pair(*row) for row in rows]


def _preset_rows(database: Reads) -> list[PresetRow]:
    rows = database.execute(sql("presets")).fetchall()
    return [PresetRow(*row) for row in rows]


def _chips(database: Reads, workloads: int) -> Chips:
    chips = Rows.of(database, "chips", no_last_order=NO_LAST_ORDER)
    return Chips(
        id=chips.texts("chip_id"),
        name=chips.texts("name"),
        supplier=chips.wholes("supplier"),
        available=chips.wholes("available"),
        last_order=chips.wholes("last_order"),
        future=chips.truths("future"),
        extrapolated=chips.truths("extrapolated"),
        assumed_price=chips.truths("assumed_price"),
        own_price=chips.truths("own_price"),
        kw=chips.numbers("kw"),
        price_usd=chips.numbers("price_usd"),
        system_cost_usd=chips.numbers("system_cost_usd"),
        h100e=Rows.of(database, "throughput").numbers("h100e", workloads),
    )


def _opening_fleet(database: Reads) -> OpeningFleet:
    lots = Rows.of(database, "opening_fleet")
    return OpeningFleet(
        chip=lots.wholes("chip"),
        workload=lots.wholes("workload"),
        vintage=lots.wholes("vintage"),
        chips=lots.numbers("chips"),
        unit_cost_usd=lots.numbers("unit_cost_usd"),
    )


def _programme(database: Reads, workloads: int) -> Programme:
    items = Rows.of(database, "programme")
    return Programme(
        id=items.texts("item_id"),
        name=items.texts("name"),
        kind=items.texts("kind"),
        future_chip=items.truths("future_chip"),
        gates=Rows.of(database, "programme_gates").truths("gates", workloads),
        expansion=items.truths("expansion"),
        usd_total=items.numbers("usd_total"),
        first=items.wholes("first_quarter"),
        last=items.wholes("last_quarter"),
    )


def _contracts(database: Reads, chips: int, years: int) -> Contracts:
    contracts, by_year = Rows.of(database, "contracts"), Rows.of(database, "contract_years")
    return Contracts(
        id=contracts.texts("contract_id"),
        name=contracts.texts("name"),
        supplier=contracts.wholes("supplier"),
        counts=Rows.of(database, "contract_chips").truths("counts", chips),
        in_gw=contracts.truths("in_gw"),
        warrant=contracts.truths("warrant"),
        active=by_year.truths("active", years),
        amount=by_year.numbers("amount", years),
        usd_per_gw=by_year.numbers("usd_per_gw", years),
    )


def _correlations(database: Reads) -> tuple[Correlation, ...]:
    pairs = Rows.of(database, "correlations")
    columns = pairs.texts("lever_id"), pairs.texts("other_lever_id"), pairs.numbers("rank_correlation").tolist()
    return tuple(
        Correlation(lever_id=lever, other_lever_id=other, rank_correlation=rank)
        for lever, other, rank in zip(*columns, strict=True)
    )


def _table(database: Database, resource: Resource, sheet: Sheet) -> pd.DataFrame:
    """Return a table as it was read, in file order, with the columns that its file has."""
    columns = ", ".join(f'"{name}"' for name in column_names(resource) if name in sheet.columns)
    table: pd.DataFrame = database.execute(f"SELECT {columns} FROM {resource['name']} ORDER BY line").df()
    return table
