"""One course of a scenario, quarter by quarter: what is bought, what it draws, what it costs, what binds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import SimpleNamespace as Row
from typing import Any

from tests.support.reference.records import Lot, Purchases, Run
from tests.support.reference.world import HOURS_PER_QUARTER, Course, Offer, Offers, World

FACILITY_TAX_LIFE = 156  # quarters
ROUNDING = 1e-9  # relative size below which what is held back or short is arithmetic noise


class Model(World):
    """A scenario on its data; one method a formula."""

    # Fleet

    def opening_lots(self) -> list[Lot]:
        policy = self.data.facts["policy_life_quarters"]
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
                book_cost=cost * max(0.0, 1 - age / policy),
                book_start=0,
                book_quarters=max(1, self.book_life - age),
            )
            lots.append(lot)
        return lots

    def new_lot(self, offer: Offer, workload_id: str, t: int, h100e: float) -> Lot:
        chips = h100e / offer.theta
        cost_paid = chips * self.chip_cost(offer.chip, t)
        cost = cost_paid * (1 + self.lever("spares"))
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

    def split(self, offers: Offers, rest: float, shares: dict[str, float]) -> dict[str, float]:
        """H100e by merchant: those with an offer share the rest of a gap; the first of them if none has a share."""
        offering = [m for m in self.data.merchants if offers[m]]
        total = sum(shares[m] for m in offering)
        if total > 0:
            return {m: rest * shares[m] / total for m in offering}
        return {m: rest if m == offering[0] else 0.0 for m in offering}

    def decide(self, course: Course, t: int, offers: dict[str, Offers], working: list[Lot]) -> Purchases:
        """Gaps, right to stop, power, custom supply and the merchants' split, in this order."""
        own = {w: by_supplier[self.data.custom] for w, by_supplier in offers.items()}
        gap: dict[str, float] = {}
        want: dict[str, float] = {}
        held_back: dict[str, float] = {}
        for workload in self.data.workloads:
            w = workload.workload_id
            surviving = sum(lot.h100e for lot in working if lot.workload_id == w)
            gap[w] = max(0.0, self.required(workload, t) - surviving)
            asked = self.custom_share(course[w], workload, t) * gap[w]
            limit = (1 + self.lever("custom_premium_max")) * self.bought_kappa(offers[w])
            mine = own[w]
            may = mine is not None and mine.kappa <= limit
            want[w], held_back[w] = (asked, 0.0) if may else (0.0, asked)

        unlimited = self.fill(t, offers, gap, want)
        mw = sum(_mw(offers[w][supplier], h100e) for w, row in unlimited.items() for supplier, h100e in row.items())
        room = max(0.0, self.capacity(t) - sum(lot.mw for lot in working))
        if mw > room:
            gap = {w: h100e * room / mw for w, h100e in gap.items()}
            want = {w: h100e * room / mw for w, h100e in want.items()}
        custom, supply_short = self.serve(want, own, offers)
        bought = self.fill(t, offers, gap, custom)
        return Purchases(gap, held_back, bought, mw - room > ROUNDING * mw, supply_short)

    def fill(
        self, t: int, offers: dict[str, Offers], gap: dict[str, float], custom: dict[str, float]
    ) -> dict[str, dict[str, float]]:
        """H100e by workload and supplier: what custom chips leave of each gap goes to the merchants."""
        filled = {}
        for workload in self.data.workloads:
            w = workload.workload_id
            rest = self.split(offers[w], gap[w] - custom[w], self.merchant_shares(workload, t))
            filled[w] = {self.data.custom: custom[w], **rest}
        return filled

    def serve(
        self, want: dict[str, float], own: dict[str, Offer | None], offers: dict[str, Offers]
    ) -> tuple[dict[str, float], bool]:
        """Custom chips go where they are cheapest against the best bought chip, as far as the supply goes."""
        asking: list[tuple[str, Offer]] = [(w, offer) for w, offer in own.items() if offer and want[w] > 0]
        custom, left = dict.fromkeys(want, 0.0), self.lever("custom_supply_limit_mw")
        for w, offer in sorted(asking, key=lambda one: one[1].kappa / self.bought_kappa(offers[one[0]])):
            mw = want[w] * offer.mw_per_h100e
            custom[w] = want[w] if mw <= left else left / offer.mw_per_h100e
            left -= min(mw, left)
        wanted = sum(want[w] * offer.mw_per_h100e for w, offer in asking)
        served = sum(custom[w] * offer.mw_per_h100e for w, offer in asking)
        return custom, wanted - served > ROUNDING * wanted

    # Programme, contracts

    def programme_spend(self, course: Course, t: int) -> float:
        """Fixed costs of the custom programme in a quarter."""
        workloads = {workload.workload_id: workload for workload in self.data.workloads}
        spend = 0.0
        for item in self.data.programme:
            gates = [workloads[w] for w in item.gate_workloads.split(";")]
            first, last = item.first_quarter, item.last_quarter
            rate = item.usd_total * self.lever("programme_cost") / (last - first + 1)
            if item.chip_id and self.data.chips[item.chip_id].future:
                last += int(self.lever("custom_delay_quarters"))
            if item.trigger == "expansion":
                grows = [
                    gate for gate in gates if self.adoption(course[gate.workload_id], gate) > gate.custom_share_today
                ]
                shift = min((self.start(gate) for gate in grows), default=0)
                runs, first, last = bool(grows), first + shift, last + shift
            else:
                runs = any(self.custom_share(course[gate.workload_id], gate, t) > 0 for gate in gates)
            if runs and first <= t <= last:
                spend += rate
        return spend

    def gigawatts(self, contract: Row, lot: Lot) -> float:
        """What a new lot counts for in a contract, spares included."""
        if lot.chip.supplier_id != contract.supplier_id or lot.chip.available_from < contract.chips_from:
            return 0.0
        return float(lot.chips * (1 + self.lever("spares")) * lot.chip.kw / 1e6)

    def contract_short(self, contract: Row, new_lots: Sequence[Lot], year: int, charged: float) -> float:
        """GW or USD by which purchases are behind at the end of a year, beyond what was charged already."""
        amount = sum(row.amount for y, row in contract.years.items() if self.calendar.first_year <= y <= year)
        if contract.unit == "gw":
            purchased = sum(self.gigawatts(contract, lot) for lot in new_lots)
        else:
            purchased = sum(lot.cost for lot in new_lots if lot.chip.supplier_id == contract.supplier_id)
        return float(max(0.0, amount - purchased - charged))

    def charge(self, t: int, run: Run, new_lots: Sequence[Lot], charged: dict[str, float]) -> float:
        """USD of shortfall that a quarter is charged; what is short counts as charged from then on."""
        year, shortfall = self.calendar.year(t), 0.0
        for contract in self.data.contracts:
            due, subject = contract.years.get(year), contract.contract_id
            if due is None or t % 4 != 3:
                continue
            short = self.contract_short(contract, new_lots, year, charged[subject])
            charged[subject] += short
            usd_per_unit = due.usd_per_gw if contract.unit == "gw" else 1.0
            shortfall += self.lever("shortfall_penalty") * short * usd_per_unit
            if short > ROUNDING * due.amount:
                run.bind("contract", subject, t)
        return shortfall

    def earn_warrants(self, lots: Iterable[Lot], gw_before: dict[str, float]) -> float:
        """USD that a quarter's lots earn, each at most its book cost, which it lowers; adds to the GW that counted."""
        earned = 0.0
        for supplier, contract in self.data.warrants.items():
            cap = sum(row.amount for row in contract.years.values())
            counting = [(lot, self.gigawatts(contract, lot)) for lot in lots]
            total = sum(gw for _, gw in counting)
            if total <= 0:
                continue
            part = min(1.0, max(0.0, cap - gw_before[supplier]) / total)
            gw_before[supplier] += total
            for lot, gw in counting:
                usd = min(lot.book_cost, part * gw * self.lever(f"{supplier}_warrant_usd_bn_per_gw") * 1e9)
                lot.book_cost -= usd
                earned += usd
        return earned

    # One course, quarter by quarter

    def simulate(self, course: Course, offers: Sequence[dict[str, Offers]]) -> Run:
        run = Run(lots=self.opening_lots())
        opening = len(run.lots)
        start_mw = sum(lot.mw for lot in run.lots if lot.works(0))
        peak = max(self.data.capacity_mw[self.calendar.fleet_year], start_mw)
        charged = {contract.contract_id: 0.0 for contract in self.data.contracts}
        warrant_gw = dict.fromkeys(self.data.warrants, 0.0)
        for t in self.quarters:
            working = [lot for lot in run.lots if lot.works(t)]
            decided = self.decide(course, t, offers[t], working)
            bought = [
                self.new_lot(offer, w, t, h100e)
                for w, by_supplier in decided.bought.items()
                for supplier, h100e in by_supplier.items()
                if h100e > 0 and (offer := offers[t][w][supplier])
            ]
            run.lots += bought
            working += bought

            quarter = self.power(t, working)
            peak = self.spend(t, quarter, bought, working, peak)
            run.facilities[t] = quarter["capex_facility_usd"]
            run.by_workload.append(self.work(t, decided, working))
            quarter |= self.work_totals(run.by_workload[t], offers[t])
            quarter["programme_usd"] = self.programme_spend(course, t)
            quarter["shortfall_usd"] = self.charge(t, run, run.lots[opening:], charged)
            quarter["warrant_usd"] = self.earn_warrants(bought, warrant_gw)
            run.quarters.append(quarter | self.accounts(t, quarter, run))
            self.note_what_binds(t, run, decided)
        return run

    def power(self, t: int, working: Sequence[Lot]) -> dict[str, Any]:
        year, capacity = self.calendar.year(t), self.capacity(t)
        mw_it = sum(lot.mw for lot in working)
        powered = min(mw_it, capacity)
        mwh = powered * self.lever("pue") * self.lever("load_factor") * HOURS_PER_QUARTER
        return {
            "quarter": self.calendar.label(t),
            "mw_it": mw_it,
            "capacity_mw": capacity,
            "mwh": mwh,
            "co2_t": mwh * self.data.kg_co2_per_mwh / 1000,
            "energy_usd": mwh * self.usd_per_mwh(year),
            "facility_opex_usd": powered * 1000 * self.lever("facility_opex_usd_per_kw_year") / 4,
        }

    def spend(
        self, t: int, quarter: dict[str, Any], bought: Sequence[Lot], working: Sequence[Lot], peak: float
    ) -> float:
        """Put capital spending and maintenance into the quarter; return the peak power so far."""
        powered = min(quarter["mw_it"], quarter["capacity_mw"])
        for row in self.data.suppliers:
            costs = [lot.cost for lot in bought if lot.chip.supplier_id == row.supplier_id]
            quarter[f"capex_{row.supplier_id}_usd"] = float(sum(costs))
        kw = max(0.0, powered - peak) * 1000
        quarter["capex_facility_usd"] = kw * self.facility_usd_per_kw(self.calendar.year(t))
        quarter["maintenance_usd"] = self.lever("maintenance_rate") / 4 * sum(lot.cost_paid for lot in working)
        return float(max(peak, powered))

    def lit(self, t: int, working: Iterable[Lot]) -> float:
        """The share of the fleet that can be powered."""
        mw_it = sum(lot.mw for lot in working)
        return min(1.0, self.capacity(t) / mw_it) if mw_it > 0 else 1.0

    def work(self, t: int, decided: Purchases, working: Sequence[Lot]) -> dict[str, dict[str, Any]]:
        """What is needed, there, bought and missing, by workload."""
        details: dict[str, dict[str, Any]] = {}
        lit = self.lit(t, working)
        for workload in self.data.workloads:
            w = workload.workload_id
            required = self.required(workload, t)
            installed = sum(lot.h100e for lot in working if lot.workload_id == w)
            unserved = max(0.0, required - installed * lit)
            details[w] = {
                "required": required,
                "installed": installed,
                "unserved": 0.0 if unserved < ROUNDING * installed else unserved,
                "gap": decided.gap[w],
                "purchases": {s.supplier_id: decided.bought[w].get(s.supplier_id, 0.0) for s in self.data.suppliers},
                "held_back": decided.held_back[w],
            }
        return details

    def work_totals(self, details: dict[str, dict[str, Any]], offers: dict[str, Offers]) -> dict[str, Any]:
        premium = 1 + self.lever("rent_premium")
        rents = [
            row["unserved"] * HOURS_PER_QUARTER * premium * self.bought_kappa(offers[w]) for w, row in details.items()
        ]
        names = ("unserved", "required", "installed", "held_back")
        totals = {f"{name}_h100e": sum(row[name] for row in details.values()) for name in names}
        return totals | {"shortage_usd": sum(rents)}

    def accounts(self, t: int, quarter: dict[str, Any], run: Run) -> dict[str, float]:
        """Cash, expense and tax of a quarter."""
        running = ("energy", "maintenance", "facility_opex", "programme", "shortfall", "shortage")
        opex = sum(quarter[f"{name}_usd"] for name in running)
        capex = sum(quarter[f"capex_{row.supplier_id}_usd"] for row in self.data.suppliers)
        chips_net, facility = capex - quarter["warrant_usd"], quarter["capex_facility_usd"]
        depreciation_chips = sum(lot.depreciation(t) for lot in run.lots)
        write_off = sum(lot.write_off(t) for lot in run.lots)
        booked = [usd for v, usd in run.facilities.items() if t < v + self.facility_life]
        depreciation_facility = sum(booked) / self.facility_life
        bonus = self.lever("bonus_share_facility")
        spread = [usd for v, usd in run.facilities.items() if t < v + FACILITY_TAX_LIFE]
        deduction = bonus * facility + (1 - bonus) * sum(spread) / FACILITY_TAX_LIFE
        return {
            "cash_usd": chips_net + facility + opex,
            "expense_usd": opex + depreciation_chips + depreciation_facility + write_off,
            "tax_saving_usd": self.lever("tax_rate") * (opex + chips_net + deduction),
            "depreciation_chips_usd": depreciation_chips,
            "depreciation_facility_usd": depreciation_facility,
            "write_off_usd": write_off,
        }

    def note_what_binds(self, t: int, run: Run, decided: Purchases) -> None:
        for w, row in run.by_workload[t].items():
            if row["held_back"] > ROUNDING * row["required"]:
                run.bind("right_to_stop", w, t)
        mw_it, capacity = run.quarters[t]["mw_it"], run.quarters[t]["capacity_mw"]
        if decided.power_short or mw_it > capacity * (1 + ROUNDING):
            run.bind("power", None, t)
        if decided.supply_short:
            run.bind("custom_supply", None, t)

    def constraints(self, run: Run) -> list[dict[str, Any]]:
        """What binds: power, custom supply, right to stop by workload, contracts."""
        order: list[tuple[str, str | None]] = [("power", None), ("custom_supply", None)]
        order += [("right_to_stop", workload.workload_id) for workload in self.data.workloads]
        order += [("contract", contract.contract_id) for contract in self.data.contracts]
        found = [(key, run.binding[key]) for key in order if key in run.binding]
        return [
            {"constraint": name, "subject": subject, "first": self.calendar.label(when[0]), "periods": len(when)}
            for (name, subject), when in found
        ]


def _mw(offer: Offer | None, h100e: float) -> float:
    return h100e * offer.mw_per_h100e if offer else 0.0
