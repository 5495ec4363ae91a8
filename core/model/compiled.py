"""What courses come to in thousands of worlds, compiled: the model once more, a world at a time and in plain loops.

core.model.model is the readable form and the authority; tests/model/test_compiled.py holds this one to it. It is here
for speed alone: what is worked out of a world stays in the processor's nearest memory from offers to value, and only
what futures ask for is. Formulas and their order: docs/METHOD.md.

Axes, in this order: world, course, quarter or year, supplier, contract or workload. Worlds come first, for one is
worked out after the other. What a course chooses is the same in all worlds. Records are rows of named figures.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.base.finance import SMALLEST_RATE, round_half_up
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import BOUGHT, CUSTOM, Inputs
from core.inputs.lever_table import demand_growth, trend, warrant
from core.inputs.levers import BOUGHT_CHIPS, CUSTOM_CHIPS, USE
from core.inputs.scenario import Columns, columns
from core.model.courses import Courses, custom_share
from core.model.fleet import ROUNDING
from core.model.model import variants
from core.model.money import TAX_LIFE_FACILITY_QUARTERS
from core.model.offers import NO_CHIP
from core.model.opening import LONGEST_LIFE, SHORTEST_LIFE, opening_tables
from core.model.programme import is_open, shift_of
from core.model.units import (
    HOURS_PER_QUARTER,
    HOURS_PER_YEAR,
    KW_PER_MW,
    KWH_PER_MWH,
    MW_PER_GW,
    USD_PER_USD_BN,
)
from core.model.world import World, bought_shares, build

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Records = Any
"""An array of records; NumPy's types do not tell their fields."""
Function = TypeVar("Function", bound=Callable[..., Any])

OF_CUSTOM: Final = 0
OF_BOUGHT: Final = 1
"""Places on the axis of classes of chips, of which each has its levers, its life and its books."""
CLASSES: Final = (CUSTOM_CHIPS, BOUGHT_CHIPS)


def compiled(function: Function) -> Function:
    """Compile a function when it is first called, and keep what comes of it beside its source or in the user's cache.

    It lets other threads run meanwhile, and divides by zero as NumPy does.
    """
    made = njit(nogil=True, error_model="numpy")(function)
    with contextlib.suppress(RuntimeError):  # there is no place to keep it: then each process compiles its own
        made.enable_caching()
    return cast(Function, made)


# --- What it is worked out from


@dataclass(frozen=True, eq=False)
class Case:
    """A data set, as arrays and records."""

    chips: Records  # (chip,)
    h100e: Floats  # (chip, workload)
    family: Ints  # (workload,)
    demand_today_h100e: Floats  # (workload,)
    log_demand: Floats  # (quarter, workload) log of demand over today's
    capacity_mw: Floats  # (quarter,)
    capacity_today_mw: float
    power_usd_per_mwh: float
    opening_h100e: Floats  # (class, life, quarter, workload), as core.model.opening.OpeningTables
    opening: Records  # (class, life, quarter) likewise
    opening_charges: Records  # (class, service life, book life, quarter) likewise
    lots: Records  # (lot,) of the opening fleet
    deals: Records  # (contract,)
    counts: Bools  # (contract, chip)
    due: Records  # (contract, year)
    items: Records  # (item,) of the programme


@lru_cache(maxsize=8)
def case_of(inputs: Inputs) -> Case:
    """Return a data set as arrays and records."""
    chips, fleet, deals, items = inputs.chips, inputs.opening, inputs.contracts, inputs.programme
    tables = opening_tables(inputs)
    families = list(dict.fromkeys(inputs.families))

    def by_class(table: Floats, supplier_axis: int) -> Floats:
        """Custom chips, and all bought ones, instead of the suppliers; the classes come first."""
        of_supplier = np.moveaxis(table, supplier_axis, 0)
        return np.stack([of_supplier[CUSTOM], of_supplier[BOUGHT].sum(axis=0)])

    return Case(
        chips=_records(
            supplier=_whole(chips.supplier),
            of_class=np.where(chips.supplier == CUSTOM, OF_CUSTOM, OF_BOUGHT),
            available=_whole(chips.available),
            last_order=_whole(chips.last_order),
            future=chips.future,
            trend_quarters=_whole(np.where(chips.extrapolated, np.maximum(chips.available, 0), 0)),
            kw=chips.kw,
            price_usd=chips.price_usd,
            system_cost_usd=chips.system_cost_usd,
        ),
        h100e=_floats(chips.h100e),
        family=np.array([families.index(one) for one in inputs.families]),
        demand_today_h100e=_floats(inputs.demand_today_h100e),
        log_demand=_floats(np.log(inputs.demand_h100e / inputs.demand_today_h100e)),
        capacity_mw=_floats(inputs.capacity_mw),
        capacity_today_mw=float(inputs.capacity_today_mw),
        power_usd_per_mwh=float(inputs.power_usd_per_mwh),
        opening_h100e=_floats(by_class(tables.h100e, 2)),
        opening=_records(
            mw=by_class(tables.mw, 2),
            cost_usd=by_class(tables.cost_usd, 2),
            unused_usd=by_class(tables.unused_usd, 2),
        ),
        opening_charges=_records(
            depreciation_usd=by_class(tables.depreciation_usd, 3), write_off_usd=by_class(tables.write_off_usd, 3)
        ),
        lots=_records(
            chip=_whole(fleet.chip),
            workload=_whole(fleet.workload),
            vintage=_whole(fleet.vintage),
            chips=fleet.chips,
            unit_cost_usd=fleet.unit_cost_usd,
        ),
        deals=_records(
            supplier=_whole(deals.supplier), in_gw=deals.in_gw, earns=deals.warrant, amount=deals.amount.sum(axis=1)
        ),
        counts=np.array(deals.counts, order="C"),
        due=_records(
            active=deals.active,
            amount=deals.amount,
            so_far=np.cumsum(deals.amount, axis=1),
            usd_per_gw=deals.usd_per_gw,
        ),
        items=_records(
            usd=items.usd_total / (items.last - items.first + 1),
            first=_whole(items.first),
            last=_whole(items.last),
            future_chip=items.future_chip,
        ),
    )


def _floats(array: Floats) -> Floats:
    """An array of its own in C order: read-only ones are another type, for which all would be compiled anew."""
    return np.array(array, dtype=np.float64, order="C")


def _whole(array: NDArray[Any]) -> Ints:
    return np.asarray(array, dtype=np.int64)


def _records(**fields: NDArray[Any]) -> Records:
    """Return arrays of one shape as one array of records."""
    found = np.zeros(next(iter(fields.values())).shape, dtype=[(name, one.dtype) for name, one in fields.items()])
    for name, one in fields.items():
        found[name] = one
    return found


_PLAIN: Final = (
    "custom_supply_limit_mw",
    "programme_cost",
    "shortfall_penalty",
    "headroom",
    "spares",
    "power_price",
    "power_escalation",
    "pue",
    "load_factor",
    "power_capacity",
    "rent_premium",
    "facility_usd_per_kw",
    "construction_inflation",
    "facility_opex_usd_per_kw_year",
    "discount_rate",
    "facility_life_years",
    "maintenance_rate",
    "terminal_basis",
    "work_price_decline",
    "terminal_recovery_facility",
    "tax_rate",
    "bonus_share_facility",
)
"""Levers that are read as they are."""


@dataclass(frozen=True, eq=False)
class Beliefs:
    """The levers that worlds differ in."""

    levers: Records  # (world,)
    classes: Records  # (world, class)
    growth: Floats  # (world, family)
    trend: Floats  # (world, family)
    warrant_usd_per_gw: Floats  # (world, contract)


def beliefs_of(inputs: Inputs, levers: Columns) -> Beliefs:
    """Return the levers (world,) that worlds differ in."""
    families = list(dict.fromkeys(inputs.families))
    deals, size = inputs.contracts, levers["horizon_year"].size

    def quarters(name: str) -> Ints:
        return round_half_up(QUARTERS_PER_YEAR * levers[name])

    warrants = np.zeros((size, len(deals.id)))
    for k in np.flatnonzero(deals.warrant):
        warrants[:, k] = levers[warrant(inputs.suppliers[int(deals.supplier[k])])] * USD_PER_USD_BN
    return Beliefs(
        levers=_records(
            **{name: levers[name] for name in _PLAIN},
            life_book=quarters("book_life_years"),
            life_facility=quarters("facility_life_years"),
        ),
        classes=_records(
            cost=np.column_stack([levers[one.cost] for one in CLASSES]),
            cost_decline=np.column_stack([levers[one.cost_decline] for one in CLASSES]),
            performance=np.column_stack([levers[one.performance] for one in CLASSES]),
            delay=_whole(np.column_stack([levers[one.delay] for one in CLASSES])),
            life=np.column_stack([quarters(one.service_life) for one in CLASSES]),
            recovery=np.column_stack([levers["terminal_recovery_custom"], levers["terminal_recovery_merchant"]]),
        ),
        growth=np.column_stack([levers[demand_growth(family)] for family in families]),
        trend=np.column_stack([levers[trend(family)] for family in families]),
        warrant_usd_per_gw=warrants,
    )


@dataclass(frozen=True, eq=False)
class Choices:
    """What courses choose, in all worlds alike."""

    quarters: int  # T
    share: Floats  # (course, quarter, workload) as core.model.courses.custom_share
    bought_share: Floats  # (way of buying, merchant, workload, quarter) before offers, as shares_of_bought
    buys: Ints  # (course,) the way of buying of each
    premium_max: Floats  # (course,)
    is_open: Bools  # (course, item, quarter) the gate of an item of the programme that does not wait for an expansion
    shift: Floats  # (course, item) quarters by which an item moves; infinite where it is not called for


def joined(one: Choices, other: Choices) -> Choices:
    """Return the courses of both, those of `one` first."""
    both = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in ("share", "bought_share", "premium_max", "is_open", "shift")
    }
    return Choices(one.quarters, buys=np.append(one.buys, len(one.bought_share) + other.buys), **both)


def first_of(choices: Choices) -> Choices:
    """Return the first course by itself."""
    one = {name: getattr(choices, name)[:1] for name in ("share", "buys", "premium_max", "is_open", "shift")}
    return replace(choices, **one)


@dataclass(frozen=True, eq=False)
class Costs:
    """What courses come to. Of the first courses all is told, of the others what they cost and leave."""

    cost_usd: Floats  # (world, course) present value, after tax
    residual_usd: Floats  # (world, course) what of it is residual value at the horizon, likewise
    years: Records  # (world, course, year) capital_usd: chips less warrants, and facilities; warrant_usd; expense_usd
    quarters: Records  # (world, told, quarter) as _QUARTER_TOLD
    work: Records  # (world, told, quarter, workload) as _WORK_TOLD
    short: Bools  # (world, told, year, contract) as core.model.evaluate.constraints


_YEAR: Final = np.dtype([("capital_usd", "f8"), ("warrant_usd", "f8"), ("expense_usd", "f8")])
_QUARTER_TOLD: Final = np.dtype(
    [
        ("cash_usd", "f8"),
        ("after_tax_usd", "f8"),
        ("depreciation_chips_usd", "f8"),
        ("write_off_usd", "f8"),
        ("power", "?"),  # binds, as core.model.evaluate.constraints
        ("custom_supply", "?"),
    ],
    align=True,
)
_WORK_TOLD: Final = np.dtype(
    [
        ("custom_h100e", "f8"),  # bought
        ("gap_h100e", "f8"),  # all that is bought, as core.model.fleet.Fleet
        ("held_back", "?"),  # as core.model.evaluate.constraints
        ("lacks_chip", "?"),  # there is no custom chip for it
    ],
    align=True,
)
_WORK: Final = np.dtype(
    [
        ("required", "f8"),  # H100e
        ("price_usd", "f8"),  # of bought work, an hour
        ("kappa_custom", "f8"),
        ("kappa_bought", "f8"),  # the lowest
        ("mw_custom", "f8"),  # of an H100e, as merchants' shares mix it where it is bought
        ("mw_bought", "f8"),
        ("usd_custom", "f8"),  # of an H100e, without spares
        ("usd_bought", "f8"),
        ("in_use_custom_usd", "f8"),  # worth of an H100e at the horizon
        ("in_use_bought_usd", "f8"),
        ("custom", "f8"),  # H100e that a course buys
        ("bought", "f8"),
    ]
)
"""A workload in a quarter."""
_QUARTER: Final = np.dtype(
    [
        ("energy_usd_per_mwh", "f8"),
        ("facility_usd_per_mw", "f8"),
        ("kw_hour_usd", "f8"),  # what a kW costs an hour
        ("capacity_mw", "f8"),
        ("discount", "f8"),
        ("programme_usd", "f8"),  # from here on of a course
        ("facility_so_far_usd", "f8"),
    ]
)
_LOT: Final = np.dtype(
    [
        ("mw", "f8"),
        ("usd", "f8"),  # in the books: less the warrants on it
        ("paid_so_far_usd", "f8"),  # by all lots up to it, spares included
        ("charge_so_far_usd", "f8"),  # what all lots up to it lose a quarter, while they work
    ]
)
"""What a course buys of a class of chips in a quarter."""
_STANDING: Final = np.dtype(
    [
        ("opening_in_use_usd", "f8"),  # worth of the opening fleet at the horizon
        ("standing", "f8"),  # H100e of what a course bought and still works
        ("open_gap", "f8"),
        ("gap", "f8"),  # as far as there is power
        ("installed", "f8"),
        ("allowed", "?"),
        ("custom_mw", "f8"),
        ("rank", "f8"),
        ("in_use_usd", "f8"),
    ],
    align=True,
)
"""A workload, as a world or a course comes to it."""
_DEAL: Final = np.dtype([("counted", "f8"), ("charged", "f8")])
"""What counted for a contract and what fell short of it, up to a quarter; GW or USD."""


def costs(inputs: Inputs, levers: Columns, choices: Choices, told: int = 0, capacity_mw: Floats | None = None) -> Costs:
    """Return what courses come to in worlds, (world,) levers, all of the first `told` courses.

    What courses choose is not read from the levers. capacity_mw: (quarter, world), what can be powered, in place of
    the data's times the lever.
    """
    case, beliefs = case_of(inputs), beliefs_of(inputs, levers)
    worlds, courses, quarters = beliefs.levers.size, len(choices.share), choices.quarters
    workloads, contracts, years = case.family.size, case.deals.size, quarters // QUARTERS_PER_YEAR
    suppliers = choices.bought_share.shape[1] + 1
    found = Costs(
        cost_usd=np.empty((worlds, courses)),
        residual_usd=np.empty((worlds, courses)),
        years=np.empty((worlds, courses, years), dtype=_YEAR),
        quarters=np.empty((worlds, told, quarters), dtype=_QUARTER_TOLD),
        work=np.empty((worlds, told, quarters, workloads), dtype=_WORK_TOLD),
        short=np.empty((worlds, told, years, contracts), dtype=np.bool_),
    )
    # NumPy takes the exponentials of many worlds at a time, several times as fast as one by one.
    growth = beliefs.growth[:, None, case.family]
    demand = case.demand_today_h100e * np.exp(case.log_demand[:quarters] * growth)  # (world, quarter, workload)
    required = demand * (1.0 + beliefs.levers["headroom"])[:, None, None]
    if capacity_mw is None:
        capacity_mw = case.capacity_mw[:quarters, None] * beliefs.levers["power_capacity"]
    oldest = quarters + max(0, -int(case.chips["available"].min()))
    _all_worlds(
        case.chips,
        case.h100e,
        case.family,
        required,
        _floats(capacity_mw.T),
        case.capacity_today_mw,
        case.power_usd_per_mwh,
        case.opening_h100e,
        case.opening,
        case.opening_charges,
        case.lots,
        case.deals,
        case.counts,
        case.due,
        case.items,
        beliefs.levers,
        beliefs.classes,
        beliefs.trend,
        beliefs.warrant_usd_per_gw,
        choices.share,
        choices.bought_share,
        choices.buys,
        choices.premium_max,
        choices.is_open,
        choices.shift,
        np.empty((suppliers, workloads, quarters)),
        np.empty((suppliers, workloads, quarters)),
        np.empty((suppliers, workloads, quarters)),
        np.empty((suppliers, workloads, quarters)),
        np.empty((suppliers, workloads, quarters), dtype=np.int64),
        np.empty((quarters, workloads), dtype=_WORK),
        np.empty(quarters, dtype=_QUARTER),
        np.empty((2, quarters), dtype=_LOT),
        np.empty(workloads, dtype=_STANDING),
        np.empty(contracts, dtype=_DEAL),
        np.empty((suppliers - 1, workloads, quarters)),
        np.empty((contracts, quarters, workloads)),
        np.empty((beliefs.trend.shape[1], int(case.chips["trend_quarters"].max()) + 1)),
        np.empty(quarters),
        np.empty((case.chips.size, quarters)),
        np.empty((case.chips.size, workloads)),
        np.empty((suppliers, workloads, quarters)),
        np.empty(oldest),
        np.empty((LONGEST_LIFE + 1, 3)),
        found.cost_usd,
        found.residual_usd,
        found.years,
        found.quarters,
        found.work,
        found.short,
    )
    return found


def choices_of(world: World, courses: Courses, bought_share: Floats | None = None) -> Choices:
    """Return what `courses` choose in a world of one: the choices among its levers are those of all worlds.

    bought_share: (course, quarter, merchant, workload) before offers; None if all buy as the world's levers say.
    """
    inputs, items = world.inputs, world.inputs.programme
    share = custom_share(world, courses)  # (quarter, workload, course, 1)
    count, expansion, steady = share.shape[2], np.flatnonzero(items.expansion), np.flatnonzero(~items.expansion)
    opens = np.ones((count, len(items.id), world.quarters), dtype=np.bool_)
    shift = np.zeros((count, len(items.id)))
    if steady.size:
        opens[:, steady] = is_open(items.gates[steady], share)[..., 0].transpose(2, 1, 0)
    if expansion.size:
        shift[:, expansion] = shift_of(world, courses, expansion)[..., 0].T
    if bought_share is None:
        everywhere = np.ones_like(world.bought_share, dtype=np.bool_)
        bought_share = bought_shares(inputs, world.levers, everywhere)[None, ..., 0]
    premium = world.levers["custom_premium_max"] if courses.buying.premium_max is None else courses.buying.premium_max
    return Choices(
        quarters=world.quarters,
        share=_floats(share[..., 0].transpose(2, 0, 1)),
        bought_share=_floats(bought_share.transpose(0, 2, 3, 1)),
        buys=np.arange(count) if len(bought_share) > 1 else np.zeros(count, dtype=np.int64),
        premium_max=_floats(np.broadcast_to(premium, (count, 1))[:, 0]),
        is_open=opens,
        shift=shift,
    )


def warm_up(inputs: Inputs) -> None:
    """Have all compiled, or loaded from where it was kept: who asks for futures then waits for no compiler."""
    world = build(inputs, columns([inputs.base]))
    costs(inputs, world.levers, choices_of(world, variants(world)))


# --- Compiled: what each array holds is told by what is passed above


@compiled
def _all_worlds(
    chips: Records,
    h100e: Floats,
    family: Ints,
    required: Floats,
    capacity_mw: Floats,
    capacity_today_mw: float,
    power_usd_per_mwh: float,
    opening_h100e: Floats,
    opening: Records,
    opening_charges: Records,
    lots: Records,
    deals: Records,
    counts: Bools,
    due: Records,
    items: Records,
    levers: Records,
    classes: Records,
    trend: Floats,
    warrant_usd_per_gw: Floats,
    share: Floats,
    bought_share: Floats,
    buys: Ints,
    premium_max: Floats,
    is_open: Bools,
    shift: Floats,
    kappa: Floats,
    usd: Floats,
    mw: Floats,
    in_use_usd: Floats,
    chip: Ints,
    work: Records,
    quarter: Records,
    lot: Records,
    each: Records,
    kept: Records,
    merchant_share: Floats,
    counted: Floats,
    moved: Floats,
    hour: Floats,
    cost: Floats,
    per_h100e: Floats,
    lowest: Floats,
    eroded: Floats,
    after: Floats,
    cost_usd: Floats,
    residual_usd: Floats,
    years: Records,
    told: Records,
    work_told: Records,
    short: Bools,
) -> None:
    """Work out one world after the other, and in each one course after the other."""
    for g in range(levers.size):
        lever = levers[g]
        _prices(lever, required[g], capacity_mw[g], power_usd_per_mwh, work, quarter)
        _offers(
            lever,
            classes[g],
            chips,
            h100e,
            family,
            trend[g],
            eroded,
            moved,
            hour,
            cost,
            per_h100e,
            lowest,
            quarter,
            kappa,
            usd,
            mw,
            chip,
        )
        _worth_of_work(kappa, work)
        on_use = lever.terminal_basis == USE
        if on_use:
            _worth_in_use(lever, classes[g], chips, h100e, lots, after, quarter, work, usd, mw, in_use_usd, each)
        way = -1
        for course in range(share.shape[0]):
            if buys[course] != way:
                way = buys[course]
                _shares_of_bought(bought_share[way], chip, merchant_share)
                _mixed(merchant_share, kappa, usd, mw, in_use_usd, on_use, work)
                _counted(deals, counts, merchant_share, chip, usd, mw, 1.0 + lever.spares, counted)
            _programme(lever, classes[g], items, is_open[course], shift[course], quarter)
            cost_usd[g, course], residual_usd[g, course] = _course(
                lever,
                classes[g],
                capacity_today_mw,
                opening_h100e,
                opening,
                opening_charges,
                deals,
                counts,
                due,
                warrant_usd_per_gw[g],
                share[course],
                premium_max[course],
                on_use,
                chip,
                usd,
                mw,
                work,
                quarter,
                lot,
                each,
                kept,
                merchant_share,
                counted,
                years[g, course],
                course < told.shape[1],
                told[g],
                work_told[g],
                short[g],
                course,
            )


@compiled
def _crf(rate: float, years: float) -> float:
    """`r / (1 - (1 + r)**-n)`, and `1/n` at r = 0."""
    if rate < SMALLEST_RATE:
        return 1.0 / years
    yearly: float = rate / -np.expm1(-years * np.log1p(rate))
    return yearly


@compiled
def _prices(
    lever: Records, required: Floats, capacity_mw: Floats, power_usd_per_mwh: float, work: Records, quarter: Records
) -> None:
    """Demand, capacity, prices of power and buildings, and discount, quarter by quarter."""
    for t in range(quarter.size):
        for w in range(work.shape[1]):
            work[t, w].required = required[t, w]
    building = _crf(lever.discount_rate, lever.facility_life_years) / KW_PER_MW
    kwh = lever.pue * lever.load_factor * HOURS_PER_YEAR
    energy = power_usd_per_mwh * lever.power_price
    facility = lever.facility_usd_per_kw * KW_PER_MW
    step = np.exp(-np.log1p(lever.discount_rate) / QUARTERS_PER_YEAR)
    discount = np.sqrt(step)
    for t in range(quarter.size):
        if t % QUARTERS_PER_YEAR == 0:
            energy *= 1.0 + lever.power_escalation
            facility *= 1.0 + lever.construction_inflation
        quarter[t].energy_usd_per_mwh = energy
        quarter[t].facility_usd_per_mw = facility
        yearly = kwh * energy / KWH_PER_MWH + lever.facility_opex_usd_per_kw_year + facility * building
        quarter[t].kw_hour_usd = yearly / HOURS_PER_YEAR
        quarter[t].capacity_mw = capacity_mw[t]
        quarter[t].discount = discount
        discount *= step


@compiled
def _offers(
    lever: Records,
    classes: Records,
    chips: Records,
    h100e: Floats,
    family: Ints,
    trend: Floats,
    eroded: Floats,
    moved: Floats,
    hour: Floats,
    cost: Floats,
    per_h100e: Floats,
    lowest: Floats,
    quarter: Records,
    kappa: Floats,
    usd: Floats,
    mw: Floats,
    chip: Ints,
) -> None:
    """The chip of the lowest `kappa = chip_hour / theta` of each supplier for each workload, the first among equals.

    moved, hour, cost, per_h100e, lowest: room for the trend up to a quarter (family, quarter); for what a chip costs an
    hour, without end where it is not to be had, (quarter,); for what it costs (chip, quarter); for chips an H100e
    (chip, workload); and for the number of the chip, as `kappa`. Quarters are last, all are looked at and numbers
    are no whole ones, so that the processor compares several at a time.
    """
    suppliers, workloads, quarters = kappa.shape
    kappa[:] = np.inf
    lowest[:] = NO_CHIP
    for f in range(trend.size):
        faster = np.exp(np.log1p(trend[f]) / QUARTERS_PER_YEAR)
        moved[f, 0] = 1.0
        for t in range(1, moved.shape[1]):
            moved[f, t] = moved[f, t - 1] * faster
    of_class, capital = -1, 0.0
    for c in range(chips.size):
        one = chips[c]
        levers = classes[one.of_class]
        if one.of_class != of_class:
            of_class = one.of_class
            crf = _crf(lever.discount_rate, levers.life / QUARTERS_PER_YEAR)
            capital = ((1.0 + lever.spares) * crf + lever.maintenance_rate) / HOURS_PER_YEAR
            step = np.exp(np.log1p(-levers.cost_decline) / QUARTERS_PER_YEAR)
            eroded[0] = 1.0
            for age in range(1, eroded.size):
                eroded[age] = eroded[age - 1] * step
        available = one.available
        if one.future:
            available = max(available + levers.delay, min(available, 0))
        if one.last_order < 0 or available >= quarters:
            continue
        coming = levers.performance if one.future else 1.0
        for w in range(workloads):
            per_h100e[c, w] = 1.0 / (h100e[c, w] * coming * moved[family[w], one.trend_quarters])
        first, end = max(available, 0), min(one.last_order, quarters - 1) + 1
        hour[:] = np.inf
        for t in range(first, end):
            cost[c, t] = levers.cost * (one.price_usd * eroded[t - available] + one.system_cost_usd)
            hour[t] = cost[c, t] * capital + one.kw * quarter[t].kw_hour_usd
        s, number = one.supplier, float(c)
        for w in range(workloads):
            per = per_h100e[c, w]
            for t in range(quarters):
                is_lower = hour[t] * per < kappa[s, w, t]
                kappa[s, w, t] = hour[t] * per if is_lower else kappa[s, w, t]
                lowest[s, w, t] = number if is_lower else lowest[s, w, t]
    for s in range(suppliers):
        for w in range(workloads):
            for t in range(quarters):
                c = int(lowest[s, w, t])
                chip[s, w, t] = c
                usd[s, w, t] = cost[c, t] * per_h100e[c, w] if c != NO_CHIP else 0.0
                mw[s, w, t] = chips[c].kw * per_h100e[c, w] / KW_PER_MW if c != NO_CHIP else 0.0


@compiled
def _worth_of_work(kappa: Floats, work: Records) -> None:
    """What custom and bought work cost, and the price of work: what bought work costs, or did when it was last sold."""
    suppliers, workloads, quarters = kappa.shape
    for w in range(workloads):
        last, known = 0.0, False
        for t in range(quarters):
            lowest = np.inf
            for s in range(CUSTOM + 1, suppliers):
                lowest = min(lowest, kappa[s, w, t])
            work[t, w].kappa_custom = kappa[CUSTOM, w, t]
            work[t, w].kappa_bought = lowest
            if lowest < np.inf:
                if not known:  # what the first offer costs stands before it, too
                    for earlier in range(t):
                        work[earlier, w].price_usd = lowest
                last, known = lowest, True
            work[t, w].price_usd = last


@compiled
def _worth_in_use(
    lever: Records,
    classes: Records,
    chips: Records,
    h100e: Floats,
    lots: Records,
    after: Floats,
    quarter: Records,
    work: Records,
    usd: Floats,
    mw: Floats,
    in_use_usd: Floats,
    each: Records,
) -> None:
    """What the work is worth that an H100e still does after the horizon, by lot; as core.model.residual.

    after: room (quarter after the horizon, 3) for the price of work as a share of today's, and what work and money
    come to up to then.
    """
    suppliers, workloads, horizon = usd.shape
    decline = np.exp(np.log1p(-lever.work_price_decline) / QUARTERS_PER_YEAR)
    step = np.exp(-np.log1p(lever.discount_rate) / QUARTERS_PER_YEAR)
    price, hours = 1.0, HOURS_PER_QUARTER * np.sqrt(step)
    after[0, 1] = after[0, 2] = 0.0
    longest = max(classes[OF_CUSTOM].life, classes[OF_BOUGHT].life)
    for j in range(longest):
        after[j, 0] = price
        after[j + 1, 1] = after[j, 1] + price * hours
        after[j + 1, 2] = after[j, 2] + hours
        price *= decline
        hours *= step
    upkeep, kw_hour = lever.maintenance_rate / HOURS_PER_YEAR, quarter[horizon - 1].kw_hour_usd
    for s in range(suppliers):
        life = classes[OF_CUSTOM if s == CUSTOM else OF_BOUGHT].life
        for w in range(workloads):
            price, earns = work[horizon - 1, w].price_usd, 0
            for t in range(max(0, horizon - life + 1), horizon):
                running = upkeep * usd[s, w, t] + kw_hour * (mw[s, w, t] * KW_PER_MW)
                earns = _earns(after, longest, earns, price, running)
                until = min(earns, t + life - horizon)
                in_use_usd[s, w, t] = price * after[until, 1] - running * after[until, 2]
    for w in range(workloads):
        each[w].opening_in_use_usd = 0.0
    for i in range(lots.size):
        lot = lots[i]
        chip = chips[lot.chip]
        left = lot.vintage + classes[chip.of_class].life - horizon
        if left > 0:
            done = h100e[lot.chip, lot.workload]
            running = upkeep * (lot.unit_cost_usd / done) + kw_hour * (chip.kw / done)
            price = work[horizon - 1, lot.workload].price_usd
            until = min(_earns(after, longest, 0, price, running), left)
            worth = price * after[until, 1] - running * after[until, 2]
            each[lot.workload].opening_in_use_usd += lot.chips * done * worth


@compiled
def _earns(after: Floats, longest: int, near: int, price_usd: float, running_usd: float) -> int:
    """In how many quarters work earns more than it costs to run: the first ones, for its price falls.

    near: where to look from; of the next lot it is as many, or a few more or less.
    """
    while near < longest and price_usd * after[near, 0] > running_usd:
        near += 1
    while near > 0 and price_usd * after[near - 1, 0] <= running_usd:
        near -= 1
    return near


@compiled
def _shares_of_bought(bought_share: Floats, chip: Ints, merchant_share: Floats) -> None:
    """What merchants without an offer would have goes to the others; the first of them has all if those have none."""
    merchants, workloads, quarters = bought_share.shape
    for w in range(workloads):
        without = 0
        for m in range(merchants):
            for t in range(quarters):
                without += chip[m + 1, w, t] == NO_CHIP
        if without == 0:  # as nearly always
            merchant_share[:, w] = bought_share[:, w]
            continue
        for t in range(quarters):
            total, first, there = 0.0, -1, 0
            for m in range(merchants):
                if chip[m + 1, w, t] != NO_CHIP:
                    total += bought_share[m, w, t]
                    first = m if first < 0 else first
                    there += 1
            for m in range(merchants):
                if there == merchants:
                    merchant_share[m, w, t] = bought_share[m, w, t]
                elif total > 0.0:
                    is_there = chip[m + 1, w, t] != NO_CHIP
                    merchant_share[m, w, t] = bought_share[m, w, t] / total if is_there else 0.0
                else:
                    merchant_share[m, w, t] = 1.0 if m == first else 0.0


@compiled
def _mixed(
    merchant_share: Floats, kappa: Floats, usd: Floats, mw: Floats, in_use_usd: Floats, on_use: bool, work: Records
) -> None:
    """What an H100e draws, costs and is worth, custom and as the merchants' shares mix it."""
    suppliers, workloads, quarters = kappa.shape
    for w in range(workloads):
        for t in range(quarters):
            own = work[t, w]
            mw_bought = usd_bought = in_use = 0.0
            for s in range(CUSTOM + 1, suppliers):
                share = merchant_share[s - 1, w, t]
                mw_bought += share * mw[s, w, t]
                usd_bought += share * usd[s, w, t]
                if on_use:
                    in_use += share * in_use_usd[s, w, t]
            own.mw_custom, own.usd_custom = mw[CUSTOM, w, t], usd[CUSTOM, w, t]
            own.mw_bought, own.usd_bought, own.in_use_bought_usd = mw_bought, usd_bought, in_use
            own.in_use_custom_usd = in_use_usd[CUSTOM, w, t] if on_use else 0.0


@compiled
def _counted(
    deals: Records,
    counts: Bools,
    merchant_share: Floats,
    chip: Ints,
    usd: Floats,
    mw: Floats,
    spares: float,
    counted: Floats,
) -> None:
    """What an H100e of its supplier counts for each contract, spares with it; GW or USD."""
    contracts, quarters, workloads = counted.shape
    for k in range(contracts):
        deal, s = deals[k], deals[k].supplier
        for w in range(workloads):
            for t in range(quarters):
                share = spares if s == CUSTOM else merchant_share[s - 1, w, t] * spares
                one = chip[s, w, t]
                if not deal.in_gw:
                    counted[k, t, w] = share * usd[s, w, t]
                elif one != NO_CHIP and counts[k, one]:
                    counted[k, t, w] = share * mw[s, w, t] / MW_PER_GW
                else:
                    counted[k, t, w] = 0.0


@compiled
def _programme(
    lever: Records, classes: Records, items: Records, is_open: Bools, shift: Floats, quarter: Records
) -> None:
    """An item spends from its first to its last quarter; a coming chip's is as much longer as the chip is late."""
    for t in range(quarter.size):
        quarter[t].programme_usd = 0.0
    for i in range(items.size):
        item = items[i]
        if shift[i] == np.inf:
            continue
        late = classes[OF_CUSTOM].delay if item.future_chip else 0
        first, last = item.first + int(shift[i]), item.last + int(shift[i]) + late
        for t in range(max(0, first), min(quarter.size, last + 1)):
            if is_open[i, t]:
                quarter[t].programme_usd += item.usd * lever.programme_cost


@compiled
def _ration(work: Records, each: Records, limit_mw: float) -> float:
    """Serve wants from the lowest custom over bought kappa up, ties in file order, until the limit is used.

    work: (workload,) of a quarter. Returns what is then drawn.
    """
    total_mw = 0.0
    for w in range(each.size):
        if each[w].custom_mw > 0.0:
            left = limit_mw
            for other in range(each.size):
                sooner = each[other].rank < each[w].rank
                if sooner or (each[other].rank == each[w].rank and other < w):
                    left -= each[other].custom_mw
            served = min(max(left / each[w].custom_mw, 0.0), 1.0)
            work[w].custom *= served
            total_mw += each[w].custom_mw * served
        else:
            work[w].custom = 0.0
    return total_mw


@compiled
def _course(
    lever: Records,
    classes: Records,
    capacity_today_mw: float,
    opening_h100e: Floats,
    opening: Records,
    opening_charges: Records,
    deals: Records,
    counts: Bools,
    due: Records,
    warrant_usd_per_gw: Floats,
    share: Floats,
    premium_max: float,
    on_use: bool,
    chip: Ints,
    usd: Floats,
    mw: Floats,
    work: Records,
    quarter: Records,
    lot: Records,
    each: Records,
    kept: Records,
    merchant_share: Floats,
    counted: Floats,
    years: Records,
    is_told: bool,
    told: Records,
    work_told: Records,
    short: Bools,
    course: int,
) -> tuple[float, float]:
    """What a course buys quarter by quarter, and what that costs; returns its present value, after tax, and what of it
    is residual value.
    """
    quarters, workloads = work.shape
    life_custom, life_bought = classes[OF_CUSTOM].life, classes[OF_BOUGHT].life
    row_custom, row_bought = life_custom - SHORTEST_LIFE, life_bought - SHORTEST_LIFE
    book, life_facility = lever.life_book, lever.life_facility
    left_custom, left_bought = max(0.0, 1.0 - life_custom / book), max(0.0, 1.0 - life_bought / book)
    spares, bonus = 1.0 + lever.spares, lever.bonus_share_facility
    rent = HOURS_PER_QUARTER * (1.0 + lever.rent_premium)
    powered_hours = lever.pue * lever.load_factor * HOURS_PER_QUARTER
    upkeep_per_mw = KW_PER_MW * lever.facility_opex_usd_per_kw_year / QUARTERS_PER_YEAR
    for w in range(workloads):
        each[w].standing = 0.0
        each[w].in_use_usd = each[w].opening_in_use_usd if on_use else 0.0
    for k in range(kept.size):
        kept[k].counted = kept[k].charged = 0.0
    peak_mw = max(capacity_today_mw, opening[OF_CUSTOM, row_custom, 0].mw + opening[OF_BOUGHT, row_bought, 0].mw)
    standing_mw = pretax = relief = lit = 0.0
    paid_custom = paid_bought = charge_custom = charge_bought = facility_so_far = 0.0
    on_sale = facility_unused = facility_undeducted = 0.0
    year_capital = year_warrant = year_expense = 0.0

    for t in range(quarters):
        now = quarter[t]
        open_custom, open_bought = opening[OF_CUSTOM, row_custom, t], opening[OF_BOUGHT, row_bought, t]

        # What stands, what is open, and what that would draw
        if t >= life_custom:
            standing_mw -= lot[OF_CUSTOM, t - life_custom].mw
        if t >= life_bought:
            standing_mw -= lot[OF_BOUGHT, t - life_bought].mw
        mw_wanted = 0.0
        for w in range(workloads):
            one, own = each[w], work[t, w]
            if t >= life_custom:
                one.standing -= work[t - life_custom, w].custom
            if t >= life_bought:
                one.standing -= work[t - life_bought, w].bought
            opened = opening_h100e[OF_CUSTOM, row_custom, t, w] + opening_h100e[OF_BOUGHT, row_bought, t, w]
            one.installed = opened + one.standing
            one.open_gap = max(own.required - one.installed, 0.0)
            one.allowed = own.kappa_custom < np.inf and not own.kappa_custom > (1.0 + premium_max) * own.kappa_bought
            own.custom = share[t, w] if one.allowed else 0.0
            mw_wanted += one.open_gap * (own.mw_bought + own.custom * (own.mw_custom - own.mw_bought))

        # What is bought: power first, then custom supply, and the merchants fill what is left
        opening_mw = open_custom.mw + open_bought.mw
        room_mw = max(now.capacity_mw - (opening_mw + standing_mw), 0.0)
        scale = room_mw / mw_wanted if mw_wanted > room_mw else 1.0
        custom_mw = 0.0
        for w in range(workloads):
            one = each[w]
            one.gap = one.open_gap * scale
            work[t, w].custom *= one.gap
            one.custom_mw = work[t, w].custom * work[t, w].mw_custom
            custom_mw += one.custom_mw
        rationed = custom_mw > lever.custom_supply_limit_mw
        if rationed:
            for w in range(workloads):
                each[w].rank = work[t, w].kappa_custom / work[t, w].kappa_bought
            custom_mw = _ration(work[t], each, lever.custom_supply_limit_mw)
        bought_mw = 0.0
        for w in range(workloads):
            own = work[t, w]
            own.bought = each[w].gap - own.custom if own.kappa_bought < np.inf else 0.0
            bought_mw += own.bought * own.mw_bought
        lot[OF_CUSTOM, t].mw = custom_mw
        lot[OF_BOUGHT, t].mw = bought_mw
        standing_mw += custom_mw
        standing_mw += bought_mw
        mw_it = opening_mw + standing_mw

        # What that costs, what is rented, and what it is worth at the horizon
        lit = min(1.0, now.capacity_mw / mw_it) if mw_it > 0.0 else 1.0
        chips_custom = chips_bought = shortage = 0.0
        for w in range(workloads):
            one, own = each[w], work[t, w]
            one.standing += own.custom
            one.standing += own.bought
            one.installed += own.custom + own.bought
            chips_custom += own.custom * own.usd_custom * spares
            chips_bought += own.bought * own.usd_bought * spares
            if on_use and t + life_custom > quarters:
                one.in_use_usd += own.custom * own.in_use_custom_usd
            if on_use and t + life_bought > quarters:
                one.in_use_usd += own.bought * own.in_use_bought_usd
            unserved = own.required - one.installed * lit
            if unserved > ROUNDING * one.installed:
                shortage += unserved * rent * own.price_usd

        # What counts for contracts, the warrants that it earns, and at a year's end what falls short
        year, is_year_end, shortfall = t // QUARTERS_PER_YEAR, t % QUARTERS_PER_YEAR == QUARTERS_PER_YEAR - 1, 0.0
        warrant_custom = warrant_bought = 0.0
        for k in range(kept.size):
            deal, s = deals[k], deals[k].supplier
            before, now_counted = kept[k].counted, 0.0
            for w in range(workloads):
                now_counted += (work[t, w].custom if s == CUSTOM else work[t, w].bought) * counted[k, t, w]
            kept[k].counted = before + now_counted
            if deal.earns and now_counted > 0.0:
                part = (min(before + now_counted, deal.amount) - min(before, deal.amount)) / now_counted
                for w in range(workloads):
                    one_chip = chip[s, w, t]
                    if one_chip != NO_CHIP and counts[k, one_chip]:
                        h100e = work[t, w].custom if s == CUSTOM else work[t, w].bought * merchant_share[s - 1, w, t]
                        earns = part * warrant_usd_per_gw[k] * mw[s, w, t] / MW_PER_GW
                        earned = h100e * min(earns, usd[s, w, t]) * spares
                        if s == CUSTOM:
                            warrant_custom += earned
                        else:
                            warrant_bought += earned
            if is_year_end:
                lag = max(due[k, year].so_far - kept[k].counted, 0.0) if due[k, year].active else 0.0
                rise = max(lag - kept[k].charged, 0.0)
                kept[k].charged += rise
                shortfall += rise * due[k, year].usd_per_gw * lever.shortfall_penalty
                if is_told:
                    short[course, year, k] = rise > ROUNDING * due[k, year].amount

        # Cash, tax and value
        powered = min(mw_it, now.capacity_mw)
        facility = max(powered - peak_mw, 0.0) * now.facility_usd_per_mw
        peak_mw = max(peak_mw, powered)
        lot_custom, lot_bought = lot[OF_CUSTOM, t], lot[OF_BOUGHT, t]
        lot_custom.usd = chips_custom - warrant_custom
        lot_bought.usd = chips_bought - warrant_bought
        paid_custom += chips_custom
        paid_bought += chips_bought
        charge_custom += lot_custom.usd / book
        charge_bought += lot_bought.usd / book
        facility_so_far += facility
        lot_custom.paid_so_far_usd = paid_custom
        lot_bought.paid_so_far_usd = paid_bought
        lot_custom.charge_so_far_usd = charge_custom
        lot_bought.charge_so_far_usd = charge_bought
        now.facility_so_far_usd = facility_so_far
        working = paid_custom + paid_bought
        if t >= life_custom:
            working -= lot[OF_CUSTOM, t - life_custom].paid_so_far_usd
        if t >= life_bought:
            working -= lot[OF_BOUGHT, t - life_bought].paid_so_far_usd
        opex = (
            powered * powered_hours * now.energy_usd_per_mwh
            + (working / spares + open_custom.cost_usd + open_bought.cost_usd)
            * (lever.maintenance_rate / QUARTERS_PER_YEAR)
            + powered * upkeep_per_mw
            + now.programme_usd
            + shortfall
            + shortage
        )
        chips_paid = lot_custom.usd + lot_bought.usd
        cash = chips_paid + facility + opex
        spread = facility_so_far
        if t >= TAX_LIFE_FACILITY_QUARTERS:
            spread -= quarter[t - TAX_LIFE_FACILITY_QUARTERS].facility_so_far_usd
        deducted = bonus * facility + (1.0 - bonus) * spread / TAX_LIFE_FACILITY_QUARTERS
        tax_saving = lever.tax_rate * (opex + chips_paid + deducted)
        pretax += now.discount * cash
        relief += now.discount * tax_saving
        age = quarters - t
        facility_unused += facility * max(0.0, 1.0 - age / life_facility)
        facility_undeducted += facility * max(0.0, 1.0 - age / TAX_LIFE_FACILITY_QUARTERS)
        on_sale += classes[OF_CUSTOM].recovery * chips_custom * max(0.0, 1.0 - age / life_custom)
        on_sale += classes[OF_BOUGHT].recovery * chips_bought * max(0.0, 1.0 - age / life_bought)
        year_capital += chips_paid + facility
        year_warrant += warrant_custom + warrant_bought

        # Expense, and what binds
        if is_told:
            charge, facility_charge, write_off = charge_custom + charge_bought, facility_so_far, 0.0
            if t >= min(book, life_custom):
                charge -= lot[OF_CUSTOM, t - min(book, life_custom)].charge_so_far_usd
            if t >= min(book, life_bought):
                charge -= lot[OF_BOUGHT, t - min(book, life_bought)].charge_so_far_usd
            if t >= life_facility:
                facility_charge -= quarter[t - life_facility].facility_so_far_usd
            for of_class in (OF_CUSTOM, OF_BOUGHT):
                row = row_custom if of_class == OF_CUSTOM else row_bought
                opened_charge = opening_charges[of_class, row, book - SHORTEST_LIFE, t]
                charge += opened_charge.depreciation_usd
                write_off += opened_charge.write_off_usd
            if t >= life_custom:
                write_off += lot[OF_CUSTOM, t - life_custom].usd * left_custom
            if t >= life_bought:
                write_off += lot[OF_BOUGHT, t - life_bought].usd * left_bought
            year_expense += opex + charge + write_off + facility_charge / life_facility
            told[course, t].cash_usd = cash
            told[course, t].after_tax_usd = cash - tax_saving
            told[course, t].depreciation_chips_usd = charge
            told[course, t].write_off_usd = write_off
            told[course, t].power = scale < 1.0 or mw_it > now.capacity_mw * (1.0 + ROUNDING)
            told[course, t].custom_supply = rationed
            for w in range(workloads):
                own, of_work = work[t, w], work_told[course, t, w]
                held = 0.0 if each[w].allowed else share[t, w] * each[w].open_gap
                of_work.custom_h100e = own.custom
                of_work.gap_h100e = own.custom + own.bought
                of_work.held_back = held > ROUNDING * own.required
                of_work.lacks_chip = not own.kappa_custom < np.inf
        if is_year_end:
            years[year].capital_usd = year_capital
            years[year].warrant_usd = year_warrant
            years[year].expense_usd = year_expense if is_told else np.nan
            year_capital = year_warrant = year_expense = 0.0

    # What is left
    residual = lever.terminal_recovery_facility * facility_unused
    if on_use:
        total = 0.0
        for w in range(workloads):
            done = each[w].installed * lit
            if done > 0.0:
                total += min(1.0, work[quarters - 1, w].required / done) * each[w].in_use_usd
        residual += lit * total
    else:
        residual += on_sale + classes[OF_CUSTOM].recovery * opening[OF_CUSTOM, row_custom, quarters].unused_usd
        residual += classes[OF_BOUGHT].recovery * opening[OF_BOUGHT, row_bought, quarters].unused_usd
    taxed = residual - (1.0 - bonus) * facility_undeducted
    at_the_end = np.exp(-np.log1p(lever.discount_rate) * quarters / QUARTERS_PER_YEAR)
    left: float = (residual - lever.tax_rate * taxed) * at_the_end
    return pretax - relief - left, left
