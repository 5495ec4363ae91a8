"""How fast chips get better: from the reference chip to the last generation that each maker has announced.

For the maker m with last announced chip L, n years after the reference chip, K the all-in cost of a chip when it comes
(price and system), theta its throughput and kw its power:

    price_m = (K_L / K_ref) ** (1/n)        power_m = (kw_L / kw_ref) ** (1/n)
    per_dollar_m,w = (theta_L,w / (K_L / K_ref)) ** (1/n)

A maker's rate for a family of work is the geometric mean over its workloads; the rate that is used is the geometric
mean over makers, the same for all of them, rounded to a whole percent. The slowest and fastest maker give the range.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scipy.stats import gmean

from core.base.quarters import QUARTERS_PER_YEAR, Calendar
from core.upkeep.rewrite import Tables, named

EXTRAPOLATED: Final = "extrapolated"
LEAST_YEARS: Final = 1.0
"""A maker whose last announced chip is nearer to the reference chip than this says nothing of a rate."""


class RuleError(ValueError):
    """A rule that a data set lacks something for; the message says what, and what would do."""


@dataclass(frozen=True)
class Rate:
    """Performance per dollar that work of a family gains a year, shares: of the slowest maker, used, of the fastest."""

    low: float
    base: float
    high: float

    @property
    def trend(self) -> tuple[float, float]:
        """What the lever `trend` of the family is at the slowest and the fastest maker: `(1 + rate)/(1 + base) - 1`."""
        return (1.0 + self.low) / (1.0 + self.base) - 1.0, (1.0 + self.high) / (1.0 + self.base) - 1.0


@dataclass(frozen=True)
class Maker:
    """What a year did to one maker's chips, from the reference chip to its last announced one."""

    supplier_id: str
    chip_id: str  # the last announced one
    years: float
    price: float  # factor a year
    power: float  # factor a year
    per_dollar: Mapping[str, float]  # rate by family


@dataclass(frozen=True)
class Pace:
    """What a year does to chips: factors of all-in price and of power, and rates by family."""

    price: float
    power: float
    per_dollar: Mapping[str, Rate]
    makers: tuple[Maker, ...]

    def throughput(self, family: str) -> float:
        """Return the factor by which one chip's throughput grows a year on work of a family."""
        return self.price * (1.0 + self.per_dollar[family].base)


def reference_chip(tables: Tables) -> str:
    """Return the chip that all throughput is counted in: the first that does 1 of every workload.

    Raises RuleError if there is none.
    """
    ones = Counter(row["chip_id"] for row in tables["chip_throughput"] if row["h100e_base"] == 1.0)
    for row in tables["chips"]:
        if ones[row["chip_id"]] == len(tables["workloads"]):
            return str(row["chip_id"])
    raise RuleError("chip_throughput.csv: no chip does 1 of every workload; rules need the one that is the unit")


def last_announced(tables: Tables, calendar: Calendar) -> Mapping[str, str]:
    """Return the newest chip of each supplier that is not extrapolated; suppliers without one are left out."""
    found: dict[str, tuple[int, str]] = {}
    for row in tables["chips"]:
        if row["status"] != EXTRAPOLATED:
            date = calendar.index(row["available_from"])
            if row["supplier_id"] not in found or date >= found[row["supplier_id"]][0]:
                found[row["supplier_id"]] = date, row["chip_id"]
    return {supplier: chip for supplier, (_, chip) in found.items()}


def pace(tables: Tables, calendar: Calendar) -> Pace:
    """Return how fast chips get better; raises RuleError if no maker has a chip a year after the reference chip."""
    unit = reference_chip(tables)
    family = {row["workload_id"]: row["family"] for row in tables["workloads"]}
    makers = [
        maker
        for supplier, chip in last_announced(tables, calendar).items()
        if (maker := _maker(tables, calendar, supplier, chip, unit, family)).years >= LEAST_YEARS
    ]
    if not makers:
        raise RuleError("chips.csv: no maker has announced a chip a year after the reference chip; a pace needs one")
    per_dollar = {}
    for one in dict.fromkeys(family.values()):
        known = [maker.per_dollar[one] for maker in makers if one in maker.per_dollar]
        if known:
            per_dollar[one] = Rate(min(known), round(_mean([1.0 + rate for rate in known]) - 1.0, 2), max(known))
    price, power = (round(_mean([getattr(maker, what) for maker in makers]), 2) for what in ("price", "power"))
    return Pace(price, power, per_dollar, tuple(makers))


def _maker(
    tables: Tables, calendar: Calendar, supplier: str, newest: str, unit: str, family: Mapping[str, str]
) -> Maker:
    chips, prices = named(tables["chips"], "chip_id"), named(tables["chip_prices"], "chip_id")
    first, last = (calendar.index(chips[chip]["available_from"]) for chip in (unit, newest))
    years = (last - first) / QUARTERS_PER_YEAR
    if years < LEAST_YEARS:
        return Maker(supplier, newest, years, 1.0, 1.0, {})
    cost, watts = (
        [float(value) for value in values]
        for values in (
            [prices[chip]["price_usd_base"] + prices[chip]["system_cost_usd"] for chip in (unit, newest)],
            [chips[chip]["system_power_w"] for chip in (unit, newest)],
        )
    )
    gains: dict[str, list[float]] = {}
    for row in tables["chip_throughput"]:
        if row["chip_id"] == newest:
            gains.setdefault(family[row["workload_id"]], []).append(float(row["h100e_base"]) * cost[0] / cost[1])
    per_dollar = {one: _mean(found) ** (1.0 / years) - 1.0 for one, found in gains.items()}
    return Maker(
        supplier,
        newest,
        years,
        (cost[1] / cost[0]) ** (1.0 / years),
        (watts[1] / watts[0]) ** (1.0 / years),
        per_dollar,
    )


def _mean(factors: Sequence[float]) -> float:
    return float(gmean(factors))
