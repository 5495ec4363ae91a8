"""Headline figures of a batch of scenarios: value, payback, accretion, what binds, and the quarterly series.

`evaluate` takes thousands of scenarios that differ in any lever. It cuts them into chunks of one horizon and
similar lives, simulates each chunk in full and keeps only the figures named here, so memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.base.cores import on_all_cores
from core.base.finance import lasting_from, payback, running
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.inputs.scenario import Columns
from core.model.fleet import ROUNDING
from core.model.model import EXIT, HOLD, PLAN, Simulation, simulate

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
T = TypeVar("T")

MATERIAL_SHARE: Final = 1e-12
"""Two courses that differ by less than this share of the cost's present value in every period do not differ."""
CHUNK: Final = 512
"""Scenarios simulated at a time: few enough for the arrays of a quarter to stay in cache."""

METRICS: Final = (
    "npv_usd",
    "npv_vs_hold_usd",
    "npv_vs_exit_usd",
    "npv_pretax_usd",
    "pv_cost_usd",
    "pv_baseline_usd",
    "pv_terminal_usd",
    "payback",
    "first_accretive_year",
    "peak_outlay_usd",
    "npv_per_programme_usd",
    "peak_mw_it",
)
"""Figures of a scenario as a whole. `payback` is a quarter index and `first_accretive_year` a year, or one of
NEVER, AT_ONCE and NO_DIFFERENCE of core.base.finance; `npv_per_programme_usd` is NaN where there is no programme."""


_Read = Callable[[Simulation], Floats]


def _flow(name: str) -> _Read:
    return lambda sim: getattr(sim.flows, name)[:, PLAN]


def _base(name: str) -> _Read:
    return lambda sim: of_baseline(sim, getattr(sim.flows, name))


def _capex(supplier: int) -> _Read:
    return lambda sim: sim.flows.capex_usd[:, supplier, PLAN]


_COMPARED: Final[Mapping[str, _Read]] = MappingProxyType(
    {
        "cash_usd": _flow("cash_usd"),
        "baseline_cash_usd": _base("cash_usd"),
        "expense_usd": _flow("expense_usd"),
        "baseline_expense_usd": _base("expense_usd"),
        "tax_saving_usd": _flow("tax_saving_usd"),
        "baseline_tax_saving_usd": _base("tax_saving_usd"),
    }
)
_OTHERS: Final[Mapping[str, _Read]] = MappingProxyType(
    {
        "capex_facility_usd": _flow("capex_facility_usd"),
        "warrant_usd": _flow("warrant_usd"),
        "programme_usd": _flow("programme_usd"),
        "maintenance_usd": _flow("maintenance_usd"),
        "energy_usd": _flow("energy_usd"),
        "facility_opex_usd": _flow("facility_opex_usd"),
        "shortfall_usd": _flow("shortfall_usd"),
        "shortage_usd": _flow("shortage_usd"),
        "depreciation_chips_usd": _flow("depreciation_chips_usd"),
        "depreciation_facility_usd": _flow("depreciation_facility_usd"),
        "write_off_usd": _flow("write_off_usd"),
        "unserved_h100e": lambda sim: sim.flows.unserved_h100e[:, :, PLAN].sum(axis=1),
        "mw_it": lambda sim: sim.fleet.mw_it[:, PLAN],
        "capacity_mw": lambda sim: sim.world.capacity_mw,
        "mwh": _flow("mwh"),
        "co2_t": _flow("co2_t"),
        "required_h100e": lambda sim: sim.world.required_h100e.sum(axis=1),
        "installed_h100e": lambda sim: sim.fleet.installed_h100e[:, :, PLAN].sum(axis=1),
        "held_back_h100e": lambda sim: sim.fleet.held_back_h100e[:, :, PLAN].sum(axis=1),
    }
)


def capex_name(supplier_id: str) -> str:
    """Return the name of the series of what is spent on a supplier's chips."""
    return f"capex_{supplier_id}_usd"


def series_of(inputs: Inputs) -> Mapping[str, _Read]:
    """Return the quarterly figures by name, in the order of the machine interface.

    Each takes a simulation and returns (quarter, scenario).
    """
    chips = {capex_name(one): _capex(supplier) for supplier, one in enumerate(inputs.suppliers)}
    return {**_COMPARED, **chips, **_OTHERS}


def capital_series(inputs: Inputs) -> tuple[str, ...]:
    """Return the series that add up to capital spending, chips and facilities, before warrants."""
    return (*map(capex_name, inputs.suppliers), "capex_facility_usd")


@dataclass(frozen=True, eq=False)
class Constraint:
    """One thing that can bind, and when it does; `periods` are quarters, for contracts years."""

    constraint: str
    subject: str
    binds: Bools  # (period, scenario)
    quarters_per_period: int = 1


@dataclass(frozen=True, eq=False)
class Result:
    """Figures of a batch, read-only. Periods beyond a scenario's own horizon are NaN, and nothing binds there."""

    metrics: Mapping[str, Floats]  # (scenario,)
    series: Mapping[str, Floats]  # (quarter, scenario)
    expense_saving_usd: Floats  # (year, scenario) baseline less plan
    eps_effect_usd: Floats  # (year, scenario) the same a share, after tax
    constraints: tuple[Constraint, ...]


def capital_spending_usd(inputs: Inputs, result: Result) -> Floats:
    """Capital spending of the first full year, chips and facilities, before warrants; (scenario,)."""
    first_year = np.stack([result.series[name][:QUARTERS_PER_YEAR] for name in capital_series(inputs)])
    total: Floats = first_year.sum(axis=(0, 1))
    return total


def of_baseline(sim: Simulation, figure: Floats) -> Floats:
    """Return the chosen baseline's column of a figure (..., course, world); (..., world)."""
    return np.where(sim.world.levers["baseline"] == 0.0, figure[..., HOLD, :], figure[..., EXIT, :])


def evaluate(inputs: Inputs, levers: Columns, series: Collection[str] | None = None) -> Result:
    """Return the figures of every scenario in `levers`, (scenario,) arrays by lever id.

    `series` names the quarterly figures to keep, all if None. Chunks run on all cores; no figure depends on that.
    Raises ValueError if a lever is missing, the batch is empty, or a series is unknown.
    """
    known = series_of(inputs)
    series = tuple(known) if series is None else series
    missing = [name for name in inputs.levers if name not in levers]
    unknown = [name for name in series if name not in known]
    if missing or unknown:
        raise ValueError(
            f"levers missing: {', '.join(missing) or 'none'}; unknown series: {', '.join(unknown) or 'none'}; "
            f"series are {', '.join(known)}"
        )
    scenarios = levers["horizon_year"].size
    if scenarios == 0:
        raise ValueError("the batch holds no scenario; give at least one")
    done = list(in_chunks(levers, lambda chunk: summarise(simulate(inputs, chunk), series)))
    return _join([result for _, result in done], [places for places, _ in done])


def in_chunks(levers: Columns, work: Callable[[Columns], T]) -> Generator[tuple[NDArray[np.intp], T], None, None]:
    """Cut a batch into chunks of one horizon, run `work` on them on all cores, and yield what it returns as it comes.

    With it come the chunk's places in the batch; the order is that in which chunks are done.
    """

    def one(places: NDArray[np.intp]) -> tuple[NDArray[np.intp], T]:
        return places, work({name: column[..., places] for name, column in levers.items()})

    yield from on_all_cores([partial(one, chunk) for chunk in _chunks(levers)])


def _chunks(levers: Columns) -> Iterator[NDArray[np.intp]]:
    """Yield places in the batch, a horizon at a time; like lives together, so that fleets retire together."""
    horizon = levers["horizon_year"]
    order = np.lexsort((levers["service_life_custom_years"], levers["service_life_merchant_years"], horizon))
    for same in np.split(order, np.flatnonzero(np.diff(horizon[order])) + 1):
        yield from np.array_split(same, -(-same.size // CHUNK))


def summarise(sim: Simulation, series: Collection[str] | None = None) -> Result:
    """Return the figures of a simulation made by `core.model.model.simulate`; formulas: docs/METHOD.md, "Value"."""
    world, flows = sim.world, sim.flows
    known = series_of(world.inputs)
    pv, pretax = flows.pv_cost_usd, flows.pv_cost_pretax_usd
    saving = saving_usd(sim)
    discounted, material = world.discount * saving, MATERIAL_SHARE * np.abs(pv[PLAN])
    expense_saving = by_year(of_baseline(sim, flows.expense_usd) - flows.expense_usd[:, PLAN])
    programme = flows.programme_usd[:, PLAN] - flows.programme_usd[:, EXIT]
    programme_pv = (1.0 - world.levers["tax_rate"]) * running(world.discount * programme)[-1]
    vs_exit = pv[EXIT] - pv[PLAN]
    with np.errstate(divide="ignore", invalid="ignore"):
        per_programme = np.where(programme_pv > 0.0, (vs_exit + programme_pv) / programme_pv, np.nan)
    metrics = {
        "npv_usd": of_baseline(sim, pv) - pv[PLAN],
        "npv_vs_hold_usd": pv[HOLD] - pv[PLAN],
        "npv_vs_exit_usd": vs_exit,
        "npv_pretax_usd": of_baseline(sim, pretax) - pretax[PLAN],
        "pv_cost_usd": pv[PLAN],
        "pv_baseline_usd": of_baseline(sim, pv),
        "pv_terminal_usd": flows.pv_terminal_usd[PLAN],
        "payback": payback(saving, discounted, material),
        "first_accretive_year": world.inputs.calendar.first_year + lasting_from(expense_saving, material),
        "peak_outlay_usd": np.maximum(0.0, -running(discounted).min(axis=0)),
        "npv_per_programme_usd": per_programme,
        "peak_mw_it": sim.fleet.mw_it[:, PLAN].max(axis=0),
    }
    share_kept = (1.0 - world.inputs.book_tax_rate) / world.inputs.diluted_shares
    return Result(
        metrics=metrics,
        series={name: known[name](sim) for name in (known if series is None else series)},
        expense_saving_usd=expense_saving,
        eps_effect_usd=expense_saving * share_kept,
        constraints=constraints(sim),
    )


def saving_usd(sim: Simulation) -> Floats:
    """Return cash after tax of the chosen baseline less the plan's; (quarter, scenario)."""
    after_tax = sim.flows.cash_usd - sim.flows.tax_saving_usd
    return of_baseline(sim, after_tax) - after_tax[:, PLAN]


def constraints(sim: Simulation, course: int = PLAN) -> tuple[Constraint, ...]:
    """Return what can bind on a course, and when it does; rounding does not count."""
    world, fleet, inputs = sim.world, sim.fleet, sim.world.inputs
    power = fleet.scaled[:, course] | (fleet.mw_it[:, course] > world.capacity_mw * (1.0 + ROUNDING))
    held = fleet.held_back_h100e[:, :, course] > ROUNDING * world.required_h100e
    years = sim.flows.short.shape[0]
    short = sim.flows.short[:, :, course] > ROUNDING * inputs.contracts.amount[:, :years].T[:, :, None]
    return (
        Constraint("power", "", power),
        Constraint("custom_supply", "", fleet.rationed[:, course]),
        *(Constraint("right_to_stop", name, held[:, w]) for w, name in enumerate(inputs.workloads)),
        *(Constraint("contract", name, short[:, k], QUARTERS_PER_YEAR) for k, name in enumerate(inputs.contracts.id)),
    )


def by_year(flow: Floats) -> Floats:
    """Sum a quarterly flow (quarter, ...) by calendar year; (year, ...)."""
    total: Floats = flow.reshape(len(flow) // QUARTERS_PER_YEAR, QUARTERS_PER_YEAR, *flow.shape[1:]).sum(axis=1)
    return total


def _join(results: list[Result], chunks: list[NDArray[np.intp]]) -> Result:
    """Put the chunks' figures back in the order of the batch."""
    size = sum(chunk.size for chunk in chunks)

    def join(parts: Sequence[NDArray[Any]], empty: float | bool) -> NDArray[Any]:
        periods = max(part.shape[0] for part in parts) if parts[0].ndim == 2 else None
        out = np.full(size if periods is None else (periods, size), empty, dtype=parts[0].dtype)
        for part, chunk in zip(parts, chunks, strict=True):
            if periods is None:
                out[chunk] = part
            else:
                out[: part.shape[0], chunk] = part
        out.setflags(write=False)
        return out

    first = results[0]
    return Result(
        metrics=MappingProxyType({k: join([r.metrics[k] for r in results], np.nan) for k in first.metrics}),
        series=MappingProxyType({k: join([r.series[k] for r in results], np.nan) for k in first.series}),
        expense_saving_usd=join([r.expense_saving_usd for r in results], np.nan),
        eps_effect_usd=join([r.eps_effect_usd for r in results], np.nan),
        constraints=tuple(
            Constraint(
                one.constraint,
                one.subject,
                join([r.constraints[i].binds for r in results], False),
                one.quarters_per_period,
            )
            for i, one in enumerate(first.constraints)
        ),
    )
