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
from core.inputs.data import BOUGHT, CUSTOM, LEAD, Inputs
from core.inputs.lever_table import bought_share, demand_growth, start_lag, trend
from core.inputs.levers import ChipLevers, chip_levers
from core.model.offers import NO_CHIP
from core.model.units import HOURS_PER_YEAR, KWH_PER_MWH
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
        """Whole calendar years since the fleet year."""
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

    price_then, power_price, year = at.inputs.power_usd_per_mwh, at.lever("power_price"), at.inputs.calendar.fleet_year
    escalation, inflation = at.lever("power_escalation"), at.lever("construction_inflation")
    energy_price = price_then * power_price * (1.0 + escalation) ** at.years
    facility_then = at.lever("facility_usd_per_kw")
    facility = facility_then * (1.0 + inflation) ** at.years

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
            "Electricity, E", f"price of {year} × power price × (1 + growth)^(year − {year})",
            f"{n(price_then)} × {n(power_price)} × (1 + {n(escalation)})^{at.years}", energy_price, "USD a MWh",
        ),
        Step(
            "Cost to build", f"cost of {year} × (1 + inflation)^(year − {year})",
            f"{n(facility_then)} × (1 + {n(inflation)})^{at.years}", facility, "USD a kW",
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
    throughput = _throughput_step(at, workload)
    theta = throughput.value
    steps = [
        throughput,
        Step("Cost of work, κ", "chip hour / θ", f"{n(hour)} / {n(theta)}", hour / theta, "USD an H100e-hour"),
    ]
    for supplier, label in enumerate(supplier_labels(at.inputs)):
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


def _throughput_step(at: _Place, workload: int) -> Step:
    """Return the throughput of a chip on a workload, with what is believed of chips to come; METHOD, section 3."""
    n, chips = number, at.inputs.chips
    base = float(chips.h100e[at.chip, workload])
    name, formula, unit = "Throughput, θ", "H100e of the data", "H100e"
    if not at.is_future:
        return Step(name, formula, f"{n(base)}, as in the data: the chip is in volume", base, unit)
    performance = at.lever(at.of_class.performance)
    formula, words, theta = (
        f"{formula} × performance of coming chips",
        f"{n(base)} × {n(performance)}",
        base * performance,
    )
    after, growth = max(0, int(chips.available[at.chip])), at.lever(trend(at.inputs.families[workload]))
    if chips.extrapolated[at.chip] and after and growth:
        formula, words = f"{formula} × (1 + progress)^(q/4)", f"{words} × (1 + {n(growth)})^({after}/4)"
        theta *= (1.0 + growth) ** (after / QUARTERS_PER_YEAR)
    return Step(name, formula, words, theta, unit)


def demand_steps(answer: Answer, workload: int, quarter: int) -> list[Step]:
    """Return how much work a workload asks for in a quarter; METHOD, section 4. The last step is what is required."""
    inputs, n = answer.inputs, number
    table = inputs.tables["workload_demand"]
    ends = table[table["workload_id"] == inputs.workloads[workload]].set_index("year")["h100e_base"]
    year, q = answer.calendar.first_year + quarter // QUARTERS_PER_YEAR, quarter % QUARTERS_PER_YEAR + 1
    before, after, start = (float(ends.loc[y]) for y in (year - 1, year, answer.calendar.fleet_year))
    base = before * (after / before) ** (q / QUARTERS_PER_YEAR)
    growth = answer.lever(demand_growth(inputs.families[workload]))
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

    The steps: how far the workload's change has come, the custom share, each merchant's share of what is bought (where
    there are several), and the right to stop.
    """
    inputs, n = answer.inputs, number
    lag = answer.lever(start_lag(inputs.workloads[workload]))
    clipped, moved = _ramp(answer, quarter, lag)
    start, ramp_years = answer.lever("adoption_start"), answer.lever("ramp_years")
    began = f"({start:.0f} + {lag:.0f})" if lag else f"{start:.0f}"
    today, adoption = float(inputs.custom_share_today[workload]), float(answer.adoption[workload])
    return [
        Step(
            "Way along the ramp, x", f"clip((t − {'(t0 + lag)' if lag else 't0'} + 1) / (4 × ramp + 1), 0, 1)",
            f"clip(({quarter} − {began} + 1) / (4 × {n(ramp_years)} + 1), 0, 1)", clipped, "",
        ),
        Step("Change made, R", "3x² − 2x³", f"3 × {n(clipped)}^2 − 2 × {n(clipped)}^3", moved, ""),
        Step(
            "Custom share", "today + (adoption − today) × R",
            f"{n(today)} + ({n(adoption)} − {n(today)}) × {n(moved)}", today + (adoption - today) * moved,
            "of new capacity",
        ),
        *_split_steps(answer, workload, quarter, moved_apart=lag != 0),
        _stop_step(answer, workload, quarter),
    ]  # fmt: skip


def _ramp(answer: Answer, quarter: int, lag: float = 0.0) -> tuple[float, float]:
    """Return how far along the ramp a change is that begins `lag` quarters late, and how much of it is made."""
    start, ramp_years = answer.lever("adoption_start") + lag, answer.lever("ramp_years")
    x = min(1.0, max(0.0, (quarter - start + 1.0) / (QUARTERS_PER_YEAR * ramp_years + 1.0)))
    return x, 3.0 * x**2 - 2.0 * x**3


def _split_steps(answer: Answer, workload: int, quarter: int, *, moved_apart: bool) -> list[Step]:
    """Return how what is bought is divided among the merchants, if there are several.

    moved_apart: the merchants' shares move from the common start and the workload's own share does not.
    """
    inputs, n = answer.inputs, number
    others = inputs.suppliers[LEAD + 1 :]
    if not others:
        return []
    x, moved = _ramp(answer, quarter)
    today = [float(share) for share in inputs.bought_share_today[:, workload]]
    goals = [answer.lever(bought_share(one, inputs.workloads[workload])) for one in others]
    raw = [now + (goal - now) * moved for now, goal in zip(today, goals, strict=True)]
    whole = max(1.0, sum(raw))
    words = [f"{n(now)} + ({n(goal)} − {n(now)}) × {n(moved)}" for now, goal in zip(today, goals, strict=True)]
    formula = "today + (goal − today) × R"
    if whole > 1.0:
        words, formula = [f"({one}) / {n(whole)}" for one in words], f"({formula}) / their sum"
    shares = [1.0 - sum(raw) / whole, *(share / whole for share in raw)]
    words = [f"1 − ({' + '.join(map(n, shares[1:]))})", *words]
    steps = [
        Step(f"Share of {label}", "what the others leave" if m == 0 else formula, numbers, share, "of what is bought")
        for m, (label, (numbers, share)) in enumerate(
            zip(supplier_labels(inputs)[BOUGHT], _after_offers(answer, workload, quarter, shares, words), strict=True)
        )
    ]
    ramp = Step("R of what is bought", "3x² − 2x³, x from the common start", f"3 × {n(x)}^2 − 2 × {n(x)}^3", moved, "")
    return [*([ramp] if moved_apart else []), *steps[1:], steps[0]]


def _after_offers(
    answer: Answer, workload: int, quarter: int, shares: list[float], words: list[str]
) -> list[tuple[str, float]]:
    """Return each merchant's share, the lead's first, with its arithmetic.

    Merchants without an offer have none, and the others divide it in proportion. shares, words: those before that.
    """
    there = [int(chip) != NO_CHIP for chip in answer.world.chip[quarter, BOUGHT, workload]]
    if all(there):
        return list(zip(words, shares, strict=True))
    labels = supplier_labels(answer.inputs)[BOUGHT]
    left = sum(share for share, offers in zip(shares, there, strict=True) if offers)
    first = next((m for m, offers in enumerate(there) if offers), None)
    rows = []
    for m, (share, arithmetic) in enumerate(zip(shares, words, strict=True)):
        if not there[m]:
            rows.append((f"{labels[m]} has no offer", 0.0))
        elif left > 0.0:
            rows.append((f"({arithmetic}) / {number(left)}", share / left))
        else:
            rows.append(("first of those with an offer", 1.0) if m == first else ("none is left", 0.0))
    return rows


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
