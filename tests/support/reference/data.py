"""A data set as the oracle reads it: the tables in use, as rows with typed cells, and what is looked up in them."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace as Row

from tests.support.reference.levers import WORDS, Lever, Value, levers_of

Cell = str | float | None
Tables = Mapping[str, Sequence[Mapping[str, Cell]]]
"""Tables by name, each a list of rows; cells are as the csv module reads them, or numbers already."""

_QUARTERS = ("available_from", "last_order", "vintage", "chips_from", "first_quarter", "last_quarter")
_NUMBERS = (
    "system_power_w", "price_usd_base", "system_cost_usd", "h100e_base", "year", "chips", "unit_cost_usd",
    "fleet_share", "kg_co2_per_mwh", "usd_per_mwh", "mw_it", "usd_total", "amount", "usd_per_gw",
)  # fmt: skip


@dataclass(frozen=True)
class Calendar:
    """Quarter 0 is the first of the year after that at whose end the opening fleet stands; earlier ones are below 0."""

    fleet_year: int

    @property
    def first_year(self) -> int:
        return self.fleet_year + 1

    def index(self, label: str) -> int:
        year, quarter = label.split("-Q")
        return 4 * (int(year) - self.first_year) + int(quarter) - 1

    def label(self, t: int) -> str:
        return f"{self.year(t)}-Q{t % 4 + 1}"

    def year(self, t: int) -> int:
        return self.first_year + t // 4


def life_quarters(years: float) -> int:
    """A life in whole quarters, halves up."""
    return math.floor(4 * years + 0.5)


@dataclass(frozen=True)
class Data:
    calendar: Calendar
    suppliers: list[Row]
    workloads: list[Row]
    chips: dict[str, Row]
    h100e: dict[tuple[str, str], float]  # by chip and workload
    demand: dict[str, dict[int, float]]  # by workload and year
    opening_fleet: list[Row]
    usd_per_mwh: float
    kg_co2_per_mwh: float
    capacity_mw: dict[int, float]
    programme: list[Row]
    contracts: list[Row]
    facts: dict[str, float]
    own_levers: list[Row]
    own_presets: list[Row] | None  # None if the set has no such table

    @property
    def custom(self) -> str:
        (custom,) = [row.supplier_id for row in self.suppliers if vars(row)["class"] == "custom"]
        return str(custom)

    @cached_property
    def merchants(self) -> list[str]:
        """In file order; the first is the lead."""
        return [row.supplier_id for row in self.suppliers if vars(row)["class"] == "merchant"]

    @cached_property
    def warrants(self) -> dict[str, Row]:
        """The contract with a warrant of each supplier that grants one."""
        return {contract.supplier_id: contract for contract in self.contracts if contract.warrant}

    @cached_property
    def levers(self) -> dict[str, Lever]:
        year, others = self.calendar.first_year, self.merchants[1:]
        return levers_of(year, self.workloads, others, list(self.warrants), self.own_levers)

    @cached_property
    def base(self) -> dict[str, Value]:
        return {name: lever.base for name, lever in self.levers.items()}

    @cached_property
    def bounds(self) -> dict[str, tuple[Value, Value]]:
        return {name: (lever.minimum, lever.maximum) for name, lever in self.levers.items()}

    @cached_property
    def presets(self) -> dict[str, dict[str, Value]]:
        """The ready-made scenarios by name, each as its changes of the base levers."""
        if self.own_presets is None:
            return _usual_presets(self.workloads)
        found: dict[str, dict[str, Value]] = {}
        for row in self.own_presets:
            changes = found.setdefault(row.name, {})
            if row.lever_id is not None:
                changes[row.lever_id] = row.value if row.lever_id in WORDS else float(row.value)
        return found


def _usual_presets(workloads: Iterable[Row]) -> dict[str, dict[str, Value]]:
    return {
        "Company plan": {},
        "Today's mix held": {f"adoption_{row.workload_id}": row.custom_share_today for row in workloads},
        "Exit custom": {f"adoption_{row.workload_id}": 0.0 for row in workloads},
        "Programme slips a year": {"custom_delay_quarters": 5},
        "GPU price war": {"merchant_price": 0.75, "merchant_price_erosion": 0.20},
        "Power is short": {"power_capacity": 0.7, "power_price": 1.5},
        "Right to stop": {"custom_premium_max": 0.0},
    }


def load(folder: Path) -> Data:
    """Read every CSV table of a folder."""
    return from_tables(tables_of(folder))


def tables_of(folder: Path) -> dict[str, list[dict[str, Cell]]]:
    """The tables of a folder as the csv module reads them."""
    tables: dict[str, list[dict[str, Cell]]] = {}
    for path in sorted(Path(folder).glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as file:
            tables[path.stem] = [dict(row) for row in csv.DictReader(file)]
    return tables


def from_tables(tables: Tables) -> Data:
    facts = {str(row["fact_id"]): float(row["value"] or 0) for row in tables["company_facts"]}
    calendar = Calendar(int(facts["fleet_year"]))
    rows = {
        name: [Row(**{column: _cell(calendar, column, value) for column, value in row.items()}) for row in table]
        for name, table in tables.items()
    }
    regional = {row.region_id: row.usd_per_mwh for row in rows["power_prices"] if row.year == calendar.fleet_year}
    demand: dict[str, dict[int, float]] = {row.workload_id: {} for row in rows["workloads"]}
    for row in rows["workload_demand"]:
        demand[row.workload_id][int(row.year)] = row.h100e_base
    return Data(
        calendar=calendar,
        suppliers=rows["suppliers"],
        workloads=rows["workloads"],
        chips=_chips(rows),
        h100e={(row.chip_id, row.workload_id): row.h100e_base for row in rows["chip_throughput"]},
        demand=demand,
        opening_fleet=rows["opening_fleet"],
        usd_per_mwh=sum(row.fleet_share * regional[row.region_id] for row in rows["regions"]),
        kg_co2_per_mwh=sum(row.fleet_share * row.kg_co2_per_mwh for row in rows["regions"]),
        capacity_mw={int(row.year): row.mw_it for row in rows["power_capacity"]},
        programme=rows["programme"],
        contracts=_contracts(rows["commitments"]),
        facts=facts,
        own_levers=rows.get("levers", []),
        own_presets=rows.get("presets"),
    )


def _chips(rows: Mapping[str, list[Row]]) -> dict[str, Row]:
    side = {row.supplier_id: vars(row)["class"] for row in rows["suppliers"]}
    price = {row.chip_id: row for row in rows["chip_prices"]}
    chips = {row.chip_id: row for row in rows["chips"]}
    for chip in chips.values():
        chip.side = side[chip.supplier_id]  # `custom` or `merchant`, the prefix of its levers
        chip.future = chip.status != "in_volume"
        chip.kw = chip.system_power_w / 1000
        chip.price_usd = price[chip.chip_id].price_usd_base
        chip.system_cost_usd = price[chip.chip_id].system_cost_usd
    return chips


def _contracts(rows: Iterable[Row]) -> list[Row]:
    """One row a contract, with its rows by year."""
    contracts: dict[str, Row] = {}
    for row in rows:
        row.years, row.warrant = {}, getattr(row, "warrant", None) == "yes"
        contracts.setdefault(row.contract_id, row).years[int(row.year)] = row
    return list(contracts.values())


def _cell(calendar: Calendar, column: str, value: Cell) -> Cell:
    """A quarter index, a number or a text; None for an empty cell."""
    if value is None or value == "":
        return None
    if column in _QUARTERS:
        return calendar.index(str(value))
    if column in _NUMBERS or column.endswith(("_share_today", "_share_plan")):
        return float(value)
    return value
