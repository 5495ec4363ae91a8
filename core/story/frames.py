"""Tidy tables of one scenario, in base units (USD, MW, H100e, shares): what charts, tables and exports show.

Every function takes a simulation of one scenario and returns a pandas frame with one observation a row.
`variant` is `plan` (the scenario) or `baseline` (what it is compared with).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base.finance import in_service
from core.inputs.data import AMD, CUSTOM, Inputs, Programme
from core.inputs.scenario import FIRST_YEAR, LEVER, QUARTERS_PER_YEAR, quarter_label
from core.model.evaluate import by_year, constraints
from core.model.model import EXIT, HOLD, PLAN, Simulation, custom_share, opening_h100e, opening_mw, programme
from core.model.sweep import GRID, AdoptionSweep
from core.model.world import NO_CHIP, SUPPLIERS, available_from, chip_cost_usd, chip_hour_usd, power_usd_per_kw_hour

Floats = NDArray[np.float64]

RUNNING_COSTS: Final = (
    "energy_usd",
    "facility_opex_usd",
    "maintenance_usd",
    "programme_usd",
    "shortfall_usd",
    "shortage_usd",
)
CHARGES: Final = ("depreciation_chips_usd", "depreciation_facility_usd", "write_off_usd")


def supplier_labels(inputs: Inputs) -> tuple[str, ...]:
    """Return what each supplier is called on the screen: its name without what stands in brackets."""
    return tuple(name.split(" (")[0] for name in inputs.supplier_names)


def workload_labels(inputs: Inputs) -> tuple[str, ...]:
    """Return what each workload is called on the screen, as its adoption lever is labelled."""
    return tuple(LEVER[f"adoption_{workload}"].label for workload in inputs.workloads)


def workload_kinds(inputs: Inputs) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Return, for each workload, whether it is generative and whether it is training."""
    stages = inputs.tables["workloads"]["stage"]
    return tuple(f == "genai" for f in inputs.families), tuple(stage == "training" for stage in stages)


def courses_shown(sim: Simulation) -> dict[str, int]:
    """Return the course of each variant that a scenario shows: itself and the baseline it chose."""
    return {"plan": PLAN, "baseline": HOLD if sim.world.levers["baseline"][0] == 0.0 else EXIT}


def quarters(sim: Simulation) -> list[str]:
    """Return the labels of the quarters that are modelled."""
    return [quarter_label(t) for t in range(sim.world.quarters)]


def _times(sim: Simulation) -> Floats:
    """Return where each quarter begins on an axis of years: 2027.25 for 2027-Q2."""
    return FIRST_YEAR + np.arange(sim.world.quarters) / QUARTERS_PER_YEAR


def _years(sim: Simulation) -> list[int]:
    return [FIRST_YEAR + y for y in range(sim.world.quarters // QUARTERS_PER_YEAR)]


def _long(index: Mapping[str, Sequence[object]], values: Floats, name: str) -> pd.DataFrame:
    """Return `values` (one axis an entry of `index`) as a frame with a row an element."""
    frame = _rows(tuple((column, tuple(labels)) for column, labels in index.items()))
    return frame.assign(**{name: values.ravel()})


@lru_cache(maxsize=64)
def _rows(index: tuple[tuple[str, tuple[object, ...]], ...]) -> pd.DataFrame:
    """Return the label columns of a long frame: building them costs ten times what filling in the figures does."""
    names, labels = zip(*index, strict=True)
    frame: pd.DataFrame = pd.MultiIndex.from_product(labels, names=names).to_frame(index=False)
    return frame


def spending_by_quarter(sim: Simulation) -> Floats:
    """Cash by variant (plan, baseline), quarter and kind, as in `spending`; (variant, quarter, kind)."""
    flows = sim.flows
    parts = np.concatenate(
        [flows.capex_usd, flows.capex_facility_usd[:, None], flows.opex_usd[:, None]], axis=1
    )  # (quarter, kind, course, 1)
    parts[:, AMD] -= flows.warrant_usd
    return parts[:, :, list(courses_shown(sim).values()), 0].transpose(2, 0, 1)


def spending_usd(sim: Simulation) -> Floats:
    """Cash by variant (plan, baseline), year and kind, as in `spending`; (variant, year, kind)."""
    return by_year(spending_by_quarter(sim).swapaxes(0, 1)).swapaxes(0, 1)


def spending(sim: Simulation) -> pd.DataFrame:
    """Cash by year and kind: chips by supplier (AMD's less its warrant), facilities, running cost.

    Columns: variant, year, kind, usd. The kinds of a variant and year add up to its cash.
    """
    index = {"variant": tuple(courses_shown(sim)), "year": _years(sim), "kind": spending_kinds(sim.world.inputs)}
    return _long(index, spending_usd(sim), "usd")


def spending_kinds(inputs: Inputs) -> tuple[str, ...]:
    """Return the kinds of spending in the order in which they are stacked."""
    return (*supplier_labels(inputs), "Facilities", "Running cost")


def flows(sim: Simulation, names: tuple[str, ...]) -> pd.DataFrame:
    """Flows of core.model.model.Flows by quarter; columns: variant, quarter, year, then one a name."""
    shown = courses_shown(sim)
    frame = pd.DataFrame(
        {
            "variant": np.repeat(list(shown), sim.world.quarters),
            "quarter": quarters(sim) * len(shown),
            "year": np.tile(np.repeat(_years(sim), QUARTERS_PER_YEAR), len(shown)),
        }
    )
    for name in names:
        frame[name] = getattr(sim.flows, name)[:, list(shown.values()), 0].T.ravel()
    return frame


def expense(sim: Simulation) -> pd.DataFrame:
    """Expense and its parts by quarter: running costs, depreciation, write-offs."""
    return flows(sim, ("expense_usd", *RUNNING_COSTS, *CHARGES))


def tax(sim: Simulation) -> pd.DataFrame:
    """Cash, tax saving and cash after tax by quarter."""
    frame = flows(sim, ("cash_usd", "tax_saving_usd"))
    return frame.assign(cash_after_tax_usd=frame["cash_usd"] - frame["tax_saving_usd"])


def savings(sim: Simulation) -> pd.DataFrame:
    """Cumulative discounted after-tax savings against the baseline; columns: quarter, time_years, usd.

    The residual value at the horizon is not in it; value (NPV) is the last figure plus that difference.
    """
    after_tax = (sim.flows.cash_usd - sim.flows.tax_saving_usd)[..., 0]
    shown = courses_shown(sim)
    saved = after_tax[:, shown["baseline"]] - after_tax[:, shown["plan"]]
    total = np.cumsum(sim.world.discount[:, 0] * saved)
    return pd.DataFrame({"quarter": quarters(sim), "time_years": _times(sim), "usd": total})


def _power_by_supplier(sim: Simulation, course: int) -> Floats:
    """IT load of the working fleet; (quarter, supplier)."""
    world = sim.world
    mw = (sim.fleet.bought_h100e[:, :, :, course] * world.mw_per_h100e).sum(axis=2)
    bought = np.stack([in_service(mw[:, s], world.lives[s]) for s in SUPPLIERS], axis=1)
    return (opening_mw(world) + bought)[..., 0]


LEAST_NAMED_SHARE: Final = 0.06
"""A band of less than this share of the whole gets no name."""
NAME_ROOM: Final = 16 / 216
"""Height of a name beside a band, as a share of the height of a small chart."""


def power(sim: Simulation) -> pd.DataFrame:
    """IT load by supplier and quarter, and what can be powered.

    Columns: variant, quarter, supplier, mw, capacity_mw, time_years, and those of `with_places_of_names`.
    """
    shown = courses_shown(sim)
    labels = supplier_labels(sim.world.inputs)
    values = np.stack([_power_by_supplier(sim, course) for course in shown.values()])
    frame = _long({"variant": tuple(shown), "quarter": quarters(sim), "supplier": labels}, values, "mw")
    frame["capacity_mw"] = np.tile(np.repeat(sim.world.capacity_mw[:, 0], len(labels)), len(shown))
    frame["time_years"] = np.tile(np.repeat(_times(sim), len(labels)), len(shown))
    return with_places_of_names(frame)


def with_places_of_names(load: pd.DataFrame) -> pd.DataFrame:
    """Return IT load by variant, quarter and supplier with where names stand beside the last quarter's stack.

    A supplier's name stands in the middle of its band, but not on the name below it; bands too thin get none. Adds
    name_mw, is_named and limit_name_mw, the place of the capacity's name.
    """
    parts = []
    for _, one in load.groupby("variant", sort=False):
        last = one[one["time_years"] == one["time_years"].max()]
        mw, capacity_mw = last["mw"].to_numpy(), float(last["capacity_mw"].iloc[0])  # (supplier,) from the bottom up
        room = NAME_ROOM * max(mw.sum(), capacity_mw)
        named = mw > LEAST_NAMED_SHARE * mw.sum()
        line = np.cumsum(named) * room  # what the names up to here take
        middle = np.cumsum(mw) - mw / 2.0
        place = np.where(named, np.maximum.accumulate(np.where(named, middle - line, -np.inf)) + line, middle)
        times = len(one) // len(last)
        parts.append(
            one.assign(
                name_mw=np.tile(place, times),
                is_named=np.tile(named, times),
                limit_name_mw=max(capacity_mw, place[named].max(initial=-np.inf) + room),
            )
        )
    return pd.concat(parts, ignore_index=True)


def installed_by_supplier(sim: Simulation, course: int) -> Floats:
    """Work of the standing fleet, H100e; (quarter, supplier, workload)."""
    world, bought = sim.world, sim.fleet.bought_h100e[:, :, :, course]
    added = np.stack([in_service(bought[:, s], world.lives[s]) for s in SUPPLIERS], axis=1)
    return (opening_h100e(world) + added)[..., 0]


def work(sim: Simulation) -> pd.DataFrame:
    """Work by quarter and workload: required, installed, by supplier, bought, held back, unserved, in H100e.

    Columns: variant, quarter, workload, supplier (a supplier, or `all`), measure, h100e.
    """
    world, fleet, shown = sim.world, sim.fleet, courses_shown(sim)
    inputs = world.inputs
    labels = supplier_labels(inputs)
    index = {"quarter": quarters(sim), "workload": workload_labels(inputs)}
    parts = []
    for variant, course in shown.items():
        whole = {
            "required": world.required_h100e[..., 0],
            "installed": fleet.installed_h100e[:, :, course, 0],
            "held back": fleet.held_back_h100e[:, :, course, 0],
            "unserved": sim.flows.unserved_h100e[:, :, course, 0],
        }
        by_supplier = {
            "installed": installed_by_supplier(sim, course),
            "bought": fleet.bought_h100e[:, :, :, course, 0],
        }
        parts += [
            _long(index, values, "h100e").assign(variant=variant, supplier="all", measure=measure)
            for measure, values in whole.items()
        ]
        parts += [
            _long(index, values[:, s], "h100e").assign(variant=variant, supplier=label, measure=measure)
            for measure, values in by_supplier.items()
            for s, label in enumerate(labels)
        ]
    columns = ["variant", "quarter", "workload", "supplier", "measure", "h100e"]
    return pd.concat(parts, ignore_index=True)[columns]


def offers(sim: Simulation) -> pd.DataFrame:
    """What each supplier offers for each workload; one row an offer.

    Columns: quarter, workload, supplier, chip_id, chip, usd_per_h100e_hour, kw_per_h100e, unit_usd_per_h100e.
    """
    world, inputs = sim.world, sim.world.inputs
    t, s, w = np.nonzero(world.chip[..., 0] != NO_CHIP)
    chip = world.chip[t, s, w, 0]
    return pd.DataFrame(
        {
            "quarter": np.array(quarters(sim))[t],
            "workload": np.array(workload_labels(inputs))[w],
            "supplier": np.array(supplier_labels(inputs))[s],
            "chip_id": np.array(inputs.chips.id)[chip],
            "chip": np.array(inputs.chips.name)[chip],
            "usd_per_h100e_hour": world.kappa[t, s, w, 0],
            "kw_per_h100e": world.mw_per_h100e[t, s, w, 0] * 1e3,
            "unit_usd_per_h100e": world.usd_per_h100e[t, s, w, 0],
        }
    )


def chip_hours(sim: Simulation) -> pd.DataFrame:
    """What an hour of each chip on offer costs, all in, if it is bought in a quarter; one row a chip and quarter.

    Columns: quarter, chip_id, chip, supplier, usd_per_chip_hour. Divided by a chip's work it is its cost of work.
    """
    world, levers, chips = sim.world, sim.world.levers, sim.world.inputs.chips
    power_usd = power_usd_per_kw_hour(levers, world.energy_usd_per_mwh, world.facility_usd_per_mw)  # (quarter, 1)
    t = np.arange(world.quarters)[:, None]
    delays = (levers["custom_delay_quarters"], levers["merchant_delay_quarters"], levers["merchant_delay_quarters"])
    usd = np.full((world.quarters, len(chips.id)), np.nan)
    for supplier, life, delay in zip(SUPPLIERS, world.lives, delays, strict=True):
        own = np.flatnonzero(chips.supplier == supplier)
        available = available_from(chips.available[own], chips.future[own], delay)  # (chip, 1)
        cost_usd = chip_cost_usd(world.inputs, levers, supplier, own, t[:, :, None] - available)[..., 0]
        hour = chip_hour_usd(levers, life, cost_usd, chips.kw[own], power_usd)
        on_offer = (t >= available[:, 0]) & (t <= chips.last_order[own])
        usd[:, own] = np.where(on_offer, hour, np.nan)
    quarter, chip = np.nonzero(np.isfinite(usd))
    return pd.DataFrame(
        {
            "quarter": np.array(quarters(sim))[quarter],
            "chip_id": np.array(chips.id)[chip],
            "chip": np.array(chips.name)[chip],
            "supplier": np.array(supplier_labels(world.inputs))[chips.supplier[chip]],
            "usd_per_chip_hour": usd[quarter, chip],
        }
    )


def contest(sim: Simulation, quarter: int) -> pd.DataFrame:
    """Per workload, the custom chip on offer in a quarter against the cheapest bought one.

    Columns: workload, adoption_share, custom_chip, custom_usd, bought_chip, bought_usd, ratio (custom over bought),
    allowed_ratio, held_back_quarters. Cost is USD an hour of H100e work; missing values where there is no offer.
    """
    world, inputs = sim.world, sim.world.inputs
    names = np.array((*inputs.chips.name, None), dtype=object)
    chip = np.minimum(world.chip[quarter, :, :, 0], len(inputs.chips.name))
    kappa = world.kappa[quarter, :, :, 0]
    best = np.argmin(kappa[1:], axis=0) + 1
    place = np.arange(len(inputs.workloads))
    bought, custom = kappa[best, place], np.where(np.isfinite(kappa[CUSTOM]), kappa[CUSTOM], np.nan)
    return pd.DataFrame(
        {
            "workload": workload_labels(inputs),
            "adoption_share": sim.courses.adoption[:, PLAN, 0],
            "custom_chip": names[chip[CUSTOM]],
            "custom_usd": custom,
            "bought_chip": names[chip[best, place]],
            "bought_usd": bought,
            "ratio": custom / bought,
            "allowed_ratio": 1.0 + world.levers["custom_premium_max"][0],
            "held_back_quarters": _held_back(sim).sum(axis=0),
        }
    )


def _held_back(sim: Simulation) -> NDArray[np.bool_]:
    """Whether the right to stop held purchases of the plan back; (quarter, workload)."""
    stops = [item for item in constraints(sim) if item.constraint == "right_to_stop"]
    return np.stack([item.binds[:, 0] for item in stops], axis=1)


def items_usd(sim: Simulation) -> Floats:
    """Return what each item of the programme spends; (quarter, item, course, world)."""
    share = custom_share(sim.world, sim.courses)
    each = [programme(replace(sim.world, inputs=one), sim.courses, share) for one in _one_item_each(sim.world.inputs)]
    usd: Floats = np.stack(each, axis=1)
    return usd


@lru_cache(maxsize=8)
def _one_item_each(inputs: Inputs) -> tuple[Inputs, ...]:
    """Return the inputs once an item, with that item alone in the programme."""
    items = inputs.programme

    def only(i: int) -> Programme:
        return Programme(**{part.name: getattr(items, part.name)[i : i + 1] for part in fields(items)})

    return tuple(replace(inputs, programme=only(i)) for i in range(len(items.id)))


def chip_spending_usd(sim: Simulation) -> Floats:
    """Capital spending of the plan by year and chip generation; (year, chip)."""
    world, chips = sim.world, sim.world.inputs.chips
    usd = sim.fleet.bought_h100e[:, :, :, PLAN, 0] * world.usd_per_h100e[..., 0] * (1.0 + world.levers["spares"][0])
    bought = world.chip[..., 0] != NO_CHIP
    year = np.broadcast_to(np.arange(world.quarters)[:, None, None] // QUARTERS_PER_YEAR, usd.shape)
    total = np.zeros((world.quarters // QUARTERS_PER_YEAR, len(chips.id)))
    np.add.at(total, (year[bought], world.chip[..., 0][bought]), usd[bought])
    return total


def chip_spending(sim: Simulation) -> pd.DataFrame:
    """Capital spending of the plan by year and chip; columns: year, chip_id, chip, extrapolated, assumed_price, usd."""
    total, chips = chip_spending_usd(sim), sim.world.inputs.chips
    frame = _long({"year": _years(sim), "chip_id": chips.id}, total, "usd")
    for name in ("name", "extrapolated", "assumed_price"):
        frame["chip" if name == "name" else name] = np.tile(np.array(getattr(chips, name)), len(total))
    return frame


LABEL_GAP: Final = 0.075
"""Least distance between the names of two lines, as a share of the chart's height."""


def adoption_value(sim: Simulation, sweep: AdoptionSweep, every: int = 5) -> pd.DataFrame:
    """Value of each workload's adoption against none; columns: workload, adoption_share, usd, here, label_usd.

    `here` marks the scenario's own rate; of the rest, each `every`-th point of the sweep is kept. `label_usd` is
    where the name of a line stands: at its end, moved so that no two names overprint.
    """
    labels, grid = workload_labels(sim.world.inputs), GRID[::every]
    ends = apart(sweep.value_usd[:, -1], LABEL_GAP * float(np.ptp(sweep.value_usd)))
    own = sim.courses.adoption[:, PLAN, 0]
    return pd.DataFrame(
        {
            "workload": (*np.repeat(labels, grid.size), *labels),
            "adoption_share": np.concatenate([np.tile(grid, len(labels)), own]),
            "usd": np.concatenate([sweep.value_usd[:, ::every].ravel(), sweep.value_now_usd]),
            "label_usd": np.concatenate([np.repeat(ends, grid.size), np.full(len(labels), np.nan)]),
            "here": np.repeat([False, True], [grid.size * len(labels), len(labels)]),
        }
    )


def apart(values: Floats, gap: float) -> Floats:
    """Return `values` moved as little as need be so that neighbours are at least `gap` apart, in the same order."""
    order = np.argsort(values, kind="stable")
    steps = gap * np.arange(values.size)
    # Less its steps, a sequence that is far enough apart never falls; the mean of the tightest rise and fall fits it.
    rest = values[order] - steps
    fitted = (np.maximum.accumulate(rest) + np.minimum.accumulate(rest[::-1])[::-1]) / 2.0
    out = np.empty_like(values)
    out[order] = fitted + steps
    return out


def contribution(sim: Simulation, sweep: AdoptionSweep) -> pd.DataFrame:
    """What each workload's own adoption adds to value; columns: workload, usd."""
    return pd.DataFrame({"workload": workload_labels(sim.world.inputs), "usd": sweep.contribution_usd})
