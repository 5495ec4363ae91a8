"""What a course is worth: present values, what is left at the horizon, payback, first accretive year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.support.reference.model import FACILITY_TAX_LIFE, Model
from tests.support.reference.records import Lot, Run
from tests.support.reference.world import HOURS_PER_QUARTER, HOURS_PER_YEAR, Offers

SAME = 1e-12  # of pv_cost: smaller savings, in every period, are no difference

Played = tuple[Run, Sequence[dict[str, Offers]]]


class Valued(Model):
    """A scenario whose courses are given a value."""

    def pv(self, amounts: Iterable[float]) -> float:
        """Present value of one amount a quarter, each at the middle of its quarter."""
        rate = self.lever("discount_rate")
        return float(sum(usd * (1 + rate) ** (-(t + 0.5) / 4) for t, usd in enumerate(amounts)))

    def use_value(self, run: Run, offers: Sequence[dict[str, Offers]]) -> float:
        """What the work is worth that chips still do after the horizon, at the price of bought work."""
        end = len(self.quarters)
        lots = [lot for lot in run.lots if lot.works(end - 1) and lot.chips > 0]
        lit = self.lit(end - 1, lots)
        value = 0.0
        for workload in self.data.workloads:
            mine = [lot for lot in lots if lot.workload_id == workload.workload_id]
            lit_h100e = lit * sum(lot.h100e for lot in mine)
            if lit_h100e > 0:
                used = min(1.0, self.required(workload, end - 1) / lit_h100e)
                price = self.bought_kappa(offers[end - 1][workload.workload_id])
                value += lit * used * sum(self.work_left(lot, price) for lot in mine)
        return value

    def work_left(self, lot: Lot, price: float) -> float:
        """What the work of a lot is worth at the horizon, from then to the end of its service, if all of it is used."""
        end, rate = len(self.quarters), self.lever("discount_rate")
        maintenance = self.lever("maintenance_rate") * lot.cost_paid / lot.chips
        place = self.power_and_place(lot.chip, self.calendar.year(end - 1))
        run_cost = (maintenance + place) / HOURS_PER_YEAR / (lot.h100e / lot.chips)
        worth = 0.0
        for j in range(lot.bought + self.service_life(lot.chip) - end):
            margin = max(0.0, price * (1 - self.lever("work_price_decline")) ** (j / 4) - run_cost)
            worth += margin * (1 + rate) ** (-(j + 0.5) / 4)
        return lot.h100e * HOURS_PER_QUARTER * worth

    def sale_value(self, run: Run) -> float:
        """What chips fetch at the horizon: a share of the cost of their unused life."""
        end, value = len(self.quarters), 0.0
        for lot in run.lots:
            if lot.works(end - 1):
                unused = max(0.0, 1 - (end - lot.bought) / self.service_life(lot.chip))
                value += lot.cost * unused * self.lever(f"terminal_recovery_{lot.chip.side}")
        return value

    def terminal(self, played: Played, taxed: bool = True, basis: str | None = None) -> float:
        """Discounted value of what is left at the horizon, on the scenario's basis or another."""
        run, offers = played
        end, undeducted = len(self.quarters), 0.0
        use = (basis or self.lv.terminal_basis) == "use"
        value = self.use_value(run, offers) if use else self.sale_value(run)
        for v, usd in run.facilities.items():
            unused = max(0.0, 1 - (end - v) / self.facility_life)
            value += usd * unused * self.lever("terminal_recovery_facility")
            spread = (1 - self.lever("bonus_share_facility")) * usd
            undeducted += spread * max(0.0, 1 - (end - v) / FACILITY_TAX_LIFE)
        if taxed:
            value -= self.lever("tax_rate") * (value - undeducted)
        return float(value * (1 + self.lever("discount_rate")) ** (-end / 4))

    def pv_cost(self, played: Played, taxed: bool = True, basis: str | None = None) -> float:
        cash = after_tax_cash(played[0]) if taxed else played[0].total("cash_usd")
        return self.pv(cash) - self.terminal(played, taxed, basis)

    def payback(self, savings: Sequence[float], pv_cost: float) -> tuple[str, float]:
        """The quarter from which discounted savings stay ahead, or a word, and the peak outlay."""
        running = [self.pv(savings[: t + 1]) for t in self.quarters]
        behind = [t for t in self.quarters if running[t] < 0]
        peak_outlay = max(0.0, -min(running))
        if all(abs(saving) < SAME * abs(pv_cost) for saving in savings):
            return "no difference", peak_outlay
        if not behind:
            return "immediate", peak_outlay
        if running[-1] < 0:
            return "never", peak_outlay
        return self.calendar.label(behind[-1] + 1), peak_outlay


def after_tax_cash(run: Run) -> list[float]:
    return difference(run.total("cash_usd"), run.total("tax_saving_usd"))


def difference(these: Sequence[float], those: Sequence[float]) -> list[float]:
    return [this - that for this, that in zip(these, those, strict=True)]


def first_accretive_year(savings: Mapping[int, float], pv_cost: float) -> int | str:
    """The first year from which each year's expense savings are positive, or a word."""
    if all(abs(saving) < SAME * abs(pv_cost) for saving in savings.values()):
        return "no difference"
    first: int | str = "never"
    for year in sorted(savings, reverse=True):
        if savings[year] <= 0:
            break
        first = year
    return first
