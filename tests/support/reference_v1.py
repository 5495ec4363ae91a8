"""The cost model once more, as naive loops: the oracle that the vectorised implementation is tested against.

Written from the specification alone, in its order: time, data, formulas, results. Money is nominal US
dollars, shares are 0 to 1, work is in H100e (throughput of one H100 = 1). Quarter 0 is 2027-Q1; earlier ones
are negative. Clarity goes before speed: a lot of chips is a record, and every total is a sum over lots.
"""

import csv
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace as Row

Levers = dict[str, float | str]

FIRST_YEAR = 2027
DATA_YEAR = 2026  # the year of the power price, the building price, the demand D0 and the opening capacity
HOURS_PER_YEAR = 8766
HOURS_PER_QUARTER = 2191.5
REPORTED_BOOK_LIFE = 22  # quarters
FACILITY_TAX_LIFE = 156  # quarters
WARRANT_LIMIT_GW = 6
SAME_USD = 1.0  # smaller savings, in every period, are no difference
ROUNDING = 1e-9  # relative size below which a shortage is arithmetic noise
NVIDIA, AMD = "nvidia", "amd"

_LEVER_TABLE: dict[str, tuple] = {  # base, minimum, maximum
    "adoption_rr_inference": (0.70, 0, 1),
    "adoption_rr_training": (0.50, 0, 1),
    "adoption_genai_inference": (0.30, 0, 1),
    "adoption_genai_training": (0.00, 0, 1),
    "adoption_start": ("2027-Q1", "2027-Q1", "2031-Q4"),
    "ramp_years": (2, 0, 6),
    "custom_premium_max": (1.0, 0, 5),
    "amd_share_rr_inference": (0.35, 0, 1),
    "amd_share_rr_training": (0.35, 0, 1),
    "amd_share_genai_inference": (0.35, 0, 1),
    "amd_share_genai_training": (0.25, 0, 1),
    "baseline": ("hold", "hold", "exit"),
    "horizon_year": (2032, 2028, 2035),
    "custom_delay_quarters": (1, 0, 12),
    "custom_performance": (1.0, 0.3, 2),
    "custom_cost": (1.0, 0.4, 2.5),
    "custom_cost_decline": (0.10, 0, 0.4),
    "custom_supply_limit_mw": (500, 25, 3000),
    "programme_cost": (1.0, 0.25, 4),
    "merchant_price": (1.0, 0.4, 2),
    "merchant_price_erosion": (0.14, 0, 0.4),
    "merchant_performance": (1.0, 0.5, 2),
    "merchant_delay_quarters": (0, -4, 8),
    "shortfall_penalty": (0.20, 0, 1),
    "amd_warrant_usd_bn_per_gw": (2.5, 0, 16),
    "demand_growth_ranking": (1.0, 0, 2),
    "demand_growth_genai": (1.0, 0, 2),
    "headroom": (0.10, 0, 0.5),
    "spares": (0.03, 0, 0.2),
    "power_price": (1.0, 0.5, 3),
    "power_escalation": (0.03, -0.05, 0.15),
    "pue": (1.10, 1, 2),
    "load_factor": (0.75, 0.3, 1),
    "power_capacity": (1.0, 0.3, 3),
    "rent_premium": (1.1, 0, 5),
    "facility_usd_per_kw": (13000, 5000, 30000),
    "construction_inflation": (0.05, 0, 0.15),
    "facility_opex_usd_per_kw_year": (180, 0, 500),
    "discount_rate": (0.09, 0, 0.25),
    "book_life_years": (5.5, 3, 8),
    "service_life_custom_years": (5.5, 3, 8),
    "service_life_merchant_years": (5.5, 3, 8),
    "facility_life_years": (25, 10, 40),
    "maintenance_rate": (0.02, 0, 0.1),
    "terminal_recovery_custom": (0.35, 0, 1),
    "terminal_recovery_merchant": (0.60, 0, 1),
    "terminal_recovery_facility": (0.90, 0, 1),
    "tax_rate": (0.21, 0, 0.4),
    "bonus_share_facility": (0.5, 0, 1),
}
BASE: Levers = {name: row[0] for name, row in _LEVER_TABLE.items()}
BOUNDS: dict[str, tuple] = {name: row[1:] for name, row in _LEVER_TABLE.items()}
WORDS = ("adoption_start", "baseline")
WHOLE_NUMBERS = ("custom_delay_quarters", "merchant_delay_quarters", "horizon_year")

# --- Time and conventions


def quarter_index(label: str) -> int:
    """`2027-Q1` is 0."""
    year, quarter = label.split("-Q")
    return 4 * (int(year) - FIRST_YEAR) + int(quarter) - 1


def quarter_label(t: int) -> str:
    return f"{year_of(t)}-Q{t % 4 + 1}"


def year_of(t: int) -> int:
    return FIRST_YEAR + t // 4


def life_quarters(years: float) -> int:
    """A life in whole quarters, halves up."""
    return math.floor(4 * years + 0.5)


# --- Data

_QUARTER_COLUMNS = ("available_from", "last_order", "vintage", "chips_from", "first_quarter", "last_quarter")


@dataclass(frozen=True)
class Data:
    """The tables in use, as rows with typed cells, and what is looked up in them."""

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

    @property
    def custom(self) -> str:
        (custom,) = [row.supplier_id for row in self.suppliers if vars(row)["class"] == "custom"]
        return custom


def load(folder: Path) -> Data:
    """Read every CSV table of a folder."""
    tables = {}
    for path in sorted(Path(folder).glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return from_tables(tables)


def from_tables(tables: dict[str, list[dict]]) -> Data:
    """Data from tables whose cells are as the csv module reads them, or numbers already."""
    rows = {name: [_typed(row) for row in table] for name, table in tables.items()}
    side = {row.supplier_id: vars(row)["class"] for row in rows["suppliers"]}
    price = {row.chip_id: row for row in rows["chip_prices"]}
    chips = {row.chip_id: row for row in rows["chips"]}
    for chip in chips.values():
        chip.side = side[chip.supplier_id]  # `custom` or `merchant`, the prefix of its levers
        chip.future = chip.status != "in_volume"
        chip.kw = chip.system_power_w / 1000
        chip.price_usd = price[chip.chip_id].price_usd_base
        chip.system_cost_usd = price[chip.chip_id].system_cost_usd

    demand = {row.workload_id: {} for row in rows["workloads"]}
    for row in rows["workload_demand"]:
        demand[row.workload_id][row.year] = row.h100e_base

    contracts: dict[str, Row] = {}
    for row in rows["commitments"]:
        row.years = {}
        contracts.setdefault(row.contract_id, row).years[row.year] = row

    regional = {row.region_id: row.usd_per_mwh for row in rows["power_prices"] if row.year == DATA_YEAR}
    return Data(
        suppliers=rows["suppliers"],
        workloads=rows["workloads"],
        chips=chips,
        h100e={(row.chip_id, row.workload_id): row.h100e_base for row in rows["chip_throughput"]},
        demand=demand,
        opening_fleet=rows["opening_fleet"],
        usd_per_mwh=sum(row.fleet_share * regional[row.region_id] for row in rows["regions"]),
        kg_co2_per_mwh=sum(row.fleet_share * row.kg_co2_per_mwh for row in rows["regions"]),
        capacity_mw={row.year: row.mw_it for row in rows["power_capacity"]},
        programme=rows["programme"],
        contracts=list(contracts.values()),
        facts={row.fact_id: row.value for row in rows["company_facts"]},
    )


def _typed(row: dict) -> Row:
    return Row(**{column: _cell(column, value) for column, value in row.items()})


def _cell(column: str, value: str | float | None) -> str | float | None:
    """A quarter index, a number or a text; None for an empty cell."""
    if value is None or value == "":
        return None
    if column in _QUARTER_COLUMNS:
        return quarter_index(value)
    try:
        return float(value)
    except ValueError:
        return value


# --- Records of a run


@dataclass(frozen=True)
class Offer:
    """The chip that a supplier offers for a workload."""

    chip: Row
    theta: float
    kappa: float

    @property
    def mw_per_h100e(self) -> float:
        return self.chip.kw / self.theta / 1000


Offers = dict[str, Offer | None]  # by supplier, for one workload in one quarter


@dataclass
class Lot:
    """Chips of one kind that came for one workload in one quarter."""

    chip: Row
    workload_id: str
    bought: int
    stops: int  # the first quarter in which it no longer works
    chips: float
    h100e: float
    cost_paid: float  # without spares
    cost: float  # with spares
    book_cost: float  # at book_start
    book_start: int
    book_quarters: int

    @property
    def mw(self) -> float:
        return self.chips * self.chip.kw / 1000

    def works(self, t: int) -> bool:
        return self.bought <= t < self.stops

    def depreciation(self, t: int) -> float:
        """Straight line, while it works."""
        booked = self.book_start <= t < self.book_start + self.book_quarters
        return self.book_cost / self.book_quarters if booked and t < self.stops else 0.0

    def write_off(self, t: int) -> float:
        """What is left on the books when it stops working."""
        left = max(0.0, 1 - (self.stops - self.book_start) / self.book_quarters)
        return self.book_cost * left if t == self.stops else 0.0


@dataclass
class Purchases:
    """What one quarter decides, by workload."""

    gap: dict[str, float]  # after scaling
    held_back: dict[str, float]  # before scaling
    bought: dict[str, dict[str, float]]  # H100e by supplier
    power_short: bool
    supply_short: bool


@dataclass
class Run:
    """A variant played to the horizon."""

    lots: list[Lot]
    quarters: list[dict] = field(default_factory=list)
    by_workload: list[dict[str, dict]] = field(default_factory=list)
    facilities: dict[int, float] = field(default_factory=dict)  # spending by quarter
    binding: dict[tuple[str, str | None], list[int]] = field(default_factory=dict)  # quarters by constraint

    def bind(self, constraint: str, subject: str | None, t: int) -> None:
        self.binding.setdefault((constraint, subject), []).append(t)

    def total(self, name: str) -> list[float]:
        return [quarter[name] for quarter in self.quarters]


# --- Formulas


class Model:
    """A scenario on its data; one method a formula. A variant is `plan`, `hold` or `exit`."""

    def __init__(self, data: Data, levers: Levers) -> None:
        unknown = sorted(set(levers) - set(BASE))
        if unknown:
            raise ValueError(f"unknown levers: {', '.join(unknown)}")
        self.data = data
        self.lv = Row(**{**BASE, **levers})
        self.start = quarter_index(self.lv.adoption_start)
        self.quarters = range(4 * (int(self.lv.horizon_year) - 2026))
        self.book_life = life_quarters(self.lv.book_life_years)
        self.facility_life = life_quarters(self.lv.facility_life_years)

    def lever(self, name: str) -> float:
        return getattr(self.lv, name)

    def service_life(self, chip: Row) -> int:
        return life_quarters(self.lever(f"service_life_{chip.side}_years"))

    def theta(self, chip: Row, workload_id: str) -> float:
        """Throughput of one newly bought chip; 0 if it cannot run the workload."""
        base = self.data.h100e.get((chip.chip_id, workload_id), 0.0)
        return base * self.lever(f"{chip.side}_performance") if chip.future else base

    # Demand, availability, prices

    def required(self, workload: Row, t: int) -> float:
        """H100e to be installed."""
        by_year = self.data.demand[workload.workload_id]
        before, after = by_year[year_of(t) - 1], by_year[year_of(t)]
        base = before * (after / before) ** ((t % 4 + 1) / 4)
        d0 = by_year[DATA_YEAR]
        demand = d0 * (base / d0) ** self.lever(f"demand_growth_{workload.family}")
        return demand * (1 + self.lv.headroom)

    def capacity(self, t: int) -> float:
        """MW of IT load that can be powered."""
        before, after = self.data.capacity_mw[year_of(t) - 1], self.data.capacity_mw[year_of(t)]
        return (before + (after - before) * (t % 4 + 1) / 4) * self.lv.power_capacity

    def available(self, chip: Row) -> int:
        delay = int(self.lever(f"{chip.side}_delay_quarters")) if chip.future else 0
        return max(chip.available_from + delay, min(chip.available_from, 0))

    def on_offer(self, chip: Row, t: int) -> bool:
        return self.available(chip) <= t and (chip.last_order is None or t <= chip.last_order)

    def chip_cost(self, chip: Row, t: int) -> float:
        """K: a chip with its share of server, rack and network."""
        if chip.side == "custom":
            multiple, decline = self.lv.custom_cost, self.lv.custom_cost_decline
        else:
            multiple, decline = self.lv.merchant_price, self.lv.merchant_price_erosion
        years = max(0, t - self.available(chip)) / 4
        return multiple * (chip.price_usd * (1 - decline) ** years + chip.system_cost_usd)

    def usd_per_mwh(self, year: int) -> float:
        escalation = (1 + self.lv.power_escalation) ** (year - DATA_YEAR)
        return self.data.usd_per_mwh * self.lv.power_price * escalation

    def facility_usd_per_kw(self, year: int) -> float:
        return self.lv.facility_usd_per_kw * (1 + self.lv.construction_inflation) ** (year - DATA_YEAR)

    # Levelised cost of a chip-hour, offers

    def crf(self, years: float) -> float:
        """Capital recovery factor: the yearly payment that returns 1 over some years."""
        rate = self.lv.discount_rate
        return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)

    def chip_hour(self, chip: Row, t: int, price_year: int) -> float:
        cost = self.chip_cost(chip, t)
        capital = cost * (1 + self.lv.spares) * self.crf(self.service_life(chip) / 4)
        maintenance = self.lv.maintenance_rate * cost
        mwh_per_kw = self.lv.pue * self.lv.load_factor * HOURS_PER_YEAR / 1000
        power = chip.kw * mwh_per_kw * self.usd_per_mwh(price_year)
        facility_opex = chip.kw * self.lv.facility_opex_usd_per_kw_year
        facility = chip.kw * self.facility_usd_per_kw(price_year) * self.crf(self.lv.facility_life_years)
        return (capital + maintenance + power + facility_opex + facility) / HOURS_PER_YEAR

    def offers(self, t: int) -> dict[str, Offers]:
        """By workload, each supplier's chip with the lowest cost of work; on a tie, first in file order."""
        suppliers = [row.supplier_id for row in self.data.suppliers]
        result: dict[str, Offers] = {row.workload_id: dict.fromkeys(suppliers) for row in self.data.workloads}
        for chip in self.data.chips.values():
            if not self.on_offer(chip, t):
                continue
            chip_hour = self.chip_hour(chip, t, year_of(t))
            for workload_id, best in result.items():
                theta = self.theta(chip, workload_id)
                incumbent = best[chip.supplier_id]
                if theta > 0 and (incumbent is None or chip_hour / theta < incumbent.kappa):
                    best[chip.supplier_id] = Offer(chip, theta, chip_hour / theta)
        return result

    def bought_kappa(self, offers: Offers) -> float:
        """The lowest cost of work among the merchants' offers."""
        return min(offer.kappa for offer in offers.values() if offer and offer.chip.side == "merchant")

    # Shares

    def ramp(self, t: int, start: int) -> float:
        """R: a smooth step from 0 before the start to 1 when the ramp is over."""
        x = min(max((t - start + 1) / (4 * self.lv.ramp_years + 1), 0.0), 1.0)
        return 3 * x**2 - 2 * x**3

    def adoption(self, variant: str, workload: Row) -> float:
        """The custom share that a variant is heading for."""
        if variant == "plan":
            return self.lever(f"adoption_{workload.workload_id}")
        return workload.custom_share_today if variant == "hold" else 0.0

    def custom_share(self, variant: str, workload: Row, t: int) -> float:
        today = workload.custom_share_today
        start = 0 if variant == "exit" else self.start
        return today + (self.adoption(variant, workload) - today) * self.ramp(t, start)

    def amd_share(self, workload: Row, t: int) -> float:
        today = workload.amd_share_today
        target = self.lever(f"amd_share_{workload.workload_id}")
        return today + (target - today) * self.ramp(t, self.start)

    # Fleet

    def opening_lots(self) -> list[Lot]:
        lots = []
        for row in self.data.opening_fleet:
            chip, age = self.data.chips[row.chip_id], -row.vintage
            cost = row.chips * row.unit_cost_usd
            lot = Lot(
                chip=chip,
                workload_id=row.workload_id,
                bought=row.vintage,
                stops=max(row.vintage + self.service_life(chip), 0),
                chips=row.chips,
                h100e=row.chips * self.data.h100e[row.chip_id, row.workload_id],
                cost_paid=cost,
                cost=cost,
                book_cost=cost * max(0.0, 1 - age / REPORTED_BOOK_LIFE),
                book_start=0,
                book_quarters=max(1, self.book_life - age),
            )
            lots.append(lot)
        return lots

    def new_lot(self, offer: Offer, workload_id: str, t: int, h100e: float) -> Lot:
        chips = h100e / offer.theta
        cost_paid = chips * self.chip_cost(offer.chip, t)
        cost = cost_paid * (1 + self.lv.spares)
        return Lot(
            chip=offer.chip,
            workload_id=workload_id,
            bought=t,
            stops=t + self.service_life(offer.chip),
            chips=chips,
            h100e=h100e,
            cost_paid=cost_paid,
            cost=cost,
            book_cost=cost,
            book_start=t,
            book_quarters=self.book_life,
        )

    def split(self, offers: Offers, gap: float, custom: float, amd: float) -> dict[str, float]:
        """H100e by supplier when custom takes its part of a gap and AMD and NVIDIA share the rest."""
        if not offers.get(AMD):
            amd = 0.0
        elif not offers.get(NVIDIA):
            amd = 1.0
        rest = gap - custom
        return {self.data.custom: custom, NVIDIA: rest - amd * rest, AMD: amd * rest}

    def decide(self, variant: str, t: int, offers: dict[str, Offers], working: list[Lot]) -> Purchases:
        """Gaps, right to stop, power, custom supply and the merchants' split, in this order."""
        own = {w: by_supplier[self.data.custom] for w, by_supplier in offers.items()}
        gap, want, held_back, amd, premium = {}, {}, {}, {}, {}
        for workload in self.data.workloads:
            w = workload.workload_id
            surviving = sum(lot.h100e for lot in working if lot.workload_id == w)
            gap[w] = max(0.0, self.required(workload, t) - surviving)
            amd[w] = self.amd_share(workload, t)
            limit = (1 + self.lv.custom_premium_max) * self.bought_kappa(offers[w])
            asked = self.custom_share(variant, workload, t) * gap[w]
            if own[w] and own[w].kappa <= limit:
                want[w], held_back[w] = asked, 0.0
                premium[w] = own[w].kappa / self.bought_kappa(offers[w])
            else:
                want[w], held_back[w] = 0.0, asked

        mw = 0.0
        for w in gap:
            for supplier, h100e in self.split(offers[w], gap[w], want[w], amd[w]).items():
                if h100e > 0:
                    mw += h100e * offers[w][supplier].mw_per_h100e
        room = max(0.0, self.capacity(t) - sum(lot.mw for lot in working))
        power_short = mw > room
        if power_short:
            gap = {w: h100e * room / mw for w, h100e in gap.items()}
            want = {w: h100e * room / mw for w, h100e in want.items()}

        custom = dict.fromkeys(gap, 0.0)
        mw_left, supply_short = self.lv.custom_supply_limit_mw, False
        for w in sorted(premium, key=premium.get):
            mw_wanted = want[w] * own[w].mw_per_h100e
            if mw_wanted <= mw_left:
                custom[w] = want[w]
                mw_left -= mw_wanted
            else:
                custom[w] = mw_left / own[w].mw_per_h100e
                mw_left, supply_short = 0.0, True
        bought = {w: self.split(offers[w], gap[w], custom[w], amd[w]) for w in gap}
        return Purchases(gap, held_back, bought, power_short, supply_short)

    # Programme, contracts

    def programme_spend(self, variant: str, t: int) -> float:
        """Fixed costs of the custom programme in a quarter."""
        workloads = {workload.workload_id: workload for workload in self.data.workloads}
        spend = 0.0
        for item in self.data.programme:
            gates = [workloads[w] for w in item.gate_workloads.split(";")]
            first, last = item.first_quarter, item.last_quarter
            rate = item.usd_total * self.lv.programme_cost / (last - first + 1)
            if item.chip_id and self.data.chips[item.chip_id].future:
                last += int(self.lv.custom_delay_quarters)
            if item.trigger == "expansion":
                runs = any(self.adoption(variant, gate) > gate.custom_share_today for gate in gates)
                first, last = first + self.start, last + self.start
            else:
                runs = any(self.custom_share(variant, gate, t) > 0 for gate in gates)
            if runs and first <= t <= last:
                spend += rate
        return spend

    def gigawatts(self, contract: Row, lot: Lot) -> float:
        """What a new lot counts for in a contract, spares included."""
        if lot.chip.supplier_id != contract.supplier_id or lot.chip.available_from < contract.chips_from:
            return 0.0
        return lot.chips * (1 + self.lv.spares) * lot.chip.kw / 1e6

    def contract_short(self, contract: Row, new_lots: list[Lot], year: int, charged: float) -> float:
        """GW or USD by which purchases are behind at the end of a year, beyond what was charged already."""
        amount = sum(row.amount for y, row in contract.years.items() if FIRST_YEAR <= y <= year)
        if contract.unit == "gw":
            purchased = sum(self.gigawatts(contract, lot) for lot in new_lots)
        else:
            purchased = sum(lot.cost for lot in new_lots if lot.chip.supplier_id == contract.supplier_id)
        return max(0.0, amount - purchased - charged)

    def earn_warrant(self, lots: list[Lot], gw_before: float) -> tuple[float, float]:
        """USD earned by a quarter's lots, whose book cost it lowers, and cumulative GW that count."""
        deals = [row for row in self.data.contracts if row.supplier_id == AMD and row.unit == "gw"]
        earned, gw_so_far = 0.0, gw_before
        for lot in lots:
            gw = max((self.gigawatts(deal, lot) for deal in deals), default=0.0)
            gw = min(gw, max(0.0, WARRANT_LIMIT_GW - gw_so_far))
            usd = gw * self.lv.amd_warrant_usd_bn_per_gw * 1e9
            lot.book_cost -= usd
            earned, gw_so_far = earned + usd, gw_so_far + gw
        return earned, gw_so_far

    # One variant, quarter by quarter

    def simulate(self, variant: str, offers: list[dict[str, Offers]]) -> Run:
        run = Run(lots=self.opening_lots())
        opening = len(run.lots)
        peak = max(self.data.capacity_mw[DATA_YEAR], sum(lot.mw for lot in run.lots if lot.works(0)))
        charged = {contract.contract_id: 0.0 for contract in self.data.contracts}
        warrant_gw = 0.0
        for t in self.quarters:
            year, capacity = year_of(t), self.capacity(t)

            # fleet
            working = [lot for lot in run.lots if lot.works(t)]
            decided = self.decide(variant, t, offers[t], working)
            bought = [
                self.new_lot(offers[t][w][supplier], w, t, h100e)
                for w, by_supplier in decided.bought.items()
                for supplier, h100e in by_supplier.items()
                if h100e > 0
            ]
            run.lots += bought
            working += bought

            # power
            mw_it = sum(lot.mw for lot in working)
            powered = min(mw_it, capacity)
            mwh = powered * self.lv.pue * self.lv.load_factor * HOURS_PER_QUARTER
            energy = mwh * self.usd_per_mwh(year)
            facility_opex = powered * 1000 * self.lv.facility_opex_usd_per_kw_year / 4
            served = min(1.0, capacity / mw_it) if mw_it > 0 else 1.0
            shortage, details = 0.0, {}
            for workload in self.data.workloads:
                w = workload.workload_id
                required = self.required(workload, t)
                installed = sum(lot.h100e for lot in working if lot.workload_id == w)
                unserved = max(0.0, required - installed * served)
                if unserved < ROUNDING * installed:
                    unserved = 0.0
                rent = (1 + self.lv.rent_premium) * self.bought_kappa(offers[t][w])
                shortage += unserved * HOURS_PER_QUARTER * rent
                details[w] = {
                    "required": required,
                    "installed": installed,
                    "unserved": unserved,
                    "gap": decided.gap[w],
                    "purchases": decided.bought[w],
                    "held_back": decided.held_back[w],
                }
                if decided.held_back[w] > ROUNDING * required:
                    run.bind("right_to_stop", w, t)
            if decided.power_short or mw_it > capacity * (1 + ROUNDING):
                run.bind("power", None, t)
            if decided.supply_short:
                run.bind("custom_supply", None, t)

            # spending
            capex = {self.data.custom: 0.0, NVIDIA: 0.0, AMD: 0.0}
            for lot in bought:
                capex[lot.chip.supplier_id] += lot.cost
            capex_facility = max(0.0, powered - peak) * 1000 * self.facility_usd_per_kw(year)
            run.facilities[t] = capex_facility
            peak = max(peak, powered)
            maintenance = self.lv.maintenance_rate / 4 * sum(lot.cost_paid for lot in working)
            programme = self.programme_spend(variant, t)

            # contracts
            shortfall = 0.0
            for contract in self.data.contracts:
                due = contract.years.get(year)
                if due and quarter_label(t).endswith("Q4"):
                    subject = contract.contract_id
                    short = self.contract_short(contract, run.lots[opening:], year, charged[subject])
                    charged[subject] += short
                    usd_per_unit = due.usd_per_gw if contract.unit == "gw" else 1.0
                    shortfall += self.lv.shortfall_penalty * short * usd_per_unit
                    if short > ROUNDING * due.amount:
                        run.bind("contract", subject, t)
            warrant, warrant_gw = self.earn_warrant(bought, warrant_gw)

            # cash, expense, tax
            opex = energy + maintenance + facility_opex + programme + shortfall + shortage
            chips_net = sum(capex.values()) - warrant
            depreciation_chips = sum(lot.depreciation(t) for lot in run.lots)
            write_off = sum(lot.write_off(t) for lot in run.lots)
            booked = [usd for v, usd in run.facilities.items() if t < v + self.facility_life]
            depreciation_facility = sum(booked) / self.facility_life
            bonus = self.lv.bonus_share_facility
            spread = [usd for v, usd in run.facilities.items() if t < v + FACILITY_TAX_LIFE]
            deduction = bonus * capex_facility + (1 - bonus) * sum(spread) / FACILITY_TAX_LIFE

            run.by_workload.append(details)
            quarter = {
                "quarter": quarter_label(t),
                "cash_usd": chips_net + capex_facility + opex,
                "expense_usd": opex + depreciation_chips + depreciation_facility + write_off,
                "tax_saving_usd": self.lv.tax_rate * (opex + chips_net + deduction),
                "capex_custom_usd": capex[self.data.custom],
                "capex_nvidia_usd": capex[NVIDIA],
                "capex_amd_usd": capex[AMD],
                "capex_facility_usd": capex_facility,
                "warrant_usd": warrant,
                "programme_usd": programme,
                "maintenance_usd": maintenance,
                "energy_usd": energy,
                "facility_opex_usd": facility_opex,
                "shortfall_usd": shortfall,
                "shortage_usd": shortage,
                "depreciation_chips_usd": depreciation_chips,
                "depreciation_facility_usd": depreciation_facility,
                "write_off_usd": write_off,
                "unserved_h100e": sum(row["unserved"] for row in details.values()),
                "mw_it": mw_it,
                "capacity_mw": capacity,
                "mwh": mwh,
                "co2_t": mwh * self.data.kg_co2_per_mwh / 1000,
                "required_h100e": sum(row["required"] for row in details.values()),
                "installed_h100e": sum(row["installed"] for row in details.values()),
                "held_back_h100e": sum(row["held_back"] for row in details.values()),
            }
            run.quarters.append(quarter)
        return run

    # Value

    def pv(self, amounts: Iterable[float]) -> float:
        """Present value of one amount a quarter, each at the middle of its quarter."""
        return sum(usd * (1 + self.lv.discount_rate) ** (-(t + 0.5) / 4) for t, usd in enumerate(amounts))

    def terminal(self, run: Run, taxed: bool = True) -> float:
        """Discounted value of what is left at the horizon."""
        end, value, undeducted = len(self.quarters), 0.0, 0.0
        for lot in run.lots:
            if lot.works(end - 1):
                unused = max(0.0, 1 - (end - lot.bought) / self.service_life(lot.chip))
                value += lot.cost * unused * self.lever(f"terminal_recovery_{lot.chip.side}")
        for v, usd in run.facilities.items():
            unused = max(0.0, 1 - (end - v) / self.facility_life)
            value += usd * unused * self.lv.terminal_recovery_facility
            spread = (1 - self.lv.bonus_share_facility) * usd
            undeducted += spread * max(0.0, 1 - (end - v) / FACILITY_TAX_LIFE)
        if taxed:
            value -= self.lv.tax_rate * (value - undeducted)
        return value * (1 + self.lv.discount_rate) ** (-end / 4)

    def pv_cost(self, run: Run, taxed: bool = True) -> float:
        cash = after_tax_cash(run) if taxed else run.total("cash_usd")
        return self.pv(cash) - self.terminal(run, taxed)

    def payback(self, savings: list[float]) -> tuple[str, float]:
        """The quarter from which discounted savings stay ahead, or a word, and the peak outlay."""
        running = [self.pv(savings[: t + 1]) for t in self.quarters]
        behind = [t for t in self.quarters if running[t] < 0]
        peak_outlay = max(0.0, -min(running))
        if all(abs(saving) < SAME_USD for saving in savings):
            return "no difference", peak_outlay
        if not behind:
            return "immediate", peak_outlay
        if running[-1] < 0:
            return "never", peak_outlay
        return quarter_label(behind[-1] + 1), peak_outlay

    def constraints(self, run: Run) -> list[dict]:
        """What binds: power, custom supply, right to stop by workload, contracts."""
        order: list[tuple[str, str | None]] = [("power", None), ("custom_supply", None)]
        order += [("right_to_stop", workload.workload_id) for workload in self.data.workloads]
        order += [("contract", contract.contract_id) for contract in self.data.contracts]
        found = [(key, run.binding[key]) for key in order if key in run.binding]
        return [
            {"constraint": name, "subject": subject, "first": quarter_label(when[0]), "periods": len(when)}
            for (name, subject), when in found
        ]


def after_tax_cash(run: Run) -> list[float]:
    return difference(run.total("cash_usd"), run.total("tax_saving_usd"))


def difference(these: list[float], those: list[float]) -> list[float]:
    return [this - that for this, that in zip(these, those, strict=True)]


def first_accretive_year(savings: dict[int, float]) -> int | str:
    """The first year from which each year's expense savings are positive, or a word."""
    if all(abs(saving) < SAME_USD for saving in savings.values()):
        return "no difference"
    first: int | str = "never"
    for year in sorted(savings, reverse=True):
        if savings[year] <= 0:
            break
        first = year
    return first


# --- Results


def evaluate(data: Data, levers: Levers) -> dict:
    """Metrics and quarters of a scenario, and the workings that tests compare."""
    model = Model(data, levers)
    offers = [model.offers(t) for t in model.quarters]
    plan, hold, leaving = (model.simulate(variant, offers) for variant in ("plan", "hold", "exit"))
    baseline = hold if model.lv.baseline == "hold" else leaving

    cost = model.pv_cost(plan)
    npv_vs_exit = model.pv_cost(leaving) - cost
    payback, peak_outlay = model.payback(difference(after_tax_cash(baseline), after_tax_cash(plan)))
    extra_programme = difference(plan.total("programme_usd"), leaving.total("programme_usd"))
    p = (1 - model.lv.tax_rate) * model.pv(extra_programme)
    expense_savings: dict[int, float] = {}
    for t, saving in enumerate(difference(baseline.total("expense_usd"), plan.total("expense_usd"))):
        expense_savings[year_of(t)] = expense_savings.get(year_of(t), 0.0) + saving
    per_share = (1 - data.facts["book_tax_rate"]) / data.facts["diluted_shares"]

    metrics = {
        "npv_usd": model.pv_cost(baseline) - cost,
        "npv_vs_hold_usd": model.pv_cost(hold) - cost,
        "npv_vs_exit_usd": npv_vs_exit,
        "npv_pretax_usd": model.pv_cost(baseline, taxed=False) - model.pv_cost(plan, taxed=False),
        "pv_cost_usd": cost,
        "pv_baseline_usd": model.pv_cost(baseline),
        "pv_terminal_usd": model.terminal(plan),
        "payback": payback,
        "first_accretive_year": first_accretive_year(expense_savings),
        "peak_outlay_usd": peak_outlay,
        "npv_per_programme_usd": (npv_vs_exit + p) / p if p > 0 else None,
        "peak_mw_it": max(plan.total("mw_it")),
        "constraints": model.constraints(plan),
    }
    compared = ("cash_usd", "expense_usd", "tax_saving_usd")
    return {
        "levers": vars(model.lv),
        "metrics": metrics,
        "quarters": [
            mine | {f"baseline_{name}": theirs[name] for name in compared}
            for mine, theirs in zip(plan.quarters, baseline.quarters, strict=True)
        ],
        "by_workload": plan.by_workload,
        "offers": [{w: _offer_table(row) for w, row in by_workload.items()} for by_workload in offers],
        "constraints": metrics["constraints"],
        "eps_effect": {year: saving * per_share for year, saving in expense_savings.items()},
        "value_per_programme": metrics["npv_per_programme_usd"],
    }


def _offer_table(offers: Offers) -> dict[str, dict]:
    return {
        supplier: {"chip_id": offer.chip.chip_id if offer else None, "kappa": offer.kappa if offer else None}
        for supplier, offer in offers.items()
    }


def chip_hour(data: Data, levers: Levers, chip_id: str, quarter: str, price_year: int | None = None) -> float:
    """Levelised cost of an hour of a chip, at power and building prices of its year or of a given one."""
    t = quarter_index(quarter)
    return Model(data, levers).chip_hour(data.chips[chip_id], t, price_year or year_of(t))


def variant_cost(data: Data, levers: Levers, variant: str) -> float:
    """After-tax present value of one variant's cost."""
    model = Model(data, levers)
    return model.pv_cost(model.simulate(variant, [model.offers(t) for t in model.quarters]))


def npv(data: Data, levers: Levers) -> float:
    """After tax, against the chosen baseline."""
    return variant_cost(data, levers, {**BASE, **levers}["baseline"]) - variant_cost(data, levers, "plan")


def crossover(data: Data, levers: Levers, workload: str) -> float | str:
    """The lowest adoption from which a workload's custom chips pay at every higher one.

    No baseline depends on adoption, so npv(a) - npv(0) is the cost of the plan at 0 less its cost at a.
    """
    grid = [i / 100 for i in range(101)]
    costs = [variant_cost(data, levers | {f"adoption_{workload}": a}, "plan") for a in grid]
    gain = [costs[0] - cost for cost in costs]
    tolerance = 1e-9 * abs(variant_cost(data, levers, "plan"))
    losing = [i for i in range(1, 101) if gain[i] < 0]
    if all(abs(value) <= tolerance for value in gain):
        return "no difference"
    if not losing:
        return "always"
    if losing[-1] == len(grid) - 1:
        return "never"
    i = losing[-1]
    return grid[i] + (grid[i + 1] - grid[i]) * gain[i] / (gain[i] - gain[i + 1])


def contribution(data: Data, levers: Levers, workload: str) -> float:
    """What a workload's step from today's share to its adoption is worth."""
    (today,) = [row.custom_share_today for row in data.workloads if row.workload_id == workload]
    return npv(data, levers) - npv(data, levers | {f"adoption_{workload}": today})


def switching_value(data: Data, levers: Levers, lever: str) -> float | None:
    """The value of a numeric lever, nearest to its setting, at which the sign of npv changes."""
    if lever in WORDS:
        raise ValueError(f"{lever} is not numeric")
    setting = {**BASE, **levers}[lever]
    low, high = BOUNDS[lever]
    whole = lever in WHOLE_NUMBERS
    points = range(low, high + 1) if whole else [low + (high - low) * i / 64 for i in range(65)]
    width = math.inf if whole else 1e-6 * (high - low)

    def pays(value: float) -> bool:
        return npv(data, levers | {lever: value}) >= 0

    below = sorted((point for point in points if point < setting), reverse=True)
    above = sorted(point for point in points if point > setting)
    found = [_first_change(pays, setting, outward, width) for outward in (below, above)]
    changes = [value for value in found if value is not None]
    return min(changes, key=lambda value: abs(value - setting), default=None)


def _first_change(
    pays: Callable[[float], bool], setting: float, outward: Iterable[float], width: float
) -> float | None:
    """Going outward from the setting, the first value known to have the other sign, bisected to a width."""
    sign = pays(setting)
    near = setting
    for point in outward:
        if pays(point) != sign:
            far = point
            while abs(far - near) > width:
                middle = (near + far) / 2
                near, far = (middle, far) if pays(middle) == sign else (near, middle)
            return far
        near = point
    return None
