"""Data sets that differ in something that must change nothing, or everything by one rate, as tables.

What must hold is said in docs/METHOD.md: each function here makes the other data set of one such sentence. Scenarios
change with it, for a data set that has another merchant has other levers: `Altered.levers` says how.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support import reference
from tests.support.frozen import FROZEN
from tests.support.reference import Cell, Levers

Row = dict[str, Cell]
Tables = dict[str, list[Row]]
Changes = dict[str, float | str]

MONEY_LEVERS = {"facility_usd_per_kw": (10000.0, 16000.0), "facility_opex_usd_per_kw_year": (100.0, 300.0)}
"""The levers in money that every data set has, with their low and high."""
WARRANT = "_warrant_usd_bn_per_gw"
WARRANT_RANGE = (0.0, 5.5)
QUARTERS = (
    "available_from", "last_order", "vintage", "chips_from", "first_quarter", "last_quarter", "quarter", "period",
)  # fmt: skip
"""The columns that hold a quarter, of whatever table."""
DATED = ("horizon_year", "adoption_start")
"""The levers that say a year or a quarter."""
MERCHANT_TWINS = {
    "custom_cost": "merchant_price",
    "custom_cost_decline": "merchant_price_erosion",
    "custom_performance": "merchant_performance",
    "custom_delay_quarters": "merchant_delay_quarters",
    "service_life_custom_years": "service_life_merchant_years",
}
"""What is believed of custom chips, and what is believed of bought ones in the same words."""


@dataclass(frozen=True)
class Altered:
    """Another data set, and what a scenario of the first is called in it."""

    tables: Tables
    levers: Callable[[Levers], Changes]


# --- Files


def tables_of(folder: Path) -> Tables:
    return reference.tables_of(folder)


def files(tables: Tables) -> dict[str, bytes]:
    """The tables as CSV files by name; a table without rows keeps the columns that it has in the frozen data set."""
    found = {}
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row)) or _frozen_columns(name)
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        found[f"{name}.csv"] = text.getvalue().encode()
    return found


def write(tables: Tables, folder: Path) -> Path:
    """Write the tables as CSV files into a folder, which is made; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(tables).items():
        (folder / name).write_bytes(content)
    return folder


def _frozen_columns(name: str) -> list[str]:
    with (FROZEN / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


# --- What changes no total


def without_contracts(tables: Tables, supplier: str) -> Altered:
    """The supplier has no contract, hence no warrant."""
    left = [row for row in tables["commitments"] if row["supplier_id"] != supplier]
    gone = f"{supplier}{WARRANT}"

    def levers(changes: Levers) -> Changes:
        return {name: value for name, value in changes.items() if name != gone}

    return Altered(_tidy({**tables, "commitments": left}), levers)


def split_merchant(tables: Tables, merchant: str, twin: str, part: float) -> Altered:
    """A merchant without contracts is two: `twin` has the same chips and `part` of the share.

    Of the lead's share, that holds while the others' shares add up to 1 at most, today and in the plan.
    """
    lead, *others = reference.from_tables(tables).merchants
    if merchant == lead:
        workloads = [_share_of_the_lead(row, others, twin, part) for row in tables["workloads"]]
    else:
        workloads = [_divided(row, merchant, twin, part) for row in tables["workloads"]]
    altered = _with_supplier(tables, merchant, twin, dearer=1.0) | {"workloads": workloads}
    base = reference.from_tables(tables).base

    def levers(changes: Levers) -> Changes:
        at, found = {**base, **changes}, dict(changes)
        for row in tables["workloads"]:
            w = row["workload_id"]
            if merchant == lead:
                found[f"{twin}_share_{w}"] = part * (1 - sum(float(at[f"{m}_share_{w}"]) for m in others))
            else:
                share = float(at[f"{merchant}_share_{w}"])
                found[f"{twin}_share_{w}"] = part * share
                found[f"{merchant}_share_{w}"] = share - part * share
        return found

    return Altered(altered, levers)


def idle_merchant(tables: Tables, idle: str, dearer: float = 3.0) -> Altered:
    """A merchant more, last in file order, whose chips are the lead's at a price so high that it sells none."""
    lead = reference.from_tables(tables).merchants[0]
    altered = _with_supplier(tables, lead, idle, dearer, last=True)
    workloads = [{**row, f"{idle}_share_today": "0"} for row in tables["workloads"]]
    return Altered(altered | {"workloads": workloads}, dict)


def reordered(tables: Tables, seed: int) -> Altered:
    """Workloads, chips and suppliers in another order; the lead remains the first of the merchants."""
    dice = random.Random(seed)
    lead = reference.from_tables(tables).merchants[0]
    first = [row for row in tables["suppliers"] if row["supplier_id"] == lead]
    custom = [row for row in tables["suppliers"] if row["class"] == "custom"]
    others = [row for row in tables["suppliers"] if row not in first + custom]
    suppliers = [*first, *_shuffled(others, dice)]
    suppliers[dice.randint(0, len(suppliers)) : 0] = custom
    shuffled = {name: _shuffled(tables[name], dice) for name in ("workloads", "chips")}
    return Altered({**tables, "suppliers": suppliers, **shuffled}, dict)


def in_later_years(tables: Tables, years: int) -> Altered:
    """All that is dated is so some years later, and so is what a scenario says of years."""
    data = reference.from_tables(tables)

    def moved(row: Row) -> Row:
        found = row | {column: later(row[column], years) for column in QUARTERS if row.get(column)}
        if row.get("year"):
            found["year"] = str(int(str(row["year"])) + years)
        if row.get("fact_id") == "fleet_year":
            found["value"] = str(data.calendar.fleet_year + years)
        return found

    def setting(name: str, value: float | str) -> float | str:
        if name == "horizon_year":
            return int(value) + years
        return later(value, years) if name == "adoption_start" else value

    altered = {name: [moved(row) for row in rows] for name, rows in tables.items()}
    for name, column in {"levers": "base", "presets": "value"}.items():
        if name in tables:
            altered[name] = [
                row | {column: setting(str(row["lever_id"]), row[column] or "")} if row["lever_id"] in DATED else row
                for row in altered[name]
            ]
    return Altered(altered, lambda changes: {name: setting(name, value) for name, value in changes.items()})


def later(label: Cell, years: int) -> str:
    """The quarter's label some years later."""
    year, quarter = str(label).split("-")
    return f"{int(year) + years}-{quarter}"


def split_workload(tables: Tables, workload: str, twin: str) -> Altered:
    """A workload is two, half the demand and half the opening fleet each, which the same items are for."""
    same = ("chip_throughput", "workloads")
    halved = {"workload_demand": ("h100e_low", "h100e_base", "h100e_high"), "opening_fleet": ("chips",)}
    altered = dict(tables)
    for name in (*same, *halved):
        rows = []
        for row in tables[name]:
            mine = _scaled(row, halved.get(name, ()), 0.5) if row["workload_id"] == workload else row
            rows += [mine, {**mine, "workload_id": twin}] if row["workload_id"] == workload else [row]
        altered[name] = rows
    called = ("name", "short_name")
    altered["workloads"] = [
        {column: f"{cell}, twin" if column in called and cell else cell for column, cell in row.items()}
        if row["workload_id"] == twin
        else row
        for row in altered["workloads"]
    ]
    altered["programme"] = [
        {**row, "gate_workloads": str(row["gate_workloads"]).replace(workload, f"{workload};{twin}")}
        if workload in str(row["gate_workloads"]).split(";")
        else row
        for row in tables["programme"]
    ]

    def of_twin(lever: object) -> str | None:
        stem = str(lever).removesuffix(f"_{workload}")
        of_workload = stem in ("adoption", "start_lag") or stem.endswith("_share")
        return f"{stem}_{twin}" if of_workload and stem != lever else None

    for name in {"levers", "presets"} & set(tables):
        copies = [{**row, "lever_id": of_twin(row["lever_id"])} for row in tables[name] if of_twin(row["lever_id"])]
        altered[name] = [*tables[name], *copies]

    def levers(changes: Levers) -> Changes:
        return {**changes, **{twins: value for name, value in changes.items() if (twins := of_twin(name))}}

    return Altered(altered, levers)


def without_merchant(tables: Tables, merchant: str) -> Altered:
    """A merchant other than the lead is not there, nor are its chips, its contracts and what is said of its shares."""
    gone = {row["chip_id"] for row in tables["chips"] if row["supplier_id"] == merchant}
    altered = {
        name: [row for row in rows if row.get("supplier_id") != merchant and row.get("chip_id") not in gone]
        for name, rows in tables.items()
    }
    columns = {f"{merchant}_share_today", f"{merchant}_share_plan"}
    altered["workloads"] = [
        {column: value for column, value in row.items() if column not in columns} for row in tables["workloads"]
    ]

    def levers(changes: Levers) -> Changes:
        theirs = (f"{merchant}_share_", f"{merchant}{WARRANT}")
        return {name: value for name, value in changes.items() if not name.startswith(theirs)}

    return Altered(_tidy(altered), levers)


def without_workload(tables: Tables, workload: str) -> Altered:
    """A workload is not there, nor is what is said of it; items that were for it alone are gone."""
    altered = {name: [row for row in rows if row.get("workload_id") != workload] for name, rows in tables.items()}
    programme = []
    for row in tables["programme"]:
        gates = [gate for gate in str(row["gate_workloads"]).split(";") if gate != workload]
        programme += [row | {"gate_workloads": ";".join(gates)}] if gates else []
    gone = (f"adoption_{workload}", f"start_lag_{workload}")

    def levers(changes: Levers) -> Changes:
        kept = {name: value for name, value in changes.items() if name not in gone}
        return {name: value for name, value in kept.items() if not name.endswith(f"_share_{workload}")}

    return Altered(_tidy(altered | {"programme": programme}), levers)


# --- What scales all money, what is worth nothing


def other_currency(tables: Tables, rate: float) -> Altered:
    """All money at another unit, of which `rate` make the first: data and levers that are in money."""
    prices = ("price_usd_low", "price_usd_base", "price_usd_high", "system_cost_usd")
    money = {
        "chip_prices": prices,
        "opening_fleet": ("unit_cost_usd",),
        "power_prices": ("usd_per_mwh",),
        "programme": ("usd_total",),
        "commitments": ("usd_per_gw",),
    }
    altered = {name: [_scaled(row, money.get(name, ()), rate) for row in rows] for name, rows in tables.items()}
    in_units = {"commitments": ("amount",), "calibration_targets": ("low", "base", "high")}
    in_units["reported_financials"] = ("value",)
    for name, columns in in_units.items():
        altered[name] = [
            _scaled(row, columns, rate) if str(row["unit"]) in ("usd", "usd_bn") else row for row in altered[name]
        ]
    altered["levers"] = _money_levers(tables, rate)

    def in_money(lever: object) -> bool:
        return lever in MONEY_LEVERS or str(lever).endswith(WARRANT)

    if "presets" in tables:
        altered["presets"] = [
            _scaled(row, ("value",), rate) if in_money(row["lever_id"]) else row for row in tables["presets"]
        ]

    def levers(changes: Levers) -> Changes:
        return {name: float(value) * rate if in_money(name) else value for name, value in changes.items()}

    return Altered(altered, levers)


def custom_like_the_lead(tables: Tables) -> Altered:
    """Custom chips are the lead's in everything, the others sell nothing, and there is no programme or contract.

    Custom chips of the opening fleet work on, but are no longer made. Whatever is believed of bought chips is
    believed of custom ones; on the basis of use.
    """
    data = reference.from_tables(tables)
    lead, *others = data.merchants
    in_fleet = {str(row["chip_id"]) for row in tables["opening_fleet"]}
    label = f"{data.calendar.fleet_year}-Q4"
    chips = [
        {**row, "last_order": label} if row["supplier_id"] == data.custom else row
        for row in tables["chips"]
        if row["supplier_id"] != data.custom or row["chip_id"] in in_fleet
    ]
    kept = {str(row["chip_id"]) for row in chips}
    altered = dict(tables) | {"chips": chips, "programme": [], "commitments": []}
    for name in ("chip_prices", "chip_throughput"):
        altered[name] = [row for row in tables[name] if row["chip_id"] in kept]
    altered = _with_chips(altered, lead, data.custom, f"own_{lead}", dearer=1.0)
    shares = [f"{m}_share_{when}" for m in others for when in ("today", "plan")]
    altered["workloads"] = [
        {column: "0" if column in shares else value for column, value in row.items()} for row in tables["workloads"]
    ]

    def levers(changes: Levers) -> Changes:
        found = {name: value for name, value in changes.items() if not name.endswith(WARRANT)}
        found |= {f"{m}_share_{row['workload_id']}": 0.0 for m in others for row in tables["workloads"]}
        for custom, bought in MERCHANT_TWINS.items():
            (least, most), (low, high) = data.bounds[custom], data.bounds[bought]
            at = max(float(least), float(low), min(float(most), float(high), float({**data.base, **changes}[bought])))
            found |= {custom: int(at) if data.levers[custom].whole else at}
            found |= {bought: found[custom]}
        return {**found, "terminal_basis": "use"}

    return Altered(_tidy(altered), levers)


# --- Pieces


def _with_supplier(tables: Tables, like: str, new: str, dearer: float, last: bool = False) -> Tables:
    """A supplier more, with copies of the chips of another; after it, or after all."""
    suppliers: list[Row] = []
    for row in tables["suppliers"]:
        suppliers.append(row)
        if row["supplier_id"] == like:
            copy = {**row, "supplier_id": new, "name": f"{new}, {row['name']}"}
            suppliers += [] if last else [copy]
    return _with_chips({**tables, "suppliers": suppliers + ([copy] if last else [])}, like, new, new, dearer)


def _with_chips(tables: Tables, like: str, owner: str, prefix: str, dearer: float) -> Tables:
    """Copies of the chips of a supplier that belong to another one, at a multiple of their cost."""
    copied = {row["chip_id"] for row in tables["chips"] if row["supplier_id"] == like}
    altered = dict(tables)
    for name in ("chips", "chip_prices", "chip_throughput"):
        copies = [{**row, "chip_id": f"{prefix}_{row['chip_id']}"} for row in tables[name] if row["chip_id"] in copied]
        if name == "chips":
            copies = [{**row, "supplier_id": owner, "name": f"{row['name']} ({prefix})"} for row in copies]
        if name == "chip_prices":
            copies = [_scaled(row, [column for column in row if "_usd" in column], dearer) for row in copies]
        altered[name] = [*tables[name], *copies]
    return altered


def _divided(row: Row, merchant: str, twin: str, part: float) -> Row:
    """A workload whose merchant leaves a part of its share to its twin."""
    found = dict(row)
    for when in ("today", "plan"):
        share = row.get(f"{merchant}_share_{when}")
        if share not in (None, ""):
            found[f"{twin}_share_{when}"] = repr(part * float(str(share)))
            found[f"{merchant}_share_{when}"] = repr(float(str(share)) - part * float(str(share)))
    return found


def _share_of_the_lead(row: Row, others: Sequence[str], twin: str, part: float) -> Row:
    def left(when: str) -> str:
        shares = [row.get(f"{m}_share_{when}") or row[f"{m}_share_today"] for m in others]
        return repr(part * (1 - sum(float(str(share)) for share in shares)))

    return {**row, f"{twin}_share_today": left("today"), f"{twin}_share_plan": left("plan")}


def _money_levers(tables: Tables, rate: float) -> list[Row]:
    """The table of levers with all that are in money at a rate, those that it does not have yet included."""
    base, own = reference.from_tables(tables).base, tables.get("levers", [])
    ranges = {**MONEY_LEVERS, **{name: WARRANT_RANGE for name in base if name.endswith(WARRANT)}}
    columns = ("base", "low", "high")
    rows = [_scaled(row, columns, rate) if row["lever_id"] in ranges else row for row in own]
    known = {row["lever_id"] for row in own}
    for name, (low, high) in ranges.items():
        if name not in known:
            figures = (float(base[name]), low, high)
            row: Row = {"lever_id": name, **{c: repr(x * rate) for c, x in zip(columns, figures, strict=True)}}
            rows.append(row | {"grade": "assumption", "source_id": "assumption", "note": ""})
    return rows


def _tidy(tables: Tables) -> Tables:
    """Leave out what speaks of levers and chips that are no longer there."""
    known = set(reference.from_tables({**tables, "levers": []}).levers)
    chips = {row["chip_id"] for row in tables["chips"]} | {"", None}
    found = dict(tables)
    for name in {"levers", "presets", "lever_correlations"} & set(tables):
        ids = [column for column in ("lever_id", "other_lever_id") if tables[name] and column in tables[name][0]]
        found[name] = [row for row in tables[name] if all(row[column] in known | {"", None} for column in ids)]
    named = ("chip_id", "other_chip_id")
    found["calibration_targets"] = [
        row for row in tables["calibration_targets"] if all(row.get(column) in chips for column in named)
    ]
    return found


def _scaled(row: Row, columns: Iterable[str], rate: float) -> Row:
    """The row with some of its figures at a rate; empty cells stay empty."""
    return row | {c: repr(float(str(row[c])) * rate) for c in columns if row.get(c) not in (None, "")}


def _shuffled(rows: Sequence[Row], dice: random.Random) -> list[Row]:
    return dice.sample(list(rows), len(rows))
