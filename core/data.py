"""The bundled data: CSV files, checked by DuckDB, shaped by SQL into the read-only arrays the model needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    tables: Mapping[str, pd.DataFrame]  # every table as it was read, by name
