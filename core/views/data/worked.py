"""The formulas of docs/METHOD.md with a scenario's own numbers put in, for one chip, workload and quarter.

Each step says what it is, its formula in symbols, the same with numbers, and what it comes to. The arithmetic is done
here once more, step by step, as a reader would do it by hand; tests hold its results to the model's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import AMD, CUSTOM, NVIDIA, Inputs
from core.inputs.levers import ChipLevers, chip_levers
from core.model.chip_hour import SUPPLIERS
from core.model.offers import NO_CHIP
from core.model.units import HOURS_PER_YEAR, KWH_PER_MWH
from core.model.world import FAMILY_GROWTH
from core.story.answer import Answer
from core.story.labels import supplier_labels

CAPTION: Final = (
    "The formulas with this scenario's own numbers, to six digits. What the symbols mean stands below them."
)
DIGITS: Final = 6
"""Significant digits of the numbers that are put in: enough to check a step by hand."""
_EXACT: Final = 1e15
"""Above it a float has no digit left to the right of the point."""


@dataclass(frozen=True)
class Step:
    """One line of a worked example; `numbers` is the formula with numbers put in, `value` what it comes to."""

    name: str
    formula: str
    numbers: str
    value: float
    unit: str
    words: str = ""  # in place of the value, where the result is no number

    @property
    def result(self) -> str:
        """What the step comes to, with its unit."""
        return self.words or f"{number(self.value)} {self.unit}".rstrip()


def number(value: float) -> str:
    """Return a number to DIGITS significant digits, its whole part in full: `94,000`, `0.238424`, `0.0000071`."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else fmt.MISSING
    decimals = max(0, DIGITS - 1 - math.floor(math.log10(abs(value)))) if abs(value) < _EXACT else 0
    text = f"{abs(value):,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{fmt.MINUS if value < 0 else ''}{text}"


def table(steps: list[Step]) -> pd.DataFrame:
    """Return steps as a table of words."""
    return pd.DataFrame(
        [
            {"Step": step.name, "Formula": step.formula, "With these numbers": step.numbers, "Result": step.result}
            for step in steps
        ]
    )


@dataclass(frozen=True)
class _Place:
    """A chip and a quarter in a scenario, with the levers at hand."""

    answer: Answer
    chip: int
    quarter: int

    @property
    def inputs(self) -> Inputs:
        return self.answer.inputs

    @property
    def is_custom(self) -> bool:
        return int(self.inputs.chips.supplier[self.chip]) == CUSTOM

    @property
    def is_future(self) -> bool:
        return bool(self.inputs.chips.future[self.chip])

    @property
    def years(self) -> int:
        """Whole calendar years since the data's."""
        return self.quarter // QUARTERS_PER_YEAR + 1

    def lever(self, name: str) -> float:
        return self.answer.lever(name)

    @property
    def of_class(self) -> ChipLevers:
        return chip_levers(self.is_custom)

    @property
    def available(self) -> int:
        """Quarter index from which the chip can be had."""
        start = int(self.inputs.chips.available[self.chip])
        delay = int(self.lever(self.of_class.delay))
        return max(start + delay, min(start, 0)) if self.is_future else start


def chips_on_offer(answer: Answer, workload: int, quarter: int) -> tuple[int, ...]:
    """Return the chips that can be had in a quarter and run a workload: the custom offer first, then in file order."""
    chips, offer = answer.inputs.chips, int(answer.world.chip[quarter, CUSTOM, workload])
    can = [c for c in range(len(chips.id)) if chips.h100e[c, workload] > 0.0]
    had = [c for c in can if _Place(answer, c, quarter).available <= quarter <= int(chips.last_order[c])]
    return tuple(sorted(had, key=lambda c: c != offer))


def chip_hour_steps(answer: Answer, chip: int, quarter: int) -> list[Step]:
    """Return how the cost of an hour of a chip bought in a quarter comes about; docs/METHOD.md, sections 5 to 8.

    The last step is the cost of the hour, USD. `chip` is an index on the chip axis that is on offer in the quarter.
    """
    at, n = _Place(answer, chip, quarter), number
    prices, recovery = _price_steps(at), _recovery_steps(at)
    a_year = _year_steps(at, *(step.value for step in (*prices[1:], *recovery)))
    parts = [step.value for step in a_year]
    hour = Step(
        "Chip hour", "sum of the five / 8766", f"({' + '.join(map(n, parts))}) / 8766",
        sum(parts) / HOURS_PER_YEAR, "USD an hour",
    )  # fmt: skip
    return [*prices, *recovery, *a_year, hour]


def _price_steps(at: _Place) -> list[Step]:
    """Return the age of the offer, and what the chip, a MWh and a kW of building cost then."""
    chips, n = at.inputs.chips, number
    multiple, decline = at.lever(at.of_class.cost), at.lever(at.of_class.cost_decline)
    age = max(0, at.quarter - at.available)
    price, system = (float(part[at.chip]) for part in (chips.price_usd, chips.system_cost_usd))
    cost = multiple * (price * (1.0 - decline) ** (age / QUARTERS_PER_YEAR) + system)

    price_2026, power_price = at.inputs.power_usd_per_mwh, at.lever("power_price")
    escalation, inflation = at.lever("power_escalation"), at.lever("construction_inflation")
    energy_price = price_2026 * power_price * (1.0 + escalation) ** at.years
    facility_2026 = at.lever("facility_usd_per_kw")
    facility = facility_2026 * (1.0 + inflation) ** at.years

    since = (
        f"{at.inputs.calendar.label(at.quarter)} less {at.inputs.calendar.label(at.available)}"
        if age
        else "on offer for the first time"
    )
    return [
        Step("Age of the offer", "max(0, t − available)", since, age, "quarters"),
        Step(
            "Cost of the chip, K", "m × (price × (1 − e)^(age/4) + system cost)",
            f"{n(multiple)} × ({n(price)} × (1 − {n(decline)})^({age}/4) + {n(system)})", cost, "USD",
        ),
        Step(
            "Electricity, E", "price of 2026 × power price × (1 + growth)^(year − 2026)",
            f"{n(price_2026)} × {n(power_price)} × (1 + {n(escalation)})^{at.years}", energy_price, "USD a MWh",
        ),
        Step(
            "Cost to build", "cost of 2026 × (1 + inflation)^(year − 2026)",
            f"{n(facility_2026)} × (1 + {n(inflation)})^{at.years}", facility, "USD a kW",
        ),
    ]  # fmt: skip


def _recovery_steps(at: _Place) -> list[Step]:
    """Return what share of its cost a chip and a building must earn in each year of their lives."""
    rate, facility_years = at.lever("discount_rate"), at.lever("facility_life_years")
    life = math.floor(at.lever(at.of_class.service_life) * QUARTERS_PER_YEAR + 0.5) / QUARTERS_PER_YEAR
    of = {"Recovery of the chip": life, "Recovery of the building": facility_years}
    return [Step(name, _CRF, _crf_numbers(rate, years), _crf(rate, years), "a year") for name, years in of.items()]


def _year_steps(
    at: _Place, cost: float, energy_price: float, facility: float, crf_chip: float, crf_facility: float
) -> list[Step]:
    """Return what a chip costs a year, part by part: chip, maintenance, energy, upkeep and building."""
    n, kw = number, float(at.inputs.chips.kw[at.chip])
    spares, maintenance_rate = at.lever("spares"), at.lever("maintenance_rate")
    pue, load, upkeep_rate = at.lever("pue"), at.lever("load_factor"), at.lever("facility_opex_usd_per_kw_year")
    purchase = cost * (1.0 + spares) * crf_chip
    maintenance = maintenance_rate * cost
    energy = kw * pue * load * HOURS_PER_YEAR * energy_price / KWH_PER_MWH
    upkeep = kw * upkeep_rate
    building = kw * facility * crf_facility
    return [
        Step(
            "Purchase", "K × (1 + spares) × crf", f"{n(cost)} × (1 + {n(spares)}) × {n(crf_chip)}", purchase, _A_YEAR
        ),
        Step("Maintenance", "maintenance × K", f"{n(maintenance_rate)} × {n(cost)}", maintenance, _A_YEAR),
        Step(
            "Energy", "kW × PUE × load factor × 8766 × E / 1000",
            f"{n(kw)} × {n(pue)} × {n(load)} × 8766 × {n(energy_price)} / 1000", energy, _A_YEAR,
        ),
        Step("Upkeep", "kW × facility upkeep", f"{n(kw)} × {n(upkeep_rate)}", upkeep, _A_YEAR),
        Step("Building", "kW × cost to build × crf", f"{n(kw)} × {n(facility)} × {n(crf_facility)}", building, _A_YEAR),
    ]  # fmt: skip


_A_YEAR: Final = "USD a year"
_CRF: Final = "r / (1 − (1 + r)^(−N))"


def _crf(rate: float, years: float) -> float:
    return rate / -math.expm1(-years * math.log1p(rate)) if rate > 0.0 else 1.0 / years


def _crf_numbers(rate: float, years: float) -> str:
    if rate == 0.0:
        return f"1 / {number(years)}, for r is 0"
    return f"{number(rate)} / (1 − (1 + {number(rate)})^(−{number(years)}))"


def work_steps(answer: Answer, chip: int, workload: int, quarter: int) -> list[Step]:
    """Return how the cost of a chip's work comes about and how it stands to the offers; METHOD, sections 3, 8 and 11.

    The second step is the cost of an hour of work of one H100 equivalent, USD; the chip must run the workload.
    """
    at, world = _Place(answer, chip, quarter), answer.world
    n, chips = number, at.inputs.chips
    hour = chip_hour_steps(answer, chip, quarter)[-1].value
    base, performance = float(chips.h100e[chip, workload]), at.lever(at.of_class.performance) if at.is_future else 1.0
    theta = base * performance
    words = f"{n(base)} × {n(performance)}" if at.is_future else f"{n(base)}, measured: the chip is in volume"
    steps = [
        Step("Throughput, θ", "H100e of the data × performance of coming chips", words, theta, "H100e"),
        Step("Cost of work, κ", "chip hour / θ", f"{n(hour)} / {n(theta)}", hour / theta, "USD an H100e-hour"),
    ]
    for supplier, label in zip(SUPPLIERS, supplier_labels(at.inputs), strict=True):
        offered = int(world.chip[quarter, supplier, workload])
        name = f"Offer of {label}"
        if offered == NO_CHIP:
            steps.append(
                Step(name, "lowest κ of the chips on offer", "no chip for this workload", math.inf, "", "none")
            )
        else:
            kappa = float(world.kappa[quarter, supplier, workload])
            steps.append(Step(name, "lowest κ of the chips on offer", chips.name[offered], kappa, "USD an H100e-hour"))
    return steps


def demand_steps(answer: Answer, workload: int, quarter: int) -> list[Step]:
    """Return how much work a workload asks for in a quarter; METHOD, section 4. The last step is what is required."""
    inputs, n = answer.inputs, number
    table = inputs.tables["workload_demand"]
    ends = table[table["workload_id"] == inputs.workloads[workload]].set_index("year")["h100e_base"]
    year, q = answer.calendar.first_year + quarter // QUARTERS_PER_YEAR, quarter % QUARTERS_PER_YEAR + 1
    before, after, start = (float(ends.loc[y]) for y in (year - 1, year, answer.calendar.fleet_year))
    base = before * (after / before) ** (q / QUARTERS_PER_YEAR)
    growth = answer.lever(FAMILY_GROWTH[inputs.families[workload]])
    headroom = answer.lever("headroom")
    demand = start * (base / start) ** growth
    return [
        Step(
            "Base path", "A(y − 1) × (A(y) / A(y − 1))^(q/4)",
            f"{n(before)} × ({n(after)} / {n(before)})^({q}/4)", base, "H100e",
        ),
        Step("Demand", "D × (base / D)^k", f"{n(start)} × ({n(base)} / {n(start)})^{n(growth)}", demand, "H100e"),
        Step(
            "Required", "demand × (1 + headroom)", f"{n(demand)} × (1 + {n(headroom)})",
            demand * (1.0 + headroom), "H100e",
        ),
    ]  # fmt: skip


def share_steps(answer: Answer, workload: int, quarter: int) -> list[Step]:
    """Return what share of new capacity goes where; METHOD, sections 10 and 11.

    The steps: how far the change has come, the custom share, AMD's share of what is bought, and the right to stop.
    """
    world, inputs, n = answer.world, answer.inputs, number
    start, ramp_years, name = answer.lever("adoption_start"), answer.lever("ramp_years"), inputs.workloads[workload]
    x = (quarter - start + 1.0) / (QUARTERS_PER_YEAR * ramp_years + 1.0)
    clipped = min(1.0, max(0.0, x))
    moved = 3.0 * clipped**2 - 2.0 * clipped**3
    today, adoption = float(inputs.custom_share_today[workload]), float(answer.adoption[workload])
    share = today + (adoption - today) * moved
    amd_today, amd_goal = float(inputs.amd_share_today[workload]), answer.lever(f"amd_share_{name}")
    amd = amd_today + (amd_goal - amd_today) * moved
    offers = f"{n(amd_today)} + ({n(amd_goal)} − {n(amd_today)}) × {n(moved)}"
    nvidia_chip, amd_chip = (int(world.chip[quarter, supplier, workload]) for supplier in (NVIDIA, AMD))
    if nvidia_chip == NO_CHIP or amd_chip == NO_CHIP:
        amd = 0.0 if amd_chip == NO_CHIP else 1.0
        offers = f"{supplier_labels(inputs)[AMD if amd_chip == NO_CHIP else NVIDIA]} has no offer"
    return [
        Step(
            "Way along the ramp, x", "clip((t − t0 + 1) / (4 × ramp + 1), 0, 1)",
            f"clip(({quarter} − {start:.0f} + 1) / (4 × {n(ramp_years)} + 1), 0, 1)", clipped, "",
        ),
        Step("Change made, R", "3x² − 2x³", f"3 × {n(clipped)}^2 − 2 × {n(clipped)}^3", moved, ""),
        Step(
            "Custom share", "today + (adoption − today) × R",
            f"{n(today)} + ({n(adoption)} − {n(today)}) × {n(moved)}", share, "of new capacity",
        ),
        Step("AMD's share", "today + (goal − today) × R", offers, amd, "of what is bought"),
        _stop_step(answer, workload, quarter),
    ]  # fmt: skip


def _stop_step(answer: Answer, workload: int, quarter: int) -> Step:
    custom = float(answer.world.kappa[quarter, CUSTOM, workload])
    best = float(answer.world.bought_kappa[quarter, workload])
    premium = answer.lever("custom_premium_max")
    name, formula = "Right to stop", "buy if κ custom ≤ (1 + premium) × κ best bought"
    if math.isinf(custom):
        return Step(name, formula, "no custom chip on offer", math.inf, "", "nothing custom is bought")
    allowed = (1.0 + premium) * best
    sign, words = ("≤", "may be bought") if custom <= allowed else (">", "too dear, none is bought")
    return Step(
        name, formula, f"{number(custom)} {sign} (1 + {number(premium)}) × {number(best)}", custom / best, "", words
    )
