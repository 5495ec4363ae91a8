"""The data: CSV files, checked and shaped into the read-only arrays that the model reads.

`load(folder)` reads the files that data/datapackage.json declares (core.inputs.declaration, core.inputs.sheet), has
them checked (core.inputs.checks) and shapes what the queries of sql/ return. `read(files)` takes the same files as
bytes.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.checks import checked
from core.inputs.database import Database, Rows, connect
from core.inputs.declaration import BUNDLED, Resource, column_names, resources
from core.inputs.problem import DataError, Problem
from core.inputs.sheet import Cells, Sheet, missing, parsed, read_sheet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

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


def load(folder: Path) -> Inputs:
    """Return the data of `folder`, checked and shaped.

    Raises DataError that lists every problem of every file at once. Rules across rows and files are judged where
    the files they read are sound by themselves; a file that is not would only break them again.
    """
    if not folder.is_dir():
        raise DataError([Problem(str(folder), None, None, None, "there is no such folder", "a folder of CSV files")])
    return _shaped([read_sheet(folder, resource) for resource in resources()])


def read(files: Mapping[str, bytes]) -> Inputs:
    """Return the data of `files`, the content of each CSV file by its name, as `load` does from a folder."""
    sheets = []
    for resource in resources():
        name = resource["path"]
        sheets.append(parsed(name, column_names(resource), files[name]) if name in files else missing(resource))
    return _shaped(sheets)


def _shaped(sheets: Sequence[Sheet]) -> Inputs:
    """Return what the sheets hold, one a resource; raises DataError if they or the rules across them are broken."""
    with connect() as database:
        problems = checked(database, resources(), sheets)
        if problems:
            raise DataError(problems)
        return _inputs(database, {sheet.name: (sheet.columns, *sheet.rows) for sheet in sheets if sheet.rows})


def _version(cells: Mapping[str, Cells]) -> str:
    """Return a short hash of all cells: however the files are ordered, encoded or quoted, equal data give the same."""
    content = sorted((name, columns, rows) for name, (columns, *rows) in cells.items())
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


# --- Shaping ---------------------------------------------------------------------------------------------------------


def _inputs(database: Database, cells: Mapping[str, Cells]) -> Inputs:
    """Return all that the filled tables of the database hold; cells: the text of every file."""
    suppliers, workloads = Rows.of(database, "suppliers"), Rows.of(database, "workloads")
    constants = Rows.of(database, "constants")
    ids = workloads.texts("workload_id")
    chips = _chips(database, len(ids))
    capacity_mw = Rows.of(database, "capacity").numbers("capacity_mw")
    return Inputs(
        data_version=_version(cells),
        suppliers=suppliers.texts("supplier_id"),
        supplier_names=suppliers.texts("name"),
        workloads=ids,
        workload_names=workloads.texts("name"),
        families=workloads.texts("family"),
        custom_share_today=workloads.numbers("custom_share_today"),
        amd_share_today=workloads.numbers("amd_share_today"),
        demand_2026_h100e=workloads.numbers("demand_h100e"),
        demand_h100e=Rows.of(database, "demand").numbers("demand_h100e", len(ids)),
        chips=chips,
        opening=_opening_fleet(database),
        power_usd_per_mwh=constants.number("power_usd_per_mwh"),
        kg_co2_per_mwh=constants.number("kg_co2_per_mwh"),
        capacity_2026_mw=constants.number("capacity_before_mw"),
        capacity_mw=capacity_mw,
        programme=_programme(database, len(ids)),
        contracts=_contracts(database, len(chips.id), capacity_mw.size // QUARTERS_PER_YEAR),
        book_tax_rate=constants.number("book_tax_rate"),
        diluted_shares=constants.number("diluted_shares"),
        correlations=_correlations(database),
        tables=MappingProxyType({resource["name"]: _table(database, resource) for resource in resources()}),
        cells=MappingProxyType(cells),
    )


def _chips(database: Database, workloads: int) -> Chips:
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
        kw=chips.numbers("kw"),
        price_usd=chips.numbers("price_usd"),
        system_cost_usd=chips.numbers("system_cost_usd"),
        h100e=Rows.of(database, "throughput").numbers("h100e", workloads),
    )


def _opening_fleet(database: Database) -> OpeningFleet:
    lots = Rows.of(database, "opening_fleet")
    return OpeningFleet(
        chip=lots.wholes("chip"),
        workload=lots.wholes("workload"),
        vintage=lots.wholes("vintage"),
        chips=lots.numbers("chips"),
        unit_cost_usd=lots.numbers("unit_cost_usd"),
    )


def _programme(database: Database, workloads: int) -> Programme:
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


def _contracts(database: Database, chips: int, years: int) -> Contracts:
    contracts, by_year = Rows.of(database, "contracts"), Rows.of(database, "contract_years")
    return Contracts(
        id=contracts.texts("contract_id"),
        name=contracts.texts("name"),
        supplier=contracts.wholes("supplier"),
        counts=Rows.of(database, "contract_chips").truths("counts", chips),
        in_gw=contracts.truths("in_gw"),
        active=by_year.truths("active", years),
        amount=by_year.numbers("amount", years),
        usd_per_gw=by_year.numbers("usd_per_gw", years),
    )


def _correlations(database: Database) -> tuple[Correlation, ...]:
    pairs = Rows.of(database, "correlations")
    columns = pairs.texts("lever_id"), pairs.texts("other_lever_id"), pairs.numbers("rank_correlation").tolist()
    return tuple(
        Correlation(lever_id=lever, other_lever_id=other, rank_correlation=rank)
        for lever, other, rank in zip(*columns, strict=True)
    )


def _table(database: Database, resource: Resource) -> pd.DataFrame:
    """Return a table as it was read, in file order."""
    table: pd.DataFrame = database.table(resource["name"]).order("line").select(*column_names(resource)).df()
    return table
