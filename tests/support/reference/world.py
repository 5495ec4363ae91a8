"""What a scenario finds, whatever is bought: demand, capacity, prices, offers; and the shares that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace as Row

from tests.support.reference.data import Data, life_quarters
from tests.support.reference.levers import Levers

HOURS_PER_YEAR = 8766
HOURS_PER_QUARTER = 2191.5

Course = Mapping[str, str]
"""By workload, the variant that it follows: `plan`, `hold` or `exit`."""


@dataclass(frozen=True)
class Offer:
    """The chip that a supplier offers for a workload."""

    chip: Row
    theta: float
    kappa: float

    @property
    def mw_per_h100e(self) -> float:
        return float(self.chip.kw / self.theta / 1000)


Offers = dict[str, Offer | None]  # by supplier, for one workload in one quarter


class World:
    """A scenario on its data; one method a formula."""

    def __init__(self, data: Data, levers: Levers) -> None:
        unknown = sorted(set(levers) - set(data.levers))
        if unknown:
            raise ValueError(f"unknown levers: {', '.join(unknown)}")
        self.data = data
        self.calendar = data.calendar
        self.lv = Row(**{**data.base, **levers})
        self.quarters = range(4 * (int(self.lv.horizon_year) - self.calendar.fleet_year))
        self.book_life = life_quarters(self.lv.book_life_years)
        self.facility_life = life_quarters(self.lv.facility_life_years)

    def lever(self, name: str) -> float:
        return float(getattr(self.lv, name))

    def service_life(self, chip: Row) -> int:
        return life_quarters(self.lever(f"service_life_{chip.side}_years"))

    def theta(self, chip: Row, workload: Row) -> float:
        """Throughput of one newly bought chip; 0 if it cannot run the workload."""
        theta = self.data.h100e.get((chip.chip_id, workload.workload_id), 0.0)
        if chip.future:
            theta *= self.lever(f"{chip.side}_performance")
        if chip.status == "extrapolated":
            theta *= (1 + self.lever(f"trend_{workload.family}")) ** (max(0, chip.available_from) / 4)
        return theta

    # Demand, availability, prices

    def required(self, workload: Row, t: int) -> float:
        """H100e to be installed."""
        by_year, year = self.data.demand[workload.workload_id], self.calendar.year(t)
        before, after = by_year[year - 1], by_year[year]
        base = before * (after / before) ** ((t % 4 + 1) / 4)
        d0 = by_year[self.calendar.fleet_year]
        demand = d0 * (base / d0) ** self.lever(f"demand_growth_{workload.family}")
        return float(demand * (1 + self.lever("headroom")))

    def capacity(self, t: int) -> float:
        """MW of IT load that can be powered."""
        year = self.calendar.year(t)
        before, after = self.data.capacity_mw[year - 1], self.data.capacity_mw[year]
        return (before + (after - before) * (t % 4 + 1) / 4) * self.lever("power_capacity")

    def available(self, chip: Row) -> int:
        delay = int(self.lever(f"{chip.side}_delay_quarters")) if chip.future else 0
        return int(max(chip.available_from + delay, min(chip.available_from, 0)))

    def on_offer(self, chip: Row, t: int) -> bool:
        return self.available(chip) <= t and (chip.last_order is None or t <= chip.last_order)

    def chip_cost(self, chip: Row, t: int) -> float:
        """K: a chip with its share of server, rack and network."""
        if chip.side == "custom":
            multiple, decline = self.lever("custom_cost"), self.lever("custom_cost_decline")
        else:
            multiple, decline = self.lever("merchant_price"), self.lever("merchant_price_erosion")
        years = max(0, t - self.available(chip)) / 4
        return float(multiple * (chip.price_usd * (1 - decline) ** years + chip.system_cost_usd))

    def usd_per_mwh(self, year: int) -> float:
        escalation = (1 + self.lever("power_escalation")) ** (year - self.calendar.fleet_year)
        return self.data.usd_per_mwh * self.lever("power_price") * escalation

    def facility_usd_per_kw(self, year: int) -> float:
        inflation = (1 + self.lever("construction_inflation")) ** (year - self.calendar.fleet_year)
        return self.lever("facility_usd_per_kw") * inflation

    # Levelised cost of a chip-hour, offers

    def crf(self, years: float) -> float:
        """Capital recovery factor: the yearly payment that returns 1 over some years."""
        rate = self.lever("discount_rate")
        return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)

    def power_and_place(self, chip: Row, price_year: int) -> float:
        """What power and buildings for a chip cost in a year."""
        mwh_per_kw = self.lever("pue") * self.lever("load_factor") * HOURS_PER_YEAR / 1000
        power = chip.kw * mwh_per_kw * self.usd_per_mwh(price_year)
        facility_opex = chip.kw * self.lever("facility_opex_usd_per_kw_year")
        facility = chip.kw * self.facility_usd_per_kw(price_year) * self.crf(self.lever("facility_life_years"))
        return float(power + facility_opex + facility)

    def chip_hour(self, chip: Row, t: int, price_year: int) -> float:
        cost = self.chip_cost(chip, t)
        capital = cost * (1 + self.lever("spares")) * self.crf(self.service_life(chip) / 4)
        maintenance = self.lever("maintenance_rate") * cost
        return (capital + maintenance + self.power_and_place(chip, price_year)) / HOURS_PER_YEAR

    def offers(self, t: int) -> dict[str, Offers]:
        """By workload, each supplier's chip with the lowest cost of work; on a tie, first in file order."""
        suppliers = [row.supplier_id for row in self.data.suppliers]
        result: dict[str, Offers] = {row.workload_id: dict.fromkeys(suppliers) for row in self.data.workloads}
        for chip in self.data.chips.values():
            if not self.on_offer(chip, t):
                continue
            chip_hour = self.chip_hour(chip, t, self.calendar.year(t))
            for workload in self.data.workloads:
                best, theta = result[workload.workload_id], self.theta(chip, workload)
                incumbent = best[chip.supplier_id]
                if theta > 0 and (incumbent is None or chip_hour / theta < incumbent.kappa):
                    best[chip.supplier_id] = Offer(chip, theta, chip_hour / theta)
        return result

    def bought_kappa(self, offers: Offers) -> float:
        """The lowest cost of work among the merchants' offers."""
        return min(offer.kappa for offer in offers.values() if offer and offer.chip.side == "merchant")

    # Shares

    def course(self, variant: str) -> Course:
        """The same variant for every workload."""
        return {workload.workload_id: variant for workload in self.data.workloads}

    def ramp(self, t: int, start: int) -> float:
        """R: a smooth step from 0 before the start to 1 when the ramp is over."""
        x = min(max((t - start + 1) / (4 * self.lever("ramp_years") + 1), 0.0), 1.0)
        return 3 * x**2 - 2 * x**3

    def adoption(self, variant: str, workload: Row) -> float:
        """The custom share that a variant is heading for."""
        if variant == "plan":
            return self.lever(f"adoption_{workload.workload_id}")
        return float(workload.custom_share_today) if variant == "hold" else 0.0

    def start(self, workload: Row) -> int:
        """The quarter in which a workload's own share begins to move."""
        lag = int(self.lever(f"start_lag_{workload.workload_id}"))
        return self.calendar.index(self.lv.adoption_start) + lag

    def custom_share(self, variant: str, workload: Row, t: int) -> float:
        today = workload.custom_share_today
        start = 0 if variant == "exit" else self.start(workload)
        return float(today + (self.adoption(variant, workload) - today) * self.ramp(t, start))

    def merchant_shares(self, workload: Row, t: int) -> dict[str, float]:
        """Each merchant's share of what is bought; the lead has what the others leave."""
        ramp = self.ramp(t, self.calendar.index(self.lv.adoption_start))
        lead, *others = self.data.merchants
        shares = {}
        for m in others:
            today = getattr(workload, f"{m}_share_today")
            shares[m] = today + (self.lever(f"{m}_share_{workload.workload_id}") - today) * ramp
        total = sum(shares.values())
        if total > 1:
            shares = {m: share / total for m, share in shares.items()}
        return {lead: max(0.0, 1 - total), **shares}
