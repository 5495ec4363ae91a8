"""Every knob of the model, declared once: levers, scenarios, presets and the way they are written down.

A scenario is a value: frozen, hashable, valid by construction. Widgets, links, JSON, sampling and the
method page's lever table are all derived from `LEVERS`. Names and figures: docs/METHOD.md, section "Levers".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Value = float | int | str
Columns = Mapping[str, NDArray[np.float64]]

FIRST_YEAR: Final = 2027
"""Calendar year of quarter index 0 (2027-Q1)."""
QUARTERS_PER_YEAR: Final = 4
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)


def quarter_index(label: str) -> int:
    """Return the quarter index of `label`: 0 is 2027-Q1, earlier quarters are negative.

    Raises ValueError if the label is not of the form `2027-Q1`.
    """
    match = _QUARTER.fullmatch(label)
    if match is None:
        raise ValueError(f"{label!r} is not a quarter; write it like 2027-Q1")
    return (int(match[1]) - FIRST_YEAR) * QUARTERS_PER_YEAR + int(match[2]) - 1


def quarter_label(index: int) -> str:
    """Return the label of quarter `index`: `quarter_label(5) == "2028-Q2"`."""
    return f"{FIRST_YEAR + index // QUARTERS_PER_YEAR}-Q{index % QUARTERS_PER_YEAR + 1}"


class Kind(StrEnum):
    """Whether a lever is the company's to decide or a belief about the world."""

    CHOICE = "choice"
    ASSUMPTION = "assumption"


class Group(StrEnum):
    """Where a lever stands on the screen, in this order."""

    ADOPTION = "Adoption"
    PROCUREMENT = "Procurement"
    VIEW = "View"
    PROGRAMME = "Custom programme"
    BOUGHT = "Bought GPUs"
    DEMAND = "Demand"
    POWER = "Power and facilities"
    FINANCE = "Finance"


@dataclass(frozen=True)
class Lever:
    """One knob: what it is called, what it may be, and where its setting comes from.

    `minimum` and `maximum` bound it (for a lever with `options`, the first and last option's index as the
    model counts it); `low` and `high` are the 10th and 90th percentile of a belief, None for a choice.
    """

    id: str
    label: str
    group: Group
    kind: Kind
    base: Value
    minimum: float
    maximum: float
    step: float
    low: float | None
    high: float | None
    unit: str
    source_id: str
    help: str
    options: tuple[str, ...] = ()
    whole: bool = False

    @property
    def is_share(self) -> bool:
        """True if the value is a share of a whole, best read as a percentage."""
        return self.unit.startswith("share")

    @property
    def percentiles(self) -> tuple[float, float]:
        """The 10th and the 90th percentile of a belief; raises ValueError for a choice, which has none."""
        if self.low is None or self.high is None:
            raise ValueError(f"{self.id} is a choice; only beliefs have percentiles")
        return float(self.low), float(self.high)

    @property
    def is_numeric(self) -> bool:
        """True if the value is a number and not a choice of words."""
        return not self.options

    def number(self, value: Value) -> float:
        """Return `value` as the model counts it: an option by its index, everything else as it is."""
        return float(self.options.index(str(value))) if self.options else float(value)

    def value(self, number: float) -> Value:
        """Return the value that `number` stands for; the inverse of `number()`."""
        if self.options:
            return self.options[int(number)]
        return int(number) if self.whole else float(number)

    def problem(self, value: object) -> str | None:
        """Say in words what is wrong with `value`, or return None if this lever may take it."""
        if self.options:
            if isinstance(value, str) and value in self.options:
                return None
            return f"{self.id}: {shown(value)} is not one of its settings; use {self._options_in_words()}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{self.id}: {shown(value)} is not a number; use {self._range_in_words()}"
        if isinstance(value, float) and not math.isfinite(value):
            return f"{self.id}: {shown(value)} is not a finite number; use {self._range_in_words()}"
        if not self.minimum <= value <= self.maximum:
            return f"{self.id}: {shown(value)} is out of bounds; use {self._range_in_words()}"
        if self.whole and value != int(value):
            return f"{self.id}: {shown(value)} is not a whole number; use {self._range_in_words()}"
        return None

    def _range_in_words(self) -> str:
        number = "a whole number" if self.whole else "a number"
        return f"{number} from {self.minimum:g} to {self.maximum:g} ({self.unit})"

    def _options_in_words(self) -> str:
        if len(self.options) <= 4:
            return " or ".join(self.options)
        return f"one of {self.options[0]} to {self.options[-1]}"


def shown(value: object) -> str:
    """Return `value` as an error message quotes it: short, on one line."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _choice(
    id: str,
    label: str,
    group: Group,
    base: Value,
    bounds: tuple[float, float, float],
    unit: str,
    help: str,
    source_id: str = "assumption",
    whole: bool = False,
) -> Lever:
    return Lever(id, label, group, Kind.CHOICE, base, *bounds, None, None, unit, source_id, help, whole=whole)


def _options(id: str, label: str, group: Group, base: str, options: tuple[str, ...], unit: str, help: str) -> Lever:
    bounds = (0.0, float(len(options) - 1), 1.0)
    return Lever(id, label, group, Kind.CHOICE, base, *bounds, None, None, unit, "assumption", help, options=options)


def _belief(
    id: str,
    label: str,
    group: Group,
    base: float,
    bounds: tuple[float, float, float],
    percentiles: tuple[float, float],
    unit: str,
    source_id: str,
    help: str,
    whole: bool = False,
) -> Lever:
    return Lever(id, label, group, Kind.ASSUMPTION, base, *bounds, *percentiles, unit, source_id, help, whole=whole)


_ADOPTION_STARTS = tuple(quarter_label(t) for t in range(quarter_index("2031-Q4") + 1))
_SHARE_BOUNDS = (0.0, 1.0, 0.01)
_NEW = "share of new capacity"
_BOUGHT = "share of bought capacity"

LEVERS: Final[tuple[Lever, ...]] = (
    _choice(
        "adoption_rr_inference", "Ranking inference", Group.ADOPTION, 0.70, _SHARE_BOUNDS, _NEW,
        "Share of new ranking and recommendation inference capacity that goes on custom chips once the ramp is done.",
    ),
    _choice(
        "adoption_rr_training", "Ranking training", Group.ADOPTION, 0.50, _SHARE_BOUNDS, _NEW,
        "Share of new ranking and recommendation training capacity that goes on custom chips once the ramp is done.",
    ),
    _choice(
        "adoption_genai_inference", "Generative inference", Group.ADOPTION, 0.30, _SHARE_BOUNDS, _NEW,
        "Share of new generative AI inference capacity that goes on custom chips once the ramp is done.",
    ),
    _choice(
        "adoption_genai_training", "Generative training", Group.ADOPTION, 0.0, _SHARE_BOUNDS, _NEW,
        "Share of new generative AI training capacity that goes on custom chips; a hope of the company's, no plan.",
        source_id="meta-cfo-ms-tmt-2026",
    ),
    _options(
        "adoption_start", "Change starts", Group.ADOPTION, "2027-Q1", _ADOPTION_STARTS, "quarter",
        "Quarter in which shares begin to move away from today's mix.",
    ),
    _choice(
        "ramp_years", "Ramp", Group.ADOPTION, 2.0, (0.0, 6.0, 0.5), "years",
        "Years from the first change to the full adoption rate; the path is an S-curve.",
    ),
    _choice(
        "custom_premium_max", "Right to stop above", Group.ADOPTION, 1.0, (0.0, 5.0, 0.05),
        "share above the best bought chip",
        "Custom chips are not bought in a quarter in which their work costs this much above the best bought chip's.",
    ),
    _choice(
        "amd_share_rr_inference", "AMD, ranking inference", Group.PROCUREMENT, 0.35, _SHARE_BOUNDS, _BOUGHT,
        "Share of bought ranking inference capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    _choice(
        "amd_share_rr_training", "AMD, ranking training", Group.PROCUREMENT, 0.35, _SHARE_BOUNDS, _BOUGHT,
        "Share of bought ranking training capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    _choice(
        "amd_share_genai_inference", "AMD, generative inference", Group.PROCUREMENT, 0.35, _SHARE_BOUNDS, _BOUGHT,
        "Share of bought generative inference capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    _choice(
        "amd_share_genai_training", "AMD, generative training", Group.PROCUREMENT, 0.25, _SHARE_BOUNDS, _BOUGHT,
        "Share of bought generative training capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    _options(
        "baseline", "Compare with", Group.VIEW, "hold", ("hold", "exit"), "variant",
        "What the scenario is measured against: today's mix held, or no custom chips from 2027-Q1 on.",
    ),
    _choice(
        "horizon_year", "Horizon", Group.VIEW, 2032, (2028, 2035, 1), "year",
        "Last year that is modelled; what is still worth something then counts as residual value.", whole=True,
    ),
    _belief(
        "custom_delay_quarters", "Delay of coming custom chips", Group.PROGRAMME, 1, (0, 12, 1), (0, 4), "quarters",
        "assumption", "Quarters by which custom chips not yet in volume come later than the road map says.", whole=True,
    ),
    _belief(
        "custom_performance", "Performance of coming custom chips", Group.PROGRAMME, 1.0, (0.3, 2.0, 0.05),
        (0.75, 1.20), "x our estimate", "toms-mtia-2026",
        "Throughput of custom chips not yet in volume, against our estimate.",
    ),
    _belief(
        "custom_cost", "Cost of custom chips", Group.PROGRAMME, 1.0, (0.4, 2.5, 0.05), (0.80, 1.40),
        "x our estimate", "assumption", "Price and system cost of every custom chip, against our estimate.",
    ),
    _belief(
        "custom_cost_decline", "Custom cost decline", Group.PROGRAMME, 0.10, (0.0, 0.4, 0.01), (0.05, 0.15),
        "share per year", "assumption", "How fast a custom chip's own price falls after it becomes available.",
    ),
    _belief(
        "custom_supply_limit_mw", "Custom supply limit", Group.PROGRAMME, 500.0, (25.0, 3000.0, 25.0),
        (250.0, 1000.0), "MW of IT load per quarter", "nomura-mtia-2025",
        "The most custom chips that can be had in a quarter, by the power they draw.",
    ),
    _belief(
        "programme_cost", "Programme cost", Group.PROGRAMME, 1.0, (0.25, 4.0, 0.05), (0.70, 1.80),
        "x our estimate", "nre-3nm-note",
        "Fixed cost of the custom programme (NRE, teams, ports), against our estimate.",
    ),
    _belief(
        "merchant_price", "Price of bought GPUs", Group.BOUGHT, 1.0, (0.4, 2.0, 0.05), (0.85, 1.15),
        "x reference price", "epoch-chip-counts",
        "Price and system cost of every bought GPU, against the reference price.",
    ),
    _belief(
        "merchant_price_erosion", "GPU price erosion", Group.BOUGHT, 0.14, (0.0, 0.4, 0.01), (0.08, 0.20),
        "share per year", "epoch-chip-counts", "How fast a bought GPU's own price falls after it becomes available.",
    ),
    _belief(
        "merchant_performance", "Performance of coming GPUs", Group.BOUGHT, 1.0, (0.5, 2.0, 0.05), (0.85, 1.25),
        "x our estimate", "mlperf-inference-61", "Throughput of bought GPUs not yet in volume, against our estimate.",
    ),
    _belief(
        "merchant_delay_quarters", "Delay of coming GPUs", Group.BOUGHT, 0, (-4, 8, 1), (-1, 2), "quarters",
        "assumption", "Quarters by which bought GPUs not yet in volume come later (below zero: earlier).", whole=True,
    ),
    _belief(
        "shortfall_penalty", "Take-or-pay share", Group.BOUGHT, 0.20, (0.0, 1.0, 0.05), (0.0, 0.50),
        "share of shortfall", "assumption",
        "Share of a purchase shortfall under contract that must be paid all the same.",
    ),
    _belief(
        "amd_warrant_usd_bn_per_gw", "AMD warrant", Group.BOUGHT, 2.5, (0.0, 16.0, 0.5), (0.0, 5.5),
        "USD bn per GW, after vesting odds", "amd-meta-8k-2026",
        "Value of AMD shares earned per GW bought, up to the agreement's 6 GW; it lowers the cost of those chips.",
    ),
    _belief(
        "demand_growth_ranking", "Growth of ranking work", Group.DEMAND, 1.0, (0.0, 2.0, 0.05), (0.75, 1.20),
        "x log growth", "epoch-ml-hardware",
        "Growth of ranking and recommendation work since 2026; 0 is none, 2 is its square.",
    ),
    _belief(
        "demand_growth_genai", "Growth of generative work", Group.DEMAND, 1.0, (0.0, 2.0, 0.05), (0.65, 1.20),
        "x log growth", "epoch-ml-hardware", "Growth of generative AI work since 2026; 0 is none, 2 is its square.",
    ),
    _belief(
        "headroom", "Headroom", Group.DEMAND, 0.10, (0.0, 0.5, 0.01), (0.05, 0.20), "share", "assumption",
        "Capacity held above the work that is needed.",
    ),
    _belief(
        "spares", "Spares", Group.DEMAND, 0.03, (0.0, 0.2, 0.005), (0.02, 0.06), "share", "meta-llama3-isca25",
        "Chips bought on top of those that work, to replace failures.",
    ),
    _belief(
        "power_price", "Power price", Group.POWER, 1.0, (0.5, 3.0, 0.05), (0.90, 1.35), "x data", "eia-epm-2026",
        "Price of electricity in 2026, against the data.",
    ),
    _belief(
        "power_escalation", "Power price growth", Group.POWER, 0.03, (-0.05, 0.15, 0.005), (0.015, 0.05),
        "share per year", "assumption", "Yearly change of the price of electricity after 2026.",
    ),
    _belief(
        "pue", "PUE", Group.POWER, 1.10, (1.0, 2.0, 0.01), (1.08, 1.20), "ratio", "meta-sustainability-2024",
        "Power usage effectiveness: electricity of the whole site over electricity of the IT load.",
    ),
    _belief(
        "load_factor", "Load factor", Group.POWER, 0.75, (0.3, 1.0, 0.01), (0.60, 0.85), "share of nameplate",
        "assumption", "Average power drawn over the power that is provisioned.",
    ),
    _belief(
        "power_capacity", "Power capacity", Group.POWER, 1.0, (0.3, 3.0, 0.05), (0.80, 1.15), "x data",
        "reuters-iris-2026", "IT load that can be powered, against the data.",
    ),
    _belief(
        "rent_premium", "Rent premium", Group.POWER, 1.1, (0.0, 5.0, 0.1), (0.7, 1.4),
        "share above own cost of work", "semianalysis-hw-2026",
        "What rented work costs above the best bought chip's own cost, when power or fleet run short.",
    ),
    _belief(
        "facility_usd_per_kw", "Facility cost", Group.POWER, 13000.0, (5000.0, 30000.0, 500.0), (10000.0, 16000.0),
        "USD per IT kW, 2026", "jll-2026", "Cost to build a data centre, per kW of IT load, at 2026 prices.",
    ),
    _belief(
        "construction_inflation", "Construction inflation", Group.POWER, 0.05, (0.0, 0.15, 0.005), (0.03, 0.07),
        "share per year", "jll-2026", "Yearly change of the cost to build after 2026.",
    ),
    _belief(
        "facility_opex_usd_per_kw_year", "Facility upkeep", Group.POWER, 180.0, (0.0, 500.0, 10.0), (100.0, 300.0),
        "USD per IT kW and year", "assumption", "Running cost of a data centre without electricity, per kW of IT load.",
    ),
    _belief(
        "discount_rate", "Discount rate", Group.FINANCE, 0.09, (0.0, 0.25, 0.005), (0.08, 0.10),
        "share per year, nominal, after tax", "damodaran-2026", "Rate at which later money counts less.",
    ),
    _belief(
        "book_life_years", "Book life", Group.FINANCE, 5.5, (3.0, 8.0, 0.5), (4.0, 6.0), "years", "meta-10k-2025",
        "Years over which chips are depreciated in the accounts.",
    ),
    _belief(
        "service_life_custom_years", "Service life, custom", Group.FINANCE, 5.5, (3.0, 8.0, 0.5), (4.0, 6.5), "years",
        "assumption", "Years for which a custom chip works before it is taken out.",
    ),
    _belief(
        "service_life_merchant_years", "Service life, bought", Group.FINANCE, 5.5, (3.0, 8.0, 0.5), (4.0, 6.5),
        "years", "assumption", "Years for which a bought GPU works before it is taken out.",
    ),
    _belief(
        "facility_life_years", "Facility life", Group.FINANCE, 25.0, (10.0, 40.0, 1.0), (20.0, 30.0), "years",
        "assumption", "Years over which data centres are depreciated.",
    ),
    _belief(
        "maintenance_rate", "Maintenance", Group.FINANCE, 0.02, (0.0, 0.1, 0.005), (0.01, 0.04),
        "share of cost paid, per year", "assumption", "Yearly upkeep of chips as a share of what was paid for them.",
    ),
    _belief(
        "terminal_recovery_custom", "Residual value, custom", Group.FINANCE, 0.35, (0.0, 1.0, 0.05), (0.10, 0.80),
        "share of unused service life, at cost", "assumption",
        "What custom chips are still worth at the horizon, of the cost of their unused life.",
    ),
    _belief(
        "terminal_recovery_merchant", "Residual value, bought", Group.FINANCE, 0.60, (0.0, 1.0, 0.05), (0.35, 0.90),
        "share of unused service life, at cost", "assumption",
        "What bought GPUs are still worth at the horizon, of the cost of their unused life.",
    ),
    _belief(
        "terminal_recovery_facility", "Residual value, facilities", Group.FINANCE, 0.90, (0.0, 1.0, 0.05),
        (0.70, 1.00), "share of unused life, at cost", "assumption",
        "What data centres are still worth at the horizon, of the cost of their unused life.",
    ),
    _belief(
        "tax_rate", "Tax rate", Group.FINANCE, 0.21, (0.0, 0.4, 0.005), (0.15, 0.25), "share", "assumption",
        "Rate of income tax that a deduction saves.",
    ),
    _belief(
        "bonus_share_facility", "Facilities deducted at once", Group.FINANCE, 0.5, (0.0, 1.0, 0.05), (0.3, 0.7),
        "share", "assumption", "Share of facility spending that tax law lets be deducted in the quarter it is spent.",
    ),
)  # fmt: skip
"""Every lever, in the order in which it is shown, sampled and written down."""

LEVER: Final[Mapping[str, Lever]] = MappingProxyType({lever.id: lever for lever in LEVERS})
"""The levers by id."""


class RefusedError(ValueError):
    """Something that cannot be used; `problems` holds one sentence for each thing wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ScenarioError(RefusedError):
    """A scenario that cannot be read."""


@dataclass(frozen=True)
class Scenario(Mapping[str, Value]):
    """One setting of every lever. Build it with `Scenario.of`; vary it with `replace`.

    It reads like a mapping from lever id to value. Two scenarios with equal values are equal and hash alike.
    """

    _values: tuple[Value, ...] = field(default=tuple(lever.base for lever in LEVERS))

    @classmethod
    def of(cls, changes: Mapping[str, object] | None = None) -> Scenario:
        """Return the base scenario with `changes` by lever id.

        Raises ScenarioError that lists every unknown lever and every value that its lever may not take.
        """
        changes = changes or {}
        problems = [problem for name, value in changes.items() if (problem := _problem(name, value))]
        if problems:
            raise ScenarioError(problems)
        return cls(tuple(_normal(lever, changes[lever.id]) if lever.id in changes else lever.base for lever in LEVERS))

    def replace(self, **changes: Value) -> Scenario:
        """Return this scenario with `changes`; raises ScenarioError as `of` does."""
        return Scenario.of({**self, **changes})

    @property
    def changes(self) -> dict[str, Value]:
        """Return the levers that are off base, by id, in the order of `LEVERS`."""
        return {lever.id: self[lever.id] for lever in LEVERS if self[lever.id] != lever.base}

    def __getitem__(self, name: str) -> Value:
        return self._index[name]

    def __iter__(self) -> Iterator[str]:
        return iter(LEVER)

    def __len__(self) -> int:
        return len(LEVERS)

    def __hash__(self) -> int:
        return hash(self._values)

    @cached_property
    def _index(self) -> dict[str, Value]:
        return dict(zip(LEVER, self._values, strict=True))

    def number(self, name: str) -> float:
        """Return lever `name` as the model counts it (an option by its index)."""
        return LEVER[name].number(self[name])


def _problem(name: str, value: object) -> str | None:
    if name not in LEVER:
        return f"{shown(name)[1:-1]}: there is no such lever"
    return LEVER[name].problem(value)


def _normal(lever: Lever, value: object) -> Value:
    """Return a valid `value` in the lever's own type, so that equal scenarios are written alike."""
    if lever.options:
        return str(value)
    number = float(value)  # type: ignore[arg-type]  # `problem` has checked that it is a number
    return int(number) if lever.whole else number + 0.0  # -0.0 becomes 0.0


BASE: Final = Scenario()


def columns(scenarios: Iterable[Scenario]) -> dict[str, NDArray[np.float64]]:
    """Return a batch of scenarios as one array (batch,) a lever, as the model counts them."""
    rows = [[lever.number(value) for lever, value in zip(LEVERS, s._values, strict=True)] for s in scenarios]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(LEVERS))
    return {lever.id: np.ascontiguousarray(table[:, i]) for i, lever in enumerate(LEVERS)}


def _adoption(
    rr_inference: float, rr_training: float, genai_inference: float, genai_training: float
) -> dict[str, Value]:
    return {
        "adoption_rr_inference": rr_inference,
        "adoption_rr_training": rr_training,
        "adoption_genai_inference": genai_inference,
        "adoption_genai_training": genai_training,
    }


def presets(shares_today: Mapping[str, float]) -> dict[str, Scenario]:
    """Return the ready-made scenarios by name.

    `shares_today` is the custom share of new capacity by workload id, from the data: one preset holds it.
    """
    held: dict[str, Value] = {f"adoption_{workload}": share for workload, share in shares_today.items()}
    changes: dict[str, dict[str, Value]] = {
        "Company plan": {},
        "Today's mix held": held,
        "Ranking only": _adoption(0.9, 0.8, 0.0, 0.0),
        "Into generative inference": _adoption(0.8, 0.6, 0.6, 0.0),
        "Extends to training": _adoption(0.8, 0.7, 0.5, 0.4),
        "Exit custom": _adoption(0.0, 0.0, 0.0, 0.0),
        "Programme slips a year": {"custom_delay_quarters": 5},
        "GPU price war": {"merchant_price": 0.75, "merchant_price_erosion": 0.20},
        "Power is short": {"power_capacity": 0.7, "power_price": 1.5},
        "Right to stop": {"custom_premium_max": 0.0},
    }
    return {name: Scenario.of(change) for name, change in changes.items()}


DATA_KEY: Final = "data"
MODEL_KEY: Final = "model"


@dataclass(frozen=True)
class Reading:
    """What a link says: the scenario as far as it could be applied, and what could not, in words."""

    scenario: Scenario
    problems: tuple[str, ...] = ()
    data_version: str | None = None
    model_version: str | None = None


def to_query(scenario: Scenario, *, data_version: str, model_version: str) -> dict[str, str]:
    """Return the scenario as the parameters of a link: the levers off base, then both versions.

    `str` of a float is the shortest text that reads back as the same number, so nothing is lost.
    """
    levers = {name: str(value) for name, value in scenario.changes.items()}
    return {**levers, DATA_KEY: data_version, MODEL_KEY: model_version}


def from_query(query: Mapping[str, str]) -> Reading:
    """Read the parameters of a link; what cannot be applied is left at base and said in `problems`."""
    accepted: dict[str, object] = {}
    problems = []
    for name, text in query.items():
        if name in (DATA_KEY, MODEL_KEY):
            continue
        value: object = text
        if name in LEVER and LEVER[name].is_numeric:
            value = _number(text)
        if problem := _problem(name, value):
            problems.append(problem)
        else:
            accepted[name] = value
    return Reading(Scenario.of(accepted), tuple(problems), query.get(DATA_KEY), query.get(MODEL_KEY))


def _number(text: str) -> float | int | str:
    """Return the number that `text` writes plainly (no blanks, underscores or other scripts), else `text`."""
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII) is None:
        return text
    return int(text) if len(text) < 20 and re.fullmatch(r"[+-]?\d+", text, re.ASCII) else float(text)


def to_json(scenario: Scenario) -> dict[str, Value]:
    """Return every lever by id, ready for `json.dumps`."""
    return dict(scenario)


def from_json(value: object, place: str = "scenario") -> Scenario:
    """Read a scenario from parsed JSON: an object of levers by id, those left out at base.

    Raises ScenarioError that lists every problem, each beginning with `place`.
    """
    if not isinstance(value, dict):
        raise ScenarioError([f"{place}: {shown(value)} is not an object of levers; write {{}} for the base"])
    try:
        return Scenario.of(value)
    except ScenarioError as error:
        raise ScenarioError([f"{place}: {problem}" for problem in error.problems]) from None
